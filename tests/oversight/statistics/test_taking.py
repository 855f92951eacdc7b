"""Screening and outcome figures go to a region's next advisory meeting: as totals, beside the time before, once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from rightdoor.casework.closure.deidentified import CountedOutcome
from rightdoor.casework.screening.models import CountedScreening
from rightdoor.community.meetings.actions import Invitee, convene_meeting, mark_held
from rightdoor.community.minutes.actions import FigureLine, add_figures
from rightdoor.community.minutes.deidentified import counted_figures
from rightdoor.community.minutes.models import TakenFigures
from rightdoor.community.minutes.queries import notes_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.late_response import Quarter
from rightdoor.domain.looking_back import Lookback
from rightdoor.domain.taken_times import Year
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.oversight.statistics import taking
from rightdoor.oversight.statistics.taking import OUTCOMES, SCREENING, lines_of, take_figures
from tests.casework.visiting import Visitor
from tests.people import OTHER_REGION, REGION

FIRST, LAST = Quarter(2026, 1), Quarter(2025, 4)
APRIL = datetime(2026, 4, 7, 15, 0, tzinfo=UTC)  # the first quarter is over
JULY = datetime(2026, 7, 7, 15, 0, tzinfo=UTC)
FIGURE = re.compile(r"none|[0-9]+|fewer than 11|11 or more|[0-9]+ to [0-9]+")


def advisory(coordinator, *people, at=APRIL, region=REGION, kind="advisory"):
    return convene_meeting(
        coordinator, region=region, kind=kind, mode="virtual", starts_at=at + timedelta(days=5),
        ends_at=at + timedelta(days=5, hours=1), now=at,
        invitees=[Invitee(one.code, one.discipline, "core") for one in people],
    )  # fmt: skip


def screened(month, region=REGION, **results):
    """So many screenings of a month by what followed; "with" indicators to report or refer, "without" them."""
    rows = []
    for key, many in results.items():
        result = "negative" if key == "without" else "positive"
        step = "nothing_now" if key == "without" else key
        rows += [
            CountedScreening(
                tool="demonstration-narrative", agency="AAAA-2222", region=region, month=month, state="finished",
                result=result, next_step=step,
            )
        ] * many  # fmt: skip
    CountedScreening.objects.bulk_create([CountedScreening(**_fields(one)) for one in rows])


def _fields(row):
    return {name: getattr(row, name) for name in ("tool", "agency", "region", "month", "state", "result", "next_step")}


@pytest.fixture
def ended(monkeypatch):
    """Puts endings into a quarter: reason and length, with how many there are of each."""
    known: dict[datetime, list[CountedOutcome]] = {}

    def counted(viewer, since, until, now, *, region=""):
        return known.get(since, [])

    monkeypatch.setattr(taking, "outcomes_counted", counted)

    def put(time, **counts):
        since = taking.period_of(time.key).since
        known[since] = [
            CountedOutcome(reason, "1 to 3 months" if at % 2 else "over a year")
            for at, (reason, many) in enumerate(counts.items())
            for _ in range(many)
        ]

    return put


def shown(lines):
    return {(line.group, line.label): (line.figure, line.before, line.change) for line in lines}


@pytest.mark.req("STAT-7", "PROG-2")
def test_screening_figures_go_to_the_next_advisory_meeting_as_ranges_that_stay(coordinator, advocate):
    screened(date(2025, 11, 1), report=12, refer=2, without=20)
    screened(date(2026, 2, 1), report=41, refer=13, without=30)
    screened(date(2026, 2, 1), region=OTHER_REGION, report=50)
    screened(date(2026, 4, 1), report=50)  # after the quarter
    advisory(coordinator, advocate, kind="roundtable")
    meeting = advisory(coordinator, advocate)
    advisory(coordinator, advocate, at=APRIL + timedelta(days=30))

    taken = take_figures(coordinator, what=SCREENING, region=REGION, time=FIRST, topic="protocols", now=APRIL)

    assert taken == meeting
    (figures,) = notes_of(meeting)[0].figures
    assert figures.title == "Screening figures, Capital Area, Quarter 1 of 2026 beside Quarter 4 of 2025"
    said = {(group, one.label): (one.figure, one.before) for group, rows in figures.compared for one in rows}
    assert said["Screenings", "All"] == ("81 to 90", "31 to 40")
    assert said["Screenings", "With indicators"] == ("51 to 60", "11 to 20")
    assert said["With indicators, by next step", "Refer"] == ("11 to 20", "fewer than 11")
    event = AuditEvent.objects.get(verb="figures.taken")
    assert (event.code, event.subject) == (meeting.code, "")
    assert (event.details["figures"], event.details["year"], event.details["quarter"]) == (SCREENING, 2026, 1)
    screened(date(2026, 2, 1), report=100)
    assert notes_of(meeting)[0].figures == (figures,)


@pytest.mark.req("STAT-7", "PROG-2")
def test_outcomes_go_there_with_why_cases_ended_and_after_how_long(coordinator, advocate, ended):
    ended(LAST, completed=30)
    ended(FIRST, completed=60, moved_on=12)
    meeting = advisory(coordinator, advocate)

    take_figures(coordinator, what=OUTCOMES, region=REGION, time=FIRST, topic="protocols", now=APRIL)

    (figures,) = notes_of(meeting)[0].figures
    rows = {(group, one.label): one for group, lines in figures.compared for one in lines}
    ends = rows["Cases that ended", "All"]
    assert (ends.figure, ends.before) == ("72", "30")
    assert ends.says.startswith("More than in the time before, and not by chance alone.")
    assert rows["Cases that ended, by reason", "Moved on to others"].figure == "12"
    assert rows["Cases that ended, by reason", "Moved on to others"].before == "none"
    assert rows["Cases that ended, by how long they were open", "1 to 3 months"].figure == "12"
    assert rows["Referrals to services", "Made, with a known outcome"].figure == "none"


@pytest.mark.req("STAT-7", "STAT-3")
@pytest.mark.parametrize(
    ("counts", "before"),
    [
        ({"completed": 1}, {}),
        ({"completed": 4, "moved_on": 3}, {"completed": 2}),
        ({"completed": 10}, {"completed": 11}),
        ({"completed": 15, "moved_on": 4}, {"completed": 30, "declined": 1}),
        ({"completed": 12, "moved_on": 12, "other": 1}, {"completed": 12, "moved_on": 12}),
        ({"completed": 2, "moved_on": 2, "lost_contact": 2, "declined": 2, "other": 2}, {"completed": 40}),
        ({"lost_contact": 9, "declined": 9}, {"lost_contact": 9, "declined": 9}),
        ({}, {"completed": 3}),
    ],
)
def test_a_small_count_never_stands_in_the_minutes(coordinator, advocate, ended, counts, before):
    ended(FIRST, **counts)
    ended(LAST, **before)
    for at, of in ((date(2026, 1, 1), counts), (date(2025, 12, 1), before)):
        some = [*of.values()]
        screened(at, report=sum(some[:1]), refer=sum(some[1:]), without=3)
    advisory(coordinator, advocate)

    for what in (OUTCOMES, SCREENING):
        take_figures(coordinator, what=what, region=REGION, time=FIRST, topic="protocols", now=APRIL)

    for taken in TakenFigures.objects.all():
        told = Counter()
        for group, _, figure, then, change in taken.lines:
            for said in (figure, then):
                assert not said or FIGURE.fullmatch(said)
                assert not said.isdigit() or int(said) >= 11, taken.lines
            told[group] += 1
            # of two hidden counts nobody learns which is the greater one
            assert change in ("", "new") or not {figure, then} <= {"fewer than 11"} or change == "unclear"
        # where one small count stands among exact ones, their sum does not
        for place in (2, 3):
            ways = [row[place] for row in taken.lines if row[0] == "Cases that ended, by reason" and row[place]]
            total = [row[place] for row in taken.lines if row[:2] == ["Cases that ended", "All"]]
            if ways.count("fewer than 11") == 1 and all(one.isdigit() for one in ways if "fewer" not in one):
                assert len(ways) == 1 or not total[0].isdigit(), taken.lines


@pytest.mark.req("STAT-7", "STAT-3")
def test_a_state_with_a_higher_threshold_hides_more(coordinator, ended, example_pack):
    region = taking.active_pack().regions[0].key
    viewer = type(coordinator)(
        coordinator.code,
        coordinator.roles,
        frozenset({region}),
        coordinator.agency,
        "",
        clearance=coordinator.clearance,
    )
    ended(FIRST, completed=12)
    screened(date(2026, 1, 1), region=region, report=12, without=30)

    told = shown(lines_of(viewer, OUTCOMES, region, FIRST, APRIL))
    ranges = shown(lines_of(viewer, SCREENING, region, FIRST, APRIL))

    assert told["Cases that ended", "All"][0] == "fewer than 16"
    assert ranges["Screenings", "With indicators"][0] == "fewer than 16"
    assert ranges["Screenings", "All"][0] == "41 to 50"


@pytest.mark.req("STAT-7", "STAT-3")
def test_a_time_that_was_taken_stands_beside_the_next_as_it_stood_then(coordinator, advocate, ended):
    ended(FIRST, completed=20)
    advisory(coordinator, advocate)
    take_figures(coordinator, what=OUTCOMES, region=REGION, time=FIRST, topic="protocols", now=APRIL)
    ended(FIRST, completed=21)  # somebody writes up one more, weeks later
    ended(Quarter(2026, 2), completed=40, declined=12)
    meeting = advisory(coordinator, advocate, at=JULY)

    take_figures(coordinator, what=OUTCOMES, region=REGION, time=Quarter(2026, 2), topic="protocols", now=JULY)

    (figures,) = notes_of(meeting)[0].figures
    rows = {(group, one.label): one for group, lines in figures.compared for one in lines}
    assert rows["Cases that ended", "All"].before == "20"
    assert rows["Cases that ended, by reason", "Goals met or services completed"].before == "20"
    assert rows["Cases that ended, by reason", "Declined to go on"].before == "none"


@pytest.mark.req("STAT-7")
def test_figures_are_taken_once_and_only_of_a_time_that_is_over(coordinator, advocate, ended):
    told = {"what": OUTCOMES, "region": REGION, "topic": "protocols", "now": APRIL}
    with pytest.raises(RuleBroken, match="No advisory meeting"):
        take_figures(coordinator, time=FIRST, **told)
    advisory(coordinator, advocate)
    for time, why in (
        (Quarter(2026, 2), "not over"),
        (Year(2026), "not over"),
        (Quarter(2020, 1), "times of the list"),
    ):
        with pytest.raises(RuleBroken, match=why):
            take_figures(coordinator, time=time, **told)
    with pytest.raises(RuleBroken, match="topic"):
        take_figures(coordinator, time=FIRST, **{**told, "topic": "not-there"})
    assert not TakenFigures.objects.exists()
    take_figures(coordinator, time=FIRST, **told)

    for time, why in ((FIRST, "already"), (LAST, "beside those of the time after"), (Year(2025), "never told both")):
        with pytest.raises(RuleBroken, match=why):
            take_figures(coordinator, time=time, **told)
    assert TakenFigures.objects.get().about == f"outcomes/{REGION}/2026-q1"
    # the other kind, and another region's, are taken by themselves
    take_figures(coordinator, time=Year(2025), **{**told, "what": SCREENING})
    assert {one.why_not for one in taking.offers(coordinator, SCREENING, REGION, APRIL) if one.time == FIRST} != {""}
    assert AuditEvent.objects.filter(verb="figures.taken").count() == 2


@pytest.mark.req("STAT-7", "PRIV-2")
@pytest.mark.parametrize("who", ["other_coordinator", "advocate", "state_analyst", "auditor", "administrator"])
def test_only_the_coordinator_of_a_region_takes_its_figures(request, coordinator, advocate, ended, who):
    advisory(coordinator, advocate)
    viewer = request.getfixturevalue(who)

    with pytest.raises(NotVisible):
        take_figures(viewer, what=OUTCOMES, region=REGION, time=FIRST, topic="protocols", now=APRIL)
    with pytest.raises(NotPermitted):
        lines_of(viewer, OUTCOMES, REGION, FIRST, APRIL)
    assert not TakenFigures.objects.exists()


@pytest.mark.req("STAT-7")
def test_nothing_but_figures_and_known_words_gets_into_minutes_by_this_way(coordinator, advocate):
    meeting = advisory(coordinator, advocate)
    given = {"topic": "protocols", "about": "outcomes/capital/2026-q1", "title": "Outcomes", "now": APRIL}

    for line in (
        FigureLine("All", "Ended", "12", "Nora Nowhere"),
        FigureLine("All", "Ended", "12", "11", "Nora Nowhere"),
        FigureLine("All", "Ended", "11 to Nora", "11"),
    ):
        with pytest.raises(ValueError, match="a figure"):
            add_figures(coordinator, meeting, lines=[line], **given)
    assert not TakenFigures.objects.exists()


@pytest.mark.req("STAT-7", "PROG-2")
def test_what_was_taken_counts_for_the_evaluation_once_the_meeting_was_held(coordinator, advocate, ended):
    meeting = advisory(coordinator, advocate)
    for what in (SCREENING, OUTCOMES):
        take_figures(coordinator, what=what, region=REGION, time=FIRST, topic="protocols", now=APRIL)
    held_at = meeting.starts_at + timedelta(hours=1)
    assert counted_figures(REGION, Lookback(held_at)) == []

    mark_held(coordinator, meeting, held_at=meeting.starts_at, now=held_at)

    assert {one.about for one in counted_figures(REGION, Lookback(held_at))} == {"screening-trend", "outcomes"}


@pytest.mark.req("STAT-7")
def test_the_page_shows_what_will_stand_there_and_takes_it(coordinator, other_coordinator, advocate, ended):
    screened(date(2026, 2, 1), report=30, without=30)
    ended(FIRST, completed=13)
    visitor = Visitor(coordinator, APRIL)
    assert f"/numbers/meeting/?whose={REGION}" in visitor.page("/numbers/")
    page = visitor.page("/numbers/meeting/")  # without a choice: the newest quarter that is over
    assert "No advisory meeting is coming up" in page
    assert "51 to 60" not in page
    meeting = advisory(coordinator, advocate)

    page = visitor.page(f"/numbers/meeting/?whose={REGION}&span=2026-q2")  # runs: the newest that is over
    assert "51 to 60" in page
    assert "beside Quarter 4 of 2025" in page
    assert visitor.get(f"/numbers/meeting/?whose={OTHER_REGION}").status_code == 404
    sent = {"whose": REGION, "span": "2026-q1", "figures": OUTCOMES, "outcomes-topic": "protocols"}
    answer = visitor.post("/numbers/meeting/", sent)

    minutes = f"/meetings/{meeting.code}/minutes/"
    assert answer.headers["Location"] == f"{minutes}#topic-protocols"
    told = Visitor(advocate, APRIL).page(minutes)
    assert "Time before" in told
    assert "There was none before, so no change can be given." in told
    assert minutes in visitor.page("/numbers/meeting/")
    again = visitor.post("/numbers/meeting/", sent)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert TakenFigures.objects.count() == 1
    assert Visitor(other_coordinator, APRIL).post("/numbers/meeting/", sent).status_code == 404


@pytest.mark.req("STAT-7")
@pytest.mark.parametrize(
    "bad",
    [
        {"figures": "late-responses"},
        {"figures": ""},
        {"span": "never"},
        {"span": "q" * 100_000},
        {"outcomes-topic": ""},
        {"outcomes-topic": "x" * 100_000},
    ],
)
def test_a_form_that_was_tampered_with_is_refused_and_changes_nothing(coordinator, advocate, ended, bad):
    advisory(coordinator, advocate)
    sent = {"whose": REGION, "span": "2026-q1", "figures": OUTCOMES, "outcomes-topic": "protocols"}

    answer = Visitor(coordinator, APRIL).post("/numbers/meeting/", {**sent, **bad})

    assert answer.status_code == 422
    assert not TakenFigures.objects.exists()
