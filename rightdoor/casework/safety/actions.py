"""Acts on safety plans: write, adopt, look at again, and ask whether it is safe to hold a paper.

There is no act that sends one anywhere: a safety plan is never mailed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Max

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.safety.models import HoldingAnswer, ReviewTrigger, SafetyPlan
from rightdoor.casework.safety.queries import may_read_safety, open_safety_plan
from rightdoor.casework.safety.sealed import holding_label, places_label, told_label, trigger_label
from rightdoor.domain import safety_plan as rule
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.service_referral import end_of
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_json, seal_many

LONGEST_PART = 8000
LOOK_WITHIN = timedelta(days=1)  # after something has happened; a day to come is given with the trigger


@action("safety_plan.written")
def write_safety_plan(
    viewer: Viewer,
    case: Case,
    *,
    parts: Mapping[str, str],
    now: datetime,
    places: str | None = None,
    own_review_on: date | None = None,
    version: int = 0,
    code: str = "",
) -> SafetyPlan:
    """Writes the draft of the client's safety plan, anew or on; versions in force are never changed. (CASE-7)

    `places` None leaves them as they are: whoever may not read them does not empty them. `version`: of the draft that
    the writer had before them (0: none), so that nobody's text is lost. `code` may be fixed beforehand by a form: sent
    twice, the draft that it made is returned. Raises NotPermitted, and RuleBroken for an empty plan or a draft that
    somebody else has changed meanwhile.
    """
    _check_may_write(viewer, case, now)
    if case.state == "closed":
        raise RuleBroken("This case is closed. Reopen it before you write a safety plan.")
    told = {name: parts.get(name, "").strip() for name in rule.PARTS}
    if not any(told.values()) and not (places or "").strip():
        raise RuleBroken("Write down at least what the client says.")
    if any(len(text) > LONGEST_PART for text in (*told.values(), places or "")):
        raise RuleBroken(f"Shorten each part to {LONGEST_PART:,} characters.")
    if own_review_on is not None and own_review_on < local(now).date():
        raise RuleBroken("The day of the next look has passed. Choose one that lies ahead.")
    Case.objects.select_for_update().get(pk=case.pk)  # two writers at once find one draft
    draft = case.safety_plans.filter(state="draft").first()
    own = own_code(viewer, SafetyPlan, case.code, code)  # of a new draft; to write on one, a form brings its code
    if draft is not None and version != draft.version:
        if draft.code == own and draft.version == 1 and draft.written_by == viewer.code and not version:
            record(viewer, "safety_plan.written", draft, repeated=True)
            return draft
        raise RuleBroken("Somebody has written on this plan meanwhile. Compare both, then save again.")
    if draft is None and is_code(code) and case.safety_plans.filter(code__in=[code, own]).exists():
        raise RuleBroken("This version is in force already. Open the plan, and write a new version.")
    if draft is None:
        last = case.safety_plans.aggregate(last=Max("number"))["last"] or 0
        draft = SafetyPlan(code=own or new_code(), case=case, number=last + 1, version=0, places_sealed=b"")
    draft.case = case
    kept = _kept_places(viewer, case, draft, places, now)
    draft.told_sealed, draft.places_sealed = seal_many(
        [(_text(told), told_label(draft)), (_text({"places": kept}), places_label(draft))]
    )
    draft.version += 1
    draft.written_at, draft.written_by = now, viewer.code
    draft.own_review_at = end_of(own_review_on, zone()) if own_review_on else None
    draft.save()
    record(viewer, "safety_plan.written", draft, classes=("SAFE",), number=draft.number)
    return draft


@action("safety_plan.adopted")
def adopt_safety_plan(viewer: Viewer, plan: SafetyPlan, *, now: datetime) -> None:
    """The draft holds from now on; the version before it stays, replaced. What called for a look is settled. (CASE-7)

    Raises NotPermitted, and RuleBroken while the client's own words, or a safe adult or step, are missing.
    """
    _check_may_write(viewer, plan.case, now)
    held = SafetyPlan.objects.select_for_update(of=("self",)).select_related("case__client").get(pk=plan.pk)
    shown = open_safety_plan(viewer, held, now)
    rule.check_may_adopt(held.state, shown.parts)
    held.case.safety_plans.filter(state="adopted").update(state="replaced")
    held.state, held.adopted_at, held.adopted_by = "adopted", now, viewer.code
    held.review_due_at = rule.review_due(now, _days(), held.own_review_at, ())
    held.save(update_fields=["state", "adopted_at", "adopted_by", "review_due_at"])
    _settle(held.case, now)
    plan.refresh_from_db(fields=["state", "adopted_at", "adopted_by", "review_due_at"])
    record(viewer, "safety_plan.adopted", held, classes=("SAFE",), number=held.number)


@action("safety_plan.reviewed")
def review_safety_plan(viewer: Viewer, plan: SafetyPlan, *, now: datetime, next_on: date | None = None) -> None:
    """Looked at together, and nothing to change: the next look is due by the state's span, or on a day. (CASE-7)

    Raises NotPermitted, and RuleBroken for a version that is not in force, or a day gone by.
    """
    _check_may_write(viewer, plan.case, now)
    held = SafetyPlan.objects.select_for_update(of=("self",)).select_related("case__client").get(pk=plan.pk)
    if held.state != "adopted":
        raise RuleBroken("Only the version in force is looked at again. Open that one.")
    if next_on is not None and next_on < local(now).date():
        raise RuleBroken("The day of the next look has passed. Choose one that lies ahead.")
    held.own_review_at = end_of(next_on, zone()) if next_on else None
    held.reviewed_at = now
    held.review_due_at = rule.review_due(now, _days(), held.own_review_at, ())
    held.save(update_fields=["own_review_at", "reviewed_at", "review_due_at"])
    _settle(held.case, now)
    plan.refresh_from_db(fields=["own_review_at", "reviewed_at", "review_due_at"])
    record(viewer, "safety_plan.reviewed", held, classes=("SAFE",))


@action("safety_plan.review_asked")
def ask_for_review(
    viewer: Viewer,
    case: Case,
    *,
    trigger: str,
    now: datetime,
    words: str = "",
    before: date | None = None,
    code: str = "",
) -> ReviewTrigger:
    """Something happened, or will: the plan must be looked at again, within a day or before the day given. (CASE-7)

    `trigger` is one of domain.safety_plan.TRIGGERS. `code` may be fixed by a form: sent twice, it is asked once.
    Raises NotPermitted, RuleBroken for an unknown one or a day gone.
    """
    _check_may_write(viewer, case, now)
    code = own_code(viewer, ReviewTrigger, case.code, code)
    again = sent_before(case.safety_triggers.filter(raised_by=viewer.code), code)
    if again is not None:
        record(viewer, "safety_plan.review_asked", again, repeated=True)
        return again
    if trigger not in rule.TRIGGERS:
        raise RuleBroken("Choose from the list what has changed.")
    if before is not None and before < local(now).date():
        raise RuleBroken("This day has passed. Leave it empty, so that the plan is looked at within a day.")
    due = now + LOOK_WITHIN if before is None else end_of(before, zone())
    row = ReviewTrigger(code=code or new_code(), case=case, due_at=due, raised_at=now, raised_by=viewer.code)
    row.told_sealed = seal_json({"trigger": trigger, "words": words.strip()}, trigger_label(row))
    row.save(force_insert=True)
    record(viewer, "safety_plan.review_asked", row, classes=("SAFE",))
    return row


@action("safety_plan.holding_asked")
def ask_whether_safe_to_hold(viewer: Viewer, plan: SafetyPlan, *, answer: str, now: datetime) -> HoldingAnswer:
    """Keeps what the client answered to "is it safe for you to hold this?". Asked anew before each paper. (CASE-7)

    Raises NotPermitted, NotVisible, RuleBroken for no answer and for a version that is not in force.
    """
    tie = standing_of(viewer, plan.case, now)
    check_may(viewer, "safety_plan.write", tie)
    if not may_read_safety(viewer, plan.case, tie, now):
        raise NotVisible
    if answer not in rule.HOLDING:
        raise RuleBroken("Ask first whether it is safe to hold this paper, and choose the answer.")
    if plan.state != "adopted":
        raise RuleBroken("Only the version in force is printed. Adopt the plan first.")
    held = SafetyPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    row = HoldingAnswer(plan=plan, number=held.holding_answers.count() + 1, asked_at=now, asked_by=viewer.code)
    row.told_sealed = seal_json({"answer": answer}, holding_label(row))
    row.save(force_insert=True)
    record(viewer, "safety_plan.holding_asked", plan, classes=("SAFE",))
    return row


@action("record.printed")
def note_safety_printed(viewer: Viewer, plan: SafetyPlan, *, copy: str, classes: tuple[str, ...]) -> None:
    """The viewer took a printed copy: "youth" or "team", and which classes of the record stood on it."""
    record(viewer, "record.printed", plan, classes=sorted(classes), copy=copy)


def _kept_places(viewer: Viewer, case: Case, draft: SafetyPlan, places: str | None, now: datetime) -> str:
    """The places as written now, or as they stand in the draft or the version in force; those may be closed."""
    tie = standing_of(viewer, case, now)
    source = draft if draft.version else case.safety_plans.filter(state="adopted").first()
    if places is not None:
        if places.strip() or source is not None:  # to empty them is to write them
            check_may_write(viewer, case.client, "LOC", now, holder=case.holder, standing=tie)
        return places.strip()
    if source is None:
        return ""
    source.case = case
    shown = open_safety_plan(viewer, source, now, tie=tie)
    if shown.places is None:
        raise NotPermitted("The places of this plan are closed to you. Ask the coordinator of the case to write them.")
    return shown.places


def _settle(case: Case, now: datetime) -> None:
    ReviewTrigger.objects.filter(case=case, settled_at__isnull=True).update(settled_at=now)


def _days() -> int:
    return active_pack().clocks.safety_plan_review_days


def _check_may_write(viewer: Viewer, case: Case, now: datetime) -> None:
    tie = standing_of(viewer, case, now)
    check_may(viewer, "safety_plan.write", tie)
    check_may_write(viewer, case.client, "SAFE", now, holder=case.holder, standing=tie)


def _text(words: Mapping[str, str]) -> str:
    return json.dumps(words, ensure_ascii=False)
