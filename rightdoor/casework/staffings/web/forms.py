"""Forms of staffings. What they refuse is only what cannot be read; the rules stand in the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from rightdoor.casework.plans.actions import Service
from rightdoor.casework.staffings.choices import CONSENT_PLANS, CONTINUED, MODES, STATUSES
from rightdoor.community.meetings.actions import Invitee
from rightdoor.community.partners.models import Room
from rightdoor.community.teams.queries import Member
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField

OWN = "own"
LENGTHS = [("30", "30 minutes"), ("60", "1 hour"), ("90", "1 hour 30 minutes"), ("120", "2 hours")]


class _TimeForm(forms.Form):
    """A proposed time, or one's own; past the clock only on purpose."""

    time = forms.ChoiceField(label="When", widget=forms.RadioSelect)
    own_time = MomentField(label="Your own time", required=False)
    late_known = forms.BooleanField(
        label="I know that this is after the clock runs out, and there is no earlier time", required=False
    )

    def __init__(self, *args: Any, proposals: Sequence[datetime], due_at: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = {at.isoformat(timespec="minutes"): at for at in proposals}
        if self.is_bound:
            self._keep_posted(self.data.get("time", ""))
        self.due_at = due_at
        self.asks_about_lateness = False
        field = self.fields["time"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, when(at)) for key, at in self.proposals.items()] + [(OWN, "At another time")]
        field.initial = next(iter(self.proposals), OWN)

    def _keep_posted(self, key: str) -> None:
        """A time that was proposed when the page was opened stays a choice, although the proposals have moved on."""
        try:
            at = datetime.fromisoformat(key)
        except ValueError:
            return
        if at.tzinfo is not None and key == at.isoformat(timespec="minutes"):
            self.proposals.setdefault(key, at)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = data.get("time")
        at = data.get("own_time") if chosen == OWN else self.proposals.get(chosen or "")
        if chosen == OWN and at is None and "own_time" not in self.errors:
            self.add_error("own_time", "Give the date and the time of the meeting.")
        self.asks_about_lateness = bool(at and self.due_at and at > self.due_at)
        if at and self.due_at and self.asks_about_lateness and not data.get("late_known"):
            self.add_error(
                "late_known",
                f"The clock runs out {when(self.due_at)} Choose an earlier time, or say that you know.",
            )
        data["starts_at"] = at
        return data


class ScheduleForm(_TimeForm):
    """When, how, where and with whom."""

    minutes = forms.TypedChoiceField(label="How long", choices=LENGTHS, coerce=int, initial="60")
    mode = forms.ChoiceField(
        label="How to meet",
        choices=list(MODES.items()),
        initial="mixed",
        widget=forms.RadioSelect(attrs={"class": "choices--row"}),
    )
    room = forms.ChoiceField(label="Room", required=False)
    members = forms.MultipleChoiceField(
        label="Whom to invite",
        help_text="The core of the team is chosen already. Others join when you choose them.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one member."},
    )

    def __init__(self, *args: Any, members: Sequence[Member], rooms: Sequence[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = active_pack().teams.all().label
        self.rooms = {room.code: room for room in rooms}
        self.invitees: dict[str, Invitee] = {}
        for one in members:
            self.invitees.setdefault(one.account_code, Invitee(one.account_code, one.discipline, one.kind))
        groups = []
        for kind, title in (("core", "Core"), ("recommended", "Recommended"), ("additional", "Additional")):
            seated: dict[str, str] = {}
            for one in members:
                if self.invitees[one.account_code].kind == kind and one.account_code not in seated:
                    seated[one.account_code] = f"{one.name}, {label(one.discipline)}"
            if seated:
                groups.append((title, list(seated.items())))
        field, room = self.fields["members"], self.fields["room"]
        assert isinstance(field, forms.MultipleChoiceField)
        assert isinstance(room, forms.ChoiceField)
        field.choices = groups
        field.initial = [code for code, one in self.invitees.items() if one.kind == "core"]
        room.choices = [("", "No room")] + [
            (code, f"{one.name}, {one.agency.name}") for code, one in self.rooms.items()
        ]

    def chosen(self) -> list[Invitee]:
        """Whom the form invites. For a sound form."""
        return [self.invitees[code] for code in self.cleaned_data["members"]]


class FurtherForm(ScheduleForm):
    """A further staffing of a case."""

    kind = forms.ChoiceField(
        label="Which kind of staffing",
        choices=[("ongoing", "Ongoing coordination"), ("case_review", "Case review")],
        widget=forms.RadioSelect,
        help_text="Ongoing coordination needs consent, or what the law puts in its place.",
    )


class MoveForm(_TimeForm):
    """Another time for the same meeting."""


class InviteForm(forms.Form):
    """Further people for one staffing."""

    people = forms.MultipleChoiceField(
        label="Whom to invite besides",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person."},
    )
    agreed = forms.BooleanField(
        label="Each of them has signed the confidentiality agreement",
        error_messages={"required": "Have the agreement signed first; then invite them."},
    )

    def __init__(self, *args: Any, people: Iterable[Invitee], names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitees = {one.account_code: one for one in people}
        label = active_pack().teams.all().label
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (code, f"{names[code]}, {label(one.discipline)}" if one.discipline else names[code])
            for code, one in self.invitees.items()
        ]

    def chosen(self) -> list[Invitee]:
        """Whom the form invites. For a sound form."""
        return [self.invitees[code] for code in self.cleaned_data["people"]]


class MinutesForm(forms.Form):
    """The text of one topic, with the version it was written on and the page it comes from."""

    text = StoryField(label="Minutes", required=False, limit=20_000)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    page = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "Minutes"
        self.fields["text"].widget.attrs["aria-label"] = f"Minutes, {label}"
        self.fields["text"].says_optional = False  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["rows"] = "4"


class DecisionForm(forms.Form):
    """A decision of the team."""

    text = forms.CharField(label="What the team decided", max_length=2000, widget=forms.Textarea(attrs={"rows": "2"}))
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)


class ItemForm(forms.Form):
    """Something to do: what, who, by when."""

    text = forms.CharField(label="What is to be done", max_length=2000, widget=forms.Textarea(attrs={"rows": "2"}))
    owner = forms.ChoiceField(label="Who does it")
    due_on = DayField(label="By which day")
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *people]


