"""The rules of practice.md 4.6 and 4.7 that the decision itself keeps. Each test carries the rule's id."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rightdoor.domain.confidentiality import (
    ACTIONS,
    BULK,
    CLASSES,
    OWN_OR_NOTHING,
    WITHOUT_PERSONS,
    Invitation,
    Override,
    Protocol,
    decide,
)
from rightdoor.domain.permission import ROLES
from tests.domain.worlds import (
    ADVOCATE,
    AGENCY,
    CASE,
    CHILD_WELFARE,
    CONSULTANT,
    COORDINATOR,
    DAY,
    EVERYBODY,
    INVESTIGATION,
    MATRIX,
    MEDICAL,
    NOW,
    POLICE,
    PROSECUTOR,
    PROTOCOL,
    SCHOOL,
    TEAM,
    YOUTH_COURT,
    ground,
    item,
    person,
    release,
    with_grounds,
)

PERSONS = sorted(CLASSES - WITHOUT_PERSONS)

pytestmark = pytest.mark.req("PRIV-2")


def opens(actor, held, case=CASE, *, at=NOW, action="read"):
    """Is the record itself open, not only its status?"""
    decision = decide(actor, action, held, case, at)
    return decision.allowed and not decision.status_only


def classes_open(actor, case, **more):
    """Which classes of the holder's records the actor may read."""
    return {name for name in PERSONS if opens(actor, item(name, **more), case)}


# --- general --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SR-01")
def test_without_a_release_or_a_protocol_no_class_of_another_agency_opens():
    for actor in TEAM:
        assert not classes_open(actor, CASE)


@pytest.mark.rule("SR-02")
def test_a_role_for_the_whole_state_reads_figures_and_no_case():
    admin = person("coordinator", 9, roles=frozenset({"administrator", "agency_head"}), regions=frozenset({"*"}))
    assert not any(decide(admin, action, item(name), CASE, NOW).allowed for name in PERSONS for action in ACTIONS)
    assert decide(admin, "read", item("AGG"), CASE, NOW).basis == "DEID"


@pytest.mark.rule("SR-03")
@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_role_changes_any_decision(role):
    plain, with_role = person("police", 9, roles=frozenset()), person("police", 9, roles=frozenset({role}))
    case = with_grounds(release(plain, "CORE", "ADV"), case=replace(CASE, assigned=frozenset({plain.code})))
    for facts in (case, replace(case, assigned=frozenset())):
        assert classes_open(plain, facts) == classes_open(with_role, facts)


@pytest.mark.rule("SR-04")
def test_an_assignment_that_is_gone_opens_nothing_at_the_next_question():
    case = with_grounds(release(ADVOCATE, "CORE"))
    assert opens(ADVOCATE, item("CORE"), case)
    gone = replace(case, assigned=case.assigned - {ADVOCATE.code})
    assert not opens(ADVOCATE, item("CORE"), gone)
    assert not opens(ADVOCATE, item("ADV", ADVOCATE.agency), gone)


@pytest.mark.rule("SR-05")
def test_a_guest_reads_what_was_chosen_for_the_meeting_in_its_window_and_only_after_signing():
    guest = person("medical", 2)
    invited = replace(CASE, invitations=(Invitation(guest.code, NOW, classes=frozenset({"CORE"})),))
    case = with_grounds(release(guest, "CORE", "SAFE", ends_at=NOW + 30 * DAY), case=invited)
    assert classes_open(guest, case) == {"CORE"}
    assert not opens(guest, item("CORE"), case, at=NOW + timedelta(hours=73))
    unsigned = replace(guest, clearance=replace(guest.clearance, agreement_signed=False))
    assert not opens(unsigned, item("CORE"), case)


@pytest.mark.rule("SR-06")
def test_at_a_meeting_about_two_cases_each_reads_only_the_case_of_the_invitation():
    guest = person("medical", 2)
    one = with_grounds(release(guest, "CORE"), case=replace(CASE, invitations=(Invitation(guest.code, NOW),)))
    other = replace(one, invitations=())
    assert opens(guest, item("CORE"), one)
    assert not opens(guest, item("CORE"), other)


