"""Synthetic rows: off unless switched on, approved by another, under a budget, and under their banner."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from rightdoor.domain import extract as rule
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.synthetic import BANNER, DELTA, NotOffered
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.notices.models import Notice
from rightdoor.oversight.exports import actions, making, queries, synthesizer
from rightdoor.oversight.exports.models import PrivacySpending, ResearchExtract
from tests.oversight.exports.conftest import Scene, people
from tests.signing_in import sign_in

MADE = [["a25_59", "sex"], ["a18_24", "labor"], ["a25_59", ""]]  # of the people that are counted, nobody is so
ASKED = {"kind": "synthetic", "columns": ["age", "kind"], "first_year": 2023, "last_year": 2025, "epsilon": 4}


class PanicException(BaseException):  # noqa: N818 - as the library calls it
    """What native code throws: no Exception."""


class Library:
    """In the place of pac-synth: keeps what it is asked, and makes the same rows every time."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.given: list[list[str]] = []
        self.rows: list[list[str]] = [["age", "kind"], *MADE]
        self.trouble: BaseException | None = None
        module = ModuleType("pacsynth")
        module.__spec__ = ModuleSpec("pacsynth", None)
        module.DpAggregateSeededParametersBuilder = lambda: self  # type: ignore[attr-defined]
        module.DpAggregateSeededSynthesizer = lambda asked: self  # type: ignore[attr-defined]
        module.Dataset = list  # type: ignore[attr-defined]
        self.module = module

    def __getattr__(self, name: str) -> Callable[[Any], Library]:
        def keep(value: Any) -> Library:
            self.asked[name] = value
            return self

        return keep

    def build(self) -> Library:
        return self

    def fit(self, rows: list[list[str]]) -> None:
        self.given = rows
        if self.trouble:
            raise self.trouble

    def sample(self) -> list[list[str]]:
        return self.rows


@pytest.fixture
def on(settings: Any) -> None:
    """Switched on by the installation."""
    settings.ENV = replace(settings.ENV, synthetic=True)


@pytest.fixture
def library(on: None, monkeypatch: pytest.MonkeyPatch, counted: Callable[..., Any]) -> Library:
    """Switched on, and installed."""
    counted(people())
    it = Library()
    monkeypatch.setitem(sys.modules, "pacsynth", it.module)
    return it


def ask(scene: Scene, **changed: Any) -> ResearchExtract:
    """A request for synthetic rows."""
    return actions.ask_extract(scene.analyst, asked=scene.asked(**{**ASKED, **changed}), now=scene.now)


def made(scene: Scene, **changed: Any) -> ResearchExtract:
    """Asked for, approved by another person, and made by the installation."""
    row = ask(scene, **changed)
    actions.approve_extract(scene.officer, row, why="In order.", now=scene.now)
    return actions.make_extract(system_viewer("exports.make_extract"), row, now=scene.now)


