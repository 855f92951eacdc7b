"""People around the client: what is said of them is in sight, and binds whoever is asked, told or let in. (SR-41)"""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.consents.actions.disclosures import record_outside_disclosure
from rightdoor.casework.consents.actions.releases import record_person
from rightdoor.casework.consents.queries import check_nobody_barred, contacts_of
from rightdoor.casework.consents.told import Flags, PersonWho
from rightdoor.casework.staffings.actions import invite_to_staffing
from rightdoor.community.meetings.actions import Invitee
from rightdoor.domain.errors import RuleBroken
from tests.casework import team
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person

ALLEGED = Flags(True, None, None, None)
KEEP_AWAY = Flags(False, False, False, True)
CLEAR = Flags(False, False, False, False)


def around(scene, client, name, flags, **more):
    who = PersonWho(name, "relative", **more)
    return record_person(scene.coordinator, client, who=who, flags=flags, now=scene.now)


@pytest.mark.req("CASE-1")
def test_a_mark_on_a_person_is_in_the_head_of_every_page_for_whom_it_is_open(scene):
    staffing = team.held(scene)
    case, at = staffing.case, staffing.starts_at + timedelta(hours=2)
    around(scene, case.client, "Uriah Nowhere", ALLEGED, phone="555-0177")
    around(scene, case.client, "Kora Nowhere", KEEP_AWAY, phone="555-0178")
    around(scene, case.client, "Mona Nowhere", CLEAR, phone="555-0179")
    mine, theirs = Visitor(scene.coordinator, at), Visitor(scene.detective, at)

    for page in ("glance/", "team/", "people/"):
        html = mine.page(f"/cases/{case.code}/{page}")
        assert "Alleged exploiter near the client" in html
        assert "Somebody must not be contacted" in html
    people = mine.page(f"/cases/{case.code}/people/")
    assert "Nono" in people
    assert "03/04/2011" in people
    assert "555-0179" in people
    assert "555-0177" not in people
    assert "555-0178" not in people
    assert "555-01" not in theirs.page(f"/cases/{case.code}/people/")  # what is alleged is kept back: no number at all


@pytest.mark.req("CASE-1")
@pytest.mark.parametrize("flags", [ALLEGED, KEEP_AWAY])
def test_whoever_is_marked_is_no_contact_no_guest_and_no_recipient(scene, flags):
    staffing = team.scheduled(scene)
    case = staffing.case
    around(scene, case.client, "Uriah Nowhere", flags)
    namesake = make_person("Uriah Nowhere", now=scene.now, roles=(("team_member", REGION),), discipline="school")

    assert contacts_of(scene.coordinator, case.client, scene.now) == []
    with pytest.raises(RuleBroken, match="must not be contacted"):
        invite_to_staffing(
            scene.coordinator, staffing, invitees=[Invitee(namesake.code, "school", "guest")], now=scene.now
        )
    with pytest.raises(RuleBroken, match="must not be contacted"):
        add_to_case(scene.coordinator, case, account_code=namesake.code, discipline="school", now=scene.now)
    with pytest.raises(RuleBroken, match="must not be contacted"):
        record_outside_disclosure(
            scene.coordinator,
            case.client,
            kind="spoken",
            from_agency=case.holder,
            to="Mr. Nowhere, Uriah (uncle)",
            what="When the visit is.",
            told_at=scene.now,
            now=scene.now,
        )


def test_a_name_is_compared_as_a_whole(scene):
    case = team.scheduled(scene).case
    around(scene, case.client, "José Nowhere", KEEP_AWAY)
    around(scene, case.client, "Nan", KEEP_AWAY)

    check_nobody_barred(case.client, ["Nora Nowhere", "Jose Somewhere", "Nan Other", ""])
    for name in ("jose nowhere", "NOWHERE, JOSE", "Nan"):
        with pytest.raises(RuleBroken):
            check_nobody_barred(case.client, [name])


@pytest.mark.req("CASE-1")
def test_status_is_determined_outside_a_staffing_with_what_it_rests_on(scene):
    staffing = team.held(scene)
    path, at = f"/cases/{staffing.case.code}/", staffing.starts_at + timedelta(days=2)
    visitor = Visitor(scene.coordinator, at)
    told = {"status": "not_trafficking", "determined_by": scene.coordinator.code}

    refused = visitor.post(f"{path}status/", told)
    visitor.post(f"{path}status/", {**told, "evidence": "An invented report."})

    assert refused.status_code == 422
    assert "An allegation alone is not enough" in refused.content.decode()
    page = visitor.page(path)
    assert "An invented report." in page
    assert "Messages." in page  # the one before is kept
    assert Visitor(scene.detective, at).get(f"{path}status/").status_code in {403, 404}
