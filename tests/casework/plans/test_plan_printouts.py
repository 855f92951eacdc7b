"""What the client takes along holds nothing that is only for the team; the three languages say the same things."""

from __future__ import annotations

import pytest

from rightdoor.casework.plans.printouts import client_context, team_context
from rightdoor.casework.plans.queries import open_plan
from rightdoor.casework.plans.wording import LANGUAGES, asked_language, wording


@pytest.mark.req("CASE-4")
def test_the_clients_copy_leaves_out_risks_and_the_code_of_the_case(scene, case, plan):
    shown = open_plan(scene.coordinator, plan, scene.now)
    mine = str(client_context(shown, [], "es", scene.now))
    theirs = str(team_context(shown, plan, [], scene.coordinator, scene.now))

    for inner in ("A car waits outside", "Urgent", case.code):
        assert inner in theirs
        assert inner not in mine
    for said in ("To see my sister.", "Back at school", "Call the school"):
        assert said in mine
        assert said in theirs


def test_every_language_has_every_word():
    words = {language: wording(language) for language in LANGUAGES}

    assert {frozenset(said) for said in words.values()} == {frozenset(words["en"])}
    for said in words.values():
        assert all(said.values())
        assert {"{plan}", "{number}", "{when}"} <= set(said["made"].replace(",", " ").replace(".", " ").split())
    assert asked_language("xx") == "en"
