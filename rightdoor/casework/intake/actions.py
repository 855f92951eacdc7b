"""Acts on a report: received, its hops completed, its facts settled, moved to another door, taken as a referral.

Nothing refuses a report. What is not known counts as owed, and what came in at the wrong door is moved with a reason.
(INT-3)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import flow, receipts
from rightdoor.casework.intake.disclosure import (
    PUBLIC,
    hand_to,
    label,
    reason_label,
    reference_label,
    seal_report,
    told_and_child,
)
from rightdoor.casework.intake.models import Hop, Move, Report
from rightdoor.casework.intake.queries import COORDINATOR, DESKS, is_own_hop, standing_of, visible_reports
from rightdoor.domain.clock import due_after
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.report_flow import HopOwed, hops_owed
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.fence import also, with_receipt
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal, seal_json

CHANNELS = frozenset({"public_form", "call", "partner"})
REPORTER_TYPES = frozenset({"mandated_reporter", "public", "anonymous"})
SETTLED_BY_DESKS = ("caretaker_alleged", "other_abuse", "sex_act_for_value", "forced_work", "victim_status")


@action("report.received")
def receive_report(
    viewer: Viewer,
    *,
    channel: str,
    reporter_type: str,
    language: str,
    told: Mapping[str, Any],
    child: Who,
    reporter: Mapping[str, Any],
    region: str,
    now: datetime,
    whereabouts: Whereabouts | None = None,
    reported_at: datetime | None = None,
    form: str = "",
) -> tuple[Report, str]:
    """Take a report, seal it and set its hops in motion. Returns it with the receipt, which is kept nowhere. (INT-1, 3)

    `told` holds the story and the facts of `flow.FACTS` as True, False or None. `form` is the one-time id of the form
    that was sent: sent twice, it is one report with one receipt. `reported_at` is when the report was made, where that
    was before it was written down. Raises NotPermitted; refuses nothing else, because no report is refused.
    """
    check_may(viewer, "report.receive")
    if channel not in CHANNELS or reporter_type not in REPORTER_TYPES:
        raise ValueError("The channel and the kind of reporter are the form's own choices.")
    receipt = receipts.receipt_from(form) if form else receipts.new_receipt()
    digest = receipts.digest_of(receipt)
    with with_receipt(digest):  # all that somebody who is not signed in may write, and read back while writing
        if known := Report.objects.filter(receipt_digest=digest).first():
            record(viewer, "report.received", known, outcome="again")
            return known, receipt
        report = Report(
            code=new_code(),
            channel=channel,
            reporter_type=reporter_type,
            language=language[:5],
            holder=viewer.agency or PUBLIC,
            region=region,
            reported_at=reported_at or now,
            taken_by=viewer.code,
            receipt_digest=digest,
        )
        # Whoever wants to stay unnamed leaves no name, even when one was typed.
        who_reported = {} if reporter_type == "anonymous" else dict(reporter)
        whereabouts = whereabouts or Whereabouts()
        seal_report(
            report, told=told, child={**child.as_dict(), "whereabouts": whereabouts.as_dict()}, reporter=who_reported
        )
        report.save()
        _set_in_motion(viewer, report, told=told, birth_on=child.birth_on, age=child.age_estimate, now=now)
        record(
            viewer,
            "report.received",
            report,
            classes=("CORE", "ID", "REP"),
            channel=channel,
            reporter_type=reporter_type,
            region=region,
            danger_now=told.get("danger_now") if isinstance(told.get("danger_now"), bool) else None,
        )
        return report, receipt


@action("report.hop_done")
def complete_hop(viewer: Viewer, hop: Hop, *, outcome: str, reference: str = "", now: datetime) -> None:
    """Say what came of a hop; those that waited for it become due, and their desks are told. (INT-3)

    `reference` is the other agency's number or a note; it is sealed. Raises NotVisible for a report that the viewer
    does not see, NotPermitted when the hop is another desk's, RuleBroken when it is not due or leads to no team yet.
    """
    report = _locked(viewer, hop.report)
    hop = next(own for own in report.hops.all() if own.pk == hop.pk)
    check_may(viewer, "report.route", standing_of(viewer, report))
    if hop.state != "due":
        raise RuleBroken("This step is completed already, or not yet due. Load the page again to see who did it.")
    if not is_own_hop(viewer, report, hop):
        raise NotPermitted("This step belongs to another desk. Move the report if it should be yours.")
    pack = active_pack()
    plan = pack.reporting_line.hop(hop.key)
    if outcome not in dict(flow.outcomes_of(pack.reporting_line, plan)):
        raise RuleBroken("Say what came of this step.")
    if hop.receiver_role == COORDINATOR and not report.region:
        raise RuleBroken(f"No team is chosen yet. Move the report to the {pack.word('region')} of its team first.")
    _take_hold(viewer, report)
    _complete(viewer, report, hop, outcome=outcome, reference=reference, now=now)
    _advance(report, now)
    record(viewer, "report.hop_done", report, hop=hop.key, result=outcome)


@action("report.facts_established")
def establish_facts(viewer: Viewer, report: Report, *, facts: Mapping[str, Any], now: datetime) -> None:
    """Settle facts that decide the report's way; hops that now are owed become due, those that are not fall away.

    `facts` holds any of SETTLED_BY_DESKS. A hop that is done stays done. Raises NotVisible, NotPermitted.
    """
    report = _locked(viewer, report)
    check_may(viewer, "report.route", standing_of(viewer, report))
    if unknown := set(facts) - set(SETTLED_BY_DESKS):
        raise ValueError(f"Not a fact of the reporting line: {', '.join(sorted(unknown))}.")
    _take_hold(viewer, report)
    told, child = told_and_child(report)
    told.update(facts)
    report.told_sealed = seal_json(told, label(report, "told"))
    report.save(update_fields=["told_sealed"])
    who = Who.from_dict(child)
    for decided in _decide(told, who.birth_on, who.age_estimate, now):
        hop = next((own for own in report.hops.all() if own.key == decided.hop.key and own.state != "moved"), None)
        if hop is None or hop.state == "done":
            continue
        if not decided.is_owed:
            hop.state, hop.due_at, hop.began_at = "not_owed", None, None
        elif hop.state == "not_owed":
            hop.state = "waiting"
        hop.is_unsettled = decided.owed is None
        hop.save(update_fields=["state", "due_at", "began_at", "is_unsettled"])
    _advance(report, now)
    record(viewer, "report.facts_established", report, classes=("CORE",), facts=sorted(facts))


@action("report.moved")
def move_report(
    viewer: Viewer, report: Report, *, region: str | None = None, owner_role: str = "", reason: str = "", now: datetime
) -> Move:
    """Bring a report to the right door: another region, or another desk for what the viewer's desk owes. (INT-3)

    Never refused for where it lies; what was done stays done, and the move stays in the report's history. Raises
    NotVisible, NotPermitted, RuleBroken without a reason or without a door that differs.
    """
    report = _locked(viewer, report)
    check_may(viewer, "report.route", standing_of(viewer, report))
    if not reason.strip():
        raise RuleBroken("Say in a few words why the report belongs elsewhere; the next desk reads it.")
    if report.client_id is not None:
        raise RuleBroken("This report is a referral already. Move the referral instead.")
    if region is None and not owner_role:
        raise RuleBroken("Choose where the report belongs.")
    with also(report.code):  # it may be out of the viewer's sight as soon as it is moved
        _take_hold(viewer, report)
        if owner_role:
            move = _hand_over(viewer, report, owner_role, now)
        else:
            move = _move_to_region(viewer, report, region or "", now)
        move.reason_sealed = seal(reason.strip(), reason_label(report, move))
        move.save()
    record(
        viewer,
        "report.moved",
        report,
        from_region=move.from_region,
        to_region=move.to_region,
        from_role=move.from_role,
        to_role=move.to_role,
    )
    return move


@action("report.taken")
def mark_report_taken(viewer: Viewer, report: Report, client: Client, now: datetime) -> None:
    """The region's team made a referral of this report; from here the referral's own clock runs.

    Raises NotVisible for a report that was not released to the viewer's region, RuleBroken when it is taken already.
    """
    report = _locked(viewer, report)
    check_may(viewer, "referral.receive", standing_of(viewer, report))
    if report.released_at is None or not viewer.covers_as(COORDINATOR, report.region):
        raise NotVisible
    if report.client_id is not None:
        raise RuleBroken("Somebody has taken this report as a referral already.")
    report.client, report.taken_up_at = client, now
    report.save(update_fields=["client", "taken_up_at"])
    for hop in report.hops.all():
        if hop.owner_role == COORDINATOR and hop.state == "due":
            _complete(viewer, report, hop, outcome="referral", reference="", now=now)
    _advance(report, now)
    record(viewer, "report.taken", report, client=client.code)


def _set_in_motion(
    viewer: Viewer, report: Report, *, told: Mapping[str, Any], birth_on: date | None, age: int | None, now: datetime
) -> None:
    line = active_pack().reporting_line
    hops = []
    for order, decided in enumerate(_decide(told, birth_on, age, now)):
        plan, reported = decided.hop, flow.is_reporting(line, decided.hop)
        hops.append(
            Hop(
                report=report,
                key=plan.key,
                order=order,
                owner_role=plan.owner_role,
                receiver_role=flow.role_of(line, plan.to) if flow.is_handover(line, plan) else "",
                region=report.region,
                state="done" if reported else "waiting" if decided.is_owed else "not_owed",
                is_unsettled=decided.owed is None and not reported,
                outcome="reported" if reported else "",
                began_at=report.reported_at if reported else None,
                done_at=now if reported else None,
                done_by=viewer.code if reported else "",
            )
        )
    Hop.objects.bulk_create(hops)
    _advance(report, now)


def _decide(told: Mapping[str, Any], birth_on: date | None, age: int | None, now: datetime) -> list[HopOwed]:
    pack = active_pack()
    adult = pack.eligibility.max_age_exclusive
    facts = flow.facts_of(told, birth_on=birth_on, age=age, adult=adult, on=local(now).date())
    return hops_owed(facts, pack.reporting_line.hops)


def _advance(report: Report, now: datetime) -> None:
    """Every hop whose way is clear becomes due; its desk is told; the report's own state follows."""
    line = active_pack().reporting_line
    plans = {plan.key: plan for plan in line.hops}
    hops = list(Hop.objects.filter(report=report).exclude(state="moved").order_by("order"))
    states = {hop.key: hop.state for hop in hops}
    begun: list[Hop] = []
    for hop in hops:
        plan = plans.get(hop.key)
        if hop.state != "waiting" or (plan is not None and not flow.is_clear(line, plan, states)):
            continue
        hop.state, hop.began_at, hop.region = "due", now, report.region
        hop.due_at = due_after(now, plan.due_hours) if plan is not None and plan.due_hours else None
        hop.save(update_fields=["state", "began_at", "region", "due_at"])
        begun.append(hop)
    if report.released_at is None and any(hop.owner_role == COORDINATOR for hop in begun):
        report.released_at = now
    report.state = _state(report, hops)
    report.save(update_fields=["state", "released_at"])
    for role in sorted({hop.owner_role for hop in begun}):
        _tell(report, role, now)


