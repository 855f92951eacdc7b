"""How a file is made: rows and tables for research, the pattern of a report to a funder. Nothing here asks who may."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from rightdoor.domain import extract as rule
from rightdoor.domain import grant_report, synthetic
from rightdoor.domain.annual_report.beside import people_of, same_as_in_a_report
from rightdoor.domain.disclosure_control.audit import audit
from rightdoor.domain.disclosure_control.certificate import certificate
from rightdoor.domain.disclosure_control.exact import Unprotectable, protect
from rightdoor.domain.disclosure_control.ledger import EarlierCell, EarlierRelease, called_anew, with_ledger
from rightdoor.domain.disclosure_control.primary import Rule
from rightdoor.domain.disclosure_control.problem import Problem, Sum, Unsound
from rightdoor.domain.disclosure_control.solving import SolverFailed
from rightdoor.domain.disclosure_control.tables import joined
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.person_year import AGES, GENDERS, NOT_ASKED, OLDEST, UNKNOWN
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.printing.sheets import harmless, to_csv
from rightdoor.oversight.exports import synthesizer
from rightdoor.oversight.statistics.solver import Highs

TABLE_SECONDS = 120.0
SECONDS = 20.0  # for the cheapest pattern of a grant report; after that a good one, audited in the same way


class ExtractLeaks(Exception):  # noqa: N818 - said as the field says it
    """A combination of the finished file belongs to too few people: it is not kept and not handed out."""


def check_rare(made: rule.Extract) -> None:
    """Looks at the finished rows once more, by counting them. Raises ExtractLeaks. (bar of STAT-6)"""
    if rule.smallest_group(made) < made.k or 0 < made.left_out < made.k:
        raise ExtractLeaks("A combination of this file belongs to too few people.")


def file_of(made: rule.Extract) -> str:
    """The rows as CSV: the columns' keys, then codes; no number of a row, in the order of their values."""
    return to_csv([list(made.columns), *([harmless(cell) for cell in row] for row in made.rows)])


def rows_of(people: Sequence[Mapping[str, str]], columns: Sequence[str], k: int) -> tuple[str, dict[str, object]]:
    """Rows for research as CSV, and what was done to them. Raises TooFew, ExtractLeaks."""
    made = rule.protected(rule.drawn(people, secrets.token_bytes(32)), columns, k)
    check_rare(made)
    return file_of(made), {
        "rows": len(made.rows),
        "drawn": made.drawn,
        "left_out": made.left_out,
        "levels": dict(made.levels),
        "shifted": {key: f"{float(value):.2f}" for key, value in made.shifted.items()},
    }


def categories_of(columns: Sequence[str], first_year: int, last_year: int) -> dict[str, tuple[str, ...]]:
    """The closed list of each column: what a person may be there. Nobody who was served can add to one."""
    pack = active_pack()
    words = pack.trafficking
    lists: dict[str, Iterable[str]] = {
        "region": (one.key for one in pack.regions),
        "quarter": (f"{year} Q{part}" for year in range(first_year, last_year + 1) for part in range(1, 5)),
        "status": ("confirmed", "suspected", "not_trafficking"),
        "kind": ("sex", "labor", "both"),
        "age": (*(code for _, code in AGES), OLDEST),
        "gender": (*GENDERS, NOT_ASKED),
        "relationship": (one.key for one in words.relationships),
        "setting": (one.key for one in words.settings),
        "source": (one.key for one in words.sources),
        "standing": ("new", "continuing"),
        "outcome": ("active", "missing", *(one.group for one in pack.closure.reasons)),
    }
    return {one: tuple(dict.fromkeys((*lists[one], UNKNOWN))) for one in columns}


