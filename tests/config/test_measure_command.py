"""`measure`, as another program calls it, and with whatever it might hand over."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rightdoor.config import cli
from rightdoor.config.env import ROOT
from rightdoor.domain.measures import rows
from rightdoor.domain.measures.catalogue import catalogue
from rightdoor.domain.measures.norms import Asked
from rightdoor.packs.instruments import FileUnsound
from rightdoor.packs.measures import counted_from, norms_of
from rightdoor.packs.read import load_pack
from tests.domain.instruments import spoiled

PAGE = (ROOT / "docs" / "reference" / "measures.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```json\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"^`\./door measure (\w+) ROWS\.json([^`]*)`", re.MULTILINE)
NORMS = norms_of(load_pack(ROOT / "jurisdictions" / "louisiana"))


def door(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """The command in this process: status, output, complaints."""
    status = cli.main(["measure", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


def examples() -> list[tuple[str, str, list[str], str, str]]:
    """The page's worked examples: title, measure, further arguments, rows, what comes of them."""
    found = []
    for part in PAGE.split("\n### Example: ")[1:]:
        call = CALL.search(part)
        assert call is not None, part[:60]
        given, told = BLOCK.findall(part)
        found.append((part.splitlines()[0], call.group(1), call.group(2).split(), given, told))
    return found


def holds(said: Any, told: Any, place: str = "") -> None:
    """What the page tells is in what was said; the page may leave keys out."""
    if isinstance(told, dict):
        for key, value in told.items():
            holds(said[key], value, f"{place}.{key}")
    elif isinstance(told, list):
        assert len(said) == len(told), place
        for number, value in enumerate(told):
            holds(said[number], value, f"{place}[{number}]")
    else:
        assert said == told, place


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.json"


@pytest.mark.req("STAT-4")
@pytest.mark.parametrize(("title", "name", "more", "given", "told"), examples(), ids=[one[0] for one in examples()])
def test_every_worked_example_comes_out_as_the_page_says(
    file: Path, capsys: pytest.CaptureFixture[str], title: str, name: str, more: list[str], given: str, told: str
) -> None:
    file.write_text(given, encoding="utf-8")
    status, out, err = door(capsys, name, file, *more)
    assert (status, err) == (0, "")
    holds(json.loads(out), json.loads(told))


def test_the_page_shows_five_examples_or_more() -> None:
    assert len(examples()) >= 5


@pytest.mark.req("STAT-4")
def test_the_page_names_every_measure_and_every_key_of_every_row() -> None:
    for name in catalogue(NORMS):
        assert f"`{name}`" in PAGE
    kinds = [one.rows for one in catalogue(NORMS).values()]
    inside = [
        rows.TierSet,
        rows.StaffingRow,
        rows.Scheduled,
        rows.Stay,
        rows.TrainingRow,
        rows.OutreachRow,
        rows.Signature,
    ]
    for kind in {*kinds, *inside}:
        missing = [one.name for one in fields(kind) if f"`{one.name}`" not in PAGE]  # type: ignore[arg-type]
        assert not missing, kind
    assert all(f"**{kind.__name__}**" in PAGE for kind in kinds)


