"""The five steps of a new release, each a small form; what they refuse is what the domain refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from rightdoor.casework.consents.choices import (
    HOW_SHARED,
    HOW_SIGNED,
    LANGUAGES,
    RELATIONS,
    RELEASABLE,
    ROUTES,
)
from rightdoor.casework.consents.queries import ShownPerson
from rightdoor.casework.consents.told import ReleaseTold, Signed
from rightdoor.domain.confidentiality import SPECIAL
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField

STEPS: Mapping[str, str] = {
    "signers": "Who signs",
    "between": "From whom to whom",
    "what": "What and how long",
    "explained": "How it was explained",
    "signatures": "Signatures",
}
PAGES: Mapping[str, str] = {
    "signers": "consents/step_signers.html",
    "between": "consents/step_between.html",
    "what": "consents/step_what.html",
    "explained": "consents/step_explained.html",
    "signatures": "consents/step_signatures.html",
}
SPECIAL_CLASSES = [klass for klass in RELEASABLE if klass in SPECIAL]


class SignersForm(forms.Form):
    """Who has to sign."""

    route = forms.ChoiceField(label="Who has to sign", choices=list(ROUTES.items()), widget=forms.RadioSelect)
    guardian = forms.ChoiceField(
        label="Which parent or guardian",
        widget=forms.RadioSelect,
        required=False,
        help_text="One is enough, also where two parents share custody. Whoever may not sign is not offered.",
    )
    guardian_until_on = DayField(
        label="Until which day a guardian's word counts",
        required=False,
        help_text="Only where the birth date is not known: the likely 18th birthday. MM/DD/YYYY",
    )
    emancipated_on = DayField(
        label="Emancipated or adult since", required=False, help_text="Only with a document that shows it. MM/DD/YYYY"
    )

    def __init__(self, *args: Any, people: Sequence[ShownPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["guardian"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.code, f"{one.who.name}, {RELATIONS.get(one.who.relation, '').lower()}")
            for one in people
            if one.may_sign
        ] + [("", "Nobody of them")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("route") == "minor_and_guardian" and not data.get("guardian"):
            self.add_error("guardian", "Choose who signs with the client, or add the person first.")
        return data


class BetweenForm(forms.Form):
    """From one agency to one agency or person."""

    from_agency = forms.ChoiceField(label="The one agency that shares", required=False)
    to_agency = forms.ChoiceField(label="The one agency that receives", required=False)
    to_account = forms.ChoiceField(
        label="Or one named person",
        required=False,
        help_text="Where the client is staying is only ever shared with a named person.",
    )
    purpose = StoryField(
        label="What the recipient needs it for", required=False, limit=2000, help_text="In one or two sentences."
    )

    def __init__(
        self, *args: Any, agencies: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = list(agencies)
        _offer(self.fields["from_agency"], "Choose", known)
        _offer(self.fields["to_agency"], "No agency as a whole", known)
        _offer(self.fields["to_account"], "No single person", people)
        self.fields["purpose"].widget.attrs["rows"] = "3"
        for name in ("from_agency", "to_agency", "to_account", "purpose"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]


class WhatForm(forms.Form):
    """Which kinds of record, how, until when."""

    classes = forms.MultipleChoiceField(
        label="What may be shared",
        choices=list(RELEASABLE.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Choose as little as the purpose needs. All records at once is not possible.",
    )
    intermediary = forms.BooleanField(
        label="The form names this platform as the one that passes records of help with alcohol or drugs on",
        required=False,
    )
    notice = forms.BooleanField(
        label="The notice that the recipient may not pass those records on is attached", required=False
    )
    how = forms.MultipleChoiceField(
        label="How it is shared",
        choices=list(HOW_SHARED.items()),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--row"}),
        required=False,
        initial=["system"],
    )
    ends_on = DayField(label="Last day", required=False)
    event = forms.CharField(
        label="Or earlier, when this happens", required=False, max_length=200, help_text="Never in place of the day."
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        release = active_pack().sharing.release
        for klass in SPECIAL_CLASSES:
            self.fields[f"initials_{klass}"] = forms.CharField(
                label=RELEASABLE[klass],
                required=False,
                max_length=12,
                widget=forms.TextInput(attrs={"class": "input--time", "autocomplete": "off"}),
            )
            self.fields[f"initials_{klass}"].says_optional = False  # type: ignore[attr-defined]
        self.fields["ends_on"].initial = local(now + timedelta(days=release.default_days)).date()
        days = f"{release.default_days} days is usual, {release.cap_days} the most. MM/DD/YYYY"
        self.fields["ends_on"].help_text = days
        for name in ("classes", "how", "ends_on"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]

    def initials(self) -> list[Any]:
        """The boxes for initials, for the page."""
        return [self[f"initials_{klass}"] for klass in SPECIAL_CLASSES]


class ExplainedForm(forms.Form):
    """By whom, in which language, and what was said."""

    explained_by = forms.CharField(label="Who explained it", max_length=120, required=False)
    language = forms.ChoiceField(
        label="In which language", choices=[("", "Choose"), *LANGUAGES.items()], required=False
    )
    understands = EstablishedField(label="Does everybody who signs understand it?")
    interpreter = forms.CharField(
        label="Interpreter, if there was one", max_length=120, required=False, help_text="Name and agency."
    )
    interpreter_is_relative = EstablishedField(
        label="Is the interpreter a relative?", help_text="A relative does not interpret here."
    )
    risks = StoryField(label="Risks and other choices that were talked about", required=False, limit=5000)
    said_risks = forms.BooleanField(label="The risks and what else could be done were explained", required=False)
    said_right = forms.BooleanField(
        label="Read aloud: it can be taken back at any time, by a word or in writing", required=False
    )
    said_free = forms.BooleanField(label="Read aloud: the help is the same for whoever does not sign", required=False)
    said_further = forms.BooleanField(
        label="Read aloud: whoever receives it may have other rules and might pass it on", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risks"].widget.attrs["rows"] = "3"
        for name in ("explained_by", "language"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]


class SignaturesForm(forms.Form):
    """Who has signed, when and how."""

    def __init__(self, *args: Any, route: str, guardian: ShownPerson | None, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.route = route
        if route != "custodian":
            self._add("client", "The client", "")
        if route == "minor_and_guardian":
            self._add("guardian", "Parent or guardian", guardian.who.name if guardian else "")
        if route == "custodian":
            self._add("custodian", "Whoever has legal custody", guardian.who.name if guardian else "")
            self.fields["custodian_authority"] = forms.CharField(
                label="The document that gives custody", max_length=200, required=False
            )
        self.fields["witness_name"] = forms.CharField(label="Witness, if there was one", max_length=120, required=False)
        self.fields["witness_at"] = MomentField(label="When the witness signed", required=False)
        self.fields["copy_given"] = forms.BooleanField(label="A copy was given to whoever signed", required=False)

    def _add(self, role: str, label: str, name: str) -> None:
        self.fields[f"{role}_name"] = forms.CharField(
            label=f"{label}: name as signed", max_length=120, required=False, initial=name
        )
        self.fields[f"{role}_at"] = MomentField(label=f"{label}: when it was signed", required=False)
        self.fields[f"{role}_how"] = forms.ChoiceField(
            label=f"{label}: how",
            choices=list(HOW_SIGNED.items()),
            initial="paper",
            widget=forms.RadioSelect(attrs={"class": "choices--row"}),
            required=False,
        )
        for field in (f"{role}_name", f"{role}_at", f"{role}_how"):
            self.fields[field].says_optional = False  # type: ignore[attr-defined]

    def signed(self, guardian: str) -> tuple[Signed, ...]:
        """The signatures that were given. For a sound form."""
        data = self.cleaned_data
        found = []
        for role in ("client", "guardian", "custodian", "witness"):
            at = data.get(f"{role}_at")
            if at is None:
                continue
            found.append(
                Signed(
                    role,
                    at,
                    data.get(f"{role}_name", "").strip(),
                    guardian if role in {"guardian", "custodian"} else "",
                    data.get(f"{role}_how") or "paper",
                    data.get("custodian_authority", "").strip() if role == "custodian" else "",
                )
            )
        return tuple(found)


FORMS: Mapping[str, type[forms.Form]] = {
    "signers": SignersForm,
    "between": BetweenForm,
    "what": WhatForm,
    "explained": ExplainedForm,
    "signatures": SignaturesForm,
}
# Where a fault of the domain is mended: its field -> step and field of the form.
MENDED: Mapping[str, tuple[str, str]] = {
    "route": ("signers", "route"),
    "guardian_until": ("signers", "guardian_until_on"),
    "from_agency": ("between", "from_agency"),
    "to_agency": ("between", "to_agency"),
    "to_account": ("between", "to_account"),
    "purpose": ("between", "purpose"),
    "classes": ("what", "classes"),
    "initialled": ("what", "classes"),
    "names_intermediary": ("what", "intermediary"),
    "redisclosure_notice": ("what", "notice"),
    "expires_at": ("what", "ends_on"),
    "how": ("what", "how"),
    "language": ("explained", "language"),
    "interpreter": ("explained", "interpreter"),
    "explained_by": ("explained", "explained_by"),
    "risks_explained": ("explained", "said_risks"),
    "told_right_to_revoke": ("explained", "said_right"),
    "told_not_required": ("explained", "said_free"),
    "signers": ("signatures", ""),
}


def told_from(forms_by_step: Mapping[str, Any]) -> ReleaseTold:
    """The release that the steps say so far; what was not reached is not established."""
    data: dict[str, Any] = {}
    for form in forms_by_step.values():
        if form.is_bound and form.is_valid():
            data |= form.cleaned_data
    signatures = forms_by_step.get("signatures")
    is_signed = signatures is not None and signatures.is_bound and signatures.is_valid()
    signed = signatures.signed(data.get("guardian", "")) if signatures is not None and is_signed else ()
    return ReleaseTold(
        route=data.get("route", ""),
        from_agency=data.get("from_agency", ""),
        to_agency=data.get("to_agency", ""),
        to_account=data.get("to_account", ""),
        classes=tuple(data.get("classes", ())),
        initials={
            klass: data[f"initials_{klass}"].strip()
            for klass in SPECIAL_CLASSES
            if klass in data.get("classes", ()) and data.get(f"initials_{klass}", "").strip()
        },
        purpose=data.get("purpose", "").strip(),
        expires_at=_end_of(data.get("ends_on")),
        how=tuple(data.get("how", ())),
        event=data.get("event", "").strip(),
        explained_by=data.get("explained_by", "").strip(),
        language=data.get("language", ""),
        understands_language=data.get("understands"),
        interpreter=data.get("interpreter", "").strip(),
        interpreter_is_relative=data.get("interpreter_is_relative"),
        risks=data.get("risks", "").strip(),
        told_risks=data.get("said_risks") or None,
        told_right_to_revoke=data.get("said_right") or None,
        told_not_required=data.get("said_free") or None,
        told_redisclosure=data.get("said_further") or None,
        intermediary_named=bool(data.get("intermediary")),
        notice_attached=data.get("notice") or None,
        guardian_until=_start_of(data.get("guardian_until_on")),
        emancipated_at=_start_of(data.get("emancipated_on")),
        copy_given=data.get("copy_given") or None,
        signatures=signed,
    )


def names_in(form: forms.Form) -> list[str]:
    """The names under which a form's fields are sent; a date with a time is sent in two parts."""
    found: list[str] = []
    for name, field in form.fields.items():
        parts = field.widget.widgets_names if isinstance(field.widget, forms.MultiWidget) else [""]
        found += [f"{name}{part}" for part in parts]
    return found


def was_sent(form_names: Iterable[str], typed: MultiValueDict[str, str]) -> bool:
    """Has this step been sent before?"""
    return any(name in typed for name in form_names)


def _offer(field: forms.Field, nothing: str, choices: Iterable[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", nothing), *choices]


def _end_of(day: date | None) -> datetime | None:
    """A release runs through its last day."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), tzinfo=zone())


def _start_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=zone())
