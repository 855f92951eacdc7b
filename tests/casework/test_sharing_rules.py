"""The sharing rules of practice.md 4.6 that the case and its meetings owe, each shown on the running product."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases import actions
from rightdoor.casework.cases.models import Case, visible_cases
from rightdoor.casework.cases.queries import CaseFilters, case_for, case_rows, shown_client
from rightdoor.casework.clients import actions as clients
from rightdoor.casework.clients.disclosure import decision_on, shown_names
from rightdoor.casework.clients.facts import facts_of
from rightdoor.casework.clients.finding import clients_named
from rightdoor.casework.clients.models import Client, Standing, visible_clients
from rightdoor.casework.staffings.actions import file_and_share_summary, open_summary
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.queries import staffing_for, staffings_at, summary_for
from rightdoor.community.meetings.actions import answer_invitation
from rightdoor.community.partners.actions import add_partner
from rightdoor.community.teams.actions import take_off_roster, withdraw_protocol
from rightdoor.community.teams.models import InvestigativeProtocol, RosterEntry
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import CLEARED, Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.codes import new_code
from tests.casework import team
from tests.casework.team import Scene
from tests.casework.visiting import Visitor
from tests.people import REGION, make_person


@pytest.fixture
def scene(coordinator, detective, advocate, now) -> Scene:
    """The district's protocol is on record; detective and advocate are on its roster."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def bare(coordinator, detective, advocate, now) -> Scene:
    """The same without any protocol."""
    return Scene(coordinator, detective, advocate, now, without_protocol=True)


def assigned(scene: Scene, viewer: Viewer, need: str = "investigation") -> Case:
    case = team.scheduled(scene, hours=240).case
    actions.add_to_case(
        scene.coordinator, case, account_code=viewer.code, discipline=viewer.discipline, need=need, now=scene.now
    )
    return case


def is_there(viewer: Viewer, case: Case, now) -> bool:
    try:
        case_for(viewer, case.code, now)
    except NotVisible:
        return False
    return True


def item_open(viewer: Viewer, case: Case, klass: str, now, **more) -> bool:
    item = Item(klass, more.pop("holder", case.holder), **more)
    return decision_on(viewer, case.client, item, now).allowed


@pytest.mark.rule("SR-01")
@pytest.mark.req("PRIV-2")
def test_without_release_or_protocol_an_assigned_member_has_no_case_at_all(bare):
    case = assigned(bare, bare.detective)
    visitor = Visitor(bare.detective, bare.now)

    for path in (f"/cases/{case.code}/", f"/referrals/{case.referral.code}/", f"/cases/{case.code}/grounds/"):
        assert visitor.get(path).status_code == 404
    assert case.code not in visitor.page("/cases/")
    assert case_rows(bare.detective, CaseFilters(), bare.now).rows == []
    assert not visible_clients(bare.detective, bare.now).exists()
    assert not visible_cases(bare.detective, bare.now).exists()

    team.released(bare.coordinator, case.client, bare.detective, "CORE", now=bare.now)
    assert visitor.get(f"/cases/{case.code}/").status_code == 200


@pytest.mark.rule("SR-01")
def test_an_invited_member_without_a_ground_sees_the_meeting_by_code_and_what_is_lacking(bare):
    staffing = team.scheduled(bare)
    at = staffing.starts_at
    visitor = Visitor(bare.detective, at)

    assert staffing.meeting.code in visitor.page("/meetings/")
    assert visitor.get(f"/staffings/{staffing.code}/").status_code == 404
    said = visitor.page(f"/meetings/{staffing.meeting.code}/staffings/")
    assert "signed release" in said
    assert "protocol" in said
    assert not any(word in said for word in (*team.SECRETS, staffing.code, staffing.case.code))


@pytest.mark.rule("SR-02")
@pytest.mark.parametrize("who", ["state_analyst", "administrator", "auditor"])
def test_a_role_for_the_whole_state_opens_no_case(request, scene, who):
    viewer = request.getfixturevalue(who)
    case = team.scheduled(scene).case

    assert not is_there(viewer, case, scene.now)
    assert shown_names(viewer, [case.client], scene.now)[case.client.code].name == ""


