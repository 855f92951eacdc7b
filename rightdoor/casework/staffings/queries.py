"""Staffings for pages: agenda, minutes, decisions and action items, opened once per page and recorded before shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import determinations_of, names_of_accounts
from rightdoor.casework.cases.queries import standing_of as standing_to_case
from rightdoor.casework.clients.disclosure import SealedField, may_read, open_fields
from rightdoor.casework.clients.facts import Tie, opened_clients, opens, tie_in, ties_of
from rightdoor.casework.clients.facts import facts_of as facts_of_clients
from rightdoor.casework.clients.models import Standing as StandingRow
from rightdoor.casework.clients.models import keeping_apart, kept_apart, regions_q
from rightdoor.casework.plans.queries import may_read_plan, open_plan
from rightdoor.casework.staffings.models import ActionItem, CaseSummary, Decision, Staffing, SummaryShare
from rightdoor.community.meetings.models import Invitation, Meeting
from rightdoor.community.meetings.queries import invitations_of
from rightdoor.domain import meeting as meeting_rule
from rightdoor.domain import staffing as rule
from rightdoor.domain.clock import Clock
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.fence import now_acting
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ready import Ready, while_reading
from rightdoor.foundation.sealing.seals import SealContext
from rightdoor.packs.pack import Topic


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision, opened."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An action item, opened."""

    code: str
    text: str
    owner: str
    owner_name: str
    due_on: date
    done_at: datetime | None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class ShownTopic:
    """A topic of the agenda with everything said on it."""

    key: str
    label: str
    is_first: bool
    settles: str
    text: str
    version: int
    written_at: datetime | None
    written_by: str
    decisions: tuple[ShownDecision, ...]
    items: tuple[ShownItem, ...]


