"""Consent and releases of a case: how things stand, and the one next step of each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.choices import (
    ALTERNATIVES,
    CONSENT_BASES,
    RELATIONS,
    RELEASABLE,
    WHY_ENDED,
    WHY_SUSPENDED,
)
from rightdoor.casework.consents.queries import Coordination, Place, ShownRelease
from rightdoor.casework.consents.rules import why_may_not_sign
from rightdoor.casework.consents.web.frame import frame, place
from rightdoor.foundation.ui.pages import respond

STATES = {
    "in_force": "In force",
    "ends_soon": "Ends soon",
    "later": "Begins later",
    "suspended": "Suspended",
    "ended": "Ended",
}
TONES = {"in_force": "plain", "ends_soon": "at_risk", "later": "plain", "suspended": "strong", "ended": "quiet"}
NOT_RESTING = {
    "": "Nobody has been asked yet.",
    "refused": "Consent was refused.",
    "withdrawn": "Consent was withdrawn.",
    "of_age": "The client came of age; what a guardian signed has ended.",
    "expired": "The time of the consent is over.",
    "closed": "Consent ended with the case. Ask anew.",
    "lapsed": "The time of the consent is over.",
    "spoiled": "Whoever consented is alleged to have done harm, or that was never asked.",
}


def show(request: HttpRequest, code: str) -> HttpResponse:
    """How consent and releases stand."""
    here = place(request, code)
    viewer, now, client = request.viewer, request.now, here.client
    releases = [row_of(one, here) for one in queries.releases_of(viewer, client, now)]
    context = {
        **frame(request, here),
        "coordination": coordination_words(queries.coordination_of(client, now)),
        "running": [row for row in releases if row["one"].state != "ended"],
        "ended": [row for row in releases if row["one"].state == "ended"],
        "people": [
            {
                "one": one,
                "relation": RELATIONS.get(one.who.relation, ""),
                "bar": why_may_not_sign("guardian", one.flags),
            }
            for one in queries.people_around(viewer, client, now)
        ],
        "orders": [{"one": one, "state": "Confirmed" if one.confirmed_at else "Awaits a second person"}
                   for one in queries.orders_of(client)],
        "subpoenas": [{"one": one, "state": "Settled" if one.settled_at else "Holds the record"}
                      for one in queries.subpoenas_of(client)],
        "emergencies": [{"one": one, "state": "Over" if one.ends_at <= now else "In force"}
                        for one in queries.emergencies_of(client)],
    }  # fmt: skip
    return respond(request, page="consents/overview.html", context=context)


def coordination_words(found: Coordination) -> dict[str, Any]:
    """What ongoing coordination rests on, in words."""
    rests_on = {**ALTERNATIVES, **CONSENT_BASES}
    return {
        "stands": found.basis is not None,
        "basis": rests_on.get(found.basis.basis, "") if found.basis else "",
        "since": found.basis.since if found.basis else None,
        "until": found.basis.until if found.basis else None,
        "may_withdraw": found.latest == "given",
        "why_not": "" if found.basis else NOT_RESTING.get(found.latest, NOT_RESTING["lapsed"]),
        "latest": found.latest,
    }


def row_of(one: ShownRelease, here: Place) -> dict[str, Any]:
    """A release for a list: its state in words, and the one next step."""
    why = WHY_SUSPENDED.get(one.suspended_why, "") if one.state == "suspended" else ""
    if one.state == "ended":
        why = WHY_ENDED.get(one.ended_why, WHY_ENDED["expired"])
    base = f"/releases/{one.code}/"
    step, path = {
        "in_force": ("Take it back", f"{base}revocation/"),
        "ends_soon": ("Ask whether to renew it", f"/cases/{here.case_code}/releases/new/"),
        "later": ("Read it", base),
        "suspended": ("Check it", f"{base}check/"),
        "ended": ("Ask for a new one", f"/cases/{here.case_code}/releases/new/"),
    }[one.state]
    return {
        "one": one,
        "state": STATES[one.state],
        "tone": TONES[one.state],
        "why": why,
        "classes": ", ".join(RELEASABLE.get(klass, klass).split(":")[0] for klass in one.told.classes),
        "last_day": queries.last_moment(one.expires_at),
        "step": step,
        "path": path,
    }