@pytest.mark.rule("SR-04")
def test_who_is_taken_off_a_case_finds_nothing_at_the_next_request(scene):
    case = assigned(scene, scene.detective)
    visitor = Visitor(scene.detective, scene.now)
    assert visitor.get(f"/cases/{case.code}/").status_code == 200

    actions.remove_from_case(scene.coordinator, case, account_code=scene.detective.code, now=scene.now)

    assert visitor.get(f"/cases/{case.code}/").status_code == 404
    assert case.code not in visitor.page("/cases/")


@pytest.mark.rule("SR-06")
def test_at_a_meeting_with_several_cases_each_sees_only_those_that_are_open_to_them(scene):
    first, second = team.scheduled(scene), team.scheduled(scene)
    Staffing.objects.filter(pk=second.pk).update(meeting=first.meeting)
    clients.end_standing(scene.coordinator, second.case.client, account_code=scene.advocate.code, now=scene.now)
    at = first.starts_at

    assert [one.pk for one in staffings_at(scene.detective, first.meeting.code, at)] == [first.pk, second.pk]
    assert [one.pk for one in staffings_at(scene.advocate, first.meeting.code, at)] == [first.pk]


@pytest.mark.rule("SR-07")
def test_a_search_for_a_hidden_name_finds_nothing(bare):
    case = assigned(bare, bare.detective)

    assert clients_named(bare.detective, "Nora Nowhere", bare.now) == []
    assert case.client.code not in _found(bare.detective, "Nora", bare.now)
    assert [one.code for one in clients_named(bare.coordinator, "Nora Nowhere", bare.now)] == [case.client.code]


@pytest.mark.rule("SR-07")
def test_a_search_finds_a_name_on_the_protocol_and_no_longer_after_it(scene):
    case = assigned(scene, scene.detective)
    assert [one.code for one in clients_named(scene.detective, "Nora Nowhere", scene.now)] == [case.client.code]

    withdraw_protocol(_administrator(), InvestigativeProtocol.objects.get(), now=scene.now)

    assert clients_named(scene.detective, "Nora Nowhere", scene.now) == []


@pytest.mark.rule("SR-08")
def test_who_is_alike_is_asked_among_visible_records_and_never_by_an_advocate(scene, other_coordinator):
    from rightdoor.casework.clients.matching import possible_matches

    one, other = team.received(scene).client, team.received(scene).client
    assert [row.code for row in possible_matches(scene.coordinator, one, scene.now)] == [other.code]

    clients.declare_conflict(scene.coordinator, other, account_code=scene.coordinator.code, now=scene.now)
    assert possible_matches(scene.coordinator, one, scene.now) == []
    with pytest.raises(NotPermitted):
        possible_matches(scene.advocate, one, scene.now)


@pytest.mark.rule("SR-12")
def test_a_withdrawn_item_is_read_by_its_holder_alone(scene):
    case = assigned(scene, scene.detective)
    team.released(scene.coordinator, case.client, scene.detective, "CORE", now=scene.now)

    assert item_open(scene.detective, case, "CORE", scene.now)
    assert not item_open(scene.detective, case, "CORE", scene.now, withdrawn=True)
    assert item_open(scene.coordinator, case, "CORE", scene.now, withdrawn=True)


@pytest.mark.rule("SR-13")
def test_what_an_agency_that_keeps_its_records_apart_creates_is_nowhere_else(scene, administrator):
    agency = add_partner(
        administrator,
        name="Invented Shelter",
        discipline="victim_advocate",
        level="private",
        regions=[REGION],
        keeps_own_records=True,
        now=scene.now,
    )
    client = team.received(scene).client
    assert client in visible_clients(scene.coordinator, scene.now)
    Client.objects.filter(pk=client.pk).update(holder=agency.code)
    client.refresh_from_db()

    assert client not in visible_clients(scene.coordinator, scene.now)
    assert shown_names(scene.coordinator, [client], scene.now)[client.code].name == ""
    assert clients_named(scene.coordinator, "Nora Nowhere", scene.now) == []


@pytest.mark.rule("SR-14")
def test_an_advocate_comes_to_the_meeting_without_being_asked_about_the_client(bare):
    staffing = team.scheduled(bare)
    answer_invitation(bare.advocate, staffing.meeting, answer="accepted", now=bare.now)

    page = Visitor(bare.advocate, bare.now).page(f"/meetings/{staffing.meeting.code}/")

    assert "textarea" not in page
    assert not any(secret in page for secret in team.SECRETS)


