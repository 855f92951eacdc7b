"""Notes of a case: the tab, writing one, one with all that it said before, correcting it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, names_of_accounts, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.notes import actions, queries
from rightdoor.casework.notes.actions import Conflict
from rightdoor.casework.notes.choices import CLASS_WORDS, STAYS
from rightdoor.casework.notes.models import Note
from rightdoor.casework.notes.parts import path_of
from rightdoor.casework.notes.queries import ShownNote, Told
from rightdoor.casework.notes.web.forms import NoteForm, WithdrawalForm
from rightdoor.casework.notes.web.tabs import tab_page
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.notes import PRIVILEGED, tab_of
from rightdoor.domain.permission import check_may
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, code_in, kept, kept_words, typed_in, version_in

NEW, CORRECTION = "notes.new", "notes.correction"  # the first with the class behind it: one draft a class and case


def index(request: HttpRequest, code: str) -> HttpResponse:
    """The team's own notes, and those of school and juvenile justice."""
    return tab_page(request, case_for(request.viewer, code, request.now), "notes")


def new(request: HttpRequest, code: str) -> HttpResponse:
    """An empty note of one class, or what was typed before the line or the browser dropped."""
    case, klass = _asked(request, code, request.GET.get("class", ""))
    draft = find_draft(request.viewer, _draft_of(klass), case.code)
    typed, kept_at = draft if draft else ({}, None)
    form = _form(klass)
    form.initial = {"happened_at": request.now, **(as_initial(form, typed) if typed else {})}
    return _new_page(request, case, klass, form, note=code_in(typed), kept_at=kept_at)


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Kept as a draft, dropped, or written. What cannot be written yet is kept, too."""
    case, klass = _asked(request, code, request.POST.get("data_class", ""))
    form = _form(klass, request)
    go = request.POST.get("go", "write")
    here = f"/cases/{case.code}/notes/new/?class={klass}"
    if go == "drop":
        drop_draft(request.viewer, _draft_of(klass), case.code)
        return done(request, here)
    keep_draft(request.viewer, _draft_of(klass), case.code, typed_in(request), now=request.now)
    if go == "keep":
        messages.success(request, kept_words(request.now))
        return done(request, here)
    if form.is_valid():
        try:
            note = actions.write_note(
                request.viewer,
                case,
                data_class=klass,
                told=form.told(),
                minor_consented_alone=form.cleaned_data.get("minor_consented_alone", False),
                code=form.cleaned_data["code"],
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, _draft_of(klass), case.code)
            messages.success(request, "The note is written.")
            return done(request, f"/notes/{note.code}/")
    return _new_page(request, case, klass, form, note=code_in(request.POST), kept_at=request.now, status=422)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a new note, kept while the person types."""
    case, klass = _asked(request, code, request.POST.get("data_class", ""))
    keep_draft(request.viewer, _draft_of(klass), case.code, typed_in(request), now=request.now)
    return kept(request.now)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One note, what it said before, and what one may do with it."""
    note = queries.note_for(request.viewer, code, request.now)
    return respond(request, page="notes/note.html", context=_one(request, note, WithdrawalForm()))


def correction(request: HttpRequest, code: str) -> HttpResponse:
    """The note to be corrected, or what was typed before the line or the browser dropped."""
    note, opened = _to_change(request, code)
    draft = find_draft(request.viewer, CORRECTION, note.code)
    typed, kept_at = draft if draft else ({}, None)
    form = _form(note.data_class, is_new=False)
    form.initial = as_initial(form, typed) if typed else NoteForm.initial_of(opened.told)
    # A draft was begun on the version that its page showed; what came meanwhile is found when it is sent.
    version = version_in(typed) if typed else opened.version
    return _correction_page(request, note, opened, form, version=version, kept_at=kept_at)


def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Keeps the correction. When somebody else was first, both texts are shown and nothing is overwritten."""
    note, opened = _to_change(request, code)
    form = _form(note.data_class, request, is_new=False)
    version = version_in(request.POST)
    if request.POST.get("go") == "drop":
        drop_draft(request.viewer, CORRECTION, note.code)
        return done(request, f"/notes/{note.code}/")
    keep_draft(request.viewer, CORRECTION, note.code, typed_in(request), now=request.now)
    if form.is_valid():
        told = form.told()
        if request.POST.get("go") == "both":
            told = _both(opened.told, told)
        try:
            written = actions.correct_note(request.viewer, note, told=told, version=version, now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            if isinstance(written, Conflict):
                return _conflict(request, note, opened, written)
            drop_draft(request.viewer, CORRECTION, note.code)
            messages.success(request, "The note is corrected. What it said before stays below it.")
            return done(request, f"/notes/{note.code}/")
    return _correction_page(request, note, opened, form, version=version, kept_at=request.now, status=422)


def keep_correction(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a correction, kept while the person types; says when a colleague is at the same note."""
    note, _opened = _to_change(request, code)
    keep_draft(request.viewer, CORRECTION, note.code, typed_in(request), now=request.now)
    other = queries.also_writing(request.viewer, CORRECTION, note.code, request.now)
    return kept(request.now, other.name if other else "")


def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Takes the note back, with a reason."""
    note, _opened = _to_change(request, code)
    form = WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw_note(request.viewer, note, reason=form.cleaned_data["reason"], now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The note is withdrawn. Nobody outside your agency reads it any more.")
            return done(request, f"/notes/{note.code}/")
    return respond(request, page="notes/note.html", context=_one(request, note, form), status=422)


def _asked(request: HttpRequest, code: str, klass: str) -> tuple[Case, str]:
    """The case, and the class of the note to be written. Raises NotVisible for one that this person cannot write."""
    viewer, now = request.viewer, request.now
    case = case_for(viewer, code, now)
    tie = standing_of(viewer, case, now)
    check_may(viewer, "case.note", tie)
    classes = queries.classes_open_to_write(viewer, case, tie, now)
    klass = klass or next(iter(classes), "")
    if klass not in classes:
        raise NotVisible
    return case, klass


def _draft_of(klass: str) -> str:
    return f"{NEW}.{klass.lower()}"


def _form(klass: str, request: HttpRequest | None = None, *, is_new: bool = True) -> NoteForm:
    asks_minor = is_new and klass in active_pack().sharing.minor_alone
    return NoteForm(asks_minor=asks_minor) if request is None else NoteForm(request.POST, asks_minor=asks_minor)


def _new_page(
    request: HttpRequest, case: Case, klass: str, form: NoteForm, *, note: str, kept_at: Any, status: int = 200
) -> HttpResponse:
    tab = tab_of(klass)
    context = case_frame(request, case, tab) | {
        "page_title": f"Write a note: {CLASS_WORDS[klass].lower()}",
        "page_back": _tab_url(case, tab),
        "page_back_label": "The notes",
        "form": form,
        "data_class": klass,
        "note": note,
        "stays": STAYS if klass in PRIVILEGED else "",
        "kept_at": kept_at,
    }
    return respond(request, page="notes/new.html", context=context, status=status)


def _tab_url(case: Case, tab: str) -> str:
    return f"/cases/{case.code}/{path_of(tab)}"


def _one(request: HttpRequest, note: Note, form: WithdrawalForm) -> dict[str, Any]:
    tab = tab_of(note.data_class)
    opened = queries.open_note(request.viewer, note, request.now)
    return case_frame(request, note.case, tab) | {
        "page_title": opened.told.kind_words,
        "page_back": _tab_url(note.case, tab),
        "page_back_label": "The notes",
        "note": opened,
        "form": form,
        "stays": STAYS if opened.is_privileged else "",
        "also": queries.also_writing(request.viewer, CORRECTION, note.code, request.now) if opened.may_change else None,
    }


def _to_change(request: HttpRequest, code: str) -> tuple[Note, ShownNote]:
    note = queries.note_for(request.viewer, code, request.now)
    opened = queries.open_note(request.viewer, note, request.now)
    if not opened.may_change:
        raise NotPermitted("You may not change this note. Whoever wrote it may, as long as it is not withdrawn.")
    return note, opened


def _correction_page(
    request: HttpRequest,
    note: Note,
    opened: ShownNote,
    form: NoteForm,
    *,
    version: int,
    kept_at: Any,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = case_frame(request, note.case, tab_of(note.data_class)) | {
        "page_title": "Correct this note",
        "page_back": f"/notes/{note.code}/",
        "page_back_label": "The note",
        "note": opened,
        "form": form,
        "version": version,
        "kept_at": kept_at,
        "stays": STAYS if opened.is_privileged else "",
        "also": queries.also_writing(request.viewer, CORRECTION, note.code, request.now),
        **more,
    }
    return respond(request, page="notes/correction.html", context=context, status=status)


def _conflict(request: HttpRequest, note: Note, opened: ShownNote, conflict: Conflict) -> HttpResponse:
    """Both texts, side by side. 422 and not 409: this is to be read and answered."""
    form = _form(note.data_class, is_new=False)
    form.initial = NoteForm.initial_of(conflict.yours)
    who = names_of_accounts({conflict.written_by}).get(conflict.written_by, "Somebody else")
    return _correction_page(
        request,
        note,
        opened,
        form,
        version=conflict.version,
        kept_at=request.now,
        status=422,
        conflict=conflict,
        theirs_by=who,
    )


def _both(theirs: Told, yours: Told) -> Told:
    """Everything of both, in one note: their text first."""
    text = f"{theirs.text.rstrip()}\n\n{yours.text.lstrip()}"
    joined = {
        name: mine if mine == other or not other else other if not mine else f"{other}; {mine}"
        for name, mine, other in (
            ("present", yours.present, theirs.present),
            ("outcome", yours.outcome, theirs.outcome),
        )
    }
    return Told(yours.kind, yours.happened_at, text, joined["present"], joined["outcome"])
