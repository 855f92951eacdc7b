"""Holds one entry against the others that the viewer may see: alias, nickname, changed spelling, sound, birth date.

What counts as a likeness is decided in `domain.matching`; here the names are opened, folded and measured. Entries that
the viewer may not see are never fetched, so they change nothing: not the result, not its order, not its length. (INT-7)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import jellyfish
from django.db.models import Model
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from rightdoor.casework.clients.disclosure import Who, open_identity, opened_who
from rightdoor.casework.clients.models import Client, MatchDecision
from rightdoor.casework.clients.queries import leaders, newest_visible, seen_merges, standing_of
from rightdoor.domain import matching as rule
from rightdoor.domain.permission import Standing, Viewer, check_may
from rightdoor.foundation.audit.events import record_read

COMPARED_AT_MOST = 5000  # the newest; beyond that a scan takes longer than a person waits
SHOWN_AT_MOST = 20
SUBSET = 0.93  # "Garcia" and "Garcia Lopez": one of the two family names is left out
SHORT_FORM = 0.90  # "Liz" and "Elizabeth": alike, and said to be a nickname
HALF = 0.80  # a given name alone: like enough to look at when the birth date leaves room
STRONGEST_FIRST = {"strong": 0, "possible": 1}


@dataclass(frozen=True, slots=True)
class MatchRow:
    """An entry that may be the same person, and why. The name is empty unless the viewer may see it."""

    code: str
    likelihood: str  # strong, possible
    reasons: tuple[str, ...]
    name: str


def possible_matches(
    viewer: Viewer, held: Client | Who, now: datetime, *, about: Model | None = None
) -> list[MatchRow]:
    """Entries like this one among the clients that the viewer may see, the likeliest first, at most twenty.

    `held` is an entry, or a person not recorded yet; `about` is the referral for whose sake it is asked. Entries
    already linked to it, kept apart from it or kept together with it are left out; one that follows another is offered
    as the one that leads, where the viewer may know of both. Records which names were read. Raises NotPermitted, and
    NotVisible when the viewer may not see who `held` is.
    """
    if isinstance(held, Client):
        check_may(viewer, "referral.match", standing_of(viewer, held, now))
        who = open_identity(viewer, held, now, "matching").who
        together = seen_merges(viewer, [held.pk], now)
        settled = _settled(held) | {pk for one in together for pk in (one.leading_id, one.following_id)}
    else:
        check_may(viewer, "referral.match", Standing(region=bool(viewer.regions_as("care_coordinator"))))
        who = held
        settled = set()
    compare = _Comparison(who)
    if compare.is_empty:
        return []
    newest = newest_visible(viewer, now, at_most=COMPARED_AT_MOST)
    candidates = {client.pk: client for client in newest if client.pk not in settled}
    opened = opened_who(viewer, candidates.values(), now, action="search", verb="referral.matched", about=about)
    led_by = leaders(viewer, opened, now)
    rows = []
    for pk, other in opened.items():
        offered = led_by.get(pk, candidates[pk])
        match = rule.likelihood(compare.with_other(offered.code, other))
        if match.likelihood and offered.pk not in settled:
            name = opened[offered.pk].name if offered.pk in opened else ""
            rows.append(MatchRow(match.code, match.likelihood, match.reasons, name))
    rows.sort(key=lambda row: (STRONGEST_FIRST[row.likelihood], -len(row.reasons), row.code))
    best: dict[str, MatchRow] = {}
    for row in rows:
        best.setdefault(row.code, row)
    rows = list(best.values())[:SHOWN_AT_MOST]
    if rows:  # whom it shows, apart from the thousands that were compared
        codes = [row.code for row in rows]
        record_read(viewer, "client.identity_seen", kind="client", codes=codes, classes=["ID"], purpose="matching")
    return rows


class _Comparison:
    """One person, folded once, held against many. Keeps no name of the others."""

    def __init__(self, who: Who) -> None:
        self.given, self.family = rule.fold(who.given), rule.fold(who.family)
        self.aliases = _aliases(who)
        self.birth_on: date | None = who.birth_on

    @property
    def is_empty(self) -> bool:
        return not (self.given or self.family or self.aliases)

    def with_other(self, code: str, other: Who) -> rule.Candidate:
        """How near the other one is, as `domain.matching` asks for it."""
        given, family = rule.fold(other.given), rule.fold(other.family)
        birth = rule.birth_likeness(self.birth_on, other.birth_on)
        short_form = self.given != given and rule.nickname_equal(self.given, given)
        given_score = max(_alike(self.given, given), SHORT_FORM if short_form else 0.0)
        name_score = max(
            _both(given_score, _alike(self.family, family), self.family and family),
            # given and family name in the other order, as happens between languages
            _both(_alike(self.given, family), _alike(self.family, given), self.family and family),
        )
        family_alike = _alike(self.family, family) >= rule.ALIKE or _same_sound(self.family, family)
        near_birth = birth in {"same", "swapped", "off_by_one"}
        return rule.Candidate(
            code=code,
            name_score=name_score,
            alias_score=self._alias_score(other, given, family),
            phonetic_equal=_same_sound(self.family, family) and (_same_sound(self.given, given) or short_form),
            nickname_equal=short_form and (family_alike or (near_birth and not (self.family and family))),
            birth=birth,
        )

    def _alias_score(self, other: Who, given: str, family: str) -> float:
        theirs = _aliases(other)
        their_names = [name for name in (f"{given} {family}".strip(), given) if name]
        my_names = [name for name in (f"{self.given} {self.family}".strip(), self.given) if name]
        pairs = [(mine, name) for mine in self.aliases for name in (*theirs, *their_names)]
        pairs += [(mine, name) for mine in my_names for name in theirs]
        return max((_alike(mine, name) for mine, name in pairs), default=0.0)


def _settled(client: Client) -> set[int]:
    """The entry itself, those of one person with it, and those that somebody kept apart from it."""
    root = client.linked_to_id or client.pk
    group = Client.objects.filter(linked_to=root).values_list("pk", flat=True)
    decided = MatchDecision.objects.filter(undone_at__isnull=True)
    return {
        client.pk,
        root,
        *group,
        *decided.filter(client=client).values_list("other_id", flat=True),
        *decided.filter(other=client).values_list("client_id", flat=True),
    }


def _aliases(who: Who) -> list[str]:
    return [folded for alias in who.aliases if (folded := rule.fold(alias))]


def _both(given: float, family: float, both_have_family: object) -> float:
    return min(given, family) if both_have_family else given * HALF


def _alike(one: str, other: str) -> float:
    """Similarity of two folded names, from 0 to 1; nothing is like an empty name."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    score = max(JaroWinkler.similarity(one, other), fuzz.token_sort_ratio(one, other) / 100)
    words, others = set(one.split()), set(other.split())
    if words < others or others < words:
        score = max(score, SUBSET)
    return score


def _same_sound(one: str, other: str) -> bool:
    """Two of three phonetic codes agree: one alone is too coarse, all three too strict."""
    if not one or not other:
        return False
    codes = (jellyfish.metaphone, jellyfish.nysiis, jellyfish.soundex)
    return sum(code(one) == code(other) for code in codes) >= 2