def _state(report: Report, hops: list[Hop]) -> str:
    if all(hop.state in {"done", "not_owed"} for hop in hops):
        return "closed"
    if report.released_at is not None:
        return "routed"
    return "routing" if any(hop.state == "done" and hop.outcome != "reported" for hop in hops) else "received"


def _complete(viewer: Viewer, report: Report, hop: Hop, *, outcome: str, reference: str, now: datetime) -> None:
    hop.state, hop.outcome, hop.done_at, hop.done_by = "done", outcome, now, viewer.code
    if reference.strip():
        hop.reference_sealed = seal(reference.strip(), reference_label(report, hop))
    hop.save(update_fields=["state", "outcome", "done_at", "done_by", "reference_sealed"])


def _move_to_region(viewer: Viewer, report: Report, region: str, now: datetime) -> Move:
    if region and region not in {known.key for known in active_pack().regions}:
        raise RuleBroken(f"Choose one of the {active_pack().word('region', plural=True)}.")
    if region == report.region:
        raise RuleBroken("The report is there already.")
    move = Move(
        code=new_code(), report=report, from_region=report.region, to_region=region, moved_at=now, moved_by=viewer.code
    )
    report.region = region
    report.save(update_fields=["region"])
    report.hops.filter(state__in=["waiting", "due"]).update(region=region)
    for role in sorted({hop.owner_role for hop in report.hops.filter(state="due")}):
        _tell(report, role, now)
    return move


