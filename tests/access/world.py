"""One child's whole way through the acts, with everybody who could be tempted to look. All people are invented.

The acts happen at BEGAN; the pages are asked weeks later, so that the guest's window has long closed while the team's
member is still on the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from django.test import Client as Browser

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.exports import CASES
from rightdoor.casework.cases.merging.actions import merge_clients
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.moving.actions import ask_transfer
from rightdoor.casework.cases.queries import CaseFilters
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.closure import actions as closure
from rightdoor.casework.consents.actions import coordination, disclosures, orders, releases
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed
from rightdoor.casework.documents.actions import add_document
from rightdoor.casework.intake import actions as intake
from rightdoor.casework.intake.models import Report
from rightdoor.casework.justice.actions import record_entry, record_relief
from rightdoor.casework.missing import actions as missing
from rightdoor.casework.missing.told import PlannedLine, PlanTold
from rightdoor.casework.notes.actions import write_note, write_sheet
from rightdoor.casework.notes.queries import Told
from rightdoor.casework.plans import actions as plans
from rightdoor.casework.plans.decisions.actions import record_shared_decision
from rightdoor.casework.plans.reviews import actions as plan_reviews
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.exports import ask_export
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.referrals.queries import ReferralFilters
from rightdoor.casework.safety.actions import adopt_safety_plan, write_safety_plan
from rightdoor.casework.screening import actions as screening
from rightdoor.casework.screening.bringing.actions import bring_results
from rightdoor.casework.screening.bringing.reading import Line
from rightdoor.casework.services.actions import make_service_referral
from rightdoor.casework.staffings import actions as staffings
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.packets.actions import make_packet
from rightdoor.community.assessments.actions import add_action_step, begin_assessment
from rightdoor.community.meetings.actions import Invitee, convene_meeting, make_feed
from rightdoor.community.partners.actions import add_partner, assess_partnership
from rightdoor.community.program.actions import Told as ProjectTold
from rightdoor.community.program.actions import begin_project
from rightdoor.community.surveys.actions import add_step, begin_round
from rightdoor.community.teams.actions import found_team, seat_member
from rightdoor.community.teams.models import RosterEntry
from rightdoor.domain.partnership import LevelTold
from rightdoor.domain.permission import Viewer
from rightdoor.domain.service_plan import GoalReviewed
from rightdoor.domain.shared_decision import Choice, Option
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.fence.base import forget
from rightdoor.foundation.imports.keeping import send_sheet
from rightdoor.foundation.imports.reading import Row, Table
from rightdoor.foundation.questionnaires.kept import shipped
from rightdoor.oversight.annual_reports.actions import draft as draft_report
from rightdoor.oversight.annual_reports.models import AnnualReport, AnnualReportFile
from rightdoor.oversight.emergency.opening import open_in_emergency
from rightdoor.oversight.exports import actions as exports
from rightdoor.oversight.privacy.actions.keeping import ask_before_time, place_hold
from rightdoor.oversight.privacy.models import UnusualReading
from rightdoor.oversight.submissions.actions import begin_year, freeze_list, list_source, make_code, say_nobody
from rightdoor.oversight.submissions.queries import entry_at
from tests.casework.staffings.releasing import core_release
from tests.casework.team import CONFIRMED, Scene, held, received, scheduled
from tests.oversight.statistics.counted import busy_year, keep
from tests.people import OTHER_REGION, REGION, make_person
from tests.signing_in import sign_in

BEGAN = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
ASKED = BEGAN + timedelta(days=30)
ACTORS = (
    "coordinator",
    "elsewhere",
    "member",
    "guest",
    "stranger",
    "analyst",
    "auditor",
    "administrator",
    "anonymous",
)
ELIGIBLE: Mapping[str, Any] = {
    "kind": "sex",
    "relationship": "third_party",
    "setting": "online",
    "victim_status": "confirmed",
    "age": 15,
    "age_is_estimated": False,
    "is_trafficking": True,
    "allegation_verifiable": True,
    "information_adequate": True,
}


@dataclass
class World:
    """Who is there, and the codes under which the records stand."""

    people: dict[str, Viewer]
    codes: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def browser(self, actor: str) -> Browser:
        """Signed in as this person since the moment at which the pages are asked; anonymous is nobody."""
        browser = Browser(raise_request_exception=False)
        return browser if actor == "anonymous" else sign_in(browser, self.people[actor], at=ASKED)


def make_review(coordinator: Viewer, case: Case) -> dict[str, str]:
    """A review in which nobody takes part but its coordinator, what it recommends, and a lesson out of it."""
    review = closure.begin_review(coordinator, case, trigger="serious_event", participants=[], now=ASKED)
    asked = closure.recommend(
        coordinator,
        review,
        text="Invented words of a recommendation.",
        owner=coordinator.code,
        due_on=(ASKED + timedelta(days=9)).date(),
        now=ASKED,
    )
    lesson = closure.write_lesson(
        coordinator, review, text="Call the clinic before the staffing and ask who may come.", now=ASKED
    )
    return {"review": review.code, "recommendation": asked.code, "lesson": lesson.code}


def make_people() -> dict[str, Viewer]:
    """Everybody of the matrix, and the desks that a report goes through."""
    coordinates = (("care_coordinator", REGION),)
    return {
        "coordinator": make_person("Cora Capital", now=BEGAN, roles=coordinates, discipline="care_coordinator"),
        "elsewhere": make_person(
            "Otto Elsewhere", now=BEGAN, roles=(("care_coordinator", OTHER_REGION),), discipline="care_coordinator"
        ),
        "member": make_person(
            "Mina Member", now=BEGAN, roles=(("team_member", REGION),), discipline="local_law_enforcement"
        ),
        "guest": make_person("Gus Guest", now=BEGAN, roles=(("team_member", REGION),), discipline="victim_advocate"),
        "stranger": make_person("Sam Stranger", now=BEGAN, roles=(("team_member", REGION),), discipline="school"),
        "analyst": make_person("Ann Analyst", now=BEGAN, roles=(("state_analyst", ""),)),
        "auditor": make_person("Abe Auditor", now=BEGAN, roles=(("auditor", ""),)),
        "administrator": make_person("Adam Administrator", now=BEGAN, roles=(("administrator", ""),)),
        "kept_apart": make_person(
            "Kim Kept-Apart", now=BEGAN, roles=(("team_member", REGION),), discipline="child_welfare"
        ),
        "reviewer": make_person("Rita Reviewer", now=BEGAN, roles=(("alliance_reviewer", ""),)),
        "officer": make_person("Dora Duty", now=BEGAN, roles=(("duty_officer", ""),), discipline="child_welfare"),
        "privacy": make_person("Petra Privacy", now=BEGAN, roles=(("privacy_officer", ""),)),
        "desk": make_person("Wanda Welfare", now=BEGAN, roles=(("child_welfare_desk", ""),)),
    }


def make_figures(analyst: Viewer, agency: str) -> dict[str, str]:
    """A year of figures that is open, a source that served nobody and said so by its code, the draft of a report."""
    year = begin_year(
        analyst, year=BEGAN.year - 1, opens_on=date(BEGAN.year, 1, 2), due_on=date(BEGAN.year, 12, 1), now=BEGAN
    )
    source = list_source(analyst, year, agency=agency, kind="provider", now=BEGAN)
    freeze_list(analyst, year, now=BEGAN)
    entry = entry_at(make_code(analyst, source, after=0, now=BEGAN), BEGAN)
    assert entry is not None
    say_nobody(NOBODY, entry, role="director", now=BEGAN)
    annual = draft_report(analyst, year=year.year, now=BEGAN)
    make_published(2024)
    return {"figures": year.code, "figures_source": source.code, "annual": annual.code}


def make_published(year: int) -> None:
    """A report that anybody may read, as short as can be."""
    kept = {"inputs_sealed": b"0", "built_sealed": b"0", "certificate_hash": "0", "inputs_hash": "0"}
    acts = {"drafted_by": "AAAA-AAAA", "authors": ["AAAA-AAAA"], "signed_by": "BBBB-BBBB", "published_by": "AAAA-AAAA"}
    times = dict.fromkeys(("drafted_at", "signed_at", "published_at"), BEGAN)
    document = {"title": "Nothing", "state": "State of Example"}
    report = AnnualReport.objects.create(
        year=year, state="published", document=document, is_for_release=True, files_pass=True, **kept, **acts, **times
    )
    for ending in ("en.html", "es.html", "csv"):
        AnnualReportFile.objects.create(report=report, name=f"annual-report-{year}.{ending}", content=b"-", digest="0")


def make_exports(analyst: Viewer) -> dict[str, str]:
    """Rows for research and exact counts that nobody has decided on, and a report to a funder about nobody."""
    year = BEGAN.year - 1
    last = date(BEGAN.year + 1, 1, 2)
    asked = exports.Request("Nobody", "Made Up University", "A question.", "IRB-1", last, last, ["age"], year, year)
    exact = exports.ReportAsked("voca", year, "q4", "", "Invented Office", is_exact=True, ground="voca")
    report = exports.ReportAsked("voca", year, "q4", "", "Invented Office", is_exact=False)
    return {
        "extract": exports.ask_extract(analyst, asked=asked, now=BEGAN).code,
        "exact_request": exports.ask_report(analyst, asked=exact, now=BEGAN).code,
        "grant_report": exports.make_report(analyst, asked=report, now=BEGAN).code,
    }


def make_world(*, story: str = "Invented words about what happened.") -> World:
    """A report, a fresh referral, a case after its staffing, one before it, a meeting, an agency, a team."""
    people = make_people()
    world = World({**people, "anonymous": NOBODY})
    coordinator, member, guest = people["coordinator"], people["member"], people["guest"]
    scene = Scene(coordinator, member, guest, BEGAN)

    report = make_report(people, region=REGION, story=story)
    fresh = make_referral(coordinator, story=story)
    after = held(scene)
    _put_on(coordinator, after, member)
    summary = staffings.file_and_share_summary(coordinator, after, now=BEGAN + timedelta(hours=30))
    before = scheduled(scene, received(scene, facts=CONFIRMED), hours=30)
    _put_on(coordinator, before, member)
    awaiting = received(scene)  # its tier is set, and nobody has called the team yet
    team_meeting = convene_meeting(
        coordinator,
        region=REGION,
        kind="team",
        mode="virtual",
        starts_at=ASKED + timedelta(days=2),
        ends_at=ASKED + timedelta(days=2, hours=1),
        invitees=[Invitee(member.code, "local_law_enforcement", "core")],
        now=BEGAN,
    )
    about_the_work = convene_meeting(
        coordinator,
        region=REGION,
        kind="advisory",
        mode="virtual",
        starts_at=ASKED + timedelta(days=3),
        ends_at=ASKED + timedelta(days=3, hours=1),
        invitees=[Invitee(member.code, "local_law_enforcement", "core")],
        now=BEGAN,
    )
    agency = add_partner(
        people["administrator"],
        name="Invented Advocacy Center",
        discipline="victim_advocate",
        level="local",
        regions=[REGION],
        now=BEGAN,
    )
    house = add_partner(
        people["administrator"],
        name="Invented Youth House",
        discipline="school",
        level="local",
        regions=[REGION],
        now=BEGAN,
    )
    together = assess_partnership(
        coordinator,
        region=REGION,
        agencies=(agency, house),
        told=LevelTold("cooperation", ["partnership"], BEGAN.date(), "Invented words.", ASKED.date()),
        seen=0,
        now=BEGAN,
    )
    team = found_team(people["administrator"], region=REGION, now=BEGAN)
    seat = seat_member(
        people["administrator"],
        team,
        account=Account.objects.get(code=member.code),
        discipline="local_law_enforcement",
        now=BEGAN,
    )
    world.rows = {
        "report": report,
        "fresh": fresh,
        "staffing": before,
        "held": after,
        "case": after.case,
        "plan": after.case.plans.get(),
        "summary": summary,
        "meeting": team_meeting,
        "agency": agency,
    }
    world.codes = {name: row.code for name, row in world.rows.items()}
    world.codes["about_the_work"] = about_the_work.code
    world.codes["partnership"] = together.partnership.code
    survey = begin_round(
        coordinator,
        region=REGION,
        instrument=shipped()["collaboration-short"],
        title="Invented round",
        opens_on=BEGAN.date(),
        closes_on=BEGAN.date() + timedelta(days=20),
        people=[(member.code, "local_law_enforcement")],
        handed_out={"youth": 5},
        now=BEGAN,
    ).round
    world.codes["survey"] = survey.code
    world.codes["survey_step"] = add_step(
        coordinator,
        survey,
        factor="trust",
        text="Invented step.",
        owner=coordinator.code,
        due_on=ASKED.date(),
        now=ASKED,
    ).code
    world.codes |= make_figures(people["analyst"], agency.code)
    world.codes |= make_exports(people["analyst"])
    keep(BEGAN.year - 2, busy_year(), BEGAN)  # a closed year of the whole state
    assessment = begin_assessment(
        coordinator,
        instrument=shipped()["program-implementation-evaluation"],
        region=REGION,
        label="2026",
        now=BEGAN,
    )
    world.codes["assessment"] = assessment.code
    world.codes["action_step"] = add_action_step(
        coordinator,
        assessment,
        item="team-membership",
        text="Invented step.",
        due_on=(ASKED + timedelta(days=9)).date(),
        owner=Account.objects.get(code=member.code),
        now=BEGAN,
    ).code
    world.codes["project"] = begin_project(
        coordinator,
        region=REGION,
        told=ProjectTold("Invented title", "Invented words about a need.", ["prevention"]),
        now=BEGAN,
    ).code
    world.codes["entry"], world.codes["other_entry"] = fresh.client.code, awaiting.client.code
    leading, following = received(scene).client, received(scene).client
    merge = merge_clients(coordinator, leading, following, why="Invented: one aunt called twice.", now=BEGAN)
    world.codes["merge"] = merge.code
    world.codes["export"] = ask_export(
        coordinator, filters=ReferralFilters(), purpose="quality", basis="own_records", now=ASKED
    ).code
    world.codes["case_export"] = ask_export(
        coordinator, filters=CaseFilters(), purpose="quality", basis="own_records", now=ASKED, listing=CASES
    ).code
    sheet = Table(("Given name", "Date received"), (Row(2, ("Invented", "03/02/2026")),))
    for name, kind in (("log", "referral_log"), ("list", "case_list")):
        world.codes[name] = send_sheet(coordinator, kind=kind, name="invented.csv", table=sheet, now=ASKED).code
    world.codes["transfer"] = ask_transfer(
        coordinator, before.case, to_region=OTHER_REGION, why="Invented: the family moved.", keeps_team=False, now=BEGAN
    ).code
    world.codes["document"] = add_document(
        coordinator,
        after.case,
        data_class="PLAN",
        title="Invented title of a letter",
        name="letter.txt",
        content=b"Invented words of a letter.",
        now=BEGAN,
    ).code
    told = Told("visit", BEGAN - timedelta(hours=2), "Invented words of a note.")
    world.codes["note"] = write_note(coordinator, after.case, data_class="CORE", told=told, now=BEGAN).code
    write_sheet(coordinator, after.case, tab="presenting", said={"form": "sex"}, version=0, now=BEGAN)
    world.codes["sheet_tab"] = "presenting"
    world.codes["court_date"] = record_entry(
        coordinator,
        after.case,
        "court-dates",
        told={"kind": "trial", "state": "set", "starts_at": ASKED + timedelta(days=5), "court": "An invented court"},
        now=BEGAN,
    ).code
    world.codes["relief_item"] = record_relief(
        coordinator, after.case, kind="continued_presence", told={"words": "Invented words."}, now=BEGAN
    ).code
    world.codes |= make_consents(world, after.case)
    world.codes |= make_care(coordinator, after.case)
    world.codes |= make_missing(coordinator, after.case)
    world.codes |= make_plan_work(coordinator, before.case, member)
    world.codes |= make_screenings(coordinator)
    world.codes["referral"] = after.case.referral.code
    world.codes["awaiting"] = awaiting.code
    world.codes["staffings_meeting"] = before.meeting.code
    released = core_release(coordinator, before.case.client, agency.code, now=BEGAN)
    world.codes["packet"] = make_packet(
        coordinator, before, reader="Renata Invented", ground=released.code, items=["agenda"], now=BEGAN
    ).packet.code
    world.codes["action_item"] = after.action_items.get().code
    world.codes["invitation"] = team_meeting.invitations.get().code
    world.codes["seat"] = seat.code
    world.codes["district"] = after.case.district
    world.codes["member"] = member.code
    apart = declare_conflict(coordinator, after.case.client, account_code=people["kept_apart"].code, now=BEGAN)
    world.codes["block"] = apart.code
    world.codes["roster"] = RosterEntry.objects.get(account__code=member.code).code
    world.codes["feed"] = make_feed(member, now=BEGAN)
    world.codes["opening"] = open_in_emergency(
        people["officer"],
        case_code=before.case.code,
        reason="Invented: it could not wait any longer.",
        proved_at=BEGAN,
        now=BEGAN,
    ).code
    world.codes |= make_keeping(people["privacy"], before.case)
    world.codes |= make_review(coordinator, after.case)
    world.codes["person"] = people["stranger"].code
    return world


def make_missing(coordinator: Viewer, case: Case) -> dict[str, str]:
    """A child who came back once, with a plan that was ready, and is missing again."""
    missing.write_plan(
        coordinator,
        case,
        told=PlanTold(call="The invented aunt"),
        lines=[PlannedLine("Meet the child.", coordinator.code, 4)],
        now=BEGAN,
    )
    returned = missing.start_episode(coordinator, case, learned_at=BEGAN, now=BEGAN)
    back_at = BEGAN + timedelta(hours=20)
    missing.record_return(coordinator, returned, recovered_at=back_at, now=back_at)
    again = missing.start_episode(
        coordinator, case, learned_at=ASKED - timedelta(hours=2), now=ASKED - timedelta(hours=1)
    )
    return {"returned": returned.code, "episode": again.code}


def make_screenings(coordinator: Viewer) -> dict[str, str]:
    """A screening under way, and one that is over."""
    tool = "demonstration-narrative"
    under_way, over = (
        screening.begin_screening(coordinator, tool=tool, taken_on=BEGAN.date(), who=Who("Silvia", "Seen"), now=BEGAN)
        for _ in range(2)
    )
    screening.stop_screening(coordinator, over, now=BEGAN)
    month, band = BEGAN.date().replace(day=1), "no_concern"
    line = Line(2, "cse-it", "3.0", coordinator.agency, REGION, "", month, "negative", band, "monitor")
    brought = bring_results(coordinator, [line], now=ASKED)
    return {"screening": under_way.code, "screened": over.code, "results": brought.code}


def make_care(coordinator: Viewer, case: Case) -> dict[str, str]:
    """A referral to a service, and a safety plan in force, of this case."""
    service = make_service_referral(
        coordinator, case, category="food", provider="An invented pantry", why="Invented words.", now=BEGAN
    )
    safety = write_safety_plan(
        coordinator,
        case,
        parts={"words": "Invented words of a plan.", "coping": "Music"},
        places="An invented yellow house",
        now=BEGAN,
    )
    adopt_safety_plan(coordinator, safety, now=BEGAN)
    return {"service_referral": service.code, "safety_plan": safety.code}


def make_keeping(privacy: Viewer, case: Case) -> dict[str, str]:
    """A hold, a disposal that somebody asked for, and a line of unusual reading, about this case."""
    disposal = ask_before_time(privacy, case, reason="court_expungement", authority="Invented 12-345", now=BEGAN)
    hold = place_hold(privacy, case, reason="litigation", told="An invented lawsuit", now=BEGAN)
    line = UnusualReading.objects.create(
        month=BEGAN.date().replace(day=1),
        holder=case.holder,
        account_code=case.coordinator,
        role="care_coordinator",
        clients=90,
        ordinary=4,
        whys=["many"],
        found_at=BEGAN,
    )
    return {"disposal": disposal.code, "hold": hold.code, "unusual": line.code}


def _put_on(coordinator: Viewer, staffing: Staffing, member: Viewer) -> None:
    add_to_case(
        coordinator,
        staffing.case,
        account_code=member.code,
        discipline=member.discipline,
        need="investigation",
        now=BEGAN,
    )


def make_report(people: Mapping[str, Viewer], *, region: str, story: str, given: str = "Zebulina") -> Report:
    """A public report, released to the region's team and waiting there."""
    report, _receipt = intake.receive_report(
        NOBODY,
        channel="public_form",
        reporter_type="public",
        language="en",
        told={"what": story, "who": "", "where": "", "sex_act_for_value": True},
        child=Who(given=given, age_estimate=15),
        whereabouts=Whereabouts(now="A house that does not exist"),
        reporter={"name": "Wilhelmina Invented", "contact": "555-0100"},
        region=region,
        now=BEGAN,
    )
    for viewer, key in ((people["desk"], "to_alliance"), (people["reviewer"], "to_team")):
        hop = report.hops.exclude(state="moved").get(key=key)
        intake.complete_hop(viewer, hop, outcome="passed_on", reference="", now=BEGAN)
    return Report.objects.get(pk=report.pk)


