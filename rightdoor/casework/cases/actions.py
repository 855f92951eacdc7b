"""Acts on cases: open, put people on, determine victim status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rightdoor.casework.cases.models import Case, StatusDetermination
from rightdoor.casework.cases.queries import (
    determination_label,
    determinations_of,
    names_of_accounts,
    standing_of,
)
from rightdoor.casework.clients.actions import declare_conflict, end_standing, give_standing, lift_block
from rightdoor.casework.clients.disclosure import open_identity
from rightdoor.casework.clients.models import Block
from rightdoor.casework.clients.queries import not_kept_apart
from rightdoor.casework.consents.queries import check_nobody_barred, consent_for_rules, coordination_of
from rightdoor.casework.referrals.actions import triage_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import coordinators_of, referral_facts
from rightdoor.domain import victim_status
from rightdoor.domain.consent import check_may_leave_investigative_mode
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.notices.actions import notify, put_away
from rightdoor.foundation.sealing.seals import seal_json


@action("case.opened")
def open_case(viewer: Viewer, referral: Referral, *, now: datetime, coordinator: str = "") -> Case:
    """Opens the case of an eligible, triaged referral and assigns the region's coordinator. (CASE-1)

    Raises RuleBroken when the referral is not that far, or has a case already.
    """
    check_may(viewer, "case.open", Standing(region=viewer.covers_as("care_coordinator", referral.region)))
    if referral.state not in {"triaged", "staffed"}:
        raise RuleBroken("Decide eligibility and set the response tier first.")
    if Case.objects.filter(referral=referral).exists():
        raise RuleBroken("This referral has its case already.")
    case = Case.objects.create(
        code=new_code(),
        client=referral.client,
        referral=referral,
        holder=referral.holder,
        region=referral.region,
        coordinator=coordinator or viewer.code,
        opened_at=now,
        district=_district_of(viewer, referral, now),
    )
    give_standing(
        viewer,
        case.client,
        account_code=case.coordinator,
        kind="assigned",
        discipline="care_coordinator",
        about=case.code,
        starts_at=now,
        now=now,
        need="supervision",
    )
    record(viewer, "case.opened", case)
    return case


@action("case.assigned")
def add_to_case(
    viewer: Viewer, case: Case, *, account_code: str, discipline: str, now: datetime, need: str = ""
) -> None:
    """Assigns a member to the case. `need`: what for, one of clients' NEEDS. (TEAM-6, PRIV-2, SR-19)

    The place on the team is the need to know, not yet a ground: without a release, or the protocol of the district and
    a stated need, the member sees nothing.
    """
    check_may(viewer, "case.assign", standing_of(viewer, case, now))
    check_nobody_barred(case.client, names_of_accounts({account_code}).values())
    give_standing(
        viewer,
        case.client,
        account_code=account_code,
        kind="assigned",
        discipline=discipline,
        about=case.code,
        starts_at=now,
        now=now,
        need=need,
    )
    notify([account_code], "case.assigned", case.code, now)
    record(viewer, "case.assigned", case, person=account_code, need=need or None)


@action("case.district_set")
def change_district(viewer: Viewer, case: Case, *, district: str, now: datetime) -> None:
    """Sets the judicial district whose investigative team the case is before; "" where it is not known. (SR-21)

    Raises NotPermitted, and RuleBroken for a district that the pack does not have.
    """
    check_may(viewer, "case.change_district", standing_of(viewer, case, now))
    if district and district not in {one.key for one in active_pack().sharing.districts}:
        raise RuleBroken("Choose the district from the list.")
    case.district = district
    case.save(update_fields=["district"])
    record(viewer, "case.district_set", case, district=district or None)


@action("client.conflict_declared")
def declare_own_conflict(viewer: Viewer, case: Case, *, now: datetime) -> None:
    """ "I know this person": closes the case to the viewer at once, and tells its coordinators. (step 2 of 4.4)"""
    others = {case.coordinator, *coordinators_of(case.region, now)} - {viewer.code}
    told = not_kept_apart(others, case.client, case.holder)
    waiting = _awaited_on(case)
    declare_conflict(viewer, case.client, now=now)
    put_away(viewer.code, waiting, now)
    notify(told, "case.conflict_declared", case.code, now)


@action("client.conflict_declared")
def keep_apart_from_case(viewer: Viewer, case: Case, *, account_code: str, why: str, now: datetime) -> None:
    """The coordinator keeps a person apart from the case, with a release or without. (practice.md 4.4, step 2)

    Raises NotPermitted, and RuleBroken for the case's own coordinator: the case is handed over first.
    """
    check_may(viewer, "case.block", standing_of(viewer, case, now))
    if account_code == case.coordinator:
        raise RuleBroken("Hand the case to another coordinator first.")
    declare_conflict(viewer, case.client, account_code=account_code, why=why, now=now)
    put_away(account_code, _awaited_on(case), now)


def _awaited_on(case: Case) -> set[str]:
    """Codes by which notices may name the case: its own, its referral's, its staffings' and their meetings'."""
    turns = case.staffings.values_list("code", "meeting__code")  # type: ignore[attr-defined]  # of a slice above
    return {case.code, case.referral.code, *(code for turn in turns for code in turn)}


