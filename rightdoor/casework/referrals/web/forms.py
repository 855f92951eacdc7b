"""Forms of this slice. They turn what was typed into facts; what the facts mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.referrals.facts import ReferralFacts
from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.casework.referrals.queries import Colleague, ReferralFilters
from rightdoor.domain.permission import ALL_REGIONS, Viewer
from rightdoor.domain.referral import STATES
from rightdoor.domain.response_tier import TriageFacts
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField
from rightdoor.packs.words import Choices

STACKED = forms.RadioSelect
IN_A_ROW = {"class": "choices--row"}
OPTIONAL_COLUMNS = (
    ("source", "Source"),
    ("channel", "Channel"),
    ("region", "Region"),
    ("reported", "Reported"),
    ("coordinator", "Coordinator"),
)
USUAL_COLUMNS = ("source", "coordinator")


def _with_empty(choices: Choices | Iterable[tuple[str, str]], empty: str) -> list[tuple[str, str]]:
    pairs = choices.pairs() if isinstance(choices, Choices) else list(choices)
    return [("", empty), *pairs]


class FilterForm(forms.Form):
    """What the list is narrowed to. Sent by GET, so that the same address gives the same list."""

    state = forms.ChoiceField(required=False, label="State")
    tier = forms.ChoiceField(required=False, label="Tier")
    source = forms.ChoiceField(required=False, label="Source")
    channel = forms.ChoiceField(required=False, label="Channel")
    region = forms.ChoiceField(required=False, label="Region")
    clock = forms.ChoiceField(
        required=False,
        label="Clock",
        choices=[
            ("", "Any"),
            ("running", "Running"),
            ("on_time", "On time"),
            ("at_risk", "At risk"),
            ("late", "Late now"),
            ("met", "Met this year"),
            ("missed", "Missed this year"),
        ],
    )
    since = DayField(required=False, label="Received from")
    until = DayField(required=False, label="Received until")
    sort = forms.ChoiceField(
        required=False, label="Order", choices=[("received", "Newest first"), ("due", "Soonest due first")]
    )
    show = forms.MultipleChoiceField(
        required=False, label="Columns", choices=OPTIONAL_COLUMNS, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        self.fields["show"].choices = [
            (key, pack.word("region").capitalize() if key == "region" else label) for key, label in OPTIONAL_COLUMNS
        ]
        self.fields["state"].choices = _with_empty(STATES.items(), "Any")
        self.fields["tier"].choices = _with_empty([(str(t.number), f"Tier {t.number}") for t in pack.tiers], "Any")
        self.fields["source"].choices = _with_empty(pack.trafficking.sources, "Any")
        self.fields["channel"].choices = _with_empty(pack.trafficking.channels, "Any")
        served = [(r.key, r.name) for r in pack.regions if viewer.covers(r.key)]
        if len(served) > 1 or ALL_REGIONS in viewer.regions:
            self.fields["region"].label = pack.word("region").capitalize()
            self.fields["region"].choices = _with_empty(served, "All")
        else:
            del self.fields["region"]

    def filters(self) -> ReferralFilters:
        """The filters in force; a value that does not fit narrows nothing and is named beside its field."""
        data = self.cleaned_data
        return ReferralFilters(
            state=data.get("state") or "",
            tier=int(data["tier"]) if data.get("tier") else None,
            source=data.get("source") or "",
            channel=data.get("channel") or "",
            region=data.get("region") or "",
            clock=data.get("clock") or "",
            since=data.get("since"),
            until=data.get("until"),
            sort=data.get("sort") or "received",
        )

    def columns(self) -> set[str]:
        """The columns that the reader chose, or the usual ones."""
        return set(self.data.getlist("show")) if "show" in self.data else set(USUAL_COLUMNS)


class ChildForm(forms.Form):
    """Who a child is and where, as far as anybody knows."""

    given = forms.CharField(required=False, max_length=120, label="Given name")
    family = forms.CharField(required=False, max_length=120, label="Family name")
    aliases = forms.CharField(
        required=False, max_length=400, label="Also called", help_text="Nicknames and other names, with commas between."
    )
    birth_on = DayField(required=False, label="Birth date")
    age = forms.IntegerField(required=False, min_value=0, max_value=120, label="Age, where the birth date is not known")
    gender = forms.CharField(required=False, max_length=60, label="Gender")
    tongue = forms.CharField(required=False, max_length=60, label="Language")
    interpreter_needed = EstablishedField(label="Needs an interpreter")
    where_now = forms.CharField(required=False, max_length=400, label="Where the child is now")
    address = forms.CharField(required=False, max_length=400, label="Address")
    phone = forms.CharField(required=False, max_length=60, label="Telephone")
    area = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        area = pack.word("area")
        self.fields["area"].label = area[:1].upper() + area[1:]
        self.fields["area"].choices = _with_empty([(a.key, a.name) for a in pack.areas], "Not known")

    def who(self) -> Who:
        """The child, as told."""
        data = self.cleaned_data
        return Who(
            given=data["given"],
            family=data["family"],
            aliases=tuple(alias.strip() for alias in data["aliases"].split(",") if alias.strip()),
            birth_on=data["birth_on"],
            age_estimate=data["age"],
            gender=data["gender"],
            language=data["tongue"],
            interpreter_needed=data["interpreter_needed"],
        )

    def whereabouts(self) -> Whereabouts:
        """Where the child lives and is."""
        data = self.cleaned_data
        return Whereabouts(address=data["address"], area=data["area"], phone=data["phone"], now=data["where_now"])

    @staticmethod
    def initial_of(who: Who, where: Whereabouts | None) -> dict[str, Any]:
        """What the fields begin with."""
        where = where or Whereabouts()
        return {
            "given": who.given,
            "family": who.family,
            "aliases": ", ".join(who.aliases),
            "birth_on": who.birth_on,
            "age": who.age_estimate,
            "gender": who.gender,
            "tongue": who.language,
            "interpreter_needed": who.interpreter_needed,
            "where_now": where.now,
            "address": where.address,
            "phone": where.phone,
            "area": where.area,
        }


class ReceiveForm(ChildForm):
    """Everything that a referral records. Only what nobody can act without must be filled in. (INT-4)"""

    source = forms.ChoiceField(label="From whom it came", error_messages={"required": "Choose from whom it came."})
    channel = forms.ChoiceField(label="Channel", widget=STACKED)
    region = forms.ChoiceField(label="Region", error_messages={"required": "Choose the region that takes it up."})
    reported_at = MomentField(required=False, label="Reported")
    released_at = MomentField(required=False, label="Released to the team")
    received_at = MomentField(label="Received by the team")

    age_is_estimated = forms.BooleanField(required=False, label="The age is a guess")
    victim_status = forms.ChoiceField(label="Victim status", widget=STACKED)
    kind = forms.ChoiceField(required=False, label="Kind")
    relationship = forms.ChoiceField(required=False, label="By whom")
    setting = forms.ChoiceField(required=False, label="Where it happens")
    open_investigation = EstablishedField(label="Is an investigation open?")
    immediate_safety_concern = EstablishedField(label="Is there an immediate safety concern?")
    safe_and_stable = EstablishedField(label="Are the surroundings safe and stable?")
    is_trafficking = EstablishedField(label="May what happened be trafficking?")
    allegation_verifiable = EstablishedField(label="Can the allegation be verified?")
    information_adequate = EstablishedField(label="Is there enough information to act on?")
    story = StoryField(label="What is alleged", required=False)

    PARTS = (
        ("The referral", ("source", "channel", "region")),
        ("When", ("reported_at", "released_at", "received_at")),
        (
            "The child",
            (
                "given",
                "family",
                "aliases",
                "birth_on",
                "age",
                "age_is_estimated",
                "gender",
                "tongue",
                "interpreter_needed",
            ),
        ),
        ("Where", ("where_now", "area", "address", "phone")),
        (
            "The situation",
            (
                "victim_status",
                "kind",
                "relationship",
                "setting",
                "open_investigation",
                "immediate_safety_concern",
                "safe_and_stable",
                "is_trafficking",
                "allegation_verifiable",
                "information_adequate",
                "story",
            ),
        ),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        pack = active_pack()
        words = pack.trafficking
        self.fields["source"].choices = _with_empty(words.sources, "Choose")
        self.fields["channel"].choices = words.channels.pairs()
        self.fields["region"].label = pack.word("region").capitalize()
        self.fields["region"].choices = [("", "Choose"), *[(r.key, r.name) for r in pack.regions]]
        self.fields["victim_status"].choices = _statuses()
        self.fields["kind"].choices = _with_empty(words.kinds, "Not established")
        self.fields["relationship"].choices = _with_empty(words.relationships, "Not established")
        self.fields["setting"].choices = _with_empty(words.settings, "Not established")
        self.fields["safe_and_stable"].help_text = safe_means()

    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields in groups, for the page."""
        return [(title, [self[name] for name in names]) for title, names in self.PARTS]

    def facts(self) -> ReferralFacts:
        """What is established. A stated age counts as sure unless it is called a guess."""
        data = self.cleaned_data
        return ReferralFacts.from_dict(
            {name: data[name] for name in self.PARTS[4][1] if name != "story"}
            | {"area": data["area"], "age": data["age"], "age_is_estimated": data["age_is_estimated"]}
        )


