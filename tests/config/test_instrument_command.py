"""`instrument check` and `instrument score`, as another program calls them, and with whatever it might hand over."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rightdoor.config import cli
from rightdoor.config.commands.instrument import score_data
from rightdoor.config.env import ROOT
from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.packs.instruments import FileUnsound, instrument_from, read_instrument, response_from
from tests.domain.instruments import spoiled

PAGE = (ROOT / "docs" / "reference" / "instruments.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(yaml|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def door(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """The command in this process: status, output, complaints."""
    status = cli.main(["instrument", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


def examples() -> list[tuple[str, str, str, str]]:
    """The page's worked examples: name, instrument (the last one shown), answers, what comes of it."""
    found, held = [], ""
    for part in PAGE.split("\n### Example: ")[1:]:
        blocks = BLOCK.findall(part)
        held = next((text for kind, text in blocks if kind == "yaml"), held)
        answers, told = [text for kind, text in blocks if kind == "json"]
        found.append((part.splitlines()[0], held, answers, told))
    return found


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    """The first worked example's instrument as a file."""
    path = tmp_path / "screen.yaml"
    path.write_text(examples()[0][1], encoding="utf-8")
    return path


@pytest.mark.req("SCR-1", "PROG-1")
@pytest.mark.parametrize(("name", "instrument", "answers", "told"), examples(), ids=lambda one: str(one)[:30])
def test_every_worked_example_comes_out_as_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, instrument: str, answers: str, told: str
) -> None:
    (tmp_path / "tool.yaml").write_text(instrument, encoding="utf-8")
    (tmp_path / "answers.json").write_text(answers, encoding="utf-8")
    assert door(capsys, "check", tmp_path / "tool.yaml")[0] == 0
    status, out, err = door(capsys, "score", tmp_path / "tool.yaml", tmp_path / "answers.json")
    assert (status, err) == (0, "")
    said = json.loads(out)
    for key, value in json.loads(told).items():
        assert said[key] == value, key


def test_the_page_shows_three_examples_or_more() -> None:
    assert len(examples()) >= 3


