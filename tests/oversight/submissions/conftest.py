"""A year of figures that is open: who keeps the list, two shelters with heads, one agency without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from rightdoor.community.partners.models import Agency
from rightdoor.domain.permission import Viewer
from rightdoor.oversight.submissions import actions
from rightdoor.oversight.submissions.actions import About
from rightdoor.oversight.submissions.models import Listed, ReportingYear
from tests.people import make_person

ABOUT = About(["state"], "director", ["housing", "crisis_intervention"], ["orleans"])
VOCA = About(["voca", "state"], "director", ["housing", "crisis_intervention"], ["orleans"])


def totals(many: int = 20) -> dict[str, dict[tuple[str, ...], int]]:
    """So many people, in tables that add up."""
    adults = many // 4
    young = many - adults
    return {
        "everybody": {(): many},
        "kind_status": {("sex", "confirmed"): young, ("labor", "suspected"): adults},
        "age_status": {("a13_17", "confirmed"): young, ("a18_24", "suspected"): adults},
        "gender_age": {("female", "a13_17"): young, ("male", "a18_24"): adults},
        "race_age": {("black", "a13_17"): young, ("several", "a18_24"): adults},
        "place_age": {("orleans", "a13_17"): young, ("unknown", "a18_24"): adults},
        "place_kind": {("orleans", "sex"): young, ("unknown", "labor"): adults},
        "origin": {("orleans",): many},
        "relation": {("family",): young, ("unknown",): adults},
        "standing": {("new",): many},
        "outcome_age": {("active_engaged", "a13_17"): young, ("follow_up", "a18_24"): adults},
        "received": {("housing",): young},
    }


@dataclass
class Scene:
    """Everybody and everything of the open year."""

    keeper: Viewer
    head: Viewer
    other_head: Viewer
    year: ReportingYear
    listed: Listed
    other: Listed
    unnamed: Listed
    now: datetime


@pytest.fixture
def keeper(db: None, now: datetime) -> Viewer:
    """Reads the whole state's figures."""
    return make_person("Stella Figures", now=now, roles=(("state_analyst", ""),))


@pytest.fixture
def scene(keeper: Viewer, now: datetime) -> Scene:
    """The year 2025, frozen in February 2026, asked of three."""
    began = now - timedelta(days=20)
    agencies = [
        Agency.objects.create(name=name, discipline="victim_advocacy")
        for name in ("Invented Shelter", "Made Up House", "Nowhere Center")
    ]
    heads = [
        make_person(name, now=now, roles=(("agency_head", "capital"),), agency=agency.code)
        for name, agency in zip(("Hedda Shelter", "Hugo House"), agencies, strict=False)
    ]
    year = actions.begin_year(keeper, year=2025, opens_on=date(2026, 1, 5), due_on=date(2026, 4, 1), now=began)
    listed = [actions.list_source(keeper, year, agency=agency.code, kind="provider", now=began) for agency in agencies]
    actions.freeze_list(keeper, year, now=began)
    fresh = [Listed.objects.select_related("year").get(pk=one.pk) for one in listed]
    year.refresh_from_db()
    return Scene(keeper, heads[0], heads[1], year, *fresh, now)
