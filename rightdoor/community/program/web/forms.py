"""Forms of projects, phases and moves."""

from __future__ import annotations

from typing import Any

from django import forms

from rightdoor.community.program.actions import LONGEST, Told
from rightdoor.community.program.queries import ShownPhase
from rightdoor.domain.community_action import FOUR_PS, Phase
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import StoryField


class ProjectForm(forms.Form):
    """What a project is about."""

    region = forms.ChoiceField()
    title = forms.CharField(label="Title", max_length=160)
    about = StoryField(label="What it is about", limit=LONGEST, help_text="The need, and for whom. Name no client.")
    four_ps = forms.MultipleChoiceField(
        label="What it serves",
        choices=list(FOUR_PS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="At least one.",
        error_messages={"required": "Choose at least one of the four: what does this serve?"},
    )
    who = StoryField(label="Who takes part", limit=LONGEST, required=False, help_text="Agencies and groups.")
    sources = StoryField(label="Where the information comes from", limit=LONGEST, required=False)
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].label = active_pack().word("region").capitalize()
        self.fields["region"].choices = regions  # type: ignore[attr-defined]
        _shorten(self)

    def told(self) -> Told:
        """What is said, as the act takes it."""
        names = ("title", "about", "four_ps", "who", "sources")
        return Told(**{name: self.cleaned_data[name] for name in names})


class FactsForm(ProjectForm):
    """The same of a project that runs, with its plan and its outcome."""

    plan = StoryField(label="Plan of action", limit=LONGEST, required=False, help_text="Who does what, by when.")
    outcome = StoryField(
        label="Outcome", limit=LONGEST, required=False, help_text="What changed, and how one knows. Needed at the end."
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, regions=[], **kwargs)
        del self.fields["region"], self.fields["code"]

    def told(self) -> Told:
        """What is said, as the act takes it."""
        names = ("title", "about", "four_ps", "who", "sources", "plan", "outcome")
        return Told(**{name: self.cleaned_data[name] for name in names})


class PhaseForm(forms.Form):
    """What was done in a phase, and the note of its gate."""

    evidence = StoryField(label="What was done, and the evidence", limit=LONGEST, required=False)
    gate = StoryField(
        label="Gate note",
        limit=LONGEST,
        required=False,
        help_text="Why the project may go on to the next phase, and who agreed.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: ShownPhase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if shown.phase.note:
            self.fields["evidence"].label = shown.phase.note
        _shorten(self)


class BackForm(forms.Form):
    """Back to an earlier phase."""

    to = forms.ChoiceField(label="Back to")
    why = StoryField(label="Why", limit=2000)

    def __init__(self, *args: Any, earlier: tuple[Phase, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose"), *((one.id, one.name) for one in earlier)]  # type: ignore[attr-defined]
        _shorten(self)


class GiveUpForm(forms.Form):
    """The end before its time."""

    why = StoryField(label="Why", limit=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _shorten(self)


def _shorten(form: forms.Form) -> None:
    for field in form.fields.values():
        if isinstance(field, StoryField):
            field.widget.attrs["rows"] = "4"
