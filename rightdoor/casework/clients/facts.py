"""What is established about clients, for the sharing rule: standings, blocks, grounds, mode, the district's protocol.

`facts_of` asks it all in one query, whatever the number of clients: the rows of five tables as one union. Nothing is
kept from one call to the next, because a standing that ends must end at the next request. `Tie` is how one viewer
stands to one client, with the facts that say so, so that a page asks once and decides often.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from rightdoor.casework.clients.models import Block, Client, Ground, Holding, Standing
from rightdoor.community.partners.models import Agency
from rightdoor.community.teams.models import InvestigativeProtocol, RosterEntry
from rightdoor.domain import confidentiality as rule
from rightdoor.domain import permission
from rightdoor.domain.confidentiality import CaseFacts, Item, decide
from rightdoor.domain.permission import Viewer
from rightdoor.domain.sharing_matrix import Matrix
from rightdoor.foundation.fence import now_acting
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ready import Ready, while_reading

ENGAGED = ("assigned", "invited", "override", "shared")
OPENED_FIRST = ("CORE", "ID")
IN_ORDER = (*OPENED_FIRST, *sorted(rule.CLASSES - rule.WITHOUT_PERSONS - set(OPENED_FIRST)))
NOTHING: frozenset[str] = frozenset()


class Facts(dict[int, CaseFacts]):
    """Facts by the client's primary key. `apart`: those of the agencies in `asked` that keep their records apart."""

    apart: frozenset[str] = NOTHING
    asked: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class Tie(permission.Standing):
    """How a viewer stands to a client, and what is established about both. Nothing at all for whom a block holds."""

    facts: CaseFacts = field(default_factory=CaseFacts)
    apart: frozenset[str] = NOTHING
    asked: frozenset[str] = NOTHING

    def keeps_apart(self, holder: str) -> bool:
        """Does this agency keep its records apart from the team's? One query for an agency not asked for before."""
        if not holder:
            return False
        if holder in self.asked:
            return holder in self.apart
        return Agency.objects.filter(code=holder, keeps_own_records=True).exists()


def facts_of(
    viewer: Viewer,
    clients: Iterable[Client],
    now: datetime,
    *,
    others: Sequence[Viewer] = (),
    let_in: Mapping[int, Iterable[str]] | None = None,
) -> Facts:
    """What the sharing rule must know of each of these clients, about the viewer and `others`. One query.

    `let_in`: account codes by client's primary key of people whom a meeting lets in without a row of their own: who
    comes in a member's place, and whoever was at the meeting when its summary is shared.
    """
    known = {client.pk: client for client in clients}
    people = {one.code: one for one in (viewer, *others) if one.code}
    if not known or not people:
        return Facts()
    gathered: dict[int, _Gathered] = {pk: _Gathered() for pk in known}
    protocols: dict[str, rule.Protocol] = {}
    holders = {client.holder for client in known.values()}
    apart = set()
    matrix = active_pack().sharing.matrix
    for pk, kind, row in _rows(known, people, holders, now):
        if kind == "protocol":
            protocols[row["district"]] = rule.Protocol(
                row["district"],
                _time(row["starts_at"]),
                _time(row["ends_at"]),
                frozenset(row["roster"]),
                _team_cells(matrix),
            )
        elif kind == "apart":
            apart.add(row["code"])
        else:
            gathered[pk].take(kind, row, people, now)
    facts = Facts()
    released = {ground.from_agency for one in gathered.values() for ground in one.grounds}
    facts.apart, facts.asked = frozenset(apart), frozenset(holders | released)
    clocks = active_pack().clocks
    for pk, client in known.items():
        for code in (let_in or {}).get(pk, ()):
            gathered[pk].let_in(code, now)
        facts[pk] = gathered[pk].facts(client, people.values(), protocols, matrix, clocks)
    return facts


def ties_of(
    viewer: Viewer,
    clients: Iterable[Client],
    now: datetime,
    *,
    let_in: Mapping[int, Iterable[str]] | None = None,
) -> dict[int, Tie]:
    """How the viewer stands to each of these clients, by primary key. One query, or none for nobody."""
    known = {client.pk: client for client in clients}
    facts = facts_of(viewer, known.values(), now, let_in=let_in)
    return {pk: tie_in(viewer, client, facts, pk) for pk, client in known.items()}


