"""The forms of referrals to services. What they refuse is only what cannot be read; the rules stand in the acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from rightdoor.casework.consents.choices import RELEASABLE
from rightdoor.casework.consents.queries import ShownRelease
from rightdoor.casework.services.actions import LONGEST_PROVIDER, LONGEST_WHY
from rightdoor.casework.services.choices import (
    DECLINED_WORDS,
    HANDOFFS,
    HOW,
    LANGUAGES,
    NO_ADVOCATE,
    STEP_WORDS,
    WHY_DECLINED,
)
from rightdoor.domain.service_referral import ASKED, OPEN_STATES, TRANSITIONS
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day
from rightdoor.foundation.ui.forms import DayField, EstablishedField, StoryField

Pairs = Iterable[tuple[str, str]]


class ReferralForm(forms.Form):
    """A new referral to a service."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)
    category = forms.ChoiceField(label="Kind of service")
    to_agency = forms.ChoiceField(label="Partner agency", required=False)
    provider = forms.CharField(
        label="Or another provider",
        required=False,
        max_length=LONGEST_PROVIDER,
        help_text="In words, where the provider is not among the partners. Nothing about the client goes to them.",
    )
    why = StoryField(label="Why this service", limit=LONGEST_WHY, help_text="What the youth wants from it comes first.")
    first_contact_by = DayField(
        label="First contact by",
        required=False,
        help_text="MM/DD/YYYY, as agreed with the provider. Left empty, the usual days count.",
    )
    language = forms.ChoiceField(label="Language of the youth", choices=list(LANGUAGES.items()), initial="en")
    needs_interpreter = EstablishedField(label="Is an interpreter needed?")
    handoff = forms.ChoiceField(
        label="How the youth gets there",
        choices=list(HANDOFFS.items()),
        initial="told",
        widget=forms.RadioSelect,
        required=False,
    )
    release = forms.ChoiceField(
        label="Release on which something goes along",
        required=False,
        help_text="Only releases in force from the agency that keeps the case. Without one nothing goes along.",
    )
    classes = forms.MultipleChoiceField(
        label="What goes along",
        choices=list(RELEASABLE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what the release names, and no more than the service needs.",
    )
    how = forms.ChoiceField(label="How it goes along", choices=[("", "Choose"), *HOW.items()], required=False)
    to = forms.CharField(label="To whom there", required=False, max_length=160, help_text="A name, or a desk.")
    what = StoryField(label="What was told", required=False, limit=2000, help_text="As little as was needed.")

    def __init__(self, *args: Any, agencies: Pairs, releases: Sequence[ShownRelease], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = active_pack().service_choices().pairs()
        _offer(self.fields["category"], "Choose", known)
        _offer(self.fields["to_agency"], "None of them", agencies)
        _offer(self.fields["release"], "None: nothing goes along", [(one.code, _said(one)) for one in releases])
        named = {klass for one in releases for klass in one.told.classes}
        field = self.fields["classes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(klass, words) for klass, words in RELEASABLE.items() if klass in named]
        self.has_releases = bool(releases)
        for name in ("why", "what"):
            self.fields[name].widget.attrs["rows"] = "3"


class StepForm(forms.Form):
    """What happened to a referral. `sent`: the step that this form has recorded already, where it is sent again."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)
    step = forms.ChoiceField(label="What happened")
    happened_on = DayField(label="On which day")
    declined_by = forms.ChoiceField(
        label="If declined, by whom", choices=[("", "Nobody declined"), *DECLINED_WORDS.items()], required=False
    )
    why = forms.ChoiceField(label="If it ended, why", choices=[("", "Choose"), *WHY_DECLINED.items()], required=False)
    words = StoryField(label="In words", required=False, limit=2000)

    def __init__(self, *args: Any, state: str, sent: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = [key for key in STEP_WORDS if key in TRANSITIONS[state] or key == sent]
        if state in OPEN_STATES or sent == ASKED:
            open_ones.append(ASKED)
        _offer(self.fields["step"], "Choose", [(key, STEP_WORDS[key]) for key in open_ones])
        self.fields["words"].widget.attrs["rows"] = "3"


class ReasonForm(forms.Form):
    """Why there is no referral to an advocate."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)
    why = forms.ChoiceField(label="Why there is none", choices=[("", "Choose"), *NO_ADVOCATE.items()])
    words = StoryField(label="In words", required=False, limit=2000)
    ask_again_on = DayField(
        label="Ask again on",
        required=False,
        help_text="MM/DD/YYYY. Needed where the youth does not want one now; it is due again on this day.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["rows"] = "3"


def _said(release: ShownRelease) -> str:
    kinds = ", ".join(RELEASABLE.get(klass, klass) for klass in release.told.classes)
    return f"{release.to_name}, until {day(release.expires_at)}: {kinds}"


def _offer(field: forms.Field, nothing: str, choices: Pairs) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", nothing), *choices]
