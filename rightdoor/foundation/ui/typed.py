"""What stands in a form while somebody types: taken out of the request, put back as it was, said to be kept.

Where it is kept is another matter (foundation/drafts): a page takes it out here, keeps it there, and answers with
`kept`. Nothing here judges what was typed.

    keep_draft(request.viewer, DRAFT, case.code, typed_in(request), now=request.now)
    return kept(request.now)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jurisdiction.templatetags.words import clock_time

# Of the page and not of the person: the token, and which button was pressed.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "go", "more"})
PLAIN = "text/plain; charset=utf-8"


def typed_in(request: HttpRequest) -> dict[str, object]:
    """Everything that stands in the form, each field with all its values. Null characters cannot be kept."""
    return {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
    }


def as_sent(typed: Mapping[str, object]) -> MultiValueDict[str, str]:
    """A draft as the form sent it, for pages with rows or steps."""
    return MultiValueDict({str(name): _texts(value) for name, value in typed.items()})


def as_initial(form: forms.BaseForm, typed: Mapping[str, object]) -> dict[str, Any]:
    """A draft as the fields of this form. What was not in it, or is no code where a code stands, is left out."""
    initial: dict[str, Any] = {}
    said = as_sent(typed)
    for name, field in form.fields.items():
        sent = form.add_prefix(name)
        if isinstance(field.widget, forms.MultiWidget):
            parts = [f"{sent}{part}" for part in field.widget.widgets_names]
            if any(part in said for part in parts):
                initial[name] = [said.get(part) or "" for part in parts]
        elif isinstance(field.widget, forms.CheckboxInput):
            initial[name] = bool(said.get(sent))
        elif isinstance(field, forms.MultipleChoiceField):
            initial[name] = said.getlist(sent)
        elif sent in said and (name != "code" or is_code(said.get(sent))):
            initial[name] = said.get(sent)
    return initial


def code_in(typed: Mapping[str, object]) -> str:
    """The code that a form brings along, of the row that it will make; a fresh one where it brings none."""
    code = as_sent(typed).get("code")
    return code if isinstance(code, str) and is_code(code) else new_code()


def version_in(typed: Mapping[str, object]) -> int:
    """The version that a page was made from; one that was never there where the form does not say."""
    text = str(as_sent(typed).get("version") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def is_draft(request: HttpRequest) -> bool:
    """The page keeps what is typed by itself; nobody has pressed a button."""
    return request.headers.get("X-Draft") == "1"


def kept_words(now: datetime, also: str = "") -> str:
    """The line that what was typed is kept. `also`: who else is at the same form."""
    said = f"Kept {clock_time(now)}"
    return f"{said} {also} is writing here, too." if also else said


def kept(now: datetime, also: str = "") -> HttpResponse:
    """The answer to a page that keeps itself: the line beside its button."""
    return HttpResponse(kept_words(now, also), content_type=PLAIN)


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