@pytest.mark.rule("SR-16")
def test_who_works_at_anothers_desk_keeps_the_rules_of_their_own_employer(scene):
    case = assigned(scene, scene.advocate, need="advocacy")

    assert item_open(scene.advocate, case, "ADV", scene.now, holder=scene.advocate.agency)
    assert not item_open(scene.advocate, case, "LE", scene.now, holder=scene.detective.agency, fields=frozenset({"a"})
                         ) or decision_on(scene.advocate, case.client, Item("LE", scene.detective.agency), scene.now
                                          ).status_only  # fmt: skip
    assert not item_open(scene.detective, case, "ADV", scene.now, holder=scene.advocate.agency)


@pytest.mark.rule("SR-19")
@pytest.mark.parametrize("lacking", ["protocol", "second person", "roster", "engaged", "need", "nothing"])
def test_the_teams_ground_needs_protocol_roster_a_place_on_the_case_and_a_need(scene, lacking):
    case = assigned(scene, scene.detective, need="" if lacking == "need" else "investigation")
    if lacking == "protocol":
        withdraw_protocol(_administrator(), InvestigativeProtocol.objects.get(), now=scene.now)
    elif lacking == "second person":
        InvestigativeProtocol.objects.update(seconded_at=None, seconded_by="")
    elif lacking == "roster":
        entry = RosterEntry.objects.get(account__code=scene.detective.code)
        take_off_roster(_administrator(), entry, now=scene.now)
    elif lacking == "engaged":
        Standing.objects.filter(account_code=scene.detective.code).delete()

    assert is_there(scene.detective, case, scene.now) is (lacking == "nothing")


@pytest.mark.rule("SR-20")
def test_when_the_investigation_ends_the_teams_ground_ends_and_what_was_handed_over_stays(scene):
    staffing = team.held(scene)
    shared_at = staffing.starts_at + timedelta(hours=2)
    summary = file_and_share_summary(scene.coordinator, staffing, now=shared_at)
    assert is_there(scene.detective, staffing.case, shared_at)

    Case.objects.filter(pk=staffing.case_id).update(mode="ongoing")

    assert not is_there(scene.detective, staffing.case, shared_at)
    with pytest.raises(NotVisible):
        staffing_for(scene.detective, staffing.code, shared_at)
    later = shared_at + timedelta(days=30)
    opened = open_summary(scene.detective, summary_for(scene.detective, summary.code, later), now=later)
    assert opened.body["case"] == staffing.case.code
    assert opened.plan is None
    assert AuditEvent.objects.filter(verb="summary.opened", basis="shared").exists()


@pytest.mark.rule("SR-20")
def test_a_summary_goes_only_to_whom_the_rule_opens_it_at_that_moment(scene):
    staffing = team.held(scene)
    entry = RosterEntry.objects.get(account__code=scene.advocate.code)
    take_off_roster(_administrator(), entry, now=staffing.starts_at)

    summary = file_and_share_summary(scene.coordinator, staffing, now=staffing.starts_at + timedelta(hours=2))

    assert [row.account_code for row in summary.shares.all()] == [scene.detective.code]
    with pytest.raises(NotVisible):
        summary_for(scene.advocate, summary.code, staffing.starts_at + timedelta(hours=3))


@pytest.mark.rule("SR-20")
def test_no_task_is_handed_to_somebody_to_whom_nothing_is_open(bare):
    from rightdoor.casework.staffings.actions import add_action_item

    staffing = team.scheduled(bare)
    with pytest.raises(RuleBroken, match="release"):
        add_action_item(
            bare.coordinator,
            staffing,
            topic="medical_evaluation",
            text="Call the clinic.",
            owner=bare.advocate.code,
            due_on=staffing.starts_at.date() + timedelta(days=2),
            now=staffing.starts_at,
        )


