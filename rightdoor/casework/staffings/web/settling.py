"""The act pages that settle a staffing: status, services and consent, first plan, attendance, holding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.actions import determine_victim_status
from rightdoor.casework.cases.queries import determinations_of
from rightdoor.casework.plans.actions import write_plan
from rightdoor.casework.plans.queries import plans_of
from rightdoor.casework.staffings import actions, queries
from rightdoor.casework.staffings.choices import STATUSES
from rightdoor.casework.staffings.models import Staffing
from rightdoor.casework.staffings.web.forms import (
    HoldingForm,
    ServiceRows,
    SettlementForm,
    StatusForm,
    WishesForm,
)
from rightdoor.casework.staffings.web.frame import case_facts, frame, intake_open, points_of, staffing_of
from rightdoor.community.meetings.actions import record_attendance
from rightdoor.community.meetings.forms import AttendanceForm
from rightdoor.community.meetings.queries import invitations_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond


def show_status(request: HttpRequest, code: str) -> HttpResponse:
    """What is recorded, and the form."""
    staffing = _open_for(request, code, "status.determine")
    form = StatusForm(people=_people(staffing))
    return respond(request, page="staffings/status.html", context=_status(request, staffing, form))


def create_status(request: HttpRequest, code: str) -> HttpResponse:
    """Determines the victim status."""
    staffing = _open_for(request, code, "status.determine")
    form = StatusForm(request.POST, people=_people(staffing))
    if form.is_valid():
        try:
            determine_victim_status(
                request.viewer,
                staffing.case,
                now=request.now,
                staffing_began_at=staffing.starts_at if staffing.kind == "emergency" else None,
                **form.cleaned_data,
            )
            return _back(request, staffing, "The victim status is determined.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/status.html", context=_status(request, staffing, form), status=422)


def show_settlement(request: HttpRequest, code: str) -> HttpResponse:
    """Continued services and consent, as recorded so far."""
    staffing = _open_for(request, code, "staffing.hold")
    words = queries.open_staffing(request.viewer, staffing, request.now).words
    form = SettlementForm(
        initial={
            "continued_services": staffing.continued_services,
            "consent_plan": staffing.consent_plan,
            "continued_words": words.get("continued", ""),
            "consent_words": words.get("consent", ""),
            "signer_alleged": words.get("signer_alleged"),
        }
    )
    return respond(request, page="staffings/settlement.html", context={**frame(request, staffing), "form": form})


def create_settlement(request: HttpRequest, code: str) -> HttpResponse:
    """Records both."""
    staffing = _open_for(request, code, "staffing.hold")
    form = SettlementForm(request.POST)
    if form.is_valid():
        try:
            actions.settle_staffing(request.viewer, staffing, now=request.now, **form.cleaned_data)
            return _back(request, staffing, "Continued services and consent are recorded.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = {**frame(request, staffing), "form": form}
    return respond(request, page="staffings/settlement.html", context=context, status=422)


def show_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The client's wishes and four rows of services."""
    staffing = _open_for(request, code, "plan.write")
    rows = ServiceRows(form_kwargs={"people": _people(staffing)}, prefix="services")
    form = WishesForm(initial={"code": new_code()})
    return respond(request, page="staffings/plan.html", context=_plan(request, staffing, form, rows))


