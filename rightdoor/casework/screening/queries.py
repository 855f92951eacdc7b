"""Screenings that a viewer may see, the tools to choose from, and what a report or a referral is begun with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake import flow
from rightdoor.casework.intake.models import Report
from rightdoor.casework.intake.queries import Prefill
from rightdoor.casework.screening import choices
from rightdoor.casework.screening.disclosure import OpenedScreening, Told, open_screening
from rightdoor.casework.screening.models import Education, Screening, visible_screenings
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.domain.questionnaire.answers import Response, read_response
from rightdoor.domain.questionnaire.instrument import Band, Instrument, Item
from rightdoor.domain.questionnaire.scoring import Score, score
from rightdoor.domain.questionnaire.versions import pin_of
from rightdoor.domain.screening import Suggested, asks_a_person, next_step, says_that_it_is_there, step_of_band
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.jurisdiction.templatetags.words import day
from rightdoor.foundation.questionnaires.kept import pinned, usable

COORDINATOR = "care_coordinator"
ADULT = 18
HASH = "sha256:"


@dataclass(frozen=True, slots=True)
class ScreeningRow:
    """One screening in a list: by its code alone."""

    code: str
    tool: str
    taken_on: date
    state: str
    result: str
    next_step: str
    handed_to: str
    is_mine: bool
    entry: str

    @property
    def state_label(self) -> str:
        return choices.STATES[self.state]

    @property
    def result_label(self) -> str:
        return choices.RESULTS[self.result] if self.state == "finished" else ""

    @property
    def step_label(self) -> str:
        return choices.STEPS.get(self.next_step, "")

    @property
    def about(self) -> str:
        """The tool and the day."""
        return f"{self.tool}, {day(self.taken_on)}"


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator that is marked as there, with what it rests on."""

    id: str
    text: str
    answer: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """The page of a screening, already decided for its viewer."""

    screening: Screening
    tool: Instrument
    opened: OpenedScreening
    indicators: list[Indicator]
    open_items: list[str]  # what is not known and could change the result
    band: Band | None
    may_write: bool
    may_hand_on: bool
    may_report: bool
    may_take: bool

    @property
    def marks(self) -> list[tuple[str, str]]:
        """What the header says beside the code."""
        found = [("Tool", self.tool.title), ("Day", day(self.screening.taken_on))]
        if self.screening.area:
            found.append((active_pack().word("area").capitalize(), active_pack().area(self.screening.area).name))
        return found

    @property
    def state_label(self) -> str:
        return choices.STATES[self.screening.state]

    @property
    def result_label(self) -> str:
        return choices.RESULTS[self.screening.result]

    @property
    def step_label(self) -> str:
        return choices.STEPS_SAID.get(self.screening.next_step, "")

    @property
    def suggested_label(self) -> str:
        return choices.STEPS.get(self.screening.suggested, "")


def standing_of(viewer: Viewer, screening: Screening) -> Standing:
    """How the viewer stands to a screening: their own, or handed on to a region that they coordinate."""
    return Standing(
        owns=screening.begun_by == viewer.code != "",
        region=bool(screening.handed_to) and viewer.covers_as(COORDINATOR, screening.handed_to),
    )


def screening_for(viewer: Viewer, code: str) -> Screening:
    """The screening of this code. Raises NotVisible, as for a code that does not exist."""
    found = visible_screenings(viewer).filter(code=code).first()
    if found is None or not may(viewer, "screening.read", standing_of(viewer, found)):
        raise NotVisible
    return found


def own_draft(viewer: Viewer, code: str) -> Screening:
    """A screening of the viewer's own that is not over. Raises NotVisible."""
    found = own_screening(viewer, code)
    if found.is_over:
        raise NotVisible
    return found


def own_screening(viewer: Viewer, code: str) -> Screening:
    """A screening of the viewer's own, over or not: a form that ends one may be sent twice. Raises NotVisible."""
    found = screening_for(viewer, code)
    if not may(viewer, "screening.write", standing_of(viewer, found)):
        raise NotVisible
    return found


def screenings_of(
    viewer: Viewer, *, handed_on: bool, start: int = 0, limit: int = 40
) -> tuple[list[ScreeningRow], int]:
    """The viewer's own, or those handed on to their team by somebody else; the newest first, and how many there are."""
    rows = visible_screenings(viewer)
    if handed_on:
        rows = rows.exclude(begun_by=viewer.code).order_by("-handed_at", "-id")
    else:
        rows = rows.filter(begun_by=viewer.code).order_by("-begun_at", "-id")
    return [_row(viewer, one) for one in rows[start : start + limit]], rows.count()


