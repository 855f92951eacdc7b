"""The question about facts, written down once: it answers what the query itself answers, whoever is asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rightdoor.casework.clients import facts
from tests.casework import team
from tests.casework.team import Scene


def rows(found: object) -> list[tuple[int, str, str]]:
    return sorted((pk, kind, repr(sorted(row.items()))) for pk, kind, row in found)


@pytest.mark.req("PRIV-2")
def test_the_text_answers_what_the_query_answers(scene: Scene) -> None:
    first, second = team.held(scene).case.client, team.scheduled(scene, team.received(scene)).case.client
    team.released(scene.coordinator, first, scene.advocate, "SAFE", now=scene.now)
    nobodys = replace(scene.detective, agency="")
    seen = 0
    for clients in ([first], [second], [first, second]):
        for people in ([scene.coordinator], [scene.detective, scene.advocate], [nobodys]):
            for at in (scene.now, scene.now + timedelta(days=1), scene.now + timedelta(days=400)):
                known = {one.pk: one for one in clients}
                codes = {one.code: one for one in people}
                holders = {one.holder for one in clients}
                agencies = sorted({one.agency for one in people if one.agency})
                itself = facts._query(list(known), list(codes), agencies, sorted(holders), now=at)
                written = rows(facts._rows(known, codes, holders, at))
                assert written == rows(itself)
                seen += len(written)
    assert seen > 50
