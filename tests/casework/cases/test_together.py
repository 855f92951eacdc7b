"""Children who were found together: a record for each, and nothing of one in another. (CASE-1)"""

from __future__ import annotations

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.groups import actions
from rightdoor.casework.cases.groups.actions import Child
from rightdoor.casework.cases.groups.queries import tied_to
from rightdoor.casework.clients.disclosure import Who
from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.errors import RuleBroken
from tests.casework import team
from tests.casework.visiting import Visitor

KIN = ("Zuzana", "Zdenka")
SAME = {"source": "school", "channel": "standard", "region": "capital"}


def rows(*given: str) -> dict[str, str]:
    sent = {"children-TOTAL_FORMS": str(len(given)), "children-INITIAL_FORMS": "0"}
    for at, name in enumerate(given):
        if name:
            told = {"given": name, "family": "Invented", "story": f"About {name} alone."}
            sent |= {f"children-{at}-{key}": value for key, value in told.items()}
    return sent


@pytest.mark.req("CASE-1")
def test_several_children_get_a_referral_each_and_neither_record_names_the_other(scene):
    visitor = Visitor(scene.coordinator, scene.now)

    answer = visitor.post("/together/new/", {**SAME, **rows(*KIN, "")})

    assert answer.status_code == 302, answer.content.decode()
    first, second = Referral.objects.order_by("pk")
    assert first.client_id != second.client_id
    for one, other in ((first, KIN[1]), (second, KIN[0])):
        assert other not in visitor.page(f"/referrals/{one.code}/")


def test_one_child_is_no_group_and_what_was_typed_is_kept(scene):
    visitor = Visitor(scene.coordinator, scene.now)

    answer = visitor.post("/together/new/", {**SAME, **rows("Zuzana", "")})

    assert answer.status_code == 422
    assert "About Zuzana alone." in answer.content.decode()
    assert not Referral.objects.exists()


@pytest.mark.req("CASE-1", "PRIV-2")
def test_the_tie_is_seen_by_coordinators_who_may_see_both_and_by_nobody_else(scene, other_coordinator):
    one, other = team.held(scene).case, team.scheduled(scene).case
    actions.tie_cases(scene.coordinator, one, other, now=scene.now)

    assert [tied.code for tied in tied_to(scene.coordinator, one, scene.now)] == [other.code]
    assert tied_to(scene.detective, one, scene.now) == []
    assert tied_to(other_coordinator, one, scene.now) == []
    assert other.code in Visitor(scene.coordinator, scene.now).page(f"/cases/{one.code}/team/")
    theirs = Visitor(scene.detective, one.staffings.get().starts_at)
    for page in ("", "team/", "people/", "glance/"):
        assert other.code not in theirs.page(f"/cases/{one.code}/{page}")


@pytest.mark.req("CASE-1")
def test_siblings_records_do_not_open_each_other(scene, stranger):
    one, other = team.scheduled(scene).case, team.scheduled(scene).case
    actions.tie_cases(scene.coordinator, one, other, now=scene.now)
    add_to_case(scene.coordinator, one, account_code=stranger.code, discipline="school", need="care", now=scene.now)
    team.released(scene.coordinator, one.client, stranger, "CORE", "ID", now=scene.now)
    theirs = Visitor(stranger, scene.now)

    assert theirs.get(f"/cases/{one.code}/").status_code == 200
    assert theirs.get(f"/cases/{other.code}/").status_code == 404
    assert other.code not in theirs.page("/cases/")


def test_groups_grow_together_and_the_last_one_is_in_none(scene):
    first, second, third = (team.scheduled(scene).case for _ in range(3))
    actions.tie_cases(scene.coordinator, first, second, now=scene.now)
    actions.tie_cases(scene.coordinator, third, second, now=scene.now)
    assert {tied.code for tied in tied_to(scene.coordinator, first, scene.now)} == {second.code, third.code}

    actions.untie_case(scene.coordinator, first, now=scene.now)
    actions.untie_case(scene.coordinator, second, now=scene.now)

    assert [tied_to(scene.coordinator, case, scene.now) for case in (first, second, third)] == [[], [], []]
    with pytest.raises(RuleBroken, match="tied to nobody"):
        actions.untie_case(scene.coordinator, third, now=scene.now)


def test_a_child_that_was_refused_leaves_none_of_them(scene):
    children = [Child(Who("Zuzana", "Invented")), Child(Who("Zdenka", "Invented"), facts={"kind": "nonsense"})]

    with pytest.raises(RuleBroken):
        actions.receive_together(scene.coordinator, children=children, **SAME, now=scene.now)

    assert not Referral.objects.exists()


@pytest.mark.req("CASE-1", "UX-4")
def test_what_is_refused_says_of_which_child(scene, monkeypatch):
    visitor = Visitor(scene.coordinator, scene.now)
    sent = {**SAME, **rows("Zuzana", "", "Zdenka"), "children-2-birth_on": "31/31/2011"}
    answer = visitor.post("/together/new/", sent)
    assert answer.status_code == 422
    assert "Child 3: Write the date as MM/DD/YYYY" in answer.content.decode()

    def refuses(viewer, *, who, **told):
        if who.given == "Zdenka":
            raise RuleBroken("This cannot be.")
        return receive_referral(viewer, who=who, **told)

    monkeypatch.setattr(actions, "receive_referral", refuses)
    answer = visitor.post("/together/new/", {**sent, "children-2-birth_on": "03/04/2011"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Child 3: This cannot be." in page
    assert "About Zuzana alone." in page
    assert not Referral.objects.exists()
