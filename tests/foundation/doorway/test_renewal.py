"""A lost way in comes back by two people, after a day, with a new second factor."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.actions import invite_again
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.doorway.factors import factors
from rightdoor.foundation.doorway.renewal import ask_renewal, call_off_renewal, make_renewal_link, second_renewal
from rightdoor.foundation.notices.models import Notice
from tests.foundation.doorway.people import PASSWORD, invite, join
from tests.people import make_person
from tests.signing_in import sign_in

DAY = timedelta(hours=24)


@pytest.fixture
def nina(db: None) -> Account:
    join(Client(), invite("Nina Newcomer", "nina@example.invalid"))
    return Account.objects.get(email="nina@example.invalid")


@pytest.fixture
def second(db: None, now: datetime) -> Viewer:
    return make_person("Amy Administrator", now=now, roles=(("administrator", ""),))


@pytest.mark.req("PRIV-5")
def test_two_people_and_a_day_give_the_way_in_back(nina: Account, administrator: Viewer, second: Viewer) -> None:
    asked = timezone.now() - DAY
    ask_renewal(administrator, nina, now=asked)
    second_renewal(second, nina, now=asked)
    link = make_renewal_link(administrator, nina, now=timezone.now())
    before = factors(nina)[0].key
    client = Client()
    codes, _ = join(client, link.secret, password="the heron stands on one leg")
    assert client.get("/sessions/").status_code == 200
    assert [factor.key for factor in factors(nina)] != [before]
    assert Client().post("/sign-in/", {"email": nina.email, "password": PASSWORD}).status_code == 422
    assert Notice.objects.filter(account_code=nina.code, kind="account.renewal").count() == 1


def test_one_person_is_not_enough(nina: Account, administrator: Viewer) -> None:
    ask_renewal(administrator, nina, now=timezone.now() - DAY)
    with pytest.raises(RuleBroken):
        second_renewal(administrator, nina, now=timezone.now())
    with pytest.raises(RuleBroken):
        make_renewal_link(administrator, nina, now=timezone.now())


def test_the_day_must_pass(nina: Account, administrator: Viewer, second: Viewer) -> None:
    asked = timezone.now()
    ask_renewal(administrator, nina, now=asked)
    second_renewal(second, nina, now=asked)
    with pytest.raises(RuleBroken):
        make_renewal_link(administrator, nina, now=asked + DAY - timedelta(seconds=1))


def test_the_person_can_stop_it(nina: Account, administrator: Viewer, second: Viewer) -> None:
    from rightdoor.foundation.access.viewers import viewer_of

    asked = timezone.now() - DAY
    ask_renewal(administrator, nina, now=asked)
    second_renewal(second, nina, now=asked)
    call_off_renewal(viewer_of(nina, timezone.now()), nina, now=timezone.now())
    with pytest.raises(RuleBroken):
        make_renewal_link(administrator, nina, now=timezone.now())


def test_the_person_stops_it_on_the_page_of_sessions(nina: Account, administrator: Viewer) -> None:
    from rightdoor.foundation.access.viewers import viewer_of

    ask_renewal(administrator, nina, now=timezone.now())
    client = sign_in(Client(), viewer_of(nina, timezone.now()))
    assert "Adam Administrator asked for it" in client.get("/sessions/").content.decode()
    client.post("/sessions/", {"stop_renewal": "1"})
    assert "asked for it" not in client.get("/sessions/").content.decode()


def test_others_may_not_ask(nina: Account, coordinator: Viewer) -> None:
    with pytest.raises(NotPermitted):
        ask_renewal(coordinator, nina, now=timezone.now())


def test_an_administrator_alone_cannot_invite_a_person_who_is_in(nina: Account, administrator: Viewer) -> None:
    with pytest.raises(RuleBroken):
        invite_again(administrator, nina, now=timezone.now())


def test_the_machine_itself_may_begin_anew(nina: Account) -> None:
    link = invite_again(system_viewer("invite"), nina, now=timezone.now())
    client = Client()
    join(client, link.secret, password="the heron stands on one leg")
    assert len(factors(nina)) == 1


def test_the_page_leads_through_it(nina: Account, administrator: Viewer, second: Viewer) -> None:
    one, two = sign_in(Client(), administrator), sign_in(Client(), second)
    page = f"/people/{nina.code}/"
    one.post(page, {"act": "ask_renewal"})
    assert "Agree as second person" not in one.get(page).content.decode()
    assert "Agree as second person" in two.get(page).content.decode()
    two.post(page, {"act": "second_renewal"})
    assert "The link can be made from" in one.get(page).content.decode()


def test_the_page_gives_ends_and_switches_off(administrator: Viewer, coordinator: Viewer) -> None:
    client = sign_in(Client(), administrator)
    page = f"/people/{coordinator.code}/"
    client.post(page, {"act": "grant", "role": "auditor", "region": ""})
    assert "Auditor" in client.get(page).content.decode()
    client.post(page, {"act": "end_role", "role": "auditor", "region": ""})
    assert client.post(page, {"act": "end_role", "role": "auditor", "region": ""}).status_code == 422
    client.post(page, {"act": "switch_off"})
    assert not Account.objects.get(code=coordinator.code).is_active
