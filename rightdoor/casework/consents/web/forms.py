"""Forms beside the release itself: people around the client, consent to coordination, orders, disclosures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from rightdoor.casework.consents.choices import (
    ALTERNATIVES,
    FLAGS,
    HOW_REVOKED,
    HOW_SIGNED,
    KINDS_OUTSIDE,
    LANGUAGES,
    NEVER,
    RELATIONS,
    RELEASABLE,
    REPORTED_CONTENT,
)
from rightdoor.casework.consents.queries import ShownPerson
from rightdoor.casework.consents.told import Flags, PersonWho
from rightdoor.foundation.ui.forms import EstablishedField, MomentField, StoryField

Pairs = Iterable[tuple[str, str]]
CONSENTED = {"guardian": "A parent or guardian consents", "client": "The client consents, as an adult or emancipated"}
REFUSED = {"refused": "Consent was refused"}


class PersonForm(forms.Form):
    """Who a person around the client is."""

    name = forms.CharField(label="Name", max_length=120)
    relation = forms.ChoiceField(label="Who is it to the client", choices=[("", "Choose"), *RELATIONS.items()])
    phone = forms.CharField(label="Phone", max_length=40, required=False)
    address = forms.CharField(label="Address", max_length=240, required=False)

    def who(self) -> PersonWho:
        """For a sound form."""
        return PersonWho(**self.cleaned_data)


class FlagsForm(forms.Form):
    """What is alleged of a person: each yes, no, or not established."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FLAGS.items():
            self.fields[name] = EstablishedField(label=label)

    def flags(self) -> Flags:
        """For a sound form."""
        return Flags(**{name: self.cleaned_data[name] for name in FLAGS})


class RevocationForm(forms.Form):
    """How a release was taken back. Nothing else is asked."""

    how = forms.ChoiceField(
        label="How was it taken back",
        choices=list(HOW_REVOKED.items()),
        initial="spoken",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )


