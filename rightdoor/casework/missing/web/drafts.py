"""Half-typed forms of this slice: kept while typing, there again when the form is opened, gone once it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.http import HttpRequest

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.ui.typed import as_initial, typed_in


def keep(request: HttpRequest, form: str, about: str) -> None:
    """Keeps what stands in the form that was sent."""
    keep_draft(request.viewer, f"missing.{form}", about, typed_in(request), now=request.now)


def fill_in(viewer: Viewer, form: forms.Form, name: str, about: str) -> tuple[datetime | None, Mapping[str, object]]:
    """Puts what was kept into a form that was not sent yet. Returns when it was kept, and all of it."""
    draft = find_draft(viewer, f"missing.{name}", about)
    typed, kept_at = draft if draft else ({}, None)
    form.initial |= as_initial(form, typed) if typed else {}
    return kept_at, typed


def forget(viewer: Viewer, form: str, about: str) -> None:
    """The form was sent, or thrown away."""
    drop_draft(viewer, f"missing.{form}", about)
