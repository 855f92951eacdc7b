"""The safety plan: when it may be adopted, when it is looked at again, and what may stand on a paper that is found.

The plan is in the youth's own words. A paper can be found by the person it protects from: so the first question is
whether it is safe to hold one, and what is printed for the youth says nothing that tells what it is about. (CASE-7;
practice.md 3.6)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from .errors import RuleBroken

# Every part of a plan but the places, in the order of practice.md 3.6. The words of the client come first.
PARTS = (
    "words",
    "warning_signs",
    "coping",
    "safe_adults",
    "avoid",
    "signal",
    "contact_routes",
    "accounts",
    "location_sharing",
    "images",
    "bag",
    "transport",
    "dependents",
    "orders",
    "caregivers",
    "self_harm",
    "if_missing",
    "professionals",
)
ONLINE = frozenset({"contact_routes", "accounts", "location_sharing", "images"})
# What a youth's own copy may hold. Never places, never the signal, never what somebody who harms could use.
ON_PAPER = ("coping", "safe_adults", "bag", "transport")
TRIGGERS = ("new_contact", "move", "court_date", "after_missing", "asked")
HOLDING = ("yes", "no", "not_sure")


@dataclass(frozen=True, slots=True)
class YouthCopy:
    """What goes on the paper, part by part, and how many lines were left out because they would tell."""

    parts: Mapping[str, tuple[str, ...]]
    left_out: int


def check_may_adopt(state: str, parts: Mapping[str, str]) -> None:
    """A draft is adopted once the client's own words are in it, and a safe adult or a step that helps. Raises
    RuleBroken.
    """
    if state != "draft":
        raise RuleBroken("Only a draft can be adopted. Write a new version of the plan.")
    if not parts.get("words", "").strip():
        raise RuleBroken("Write down what the client says, in the client's own words, before you adopt the plan.")
    if not any(parts.get(name, "").strip() for name in ("safe_adults", "coping")):
        raise RuleBroken("Name at least one safe adult, or one step that helps, before you adopt the plan.")


def may_print(answer: str) -> bool:
    """Is it safe to hold a paper? Only a plain yes prints one: "no" and "not sure" do not. KeyError for no answer."""
    if answer not in HOLDING:
        raise KeyError(answer)
    return answer == "yes"


def review_due(adopted_at: datetime, days: int, own: datetime | None, triggers: Iterable[datetime]) -> datetime:
    """When the plan is looked at again: the state's span, an own date, or what has happened since; the soonest."""
    return min([adopted_at + timedelta(days=days), *([own] if own else []), *triggers])


_ADDRESS = re.compile(
    r"\d+\s*[-–,]?\s+(?:\S+\s+){0,4}(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|place|pl|boulevard|blvd"
    r"|highway|hwy|parkway|pkwy|apt|apartment|unit|calle|avenida|carretera|duong|pho)\b|"
    r"\b(?:calle|avenida|duong|pho)\s+\S+.*\d",
)


def youth_copy(
    parts: Mapping[str, str], telling: Iterable[str], *, chosen: Sequence[str] = ON_PAPER, hidden: str = ""
) -> YouthCopy:
    """What a youth's own copy holds: the chosen parts of ON_PAPER, without any line that would tell if it is found.

    `telling`: words that say what the paper is about, the product's name and the client's own names; one that ends in
    a star stands for every word that begins so. `hidden`: the places text, of which no line may stand on paper. A line
    that looks like an address is left out in any case: the program cannot know which address is a confidential one,
    and unknown is never the lenient branch.
    """
    words = [_plain(word) for word in telling if _plain(word)]
    places = [_plain(line) for line in re.split(r"[\n,;]", hidden) if len(_plain(line)) >= 4]
    kept: dict[str, tuple[str, ...]] = {}
    left_out = 0
    for name in chosen:
        if name not in ON_PAPER:
            raise RuleBroken("This part never stands on the youth's own copy.")
        lines = [line.strip() for line in parts.get(name, "").splitlines() if line.strip()]
        safe = tuple(line for line in lines if not _tells(_plain(line), words, places))
        left_out += len(lines) - len(safe)
        if safe:
            kept[name] = safe
    return YouthCopy(kept, left_out)


def _tells(line: str, words: Sequence[str], places: Sequence[str]) -> bool:
    if _ADDRESS.search(line) or any(place in line for place in places):
        return True
    return any(_pattern(word).search(line) for word in words)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    """A whole word, also in the plural; with a star at its end every word that begins so."""
    end = "" if word.endswith("*") else r"(?:e?s)?(?!\w)"
    return re.compile(rf"(?<!\w){re.escape(word.rstrip('*'))}{end}")


def _plain(text: str) -> str:
    """Lower case and without marks, so that no spelling slips by: "Avenida" and "đường" as "duong"."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in folded if not unicodedata.combining(sign)).split())
