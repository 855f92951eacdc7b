"""Acts on investigations, prosecutions, victims' rights and legal relief: record and change. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import tell_change
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.clients.models import note_holding
from rightdoor.casework.consents.queries import person_for
from rightdoor.casework.justice import choices
from rightdoor.casework.justice.models import Arrest, Charge, CourtDate, Kept, Offender, Proceeding, Relief, VictimRight
from rightdoor.casework.justice.queries import belongs_to, held
from rightdoor.casework.justice.sealed import label_of
from rightdoor.casework.justice.shapes import SHAPES, Shape, check_order, checked, relief_shape
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import open_json, seal_json

CHANGED_MEANWHILE = (
    "Somebody changed this record while you were writing. Your words are still here: open the record in another "
    "window, compare, and send this again."
)
IN_ORDER = {
    "proceedings": (("opened_on", "closed_on"),),
    "arrests": (("on", "released_on"),),
    "charges": (("filed_on", "amended_on"), ("filed_on", "dismissed_on"), ("filed_on", "outcome_on")),
}
FARTHEST = timedelta(days=3660)  # a court date further away is a slip of the hand


@action("justice.recorded")
def record_entry(
    viewer: Viewer,
    case: Case,
    noun: str,
    *,
    told: Mapping[str, Any],
    now: datetime,
    proceeding: str = "",
    code: str = "",
) -> Any:
    """Records an investigation or prosecution, an alleged offender, an arrest, a charge, a court date or a right of
    the victim, for the viewer's own agency. (CASE-9)

    `noun` is a key of SHAPES, `told` by the names of its fields; `proceeding` the code of the one that it belongs to.
    Its class follows from what it is (choices.CLASS_OF, HEARING_CLASS). `code` may be fixed by a form: sent twice, the
    record stands once. Raises NotPermitted, NotVisible for a noun
    that there is not, RuleBroken in the words of the field.
    """
    shape = SHAPES.get(noun)
    if shape is None:
        raise NotVisible
    tie = standing_of(viewer, case, now)
    check_may(viewer, "justice.record", tie)
    code = own_code(viewer, shape.model, case.code, code)
    again = sent_before(shape.model._default_manager.filter(case=case, recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "justice.recorded", again, noun=noun, repeated=True)
        return again
    above = _proceeding(case, shape, proceeding)
    sealed, columns = checked(shape, told)
    row = shape.model(
        code=code or new_code(),
        case=case,
        holder=_agency(viewer),
        data_class=_class_of(noun, sealed, above),
        recorded_at=now,
        recorded_by=viewer.code,
        changed_at=now,
        changed_by=viewer.code,
    )
    if above is not None and isinstance(row, Arrest | Charge | CourtDate):
        row.proceeding = above
    check_may_write(viewer, case.client, row.data_class, now, holder=row.holder, standing=tie)
    _fill(viewer, shape, row, sealed, columns, now)
    row.save(force_insert=True)
    note_holding(case.client, viewer.agency)
    record(viewer, "justice.recorded", row, classes=[row.data_class], noun=noun)
    if isinstance(row, CourtDate):
        tell_change(viewer, case, "court_date", now)
    return row


@action("justice.changed")
def change_entry(viewer: Viewer, row: Any, *, told: Mapping[str, Any], version: int, now: datetime) -> Any:
    """Changes such a record; the trail keeps who and when. What decides its class stays as it was. (CASE-9)

    Raises NotPermitted for everybody but the people of its holder on the case, RuleBroken also where somebody else
    changed it since `version`.
    """
    noun = next(noun for noun, shape in SHAPES.items() if isinstance(row, shape.model))
    shape = SHAPES[noun]
    _check_changes(viewer, row, "justice.record", now)
    now_held = held(row)
    _check_version(now_held, version)
    before = _before(now_held)
    # Whoever may not see who somebody is, was not asked for it either, and must not take it away by saying nothing.
    unasked = {one.name: before.get(one.name) for one in shape.fields if one.kind == "code" and one.name not in told}
    sealed, columns = checked(shape, {**unasked, **told})
    above = now_held.proceeding if shape.below else None
    if _class_of(noun, sealed, above) != now_held.data_class:
        raise RuleBroken("This kind is kept apart from the one before. Record it anew.")
    if isinstance(now_held, CourtDate):
        moved = list(before.get("moved_from", []))
        if columns["starts_at"] != now_held.starts_at:
            moved.append(now_held.starts_at.isoformat())
        if moved:
            sealed["moved_from"] = moved
    _fill(viewer, shape, now_held, sealed, columns, now)
    _save(viewer, now_held, now)
    record(viewer, "justice.changed", now_held, classes=[now_held.data_class], noun=noun, version=now_held.version)
    return now_held


@action("relief.recorded")
def record_relief(
    viewer: Viewer, case: Case, *, kind: str, told: Mapping[str, Any], now: datetime, code: str = ""
) -> Relief:
    """Tracks an item of legal relief for the viewer's own agency, in the class that the pack names. (CASE-9)

    `told` by the names of relief_shape's fields: step_<key> for each step, ends_on as it is printed. No date is ever
    computed here. `code` may be fixed by a form: sent twice, the item stands once. Raises NotPermitted, RuleBroken.
    """
    found = active_pack().relief(kind)
    if found is None:
        raise RuleBroken("Choose the kind of relief.")
    tie = standing_of(viewer, case, now)
    check_may(viewer, "relief.record", tie)
    code = own_code(viewer, Relief, case.code, code)
    again = sent_before(Relief.objects.filter(case=case, recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "relief.recorded", again, repeated=True)
        return again
    shape = relief_shape(found)
    sealed, columns = checked(shape, told)
    row = Relief(
        code=code or new_code(),
        case=case,
        holder=_agency(viewer),
        data_class=found.data_class,
        recorded_at=now,
        recorded_by=viewer.code,
        changed_at=now,
        changed_by=viewer.code,
    )
    check_may_write(viewer, case.client, row.data_class, now, holder=row.holder, standing=tie)
    _fill_relief(row, shape, {**sealed, "kind": kind}, columns, now)
    row.save(force_insert=True)
    note_holding(case.client, viewer.agency)
    record(viewer, "relief.recorded", row, classes=[row.data_class])
    return row


@action("relief.changed")
def change_relief(viewer: Viewer, row: Relief, *, told: Mapping[str, Any], version: int, now: datetime) -> Relief:
    """Sets the steps, the printed end and the outcome of an item. (CASE-9)

    Raises NotPermitted for everybody but the people of its holder on the case, RuleBroken.
    """
    _check_changes(viewer, row, "relief.record", now)
    now_held = held(row)
    _check_version(now_held, version)
    before = _before(now_held)
    shape = relief_shape(active_pack().relief(before["kind"]))
    sealed, columns = checked(shape, told)
    kept = {key: day for key, day in before.get("steps", {}).items() if f"step_{key}" not in _names(shape)}
    if kept:  # steps that the pack no longer names stay on record
        sealed["steps"] = {**kept, **sealed.get("steps", {})}
    _fill_relief(now_held, shape, {**sealed, "kind": before["kind"]}, columns, now)
    _save(viewer, now_held, now)
    record(viewer, "relief.changed", now_held, classes=[now_held.data_class], version=now_held.version)
    return now_held


# --- how it is done --------------------------------------------------------------------------------------------------


def _agency(viewer: Viewer) -> str:
    if not viewer.agency:
        raise RuleBroken("Only somebody of an agency keeps such a record. Ask the coordinator of the case.")
    return viewer.agency


def _proceeding(case: Case, shape: Shape, code: str) -> Proceeding | None:
    if not shape.below or (shape.below == "may" and not code):
        return None
    found = belongs_to(case, Proceeding, code)
    if found is None:
        raise RuleBroken("Choose the investigation or prosecution that this belongs to.")
    return found


def _class_of(noun: str, sealed: Mapping[str, Any], above: Proceeding | None) -> str:
    if noun == "proceedings":
        return choices.CLASS_OF[sealed["kind"]]
    if noun == "offenders":
        return "OFF"
    if noun == "rights":
        return "CORE"
    if noun == "court-dates" and sealed["kind"] in choices.HEARING_CLASS:
        return choices.HEARING_CLASS[sealed["kind"]]
    return above.data_class if above is not None else "PROS"


def _fill(
    viewer: Viewer, shape: Shape, row: Any, sealed: dict[str, Any], columns: Mapping[str, Any], now: datetime
) -> None:
    """The rules between fields, then the columns and the sealed text. Raises RuleBroken."""
    check_order(shape, sealed, IN_ORDER.get(shape.noun, ()))
    if isinstance(row, Proceeding):
        is_over = sealed["status"] in choices.OVER
        if sealed.get("closed_on") and not is_over:
            raise RuleBroken("It has a day on which it was closed, so its status is Closed or Declined. Choose one.")
        row.state = "over" if is_over else "open"
    elif isinstance(row, CourtDate):
        _set_court_date(row, columns, now)
    elif isinstance(row, VictimRight):
        _set_right(row, sealed, columns)
    if sealed.get("offender") and belongs_to(row.case, Offender, sealed["offender"]) is None:
        raise RuleBroken("Choose an alleged offender of this case.")
    if sealed.get("person"):
        person_for(viewer, row.case.client, sealed["person"])
    _check_past(shape, sealed, now, "done_on", "on", "released_on", "filed_on", "dismissed_on")
    row.told_sealed = seal_json(sealed, label_of(row, row.case))


def _set_court_date(row: CourtDate, columns: Mapping[str, Any], now: datetime) -> None:
    if columns["state"] not in choices.COURT_STATES:
        raise RuleBroken("State: choose one of the list.")
    if columns["starts_at"] > now + FARTHEST:
        raise RuleBroken("Day and time: check the year.")
    if columns["state"] == "held" and columns["starts_at"] > now:
        raise RuleBroken("This day in court lies ahead, so it was not held yet.")
    row.starts_at, row.state = columns["starts_at"], columns["state"]


def _set_right(row: VictimRight, sealed: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    if columns["state"] not in choices.RIGHT_STATES:
        raise RuleBroken("State: choose one of the list.")
    if columns["state"] == "done" and not sealed.get("done_on"):
        raise RuleBroken("Done on: this is needed for what is done.")
    if columns["state"] == "owed" and sealed.get("done_on"):
        raise RuleBroken("It has a day on which it was done, so it is no longer owed. Choose Done.")
    row.owed_on, row.state = columns["owed_on"], columns["state"]


def _fill_relief(row: Relief, shape: Shape, sealed: dict[str, Any], columns: Mapping[str, Any], now: datetime) -> None:
    if sealed.get("outcome_on") and not sealed.get("outcome"):
        raise RuleBroken("What came of it: choose it, as there is a day for it.")
    today = local(now).date()
    labels = {one.name: one.label for one in shape.fields}
    for key, day in sealed.get("steps", {}).items():
        if date.fromisoformat(day) > today:
            label = labels.get(f"step_{key}", key)
            raise RuleBroken(f"{label}: this day lies ahead. A step is recorded when it was taken.")
    row.ends_on = columns.get("ends_on")
    # What was granted until a printed date still runs: that date is exactly what is watched.
    runs_on = sealed.get("outcome") == "granted" and "ends_on" in labels
    row.state = "over" if sealed.get("outcome") and not runs_on else "running"
    row.told_sealed = seal_json(sealed, label_of(row, row.case))


def _check_past(shape: Shape, sealed: Mapping[str, Any], now: datetime, *names: str) -> None:
    today = local(now).date()
    for one in shape.fields:
        if one.name in names and sealed.get(one.name) and date.fromisoformat(sealed[one.name]) > today:
            raise RuleBroken(f"{one.label}: this day lies ahead. Check it.")


def _check_changes(viewer: Viewer, row: Kept, act: str, now: datetime) -> None:
    tie = standing_of(viewer, row.case, now)
    check_may(viewer, act, tie)
    check_may_write(viewer, row.case.client, row.data_class, now, holder=row.holder, standing=tie)


def _check_version(row: Kept, version: int) -> None:
    if row.version != version:
        raise RuleBroken(CHANGED_MEANWHILE)


def _before(row: Kept) -> dict[str, Any]:
    """What the record says now, for the rules of this act alone; it is shown to nobody."""
    told: dict[str, Any] = open_json(row.told_sealed, label_of(row, row.case))
    return told


def _names(shape: Shape) -> set[str]:
    return {one.name for one in shape.fields}


def _save(viewer: Viewer, row: Kept, now: datetime) -> None:
    row.version, row.changed_at, row.changed_by = row.version + 1, now, viewer.code
    row.save()
