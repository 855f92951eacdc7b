"""Offers of cases between regions, and who may take a case on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from rightdoor.casework.cases.models import Case, CaseTransfer
from rightdoor.casework.cases.queries import case_for, names_of_accounts
from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.clients.models import Standing, keeping_apart, kept_apart, regions_q
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.fence.context import also
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.sealing.seals import SealContext


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as either side sees it: no word of the case."""

    code: str
    state: str
    from_region: str
    to_region: str
    asked_by: str
    asked_at: datetime
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class SharedWith:
    """A coordinator of another region with whom the case is shared."""

    code: str
    name: str
    since: datetime


def visible_transfers(viewer: Viewer) -> QuerySet[CaseTransfer]:
    """Offers from and to the regions that the viewer coordinates."""
    if not viewer.has("care_coordinator"):
        return CaseTransfer.objects.none()
    return CaseTransfer.objects.filter(regions_q(viewer, "to_region") | regions_q(viewer, "from_region"))


def transfer_for(viewer: Viewer, code: str) -> CaseTransfer:
    """The offer of this code, for the coordinators of either region. Raises NotVisible, also for whoever is kept apart
    from its case.
    """
    found = _known(viewer, list(visible_transfers(viewer).filter(code=normalise(code))))
    if not found:
        raise NotVisible
    return found[0]


def offers_to(viewer: Viewer) -> list[Offer]:
    """The offers that wait for an answer of the viewer's regions, oldest first."""
    if not viewer.has("care_coordinator"):
        return []
    rows = CaseTransfer.objects.filter(regions_q(viewer, "to_region"), state="asked").order_by("asked_at", "pk")
    return shown_offers(_known(viewer, list(rows)))


def _known(viewer: Viewer, rows: list[CaseTransfer]) -> list[CaseTransfer]:
    """Without those of cases from which the viewer is kept apart: that such a case moves is for nobody kept apart."""
    if not rows:
        return rows
    with also(*(row.case_code for row in rows)):  # until it is theirs, the viewer does not see the case
        apart = Q(client__in=kept_apart(viewer).values("client")) | Q(holder__in=keeping_apart(viewer))
        hidden = set(Case.objects.filter(apart, pk__in={row.case_id for row in rows}).values_list("pk", flat=True))
    return [row for row in rows if row.case_id not in hidden]


def running_offer(case: Case) -> CaseTransfer | None:
    """The offer of this case that waits for its answer."""
    return CaseTransfer.objects.filter(case=case, state="asked").first()


def offers_of(case: Case) -> list[Offer]:
    """Every offer of this case, newest first."""
    return shown_offers(list(CaseTransfer.objects.filter(case=case).order_by("-asked_at", "-pk")))


def shown_offers(rows: list[CaseTransfer]) -> list[Offer]:
    """With names of people and regions. One query."""
    names = names_of_accounts({code for row in rows for code in (row.asked_by, row.answered_by)})
    pack = active_pack()
    return [
        Offer(
            row.code,
            row.state,
            pack.region(row.from_region).name,
            pack.region(row.to_region).name,
            names.get(row.asked_by, ""),
            row.asked_at,
            names.get(row.answered_by, ""),
            row.answered_at,
        )
        for row in rows
    ]


def why_of(viewer: Viewer, transfer: CaseTransfer, now: datetime) -> str:
    """The reason, for whom the case is open. Recorded before it is returned."""
    try:
        case = case_for(viewer, transfer.case_code, now)
    except NotVisible:
        return ""
    label = why_label(transfer, case)
    (told,) = open_fields(
        viewer, case.client, [SealedField(label, transfer.why_sealed)], now, verb="case.read", purpose="transfer"
    )
    return str(told["why"]) if told else ""


def why_label(transfer: CaseTransfer, case: Case) -> SealContext:
    """The label under which the reason is sealed."""
    return SealContext("cases_casetransfer", "why", transfer.code, case.client.code, case.holder, "CORE")


def other_regions(case: Case) -> list[tuple[str, str]]:
    """The state's regions but the case's own."""
    return [(one.key, one.name) for one in active_pack().regions if one.key != case.region]


def coordinators(now: datetime, *, within: str = "", without: str = "") -> list[Account]:
    """Accounts that coordinate: of this region, or of any but this one. By name."""
    running = Grant.objects.filter(role="care_coordinator", account__is_active=True, starts_at__lte=now)
    running = running.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    if within:
        running = running.filter(region__in=[within, "", ALL_REGIONS])
    if without:
        running = running.exclude(region__in=[without, "", ALL_REGIONS])
    rows = Account.objects.filter(pk__in=running.values("account")).order_by("name", "code")
    if without:
        here = {one.pk for one in coordinators(now, within=without)}
        return [one for one in rows if one.pk not in here]
    return list(rows)


def shared_with(case: Case, now: datetime) -> list[SharedWith]:
    """The coordinators of other regions who see this case now."""
    rows = Standing.objects.filter(client=case.client_id, kind="shared", starts_at__lte=now)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).order_by("starts_at", "pk")
    found = list(rows)
    names = names_of_accounts({one.account_code for one in found})
    return [SharedWith(one.account_code, names.get(one.account_code, ""), one.starts_at) for one in found]


def is_kept_apart(case: Case, account: Account) -> bool:
    """Is this person, or the person's agency, kept apart from the client?"""
    mine = Q(account_code=account.code)
    if account.agency_code:
        mine |= Q(agency_code=account.agency_code)
    return case.client.blocks.filter(mine, ended_at__isnull=True).exists()


def standing_in_region(viewer: Viewer, transfer: CaseTransfer) -> Tie:
    """How somebody of the receiving region stands to an offer: by the region, and to nothing else."""
    return Tie(region=viewer.covers_as("care_coordinator", transfer.to_region))
