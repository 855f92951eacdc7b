"""A new release, step by step. What was typed is kept, sealed for its author, until the release is in force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.actions.releases import record_release
from rightdoor.casework.consents.choices import NEVER, RELATIONS
from rightdoor.casework.consents.printouts import release_form
from rightdoor.casework.consents.queries import Place, ShownPerson
from rightdoor.casework.consents.rules import ReleaseRefused, as_rule, birth_date_of, faults_of, why_may_not_sign
from rightdoor.casework.consents.told import ReleaseTold
from rightdoor.casework.consents.web import steps
from rightdoor.casework.consents.web.frame import frame, keep_typed, pdf, place, typed_so_far
from rightdoor.casework.consents.wording import asked_language
from rightdoor.community.partners.queries import agencies_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.drafts.keep import drop_draft
from rightdoor.foundation.ui.pages import done, respond

FORM = "release"
ORDER = tuple(steps.STEPS)


def begin(request: HttpRequest, code: str) -> HttpResponse:
    """The first step; what was typed before is still there."""
    here = place(request, code, "release.record")
    return redirect(f"/cases/{here.case_code}/releases/new/{ORDER[0]}/")


def show(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step of the form."""
    here = _place(request, code, step)
    people = queries.people_around(request.viewer, here.client, request.now, purpose="release")
    typed = typed_so_far(request.viewer, FORM, here.case_code)
    return _page(request, here, step, _forms(request, here, people, typed), people, typed)


def create(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step answered: kept, asked of the rules, and on to the next; the last one puts the release in force."""
    here = _place(request, code, step)
    people = queries.people_around(request.viewer, here.client, request.now, purpose="release")
    before = typed_so_far(request.viewer, FORM, here.case_code)
    names = steps.names_in(_forms(request, here, people, before)[step])
    typed = keep_typed(request, FORM, here.case_code, names)
    made = _forms(request, here, people, typed)
    form = made[step]
    if form.is_valid():
        told = steps.told_from(made)
        if step != ORDER[-1]:
            _mark(form, step, _faults(request, here, told, people))
        else:
            try:
                release = record_release(
                    request.viewer, here.client, told=told, now=request.now, code=typed.get("code", "")
                )
            except ReleaseRefused as refusal:
                _mark_last(form, refusal)
            except RuleBroken as refusal:
                form.add_error(None, str(refusal))
            else:
                drop_draft(request.viewer, FORM, here.case_code)
                messages.success(request, "The release is in force.")
                return done(request, f"/releases/{release.code}/")
    if form.errors:
        return _page(request, here, step, made, people, typed, status=422)
    return done(request, f"/cases/{here.case_code}/releases/new/{ORDER[ORDER.index(step) + 1]}/")


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The form as it is filled so far, to be signed on paper."""
    here = place(request, code, "release.record")
    people = queries.people_around(request.viewer, here.client, request.now, purpose="release")
    made = _forms(request, here, people, typed_so_far(request.viewer, FORM, here.case_code))
    language = asked_language(request.GET.get("language", ""))
    content = release_form(
        request.viewer, here.client, here.case_code, steps.told_from(made), language=language, now=request.now
    )
    return pdf(content, f"release-{here.case_code}-{language}")


def _place(request: HttpRequest, code: str, step: str) -> Place:
    here = place(request, code, "release.record")
    if step not in steps.STEPS:
        raise NotVisible
    return here


def _forms(
    request: HttpRequest, here: Place, people: list[ShownPerson], typed: MultiValueDict[str, str]
) -> dict[str, Any]:
    """Every step as far as it was sent, the others fresh."""
    agencies = [(one.code, one.name) for one in agencies_of(request.viewer)]
    staff = queries.recipients(here.region, request.now)
    guardian = next((one for one in people if one.code == typed.get("guardian", "")), None)
    kwargs: dict[str, dict[str, Any]] = {
        "signers": {"people": people},
        "between": {"agencies": agencies, "people": staff},
        "what": {"now": request.now},
        "explained": {"initial": {"explained_by": request.viewer.name}},
        "signatures": {"route": typed.get("route", ""), "guardian": guardian, "now": request.now},
    }
    made = {}
    for step, form in steps.FORMS.items():
        fresh = form(**kwargs[step])
        made[step] = form(typed, **kwargs[step]) if steps.was_sent(steps.names_in(fresh), typed) else fresh
    return made


def _faults(request: HttpRequest, here: Place, told: ReleaseTold, people: list[ShownPerson]) -> list[Any]:
    flags = {one.code: one.flags for one in people if one.flags is not None}
    birth_on = birth_date_of(request.viewer, here.client, request.now)
    return faults_of(as_rule(told, flags, birth_on), request.now)


def _mark(form: Any, step: str, faults: list[Any]) -> None:
    """What the rules say about this step stands beside its fields; what a later step mends is not said yet."""
    for fault in faults:
        at, field = steps.MENDED.get(fault.field, ("signatures", ""))
        if at == step:
            form.add_error(field or None, fault.sentence)


def _mark_last(form: Any, refusal: ReleaseRefused) -> None:
    for fault in refusal.faults:
        at, _ = steps.MENDED.get(fault.field, ("signatures", ""))
        before = "" if at == ORDER[-1] else f"Step {ORDER.index(at) + 1}, {steps.STEPS[at]}: "
        form.add_error(None, f"{before}{fault.sentence}")


def _page(
    request: HttpRequest,
    here: Place,
    step: str,
    made: dict[str, Any],
    people: list[ShownPerson],
    typed: MultiValueDict[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    at = ORDER.index(step)
    base = f"/cases/{here.case_code}/releases/new/"
    told = steps.told_from({name: form for name, form in made.items() if name != step})
    context = {
        **frame(request, here),
        "form": made[step],
        "step": step,
        "labels": list(steps.STEPS.values()),
        "number": at + 1,
        "here_url": f"{base}{step}/",
        "back_url": f"{base}{ORDER[at - 1]}/" if at else f"/cases/{here.case_code}/consent/",
        "people": [
            {
                "one": one,
                "relation": RELATIONS.get(one.who.relation, ""),
                "bar": why_may_not_sign("guardian", one.flags),
            }
            for one in people
        ],
        "never": list(NEVER.values()),
        "summary": queries.summary_of(told),
        "form_url": f"{base}form.pdf",
    }
    return respond(request, page=steps.PAGES[step], context=context, status=status)