@pytest.mark.rule("SR-07")
@pytest.mark.parametrize("action", sorted(BULK))
def test_a_list_a_search_and_an_export_open_nothing_that_reading_does_not(action):
    for actor in TEAM:
        for case in (CASE, INVESTIGATION, with_grounds(release(actor, *PERSONS))):
            for name in PERSONS:
                assert opens(actor, item(name), case) or not opens(actor, item(name), case, action=action)


@pytest.mark.rule("SR-10")
def test_every_basis_on_a_recorded_ground_names_the_record_for_the_trail():
    for kind in ("COURT", "EMERG", "ROI"):
        case = with_grounds(replace(release(ADVOCATE, "CORE"), kind=kind, code="GROU-0001"))
        assert decide(ADVOCATE, "read", item("CORE"), case, NOW).ground_code == "GROU-0001"
    assert decide(POLICE, "read", item("CORE"), INVESTIGATION, NOW).ground_code == "jd-19"


@pytest.mark.rule("SR-12")
def test_what_its_holder_withdrew_is_closed_to_everybody_but_the_holder():
    case = with_grounds(release(ADVOCATE, "CORE"), ground("COURT", ADVOCATE, "CORE"))
    shared = item("CORE", shared_with=frozenset({ADVOCATE.code}))
    assert opens(ADVOCATE, shared, case)
    assert not decide(ADVOCATE, "read", replace(shared, withdrawn=True), case, NOW).allowed
    assert not opens(
        COORDINATOR,
        item("CORE", AGENCY["coordinator"], withdrawn=True),
        replace(CASE, assigned=frozenset(), coordinators=frozenset()),
    )
    assert opens(POLICE, item("LE", POLICE.agency, withdrawn=True))


# --- advocates ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SR-13")
def test_what_an_advocate_agency_holds_apart_is_seen_by_its_own_people_alone():
    for name in PERSONS:
        held = item(name, ADVOCATE.agency, partitioned=True, status_fields=frozenset({"when"}))
        seen_by = {actor.code for actor in EVERYBODY if decide(actor, "read", held, INVESTIGATION, NOW).allowed}
        assert seen_by == {ADVOCATE.code}


@pytest.mark.rule("SR-15")
@pytest.mark.parametrize("data_class", PERSONS)
def test_a_teams_agreement_an_emergency_and_a_share_open_nothing_that_is_kept_apart(data_class):
    for actor in TEAM:
        case = replace(
            INVESTIGATION,
            grounds=(ground("EMERG", actor, data_class, to_account=actor.code),),
            overrides=(Override("OVER-0001", actor.code, NOW - DAY, NOW + DAY),),
        )
        held = item(data_class, partitioned=True, shared_with=frozenset({actor.code}))
        assert not decide(actor, "read", held, case, NOW).allowed


@pytest.mark.rule("SR-15")
def test_a_release_or_a_courts_order_opens_what_is_kept_apart():
    held = item("ADV", partitioned=True)
    assert decide(POLICE, "read", held, with_grounds(release(POLICE, "ADV")), NOW).basis == "ROI"
    assert decide(POLICE, "read", held, with_grounds(ground("COURT", POLICE, "ADV")), NOW).basis == "COURT"


@pytest.mark.rule("SR-16")
def test_an_advocate_in_anybodys_building_keeps_the_employers_rules():
    assert MATRIX.discipline_at("victim_advocate", "victim_advocate") == "victim_advocate"
    assert MATRIX.discipline_at("victim_advocate", "child_welfare") == "victim_advocate"
    host = item("LE", POLICE.agency)
    assert not opens(ADVOCATE, host)
    assert not opens(POLICE, item("ADV", ADVOCATE.agency))


@pytest.mark.rule("SR-17")
@pytest.mark.parametrize(("employer", "column"), [("local_law_enforcement", "police"), ("prosecutor", "prosecutor")])
def test_an_advocate_whom_the_police_or_a_prosecutor_employs_is_no_advocate(employer, column):
    assert MATRIX.disciplines[MATRIX.discipline_at("victim_advocate", employer)] == column


