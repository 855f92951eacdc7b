"""Early signals of a region: what warns, what does not, and who sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rightdoor.domain.measures.rows import ReferralRow, TierSet
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.statistics.signals import label_of, look_of, spans_before
from rightdoor.packs.measures import norms_of
from tests.casework.team import received
from tests.people import OTHER_REGION, REGION, make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.req("STAT-7")
PAGE = "/numbers/signals/"


def rows_of(spans, counts, *, source="school", tier=2, hours=40):
    """So many referrals in each span, each met after so many hours."""
    return [
        ReferralRow(
            received_at=span.since + timedelta(hours=25 * at),
            tiers=(TierSet(tier),),
            held_at=span.since + timedelta(hours=25 * at + hours),
            eligible=True,
            source=source,
        )
        for span, many in zip(spans, counts, strict=True)
        for at in range(many)
    ]


@pytest.fixture
def spans(now):
    return spans_before(now)


def look(rows, spans, now):
    return look_of(rows, spans, now, norms_of(active_pack()))


def test_the_last_three_whole_months_are_held_against_the_twelve_before(spans):
    assert [label_of(one) for one in spans] == [
        "12/2024 to 02/2025",
        "03/2025 to 05/2025",
        "06/2025 to 08/2025",
        "09/2025 to 11/2025",
        "12/2025 to 02/2026",
    ]


def test_a_source_that_falls_silent_is_a_signal(spans, now):
    found = look(rows_of(spans, (12, 11, 13, 12, 0)) + rows_of(spans, (5, 6, 5, 6, 5), source="medical"), spans, now)
    assert [one.what for one in found.warned] == ["School"]
    assert "Nothing came any more" in found.warned[0].says


def test_a_source_that_sends_seldom_says_after_how_long_its_silence_would_tell(spans, now):
    found = look(rows_of(spans, (2, 2, 2, 2, 0)) + rows_of(spans, (1, 0, 0, 0, 0), source="medical"), spans, now)
    assert found.warned == ()
    said = next(one.says for one in found.asked if one.what == "School")
    assert said.startswith("No signal. Silence would tell something only after about")
    seldom = next(one.says for one in found.asked if one.what == "Medical care")
    assert seldom == "No signal. It sends too seldom for silence to tell anything."


def test_more_late_responses_are_a_signal_and_fewer_are_none(spans, now):
    before, newest = spans[:-1], spans[-1:]
    late = rows_of(before, (12, 12, 12, 12)) + rows_of(newest, (12,), hours=90)
    better = rows_of(before, (12, 12, 12, 12), hours=90) + rows_of(newest, (12,))
    assert "Responses that were late" in [one.what for one in look(late, spans, now).warned]
    assert "Responses that were late" not in [one.what for one in look(better, spans, now).warned]


def test_a_shift_of_tiers_is_a_signal(spans, now):
    shifted = rows_of(spans, (14, 14, 14, 14, 0)) + rows_of(spans[-1:], (14,), tier=1)
    assert {"Tier 1 among those with a tier", "Tier 2 among those with a tier"} <= {
        one.what for one in look(shifted, spans, now).warned
    }


def test_a_region_that_began_lately_is_not_judged(spans, now):
    found = look(rows_of(spans[-2:], (10, 0)), spans, now)
    assert found.found.too_short
    assert found.warned == ()


def test_the_coordinator_sees_the_look_with_its_rule(client, coordinator, scene):
    received(scene)
    sign_in(client, coordinator)
    page = client.get(PAGE).content.decode()
    assert "There are not enough months before to judge by." in page
    assert "at most one in 50" in page


def test_it_counts_over_the_coordinators_own_region_alone(client, coordinator):
    sign_in(client, coordinator)
    page = client.get(f"{PAGE}?region={OTHER_REGION}").content.decode()
    assert active_pack().region(REGION).name in page
    assert active_pack().region(OTHER_REGION).name not in page


@pytest.mark.parametrize("role", ["state_analyst", "auditor", "agency_head", "team_member"])
def test_for_everybody_else_there_is_no_such_page(client, now, role):
    sign_in(client, make_person("Nora Noneofit", now=now, roles=((role, ""),)))
    assert client.get(PAGE).status_code == 404


def test_the_page_asks_few_queries_however_many_referrals_there_are(client, coordinator, scene):
    received(scene)
    sign_in(client, coordinator)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _ in range(3):
        received(scene)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)
    assert len(many) <= 16
