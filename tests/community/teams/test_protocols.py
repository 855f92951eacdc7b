"""The signed protocol of a district's investigative team: two people switch it on, one switches it off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.teams import actions
from rightdoor.community.teams.models import InvestigativeProtocol, RosterEntry
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack
from tests.casework.visiting import Visitor


@pytest.fixture
def district() -> str:
    """The first district of the pack."""
    return active_pack().sharing.districts[0].key


def recorded(viewer, district, now) -> InvestigativeProtocol:
    return actions.record_protocol(
        viewer,
        district=district,
        reference="Folder 1",
        signed_at=now,
        ends_at=now + timedelta(days=365),
        now=now,
    )


@pytest.mark.rule("SR-19")
def test_a_protocol_waits_for_a_second_person(administrator, reviewer, district, now):
    protocol = recorded(administrator, district, now)
    assert protocol.seconded_at is None

    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.confirm_protocol(administrator, protocol, now=now)
    actions.confirm_protocol(reviewer, protocol, now=now)

    assert InvestigativeProtocol.objects.get().seconded_by == reviewer.code


def test_who_coordinates_or_works_on_cases_switches_nothing_on(coordinator, detective, auditor, district, now):
    for viewer in (coordinator, detective, auditor):
        with pytest.raises(NotPermitted):
            recorded(viewer, district, now)
    assert not InvestigativeProtocol.objects.exists()


def test_a_district_has_one_protocol_and_a_withdrawn_one_is_kept(administrator, reviewer, district, now):
    first = recorded(administrator, district, now)
    with pytest.raises(RuleBroken, match="Withdraw that one"):
        recorded(reviewer, district, now)

    actions.withdraw_protocol(reviewer, first, now=now)
    recorded(reviewer, district, now)

    assert InvestigativeProtocol.objects.count() == 2
    with pytest.raises(RuleBroken, match="already"):
        actions.withdraw_protocol(reviewer, first, now=now)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"district": "nowhere"}, "from the list"),
        ({"reference": "  "}, "where the signed protocol lies"),
        ({"signed": 1}, "after it was signed"),
        ({"ends": 0}, "has ended"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_in_words(administrator, district, now, changed, said):
    with pytest.raises(RuleBroken, match=said):
        actions.record_protocol(
            administrator,
            district=changed.get("district", district),
            reference=changed.get("reference", "Folder 1"),
            signed_at=now + timedelta(days=changed.get("signed", -1)),
            ends_at=now + timedelta(days=changed.get("ends", 365)),
            now=now,
        )
    assert not InvestigativeProtocol.objects.exists()


@pytest.mark.rule("SR-34")
def test_nobody_who_may_be_on_no_case_gets_on_a_roster(administrator, district, now):
    from tests.people import REGION, make_person

    consultant = make_person(
        "Sara Survivor", now=now, roles=(("team_member", REGION),), discipline="survivor_consultant"
    )
    protocol = recorded(administrator, district, now)

    with pytest.raises(RuleBroken, match="never on a case"):
        actions.put_on_roster(administrator, protocol, account=Account.objects.get(code=consultant.code), now=now)
    assert not RosterEntry.objects.exists()


def test_the_page_leads_from_nothing_on_record_to_a_roster_and_off_again(administrator, reviewer, now):
    from rightdoor.community.teams.queries import people_of_district
    from tests.casework.team import district_of
    from tests.people import REGION, make_person

    make_person("Dana Detective", now=now, roles=(("team_member", REGION),), discipline="local_law_enforcement")
    key = district_of(REGION)
    mine, theirs = Visitor(administrator, now), Visitor(reviewer, now)
    path = f"/districts/{key}/"
    label = str(active_pack().sharing.district(key).label)
    assert label in mine.page("/districts/")
    assert "sees nothing of a case here" in mine.page(path)

    refused = mine.post(path, {"reference": "", "signed_on": "03/01/2026", "ends_on": "03/01/2028"})
    assert refused.status_code == 422
    words = {"reference": "Folder 7", "signed_on": "03/01/2026", "ends_on": "03/01/2028"}
    assert mine.post(path, words).status_code == 302
    assert "I have seen it" not in mine.page(path)  # not the one who recorded it
    assert "I have seen it" in theirs.page(path)
    assert mine.post(f"{path}confirmation/").status_code == 422
    assert theirs.post(f"{path}confirmation/").status_code == 302
    assert "Protocol in force" in mine.page(path)

    person = people_of_district(key, now)[0]
    assert mine.post(f"{path}roster/", {"account": person.code}).status_code == 302
    entry = RosterEntry.objects.get()
    assert person.name in mine.page(path)
    assert mine.post(f"{path}roster/{entry.code}/ending/").status_code == 302
    assert mine.post(f"{path}roster/{entry.code}/ending/").status_code == 404
    assert theirs.post(f"{path}withdrawal/").status_code == 302
    assert "sees nothing of a case here" in mine.page(path)
