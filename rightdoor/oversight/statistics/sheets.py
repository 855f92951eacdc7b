"""The figures of a page as rows of a file: the same numbers, each with its definition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightdoor.domain.measures.measured import Measured, percent
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.printing.sheets import Page, harmless, to_csv, to_workbook
from rightdoor.oversight.statistics import words
from rightdoor.oversight.statistics.dashboards import Dashboard, Told
from rightdoor.oversight.statistics.spans import Span

HEADS = (
    "Section", "Figure", "Name", "Time", "Counted", "Out of", "Percent", "95 % interval from", "95 % interval to",
    "Missed", "Pending", "Left out", "Why missed or left out", "Told beside", "How long it took", "Aim",
    "Definition", "Version",
)  # fmt: skip


def figure_rows(page: Dashboard) -> list[list[str]]:
    """A head, and two rows for each figure: the span, and the same a year before."""
    rows = [list(HEADS)]
    for section in page.sections:
        for one in section.figures:
            for span, told in ((page.span.label, one.now), (page.before.label, one.before)):
                about = [one.definition.in_words, str(one.definition.version)]
                rows.append([section.title, one.title, one.name, span, *_cells(told), *about])
    return rows


def grid_rows(page: Dashboard) -> list[tuple[str, list[list[str]]]]:
    """The tables beside the figures, and what stands under the charts."""
    found = []
    for section in page.sections:
        for grid in section.grids:
            found.append((grid.title, [list(grid.heads), *(list(row) for row in grid.rows)]))
        for chart in section.charts:
            found.append((chart.title, [[chart.of, *chart.series], *([label, *said] for label, said in chart.rows)]))
    return found


def as_csv(page: Dashboard) -> str:
    """Everything on the page as one table after the other."""
    rows = [*_about(page), [], *figure_rows(page)]
    for title, grid in grid_rows(page):
        rows += [[], [title], *grid]
    return to_csv([[harmless(cell) for cell in row] for row in rows])


def as_xlsx(page: Dashboard) -> bytes:
    """Everything on the page, a sheet for each table."""
    pages = [Page("Figures", _safe(figure_rows(page)), widths=(22, 48, 8, 26)), Page("About", _safe(_about(page)))]
    for number, (title, rows) in enumerate(grid_rows(page), start=1):
        pages.append(Page(f"{number} {title}", _safe(rows), widths=(40, 16, 16)))
    return to_workbook(pages)


def endings_csv(lines: Sequence[tuple[str, int]], span: Span, as_of: datetime) -> bytes:
    """Why cases ended, after what the file is about."""
    return to_csv(_safe([*_about_endings(span, as_of), [], *_endings(lines)])).encode()


def endings_xlsx(lines: Sequence[tuple[str, int]], span: Span, as_of: datetime) -> bytes:
    """The same as a workbook."""
    return to_workbook(
        [
            Page("Why cases ended", _safe(_endings(lines)), widths=(40, 12)),
            Page("About", _safe(_about_endings(span, as_of))),
        ]
    )


def _endings(lines: Sequence[tuple[str, int]]) -> list[list[str]]:
    together = str(sum(many for _, many in lines))
    return [["Reason", "Endings"], *([reason, str(many)] for reason, many in lines), ["Together", together]]


def _about_endings(span: Span, as_of: datetime) -> list[list[str]]:
    return [
        ["Counted", "Every ending in this time, also where the case was opened again"],
        ["Time", span.label],
        *_whose_rows(as_of),
    ]


def _about(page: Dashboard) -> list[list[str]]:
    return [
        ["Counted over", page.place],
        ["Time", page.span.label],
        ["Beside", page.before.label],
        *_whose_rows(page.as_of),
    ]


def _whose_rows(as_of: datetime) -> list[list[str]]:
    return [
        ["As of", f"{local(as_of):%m/%d/%Y %I:%M %p}"],
        [
            "Whose rows",
            "Records that whoever made this file may open. Small counts are in it: it is not for the public.",
        ],
    ]


def _cells(told: Told) -> list[str]:
    one: Measured = told.measured
    low = str(percent_of(one, "low")) if one.interval else ""
    high = str(percent_of(one, "high")) if one.interval else ""
    return [
        "" if one.numerator is None else str(one.numerator),
        "" if one.denominator is None else str(one.denominator),
        "" if one.share is None else str(percent(one.share)),
        low,
        high,
        str(sum(one.missed.values())),
        str(one.pending),
        str(sum(one.excluded.values())),
        "; ".join(f"{name}: {many}" for name, many in told.reasons),
        "; ".join(f"{name}: {many}" for name, many in told.counts),
        told.times,
        told.aim,
    ]


def percent_of(one: Measured, end: str) -> str:
    """One end of the interval, in percent."""
    low, _, high = words.interval(one).removesuffix(" %").partition(" to ")
    return low if end == "low" else high


def _safe(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[harmless(cell) for cell in row] for row in rows]
