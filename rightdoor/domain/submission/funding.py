"""Who may send lines, and who totals alone.

Providers paid under three federal laws may release nothing individual without a person's informed, written, timed
consent, encoded or hashed or not; totals that identify nobody they may give. (34 U.S.C. 12291(b)(2) and 28 CFR 90.4;
28 CFR 94.115; 42 U.S.C. 10406(c)(5); reporting 2)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from ..errors import RuleBroken

Mode = Literal["totals", "lines"]

FUNDING: Mapping[str, str] = {
    "vawa": "Violence Against Women Act (VAWA)",
    "voca": "Victims of Crime Act (VOCA)",
    "fvpsa": "Family Violence Prevention and Services Act (FVPSA)",
    "hhs": "Other money of the U.S. Department of Health and Human Services",
    "state": "State money",
    "other": "Other money",
    "none": "No public money",
}
TOTALS_ALONE = frozenset({"vawa", "voca", "fvpsa"})


def modes_for(funding: Collection[str] | None, *, counsel_allows_lines: bool | None = None) -> tuple[Mode, ...]:
    """How a provider may answer, the usual way first. None or empty: it has not said how it is paid, so totals alone.

    counsel_allows_lines: a recorded approval by counsel for this provider and year.
    """
    if not funding or set(funding) - set(FUNDING):
        return ("totals",)
    if set(funding) & TOTALS_ALONE and counsel_allows_lines is not True:
        return ("totals",)
    return ("totals", "lines")


def check_funding(funding: Collection[str]) -> frozenset[str]:
    """What a provider says of its money, in order. Raises RuleBroken."""
    said = frozenset(funding)
    if not said or said - set(FUNDING):
        raise RuleBroken("Say how your work with these clients is paid. What you may send depends on it.")
    if "none" in said and len(said) > 1:
        raise RuleBroken("Choose either no public money or the kinds of money that there are.")
    return said


def check_mode(mode: str, funding: Collection[str] | None, *, counsel_allows_lines: bool | None = None) -> Mode:
    """The mode, if this provider may answer in it. Raises RuleBroken."""
    for one in modes_for(funding, counsel_allows_lines=counsel_allows_lines):
        if one == mode:
            return one
    if mode == "lines" and funding:
        raise RuleBroken(
            "A provider paid under VAWA, VOCA or FVPSA sends totals alone. The calculator turns your own lines into "
            "totals on your computer."
        )
    if mode == "lines":
        raise RuleBroken("Say first how your work is paid. Until then only totals are taken.")
    raise RuleBroken("Choose totals or lines.")
