"""What of a case is printed: the face sheet, the review, and Word documents of what else an office must edit.

One list of blocks makes both forms of a document. Each printing is on record before its bytes leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.own import WARNINGS
from rightdoor.casework.cases.parts import ON_A_TABLE, Look, dues_of, flags_of, tabs_of
from rightdoor.casework.cases.queries import (
    determinations_of,
    names_of_accounts,
    next_staffing,
    people_on,
    shown_client,
    standing_of,
)
from rightdoor.casework.cases.timeline import timeline_of
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.clients.facts import Tie
from rightdoor.casework.closure.actions import note_review_printed
from rightdoor.casework.closure.choices import (
    PHASE_STATES,
    PHASES,
    PROTOCOL,
    RECOMMENDATION_STATES,
    REVIEW_STATES,
    TRIGGERS,
    WELLBEING,
)
from rightdoor.casework.closure.models import Review
from rightdoor.casework.closure.queries import ShownReview, open_review, phases_of, reviews_of
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.casework.plans.queries import open_plan, plan_for, plans_of
from rightdoor.casework.staffings.actions import note_printed, open_summary
from rightdoor.casework.staffings.choices import STATUSES
from rightdoor.casework.staffings.printouts import summary_context
from rightdoor.casework.staffings.queries import staffings_of, summary_for
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer, check_may, may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.docx import Block, Bullets, Heading, Table, Text, facts, to_docx
from rightdoor.foundation.printing.pdf import render_pdf

NOTICE = "Confidential. For those who work on this case only. Do not copy or pass on."
TIMELINE_LINES = 200
AHEAD = timedelta(days=60)
ASKED_FIRST = (
    ("safety", "Safety plan", "A discreet copy for the youth; it asks first whether it is safe to hold"),
    ("services", "Acknowledgement of a referral to a service", "On the page of each referral"),
    ("missing", "Sheet of a missing child", "For the police and for a poster, on the page of each episode"),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that can be printed: what it is, where its forms are."""

    what: str
    about: str
    pdf: str = ""
    word: str = ""
    page: str = ""


