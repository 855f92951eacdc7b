"""Year against year, and region beside region: profiles by topic, each chart with its table. Never an average stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.community.assessments.comparing.queries import Shelf, region_words, runs_of, shelves_of
from rightdoor.community.assessments.models import Assessment
from rightdoor.community.assessments.queries import check_reader
from rightdoor.domain.comparing import TopicStanding, compare, standings_of
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.charts import Bar, Chart, Group, bar_chart, ladder_chart
from rightdoor.foundation.ui.pages import respond

MOST_REGIONS = 4  # beside each other; more are not told apart
MOVED = {"up": "Higher", "down": "Lower", "same": "The same", "unknown": "Cannot be told"}
TONES = {"up": "strong", "down": "at_risk", "same": "quiet", "unknown": "plain"}


def years(request: HttpRequest) -> HttpResponse:
    """A region's run against an earlier one: stage then and now, what is newly in place, what no longer is."""
    check_reader(request.viewer)
    shelves = shelves_of(request.viewer)
    shelf = _chosen(shelves, request.GET.get("of", ""))
    context: dict[str, Any] = {"shelves": [(_name(one), _label(one)) for one in shelves], "of": _name(shelf)}
    if shelf is not None:
        earlier, later = _two(shelf.runs, request.GET.get("then", ""), request.GET.get("now", ""))
        context |= {"shelf": shelf, "region": region_words(shelf.region), "later": later, "earlier": earlier}
        context |= _changes(earlier, later) if earlier else {"chart": _profile([(later.label, later)])}
    return respond(request, page="assessments/compare.html", context=context)


def regions(request: HttpRequest) -> HttpResponse:
    """The newest finished run of up to four regions beside each other."""
    check_reader(request.viewer)
    shelves = [one for one in shelves_of(request.viewer) if one.region]
    tools = list(dict.fromkeys((one.key, one.title) for one in shelves))
    asked = request.GET.get("of", "")
    counted = {key: sum(one.key == key for one in shelves) for key, _ in tools}
    key = asked if asked in counted else max(counted, key=lambda one: counted[one], default="")
    here = [one for one in shelves if one.key == key]
    wanted = set(request.GET.getlist("region"))
    chosen = [one for one in here if one.region in wanted][:MOST_REGIONS] or here[:MOST_REGIONS]
    context = {
        "tools": tools,
        "of": key,
        "offered": [(one.region, region_words(one.region)) for one in here],
        "chosen": {one.region for one in chosen},
        "is_cut": len(wanted) > MOST_REGIONS,
        "most": MOST_REGIONS,
        "lines": [(region_words(one.region), one.runs[-1]) for one in chosen],
        "chart": _profile([(region_words(one.region), one.runs[-1]) for one in chosen]) if len(chosen) > 1 else None,
        "several": len(active_pack().regions) > 1,
    }
    return respond(request, page="assessments/regions.html", context=context)


def _changes(earlier: Assessment, later: Assessment) -> dict[str, Any]:
    """Each topic then and now, with the words of every item that changed."""
    then, now = runs_of([earlier, later])

    def said(keys: Sequence[str]) -> list[str]:
        known = {**then.instrument.by_id, **now.instrument.by_id}
        return [known[key].text or known[key].name for key in keys]

    lines = []
    for one in compare(then, now):
        lines.append(
            {
                "name": one.name,
                "then": _said(one.before),
                "now": _said(one.after),
                "moved": MOVED[one.moved],
                "tone": TONES[one.moved],
                "provenance": one.after.provenance if one.after else "",
                "newly": said(one.newly),
                "first_said": said(one.first_said),
                "no_longer": said(one.no_longer),
                "unanswered": said(one.unanswered),
            }
        )
    is_same = earlier.instrument_version == later.instrument_version
    return {
        "lines": lines,
        "changed": [one for one in lines if any(one[key] for key in CHANGES)],
        "chart": _profile([(earlier.label, earlier), (later.label, later)]),
        "versions": "" if is_same else f"{earlier.instrument_version} and {later.instrument_version}",
    }


CHANGES = ("newly", "first_said", "no_longer", "unanswered")


def _profile(shown: Sequence[tuple[str, Assessment]]) -> Chart:
    """Runs of one tool as a profile by topic, each run a series. A series is told by its label, twice the same by both
    its label and its place.
    """
    runs = runs_of([one for _, one in shown])
    labels = [
        label if [one for one, _ in shown].count(label) == 1 else f"{label} ({at})"
        for at, (label, _) in enumerate(shown, start=1)
    ]
    by_run = [{one.id: one for one in standings_of(run)} for run in runs]
    names: dict[str, str] = {}
    for found in reversed(by_run):
        names |= {key: one.name for key, one in found.items() if key not in names}
    order = list(dict.fromkeys(key for found in reversed(by_run) for key in found))
    has_stages = all(run.score.topics for run in runs)
    bar = _rung if has_stages else _part
    groups = [
        Group(names[key], [bar(label, found.get(key)) for label, found in zip(labels, by_run, strict=True)])
        for key in order
    ]
    title = runs[-1].instrument.title
    if has_stages:
        steps = max(len(run.instrument.scoring.stages) for run in runs)
        return ladder_chart(f"{title}: stage by topic", groups, of="Topic", steps=steps, head="Stage")
    return bar_chart(f"{title}: what is in place", groups, of="Part", top=1, head="In place")


def _rung(label: str, one: TopicStanding | None) -> Bar:
    stage = one.stage if one else None
    if stage is None or stage.lowest is None:
        return Bar(label, None, _said(one))
    short = _said(one).partition(":")[0]  # the stage's name is for the table
    return Bar(label, stage.lowest, _said(one), None if stage.stage else stage.highest, short)


def _part(label: str, one: TopicStanding | None) -> Bar:
    if one is None or one.share is None:
        return Bar(label, None, _said(one))
    highest = (one.done + one.unknown) / one.counting if one.unknown else None
    return Bar(label, one.share, _said(one), highest, f"{one.done} of {one.counting}")


def _said(one: TopicStanding | None) -> str:
    return one.words if one else "Not in this version"


def _two(runs: Sequence[Assessment], then: str, now: str) -> tuple[Assessment | None, Assessment]:
    """The two runs to compare, the earlier one first; the last two unless others are asked for."""
    by_code = {one.code: at for at, one in enumerate(runs)}
    later = by_code.get(now, len(runs) - 1)
    earlier = by_code.get(then, later - 1)
    if earlier == later:
        earlier = later - 1
    if earlier < 0 and len(runs) > 1:
        earlier, later = 0, 1
    earlier, later = min(earlier, later), max(earlier, later)
    return (runs[earlier] if earlier >= 0 else None), runs[later]


def _chosen(shelves: Sequence[Shelf], asked: str) -> Shelf | None:
    """The shelf that is asked for; else the one with the most runs."""
    most = max(shelves, key=lambda one: len(one.runs), default=None)
    return next((one for one in shelves if _name(one) == asked), most)


def _name(shelf: Shelf | None) -> str:
    return f"{shelf.key}.{shelf.region}" if shelf else ""


def _label(shelf: Shelf) -> str:
    return f"{shelf.title}, {region_words(shelf.region)}"