@pytest.mark.req("PROG-1")
def test_it_works_as_a_program_of_its_own_with_answers_from_standard_input() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "rightdoor.config.cli", "instrument", "score", "program-implementation-evaluation", "-"],
        input=json.dumps({"answers": {f"tm.1.{at}": "checked" for at in (1, 2, 3)}}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    topics = {one["id"]: one["stage"] for one in json.loads(answer.stdout)["topics"]}
    assert (topics["team-membership"], topics["protocol-development"], len(topics)) == (2, 1, 10)


@pytest.mark.req("PROG-1")
def test_every_instrument_that_ships_is_sound_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    files = [*ROOT.glob("instruments/*.yaml"), *ROOT.glob("jurisdictions/*/instruments/*.yaml")]
    status, listed, _ = door(capsys, "list")
    assert status == 0
    assert {line.split()[0] for line in listed.splitlines()} == {path.stem for path in files}
    for path in files:
        status, out, _ = door(capsys, "check", "--json", "--to-ship", path)
        assert (status, json.loads(out)["sound"]) == (0, True), out


@pytest.mark.req("SCR-2")
def test_a_tool_that_may_not_be_passed_on_is_refused_with_its_items(
    screen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = screen.read_text(encoding="utf-8")
    screen.write_text(whole.replace("redistribution: bundled", "redistribution: import"), encoding="utf-8")
    status, out, _ = door(capsys, "check", screen)
    assert status == 1
    assert re.search(r"screen.yaml:\d+: terms.redistribution: .* Remedy: ", out)
    held = "redistribution: import, permission_reference: Our letter"
    screen.write_text(whole.replace("redistribution: bundled", held), encoding="utf-8")
    assert door(capsys, "check", screen)[0] == 0
    assert door(capsys, "check", "--to-ship", screen)[0] == 1


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    "answers",
    [
        "",
        "[]",
        "{}",
        '{"answers": []}',
        '{"answers": {"a1": "maybe"}}',
        '{"answers": {"a1": "y", "a1": "n"}}',
        '{"answers": {"a1": NaN}}',
        '{"answers": {"a1": 1e999}}',
        '{"answers": {"none": "y"}}',
        '{"answers": {}, "more": 1}',
        '{"answers": {}, "instrument": {"version": "2"}}',
        '{"answers": {"a1": "\\ud800"}}',
        '{"answers": ' * 3000,
        "[" * 100_000,
        "\x00",
    ],
)
def test_answers_that_do_not_fit_are_refused_with_a_sentence(
    tmp_path: Path, screen: Path, capsys: pytest.CaptureFixture[str], answers: str
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(answers, encoding="utf-8")
    status, out, err = door(capsys, "score", screen, path)
    assert (status, out) == (2, "")
    assert re.fullmatch(r"(answers\.json(:\d+)?: .+ Remedy: .+\n)+", err)


def test_all_that_is_wrong_with_answers_is_told_at_once(
    tmp_path: Path, screen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.json"
    path.write_text('{"answers": {\n"a1": "maybe",\n"a2": 3,\n"zz": "y"}}', encoding="utf-8")
    err = door(capsys, "score", screen, path)[2]
    assert [line.split(": ")[0:2] for line in err.splitlines()] == [
        ["answers.json:2", "answers.a1"],
        ["answers.json:3", "answers.a2"],
        ["answers.json:4", "answers.zz"],
    ]


def test_files_that_cannot_be_read_are_a_wrong_request(
    tmp_path: Path, screen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw.json"
    raw.write_bytes(b'{"answers": "\xff"}')
    for arguments in (
        ("check", tmp_path / "none.yaml"),
        ("check", tmp_path),
        ("check", raw),
        ("check", "a\nb\0"),
        ("score", screen, tmp_path / "none.json"),
        ("score", "no-such-tool", raw),
        ("score", "-", "-"),
        ("score", screen, raw),
    ):
        status, out, err = door(capsys, *arguments)
        assert (status, out) == (2, ""), arguments
        assert len(err.strip().splitlines()) == 1, arguments


@pytest.mark.req("UX-8")
def test_a_pack_is_checked_with_its_instruments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "example"
    shutil.copytree(ROOT / "jurisdictions" / "example", pack)
    assert cli.main(["pack", "check", str(pack)]) == 0
    tool = pack / "instruments" / "response-maturity.yaml"
    tool.write_text(tool.read_text(encoding="utf-8").replace("licence: CC0-1.0", "licence: ''"), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["pack", "check", str(pack)]) == 1
    assert "instruments/response-maturity.yaml: line 15: terms.licence" in capsys.readouterr().out


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize("format", ["fhir", "xlsform", "native"])
def test_an_instrument_goes_to_another_format_and_comes_back_the_same(
    tmp_path: Path, screen: Path, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    name = {"fhir": "q.json", "xlsform": "q.xlsx", "native": "n.json"}[format]
    assert door(capsys, "export", screen, "--as", format, tmp_path / name) == (0, f"Written: {name}\n", "")
    assert door(capsys, "import", tmp_path / name, "--as", format, tmp_path / "again.json")[0] == 0
    before, after = (json.loads(door(capsys, "check", "--json", path)[1]) for path in (screen, tmp_path / "again.json"))
    assert before["instrument"]["hash"] == after["instrument"]["hash"]
    assert door(capsys, "export", screen, "--as", format, tmp_path / name)[0] == 2  # never written over


@pytest.mark.req("SCR-1")
def test_a_table_of_items_becomes_a_new_version(
    tmp_path: Path, screen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, new = tmp_path / "items.csv", tmp_path / "new.json"
    assert door(capsys, "export", screen, "--as", "csv", table)[0] == 0
    assert door(capsys, "import", table, "--as", "csv", new)[0] == 2
    assert door(capsys, "import", table, "--as", "csv", "--of", screen, "--version", "2", new)[0] == 0
    assert json.loads(new.read_text(encoding="utf-8"))["version"] == "2"


@pytest.mark.req("SCR-2")
def test_a_foreign_questionnaire_needs_to_be_told_its_terms(
    tmp_path: Path, screen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign, told, made = tmp_path / "q.json", tmp_path / "head.yaml", tmp_path / "made.json"
    assert door(capsys, "export", screen, "--as", "fhir", foreign)[0] == 0
    resource = json.loads(foreign.read_text(encoding="utf-8"))
    del resource["extension"]
    for item in resource["item"]:
        del item["extension"]
    foreign.write_text(json.dumps(resource), encoding="utf-8")
    status, _, err = door(capsys, "import", foreign, "--as", "fhir", made)
    assert (status, "terms.redistribution" in err) == (1, True)
    told.write_text("terms: {licence: x, redistribution: import, permission_reference: Our letter}", encoding="utf-8")
    assert door(capsys, "import", foreign, "--as", "fhir", "--told", told, made)[0] == 0
    assert door(capsys, "export", made, "--as", "csv", tmp_path / "items.csv")[0] == 1


# ------------------------------------------------------------------------------------------------------------- fuzz


@pytest.mark.req("SCR-1")
def test_nothing_that_is_spoiled_ever_breaks_the_readers() -> None:
    """Each is read and scored, or refused with sentences; anything else is raised, and fails the test."""
    dice = random.Random(20_260_309)
    held = [(yaml.safe_load(tool), json.loads(given)) for _, tool, given, _ in examples()]
    seen: set[str] = set()
    for _ in range(120):
        tree, given = dice.choice(held)
        try:
            instrument = instrument_from(json.dumps(spoiled(tree, dice)), "tool.json")
            seen.add("sound")
        except FileUnsound as unsound:
            seen |= {"unsound", *(fault.sentence[-1] for fault in unsound.faults)}
            instrument = instrument_from(json.dumps(tree), "tool.json")
        try:
            response = response_from(json.dumps(spoiled(given, dice)), "answers.json", instrument)
            json.dumps(score_data(instrument, score(instrument, response)), allow_nan=False)
            seen.add("scored")
        except FileUnsound as unsound:
            seen |= {"refused", *(fault.remedy[-1] for fault in unsound.faults)}
    assert seen == {"sound", "unsound", "scored", "refused", "."}


@pytest.mark.req("SCR-1")
def test_nothing_that_is_spoiled_ever_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTDOOR_DEBUG", "1")
    dice = random.Random(9)
    tool, answers = tmp_path / "tool.json", tmp_path / "answers.json"
    for _ in range(20):
        _, instrument, given, _ = dice.choice(examples())
        tool.write_text(json.dumps(spoiled(yaml.safe_load(instrument), dice)), encoding="utf-8")
        answers.write_text(json.dumps(spoiled(json.loads(given), dice)), encoding="utf-8")
        status, out, _ = door(capsys, "check", tool)
        assert (status == 0) is ("is sound" in out)
        assert door(capsys, "score", tool, answers)[0] == (1 if status else 0) or status == 0


def test_bytes_of_any_kind_are_read_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(7)
    path = tmp_path / "any.yaml"
    signs = b"{}[]:,-\"' \n\t&*!|>%@#?ab1~\\\x00\xc3\xa4"
    for _ in range(150):
        path.write_bytes(bytes(dice.choices(signs, k=dice.randint(0, 60))))
        with pytest.raises(FileUnsound):
            read_instrument(path)
    assert door(capsys, "check", path)[0] in {1, 2}


def test_a_large_instrument_is_scored_in_good_time() -> None:
    """A thousand items, each unknown and hanging on the one before: bounded, not tried out."""
    base = yaml.safe_load(examples()[0][1])
    base["items"] = [{"id": "q0", "answers": "ynud", "text": "Q"}] + [
        {"id": f"q{at}", "answers": "ynud", "text": "Q", "enable_when": {"all": [{"item": f"q{at - 1}", "is": "y"}]}}
        for at in range(1, 1000)
    ]
    base["scoring"]["bands"].append({"code": "c", "label": "C", "from": "500.5", "result": "positive"})
    instrument = instrument_from(json.dumps(base), "large.json")
    found = score(instrument, read_response(instrument, {"answers": {"q0": "u"}}))
    assert (found.result, found.figure is not None and found.figure.highest) == ("indeterminate", 1000)
