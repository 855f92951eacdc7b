"""The gallery: every component in all its states, with invented content. Accessibility and looks are checked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rightdoor.domain.clock import Clock
from rightdoor.foundation.ui.charts import Bar, Group, bar_chart, ladder_chart
from rightdoor.foundation.ui.forms import DayField, EstablishedField, MomentField, StoryField
from rightdoor.foundation.ui.switches import tongues


@dataclass(frozen=True, slots=True)
class Shown:
    """A client as the disclosure rules would show them."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of a timeline."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a record."""

    label: str
    url: str
    is_here: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """This page in another language."""

    code: str
    name: str
    url: str
    is_here: bool


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Name", help_text="As the child says it.")
    age = forms.IntegerField(label="Age in years", required=False)
    born_on = DayField(label="Date of birth", required=False)
    received_at = MomentField(
        label="When was the referral received?", help_text="MM/DD/YYYY, and a time such as 10:05 a.m."
    )
    source = forms.ChoiceField(label="Source", choices=[("", "Choose"), ("school", "School"), ("medical", "Medical")])
    open_investigation = EstablishedField(
        label="Is an investigation open?", help_text="By the police or child welfare."
    )
    status = forms.ChoiceField(
        label="Status",
        widget=forms.RadioSelect,
        choices=[("suspected", "Suspected victim"), ("confirmed", "Confirmed victim")],
    )
    needs = forms.MultipleChoiceField(
        label="What is needed today?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("shelter", "Emergency shelter"), ("medical", "Medical care"), ("food", "Food and clothing")],
    )
    story = StoryField(
        label="What happened?", limit=2000, help_text="In the words of the person who told you.", required=False
    )
    sure = forms.BooleanField(
        label="I have told the hotline", help_text="The law asks every reporter to call.", required=False
    )


def show(request: HttpRequest) -> HttpResponse:
    """Every component, for people of this site."""
    return render(request, "ui/gallery/gallery.html", samples(request.now))


def show_act(request: HttpRequest) -> HttpResponse:
    """An act page as a whole: one question, the facts beside it, the consequence in words."""
    return render(request, "ui/gallery/act.html", samples(request.now))


def show_public(request: HttpRequest) -> HttpResponse:
    """A public page as a whole."""
    return render(request, "ui/gallery/public.html", samples(request.now))


def samples(now: datetime) -> dict[str, Any]:
    """Invented content for each component. Made from `now`, so that clocks stand where their state says."""
    hour = timedelta(hours=1)
    clocks = {
        "on_time": Clock(now - 5 * hour, now + 43 * hour),
        "at_risk": Clock(now - 40 * hour, now + 8 * hour),
        "late": Clock(now - 50 * hour, now - 2 * hour),
        "met": Clock(now - 60 * hour, now - 12 * hour, stopped_at=now - 17 * hour),
        "missed": Clock(now - 60 * hour, now - 12 * hour, stopped_at=now - 9 * hour),
        "paused": Clock(
            now - 30 * hour, now + 42 * hour, paused_at=now - hour, pause_reason="The youth has not been located."
        ),
    }
    refused = SampleForm(
        {
            "name": "",
            "open_investigation": "no",
            "received_at_day": "13/40/2026",
            "received_at_time": "half past",
            "source": "school",
        }
    )
    return {
        "now": now,
        "clocks": clocks,
        "flags": [
            {"label": "Missing since 03/09/2026", "tone": "late", "url": "/gallery/"},
            {"label": "Consent", "tone": "warning", "until": now},
            {"label": "Interpreter needed"},
        ],
        "named": Shown("K7MQ-4XPR", "Juniper Example"),
        "unnamed": Shown("T3WB-9HZN"),
        "form": SampleForm(initial={"received_at": now}, auto_id="fresh_%s"),
        "refused": refused,
        "labels": ["Who and where", "What happened", "Safety now", "Check and send"],
        "bars": bar_chart(
            "Invented trainings by month",
            [
                Group("January", [Bar("", 14, "14")]),
                Group("February", [Bar("", None, "fewer than 11")]),
                Group("March", [Bar("", 31, "31")]),
            ],
            of="Month",
        ),
        "profile": ladder_chart(
            "Invented stages by topic",
            [
                Group("Team membership", [Bar("2025", 2, "Stage 2"), Bar("2026", 3, "Stage 3")]),
                Group("Training of partners", [Bar("2025", 1, "Stage 1"), Bar("2026", 1, "Stage 1 to 2", 2)]),
            ],
            of="Topic",
            steps=4,
        ),
        "entries": [
            Happened(
                now - hour, "Summary shared", "Robin Sample, care coordinator", "With 6 members of the team.", "#"
            ),
            Happened(now - 5 * hour, "Emergency staffing held", "Robin Sample, care coordinator"),
            Happened(now - 29 * hour, "Referral received", "Desk of the alliance", "Released by the hotline."),
        ],
        "chips": [Chip("Tier", "1", "?without=tier"), Chip("State", "awaiting triage", "?without=state")],
        "tabs": [
            Tab("Summary", "#", True),
            Tab("Team", "#", count=7),
            Tab("Plan", "#"),
            Tab("Timeline", "#", count=24),
        ],
        "marks": [("Owner", "Robin Sample"), ("Consent", "not recorded")],
        "language_links": [
            LanguageLink(tongue.code, tongue.name, f"?language={tongue.code}", tongue.code == "en")
            for tongue in tongues()
        ],
    }