def _hand_over(viewer: Viewer, report: Report, owner_role: str, now: datetime) -> Move:
    roles = {party.role for party in active_pack().reporting_line.parties} & (DESKS | {COORDINATOR})
    if owner_role not in roles:
        raise RuleBroken("Choose one of the desks of the reporting line.")
    mine = [hop for hop in report.hops.all() if is_own_hop(viewer, report, hop) and hop.owner_role != owner_role]
    if not mine:
        raise RuleBroken("Your desk owes nothing on this report, so there is nothing to hand over.")
    if owner_role == COORDINATOR and not report.region:
        raise RuleBroken(f"Move the report to a {active_pack().word('region')} first; its team can then take it.")
    from_role = mine[0].owner_role
    for hop in mine:
        hop.state, hop.outcome, hop.done_at, hop.done_by = "moved", "", now, viewer.code
        hop.save(update_fields=["state", "outcome", "done_at", "done_by"])
        Hop.objects.create(
            report=report,
            key=hop.key,
            order=hop.order,
            owner_role=owner_role,
            receiver_role=hop.receiver_role,
            region=report.region,
            state="due",
            is_unsettled=hop.is_unsettled,
            began_at=hop.began_at,
            due_at=hop.due_at,  # the time runs on: moving is no way to win time
        )
    _tell(report, owner_role, now)
    return Move(
        code=new_code(), report=report, from_region=report.region, to_region=report.region,
        from_role=from_role, to_role=owner_role, moved_at=now, moved_by=viewer.code,
    )  # fmt: skip


def _locked(viewer: Viewer, report: Report) -> Report:
    """The report as it is now, nobody else changing it; NotVisible for those to whom it does not exist."""
    if not visible_reports(viewer).filter(pk=report.pk).exists():
        raise NotVisible
    return Report.objects.select_for_update().get(pk=report.pk)


def _take_hold(viewer: Viewer, report: Report) -> None:
    """What came by the public form belongs, from the first step on, to the agency that takes it."""
    if report.holder == PUBLIC and viewer.agency:
        hand_to(report, viewer.agency)
        report.save(update_fields=["holder", "told_sealed", "child_sealed", "reporter_sealed"])


def _tell(report: Report, role: str, now: datetime) -> None:
    """A notice with the code alone to everybody of a desk who serves the region, or the whole state."""
    running = Grant.objects.filter(role=role, starts_at__lte=now, account__is_active=True).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    if report.region or role == COORDINATOR:
        running = running.filter(Q(region="") | Q(region=report.region))
    codes = sorted(set(running.values_list("account__code", flat=True)))
    notify(codes, "report_hop_due", report.code, now, path=f"/reports/{report.code}/")
