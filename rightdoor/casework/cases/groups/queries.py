"""Which children were found together, for their coordinator. Others see nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rightdoor.casework.cases.models import Case, CaseTie, visible_cases
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.models import Client, visible_clients
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.permission import Viewer, may
from rightdoor.foundation.codes import normalise


@dataclass(frozen=True, slots=True)
class Tied:
    """Another child of the group, by code alone: its newest case, or the referral where there is none yet."""

    client: str
    code: str
    url: str
    is_case: bool


def group_of(client: Client) -> str:
    """The code of the group that this client is in, or nothing."""
    found = CaseTie.objects.filter(client=client, untied_at__isnull=True).values_list("group", flat=True).first()
    return found or ""


def tied_to(viewer: Viewer, case: Case, now: datetime) -> list[Tied]:
    """The others of the group, as far as this coordinator may see each of them; for everybody else nothing.

    Codes alone: no word of one record is on the page of another. (CASE-1)
    """
    if not may(viewer, "case.tie", standing_of(viewer, case, now)):
        return []
    group = group_of(case.client)
    if not group:
        return []
    others = list(
        CaseTie.objects.filter(group=group, untied_at__isnull=True).exclude(client=case.client_id).values_list("client")
    )
    keys = [pk for (pk,) in others]
    known = {client.pk: client.code for client in visible_clients(viewer, now).filter(pk__in=keys)}
    cases = visible_cases(viewer, now).filter(client__in=known).order_by("opened_at", "pk")
    newest = dict(cases.values_list("client", "code"))
    waiting = Referral.objects.filter(client__in=set(known) - set(newest)).order_by("received_at", "pk")
    referred = dict(waiting.values_list("client", "code"))
    found = []
    for pk, client in sorted(known.items(), key=lambda item: item[1]):
        if pk in newest:
            found.append(Tied(client, newest[pk], f"/cases/{newest[pk]}/", True))
        elif pk in referred:
            found.append(Tied(client, referred[pk], f"/referrals/{referred[pk]}/", False))
    return found


def to_tie(viewer: Viewer, code: str, now: datetime) -> Case | None:
    """The case of this code, if the viewer coordinates it."""
    case = visible_cases(viewer, now).select_related("client").filter(code=normalise(code)).first()
    if case is None or not may(viewer, "case.tie", standing_of(viewer, case, now)):
        return None
    return case