@pytest.mark.rule("SR-21")
def test_another_districts_roster_opens_nothing(scene):
    from rightdoor.foundation.jurisdiction.active import active_pack

    case = assigned(scene, scene.detective)
    assert is_there(scene.detective, case, scene.now)
    elsewhere = next(one.key for one in active_pack().sharing.districts if one.key != case.district)
    team.has_protocol(elsewhere, scene.advocate, now=scene.now)

    actions.change_district(scene.coordinator, case, district=elsewhere, now=scene.now)
    assert not is_there(scene.detective, case, scene.now)
    actions.change_district(scene.coordinator, case, district="", now=scene.now)
    assert not is_there(scene.detective, case, scene.now)
    with pytest.raises(RuleBroken):
        actions.change_district(scene.coordinator, case, district="nowhere", now=scene.now)


@pytest.mark.rule("SR-21")
def test_a_case_opens_in_the_district_of_the_childs_area(scene):
    assert team.scheduled(scene).case.district == team.district_of(REGION)


@pytest.mark.rule("SR-22")
def test_police_see_where_the_child_is_only_on_a_release_to_them_by_name(scene):
    from rightdoor.casework.clients.disclosure import open_identity

    case = assigned(scene, scene.detective)
    assert open_identity(scene.detective, case.client, scene.now, "test").whereabouts is None
    team.released(scene.coordinator, case.client, scene.detective, "LOC", now=scene.now, initialled=("LOC",))
    assert open_identity(scene.detective, case.client, scene.now, "test").whereabouts is None

    team.released(
        scene.coordinator,
        case.client,
        scene.detective,
        "LOC",
        now=scene.now,
        initialled=("LOC",),
        to_account=scene.detective.code,
        names_intermediary=True,
    )
    opened = open_identity(scene.detective, case.client, scene.now, "test")
    assert opened.whereabouts.address == "1 Invented Street"


@pytest.mark.rule("SR-23")
def test_who_reported_is_hidden_from_everybody_but_child_welfare_police_and_prosecutor(scene):
    case = assigned(scene, scene.detective)
    actions.add_to_case(
        scene.coordinator,
        case,
        account_code=scene.advocate.code,
        discipline="victim_advocate",
        need="advocacy",
        now=scene.now,
    )
    team.released(scene.coordinator, case.client, scene.advocate, "REP", now=scene.now)

    assert item_open(scene.detective, case, "REP", scene.now)
    assert not item_open(scene.advocate, case, "REP", scene.now)


@pytest.mark.rule("SR-34")
def test_a_survivor_consultant_is_put_on_no_case_and_invited_to_none(scene):
    case = team.scheduled(scene).case
    consultant = make_person(
        "Sara Survivor", now=scene.now, roles=(("team_member", REGION),), discipline="survivor_consultant"
    )
    with pytest.raises(RuleBroken, match="on no case"):
        actions.add_to_case(scene.coordinator, case, account_code=consultant.code, discipline="medical", now=scene.now)
    Standing.objects.create(
        client=case.client, account_code=consultant.code, kind="assigned", need="care", starts_at=scene.now,
        given_by=scene.coordinator.code,
    )  # fmt: skip
    team.released(scene.coordinator, case.client, consultant, "CORE", now=scene.now)
    assert not is_there(consultant, case, scene.now)


@pytest.mark.rule("SR-35")
def test_the_former_case_of_a_consultant_is_closed_to_them_and_their_colleagues(scene):
    case = assigned(scene, scene.detective)
    assert is_there(scene.detective, case, scene.now)

    block = clients.declare_conflict(
        scene.coordinator, case.client, why="own_past", agency_code=scene.detective.agency, now=scene.now
    )

    assert not is_there(scene.detective, case, scene.now)
    assert case.code not in Visitor(scene.detective, scene.now).page("/cases/")
    clients.lift_block(scene.coordinator, block, now=scene.now)
    assert is_there(scene.detective, case, scene.now)


def test_who_says_i_know_this_person_is_kept_apart_at_once_with_a_release_or_without(scene):
    from rightdoor.foundation.notices.models import Notice

    case = assigned(scene, scene.detective)
    team.released(scene.coordinator, case.client, scene.detective, "CORE", "ID", now=scene.now)
    visitor, path = Visitor(scene.detective, scene.now), f"/cases/{case.code}/"
    assert "closes to you at once" in visitor.page(f"{path}conflict/")

    assert visitor.post(f"{path}conflict/").status_code == 302

    for there in (path, f"{path}conflict/", f"{path}grounds/"):
        assert visitor.get(there).status_code == 404
    told = Notice.objects.get(kind="case.conflict_declared")
    assert (told.account_code, told.code) == (scene.coordinator.code, case.code)
    said = Visitor(scene.coordinator, scene.now).page(f"{path}grounds/")
    assert "A conflict of interest" in said


