"""Rounds of surveys: two of the team a year apart, one of young people, one of a meeting that runs. All invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from rightdoor.casework.referrals.queries import coordinators_of
from rightdoor.community.surveys import slips
from rightdoor.community.surveys.actions import Begun, add_step, begin_round, settle_step, take_answers
from rightdoor.community.surveys.queries import results_for
from rightdoor.community.teams.queries import people_of_region
from rightdoor.config.demonstration.schedule import SEED
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.access.viewers import NOBODY, viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.questionnaires.kept import shipped

MOST = 24  # people asked in one round
LASTS = timedelta(days=21)
SLIPS = 12  # for partners without an account
ADVICE = (
    "More time between the staffing and the first report on the action items.",
    "Let the schools come to the meetings that are not about a case.",
    "One list of telephone numbers that somebody keeps up to date.",
    "Say at the end of each meeting who does what.",
    "Let people with lived experience open the advisory meeting.",
    "Shorter meetings, and on time.",
)
WISHES = (
    "Tell me before somebody new comes.",
    "Text instead of calling.",
    "Somebody who is there in the evening too.",
    "It is fine as it is.",
    "I would like to see what is written about me.",
    "Do not ask me the same things again.",
)
Scored = Callable[[Random, str], int]


def show(now: datetime) -> None:
    """In the first two regions, through acts alone; elsewhere nobody has asked yet."""
    for region in [one.key for one in active_pack().regions][:2]:
        viewer = _coordinator(region, now)
        if viewer is not None:
            _play(viewer, region, now, Random(f"{SEED} surveys {region}"))  # noqa: S311 - invented, and the same each time


def _play(viewer: Viewer, region: str, now: datetime, random: Random) -> None:
    team = shipped()["collaboration-short"]
    people = [(one.code, one.discipline) for one in people_of_region(region, now) if one.code != viewer.code]
    asked = sorted(people, key=lambda one: one[1])[: MOST - 1]
    before = _ask(viewer, region, team, "A year ago", asked, now - timedelta(days=300), random, _middling)
    if before is None:
        return  # too few people to be asked without names
    _settle(viewer, before, now - timedelta(days=270), is_done=True)
    after = _ask(viewer, region, team, "This year", asked, now - timedelta(days=40), random, _better)
    if after is not None:
        _settle(viewer, after, now - timedelta(days=10), is_done=False)
    at = now - timedelta(days=60)
    with demonstration_clock(at):
        youth = _begin(viewer, region, shipped()["youth-feedback"], "Young people, autumn", [], {"youth": 12}, at)
    for number, code in enumerate(youth.slips["youth"][:9]):
        _answer(youth, code, at + timedelta(days=1 + number), random, _middling, WISHES)
    at = now - timedelta(days=2)
    meeting, mine = shipped()["meeting-effectiveness"], (viewer.code, viewer.discipline)
    with demonstration_clock(at):
        running = _begin(viewer, region, meeting, "The last advisory meeting", [mine, *asked], {}, at)
    for number, (account, _) in enumerate(asked[:7]):
        code = slips.code_of_account(running.round.code, account)
        _answer(running, code, at + timedelta(hours=number), random, _better, ADVICE)


def _ask(
    viewer: Viewer,
    region: str,
    instrument: Instrument,
    title: str,
    people: Sequence[tuple[str, str]],
    at: datetime,
    random: Random,
    scored: Scored,
) -> Begun | None:
    """A round that was answered by most; None where too few could be asked."""
    try:
        with demonstration_clock(at):
            begun = _begin(viewer, region, instrument, title, people, {"partner": SLIPS}, at)
    except RuleBroken:
        return None
    for number, (account, discipline) in enumerate(people):
        if random.random() < 0.85:
            code = slips.code_of_account(begun.round.code, account)
            _answer(begun, code, at + timedelta(days=number % 18), random, scored, ADVICE, discipline)
    for number, code in enumerate(begun.slips["partner"][: SLIPS - 3]):
        _answer(begun, code, at + timedelta(days=number), random, scored, ADVICE, "partner")
    return begun


def _begin(
    viewer: Viewer,
    region: str,
    instrument: Instrument,
    title: str,
    people: Sequence[tuple[str, str]],
    handed_out: Mapping[str, int],
    at: datetime,
) -> Begun:
    return begin_round(
        viewer,
        region=region,
        instrument=instrument,
        title=title,
        opens_on=local(at).date(),
        closes_on=local(at).date() + LASTS,
        people=people,
        handed_out=handed_out,
        now=at,
    )


def _answer(
    begun: Begun,
    code: str,
    at: datetime,
    random: Random,
    scored: Scored,
    sentences: Sequence[str],
    discipline: str = "",
) -> None:
    instrument = shipped()[begun.round.instrument_key]
    answers: dict[str, str] = {}
    for item in instrument.questions:
        if item.type == "text":
            if random.random() < 0.6:
                answers[item.id] = random.choice(sentences)
        elif random.random() < 0.95:
            answers[item.id] = str(scored(random, discipline))
    with demonstration_clock(at):
        take_answers(NOBODY, code, answers=answers or {instrument.questions[0].id: "3"}, now=at)


def _middling(random: Random, discipline: str) -> int:
    return random.choice((1, 2, 2, 3, 3, 4) if discipline == "partner" else (2, 3, 3, 4, 4, 5))


def _better(random: Random, discipline: str) -> int:
    return random.choice((2, 3, 3, 4, 4, 5) if discipline == "partner" else (3, 4, 4, 4, 5, 5))


def _settle(viewer: Viewer, begun: Begun, at: datetime, *, is_done: bool) -> None:
    with demonstration_clock(at):
        found = results_for(viewer, begun.round, at)
        lowest = min(found.factors, key=lambda one: (one.words or "9", one.key), default=None)
        if lowest is None:
            return
        step = add_step(
            viewer,
            begun.round,
            factor=lowest.key,
            text="Put it first on the agenda of the next advisory meeting.",
            owner=viewer.code,
            due_on=local(at + timedelta(days=30)).date(),
            now=at,
        )
        if is_done:
            settle_step(viewer, step, state="done", now=at)


def _coordinator(region: str, now: datetime) -> Viewer | None:
    codes = coordinators_of(region, now)
    account = Account.objects.filter(code__in=codes, is_active=True).order_by("code").first()
    return viewer_of(account, now) if account else None