@pytest.mark.rule("SR-18", "SR-38")
def test_records_kept_apart_leave_in_no_list_and_no_export_but_their_holders():
    for actor in TEAM:
        for action in BULK:
            held = item("ADV", ADVOCATE.agency, partitioned=True)
            assert decide(actor, action, held, INVESTIGATION, NOW).allowed == (actor is ADVOCATE)


# --- investigative mode ---------------------------------------------------------------------------------------------

SPOILED = {
    "no protocol": {"protocol": None},
    "not yet in force": {"protocol": replace(PROTOCOL, starts_at=NOW + DAY)},
    "run out": {"protocol": replace(PROTOCOL, ends_at=NOW)},
    "no end": {"protocol": replace(PROTOCOL, ends_at=None)},
    "not on the roster": {"protocol": replace(PROTOCOL, roster=frozenset())},
    "not engaged": {"assigned": frozenset(), "coordinators": frozenset()},
    "no need stated": {"needs": frozenset()},
    "cell not switched on": {"protocol": replace(PROTOCOL, cells=frozenset())},
    "no district": {"district": ""},
    "mode not known": {"mode": ""},
}


@pytest.mark.rule("SR-19")
@pytest.mark.parametrize("how", SPOILED)
def test_the_teams_ground_needs_protocol_roster_engagement_and_need_and_falls_without_any(how):
    assert decide(POLICE, "read", item("CORE"), INVESTIGATION, NOW).basis == "MDT"
    assert not decide(POLICE, "read", item("CORE"), replace(INVESTIGATION, **SPOILED[how]), NOW).allowed


@pytest.mark.rule("SR-20")
def test_when_the_investigation_is_over_new_reading_needs_a_release_and_what_was_shared_stays():
    over = replace(INVESTIGATION, mode="ongoing")
    assert not opens(POLICE, item("CORE"), over)
    assert opens(POLICE, item("CORE"), with_grounds(release(POLICE, "CORE"), case=over))
    assert opens(POLICE, item("CORE", shared_with=frozenset({POLICE.code})), over)


@pytest.mark.rule("SR-21")
def test_another_districts_roster_opens_nothing():
    assert not opens(POLICE, item("CORE"), replace(INVESTIGATION, district="jd-20"))
    elsewhere = Protocol("jd-20", NOW - DAY, NOW + DAY, PROTOCOL.roster, PROTOCOL.cells)
    assert not opens(POLICE, item("CORE"), replace(INVESTIGATION, protocol=elsewhere))


@pytest.mark.rule("SR-22")
def test_police_see_where_a_victim_is_on_an_order_an_emergency_or_a_specific_release_alone():
    place, named = item("LOC"), {"to_account": POLICE.code}
    assert not opens(POLICE, place, INVESTIGATION)
    assert not opens(POLICE, item("LOC", shared_with=frozenset({POLICE.code})), INVESTIGATION)
    for given in (release(POLICE, "LOC"), ground("COURT", POLICE, "LOC"), ground("EMERG", POLICE, "LOC")):
        assert not opens(POLICE, place, with_grounds(given))
        assert opens(POLICE, place, with_grounds(replace(given, **named)))


@pytest.mark.rule("SR-22")
def test_no_protocol_opens_where_a_victim_is():
    """Child welfare, too, needs a ground that names the person: a roster names a whole discipline."""
    place, named = item("LOC"), {"to_account": CHILD_WELFARE.code}
    assert opens(CHILD_WELFARE, item("CORE"), INVESTIGATION)
    assert not opens(CHILD_WELFARE, place, INVESTIGATION)
    assert opens(CHILD_WELFARE, place, with_grounds(replace(release(CHILD_WELFARE, "LOC"), **named)))


@pytest.mark.rule("SR-23")
def test_who_reported_is_hidden_from_everybody_but_three_disciplines():
    reporter = item("REP")
    for actor in EVERYBODY:
        case = replace(
            INVESTIGATION,
            grounds=tuple(ground(kind, actor, "REP", to_account=actor.code) for kind in ("EMERG", "ROI")),
            overrides=(Override("OVER-0001", actor.code, NOW - DAY, NOW + DAY),),
        )
        may_know = actor in (CHILD_WELFARE, POLICE, PROSECUTOR)
        assert decide(actor, "read", reporter, case, NOW).allowed == may_know