def make_referral(coordinator: Viewer, *, region: str = REGION, story: str, given: str = "Nadine") -> Referral:
    """A referral that waits for its triage."""
    return referrals.receive_referral(
        coordinator,
        source="school",
        channel="standard",
        region=region,
        who=Who(given, "Nowhere", (), date(2011, 3, 5)),
        whereabouts=Whereabouts(address="2 Invented Street", phone="555-0101"),
        facts=dict(ELIGIBLE),
        story=story,
        reported_at=BEGAN - timedelta(hours=30),
        released_at=BEGAN - timedelta(hours=4),
        now=BEGAN,
    )


def make_plan_work(viewer: Viewer, case: Case, member: Viewer) -> dict[str, str]:
    """A plan that holds with its review, a check-in and a choice, on the case that awaits its staffing."""
    at = BEGAN + timedelta(hours=2)
    service = plans.Service("medical_care", "An examination", "Agreed", viewer.code, at.date() + timedelta(days=7))
    goal = plans.Goal(
        "Back at school",
        "education",
        "Days at school",
        "days a week",
        "0",
        "3",
        at.date() + timedelta(days=60),
        viewer.code,
        "A friend is there",
    )
    step = plans.Step("Call the school", viewer.code, at.date() + timedelta(days=9))
    plan = plans.write_plan(
        viewer,
        case,
        wishes="Invented wishes.",
        services=[service],
        rest=plans.Rest(template="ongoing", goals=(goal,), steps=(step,)),
        now=at,
    )
    plans.adopt_plan(viewer, plan, now=at)
    review = plan_reviews.review_plan(
        viewer,
        plan,
        goals={plan.goals.get().line: GoalReviewed("under_way")},
        outcomes={"safety": "safe"},
        ends="stands",
        next_on=at.date() + timedelta(days=20),
        now=at,
    )
    plan_reviews.record_check_in(viewer, case, partner=member.code, asked_on=at.date(), said="Invented.", now=at)
    choice = record_shared_decision(
        viewer,
        case,
        choice=Choice(
            "Which school",
            (Option("The old one", "Friends", "Memories"), Option("Not now", "Rest", "Time", is_not_now=True)),
            "Invented",
            revisit_on=at.date() + timedelta(days=20),
        ),
        now=at,
    )
    return {"plan_held": plan.code, "plan_review": review.code, "choice": choice.code}


