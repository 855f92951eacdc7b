"""A round and its answers, made through acts only. All people are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rightdoor.community.surveys import pooling, slips
from rightdoor.community.surveys.actions import Begun, begin_round, take_answers
from rightdoor.community.surveys.models import AnswerPool, SurveyRound
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.questionnaires.kept import shipped
from tests.people import REGION, make_person

ALL_ITEMS = [item.id for item in shipped()["collaboration-short"].questions if item.type == "choice"]
DAYS = 20


def people(count: int, discipline: str, now: datetime) -> list[Viewer]:
    """So many invented people of a discipline in the region."""
    return [
        make_person(f"{discipline} Invented {number}", now=now, roles=(("team_member", REGION),), discipline=discipline)
        for number in range(count)
    ]


def begun(
    coordinator: Viewer,
    now: datetime,
    *invited: Viewer,
    handed_out: Mapping[str, int] | None = None,
    instrument: Instrument | None = None,
    **more: Any,
) -> Begun:
    """A round of twenty days that opens today."""
    today = now.date()
    given: dict[str, Any] = {
        "region": REGION,
        "instrument": instrument or shipped()["collaboration-short"],
        "title": "Invented round",
        "opens_on": today,
        "closes_on": today + timedelta(days=DAYS),
        "people": [(one.code, one.discipline) for one in invited],
        "handed_out": handed_out or {},
        "now": now,
    }
    return begin_round(coordinator, **{**given, **more})


def all_of(score: int, **texts: str) -> dict[str, Any]:
    """Every item answered alike, and perhaps a sentence."""
    return {**dict.fromkeys(ALL_ITEMS, str(score)), **texts}


def answered(row: SurveyRound, who: Sequence[Viewer], score: int, now: datetime, **texts: str) -> None:
    """These people answer, each with their own code."""
    for one in who:
        take_answers(NOBODY, slips.code_of_account(row.code, one.code), answers=all_of(score, **texts), now=now)


def pool_of(row: SurveyRound) -> pooling.Pool:
    """What is stored, opened."""
    return pooling.opened(AnswerPool.objects.get(round=row).answers_sealed, row.code)


def after(now: datetime) -> datetime:
    """The day after the last one."""
    return now + timedelta(days=DAYS + 1)