def create_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Writes a version of the plan; or, for "Add rows", the same page with more rows and everything typed kept."""
    staffing = _open_for(request, code, "plan.write")
    people = _people(staffing)
    if "more" in request.POST:
        rows = _more_rows(request, people)
        form = WishesForm(initial={name: request.POST.get(name, "") for name in WishesForm.base_fields})
        return respond(request, page="staffings/plan.html", context=_plan(request, staffing, form, rows))
    data = request.POST.copy()
    data["services-INITIAL_FORMS"] = "0"  # a row that was left blank is no row, wherever it stands
    form, rows = WishesForm(request.POST), ServiceRows(data, form_kwargs={"people": people}, prefix="services")
    is_sound = [form.is_valid(), rows.is_valid()]
    if all(is_sound):
        services = [row.as_service() for row in rows.forms if row.has_changed()]
        try:
            write_plan(request.viewer, staffing.case, services=services, now=request.now, **form.cleaned_data)
            return _back(request, staffing, "The service plan is written. Adopt it once it is agreed.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/plan.html", context=_plan(request, staffing, form, rows), status=422)


def show_attendance(request: HttpRequest, code: str) -> HttpResponse:
    """One line a seat."""
    staffing = _open_for(request, code, "staffing.hold")
    form = AttendanceForm(invitations=invitations_of(staffing.meeting))
    return respond(request, page="staffings/attendance.html", context=_attendance(request, staffing, form))


def create_attendance(request: HttpRequest, code: str) -> HttpResponse:
    """Records who was there."""
    staffing = _open_for(request, code, "staffing.hold")
    form = AttendanceForm(request.POST, invitations=invitations_of(staffing.meeting))
    if form.is_valid():
        try:
            record_attendance(request.viewer, staffing.meeting, present=form.present(), now=request.now)
            return _back(request, staffing, "Attendance is recorded.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/attendance.html", context=_attendance(request, staffing, form), status=422)


def show_holding(request: HttpRequest, code: str) -> HttpResponse:
    """When it was held, and what follows."""
    staffing = _open_for(request, code, "staffing.hold")
    form = HoldingForm(initial={"held_at": staffing.starts_at})
    return respond(request, page="staffings/holding.html", context=_holding(request, staffing, form))


def create_holding(request: HttpRequest, code: str) -> HttpResponse:
    """It was held: one clock stops, the next begins."""
    staffing = _open_for(request, code, "staffing.hold")
    form = HoldingForm(request.POST)
    if form.is_valid():
        try:
            actions.hold_staffing(request.viewer, staffing, held_at=form.cleaned_data["held_at"], now=request.now)
            return _back(request, staffing, "The staffing is held. The clock of the summary runs.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="staffings/holding.html", context=_holding(request, staffing, form), status=422)


def _open_for(request: HttpRequest, code: str, act: str) -> Staffing:
    staffing = staffing_of(request, code)
    check_may(request.viewer, act, queries.standing_for(request.viewer, staffing, request.now))
    return staffing


def _back(request: HttpRequest, staffing: Staffing, said: str) -> HttpResponse:
    messages.success(request, said)
    return done(request, f"/staffings/{staffing.code}/")


def _people(staffing: Staffing) -> list[tuple[str, str]]:
    return queries.people_at(staffing)


def _status(request: HttpRequest, staffing: Staffing, form: StatusForm) -> dict[str, Any]:
    names = dict(_people(staffing))
    history = [
        {"one": one, "status": STATUSES[one.status], "by": names.get(one.determined_by, "")}
        for one in determinations_of(request.viewer, staffing.case, request.now)
    ]
    return {
        **frame(request, staffing),
        "form": form,
        "history": history,
        "facts": case_facts(request, staffing),
    }


def _plan(request: HttpRequest, staffing: Staffing, form: WishesForm, rows: Any) -> dict[str, Any]:
    return {
        **frame(request, staffing),
        "form": form,
        "rows": rows,
        "versions": plans_of(request.viewer, staffing.case, request.now),
    }


def _more_rows(request: HttpRequest, people: list[tuple[str, str]]) -> Any:
    prefix, names = "services", ("category", "need", "choice", "owner", "due_on")
    said = request.POST.get(f"{prefix}-TOTAL_FORMS", "")
    total = int(said) if said.isdecimal() and len(said) < 4 else 0
    typed = [{name: request.POST.get(f"{prefix}-{at}-{name}", "") for name in names} for at in range(min(total, 36))]
    return ServiceRows(initial=typed, form_kwargs={"people": people}, prefix=prefix)


def _attendance(request: HttpRequest, staffing: Staffing, form: AttendanceForm) -> dict[str, Any]:
    return {**frame(request, staffing), "form": form, "has_begun": request.now >= staffing.starts_at}


def _holding(request: HttpRequest, staffing: Staffing, form: HoldingForm) -> dict[str, Any]:
    points = points_of(staffing)
    return {
        **frame(request, staffing),
        "form": form,
        "points": points,
        "open_points": [point for point in points if not point.is_done],
        "intake_open": intake_open(request, staffing),
        "summary_hours": active_pack().clocks.summary_due_hours,
        "has_begun": request.now >= staffing.starts_at,
    }
