"""Reads the file of `access explain`: people, agencies, one case, its records and grounds, one question.

Every mistake is one sentence that begins with the key it is about. What the file leaves out is not established, and
what is not established opens nothing. The format is described in docs/how-to/explain-access.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from rightdoor.domain import consent
from rightdoor.domain.confidentiality import (
    ACTIONS,
    CLASSES,
    CaseFacts,
    Ground,
    Invitation,
    Item,
    Override,
    Protocol,
)
from rightdoor.domain.permission import CLEARED, ROLES, Clearance, Viewer
from rightdoor.domain.sharing_matrix import COLUMNS, LIMITS
from rightdoor.packs.pack import Pack


class Unreadable(Exception):  # noqa: N818 - said as the field says it
    """The file cannot be read; the sentence names the key."""


@dataclass(frozen=True)
class World:
    """What the file says, ready for the decision. `notes`: releases that are not valid as they stand, and why."""

    who: Viewer
    act: str
    item: Item
    case: CaseFacts
    at: datetime
    notes: tuple[str, ...]


_LACKING: Any = object()


class _Node:
    """An object of the file with its place. Each reading names the key; what nobody reads is a mistake."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable(f"{place or 'the file'}: an object in braces is expected.")
        self.value, self.place, self.left = value, place, set(value)

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def wrong(self, key: str, sentence: str) -> Unreadable:
        return Unreadable(f"{self.at(key)}: {sentence}")

    def take(self, key: str, default: Any) -> Any:
        self.left.discard(key)
        value = self.value.get(key)
        if value is not None:
            return value
        if default is _LACKING:
            raise self.wrong(key, "is missing.")
        return default

    def text(self, key: str, default: Any = _LACKING, among: Collection[str] | None = None) -> str:
        value = self.take(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "a text is expected.")
        if among is not None and value != default and value not in among:
            raise self.wrong(key, f"{value!r} is not known; write one of {', '.join(sorted(among))}.")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool | None:
        value = self.take(key, default)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, "must be true, false or null.")
        return value

    def is_set(self, key: str, default: bool = False) -> bool:
        return self.flag(key, default) is True

    def time(self, key: str, default: Any = _LACKING) -> Any:
        value = self.take(key, default)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.utcoffset() is None or not 1900 <= moment.year <= 2200:
                raise ValueError
        except (TypeError, ValueError):
            raise self.wrong(key, "must be a time with offset, such as 2026-03-09T10:00:00-05:00.") from None
        return moment

    def day(self, key: str) -> date | None:
        value = self.take(key, None)
        try:
            return None if value is None else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(key, "must be a day, such as 2011-03-09.") from None

    def names(self, key: str, default: Any = (), among: Collection[str] | None = None) -> frozenset[str]:
        value = self.take(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
            raise self.wrong(key, "a list of texts is expected.")
        for name in value:
            if among is not None and name not in among:
                raise self.wrong(key, f"{name!r} is not known; choose among {', '.join(sorted(among))}.")
        return frozenset(value)

    def nodes(self, key: str) -> list[_Node]:
        value = self.take(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "a list is expected.")
        return [_Node(entry, f"{self.at(key)}[{number}]") for number, entry in enumerate(value)]

    def node(self, key: str) -> _Node | None:
        value = self.take(key, None)
        return None if value is None else _Node(value, self.at(key))

    def done(self) -> None:
        for key in sorted(self.left):
            raise self.wrong(key, "this key is not known.")


def read_world(told: Any, pack: Pack) -> World:
    """The world of the file by this pack. Raises Unreadable with a sentence that begins with the key."""
    root = _Node(told, "")
    root.take("pack", None)
    keeps_apart: dict[str, bool] = {}
    has_agreement: dict[str, bool | None] = {}
    agency_discipline: dict[str, str] = {}
    for one in root.nodes("agencies"):
        code = one.text("code")
        if code in keeps_apart:
            raise one.wrong("code", f"{code!r} stands twice.")
        one.text("name", "")
        keeps_apart[code] = one.is_set("keeps_own_records")
        has_agreement[code] = one.flag("agreement_in_force")
        agency_discipline[code] = one.text("discipline", "", pack.sharing.disciplines)
        one.done()
    agencies = frozenset(keeps_apart)
    people: dict[str, Viewer] = {}
    for one in root.nodes("people"):
        person = _person(one, pack, agencies, agency_discipline, has_agreement)
        if person.code in people:
            raise one.wrong("code", f"{person.code!r} stands twice.")
        people[person.code] = person
    items: dict[str, Item] = {}
    for one in root.nodes("items"):
        item = _item(one, agencies, people, keeps_apart)
        if item.code in items:
            raise one.wrong("code", f"{item.code!r} stands twice.")
        items[item.code] = item
    question = root.node("question")
    case_node = root.node("case")
    if question is None or case_node is None:
        raise root.wrong("question" if question is None else "case", "is missing.")
    at = question.time("at")
    who, act = question.text("who", among=people), question.text("act", among=ACTIONS)
    asked = question.text("item", among=items)
    question.done()
    releases, notes = _releases(root.nodes("releases"), pack, at)
    grounds = [_ground(one, agencies, people) for one in root.nodes("grounds")]
    case = _case(case_node, pack, agencies, people)
    root.done()
    return World(people[who], act, items[asked], replace(case, grounds=(*releases, *grounds)), at, notes)


def _person(
    node: _Node,
    pack: Pack,
    agencies: Collection[str],
    agency_discipline: dict[str, str],
    has_agreement: dict[str, bool | None],
) -> Viewer:
    agency = node.text("agency", "", agencies)
    discipline = node.text("discipline", "", pack.sharing.disciplines)
    matrix = pack.sharing.matrix
    person = Viewer(
        code=node.text("code"),
        roles=node.names("roles", among=ROLES),
        regions=frozenset(),
        agency=agency,
        discipline=matrix.discipline_at(discipline, agency_discipline.get(agency, "")),
        name=node.text("name", ""),
        clearance=_clearance(node, has_agreement.get(agency)),
    )
    node.done()
    return person


def _clearance(node: _Node, agency_agreement: bool | None) -> Clearance | None:
    told = node.value.get("clearance")
    if told is None or told == "complete":
        node.take("clearance", None)
        return None if told is None else replace(CLEARED, agency_agreement=agency_agreement is not False)
    inner = node.node("clearance")
    if inner is None:
        return None
    values = {field.name: inner.flag(field.name) for field in fields(Clearance)}
    inner.done()
    if values["agency_agreement"] is None:
        values["agency_agreement"] = agency_agreement
    return Clearance(**values)


def _item(node: _Node, agencies: Collection[str], people: Collection[str], keeps_apart: dict[str, bool]) -> Item:
    agency = node.text("agency", among=agencies)
    item = Item(
        data_class=node.text("class", among=CLASSES),
        owner_agency=agency,
        fields=node.names("fields"),
        code=node.text("code"),
        status_fields=node.names("status_fields"),
        shared_with=node.names("shared_with", among=people),
        partitioned=node.is_set("kept_apart", keeps_apart[agency]),
        minor_consented_alone=node.is_set("minor_consented_alone"),
        reported_to=node.names("reported_to", among=agencies),
        withdrawn=node.is_set("withdrawn"),
        limits=node.names("limits", among=LIMITS),
    )
    node.done()
    return item


def _ground(node: _Node, agencies: Collection[str], people: Collection[str]) -> Ground:
    ground = Ground(
        kind=node.text("kind", among=("COURT", "MR", "EMERG")),  # type: ignore[arg-type]
        code=node.text("code"),
        classes=node.names("classes", among=CLASSES),
        starts_at=node.time("starts_at"),
        ends_at=node.time("ends_at", None),
        to_agency=node.text("to_agency", "", agencies),
        to_account=node.text("to_person", "", people),
        from_agency=node.text("from_agency", "", agencies),
        items=node.names("items"),
        suspended=node.is_set("suspended"),
        ended_at=node.time("ended_at", None),
    )
    node.done()
    return ground


def _case(node: _Node, pack: Pack, agencies: Collection[str], people: Collection[str]) -> CaseFacts:
    districts = {district.key for district in pack.sharing.districts}
    district = node.text("district", "", districts)
    area = node.text("area", "", {area.key for area in pack.areas})
    case = CaseFacts(
        coordinators=node.names("coordinators", among=people),
        assigned=node.names("assigned", among=people),
        invitations=tuple(_invitation(one, people) for one in node.nodes("invitations")),
        blocked=node.names("blocked", among={*people, *agencies}),
        mode=node.text("mode", "ongoing", ("investigative", "ongoing")),  # type: ignore[arg-type]
        district=district or (pack.sharing.district_of(area) if area else ""),
        needs=node.names("needs", among=people),
        protocol=_protocol(node.node("protocol"), pack, districts, people),
        overrides=tuple(_override(one, people) for one in node.nodes("overrides")),
        is_closed=node.is_set("is_closed"),
        coordinating_agency=node.text("coordinating_agency", "", agencies),
        matrix=pack.sharing.matrix,
        access_opens_hours_before=pack.clocks.access_opens_hours_before,
        access_closes_hours_after=pack.clocks.access_closes_hours_after,
    )
    node.done()
    return case


def _invitation(node: _Node, people: Collection[str]) -> Invitation:
    is_limited = node.value.get("classes") is not None
    classes = node.names("classes", among=CLASSES)
    invitation = Invitation(node.text("person", among=people), node.time("at"), classes if is_limited else None)
    node.done()
    return invitation


def _override(node: _Node, people: Collection[str]) -> Override:
    override = Override(
        node.text("code"), node.text("person", among=people), node.time("starts_at"), node.time("ends_at")
    )
    node.done()
    return override


def _protocol(node: _Node | None, pack: Pack, districts: Collection[str], people: Collection[str]) -> Protocol | None:
    if node is None:
        return None
    cells = pack.sharing.matrix.team_cells()
    if node.value.get("cells") == "all":
        node.take("cells", None)
    else:
        chosen = set()
        for one in node.nodes("cells"):
            chosen.add((one.text("column", among=COLUMNS), one.text("class", among=CLASSES)))
            one.done()
        cells = frozenset(chosen)
    protocol = Protocol(
        district=node.text("district", among=districts),
        starts_at=node.time("starts_at"),
        ends_at=node.time("ends_at", None),
        roster=node.names("roster", among=people),
        cells=cells,
    )
    node.done()
    return protocol


def _releases(nodes: list[_Node], pack: Pack, at: datetime) -> tuple[list[Ground], tuple[str, ...]]:
    """The grounds of the releases that are valid as forms, and a note for each that is not."""
    rule = consent.ReleaseRule(
        pack.sharing.release.default_days, pack.sharing.release.cap_days, frozenset(pack.sharing.minor_alone)
    )
    grounds, notes = [], []
    for node in nodes:
        release = _release(node, pack)
        faults = consent.release_faults(release, rule, release.signed_at or at)
        notes += [f"Release {release.code} opens nothing ({fault.rule}): {fault.sentence}" for fault in faults]
        if not faults:
            grounds.append(consent.release_ground(release))
    return grounds, tuple(notes)


def _release(node: _Node, pack: Pack) -> consent.Release:
    birth_on = node.day("birth_on")
    otherwise = node.time("guardian_until", None)
    release = consent.Release(
        code=node.text("code"),
        route=node.text("route", among=consent.ROUTES),  # type: ignore[arg-type]
        from_agency=node.text("from_agency", ""),
        to_agency=node.text("to_agency", ""),
        to_account=node.text("to_person", ""),
        classes=node.names("classes"),
        items=node.names("items"),
        purpose=node.text("purpose", ""),
        signers=tuple(_signer(one) for one in node.nodes("signers")),
        expires_at=node.time("expires_at", None),
        expires_on=node.text("expires_on", ""),
        is_mutual=node.is_set("is_mutual"),
        initialled=node.names("initialled"),
        names_intermediary=node.is_set("names_intermediary"),
        redisclosure_notice=node.flag("redisclosure_notice"),
        how=node.text("how", ""),
        explained_by=node.text("explained_by", ""),
        language=node.text("language", ""),
        is_understood=node.flag("is_understood"),
        interpreter=node.text("interpreter", ""),
        interpreter_is_relative=node.flag("interpreter_is_relative"),
        risks_explained=node.flag("risks_explained"),
        told_right_to_revoke=node.flag("told_right_to_revoke"),
        told_not_required=node.flag("told_not_required"),
        copy_offered=node.flag("copy_offered"),
        of_age_at=None if birth_on is None else consent.eighteen_at(birth_on, pack.zone),
        guardian_until=consent.guardian_counts_until(birth_on, pack.zone, otherwise),
        emancipated_at=node.time("emancipated_at", None),
        custody_changed_at=node.time("custody_changed_at", None),
        suspended_at=node.time("suspended_at", None),
        revoked_at=node.time("revoked_at", None),
    )
    node.done()
    return release


def _signer(node: _Node) -> consent.Signer:
    signer = consent.Signer(
        role=node.text("role", among=("client", "guardian", "custodian", "witness")),  # type: ignore[arg-type]
        signed_at=node.time("signed_at", None),
        code=node.text("code", ""),
        authority=node.text("authority", ""),
        alleged_perpetrator=node.flag("alleged_perpetrator"),
        abuser_of_minor=node.flag("abuser_of_minor"),
        abuser_of_other_parent=node.flag("abuser_of_other_parent"),
        under_investigation=node.flag("under_investigation"),
    )
    node.done()
    return signer
