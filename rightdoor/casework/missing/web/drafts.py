"""Half-typed forms of this slice: kept while typing, there again when the form is opened, gone once it was sent."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import HttpRequest

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.forms import MomentField

LEFT_OUT = frozenset({"csrfmiddlewaretoken", "go"})


def keep(request: HttpRequest, form: str, about: str) -> None:
    """Keeps what stands in the form that was sent. Null characters cannot be kept."""
    typed: dict[str, object] = {
        name: request.POST.get(name, "").replace("\0", "") for name in request.POST if name not in LEFT_OUT
    }
    keep_draft(request.viewer, f"missing.{form}", about, typed, now=request.now)


def fill_in(viewer: Viewer, form: forms.Form, name: str, about: str) -> tuple[datetime | None, str]:
    """Puts what was kept into a form that was not sent yet. Returns when it was kept, and the code that it had."""
    kept = find_draft(viewer, f"missing.{name}", about)
    if kept is None:
        return None, ""
    typed, kept_at = kept
    for key, field in form.fields.items():
        if isinstance(field, MomentField):
            if f"{key}_day" in typed:
                form.initial[key] = [str(typed.get(f"{key}_{part}") or "") for part in ("day", "time")]
        elif key in typed:
            form.initial[key] = typed[key]
    return kept_at, str(typed.get("code") or "")


def forget(viewer: Viewer, form: str, about: str) -> None:
    """The form was sent, or thrown away."""
    drop_draft(viewer, f"missing.{form}", about)
