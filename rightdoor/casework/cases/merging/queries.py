"""What stands between two entries that are to be kept together, and what whoever may know of both is shown of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.apps import apps

from rightdoor.casework.cases.groups.queries import group_of
from rightdoor.casework.cases.keeping.queries import subpoenas_holding
from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import merges_on
from rightdoor.casework.cases.queries import standing_of as standing_on
from rightdoor.casework.cases.timeline import Happening, timeline_of
from rightdoor.casework.clients.disclosure import SealedField, ShownName, may_read, open_fields, shown_names
from rightdoor.casework.clients.models import Client, ClientMerge, visible_clients
from rightdoor.casework.clients.queries import client_for, merge_label, running_decision, seen_merges, standing_of
from rightdoor.casework.referrals.models import Referral, visible_referrals
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.matching import MergeFacts
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.codes import normalise

LINES = 10  # of the other entry's timeline on the leading one's page; the rest stands on its own


@dataclass(frozen=True, slots=True)
class Entry:
    """One of two entries: who it is, since when it is known, and where its records stand, as the viewer may see."""

    client: Client
    shown: ShownName
    cases: list[Case]
    referrals: list[Referral]


@dataclass(frozen=True, slots=True)
class OtherLines:
    """The newest lines of the case of an entry that follows, each as its own decision opens it."""

    code: str  # of the entry
    case: Case
    lines: list[Happening]


def two_entries(viewer: Viewer, code: str, other: str, now: datetime) -> tuple[Client, Client]:
    """Both entries, for whom both are theirs to write. Raises NotVisible, also for an entry held against itself."""
    one, two = client_for(viewer, code, now), client_for(viewer, other, now)
    if one.pk == two.pk or not (may_merge(viewer, one, now) and may_merge(viewer, two, now)):
        raise NotVisible
    return one, two


def may_merge(viewer: Viewer, client: Client, now: datetime) -> bool:
    """Is this entry the viewer's to keep together with another, but for its case being closed?"""
    tie = standing_of(viewer, client, now)
    if not may(viewer, "client.merge", replace(tie, closed=False)):
        return False
    return tie.closed or may_read(viewer, client, tie, "ID", now, action="write").allowed


def merge_for(viewer: Viewer, code: str, now: datetime) -> ClientMerge:
    """The merge in force of this code, for whoever may know of both entries. Raises NotVisible."""
    merge = (
        ClientMerge.objects.select_related("leading", "following")
        .filter(code=normalise(code), undone_at__isnull=True)
        .first()
        if viewer.code
        else None
    )
    if merge is None or not seen_merges(viewer, [merge.following_id], now):
        raise NotVisible
    return merge


def why_of(viewer: Viewer, merge: ClientMerge, now: datetime) -> str:
    """The reason that was given, for whom the coordination record of both entries is open; else nothing.

    It tells of both, and is sealed with the following one: whoever may read that one alone would learn of the other.
    """
    leading = merge.leading
    ground = may_read(viewer, leading, standing_of(viewer, leading, now), "CORE", now)
    if not ground.allowed or ground.status_only:
        return ""
    field = SealedField(merge_label(merge), merge.why_sealed)
    (told,) = open_fields(viewer, merge.following, [field], now, verb="client.merge_read")
    return str((told or {}).get("why", ""))


def entries_of(viewer: Viewer, clients: list[Client], now: datetime) -> list[Entry]:
    """These entries with the cases and the referrals without a case that the viewer may see. Recorded as it is shown.

    Raises NotVisible unless the viewer may know of every one.
    """
    if visible_clients(viewer, now).filter(pk__in=[one.pk for one in clients]).count() != len(clients):
        raise NotVisible
    names = shown_names(viewer, clients, now)
    cases = list(visible_cases(viewer, now).filter(client__in=clients).order_by("opened_at", "pk"))
    referrals = list(
        visible_referrals(viewer, now).filter(client__in=clients, case__isnull=True).order_by("received_at", "pk")
    )
    return [
        Entry(
            one,
            names[one.code],
            [case for case in cases if case.client_id == one.pk],
            [referral for referral in referrals if referral.client_id == one.pk],
        )
        for one in clients
    ]


def merges_led_by(viewer: Viewer, case: Case, now: datetime) -> list[ClientMerge]:
    """The merges in force in which this case's client leads, as far as the viewer may know of them. A query or two."""
    return [one for one in merges_on(viewer, case, now) if one.leading_id == case.client_id]


def lines_that_follow(viewer: Viewer, case: Case, now: datetime) -> list[OtherLines]:
    """For the page of the leading entry's case: the newest lines of the cases of those that follow it.

    Each case is asked for by itself, with the viewer's own standing to it: being kept together opens nothing.
    """
    found = []
    for merge in merges_led_by(viewer, case, now):
        others = visible_cases(viewer, now).select_related("client", "referral").filter(client=merge.following)
        for other in others.order_by("-opened_at", "-pk"):
            tie = standing_on(viewer, other, now)
            if may(viewer, "case.read", tie):
                page = timeline_of(viewer, other, now, tie, size=LINES)
                found.append(OtherLines(merge.following.code, other, page.lines))
    return found


def were_entered_as_two(one: Client, two: Client) -> bool:
    """Are these tied as brothers and sisters or found together, or did one report bring both?"""
    group = group_of(one)
    if group and group == group_of(two):
        return True
    reports = Referral.objects.filter(client=one, report__isnull=False).values("report")
    return Referral.objects.filter(client=two, report__in=reports).exists()


def facts_between(
    viewer: Viewer, leading: Client, following: Client, now: datetime, *, why: str, are_one: bool
) -> MergeFacts:
    """What the rule asks for. Called inside the act that keeps the two together."""
    seen = seen_merges(viewer, [leading.pk, following.pk], now)
    decided = running_decision(leading, following)
    return MergeFacts(
        same_entry=leading.pk == following.pk,
        kept_apart=decided is not None and decided.outcome == "apart",
        leading_follows=any(one.following_id == leading.pk for one in seen),
        following_leads=any(one.leading_id == following.pk for one in seen),
        following_follows=any(one.following_id == following.pk for one in seen),
        is_held=_is_held(viewer, leading, following),
        entered_as_two=were_entered_as_two(leading, following),
        are_one=are_one,
        why=why,
    )


def _is_held(viewer: Viewer, *clients: Client) -> bool:
    """A legal hold, a subpoena that is not answered, or a disposal under way. The tables lie on a floor above."""
    codes = [one.code for one in clients]
    holds = apps.get_model("privacy", "LegalHold")._default_manager.filter(client_code__in=codes)
    disposals = apps.get_model("privacy", "Disposal")._default_manager.filter(client_code__in=codes)
    return (
        holds.filter(lifted_at__isnull=True).exists()
        or disposals.filter(state__in=["proposed", "asked", "approved"]).exists()
        or bool(subpoenas_holding(viewer, codes))
    )
