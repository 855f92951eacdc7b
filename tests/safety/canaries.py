"""A world full of canaries: for each client, data class and holding agency, words that stand nowhere else.

Everything is made through the product's own acts. Three invented children in two regions: "alder" in a judicial
district whose investigative team has its protocol, "birch" in one without, "cedar" in another region. A canary looks
like a name, a phone number or a phrase; whoever finds it on a page knows whose, which and where from.
"""

from __future__ import annotations

import hashlib
import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import pikepdf
from django.http import HttpResponse
from django.test import Client as Browser

from rightdoor.casework.cases.actions import add_to_case, determine_victim_status
from rightdoor.casework.cases.exports import CASES
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import CaseFilters
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.consents.actions import coordination, disclosures, orders, releases
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed
from rightdoor.casework.documents.actions import add_document
from rightdoor.casework.documents.queries import classes_kept_by
from rightdoor.casework.intake import actions as intake
from rightdoor.casework.intake.models import Report
from rightdoor.casework.notes.actions import write_note, write_sheet
from rightdoor.casework.notes.queries import Told, kept_by
from rightdoor.casework.notes.sealed import fields_of
from rightdoor.casework.plans.actions import Goal, Need, Rest, Service, Step, write_plan
from rightdoor.casework.referrals import actions as referrals
from rightdoor.casework.referrals.exports import ask_export
from rightdoor.casework.referrals.queries import ReferralFilters
from rightdoor.casework.safety.actions import adopt_safety_plan, write_safety_plan
from rightdoor.casework.services.actions import make_service_referral
from rightdoor.casework.staffings import actions as staffings
from rightdoor.casework.staffings.models import Staffing
from rightdoor.community.meetings.actions import Invitee, make_feed, record_attendance
from rightdoor.community.partners.actions import add_partner
from rightdoor.community.teams.actions import found_team, seat_member
from rightdoor.community.teams.models import RosterEntry
from rightdoor.domain.notes import SHEETS, TABS, classes_to_write
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack
from tests.casework.team import CONFIRMED, has_protocol
from tests.people import OTHER_REGION, REGION, make_person
from tests.safety.pages import body_of
from tests.signing_in import sign_in

BEGAN = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
ASKED = BEGAN + timedelta(days=30)
CLIENTS = ("alder", "birch", "cedar")
TEAM = {"alder": REGION, "birch": REGION, "cedar": OTHER_REGION}
# actor: (name, role, its region, discipline, agency); an agency given twice is one agency.
PEOPLE: Mapping[str, tuple[str, str, str, str, str]] = {
    "coordinator": ("Cora Capital", "care_coordinator", REGION, "care_coordinator", "capital center"),
    "elsewhere": ("Otto Elsewhere", "care_coordinator", OTHER_REGION, "care_coordinator", "northern center"),
    "detective": ("Dana Detective", "team_member", REGION, "local_law_enforcement", "police"),
    "advocate": ("Ada Advocate", "team_member", REGION, "victim_advocate", "advocacy"),
    "nurse": ("Nell Nurse", "team_member", REGION, "medical", "clinic"),
    "therapist": ("Theo Therapist", "team_member", REGION, "therapist", "practice"),
    "psychologist": ("Paula Psychologist", "team_member", REGION, "therapist", "practice"),
    "welfare": ("Wendy Welfare", "team_member", REGION, "child_welfare", "welfare"),
    "prosecutor": ("Priya Prosecutor", "team_member", REGION, "prosecutor", "district attorney"),
    "school": ("Skip School", "team_member", REGION, "school", "school board"),
    "probation": ("Jo Justice", "team_member", REGION, "juvenile_justice", "probation"),
    "lapsed": ("Lars Lapsed", "team_member", REGION, "local_law_enforcement", "police"),
    "guest": ("Gus Guest", "team_member", REGION, "victim_advocate", "advocacy"),
    "northern": ("Nora Northern", "team_member", OTHER_REGION, "local_law_enforcement", "northern police"),
    "stranger": ("Sam Stranger", "team_member", REGION, "local_law_enforcement", "police"),
    "head": ("Hedda Head", "agency_head", "", "victim_advocate", "advocacy"),
    "desk": ("Wanda Desk", "child_welfare_desk", "", "", "welfare"),
    "reviewer": ("Rita Reviewer", "alliance_reviewer", "", "", "alliance"),
    "officer": ("Dora Duty", "duty_officer", "", "child_welfare", "welfare"),
    "privacy": ("Petra Privacy", "privacy_officer", "", "", "capital center"),
    "analyst": ("Ann Analyst", "state_analyst", "", "", "alliance"),
    "auditor": ("Abe Auditor", "auditor", "", "", "alliance"),
    "administrator": ("Adam Administrator", "administrator", "", "", "alliance"),
}
ACTORS = (*PEOPLE, "anonymous")
ON_THE_CASE = ("detective", "advocate", "nurse", "psychologist", "welfare", "prosecutor", "school", "probation")
ON_THE_ROSTER = ("detective", "advocate", "nurse", "welfare", "prosecutor", "lapsed")
_SYLLABLES = ("bra", "cor", "dun", "fel", "gri", "hol", "jun", "kel", "lom", "mar", "nev", "osk", "pel", "quo", "rus",
              "sta", "tor", "ulm", "vek", "wen", "yar", "zim")  # fmt: skip

