"""The one door to a client's identity: decided, recorded, then opened."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rightdoor.casework.clients import actions
from rightdoor.casework.clients.disclosure import ShownName, Whereabouts, Who, open_identity, shown_names
from rightdoor.casework.clients.facts import facts_of
from rightdoor.casework.clients.models import Standing
from rightdoor.casework.clients.queries import client_for, standing_of
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.sealing.seals import destroy_subject
from rightdoor.foundation.ui.reading import read_only
from tests.casework.team import released
from tests.people import make_person


@pytest.fixture
def clients(coordinator, now):
    return [
        actions.make_client(
            coordinator,
            holder=coordinator.agency,
            region="capital",
            who=Who(given, "Nowhere"),
            whereabouts=Whereabouts(phone="555-0100"),
            now=now,
        )
        for given in ("Nora", "Noah", "Noel")
    ]


def test_a_page_asks_once_how_its_person_stands_and_nobody_is_told_of_another(
    coordinator, detective, stranger, clients, now
):
    actions.give_standing(
        coordinator,
        clients[0],
        account_code=detective.code,
        kind="assigned",
        discipline="local_law_enforcement",
        about="ABCD-2345",
        starts_at=now,
        now=now,
    )
    with read_only():
        for viewer, stands in ((detective, True), (stranger, False), (coordinator, False)):
            with acting_as(viewer, now), CaptureQueriesContext(connections["default"]) as asked:
                found = [viewer.code in facts_of(viewer, clients[:1], now)[clients[0].pk].assigned for _ in range(3)]
            assert found == [stands] * 3
            assert len([one for one in asked if "clients_standing" in one["sql"]]) == 1
    with read_only(), CaptureQueriesContext(connections["default"]) as asked:
        facts_of(detective, clients[:1], now)
    assert len(asked) == 1, "the next page asks again"


def test_names_of_a_list_cost_four_queries_and_one_event(coordinator, clients, now):
    with (
        CaptureQueriesContext(connections["default"]) as main,
        CaptureQueriesContext(connections["keyring"]) as keys,
    ):
        shown = shown_names(coordinator, clients, now)

    assert [shown[client.code].name for client in clients] == ["Nora Nowhere", "Noah Nowhere", "Noel Nowhere"]
    assert (len(main), len(keys)) == (3, 1)  # what is established, the sealed names, the event; the keys
    event = AuditEvent.objects.get(verb="client.identity_seen")
    assert (event.basis, event.holder) == ("own", coordinator.agency)
    assert sorted(event.details["codes"]) == sorted(client.code for client in clients)


@pytest.mark.parametrize(
    "who", ["other_coordinator", "detective", "state_analyst", "auditor", "administrator", "reviewer"]
)
def test_others_get_the_code_alone_and_no_event_is_written(request, clients, now, who):
    viewer = request.getfixturevalue(who)

    shown = shown_names(viewer, clients, now)

    assert set(shown.values()) == {ShownName(client.code) for client in clients}
    assert not AuditEvent.objects.filter(verb="client.identity_seen").exists()


def test_opening_is_recorded_before_it_is_returned(coordinator, clients, now):
    opened = open_identity(coordinator, clients[0], now, "referral-record")

    assert (opened.who.name, opened.whereabouts.phone) == ("Nora Nowhere", "555-0100")
    event = AuditEvent.objects.get(verb="client.identity_seen")
    assert (event.code, event.subject) == (clients[0].code, clients[0].code)
    assert sorted(event.classes) == ["ID", "LOC"]
    assert event.details["purpose"] == "referral-record"


def test_nothing_is_shown_when_the_record_of_it_fails(coordinator, clients, now, monkeypatch):
    from rightdoor.casework.clients import disclosure
    from rightdoor.foundation.audit.events import AuditUnavailable

    def broken(*args, **how):
        raise AuditUnavailable

    monkeypatch.setattr(disclosure, "record_read", broken)
    with pytest.raises(AuditUnavailable):
        open_identity(coordinator, clients[0], now, "referral-record")
    with pytest.raises(AuditUnavailable):
        shown_names(coordinator, clients, now)


def test_another_agencys_coordinator_of_the_region_does_not_see_where_a_child_is(clients, now):
    viewer = make_person("Cleo Colleague", now=now, roles=(("care_coordinator", "capital"),))

    opened = open_identity(viewer, clients[0], now, "referral-record")

    assert opened.who.name == "Nora Nowhere"
    assert opened.whereabouts is None


def test_a_stranger_is_told_nothing(other_coordinator, clients, now):
    with pytest.raises(NotVisible):
        open_identity(other_coordinator, clients[0], now, "referral-record")
    with pytest.raises(NotVisible):
        client_for(other_coordinator, clients[0].code, now)
    with pytest.raises(NotVisible):
        client_for(other_coordinator, "XXXX-XXXX", now)


def test_a_destroyed_identity_leaves_the_rest_of_the_list(coordinator, clients, now):
    destroy_subject(clients[1].code, now=now)

    shown = shown_names(coordinator, clients, now)

    assert [shown[client.code].name for client in clients] == ["Nora Nowhere", "", "Noel Nowhere"]


def test_a_standing_opens_from_its_first_second_to_its_last(coordinator, detective, clients, now):
    actions.give_standing(
        coordinator,
        clients[0],
        account_code=detective.code,
        kind="invited",
        discipline=detective.discipline,
        about="",
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        now=now,
    )

    invited = [
        standing_of(detective, clients[0], now + offset).invited
        for offset in (-timedelta(seconds=1), timedelta(0), timedelta(minutes=59, seconds=59), timedelta(hours=1))
    ]
    assert invited == [False, True, True, False]
    with pytest.raises(NotVisible):  # to be let in is the need to know, not yet a ground
        client_for(detective, clients[0].code, now)
    released(coordinator, clients[0], detective, "CORE", now=now)
    assert client_for(detective, clients[0].code, now) == clients[0]


def test_a_standing_given_twice_moves_its_window(coordinator, detective, clients, now):
    for hours in (1, 5):
        actions.give_standing(
            coordinator,
            clients[0],
            account_code=detective.code,
            kind="invited",
            discipline=detective.discipline,
            about="XXXX-XXXX",
            starts_at=now,
            ends_at=now + timedelta(hours=hours),
            now=now,
        )

    assert Standing.objects.get().ends_at == now + timedelta(hours=5)


def test_an_ended_standing_closes_at_once(coordinator, detective, clients, now):
    give = {"account_code": detective.code, "kind": "assigned", "discipline": "", "about": "", "starts_at": now}
    actions.give_standing(coordinator, clients[0], **give, now=now)

    assert actions.end_standing(coordinator, clients[0], account_code=detective.code, now=now) == 1
    with pytest.raises(NotVisible):
        client_for(detective, clients[0].code, now)


def test_only_the_coordinator_lets_people_in(detective, other_coordinator, clients, now):
    for viewer in (detective, other_coordinator):
        with pytest.raises(NotPermitted):
            actions.give_standing(
                viewer,
                clients[0],
                account_code=detective.code,
                kind="assigned",
                discipline="",
                about="",
                starts_at=now,
                now=now,
            )
    assert not Standing.objects.exists()


def test_nobody_unknown_is_let_in(coordinator, clients, now):
    with pytest.raises(RuleBroken):
        actions.give_standing(
            coordinator,
            clients[0],
            account_code="XXXX-XXXX",
            kind="assigned",
            discipline="",
            about="",
            starts_at=now,
            now=now,
        )


def test_a_changed_identity_is_what_opens(coordinator, clients, now):
    actions.change_identity(coordinator, clients[0], who=Who("Nadia", "Nowhere"), now=now)

    opened = open_identity(coordinator, clients[0], now, "referral-record")
    assert (opened.who.given, opened.whereabouts.phone) == ("Nadia", "555-0100")
