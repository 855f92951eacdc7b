"""Figures without persons, in ranges; and results that come in from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from rightdoor.casework.screening import actions, deidentified
from rightdoor.casework.screening.bringing.actions import bring_results, undo_results
from rightdoor.casework.screening.bringing.queries import brought_for, known_to
from rightdoor.casework.screening.bringing.reading import columns_of, look, refused_columns
from rightdoor.casework.screening.deidentified import in_range, share_in_range
from rightdoor.casework.screening.figures import Narrowed, figures_for, months_until
from rightdoor.casework.screening.models import BroughtResults, CountedScreening, counted_for
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.imports.columns import guess
from rightdoor.foundation.imports.reading import Row, Table
from tests.casework.screening.conftest import Begin

HEADINGS = ("Tool", "Version", "Date screened", "Parish", "Level of concern")
ROW = ("Commercial Sexual Exploitation-Identification Tool", "3.0", "03/02/2026", "Ascension", "Clear concern")
Enter = Callable[[Viewer], Browser]


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Table:
    return Table(headings, tuple(Row(number, cells) for number, cells in enumerate(rows, start=2)))


def csv(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> SimpleUploadedFile:
    lines = [",".join(f'"{cell}"' for cell in line) for line in (headings, *rows)]
    return SimpleUploadedFile("results.csv", "\n".join(lines).encode())


@pytest.mark.req("SCR-4")
def test_a_figure_is_said_in_a_range_and_a_small_one_not_at_all() -> None:
    assert [in_range(count) for count in (0, 1, 10, 11, 20, 21, 1005)] == [
        "none",
        "fewer than 11",
        "fewer than 11",
        "11 to 20",
        "11 to 20",
        "21 to 30",
        "1,001 to 1,010",
    ]
    assert share_in_range(5, 40) == "too few to say"
    assert share_in_range(38, 40) == "too few to say"
    assert share_in_range(15, 40) == "a quarter to a half"
    assert share_in_range(0, 0) == "nothing scored"


@pytest.mark.req("SCR-4")
def test_each_counts_their_own_and_nobody_elses(
    begin: Begin,
    screener: Viewer,
    head: Viewer,
    coordinator: Viewer,
    other_coordinator: Viewer,
    state_analyst: Viewer,
    now: datetime,
) -> None:
    for _ in range(12):
        actions.stop_screening(screener, begin(), now=now)
    since, until = months_until(now)

    def counted(viewer: Viewer) -> int:
        with acting_as(viewer, now):
            return len(deidentified.counted_rows(counted_for(viewer), since=since, until=until))

    assert (counted(head), counted(coordinator), counted(state_analyst)) == (12, 12, 12)
    assert (counted(other_coordinator), counted(screener)) == (0, 0)
    with acting_as(head, now):
        assert figures_for(head, Narrowed(), now).all.said == "11 to 20"
    with pytest.raises(NotPermitted):
        figures_for(screener, Narrowed(), now)


@pytest.mark.req("SCR-4")
def test_the_page_says_no_exact_figure(
    begin: Begin, screener: Viewer, head: Viewer, enter: Enter, now: datetime
) -> None:
    for _ in range(3):
        actions.stop_screening(screener, begin(), now=now)
    page = enter(head).get("/screening/numbers/").content.decode()
    assert "fewer than 11" in page
    assert "<td" in page
    assert "<svg" in page
    assert screener.name not in page


@pytest.mark.req("SCR-4")
@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Child name", "x"),
        ("DOB", ""),
        ("First", "x"),
        ("Remarks", "555-010-0199"),
        ("Contact", "someone@example.invalid"),
        ("When", "07/04/2011"),
        ("Who", "Zebulina Invented"),
        ("Who", "ZEBULINA INVENTED"),
        ("Who", "INVENTED, ZEBULINA Q."),
        ("Who", "Zoë Ana De-Inventada"),
        ("Who", "Zebulina Maria McInvented"),
        ("Who", "Đặng Ấn"),
        ("Client", "x"),
        ("Youth screened", "x"),
        ("PATIENTS", "x"),
        ("Student ID", "x"),
        ("Case number", "x"),
        ("Chart #/no.", "x"),
    ],
)
def test_a_column_that_could_tell_of_a_person_is_refused_at_the_door(heading: str, cell: str) -> None:
    sheet = table((*ROW, cell), headings=(*HEADINGS, heading))
    chosen = {"tool": 0, "version": 1, "day": 2, "area": 3, "band": 4}
    assert len(refused_columns(sheet, chosen)) == 1
    assert refused_columns(table(ROW), chosen) == []


@pytest.mark.req("SCR-4")
@pytest.mark.parametrize(
    ("heading", "cell"), [("Remarks", "seen twice"), ("Case", "closed"), ("Number", "12"), ("Place", "hospital")]
)
def test_a_column_that_tells_of_nobody_passes_the_door(heading: str, cell: str) -> None:
    sheet = table((*ROW, cell), headings=(*HEADINGS, heading))
    assert refused_columns(sheet, {"tool": 0, "version": 1, "day": 2, "area": 3, "band": 4}) == []
    who = table(ROW, headings=("Tool", "Version", "Day the child was screened", *HEADINGS[3:]))
    assert refused_columns(who, {"tool": 0, "version": 1, "day": 2, "area": 3, "band": 4}) == []


@pytest.mark.req("SCR-4")
def test_rows_are_read_by_what_their_headings_say(coordinator: Viewer, now: datetime) -> None:
    known, sheet = known_to(coordinator, now), table(ROW)
    chosen = guess(sheet.headings, columns_of(known), {})
    found = look(sheet, known, chosen)
    assert found.faults == ()
    line = found.lines[0]
    assert (line.tool, line.version, line.area, line.band) == ("cse-it", "3.0", "ascension", "clear_concern")
    assert (line.result, line.next_step, line.month.day) == ("positive", "refer", 1)


@pytest.mark.req("SCR-4")
@pytest.mark.parametrize(
    ("at", "cell", "says"),
    [
        (0, "No such tool", "choices"),
        (1, "Zebulina", "version"),
        (2, "03/02/2249", "come yet"),
        (3, "Nowhere", "choices"),
        (4, "Very clear", "no such band"),
        (4, "", "Neither"),
    ],
)
def test_what_does_not_fit_is_said_with_its_row(
    coordinator: Viewer, now: datetime, at: int, cell: str, says: str
) -> None:
    row = tuple(cell if number == at else known for number, known in enumerate(ROW))
    known, sheet = known_to(coordinator, now), table(row)
    chosen = {"tool": 0, "version": 1, "day": 2, "area": 3, "band": 4}
    found = look(sheet, known, chosen)
    assert found.lines == ()
    assert [says in fault.what for fault in found.faults] == [True]
    assert found.faults[0].row == 2


@pytest.mark.req("SCR-4")
def test_a_sheet_is_counted_whole_and_undone_whole(
    coordinator: Viewer, other_coordinator: Viewer, now: datetime
) -> None:
    known, sheet = known_to(coordinator, now), table(ROW, ROW, ROW)
    lines = look(sheet, known, guess(sheet.headings, columns_of(known), {})).lines
    with acting_as(coordinator, now):
        brought = bring_results(coordinator, lines, now=now, code="K7MQ-4XPR")
        assert bring_results(coordinator, lines, now=now, code="K7MQ-4XPR").pk == brought.pk
        assert CountedScreening.objects.filter(came_by=brought.code).count() == 3
    with pytest.raises(NotVisible):
        brought_for(other_coordinator, brought.code)
    with acting_as(coordinator, now):
        assert undo_results(coordinator, brought, now=now) == 3
    assert not CountedScreening.objects.exists()
    with pytest.raises(RuleBroken):
        undo_results(coordinator, brought, now=now)


@pytest.mark.req("SCR-4")
def test_rows_of_another_region_are_not_theirs_to_bring(
    coordinator: Viewer, other_coordinator: Viewer, screener: Viewer, now: datetime
) -> None:
    sheet = table(ROW)
    chosen = {"tool": 0, "version": 1, "day": 2, "area": 3, "band": 4}
    mine = look(sheet, known_to(coordinator, now), chosen)
    assert look(sheet, known_to(other_coordinator, now), chosen).lines == ()
    with pytest.raises(RuleBroken):
        bring_results(other_coordinator, mine.lines, now=now)
    own = look(sheet, known_to(screener, now), chosen).lines
    with acting_as(screener, now):
        bring_results(screener, own, now=now)
    assert set(CountedScreening.objects.values_list("agency", flat=True)) == {screener.agency}


@pytest.mark.req("SCR-4")
def test_a_sheet_is_sent_looked_through_and_taken_on_pages(screener: Viewer, enter: Enter) -> None:
    browser = enter(screener)
    refused = browser.post("/screening/import/", {"sheet": csv((*ROW, "x"), headings=(*HEADINGS, "Client name"))})
    assert refused.status_code == 422
    assert "Take it out of the sheet" in refused.content.decode()
    looked = browser.post("/screening/import/", {"sheet": csv(ROW)})
    assert "All 1 rows can be taken." in looked.content.decode()
    context = looked.context
    chosen = {f"column_{at}": key for at, key in enumerate(("tool", "version", "day", "area", "band"))}
    sent = {**chosen, "state": context["state"], "code": context["code"], "go": "take"}
    assert browser.post("/screening/import/", {**sent, "state": "forged"}).status_code == 422
    assert browser.post("/screening/import/", sent).status_code == 302
    assert BroughtResults.objects.get().rows == 1
    there = f"/screening/import/{BroughtResults.objects.get().code}/undo/"
    assert browser.post(there).status_code == 302
    assert not CountedScreening.objects.exists()