_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Canary:
    """A token: about whom, of which class, whose record, and in which field it was written."""

    token: str  # as a page shows it
    needle: str  # what of it stands nowhere else, as `folded` leaves it
    client: str
    data_class: str
    holder: str  # agency, or "report" while it is one
    place: str

    @property
    def cell(self) -> tuple[str, str, str]:
        """What the tables of the oracle speak about."""
        return self.client, self.data_class, self.holder


@dataclass
class Canaries:
    """The world: its people, the records' codes by client, and every canary."""

    people: dict[str, Viewer]
    agencies: dict[str, str]
    codes: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # client -> part of an address -> codes
    shared: dict[str, str] = field(default_factory=dict)  # codes that belong to no client
    subjects: dict[str, set[str]] = field(default_factory=dict)  # client -> codes under which it is audited
    districts: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Canary] = field(default_factory=dict)
    source: random.Random = field(default_factory=lambda: random.Random(20260310))
    read: dict[bytes, tuple[int, set[str]]] = field(
        default_factory=dict
    )  # digests of bodies, with how many were kept by then

    def browser(self, actor: str) -> Browser:
        """Signed in as this person since the moment at which the pages are asked."""
        browser = Browser(raise_request_exception=False)
        return browser if actor == "anonymous" else sign_in(browser, self.people[actor], at=ASKED)

    def found_in(self, answer: HttpResponse) -> list[Canary]:
        """Every canary that stands in an answer, whatever it is written in; in its heads, too.

        The same bytes are read once: nothing here is as common as the page that says that there is nothing.
        """
        body, heads = body_of(answer), folded(heads_of(answer))
        same = hashlib.sha256(body).digest()
        known = self.read.get(same)
        if known is None or known[0] != len(self.kept):
            text = folded(readable(body))
            known = self.read[same] = len(self.kept), {needle for needle in self.kept if needle in text}
        return [canary for needle, canary in self.kept.items() if needle in known[1] or needle in heads]

    def name(self, client: str, klass: str, holder: str, place: str) -> str:
        """A name that nobody bears, with an apostrophe and an accent now and then."""
        word = self._word()
        given = self.source.choice(("Zoë", "D’Arla", "O'Wynn", "Ilse", "Tomás", "Wren & Co"))
        return self._keep(f"{given} {word.capitalize()}", word, client, klass, holder, place)

    def phrase(self, client: str, klass: str, holder: str, place: str) -> str:
        """A sentence with a word that stands nowhere else."""
        word = self._word()
        return self._keep(f"It was at the {word.capitalize()} house.", word, client, klass, holder, place)

    def phone(self, client: str, klass: str, holder: str, place: str) -> str:
        """A number that nobody has."""
        while (number := f"{self.source.randint(210, 989)}-555-{self.source.randint(100, 199):04}") in self.kept:
            pass
        return self._keep(number, number, client, klass, holder, place)

    def _word(self) -> str:
        while (word := "".join(self.source.sample(_SYLLABLES, 4))) in self.kept:
            pass
        return word

    def _keep(self, token: str, needle: str, client: str, klass: str, holder: str, place: str) -> str:
        self.kept[needle] = Canary(token, needle, client, klass, holder, place)
        return token


