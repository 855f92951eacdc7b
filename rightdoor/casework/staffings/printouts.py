"""The case summary as a printed document: what goes into it, as plain data, and the PDF made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rightdoor.casework.cases.parts import ON_A_TABLE
from rightdoor.casework.staffings.actions import OpenedSummary, note_printed
from rightdoor.casework.staffings.agenda.actions import note_agenda_printed
from rightdoor.casework.staffings.agenda.queries import due_at, under_topics
from rightdoor.casework.staffings.choices import ATTENDANCE, CONSENT_PLANS, CONTINUED, KINDS, MODES, STATUSES
from rightdoor.casework.staffings.models import CaseSummary, Packet
from rightdoor.casework.staffings.packets.actions import note_packet_printed
from rightdoor.casework.staffings.packets.queries import printed_packet
from rightdoor.casework.staffings.queries import agenda_of, standing_for
from rightdoor.casework.staffings.running.queries import Line
from rightdoor.community.meetings.models import Meeting
from rightdoor.domain.permission import Viewer
from rightdoor.domain.staffing import topics_owed
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, time_of_day, when
from rightdoor.foundation.printing.pdf import render_pdf


def summary_context(opened: OpenedSummary, summary: CaseSummary, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Everything the document says, in words, ready to print: what its reader may see, and no name of a client."""
    body = opened.body
    disciplines = active_pack().teams.all()
    held = datetime.fromisoformat(body["held_at"])
    due = datetime.fromisoformat(body["due_at"]) if body["due_at"] else None
    facts = [
        [_titled("client"), body["client"]],
        ["Case", body["case"]],
        [_titled("region"), body["region"]],
        ["Held", when(held)],
    ]
    if due is not None:
        on_time = "on time" if held <= due else "late"
        facts.append(["Response due", f"{when(due)} (tier {body['tier']}, {on_time})"])
    if body["status"]:
        facts.append(["Victim status", STATUSES[body["status"]["status"]]])
        facts.append(["It rests on", body["status"]["evidence"] or "Not recorded"])
        if body["status"]["determined_by"]:
            facts.append(["Determined by", body["status"]["determined_by"]])
    if body["continued_services"]:
        facts.append(["Continued services", _both(CONTINUED[body["continued_services"]], body["continued_words"])])
    if body["consent_plan"]:
        facts.append(["Consent", _both(CONSENT_PLANS.get(body["consent_plan"], ""), body["consent_words"])])
    return {
        "title": _titled("case_summary"),
        "language": "en",
        "code": body["case"],
        "kind": KINDS[body["kind"]],
        "notice": "Confidential. For the members to whom it was shared, for this case only. Do not copy or pass on.",
        "made": f"Summary {summary.code}, filed {when(summary.filed_at)}, printed {when(now)} by {viewer.name}. "
        f"Text digest {summary.digest[:16]}.",
        "facts": facts,
        "present": [[one["name"], disciplines.label(one["discipline"]), attendance(one)] for one in body["present"]],
        "topics": [
            {
                "label": topic["label"],
                "text": topic["text"].strip(),
                "decisions": topic["decisions"],
                "items": [
                    [item["text"], item["owner"], day(date.fromisoformat(item["due_on"]))] for item in topic["items"]
                ],
            }
            for topic in body["topics"]
        ],
        "plan": _plan(opened.plan),
    }


def _plan(plan: Mapping[str, Any] | None) -> dict[str, Any]:
    if not plan:
        return {}
    return {
        "wishes": plan["wishes"].strip(),
        "strengths": plan["strengths"].strip(),
        "services": [
            [
                one["category"],
                one["need"],
                one["choice"],
                day(date.fromisoformat(one["due_on"])) if one["due_on"] else "Open",
            ]
            for one in plan["services"]
        ],
    }


def _both(choice: str, words: str) -> str:
    return f"{choice}. {words.strip()}" if words.strip() else choice


def attendance(one: Mapping[str, Any]) -> str:
    """How somebody was there: "Present", or "Sent a delegate (name)"."""
    said = ATTENDANCE.get(one["how"], one["how"])
    return f"{said} ({one['delegate']})" if one.get("delegate") else said