def tie_in(viewer: Viewer, client: Client, facts: Facts, pk: int) -> Tie:
    """The viewer's tie to one client, out of facts that were asked for before.

    A coordinator of the region in which the client is counts as assigned, and one of another region with whom the case
    is shared; for everybody else only a running standing does, so that a role alone never opens a record. (practice.md
    4.4, step 4)
    """
    known = facts.get(pk)
    if known is None or viewer.code in known.blocked:
        return Tie(facts=known or CaseFacts(), apart=facts.apart, asked=facts.asked)
    coordinates = viewer.code in known.coordinators
    return Tie(
        assigned=coordinates or viewer.code in known.assigned,
        invited=any(one.code == viewer.code for one in known.invitations)
        or any(one.account == viewer.code for one in known.overrides),
        owns=bool(viewer.agency) and viewer.agency == client.holder,
        region=coordinates,
        closed=known.is_closed,
        facts=known,
        apart=facts.apart,
        asked=facts.asked,
    )


def as_coordinator(viewer: Viewer, tie: Tie, region: str) -> Tie:
    """This tie for a record that lies in `region`: its coordinators stand in for each other at any hour."""
    if not viewer.covers_as("care_coordinator", region) or viewer.code in tie.facts.blocked:
        return tie
    facts = replace(tie.facts, coordinators=tie.facts.coordinators | {viewer.code})
    return replace(tie, assigned=True, region=True, facts=facts)


def opens_something(viewer: Viewer, client: Client, tie: Tie, now: datetime) -> bool:
    """Does any class of record about this client open to the viewer? If none does, it is not there. (SR-01)"""
    facts = tie.facts
    places = [(name, client.holder, "") for name in IN_ORDER]
    for ground in facts.grounds:
        item = min(ground.items, default="")
        places += [(name, ground.from_agency or client.holder, item) for name in ground.classes]
    for name, holder, code in places:
        found = decide(viewer, "read", Item(name, holder, code=code, partitioned=tie.keeps_apart(holder)), facts, now)
        if found.allowed and not found.status_only:
            return True
    return False


def is_engaged(viewer: Viewer, tie: Tie) -> bool:
    """Has the viewer a running standing of one of the kinds in ENGAGED?"""
    facts = tie.facts
    return (
        viewer.code in facts.assigned
        or viewer.code in facts.coordinators
        or any(one.code == viewer.code for one in facts.invitations)
        or any(one.account == viewer.code for one in facts.overrides)
    )


def opens_to_engaged(viewer: Viewer, client: Client, tie: Tie, now: datetime) -> bool:
    """Does anything about this client open to somebody engaged with it? As `opened_clients` asks of many."""
    if opens_something(viewer, client, tie, now):
        return True
    held = bool(viewer.agency) and Holding.objects.filter(client=client, agency_code=viewer.agency).exists()
    return held and _opens_own(viewer, tie, now)


def opens(viewer: Viewer, client: Client, tie: Tie, klass: str, now: datetime) -> bool:
    """Does this class of the record that the client's holder keeps open to the viewer, beyond its status?"""
    found = decide(
        viewer, "read", Item(klass, client.holder, partitioned=tie.keeps_apart(client.holder)), tie.facts, now
    )
    return found.allowed and not found.status_only


def running_standings(viewer: Viewer, now: datetime, kinds: Sequence[str] = ENGAGED) -> QuerySet[Standing]:
    """The viewer's standings of these kinds whose window is open."""
    return _running(viewer.code, now, kinds)


def _running(account: str, now: datetime, kinds: Sequence[str]) -> QuerySet[Standing]:
    return Standing.objects.filter(account_code=account, kind__in=kinds, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )


def _engaged(account: str, agency: str, coordinated: list[str], now: datetime) -> QuerySet[Client]:
    """Clients of other regions than these to whom the account stands, each with whether the agency holds a record."""
    held = Holding.objects.filter(client=OuterRef("pk"), agency_code=agency)
    engaged = Client.objects.filter(pk__in=_running(account, now, ENGAGED).values("client"))
    return engaged.exclude(region__in=coordinated).annotate(is_held=Exists(held))


_ENGAGED = Ready(
    _engaged,
    lists=("coordinated",),
    account="?account",
    agency="?agency",
    coordinated="?coordinated",
    now=datetime(1, 1, 2, tzinfo=UTC),
)


def opened_clients(viewer: Viewer, now: datetime, klass: str = "") -> list[int]:
    """Keys of the clients to whom the viewer has a standing and of whom a ground opens something, or this class of
    their holder's record. Two queries.

    Without those of a region that the viewer coordinates: they need no standing.
    """
    if not viewer.code or permission.ALL_REGIONS in viewer.regions_as("care_coordinator"):
        return []
    return list(while_reading(("opened", now_acting(), viewer, now, klass), lambda: _opened(viewer, now, klass)))


