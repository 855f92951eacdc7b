"""How closely two agencies work together: the pairs of a region, saying it of two, and looking at it again. (TEAM-9)"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.community.partners import actions, queries
from rightdoor.community.partners.models import Agency, Partnership
from rightdoor.domain.community_action import FOUR_PS
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.partnership import LEVELS, LONGEST, REVIEW_AFTER, LevelTold
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.foundation.ui.charts import Bar, Group, bar_chart
from rightdoor.foundation.ui.forms import DayField, StoryField
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, code_in, kept, typed_in

NEW, ONE = "partners/partnership_new.html", "partners/partnership.html"
DRAFT_NEW, DRAFT = "partnership.new", "partnership"
WENT = {"first": "Said for the first time", "closer": "Closer than before", "looser": "Looser than before", "same": ""}


class LevelForm(forms.Form):
    """What is said of a pair."""

    level = forms.ChoiceField(
        label="How do they work together?",
        choices=[(one.key, f"{one.label}. {one.explains}") for one in LEVELS],
        widget=forms.RadioSelect,
    )
    four_ps = forms.MultipleChoiceField(
        label="What it serves",
        choices=list(FOUR_PS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="At least one.",
        error_messages={"required": "Choose at least one of the four: what does this serve?"},
    )
    since = DayField(label="Since when")
    shows = StoryField(
        label="What shows it", limit=LONGEST, help_text="An agreement, meetings, what they did together. No client."
    )
    review_on = DayField(label="Look at it again on")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    code = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shows"].widget.attrs["rows"] = "4"

    def told(self) -> LevelTold:
        """What is said, as the act takes it."""
        names = ("level", "four_ps", "since", "shows", "review_on")
        return LevelTold(**{name: self.cleaned_data[name] for name in names})


class PairForm(LevelForm):
    """The same, of two agencies of a region that are chosen."""

    region = forms.CharField(widget=forms.HiddenInput)
    first = forms.ChoiceField(label="The one agency")
    second = forms.ChoiceField(label="The other")
    field_order = ("first", "second", "level", "four_ps", "since", "shows", "review_on")

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", "Choose"), *((one.code, one.name) for one in agencies)]  # type: ignore[attr-defined]
        self.agencies = {one.code: one for one in agencies}

    def pair(self) -> tuple[Agency, Agency]:
        """The two that were chosen."""
        return self.agencies[self.cleaned_data["first"]], self.agencies[self.cleaned_data["second"]]


def index(request: HttpRequest) -> HttpResponse:
    """The pairs of one's regions, and how many stand on each level."""
    regions = _readable(request.viewer)
    region = request.GET.get("region", "")
    region = region if region in dict(regions) else ""
    lines = queries.partnership_rows(request.viewer, request.now, region=region)
    by_level = Counter(one.level for one in lines)
    context = {
        "lines": lines,
        "regions": regions if len(regions) > 1 else [],
        "region": region,
        "due": sum(one.is_due for one in lines),
        "chart": bar_chart(
            "Pairs by level",
            [Group(one.label, [Bar("", by_level[one.key], str(by_level[one.key]))]) for one in LEVELS],
            of="Level",
            head="Pairs",
        )
        if lines
        else None,
        "may_say": bool(queries.regions_of_partnerships(request.viewer, "care_coordinator")),
    }
    return respond(request, page="partners/partnerships.html", context=context)


def show_new(request: HttpRequest) -> HttpResponse:
    """The form of a pair that nothing was said of yet."""
    region = _region(request)
    draft = find_draft(request.viewer, DRAFT_NEW, "")
    form = PairForm(agencies=queries.agencies_of(request.viewer, region))
    form.initial = _initial(request) | (as_initial(form, draft[0]) if draft else {}) | {"region": region, "seen": 0}
    return respond(request, page=NEW, context=_new(request, region, form) | {"kept_at": draft[1] if draft else None})


def create(request: HttpRequest) -> HttpResponse:
    """Says it."""
    region = _region(request)
    form = PairForm(request.POST, agencies=queries.agencies_of(request.viewer, region))
    if form.is_valid():
        try:
            level = actions.assess_partnership(
                request.viewer,
                region=region,
                agencies=form.pair(),
                told=form.told(),
                seen=form.cleaned_data["seen"],
                code=code_in(typed_in(request)),
                now=request.now,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT_NEW, "")
            messages.success(request, "Kept. It comes up again on the day that you chose.")
            return done(request, f"/partnerships/{level.partnership.code}/")
    return respond(request, page=NEW, context=_new(request, region, form), status=422)