def make_consents(world: World, case: Case) -> dict[str, str]:
    """Consent, a release, an order, a subpoena and what was told by phone, about the child of this case."""
    viewer, client, at = world.people["coordinator"], case.client, BEGAN + timedelta(hours=30)
    mother = releases.record_person(
        viewer, client, who=PersonWho("Mona Nowhere", "mother"), flags=Flags(False, False, False, False), now=at
    )
    clinic, school = (
        add_partner(
            world.people["administrator"], name=name, discipline=kind, level="local", regions=[REGION], now=BEGAN
        ).code
        for name, kind in (("Invented Clinic", "medical"), ("Invented School", "school"))
    )
    coordination.record_participation_consent(viewer, client, basis="guardian", person=mother, given_at=at, now=at)
    told = ReleaseTold(
        route="minor_and_guardian",
        from_agency=clinic,
        to_agency=school,
        classes=("HLTH",),
        purpose="To plan the way back to school.",
        expires_at=at + timedelta(days=60),
        explained_by="Cora Capital",
        language="en",
        understands_language=True,
        told_risks=True,
        told_right_to_revoke=True,
        told_not_required=True,
        signatures=(Signed("client", at), Signed("guardian", at, "Mona Nowhere", mother.code)),
    )
    release = releases.record_release(viewer, client, told=told, now=at)
    order = orders.record_court_order(
        viewer,
        client,
        told=orders.OrderTold("An invented court", "12-345", "School records", ("EDU",)),
        from_agency=school,
        to_agency=clinic,
        starts_at=at,
        now=at,
    )
    subpoena = orders.record_subpoena(
        viewer, client, issued_by="An invented lawyer", number="", asked_for="Everything", received_at=at, now=at
    )
    outside = disclosures.record_outside_disclosure(
        viewer,
        client,
        kind="spoken",
        from_agency=clinic,
        to_agency=school,
        to="The counselor",
        what="No sports for a while.",
        classes=("HLTH",),
        release=release,
        told_at=at,
        now=at,
    )
    return {
        "person_around": mother.code,
        "release": release.code,
        "court_order": order.code,
        "subpoena": subpoena.code,
        "outside_disclosure": outside.code,
    }


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside leaves nothing behind. Counts as the test's own transaction, not as a page's.

    The savepoint is set and taken back without a word of for whom the database works: each would be a statement more,
    around thousands of pages. What the product hears afterwards is the same: the word is not known, so it is sent.
    """
    connection.ensure_connection()
    inside, waiting = connection.connection, list(connection.run_on_commit)
    with psycopg.Cursor(inside) as cursor:
        cursor.execute("SAVEPOINT taken_back", prepare=False)
    try:
        yield
    finally:
        with psycopg.Cursor(inside) as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT taken_back; RELEASE SAVEPOINT taken_back", prepare=False)
        forget(inside)
        connection.run_on_commit = waiting
        connection.needs_rollback, connection.rollback_exc = False, None


def staffing_of(referral: Referral) -> Staffing:
    """The staffing of a referral's case."""
    return Staffing.objects.get(case__referral=referral)
