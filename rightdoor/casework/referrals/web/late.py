"""The late responses of a region, by quarter, cause and tier, and taking them to its next advisory meeting. (INT-11)"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.referrals import late_figures
from rightdoor.casework.referrals.late_figures import CAUSES, NO_CAUSE, QuarterLine
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.late_response import Quarter, quarter_named
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.ui.pages import done, respond

PAGE = "referrals/late.html"


class TakingForm(forms.Form):
    """Under which topic of the meeting's agenda the figures are to stand."""

    topic = forms.ChoiceField(label="Under which topic", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [  # type: ignore[attr-defined]
            (topic.key, str(topic.label)) for topic in active_pack().agenda(late_figures.KIND).topics
        ]


def show(request: HttpRequest) -> HttpResponse:
    """Eight quarters, one of them in full; and the rows behind a figure, where one was chosen."""
    region = _region(request, request.GET.get("region", ""))
    return respond(request, page=PAGE, context=_context(request, region, request.GET.get("quarter", "")))


def create(request: HttpRequest) -> HttpResponse:
    """Takes the figures of a quarter to the next advisory meeting."""
    region = _region(request, request.POST.get("region", ""))
    form = TakingForm(request.POST)
    quarter = quarter_named(request.POST.get("quarter", ""))
    if form.is_valid():
        try:
            if quarter is None:
                raise RuleBroken("Choose one of the quarters of the list.")
            meeting = late_figures.take_causes(
                request.viewer, region=region, quarter=quarter, topic=form.cleaned_data["topic"], now=request.now
            )
            messages.success(request, "The figures stand in the minutes of the meeting.")
            return done(request, f"/meetings/{meeting.code}/minutes/#topic-{form.cleaned_data['topic']}")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, region, request.POST.get("quarter", ""), form)
    return respond(request, page=PAGE, context=context, status=422)


def _region(request: HttpRequest, asked: str) -> str:
    """The region asked for, or the viewer's first. Whoever coordinates none finds no such page."""
    known = [key for key, _ in late_figures.regions_counted(request.viewer)]
    if not known or (asked and asked not in known):
        raise NotVisible
    return asked or known[0]


def _context(request: HttpRequest, region: str, asked: str, form: TakingForm | None = None) -> dict[str, Any]:
    viewer, now = request.viewer, request.now
    lines = late_figures.late_by_quarter(viewer, region, now)
    wanted = quarter_named(asked)
    # Without a choice: the last that is over, for it is the newest that can be taken to a meeting.
    line = next((one for one in lines if one.quarter == wanted), lines[1])
    is_over = line.quarter.next.first_day <= local(now).date()
    meeting = late_figures.meeting_for_causes(viewer, region, now) if is_over and line.meeting is None else None
    may_take = meeting is not None and may(viewer, "referral.take_causes", late_figures.standing_in(viewer, region))
    refused = form.non_field_errors() if form is not None else []
    regions = late_figures.regions_counted(viewer)
    return {
        "region": region,
        "regions": regions if len(regions) > 1 else [],
        "lines": [_summed(region, one, line.quarter) for one in lines],
        "line": line,
        "name": late_figures.in_words(line.quarter),
        "causes": [
            (CAUSES.get(key, key), count, _address(region, line.quarter, cause=key or NO_CAUSE))
            for key, count in line.figures.by_cause
            if count
        ],
        "tiers": [
            (tier, count, line.due_by_tier[tier], _address(region, line.quarter, tier=str(tier)))
            for tier, count in line.figures.by_tier
        ],
        "is_over": is_over,
        "meeting": meeting,
        "form": (form or TakingForm()) if may_take else None,
        "refused": [] if may_take else refused,
        "written": late_figures.lines_of(line.figures),
        **_rows(request, region, line.quarter),
    }


def _summed(region: str, line: QuarterLine, chosen: Quarter) -> dict[str, Any]:
    return {
        "name": late_figures.in_words(line.quarter),
        "url": _address(region, line.quarter),
        "is_here": line.quarter == chosen,
        "responses": line.figures.responses,
        "late": line.figures.late,
        "late_url": _address(region, line.quarter, rows="all"),
        "meeting": line.meeting,
    }


def _rows(request: HttpRequest, region: str, quarter: Quarter) -> dict[str, Any]:
    """The rows behind the figure that was chosen; none where none was."""
    cause, tier, everything = (request.GET.get(name, "") for name in ("cause", "tier", "rows"))
    if cause and cause != NO_CAUSE and cause not in CAUSES:
        cause = ""
    number = int(tier) if tier in {str(one.number) for one in active_pack().tiers} else None
    if not (cause or number is not None or everything):
        return {"asked_rows": False}
    listed = late_figures.late_rows(
        request.viewer,
        region,
        quarter,
        request.now,
        cause=cause,
        tier=number,
        after=request.GET.get("after", ""),
    )
    chosen = {"cause": cause, "tier": str(number) if number is not None else "", "rows": everything and "all"}
    said = [CAUSES["" if cause == NO_CAUSE else cause]] if cause else []
    said += [f"tier {number}"] if number is not None else []
    return {
        "asked_rows": True,
        "rows": listed.rows,
        "rows_of": ", ".join(said),
        "next": _address(region, quarter, **chosen, after=listed.next) if listed.next else "",
        "first": _address(region, quarter, **chosen) if request.GET.get("after") else "",
    }


def _address(region: str, quarter: Quarter, **chosen: str) -> str:
    query = {"region": region, "quarter": quarter.key, **{name: value for name, value in chosen.items() if value}}
    return f"/referrals/late/?{urlencode(query)}"
