"""Agencies, accounts, rooms and teams of the demonstration, made through the acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from rightdoor.community.partners.actions import add_partner, add_room
from rightdoor.community.partners.models import Agency, Room
from rightdoor.community.teams.actions import (
    confirm_protocol,
    found_team,
    put_on_roster,
    record_protocol,
    seat_member,
)
from rightdoor.community.teams.models import CareCoordinationTeam, Seat
from rightdoor.config.demonstration.inventions import Names, email
from rightdoor.config.demonstration.schedule import SEED, Scale
from rightdoor.domain.permission import CLEARED, Viewer
from rightdoor.foundation.access.actions import RoleInRegion, invite_account
from rightdoor.foundation.access.clearance import people_needing, trainings
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.access.onboarding import (
    confirm_protocol_read,
    enter_training,
    record_agency_agreement,
    sign_agreement,
)
from rightdoor.foundation.access.viewers import as_viewer, system_viewer, viewer_of
from rightdoor.foundation.accounts.models import Account, Invitation
from rightdoor.foundation.audit.events import action, demonstration_clock, record
from rightdoor.foundation.doorway.promises import text_version
from rightdoor.packs.pack import Pack

COORDINATOR = "care_coordinator"
# Agencies of one state, not of one region; a pack without these disciplines has none of them.
STATEWIDE = {
    "state_law_enforcement": "state",
    "child_welfare": "state",
    "juvenile_justice": "state",
    "federal_law_enforcement": "federal",
}
LEVELS = {"tribal_agency": "tribal", "medical": "private", "therapist": "private", "behavioral_health": "private"}
# Two people of these agencies sit on every team, so that one can come in place of the other.
PAIRS = ("local_law_enforcement", "child_welfare", "victim_advocate", "medical")
DESKS = (
    # role, discipline of the agency, how many
    ("child_welfare_desk", "child_welfare", 3),
    ("state_police_desk", "state_law_enforcement", 2),
    ("alliance_reviewer", COORDINATOR, 2),
    ("advocacy_desk", "victim_advocate", 1),
    ("duty_officer", "child_welfare", 1),
    ("privacy_officer", COORDINATOR, 1),
    ("state_analyst", COORDINATOR, 1),
    ("auditor", COORDINATOR, 1),
)
# Signatures of before the year run out within it, so people sign again; these few have not, and see no record now.
RENEWED_AFTER = timedelta(days=325)
LAPSED = 3
KEEPS_OWN_RECORDS = frozenset({"victim_advocate", "family_advocate"})


@dataclass(slots=True)
class Member:
    """A seated member of a team."""

    viewer: Viewer
    discipline: str
    kind: str
    delegate: Account | None = None
    account: Account | None = None


@dataclass(slots=True)
class RegionPeople:
    """Who works in a region, and where they meet."""

    coordinators: list[Viewer] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    reporters: list[Viewer] = field(default_factory=list)  # screeners and members who bring reports
    rooms: list[Room] = field(default_factory=list)

    def core(self) -> list[Member]:
        """Members of the core."""
        return [member for member in self.members if member.kind == "core"]


@dataclass(slots=True)
class People:
    """Everybody of the demonstration."""

    regions: dict[str, RegionPeople] = field(default_factory=dict)
    desks: dict[str, list[Viewer]] = field(default_factory=dict)


@action("account.invited")
def _invite_youth(viewer: Viewer, *, name: str, now: datetime) -> Account:
    """The young person who looks at their own pages. Their way in is decided later, so no invitation is made."""
    account = Account(email=email(name), name=name, created_at=now, is_demonstration=True, channel="desk")
    account.set_unusable_password()
    account.save()
    Grant.objects.create(account=account, role="youth", region="", starts_at=now, granted_by=viewer.code)
    record(viewer, "account.invited", account, kind="account", roles=["youth"])
    return account


def make_people(pack: Pack, scale: Scale, *, since: datetime, tick: Callable[[str], None], seed: int = SEED) -> None:
    """Invite everybody, found the teams, seat them. All of it happened in the month before the year began."""
    random = Random(f"{seed}:people")  # noqa: S311 - inventions, not secrets
    names = Names(random)
    at = since - timedelta(days=30)
    system = system_viewer("demonstration")
    with demonstration_clock(at):
        administrator = viewer_of(_invite(names.person(), "", "", (("administrator", ""),), at), at)
        tick("people")
        statewide = _statewide(administrator, pack, names, at)
        seats = pack.teams.all() if scale.full_teams else (*pack.teams.core, *pack.teams.recommended)
        disciplines = [choice.key for choice in seats if choice.key != COORDINATOR]
        centers = _centers(administrator, pack, names, at)
        coordinators = _coordinators(administrator, pack, scale, names, centers, at, tick)
        for region in pack.regions:
            team = found_team(administrator, region=region.key, now=at)
            for account in coordinators[region.key]:
                _seat(administrator, team, account, COORDINATOR, at)
            for discipline in disciplines:
                agency = statewide.get(discipline) or _agency(administrator, pack, names, discipline, [region.key], at)
                for _ in range(2 if discipline in PAIRS else 1):
                    account = _invite(names.person(), agency.code, discipline, (("team_member", region.key),), at)
                    _seat(administrator, team, account, discipline, at)
                    tick("people")
        _statewide_people(administrator, pack, names, statewide, centers, at, tick)
        _invite_youth(system, name=names.person(), now=at)
        tick("people")
        _clear_everybody(system, at)
        _record_protocols(pack, at)
    with demonstration_clock(since + RENEWED_AFTER):
        _renew(since + RENEWED_AFTER)
    Invitation.objects.all().delete()  # one enters by the page of the demonstration, not by a link
    # One in four wants mail, the others look at their desk: so the outbox stays short enough to read.
    everybody = list(Account.objects.order_by("id").values_list("pk", flat=True))
    Account.objects.filter(pk__in=[pk for pk in everybody if pk % 4]).update(channel="desk")


def _clear_everybody(system: Viewer, at: datetime) -> None:
    """Agreements of the agencies, and each person's own signature, reading and training."""
    accounts = list(people_needing(at).order_by("pk"))
    for code in sorted({account.agency_code for account in accounts} - {""}):
        record_agency_agreement(system, code, starts_at=at, ends_at=at + timedelta(days=3 * 365), now=at)
    for account in accounts:
        _sign(account, at)
        for training in trainings():
            enter_training(system, account, training=training, done_at=at, until=at + timedelta(days=3 * 365), now=at)