class SituationForm(forms.Form):
    """What a referral records beside the facts that tier and eligibility are decided on. (INT-4)"""

    kind = forms.ChoiceField(required=False, label="Kind")
    relationship = forms.ChoiceField(required=False, label="By whom")
    setting = forms.ChoiceField(required=False, label="Where it happens")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = active_pack().trafficking
        self.fields["kind"].choices = _with_empty(words.kinds, "Not established")
        self.fields["relationship"].choices = _with_empty(words.relationships, "Not established")
        self.fields["setting"].choices = _with_empty(words.settings, "Not established")


class TriageForm(forms.Form):
    """The four facts, and where needed another tier than they ask for. (INT-6)"""

    victim_status = forms.ChoiceField(label="Victim status", widget=forms.RadioSelect(attrs=IN_A_ROW))
    open_investigation = EstablishedField(label="Is an investigation open?")
    immediate_safety_concern = EstablishedField(label="Is there an immediate safety concern?")
    safe_and_stable = EstablishedField(label="Are the surroundings safe and stable?")
    chosen_tier = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Tier")
    reason = forms.CharField(
        required=False, strip=False, label="Reason", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    seconded_by = forms.ChoiceField(required=False, label="Who agrees to a slower response")
    version = forms.IntegerField(widget=forms.HiddenInput)

    FACTS = ("victim_status", "open_investigation", "immediate_safety_concern", "safe_and_stable")

    def __init__(self, *args: Any, seconders: list[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = active_pack()
        self.fields["victim_status"].choices = _statuses()
        self.fields["safe_and_stable"].help_text = safe_means()
        self.fields["chosen_tier"].choices = [
            ("", "As the facts ask"),
            *[(str(tier.number), f"Tier {tier.number}, within {hours(tier.due_hours)}") for tier in pack.tiers],
        ]
        self.fields["seconded_by"].choices = [("", "Nobody"), *[(person.code, person.name) for person in seconders]]
        self.fields["seconded_by"].help_text = "Only needed when the response gets slower."

    def triage_facts(self) -> TriageFacts:
        """What is established, as far as the fields could be read."""
        data = self.cleaned_data
        return TriageFacts(
            victim_status=data.get("victim_status") or "confirmed",
            open_investigation=data.get("open_investigation"),
            immediate_safety_concern=data.get("immediate_safety_concern"),
            safe_and_stable=data.get("safe_and_stable"),
        )


class EligibilityForm(forms.Form):
    """The facts that eligibility is decided on, and a sentence of one's own. (INT-5)"""

    victim_status = forms.ChoiceField(label="Victim status", widget=forms.RadioSelect(attrs=IN_A_ROW))
    age = forms.IntegerField(required=False, min_value=0, max_value=120, label="Age, where the birth date is not known")
    age_is_estimated = forms.BooleanField(required=False, label="The age is a guess")
    is_trafficking = EstablishedField(label="May what happened be trafficking?")
    allegation_verifiable = EstablishedField(label="Can the allegation be verified?")
    information_adequate = EstablishedField(label="Is there enough information to act on?")
    sentence = forms.CharField(
        required=False, strip=False, label="In your words", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    FACTS = (
        "victim_status",
        "age",
        "age_is_estimated",
        "is_trafficking",
        "allegation_verifiable",
        "information_adequate",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["victim_status"].choices = active_pack().eligibility_words.victim_statuses.pairs()

    def facts(self) -> dict[str, Any]:
        """What the fields say, to be laid over the facts that stand."""
        return {name: self.cleaned_data.get(name) for name in self.FACTS}


class MandatedReportForm(forms.Form):
    """Whether, when and by whom the report that the law asks for was made, and its number. (INT-12)"""

    made = EstablishedField(label="Was the mandated report made?")
    made_at = MomentField(required=False, label="When")
    by = forms.CharField(required=False, max_length=200, label="By whom")
    number = forms.CharField(required=False, max_length=80, label="Its number")
    why = forms.CharField(
        required=False,
        max_length=1000,
        label="If none was made: why none is owed",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReconsiderationForm(forms.Form):
    """What has changed since the referral was turned away or closed. (INT-5)"""

    reason = forms.CharField(label="What has changed", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    version = forms.IntegerField(widget=forms.HiddenInput)


class LatenessForm(forms.Form):
    """Why the response was late. (INT-11)"""

    cause = forms.ChoiceField(label="Cause", widget=STACKED, choices=list(LATE_CAUSES.items()))
    words = forms.CharField(
        required=False, label="In a sentence", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )


def hours(count: int) -> str:
    """48 hours, 7 days: as people say a tier."""
    return f"{count} hours" if count <= 72 or count % 24 else f"{count // 24} days"


def safe_means() -> str:
    """What must all be so before surroundings count as safe and stable, from the pack."""
    needed = [str(choice.label) for choice in active_pack().eligibility_words.safe_and_stable]
    return f"Yes only when all of this is so: {'; '.join(needed)}." if needed else ""


def _statuses() -> list[tuple[str, str]]:
    """Suspected and confirmed: the two that a tier is set for."""
    statuses = active_pack().eligibility_words.victim_statuses
    return [pair for pair in statuses.pairs() if pair[0] in {"suspected", "confirmed"}]