def _opened(viewer: Viewer, now: datetime, klass: str) -> list[int]:
    coordinated = sorted(viewer.regions_as("care_coordinator"))
    clients = _ENGAGED.objects(account=viewer.code, agency=viewer.agency, coordinated=coordinated, now=now)
    ties = ties_of(viewer, clients, now) if clients else {}
    if klass:
        return [client.pk for client in clients if opens(viewer, client, ties[client.pk], klass, now)]
    return [
        client.pk
        for client in clients
        if opens_something(viewer, client, ties[client.pk], now)
        or (client.is_held and _opens_own(viewer, ties[client.pk], now))
    ]


def _opens_own(viewer: Viewer, tie: Tie, now: datetime) -> bool:
    # What the viewer's own agency keeps opens to its people on the case, whatever else is closed. (practice.md 4.4, 3)
    return decide(viewer, "read", Item("CORE", viewer.agency), tie.facts, now).allowed


# --- the query -------------------------------------------------------------------------------------------------------


def _rows(
    known: Mapping[int, Client], people: Mapping[str, Viewer], holders: set[str], now: datetime
) -> Iterable[tuple[int, str, dict[str, Any]]]:
    """(client's key, kind of row, columns) of everything there is to know, in one query."""
    told = {
        "ids": sorted(known),
        "codes": sorted(people),
        "agencies": sorted({one.agency for one in people.values() if one.agency}),
        "holders": sorted(holders),
        "now": now,
    }

    def ask() -> Sequence[tuple[int, str, dict[str, Any]]]:
        return [(pk, kind, json.loads(row) if isinstance(row, str) else row) for pk, kind, row in _QUERY.rows(**told)]

    everything = (tuple(one) if isinstance(one, list) else one for one in told.values())
    return while_reading(("facts", now_acting(), *everything), ask)


def _query(
    ids: list[int], codes: list[str], agencies: list[str], holders: list[str], *, now: datetime
) -> QuerySet[Any, tuple[int, str, dict[str, Any]]]:
    addressed = Q(to_account__in=codes) | Q(to_account="", to_agency__in=agencies)
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    districts = Client.objects.filter(pk__in=ids).exclude(cases__district="").values("cases__district")
    on_roster = RosterEntry.objects.filter(protocol=OuterRef("pk"), account__code__in=codes, since__lte=now).filter(
        Q(until__isnull=True) | Q(until__gt=now)
    )
    parts = [
        _part(
            Standing.objects.filter(
                client__in=ids, account_code__in=codes, kind__in=ENGAGED, starts_at__lte=now
            ).filter(running),
            "client_id",
            "standing",
            account="account_code",
            of="kind",
            need="need",
            about="about",
            starts_at="starts_at",
            ends_at="ends_at",
        ),
        _part(
            Block.objects.filter(client__in=ids, ended_at__isnull=True).filter(
                Q(account_code__in=codes) | Q(agency_code__in=agencies)
            ),
            "client_id",
            "block",
            account="account_code",
            agency="agency_code",
        ),
        _part(
            Ground.objects.filter(addressed, client__in=ids, ended_at__isnull=True).filter(running),
            "client_id",
            "ground",
            **{
                name: name
                for name in (
                    "kind",
                    "code",
                    "classes",
                    "starts_at",
                    "ends_at",
                    "to_agency",
                    "to_account",
                    "from_agency",
                    "items",
                    "suspended_at",
                    "initialled",
                    "names_intermediary",
                    "minor_signed",
                )
            },
        ),
        _part(
            Client.objects.filter(pk__in=ids, cases__isnull=False),
            "pk",
            "case",
            state="cases__state",
            mode="cases__mode",
            district="cases__district",
            holder="cases__holder",
            region="cases__region",
        ),
        _part(
            InvestigativeProtocol.objects.filter(
                district__in=districts,
                seconded_at__lte=now,
                withdrawn_at__isnull=True,
                ends_at__gt=now,
            ).annotate(on_roster=ArraySubquery(on_roster.values("account__code"))),
            "",
            "protocol",
            district="district",
            starts_at="seconded_at",
            ends_at="ends_at",
            roster="on_roster",
        ),
        _part(
            Agency.objects.filter(
                Q(code__in=holders) | Q(code__in=Ground.objects.filter(client__in=ids).values("from_agency")),
                keeps_own_records=True,
            ),
            "",
            "apart",
            code="code",
        ),
    ]
    return parts[0].union(*parts[1:], all=True)


