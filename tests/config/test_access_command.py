"""`access explain` and `access matrix`, as a person at a terminal and another program would call them."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any

import pytest

from rightdoor.config.access_world import Unreadable, read_world
from rightdoor.config.env import ROOT
from rightdoor.domain.confidentiality import explain
from rightdoor.packs.read import load_pack

EXAMPLES = ROOT / "docs" / "examples"
RELEASE = json.loads((EXAMPLES / "access-release.json").read_text(encoding="utf-8"))
TEAM = json.loads((EXAMPLES / "access-team.json").read_text(encoding="utf-8"))
PACK = load_pack(ROOT / "jurisdictions" / "example")

pytestmark = pytest.mark.req("PRIV-2")


def door(*arguments: str, given: object = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rightdoor.config.cli", "access", *arguments],
        input=None if given is None else json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def changed(world: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    """A copy of the world with one value changed."""
    copied = copy.deepcopy(world)
    place = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copied


def answer(world: dict[str, Any]) -> Any:
    read = read_world(world, PACK)
    return explain(read.who, read.act, read.item, read.case, read.at).decision


def test_a_release_opens_and_the_answer_is_printed_with_each_step():
    said = door("explain", "docs/examples/access-release.json")
    assert said.returncode == 0, said.stderr
    assert "May ADA read HEALTH-1 (HLTH, held by CLINI-01)?" in said.stdout
    assert "Yes. A release opens this to you. Basis: ROI RELEASE-1." in said.stdout


def test_a_team_s_protocol_does_not_open_what_an_agency_keeps_apart():
    said = door("explain", "--json", "docs/examples/access-team.json")
    assert said.returncode == 3, said.stderr
    told = json.loads(said.stdout)
    assert (told["allowed"], told["blanked"]) == (False, ["notes"])
    assert "a team's agreement does not open them" in " ".join(step["answer"] for step in told["steps"])


def test_the_same_protocol_opens_the_coordination_record():
    decision = answer(changed(TEAM, "question", "item", value="CORE-1"))
    assert (decision.basis, decision.ground_code) == ("MDT", "circuit-a")


def test_a_release_that_is_not_valid_opens_nothing_and_says_why():
    given = changed(RELEASE, "releases", 0, "signers", 1, "under_investigation", value=True)
    said = door("explain", "-", given=given)
    assert said.returncode == 3
    assert "Release RELEASE-1 opens nothing (RO-8)" in said.stdout


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("people", 1, "clearance"), None),
        (("people", 1, "clearance"), {"active": True}),
        (("agencies", 1, "agreement_in_force"), False),
        (("case", "assigned"), []),
        (("case", "blocked"), ["ADVOC-01"]),
        (("case", "is_closed"), True),
        (("items", 0, "withdrawn"), True),
        (("question", "at"), "2026-07-10T09:00:00-06:00"),
        (("question", "act"), "write"),
        (("releases", 0, "revoked_at"), "2026-06-09T09:00:00-06:00"),
        (("releases", 0, "birth_on"), None),
    ],
)
def test_each_thing_that_is_taken_away_closes_the_record(path, value):
    assert answer(RELEASE).allowed
    assert not answer(changed(RELEASE, *path, value=value)).allowed


WRONG = [
    (("question", "who"), "NOBODY", "question.who: 'NOBODY' is not known"),
    (("question", "at"), "tomorrow", "question.at: must be a time with offset"),
    (("question", "act"), None, "question.act: is missing"),
    (("question",), None, "question: is missing"),
    (("case",), [], "case: an object in braces"),
    (("case", "mode"), "idle", "case.mode: 'idle' is not known; write one of investigative, ongoing"),
    (("case", "assigned"), ["ADA", "BOB"], "case.assigned: 'BOB' is not known"),
    (("people", 0, "discipline"), "wizard", "people[0].discipline: 'wizard' is not known"),
    (("people", 0, "clearance"), "yes", "people[0].clearance: an object in braces"),
    (("people", 1, "code"), "CORA", "people[1].code: 'CORA' stands twice"),
    (("items", 1, "class"), "SECRET", "items[1].class: 'SECRET' is not known"),
    (("items", 1, "kept_apart"), "yes", "items[1].kept_apart: must be true, false or null"),
    (("items", 0, "colour"), "blue", "items[0].colour: this key is not known"),
    (("agencies", 0, "code"), 7, "agencies[0].code: a text is expected"),
    (("releases", 0, "birth_on"), "2011", "releases[0].birth_on: must be a day"),
    (("releases", 0, "signers"), "mother", "releases[0].signers: a list is expected"),
    (("grounds",), [{"kind": "SUBPOENA"}], "grounds[0].kind: 'SUBPOENA' is not known"),
    (("weather",), "rain", "weather: this key is not known"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), WRONG)
def test_a_file_that_cannot_be_read_is_refused_with_the_key(path, value, sentence):
    with pytest.raises(Unreadable) as refused:
        read_world(changed(RELEASE, *path, value=value), PACK)
    assert str(refused.value).startswith(sentence)


def test_a_wrong_file_is_one_line_and_status_2():
    for given in ([], "text", {}, {"pack": "example"}):
        said = door("explain", "-", given=given)
        assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1), said.stderr


def test_the_matrix_in_force_marks_what_the_pack_keeps_stricter():
    said = door("matrix", "--pack", "example")
    assert said.returncode == 0
    assert "-!" in next(line for line in said.stdout.splitlines() if line.startswith("LE "))
    told = json.loads(door("matrix", "--pack", "louisiana", "--json").stdout)
    assert told["cells"]["HLTH"]["child_welfare"] == "M (abuse findings)"