def keep_new(request: HttpRequest) -> HttpResponse:
    """What is being typed, kept for its writer."""
    _region(request)
    keep_draft(request.viewer, DRAFT_NEW, "", typed_in(request), now=request.now)
    return kept(request.now)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """A pair: what holds, what was said before, and the form of a review."""
    return _page(request, queries.partnership_for(request.viewer, code))


def review(request: HttpRequest, code: str) -> HttpResponse:
    """Says it anew. What somebody else said meanwhile is shown first."""
    pair = _to_say(request, code)
    form = LevelForm(request.POST, auto_id="id_review_%s")
    if form.is_valid():
        try:
            actions.assess_partnership(
                request.viewer,
                region=pair.region,
                agencies=(pair.first, pair.second),
                told=form.told(),
                seen=form.cleaned_data["seen"],
                code=code_in(typed_in(request)),
                now=request.now,
            )
        except RuleBroken as refusal:
            data = request.POST.copy()
            data["seen"] = str(len(queries.levels_of(pair)))
            form = LevelForm(data, auto_id="id_review_%s")
            form.is_valid()
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, DRAFT, pair.code)
            messages.success(request, "Kept. What was said before stays below.")
            return done(request, f"/partnerships/{pair.code}/")
    return _page(request, pair, form, status=422)


def keep(request: HttpRequest, code: str) -> HttpResponse:
    """What is being typed, kept for its writer."""
    pair = _to_say(request, code)
    keep_draft(request.viewer, DRAFT, pair.code, typed_in(request), now=request.now)
    return kept(request.now)


def _readable(viewer: Viewer) -> list[tuple[str, str]]:
    """The regions whose pairs the viewer reads. For whom there are none, there is no such page."""
    found = queries.regions_of_partnerships(viewer)
    if not found:
        raise NotVisible
    return found


def _region(request: HttpRequest) -> str:
    """The region of which it is said: the one that is asked for, else the first of the viewer's."""
    _readable(request.viewer)
    mine = [key for key, _ in queries.regions_of_partnerships(request.viewer, "care_coordinator")]
    check_may(request.viewer, "partnership.assess", Standing(region=bool(mine)))
    asked = request.POST.get("region") or request.GET.get("region", "")
    return asked if asked in mine else mine[0]


def _to_say(request: HttpRequest, code: str) -> Partnership:
    pair = queries.partnership_for(request.viewer, code)
    check_may(request.viewer, "partnership.assess", _writing(request.viewer, pair))
    return pair


def _writing(viewer: Viewer, pair: Partnership) -> Standing:
    return Standing(region=viewer.covers_as("care_coordinator", pair.region))


def _initial(request: HttpRequest) -> dict[str, Any]:
    today = local(request.now).date()
    return {"since": today, "review_on": today + REVIEW_AFTER, "code": new_code()}


def _new(request: HttpRequest, region: str, form: PairForm) -> dict[str, Any]:
    regions = queries.regions_of_partnerships(request.viewer, "care_coordinator")
    return {"form": form, "region": region, "regions": regions if len(regions) > 1 else []}


def _page(request: HttpRequest, pair: Partnership, form: LevelForm | None = None, *, status: int = 200) -> HttpResponse:
    levels = queries.levels_of(pair)
    kept_at = None
    if form is None and may(request.viewer, "partnership.assess", _writing(request.viewer, pair)):
        form = LevelForm(auto_id="id_review_%s")
        draft = find_draft(request.viewer, DRAFT, pair.code)
        form.initial = _initial(request) | {"seen": len(levels)}
        if draft:
            form.initial |= as_initial(form, draft[0])
            kept_at = draft[1]
    context = {
        "pair": pair,
        "now_holds": levels[0] if levels else None,
        "is_due": bool(levels) and levels[0].review_on <= local(request.now).date(),
        "levels": [(one, WENT[one.went]) for one in levels],
        "form": form,
        "kept_at": kept_at,
    }
    return respond(request, page=ONE, context=context, status=status)
