"""Reads of consents: the people around a client, releases with their state, what coordination rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import combining, normalize

from django.db.models import Q

from rightdoor.casework.clients.disclosure import SealedField, open_fields
from rightdoor.casework.clients.models import Client, visible_clients
from rightdoor.casework.clients.queries import standing_of
from rightdoor.casework.consents.choices import CONSENT_BASES, FLAGS, HOW_SHARED, LANGUAGES, RELEASABLE, ROUTES
from rightdoor.casework.consents.models import (
    CourtOrder,
    EmergencyGround,
    LegalAlternative,
    OutsideDisclosure,
    ParticipationConsent,
    PersonAround,
    Release,
    Signature,
    Subpoena,
)
from rightdoor.casework.consents.sealed import (
    flags_label,
    known_to_rules,
    signature_label,
    told_field,
    who_label,
)
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain import consent as rule
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Standing, Viewer, may
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.ready import Ready

ENDS_SOON = timedelta(days=7)
AFTER_HOURS = timedelta(hours=24)  # a lapsed thing stays on the desk for a day of its own


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of a client's consents stand: the case, by code, and how the viewer stands to it."""

    client: Client
    case_code: str
    coordinator: str
    mode: str
    is_open: bool
    region: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A person around the client. `flags` is None for whom what is alleged is kept back."""

    code: str
    who: PersonWho
    flags: Flags | None

    @property
    def may_sign(self) -> bool:
        """Nothing stands against this person's signature, and that was asked."""
        return self.flags is not None and self.flags.is_cleared


@dataclass(frozen=True, slots=True)
class ShownRelease:
    """A release with its state in words: in_force, ends_soon, later, suspended, ended."""

    code: str
    told: ReleaseTold
    state: str
    from_name: str
    to_name: str
    starts_at: datetime
    expires_at: datetime
    suspended_at: datetime | None
    suspended_why: str
    ended_at: datetime | None
    ended_why: str
    revoked_how: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What ongoing coordination rests on: a key of the domain's bases, and the record that says so."""

    basis: str
    code: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """Consent that has to be asked for anew, since the client came of age."""

    case_code: str
    region: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Coordination:
    """Consent to ongoing coordination as it stands: what it rests on, or why it does not."""

    basis: Basis | None
    latest: str  # "", given, refused, withdrawn, of_age, lapsed, spoiled
    latest_code: str = ""
    latest_at: datetime | None = None


def place_for(viewer: Viewer, case_code: str, now: datetime) -> Place:
    """The client of this case, for whom its consents are open. Raises NotVisible for everybody else."""
    client = visible_clients(viewer, now).filter(cases__code=normalise(case_code)).first()
    if client is None:
        raise NotVisible
    return _place(viewer, client, normalise(case_code), now)


def place_of(viewer: Viewer, client: Client, now: datetime) -> Place:
    """The newest case of a client, to whose page a record of this slice leads."""
    case = client.cases.order_by("-opened_at").values_list("code", flat=True).first()
    if case is None:
        raise NotVisible
    return _place(viewer, client, case, now)


def _place(viewer: Viewer, client: Client, case_code: str, now: datetime) -> Place:
    case = client.cases.filter(code=case_code).first()
    standing = standing_of(viewer, client, now)
    if case is None or not may(viewer, "consent.read", standing):
        raise NotVisible
    return Place(client, case.code, case.coordinator, case.mode, case.state == "open", client.region, standing)


def release_for(viewer: Viewer, code: str, now: datetime) -> Release:
    """The release of this code, for whom its client's consents are open. Raises NotVisible."""
    return _row_for(Release, viewer, code, now)


def disclosure_for(viewer: Viewer, code: str, now: datetime) -> OutsideDisclosure:
    """The recorded disclosure of this code."""
    return _row_for(OutsideDisclosure, viewer, code, now)


def order_for(viewer: Viewer, code: str, now: datetime) -> CourtOrder:
    """The court order of this code."""
    return _row_for(CourtOrder, viewer, code, now)


def subpoena_for(viewer: Viewer, code: str, now: datetime) -> Subpoena:
    """The subpoena of this code."""
    return _row_for(Subpoena, viewer, code, now)


def person_for(viewer: Viewer, client: Client, code: str) -> PersonAround:
    """The person around this client. Raises NotVisible."""
    person = PersonAround.objects.select_related("client").filter(client=client, code=normalise(code)).first()
    if person is None:
        raise NotVisible
    return person


