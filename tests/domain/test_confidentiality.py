"""The sharing rule: no, unless a ground says yes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightdoor.domain.confidentiality import (
    ACTIONS,
    CLASSES,
    NEVER_IN_BULK,
    OWN_OR_NOTHING,
    WITHOUT_PERSONS,
    CaseFacts,
    Invitation,
    Item,
    Override,
    decide,
    explain,
)
from rightdoor.domain.permission import CLEARED, ROLES, Clearance, Viewer
from tests.domain.worlds import (
    ADVOCATE,
    AGENCY,
    CASE,
    CHILD_WELFARE,
    COORDINATOR,
    DAY,
    EVERYBODY,
    INVESTIGATION,
    MATRIX,
    NOW,
    POLICE,
    PROTOCOL,
    SCHOOL,
    ground,
    item,
    person,
    release,
    with_grounds,
)

PERSONS = sorted(CLASSES - WITHOUT_PERSONS)
STRANGER = Viewer(
    "STRA-0001",
    frozenset(ROLES) - {"system", "public"},
    frozenset({"*"}),
    "ELSE-0001",
    "prosecutor",
    clearance=CLEARED,
)
persons = st.sampled_from(PERSONS)
any_class = st.sampled_from(sorted(CLASSES))
any_action = st.sampled_from(sorted(ACTIONS))

pytestmark = pytest.mark.req("PRIV-2")


# --- before any ground ----------------------------------------------------------------------------------------------


@given(data_class=persons, action=any_action)
def test_every_role_and_every_region_without_a_tie_open_nothing(data_class, action):
    decision = decide(STRANGER, action, item(data_class), INVESTIGATION, NOW)
    assert not decision.allowed
    assert decision.redacted == {"what", "when"}
    assert decision.reason.endswith(".")


@pytest.mark.parametrize("lacking", Clearance.__slots__)
@pytest.mark.parametrize("value", [None, False])
def test_whoever_lacks_one_thing_of_the_clearance_sees_nothing_even_of_their_own(lacking, value):
    actor = replace(POLICE, clearance=replace(CLEARED, **{lacking: value}))
    assert not decide(actor, "read", item("LE", POLICE.agency), CASE, NOW).allowed
    assert not decide(actor, "read", item("AGG"), CASE, NOW).allowed


def test_whoever_has_no_clearance_on_record_sees_nothing():
    assert not decide(replace(POLICE, clearance=None), "read", item("LE", POLICE.agency), CASE, NOW).allowed


@given(data_class=any_class, action=any_action, by_agency=st.booleans())
def test_a_conflict_of_interest_closes_everything_even_with_a_release(data_class, action, by_agency):
    kept_apart = frozenset({COORDINATOR.agency if by_agency else COORDINATOR.code})
    case = replace(CASE, blocked=kept_apart, grounds=(release(COORDINATOR, data_class),))
    assert not decide(COORDINATOR, action, item(data_class), case, NOW).allowed
    assert not decide(COORDINATOR, action, item(data_class, COORDINATOR.agency), case, NOW).allowed


def test_a_class_or_an_action_that_is_not_known_stays_closed():
    assert not decide(COORDINATOR, "read", item("NEW", COORDINATOR.agency), CASE, NOW).allowed
    assert not decide(COORDINATOR, "copy", item("CORE", COORDINATOR.agency), CASE, NOW).allowed


def test_the_installation_and_the_anonymous_read_no_person():
    own = item("CORE", COORDINATOR.agency)
    assert not decide(replace(COORDINATOR, is_system=True), "read", own, CASE, NOW).allowed
    assert not decide(replace(COORDINATOR, code=""), "read", own, CASE, NOW).allowed


# --- own, and the coordinator's -------------------------------------------------------------------------------------


@pytest.mark.parametrize("data_class", PERSONS)
def test_an_assigned_member_reads_and_changes_the_own_agencys_record(data_class):
    for action in ("read", "write"):
        decision = decide(POLICE, action, item(data_class, POLICE.agency), CASE, NOW)
        assert (decision.allowed, decision.basis, decision.redacted) == (True, "OWN", frozenset())


def test_the_own_agencys_record_stays_closed_to_a_colleague_who_is_not_assigned():
    colleague = person("police", 2)
    assert not decide(colleague, "read", item("LE", POLICE.agency), CASE, NOW).allowed


def test_two_people_without_an_agency_do_not_share_one():
    assert not decide(replace(POLICE, agency=""), "read", item("LE", ""), CASE, NOW).allowed


@pytest.mark.parametrize("data_class", PERSONS)
def test_the_coordinator_reads_four_classes_that_the_coordinating_agency_keeps(data_class):
    elsewhere = replace(COORDINATOR, agency="ELSE-0001")
    kept = item(data_class, AGENCY["coordinator"])
    decision = decide(elsewhere, "write", kept, CASE, NOW)
    assert decision.allowed == (data_class in {"CORE", "ID", "SAFE", "PLAN"})
    assert decision.basis == ("COORDINATOR" if decision.allowed else "")
    assert decide(elsewhere, "read", kept, replace(CASE, coordinating_agency=""), NOW).basis != "COORDINATOR"


@pytest.mark.parametrize("data_class", ["CORE", "ID", "SAFE", "PLAN"])
def test_what_another_agency_keeps_is_not_the_coordinators(data_class):
    assert not decide(COORDINATOR, "read", item(data_class), CASE, NOW).allowed


def test_nobody_changes_what_another_agency_holds():
    case = with_grounds(release(ADVOCATE, "CORE"), case=INVESTIGATION)
    for data_class in PERSONS:
        assert not decide(ADVOCATE, "write", item(data_class), case, NOW).allowed


# --- need to know ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "allowed"), [(-25, False), (-24, True), (0, True), (72, True), (72.001, False)])
def test_an_invitation_is_a_need_to_know_within_its_window_and_never_a_ground(hours, allowed):
    guest = person("police", 2)
    invited = replace(CASE, invitations=(Invitation(guest.code, NOW),))
    released = with_grounds(release(guest, "CORE", starts_at=NOW - 9 * DAY, ends_at=NOW + 9 * DAY), case=invited)
    at = NOW + timedelta(hours=hours)
    assert decide(guest, "read", item("CORE"), released, at).allowed is allowed
    assert not decide(guest, "read", item("CORE"), invited, at).allowed


@pytest.mark.parametrize("data_class", PERSONS)
def test_being_assigned_alone_opens_status_at_most(data_class):
    for actor in EVERYBODY:
        decision = decide(actor, "read", item(data_class, status_fields=frozenset({"when"})), CASE, NOW)
        assert decision.basis in ("", "STATUS")
        assert "what" in decision.redacted


# --- grounds --------------------------------------------------------------------------------------------------------


def test_what_was_disclosed_to_a_person_on_record_opens_for_that_person_alone():
    shared = item("CORE", shared_with=frozenset({POLICE.code}))
    assert decide(POLICE, "read", shared, CASE, NOW).basis == "SHARED"
    assert not decide(ADVOCATE, "read", shared, CASE, NOW).allowed
    assert not decide(STRANGER, "read", replace(shared, shared_with=frozenset({STRANGER.code})), CASE, NOW).allowed


SPOILED = {
    "another class": {"classes": frozenset({"ID"})},
    "another agency": {"to_agency": "ELSE-0001"},
    "another person": {"to_account": "ELSE-P001"},
    "no recipient": {"to_agency": ""},
    "another discloser": {"from_agency": "ELSE-0001"},
    "no discloser": {"from_agency": ""},
    "not begun": {"starts_at": NOW + timedelta(seconds=1)},
    "run out": {"ends_at": NOW},
    "no end": {"ends_at": None},
    "suspended": {"suspended": True},
    "ended": {"ended_at": NOW},
    "other items": {"items": frozenset({"ITEM-0002"})},
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_release_opens_only_what_it_says_to_whom_it_says_while_it_runs(how):
    good = release(ADVOCATE, "CORE")
    assert decide(ADVOCATE, "read", item("CORE"), with_grounds(good), NOW).basis == "ROI"
    spoiled = replace(good, **SPOILED[how])
    assert not decide(ADVOCATE, "read", item("CORE"), with_grounds(spoiled), NOW).allowed


def test_a_release_names_itself_in_the_decision_and_the_first_that_fits_counts():
    case = with_grounds(
        release(ADVOCATE, "CORE", code="REL-A", suspended=True), release(ADVOCATE, "CORE", code="REL-B")
    )
    assert decide(ADVOCATE, "read", item("CORE"), case, NOW).ground_code == "REL-B"


def test_a_release_of_one_record_opens_no_other_of_its_class():
    one = release(ADVOCATE, "CORE", items=frozenset({"ITEM-0001"}))
    assert decide(ADVOCATE, "read", item("CORE"), with_grounds(one), NOW).allowed
    assert not decide(ADVOCATE, "read", item("CORE", code="ITEM-0002"), with_grounds(one), NOW).allowed
    assert not decide(ADVOCATE, "read", item("CORE", code=""), with_grounds(one), NOW).allowed


@pytest.mark.parametrize("data_class", sorted(CLASSES - WITHOUT_PERSONS - {"ADVPRIV", "PERF"}))
def test_a_courts_order_opens_what_the_matrix_keeps_shut(data_class):
    order = ground("COURT", SCHOOL, data_class, to_account=SCHOOL.code, from_agency="")
    assert decide(SCHOOL, "read", item(data_class), with_grounds(order), NOW).basis == "COURT"
    assert decide(ADVOCATE, "read", item(data_class), with_grounds(order), NOW).basis != "COURT"


@pytest.mark.parametrize("data_class", ["ADVPRIV", "PERF"])
def test_no_order_opens_privileged_communications_or_records_about_staff(data_class):
    order = ground("COURT", POLICE, data_class, to_account=POLICE.code)
    assert not decide(POLICE, "read", item(data_class), with_grounds(order), NOW).allowed


@given(
    data_class=st.sampled_from([*sorted(OWN_OR_NOTHING), "PERF"]),
    action=any_action,
    actor=st.sampled_from(EVERYBODY),
)
def test_privileged_classes_open_to_nobody_on_any_other_ground(data_class, action, actor):
    named = frozenset({actor.code})
    held = item(data_class, shared_with=named, reported_to=frozenset({actor.agency}))
    kinds = [
        ground(kind, actor, *CLASSES, to_account=actor.code, initialled=CLASSES, names_intermediary=True)
        for kind in ("MR", "EMERG", "ROI")
    ]
    case = replace(
        INVESTIGATION,
        grounds=tuple(kinds),
        overrides=(Override("OVER-0001", actor.code, NOW - DAY, NOW + DAY),),
        invitations=(Invitation(actor.code, NOW),),
    )
    assert decide(actor, action, held, case, NOW).basis in ("", "STATUS")


@pytest.mark.parametrize("action", ["list", "search", "export"])
@pytest.mark.parametrize("data_class", sorted(NEVER_IN_BULK))
def test_a_confidential_place_a_reporter_or_a_privilege_is_never_listed_not_even_by_its_owner(action, data_class):
    assert not decide(POLICE, action, item(data_class, POLICE.agency), CASE, NOW).allowed


def test_a_discipline_without_a_column_reads_only_its_own_agencys_records():
    actor = person("advocate", discipline="tribal_agency")
    case = replace(
        INVESTIGATION,
        grounds=tuple(ground(kind, actor, *CLASSES, to_account=actor.code) for kind in ("COURT", "EMERG", "ROI")),
    )
    everything = item("CORE", shared_with=frozenset({actor.code}))
    assert not decide(actor, "read", everything, case, NOW).allowed
    assert not decide(ADVOCATE, "read", everything, replace(case, matrix=None), NOW).allowed
    assert decide(actor, "read", item("CORE", actor.agency), case, NOW).basis == "OWN"


@pytest.mark.parametrize(
    ("column", "data_class", "limit"),
    [
        ("coordinator", "CW", "limited"),
        ("child_welfare", "HLTH", "abuse_findings"),
        ("child_welfare", "EDU", "state_care"),
        ("school", "PLAN", "education_part"),
        ("advocate", "OFF", "safety"),
    ],
)
def test_a_cell_with_a_limit_opens_only_the_part_that_the_limit_names(column, data_class, limit):
    actor = person(column)
    case = with_grounds(release(actor, data_class), case=INVESTIGATION)
    assert not decide(actor, "read", item(data_class), case, NOW).allowed
    assert not decide(actor, "read", item(data_class, limits=frozenset({"another"})), case, NOW).allowed
    assert decide(actor, "read", item(data_class, limits=frozenset({limit})), case, NOW).allowed


def test_status_shows_whether_and_when_and_blanks_the_rest():
    exam = item("EVID", status_fields=frozenset({"when"}))
    decision = decide(ADVOCATE, "read", exam, CASE, NOW)
    assert (decision.basis, decision.status_only, decision.redacted) == ("STATUS", True, {"what"})
    assert not decide(person("advocate", 2), "read", exam, CASE, NOW).allowed


def test_figures_without_persons_are_open_to_anyone_who_is_cleared():
    assert decide(STRANGER, "read", item("AGG"), CASE, NOW).basis == "DEID"
    assert not decide(STRANGER, "write", item("AGG"), CASE, NOW).allowed


def test_a_decision_is_its_answer_where_it_stands_in_a_condition():
    assert not decide(STRANGER, "read", item("CORE"), CASE, NOW)
    assert decide(POLICE, "read", item("LE", POLICE.agency), CASE, NOW)


# --- the matrix, cell by cell ---------------------------------------------------------------------------------------

CELLS = [(actor, name) for actor in EVERYBODY for name in PERSONS]
LIMITS = frozenset({"limited", "abuse_findings", "state_care", "education_part", "safety"})


@pytest.mark.parametrize(("actor", "data_class"), CELLS, ids=lambda value: getattr(value, "discipline", value))
def test_each_cell_opens_what_it_says_and_nothing_else(actor, data_class):
    column = next(column for column, agency in AGENCY.items() if agency == actor.agency)
    cell = MATRIX.cell(column, data_class)
    held = item(data_class, limits=LIMITS)
    engaged = replace(INVESTIGATION, assigned=PROTOCOL.roster)
    released = with_grounds(release(actor, data_class, to_account=actor.code), case=replace(engaged, mode="ongoing"))
    assert (decide(actor, "read", held, engaged, NOW).basis == "MDT") == cell.team
    assert (decide(actor, "read", held, released, NOW).basis == "ROI") == cell.release
    assert (decide(actor, "read", held, replace(released, grounds=()), NOW).basis == "STATUS") == cell.status


# --- the explanation ------------------------------------------------------------------------------------------------


def random_world(source: random.Random) -> tuple[Viewer, str, Item, CaseFacts]:
    """A question out of every corner. Most facts are likely to fit, so that most questions get far."""
    actor = source.choice(EVERYBODY)
    some = lambda *values: source.choice(values)  # noqa: E731
    often = lambda chance=0.8: source.random() < chance  # noqa: E731
    if not often(0.95):
        actor = replace(actor, clearance=some(None, Clearance(), CLEARED), discipline=some("", "tribal_agency"))
    held = item(
        source.choice(sorted(CLASSES)),
        some("HOLD-0001", actor.agency, AGENCY["coordinator"]),
        shared_with=frozenset({actor.code}) if often(0.1) else frozenset(),
        reported_to=frozenset({actor.agency}) if often(0.2) else frozenset(),
        partitioned=often(0.2),
        withdrawn=often(0.1),
        minor_consented_alone=often(0.2),
        limits=frozenset(name for name in LIMITS if often(0.5)),
        status_fields=frozenset({"when"}),
    )
    grounds = tuple(
        ground(
            some("COURT", "MR", "EMERG", "ROI"),
            actor if often() else STRANGER,
            *(held.data_class, "CORE") if often() else ("ID",),
            code=f"GROU-{number:04}",
            to_account=actor.code if often(0.3) else "",
            from_agency=some("HOLD-0001", held.owner_agency, ""),
            ends_at=NOW + DAY if often() else None,
            suspended=often(0.1),
            initialled=CLASSES if often() else frozenset(),
            names_intermediary=often(),
            minor_signed=often(),
        )
        for number in range(source.randint(0, 3))
    )
    mine = frozenset({actor.code})
    case = replace(
        INVESTIGATION,
        coordinators=mine if often(0.2) else frozenset(),
        assigned=mine if often(0.6) else frozenset(),
        invitations=(Invitation(actor.code, NOW),) if often(0.2) else (),
        blocked=mine if often(0.05) else frozenset(),
        mode=some("investigative", "ongoing"),
        district=some("jd-19", "jd-19", "jd-20", ""),
        protocol=some(PROTOCOL, None),
        grounds=grounds,
        overrides=(Override("OVER-0001", actor.code, NOW - DAY, NOW + DAY),) if often(0.1) else (),
        is_closed=often(0.05),
        matrix=MATRIX if often(0.95) else None,
    )
    return actor, source.choice(sorted(ACTIONS)), held, case


def test_the_explanation_is_always_that_of_the_decision():
    source = random.Random(1)
    met: Counter[str] = Counter()
    for _ in range(5000):
        world = random_world(source)
        decision = decide(*world, NOW)
        explained = explain(*world, NOW)
        assert explained.decision._replace(steps=()) == decision
        assert explained.decision.steps == explained.steps
        assert [step.stops for step in explained.steps] == [False] * (len(explained.steps) - 1) + [True]
        assert decision.reason in explained.steps[-1].answer
        assert all(step.answer for step in explained.steps)
        met[decision.basis] += 1
    assert set(met) == {"", "OWN", "COORDINATOR", "SHARED", "COURT", "MR", "EMERG", "MDT", "ROI", "STATUS", "DEID"}


def test_the_explanation_says_what_each_release_lacks():
    case = with_grounds(release(ADVOCATE, "MH", initialled=frozenset()), release(CHILD_WELFARE, "MH", code="ROI-0002"))
    said = " ".join(step.answer for step in explain(ADVOCATE, "read", item("MH"), case, NOW).steps)
    assert "ROI-0001: It was not initialled for this class." in said
    assert "ROI-0002: It is for another agency." in said


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_a_denial_blanks_everything_and_an_allowance_names_its_basis(seed):
    world = random_world(random.Random(seed))
    decision = decide(*world, NOW)
    assert bool(decision.basis) is decision.allowed
    assert decision.allowed or decision.redacted == world[2].fields
    assert decision.status_only == (decision.basis == "STATUS")
