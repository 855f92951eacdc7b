"""One episode: what is known, its clocks, what was done; finding the child; the steps after it; the sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.documents.queries import pictures_of
from rightdoor.casework.missing import actions, printouts, queries
from rightdoor.casework.missing.choices import DISCLOSES, STEPS, VARIANTS
from rightdoor.casework.missing.models import Episode
from rightdoor.casework.missing.web import drafts
from rightdoor.casework.missing.web.forms import (
    ContactForm,
    DutyForm,
    EpisodeForm,
    ReturnForm,
    SheetForm,
    StepForm,
    ToldForm,
)
from rightdoor.casework.missing.web.frame import episode_context, episode_frame, handed_over
from rightdoor.community.partners.queries import agencies_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.missing import OFFICIAL, PICTURE_CLASSES, RETURN_STEPS
from rightdoor.domain.permission import check_may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_sent, code_in, kept
from rightdoor.packs.pack import MissingDuty

FORM, FACTS = "missing/form.html", "facts"
KEPT = frozenset({FACTS, "told", "log", *RETURN_STEPS})  # forms that keep themselves, beside those of the duties


def keep(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The draft of one of the forms below, kept while the person types."""
    episode = _episode(request, code, "missing.write")
    if form not in KEPT and form not in {duty.key for duty in active_pack().clocks.missing_child}:
        raise NotVisible
    drafts.keep(request, form, episode.code)
    return kept(request.now)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The whole episode, clocks first."""
    return _show(request, _episode(request, code))


def _show(request: HttpRequest, episode: Episode, *, refusal: str = "", status: int = 200) -> HttpResponse:
    shown = queries.open_episode(request.viewer, episode, request.now)
    plan = queries.newest_plan(episode.case) if episode.state == "running" else None
    context = episode_context(request, episode, shown) | {
        "plan": queries.open_plan(request.viewer, plan, request.now) if plan else None,
        "refusal": refusal,
    }
    return respond(request, page="missing/episode.html", context=context, status=status)


# ---------------------------------------------------------------------------------------------------- what is known


def show_facts(request: HttpRequest, code: str) -> HttpResponse:
    """What is known, to be completed."""
    episode = _episode(request, code, "missing.write")
    shown = queries.open_episode(request.viewer, episode, request.now)
    initial = EpisodeForm.initial_of(shown.told, shown.places) | {
        name: getattr(shown, name) for name in ("learned_at", "departed_at", "last_seen_at")
    }
    form = EpisodeForm(initial=initial, with_places=_writes_places(request, episode))
    _, typed = drafts.fill_in(request.viewer, form, FACTS, episode.code)
    # A draft was begun on what its page showed; what came meanwhile is found when it is sent.
    seen = as_sent(typed).get("seen") or episode.changed_at.isoformat()
    return _facts(request, episode, form, seen=seen)


def change_facts(request: HttpRequest, code: str) -> HttpResponse:
    """Adds to it. Two people at one form: the later one is told, and both texts are kept."""
    episode = _episode(request, code, "missing.write")
    form = EpisodeForm(request.POST, with_places=_writes_places(request, episode))
    seen = request.POST.get("seen", "")
    if form.is_valid():
        try:
            if seen != episode.changed_at.isoformat():
                raise RuleBroken(
                    "Somebody else changed this meanwhile. Your text is below; open the episode beside it."
                )
            actions.change_episode(
                request.viewer,
                episode,
                told=form.told(),
                places=form.places(),
                seen=episode.changed_at,
                now=request.now,
                **form.times(),
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
            seen = queries.changed_last(episode).isoformat()
        else:
            drafts.forget(request.viewer, FACTS, episode.code)
            messages.success(request, "Added. The clocks were reckoned anew.")
            return done(request, f"/missing/{episode.code}/")
    return _facts(request, episode, form, seen=seen, status=422)


def _facts(request: HttpRequest, episode: Episode, form: EpisodeForm, *, seen: str, status: int = 200) -> HttpResponse:
    context = episode_frame(
        request,
        episode,
        "What is known",
        form=form,
        parts=form.parts(),
        seen=seen,
        draft_url=f"/missing/{episode.code}/drafts/{FACTS}/",
    )
    return respond(request, page="missing/facts.html", context=context, status=status)


# ---------------------------------------------------------------------------------------------- what was done, entries


def show_duty(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """That a duty was done; what was recorded before stands in the form."""
    episode, duty = _episode(request, code, "missing.write"), _duty(key)
    before = queries.open_episode(request.viewer, episode, request.now).latest("duty", key)
    form = _duty_form(duty, initial={"at": before.at, **before.told} if before else {"at": request.now})
    return _page(request, episode, form, title=str(duty.label), button="Record it", lead=_WE_NEVER)


def do_duty(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Records it."""
    episode, duty = _episode(request, code, "missing.write"), _duty(key)
    form = _duty_form(duty, request.POST)
    return _add(request, episode, form, "duty", key, title=str(duty.label), button="Record it", lead=_WE_NEVER)


