"""`tier` and `pack check`, as another program would call them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rightdoor.config.env import ROOT

CONFIRMED = {
    "victim_status": "confirmed",
    "open_investigation": False,
    "immediate_safety_concern": False,
    "safe_and_stable": True,
    "received_at": "2026-03-07T10:00:00-06:00",
}


def door(*arguments: str, given: object = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rightdoor.config.cli", *arguments],
        input=None if given is None else json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.req("INT-6")
def test_the_deadline_counts_elapsed_hours_across_daylight_saving() -> None:
    answer = door("tier", "--pack", "louisiana", "-", given=CONFIRMED)
    assert answer.returncode == 0, answer.stderr
    said = json.loads(answer.stdout)
    assert (said["tier"], said["due_at"]) == (2, "2026-03-10T11:00:00-05:00")


@pytest.mark.req("INT-6")
@pytest.mark.parametrize("fact", ["open_investigation", "immediate_safety_concern", "safe_and_stable"])
def test_an_unknown_fact_is_never_the_lenient_one(fact: str) -> None:
    said = json.loads(door("tier", "--pack", "louisiana", "-", given={**CONFIRMED, fact: None}).stdout)
    assert said["tier"] == 1
    assert "not known counts as danger" in said["reason"]


@pytest.mark.req("INT-6")
def test_facts_over_time_are_triaged_again_and_the_history_is_kept() -> None:
    first = {**CONFIRMED, "victim_status": "suspected", "at": "2026-03-07T10:00:00-06:00"}
    then = {**CONFIRMED, "open_investigation": True, "at": "2026-03-08T10:00:00-05:00"}
    said = json.loads(door("tier", "--pack", "louisiana", "-", given=[first, then]).stdout)
    assert [step["tier"] for step in said["history"]] == [3, 1]
    assert said["due_at"] == "2026-03-09T11:00:00-05:00"


@pytest.mark.parametrize(
    "facts",
    [
        [],
        "text",
        {"victim_status": "maybe"},
        {**CONFIRMED, "open_investigation": "yes"},
        {**CONFIRMED, "received_at": "2026-03-07"},
        {**CONFIRMED, "received_at": "9999-12-31T23:59:59+00:00"},
        {**CONFIRMED, "extra": 1},
    ],
)
def test_facts_that_cannot_be_read_are_refused_on_one_line(facts: object) -> None:
    answer = door("tier", "--pack", "louisiana", "-", given=facts)
    assert answer.returncode == 2
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not answer.stdout


def test_a_pack_that_does_not_exist_is_a_wrong_request() -> None:
    assert door("tier", "--pack", "nowhere", "-", given=CONFIRMED).returncode == 2
    assert door("pack", "check", "/nowhere").returncode == 2


@pytest.mark.req("UX-8")
def test_a_pack_with_a_hole_in_its_tiers_is_refused_with_file_and_key(tmp_path: Path) -> None:
    pack = tmp_path / "holed"
    shutil.copytree(ROOT / "jurisdictions" / "louisiana", pack)
    tiers = pack / "tiers.yaml"
    text = tiers.read_text(encoding="utf-8")
    assert "not_true" in text
    tiers.write_text(text.replace("not_true", "false"), encoding="utf-8")
    answer = door("pack", "check", str(pack))
    assert answer.returncode == 1
    assert "tiers.yaml" in answer.stdout
    assert "Remedy" in answer.stdout