def _row_for(model: Any, viewer: Viewer, code: str, now: datetime) -> Any:
    row = (
        model.objects.select_related("client")
        .filter(code=normalise(code), client__in=visible_clients(viewer, now))
        .first()
    )
    if row is None:
        raise NotVisible
    if not may(viewer, "consent.read", standing_of(viewer, row.client, now)):
        raise NotVisible
    return row


# ------------------------------------------------------------------------------------------------------------- people


def people_around(viewer: Viewer, client: Client, now: datetime, *, purpose: str = "consent") -> list[ShownPerson]:
    """The people around a client, as they were recorded. One event, one keyring query."""
    rows = list(PersonAround.objects.filter(client=client).order_by("recorded_at", "pk"))
    if not rows:
        return []
    for row in rows:
        row.client = client
    fields = [SealedField(who_label(row), row.who_sealed) for row in rows]
    fields += [SealedField(flags_label(row), row.flags_sealed) for row in rows]
    values = open_fields(viewer, client, fields, now, verb="client.relations_seen", purpose=purpose)
    return [
        ShownPerson(row.code, PersonWho.from_dict(who), None if flags is None else Flags.from_dict(flags))
        for row, who, flags in zip(rows, values[: len(rows)], values[len(rows) :], strict=True)
        if who is not None
    ]


def warnings_of(viewer: Viewer, client: Client, now: datetime) -> frozenset[str]:
    """What is said of anybody around the client, as keys of choices.FLAGS; without saying of whom.

    Nothing for whom what is alleged is kept back. Recorded before it is returned, one keyring query.
    """
    rows = list(PersonAround.objects.filter(client=client).order_by("pk"))
    for row in rows:
        row.client = client
    fields = [SealedField(flags_label(row), row.flags_sealed) for row in rows]
    told = open_fields(viewer, client, fields, now, verb="client.relations_seen", purpose="warning") if rows else []
    known = [Flags.from_dict(one) for one in told if one is not None]
    return frozenset(name for name in FLAGS if any(getattr(one, name) is True for one in known))


def ending_soon(client: Client, now: datetime) -> datetime | None:
    """When the next release that runs will end, if that is soon."""
    rows = Release.objects.filter(
        client=client, ended_at__isnull=True, suspended_at__isnull=True, starts_at__lte=now, expires_at__gt=now
    ).filter(expires_at__lte=now + ENDS_SOON)
    found: datetime | None = rows.order_by("expires_at").values_list("expires_at", flat=True).first()
    return found


def check_nobody_barred(client: Client, names: Iterable[str]) -> None:
    """Raises RuleBroken where one of these names is of somebody around the client who must never be told anything.

    For whoever is to be told, asked or let in: recipients, guests, contacts. A name of one word counts when it stands
    alone. What is read here is for the rule, and shown to nobody. (SR-41)
    """
    rows = list(PersonAround.objects.filter(client=client).order_by("pk"))
    if not rows:
        return
    for row in rows:
        row.client = client
    values = known_to_rules(
        [SealedField(flags_label(row), row.flags_sealed) for row in rows]
        + [SealedField(who_label(row), row.who_sealed) for row in rows]
    )
    said = [_words(name) for name in names]
    for flags, who in zip(values[: len(rows)], values[len(rows) :], strict=True):
        if who is None or not Flags.from_dict(flags).keeps_from_contact:
            continue
        theirs = _words(PersonWho.from_dict(who).name)
        if theirs and any(theirs == one or (len(theirs) > 1 and theirs <= one) for one in said):
            raise RuleBroken(
                "Somebody of this name is among the people around the client and must not be contacted. Choose someone "
                "else, or look at what is recorded of that person first."
            )


def _words(name: str) -> frozenset[str]:
    """The words of a name, without case, marks and signs."""
    bare = "".join(one for one in normalize("NFKD", name.casefold()) if not combining(one))
    return frozenset(re.findall(r"[^\W_]+", bare))


def contacts_of(viewer: Viewer, client: Client, now: datetime) -> list[ShownPerson]:
    """Those people whom one may call or write to. Nobody alleged, nobody marked, nobody of whom it is unknown. (SR-41)

    Whose flags are kept back from the viewer is left out, too: unknown is never the lenient answer.
    """
    return [
        one
        for one in people_around(viewer, client, now, purpose="contact")
        if one.flags is not None and one.flags.alleged_exploiter is False and one.flags.no_contact is not True
    ]


def flags_of(people: Iterable[PersonAround]) -> dict[int, Flags]:
    """What is alleged of these people, by primary key, for the rules alone. Destroyed keys count as not established."""
    rows = list(people)
    values = known_to_rules([SealedField(flags_label(row), row.flags_sealed) for row in rows])
    return {row.pk: Flags.from_dict(told) for row, told in zip(rows, values, strict=True)}