def test_a_coordinator_who_knows_the_person_is_kept_apart_everywhere(scene):
    case = team.scheduled(scene).case
    actions.declare_own_conflict(scene.coordinator, case, now=scene.now)
    visitor, staffing = Visitor(scene.coordinator, scene.now), case.staffings.get()

    for path in (f"/cases/{case.code}/", f"/referrals/{case.referral.code}/", f"/staffings/{staffing.code}/"):
        assert visitor.get(path).status_code == 404, path
    pages = {path: visitor.page(path) for path in ("/", "/cases/", "/referrals/", "/referrals/?clock=running")}
    for path, page in (*pages.items(), ("find", _found(scene.coordinator, "Nora", scene.now))):
        assert case.code not in page, path
        assert case.referral.code not in page, path
        assert staffing.code not in page, path


@pytest.mark.rule("SR-13")
def test_what_awaited_a_person_is_gone_from_the_desk_once_they_are_kept_apart(scene):
    colleague = make_person("Kim Colleague", now=scene.now, roles=(("care_coordinator", REGION),))
    staffing = team.scheduled(scene)
    case, desk = staffing.case, Visitor(colleague, scene.now)
    assert case.referral.code in desk.page("/")  # it was received

    actions.keep_apart_from_case(scene.coordinator, case, account_code=colleague.code, why="alleged", now=scene.now)

    page = desk.page("/")
    for code in (case.code, case.referral.code, staffing.code, staffing.meeting.code):
        assert code not in page


@pytest.mark.rule("SR-13")
def test_whoever_is_kept_apart_is_not_told_that_the_child_is_missing(scene):
    from rightdoor.casework.missing.actions import start_episode
    from rightdoor.foundation.notices.models import Notice

    case = assigned(scene, scene.detective)
    actions.add_to_case(
        scene.coordinator,
        case,
        account_code=scene.advocate.code,
        discipline="victim_advocate",
        need="care",
        now=scene.now,
    )
    clients.declare_conflict(
        scene.coordinator, case.client, account_code=scene.detective.code, why="alleged", now=scene.now
    )

    start_episode(scene.coordinator, case, learned_at=scene.now, now=scene.now)

    told = Notice.objects.filter(kind="missing.alert").values_list("account_code", flat=True)
    assert list(told) == [scene.advocate.code]


@pytest.mark.rule("SR-13")
def test_nobody_who_is_kept_apart_is_asked_to_second_a_slower_response(scene):
    from rightdoor.casework.referrals.queries import seconders_for

    colleague = make_person("Kim Colleague", now=scene.now, roles=(("care_coordinator", REGION),))
    referral = team.received(scene)
    assert colleague.code in {one.code for one in seconders_for(referral, scene.coordinator.code, scene.now)}

    clients.declare_conflict(
        scene.coordinator, referral.client, account_code=colleague.code, why="alleged", now=scene.now
    )

    assert colleague.code not in {one.code for one in seconders_for(referral, scene.coordinator.code, scene.now)}


@pytest.mark.rule("SR-42")
def test_entries_that_are_linked_do_not_open_each_other(scene):
    case = assigned(scene, scene.detective)
    sibling = team.scheduled(scene, hours=240).case
    clients.link_clients(scene.coordinator, case.client, sibling.client, scene.now)

    assert is_there(scene.detective, case, scene.now)
    assert not is_there(scene.detective, sibling, scene.now)
    assert [one.pk for one in visible_clients(scene.detective, scene.now)] == [case.client.pk]


@pytest.mark.rule("SR-43")
def test_a_closed_case_is_read_by_its_holder_alone(scene):
    case = assigned(scene, scene.detective)
    team.released(scene.coordinator, case.client, scene.detective, "CORE", now=scene.now)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=scene.now)

    assert not is_there(scene.detective, case, scene.now)
    assert shown_client(scene.coordinator, case, scene.now).name == "Nora Nowhere"


def test_facts_cost_one_query_for_one_client_and_for_many(scene, django_assert_num_queries):
    found = [team.scheduled(scene, hours=240).case.client for _ in range(3)]
    for some in (found[:1], found):
        with django_assert_num_queries(1):
            facts = facts_of(scene.detective, some, scene.now)
        assert set(facts) == {client.pk for client in some}


