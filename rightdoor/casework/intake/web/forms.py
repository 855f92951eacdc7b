"""Forms of the staff pages: the call, a hop, a move, the facts that decide the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from rightdoor.casework.intake import flow, queries
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.casework.intake.picture import owner_name
from rightdoor.casework.intake.web.public_forms import (
    ELSEWHERE,
    LIMIT,
    AgeField,
    AreaField,
    Birth,
    BirthField,
    ShortField,
)
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.forms import EstablishedField, MomentField, StoryField

REGION, DESK = "region:", "desk:"


class HopForm(forms.Form):
    """What came of this step?"""

    outcome = forms.ChoiceField(
        label="What came of it?", widget=forms.RadioSelect, error_messages={"required": "Say what came of this step."}
    )
    reference = ShortField(
        label="Their number, or a short note", help_text="Sealed with the report; who reads the report reads it too."
    )

    def __init__(self, *args: Any, hop: Hop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = active_pack().reporting_line
        self.fields["outcome"].choices = flow.outcomes_of(line, line.hop(hop.key))


class MoveForm(forms.Form):
    """Where does the report belong, and why?"""

    to = forms.ChoiceField(label="Where does it belong?", error_messages={"required": "Choose where it belongs."})
    reason = StoryField(
        limit=2000,
        label="Why does it belong there?",
        help_text="The next desk reads this.",
        error_messages={"required": "Say in a few words why; the next desk reads it."},
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        regions = [(f"{REGION}{known.key}", known.name) for known in pack.regions if known.key != report.region]
        owners = sorted({hop.owner_role for hop in report.hops.all() if hop.state == "due"})
        roles = {party.role for party in pack.reporting_line.parties} & queries.DESKS
        desks = [(f"{DESK}{role}", owner_name(role)) for role in sorted(roles) if owners != [role]]
        plural = pack.word("region", plural=True).capitalize()
        self.fields["to"].choices = [("", "Choose"), (plural, regions), ("Desks, for the steps that you owe", desks)]
        self.fields["reason"].widget.attrs["rows"] = "3"

    def as_move(self) -> dict[str, str]:
        """The arguments of the act."""
        to = self.cleaned_data["to"]
        where = {"region": to.removeprefix(REGION)} if to.startswith(REGION) else {"owner_role": to.removeprefix(DESK)}
        return {**where, "reason": self.cleaned_data["reason"]}


class FactsForm(forms.Form):
    """What decides the way of a report. Not established stays owed."""

    caretaker_alleged = EstablishedField(label="Is a parent or caretaker alleged to be involved?")
    other_abuse = EstablishedField(label="Is other abuse or neglect alleged?")
    sex_act_for_value = EstablishedField(label="Is something of value given or received for sexual acts?")
    forced_work = EstablishedField(label="Is the child made to work, beg, sell or carry things?")
    victim_status = forms.ChoiceField(label="Status", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["victim_status"].choices = _statuses()


class CallForm(forms.Form):
    """Everything that a caller may say, on one page. Only what worries the caller is asked for."""

    what = StoryField(
        limit=LIMIT,
        label="What is the caller worried about?",
        error_messages={"required": "Write what the caller is worried about."},
    )
    who = StoryField(limit=LIMIT, required=False, label="Who is doing it")
    where = StoryField(limit=LIMIT, required=False, label="Where and when")
    danger_now = EstablishedField(label="In danger today?")

    given = ShortField(label="First name or nickname")
    family = ShortField(label="Last name")
    aliases = ShortField(label="Other names", help_text="Separate them with commas.")
    age = AgeField(label="Age", help_text="A guess is fine.", widget=forms.TextInput({"inputmode": "numeric"}))
    born = BirthField(label="Birth date")
    area = AreaField(label="")
    where_now = StoryField(limit=LIMIT, required=False, label="Where is the child now?")
    gender = ShortField(label="Gender")
    tongue = ShortField(label="Language")
    interpreter_needed = EstablishedField(label="Interpreter needed?")

    sex_act_for_value = EstablishedField(label="Something of value for sexual acts or pictures?")
    forced_work = EstablishedField(label="Made to work, beg, sell or carry things?")
    caretaker_alleged = EstablishedField(label="A parent or caretaker involved?")
    family_member = EstablishedField(label="Someone else in the family?")
    outside_family = EstablishedField(label="Someone outside the family?")
    in_person = EstablishedField(label="In person?")
    online = EstablishedField(label="Online or by telephone?")
    other_abuse = EstablishedField(label="Other abuse or neglect?")
    police_know = EstablishedField(label="Do the police know?")
    open_investigation = EstablishedField(label="An open investigation?")
    victim_status = forms.ChoiceField(label="Status, if somebody has determined it", required=False)

    reporter_type = forms.ChoiceField(
        label="Who is calling?", widget=forms.RadioSelect, error_messages={"required": "Choose who is calling."}
    )
    source = forms.ChoiceField(label="From", required=False)
    name = ShortField(label="Name")
    contact = ShortField(label="Telephone or e-mail")
    reach_safely = ShortField(label="To mind when reaching them")
    hotline_called = EstablishedField(label="Has the hotline been called?")
    reported_at = MomentField(label="Reported", required=False, help_text="Leave empty when it is being made now.")

    PARTS = (
        ("1", "What happened", "what who where danger_now"),
        ("2", "The child", "given family aliases age born area where_now gender tongue interpreter_needed"),
        (
            "3",
            "Facts",
            "sex_act_for_value forced_work caretaker_alleged family_member outside_family in_person online other_abuse "
            "police_know open_investigation victim_status",
        ),
        ("4", "The caller", "reporter_type source name contact reach_safely hotline_called reported_at"),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack, self.now = active_pack(), now
        self.fields["born"].today = local(now).date()
        self.fields["area"].label = pack.word("area").capitalize()
        chosen = (self.data if self.is_bound else self.initial).get("area") or ""
        self.fields["area"].offer(pack, str(chosen))
        self.fields["victim_status"].choices = _statuses()
        self.fields["reporter_type"].choices = [
            ("mandated_reporter", "A mandated reporter"),
            ("public", "A member of the public"),
            *([("anonymous", "Somebody who gives no name")] if pack.public.anonymous_reports else []),
        ]
        self.fields["source"].choices = [("", "Not said"), *pack.trafficking.sources.pairs()]
        for name in ("who", "where", "where_now"):
            self.fields[name].widget.attrs["rows"] = "2"
        self.fields["what"].widget.attrs["rows"] = "6"

    def parts(self) -> list[dict[str, Any]]:
        """The fieldsets, each with the key that leads to it and the first field that it leads to."""
        return [
            {"key": key, "title": title, "fields": fields, "first": _first_id(fields[0])}
            for key, title, names in self.PARTS
            if (fields := [self[name] for name in names.split()])
        ]

    def clean_reported_at(self) -> datetime | None:
        """A report cannot have been made in the future."""
        at = self.cleaned_data["reported_at"]
        if at is not None and at > self.now:
            raise forms.ValidationError("This time has not come yet. Check the date and the time.")
        return at

    def told(self) -> dict[str, Any]:
        """The story and the facts, as the act takes them."""
        keys = ("what", "who", "where", "source", "victim_status", "open_investigation", *flow.FACTS)
        return {key: self.cleaned_data[key] for key in keys} | {"elsewhere": self.cleaned_data["area"] == ELSEWHERE}

    def birth(self) -> Birth:
        """The birth date, or the year alone."""
        return self.cleaned_data["born"] or Birth()

    def area_key(self) -> str:
        """The pack's area, "" when it is not known or outside the state."""
        return "" if self.cleaned_data["area"] == ELSEWHERE else self.cleaned_data["area"]


def _first_id(bound: forms.BoundField) -> str:
    return (
        f"{bound.auto_id}_0" if isinstance(bound.field.widget, forms.RadioSelect | forms.MultiWidget) else bound.auto_id
    )


def _statuses() -> list[tuple[str, str]]:
    return [("", "Not established"), *active_pack().eligibility_words.victim_statuses.pairs()]