# ----------------------------------------------------------------------------------------------------------- releases


def releases_of(viewer: Viewer, client: Client, now: datetime, *, only: Release | None = None) -> list[ShownRelease]:
    """The releases of a client, newest first, opened. One event, one keyring query, whatever their number."""
    rows = [only] if only else list(Release.objects.filter(client=client).order_by("-starts_at", "-pk"))
    if not rows:
        return []
    for row in rows:
        row.client = client
    told = open_fields(
        viewer,
        client,
        [told_field(row) for row in rows],
        now,
        verb="release.read",
        purpose="consent",
        obj=only,
    )
    agencies = agency_names({code for row in rows for code in (row.from_agency, row.to_agency)} - {""})
    people = names_of({row.to_account for row in rows} | {row.recorded_by for row in rows})
    signatures = _signatures_of(rows) if only else {}
    return [
        ShownRelease(
            row.code,
            ReleaseTold.from_dict(words, signatures.get(row.pk, ())),
            state_of(row, now),
            agencies.get(row.from_agency, row.from_agency),
            agencies.get(row.to_agency, "") or people.get(row.to_account, "") or row.to_agency or row.to_account,
            row.starts_at,
            row.expires_at,
            row.suspended_at,
            row.suspended_why,
            row.ended_at,
            row.ended_why,
            row.revoked_how,
            people.get(row.recorded_by, ""),
        )
        for row, words in zip(rows, told, strict=True)
        if words is not None
    ]


def state_of(release: Release, now: datetime) -> str:
    """in_force, ends_soon, later, suspended or ended."""
    if release.ended_at is not None or now >= release.expires_at:
        return "ended"
    if release.suspended_at is not None:
        return "suspended"
    if now < release.starts_at:
        return "later"
    return "ends_soon" if release.expires_at - now <= ENDS_SOON else "in_force"


def told_of(release: Release) -> ReleaseTold | None:
    """What a release says, for the rules alone; None when its keys were destroyed."""
    (words,) = known_to_rules([told_field(release)])
    return None if words is None else ReleaseTold.from_dict(words, _signatures_of([release]).get(release.pk, ()))


def _signatures_of(releases: Sequence[Release]) -> dict[int, tuple[Signed, ...]]:
    rows = list(Signature.objects.filter(release__in=releases).order_by("release", "number"))
    known = {release.pk: release for release in releases}
    for row in rows:
        row.release = known[row.release_id]
    told = known_to_rules([SealedField(signature_label(row), row.told_sealed) for row in rows])
    found: dict[int, tuple[Signed, ...]] = {}
    for row, words in zip(rows, told, strict=True):
        if words is not None:
            found[row.release_id] = (*found.get(row.release_id, ()), Signed.from_dict(words))
    return found


def signers_of(client: Client, told: ReleaseTold) -> list[tuple[PersonAround, Flags]]:
    """The people around the client who sign, each with what is alleged, for the rules. One keyring query.

    Raises RuleBroken for somebody who is not on record around this client.
    """
    codes = {signed.person for signed in told.signatures if signed.person}
    rows = list(PersonAround.objects.filter(client=client, code__in=codes).order_by("pk"))
    if {row.code for row in rows} != codes:
        raise RuleBroken("Choose the signer from the people around this client, or add the person first.")
    for row in rows:
        row.client = client
    flags = flags_of(rows)
    return [(row, flags[row.pk]) for row in rows]


def dict_of(signers: Sequence[tuple[PersonAround, Flags]]) -> dict[str, Flags]:
    """What is alleged, by the person's code."""
    return {person.code: flags for person, flags in signers}


# ------------------------------------------------------------------------------------------------------- coordination


_ALTERNATIVES = Ready(
    lambda client, now: (
        LegalAlternative.objects.filter(client=client, starts_at__lte=now)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now))
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        .order_by("-starts_at", "-pk")
    ),
    client=-1,
    now=datetime(1, 1, 2, tzinfo=UTC),
)
_LATEST_ANSWER = Ready(
    lambda client, now: (
        ParticipationConsent.objects.select_related("person")
        .filter(client=client, given_at__lte=now)
        .order_by("-given_at", "-pk")[:1]
    ),
    client=-1,
    now=datetime(1, 1, 2, tzinfo=UTC),
)


