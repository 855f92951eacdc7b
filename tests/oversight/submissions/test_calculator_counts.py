"""The calculator counts in the browser what the server would count."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from rightdoor.domain.submission.rows import row_of, totals_of
from rightdoor.foundation.printing.sheets import to_csv
from rightdoor.oversight.submissions import sheets
from rightdoor.oversight.submissions.web.calculator import told
from tests.domain.yearly import form

FORM = form()
SCRIPT = Path(sheets.__file__).parent / "static" / "submissions" / "tallying.js"
RUN = """
const fs = require("fs"), Tallying = require(process.argv[1]);
const { form, text } = JSON.parse(fs.readFileSync(0, "utf8"));
const found = Tallying.tally(form, Tallying.rowsOf(text));
process.stdout.write(JSON.stringify({ ...found, csv: Tallying.csvOf(form, found.totals) }));
"""


def node() -> str:
    """The system's, or the one that comes with the browser driver."""
    found = shutil.which("node")
    if found:
        return found
    driver = pytest.importorskip("playwright._impl._driver")
    return str(driver.compute_driver_executable()[0])


def counted(text: str) -> dict:
    asked = json.dumps({"form": told(FORM), "text": text})
    ran = subprocess.run(  # noqa: S603 - our own script
        [node(), "-e", RUN, str(SCRIPT)], input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(ran.stdout)


def lines(seed: int, many: int) -> list[list[str]]:
    drawn = Random(seed)
    found = [[one.label for one in FORM.row_fields]]
    for _ in range(many):
        line = []
        for one in FORM.row_fields:
            codes = [code for code in one.codes.codes if not code.missing]
            chosen = drawn.sample(codes, drawn.choice([1, 2]) if one.takes_several else 1)
            line.append("; ".join(drawn.choice([code.key, code.label]) for code in chosen))
        found.append(line)
    return found


@pytest.mark.req("STAT-1")
def test_the_browser_and_the_server_count_the_same():
    rows = lines(7, 80)
    here = [row_of(FORM, at, dict(zip([one.key for one in FORM.row_fields], line, strict=True)))[0]
            for at, line in enumerate(rows[1:])]  # fmt: skip
    assert all(here)

    found = counted(to_csv(rows))
    back = sheets.read_totals(FORM, "provider", 2026, found["csv"].encode(), "totals.csv")

    assert (found["people"], found["faults"]) == (80, [])
    assert (back.refusals, back.faults) == ((), ())
    assert back.totals == totals_of(FORM, "provider", here)


@pytest.mark.parametrize(
    ("row", "column", "text", "wrong"),
    [
        (2, 0, "", "is empty"),
        (2, 0, "seventeen", "holds none of the codes"),
        (2, 1, "Sex; Labor", "takes one code"),
        (2, 2, "Ochre; Not told", "says known and not known at once"),
        (0, 3, "Somewhere", "has no column"),
    ],
)
def test_the_browser_says_where_a_line_is_wrong_and_counts_nothing(row, column, text, wrong):
    rows = lines(3, 4)
    rows[row][column] = text

    found = counted("\n".join("\t".join(line) for line in rows))

    assert [(one["row"], one["wrong"]) for one in found["faults"]] == [(row + 1, wrong)]
    assert found["totals"] == {}


def test_the_scripts_of_the_calculator_know_no_way_out():
    for script in ("tallying.js", "calculator.js"):
        text = (SCRIPT.parent / script).read_text(encoding="utf-8")
        for way in (
            "fetch(",
            "XMLHttpRequest",
            "sendBeacon",
            "WebSocket",
            "EventSource",
            "submit(",
            "innerHTML",
            "import(",
        ):
            assert way not in text, (script, way)
