"""Cases by their exact code, for those who look after records without reading them; and records that have ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.disclosure import birth_days
from rightdoor.casework.clients.facts import facts_of
from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.models import Subpoena
from rightdoor.casework.consents.register import WentOut, ledger_without_words
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.confidentiality import CaseFacts
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.fence import also
from rightdoor.foundation.files.models import StoredFile
from rightdoor.foundation.jurisdiction.active import local

# What every record of a client has, whatever was added to it.
ALWAYS = frozenset({"CORE", "ID", "SAFE", "PLAN", "REP", "OFF", "LOC"})


@dataclass(frozen=True, slots=True)
class Ended:
    """A client all of whose cases are closed, with what the schedule must know. `ended_on` in the state's zone."""

    client_code: str
    case_code: str
    holder: str
    ended_on: date
    born_on: date | None
    classes: frozenset[str]


def case_by_exact_code(viewer: Viewer, code: str) -> Case | None:
    """The case of this exact code, for acts that are about a record and open none of it. The caller has asked whether
    the viewer may, and records an event. None when there is none.
    """
    code = normalise(code)
    if not viewer.code or not is_code(code):
        return None
    with also(code):
        return Case.objects.select_related("client", "referral__report").filter(code=code).first()


def subjects_of(viewer: Viewer, case: Case) -> list[str]:
    """Under which codes the trail tells of this client: the client's, and the reports that brought the child to us."""
    with also(case.code):
        reports = Referral.objects.filter(client=case.client_id, report__isnull=False)
        return [case.client.code, *reports.order_by("pk").values_list("report__code", flat=True)]


def subpoenas_holding(viewer: Viewer, client_codes: Iterable[str], case_code: str = "") -> dict[str, datetime]:
    """Since when an unanswered subpoena stops the disposal, by client. (SR-25)"""
    with also(case_code):
        rows = Subpoena.objects.filter(client__code__in=set(client_codes), settled_at__isnull=True)
        return dict(rows.order_by("-received_at").values_list("client__code", "received_at"))


def ended_clients(viewer: Viewer, codes: Iterable[str] | None = None) -> list[Ended]:
    """Clients who have cases, and all of them closed. For the schedule; shown to nobody."""
    still_open = Case.objects.filter(client=OuterRef("pk"), state="open")
    rows = Client.objects.filter(cases__state="closed").exclude(Exists(still_open)).distinct().order_by("pk")
    if codes is not None:
        rows = rows.filter(code__in=set(codes))
    clients = list(rows)
    last: dict[int, Case] = {}
    for case in Case.objects.filter(client__in=clients).order_by("closed_at", "pk"):
        last[case.client_id] = case
    kinds: dict[str, set[str]] = {}
    files = StoredFile.objects.filter(subject__in=[client.code for client in clients])
    for subject, klass in files.values_list("subject", "klass").distinct():
        kinds.setdefault(subject, set()).add(klass)
    born = birth_days(clients)
    return [
        Ended(
            client_code=client.code,
            case_code=last[client.pk].code,
            holder=client.holder,
            ended_on=local(last[client.pk].closed_at).date(),
            born_on=born.get(client.pk),
            classes=ALWAYS | kinds.get(client.code, set()),
        )
        for client in clients
    ]


def facts_for_why(viewer: Viewer, case: Case, person: Viewer, now: datetime) -> CaseFacts:
    """What is established about this case and that person, for an explanation. No value of a record."""
    with also(case.code):
        return facts_of(person, [case.client], now)[case.client_id]


def subjects_to_shred(viewer: Viewer, client_code: str) -> list[str]:
    """The client, and the reports that were about this client alone: each has keys of its own."""
    client = Client.objects.filter(code=client_code).first()
    if client is None:
        return [client_code]
    mine = Referral.objects.filter(client=client, report__isnull=False)
    shared = Referral.objects.filter(report__in=mine.values("report")).exclude(client=client).values("report")
    return [client_code, *mine.exclude(report__in=shared).order_by("pk").values_list("report__code", flat=True)]


def ledger_of(viewer: Viewer, case_code: str, client_code: str) -> list[WentOut]:
    """What was disclosed of this client, without words; nothing when the record is gone. The caller has asked."""
    with also(case_code):
        client = Client.objects.filter(code=client_code).first()
        return ledger_without_words(viewer, client) if client else []