@pytest.mark.rule("SR-25")
def test_a_subpoena_is_not_a_courts_order():
    demand = replace(ground("COURT", POLICE, "ADV"), kind="SUBPOENA")
    assert not opens(POLICE, item("ADV"), with_grounds(demand))
    assert opens(POLICE, item("ADV"), with_grounds(replace(demand, kind="COURT")))


# --- health, school, youth court ------------------------------------------------------------------------------------


@pytest.mark.rule("SR-26")
def test_a_therapists_own_notes_open_at_no_meeting():
    for actor in EVERYBODY:
        case = replace(INVESTIGATION, invitations=(Invitation(actor.code, NOW, classes=frozenset({"PSY"})),))
        assert not decide(actor, "read", item("PSY", shared_with=frozenset({actor.code})), case, NOW).allowed


@pytest.mark.rule("SR-27", "RO-5")
def test_a_substance_use_record_needs_its_own_initials_and_a_named_intermediary():
    whole = release(MEDICAL, "SUD")
    assert opens(MEDICAL, item("SUD"), with_grounds(whole))
    assert not opens(MEDICAL, item("SUD"), with_grounds(replace(whole, names_intermediary=False)))
    assert not opens(MEDICAL, item("SUD"), with_grounds(replace(whole, initialled=frozenset())))


@pytest.mark.rule("SR-28")
def test_a_recipient_does_not_pass_a_substance_use_record_on():
    passed_on = release(ADVOCATE, "SUD", from_agency=MEDICAL.agency)  # from whoever received it, not from the holder
    assert not opens(ADVOCATE, item("SUD"), with_grounds(passed_on))
    assert not opens(ADVOCATE, item("SUD", shared_with=frozenset({ADVOCATE.code})))


@pytest.mark.rule("SR-29")
def test_care_that_a_minor_consented_to_alone_needs_the_minors_signature():
    held = item("HLTH", minor_consented_alone=True)
    signed = release(ADVOCATE, "HLTH")
    assert opens(ADVOCATE, held, with_grounds(signed))
    assert not opens(ADVOCATE, held, with_grounds(replace(signed, minor_signed=False)))


@pytest.mark.rule("SR-30")
def test_a_school_reads_back_nothing_of_a_case_without_a_release():
    assert not classes_open(SCHOOL, INVESTIGATION, limits=frozenset({"education_part"}))
    assert not any(
        decide(SCHOOL, "read", item(name, status_fields=frozenset({"when"})), INVESTIGATION, NOW).allowed
        for name in PERSONS
    )


@pytest.mark.rule("SR-31")
def test_school_records_that_child_welfare_got_are_not_open_to_the_rest_of_the_team():
    held = item("EDU", CHILD_WELFARE.agency, limits=frozenset({"state_care"}))
    assert {actor.code for actor in TEAM if opens(actor, held, INVESTIGATION)} == {CHILD_WELFARE.code}


@pytest.mark.rule("SR-32")
def test_nobody_learns_that_a_family_services_record_exists():
    for actor in EVERYBODY:
        decision = decide(actor, "read", item("FINS", status_fields=frozenset({"when"})), INVESTIGATION, NOW)
        nothing = decide(actor, "read", item("FINS", fields=frozenset()), INVESTIGATION, NOW)
        assert not decision.allowed
        assert decision.reason == nothing.reason


@pytest.mark.rule("SR-33")
def test_a_youth_court_reads_no_coordination_record_on_the_teams_ground():
    assert not classes_open(YOUTH_COURT, INVESTIGATION)


# --- survivor consultants, families, life cycle ---------------------------------------------------------------------


