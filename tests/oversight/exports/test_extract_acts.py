"""Rows for research: another person approves, the rows are made once, fetched once, and gone."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.extract import FETCHED_WITHIN
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.sealing.seals import open_each
from rightdoor.oversight.exports import actions, queries
from rightdoor.oversight.exports.models import ResearchExtract
from rightdoor.oversight.exports.told import extract_label
from rightdoor.oversight.published.models import LedgerEntry
from tests.oversight.exports.conftest import Scene, people
from tests.people import make_person

LATER = timedelta(hours=2)


def approved(scene: Scene, **changed: Any) -> ResearchExtract:
    """An extract that somebody else approved."""
    row = actions.ask_extract(scene.analyst, asked=scene.asked(**changed), now=scene.now)
    actions.approve_extract(scene.officer, row, why="The board's letter is in order.", now=scene.now)
    return ResearchExtract.objects.get(pk=row.pk)


@pytest.mark.req("STAT-6")
def test_rows_are_asked_for_approved_by_another_made_and_fetched_once(
    scene: Scene, counted: Callable[..., list[Any]]
) -> None:
    calls = counted(people())
    row = approved(scene)
    assert Notice.objects.filter(account_code=scene.officer.code, kind="extract.to_decide", code=row.code).exists()

    run_due_now(scene.now + LATER)

    row.refresh_from_db()
    assert row.state == "made"
    assert [viewer.code for viewer, _ in calls] == [scene.analyst.code]  # counted for a person, never by itself
    told = queries.read_extract(scene.officer, row)
    assert (told.recipient, told.purpose) == ("Dr. Nobody Invented", "Which ages are reached late.")
    assert told.made["k"] == 11
    assert told.made["rows"] + told.made["left_out"] == told.made["drawn"] == 160

    text = actions.fetch_extract(scene.analyst, row, now=scene.now + LATER)

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert set(rows[0]) <= {"age", "kind"}
    assert min(Counter(map(tuple, rows[1:])).values()) >= 11
    assert len(rows) - 1 == told.made["rows"]
    row.refresh_from_db()
    assert (row.state, row.file_sealed) == ("fetched", None)
    with pytest.raises(RuleBroken, match="given out once"):
        actions.fetch_extract(scene.analyst, row, now=scene.now + LATER)
    actions.end_extract(scene.officer, row, now=scene.now + LATER)
    verbs = list(AuditEvent.objects.filter(verb__startswith="extract.", code=row.code).values_list("verb", flat=True))
    assert Counter(verbs) == {
        "extract.asked": 1, "extract.approved": 1, "extract.made": 1, "extract.read": 1, "extract.fetched": 1,
        "extract.ended": 1,
    }  # fmt: skip


@pytest.mark.req("STAT-6")
def test_the_file_is_gone_with_its_key_also_for_a_backup(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    row = approved(scene)
    run_due_now(scene.now + LATER)
    row.refresh_from_db()
    kept = bytes(row.file_sealed or b"")
    label = extract_label(row, "file")
    assert open_each([(kept, label)]) != [None]

    actions.fetch_extract(scene.analyst, row, now=scene.now + LATER)

    assert open_each([(kept, label)]) == [None]


@pytest.mark.req("STAT-6")
def test_nobody_approves_what_they_asked_for(scene: Scene) -> None:
    both = make_person("Both Hats", now=scene.now, roles=(("state_analyst", ""), ("privacy_officer", "")))
    row = actions.ask_extract(both, asked=scene.asked(), now=scene.now)

    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.approve_extract(both, row, why="It is in order.", now=scene.now)
    with pytest.raises(NotPermitted):
        actions.approve_extract(scene.analyst, row, why="It is in order.", now=scene.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResearchExtract.objects.filter(pk=row.pk).update(decided_by=both.code)


@pytest.mark.req("STAT-6")
def test_a_decision_says_what_it_rests_on_and_a_declined_request_gives_nothing(scene: Scene) -> None:
    row = actions.ask_extract(scene.analyst, asked=scene.asked(), now=scene.now)
    with pytest.raises(RuleBroken, match="rests on"):
        actions.decline_extract(scene.officer, row, why=" ", now=scene.now)

    actions.decline_extract(scene.officer, row, why="The purpose needs no rows.", now=scene.now)

    run_due_now(scene.now + LATER)
    row.refresh_from_db()
    assert row.state == "declined"
    with pytest.raises(RuleBroken, match="nothing to fetch"):
        actions.fetch_extract(scene.analyst, row, now=scene.now)


@pytest.mark.req("STAT-6")
def test_what_nobody_fetches_in_time_is_destroyed(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    row = approved(scene)
    run_due_now(scene.now + LATER)
    row.refresh_from_db()

    with pytest.raises(RuleBroken, match="not fetched in time"):
        actions.fetch_extract(scene.analyst, row, now=scene.now + LATER + FETCHED_WITHIN)
    run_due_now(scene.now + LATER + FETCHED_WITHIN)

    row.refresh_from_db()
    assert (row.state, row.file_sealed) == ("expired", None)


@pytest.mark.req("STAT-6")
def test_only_who_asked_fetches_it(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    row = approved(scene)
    run_due_now(scene.now + LATER)
    other = make_person("Otto Figures", now=scene.now, roles=(("state_analyst", ""),))

    with pytest.raises(RuleBroken, match="Only who asked"):
        actions.fetch_extract(other, row, now=scene.now + LATER)
    with pytest.raises(NotPermitted):
        actions.fetch_extract(scene.officer, row, now=scene.now + LATER)


@pytest.mark.req("STAT-6")
def test_too_few_people_give_nothing_and_say_so(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people(12))
    row = approved(scene)

    run_due_now(scene.now + LATER)

    row.refresh_from_db()
    assert (row.state, row.file_sealed) == ("too_few", None)


@pytest.mark.req("STAT-6")
def test_a_form_sent_twice_is_one_request(scene: Scene) -> None:
    sent = new_code()
    first = actions.ask_extract(scene.analyst, asked=scene.asked(), sent=sent, now=scene.now)

    again = actions.ask_extract(scene.analyst, asked=scene.asked(), sent=sent, now=scene.now)

    assert again.pk == first.pk
    assert ResearchExtract.objects.count() == 1


@pytest.mark.req("STAT-6")
def test_whoever_reads_one_region_alone_has_no_part_in_it(scene: Scene) -> None:
    row = actions.ask_extract(scene.analyst, asked=scene.asked(), now=scene.now)
    regional = make_person("Rita Region", now=scene.now, roles=(("state_analyst", "capital"),))

    with pytest.raises(NotPermitted):
        actions.ask_extract(regional, asked=scene.asked(), now=scene.now)
    with pytest.raises(NotVisible):
        queries.extract_for(regional, row.code)
    assert queries.extract_for(scene.officer, row.code).pk == row.pk


@pytest.mark.req("STAT-6")
def test_earlier_extracts_of_the_same_years_are_told(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    first = approved(scene, first_year=2024)
    other = actions.ask_extract(scene.analyst, asked=scene.asked(first_year=2023, last_year=2023), now=scene.now)
    second = actions.ask_extract(scene.analyst, asked=scene.asked(), now=scene.now)

    assert [one.pk for one in queries.read_extract(scene.officer, second).before] == [first.pk]
    assert queries.read_extract(scene.officer, other).before == ()


@pytest.mark.req("STAT-6")
def test_tables_of_every_two_columns_hide_what_is_small_and_what_would_tell_it(
    scene: Scene, counted: Callable[..., list[Any]]
) -> None:
    counted(people())
    row = approved(scene, kind="tables", columns=["age", "kind", "gender"])
    run_due_now(scene.now + LATER)
    row.refresh_from_db()

    told = queries.read_extract(scene.officer, row).made
    text = actions.fetch_extract(scene.analyst, row, now=scene.now + LATER)

    lines = {tuple(one[:4]): one[4] for one in csv.reader(io.StringIO(text.removeprefix("\ufeff")))}
    assert lines[("", "", "", "")] == "200"
    assert lines[("kind", "", "labor", "")] == lines[("kind", "", "sex", "")] == "*"
    assert not {str(number) for number in range(1, 11)} & set(lines.values())
    assert told["proof"]["for_release"] is True
    assert (told["tables"], told["hidden"]) == (3, sum(said == "*" for said in lines.values()))


@pytest.mark.req("STAT-6")
def test_jobs_run_twice_make_one_file(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    calls = counted(people())
    row = approved(scene)
    run_due_now(scene.now + LATER)

    actions.make_extract(system_viewer("exports.make_extract"), row, now=scene.now + LATER)

    assert len(calls) == 1


@pytest.mark.req("STAT-6")
def test_tables_of_the_same_people_are_protected_together(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    """Two regions of equally many could each hide the third's three: with other columns it would be the other one."""
    some = people(30)[-1]
    many = {"one": 3, "two": 25, "three": 25, "four": 40}
    counted([replace(some, region=name) for name, size in many.items() for _ in range(size)])
    told = []
    for columns in (["region", "kind"], ["region", "age"], ["region", "gender", "age"]):
        row = approved(scene, kind="tables", columns=columns)
        run_due_now(scene.now + LATER)
        row.refresh_from_db()
        assert row.state == "made"
        text = actions.fetch_extract(scene.analyst, row, now=scene.now + LATER)
        told.append({line[2] for line in csv.reader(io.StringIO(text)) if line[1] == "" and line[4] != "*"})
    entries = LedgerEntry.objects.filter(kind="extract").order_by("number")
    assert [one.about for one in entries] == [row.code for row in ResearchExtract.objects.order_by("id")]
    assert len(set(many) - set.union(*told)) >= 2


@pytest.mark.req("STAT-6")
def test_a_corrected_count_is_not_told_beside_the_first(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    some = people(30)[-1]
    for size in (40, 41):
        counted([replace(some, region=name) for name in ("one", "two") for _ in range(size)])
        row = approved(scene, kind="tables", columns=["region", "kind"])
        run_due_now(scene.now + LATER)
        row.refresh_from_db()
        assert row.state == ("made" if size == 40 else "too_few")


@pytest.mark.req("STAT-6")
def test_tables_of_years_that_overlap_are_not_approved(scene: Scene, counted: Callable[..., list[Any]]) -> None:
    counted(people())
    approved(scene, kind="tables", first_year=2024, last_year=2025)
    with pytest.raises(RuleBroken, match="2024 to 2025"):
        approved(scene, kind="tables", first_year=2025, last_year=2025)
    approved(scene, kind="rows", first_year=2025, last_year=2025)
    approved(scene, kind="tables", first_year=2023, last_year=2023)
