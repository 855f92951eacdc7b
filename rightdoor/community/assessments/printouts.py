"""An assessment on paper, filled or blank, and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rightdoor.community.assessments import queries
from rightdoor.community.assessments.models import Assessment
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
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.self_assessment import Leaf, leaves_of
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.pdf import render_pdf
from rightdoor.foundation.printing.sheets import harmless, to_csv
from rightdoor.foundation.questionnaires.asking import note_label

PAPER = "assessments/assessment.typ"
HEADINGS = (
    *("Section", "Topic", "Stage or group", "Item", "What is asked", "Answer", "Note"),
    *("The records say", "Figure", "From", "Until", "Rule", "Word on it", "Why", "Origin"),
)


def paper_of(viewer: Viewer, assessment: Assessment, *, now: datetime) -> bytes:
    """The assessment as it stands, as a tagged PDF."""
    return render_pdf(PAPER, paper_context(viewer, assessment, now))


def blank_paper(viewer: Viewer, instrument: Instrument, *, now: datetime) -> bytes:
    """The tool with empty boxes and lines to write on, as a tagged PDF."""
    return render_pdf(PAPER, blank_context(viewer, instrument, now))


def paper_context(viewer: Viewer, assessment: Assessment, now: datetime) -> dict[str, Any]:
    """Everything that stands on the filled sheet."""
    instrument = queries.instrument_of(assessment)
    answers, notes = queries.answers_of(assessment), queries.notes_of(assessment)
    summary = summary_of(instrument, queries.score_of(instrument, answers))
    names = queries.names_of({assessment.begun_by, assessment.completed_by})
    facts = [["For", place_of(assessment.region)], ["Period", assessment.label], ["State", STATES[assessment.state]]]
    if assessment.completed_at:
        by = names.get(assessment.completed_by, "")
        facts.append(["Finished", f"{when(assessment.completed_at)}{f', {by}' if by else ''}"])
        facts.append(["Next one", day(assessment.next_on)])
    steps: dict[str, list[list[str]]] = {}
    for step in queries.steps_of(assessment):
        line = [step.text, queries.owner_name(step), day(step.due_on), STEP_STATES[step.state]]
        steps.setdefault(step.item, []).append(line)
    pages = []
    for at, leaf in enumerate(leaves_of(instrument), start=1):
        line = next((one for one in summary.topics if one.number == at), None)
        found = _leaf(instrument, leaf, answers, notes)
        found["stage"] = f"Stage {line.stage}. {line.why}" if line else ""
        found["steps"] = [one for item in leaf.items for one in steps.get(item.id, [])]
        pages.append(found)
    return {
        **_frame(instrument),
        "title": title_of(assessment, instrument),
        "code": assessment.code,
        "made": f"Printed {when(now)} by {viewer.name}.",
        "is_blank": False,
        "facts": facts,
        "pages": pages,
        "stages": list(summary.stages),
        "topics": [
            [one.section, one.name, one.stage, one.why, str(one.beyond) if one.beyond else ""] for one in summary.topics
        ],
        "tallies": [[one.name, str(one.items), one.stands, one.is_head] for one in summary.tallies],
    }


def blank_context(viewer: Viewer, instrument: Instrument, now: datetime) -> dict[str, Any]:
    """Everything that stands on the empty sheet."""
    pages = []
    for leaf in leaves_of(instrument):
        pages.append({**_leaf(instrument, leaf, {}, {}), "stage": "", "steps": []})
    ladder = instrument.scoring.kind == "stage-ladder"
    return {
        **_frame(instrument),
        "title": instrument.title,
        "code": f"Version {instrument.version}",
        "made": f"Printed {when(now)} by {viewer.name}.",
        "is_blank": True,
        "facts": [["For", ""], ["Period", ""], ["Finished", ""], ["Next one", ""]],
        "pages": pages,
        "stages": [f"{one.number} {one.name}" for one in instrument.scoring.stages],
        "topics": [[leaf.section, leaf.name, "", "", ""] for leaf in leaves_of(instrument)] if ladder else [],
        "tallies": [],
    }


def _frame(instrument: Instrument) -> dict[str, Any]:
    return {
        "language": instrument.language,
        "notice": instrument.notice or "About the work of a team. It names no client.",
        "tool": instrument.title,
        "version": instrument.version,
        "source": instrument.source,
        "credit": instrument.terms.credit,
        "instruction": instrument.instruction,
        "next_steps": [[f"{one.number} {one.name}", one.next_step] for one in instrument.scoring.stages],
    }


def _leaf(instrument: Instrument, leaf: Leaf, answers: Mapping[str, Any], notes: Mapping[str, str]) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    top = instrument.by_id[leaf.within] if leaf.within else None
    for item in leaf.items:
        if item.type == "group":
            if item is not top:
                blocks.append({"kind": "heading", "text": heading_of(instrument, item), "origin": item.provenance})
            label = note_label(instrument, item)
            if label and item is not top:
                blocks.append({"kind": "note", "label": label, "text": notes.get(item.id, "")})
        elif item.type == "display":
            blocks.append({"kind": "said", "text": item.text})
        else:
            blocks.append(_item(instrument, item, answers.get(item.id)))
            label = note_label(instrument, item)
            if label:
                blocks.append({"kind": "note", "label": label, "text": notes.get(item.id, "")})
    label = note_label(instrument, top) if top else ""
    return {
        "name": leaf.name,
        "section": leaf.section,
        "origin": top.provenance if top else "",
        "blocks": blocks,
        "note_label": label,
        "note": notes.get(top.id, "") if top else "",
    }


def _item(instrument: Instrument, item: Item, value: Any) -> dict[str, Any]:
    """A box with its text; or the answers to choose from, the given one marked; or a line."""
    text = f"{item.name}: {item.text}" if item.name and item.text else item.text or item.name
    if is_box(instrument, item):
        ticked = value is not None and value != instrument.options_of(item).blank
        return {"kind": "box", "text": text, "ticked": ticked, "origin": item.provenance}
    if item.type in {"choice", "choices"}:
        given = value if isinstance(value, list) else [value]
        options = [[one.label, one.code in given] for one in instrument.options_of(item).options]
        return {"kind": "choice", "text": text, "options": options, "origin": item.provenance}
    said = answer_words(instrument, item, value) if value is not None else ""
    return {"kind": "line", "text": text, "said": said, "origin": item.provenance}


def assessment_table(assessment: Assessment) -> str:
    """Item by item: where it stands, the answer, the note, what the records said and what a person said to that."""
    instrument = queries.instrument_of(assessment)
    answers, notes = queries.answers_of(assessment), queries.notes_of(assessment)
    proposals = queries.proposals_of(assessment)
    rows: list[tuple[str, ...]] = [HEADINGS]
    for leaf in leaves_of(instrument):
        for item in leaf.items:
            if item.type == "display" or (item.type == "group" and item.id not in notes):
                continue
            around = instrument.parents[item.id]
            inside = [one for one in around if leaf.within and one.id != leaf.within and one.id in leaf.holds]
            origin = next((one.provenance for one in (item, *reversed(around)) if one.provenance), "")
            is_group = item.type == "group"
            rows.append(
                (
                    leaf.section,
                    leaf.name,
                    heading_of(instrument, inside[-1]) if inside else "",
                    item.id,
                    "" if is_group else item.text or item.name,
                    "" if is_group else answer_words(instrument, item, answers.get(item.id)),
                    notes.get(item.id, ""),
                    *_said(proposals.get(item.id)),
                    origin,
                )
            )
    return to_csv([[harmless(cell) for cell in row] for row in rows])


def _said(standing: queries.StandingProposal | None) -> tuple[str, ...]:
    if standing is None:
        return ("",) * 7
    one, word = standing.proposal, standing.verdict
    return (
        SAYS[one.says],
        one.figure,
        day(one.period_from),
        day(one.period_to),
        f"{one.rule} {one.rule_version}",
        RULINGS[word.ruling] if word else "",
        word.reason if word else "",
    )
