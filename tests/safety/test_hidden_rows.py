"""What one may not know of changes nothing that one sees: the same bytes with and without the hidden rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.staffings import actions as staffings
from rightdoor.community.meetings.actions import Invitee
from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.domain.response_tier import TriageFacts
from rightdoor.foundation.access import middleware
from tests.access.world import ASKED, BEGAN, World, make_referral, make_report, make_world
from tests.bars import sabotage
from tests.people import OTHER_REGION
from tests.safety.pages import body_of

ACTORS = ("coordinator", "member", "guest", "stranger", "administrator", "analyst", "auditor")
URGENT = TriageFacts("confirmed", True, None, None)
# Everything that lists, counts, orders, finds or compares.
PAGES = (
    "/",
    "/clocks/",
    "/referrals/",
    "/referrals/?sort=due",
    "/referrals/?clock=late",
    "/referrals/?state=received",
    "/referrals/export/",
    "/cases/",
    "/cases/export/",
    "/cases/?state=open",
    "/reports/",
    "/meetings/",
    "/meetings/?past=1",
    "/partners/",
    "/teams/",
)
# What differs from request to request by itself.
TOKENS = re.compile(r'(name="(?:csrfmiddlewaretoken|form_id|page|state)" value=")[^"]*|("X-CSRFToken": ")[^"]*')


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """One child's whole way, asked weeks later."""
    with time_machine.travel(BEGAN, tick=False):
        made = make_world()
    with time_machine.travel(ASKED, tick=False):
        yield made


def everything_seen(world: World) -> dict[str, str]:
    """All pages of all people, and what they find under names, a part of one, and codes."""
    seen = {}
    finds = ("Nadine", "Nowhere", "Nadine Nowhere", "nad", "Zebulina", "Nadin Nowere")
    for actor in ACTORS:
        browser = world.browser(actor)
        for path in PAGES:
            seen[f"{actor} {path}"] = _plain(browser.get(path))
        for text in finds:
            seen[f"{actor} finds {text}"] = _plain(browser.post("/find/", {"text": text}))
        if actor == "coordinator":
            for name in ("fresh", "referral", "awaiting"):
                path = f"/referrals/{world.codes[name]}/"
                seen[f"{actor} {name} matches"] = _plain(browser.get(f"{path}matches/"))
                seen[f"{actor} {name}"] = _plain(browser.get(path))
    return seen


def _plain(answer: HttpResponse) -> str:
    if answer.streaming:
        answer.whole = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return f"{answer.status_code} {TOKENS.sub('', body_of(answer).decode())}"


def hide_rows(world: World) -> list[str]:
    """The very same child in another region: reports, referrals, a case with its staffing, a meeting. Their codes."""
    elsewhere = world.people["elsewhere"]
    codes = [make_report(world.people, region=OTHER_REGION, story="Elsewhere.", given="Nadine").code]
    codes.append(make_referral(elsewhere, region=OTHER_REGION, story="Elsewhere.").code)
    late = make_referral(elsewhere, region=OTHER_REGION, story="Elsewhere.")
    referrals.decide_referral_eligibility(elsewhere, late, facts={}, now=BEGAN)
    referrals.triage_referral(elsewhere, late, facts=URGENT, now=BEGAN)
    staffing = staffings.schedule_emergency_staffing(
        elsewhere,
        Referral.objects.get(pk=late.pk),
        starts_at=BEGAN + timedelta(hours=20),
        minutes=60,
        mode="virtual",
        invitees=[Invitee(world.people["reviewer"].code, "child_welfare", "core")],
        now=BEGAN,
    )
    return [*codes, late.code, late.client.code, staffing.code, staffing.case.code, staffing.meeting.code]


@pytest.mark.bar("SEC-27")
@pytest.mark.req("PRIV-2", "INT-7", "UX-5")
def test_rows_of_another_region_change_no_list_count_search_or_match(world: World) -> None:
    """Seen before and after the hidden rows came to be: byte for byte the same."""
    before = everything_seen(world)
    hidden = hide_rows(world)
    after = everything_seen(world)
    assert [name for name in before if before[name] != after[name]] == []
    assert [code for code in hidden for page in after.values() if code in page] == []
    assert world.codes["fresh"] in before["coordinator /referrals/"], "the lists were not empty"
    assert world.codes["fresh"] in before["coordinator finds Nadine"], "something could be found"


@pytest.mark.bar("SEC-27")
@pytest.mark.req("UX-5")
def test_the_code_of_a_hidden_row_finds_what_an_unknown_code_finds(world: World) -> None:
    """By the search box, for everybody who may not know of it."""
    hidden = hide_rows(world)
    for actor in ACTORS:
        browser = world.browser(actor)
        unknown = _plain(browser.post("/find/", {"text": "ZZZZ-2222"})).replace("ZZZZ-2222", "")
        for code in hidden:
            found = browser.post("/find/", {"text": code})
            assert _plain(found).replace(code, "") == unknown, f"{actor} {code}"


@pytest.mark.slow
def test_the_comparison_sees_a_row_that_is_not_hidden(world: World) -> None:
    """The same rows in the viewer's own region do change what is seen: equal pages are no accident."""
    before = everything_seen(world)
    make_referral(world.people["coordinator"], story="Here.")
    after = everything_seen(world)
    changed = {name for name in before if before[name] != after[name]}
    assert {
        "coordinator /",
        "coordinator /referrals/",
        "coordinator finds Nadine",
        "coordinator fresh matches",
    } <= changed


@sabotage("SEC-27", "the region of a role is forgotten on the way in")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    before = middleware.viewer_of  # of requests alone: the world itself is made by people of their regions

    def everywhere(account: Any, now: datetime) -> Viewer:
        viewer = before(account, now)
        anywhere = frozenset((role, ALL_REGIONS) for role in viewer.roles)
        return replace(viewer, regions=frozenset({ALL_REGIONS}), reach=anywhere)

    monkeypatch.setattr(middleware, "viewer_of", everywhere)