def print_summary(viewer: Viewer, summary: CaseSummary, opened: OpenedSummary, *, now: datetime) -> bytes:
    """The tagged PDF of a summary that the viewer has just opened; who printed it and when is kept."""
    document = render_pdf("staffings/summary.typ", summary_context(opened, summary, viewer, now))
    note_printed(viewer, summary, now=now)
    return document


def agenda_context(
    viewer: Viewer, meeting: Meeting, lines: Sequence[Line], now: datetime, *, names: bool
) -> dict[str, Any]:
    """The agenda of a meeting as one person gets it: the cases that are open to them, what is due on each, its topics.

    Under codes; with names only where they were asked for and are open to the viewer.
    """
    cases = []
    for line in lines:
        staffing = line.staffing
        tie = standing_for(viewer, staffing, now)
        topics = agenda_of(staffing)
        order = topics_owed(topics)
        label = {topic.key: str(topic.label) for topic in topics}
        dues = [one for one in due_at(staffing, viewer, tie, now) if one.klass in ON_A_TABLE]
        by_topic, rest = under_topics(dues, order)
        name = line.client.name if names else ""
        minutes = f", {line.minutes} minutes" if line.minutes else ""
        cases.append(
            {
                "title": f"{line.number}. Case {staffing.case.code}" + (f", {name}" if name else ""),
                "about": f"About {time_of_day(line.begins_at)}{minutes}",
                "due": [[one.what, _by(one.due_at, now)] for one in rest],
                "topics": [
                    {
                        "label": label[key],
                        "due": [f"{one.what}, {_by(one.due_at, now)}" for one in by_topic.get(key, ())],
                    }
                    for key in order
                ],
            }
        )
    place = f"{meeting.room.name}, {meeting.room.agency.name}" if meeting.room else "Not chosen"
    return {
        "title": "Agenda",
        "language": "en",
        "code": meeting.code,
        "kind": KINDS[meeting.kind],
        "notice": "Confidential. For the meeting, and for the person who printed it. Do not copy or leave it lying.",
        "made": f"Printed {when(now)} by {viewer.name}.",
        "facts": [
            ["When", f"{when(meeting.starts_at)} to {time_of_day(meeting.ends_at)}"],
            ["How", MODES[meeting.mode]],
            ["Where", place],
        ],
        "cases": cases,
    }


def print_agenda(viewer: Viewer, meeting: Meeting, lines: Sequence[Line], *, names: bool, now: datetime) -> bytes:
    """The tagged PDF of the agenda as this person sees it; that it was printed is kept."""
    document = render_pdf("staffings/agenda.typ", agenda_context(viewer, meeting, lines, now, names=names))
    note_agenda_printed(viewer, [line.staffing for line in lines], names=names, now=now)
    return document


def packet_context(viewer: Viewer, packet: Packet, now: datetime) -> dict[str, Any]:
    """A packet on paper: what it shows on the screen, with its reader on each page."""
    opened = printed_packet(viewer, packet, now)
    whose = f"{packet.code} for {opened['reader']}, {opened['agency']}"
    return {
        "title": f"For {opened['reader']}",
        "language": "en",
        "code": packet.code,
        "lead": f"Confidential. {whose}.",
        "notice": f"{whose}. Give it back after the meeting. Do not copy or pass on.",
        "made": f"Printed {when(now)} by {viewer.name}. It counts until {when(packet.closes_at)}",
        "sections": opened["sections"],
    }


def print_packet(viewer: Viewer, packet: Packet, *, now: datetime) -> bytes:
    """The tagged PDF of a packet, for whoever made it to hand over; that it was printed is kept."""
    document = render_pdf("staffings/packet.typ", packet_context(viewer, packet, now))
    note_packet_printed(viewer, packet, now=now)
    return document


def _by(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "no date"
    return f"{day(at)}, overdue" if at < now else day(at)


def _titled(key: str) -> str:
    """The state's word, as a heading begins."""
    word = active_pack().word(key)
    return word[:1].upper() + word[1:]