def without_protocol(pack: Pack) -> frozenset[str]:
    """The districts of the demonstration whose team has signed nothing: without a release its members see no case."""
    districts = [district.key for district in pack.sharing.districts]
    return frozenset((districts[2], districts[-1]) if len(districts) > 3 else districts[1:])


def _record_protocols(pack: Pack, at: datetime) -> None:
    """Each other district's protocol, recorded and confirmed by two people. On its roster: everybody of the teams in
    whose region it lies, as far as the matrix lets their discipline in by a protocol.
    """
    one, other = (
        viewer_of(account, at)
        for account in Account.objects.filter(grants__role="alliance_reviewer").order_by("pk").distinct()[:2]
    )
    regions = {area.key: region.key for region in pack.regions for area in region.areas}
    cells = pack.sharing.matrix.by_discipline
    members: dict[str, list[Account]] = {}
    for seat in Seat.objects.select_related("team", "account").order_by("pk"):
        if seat.discipline in cells and cells[seat.discipline]["CORE"].team:
            members.setdefault(seat.team.region, []).append(seat.account)
    for number, district in enumerate(pack.sharing.districts, start=1):
        if district.key in without_protocol(pack):
            continue
        protocol = record_protocol(
            one,
            district=district.key,
            reference=f"Demonstration folder {number}",
            signed_at=at,
            ends_at=at + timedelta(days=4 * 365),
            now=at,
        )
        confirm_protocol(other, protocol, now=at)
        served = {regions[area] for area in district.areas if area in regions}
        roster = {account.pk: account for region in sorted(served) for account in members.get(region, ())}
        for account in roster.values():
            put_on_roster(one, protocol, account=account, now=at)


