"""Finds clients by what people remember of a name, among those that the viewer may see. (UX-5)

A scan over sealed names, never an index: who may not be seen is never fetched, so it changes neither result nor order.
"""

from __future__ import annotations

from datetime import datetime

from rapidfuzz.distance import JaroWinkler

from rightdoor.casework.clients.disclosure import ShownName, Who, opened_who
from rightdoor.casework.clients.matching import COMPARED_AT_MOST
from rightdoor.casework.clients.queries import newest_visible
from rightdoor.domain.matching import fold, nickname_equal
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record_read

FOUND_AT_MOST = 20
SPELLED_LIKE = 0.92  # one letter off in a name of seven
SHORTEST = 2  # a single letter finds half the state


def clients_named(viewer: Viewer, text: str, now: datetime) -> list[ShownName]:
    """Clients whose names or aliases have every word of `text`, begun, nicknamed or nearly spelled; the best first.

    At most twenty, among the newest clients that the viewer may see. Before anything is returned the scan is recorded,
    and apart from it whom it shows: among thousands compared nobody would find for whom somebody was looking.
    """
    words = [word for word in fold(text).split() if len(word) >= SHORTEST]
    if not words:
        return []
    candidates = {client.pk: client for client in newest_visible(viewer, now, at_most=COMPARED_AT_MOST)}
    opened = opened_who(viewer, candidates.values(), now, action="search", verb="client.searched")
    found = []
    for pk, who in opened.items():
        score = _score(words, who)
        if score:
            found.append((-score, candidates[pk].code, who.name))
    shown = [ShownName(code, name) for _, code, name in sorted(found)[:FOUND_AT_MOST]]
    if shown:
        codes = [one.code for one in shown]
        record_read(viewer, "client.identity_seen", kind="client", codes=codes, classes=["ID"], purpose="search")
    return shown


def _score(words: list[str], who: Who) -> float:
    theirs = {part for name in (who.given, who.family, *who.aliases) for part in fold(name).split()}
    total = 0.0
    for word in words:
        best = max((_one(word, part) for part in theirs), default=0.0)
        if not best:
            return 0.0
        total += best
    return total / len(words)


def _one(word: str, part: str) -> float:
    if part == word:
        return 1.0
    if part.startswith(word):
        return 0.9
    if nickname_equal(word, part):
        return 0.8
    alike = JaroWinkler.similarity(word, part)
    return alike * 0.8 if alike >= SPELLED_LIKE else 0.0