# --- reading what was answered ---------------------------------------------------------------------------------------


def heads_of(answer: HttpResponse) -> str:
    """The heads of an answer as text."""
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items())


def readable(body: bytes) -> str:
    """What was answered as text: pages as they are, archives unpacked, a PDF as its letters, a calendar unfolded."""
    if body.startswith(b"%PDF"):
        return text_of_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    return body.decode(errors="replace").replace("\r\n ", "").replace("\r\n\t", "")


def folded(text: str) -> str:
    """The text raw, out of HTML, out of an address and out of JSON, without case and accents, with line breaks gone."""
    plain = unescape(text)
    coded = [unquote_plus(it) for it in re.findall(r"[^\s\"'<>]*%[0-9A-Fa-f]{2}[^\s\"'<>]*", plain)]
    coded += [_UNICODE.sub(lambda it: chr(int(it[1], 16)), it) for it in re.findall(r"[^\s\"<>]*\\u[^\s\"<>]*", plain)]
    spread = unicodedata.normalize("NFKD", "\n".join([plain, *coded]))
    return spread.encode("ascii", "ignore").decode().casefold()  # accents stand apart by now, and go


def text_of_pdf(content: bytes) -> str:
    """The letters of a PDF in the order in which they are drawn, by each font's own table; what it says of itself."""
    said = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        said += [str(value) for value in pdf.docinfo.values()]
        for page in pdf.pages:
            fonts = page.get("/Resources", {}).get("/Font", {})
            tables = {name: _letters(font) for name, font in fonts.items()}
            table: dict[int, str] | None = None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    table = tables.get(str(operands[0]))
                elif str(operator) in {"Tj", "'", '"', "TJ"}:
                    pieces = operands[-1] if str(operator) == "TJ" else [operands[-1]]
                    said += [_drawn(bytes(one), table) for one in pieces if isinstance(one, pikepdf.String)]
    return "".join(said)


def _drawn(text: bytes, table: dict[int, str] | None) -> str:
    if not table:
        return text.decode("latin-1")
    return "".join(table.get(int.from_bytes(text[at : at + 2], "big"), "") for at in range(0, len(text), 2))