def show_told(request: HttpRequest, code: str) -> HttpResponse:
    """Who else was told."""
    episode = _episode(request, code, "missing.write")
    form = ToldForm(initial={"at": request.now, "key": request.GET.get("who", "")})
    return _page(request, episode, form, title="Who was told", button="Record it", lead=_WE_NEVER)


def add_told(request: HttpRequest, code: str) -> HttpResponse:
    """Records it."""
    episode = _episode(request, code, "missing.write")
    form = ToldForm(request.POST)
    return _add(request, episode, form, "told", "", title="Who was told", button="Record it", lead=_WE_NEVER)


def show_contact(request: HttpRequest, code: str) -> HttpResponse:
    """A call, a tip, a sighting."""
    episode = _episode(request, code, "missing.write")
    return _page(request, episode, ContactForm(initial={"at": request.now}), title="Into the log", button="Add it")


def add_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Adds it to the log."""
    episode = _episode(request, code, "missing.write")
    return _add(request, episode, ContactForm(request.POST), "contact", "", title="Into the log", button="Add it")


def show_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """A step after the return."""
    episode = _returned(request, code, step)
    before = queries.open_episode(request.viewer, episode, request.now).latest("return", step)
    form = StepForm(step=step, initial={"at": before.at, **before.told} if before else {"at": request.now})
    return _page(request, episode, form, title=STEPS[step], button="Record it", step=step)


def do_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """Records it."""
    episode = _returned(request, code, step)
    form = StepForm(request.POST, step=step)
    return _add(request, episode, form, "return", step, title=STEPS[step], button="Record it", step=step)


def _add(request: HttpRequest, episode: Episode, form: forms.Form, kind: str, key: str, **page: Any) -> HttpResponse:
    drafts.keep(request, _name(request), episode.code)
    if form.is_valid():
        told = dict(form.cleaned_data)
        at, place = told.pop("at"), told.pop("place", "")
        key = told.pop("key", key)
        if _done(
            form,
            lambda: actions.add_entry(
                request.viewer,
                episode,
                kind=kind,
                key=key,
                at=at,
                told=told,
                place=place,
                now=request.now,
                code=code_in(request.POST),
            ),
        ):
            drafts.forget(request.viewer, _name(request), episode.code)
            messages.success(request, "On record.")
            return done(request, f"/missing/{episode.code}/")
    return _page(request, episode, form, status=422, **page)


# -------------------------------------------------------------------------------------------------- back, and after it


def show_return(request: HttpRequest, code: str) -> HttpResponse:
    """The child is back: what follows, before it is said."""
    episode = _episode(request, code, "missing.write")
    return _return(request, episode, ReturnForm(initial={"recovered_at": request.now}))


def record_return(request: HttpRequest, code: str) -> HttpResponse:
    """The search ends, and the plan becomes tasks."""
    episode = _episode(request, code, "missing.write")
    form = ReturnForm(request.POST)
    if form.is_valid() and _done(
        form, lambda: actions.record_return(request.viewer, episode, now=request.now, **form.cleaned_data)
    ):
        messages.success(request, "Recorded. Everybody with a task was told that something awaits them.")
        return done(request, f"/missing/{episode.code}/")
    return _return(request, episode, form, status=422)


def _return(request: HttpRequest, episode: Episode, form: ReturnForm, *, status: int = 200) -> HttpResponse:
    plan = queries.newest_plan(episode.case)
    context = episode_frame(
        request,
        episode,
        "The child is back",
        form=form,
        plan=queries.open_plan(request.viewer, plan, request.now) if plan else None,
    )
    return respond(request, page="missing/return.html", context=context, status=status)


def settle_task(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A task was done, or called off."""
    episode = _episode(request, code, "missing.do")
    try:
        actions.settle_task(
            request.viewer, episode, number=number, state=request.POST.get("state", ""), now=request.now
        )
    except RuleBroken as refusal:
        return _show(request, episode, refusal=str(refusal), status=422)
    return done(request, f"/missing/{episode.code}/")