class CoordinationForm(forms.Form):
    """What ongoing coordination rests on, or that it was refused."""

    answer = forms.ChoiceField(
        label="What was answered",
        choices=[*CONSENTED.items(), *ALTERNATIVES.items(), *REFUSED.items()],
        widget=forms.RadioSelect,
    )
    person = forms.ChoiceField(
        label="Who consents or refuses", required=False, help_text="From the people around the client."
    )
    at = MomentField(label="When")
    how = forms.ChoiceField(
        label="How it was given",
        choices=[*HOW_SIGNED.items(), ("spoken", "By word of mouth")],
        initial="paper",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    language = forms.ChoiceField(
        label="In which language", choices=[("", "Not recorded"), *LANGUAGES.items()], required=False
    )
    interpreter = forms.CharField(label="Interpreter, not a relative", max_length=120, required=False)
    document = forms.CharField(
        label="The order, the proof of custody or the law",
        max_length=240,
        required=False,
        help_text="Needed for whatever stands in place of consent.",
    )
    ends_at = MomentField(label="It ends", required=False)
    words = StoryField(label="What else matters", required=False, limit=5000)

    def __init__(self, *args: Any, people: Sequence[ShownPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(
            self.fields["person"],
            "Nobody of them",
            [(one.code, f"{one.who.name}, {RELATIONS.get(one.who.relation, '').lower()}") for one in people],
        )
        self.fields["words"].widget.attrs["rows"] = "3"


class OrderForm(forms.Form):
    """A judge's order, as it reads."""

    court = forms.CharField(label="Court", max_length=160)
    number = forms.CharField(label="Number of the order", max_length=80)
    scope = StoryField(label="What it orders", limit=5000, help_text="In the order's own words, and no more.")
    from_agency = forms.ChoiceField(label="Whose records it names")
    to_agency = forms.ChoiceField(label="To which agency", required=False)
    to_account = forms.ChoiceField(label="Or to which one person", required=False)
    classes = forms.MultipleChoiceField(label="Which kinds of record", widget=forms.CheckboxSelectMultiple)
    starts_at = MomentField(label="It holds from")
    ends_at = MomentField(label="Until", required=False)

    def __init__(self, *args: Any, agencies: Pairs, people: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(agencies)
        _offer(self.fields["from_agency"], "Choose", known)
        _offer(self.fields["to_agency"], "No agency as a whole", known)
        _offer(self.fields["to_account"], "No single person", people)
        _offer_classes(self.fields["classes"], {**RELEASABLE, **{key: NEVER[key] for key in ("PSY", "PRIV", "PROS")}})
        self.fields["scope"].widget.attrs["rows"] = "4"


class ObeyForm(forms.Form):
    """What was done before obeying: the client's notice, and the client's safety."""

    notice_attempt = StoryField(label="How you tried to tell the client", required=False, limit=5000)
    safety_steps = StoryField(label="What keeps the client safe", required=False, limit=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["rows"] = "3"
            field.says_optional = False  # type: ignore[attr-defined]


class SubpoenaForm(forms.Form):
    """A subpoena, as it reads."""

    issued_by = forms.CharField(label="Who issued it", max_length=160)
    number = forms.CharField(label="Its number", max_length=80, required=False)
    asked_for = StoryField(label="What it asks for", limit=5000)
    received_at = MomentField(label="When it came")
    answer_due_at = MomentField(label="By when an answer is asked for", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_for"].widget.attrs["rows"] = "4"


class SettleForm(forms.Form):
    """What came of a subpoena."""

    outcome = StoryField(
        label="What came of it", limit=5000, help_text="Answered by counsel, quashed, or withdrawn; by whom and when."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].widget.attrs["rows"] = "3"


class EmergencyForm(forms.Form):
    """A documented emergency."""

    happened = StoryField(label="What is happening", limit=5000)
    why = StoryField(label="Why it cannot wait for a release", limit=5000)
    from_agency = forms.ChoiceField(label="Whose records are needed")
    to_account = forms.ChoiceField(label="Who needs them now")
    classes = forms.MultipleChoiceField(label="Which kinds of record", widget=forms.CheckboxSelectMultiple)
    hours = forms.TypedChoiceField(
        label="For how long", choices=[("24", "24 hours"), ("48", "48 hours"), ("72", "72 hours")], coerce=int
    )

    def __init__(self, *args: Any, agencies: Pairs, people: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["from_agency"], "Choose", agencies)
        _offer(self.fields["to_account"], "Choose", people)
        _offer_classes(self.fields["classes"], RELEASABLE)
        for name in ("happened", "why"):
            self.fields[name].widget.attrs["rows"] = "3"


class DisclosureForm(forms.Form):
    """What was told outside the platform."""

    kind = forms.ChoiceField(label="How it was told", choices=list(KINDS_OUTSIDE.items()), widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label="On what it rests", required=False, help_text="A mandated report rests on the law."
    )
    from_agency = forms.ChoiceField(label="Who told it")
    to_agency = forms.ChoiceField(label="To which agency", required=False)
    to = forms.CharField(label="To whom there", max_length=160, help_text="A name, or a desk.")
    person = forms.ChoiceField(
        label="Or somebody around the client", required=False, help_text="Whoever must not be contacted is not offered."
    )
    what = StoryField(label="What was told", limit=5000, help_text="As little as was needed.")
    classes = forms.MultipleChoiceField(
        label="Which kinds of record", widget=forms.CheckboxSelectMultiple, required=False
    )
    told_at = MomentField(label="When")
    report_by = forms.CharField(label="Who made the report", max_length=120, required=False)
    report_number = forms.CharField(label="Its number", max_length=80, required=False)
    report_content = forms.MultipleChoiceField(
        label="What the report held",
        choices=list(REPORTED_CONTENT.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    told_before = EstablishedField(label="Was the client told first?")

    def __init__(
        self, *args: Any, agencies: Pairs, grounds: Pairs, contacts: Sequence[ShownPerson], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = list(agencies)
        _offer(self.fields["ground"], "None: a mandated report", grounds)
        _offer(self.fields["from_agency"], "Choose", known)
        _offer(self.fields["to_agency"], "No agency", known)
        _offer(self.fields["person"], "Nobody of them", [(one.code, one.who.name) for one in contacts])
        _offer_classes(self.fields["classes"], RELEASABLE)
        self.fields["what"].widget.attrs["rows"] = "3"


class FollowUpForm(forms.Form):
    """When the written follow-up of a report was sent."""

    done_at = MomentField(label="When the written follow-up was sent")


def _offer(field: forms.Field, nothing: str, choices: Pairs) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", nothing), *choices]


def _offer_classes(field: forms.Field, classes: Any) -> None:
    assert isinstance(field, forms.MultipleChoiceField)
    field.choices = list(classes.items())
