"""`disclosure protect` and `audit`, as another program would call them, and the examples of their page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rightdoor.config.env import ROOT

pytestmark = pytest.mark.req("STAT-3")

PAGE = ROOT / "docs" / "reference" / "disclosure-control.md"
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)]
EXAMPLES = list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True))


def door(*arguments: str, given: object = None, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rightdoor.config.cli", "disclosure", *arguments],
        input=None if given is None else json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=False,
    )


def part_of(shown: Any, answer: Any) -> bool:
    """Is what the page shows in the answer? Objects may show a part at the top and in the certificate."""
    if isinstance(shown, dict):
        return all(key in answer and part_of(value, answer[key]) for key, value in shown.items())
    return bool(shown == answer)


def test_there_are_three_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize(("given", "shown"), EXAMPLES, ids=[given["name"] for given, _ in EXAMPLES])
def test_an_example_of_the_page_gives_what_the_page_says(given: dict[str, Any], shown: dict[str, Any]) -> None:
    said = door("protect", "-", "--threshold", "11", given=given)

    assert said.returncode == 0, said.stderr
    answer = json.loads(said.stdout)
    assert part_of(shown, answer)
    for key in ("primary", "intervals", "printed", "figures"):
        assert shown.get(key, answer[key]) == answer[key]  # shown whole


def test_a_pattern_that_protect_printed_passes_the_audit_with_the_same_certificate(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(EXAMPLES[0][0]))
    protected = json.loads(door("protect", str(tmp_path / "in.json")).stdout)
    (tmp_path / "pattern.json").write_text(json.dumps(protected))

    said = door("audit", str(tmp_path / "in.json"), str(tmp_path / "pattern.json"))

    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == protected["certificate"]


def test_the_same_file_gives_the_same_answer_in_every_run() -> None:
    answers = [json.loads(door("protect", "-", given=EXAMPLES[1][0], seed=seed).stdout) for seed in ("1", "2")]

    for answer in answers:
        del answer["seconds"]
    assert answers[0] == answers[1]


def test_a_pattern_that_hides_too_little_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(EXAMPLES[0][0]))
    (tmp_path / "pattern.json").write_text('{"hidden": ["2025|age=adult|region=North"]}')

    said = door("audit", str(tmp_path / "in.json"), str(tmp_path / "pattern.json"), "--threshold", "11")

    assert said.returncode == 1
    told = json.loads(said.stdout)
    assert told["passed"] is False
    assert told["faults"][0] == {
        "question": "AU1",
        "key": "2025|age=adult|region=North",
        "fault": "can be told to be exactly 4, which is less than the doubt it must keep",
    }


def test_without_time_the_answer_says_that_it_is_a_heuristic() -> None:
    said = door("protect", "-", "--time", "0", given=EXAMPLES[0][0])

    assert said.returncode == 0, said.stderr
    answer = json.loads(said.stdout)
    assert (answer["status"], answer["certificate"]["passed"]) == ("heuristic", True)


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"cells": [{"key": "a", "count": -1}]}, 2, "cells 1: count must be a whole number"),
        ({"cells": [{"key": "a", "count": 2.5}]}, 2, "cells 1: count must be a whole number"),
        ({"cells": [{"key": "a", "count": 5}], "sum": []}, 2, "the file: sum is not known"),
        ({"cells": [{"key": "a", "count": 5}], "sums": [{"total": "b", "parts": ["a"]}]}, 2, "b, which is no cell"),
        ([], 2, "the file is an object"),
        ({}, 2, "there is no cell"),
        ({"cells": [{"key": "a", "count": 5, "showing": "must show"}]}, 1, "a cannot be protected"),
        ({"cells": [{"key": "a", "count": 5}], "rule": {"range": "wide"}}, 2, "range is full or exact"),
    ],
)
def test_what_cannot_be_read_or_protected_is_one_line(given: object, status: int, said: str) -> None:
    answer = door("protect", "-", given=given)

    assert (answer.returncode, answer.stdout) == (status, "")
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_an_invented_year_of_a_states_size_keeps_every_small_count_in_doubt() -> None:
    said = door("simulate", "--years", "1", "--first", "7")

    assert said.returncode == 0, said.stdout + said.stderr
    year, end = said.stdout.splitlines()
    assert year.startswith("year 7: 450 counts, ")
    assert "optimal" in year
    assert end.startswith("hidden counts known better than the rule tells: 0, in years: 1.")


def test_a_threshold_of_one_would_hide_nothing_and_is_refused() -> None:
    assert door("protect", "-", "--threshold", "1", given=EXAMPLES[0][0]).returncode == 2
