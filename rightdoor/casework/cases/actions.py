"""Acts on cases: open, put people on, determine victim status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rightdoor.casework.cases.models import Case, StatusDetermination
from rightdoor.casework.cases.queries import determination_label, determinations_of, standing_of
from rightdoor.casework.clients.actions import end_standing, give_standing
from rightdoor.casework.referrals.actions import triage_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import referral_facts
from rightdoor.domain import victim_status
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.actions import notify
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
    )
    record(viewer, "case.opened", case)
    return case


@action("case.assigned")
def add_to_case(viewer: Viewer, case: Case, *, account_code: str, discipline: str, now: datetime) -> None:
    """Assigns a member to the case: from now on the person may know of it. (TEAM-6, PRIV-2)"""
    check_may(viewer, "case.assign", standing_of(viewer, case, now))
    give_standing(
        viewer,
        case.client,
        account_code=account_code,
        kind="assigned",
        discipline=discipline,
        about=case.code,
        starts_at=now,
        now=now,
    )
    notify([account_code], "case.assigned", case.code, now)
    record(viewer, "case.assigned", case, person=account_code)


@action("case.unassigned")
def remove_from_case(viewer: Viewer, case: Case, *, account_code: str, now: datetime) -> None:
    """Ends a person's standing; it opens nothing from the next request on. (SR-04)"""
    check_may(viewer, "case.assign", standing_of(viewer, case, now))
    if account_code == case.coordinator:
        raise RuleBroken("Hand the case to another coordinator first.")
    end_standing(viewer, case.client, account_code=account_code, now=now)
    record(viewer, "case.unassigned", case, person=account_code)


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
