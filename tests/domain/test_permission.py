"""Permissions: deny by default, and no role alone opens a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.errors import NotPermitted
from rightdoor.domain.permission import ACTS, ROLES, Standing, Viewer, acts_open_to, check_may, may

FULL = Standing(assigned=True, invited=True, owns=True, region=True)
ASKED_FOR = [
    "report.receive",
    "report.route",
    "referral.receive",
    "referral.read",
    "referral.decide_eligibility",
    "referral.triage",
    "referral.change_tier",
    "referral.match",
    "case.open",
    "case.read",
    "staffing.schedule",
    "staffing.minute",
    "staffing.hold",
    "status.determine",
    "plan.write",
    "summary.file",
    "summary.share",
    "summary.open",
    "meeting.attend",
    "account.invite",
    "audit.read",
    "figures.read",
    "identity.read",
]
ABOUT_A_CASE = [
    act for act in ACTS if act.split(".")[0] in {"case", "identity", "plan", "staffing", "summary", "status"}
]


def someone(*roles: str, **more) -> Viewer:
    return Viewer("K7MQ-4XPR", frozenset(roles), frozenset({"north"}), "AGNC-0001", "", **more)


@pytest.mark.req("PRIV-2")
def test_every_role_in_the_table_exists_and_every_act_is_open_to_somebody():
    assert all(act.by for act in ACTS.values())
    assert {role for act in ACTS.values() for role in act.by} <= set(ROLES)
    assert set(ASKED_FOR) <= set(ACTS)


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("act", ABOUT_A_CASE)
@pytest.mark.parametrize("role", ROLES)
def test_no_role_alone_opens_a_case(act, role):
    assert not may(someone(role), act)
    assert not may(someone(role), act, Standing())


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("act", ABOUT_A_CASE)
@pytest.mark.parametrize(
    "role", ["administrator", "auditor", "state_analyst", "agency_head", "system", "public", "provider"]
)
def test_some_roles_never_open_a_case(act, role):
    assert not may(someone(role), act, FULL)


@pytest.mark.req("PRIV-2")
@given(roles=st.sets(st.sampled_from(sorted(ROLES))), act=st.sampled_from(sorted(ACTS)))
def test_less_standing_never_permits_more(roles, act):
    viewer = someone(*roles)
    for tie in ("assigned", "invited", "owns", "region"):
        if may(viewer, act, Standing(**{tie: True})):
            assert may(viewer, act, FULL)
    assert may(viewer, act) <= may(viewer, act, FULL)


@pytest.mark.req("PRIV-2")
def test_an_act_that_does_not_exist_is_a_mistake_and_not_a_permission():
    with pytest.raises(KeyError):
        may(someone(*ROLES), "case.destroy", FULL)


@pytest.mark.req("PRIV-2")
def test_someone_without_a_role_may_nothing():
    assert acts_open_to(someone(), FULL) == frozenset()
    assert acts_open_to(someone("no_such_role"), FULL) == frozenset()


@pytest.mark.req("INT-6")
def test_a_coordinator_triages_in_the_region_and_not_elsewhere():
    assert may(someone("care_coordinator"), "referral.triage", Standing(region=True))
    assert not may(someone("care_coordinator"), "referral.triage", Standing(region=False))


@pytest.mark.req("PRIV-2")
def test_a_coordinator_of_the_region_finds_a_case_but_sees_the_person_only_when_assigned():
    viewer, in_region = someone("care_coordinator"), Standing(region=True)
    assert may(viewer, "case.read", in_region)
    assert not may(viewer, "identity.read", in_region)
    assert may(viewer, "identity.read", Standing(assigned=True))


@pytest.mark.req("INT-1")
def test_anyone_may_report_and_a_stranger_may_nothing_else():
    # Opening a packet asks for its link and its words, and opens nothing of the site. (MTG-7)
    assert acts_open_to(someone("public")) == {"report.receive", "packet.open", "survey.answer", "submission.answer"}


def test_a_refusal_says_who_may():
    with pytest.raises(NotPermitted) as refusal:
        check_may(someone("team_member"), "referral.triage", FULL)
    assert str(refusal.value) == "You may not set the response tier here. Ask a care coordinator of its region."


@pytest.mark.parametrize("act", ACTS)
def test_every_refusal_is_a_plain_sentence(act):
    with pytest.raises(NotPermitted) as refusal:
        check_may(someone(), act)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "_" not in sentence
    assert "a advocacy" not in sentence
    assert "a alliance" not in sentence


def test_regions_of_a_viewer():
    assert someone().covers("north")
    assert not someone().covers("south")
    assert not someone().covers("")
    assert Viewer("A", frozenset(), frozenset({"*"}), "", "").covers("south")


def test_no_standing_at_all_is_told_apart():
    assert Standing().none
    assert not Standing(invited=True).none
    assert Viewer("", frozenset({"public"}), frozenset(), "", "").is_anonymous
