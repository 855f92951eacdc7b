"""What stands in a form while somebody types, kept as a draft of their own and put back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from rightdoor.casework.notes.queries import AlsoHere
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.keep import find_draft, keep_draft
from rightdoor.foundation.jurisdiction.templatetags.words import clock_time
from rightdoor.foundation.ui.forms import MomentField


def typed_in(request: HttpRequest, form: forms.Form, *more: str) -> dict[str, object]:
    """What stands in the form, field by field. Null characters cannot be kept."""
    typed: dict[str, object] = {}
    for name, field in form.fields.items():
        if isinstance(field, MomentField):
            for part in ("day", "time"):
                typed[f"{name}_{part}"] = _clean(request.POST.get(f"{name}_{part}", ""))
        elif isinstance(field, forms.MultipleChoiceField):
            typed[name] = [_clean(one) for one in request.POST.getlist(name)]
        else:
            typed[name] = _clean(request.POST.get(name, ""))
    return typed | {name: _clean(request.POST.get(name, "")) for name in more}


def as_initial(form: forms.Form, typed: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as the fields of the form."""
    initial: dict[str, Any] = {}
    for name, field in form.fields.items():
        if isinstance(field, MomentField):
            initial[name] = [str(typed.get(f"{name}_{part}") or "") for part in ("day", "time")]
        elif isinstance(field, forms.BooleanField):
            initial[name] = bool(typed.get(name))
        elif name in typed:
            initial[name] = typed[name]
    return initial


def keep(viewer: Viewer, form: str, about: str, typed: dict[str, object], now: datetime) -> None:
    """The draft, as it stands now."""
    keep_draft(viewer, form, about, typed, now=now)


def found(viewer: Viewer, form: str, about: str) -> tuple[dict[str, Any], datetime | None]:
    """The viewer's own draft and when it was kept; empty and None where there is none."""
    kept = find_draft(viewer, form, about)
    return (dict(kept[0]), kept[1]) if kept else ({}, None)


def kept_words(now: datetime, other: AlsoHere | None) -> str:
    """The line beside the button after the draft was kept."""
    said = f"Kept {clock_time(now)}"
    return f"{said} {other.name} is writing here, too." if other else said


def version_in(said: Mapping[str, Any]) -> int:
    """The version that a page was made from; one that was never there where the form does not say."""
    text = str(said.get("version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _clean(text: str) -> str:
    return text.replace("\0", "")
