"""The register of disclosures, and what was told outside the platform."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.actions.disclosures import (
    ReportTold,
    close_outside_disclosure,
    note_follow_up,
    record_outside_disclosure,
)
from rightdoor.casework.consents.choices import KINDS_OUTSIDE, RELEASABLE, REPORTED_CONTENT
from rightdoor.casework.consents.printouts import register_document
from rightdoor.casework.consents.queries import Place
from rightdoor.casework.consents.register import copies, register_of
from rightdoor.casework.consents.web.forms import DisclosureForm, FollowUpForm, ObeyForm
from rightdoor.casework.consents.web.frame import frame, pdf, place, place_of_row
from rightdoor.casework.consents.wording import asked_language
from rightdoor.community.partners.queries import agencies_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that left the hands of its holder, newest first."""
    here = place(request, code)
    entries = register_of(request.viewer, here.client, request.now)
    by_ground: dict[str, list[Any]] = {}
    for one in entries:
        by_ground.setdefault(f"{one.basis} {one.ground}".strip(), []).append(one)
    context = {
        **frame(request, here, "disclosures"),
        "entries": [{"one": one, "classes": _classes(one.classes)} for one in entries],
        "copies": [{"one": one, "classes": _classes(one.classes)} for one in copies(entries)],
        "grounds": [(ground, len(rows)) for ground, rows in by_ground.items()],
        "open": [one for one in queries.outside_of(here.client) if one.closed_at is None],
    }
    return respond(request, page="consents/register.html", context=context)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The register, printed."""
    here = place(request, code)
    entries = register_of(request.viewer, here.client, request.now)
    language = asked_language(request.GET.get("language", ""))
    content = register_document(
        request.viewer, here.client, here.case_code, entries, copies(entries), language=language, now=request.now
    )
    return pdf(content, f"disclosures-{here.case_code}-{language}")


def show_new(request: HttpRequest, code: str) -> HttpResponse:
    """Asks what was told, to whom, on what ground."""
    here = place(request, code, "disclosure.record")
    return _page(request, here, _form(request, here))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Puts it on record."""
    here = place(request, code, "disclosure.record")
    form = _form(request, here, request.POST)
    if form.is_valid():
        try:
            row = _record(request, here, form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It stands in the register.")
            return done(request, f"/disclosures/{row.code}/")
    return _page(request, here, form, status=422)


def show_one(request: HttpRequest, code: str) -> HttpResponse:
    """One entry, with what it still needs."""
    return _one(request, code)


def change_one(request: HttpRequest, code: str) -> HttpResponse:
    """The follow-up was sent, or the entry is closed."""
    row = queries.disclosure_for(request.viewer, code, request.now)
    place_of_row(request, row, "disclosure.record")
    follow_up, obey = FollowUpForm(), ObeyForm()
    try:
        if request.POST.get("do") == "follow-up":
            follow_up = FollowUpForm(request.POST)
            if follow_up.is_valid():
                note_follow_up(request.viewer, row, done_at=follow_up.cleaned_data["done_at"], now=request.now)
                messages.success(request, "The follow-up is on record.")
                return done(request, f"/disclosures/{row.code}/")
        else:
            obey = ObeyForm(request.POST)
            if obey.is_valid():
                close_outside_disclosure(request.viewer, row, now=request.now, **obey.cleaned_data)
                messages.success(request, "The entry is closed.")
                return done(request, f"/disclosures/{row.code}/")
    except RuleBroken as refusal:
        (follow_up if follow_up.is_bound else obey).add_error(None, str(refusal))
    return _one(request, code, follow_up=follow_up, obey=obey, status=422)


def _form(request: HttpRequest, here: Place, data: Any = None) -> DisclosureForm:
    agencies = [(one.code, one.name) for one in agencies_of(request.viewer)]
    grounds = queries.grounds_to_choose(request.viewer, here.client, request.now)
    contacts = queries.contacts_of(request.viewer, here.client, request.now)
    initial = {"told_at": request.now, "from_agency": here.client.holder}
    bound = [data] if data is not None else []
    return DisclosureForm(*bound, agencies=agencies, grounds=grounds, contacts=contacts, initial=initial)


def _record(request: HttpRequest, here: Place, data: dict[str, Any]) -> Any:
    chosen = data["ground"]
    release = queries.release_of_client(here.client, chosen) if chosen else None
    report = None
    if data["kind"] == "report":
        report = ReportTold(
            data["report_by"], data["report_number"], tuple(data["report_content"]), data["told_before"]
        )
    person = queries.person_for(request.viewer, here.client, data["person"]) if data["person"] else None
    return record_outside_disclosure(
        request.viewer,
        here.client,
        kind=data["kind"],
        from_agency=data["from_agency"],
        to=data["to"],
        to_agency=data["to_agency"],
        what=data["what"],
        classes=data["classes"],
        told_at=data["told_at"],
        release=release,
        ground="" if release else chosen,
        person=person,
        report=report,
        now=request.now,
    )


def _page(request: HttpRequest, here: Place, form: Any, *, status: int = 200) -> HttpResponse:
    context = {**frame(request, here, "disclosures"), "form": form}
    return respond(request, page="consents/disclosure_new.html", context=context, status=status)


def _one(
    request: HttpRequest,
    code: str,
    *,
    follow_up: FollowUpForm | None = None,
    obey: ObeyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = queries.disclosure_for(request.viewer, code, request.now)
    here = place_of_row(request, row)
    told = queries.opened_told(request.viewer, row, request.now, verb="outside_disclosure.read")
    initial = {name: told.get(name, "") for name in ("notice_attempt", "safety_steps")}
    context = {
        **frame(request, here, "disclosures"),
        "row": row,
        "told": told,
        "kind": KINDS_OUTSIDE[row.kind],
        "classes": _classes(told.get("classes", ())),
        "content": [REPORTED_CONTENT[key] for key in told.get("content", ()) if key in REPORTED_CONTENT],
        "follow_up": follow_up or FollowUpForm(initial={"done_at": request.now}),
        "obey": obey or ObeyForm(initial=initial),
        "ground": row.release.code if row.release else row.ground,
    }
    return respond(request, page="consents/disclosure.html", context=context, status=status)


def _classes(names: Any) -> str:
    return ", ".join(RELEASABLE.get(name, name).split(":")[0] for name in names)