# Every page asks this question, and putting it together cost ten times what it costs the database to answer it.
_QUERY = Ready(
    _query,
    lists=("ids", "codes", "agencies", "holders"),
    ids=-1,
    codes="?codes",
    agencies="?agencies",
    holders="?holders",
    now=datetime(1, 1, 2, tzinfo=UTC),
)


def _part(rows: QuerySet[Any], client: str, kind: str, /, **columns: str) -> QuerySet[Any]:
    key = F(client) if client else Value(0, output_field=IntegerField())
    return rows.order_by().values_list(
        key, Value(kind, output_field=CharField()), JSONObject(**{name: F(path) for name, path in columns.items()})
    )


class _Gathered:
    """The rows of one client, on the way to its facts."""

    def __init__(self) -> None:
        self.assigned: set[str] = set()
        self.shared: set[str] = set()
        self.needs: set[str] = set()
        self.blocked: set[str] = set()
        self.invitations: list[rule.Invitation] = []
        self.overrides: list[rule.Override] = []
        self.grounds: list[rule.Ground] = []
        self.cases: list[dict[str, Any]] = []

    def take(self, kind: str, row: dict[str, Any], people: Mapping[str, Viewer], now: datetime) -> None:
        """One row of the union."""
        if kind == "standing":
            self._stands(row, now)
        elif kind == "block":
            self.blocked |= {
                code
                for code, one in people.items()
                if code == row["account"] or (row["agency"] and one.agency == row["agency"])
            }
        elif kind == "ground":
            self.grounds.append(_ground(row))
        else:
            self.cases.append(row)

    def _stands(self, row: dict[str, Any], now: datetime) -> None:
        code = row["account"]
        if row["of"] == "assigned":
            self.assigned.add(code)
        elif row["of"] == "shared":
            self.shared.add(code)
        elif row["of"] == "invited":
            # The standing is the window around the meeting; while it runs, the invitation counts.
            self.invitations.append(rule.Invitation(code, now))
        elif row["ends_at"]:
            self.overrides.append(rule.Override(row["about"], code, _time(row["starts_at"]), _time(row["ends_at"])))
        if row["need"]:
            self.needs.add(code)

    def let_in(self, code: str, now: datetime) -> None:
        """Invited, and needed for the staffing."""
        self.invitations.append(rule.Invitation(code, now))
        self.needs.add(code)

    def facts(
        self,
        client: Client,
        people: Iterable[Viewer],
        protocols: Mapping[str, rule.Protocol],
        matrix: Matrix,
        clocks: Any,
    ) -> CaseFacts:
        """All of it as the rule takes it. Of several cases the stricter counts: a team reads only what all allow."""
        running = [row for row in self.cases if row["state"] != "closed"]
        districts = {row["district"] for row in running}
        district = districts.pop() if len(districts) == 1 else ""
        modes = {row["mode"] for row in running}
        regions = {client.region, *(row["region"] for row in self.cases)}
        return CaseFacts(
            coordinators=frozenset(
                one.code
                for one in people
                if any(one.covers_as("care_coordinator", region) for region in regions)
                or (one.code in self.shared and one.has("care_coordinator"))
            ),
            assigned=frozenset(self.assigned),
            invitations=tuple(self.invitations),
            blocked=frozenset(self.blocked),
            mode="investigative" if modes == {"investigative"} else "ongoing",
            district=district,
            needs=frozenset(self.needs),
            protocol=protocols.get(district),
            grounds=tuple(self.grounds),
            overrides=tuple(self.overrides),
            is_closed=bool(self.cases) and not running,
            coordinating_agency=client.holder,
            matrix=matrix,
            access_opens_hours_before=clocks.access_opens_hours_before,
            access_closes_hours_after=clocks.access_closes_hours_after,
        )


def _ground(row: dict[str, Any]) -> rule.Ground:
    return rule.Ground(
        kind=row["kind"],
        code=row["code"],
        classes=frozenset(row["classes"]),
        starts_at=_time(row["starts_at"]),
        ends_at=_time(row["ends_at"]) if row["ends_at"] else None,
        to_agency=row["to_agency"],
        to_account=row["to_account"],
        from_agency=row["from_agency"],
        items=frozenset(row["items"]),
        suspended=row["suspended_at"] is not None,
        initialled=frozenset(row["initialled"]),
        names_intermediary=row["names_intermediary"],
        minor_signed=row["minor_signed"],
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@cache
def _team_cells(matrix: Matrix) -> frozenset[tuple[str, str]]:
    return matrix.team_cells()