@dataclass(frozen=True, slots=True)
class OpenedStaffing:
    """What a staffing holds in words: topics, words on what was settled, overdue items of earlier staffings."""

    topics: tuple[ShownTopic, ...]
    words: Mapping[str, Any]
    carried: tuple[ShownItem, ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who was at the meeting, and whether the core of the case opens to them now: else they get no summary."""

    account: Account
    discipline: str
    opens: bool = True
    why_not: str = ""


def visible_staffings(viewer: Viewer, now: datetime) -> QuerySet[Staffing]:
    """Staffings of the cases whose core is open to the viewer, and of those at which the viewer stands in for a member
    on the same ground. Being invited alone opens the meeting's code and time, and no more. (SR-01, SR-06)
    """
    if not viewer.code:
        return Staffing.objects.none()
    opened = Q(case__client__in=opened_clients(viewer, now, "CORE")) | Q(pk__in=_stood_in_at(viewer, now))
    if viewer.has("care_coordinator"):
        opened |= regions_q(viewer, "case__region") & ~Q(case__holder__in=keeping_apart(viewer))
    return Staffing.objects.filter(opened).exclude(case__client__in=kept_apart(viewer).values("client"))


def standing_in(viewer: Viewer, now: datetime) -> QuerySet[Staffing]:
    """Staffings at which the viewer comes in place of a member who is still in, within their window. No ground yet."""
    return _standing_in(viewer.code, now, *_window(now))


def _window(now: datetime) -> tuple[datetime, datetime]:
    """Between which moments a meeting begins so that its window is open now."""
    clocks = active_pack().clocks
    return (
        now - timedelta(hours=clocks.access_closes_hours_after),
        now + timedelta(hours=clocks.access_opens_hours_before),
    )


def _standing_in(account: str, now: datetime, earliest: datetime, latest: datetime) -> QuerySet[Staffing]:
    # Whoever was removed from the case sends nobody in their place; who convened the meeting needs no row.
    still_in = StandingRow.objects.filter(
        client=OuterRef(OuterRef("case__client")),
        account_code=OuterRef("account__code"),
        kind__in=["assigned", "invited"],
        starts_at__lte=now,
    ).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    stands_in = Invitation.objects.filter(
        meeting=OuterRef("meeting"),
        answer="delegated",
        delegate__code=account,
        meeting__starts_at__lte=latest,
        meeting__starts_at__gte=earliest,
    ).filter(Q(meeting__convened_by=F("account__code")) | Exists(still_in))
    return Staffing.objects.filter(Exists(stands_in))


_STOOD_IN = Ready(
    lambda **values: _standing_in(**values).select_related("case__client"),
    account="?account",
    now=datetime(1, 1, 2, tzinfo=UTC),
    earliest=datetime(1, 1, 3, tzinfo=UTC),
    latest=datetime(1, 1, 4, tzinfo=UTC),
)


def _stood_in_at(viewer: Viewer, now: datetime) -> list[int]:
    """Keys of the staffings at which the viewer stands in and the core is open to them."""
    return list(while_reading(("stood in", now_acting(), viewer, now), lambda: _stood_in_now(viewer, now)))


def _stood_in_now(viewer: Viewer, now: datetime) -> list[int]:
    earliest, latest = _window(now)
    staffings = _STOOD_IN.objects(account=viewer.code, now=now, earliest=earliest, latest=latest)
    if not staffings:
        return []
    clients = {one.case.client_id: one.case.client for one in staffings}
    ties = ties_of(viewer, clients.values(), now, let_in={pk: [viewer.code] for pk in clients})
    core = {pk for pk, client in clients.items() if opens(viewer, client, ties[pk], "CORE", now)}
    return [one.pk for one in staffings if one.case.client_id in core]


def staffing_for(viewer: Viewer, code: str, now: datetime) -> Staffing:
    """The staffing, if this viewer may know of its case or stands in at it. Raises NotVisible."""
    staffing = (
        visible_staffings(viewer, now)
        .select_related("case", "case__client", "case__referral", "meeting", "meeting__room", "meeting__room__agency")
        .filter(code=normalise(code))
        .first()
    )
    if staffing is None:
        raise NotVisible
    return staffing


def standing_for(viewer: Viewer, staffing: Staffing, now: datetime) -> Tie:
    """How the viewer stands to a staffing: as to its case, or invited as the delegate of a member."""
    tie = standing_to_case(viewer, staffing.case, now)
    if not tie.none or not viewer.code or viewer.code in tie.facts.blocked:
        return tie
    if not standing_in(viewer, now).filter(pk=staffing.pk).exists():
        return tie
    client = staffing.case.client
    return replace(ties_of(viewer, [client], now, let_in={client.pk: [viewer.code]})[client.pk], owns=False)


def check_core_is_open(viewer: Viewer, staffing: Staffing, tie: Tie, now: datetime) -> None:
    """Raises NotVisible for whom the core of this case is closed: to write on a staffing is to read it."""
    found = may_read(viewer, staffing.case.client, tie, "CORE", now, holder=staffing.case.holder)
    if not found.allowed or found.status_only:
        raise NotVisible


def check_core_of_case(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> None:
    """Raises NotVisible for whom the core of this case is closed."""
    found = may_read(viewer, case.client, tie, "CORE", now, holder=case.holder)
    if not found.allowed or found.status_only:
        raise NotVisible


def invited_without_ground(viewer: Viewer, meeting_code: str, now: datetime) -> bool:
    """Is the viewer asked to this meeting, not over yet, and not kept apart from every case that has its turn there?

    Asked once it is known that none of them is open to the viewer.
    """
    if not viewer.code:
        return False
    not_over = now - timedelta(hours=active_pack().clocks.access_closes_hours_after)
    mine = Q(account__code=viewer.code) | Q(delegate__code=viewer.code)
    asked = Invitation.objects.filter(
        mine, meeting__code=normalise(meeting_code), meeting__starts_at__gte=not_over
    ).exclude(meeting__state="cancelled")
    theirs = Staffing.objects.filter(meeting__code=normalise(meeting_code)).exclude(
        case__client__in=kept_apart(viewer).values("client")
    )
    return asked.exists() and theirs.exists()


def access_window(meeting: Meeting) -> tuple[datetime, datetime]:
    """From when until when an invitation to this meeting opens the case."""
    clocks = active_pack().clocks
    return meeting_rule.access_window(
        meeting.starts_at,
        opens_hours_before=clocks.access_opens_hours_before,
        closes_hours_after=clocks.access_closes_hours_after,
    )


def removed_from(staffing: Staffing) -> frozenset[str]:
    """Codes of those who were removed from the case or this staffing, and not let in again since.

    What was handed to them closes with it, and nothing more is handed to them. (SR-04)
    """
    rows = list(
        StandingRow.objects.filter(client=staffing.case.client_id)
        .filter(Q(kind="invited", about=staffing.code) | Q(kind="assigned"))
        .values_list("account_code", "ended_by")
    )
    return frozenset(code for code, ended_by in rows if ended_by) - {code for code, ended_by in rows if not ended_by}


def seats_of(staffing: Staffing) -> list[Invitation]:
    """Who of those invited to the meeting is there for this case: let in for it, or who called the meeting.

    At a meeting of several cases most people are there for some of them only. (SR-06)
    """
    let_in = set(
        StandingRow.objects.filter(
            client=staffing.case.client_id, about=staffing.code, kind__in=["invited", "awaits"]
        ).values_list("account_code", flat=True)
    ) | {staffing.meeting.convened_by}
    return [row for row in invitations_of(staffing.meeting) if row.account.code in let_in]


def staffings_of(viewer: Viewer, case: Case) -> list[Staffing]:
    """The case's staffings, newest first; the case was found for this viewer."""
    return list(case.staffings.select_related("meeting").order_by("-starts_at"))


def staffings_at(viewer: Viewer, meeting_code: str, now: datetime) -> list[Staffing]:
    """The staffings of a meeting that the viewer may know of."""
    found = visible_staffings(viewer, now).filter(meeting__code=normalise(meeting_code))
    return list(
        found.exclude(state="cancelled").select_related("case", "case__client", "meeting").order_by("place", "id")
    )


def emergency_staffing_of(referral_id: int) -> Staffing | None:
    """The emergency staffing that was scheduled for a referral."""
    return Staffing.objects.filter(case__referral=referral_id, kind="emergency").exclude(state="cancelled").first()


def response_clock(staffing: Staffing) -> Clock | None:
    """The response clock that this staffing is to stop. None for other kinds."""
    return staffing.case.referral.clock if staffing.kind == "emergency" else None


def summary_clock(staffing: Staffing) -> Clock | None:
    """The clock of the summary: runs from the moment the staffing was held."""
    if staffing.held_at is None or staffing.summary_due_at is None:
        return None
    return Clock(started_at=staffing.held_at, due_at=staffing.summary_due_at, stopped_at=staffing.summary_shared_at)


def facts_of(staffing: Staffing) -> rule.StaffingFacts:
    """What this staffing has settled so far, from the clear columns. Opens nothing."""
    case = staffing.case
    present = [row.account.code for row in seats_of(staffing) if row.attendance == "present"]
    return rule.StaffingFacts(
        kind=staffing.kind,  # type: ignore[arg-type]  # one of the rule's own kinds, by the column's choices
        state=staffing.state,
        starts_at=staffing.starts_at,
        # Which status it is stands sealed; that there is one is all that the rule asks.
        victim_status="determined" if case.determinations.exists() else None,
        continued_services=staffing.continued_services or None,
        consent_plan=staffing.consent_plan or None,
        first_plan=case.plans.exists(),
        present=frozenset(present),
    )


def open_staffing(viewer: Viewer, staffing: Staffing, now: datetime) -> OpenedStaffing:
    """The agenda in the order in which it is taken, each topic with its minutes, decisions and action items.

    Everything sealed is opened with one key query, after the decision on it and its event. Raises NotPermitted, and
    NotVisible for whom the core of this case is not open.
    """
    standing = standing_for(viewer, staffing, now)
    check_may(viewer, "staffing.read", standing)
    minutes = {row.topic: row for row in staffing.minutes.all()}
    decisions = list(staffing.decisions.order_by("id"))
    items = list(staffing.action_items.order_by("due_on", "id"))
    earlier = (
        list(
            ActionItem.objects.select_related("staffing")
            .filter(staffing__case=staffing.case_id, done_at__isnull=True, due_on__lt=local(now).date())
            .exclude(staffing=staffing)
        )
        if staffing.state == "scheduled"
        else []
    )
    sealed = (
        [SealedField(minutes_label(staffing, topic), row.text_sealed) for topic, row in minutes.items()]
        + [SealedField(decision_label(staffing, row), row.text_sealed) for row in decisions]
        + [SealedField(item_label(row, staffing.case), row.text_sealed) for row in (*items, *earlier)]
        + [SealedField(settled_label(staffing), staffing.settled_sealed)]
    )
    texts = open_fields(
        viewer, staffing.case.client, sealed, now, verb="staffing.read", obj=staffing, standing=standing
    )
    if any(text is None and field.blob is not None for text, field in zip(texts, sealed, strict=True)):
        raise NotVisible
    *texts, words = texts
    names = names_of_accounts({row.owner for row in (*items, *earlier)} | {row.written_by for row in minutes.values()})
    said = dict(zip(minutes, texts, strict=False))
    decided = list(zip(decisions, texts[len(minutes) :], strict=False))
    to_do = [
        (row, _item(row, text, names, now))
        for row, text in zip((*items, *earlier), texts[len(minutes) + len(decisions) :], strict=True)
    ]
    agenda = {topic.key: topic for topic in active_pack().agenda(staffing.kind).topics}
    topics = []
    for key in rule.topics_owed(list(agenda.values())):
        topic, row = agenda[key], minutes.get(key)
        topics.append(
            ShownTopic(
                key,
                str(topic.label),
                topic.first,
                topic.settles,
                said.get(key) or "",
                row.version if row else 0,
                row.written_at if row and row.version else None,
                names.get(row.written_by, "") if row else "",
                tuple(ShownDecision(text, one.decided_at) for one, text in decided if one.topic == key),
                tuple(shown for one, shown in to_do[: len(items)] if one.topic == key),
            )
        )
    carried = {row.code: shown for row, shown in to_do[len(items) :]}
    ordered = rule.carried_over(
        [_Item(row.owner, row.due_on, row.done_at, row.code) for row in earlier], local(now).date()
    )
    return OpenedStaffing(tuple(topics), words or {}, tuple(carried[one.code] for one in ordered))  # type: ignore[attr-defined]


def stamp_of(staffing: Staffing) -> str:
    """Changes whenever something was decided, given out or done at this staffing. From clear columns; opens nothing."""
    decisions = staffing.decisions.count()
    items = staffing.action_items.aggregate(all=Count("pk"), done=Count("done_at"))
    return f"{staffing.state}-{decisions}-{items['all']}-{items['done']}"


def agenda_of(staffing: Staffing) -> list[Topic]:
    """The topics of the staffing's agenda as the pack has them."""
    return list(active_pack().agenda(staffing.kind).topics)


def topic_of(opened: OpenedStaffing, key: str) -> ShownTopic:
    """One topic of an opened staffing. Raises NotVisible for a key that is not on its agenda."""
    topic = next((one for one in opened.topics if one.key == key), None)
    if topic is None:
        raise NotVisible
    return topic


@dataclass(frozen=True, slots=True)
class _Item(rule.ActionItem):
    """The rule's action item with the code by which the row is found again."""

    code: str = ""


def _item(row: ActionItem, text: str, names: Mapping[str, str], now: datetime) -> ShownItem:
    overdue = rule.ActionItem(row.owner, row.due_on, row.done_at).is_overdue(local(now).date())
    return ShownItem(row.code, text or "", row.owner, names.get(row.owner, ""), row.due_on, row.done_at, overdue)


def open_items_of(viewer: Viewer, now: datetime, *, limit: int = 50) -> list[ActionItem]:
    """The viewer's own action items not yet done, soonest first, unopened (the desk shows codes and dates)."""
    return list(
        ActionItem.objects.select_related("staffing", "staffing__case")
        .filter(owner=viewer.code, done_at__isnull=True)
        .exclude(staffing__case__state="closed")
        .exclude(staffing__case__client__in=kept_apart(viewer).values("client"))
        .order_by("due_on", "id")[:limit]
    )


def item_for(viewer: Viewer, code: str, now: datetime) -> ActionItem:
    """An action item: its owner's, however long ago the meeting was, or of a staffing in sight. Raises NotVisible.

    For its owner while it is open and a little after; and no longer once the owner was removed from the case.
    """
    item = (
        ActionItem.objects.select_related(
            "staffing", "staffing__meeting", "staffing__case__client", "staffing__case__referral"
        )
        .filter(code=normalise(code))
        .filter(Q(owner=viewer.code) | Q(staffing__in=visible_staffings(viewer, now)))
        .first()
    )
    if item is None or not viewer.code:
        raise NotVisible
    if not _is_given_to(viewer, item, now) and standing_for(viewer, item.staffing, now).none:
        raise NotVisible
    return item


def _is_given_to(viewer: Viewer, item: ActionItem, now: datetime) -> bool:
    """Is this item the viewer's own to read, whatever the meeting's window?"""
    after = timedelta(hours=active_pack().clocks.access_closes_hours_after)
    return (
        item.owner == viewer.code
        and may(viewer, "action_item.finish", Standing(assigned=True, owns=True))
        and (item.done_at is None or now <= item.done_at + after)
        and viewer.code not in removed_from(item.staffing)
        and not _is_kept_apart(viewer, item.staffing)
    )


def _is_kept_apart(viewer: Viewer, staffing: Staffing) -> bool:
    return kept_apart(viewer).filter(client=staffing.case.client_id).exists()


def open_item(viewer: Viewer, item: ActionItem, now: datetime) -> ShownItem:
    """The words of one action item. It was given to its owner by name, so it stays open to its owner until done."""
    staffing = item.staffing
    given, standing = _is_given_to(viewer, item, now), standing_for(viewer, item.staffing, now)
    if not given:
        check_may(viewer, "staffing.read", standing)
    (text,) = open_fields(
        viewer,
        staffing.case.client,
        [SealedField(item_label(item, staffing.case), item.text_sealed)],
        now,
        verb="action_item.read",
        obj=item,
        standing=standing,
        shared_with=frozenset({viewer.code}) if given else frozenset(),
    )
    if text is None:
        raise NotVisible
    return _item(item, text, names_of_accounts({item.owner}), now)


def open_items_of_case(viewer: Viewer, case: Case, now: datetime, tie: Tie) -> list[ShownItem]:
    """Tasks of this case that are not done, soonest first, for whom its core is open. Recorded before shown. (MTG-6)"""
    rows = list(
        ActionItem.objects.select_related("staffing")
        .filter(staffing__case=case, done_at__isnull=True)
        .order_by("due_on", "id")
    )
    if not rows:
        return []
    texts = open_fields(
        viewer,
        case.client,
        [SealedField(item_label(row, case), row.text_sealed) for row in rows],
        now,
        verb="case.read",
        purpose="tasks",
        obj=case,
        standing=tie,
    )
    names = names_of_accounts({row.owner for row in rows})
    return [_item(row, text, names, now) for row, text in zip(rows, texts, strict=True) if text is not None]


def referrals_with_a_staffing_ahead() -> QuerySet[Staffing]:
    """Keys of the referrals whose emergency staffing is scheduled: to narrow referrals that a viewer already sees."""
    return Staffing.objects.filter(state="scheduled", kind="emergency").values("case__referral_id")


def staffings_coming(viewer: Viewer, now: datetime, *, until: datetime, limit: int) -> list[Staffing]:
    """Scheduled staffings of the coordinator's regions up to `until`, overdue ones too, soonest first. One query."""
    return list(
        Staffing.objects.select_related("case", "case__referral")
        .filter(regions_q(viewer), state="scheduled", starts_at__lte=until)
        .exclude(case__client__in=kept_apart(viewer).values("client"))
        .exclude(case__holder__in=keeping_apart(viewer))
        .order_by("starts_at")[:limit]
    )


def summaries_owed(viewer: Viewer, now: datetime, *, limit: int) -> list[Staffing]:
    """Held staffings of the coordinator's regions whose summary is not out yet, most urgent first. One query."""
    return list(
        Staffing.objects.filter(regions_q(viewer), summary_due_at__isnull=False, summary_shared_at__isnull=True)
        .exclude(case__client__in=kept_apart(viewer).values("client"))
        .exclude(case__holder__in=keeping_apart(viewer))
        .order_by("summary_due_at")[:limit]
    )


def summary_for(viewer: Viewer, code: str, now: datetime) -> CaseSummary:
    """A summary shared with the viewer by name, or of a case that the viewer coordinates. Raises NotVisible.

    A share outlasts the window of the meeting: what was handed to a member stays open to that member.
    """
    summary = (
        CaseSummary.objects.select_related(
            "staffing", "staffing__case", "staffing__case__client", "staffing__case__referral", "staffing__meeting"
        )
        .filter(code=normalise(code))
        .first()
    )
    if summary is None or not viewer.code or _is_kept_apart(viewer, summary.staffing):
        raise NotVisible
    is_apart = keeping_apart(viewer).filter(code=summary.staffing.case.holder).exists()
    if viewer.covers_as("care_coordinator", summary.staffing.region) and not is_apart:
        return summary
    if viewer.code in removed_from(summary.staffing) or not summary.shares.filter(account_code=viewer.code).exists():
        raise NotVisible
    return summary


def summaries_waiting(viewer: Viewer, now: datetime, *, limit: int = 20) -> list[SummaryShare]:
    """Summaries shared with the viewer and not opened yet."""
    return list(
        SummaryShare.objects.select_related("summary", "summary__staffing", "summary__staffing__case")
        .filter(account_code=viewer.code, first_opened_at__isnull=True)
        .exclude(summary__staffing__case__client__in=kept_apart(viewer).values("client"))
        .order_by("shared_at")[:limit]
    )


def shares_of(summary: CaseSummary) -> list[tuple[SummaryShare, str]]:
    """To whom the summary went, and the name of each; who opened it is in the row."""
    rows = list(summary.shares.order_by("shared_at", "id"))
    names = names_of_accounts({row.account_code for row in rows})
    return [(row, names.get(row.account_code, "")) for row in rows]


def recipients_of(viewer: Viewer, staffing: Staffing, now: datetime) -> list[Recipient]:
    """Everybody invited and every delegate but the viewer, who shares it, and nobody who was removed meanwhile.

    Each with the answer of the rule at this moment: a summary is disclosed only on a ground. That they were at the
    meeting is the need to know, also when its summary is late. (MTG-5, SR-20)
    """
    found: dict[str, Recipient] = {}
    removed = removed_from(staffing)
    for row in seats_of(staffing):
        if row.account.code in removed:
            continue
        found.setdefault(row.account.code, Recipient(row.account, row.discipline))
        if row.answer == "delegated" and row.delegate is not None:
            found.setdefault(row.delegate.code, Recipient(row.delegate, row.discipline))
    people = [one for code, one in found.items() if code != viewer.code and one.account.is_active]
    opened = core_open_to(viewer, staffing, [one.account for one in people], now)
    return [replace(one, opens=not opened[one.account.code], why_not=opened[one.account.code]) for one in people]


def core_open_to(viewer: Viewer, staffing: Staffing, accounts: list[Account], now: datetime) -> dict[str, str]:
    """For each of these people at the meeting why the core of the case is closed to them now; "" where it is open."""
    client, holder = staffing.case.client, staffing.case.holder
    people = viewers_of(accounts, now)
    facts = facts_of_clients(viewer, [client], now, others=list(people.values()), let_in={client.pk: list(people)})
    ties = {code: tie_in(one, client, facts, client.pk) for code, one in people.items()}
    found = {code: may_read(one, client, ties[code], "CORE", now, holder=holder) for code, one in people.items()}
    return {code: "" if one.allowed and not one.status_only else one.reason for code, one in found.items()}


def summary_content(viewer: Viewer, staffing: Staffing, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """The content of a summary as plain data: its body, and the service plan apart. Holds no name of a client."""
    case, pack = staffing.case, active_pack()
    opened = open_staffing(viewer, staffing, now)
    status = determinations_of(viewer, case, now)
    version = case.plans.select_related("case", "case__client").order_by("-number").first()
    plan = open_plan(viewer, version, now) if version and may_read_plan(viewer, case, now) else None
    labels = {service.key: str(service.label) for service in pack.services}
    people = dict(people_at(staffing))
    body = {
        "staffing": staffing.code,
        "case": case.code,
        "client": case.client.code,
        "kind": staffing.kind,
        "region": pack.region(case.region).name,
        "tier": case.referral.tier,
        "due_at": staffing.due_at.isoformat() if staffing.due_at else "",
        "held_at": staffing.held_at.isoformat() if staffing.held_at else "",
        "present": [
            {
                "name": row.account.name,
                "discipline": row.discipline,
                "how": row.attendance or row.answer,
                "delegate": row.delegate.name if row.delegate else "",
            }
            for row in seats_of(staffing)
        ],
        "status": {
            "status": status[0].status,
            "evidence": status[0].evidence,
            "determined_by": people.get(status[0].determined_by, ""),
        }
        if status
        else {},
        "continued_services": staffing.continued_services,
        "continued_words": opened.words.get("continued", ""),
        "consent_plan": staffing.consent_plan,
        "consent_words": opened.words.get("consent", ""),
        "topics": [
            {
                "label": topic.label,
                "text": topic.text,
                "decisions": [decision.text for decision in topic.decisions],
                "items": [
                    {"text": item.text, "owner": item.owner_name, "due_on": item.due_on.isoformat()}
                    for item in topic.items
                ],
            }
            for topic in opened.topics
        ],
    }
    if plan is None:
        return body, {}
    services = [
        {
            "category": labels.get(one.category, one.category),
            "need": one.need,
            "choice": one.choice,
            "owner": one.owner_name,
            "due_on": one.due_on.isoformat() if one.due_on else "",
        }
        for one in plan.services
    ]
    return body, {"wishes": plan.wishes, "strengths": plan.strengths, "services": services}


def people_at(staffing: Staffing) -> list[tuple[str, str]]:
    """(account code, name) of everybody invited or standing in: who may own a task or have determined a status."""
    people: dict[str, str] = {}
    for row in seats_of(staffing):
        people.setdefault(row.account.code, row.account.name)
        if row.answer == "delegated" and row.delegate is not None:
            people.setdefault(row.delegate.code, row.delegate.name)
    return sorted(people.items(), key=lambda one: one[1])


def minutes_label(staffing: Staffing, topic: str) -> SealContext:
    """The label of a topic's minutes."""
    return _label(staffing.case, "staffings_topicminutes", "text", f"{staffing.code}/{topic}")


def decision_label(staffing: Staffing, decision: Decision) -> SealContext:
    """The label of a decision."""
    return _label(staffing.case, "staffings_decision", "text", decision.code)


def item_label(item: ActionItem, case: Case) -> SealContext:
    """The label of an action item."""
    return _label(case, "staffings_actionitem", "text", item.code)


def settled_label(staffing: Staffing) -> SealContext:
    """The label of what was settled in words."""
    return _label(staffing.case, "staffings_staffing", "settled", staffing.code)


def summary_label(summary: CaseSummary, case: Case, klass: str = "CORE") -> SealContext:
    """The label of a filed summary: its body (CORE), or the service plan in it (PLAN)."""
    return _label(case, "staffings_casesummary", "body" if klass == "CORE" else "plan", summary.code, klass)


def _label(case: Case, table: str, column: str, row: str, klass: str = "CORE") -> SealContext:
    return SealContext(table, column, row, case.client.code, case.holder, klass)
