"""Forms of self-assessments: begin, one page of a tool, a step, finish."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from django import forms

from rightdoor.community.assessments.queries import StandingProposal
from rightdoor.community.assessments.words import answer_words, heading_of
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.self_assessment import Leaf, may_be_proposed, proposed_answer, ruling_on
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.questionnaires.asking import ANSWER, NOTE, Part, SheetForm
from rightdoor.foundation.ui.forms import DayField, StoryField

REASON = "r."


@dataclass(frozen=True)
class Shown:
    """A part of the page: a group with its parts, or a question with what the records say of it."""

    part: Part
    heading: str
    standing: StandingProposal | None = None
    reason: Any = None  # the bound field for the reason of going against the records
    waits: bool = False
    parts: list[Shown] = field(default_factory=list)


class LeafForm(SheetForm):
    """One page of a tool: its questions, its notes, and beside each proposal a word on it.

    `was` brings along what stood when the page was made, so that two people at one page lose nothing of each other.
    """

    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        instrument: Instrument,
        leaf: Leaf,
        *args: Any,
        stand: Mapping[str, Any],
        notes: Mapping[str, str],
        proposals: Mapping[str, StandingProposal],
        **kwargs: Any,
    ) -> None:
        self.leaf, self.stand, self.proposals = leaf, dict(stand), dict(proposals)
        self.notes = {key: text for key, text in notes.items() if key in leaf.holds}
        super().__init__(
            instrument,
            *args,
            within=leaf.within,
            answers=stand,
            notes=notes,
            leave_out=leaf.leave_out,
            **kwargs,
        )
        self.initial["was"] = self.as_was()
        for item in leaf.questions:
            standing = self.proposals.get(item.id)
            if standing is not None and standing.may_be_judged and may_be_proposed(instrument, item.id):
                self._ask_for_a_word(item, standing)

    def _ask_for_a_word(self, item: Item, standing: StandingProposal) -> None:
        """Radios in place of a box, so that nobody confirms by leaving something as it is; and room for a reason."""
        name, before = f"{ANSWER}{item.id}", self.stand.get(item.id)
        options = self.instrument.options_of(item)
        done = self.instrument.scoring.done
        choices = []
        for one in options.options:
            ruling = ruling_on(standing.proposal.says, one.code in done if one.means == "answer" else None)
            tail = {"confirmed": " (as the records say)", "overruled": " (against the records)"}.get(ruling or "", "")
            choices.append((one.code, f"{one.label}{tail}"))
        waits = standing.waits(before)
        asked = forms.ChoiceField(
            label=self.fields[name].label,
            required=False,
            choices=choices,
            widget=forms.RadioSelect,
            help_text=f"Before: {answer_words(self.instrument, item, before)}." if waits and before else "",
        )
        asked.says_optional = False  # type: ignore[attr-defined]
        self.fields[name] = asked
        if waits:
            self.initial.pop(name, None)
        reason = StoryField(label="If you go against the records: why", required=False, limit=1000)
        reason.says_optional = False  # type: ignore[attr-defined]
        reason.widget.attrs |= {"rows": "2", "aria-label": f"Why, against the records: {item.text or item.name}"}
        self.fields[f"{REASON}{item.id}"] = reason
        if standing.verdict is not None:
            self.initial[f"{REASON}{item.id}"] = standing.verdict.reason

    def as_was(self, otherwise: Mapping[str, Any] | None = None) -> str:
        """What stands now, as the page brings it along; `otherwise`: items that the person saw differently."""
        told = self.stand | dict(otherwise or {})
        stand = {one.id: told[one.id] for one in self.leaf.questions if told.get(one.id) is not None}
        return json.dumps({"a": stand, "n": self.notes}, separators=(",", ":"), ensure_ascii=False, sort_keys=True)

    def came_with(self) -> tuple[dict[str, Any], dict[str, str]] | None:
        """Answers and notes as the page had them; None where it does not say."""
        return read_was(self.cleaned_data.get("was", ""))

    def sent_answers(self) -> dict[str, Any]:
        """Every question of the page with its answer; None for a blank. What waits for a word and got none is left out:
        it is neither confirmed nor taken back.
        """
        found = {item.id: self.answers.get(item.id) for item in self.leaf.questions}
        for key, standing in self.proposals.items():
            if key in found and found[key] is None and standing.may_be_judged:
                del found[key]
        return found

    def confirm_what_the_records_say(self, answers: dict[str, Any]) -> None:
        """Fills in what the records say where nobody has said anything on this page."""
        for item in self.leaf.questions:
            standing = self.proposals.get(item.id)
            if standing is not None and standing.may_be_judged and item.id not in answers:
                code = proposed_answer(self.instrument, item.id, standing.proposal.says)
                if code:
                    answers[item.id] = code

    def sent_notes(self) -> dict[str, str]:
        """Every note of the page, empty ones too."""
        return {
            name.removeprefix(NOTE): str(value or "").strip()
            for name, value in self.cleaned_data.items()
            if name.startswith(NOTE)
        }

    def reasons(self) -> dict[str, str]:
        """What was written against the records."""
        return {
            name.removeprefix(REASON): str(value).strip()
            for name, value in self.cleaned_data.items()
            if name.startswith(REASON) and str(value or "").strip()
        }

    @property
    def shown(self) -> list[Shown]:
        """The page as a tree."""
        return [self._shown(part) for part in self.parts]

    @property
    def waiting(self) -> int:
        """How many proposals of this page nobody has confirmed or overruled."""
        ids = {item.id for item in self.leaf.questions}
        return sum(one.waits(self.stand.get(key)) for key, one in self.proposals.items() if key in ids)

    def _shown(self, part: Part) -> Shown:
        is_group = part.item.type == "group"
        reason = f"{REASON}{part.item.id}"
        standing = None if is_group else self.proposals.get(part.item.id)
        return Shown(
            part=part,
            heading=heading_of(self.instrument, part.item) if is_group else part.text,
            standing=standing,
            reason=self[reason] if reason in self.fields else None,
            waits=standing is not None and standing.waits(self.stand.get(part.item.id)),
            parts=[self._shown(one) for one in part.parts],
        )


def read_was(text: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """What a page brought along of how things stood; None for anything that no page of ours wrote."""
    try:
        told = json.loads(text)
        answers, notes = told["a"], told["n"]
        json.dumps(told, ensure_ascii=False).encode()  # half a character can be written in JSON, and sent to nobody
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(answers, dict) or not isinstance(notes, dict):
        return None
    if not all(isinstance(one, str) for one in notes.values()):
        return None
    said = [part for one in answers.values() for part in (one if isinstance(one, list) else [one])]
    if not all(isinstance(one, (str, int, float, NoneType)) for one in said):
        return None
    return answers, notes


class BeginForm(forms.Form):
    """Which tool, for whom, for which year."""

    tool = forms.ChoiceField(label="Which tool", widget=forms.RadioSelect)
    region = forms.ChoiceField(label="For which region", required=False)
    label = forms.CharField(label="For which year or period", max_length=60)
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, tools: Sequence[Instrument], scopes: Sequence[tuple[str, str]], word: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tools = {one.key: one for one in tools}
        tool, region = self.fields["tool"], self.fields["region"]
        assert isinstance(tool, forms.ChoiceField)
        assert isinstance(region, forms.ChoiceField)
        tool.choices = [(one.key, one.title) for one in tools]
        region.choices = list(scopes)
        region.label = f"For which {word}"
        region.says_optional = False  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """Something to do, by whom, until when."""

    item = forms.ChoiceField(label="What it serves")
    text = StoryField(label="What is to be done", limit=500)
    owner = forms.ChoiceField(label="Who does it", required=False)
    owner_words = forms.CharField(
        label="Or, if they have no account, who", required=False, max_length=120, help_text="A person or an agency."
    )
    due_on = DayField(label="Until when")
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, serves: Sequence[tuple[str, Any]], owners: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = {one.code: one for one in owners}
        self.fields["text"].widget.attrs["rows"] = "3"
        item, owner = self.fields["item"], self.fields["owner"]
        assert isinstance(item, forms.ChoiceField)
        assert isinstance(owner, forms.ChoiceField)
        item.choices = list(serves)
        owner.choices = [("", "Nobody on this list"), *((one.code, one.name) for one in owners)]
        owner.says_optional = False  # type: ignore[attr-defined]
        self.fields["owner_words"].says_optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words = data.get("owner_words", "").strip()
        if bool(data.get("owner")) is bool(words):
            self.add_error("owner", "Choose one person, or write who does it. Not both.")
        return data


class SettleForm(forms.Form):
    """What became of a step."""

    state = forms.ChoiceField(
        label="What became of it",
        widget=forms.RadioSelect,
        choices=[("done", "It is done"), ("dropped", "It is dropped"), ("open", "It is still open")],
    )
    outcome = StoryField(label="In a few words, what came of it, or why it is dropped", required=False, limit=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].widget.attrs["rows"] = "3"


class CompletionForm(forms.Form):
    """The day of the next run."""

    next_on = DayField(label="When the next one is due")
