"""What referrals to services add to a case: the tab, the timeline, what is due, what stands open at closure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Due, Flag, Happenings, Look, OpenEnd, Parts, Tab, note_listed
from rightdoor.casework.clients.disclosure import decision_on
from rightdoor.casework.clients.facts import Tie, as_coordinator
from rightdoor.casework.services.choices import HAPPENED
from rightdoor.casework.services.queries import (
    advocacy_of,
    cases_owing_advocacy,
    lines_of_reasons,
    lines_of_steps,
    may_read_services,
    open_of_cases,
)
from rightdoor.domain.confidentiality import Item
from rightdoor.domain.permission import Viewer, may
from rightdoor.domain.service_referral import OPEN_STATES

ADVOCACY_DUE_DAYS = 1  # from the day on which the status was confirmed; the referral is made at once
LINES = {f"service.{kind}": words for kind, words in HAPPENED.items()}
WHAT = {
    "sent": "Ask whether the provider takes the referral",
    "accepted": "Ask whether the first contact took place",
    "contacted": "Ask whether the service has started",
    "started": "Ask how the service goes",
}
# A list is read over a shoulder, and an agenda lies on a table: it tells nothing of the victim's status.
ADVOCACY_OWED = "Advocacy: to be settled"


def _is_open(look: Look) -> bool:
    return may_read_services(look.viewer, look.case, look.tie, look.now)


def _dues(viewer: Viewer, cases: Sequence[Case], ties: Mapping[int, Tie], now: datetime) -> list[Due]:
    """Referrals whose next news is owed, and confirmed victims without an advocate. For those who follow them up."""
    mine = [case for case in cases if case.state == "open" and _follows(viewer, case, ties, now)]
    known = {case.pk: case for case in mine}
    rows = open_of_cases(mine)
    note_listed(viewer, "service_referral.listed", "PLAN", {known[row.case_id] for row in rows}, ties, now, "due")
    found = [
        Due(
            row.case_id,
            "service.follow_up",
            WHAT[row.state],
            row.due_at,
            f"/service-referrals/{row.code}/",
            about=row.code,
            owner=known[row.case_id].coordinator,
            klass="PLAN",
            topic="support_services",
        )
        for row in rows
    ]
    found += [
        Due(
            case.pk,
            "service.advocacy",
            ADVOCACY_OWED,
            since + timedelta(days=ADVOCACY_DUE_DAYS),
            f"/cases/{case.code}/services/advocacy/",
            owner=case.coordinator,
        )
        for case, since in cases_owing_advocacy(viewer, mine, ties, now)
    ]
    return found


def _follows(viewer: Viewer, case: Case, ties: Mapping[int, Tie], now: datetime) -> bool:
    if case.client_id not in ties:
        return False
    tie = as_coordinator(viewer, ties[case.client_id], case.region)
    found = decision_on(viewer, case.client, Item("PLAN", case.holder), now, tie=tie)
    return may(viewer, "service_referral.follow", tie) and found.allowed and not found.status_only


def _flags(look: Look) -> list[Flag]:
    """Late news of a service, for those to whom the referrals are open."""
    if look.case.state != "open" or not _is_open(look):
        return []
    late = look.case.service_referrals.filter(state__in=OPEN_STATES, due_at__lt=look.now).count()
    if not late:
        return []
    words = "A service has not been heard of" if late == 1 else f"{late} services have not been heard of"
    return [Flag(words, "late", url=f"/cases/{look.case.code}/services/")]


def _open_ends(look: Look) -> list[OpenEnd]:
    """Referrals of which nobody knows what came, and the duty of an advocate that nobody answered."""
    ends = []
    if _is_open(look):
        count = look.case.service_referrals.filter(state__in=OPEN_STATES).count()
        if count:
            words = "A referral to a service is still open" if count == 1 else f"{count} referrals to services are open"
            ends.append(OpenEnd(words, f"/cases/{look.case.code}/services/"))
    advocacy = advocacy_of(look.viewer, look.case, look.now, look.tie)
    if advocacy is not None and advocacy.duty.owed:
        words = "A confirmed victim has no referral to an advocate and no reason why not"
        ends.append(OpenEnd(words, f"/cases/{look.case.code}/services/advocacy/"))
    return ends


def _url(kind: str, about: str) -> str:
    return f"/cases/{about}/services/" if kind == "service.advocacy_reason" else f"/service-referrals/{about}/"


PARTS = Parts(
    tabs=[Tab("services", "Services", "services/", 50, _is_open)],
    happenings=[
        Happenings(lines_of_steps, LINES, _url, group="Services", act="service_referral.read"),
        Happenings(lines_of_reasons, LINES, _url, group="Services", act="service_referral.read"),
    ],
    dues=[_dues],
    flags=[_flags],
    open_ends=[_open_ends],
)
