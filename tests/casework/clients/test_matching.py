"""A new entry is held against those that the viewer may see, and against no others."""

from datetime import date

import pytest

from rightdoor.casework.clients import actions
from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.clients.matching import possible_matches
from rightdoor.casework.clients.models import Client, MatchDecision
from rightdoor.casework.clients.queries import match_decisions, running_decision
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent

BORN = date(2011, 3, 4)


@pytest.fixture
def make_client(coordinator, now):
    def make(given, family="", aliases=(), birth_on=None, region="capital"):
        return actions.make_client(
            coordinator,
            holder=coordinator.agency,
            region=region,
            who=Who(given, family, tuple(aliases), birth_on),
            whereabouts=Whereabouts(),
            now=now,
        )

    return make


@pytest.mark.req("INT-7")
@pytest.mark.parametrize(
    ("known", "referred", "likelihood", "reason"),
    [
        (
            Who("Elizabeth", "Nowhere", (), BORN),
            Who("Liz", "Nowhere", (), BORN),
            "strong",
            "a nickname of the other name",
        ),
        (
            Who("Catherine", "Brussard", (), BORN),
            Who("Katherine", "Broussard", (), BORN),
            "strong",
            "names sound alike",
        ),
        (Who("Nora", "Núñez", (), BORN), Who("Nora", "Nunez", (), BORN), "strong", "same name"),
        (
            Who("Nora", "Nowhere", (), date(2011, 4, 3)),
            Who("Nora", "Nowhere", (), BORN),
            "strong",
            "birth date with month and day swapped",
        ),
        (
            Who("Nora", "Nowhere", (), date(2011, 3, 5)),
            Who("Nora", "Nowhere", (), BORN),
            "strong",
            "birth date off by one",
        ),
        (Who("Nora", "Nowhere", ("Kiki",)), Who("", "", ("Kiki",)), "possible", "same alias"),
        (Who("Thi Hoa", "Nguyen"), Who("Nguyễn", "Thị Hoa"), "possible", "same name"),
        (Who("Nora", "Garcia Lopez", (), BORN), Who("Nora", "Garcia", (), BORN), "strong", "same name"),
    ],
)
def test_likenesses_are_found_and_say_why(coordinator, make_client, now, known, referred, likelihood, reason):
    other = make_client(known.given, known.family, known.aliases, known.birth_on)

    (row,) = possible_matches(coordinator, referred, now)

    assert (row.code, row.likelihood) == (other.code, likelihood)
    assert reason in row.reasons


@pytest.mark.req("INT-7")
def test_people_who_are_not_alike_are_not_offered(coordinator, make_client, now):
    make_client("Maria", "Perez", (), BORN)

    assert possible_matches(coordinator, Who("Maria", "Lopez", (), date(2009, 9, 9)), now) == []


@pytest.mark.req("INT-7")
def test_hidden_clients_influence_nothing(coordinator, other_coordinator, make_client, now):
    held = make_client("Nora", "Nowhere", (), BORN)
    make_client("Nora", "Nowher", (), BORN)
    before = possible_matches(coordinator, held, now)

    for _ in range(25):
        make_client("Nora", "Nowhere", (), BORN, region="northshore")

    assert possible_matches(coordinator, held, now) == before
    seen = [row.code for row in before]
    events = AuditEvent.objects.filter(verb="referral.matched")
    assert {code for event in events for code in event.details["codes"]} == set(seen)


@pytest.mark.req("INT-7")
def test_what_was_compared_is_on_record(coordinator, make_client, now):
    known = make_client("Nora", "Nowhere")

    possible_matches(coordinator, Who("Nora", "Nowhere"), now)

    event = AuditEvent.objects.get(verb="referral.matched")
    assert event.details["codes"] == [known.code]
    assert event.classes == ["ID"]


@pytest.mark.req("INT-7")
def test_linked_and_undone_leaves_both_as_they_were(coordinator, make_client, now):
    old, new = make_client("Nora", "Nowhere"), make_client("Nora", "Nowher")

    decision = actions.link_clients(coordinator, new, old, now)
    new.refresh_from_db()
    assert new.linked_to_id == old.pk
    assert possible_matches(coordinator, new, now) == []

    actions.undo_match(coordinator, decision, now)
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.linked_to_id, old.linked_to_id) == (None, None)
    assert MatchDecision.objects.get().undone_by == coordinator.code
    assert len(possible_matches(coordinator, new, now)) == 1


@pytest.mark.req("INT-7")
def test_undoing_one_link_of_a_chain_leaves_the_other(coordinator, make_client, now):
    a, b, c = (make_client("Nora", "Nowhere") for _ in range(3))
    first = actions.link_clients(coordinator, b, a, now)
    actions.link_clients(coordinator, c, b, now)
    assert set(Client.objects.filter(linked_to=a).values_list("pk", flat=True)) == {b.pk, c.pk}

    actions.undo_match(coordinator, first, now)

    assert list(Client.objects.exclude(linked_to=None).values_list("pk", "linked_to")) == [(c.pk, b.pk)]


@pytest.mark.req("INT-7")
def test_kept_apart_is_not_offered_again_and_stands_against_a_link(coordinator, make_client, now):
    one, other = make_client("Nora", "Nowhere"), make_client("Nora", "Nowhere")
    actions.keep_apart(coordinator, one, other, now)

    assert possible_matches(coordinator, one, now) == []
    assert [match.outcome for match in match_decisions(coordinator, other, now)] == ["apart"]
    with pytest.raises(RuleBroken, match="Undo that first"):
        actions.link_clients(coordinator, other, one, now)
    assert running_decision(one, other).outcome == "apart"


def test_deciding_the_same_twice_keeps_one_decision(coordinator, make_client, now):
    one, other = make_client("Nora", "Nowhere"), make_client("Nora", "Nowhere")

    assert actions.keep_apart(coordinator, one, other, now) == actions.keep_apart(coordinator, other, one, now)


def test_what_one_may_not_see_cannot_be_linked(coordinator, other_coordinator, make_client, now):
    mine, theirs = make_client("Nora", "Nowhere"), make_client("Nora", "Nowhere", region="northshore")

    with pytest.raises(NotVisible):
        actions.link_clients(coordinator, mine, theirs, now)
    assert not MatchDecision.objects.exists()


def test_a_team_member_may_not_search_by_likeness(detective, make_client, now):
    with pytest.raises(NotPermitted):
        possible_matches(detective, make_client("Nora"), now)


def test_the_newest_visible_are_those_that_are_visible_at_all(
    coordinator, other_coordinator, detective, make_client, now
):
    from datetime import timedelta

    from rightdoor.casework.clients.models import visible_clients
    from rightdoor.casework.clients.queries import newest_visible
    from tests.people import make_person

    here = [make_client("Nora") for _ in range(3)]
    make_client("Noah", region="northshore")
    for viewer in (detective, other_coordinator):
        actions.give_standing(
            coordinator,
            here[1],
            account_code=viewer.code,
            kind="invited",
            discipline="",
            about="",
            starts_at=now,
            ends_at=now + timedelta(hours=1),
            now=now,
        )
    whole_state = make_person("Stella State", now=now, roles=(("care_coordinator", ""),))

    for viewer in (coordinator, other_coordinator, detective, whole_state):
        newest = newest_visible(viewer, now, at_most=10)
        assert newest == list(visible_clients(viewer, now).order_by("-known_since", "-pk"))
    assert newest_visible(coordinator, now, at_most=2) == [here[2], here[1]]
