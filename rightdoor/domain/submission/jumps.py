"""What grew or shrank by more than half since the year before: asked about, answered by a code, never refused.

Small counts jump by themselves, so a part of the whole is asked about only where one of its two years reaches ten; the
whole itself always. A field whose list came to mean something else is not compared. (reporting 1.3, 7.1)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..errors import RuleBroken
from .form import ALL, Form, Table, comparable
from .totals import Codes, Totals, margin

MORE_THAN = Fraction(1, 2)
LEAST = 10  # a part counts from here; below, one person more is a jump already
WHY: Mapping[str, str] = {
    "true": "We looked again, and it is so.",
    "more_places": "We serve more areas, or have more places.",
    "fewer_places": "We serve fewer areas, or have fewer places.",
    "new_service": "We began a service.",
    "ended_service": "We ended a service.",
    "records_lost": "Records of one of the years were lost.",
    "counted_anew": "We count in another way than before.",
    "other_reports": "Another provider reports these people now.",
}


@dataclass(frozen=True, slots=True)
class Jump:
    """A count that changed by more than half: a table, and its cell or a sum over it."""

    table: str
    codes: Codes
    before: int
    now: int
    words: str


def is_jump(before: int, now: int) -> bool:
    """Does the count change by more than half of what it was? From nothing to something it does."""
    return abs(now - before) > MORE_THAN * before


def jumps_between(
    kind: str, before: tuple[Form, Totals], now: tuple[Form, Totals], counts: str = "persons"
) -> tuple[Jump, ...]:
    """What to ask about, the whole first, then each field over all others, each once. Two years of one source."""
    (old_form, old), (form, new) = before, now
    found: list[Jump] = []
    seen: set[str] = set()
    whole, old_whole = form.whole_of(kind, counts), old_form.whole_of(kind, counts)
    if whole is None or old_whole is None:
        return ()
    was, became = old.get(old_whole.key, {}).get((), 0), new.get(whole.key, {}).get((), 0)
    if is_jump(was, became):
        found.append(Jump(whole.key, (), was, became, whole.label))
    for table in form.asked_of(kind):
        same = old_form.table(table.key)
        if table.counts != counts or same is None or same.by != table.by or same.adds != table.adds:
            continue
        for key in table.by:
            if key not in seen and comparable(old_form, form, key):
                seen.add(key)
                found += _of_field(form, table, key, old.get(table.key, {}), new.get(table.key, {}))
    return tuple(found)


def _of_field(form: Form, table: Table, key: str, old: Mapping[Codes, int], new: Mapping[Codes, int]) -> list[Jump]:
    was, became = margin(table, old, key), margin(table, new, key)
    found = []
    for code in form.fields[key].codes.codes:
        before, now = was.get(code.key, 0), became.get(code.key, 0)
        if max(before, now) >= LEAST and is_jump(before, now):
            codes = tuple(code.key if one == key else ALL for one in table.by)
            found.append(Jump(table.key, codes, before, now, f"{form.fields[key].label}: {code.label}"))
    return found


def check_answered(jumps: Collection[Jump], answers: Mapping[tuple[str, Codes], str]) -> None:
    """Every jump has an answer from the list, and nothing else does. Raises RuleBroken."""
    asked = {(one.table, one.codes) for one in jumps}
    if asked - set(answers):
        raise RuleBroken("Say of every figure that changed by more than half why it did.")
    if any(why not in WHY for key, why in answers.items() if key in asked):
        raise RuleBroken("Choose a reason from the list.")