def synthetic_of(
    people: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    categories: Mapping[str, Sequence[str]],
    epsilon: int,
    total: int,
) -> tuple[str, dict[str, object]]:
    """Synthetic rows as CSV under their banner, what is promised and how good they are, and what is told of them.

    Raises SynthesizerFailed.
    """
    fitted = [synthetic.fitted(one, columns, categories) for one in people]
    rows = synthesizer.synthetic_rows(
        fitted, columns, categories, epsilon=epsilon - synthetic.FOR_QUALITY, delta=synthetic.DELTA
    )
    found = synthetic.quality(fitted, columns, rows, categories, secrets.SystemRandom())
    promised = synthetic.guarantee(epsilon, total)
    quality = {
        "mean_error": f"{float(found.mean_error):.1f}",
        "total_variation": f"{float(found.total_variation):.3f}",
        "lost": dict(found.lost),
        "lists": {one: len(categories[one]) for one in columns},
    }
    text = to_csv(
        [
            [synthetic.BANNER],
            [promised],
            ["Mean error of a category, in people (noisy)", quality["mean_error"]],
            ["Mean total variation of every two columns, 0 to 1 (noisy)", quality["total_variation"]],
            *(
                [f"Categories of {one} without a row", str(many), f"of {len(categories[one])}"]
                for one, many in found.lost.items()
            ),
            ["An empty cell was left open."],
            [],
            list(columns),
            *([harmless(cell) for cell in row] for row in rows),
        ]
    )
    return text, {"synthetic": quality | {"rows": found.rows}, "promised": promised}


def tables_of(
    people: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    k: int,
    *,
    years: tuple[int, int],
    name: str = "tables for research",
    earlier: Callable[[Collection[str], Sequence[Sum]], Sequence[EarlierRelease]] = lambda keys, sums: (),
) -> tuple[str, dict[str, object], EarlierRelease]:
    """Tables of every two columns as CSV, what was done to them, and what the ledger keeps of them.

    They are protected together with what `earlier` gives: other tables of the same people. Raises TooFew,
    CannotProtect.
    """
    tables = rule.pairs(people, columns, people_of(*years))
    cells, sums = joined([one for _, _, one in tables])
    here = {cell.key for cell in cells}
    try:
        before = list(earlier(here, sums))
        same = same_as_in_a_report(
            {cell.key: cell.count for cell in cells}, ((cell.key, cell.count) for one in before for cell in one.cells)
        )
        problem = with_ledger(name, cells, sums, called_anew(before, same))
    except Unsound as wrong:  # somebody was corrected since
        raise CannotProtect("Other counts of the same people went out. Ask for other years.") from wrong
    hidden, proof = protected_problem(problem, k, TABLE_SECONDS)
    shown = {key: problem.cells[key].count for key in here - set(hidden)}
    told = EarlierRelease(
        name,
        tuple(
            EarlierCell(key, count, key in shown, small=0 < count < k)
            for key in sorted(here)
            for count in [problem.cells[key].count]
        ),
        (*sums, *(Sum(key, (old,), tells=False) for old, key in sorted(same.items()))),
    )
    lines = rule.table_lines(tables, shown)
    text = to_csv(
        [
            ["first", "second", "first_value", "second_value", "people"],
            *([harmless(x) for x in one[:4]] + [one[4]] for one in lines),
        ]
    )
    many = sum(one[4] == rule.HIDDEN for one in lines)
    return text, {"tables": len(tables), "lines": len(lines), "hidden": many, "proof": proof}, told


class CannotProtect(RuleBroken):
    """Nothing protects these counts, or the audit found that a hidden one could be worked out."""


def protected_pattern(counts: grant_report.Counts, threshold: int) -> tuple[list[str], dict[str, object]]:
    """Which counts of a report are hidden, and what the audit says. Raises CannotProtect."""
    return protected_problem(grant_report.problem_for("grant report", counts), threshold, SECONDS)


def protected_problem(problem: Problem, threshold: int, seconds: float) -> tuple[list[str], dict[str, object]]:
    """Which of these counts are hidden, the cheapest within the time, and what the audit says. Raises CannotProtect."""
    asked = Rule(threshold=max(Rule().threshold, threshold))
    solver = Highs()
    try:
        pattern = protect(problem, asked, solver, seconds=seconds, timer=time.monotonic)
        hidden = set(pattern.hidden)
        shown = {key: cell.count for key, cell in problem.cells.items() if cell.in_release and key not in hidden}
        proof = certificate(problem, hidden, shown, asked, audit(problem, hidden, shown, asked, solver), solver.name)
    except (Unprotectable, SolverFailed) as beyond:
        raise CannotProtect(
            "These counts are too small to be told to anybody without a law that asks for them. Choose a longer span"
            " or the whole state."
        ) from beyond
    if not proof["for_release"]:
        raise CannotProtect("The audit found that a hidden count could be worked out. Choose a longer span.")
    # Without the hash over the true counts, which would confirm a guess at them.
    kept = {key: proof[key] for key in ("threshold", "solver", "pattern", "passed", "for_release", "to_be_read")}
    return sorted(hidden), kept | {"status": pattern.status}
