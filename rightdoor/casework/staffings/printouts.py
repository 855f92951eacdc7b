"""The case summary as a printed document: what goes into it, as plain data, and the PDF made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rightdoor.casework.staffings.models import CaseSummary
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import record
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf

STATUS_WORDS = {"suspected": "Suspected", "confirmed": "Confirmed", "not_trafficking": "Not trafficking"}
CONTINUED_WORDS = {"eligible": "Eligible", "not_eligible": "Not eligible", "undecided": "Not decided yet"}
CONSENT_WORDS = {
    "given": "Consent was given",
    "will_ask_guardian": "A parent or guardian will be asked",
    "will_ask_other_parent": "The other parent will be asked",
    "custody": "The agency with custody consents",
    "court_order": "A court order is sought or in place",
    "own_consent": "The client consents alone, as the law permits",
    "refused": "Consent was refused; investigative response only",
}


def summary_context(body: Mapping[str, Any], summary: CaseSummary, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Everything the document says, in words, ready to print. No name of a client is in it."""
    disciplines = active_pack().teams.all()
    held = datetime.fromisoformat(body["held_at"])
    due = datetime.fromisoformat(body["due_at"]) if body["due_at"] else None
    facts = [
        ["Client", body["client"]],
        ["Case", body["case"]],
        ["Region", body["region"]],
        ["Held", when(held)],
    ]
    if due is not None:
        on_time = "on time" if held <= due else "late"
        facts.append(["Response due", f"{when(due)} (tier {body['tier']}, {on_time})"])
    if body["status"]:
        facts.append(["Victim status", STATUS_WORDS[body["status"]["status"]]])
        facts.append(["It rests on", body["status"]["evidence"] or "Not recorded"])
    if body["continued_services"]:
        facts.append(
            ["Continued services", _both(CONTINUED_WORDS[body["continued_services"]], body["continued_words"])]
        )
    if body["consent_plan"]:
        facts.append(["Consent", _both(CONSENT_WORDS.get(body["consent_plan"], ""), body["consent_words"])])
    return {
        "title": "Case summary",
        "language": "en",
        "code": body["case"],
        "kind": "Emergency staffing" if body["kind"] == "emergency" else "Case staffing",
        "notice": "Confidential. For the members to whom it was shared, for this case only. Do not copy or pass on.",
        "made": f"Summary {summary.code}, filed {when(summary.filed_at)}. Printed {when(now)} by {viewer.name}. "
        f"Text digest {summary.digest[:16]}.",
        "facts": facts,
        "present": [
            [one["name"], disciplines.label(one["discipline"]), _attendance(one["how"])] for one in body["present"]
        ],
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
        "plan": _plan(body["plan"]),
    }


def _plan(plan: Mapping[str, Any]) -> dict[str, Any]:
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


def _attendance(how: str) -> str:
    return {"present": "Present", "absent": "Absent", "excused": "Excused", "delegated": "Sent a delegate"}.get(
        how, "Invited"
    )


def print_summary(viewer: Viewer, summary: CaseSummary, body: Mapping[str, Any], *, now: datetime) -> bytes:
    """The tagged PDF of a summary that the viewer has just opened. Call inside the act that opened it."""
    staffing = summary.staffing
    record(viewer, "record.printed", summary, subject=staffing.case.client.code, holder=staffing.case.holder)
    summary.shares.filter(account_code=viewer.code).update(printed_at=now)
    return render_pdf("staffings/summary.typ", summary_context(body, summary, viewer, now))
