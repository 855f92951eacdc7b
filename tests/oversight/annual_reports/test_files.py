"""What a reader holds is made from the printed document alone, and is the same each time."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from rightdoor.oversight.annual_reports.document import DocumentUnsound
from rightdoor.oversight.annual_reports.files import build
from tests.oversight.annual_reports.sample import sample

ROOT = Path(__file__).parents[3]
ALONE = """
import django, sys
from hashlib import sha256
django.setup()
from rightdoor.oversight.annual_reports.files import build
from tests.oversight.annual_reports.sample import sample
for name, content in sorted(build(sample()).items()):
    print(name, sha256(content).hexdigest())
"""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return build(sample())


@pytest.mark.req("STAT-2")
def test_two_processes_make_the_same_bytes(files: dict[str, bytes]) -> None:
    made = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=True)
    there = [f"{name} {sha256(content).hexdigest()}" for name, content in sorted(files.items())]
    assert made.stdout.split("\n")[:-1] == there
    assert len(there) == 6


def test_the_long_file_has_every_cell_with_codes_labels_and_what_it_means(files: dict[str, bytes]) -> None:
    text = files["annual-report-2025.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 5 * 4 + 4 * 4 + 10 * 11
    by_cell = {(one["table"], one["row"], one["column"]): one for one in rows}
    assert by_cell["RT3", "sex", "child"]["value"] == "301"
    hidden, none, asked_nobody = (
        by_cell["RT8", *at] for at in (("north", "unknown"), ("total", "total"), ("abroad", "child"))
    )
    assert (hidden["value"], hidden["value_means"]) == ("*", "hidden to protect privacy")
    assert (none["value"], none["value_means"]) == ("593", "count")
    assert (asked_nobody["value"], asked_nobody["value_means"]) == ("-", "not collected")
    assert by_cell["RT21", "2016", "confirmed"]["value"] == "1100", "a count in a file for programs has no comma"


def test_words_in_another_language_say_so_and_translated_ones_do_not(files: dict[str, bytes]) -> None:
    page = files["annual-report-2025.es.html"].decode()
    assert '<span lang="en">Where somebody was exploited' in page
    assert '<th scope="col" class="number">Edad no conocida</th>' in page
    assert 'Después de 2023: <span lang="en">“prospective” became' in page
    assert 'lang="en"' not in files["annual-report-2025.en.html"].decode()
    assert (
        '<span aria-hidden="true">*</span><span class="usa-sr-only">oculto para proteger la privacidad</span>' in page
    )


def test_a_document_with_a_cell_too_few_is_refused() -> None:
    broken = sample()
    broken["tables"][0]["rows"][0]["cells"] = ["301"]
    with pytest.raises(DocumentUnsound, match="RT3, sex: 1 cells under 4 columns"):
        build(broken)


def test_a_sentence_that_says_another_number_than_its_table_is_refused() -> None:
    broken = sample()
    broken["narrative"][0]["bound"]["RT3.total.total"] = "656"
    with pytest.raises(DocumentUnsound, match="says 656 where RT3.total.total is 655"):
        build(broken)
