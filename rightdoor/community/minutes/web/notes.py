"""Minutes of a meeting without a case, topic by topic."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.meetings.actions import mark_held
from rightdoor.community.meetings.models import Meeting
from rightdoor.community.meetings.queries import invitations_of, standing_of
from rightdoor.community.meetings.words import KINDS, STATES
from rightdoor.community.minutes.actions import write_note
from rightdoor.community.minutes.queries import ShownNote, meeting_without_case, notes_of
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import acts_open_to, check_may
from rightdoor.foundation.drafts.keep import drop_draft, find_drafts, keep_draft
from rightdoor.foundation.ui.forms import StoryField
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import PLAIN, as_initial, kept, typed_in


class NoteForm(forms.Form):
    """The text of one topic with the version it was written on."""

    text = StoryField(label="Minutes", required=False, limit=20_000)
    topic = forms.CharField(max_length=60, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {"rows": "4", "aria-label": f"Minutes, {label}"}
        self.fields["text"].says_optional = False  # type: ignore[attr-defined]


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The agenda with what was written on each topic."""
    meeting = meeting_without_case(request.viewer, code)
    return respond(request, page="minutes/minutes.html", context=_context(request, meeting))


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What is typed on a topic, kept while the person types: sealed for them alone."""
    meeting = _meeting(request, code)
    topic = request.POST.get("topic", "")
    if topic not in {note.key for note in notes_of(meeting)}:
        return HttpResponse("Not kept. This topic is not on the agenda.", status=422, content_type=PLAIN)
    keep_draft(request.viewer, _draft_of(topic), meeting.code, typed_in(request), now=request.now)
    return kept(request.now)


def write(request: HttpRequest, code: str) -> HttpResponse:
    """Keeps one topic. Where somebody else wrote meanwhile, both texts are kept and shown."""
    meeting = _meeting(request, code)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            written = write_note(request.viewer, meeting, now=request.now, **form.cleaned_data)
            drop_draft(request.viewer, _draft_of(form.cleaned_data["topic"]), meeting.code)
            said = "Somebody else wrote here meanwhile. Both texts are kept; put them in order."
            messages.success(request, said if written.theirs else "The minutes are kept.")
            return done(request, f"/meetings/{meeting.code}/minutes/#topic-{form.cleaned_data['topic']}")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="minutes/minutes.html", context=_context(request, meeting, form), status=422)


def _meeting(request: HttpRequest, code: str) -> Meeting:
    meeting = meeting_without_case(request.viewer, code)
    check_may(request.viewer, "meeting.minute", standing_of(request.viewer, meeting))
    return meeting


def _draft_of(topic: str) -> str:
    """Each topic has a draft of its own: two may be kept at the same moment."""
    return f"minutes.{topic}"[:60]


def hold(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting took place."""
    meeting = meeting_without_case(request.viewer, code)
    check_may(request.viewer, "meeting.record_attendance", standing_of(request.viewer, meeting))
    if request.now < meeting.starts_at or not any(row.attendance for row in invitations_of(meeting)):
        messages.error(request, "Record who was there first, once the meeting has begun.")
    else:
        mark_held(request.viewer, meeting, held_at=meeting.starts_at, now=request.now)
        messages.success(request, "The meeting counts as held.")
    return done(request, f"/meetings/{meeting.code}/minutes/")


def _context(request: HttpRequest, meeting: Meeting, refused: NoteForm | None = None) -> dict[str, Any]:
    may = acts_open_to(request.viewer, standing_of(request.viewer, meeting))
    may_write = "meeting.minute" in may and meeting.state != "cancelled"
    notes = notes_of(meeting)
    asked = refused.data.get("topic", "") if refused else ""
    # What was typed comes back also when the form names no topic of this agenda.
    typed = asked if asked in {note.key for note in notes} else next((note.key for note in notes), "")
    forms = [_draft_of(note.key) for note in notes] if may_write else []
    drafts = find_drafts(request.viewer, forms, meeting.code)

    def form_of(note: ShownNote) -> NoteForm | None:
        if not may_write:
            return None
        if refused is not None and note.key == typed:
            return refused
        form = NoteForm(label=note.label, auto_id=f"id_{note.key}_%s")
        draft, _ = drafts.get(_draft_of(note.key), ({}, None))
        form.initial = {"text": note.text, "version": note.version} | as_initial(form, draft) | {"topic": note.key}
        return form

    return {
        "meeting": meeting,
        "kind": KINDS.get(meeting.kind, meeting.kind),
        "state": STATES[meeting.state],
        "boards": [
            {"note": note, "form": form_of(note), "draft_at": drafts.get(_draft_of(note.key), (None, None))[1]}
            for note in notes
        ],
        "may_hold": "meeting.record_attendance" in may
        and meeting.state == "convened"
        and request.now >= meeting.starts_at,
    }