def _renew(at: datetime) -> None:
    """Nearly everybody signs again before the year is over: all but the spare person of a few agencies."""
    accounts = list(people_needing(at).order_by("pk"))
    seen: set[tuple[str, str]] = set()
    spare = []
    for account in accounts:
        place = (account.agency_code, account.discipline)
        # Never of the police: where one of their two has lapsed, half of the staffings would have nobody of theirs.
        if place in seen and account.discipline in PAIRS[1:]:
            spare.append(account.pk)
        seen.add(place)
    for account in accounts:
        if account.pk not in spare[:LAPSED]:
            _sign(account, at)


def _sign(account: Account, at: datetime) -> None:
    viewer = viewer_of(account, at)
    for act, text in ((sign_agreement, "agreement"), (confirm_protocol_read, "protocol")):
        act(viewer, version=text_version(text), now=at)


def _statewide(viewer: Viewer, pack: Pack, names: Names, at: datetime) -> dict[str, Agency]:
    everywhere = [region.key for region in pack.regions]
    known = pack.teams.all()
    return {
        discipline: _agency(viewer, pack, names, discipline, everywhere, at, level)
        for discipline, level in STATEWIDE.items()
        if discipline in known
    }


def _agency(
    viewer: Viewer,
    pack: Pack,
    names: Names,
    discipline: str,
    regions: Sequence[str],
    at: datetime,
    level: str = "",
) -> Agency:
    agency = add_partner(
        viewer,
        name=names.agency(discipline, pack.teams.all().label(discipline)),
        discipline=discipline,
        level=level or LEVELS.get(discipline, "local"),
        regions=regions,
        keeps_own_records=discipline in KEEPS_OWN_RECORDS,
        emergency_phone=f"555-01{names.random.randint(0, 99):02d}",
        now=at,
    )
    if discipline in {"medical", "victim_advocate", "child_welfare", "local_law_enforcement"}:
        add_room(viewer, agency, name=f"Room {names.random.randint(1, 40)}", address="100 Invented Square", now=at)
    return agency


def _centers(viewer: Viewer, pack: Pack, names: Names, at: datetime) -> list[tuple[str, Agency]]:
    """The coordinating centers, each with a room and a standing video room."""
    made = []
    for number, center in enumerate(pack.centers):
        word = pack.word("center")
        agency = add_partner(
            viewer,
            name=names.agency(COORDINATOR, word[:1].upper() + word[1:]),
            discipline=COORDINATOR,
            level="local",
            regions=[center.region],
            emergency_phone=f"555-01{number:02d}",
            now=at,
        )
        add_room(viewer, agency, name="Round table", address=f"{number + 1} Invented Square", now=at)
        add_room(viewer, agency, name="Video room", video_url=f"https://meet.example.invalid/{number + 1}", now=at)
        made.append((center.region, agency))
    return made


def _coordinators(
    viewer: Viewer,
    pack: Pack,
    scale: Scale,
    names: Names,
    centers: list[tuple[str, Agency]],
    at: datetime,
    tick: Callable[[str], None],
) -> dict[str, list[Account]]:
    made: dict[str, list[Account]] = {region.key: [] for region in pack.regions}
    for number in range(max(scale.coordinators, len(centers))):
        region, agency = centers[number % len(centers)]
        account = _invite(names.person(), agency.code, COORDINATOR, ((COORDINATOR, region),), at)
        made[region].append(account)
        tick("people")
    return made


