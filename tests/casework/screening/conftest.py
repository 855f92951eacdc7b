"""A partner's screener, screenings made through the acts, browsers that are signed in. All people are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.screening import actions
from rightdoor.casework.screening.models import Screening
from rightdoor.domain.permission import Viewer
from tests.people import REGION, make_person
from tests.signing_in import sign_in

NAME = "Zebulina"
WORDS = "Xq-marked invented words about what was seen."
TOOL = "demonstration-narrative"
SEEN, UNKNOWN, NOT_SEEN = "seen", "unknown", "not_seen"

Begin = Callable[..., Screening]
Answer = Callable[..., Screening]


@pytest.fixture
def screener(db: None, now: datetime) -> Viewer:
    """A screener of a school of the region."""
    return make_person("Sally Screener", now=now, roles=(("screener", REGION),))


@pytest.fixture
def colleague(screener: Viewer, now: datetime) -> Viewer:
    """Another screener of the same agency."""
    return make_person("Colin Colleague", now=now, roles=(("screener", REGION),), agency=screener.agency)


@pytest.fixture
def head(screener: Viewer, now: datetime) -> Viewer:
    """The head of the screener's agency."""
    return make_person("Hanna Head", now=now, roles=(("agency_head", REGION),), agency=screener.agency)


@pytest.fixture
def begin(screener: Viewer, now: datetime) -> Begin:
    """Begins a screening; every argument of the act can be replaced."""

    def made(viewer: Viewer | None = None, **changed: Any) -> Screening:
        told: dict[str, Any] = {
            "tool": TOOL,
            "taken_on": now.date(),
            "who": Who(given=NAME, age_estimate=15),
            "whereabouts": Whereabouts(area="ascension", now="A house that does not exist"),
            "now": now,
        }
        return actions.begin_screening(viewer or screener, **{**told, **changed})

    return made


@pytest.fixture
def answer(screener: Viewer, now: datetime) -> Answer:
    """Answers with what each rests on."""

    def made(screening: Screening, **answers: str) -> Screening:
        given = {key.replace("_", ".", 1): said for key, said in answers.items()}
        seen = [key for key, said in given.items() if said == SEEN]
        return actions.answer_screening(
            screener,
            screening,
            answers=given,
            evidence=dict.fromkeys(seen, WORDS),
            sources=dict.fromkeys(seen, "record"),
            now=now,
        )

    return made


@pytest.fixture(autouse=True)
def _at_that_moment(now: datetime) -> Iterator[None]:
    """Pages act at the moment of the tests, whatever the day on which they run."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def enter(db: None, now: datetime) -> Callable[[Viewer], Browser]:
    """A browser in which this person is signed in."""
    return lambda viewer: sign_in(Browser(), viewer, at=now)