def coordination_of(client: Client, now: datetime) -> Coordination:
    """What ongoing coordination of this client rests on now, for the rules: consent in force, or what replaces it.

    A recorded lawful alternative stands whatever a guardian answered; otherwise the latest answer counts, and only
    while nobody who gave it is alleged to have done harm. (practice.md 4.2)
    """
    alternatives = _ALTERNATIVES.objects(client=client.pk, now=now)
    answer = next(iter(_LATEST_ANSWER.objects(client=client.pk, now=now)), None)
    rows: list[Any] = [*alternatives, *([answer] if answer else [])]
    for row in rows:
        row.client = client
    told = known_to_rules([told_field(row) for row in rows])
    stands: Basis | None = None
    for row, words in zip(alternatives, told, strict=False):
        if stands is None and words and _alternative_stands(client, words):
            stands = Basis(words["which"], row.code, row.starts_at, row.ends_at)
    if answer is None:
        return Coordination(stands, "lapsed" if stands is None and _had_alternative(client) else "")
    words = told[-1] or {}
    latest = _answered(answer, words, now)
    if stands is None and latest == "given":
        stands = Basis(words["basis"], answer.code, answer.given_at, answer.expires_at)
    return Coordination(stands, latest, answer.code, answer.withdrawn_at or answer.given_at)


def consent_for_rules(coordination: Coordination) -> rule.ParticipationConsent | None:
    """The same as the domain asks for it. What stands here was checked for its signer already."""
    found = coordination.basis
    return None if found is None else rule.ParticipationConsent(found.basis, found.since, False, found.until)


def _alternative_stands(client: Client, words: Mapping[str, Any]) -> bool:
    """Another parent's consent stands while nothing is alleged of that parent; the rest is nobody's signature."""
    if words["which"] != "other_parent":
        return True
    person = PersonAround.objects.filter(client=client, code=words.get("person", "")).first()
    if person is None:
        return False
    person.client = client
    return flags_of([person])[person.pk].is_cleared


def _had_alternative(client: Client) -> bool:
    return LegalAlternative.objects.filter(client=client).exists()


def _answered(answer: ParticipationConsent, words: Mapping[str, Any], now: datetime) -> str:
    if answer.answer == "refused":
        return "refused"
    if answer.withdrawn_at is not None and answer.withdrawn_at <= now:
        return answer.ended_why or "withdrawn"
    if words.get("basis") not in CONSENT_BASES:
        return "lapsed"
    if answer.expires_at is not None and answer.expires_at <= now:
        return "lapsed"
    return "given" if _signer_is_clear(answer, words) else "spoiled"


def _signer_is_clear(answer: ParticipationConsent, words: Mapping[str, Any]) -> bool:
    """Nobody else signs for a client who consents alone; of everybody else the flags must say no."""
    if words["basis"] in {"client", "minor_alone"}:
        return True
    if answer.person is None:
        return words.get("signer_alleged") is False
    answer.person.client = answer.client
    return flags_of([answer.person])[answer.person.pk].is_cleared


# ------------------------------------------------------------------------------------------------------ what else runs


def subpoenas_of(client: Client) -> list[Subpoena]:
    """Subpoenas about a client, newest first."""
    return list(Subpoena.objects.filter(client=client).order_by("-received_at", "-pk"))


def orders_of(client: Client) -> list[CourtOrder]:
    """Court orders about a client, newest first."""
    return list(CourtOrder.objects.filter(client=client).order_by("-starts_at", "-pk"))


def emergencies_of(client: Client) -> list[EmergencyGround]:
    """Documented emergencies of a client, newest first."""
    return list(EmergencyGround.objects.filter(client=client).order_by("-starts_at", "-pk"))


def outside_of(client: Client, *, release: Release | None = None) -> list[OutsideDisclosure]:
    """What was told outside the platform about a client, or under one release, newest first; unopened."""
    rows = OutsideDisclosure.objects.filter(client=client).select_related("release")
    return list((rows.filter(release=release) if release else rows).order_by("-told_at", "-pk"))


def held_by_subpoena(client_codes: Iterable[str]) -> frozenset[str]:
    """Of these clients those whose records a subpoena that is not settled keeps from disposal. (SR-25)"""
    rows = Subpoena.objects.filter(client__code__in=list(client_codes), settled_at__isnull=True)
    return frozenset(rows.values_list("client__code", flat=True))


def opened_told(viewer: Viewer, row: Any, now: datetime, *, verb: str) -> dict[str, Any]:
    """The words of one record of this slice. Recorded before they are returned; empty where they are kept back."""
    (words,) = open_fields(viewer, row.client, [told_field(row)], now, verb=verb, purpose="consent", obj=row)
    return words or {}