def waiting_for(viewer: Viewer) -> int:
    """How many screenings were handed on to the viewer's team and are no referral yet."""
    if not viewer.has(COORDINATOR):
        return 0
    return (
        visible_screenings(viewer).filter(~Q(handed_to=""), client__isnull=True).exclude(begun_by=viewer.code).count()
    )


def view_of(viewer: Viewer, screening: Screening, now: datetime) -> ScreeningView:
    """The screening as its page shows it. The opening is recorded before this returns."""
    opened = open_screening(viewer, screening, now)
    tool, standing = tool_of(screening), standing_of(viewer, screening)
    scored = None if screening.entry == "result" or not screening.is_over else score_of(tool, opened.told)
    return ScreeningView(
        screening=screening,
        tool=tool,
        opened=opened,
        indicators=indicators_of(tool, opened.told),
        open_items=[text_of(tool, key) for key in scored.open_items] if scored else [],
        band=next((band for band in tool.scoring.bands if band.code == screening.band), None),
        may_write=may(viewer, "screening.write", standing) and not screening.is_over,
        may_hand_on=may(viewer, "screening.hand_on", standing) and screening.is_over and not screening.handed_to,
        may_report=may(viewer, "screening.report", standing)
        and may(viewer, "report.receive")
        and screening.report_id is None,
        may_take=may_take(viewer, screening),
    )


def tool_of(screening: Screening) -> Instrument:
    """The tool in exactly the version that was used."""
    return pinned(screening.tool, screening.tool_version, f"{HASH}{screening.tool_hash}")


def tools_for(viewer: Viewer) -> list[Instrument]:
    """The tools that the viewer may choose from, with and without items; those that the state recommends first."""
    recommended = active_pack().recommended_tools
    found = [one for one in usable("screening", viewer.agency) if len(one.key) <= 64]
    return sorted(found, key=lambda one: recommended.index(one.key) if one.key in recommended else len(recommended))


def is_recommended(tool: Instrument) -> bool:
    """The state's pack recommends this tool. (SCR-1)"""
    return tool.key in active_pack().recommended_tools


def tool_named(viewer: Viewer, key: str) -> Instrument:
    """The tool of this key. Raises NotVisible."""
    for one in tools_for(viewer):
        if one.key == key:
            return one
    raise NotVisible


def response_of(tool: Instrument, told: Told) -> Response:
    """The answers as the engine reads them."""
    return read_response(tool, {"answers": dict(told.answers)})


def score_of(tool: Instrument, told: Told) -> Score:
    """What the answers so far come to."""
    return score(tool, response_of(tool, told))


def suggested_of(tool: Instrument, told: Told) -> tuple[Score, Suggested]:
    """The score, and what it leads to."""
    found = score_of(tool, told)
    return found, next_step(tool, found)


def suggested_of_band(tool: Instrument, code: str) -> tuple[Band, Suggested]:
    """The band that was typed in, and what it leads to. Raises NotVisible for a band that the tool has not."""
    for band in tool.scoring.bands:
        if band.code == code:
            return band, step_of_band(band)
    raise NotVisible


def indicators_of(tool: Instrument, told: Told) -> list[Indicator]:
    """What is marked as there, in the order of the tool."""
    found = []
    for item in tool.questions:
        answer = told.answers.get(item.id)
        if item.type == "choice" and says_that_it_is_there(tool, item, answer):
            found.append(
                Indicator(
                    id=item.id,
                    text=text_of(tool, item.id),
                    answer=tool.options_of(item).by_code[str(answer)].label,
                    evidence=told.evidence.get(item.id, ""),
                    source=choices.SOURCES.get(told.sources.get(item.id, ""), ""),
                )
            )
    return found


def text_of(tool: Instrument, key: str) -> str:
    """The words of an item."""
    item: Item = tool.by_id[key]
    return item.text or item.name or key


def is_minor(who: Who, now: datetime) -> bool | None:
    """Whether the person is under 18; None where no age is known."""
    if who.birth_on is not None:
        born, on = who.birth_on, local(now).date()
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT
    return None if who.age_estimate is None else who.age_estimate < ADULT