def test_the_event_of_a_reading_names_its_ground(scene):
    case = assigned(scene, scene.detective)
    shown_client(scene.detective, case, scene.now)
    team_event = AuditEvent.objects.filter(verb="client.identity_seen", actor=scene.detective.code).get()
    assert (team_event.basis, team_event.details["grounds"]) == ("mdt", [case.district])

    withdraw_protocol(_administrator(), InvestigativeProtocol.objects.get(), now=scene.now)
    ground = team.released(scene.coordinator, case.client, scene.detective, "CORE", "ID", now=scene.now)
    Visitor(scene.detective, scene.now).page(f"/cases/{case.code}/")
    read = AuditEvent.objects.filter(verb="case.timeline_read", actor=scene.detective.code).get()
    assert (read.basis, read.details["ground"]) == ("roi", ground.code)


def test_the_coordinator_reads_who_may_see_what_on_which_ground(scene, other_member):
    case = assigned(scene, scene.detective)
    actions.add_to_case(
        scene.coordinator, case, account_code=other_member.code, discipline="school", need="care", now=scene.now
    )
    page = Visitor(scene.coordinator, scene.now).page(f"/cases/{case.code}/grounds/")

    assert "The protocol of the investigative team:" in page
    assert "Nothing. No release" in page  # the teacher, who waits for one
    assert "own agency" not in Visitor(scene.coordinator, scene.now).page(f"/cases/{case.code}/")
    mine = Visitor(scene.detective, scene.now).page(f"/cases/{case.code}/grounds/")
    assert "Keep apart from this case" not in mine
    assert "A signed release to you by name, for a time." in mine


def test_of_a_class_whose_status_alone_is_open_only_the_date_is_shown(scene):
    from rightdoor.casework.plans.actions import adopt_plan
    from rightdoor.foundation.jurisdiction.templatetags.words import day

    staffing = team.held(scene)
    at = staffing.starts_at + timedelta(hours=1)
    path = f"/cases/{staffing.case.code}/glance/"
    assert "Adopted" not in Visitor(scene.detective, at).page(path)
    plan = staffing.case.plans.get()
    adopt_plan(scene.coordinator, plan, now=at)

    page = Visitor(scene.detective, at).page(path)

    assert f"Adopted {day(at)}" in page
    assert f"/plans/{plan.code}/" not in page
    assert "To stay near a sister." not in page
    assert AuditEvent.objects.filter(actor=scene.detective.code, verb="plan.read", basis="status").exists()
    assert Visitor(scene.detective, at).get(f"/plans/{plan.code}/").status_code == 404


def test_the_coordinator_puts_members_on_says_what_for_and_takes_them_off(scene):
    case = team.scheduled(scene, hours=240).case
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/"
    assert visitor.post(f"{path}members/", {"account": scene.detective.code, "need": ""}).status_code == 422
    sent = {"account": scene.detective.code, "need": "investigation"}
    assert visitor.post(f"{path}members/", sent).status_code == 302
    assert is_there(scene.detective, case, scene.now)

    assert visitor.post(f"{path}blocks/", {"account": scene.detective.code, "why": "alleged"}).status_code == 302
    assert not is_there(scene.detective, case, scene.now)
    block = case.client.blocks.get()
    assert visitor.post(f"{path}blocks/{block.code}/ending/").status_code == 302
    assert is_there(scene.detective, case, scene.now)

    assert visitor.post(f"{path}members/{scene.detective.code}/ending/").status_code == 302
    assert not is_there(scene.detective, case, scene.now)


def _found(viewer: Viewer, text: str, now) -> str:
    return Visitor(viewer, now).post("/find/", {"text": text}).content.decode()


def _administrator() -> Viewer:
    return Viewer(new_code(), frozenset({"administrator"}), frozenset({"*"}), new_code(), "", clearance=CLEARED)


def test_the_accounts_of_these_tests_are_on_the_roster(scene):
    listed = set(RosterEntry.objects.values_list("account__code", flat=True))
    assert listed == {scene.detective.code, scene.advocate.code}
    assert Account.objects.filter(code__in=listed).count() == 2