@pytest.mark.req("STAT-4")
def test_the_page_names_every_key_of_a_figure(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('{"year": 2025, "rows": []}', encoding="utf-8")
    for name in catalogue(NORMS):
        said = json.loads(door(capsys, name, file, "--pack", "louisiana")[1])
        assert not [key for key in said if f"`{key}`" not in PAGE], name
        assert said["measure"] == name


@pytest.mark.req("STAT-4")
def test_it_works_as_a_program_of_its_own_with_rows_from_standard_input() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "rightdoor.config.cli", "measure", "V1", "-", "--pack", "louisiana"],
        input=json.dumps([{"provider": f"p{n}", "answer": "nil" if n < 28 else "no_answer"} for n in range(58)]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["percent"] == "48.3"


@pytest.mark.req("STAT-4")
def test_the_measures_are_listed_with_the_numbers_of_the_pack(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = door(capsys, "list", "--pack", "louisiana")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(catalogue(NORMS))
    told = json.loads(door(capsys, "list", "--json", "--pack", "example")[1])
    by_name = {one["measure"]: one for one in told}
    assert "R3" not in by_name
    assert "within 24 hours" in by_name["R1"]["definition"]["numerator"]
    assert "4 a year" in by_name["O1"]["definition"]["numerator"]


@pytest.mark.req("STAT-4")
def test_the_cut_off_of_the_command_goes_before_the_files(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"received_at": "2025-06-02T10:00:00-05:00", "tiers": [{"tier": 3}], "held_at": "2025-06-05T10:00:00-05:00"}
    file.write_text(json.dumps({"as_of": "2025-06-04", "rows": [row]}), encoding="utf-8")
    pack = ("--pack", "louisiana")
    assert json.loads(door(capsys, "R3", file, *pack)[1])["pending"] == 1
    said = json.loads(door(capsys, "R3", file, *pack, "--as-of", "2025-06-05")[1])
    assert (said["as_of"], said["numerator"]) == ("2025-06-05T23:59:59-05:00", 1)
    early = json.loads(door(capsys, "R3", file, *pack, "--as-of", "2025-06-05T09:59:59-05:00")[1])
    assert early["numerator"] == 0


@pytest.mark.req("STAT-4")
def test_the_numbers_are_the_packs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"received_at": "2025-06-02T10:00:00-05:00", "tiers": [{"tier": 1}], "held_at": "2025-06-04T09:00:00-05:00"}
    file.write_text(json.dumps([row]), encoding="utf-8")
    assert json.loads(door(capsys, "R1", file, "--pack", "louisiana")[1])["numerator"] == 1
    assert json.loads(door(capsys, "R1", file, "--pack", "example")[1])["numerator"] == 0


REFERRAL = '{"received_at": "2025-06-02T10:00:00-05:00"'


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("R1", "", ""),
        ("R1", "{}", ""),
        ("R1", '{"rows": {}}', ""),
        ("R1", '{"rows": [], "more": 1}', "more"),
        ("R1", '{"rows": [], "as_of": "soon"}', "as_of"),
        ("R1", '{"rows": [], "as_of": "2025-06-02T10:00:00"}', "as_of"),
        ("R1", '{"rows": [], "year": "2025"}', "year"),
        ("R1", '{"rows": [], "year": 2025, "to": "2025-06-01"}', "to"),
        ("R1", '{"rows": [], "from": "2025-06-02", "to": "2025-06-01"}', "from"),
        ("S1", '{"rows": []}', "year"),
        ("R1", "[1]", r"rows\[0\]"),
        ("R1", "[{}]", r"rows\[0\].received_at"),
        ("R1", '[{"received_at": "2025-06-02T10:00:00"}]', r"rows\[0\].received_at"),
        ("R1", '[{"received_at": "9999-12-31T10:00:00+00:00"}]', r"rows\[0\].received_at"),
        ("R1", f'[{REFERRAL}, "name": "x"}}]', r"rows\[0\].name"),
        ("R1", f'[{REFERRAL}, "eligible": 1}}]', r"rows\[0\].eligible"),
        ("R1", f'[{REFERRAL}, "source": 7}}]', r"rows\[0\].source"),
        ("R1", f'[{REFERRAL}, "tiers": 1}}]', r"rows\[0\].tiers"),
        ("R1", f'[{REFERRAL}, "tiers": [{{"tier": 4}}]}}]', r"rows\[0\].tiers\[0\].tier"),
        ("R1", f'[{REFERRAL}, "tiers": [{{"tier": true}}]}}]', r"rows\[0\].tiers\[0\].tier"),
        ("R1", f'[{REFERRAL}, "tiers": [{{"tier": 1}}, {{"tier": 2}}]}}]', r"rows\[0\].tiers\[1\].at"),
        ("D", '[{"kind": "other", "started_at": "2025-06-02T10:00:00-05:00"}]', r"rows\[0\].kind"),
        ("C1", '[{"agency": "a", "screened": 3, "seen": 2}]', r"rows\[0\].screened"),
        ("C1", '[{"agency": "a", "screened": -3}]', r"rows\[0\].screened"),
        ("C1", '[{"agency": "a", "screened": 1.0}]', r"rows\[0\].screened"),
        ("P1", '[{"signed_on": "2025-02-30"}]', r"rows\[0\].signed_on"),
        ("P1", '[{"signed_on": "20250220"}]', r"rows\[0\].signed_on"),
        ("P1", '[{"signed_on": "2025-02-20", "expires_on": "2025-02-19"}]', r"rows\[0\].expires_on"),
        (
            "T1",
            '{"year": 2025, "rows": [{"coordinator": "c",'
            ' "active": [{"since": "2025-02-02", "until": "2025-02-01"}]}]}',
            r"rows\[0\].active\[0\].until",
        ),
        (
            "M1",
            '{"year": 2025, "rows": [{"referred_at": "2025-06-02T10:00:00-05:00", "schedule": [{"since":'
            ' "2025-06-02T10:00:00-05:00", "every_days": 0}]}]}',
            r"rows\[0\].schedule\[0\].every_days",
        ),
        (
            "D",
            '[{"kind": "ongoing", "started_at": "2025-06-02T10:00:00-05:00", "ended_at": "2025-06-02T09:00:00-05:00"}]',
            r"rows\[0\].ended_at",
        ),
        ("R1", '[{"a": NaN}]', ""),
        ("R1", '{"rows": [], "rows": []}', ""),
        ("R1", "[" * 100_000, ""),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_place_and_remedy(
    file: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, key: str
) -> None:
    file.write_text(text, encoding="utf-8")
    status, out, err = door(capsys, name, file, "--pack", "louisiana")
    assert (status, out) == (2, "")
    place = f"{key}: " if key else ""
    assert re.fullmatch(rf"rows\.json(:\d+)?: {place}.+ Remedy: .+\n", err), err


def test_all_that_is_wrong_is_told_at_once_with_its_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('[\n{"provider": "p"},\n{"provider": "q",\n"answer": "maybe"}\n]', encoding="utf-8")
    err = door(capsys, "V1", file, "--pack", "louisiana")[2]
    assert [line.split(": ")[0:2] for line in err.splitlines()] == [
        ["rows.json:2", "rows[0].answer"],
        ["rows.json:4", "rows[1].answer"],
    ]


def test_a_file_with_a_fault_in_every_row_does_not_flood_the_terminal(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(json.dumps([{} for _ in range(5000)]), encoding="utf-8")
    assert len(door(capsys, "V1", file, "--pack", "louisiana")[2].splitlines()) <= 202


def test_a_wrong_request_is_one_line(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[]", encoding="utf-8")
    raw = tmp_path / "raw.json"
    raw.write_bytes(b'["\xff"]')
    for arguments in (
        ("R9", file),
        ("R1",),
        ("list", file),
        ("R1", tmp_path / "none.json"),
        ("R1", tmp_path),
        ("R1", raw),
        ("R1", "a\nb\0"),
        ("R1", file, "--as-of", "soon"),
        ("R1", file, "--pack", "nowhere"),
    ):
        status, out, err = door(capsys, *arguments)
        assert (status, out) == (2, ""), arguments
        assert len(err.strip().splitlines()) == 1, arguments


def test_standard_input_that_is_too_large_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rightdoor.config.commands.measure.LARGEST", 20)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"[" + b" " * 30 + b"]")))
    status, _, err = door(capsys, "R1", "-", "--pack", "louisiana")
    assert (status, "larger than" in err) == (2, True)


def test_nothing_that_is_spoiled_ever_breaks_the_reader() -> None:
    """Each is read and worked out, or refused with sentences; anything else is raised, and fails the test."""
    dice = random.Random(20_260_309)
    known = catalogue(NORMS)
    held = [(known[name], json.loads(given)) for _, name, _, given, _ in examples()]
    seen: set[str] = set()
    for _ in range(400):
        measure, given = dice.choice(held)
        text = json.dumps(spoiled(given, dice), allow_nan=False)
        try:
            counted = counted_from(text, "rows.json", measure, NORMS)
        except FileUnsound as unsound:
            seen |= {"refused", *(fault.remedy[-1] for fault in unsound.faults)}
            continue
        measure.work_out(counted.rows, Asked(datetime(2026, 1, 1, tzinfo=UTC), NORMS, counted.period))
        seen.add("worked out")
    assert seen >= {"refused", "worked out"}