@pytest.mark.req("STAT-6")
def test_they_are_off_unless_an_installation_switches_them_on(
    scene: Scene, counted: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pacsynth", Library().module)

    with pytest.raises(NotOffered, match="switched off"):
        ask(scene)


@pytest.mark.req("STAT-6")
def test_where_the_library_is_not_installed_the_page_says_so(
    client: Client, scene: Scene, on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesizer, "is_there", lambda: False)
    sign_in(client, scene.analyst)

    page = client.get("/exports/extracts/new/").content.decode()

    assert "is not installed here" in page
    assert 'value="synthetic"' not in page
    with pytest.raises(NotOffered, match="not installed"):
        ask(scene)


@pytest.mark.req("STAT-6")
def test_a_page_offers_them_only_where_they_are_to_be_had(client: Client, scene: Scene, library: Library) -> None:
    sign_in(client, scene.analyst)

    page = client.get("/exports/extracts/new/").content.decode()

    assert 'value="synthetic"' in page
    assert "What synthetic rows may cost" in page


@pytest.mark.req("STAT-6")
def test_the_file_holds_its_banner_its_promise_its_quality_and_rows_of_the_library_alone(
    scene: Scene, library: Library
) -> None:
    row = made(scene)
    assert row.state == "made"

    lines = list(
        csv.reader(io.StringIO(actions.fetch_extract(scene.analyst, row, now=scene.now).removeprefix("\ufeff")))
    )

    assert lines[0] == [BANNER]
    assert "epsilon 4 and delta 0.000001" in lines[1][0]
    assert lines[2][0].startswith("Mean error of a category")
    assert lines[3][0].startswith("Mean total variation")
    assert lines[4:6] == [
        ["Categories of kind without a row", "2", "of 4"],
        ["Categories of age without a row", "4", "of 6"],
    ]
    begins = lines.index(["kind", "age"])
    rows = [tuple(line) for line in lines[begins + 1 :] if line]
    assert rows == sorted((kind, age) for age, kind in MADE)
    assert not set(rows) & {(one.kind, one.age) for one in people()}  # nothing of anybody
    with pytest.raises(RuleBroken, match="given out once"):
        actions.fetch_extract(scene.analyst, row, now=scene.now)


@pytest.mark.req("STAT-6")
def test_the_library_gets_the_chosen_columns_and_what_is_left_of_the_epsilon(scene: Scene, library: Library) -> None:
    made(scene)

    assert library.given[0] == ["kind", "age"]
    assert len(library.given) == 201
    assert {len(row) for row in library.given} == {2}
    assert library.asked["epsilon"] == 3.5  # half of one is what the figures on quality cost
    assert Fraction(str(library.asked["delta"])) == Fraction("1e-06") == DELTA
    assert library.asked["reporting_length"] == 2


@pytest.mark.req("STAT-6")
def test_the_budget_of_years_is_refused_beyond_its_total(scene: Scene, library: Library) -> None:
    made(scene, epsilon=6)
    with pytest.raises(RuleBroken, match="privacy budget of these years is 8, and 6 is spent"):
        ask(scene)
    other = ask(scene, first_year=2020, last_year=2022, epsilon=8)
    actions.approve_extract(scene.officer, other, why="In order.", now=scene.now)

    spent = PrivacySpending.objects.order_by("id").values_list("first_year", "last_year", "epsilon", "spent_by")
    assert list(spent) == [(2023, 2025, 6, scene.officer.code), (2020, 2022, 8, scene.officer.code)]


@pytest.mark.req("STAT-6")
def test_of_two_that_wait_the_second_is_refused_once_the_budget_is_spent(scene: Scene, library: Library) -> None:
    first, second = ask(scene, epsilon=6), ask(scene, epsilon=6)
    actions.approve_extract(scene.officer, first, why="In order.", now=scene.now)

    with pytest.raises(RuleBroken, match="privacy budget"):
        actions.approve_extract(scene.officer, second, why="In order.", now=scene.now)

    assert PrivacySpending.objects.count() == 1
    assert queries.budget_of(second) == (6, 8)
    assert queries.budget_of(first) == (0, 8)


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize("trouble", [PanicException("a count turned negative"), ValueError("no")])
def test_a_panic_of_the_library_is_caught_and_what_was_spent_stays_spent(
    scene: Scene, library: Library, trouble: BaseException
) -> None:
    library.trouble = trouble

    row = made(scene)

    assert (row.state, row.file_sealed) == ("failed", None)
    assert PrivacySpending.objects.count() == 1
    assert Notice.objects.filter(account_code=scene.analyst.code, kind="extract.decided").count() == 2


@pytest.mark.req("STAT-6")
def test_who_stops_the_worker_is_not_taken_for_a_panic(scene: Scene, library: Library) -> None:
    library.trouble = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        made(scene)


@pytest.mark.req("STAT-6")
@pytest.mark.parametrize("rows", [[["kind"], ["sex"]], [["kind", "age"], ["sex", "a child of twelve"]], []])
def test_what_the_library_may_not_make_is_not_handed_out(scene: Scene, library: Library, rows: list[list[str]]) -> None:
    library.rows = rows

    assert made(scene).state == "failed"


@pytest.mark.req("STAT-6")
def test_switched_off_meanwhile_nothing_is_made(scene: Scene, library: Library, settings: Any) -> None:
    row = ask(scene)
    actions.approve_extract(scene.officer, row, why="In order.", now=scene.now)
    settings.ENV = replace(settings.ENV, synthetic=False)

    assert actions.make_extract(system_viewer("exports.make_extract"), row, now=scene.now).state == "failed"
    assert library.given == []


@pytest.mark.req("STAT-6")
def test_nothing_is_finer_than_a_quarter_and_a_region(db: None) -> None:
    lists = making.categories_of(tuple(rule.COLUMNS), 2023, 2025)

    assert "area" not in lists
    assert set(lists["region"]) == {one.key for one in active_pack().regions} | {"unknown"}
    assert lists["quarter"] == (*(f"{year} Q{one}" for year in (2023, 2024, 2025) for one in (1, 2, 3, 4)), "unknown")
    assert all("unknown" in found for found in lists.values())


@pytest.mark.req("STAT-6")
def test_the_database_knows_no_synthetic_rows_without_their_cost(scene: Scene, library: Library) -> None:
    row = ask(scene)

    for changed in ({"epsilon": 0}, {"kind": "rows"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ResearchExtract.objects.filter(pk=row.pk).update(**changed)


@pytest.mark.req("STAT-6")
def test_the_page_tells_the_budget_and_the_quality(client: Client, scene: Scene, library: Library) -> None:
    row = ask(scene)
    sign_in(client, scene.officer)
    assert (
        "Costs 4. Others spent 0 of 8 on these years." in client.get(f"/exports/extracts/{row.code}/").content.decode()
    )
    actions.approve_extract(scene.officer, row, why="In order.", now=scene.now)
    actions.make_extract(system_viewer("exports.make_extract"), row, now=scene.now)

    page = client.get(f"/exports/extracts/{row.code}/").content.decode()

    assert "Synthetic: not for counts" in page
    assert "Age: categories without a row" in page
    assert "were drawn by chance" not in page


@pytest.mark.req("STAT-6")
def test_one_module_alone_speaks_to_the_library() -> None:
    root = Path(actions.__file__).parents[2]
    found = {path.name for path in root.rglob("*.py") if "pacsynth" in path.read_text(encoding="utf-8")}

    assert found == {"synthesizer.py"}


@pytest.mark.req("STAT-6")
def test_the_library_itself_makes_rows_of_the_lists() -> None:
    lists = {"age": ("a13_17", "a18_24", "unknown"), "kind": ("sex", "labor", "unknown")}
    few = [{"age": "a18_24", "kind": "labor"}] * 200
    many = [{"age": "a13_17", "kind": "sex"}] * 800

    rows = synthesizer.synthetic_rows([*few, *many], ["age", "kind"], lists, epsilon=Fraction(4), delta=DELTA)

    # The number of rows has noise of scale 50, by the library's own chance: beyond this once in a million runs.
    assert 300 < len(rows) < 1700
    assert rows.count(("a13_17", "sex")) > rows.count(("a18_24", "labor")) > 0
