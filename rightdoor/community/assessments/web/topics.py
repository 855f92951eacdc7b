"""One page of a tool: answers, notes, what the records say, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from rightdoor.community.assessments import actions, queries
from rightdoor.community.assessments.models import Assessment
from rightdoor.community.assessments.web.forms import REASON, LeafForm, read_was
from rightdoor.community.assessments.words import (
    RULINGS,
    SAYS,
    STATES,
    STEP_STATES,
    answer_words,
    heading_of,
    is_box,
    place_of,
    summary_of,
    title_of,
)
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.self_assessment import Leaf, leaves_of
from rightdoor.foundation.drafts.keep import drop_draft, find_draft, keep_draft
from rightdoor.foundation.questionnaires.asking import ANSWER, NOTE, note_label
from rightdoor.foundation.ui.forms import DayField
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.foundation.ui.typed import as_initial, as_sent, kept, typed_in


def show(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The page: to be answered by whoever writes it, else to be read."""
    assessment, instrument, leaf = _leaf(request, code, number)
    return _page(request, assessment, instrument, leaf, number)


def save(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keeps the page. What somebody else changed meanwhile, and this person did not, stays."""
    assessment, instrument, leaf = _leaf(request, code, number)
    check_may(request.viewer, "assessment.write", queries.standing_in(request.viewer, assessment.region))
    form = _form(assessment, instrument, leaf, request.POST)
    if form.is_valid():
        answers, came_with = form.sent_answers(), form.came_with()
        if request.POST.get("go") == "confirm":
            form.confirm_what_the_records_say(answers)
        try:
            saved = actions.answer_items(
                request.viewer,
                assessment,
                answers=answers,
                was=came_with[0] if came_with else None,
                notes=form.sent_notes(),
                notes_were=came_with[1] if came_with else None,
                reasons=form.reasons(),
                now=request.now,
            )
        except actions.ChangedMeanwhile as refusal:
            form = _again(request, assessment, instrument, leaf, refusal)
        except actions.ReasonLacking as refusal:
            for item in refusal.items:
                form.add_error(f"{REASON}{item}", "The records say otherwise of this. Say why.")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            drop_draft(request.viewer, _draft_of(number), assessment.code)
            messages.success(request, _said(saved))
            last = number == len(leaves_of(instrument))
            to = f"/assessments/{assessment.code}/"
            if request.POST.get("go") == "next":
                return done(request, to if last else f"{to}topics/{number + 1}/")
            return done(request, f"{to}topics/{number}/")
    return _page(request, assessment, instrument, leaf, number, form, status=422)


def keep(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What is typed, kept while the person types: sealed for them alone."""
    assessment, _, _ = _leaf(request, code, number)
    check_may(request.viewer, "assessment.write", queries.standing_in(request.viewer, assessment.region))
    keep_draft(request.viewer, _draft_of(number), assessment.code, typed_in(request), now=request.now)
    return kept(request.now)


def _leaf(request: HttpRequest, code: str, number: int) -> tuple[Assessment, Instrument, Leaf]:
    assessment = queries.assessment_for(request.viewer, code)
    instrument = queries.instrument_of(assessment)
    leaves = leaves_of(instrument)
    if not 1 <= number <= len(leaves):
        raise NotVisible
    return assessment, instrument, leaves[number - 1]


def _draft_of(number: int) -> str:
    return f"assessments.{number}"


def _form(assessment: Assessment, instrument: Instrument, leaf: Leaf, *typed: Any) -> LeafForm:
    return LeafForm(
        instrument,
        leaf,
        *typed,
        stand=queries.answers_of(assessment),
        notes=queries.notes_of(assessment),
        proposals=queries.proposals_of(assessment),
    )


def _again(
    request: HttpRequest,
    assessment: Assessment,
    instrument: Instrument,
    leaf: Leaf,
    refusal: actions.ChangedMeanwhile,
) -> LeafForm:
    """The page as it was typed, which from now on knows what somebody else said: kept again, it holds."""
    typed: QueryDict = request.POST.copy()
    fresh = _form(assessment, instrument, leaf)
    came_with = read_was(typed.get("was", ""))
    before = came_with[0] if came_with else {}
    others = {item.id: before.get(item.id) for item in leaf.questions if item.id not in refusal.items}
    if came_with:
        fresh.notes = came_with[1]
    typed["was"] = fresh.as_was(others)
    form = _form(assessment, instrument, leaf, typed)
    form.is_valid()
    form.add_error(None, str(refusal))
    return form


def _with_draft(form: LeafForm, typed: Mapping[str, object]) -> None:
    """Puts back what the person had typed and not kept: only what they changed, on top of what stands now."""
    told = read_was(str(as_sent(typed).get("was") or ""))
    before, notes = told if told else ({}, {})
    drafted = as_initial(form, typed)
    known = {}
    for name, value in drafted.items():
        key = name[len(ANSWER) :]
        if name.startswith(ANSWER):
            was = _as_typed(form.fields[name], before.get(key))
            if (value or "") != (was or ""):
                form.initial[name] = value
                known[key] = before.get(key)
        elif name.startswith(NOTE):
            if str(value).strip() != notes.get(key, ""):
                form.initial[name] = value
                form.notes[key] = notes.get(key, "")
        elif name != "was" and value:
            form.initial[name] = value
    form.initial["was"] = form.as_was(known)


def _as_typed(field: forms.Field, value: Any) -> Any:
    """A plain answer as the field of a page would send it."""
    if isinstance(field.widget, forms.CheckboxInput):
        return bool(field.prepare_value(value))  # a box
    if isinstance(field, DayField) and isinstance(value, str) and value.count("-") == 2:
        year, month, day = value.split("-")
        return f"{month}/{day}/{year}"
    return value if isinstance(value, list) or value is None else str(value)


def _said(saved: actions.Saved) -> str:
    if saved.beside:
        return "Kept. Somebody else wrote in the same note meanwhile. Both texts are there; put them in order."
    words = [f"{saved.confirmed} confirmed"] if saved.confirmed else []
    words += [f"{saved.overruled} overruled"] if saved.overruled else []
    return f"Kept. What the records say: {', '.join(words)}." if words else "Kept."


def _page(
    request: HttpRequest,
    assessment: Assessment,
    instrument: Instrument,
    leaf: Leaf,
    number: int,
    form: LeafForm | None = None,
    status: int = 200,
) -> HttpResponse:
    writes = assessment.state == "draft" and queries.may_write(request.viewer, assessment.region)
    draft_at = None
    if writes and form is None:
        form = _form(assessment, instrument, leaf)
        found = find_draft(request.viewer, _draft_of(number), assessment.code)
        if found is not None:
            _with_draft(form, found[0])
            draft_at = found[1]
    answers = queries.answers_of(assessment)
    leaves = leaves_of(instrument)
    lines = summary_of(instrument, queries.score_of(instrument, answers)).topics
    context = {
        "assessment": assessment,
        "instrument": instrument,
        "leaf": leaf,
        "number": number,
        "title": title_of(assessment, instrument),
        "place": place_of(assessment.region),
        "state": STATES[assessment.state],
        "form": form,
        "draft_at": draft_at,
        "says": SAYS,
        "rulings": RULINGS,
        "read": [] if form else _to_read(assessment, instrument, leaf, answers),
        "line": next((one for one in lines if one.number == number), None),
        "origin": instrument.by_id[leaf.within].provenance if leaf.within else "",
        "steps": [
            {"step": step, "owner": queries.owner_name(step), "state": STEP_STATES[step.state]}
            for step in queries.steps_of(assessment)
            if step.item in leaf.holds
        ],
        "may_plan": queries.may_write(request.viewer, assessment.region),
        "before": {"number": number - 1, "name": leaves[number - 2].name} if number > 1 else None,
        "after": {"number": number + 1, "name": leaves[number].name} if number < len(leaves) else None,
        "many": len(leaves),
    }
    return respond(request, page="assessments/topic.html", context=context, status=status)


def _to_read(
    assessment: Assessment, instrument: Instrument, leaf: Leaf, answers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The page for whoever only reads it: groups as headings, items with answer, note and what the records said."""
    notes, proposals = queries.notes_of(assessment), queries.proposals_of(assessment)
    found = []
    for item in leaf.items:
        note = {"label": note_label(instrument, item) or "Note", "text": notes.get(item.id, "")}
        if item.type == "group":
            if item.id != leaf.within or note["text"]:
                heading = heading_of(instrument, item) if item.id != leaf.within else ""
                found.append({"heading": heading, "note": note, "level": _level(instrument, leaf, item), "item": item})
        elif item.type != "display":
            found.append(
                {
                    "item": item,
                    "text": item.text or item.name,
                    "answer": answer_words(instrument, item, answers.get(item.id)),
                    "is_box": is_box(instrument, item),
                    "note": note,
                    "standing": proposals.get(item.id),
                }
            )
    return found


def _level(instrument: Instrument, leaf: Leaf, item: Item) -> int:
    depth = len(instrument.parents[item.id]) - len(instrument.parents[leaf.within]) if leaf.within else 1
    return min(4, 1 + depth)