@pytest.mark.rule("SR-34")
def test_a_survivor_consultant_opens_no_case_even_if_assigned_by_mistake():
    mistaken = replace(
        INVESTIGATION,
        assigned=frozenset({CONSULTANT.code}),
        coordinators=frozenset({CONSULTANT.code}),
        coordinating_agency=CONSULTANT.agency,
        grounds=(ground("COURT", CONSULTANT, *PERSONS), release(CONSULTANT, *PERSONS)),
    )
    for owner in ("HOLD-0001", CONSULTANT.agency):
        assert not any(decide(CONSULTANT, "read", item(name, owner), mistaken, NOW).allowed for name in PERSONS)
    assert not opens(CONSULTANT, item("CORE", CONSULTANT.agency), replace(mistaken, matrix=None))
    assert decide(CONSULTANT, "read", item("AGG"), mistaken, NOW).basis == "DEID"


@pytest.mark.rule("SR-35")
def test_a_block_on_a_case_is_stronger_than_any_ground():
    for actor in TEAM:
        case = replace(
            INVESTIGATION,
            blocked=frozenset({actor.code}),
            grounds=(release(actor, *PERSONS), ground("COURT", actor, *PERSONS)),
            overrides=(Override("OVER-0001", actor.code, NOW - DAY, NOW + DAY),),
        )
        assert not any(
            decide(actor, "read", item(name, owner), case, NOW).allowed
            for name in CLASSES
            for owner in ("HOLD-0001", actor.agency)
        )


@pytest.mark.rule("SR-42")
def test_being_on_one_siblings_case_opens_nothing_of_the_others():
    one = with_grounds(release(ADVOCATE, "CORE"))
    other = replace(one, assigned=frozenset(), coordinators=frozenset())
    assert opens(ADVOCATE, item("CORE"), one)
    assert not opens(ADVOCATE, item("CORE"), other)
    assert not opens(ADVOCATE, item("ADV", ADVOCATE.agency), other)


@pytest.mark.rule("SR-43")
def test_a_closed_case_is_read_by_the_holder_of_each_record_alone():
    shut = replace(
        INVESTIGATION,
        is_closed=True,
        grounds=tuple(ground(kind, ADVOCATE, "CORE") for kind in ("COURT", "EMERG", "ROI")),
        overrides=(Override("OVER-0001", ADVOCATE.code, NOW - DAY, NOW + DAY),),
    )
    assert not decide(ADVOCATE, "read", item("CORE", shared_with=frozenset({ADVOCATE.code})), shut, NOW).allowed
    assert not any(decide(POLICE, "read", item(name), shut, NOW).allowed for name in PERSONS)
    assert decide(ADVOCATE, "read", item("ADV", ADVOCATE.agency), shut, NOW).basis == "OWN"


@pytest.mark.rule("SR-45")
def test_break_glass_opens_one_case_for_its_hour_and_never_what_is_privileged():
    helper = person("coordinator", 2)
    hour = Override("OVER-0001", helper.code, NOW, NOW + timedelta(hours=1))
    broken = replace(CASE, overrides=(hour,))
    decision = decide(helper, "read", item("SAFE"), broken, NOW)
    assert (decision.basis, decision.ground_code) == ("EMERG", "OVER-0001")
    assert not opens(helper, item("SAFE"), broken, at=NOW - timedelta(seconds=1))
    assert not opens(helper, item("SAFE"), broken, at=NOW + timedelta(hours=1))
    assert not opens(helper, item("SAFE"), CASE)
    assert not opens(person("coordinator", 3), item("SAFE"), broken)
    assert not opens(helper, item("SAFE"), broken, action="write")
    for name in OWN_OR_NOTHING:
        assert not opens(helper, item(name), broken)


# --- mandated reports -----------------------------------------------------------------------------------------------


def test_a_mandated_report_opens_the_reported_facts_and_no_other_record():
    """MR-4."""
    case = with_grounds(ground("MR", CHILD_WELFARE, "CW", "ADV", from_agency=""))
    told = frozenset({CHILD_WELFARE.agency})
    decision = decide(CHILD_WELFARE, "read", item("ADV", reported_to=told), case, NOW)
    assert (decision.basis, decision.ground_code) == ("MR", "MR-0001")
    assert not opens(CHILD_WELFARE, item("ADV"), case)
    assert not opens(POLICE, item("ADV", reported_to=told), case)
    assert not opens(CHILD_WELFARE, item("ADV", reported_to=told), CASE)
