"""A shared summary as its reader sees it, and its printed copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.choices import CONSENT_PLANS, CONTINUED, KINDS, STATUSES
from rightdoor.casework.staffings.printouts import attendance, print_summary
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The frozen summary; that it was opened is kept and shown to the coordinator."""
    summary = queries.summary_for(request.viewer, code, request.now)
    opened = actions.open_summary(request.viewer, summary, now=request.now)
    staffing = summary.staffing
    coordinates = request.viewer.covers_as("care_coordinator", staffing.region)
    context = {
        "summary": summary,
        "staffing": staffing,
        "shares": queries.shares_of(summary) if coordinates else [],
        "coordinates": coordinates,
        **shown_body(opened.body, opened.plan),
    }
    return respond(request, page="staffings/shared.html", context=context)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The printed copy: what this reader may see, under the code and without a name."""
    summary = queries.summary_for(request.viewer, code, request.now)
    opened = actions.open_summary(request.viewer, summary, now=request.now)
    content = print_summary(request.viewer, summary, opened, now=request.now)
    headers = {
        "Content-Disposition": f'attachment; filename="summary-{summary.code}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def shown_body(body: Mapping[str, Any], plan: Mapping[str, Any] | None) -> dict[str, Any]:
    """A summary's content with the words and moments that a page shows."""
    label = active_pack().teams.all().label
    return {
        "body": body,
        "kind": KINDS[body["kind"]],
        "held_at": _moment(body["held_at"]),
        "due_at": _moment(body["due_at"]),
        "status": STATUSES.get(body["status"].get("status", ""), ""),
        "continued": CONTINUED.get(body["continued_services"], ""),
        "consent": CONSENT_PLANS.get(body["consent_plan"], ""),
        "present": [
            {"name": one["name"], "discipline": label(one["discipline"]), "how": attendance(one)}
            for one in body["present"]
        ],
        "topics": [
            {**topic, "items": [{**item, "due_on": date.fromisoformat(item["due_on"])} for item in topic["items"]]}
            for topic in body["topics"]
            if topic["text"].strip() or topic["decisions"] or topic["items"]
        ],
        "silent": [
            topic["label"]
            for topic in body["topics"]
            if not (topic["text"].strip() or topic["decisions"] or topic["items"])
        ],
        "plan": {
            **plan,
            "services": [
                {**one, "due_on": date.fromisoformat(one["due_on"]) if one["due_on"] else None}
                for one in plan["services"]
            ],
        }
        if plan
        else None,
    }


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