@action("client.block_lifted")
def let_in_again(viewer: Viewer, case: Case, block: Block, *, now: datetime) -> None:
    """Lifts a block of the case; the person's standing and grounds count again. Raises NotPermitted."""
    check_may(viewer, "case.block", standing_of(viewer, case, now))
    lift_block(viewer, block, now=now)


@action("case.unassigned")
def remove_from_case(viewer: Viewer, case: Case, *, account_code: str, now: datetime) -> None:
    """Ends a person's standing; it opens nothing from the next request on. (SR-04)"""
    check_may(viewer, "case.assign", standing_of(viewer, case, now))
    if account_code == case.coordinator:
        raise RuleBroken("Hand the case to another coordinator first.")
    end_standing(viewer, case.client, account_code=account_code, now=now)
    record(viewer, "case.unassigned", case, person=account_code)


@action("case.ongoing_entered")
def enter_ongoing_coordination(viewer: Viewer, case: Case, now: datetime) -> None:
    """Moves a case from the investigative response to ongoing coordination: what the team's statute opened closes.

    Raises NotPermitted, and RuleBroken without consent in force or a recorded lawful alternative. (practice.md 4.2)
    """
    check_may(viewer, "case.change_mode", standing_of(viewer, case, now))
    held = _held(case, "ongoing")
    coordination = coordination_of(case.client, now)
    check_may_leave_investigative_mode(consent_for_rules(coordination), (), now)
    held.mode = case.mode = "ongoing"
    held.save(update_fields=["mode"])
    assert coordination.basis is not None
    record(viewer, "case.ongoing_entered", case, rests_on=coordination.basis.code, on=coordination.basis.basis)


@action("case.investigative_resumed")
def return_to_investigative(viewer: Viewer, case: Case, now: datetime) -> None:
    """Moves a case back to the investigative response, with the least that is needed: no ongoing coordination.

    Raises NotPermitted, RuleBroken when the case is closed or there already.
    """
    check_may(viewer, "case.change_mode", standing_of(viewer, case, now))
    held = _held(case, "investigative")
    held.mode = case.mode = "investigative"
    held.save(update_fields=["mode"])
    record(viewer, "case.investigative_resumed", case)


def _held(case: Case, to: str) -> Case:
    held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if held.state != "open":
        raise RuleBroken("This case is closed. Its mode does not change any more.")
    if held.mode == to:
        raise RuleBroken("The case is in this mode already.")
    return held


@action("case.victim_status_determined")
def determine_victim_status(
    viewer: Viewer,
    case: Case,
    *,
    status: str,
    evidence: str,
    determined_by: str,
    now: datetime,
    staffing_began_at: datetime | None = None,
) -> StatusDetermination:
    """Determines victim status with its evidence and who determined it. (CASE-1, MTG-8)

    While the response clock runs, a status that asks for another tier sets it again: a faster one takes force by
    itself, a slower one never does. Not so at the emergency staffing itself, once it has begun: the team has met, and
    what it finds out cannot make its meeting late (decision 0005).

    Raises RuleBroken for a change that the field does not know, or one without evidence.
    """
    check_may(viewer, "status.determine", standing_of(viewer, case, now))
    known = determinations_of(viewer, case, now)
    referral = case.referral
    facts = referral_facts(viewer, referral, now, purpose="victim-status")
    current = known[0].status if known else facts.victim_status
    victim_status.check_may_determine(current, status, evidence=evidence, determined_by=determined_by)
    determination = StatusDetermination(code=new_code(), case=case, at=now, by=viewer.code)
    determination.told_sealed = seal_json(
        {"status": status, "evidence": evidence.strip(), "determined_by": determined_by},
        determination_label(determination, case),
    )
    determination.save(force_insert=True)
    record(viewer, "case.victim_status_determined", case)
    has_met = staffing_began_at is not None and staffing_began_at <= now
    newly_confirmed = status == "confirmed" and facts.victim_status != "confirmed"
    if referral.state == "triaged" and newly_confirmed and not has_met:
        triage_referral(viewer, referral, facts=replace(facts.for_triage(), victim_status="confirmed"), now=now)
    return determination


def _district_of(viewer: Viewer, referral: Referral, now: datetime) -> str:
    """The judicial district of the area that the referral says, else of the client's own; "" when it is not known."""
    area = referral_facts(viewer, referral, now, purpose="district").area
    if not area:
        opened = open_identity(viewer, referral.client, now, "district").whereabouts
        area = opened.area if opened else ""
    return active_pack().sharing.district_of(area) if area else ""
