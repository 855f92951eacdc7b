"""Every column of casework that stands in clear, with its reason. What is not here must be sealed.

Adding a line is a decision about children: say what the program cannot do without reading it from outside a record.
"""

# fmt: off
from __future__ import annotations

KEY = "a key without meaning: joins rows, never leaves the server"
CODE = "a code without meaning, the only thing that addresses and messages carry"
HOLDER = "whose record it is: chooses the key that opens it"
REGION = "which team's it is: routing and who may know of it"
FLOW = "where the work stands: lists, clocks and the next act"
TIME = "when a step was taken: clocks, order, response times"
STAFF = "which member of staff did it or has to: duties and accountability, never a client"
WINDOW = "from when to when a person may know of the client: asked by every read"
GROUND = "on which legal ground who may read what: asked by every read, before anything is opened"
COUNTED = "counted by source, channel and reason without opening a record"
LINE = "a code without meaning: the same line in every version of a plan"
VERSION = "which version it is: two writers, and rules as they were"


def _table(table: str, **columns: str) -> dict[str, str]:
    return {f"{table}.{column}": reason for column, reason in columns.items()}


CLEAR: dict[str, str] = {
    **_table(
        "clients_client", id=KEY, code=CODE, holder=HOLDER, region=REGION, known_since=TIME, linked_to_id=KEY
    ),
    **_table(
        "clients_standing",
        id=KEY, client_id=KEY, account_code=STAFF, kind=WINDOW, discipline=WINDOW, about=CODE, starts_at=WINDOW,
        need=WINDOW, ends_at=WINDOW, given_by=STAFF, ended_by=STAFF,
    ),
    **_table(
        "clients_ground",
        id=KEY, client_id=KEY, kind=GROUND, code=CODE, from_agency=GROUND, to_agency=GROUND, to_account=GROUND,
        classes=GROUND, items=GROUND, initialled=GROUND, starts_at=WINDOW, ends_at=WINDOW, suspended_at=WINDOW,
        ended_at=WINDOW, names_intermediary=GROUND, minor_signed=GROUND, given_by=STAFF,
    ),
    **_table(
        "clients_holding", id=KEY, client_id=KEY, agency_code=HOLDER,
    ),
    **_table(
        "clients_block",
        id=KEY, code=CODE, client_id=KEY, account_code=STAFF, agency_code=GROUND, why=GROUND, declared_by=STAFF,
        starts_at=WINDOW, ended_at=WINDOW, ended_by=STAFF,
    ),
    **_table(
        "clients_matchdecision",
        id=KEY, client_id=KEY, other_id=KEY, outcome=FLOW, decided_at=TIME, decided_by=STAFF, undone_at=TIME,
        undone_by=STAFF,
    ),
    **_table(
        "clients_clientmerge",
        id=KEY, code=CODE, leading_id=KEY, following_id=KEY, merged_at=TIME, merged_by=STAFF, undone_at=TIME,
        undone_by=STAFF,
    ),
    **_table("clients_identity", id=KEY, client_id=KEY, changed_at=TIME),
    **_table(
        "consents_personaround", id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, changed_at=TIME
    ),
    **_table(
        "consents_release",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, from_agency=HOLDER, to_agency=WINDOW,
        to_account=WINDOW, starts_at=WINDOW, expires_at=WINDOW, suspended_at=WINDOW, suspended_why=FLOW,
        ended_at=WINDOW, ended_why=FLOW, ended_by=STAFF, revoked_how=FLOW,
    ),
    **_table("consents_signature", id=KEY, release_id=KEY, number=FLOW, person_id=KEY, signed_at=TIME),
    **_table(
        "consents_participationconsent",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, answer=FLOW, about=CODE, person_id=KEY,
        given_at=WINDOW, expires_at=WINDOW, withdrawn_at=WINDOW, withdrawn_by=STAFF, ended_why=FLOW,
    ),
    **_table(
        "consents_legalalternative",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, starts_at=WINDOW, ends_at=WINDOW,
        ended_at=WINDOW, ended_by=STAFF,
    ),
    **_table(
        "consents_courtorder",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, from_agency=HOLDER, to_agency=WINDOW,
        to_account=WINDOW, starts_at=WINDOW, ends_at=WINDOW, confirmed_at=TIME, confirmed_by=STAFF,
    ),
    **_table(
        "consents_subpoena",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, received_at=TIME, answer_due_at=TIME,
        settled_at=TIME, settled_by=STAFF,
    ),
    **_table(
        "consents_emergencyground",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, from_agency=HOLDER, to_account=WINDOW,
        starts_at=WINDOW, ends_at=WINDOW,
    ),
    **_table(
        "consents_outsidedisclosure",
        id=KEY, code=CODE, client_id=KEY, recorded_at=TIME, recorded_by=STAFF, release_id=KEY, ground=CODE, kind=FLOW,
        from_agency=HOLDER, to_agency=WINDOW, told_at=TIME, is_compelled=FLOW, follow_up_due_at=TIME,
        follow_up_done_at=TIME, closed_at=TIME, closed_by=STAFF,
    ),
    **_table(
        "intake_report",
        id=KEY, code=CODE, channel=COUNTED, reporter_type=COUNTED, language="in which language the receipt answers",
        holder=HOLDER, region=REGION, state=FLOW, reported_at=TIME, released_at=TIME, taken_by=STAFF, taken_up_at=TIME,
        receipt_digest="finds the report of a receipt: keyed, of 80 random bits", client_id=KEY,
    ),
    **_table(
        "intake_hop",
        id=KEY, report_id=KEY, key=FLOW, order=FLOW, owner_role=FLOW, receiver_role=FLOW, region=REGION, state=FLOW,
        is_unsettled=FLOW, outcome=FLOW, began_at=TIME, due_at=TIME, done_at=TIME, done_by=STAFF,
    ),
    **_table(
        "intake_move",
        id=KEY, report_id=KEY, from_region=REGION, to_region=REGION, from_role=FLOW, to_role=FLOW, code=CODE,
        moved_at=TIME, moved_by=STAFF,
    ),
    **_table(
        "screening_screening",
        id=KEY, code=CODE, holder=HOLDER, tool=VERSION, tool_version=VERSION, tool_hash=VERSION, entry=FLOW,
        occasion=COUNTED, region=REGION, area=COUNTED, taken_on=TIME, begun_at=TIME, begun_by=STAFF, state=FLOW,
        is_open=FLOW, ended_at=TIME, result=COUNTED, band=COUNTED, suggested=COUNTED, next_step=FLOW, handed_to=REGION,
        handed_at=TIME, report_id=KEY, client_id=KEY, taken_up_at=TIME, version=VERSION,
    ),
    # Rows that lead back to no screening and no person.
    **_table(
        "screening_countedscreening",
        id=KEY, tool=COUNTED, tool_version=COUNTED, agency=COUNTED, region=REGION, area=COUNTED, month=COUNTED,
        state=COUNTED, result=COUNTED, band=COUNTED, next_step=COUNTED, occasion=COUNTED,
        came_by="which spreadsheet brought it: undone whole",
    ),
    **_table(
        "screening_broughtresults", id=KEY, code=CODE, brought_by=STAFF, brought_at=TIME, rows=COUNTED, undone_at=TIME
    ),
    **_table("screening_countedindicator", id=KEY, counted_id=KEY, item=COUNTED),
    **_table(
        "screening_education",
        id=KEY, code=CODE, agency=HOLDER, given_by=STAFF, given_on=TIME, recorded_at=TIME, region=REGION, area=COUNTED,
        people=COUNTED, is_alone=COUNTED, limits_told=COUNTED, interpreter=COUNTED, cards_offered=COUNTED,
        resources_told=COUNTED, warm_referral=COUNTED, safe_contact_asked=COUNTED,
    ),
    **_table(
        "referrals_referral",
        id=KEY, code=CODE, client_id=KEY, report_id=KEY, holder=HOLDER, region=REGION, coordinator=STAFF,
        source=COUNTED, channel=COUNTED, state=FLOW, reported_at=TIME, released_at=TIME, received_at=TIME,
        received_by=STAFF, clock_from=FLOW, clock_started_at=TIME, tier=FLOW, due_at=TIME, stopped_at=TIME,
        ineligible_reason=COUNTED, decided_at=TIME, late_cause=COUNTED, reminded=FLOW, pack_version=VERSION,
        version=VERSION,
    ),
    **_table(
        "referrals_tierchange",
        id=KEY, referral_id=KEY, at=TIME, by=STAFF, kind=FLOW, tier=FLOW, asked=FLOW, due_at=TIME, seconded_by=STAFF,
    ),
    **_table(
        "referrals_mandatedreport",
        id=KEY, referral_id=KEY, made=FLOW, made_at=TIME, settled=FLOW, recorded_at=TIME, recorded_by=STAFF,
    ),
    # The filters, which could tell whom somebody was looking for, are sealed for the person who asked.
    **_table(
        "referrals_export",
        id=KEY, code=CODE, listing=FLOW, form=FLOW, asked_by=STAFF, agency=HOLDER, purpose=COUNTED, basis=COUNTED,
        clients=COUNTED, second=STAFF,
        state=FLOW, asked_at=TIME, agreed_at=TIME, made_at=TIME,
    ),
    **_table("referrals_clocktally", id=KEY, region=REGION, year=COUNTED, tier=COUNTED, met=COUNTED, missed=COUNTED),
    **_table(
        "cases_case",
        id=KEY, code=CODE, client_id=KEY, referral_id=KEY, holder=HOLDER, region=REGION, coordinator=STAFF, state=FLOW,
        mode=FLOW, district=GROUND, cadence=FLOW, opened_at=TIME, closed_at=TIME,
    ),
    **_table(
        "cases_systemspart",
        id=KEY, code=CODE, case_id=KEY, data_class="who may read it: asked before anything is opened", version=VERSION,
        at=TIME, by=STAFF,
    ),
    **_table("cases_statusdetermination", id=KEY, code=CODE, case_id=KEY, at=TIME, by=STAFF),
    **_table(
        "cases_casetie", id=KEY, group=CODE, client_id=KEY, tied_at=TIME, tied_by=STAFF, untied_at=TIME, untied_by=STAFF
    ),
    **_table(
        "cases_casetransfer",
        id=KEY, code=CODE, case_id=KEY, case_code=CODE, state=FLOW, from_region=REGION, to_region=REGION,
        from_coordinator=STAFF, to_coordinator=STAFF, keeps_team=FLOW, asked_at=TIME, asked_by=STAFF, answered_at=TIME,
        answered_by=STAFF,
    ),
    **{
        f"justice_{table}.{column}": reason
        for table in ("proceeding", "offender", "arrest", "charge", "courtdate", "victimright", "relief")
        for column, reason in {
            "id": KEY, "code": CODE, "case_id": KEY, "holder": HOLDER, "version": VERSION, "recorded_at": TIME,
            "recorded_by": STAFF, "changed_at": TIME, "changed_by": STAFF,
            "data_class": "who may read it: asked before anything is opened",
        }.items()
    },
    **_table("justice_proceeding", state=FLOW),
    **_table("justice_arrest", proceeding_id=KEY),
    **_table("justice_charge", proceeding_id=KEY),
    **_table("justice_courtdate", proceeding_id=KEY, starts_at="when to be in court: schedule, desk", state=FLOW),
    **_table("justice_victimright", owed_on=TIME, state=FLOW),
    # Which relief it is stands sealed; the printed end alone is what the reminder asks for.
    **_table("justice_relief", ends_on=TIME, state=FLOW),
    **_table(
        "documents_document",
        id=KEY, code=CODE, case_id=KEY, holder=HOLDER, data_class="who may read it: asked before anything is opened",
        minor_consented_alone="whether a release needs the minor's signature: asked before anything is opened",
        state=FLOW, added_at=TIME, added_by=STAFF, withdrawn_at=TIME, withdrawn_by=STAFF,
    ),
    **_table(
        "documents_version",
        id=KEY, document_id=KEY, number=VERSION, state=FLOW, original_id=KEY, copy_id=KEY,
        kind="which of eight kinds of file: how its copy is made", pages="how long it is", waits_for=FLOW,
        refused_for=FLOW, is_scanned=FLOW, added_at=TIME, added_by=STAFF,
    ),
    **_table(
        "notes_note",
        id=KEY, code=CODE, case_id=KEY, holder=HOLDER, data_class="who may read it: asked before anything is opened",
        minor_consented_alone="whether a release needs the minor's signature: asked before anything is opened",
        version=VERSION, state=FLOW, added_at=TIME, added_by=STAFF, withdrawn_at=TIME, withdrawn_by=STAFF,
    ),
    **_table("notes_noteversion", id=KEY, note_id=KEY, number=VERSION, written_at=TIME, written_by=STAFF),
    **_table(
        "notes_sheet",
        id=KEY, code=CODE, case_id=KEY, tab="which profession's facts: on which tab they stand", holder=HOLDER,
        minor_consented_alone="whether a release needs the minor's signature: asked before anything is opened",
        version=VERSION, written_at=TIME, written_by=STAFF,
    ),
    **_table(
        "notes_sheetpart",
        id=KEY, sheet_id=KEY, number=VERSION, data_class="who may read it: asked before anything is opened",
        written_at=TIME, written_by=STAFF,
    ),
    **_table(
        "plans_serviceplan",
        id=KEY, code=CODE, case_id=KEY, number=VERSION, state=FLOW, written_at=TIME, written_by=STAFF, adopted_at=TIME,
        review_due_at=TIME, check_in_due_at=TIME,
    ),
    # That and since when a child is missing: the clocks, the alarm and the list of who is missing ask it unopened.
    **_table(
        "missing_episode",
        id=KEY, code=CODE, case_id=KEY, state=FLOW, learned_at=TIME, departed_at=TIME, last_seen_at=TIME,
        started_at=TIME, started_by=STAFF, recovered_at=TIME, closed_at=TIME, changed_at=VERSION,
    ),
    # The key names a duty of the pack, contact with the police, a step that is owed; whatever else came in is sealed.
    **_table(
        "missing_entry",
        id=KEY, code=CODE, episode_id=KEY, kind=FLOW, key=FLOW, at=TIME, added_at=TIME, added_by=STAFF,
    ),
    **_table(
        "missing_preparedplan", id=KEY, code=CODE, case_id=KEY, number=VERSION, written_at=TIME, written_by=STAFF
    ),
    **_table("missing_preparedline", id=KEY, plan_id=KEY, number=FLOW, owner=STAFF, within_hours=FLOW),
    **_table(
        "missing_task",
        id=KEY, episode_id=KEY, number=FLOW, owner=STAFF, due_at=TIME, state=FLOW, settled_at=TIME, settled_by=STAFF,
    ),
    # The kind of a service tells about the client (detox, pregnancy), so it is sealed with the words.
    **_table(
        "plans_plannedservice", id=KEY, plan_id=KEY, number=FLOW, line=LINE, owner=STAFF, due_on=TIME, state=FLOW
    ),
    **_table(
        "plans_plangoal",
        id=KEY, plan_id=KEY, number=FLOW, line=LINE, owner=STAFF, due_on=TIME,
        state="whether a goal is settled, never what it is: dues, and goals met counted without opening a plan",
    ),
    **_table("plans_planaction", id=KEY, plan_id=KEY, number=FLOW, line=LINE, owner=STAFF, due_on=TIME, state=FLOW),
    **_table(
        "plans_planreview",
        id=KEY, code=CODE, case_id=KEY, plan_id=KEY, reviewed_at=TIME, reviewed_by=STAFF, due_at=TIME,
        next_due_at=TIME, ends=FLOW,
    ),
    **_table(
        "plans_checkin",
        id=KEY, code=CODE, case_id=KEY, partner=STAFF, asked_on=TIME, recorded_at=TIME, recorded_by=STAFF, due_at=TIME,
    ),
    **_table(
        "plans_shareddecision",
        id=KEY, code=CODE, case_id=KEY, recorded_at=TIME, recorded_by=STAFF, revisit_on=TIME, revisited_at=TIME,
        revisited_by=STAFF, has_preference="whether a wish is on record, never which: counted without opening a record",
        was_followed="whether it went as the client wanted, never how: counted without opening a record",
    ),
    **_table(
        "closure_closure",
        id=KEY, code=CODE, case_id=KEY, closed_at=TIME, closed_by=STAFF, access_ends_at=WINDOW, reopened_at=TIME,
        reopened_by=STAFF,
    ),
    **_table(
        "closure_review",
        id=KEY, code=CODE, case_id=KEY, state=FLOW, begun_at=TIME, begun_by=STAFF, held_at=TIME, version=VERSION,
    ),
    **_table("closure_participant", id=KEY, review_id=KEY, account_code=STAFF),
    **_table(
        "closure_recommendation",
        id=KEY, code=CODE, review_id=KEY, owner=STAFF, due_on=TIME, state=FLOW, settled_at=TIME, settled_by=STAFF,
    ),
    # A lesson leads to no client at all.
    **_table(
        "closure_lesson",
        id=KEY, code=CODE, holder=HOLDER, written_at=TIME, written_by=STAFF, state=FLOW, answered_at=TIME,
        answered_by=STAFF,
    ),
    # Which service, which provider and who declined tell about the client: sealed. How far it is tells the desk.
    **_table(
        "services_servicereferral",
        id=KEY, code=CODE, case_id=KEY, holder=HOLDER, state=FLOW,
        answers_advocacy="which duty it answers: the desk asks it of every case without opening one", sent_on=TIME,
        first_contact_by=TIME, last_step_on=TIME, due_at=TIME, ended_on=TIME, made_at=TIME, made_by=STAFF,
        release_id=GROUND, disclosure_id=KEY,
    ),
    **_table(
        "services_servicestep",
        id=KEY, referral_id=KEY, number=VERSION, state=FLOW, happened_on=TIME, recorded_at=TIME, recorded_by=STAFF,
        sent_from=CODE,
    ),
    **_table(
        "services_advocacyreason",
        id=KEY, code=CODE, case_id=KEY, ask_again_on=TIME, recorded_at=TIME, recorded_by=STAFF,
    ),
    **_table(
        "safety_safetyplan",
        id=KEY, code=CODE, case_id=KEY, number=VERSION, state=FLOW, version=VERSION, written_at=TIME, written_by=STAFF,
        adopted_at=TIME, adopted_by=STAFF, own_review_at=TIME, reviewed_at=TIME, review_due_at=TIME,
    ),
    **_table(
        "safety_reviewtrigger",
        id=KEY, code=CODE, case_id=KEY, due_at=TIME, raised_at=TIME, raised_by=STAFF, settled_at=TIME,
    ),
    **_table("safety_holdinganswer", id=KEY, plan_id=KEY, number=VERSION, asked_at=TIME, asked_by=STAFF),
    **_table(
        "staffings_staffing",
        id=KEY, code=CODE, case_id=KEY, meeting_id=KEY, region=REGION, kind=FLOW, state=FLOW, starts_at=TIME,
        place=FLOW, planned_minutes=FLOW, turn_at=TIME, held_at=TIME, continued_services=FLOW, consent_plan=FLOW,
        summary_due_at=TIME,
        summary_shared_at=TIME,
    ),
    **_table(
        "staffings_cadencesetting",
        id=KEY, code=CODE, case_id=KEY, cadence=FLOW, next_on=TIME, set_at=TIME, set_by=STAFF,
    ),
    **_table(
        "staffings_packet",
        id=KEY, code=CODE, staffing_id=KEY, subject=CODE, holder=HOLDER, to_agency=GROUND, ground=GROUND,
        link_digest="finds the packet by its link, of which nothing else is kept",
        words_digest="checks the spoken words, keyed and bound to the link; the words are kept nowhere",
        opens_at=WINDOW, closes_at=WINDOW, made_at=TIME, made_by=STAFF, wrong_tries=FLOW, locked_at=TIME,
        revoked_at=TIME, revoked_by=STAFF, signed_at=TIME, notice_version=VERSION,
    ),
    **_table("staffings_packetlook", id=KEY, packet_id=KEY, at=TIME, what=FLOW),
    **_table(
        "staffings_topicminutes",
        id=KEY, staffing_id=KEY, topic=FLOW, version=VERSION, written_at=TIME, written_by=STAFF,
        written_from="the writer's open page, so that its own saves are no conflict",
    ),
    **_table("staffings_decision", id=KEY, code=CODE, staffing_id=KEY, topic=FLOW, decided_at=TIME, recorded_by=STAFF),
    **_table(
        "staffings_actionitem",
        id=KEY, code=CODE, staffing_id=KEY, topic=FLOW, owner=STAFF, due_on=TIME, recorded_at=TIME, recorded_by=STAFF,
        done_at=TIME, done_by=STAFF,
    ),
    **_table(
        "staffings_casesummary",
        id=KEY, code=CODE, staffing_id=KEY, filed_at=TIME, filed_by=STAFF,
        digest="binds the shared text, printed on it",
    ),
    **_table(
        "staffings_summaryshare",
        id=KEY, summary_id=KEY, account_code=STAFF, shared_at=TIME, first_opened_at=TIME, last_opened_at=TIME,
        printed_at=TIME,
    ),
}
