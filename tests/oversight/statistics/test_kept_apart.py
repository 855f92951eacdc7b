"""What a coordinator is shown does not change by a child from whom the coordinator is kept apart: no figure, no row."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.domain.permission import Viewer
from tests.casework.team import SUSPECTED, Scene, held, received, scheduled
from tests.people import REGION, make_person
from tests.signing_in import sign_in

PAGES = (
    *("/clocks/", "/referrals/", "/referrals/?clock=met", "/referrals/late/", "/cases/", "/service-referrals/"),
    *("/meetings/", "/meetings/?past=1", "/meetings/participation/", "/numbers/", "/numbers/table.csv"),
    *(f"/numbers/{name}/rows/" for name in ("R1", "R4", "D1", "S1", "M1", "F1", "K1", "K2")),
    *("/numbers/endings/", "/numbers/signals/", f"/numbers/?whose={REGION}", "/desk/figures/", "/desk/cases/"),
)
CHANGING = ("/clocks/", "/numbers/table.csv", "/meetings/?past=1")  # for whoever is not kept apart
MADE_ANEW = re.compile(r'nonce="[^"]*"|value="[^"]{20,}"|X-CSRFToken[^,}]*')


def shown_to(viewer: Viewer, at: datetime, pages: tuple[str, ...] = PAGES) -> dict[str, tuple[int, str]]:
    """Every page as this person gets it, without what each answer makes anew."""
    with time_machine.travel(at, tick=False):
        browser = sign_in(Browser(), viewer, at=at)
        answers = {page: browser.get(page) for page in pages}
        return {page: (one.status_code, MADE_ANEW.sub("", one.content.decode())) for page, one in answers.items()}


@pytest.mark.rule("SR-13")
@pytest.mark.req("STAT-4")
def test_nothing_that_a_kept_apart_coordinator_is_shown_tells_of_the_child(scene: Scene, now: datetime) -> None:
    apart = make_person("Kim Colleague", now=now, roles=(("care_coordinator", REGION),), discipline="care_coordinator")
    later = now + timedelta(days=40)
    held(scene)
    before = shown_to(apart, later)
    assert [page for page, (status, _) in before.items() if status != 200] == []
    others = shown_to(scene.coordinator, later, CHANGING)

    first, second = received(scene), received(replace(scene, now=now + timedelta(days=20)), facts=SUSPECTED)
    for referral in (first, second):
        declare_conflict(scene.coordinator, referral.client, account_code=apart.code, why="alleged", now=now)
    held(scene, scheduled(scene, first))

    after = shown_to(apart, later)
    assert [page for page in PAGES if after[page] != before[page]] == []
    changed = shown_to(scene.coordinator, later, CHANGING)
    assert [page for page in CHANGING if changed[page] == others[page]] == []
