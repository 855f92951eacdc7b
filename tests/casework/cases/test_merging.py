"""Two entries kept together as one child: what is offered, who sees what, what refuses it, and the way back."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from rightdoor.casework.cases.groups.actions import Child, receive_together
from rightdoor.casework.cases.keeping.actions import erase_rows
from rightdoor.casework.cases.merging.actions import merge_clients, part_clients
from rightdoor.casework.cases.merging.queries import lines_that_follow, merge_for, why_of
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.clients.actions import give_standing, keep_apart
from rightdoor.casework.clients.disclosure import Who
from rightdoor.casework.clients.identity import Identity
from rightdoor.casework.clients.matching import possible_matches
from rightdoor.casework.clients.models import Client, ClientMerge
from rightdoor.casework.clients.queries import leaders, seen_merges
from rightdoor.casework.consents.actions.orders import record_subpoena
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import CaseClosed
from rightdoor.foundation import fence
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.oversight.privacy.actions.keeping import ask_before_time, place_hold
from rightdoor.oversight.privacy.queries.keeping import holds_on
from tests.casework.team import received, released, scheduled
from tests.casework.visiting import Visitor
from tests.people import OTHER_REGION, make_person

WHY = "Invented: the same aunt called twice."


def said(content: bytes) -> str:
    """A page without what differs from one answer to the next."""
    text = content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r'nonce="[^"]*"|"X-CSRFToken": "[^"]*"|&quot;X-CSRFToken&quot;: &quot;[^&]*&quot;', "", text)


def case_of(scene) -> Case:
    """A case whose staffing is still to come."""
    return scheduled(scene, received(scene)).case


@pytest.fixture
def two(scene) -> tuple[Case, Case]:
    """The case of the entry that is to lead, and of the one that is to follow."""
    return case_of(scene), case_of(scene)


@pytest.fixture
def merge(scene, two, now) -> ClientMerge:
    return merge_clients(scene.coordinator, two[0].client, two[1].client, why=WHY, now=now)


def offered(scene, referral, now):
    return [row.code for row in possible_matches(scene.coordinator, referral.client, now)]


@pytest.mark.req("INT-7")
def test_the_following_entry_is_offered_nowhere_and_its_likeness_lands_on_the_leading_one(scene, two, now):
    leading, following = two[0].client, two[1].client
    new = received(scene)
    before = possible_matches(scene.coordinator, new.client, now)
    assert {row.code for row in before} == {leading.code, following.code}

    merge = merge_clients(scene.coordinator, leading, following, why=WHY, now=now)

    assert offered(scene, new, now) == [leading.code]
    assert offered(scene, two[0].referral, now) == [new.client.code]
    assert leaders(scene.coordinator, [following.pk], now) == {following.pk: leading}
    part_clients(scene.coordinator, merge, now=now)
    assert possible_matches(scene.coordinator, new.client, now) == before


@pytest.mark.req("INT-7")
def test_an_alias_that_only_the_following_entry_has_leads_to_the_leading_one(scene, coordinator, now):
    told = {"source": "school", "channel": "standard", "region": "capital", "facts": {}, "story": "", "now": now}
    told |= {"whereabouts": Child(Who()).whereabouts}

    def entry(*names, aliases=()):
        who = Who(*names, aliases, date(2011, 3, 4))
        return referrals.receive_referral(coordinator, who=who, **told).client

    leading, following = entry("Amelia", "Fairweather"), entry("Zebulina", "Quagmire", aliases=("Bluebell",))
    new = entry("Bluebell", "Quagmire")
    merge_clients(coordinator, leading, following, why=WHY, now=now)

    (row,) = possible_matches(coordinator, new, now)

    assert (row.code, row.name) == (leading.code, "Amelia Fairweather")


@pytest.mark.req("INT-7")
def test_a_link_to_the_following_entry_lands_on_the_leading_one(scene, two, merge, now):
    new = received(scene)

    Visitor(scene.coordinator, now).post(f"/referrals/{new.code}/matches/", {"other": two[1].client.code, "go": "link"})

    new.client.refresh_from_db()
    assert new.client.linked_to_id == two[0].client_id
    assert Client.objects.get(pk=two[1].client_id).linked_to_id is None


@pytest.mark.req("INT-7")
def test_nothing_is_moved_and_undoing_leaves_both_as_they_were(scene, two, now):
    def everything():
        return (
            list(Client.objects.order_by("pk").values()),
            list(Identity.objects.order_by("pk").values()),
            list(Case.objects.order_by("pk").values()),
            list(Referral.objects.order_by("pk").values()),
        )

    before = everything()
    merge = merge_clients(scene.coordinator, two[0].client, two[1].client, why=WHY, now=now)
    assert everything() == before
    later = now + timedelta(days=400)
    part_clients(scene.coordinator, merge, now=later)
    part_clients(scene.coordinator, merge, now=later + timedelta(days=1))

    assert everything() == before
    merge.refresh_from_db()
    assert (merge.undone_at, merge.undone_by) == (later, scene.coordinator.code)
    assert seen_merges(scene.coordinator, [two[0].client_id], later) == []
    again = merge_clients(scene.coordinator, two[1].client, two[0].client, why=WHY, now=later)
    assert again.leading_id == two[1].client_id


@pytest.mark.req("INT-7", "PRIV-4")
def test_both_records_tell_of_it_and_the_reason_is_sealed(scene, two, merge, now):
    part_clients(scene.coordinator, merge, now=now)

    for verb in ("client.merged", "client.parted"):
        events = AuditEvent.objects.filter(verb=verb).values_list("subject", flat=True)
        assert sorted(events) == sorted(case.client.code for case in two)
    assert WHY.encode() not in bytes(merge.why_sealed)
    assert why_of(scene.coordinator, merge, now) == WHY


@pytest.mark.req("INT-7")
def test_sent_twice_it_stands_once(scene, two, merge, now):
    again = merge_clients(scene.coordinator, two[0].client, two[1].client, why="Other words.", now=now)

    assert again == merge
    assert ClientMerge.objects.count() == 1


@pytest.mark.req("INT-7", "PRIV-2")
@pytest.mark.parametrize("known", [0, 1])
def test_whoever_may_see_only_one_of_the_two_learns_nothing(scene, two, other_coordinator, now, known):
    """The very bytes of every page are those of before: of the leading entry's as of the following one's."""
    case, hidden = two[known], two[1 - known]
    member = make_person(
        "Dana Invented", now=now, roles=(("care_coordinator", OTHER_REGION),), discipline="care_coordinator"
    )
    give_standing(
        scene.coordinator,
        case.client,
        account_code=member.code,
        kind="shared",
        discipline="care_coordinator",
        about=case.code,
        starts_at=now,
        now=now,
    )
    pages = [f"/cases/{case.code}/{part}" for part in ("", "glance/", "people/", "team/", "together/")]
    pages += [f"/referrals/{case.referral.code}/", f"/referrals/{case.referral.code}/matches/", "/cases/"]
    visitor = Visitor(member, now)

    def seen():
        return {page: (visitor.get(page).status_code, said(visitor.get(page).content)) for page in pages}

    before = seen()
    assert before[pages[0]][0] == 200
    merge = merge_clients(scene.coordinator, two[0].client, two[1].client, why=WHY, now=now)

    assert seen() == before
    assert seen_merges(member, [case.client_id], now) == []
    nowhere = said(visitor.get("/merges/ZZZZ-2222/").content)
    for method, path in (("get", f"/merges/{merge.code}/"), ("post", f"/merges/{merge.code}/ending/")):
        answer = getattr(visitor, method)(path)
        assert (answer.status_code, said(answer.content)) == (404, nowhere)
    answer = visitor.get(f"/entries/{case.client.code}/merging/{hidden.client.code}/")
    assert (answer.status_code, said(answer.content)) == (404, nowhere)
    with pytest.raises(NotVisible):
        part_clients(member, merge, now=now)


@pytest.mark.req("INT-7", "PRIV-2")
def test_the_database_itself_shows_the_row_to_nobody_who_knows_one_of_the_two(scene, two, merge, now):
    member = make_person(
        "Dana Invented", now=now, roles=(("care_coordinator", OTHER_REGION),), discipline="care_coordinator"
    )
    give_standing(
        scene.coordinator, two[0].client, account_code=member.code, kind="shared",
        discipline="care_coordinator", about=two[0].code, starts_at=now, now=now,
    )  # fmt: skip

    with fence.acting_as(member, now):
        assert not ClientMerge.objects.exists()
    with fence.acting_as(scene.coordinator, now):
        assert ClientMerge.objects.count() == 1


@pytest.mark.req("INT-7", "CASE-2")
def test_the_leading_case_shows_the_other_lines_to_whom_each_is_open(scene, two, merge, now):
    (other,) = lines_that_follow(scene.coordinator, two[0], now)
    assert (other.code, other.case) == (two[1].client.code, two[1])
    assert "Case opened" in [line.what for line in other.lines]
    assert lines_that_follow(scene.coordinator, two[1], now) == []
    page = Visitor(scene.coordinator, now).page(f"/cases/{two[0].code}/")
    assert f"Kept together with {two[1].client.code}" in page
    glance = Visitor(scene.coordinator, now).page(f"/cases/{two[1].code}/glance/")
    assert f"Kept together with {two[0].client.code}, which leads" in glance
    assert f"/merges/{merge.code}/" in glance


@pytest.mark.req("INT-7", "CASE-2", "PRIV-2")
def test_each_line_of_the_other_is_there_only_by_its_own_decision(scene, two, merge):
    """The detective was invited to both, within the window of each; afterwards to neither."""
    at = two[0].staffings.get().starts_at
    record_subpoena(
        scene.coordinator, two[1].client, issued_by="Invented", number="", asked_for="All", received_at=at, now=at
    )
    own = timeline_of(scene.detective, two[1], at, standing_of(scene.detective, two[1], at), size=10).lines
    all_of_them = lines_that_follow(scene.coordinator, two[0], at)[0].lines

    (other,) = lines_that_follow(scene.detective, two[0], at)

    assert other.lines == own
    assert {line.what for line in all_of_them} - {line.what for line in own} == {"Subpoena recorded"}
    assert lines_that_follow(scene.detective, two[0], at + timedelta(days=30)) == []


@pytest.mark.req("INT-7")
def test_only_whoever_may_write_on_both_keeps_them_together(scene, two, other_coordinator, detective, now):
    for viewer in (other_coordinator, detective):
        with pytest.raises((NotVisible, NotPermitted)):
            merge_clients(viewer, two[0].client, two[1].client, why=WHY, now=now)
    assert not ClientMerge.objects.exists()


@pytest.mark.req("INT-7")
def test_what_was_decided_before_is_undone_first(scene, two, now):
    one, other = two[0].client, two[1].client
    third = case_of(scene).client
    with pytest.raises(RuleBroken, match="against itself"):
        merge_clients(scene.coordinator, one, one, why=WHY, now=now)
    with pytest.raises(RuleBroken, match="in a sentence"):
        merge_clients(scene.coordinator, one, other, why=" ", now=now)
    merge_clients(scene.coordinator, one, other, why=WHY, now=now)
    with pytest.raises(RuleBroken, match="Choose the one that leads"):
        merge_clients(scene.coordinator, other, third, why=WHY, now=now)
    with pytest.raises(RuleBroken, match="together with another"):
        merge_clients(scene.coordinator, third, one, why=WHY, now=now)
    with pytest.raises(RuleBroken, match="together with another"):
        merge_clients(scene.coordinator, third, other, why=WHY, now=now)
    keep_apart(scene.coordinator, one, third, now)
    with pytest.raises(RuleBroken, match="kept apart"):
        merge_clients(scene.coordinator, one, third, why=WHY, now=now)
    assert ClientMerge.objects.count() == 1


@pytest.mark.req("INT-7", "CASE-1")
def test_two_who_were_recorded_as_two_children_need_another_word(scene, now):
    children = [Child(Who("Nora", "Nowhere")), Child(Who("Noelle", "Nowhere"))]
    first, second = (
        one.client
        for one in receive_together(
            scene.coordinator, children=children, source="school", channel="standard", region="capital", now=now
        )
    )

    with pytest.raises(RuleBroken, match="two children"):
        merge_clients(scene.coordinator, first, second, why=WHY, now=now)
    visitor = Visitor(scene.coordinator, now)
    page = f"/entries/{first.code}/merging/{second.code}/"
    assert visitor.post(page, {"leading": first.code, "why": WHY}).status_code == 422
    assert visitor.post(page, {"leading": second.code, "why": WHY, "are_one": "on"}).status_code == 302
    assert ClientMerge.objects.get().leading == second


@pytest.mark.req("INT-7", "PRIV-6")
@pytest.mark.parametrize("what", ["hold", "disposal", "subpoena"])
@pytest.mark.parametrize("whose", [0, 1])
def test_a_hold_or_a_disposal_under_way_keeps_it_as_it_is_and_is_not_named(scene, two, now, what, whose):
    privacy = make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))
    case = two[whose]
    if what == "hold":
        place_hold(privacy, case, reason="litigation", told="Invented 1", now=now)
    elif what == "disposal":
        ask_before_time(privacy, case, reason="court_expungement", authority="Invented 12-3", now=now)
    else:
        record_subpoena(
            scene.coordinator, case.client, issued_by="Invented", number="", asked_for="All", received_at=now, now=now
        )

    with pytest.raises(RuleBroken, match="at present. Ask the privacy officer"):
        merge_clients(scene.coordinator, two[0].client, two[1].client, why=WHY, now=now)
    assert not ClientMerge.objects.exists()


@pytest.mark.req("INT-7", "PRIV-6")
@pytest.mark.parametrize("whose", [0, 1])
def test_a_hold_on_one_of_the_two_holds_the_other_until_they_are_parted(scene, two, merge, now, whose):
    privacy = make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))
    held, other = two[whose], two[1 - whose]
    hold = place_hold(privacy, held, reason="litigation", told="Invented 1", now=now)
    alone = case_of(scene).client.code
    codes = [other.client.code, alone]

    assert [(one.code, one.subject) for one in holds_on(system_viewer("test"), codes)] == [
        (hold.code, other.client.code)
    ]
    part_clients(scene.coordinator, merge, now=now)
    assert holds_on(system_viewer("test"), codes) == []


@pytest.mark.req("INT-7", "PRIV-2")
@pytest.mark.parametrize("narrow", [None, 0, 1])
def test_the_reason_tells_of_both_and_opens_only_where_both_are_open(scene, two, merge, now, narrow):
    """Somebody on both cases, with a release for each: of one of the two it may name another kind of record alone."""
    guest = make_person("Gail Invented", now=now, roles=(("team_member", ""),), discipline="victim_advocate")
    for place, case in enumerate(two):
        give_standing(
            scene.coordinator, case.client, account_code=guest.code, kind="assigned", discipline="victim_advocate",
            about=case.code, starts_at=now, now=now,
        )  # fmt: skip
        released(scene.coordinator, case.client, guest, "PLAN" if place == narrow else "CORE", now=now)

    assert why_of(guest, merge_for(guest, merge.code, now), now) == (WHY if narrow is None else "")


@pytest.mark.req("INT-7")
def test_an_entry_that_follows_one_unknown_to_the_viewer_is_refused_without_saying_why(scene, two, now):
    elsewhere = make_person(
        "Wendy Whole-State", now=now, roles=(("care_coordinator", "*"),), discipline="care_coordinator"
    )
    unknown = received(scene)
    merge_clients(elsewhere, unknown.client, two[1].client, why=WHY, now=now)
    Client.objects.filter(pk=unknown.client_id).update(region=OTHER_REGION)
    Referral.objects.filter(pk=unknown.pk).update(region=OTHER_REGION)

    with fence.acting_as(scene.coordinator, now), pytest.raises(RuleBroken, match="at present"):
        merge_clients(scene.coordinator, two[0].client, two[1].client, why=WHY, now=now)


@pytest.mark.req("INT-7", "CASE-12")
@pytest.mark.parametrize("whose", [0, 1])
def test_a_closed_case_refuses_it_and_still_lets_it_be_undone(scene, two, now, whose):
    def close(case):
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now)

    third = case_of(scene)
    merge = merge_clients(scene.coordinator, two[0].client, two[1].client, why=WHY, now=now)
    close(two[whose])

    part_clients(scene.coordinator, merge, now=now)

    merge.refresh_from_db()
    assert merge.undone_at == now
    pair = [two[whose].client, third.client]
    for leading, following in (pair, pair[::-1]):
        with pytest.raises(CaseClosed):
            merge_clients(scene.coordinator, leading, following, why=WHY, now=now)
    page = f"/entries/{pair[0].code}/merging/{pair[1].code}/"
    answer = Visitor(scene.coordinator, now).post(page, {"leading": pair[0].code, "why": WHY})
    assert answer.status_code == 422
    assert "This case is closed" in answer.content.decode()


@pytest.mark.req("INT-7", "PRIV-6")
@pytest.mark.parametrize("gone", [0, 1])
def test_a_record_that_is_destroyed_takes_the_tie_along_and_leaves_the_other(scene, two, merge, now, gone):
    codes = [case.client.code for case in two]
    erase_rows(system_viewer("test"), codes[gone], codes=[], subjects=[], now=now)

    assert not ClientMerge.objects.exists()
    assert list(Client.objects.filter(code__in=codes).values_list("code", flat=True)) == [codes[1 - gone]]


@pytest.mark.req("INT-7")
def test_the_pages_lead_from_the_comparison_to_both_and_back(scene, two, now):
    visitor, (leading, following) = Visitor(scene.coordinator, now), (case.client for case in two)
    new = f"/entries/{leading.code}/merging/{following.code}/"
    assert f"/merging/{leading.code}/" in visitor.page(f"/referrals/{received(scene).code}/matches/")
    assert "Are these two one child?" in visitor.page(new)

    refused = visitor.post(new, {"leading": leading.code, "why": ""})
    assert refused.status_code == 422
    answer = visitor.post(new, {"leading": leading.code, "why": WHY})
    merge = ClientMerge.objects.get()
    assert answer.headers["Location"] == f"/merges/{merge.code}/"
    assert visitor.get(new).headers["Location"] == f"/merges/{merge.code}/"
    page = visitor.page(f"/merges/{merge.code}/")
    assert WHY in page
    assert all(case.code in page for case in two)
    assert f"/merges/{merge.code}/" in visitor.page(f"/referrals/{two[1].referral.code}/")
    assert f"/merges/{merge.code}/" in visitor.page(f"/referrals/{two[1].referral.code}/matches/")

    answer = visitor.post(f"/merges/{merge.code}/ending/")

    assert answer.headers["Location"] == f"/cases/{two[0].code}/"
    assert visitor.get(f"/merges/{merge.code}/").status_code == 404
    with pytest.raises(NotVisible):
        merge_for(scene.coordinator, merge.code, now)


@pytest.mark.req("INT-7", "UX-4")
def test_words_that_are_too_long_come_back(scene, two, now):
    words = "Invented. " * 600
    page = f"/entries/{two[0].client.code}/merging/{two[1].client.code}/"

    answer = Visitor(scene.coordinator, now).post(page, {"leading": two[0].client.code, "why": words})

    assert answer.status_code == 422
    assert words.strip() in answer.content.decode()
    assert not ClientMerge.objects.exists()
