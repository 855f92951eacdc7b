"""Forms of meetings: an answer, and who was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from rightdoor.community.meetings.models import Invitation
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack


class AnswerForm(forms.Form):
    """I come, am excused, or somebody of my agency comes in my place."""

    answer = forms.ChoiceField(
        label="Will you be there?",
        widget=forms.RadioSelect,
        choices=[
            ("accepted", "I will be there"),
            ("excused", "I cannot come"),
            ("delegated", "Someone of my agency comes in my place"),
        ],
    )
    delegate = forms.ChoiceField(
        label="Who comes in your place", required=False, help_text="People of your own agency."
    )

    def __init__(self, *args: Any, delegates: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delegates = {account.code: account for account in delegates}
        field = self.fields["delegate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose")] + [(code, account.name) for code, account in self.delegates.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == "delegated" and not data.get("delegate"):
            self.add_error("delegate", "Choose who comes in your place.")
        data["delegate"] = self.delegates.get(data.get("delegate", "")) if data.get("answer") == "delegated" else None
        return data


class AttendanceForm(forms.Form):
    """How each of those invited was there. One field a seat; where a delegate was named, the delegate may be chosen.

    An answer given before is proposed; for everybody else nothing is presumed, and each seat must be answered.
    """

    def __init__(self, *args: Any, invitations: Sequence[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = list(invitations)
        label = active_pack().teams.all().label
        for row in self.invitations:
            choices = [("in_person", "In person"), ("virtual", "Virtual"), ("absent", "Absent")]
            if row.answer == "delegated" and row.delegate is not None:
                choices += [
                    ("delegate:in_person", f"{row.delegate.name}, in person"),
                    ("delegate:virtual", f"{row.delegate.name}, virtual"),
                ]
            self.fields[f"seat_{row.code}"] = forms.ChoiceField(
                label=f"{row.account.name}, {label(row.discipline)}",
                choices=choices,
                widget=forms.RadioSelect(attrs={"class": "choices--row"}),
                initial=self._likely(row),
                error_messages={"required": "Say whether this seat was filled."},
            )

    @staticmethod
    def _likely(row: Invitation) -> str:
        """What was recorded, or what the answer and the kind of meeting tell."""
        how = row.attended_as or (row.meeting.mode if row.meeting.mode != "mixed" else "")
        if row.attendance == "absent" or (not row.attendance and row.answer == "excused"):
            return "absent"
        if row.answer == "delegated" and row.delegate is not None:
            return f"delegate:{how}" if how else ""
        return how if row.attendance == "present" or row.answer == "accepted" else ""

    def present(self) -> dict[str, str]:
        """Account code -> "in_person" or "virtual", as the act takes it. For a sound form."""
        found = {}
        for row in self.invitations:
            how = self.cleaned_data[f"seat_{row.code}"]
            if how.startswith("delegate:") and row.delegate is not None:
                found[row.delegate.code] = how.removeprefix("delegate:")
            elif how != "absent":
                found[row.account.code] = how
        return found
