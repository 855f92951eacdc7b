"""Cases by their exact code, for those who look after records without reading them; and records that have ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.disclosure import birth_days
from rightdoor.casework.clients.facts import facts_of
from rightdoor.casework.clients.models import Client, ClientMerge
from rightdoor.casework.consents.models import Subpoena
from rightdoor.casework.consents.register import WentOut, ledger_without_words
from rightdoor.casework.intake.models import Report
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.screening.models import Screening
from rightdoor.domain.confidentiality import CaseFacts
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.retention import Rule, kept_until
from rightdoor.foundation.codes import is_code, normalise
from rightdoor.foundation.fence import also
from rightdoor.foundation.files.models import StoredFile
from rightdoor.foundation.jurisdiction.active import active_pack, local

COMES_OF_AGE = 18
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
    """Under which codes the trail tells of this client: the client's, and the reports and screenings that brought the
    child to us.
    """
    with also(case.code):
        reports = Referral.objects.filter(client=case.client_id, report__isnull=False)
        screenings = screenings_alone(case.client).values_list("code", flat=True)
        return [case.client.code, *reports.order_by("pk").values_list("report__code", flat=True), *screenings]


def subpoenas_holding(viewer: Viewer, client_codes: Iterable[str], case_code: str = "") -> dict[str, datetime]:
    """Since when an unanswered subpoena stops the disposal, by client. (SR-25)"""
    with also(case_code):
        rows = Subpoena.objects.filter(client__code__in=set(client_codes), settled_at__isnull=True)
        return dict(rows.order_by("-received_at").values_list("client__code", "received_at"))


def kept_together(viewer: Viewer, client_codes: Iterable[str], case_code: str = "") -> dict[str, set[str]]:
    """Each of these clients with the codes of every entry that is one child with it, its own among them. (INT-7)

    For what stops a disposal; shown to nobody.
    """
    wanted = set(client_codes)
    near: dict[str, set[str]] = {}
    asked, new = set[str](), wanted
    with also(case_code):
        while new:
            asked |= new
            running = ClientMerge.objects.filter(undone_at__isnull=True)
            found = running.filter(Q(leading__code__in=new) | Q(following__code__in=new))
            new = set()
            for one, other in found.values_list("leading__code", "following__code"):
                near.setdefault(one, set()).add(other)
                near.setdefault(other, set()).add(one)
                new |= {one, other} - asked
    groups = {}
    for code in wanted:
        group, new = {code}, {code}
        while new:
            new = {other for one in new for other in near.get(one, ())} - group
            group |= new
        groups[code] = group
    return groups


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


def schedule_rules() -> list[Rule]:
    """The schedule of clients' records, as the domain counts it."""
    return [
        Rule(rule.data_class, 0, COMES_OF_AGE + rule.keep_years, rule.draft)
        if rule.counted_from == "eighteenth_birthday"
        else Rule(rule.data_class, rule.keep_years, rule.until_age, rule.draft)
        for rule in active_pack().clocks.retention
        if rule.is_of_a_case
    ]


def kept_by_schedule(ended: Ended) -> date | None:
    """The first day on which this client's record may go by the schedule; None: not by the schedule."""
    return kept_until(ended.classes, schedule_rules(), ended_on=ended.ended_on, born_on=ended.born_on)


def facts_for_why(viewer: Viewer, case: Case, person: Viewer, now: datetime) -> CaseFacts:
    """What is established about this case and that person, for an explanation. No value of a record."""
    with also(case.code):
        return facts_of(person, [case.client], now)[case.client_id]


def subjects_to_shred(viewer: Viewer, client_code: str) -> list[str]:
    """The client, the screenings that it came of, and the reports about this client alone: each has keys of its own."""
    client = Client.objects.filter(code=client_code).first()
    if client is None:
        return [client_code]
    reports = reports_alone(client).order_by("pk").values_list("code", flat=True)
    return [client_code, *reports, *screenings_alone(client).values_list("code", flat=True)]


def ledger_of(viewer: Viewer, case_code: str, client_code: str) -> list[WentOut]:
    """What was disclosed of this client, without words; nothing when the record is gone. The caller has asked."""
    with also(case_code):
        client = Client.objects.filter(code=client_code).first()
        return ledger_without_words(viewer, client) if client else []


def codes_of(viewer: Viewer, client_code: str) -> list[str]:
    """Every code under which something of this client is known: its own, and those of cases, referrals, documents ...

    Raises NotPermitted: for the installation's own work.
    """
    check_may(viewer, "privacy.keep_house")
    client = Client.objects.filter(code=client_code).first()
    if client is None:
        return [client_code]
    found = {client_code, *reports_alone(client).values_list("code", flat=True)}
    found |= set(screenings_alone(client).values_list("code", flat=True))
    for model, keys in everything_of(client):
        if any(field.name == "code" for field in model._meta.concrete_fields):
            found |= set(model._default_manager.filter(pk__in=keys).values_list("code", flat=True))
    return sorted(found)


def reports_alone(client: Client) -> Any:
    """The reports that were about this client and nobody else."""
    others = Referral.objects.filter(report__isnull=False).exclude(client=client).values("report")
    named = Report.objects.filter(client__isnull=False).exclude(client=client).values("pk")
    mine = Report.objects.filter(Q(referrals__client=client) | Q(client=client))
    return mine.exclude(pk__in=others).exclude(pk__in=named).distinct()


def screenings_alone(client: Client) -> Any:
    """The screenings that are about this client and nobody else, oldest first: those of which a referral was made, and
    those of which a report was made that became one.
    """
    by_report = Q(client__isnull=True, report__in=reports_alone(client).values("pk"))
    return Screening.objects.filter(Q(client=client) | by_report).order_by("pk")


def everything_of(client: Client) -> list[tuple[Any, list[int]]]:
    """Every table of casework with the keys of this client's rows, those first on which no other row hangs.

    Asked of the tables themselves: one that is added later is found as soon as it leads to a client.
    """
    return below(Client, [client.pk])


def hanging_relations(model: Any) -> list[Any]:
    """Every foreign key that points at this table, also those that no attribute of the model leads back to."""
    fields = model._meta.get_fields(include_hidden=True)
    return [one for one in fields if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one)]


def below(top: Any, keys: list[int]) -> list[tuple[Any, list[int]]]:
    """Every table with the keys of the rows that hang on these, in an order in which they can go."""
    found: dict[Any, set[int]] = {top: set(keys)}
    order: list[Any] = []

    def walk(model: Any) -> None:
        for relation in hanging_relations(model):
            child, name = relation.related_model, relation.field.name
            if relation.field.null:
                continue  # it stands without this row, and may be about another client: a report of two siblings
            hanging = set(child._default_manager.filter(**{f"{name}__in": found[model]}).values_list("pk", flat=True))
            if hanging - found.get(child, set()):
                found.setdefault(child, set()).update(hanging)
                walk(child)
        if model in order:
            order.remove(model)
        order.append(model)

    walk(top)
    # A table goes before those that it points at, so that nothing is left pointing at a row that went.
    done: list[Any] = []

    def place(model: Any) -> None:
        if model in done or model not in found:
            return
        for relation in hanging_relations(model):
            if relation.related_model is not model:
                place(relation.related_model)
        done.append(model)

    for model in order:
        place(model)
    return [(model, sorted(found[model])) for model in done if model is not top]