def close(request: HttpRequest, code: str) -> HttpResponse:
    """Closes the episode once everything is on record."""
    episode = _episode(request, code, "missing.write")
    try:
        actions.close_episode(request.viewer, episode, now=request.now)
    except RuleBroken as refusal:
        return _show(request, episode, refusal=str(refusal), status=422)
    messages.success(request, "The episode is closed.")
    return done(request, f"/missing/{episode.code}/")


# ------------------------------------------------------------------------------------------------------------ the sheet


def show_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Which of the two sheets, and what each discloses."""
    episode = _episode(request, code, "missing.print")
    return _sheet(request, episode, _sheet_form(request, episode))


def print_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet; that it was made, and for whom, goes into the register of disclosures."""
    episode = _episode(request, code, "missing.print")
    form = _sheet_form(request, episode, request.POST)
    if form.is_valid():
        made: list[bytes] = []
        if _done(
            form,
            lambda: made.append(printouts.print_sheet(request.viewer, episode, now=request.now, **form.cleaned_data)),
        ):
            told = form.cleaned_data
            return handed_over(made[0], f"missing-{told['variant']}-{episode.code}", told["form"])
    return _sheet(request, episode, form, status=422)


def _sheet_form(request: HttpRequest, episode: Episode, *bound: Any) -> SheetForm:
    case, classes = episode.case, PICTURE_CLASSES[OFFICIAL]
    agencies = [(one.code, one.name) for one in agencies_of(request.viewer)]
    pictures = [
        (one.code, one.title)
        for one in pictures_of(request.viewer, case, request.now, classes=classes)
        if one.holder == case.holder
    ]
    return SheetForm(*bound, agencies=agencies, pictures=pictures)


def _sheet(request: HttpRequest, episode: Episode, form: SheetForm, *, status: int = 200) -> HttpResponse:
    sheets = [(VARIANTS[key], DISCLOSES[key]) for key in VARIANTS]
    context = episode_frame(request, episode, "Sheet for police or a poster", form=form, sheets=sheets)
    return respond(request, page="missing/sheet.html", context=context, status=status)


# ---------------------------------------------------------------------------------------------------------------- small

_WE_NEVER = "This program reports to nobody. You call, and record here that you did."


def _episode(request: HttpRequest, code: str, act: str = "") -> Episode:
    episode = queries.episode_for(request.viewer, code, request.now)
    if act:
        tie = standing_of(request.viewer, episode.case, request.now)
        check_may(request.viewer, act, tie)
        if act == "missing.write" and not queries.may_write_episodes(request.viewer, episode.case, request.now, tie):
            raise NotVisible
    return episode


def _writes_places(request: HttpRequest, episode: Episode) -> bool:
    """Whoever may only read the places sees them on the page; a field of the form is there to be written in."""
    viewer, case, now = request.viewer, episode.case, request.now
    tie = standing_of(viewer, case, now)
    return may_read(viewer, case.client, tie, "LOC", now, holder=case.holder, action="write").allowed


def _returned(request: HttpRequest, code: str, step: str) -> Episode:
    episode = _episode(request, code, "missing.write")
    if step not in RETURN_STEPS or episode.state == "running":
        raise NotVisible
    return episode


def _name(request: HttpRequest) -> str:
    """Under which name the draft of this form is kept: the last part of its address."""
    return request.path.rstrip("/").rsplit("/", 1)[-1]


def _duty(key: str) -> MissingDuty:
    for duty in active_pack().clocks.missing_child:
        if duty.key == key:
            return duty
    raise NotVisible


def _duty_form(duty: MissingDuty, *bound: Any, initial: dict[str, Any] | None = None) -> DutyForm:
    label = str(duty.number) if duty.number else ""
    return DutyForm(*bound, number_label=label, is_amber=duty.key == "amber", initial=initial)


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    try:
        act()
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(
    request: HttpRequest,
    episode: Episode,
    form: forms.Form,
    *,
    title: str,
    button: str,
    lead: str = "",
    step: str = "",
    status: int = 200,
) -> HttpResponse:
    sent: Mapping[str, object] = request.POST
    if not form.is_bound:
        _, sent = drafts.fill_in(request.viewer, form, _name(request), episode.code)
    context = episode_frame(
        request,
        episode,
        title,
        draft_url=f"/missing/{episode.code}/drafts/{_name(request)}/",
        form=form,
        button=button,
        lead=lead,
        step=step,
        code=code_in(sent),
        here=request.path,
    )
    return respond(request, page=FORM, context=context, status=status)