def opens_at_once(tool: Instrument) -> bool:
    """The tool asks nobody, so nothing need be said first."""
    return not asks_a_person(tool)


def story_of(tool: Instrument, told: Told) -> str:
    """What is known, in words, for a report or a referral. Items of a tool whose text may not leave stay out."""
    passes = tool.terms.may_be_passed_on
    lines = [told.stopped] if told.stopped else []
    for one in indicators_of(tool, told):
        source = f" ({one.source})" if one.source else ""
        if passes:
            lines.append(f"{one.text}: {one.answer}{source}. {one.evidence}".strip())
        elif one.evidence:
            lines.append(f"{one.evidence}{source}")
    lines += [told.remarks] if told.remarks else []
    return "\n".join(line for line in lines if line)


def facts_of(tool: Instrument, told: Told) -> dict[str, Any]:
    """Facts of the reporting line that the marked indicators speak for, by the tags of their items. Only ever yes:
    that nothing was seen establishes nothing.
    """
    tags = {tag for one in indicators_of(tool, told) for tag in tool.by_id[one.id].tags}
    found: dict[str, Any] = {}
    if "sex" in tags:
        found["sex_act_for_value"] = True
    if "labor" in tags:
        found["forced_work"] = True
    return found


def may_take(viewer: Viewer, screening: Screening) -> bool:
    """The viewer may make a referral of it: theirs or their team's, over, and none yet."""
    seen = standing_of(viewer, screening)
    if not (screening.is_over and screening.client_id is None and viewer.has(COORDINATOR)):
        return False
    if not ((seen.owns or seen.region) and may(viewer, "referral.receive")):
        return False
    # A report of the same screening may be a referral already; one that has not reached the viewer is not seen.
    return not Report.objects.filter(pk=screening.report_id, client__isnull=False).exists()


def screening_for_referral(viewer: Viewer, code: str, now: datetime) -> Prefill:
    """What a screening already says, for the coordinator who makes a referral of it; the opening is recorded.

    Raises NotVisible when it is not theirs to take, or taken already. (SCR-3)
    """
    screening = screening_for(viewer, code)
    if not may_take(viewer, screening):
        raise NotVisible
    check_may(viewer, "referral.receive")
    found = open_screening(viewer, screening, now)
    tool = tool_of(screening)
    told = facts_of(tool, found.told)
    return Prefill(
        code=screening.code,
        who=found.who,
        whereabouts=found.whereabouts,
        facts={"kind": flow.alleged_kind(told), "immediate_safety_concern": True if found.told.stopped else None},
        story=story_of(tool, found.told),
        source="",
        region=screening.handed_to or screening.region,
        area=screening.area,
        reported_at=screening.ended_at or now,
        released_at=screening.handed_at,
        told=told,
    )


def coordinators_of(region: str, now: datetime) -> list[str]:
    """Codes of those who coordinate this region, for notices."""
    running = Grant.objects.filter(role=COORDINATOR, starts_at__lte=now, account__is_active=True)
    running = running.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).filter(Q(region="") | Q(region=region))
    return sorted(set(running.values_list("account__code", flat=True)))


def region_for(viewer: Viewer, area: str) -> str:
    """The region of an area; where none is known, the only one in which the viewer works, else none."""
    found = flow.region_of(active_pack(), area)
    if found:
        return found
    own = viewer.regions - {"*"}
    return next(iter(own)) if len(own) == 1 else ""


def education_of(viewer: Viewer, *, limit: int = 40) -> list[Education]:
    """What the viewer has entered of universal education, the newest first."""
    return list(Education.objects.filter(given_by=viewer.code).order_by("-given_on", "-id")[:limit])


def whereabouts_of(area: str, now: str) -> Whereabouts:
    """Where the person lives and is, as far as it was said."""
    return Whereabouts(area=area, now=now)


def hash_of(tool: Instrument) -> str:
    """The content of a tool's version, as a screening pins it."""
    return pin_of(tool).hash.removeprefix(HASH)


def _row(viewer: Viewer, one: Screening) -> ScreeningRow:
    try:
        title = tool_of(one).title
    except NotVisible:
        title = one.tool
    return ScreeningRow(
        code=one.code,
        tool=title,
        taken_on=one.taken_on,
        state=one.state,
        result=one.result,
        next_step=one.next_step,
        handed_to=one.handed_to,
        is_mine=one.begun_by == viewer.code,
        entry=one.entry,
    )
