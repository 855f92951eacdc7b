"""Figures worked out from counts: only from counts that are printed, and only where they say no more. (AU5)"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from .problem import Figure, Problem

LEAST_FOR_SUMMARY = 30  # people; a mean, a median or a range of fewer lets their ages be rebuilt


def worked_out(figure: Figure, printed: Mapping[str, int], threshold: int) -> Fraction | None:
    """The figure from printed counts; None: it is hidden.

    Hidden where a count of it is, where there is nothing to divide by, and a share also where the rest of its base is a
    small count: "all but two" tells of the two.
    """
    if figure.of not in printed or figure.base not in printed:
        return None
    part, base = printed[figure.of], printed[figure.base]
    if figure.kind == "difference":
        return Fraction(part - base)
    if base == 0:
        return None
    if figure.kind == "change":
        return Fraction(part - base, base)
    if part > base or 0 < base - part < threshold or 0 < part < threshold:
        return None
    return Fraction(part, base)


def in_words(kind: str, value: Fraction | None) -> str:
    """As it is printed: a share `58.6 %`, a change `+26.9 %`, a difference `+115`; hidden is `*`."""
    if value is None:
        return "*"
    if kind == "difference":
        return f"{int(value):+d}"
    text = one_decimal(value * 100)
    return f"{text} %" if kind == "share" else f"{'' if text.startswith('-') else '+'}{text} %"


def one_decimal(value: Fraction) -> str:
    """Rounded to one decimal, half away from zero, by whole numbers: no binary fraction decides a half."""
    tenths, rest = divmod(abs(value) * 10, 1)
    tenths += rest >= Fraction(1, 2)
    sign = "-" if value < 0 and tenths else ""
    return f"{sign}{int(tenths) // 10}.{int(tenths) % 10}"


def printed_figures(problem: Problem, printed: Mapping[str, int], threshold: int) -> dict[str, str]:
    """Name -> text of every figure of the problem."""
    return {it.name: in_words(it.kind, worked_out(it, printed, threshold)) for it in problem.figures}


def may_summarise(people: int) -> bool:
    """May a mean, median, lowest or highest age of so many people be printed at all?"""
    return people >= LEAST_FOR_SUMMARY
