"""What somebody has typed into the public report so far: it travels in the form, raw, and is checked anew each time."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from rightdoor.casework.intake.web.public_forms import FORMS, StepForm
from rightdoor.foundation.jurisdiction.active import active_pack, local

STEPS: dict[str, Any] = {
    "worry": _("What worries you"),
    "child": _("About the child"),
    "questions": _("A few questions"),
    "you": _("About you"),
    "check": _("Check and send"),
}
ORDER = list(STEPS)


def summary(request: HttpRequest, language: str, typed: dict[str, str]) -> list[dict[str, Any]]:
    """Every answer of every step in words, for the check before sending."""
    groups = []
    for name in FORMS:
        form = form_of(name, language, request, typed, bound=False)
        said_here = [(bound.label, _as_text(bound)) for bound in form]
        groups.append({"step": name, "title": STEPS[name], "answers": said_here})
    return groups


def _as_text(bound: Any) -> str:
    value = bound.value()
    if bound.name == "born":
        month, day, year = value or ("", "", "")
        names = dict(bound.field.widget.widgets[0].choices)
        return " ".join(part for part in (str(names.get(month, "")) if month else "", day, year) if part)
    if choices := getattr(bound.field, "choices", None):
        return str(dict(choices).get(value or "", value or ""))
    return str(value or "")


def form_of(
    name: str,
    language: str,
    request: HttpRequest,
    typed: dict[str, str],
    *,
    bound: bool = True,
    mended: Set[str] = frozenset(),
) -> StepForm:
    """The form of a step, checked (`bound`) or only filled in. `mended` fields had a character that cannot be kept."""
    known = {"pack": active_pack(), "language": language, "today": local(request.now).date()}
    kind = FORMS[name]
    if bound:
        form = kind(typed, auto_id="%s", **known)
        for field in mended & set(form.fields):
            form.add_error(
                field, said("There was a character in this text that cannot be kept. It was taken out; check the text.")
            )
        return form
    initial = {field: typed.get(field, "") for field in kind.base_fields}
    if "born" in initial:
        initial["born"] = [typed.get(f"born_{part}", "") for part in ("month", "day", "year")]
    return kind(initial=initial, auto_id="%s", **known)


def inputs_of(form: StepForm) -> set[str]:
    """Names of the inputs that the form itself shows; everything else is carried along."""
    return {*form.fields, *({f"born_{part}" for part in ("month", "day", "year")} if "born" in form.fields else ())}


INPUTS = [
    *[name for kind in FORMS.values() for name in kind.base_fields if name != "born"],
    *[f"born_{part}" for part in ("month", "day", "year")],
]


def typed_in(request: HttpRequest) -> tuple[dict[str, str], set[str]]:
    """Everything typed so far, of every step, and the names of those out of which a null character was taken."""
    found = {name: request.POST[name] for name in INPUTS if name in request.POST}
    mended = {name for name, value in found.items() if "\0" in value}
    return {name: value.replace("\0", "") for name, value in found.items()}, mended