def agency_heads_of(agency: str, now: datetime) -> set[str]:
    """Account codes of the heads of an agency, who are told of what is asked of its records."""
    running = Grant.objects.filter(role="agency_head", account__agency_code=agency, account__is_active=True)
    running = running.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    return set(running.values_list("account__code", flat=True)) if agency else set()


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names of staff by account code, in one query."""
    wanted = set(codes) - {""}
    return dict(Account.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def case_codes_of(client: Client) -> list[tuple[str, str]]:
    """Code and coordinator of each open case of a client; who is told when a release changes by itself."""
    return list(client.cases.filter(state="open").values_list("code", "coordinator"))


# ------------------------------------------------------------------------------------------------- what forms offer


def recipients(region: str, now: datetime) -> list[tuple[str, str]]:
    """Named people to whom a release, an order or an emergency can give something: who works in this region."""
    running = Grant.objects.filter(role__in=["team_member", "care_coordinator"], account__is_active=True)
    running = running.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    rows = running.filter(Q(region=region) | Q(region="")).values_list(
        "account__code", "account__name", "account__agency_code"
    )
    people = sorted(set(rows), key=lambda row: (row[1], row[0]))
    agencies = agency_names({agency for _, _, agency in people} - {""})
    return [(code, f"{name}, {agencies[agency]}" if agency in agencies else name) for code, name, agency in people]


def summary_of(told: ReleaseTold) -> dict[str, Any]:
    """What a release says, in words for the page: before it is shared it is shown."""
    agencies = agency_names({told.from_agency, told.to_agency} - {""})
    people = names_of({told.to_account})
    return {
        "from": agencies.get(told.from_agency, ""),
        "to": agencies.get(told.to_agency, "") or people.get(told.to_account, ""),
        "classes": [(RELEASABLE[klass], told.initials.get(klass, "")) for klass in told.classes if klass in RELEASABLE],
        "purpose": told.purpose,
        "how": [HOW_SHARED[one] for one in told.how if one in HOW_SHARED],
        "until": told.expires_at - timedelta(microseconds=1) if told.expires_at else None,
        "event": told.event,
        "language": LANGUAGES.get(told.language, ""),
        "interpreter": told.interpreter,
        "explained_by": told.explained_by,
        "risks": told.risks,
        "route": ROUTES.get(told.route, ""),
    }


def last_moment(expires_at: datetime) -> datetime:
    """The last moment at which a release still holds: its last day, as people name it."""
    return expires_at - timedelta(microseconds=1)


def release_of_client(client: Client, code: str) -> Release | None:
    """The release of this code, if it is this client's."""
    return Release.objects.filter(client=client, code=code).first()


def participation_that_stands(client: Client, now: datetime) -> ParticipationConsent | None:
    """The consent to coordination that was given and not withdrawn; None without one."""
    found = coordination_of(client, now)
    if found.latest not in {"given", "spoiled"}:
        return None
    consent = ParticipationConsent.objects.filter(code=found.latest_code).first()
    if consent is not None:
        consent.client = client
    return consent


def grounds_to_choose(viewer: Viewer, client: Client, now: datetime) -> list[tuple[str, str]]:
    """What a disclosure can rest on: releases that hold or held, confirmed orders, emergencies."""
    found = [
        (one.code, f"Release {one.code}: {one.from_name} to {one.to_name}")
        for one in releases_of(viewer, client, now)
        if one.state != "later"
    ]
    found += [(row.code, f"Court order {row.code}") for row in orders_of(client) if row.confirmed_at is not None]
    return found + [(row.code, f"Emergency {row.code}") for row in emergencies_of(client)]


def renewals_due(viewer: Viewer, now: datetime, *, days: int = 60) -> list[Renewal]:
    """Cases of the viewer's regions whose client came of age lately and has not been asked again since. (SR-44)

    For the desk: codes and moments alone, in a fixed number of queries.
    """
    if not viewer.has("care_coordinator"):
        return []
    after = now - timedelta(days=days)
    ended = {
        **dict(Release.objects.filter(ended_why="of_age", ended_at__gte=after).values_list("client", "ended_at")),
        **dict(
            ParticipationConsent.objects.filter(ended_why="of_age", withdrawn_at__gte=after).values_list(
                "client", "withdrawn_at"
            )
        ),
    }
    asked = dict(
        ParticipationConsent.objects.filter(client__in=ended, withdrawn_at=None)
        .order_by("given_at")
        .values_list("client", "given_at")
    )
    owed = {client: since for client, since in ended.items() if client not in asked or asked[client] < since}
    rows = visible_clients(viewer, now).filter(pk__in=owed, cases__state="open")
    return [
        Renewal(code, region, owed[pk]) for pk, code, region in rows.values_list("pk", "cases__code", "cases__region")
    ]