def _statewide_people(
    viewer: Viewer,
    pack: Pack,
    names: Names,
    statewide: dict[str, Agency],
    centers: list[tuple[str, Agency]],
    at: datetime,
    tick: Callable[[str], None],
) -> None:
    """The desks of the reporting line, and those who look after the whole."""
    fallback = centers[0][1]
    roles = {party.role for party in pack.reporting_line.parties}
    for role, discipline, count in DESKS:
        if role.endswith("_desk") and role not in roles:
            continue
        agency = statewide.get(discipline) or fallback
        for _ in range(count):
            _invite(names.person(), agency.code, "", ((role, ""),), at)
            tick("people")
    for region in pack.regions:
        reporting = _agency(viewer, pack, names, _first_known(pack, ("school", "medical")), [region.key], at)
        _invite(names.person(), reporting.code, reporting.discipline, (("screener", region.key),), at)
        tick("people")
    first = pack.regions[0].key
    head = Agency.objects.filter(discipline=_first_known(pack, ("victim_advocate",)), regions=[first]).first()
    agency = head or fallback
    _invite(names.person(), agency.code, agency.discipline, (("agency_head", first),), at)
    _invite(names.person(), agency.code, agency.discipline, (("provider", first),), at)
    tick("people")


def _first_known(pack: Pack, wanted: Sequence[str]) -> str:
    known = pack.teams.all()
    return next((key for key in wanted if key in known), next(iter(known.keys())))


def _invite(name: str, agency: str, discipline: str, grants: Sequence[tuple[str, str]], at: datetime) -> Account:
    invited = invite_account(
        system_viewer("demonstration"),  # one person alone gives no role that opens records
        email=email(name),
        name=name,
        agency_code=agency,
        discipline=discipline,
        grants=[RoleInRegion(role, region) for role, region in grants],
        is_demonstration=True,
        now=at,
    )
    return invited.account


def _seat(viewer: Viewer, team: CareCoordinationTeam, account: Account, discipline: str, at: datetime) -> None:
    seat_member(viewer, team, account=account, discipline=discipline, now=at, signed_at=at)


def people_of(pack: Pack, now: datetime) -> People:
    """Everybody as viewers, read back from the database: each process does it for itself. Five queries."""
    accounts = {account.pk: account for account in Account.objects.filter(is_demonstration=True).order_by("id")}
    grants: dict[int, list[tuple[str, str]]] = {}
    for pk, role, region in Grant.objects.order_by("id").values_list("account_id", "role", "region"):
        grants.setdefault(pk, []).append((role, region))
    # Each was cleared on the day on which they acted; who has lapsed since sees nothing in the pages of today.
    viewers = {pk: as_viewer(account, grants.get(pk, []), clearance=CLEARED) for pk, account in accounts.items()}
    people = People({region.key: RegionPeople() for region in pack.regions})
    for pk, viewer in viewers.items():
        for role, region in grants.get(pk, []):
            if role == COORDINATOR:
                people.regions[region].coordinators.append(viewer)
            elif role == "screener":
                people.regions[region].reporters.append(viewer)
            elif not region:
                people.desks.setdefault(role, []).append(viewer)
    for seat in Seat.objects.filter(unseated_at__isnull=True).select_related("team").order_by("id"):
        own = people.regions[seat.team.region]
        if seat.discipline != COORDINATOR:
            own.members.append(
                Member(viewers[seat.account_id], seat.discipline, seat.kind, account=accounts[seat.account_id])
            )
    for own in people.regions.values():
        for member in own.members:
            colleagues = [
                other for other in own.members if other.viewer.agency == member.viewer.agency and other is not member
            ]
            member.delegate = colleagues[0].account if colleagues else None
    centers: dict[str, list[Room]] = {center.region: [] for center in pack.centers}
    for room in Room.objects.select_related("agency").order_by("id"):
        for region in room.agency.regions if len(room.agency.regions) == 1 else []:
            centers.setdefault(region, []).append(room)
    for region, rooms in centers.items():
        people.regions[region].rooms = rooms
    return people
