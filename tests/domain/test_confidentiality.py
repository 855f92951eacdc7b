"""The sharing rule: no, unless a ground says yes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.confidentiality import (
    ACTIONS,
    CLASSES,
    OWN_OR_NOTHING,
    WITHOUT_PERSONS,
    CaseFacts,
    Invitation,
    Item,
    decide,
)
from rightdoor.domain.permission import ROLES, Viewer

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
COORDINATOR = Viewer(
    "COOR-0001", frozenset({"care_coordinator"}), frozenset({"north"}), "CENT-0001", "care_coordinator"
)
OFFICER = Viewer("OFFI-0001", frozenset({"team_member"}), frozenset(), "POLI-0001", "local_law_enforcement")
STRANGER = Viewer("STRA-0001", frozenset(ROLES) - {"system", "public"}, frozenset({"*"}), "ELSE-0001", "prosecutor")
CASE = CaseFacts(
    actor_is_cleared=True,
    coordinators=frozenset({"COOR-0001"}),
    assigned=frozenset({"COOR-0001", "OFFI-0001"}),
)
INVITED = replace(CASE, assigned=frozenset(), invitations=(Invitation("OFFI-0001", NOW),))

persons = st.sampled_from(sorted(CLASSES - WITHOUT_PERSONS))
any_class = st.sampled_from(sorted(CLASSES))
any_action = st.sampled_from(sorted(ACTIONS))


def item(data_class: str, owner: str = "CENT-0001", **more) -> Item:
    return Item(data_class, owner, frozenset({"one", "two"}), **more)


@pytest.mark.req("PRIV-2")
@given(data_class=persons, action=any_action)
def test_every_role_and_every_region_without_a_tie_open_nothing(data_class, action):
    decision = decide(STRANGER, action, item(data_class), CASE, NOW)
    assert not decision.allowed
    assert decision.redacted == {"one", "two"}
    assert decision.reason.endswith(".")


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("cleared", [None, False])
@given(data_class=any_class, action=any_action)
def test_someone_not_known_to_be_cleared_sees_nothing_even_of_their_own(cleared, data_class, action):
    case = replace(CASE, actor_is_cleared=cleared)
    assert not decide(COORDINATOR, action, item(data_class), case, NOW).allowed


@pytest.mark.req("PRIV-2")
@given(data_class=any_class, action=any_action)
def test_a_conflict_of_interest_closes_everything(data_class, action):
    case = replace(CASE, blocked=frozenset({"COOR-0001"}))
    assert not decide(COORDINATOR, action, item(data_class), case, NOW).allowed


@pytest.mark.req("PRIV-2")
def test_a_class_or_an_action_that_is_not_known_stays_closed():
    assert not decide(COORDINATOR, "read", item("NEW"), CASE, NOW).allowed
    assert not decide(COORDINATOR, "copy", item("CORE"), CASE, NOW).allowed


@pytest.mark.req("PRIV-2")
def test_the_installation_and_the_anonymous_read_no_person():
    system = replace(COORDINATOR, is_system=True)
    nobody = replace(COORDINATOR, code="")
    assert not decide(system, "read", item("CORE"), CASE, NOW).allowed
    assert not decide(nobody, "read", item("CORE"), CASE, NOW).allowed


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("data_class", sorted(CLASSES - WITHOUT_PERSONS))
def test_an_assigned_member_reads_the_own_agencys_record(data_class):
    decision = decide(OFFICER, "read", item(data_class, "POLI-0001"), CASE, NOW)
    assert (decision.allowed, decision.basis, decision.redacted) == (True, "OWN", frozenset())


@pytest.mark.req("PRIV-2")
def test_the_own_agencys_record_stays_closed_to_a_colleague_who_is_not_assigned():
    case = replace(CASE, assigned=frozenset())
    assert not decide(OFFICER, "read", item("LE", "POLI-0001"), case, NOW).allowed


@pytest.mark.req("PRIV-2")
def test_two_people_without_an_agency_do_not_share_one():
    assert not decide(replace(OFFICER, agency=""), "read", item("LE", ""), CASE, NOW).allowed


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("data_class", sorted(CLASSES - WITHOUT_PERSONS))
def test_the_coordinator_opens_four_classes_of_other_agencies_and_no_more(data_class):
    decision = decide(COORDINATOR, "read", item(data_class, "POLI-0001"), CASE, NOW)
    assert decision.allowed == (data_class in {"CORE", "ID", "SAFE", "PLAN"})


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize(
    ("hours", "allowed"),
    [(-25, False), (-24, True), (0, True), (72, True), (72.001, False)],
)
def test_an_invitation_opens_the_core_within_its_window(hours, allowed):
    decision = decide(OFFICER, "read", item("CORE"), INVITED, NOW + timedelta(hours=hours))
    assert decision.allowed is allowed
    assert decision.basis == ("INVITED" if allowed else "")


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("data_class", sorted(CLASSES - WITHOUT_PERSONS - {"CORE"}))
def test_an_invitation_opens_nothing_but_the_core(data_class):
    assert not decide(OFFICER, "read", item(data_class), INVITED, NOW).allowed


@pytest.mark.req("PRIV-2")
def test_being_assigned_alone_does_not_open_another_agencys_core():
    assert not decide(OFFICER, "read", item("CORE"), CASE, NOW).allowed


@pytest.mark.req("MTG-5")
def test_a_summary_shared_by_name_opens_for_that_person_alone():
    shared = item("CORE", shared_with=frozenset({"OFFI-0001"}))
    assert decide(OFFICER, "read", shared, CASE, NOW).basis == "SHARED"
    assert not decide(STRANGER, "read", shared, CASE, NOW).allowed


@pytest.mark.req("PRIV-2")
@given(
    data_class=st.sampled_from(sorted(OWN_OR_NOTHING)),
    action=any_action,
    mode=st.sampled_from(["investigative", "ongoing"]),
    actor=st.sampled_from([OFFICER, COORDINATOR]),
)
def test_privileged_classes_open_to_their_owner_or_to_nobody(data_class, action, mode, actor):
    cells = frozenset((actor.discipline, name) for name in CLASSES)
    case = replace(CASE, mode=mode, mdt_cells=cells, invitations=(Invitation(actor.code, NOW),))
    shared = item(data_class, "ADVO-0001", shared_with=frozenset({actor.code}))
    assert not decide(actor, action, shared, case, NOW).allowed


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("action", ["list", "search", "export"])
@pytest.mark.parametrize("data_class", ["LOC", "REP", "ADVPRIV"])
def test_a_confidential_place_or_a_reporter_is_never_listed_not_even_by_its_owner(action, data_class):
    assert not decide(OFFICER, action, item(data_class, "POLI-0001"), CASE, NOW).allowed


@pytest.mark.req("PRIV-2")
def test_the_statutes_cells_are_off_until_switched_on_and_end_with_the_investigation():
    investigating = replace(CASE, mode="investigative")
    switched_on = replace(investigating, mdt_cells=frozenset({("local_law_enforcement", "ID")}))
    assert not decide(OFFICER, "read", item("ID"), investigating, NOW).allowed
    assert decide(OFFICER, "read", item("ID"), switched_on, NOW).basis == "MDT"
    assert not decide(OFFICER, "read", item("ID"), replace(switched_on, mode="ongoing"), NOW).allowed
    assert not decide(OFFICER, "write", item("ID"), switched_on, NOW).allowed


@pytest.mark.req("PRIV-2")
def test_figures_without_persons_are_open_to_anyone_who_is_cleared():
    assert decide(STRANGER, "read", item("AGG"), CASE, NOW).basis == "DEID"
    assert not decide(STRANGER, "write", item("AGG"), CASE, NOW).allowed
