"""The case summary as a printed document: what goes into it, as plain data, and the PDF made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rightdoor.casework.staffings.actions import OpenedSummary, note_printed
from rightdoor.casework.staffings.choices import ATTENDANCE, CONSENT_PLANS, CONTINUED, KINDS, STATUSES
from rightdoor.casework.staffings.models import CaseSummary
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
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


def _titled(key: str) -> str:
    """The state's word, as a heading begins."""
    word = active_pack().word(key)
    return word[:1].upper() + word[1:]