def papers_of(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[Paper]:
    """Every document of a case that this viewer may print: what is closed to the viewer is not on the list."""
    found = [
        Paper(
            "Face sheet", "Who is on the case, where it stands, what comes next", f"/cases/{case.code}/face-sheet.pdf"
        )
    ]
    for staffing in staffings_of(viewer, case):
        summary = getattr(staffing, "summary", None)
        if summary is not None:
            found.append(
                Paper(
                    _titled("case_summary"),
                    f"Shared {when(summary.filed_at)}",
                    f"/summaries/{summary.code}/document.pdf",
                    f"/summaries/{summary.code}/document.docx",
                    f"/summaries/{summary.code}/",
                )
            )
    found += [
        Paper(
            _titled("service_plan"),
            f"Version {plan.number}, written {day(plan.written_at)}",
            f"/plans/{plan.code}/document.pdf",
            f"/plans/{plan.code}/document.docx",
            f"/plans/{plan.code}/",
        )
        for plan in plans_of(viewer, case, now)
    ]
    found += [
        Paper(
            "After-action review",
            f"{REVIEW_STATES[one.state]}, begun {day(one.begun_at)}",
            f"/reviews/{one.code}/document.pdf",
            f"/reviews/{one.code}/document.docx",
            f"/reviews/{one.code}/",
        )
        for one in reviews_of(viewer, case, now, tie)
    ]
    # What asks a question before it is printed is printed on its own page.
    there = {tab.key: tab.path for tab in tabs_of(Look(viewer, case, tie, now))}
    found += [
        Paper(what, about, page=f"/cases/{case.code}/{there[key]}") for key, what, about in ASKED_FIRST if key in there
    ]
    return found


# --------------------------------------------------------------------------------------------------------- face sheet


def print_face_sheet(viewer: Viewer, case: Case, *, now: datetime) -> bytes:
    """The face sheet as a tagged PDF: only what this reader may see, the name only by decision; on record as printed.

    Raises NotVisible for whom the case's core is closed.
    """
    tie = standing_of(viewer, case, now)
    check_may(viewer, "case.read", tie)
    core = may_read(viewer, case.client, tie, "CORE", now, holder=case.holder, action="print")
    if not core.allowed or core.status_only:
        raise NotVisible
    shown = shown_client(viewer, case, now, tie)
    blocks = face_sheet_blocks(viewer, case, tie, now)
    record_read(
        viewer,
        "case.face_sheet_printed",
        case,
        classes=("CORE", "ID") if shown.name else ("CORE",),
        basis=core.basis.lower(),
        ground=core.ground_code or None,
    )
    return _pdf("Face sheet", case, blocks, viewer, now)


def face_sheet_blocks(viewer: Viewer, case: Case, tie: Tie, now: datetime) -> list[Block]:
    """What the face sheet says, for whom the case's core is open."""
    shown = shown_client(viewer, case, now, tie)
    look = Look(viewer, case, tie, now)
    pack = active_pack()
    known = determinations_of(viewer, case, now, tie)
    names = names_of_accounts({case.coordinator})
    coming = next_staffing(case)
    rows = [
        [_titled("client"), f"{shown.name} ({shown.code})" if shown.name else shown.code],
        ["Case", case.code],
        ["State", f"Closed {day(case.closed_at)}" if case.closed_at else "Open"],
        [_titled("region"), pack.region(case.region).name],
        ["Opened", when(case.opened_at)],
        ["Mode", "Ongoing coordination" if case.mode == "ongoing" else "Investigative response"],
        ["Response tier", str(case.referral.tier) if case.referral.tier else "Not set"],
        ["Coordinator", names.get(case.coordinator, "") or "Nobody"],
        ["Victim status", STATUSES[known[0].status] if known else "Not determined by a staffing yet"],
        ["Next staffing", when(coming.starts_at) if coming else "Not scheduled"],
    ]
    if may(viewer, "consent.read", tie):
        rests = coordination_of(case.client, now).basis
        rows.append(["Consent to coordination", f"In force since {day(rests.since)}" if rests else "Not in force"])
    blocks: list[Block] = [facts(rows)]
    # What is alleged of somebody leaves on no paper, not even without a name.
    flags = [flag for flag in flags_of(look) if flag.label not in WARNINGS.values()]
    if flags:
        blocks += [Heading("To keep in mind"), Bullets([_until(flag.label, flag.until) for flag in flags])]
    label = pack.teams.all().label
    team = [
        (one.name, label(one.discipline) if one.discipline else "", when(one.until) if one.until else "")
        for one in people_on(case, now)
        if one.name
    ]
    blocks.append(Heading("Team"))
    if any(until for _, _, until in team):
        blocks.append(Table(("Name", "For", "Until"), team))
    else:
        blocks.append(Table(("Name", "For"), [row[:2] for row in team]))
    dues = [
        one
        for one in dues_of(viewer, [case], {case.client_id: tie}, now, until=now + AHEAD)
        if one.due_at and one.klass in ON_A_TABLE
    ]
    if dues:
        blocks += [
            Heading("What comes next"),
            Table(("Day", "What"), [(when(one.due_at), one.what) for one in dues if one.due_at]),
        ]
    return blocks


# ------------------------------------------------------------------------------------------------------------- review


def words_of(shown: ShownReview) -> list[tuple[str, str]]:
    """What a review says, under its headings, without what nobody wrote."""
    told, staff = dict(shown.told), dict(shown.staff or {})
    found = [
        ("What went well", told.get("went_well", "")),
        ("What did not", told.get("did_not", "")),
        ("Why: causes of the way the work is organized", told.get("why", "")),
        ("What the youth says about the help", told.get("youth", "")),
        ("What the caregiver says", told.get("caregiver", "")),
        ("Confidentiality", staff.get("confidentiality", "")),
        ("Change of the protocol", _both(PROTOCOL, told.get("protocol_change", ""), told.get("protocol_words", ""))),
        ("Brought to the advisory team", _both(PROTOCOL, staff.get("escalated", ""), staff.get("escalated_words", ""))),
        (
            "A talk about how the staff are, offered",
            _both(WELLBEING, staff.get("wellbeing", ""), staff.get("wellbeing_words", "")),
        ),
        ("Why nothing is recommended", told.get("no_recommendation", "")),
    ]
    return [(heading, text) for heading, text in found if text]


def print_review(viewer: Viewer, review: Review, tie: Tie, *, now: datetime) -> bytes:
    """The review as a tagged PDF, for those who take part; on record as printed. Raises NotVisible."""
    blocks = review_blocks(viewer, review, tie, now)
    note_review_printed(viewer, review, form="pdf", now=now)
    return _pdf("After-action review", review.case, blocks, viewer, now)


def review_docx(viewer: Viewer, review: Review, tie: Tie, *, now: datetime) -> bytes:
    """The review for an office that edits it; on record as printed. Raises NotVisible."""
    blocks = review_blocks(viewer, review, tie, now)
    note_review_printed(viewer, review, form="docx", now=now)
    return to_docx("After-action review", blocks, notice=NOTICE, made=_made(review.case, viewer, now))


def review_blocks(viewer: Viewer, review: Review, tie: Tie, now: datetime) -> list[Block]:
    """What the review says, the records' own facts, the timeline that this reader may see, the recommendations."""
    shown = open_review(viewer, review, now, tie)
    rows = [
        ["Case", review.case.code],
        ["About", TRIGGERS.get(shown.told.get("trigger", ""), "")],
        ["Begun", f"{when(shown.begun_at)}, {shown.begun_by}"],
        ["Held", when(shown.held_at) if shown.held_at else "Being written"],
        ["Took part", ", ".join(name for _, name in shown.participants if name)],
    ]
    promises = [
        (
            f"{PHASES[one.phase.key]}{f' ({one.about})' if one.about else ''}",
            when(one.phase.due_at) if one.phase.due_at else "",
            when(one.phase.done_at) if one.phase.done_at else "",
            PHASE_STATES[one.state],
        )
        for one in phases_of(review.case, now)
    ]
    blocks: list[Block] = [
        facts(rows),
        Heading("Planned and actual"),
        Table(("What was promised", "Due", "Done", "Kept"), promises),
    ]
    for heading, text in words_of(shown):
        blocks += [Heading(heading), Text(text)]
    if shown.recommendations:
        blocks += [
            Heading("Recommendations"),
            Table(
                ("What", "Who", "By", "State"),
                [
                    (one.text, one.owner_name, day(one.due_on), RECOMMENDATION_STATES[one.state])
                    for one in shown.recommendations
                ],
            ),
        ]
    page = timeline_of(viewer, review.case, now, tie, size=TIMELINE_LINES)
    if page.lines:
        blocks += [
            Heading("What happened, by the records' own moments"),
            Table(("When", "What", "By"), [(when(one.at), one.what, one.who) for one in reversed(page.lines)]),
        ]
    return blocks


# ----------------------------------------------------------------------------------------------------- Word documents


def summary_docx(viewer: Viewer, code: str, *, now: datetime) -> bytes:
    """A case summary, with the words of its printed copy; that it was opened and printed is kept. Raises NotVisible."""
    summary = summary_for(viewer, code, now)
    opened = open_summary(viewer, summary, now=now)
    given = summary_context(opened, summary, viewer, now)
    blocks: list[Block] = [
        Text(f"{given['kind']}, case {given['code']}", quiet=True),
        Heading("What was established"),
        facts(given["facts"]),
        Heading("Who was there"),
        Table(("Member", "For", "Attendance"), given["present"]),
        Heading("Topics"),
    ]
    for topic in given["topics"]:
        blocks.append(Heading(topic["label"], 2))
        if topic["text"]:
            blocks.append(Text(topic["text"]))
        if topic["decisions"]:
            blocks += [Text("Decided:"), Bullets([str(one) for one in topic["decisions"]])]
        blocks.append(Table(("To do", "By", "Due"), topic["items"]))
        if not (topic["text"] or topic["decisions"] or topic["items"]):
            blocks.append(Text("Nothing was recorded on this topic.", quiet=True))
    plan = given["plan"]
    if plan:
        blocks.append(Heading(_titled("service_plan")))
        for heading, text in (("What the client wants", plan.get("wishes")), ("Strengths", plan.get("strengths"))):
            if text:
                blocks += [Heading(heading, 2), Text(text)]
        services = [[str(cell) for cell in row[:4]] for row in plan.get("services", [])]
        blocks.append(Table(("Service", "Need", "The client's choice", "By"), services))
    note_printed(viewer, summary, now=now)
    return to_docx(given["title"], blocks, notice=given["notice"], made=given["made"])


def plan_docx(viewer: Viewer, code: str, *, now: datetime) -> bytes:
    """A version of the service plan; on record as printed. Raises NotVisible for whom the plan is not open."""
    plan = plan_for(viewer, code, now)
    shown = open_plan(viewer, plan, now)
    services = {one.key: str(one.label) for one in active_pack().services}
    state = {"draft": "Draft", "adopted": "Adopted", "replaced": "Replaced by a newer version"}[shown.state]
    blocks: list[Block] = [
        facts([["Case", plan.case.code], ["Version", str(shown.number)], ["State", state]]),
        Heading(f"What the {active_pack().word('client')} wants"),
        Text(shown.wishes or "Not written down yet."),
    ]
    if shown.strengths:
        blocks += [Heading("Strengths"), Text(shown.strengths)]
    goals = [
        (one.goal, one.owner_name, day(one.due_on) if one.due_on else "Open") for one in getattr(shown, "goals", ())
    ]
    steps = [(one.what, one.owner_name, day(one.due_on)) for one in getattr(shown, "actions", ())]
    for heading, table in (
        ("Goals", Table(("Goal", "Who", "By"), goals)),
        ("Steps", Table(("What", "Who", "By"), steps)),
        (
            "Services",
            Table(
                ("Service", "Need", f"The {active_pack().word('client')}'s choice", "Who", "By"),
                [
                    (
                        services.get(one.category, one.category),
                        one.need,
                        one.choice,
                        one.owner_name,
                        day(one.due_on) if one.due_on else "Open",
                    )
                    for one in shown.services
                ],
            ),
        ),
    ):
        if table.rows:
            blocks += [Heading(heading), table]
    record_read(viewer, "record.printed", plan, classes=("PLAN",), what="plan", form="docx")
    return to_docx(_titled("service_plan"), blocks, notice=NOTICE, made=_made(plan.case, viewer, now))


# ------------------------------------------------------------------------------------------------------------- shared


def _pdf(title: str, case: Case, blocks: Sequence[Block], viewer: Viewer, now: datetime) -> bytes:
    return render_pdf(
        "closure/paper.typ",
        {
            "title": title,
            "language": "en",
            "code": case.code,
            "notice": NOTICE,
            "made": _made(case, viewer, now),
            "blocks": [_plain(block) for block in blocks],
        },
    )


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text, "level": block.level + 1}
    if isinstance(block, Text):
        return {"kind": "text", "lines": block.text.splitlines() or [""], "quiet": block.quiet}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": list(block.items)}
    return {"kind": "table", "header": list(block.header), "rows": [[str(cell) for cell in row] for row in block.rows]}


def _made(case: Case, viewer: Viewer, now: datetime) -> str:
    return f"Case {case.code}, printed {when(now)} by {viewer.name}."


def _both(choices: Any, key: str, words: str) -> str:
    said = choices.get(key, "") if key else ""
    return f"{said}. {words.strip()}" if said and words.strip() else said or words.strip()


def _until(label: str, until: datetime | None) -> str:
    return f"{label}, until {day(until)}" if until else label


def _titled(key: str) -> str:
    """The state's word, as a heading begins."""
    word = active_pack().word(key)
    return word[:1].upper() + word[1:]