class StatusForm(forms.Form):
    """Victim status, what it rests on and who determined it."""

    status = forms.ChoiceField(label="Victim status", choices=lambda: list(STATUSES.items()), widget=forms.RadioSelect)
    evidence = StoryField(
        label="What it rests on", required=False, help_text="An allegation alone is not enough to confirm.", limit=5000
    )
    determined_by = forms.ChoiceField(label="Who determined it")

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["determined_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *people]
        self.fields["evidence"].widget.attrs["rows"] = "4"


class SettlementForm(forms.Form):
    """Continued services, and how consent to them is sought."""

    continued_services = forms.ChoiceField(
        label="Eligible for continued services?", choices=list(CONTINUED.items()), widget=forms.RadioSelect
    )
    continued_words = StoryField(label="Why, in a sentence", required=False, limit=5000)
    consent_plan = forms.ChoiceField(
        label="How will consent be sought?", choices=list(CONSENT_PLANS.items()), widget=forms.RadioSelect
    )
    signer_alleged = EstablishedField()
    consent_words = StoryField(
        label="Who asks, when, and what else matters",
        required=False,
        help_text="Needed when consent was refused.",
        limit=5000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = active_pack().word("client")
        self.fields["signer_alleged"].label = f"Is whoever consents alleged to have harmed the {client}?"
        for name in ("continued_words", "consent_words"):
            self.fields[name].widget.attrs["rows"] = "3"


class HoldingForm(forms.Form):
    """When it was held."""

    held_at = MomentField(
        label="Held at", help_text="When the staffing began. The response clock stops at this moment."
    )


class WishesForm(forms.Form):
    """What the client wants, in the client's words."""

    wishes = StoryField(required=False, limit=10_000)
    strengths = StoryField(label="Strengths to build on", required=False, limit=10_000)
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = active_pack().word("client")
        self.fields["wishes"].label = f"What the {client} wants, in the {client}'s own words"
        self.fields["wishes"].help_text = f"Write so, if the {client} has not been asked yet."
        for name in ("wishes", "strengths"):
            self.fields[name].widget.attrs["rows"] = "3"


class ServiceForm(forms.Form):
    """One row of the plan: which service, for which need, what the client chose, who sees to it, by when."""

    category = forms.ChoiceField(label="Kind of service")
    need = forms.CharField(label="Need", max_length=500, required=False)
    choice = forms.CharField(max_length=500, required=False)
    owner = forms.ChoiceField(label="Who sees to it", required=False)
    due_on = DayField(label="By which day", required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].label = f"What the {active_pack().word('client')} chose"
        groups: dict[str, list[tuple[str, str]]] = {}
        for service in active_pack().services:
            groups.setdefault(service.group, []).append((service.key, str(service.label)))
        category, owner = self.fields["category"], self.fields["owner"]
        assert isinstance(category, forms.ChoiceField)
        assert isinstance(owner, forms.ChoiceField)
        category.choices = [("", "Choose"), *groups.items()]
        owner.choices = [("", "Choose"), *people]

    def as_service(self) -> Service:
        """The row as the act takes it. For a sound, filled row."""
        return Service(**{name: self.cleaned_data[name] for name in ("category", "need", "choice", "owner", "due_on")})


ServiceRows = forms.formset_factory(ServiceForm, extra=4, max_num=40, absolute_max=40)
