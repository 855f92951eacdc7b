"""`./door evidence REGION`: what it prints, and what it refuses."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine

from rightdoor.config.cli import Refused
from rightdoor.config.commands import evidence
from rightdoor.oversight.evidence.rules import RULES
from rightdoor.oversight.evidence.waits import WAITS
from tests.people import REGION


@pytest.fixture
def ask(monkeypatch, capsys):
    """Runs the command in this process, on the tests' own database, on a day in April."""
    monkeypatch.setattr(evidence, "database", lambda purpose: contextlib.nullcontext())
    with time_machine.travel(datetime(2026, 4, 10, 15, 0, tzinfo=UTC), tick=False):
        yield partial(_asked, capsys)


def _asked(capsys, *arguments: str) -> str:
    parser = argparse.ArgumentParser()
    evidence.add_arguments(parser)
    assert evidence.run(parser.parse_args(arguments)) == 0
    return capsys.readouterr().out


@pytest.mark.req("PROG-2")
def test_it_prints_every_rule_with_what_it_found_as_of_a_day(ask):
    told = json.loads(ask(REGION, "--as-of", "2026-03-31", "--json"))

    assert (told["region"], told["as_of"]) == (REGION, "2026-03-31T23:59:59-05:00")
    assert {one["item"] for one in told["items"]} == set(RULES)
    assert {one["says"] for one in told["items"]} <= {"yes", "not_yet", "cannot_tell"}
    assert told["waits"] == dict(WAITS)
    assert all("numerator" not in one for one in told["items"])


@pytest.mark.req("PROG-2")
def test_it_prints_a_line_for_each_item_and_every_region_at_once(ask):
    said = ask("ALL", "--as-of", "2026-03-31")

    assert said.count("as of 2026-03-31") >= 2
    assert "er.2.1  cannot tell" in said


@pytest.mark.parametrize(
    ("arguments", "why"), [(["nowhere"], "no region 'nowhere'"), ([REGION, "--as-of", "March"], "is no date")]
)
def test_it_refuses_what_it_cannot_count(ask, arguments, why):
    with pytest.raises(Refused, match=why):
        ask(*arguments)
