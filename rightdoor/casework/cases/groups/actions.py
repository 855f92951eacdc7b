"""Acts on children who were found together: entered at once, tied, untied. Each keeps a record of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.groups.queries import group_of
from rightdoor.casework.cases.models import Case, CaseTie
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.clients.models import Client
from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code

AT_MOST = 12  # children on one page


@dataclass(frozen=True, slots=True)
class Child:
    """One of several children: who it is, and what is told of this child alone."""

    who: Who
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    facts: Mapping[str, Any] = field(default_factory=dict)
    story: str = ""
    code: str = ""  # of the referral, fixed by the form: sent twice, it stands once


class ChildRefused(RuleBroken):
    """What stands against one of several children. `place`: which of them, counted from 0."""

    def __init__(self, place: int, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


@action("case.tied")
def receive_together(
    viewer: Viewer, *, children: Sequence[Child], source: str, channel: str, region: str, now: datetime
) -> list[Referral]:
    """Takes several children into care coordination at once: a referral and a record for each, and a tie between them.

    All or none. What is told of one stands in no other record. Raises NotPermitted, RuleBroken for fewer than two
    children or more than twelve, and ChildRefused for whatever `receive_referral` refuses.
    """
    check_may(viewer, "case.tie", Standing(assigned=viewer.covers_as("care_coordinator", region)))
    if not 2 <= len(children) <= AT_MOST:
        raise RuleBroken(f"Enter two to {AT_MOST} children, or record one referral.")
    referrals = []
    for place, child in enumerate(children):
        try:
            referral = receive_referral(
                viewer,
                source=source,
                channel=channel,
                region=region,
                who=child.who,
                whereabouts=child.whereabouts,
                facts=child.facts,
                story=child.story,
                now=now,
                code=child.code if is_code(child.code) else "",
            )
        except RuleBroken as refusal:
            raise ChildRefused(place, str(refusal)) from refusal
        referrals.append(referral)
    _tie(viewer, [referral.client for referral in referrals], now)
    return referrals


@action("case.tied")
def tie_cases(viewer: Viewer, case: Case, other: Case, *, now: datetime) -> None:
    """Ties the clients of two cases, with whoever each is tied to already. The viewer must coordinate both.

    Raises NotPermitted, RuleBroken for the same client or two who are tied already.
    """
    for one in (case, other):
        check_may(viewer, "case.tie", standing_of(viewer, one, now))
    if case.client_id == other.client_id:
        raise RuleBroken("Both cases are of the same client. Choose another case.")
    group = group_of(case.client)
    if group and group == group_of(other.client):
        raise RuleBroken("These two are tied already.")
    _tie(viewer, [case.client, other.client], now)


@action("case.untied")
def untie_case(viewer: Viewer, case: Case, *, now: datetime) -> None:
    """Takes the client of this case out of its group; one who is left alone is in no group. Raises NotPermitted."""
    check_may(viewer, "case.tie", standing_of(viewer, case, now))
    group = group_of(case.client)
    if not group:
        raise RuleBroken("This client is tied to nobody.")
    running = CaseTie.objects.filter(group=group, untied_at__isnull=True)
    others = running.exclude(client=case.client_id)
    gone = running if others.count() < 2 else running.filter(client=case.client_id)
    gone.update(untied_at=now, untied_by=viewer.code)
    record(viewer, "case.untied", case)


def _tie(viewer: Viewer, clients: Sequence[Client], now: datetime) -> None:
    """One group for all of these, with whoever they were tied to before. An event for each client."""
    running = CaseTie.objects.filter(untied_at__isnull=True)
    groups = set(running.filter(client__in=clients).values_list("group", flat=True))
    group = min(groups, default="") or new_code()
    running.filter(group__in=groups - {group}).update(group=group)
    there = set(running.filter(group=group).values_list("client", flat=True))
    CaseTie.objects.bulk_create(
        CaseTie(group=group, client=client, tied_at=now, tied_by=viewer.code)
        for client in {client.pk: client for client in clients}.values()
        if client.pk not in there
    )
    for client in clients:
        record(viewer, "case.tied", client, subject=client.code, holder=client.holder, group=group)
