"""How closely two agencies work together: said of a pair once, reviewed, kept; on pages with and without rights."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.community.partners.actions import add_partner, assess_partnership
from rightdoor.community.partners.models import Partnership, PartnershipLevel
from rightdoor.community.partners.queries import levels_of, partnership_for, partnership_rows
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.partnership import LevelTold
from rightdoor.foundation.jurisdiction.active import local
from tests.casework.visiting import Visitor, hidden
from tests.people import OTHER_REGION, REGION, make_person


def agency(viewer, name, now, *, regions=(REGION,)):
    return add_partner(viewer, name=name, discipline="victim_advocate", level="local", regions=list(regions), now=now)


@pytest.fixture
def two(administrator, now):
    return agency(administrator, "Invented House", now), agency(administrator, "Invented Clinic", now)


def told(now, level="cooperation", **more):
    today = local(now).date()
    sent = {"four_ps": ["partnership"], "since": today, "shows": "They meet once a month.", "review_on": today}
    return LevelTold(level, **{**sent, "review_on": today + timedelta(days=100), **more})


def say(viewer, two, now, *, level="cooperation", seen=0, region=REGION, **more):
    return assess_partnership(viewer, region=region, agencies=two, told=told(now, level), seen=seen, now=now, **more)


@pytest.mark.req("TEAM-9")
def test_a_pair_stands_once_in_whichever_order_and_keeps_what_was_said(coordinator, two, now):
    say(coordinator, two, now)
    later = now + timedelta(days=200)
    say(coordinator, two[::-1], later, level="collaboration", seen=1)

    pair = Partnership.objects.get()
    assert [(one.label, one.went) for one in levels_of(pair)] == [
        ("Collaboration", "closer"),
        ("Cooperation", "first"),
    ]
    assert [one.label for one in partnership_rows(coordinator, later)] == ["Collaboration"]


@pytest.mark.req("TEAM-9")
def test_a_pair_is_due_on_the_day_that_was_chosen(coordinator, two, now):
    say(coordinator, two, now)
    days = [now + timedelta(days=count) for count in (99, 100)]
    assert [partnership_rows(coordinator, day)[0].is_due for day in days] == [False, True]


def test_a_form_that_is_sent_twice_says_it_once(coordinator, two, now):
    first = say(coordinator, two, now, code="CDFG-2346")
    assert say(coordinator, two, now, code="CDFG-2346") == first
    assert PartnershipLevel.objects.count() == 1


def test_what_somebody_else_said_meanwhile_is_not_passed_over(coordinator, two, now):
    say(coordinator, two, now)
    with pytest.raises(RuleBroken, match="Somebody has said"):
        say(coordinator, two, now, level="collaboration")
    assert PartnershipLevel.objects.count() == 1


def test_one_agency_alone_is_no_pair_and_both_serve_the_region(coordinator, administrator, two, now):
    away = agency(administrator, "Invented Elsewhere", now, regions=(OTHER_REGION,))
    with pytest.raises(RuleBroken, match="two different"):
        say(coordinator, (two[0], two[0]), now)
    with pytest.raises(RuleBroken, match="serve this region"):
        say(coordinator, (two[0], away), now)
    assert not Partnership.objects.exists()


@pytest.mark.req("TEAM-9", "PRIV-2")
def test_who_coordinates_elsewhere_neither_says_nor_reads(coordinator, other_coordinator, detective, two, now):
    pair = say(coordinator, two, now).partnership
    for viewer in (other_coordinator, detective):
        with pytest.raises(NotPermitted):
            say(viewer, two, now, seen=1)
        with pytest.raises(NotVisible):
            partnership_for(viewer, pair.code)
    assert partnership_rows(other_coordinator, now) == []


@pytest.mark.req("TEAM-9")
def test_from_the_partners_to_a_pair_and_its_review(coordinator, two, now):
    visitor = Visitor(coordinator, now)
    assert 'href="/partnerships/"' in visitor.page("/partners/")
    assert "Nothing is said of any two yet." in visitor.page("/partnerships/")
    sent = {
        "region": REGION, "first": two[0].code, "second": two[1].code, "level": "coordination",
        "four_ps": ["protection"], "since": "03/01/2026", "shows": "One protocol for both.",
        "review_on": "03/01/2027", "seen": "0", "code": hidden(visitor.page("/partnerships/new/"), "code"),
    }  # fmt: skip
    refused = visitor.post("/partnerships/new/", {**sent, "second": two[0].code, "shows": "What was typed."})
    assert refused.status_code == 422
    assert "What was typed." in refused.content.decode()

    place = visitor.post("/partnerships/new/", sent).headers["Location"]
    assert visitor.post("/partnerships/new/", sent).headers["Location"] == place
    review = {**sent, "level": "collaboration", "seen": "1", "code": hidden(visitor.page(place), "code")}
    assert visitor.post(place, {**review, "seen": "0"}).status_code == 422
    assert visitor.post(place, review).headers["Location"] == place
    page = visitor.page(place)
    assert page.index("Collaboration") < page.index("One protocol for both.")
    assert "Closer than before" in page
    assert "Pairs by level: the figures" in visitor.page("/partnerships/")


@pytest.mark.req("UX-4")
@pytest.mark.parametrize("where", ["new/", "{code}/"])
def test_what_is_typed_is_kept_for_its_writer(coordinator, two, now, where):
    pair = say(coordinator, two, now).partnership
    visitor, place = Visitor(coordinator, now), f"/partnerships/{where.format(code=pair.code)}"
    assert visitor.post(f"{place}draft/", {"shows": "Half a sen"}).content.startswith(b"Kept")
    assert "Half a sen" in visitor.page(place)


def test_a_head_of_an_agency_reads_a_pair_and_is_offered_no_form(coordinator, two, now):
    pair = say(coordinator, two, now).partnership
    head = Visitor(make_person("Hella Head", now=now, roles=(("agency_head", REGION),)), now)
    assert "They meet once a month." in head.page(f"/partnerships/{pair.code}/")
    assert "Look at it again" not in head.page(f"/partnerships/{pair.code}/")
    assert head.get("/partnerships/new/").status_code == 403
