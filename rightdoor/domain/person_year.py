"""What a person is counted by in a year: groups of age, gender as a code, the kind of trafficking, one person once.

The codes are those of the yearly form, so that what the platform counts and what agencies send stand in one table.
Missing is kept three-fold (not asked; asked, not known; not told) and never guessed. (STAT-1, STAT-2; counting rules of
the annual report)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

# Upper end of each group, which belongs to it.
AGES: tuple[tuple[int, str], ...] = ((12, "a00_12"), (17, "a13_17"), (24, "a18_24"), (59, "a25_59"))
OLDEST = "a60"
UNKNOWN = "unknown"
NOT_ASKED = "not_asked"
DECLINED = "declined"
NO_ONE_IS_OLDER = 120

# A gender is written down as it was said. What is not in this list is asked and not known: nobody guesses.
GENDERS: Mapping[str, frozenset[str]] = {
    "female": frozenset({"female", "f", "girl", "woman", "mujer", "nina", "femenino", "nu", "con gai"}),
    "male": frozenset({"male", "m", "boy", "man", "hombre", "nino", "masculino", "nam", "con trai"}),
    "transgender": frozenset(
        {"transgender", "trans", "trans girl", "trans boy", "transgender girl", "transgender boy", "transgenero"}
    ),
    "another": frozenset(
        {"another", "other", "nonbinary", "non-binary", "non binary", "two-spirit", "genderqueer", "otro", "khac"}
    ),
    DECLINED: frozenset({"declined", "declines to say", "prefers not to say", "refused", "not told"}),
}
_CODES = {word: code for code, words in GENDERS.items() for word in words}


def age_group(age: int | None) -> str:
    """The group of a whole number of years; unknown where there is none, or it cannot be."""
    if age is None or not 0 <= age <= NO_ONE_IS_OLDER:
        return UNKNOWN
    return next((code for last, code in AGES if age <= last), OLDEST)


def age_on(born: date | None, estimate: int | None, estimated_on: date, day: date) -> int | None:
    """Whole years on a day: from the birth date, else from the estimate and the full years since it was made.

    None where neither is known, or the day lies before the birth.
    """
    if born is not None:
        years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return years if years >= 0 else None
    if estimate is None:
        return None
    passed = day.year - estimated_on.year - ((day.month, day.day) < (estimated_on.month, estimated_on.day))
    return estimate + max(0, passed)


def gender_code(said: str) -> str:
    """The code of a gender as it was written down; not asked where nothing was, unknown where no word is known."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", said.casefold().strip()) if not unicodedata.combining(one)
    )
    plain = " ".join(plain.split())
    return _CODES.get(plain, UNKNOWN) if plain else NOT_ASKED


def kind_of(told: Iterable[str]) -> str:
    """One kind of trafficking out of what several referrals said: sex in one and labor in another are both."""
    found = {one for one in told if one}
    if "both" in found or {"sex", "labor"} <= found:
        return "both"
    return next((one for one in ("sex", "labor") if one in found), UNKNOWN)


def one_each(entries: Iterable[int], leads_to: Mapping[int, int]) -> dict[int, int]:
    """Each entry with the one that it is counted as: along who leads whom, to the end. A circle ends at its smallest.

    `leads_to`: entry -> the one that it was linked to or follows.
    """
    found = {}
    for entry in entries:
        seen, at = [entry], entry
        while (following := leads_to.get(at)) is not None and following not in seen:
            seen.append(following)
            at = following
        circle = following is not None and following in seen
        found[entry] = min(seen[seen.index(following) :]) if circle and following is not None else at
    return found