def _letters(font: Any) -> dict[int, str]:
    """Glyph to letters, from the font's ToUnicode table."""
    if "/ToUnicode" not in font:
        return {}
    table: dict[int, str] = {}
    known = font.ToUnicode.read_bytes().decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", known, re.S):
        for glyph, letters in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            table[int(glyph, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", known, re.S):
        for first, last, letters in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step, glyph in enumerate(range(int(first, 16), int(last, 16) + 1)):
                table[glyph] = chr(int(letters, 16) + step)
    return table


# --- making it -------------------------------------------------------------------------------------------------------


def make_canaries() -> Canaries:
    """The whole world, at BEGAN; it is asked at ASKED."""
    world = _make_people()
    for client in CLIENTS:
        _make_client(world, client)
    admin, detective = world.people["administrator"], world.people["detective"]
    team = found_team(admin, region=REGION, now=BEGAN)
    seat = seat_member(
        admin, team, account=Account.objects.get(code=detective.code), discipline=detective.discipline, now=BEGAN
    )
    world.shared = {
        "person": world.people["stranger"].code,
        "agency": world.agencies["advocacy"],
        "seat": seat.code,
        "roster": RosterEntry.objects.get(account__code=detective.code).code,
        "export": ask_export(
            world.people["coordinator"], filters=ReferralFilters(), purpose="quality", basis="own_records", now=ASKED
        ).code,
        "case_export": ask_export(
            world.people["coordinator"],
            filters=CaseFilters(),
            purpose="quality",
            basis="own_records",
            now=ASKED,
            listing=CASES,
        ).code,
        "member": detective.code,
    }
    return world


def feed_of(world: Canaries, actor: str) -> str:
    """The secret of somebody's own calendar feed, made anew."""
    return make_feed(world.people[actor], now=ASKED)


def _make_people() -> Canaries:
    first = make_person("Ara First", now=BEGAN, roles=(("administrator", ""),))
    agencies = {
        agency: add_partner(
            first,
            name=f"Invented {agency}",
            discipline=discipline or "community_organization",
            level="local",
            regions=[REGION, OTHER_REGION],
            keeps_own_records=agency == "advocacy",
            now=BEGAN,
        ).code
        for agency, discipline in {one[4]: one[3] for one in reversed(PEOPLE.values())}.items()
    }
    people = {
        actor: make_person(
            name,
            now=BEGAN,
            roles=((role, region),),
            discipline=discipline,
            agency=agencies[agency],
            is_cleared=actor != "lapsed",
        )
        for actor, (name, role, region, discipline, agency) in PEOPLE.items()
    }
    return Canaries({**people, "anonymous": NOBODY}, agencies)


def _areas(region: str) -> list[str]:
    """Areas of the region, one in each of its judicial districts."""
    pack = active_pack()
    of: dict[str, str] = {}
    for area in pack.region(region).areas:
        if district := pack.sharing.district_of(area.key):
            of.setdefault(district, area.key)
    return list(of.values())


@dataclass
class _Making:
    """One client on the way: who writes, and what its tokens belong to."""

    world: Canaries
    client: str
    viewer: Viewer
    holder: str

    def name(self, klass: str, place: str) -> str:
        """A name of the coordinating agency's record."""
        return self.world.name(self.client, klass, self.holder, place)

    def phrase(self, klass: str, place: str) -> str:
        """A phrase of the coordinating agency's record."""
        return self.world.phrase(self.client, klass, self.holder, place)

    def phone(self, klass: str, place: str) -> str:
        """A phone number of the coordinating agency's record."""
        return self.world.phone(self.client, klass, self.holder, place)


def _make_client(world: Canaries, client: str) -> None:
    """A report, a referral, a case with a staffing that was held and one to come, consents, documents."""
    region = TEAM[client]
    actor = "coordinator" if region == REGION else "elsewhere"
    making = _Making(world, client, world.people[actor], PEOPLE[actor][4])
    viewer = making.viewer
    area = _areas(region)[1 if client == "birch" else 0]
    if client == "alder":
        roster = [world.people[one] for one in ON_THE_ROSTER]
        has_protocol(active_pack().sharing.district_of(area), *roster, now=BEGAN)
    report = _report(world, client, region)
    world.districts[client] = active_pack().sharing.district_of(area)
    referral = referrals.receive_referral(
        viewer,
        report=report,
        source="school",
        channel="standard",
        region=region,
        who=Who(making.name("ID", "given name"), making.name("ID", "family name"), (making.name("ID", "alias"),),
                date(2011, 3, 4)),
        whereabouts=Whereabouts(
            address=making.phrase("LOC", "address"), phone=making.phone("LOC", "phone"), now=making.phrase("LOC", "now")
        ),
        facts={
            "kind": "sex",
            "relationship": "third_party",
            "setting": "online",
            "area": area,
            "victim_status": "confirmed",
            "age": 15,
            "age_is_estimated": False,
            "is_trafficking": True,
            "allegation_verifiable": True,
            "information_adequate": True,
        },
        story=making.phrase("CORE", "story"),
        now=BEGAN,
    )  # fmt: skip
    referrals.decide_referral_eligibility(viewer, referral, facts={}, now=BEGAN)
    referrals.triage_referral(viewer, referral, facts=CONFIRMED, now=BEGAN)
    referrals.record_mandated_report(
        viewer,
        referral,
        made=True,
        made_at=BEGAN,
        by=making.name("REP", "who made the mandated report"),
        number=making.phone("REP", "number of the mandated report"),
        now=BEGAN,
    )
    held = _held_staffing(making, referral)
    case = held.case
    summary = staffings.file_and_share_summary(viewer, held, now=BEGAN + timedelta(hours=30))
    actor, discipline = ("therapist", "therapist") if region == REGION else ("northern", "local_law_enforcement")
    coming = staffings.schedule_staffing(
        viewer,
        case,
        kind="case_review",
        starts_at=ASKED + timedelta(hours=10),
        minutes=60,
        mode="virtual",
        invitees=[Invitee(world.people[actor].code, discipline, "additional")],
        now=BEGAN + timedelta(days=2),
    )
    consents = _consents(making, case)
    documents = _documents(world, client, case)
    notes = _notes(world, client, case)
    world.subjects[client] = {referral.client.code, report.code}
    world.codes[client] = {
        "report": [report.code],
        "referral": [referral.code],
        "case": [case.code],
        "staffing": [held.code, coming.code],
        "meeting": [held.meeting.code, coming.meeting.code],
        "summary": [summary.code],
        "plan": [case.plans.get().code],
        "action_item": [held.action_items.get().code],
        "document": documents,
        "note": notes,
        "sheet_tab": list(SHEETS),
        **consents,
        **_care(making, case),
    }


def _report(world: Canaries, client: str, region: str) -> Report:
    def about(klass: str, place: str) -> tuple[str, str, str, str]:
        return client, klass, "report", place

    report, _ = intake.receive_report(
        NOBODY,
        channel="public_form",
        reporter_type="public",
        language="en",
        told={
            "what": world.phrase(*about("CORE", "what was told")),
            "who": world.phrase(*about("CORE", "of whom it was told")),
            "where": world.phrase(*about("CORE", "where")),
            "sex_act_for_value": True,
        },
        child=Who(given=world.name(*about("ID", "child's name as told")), age_estimate=15),
        whereabouts=Whereabouts(now=world.phrase(*about("ID", "where the child was said to be"))),
        reporter={
            "name": world.name(*about("REP", "reporter's name")),
            "contact": world.phone(*about("REP", "reporter's phone")),
        },
        region=region,
        now=BEGAN,
    )
    for actor, key in (("desk", "to_alliance"), ("reviewer", "to_team")):
        hop = report.hops.exclude(state="moved").get(key=key)
        intake.complete_hop(
            world.people[actor],
            hop,
            outcome="passed_on",
            reference=world.phrase(*about("CORE", f"reference of {key}")),
            now=BEGAN,
        )
    return Report.objects.get(pk=report.pk)


def _care(making: _Making, case: Case) -> dict[str, list[str]]:
    """A referral to a service and a safety plan in force."""
    at = BEGAN + timedelta(hours=31)
    service = make_service_referral(
        making.viewer,
        case,
        category="food",
        provider=making.name("PLAN", "provider of a service"),
        why=making.phrase("PLAN", "why this service"),
        now=at,
    )
    safety = write_safety_plan(
        making.viewer,
        case,
        parts={"words": making.phrase("SAFE", "safety plan: words"), "coping": making.phrase("SAFE", "what helps")},
        places=making.phrase("LOC", "safety plan: places"),
        now=at,
    )
    adopt_safety_plan(making.viewer, safety, now=at)
    return {"service_referral": [service.code], "safety_plan": [safety.code]}


def _held_staffing(making: _Making, referral: Any) -> Staffing:
    """The emergency staffing, held a day after, with everything that a meeting writes down."""
    world, viewer = making.world, making.viewer
    is_here = making.client != "cedar"
    actor, discipline = ("guest", "victim_advocate") if is_here else ("northern", "local_law_enforcement")
    invited = [Invitee(world.people[actor].code, discipline, "core")]
    starts_at = BEGAN + timedelta(hours=24)
    staffing = staffings.schedule_emergency_staffing(
        viewer, referral, starts_at=starts_at, minutes=60, mode="virtual", invitees=invited, now=BEGAN
    )
    case = staffing.case
    for actor in (*ON_THE_CASE, "lapsed") if is_here else ():
        person = world.people[actor]
        add_to_case(
            viewer, case, account_code=person.code, discipline=person.discipline, need="investigation", now=BEGAN
        )
    at = starts_at + timedelta(minutes=30)
    determine_victim_status(
        viewer, case, status="confirmed", evidence=making.phrase("CORE", "evidence"), determined_by=viewer.code, now=at
    )
    staffings.settle_staffing(
        viewer,
        staffing,
        continued_services="eligible",
        consent_plan="will_ask_guardian",
        continued_words=making.phrase("CORE", "words on services"),
        consent_words=making.phrase("CORE", "words on consent"),
        now=at,
    )
    write_plan(
        viewer,
        case,
        wishes=making.phrase("PLAN", "wishes"),
        strengths=making.phrase("PLAN", "strengths"),
        services=[
            Service(
                "medical_care",
                making.phrase("PLAN", "need"),
                making.phrase("PLAN", "choice"),
                viewer.code,
                at.date() + timedelta(days=7),
            )
        ],
        rest=Rest(
            template="ongoing",
            barriers=making.phrase("PLAN", "barriers"),
            needs=(Need("safety", "urgent", making.phrase("PLAN", "need by domain")),),
            goals=(Goal(making.phrase("PLAN", "goal"), why=making.phrase("PLAN", "why it matters")),),
            steps=(Step(making.phrase("PLAN", "action"), viewer.code, at.date() + timedelta(days=9)),),
        ),
        now=at,
    )
    record_attendance(viewer, staffing.meeting, present={viewer.code: "virtual"}, now=at)
    topic = "safety_assessment"
    staffings.write_minutes(viewer, staffing, topic=topic, text=making.phrase("CORE", "minutes"), version=0, now=at)
    staffings.record_decision(viewer, staffing, topic=topic, text=making.phrase("CORE", "decision"), now=at)
    staffings.add_action_item(
        viewer,
        staffing,
        topic="medical_evaluation",
        text=making.phrase("CORE", "task"),
        owner=viewer.code,
        due_on=at.date() + timedelta(days=2),
        now=at,
    )
    staffings.hold_staffing(viewer, staffing, held_at=starts_at, now=at)
    return staffing


def _consents(making: _Making, case: Case) -> dict[str, list[str]]:
    """Every text of consents. Only the release to the therapist opens something, and only for "birch"."""
    world, viewer, client = making.world, making.viewer, case.client
    at = BEGAN + timedelta(hours=30)
    mother = releases.record_person(
        viewer,
        client,
        who=PersonWho(
            making.name("ID", "mother's name"),
            "mother",
            making.phone("ID", "mother's phone"),
            making.phrase("ID", "mother's address"),
        ),
        flags=Flags(False, False, False, False),
        now=at,
    )
    coordination.record_participation_consent(
        viewer,
        client,
        basis="guardian",
        person=mother,
        given_at=at,
        words=making.phrase("CORE", "words of the consent"),
        interpreter=making.name("CORE", "interpreter"),
        now=at,
    )
    center = viewer.agency
    told = ReleaseTold(
        route="minor_and_guardian",
        from_agency=center,
        to_agency=world.agencies["school board"],
        classes=("SAFE",),  # the matrix lets no release open it to a school
        purpose=making.phrase("CORE", "purpose of the release"),
        expires_at=at + timedelta(days=60),
        explained_by=making.name("CORE", "who explained it"),
        language="en",
        understands_language=True,
        risks=making.phrase("CORE", "risks"),
        told_risks=True,
        told_right_to_revoke=True,
        told_not_required=True,
        signatures=(Signed("client", at), Signed("guardian", at, making.name("CORE", "signature"), mother.code)),
    )
    made = [releases.record_release(viewer, client, told=told, now=at)]
    if making.client == "birch":
        therapist = world.people["therapist"]
        named = {**_as_arguments(told), "to_agency": "", "to_account": therapist.code, "classes": ("CORE",)}
        made.append(releases.record_release(viewer, client, told=ReleaseTold(**named), now=at))
    order = orders.record_court_order(
        viewer,
        client,
        told=orders.OrderTold(
            making.name("CORE", "court"),
            making.phone("CORE", "number of the order"),
            making.phrase("CORE", "scope of the order"),
            ("EDU",),
        ),
        from_agency=world.agencies["school board"],
        to_agency=world.agencies["police"],
        starts_at=at,
        now=at,
    )  # no second person has confirmed it
    subpoena = orders.record_subpoena(
        viewer,
        client,
        issued_by=making.name("CORE", "who issued the subpoena"),
        number="",
        asked_for=making.phrase("CORE", "what the subpoena asks for"),
        received_at=at,
        now=at,
    )
    orders.record_emergency(
        viewer,
        client,
        happened=making.phrase("CORE", "what happened"),
        why=making.phrase("CORE", "why it could not wait"),
        from_agency=world.agencies["practice"],
        to_account=world.people["nurse"].code,
        classes=("MH",),
        hours=4,
        now=at,
    )  # over long before anybody asks
    outside = disclosures.record_outside_disclosure(
        viewer,
        client,
        kind="spoken",
        from_agency=center,
        to_agency=world.agencies["school board"],
        to=making.name("CORE", "to whom it was told"),
        what=making.phrase("CORE", "what was told outside"),
        classes=("SAFE",),
        release=made[0],
        told_at=at,
        now=at,
    )
    return {
        "person_around": [mother.code],
        "release": [release.code for release in made],
        "court_order": [order.code],
        "subpoena": [subpoena.code],
        "outside_disclosure": [outside.code],
    }


def _as_arguments(told: ReleaseTold) -> dict[str, Any]:
    return {name: getattr(told, name) for name in ReleaseTold.__slots__}


def _documents(world: Canaries, client: str, case: Case) -> list[str]:
    """Of everybody on the case, one of each class that the discipline keeps: title, note, file's name and words."""
    keepers = ("coordinator", *ON_THE_CASE) if client != "cedar" else ("elsewhere",)
    made = []
    for actor in keepers:
        viewer, holder = world.people[actor], PEOPLE[actor][4]
        for klass in classes_kept_by(viewer):
            title, note, name, words = (
                world.phrase(client, klass, holder, f"document: {place}")
                for place in ("title", "note", "name", "words")
            )
            document = add_document(
                viewer,
                case,
                data_class=klass,
                title=title,
                note=note,
                name=f"{name.rstrip('.').replace(' ', '-')}.txt",
                content=words.encode(),
                now=BEGAN + timedelta(hours=31),
            )
            made.append(document.code)
    return made


def _notes(world: Canaries, client: str, case: Case) -> list[str]:
    """Of everybody on the first case, a note of each class that the discipline keeps, and its sheet; of one person on
    the others.
    """
    keepers = {"alder": ("coordinator", *ON_THE_CASE), "birch": ("psychologist",), "cedar": ("elsewhere",)}[client]
    made = []
    at = BEGAN + timedelta(hours=31)
    for actor in keepers:
        viewer, holder = world.people[actor], PEOPLE[actor][4]
        for klass in classes_to_write(kept_by(viewer)):
            text, outcome = (world.phrase(client, klass, holder, f"note: {place}") for place in ("text", "outcome"))
            present = world.name(client, klass, holder, "note: who was there")
            told = Told("call", BEGAN, text, present, outcome)
            made.append(write_note(viewer, case, data_class=klass, told=told, now=at).code)
        for tab in SHEETS:
            if TABS[tab][0] in kept_by(viewer):
                said = {
                    one.key: world.phrase(client, one.data_class or TABS[tab][0], holder, f"sheet: {one.key}")
                    for one in fields_of(tab)
                    if one.kind in ("text", "story")
                }
                write_sheet(viewer, case, tab=tab, said=said, version=0, now=at)
    return made


def needles(canaries: Iterable[Canary]) -> list[str]:
    """For a message: where they were planted."""
    return sorted(f"{one.client} {one.data_class} of {one.holder} ({one.place})" for one in canaries)
