"""Taking a region's screening and outcome figures to its next meeting about the work. (STAT-7)"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.minutes.queries import compared
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.taken_times import time_named
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.statistics import taking
from rightdoor.oversight.statistics.spans import label_of

PAGE = "statistics/taking.html"


class TakingForm(forms.Form):
    """Under which topic of the meeting's agenda the figures are to stand."""

    topic = forms.ChoiceField(label="Under which topic", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [  # type: ignore[attr-defined]
            (topic.key, str(topic.label)) for topic in active_pack().agenda(taking.KIND).topics
        ]


def show(request: HttpRequest) -> HttpResponse:
    """A time that is over: its figures as they would stand in the minutes, or the meeting that they were taken to."""
    region = _region(request, request.GET.get("whose", ""))
    return respond(request, page=PAGE, context=_context(request, region, request.GET.get("span", "")))


def create(request: HttpRequest) -> HttpResponse:
    """Takes the figures of a time to the region's next advisory meeting."""
    sent = request.POST
    region = _region(request, sent.get("whose", ""))
    # Without a kind that there is, no topic was chosen for any: the form comes back.
    what = sent.get("figures", "")
    what = what if what in taking.TITLES else taking.SCREENING
    form = TakingForm(sent, prefix=what)
    time = time_named(sent.get("span", ""))
    if form.is_valid():
        topic = form.cleaned_data["topic"]
        try:
            if time is None:
                raise RuleBroken("Choose one of the times of the list.")
            meeting = taking.take_figures(
                request.viewer, what=what, region=region, time=time, topic=topic, now=request.now
            )
            messages.success(request, "The figures stand in the minutes of the meeting.")
            return done(request, f"/meetings/{meeting.code}/minutes/#topic-{topic}")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    context = _context(request, region, sent.get("span", ""), {what: form})
    return respond(request, page=PAGE, context=context, status=422)


def _region(request: HttpRequest, asked: str) -> str:
    """The region asked for, or the viewer's first. Whoever coordinates none finds no such page."""
    known = [key for key, _ in taking.regions_taken_from(request.viewer)]
    if not known or (asked and asked not in known):
        raise NotVisible
    return asked or known[0]


def _context(
    request: HttpRequest, region: str, asked: str, forms_sent: dict[str, TakingForm] | None = None
) -> dict[str, Any]:
    viewer, now = request.viewer, request.now
    times = taking.times_offered(now)
    wanted = time_named(asked)
    time = wanted if wanted in times else times[0]
    meeting = taking.meeting_for_figures(viewer, region, now)
    regions = taking.regions_taken_from(viewer)
    offered = {what: taking.offers(viewer, what, region, now) for what in taking.TITLES}
    kinds = []
    for what, title in taking.TITLES.items():
        offer = next(one for one in offered[what] if one.time == time)
        form = (forms_sent or {}).get(what)
        may_take = meeting is not None and not offer.why_not
        kinds.append(
            {
                "key": what,
                "title": title,
                "offer": offer,
                "form": (form or TakingForm(prefix=what)) if may_take else None,
                "refused": [] if may_take or form is None else form.non_field_errors(),
                "called": taking.title_of(what, region, time),
                # What stands sealed is opened for counting only where the figures can be taken.
                "groups": _groups(request, what, region, time) if may_take else [],
            }
        )
    return {
        "region": region,
        "place": dict(regions)[region],
        "regions": regions if len(regions) > 1 else [],
        "time": time.key,
        "name": label_of(time.key),
        "before": label_of(time.before.key),
        "spans": [(one.key, label_of(one.key)) for one in times],
        "meeting": meeting,
        "kinds": kinds,
        "lines": [
            (
                label_of(one.key),
                f"?{urlencode({'whose': region, 'span': one.key})}",
                [(title, taking.SHORT[what], offered[what][at].meeting) for what, title in taking.TITLES.items()],
            )
            for at, one in enumerate(times)
        ],
    }


def _groups(request: HttpRequest, what: str, region: str, time: taking.Time) -> list[Any]:
    lines = taking.lines_of(request.viewer, what, region, time, request.now)
    # As the minutes will say it; where nothing stands beside anything, the lines alone.
    rows = [[one.group, one.label, one.figure, one.before, one.change] for one in lines]
    return compared(rows, always=True)
