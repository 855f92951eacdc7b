"""Eligibility, response tiers and clocks: numbers that the rules can use, and no hole between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from rightdoor.domain.eligibility import REASONS
from rightdoor.domain.missing import REPORT
from rightdoor.domain.response_tier import TriageFacts, not_dangerous_first, uncovered
from rightdoor.domain.sharing_matrix import CLASSES
from rightdoor.domain.victim_status import STATUSES

from ..fault import Fault, one_of
from ..pack import Pack
from .conditions import conditions

REQUIRED_CADENCE = ("crisis", "stable", "service_plan_review")


def eligibility(pack: Pack) -> Iterator[Fault]:
    file, rule, words = "eligibility.yaml", pack.eligibility, pack.eligibility_words
    if not 0 < rule.max_age_exclusive <= 130:
        key = "eligibility.max_age_exclusive"
        yield Fault(file, key, f"{rule.max_age_exclusive} is no age.", "Write the first age that is not eligible.")
    for reason in rule.ineligible_reasons:
        if reason not in REASONS:
            key = "eligibility.ineligible_reasons"
            yield Fault(file, key, f"The rule finds no reason “{reason}”.", one_of(REASONS))
    if not rule.statuses:
        yield Fault(file, "eligibility.statuses", "Nobody would be eligible.", one_of(STATUSES))
    for status in rule.statuses:
        if status not in STATUSES:
            yield Fault(file, "eligibility.statuses", f"There is no status “{status}”.", one_of(STATUSES))
    for status in STATUSES:
        if status not in words.victim_statuses:
            key = "eligibility_words.victim_statuses"
            yield Fault(file, key, f"The status “{status}” has no label.", "Add it.")
    for reason in rule.ineligible_reasons:
        if reason not in words.ineligible_reasons:
            key = "eligibility_words.ineligible_reasons"
            yield Fault(file, key, f"The reason “{reason}” has no label.", "Add it.")


def tiers(pack: Pack) -> Iterator[Fault]:
    """Every combination of facts has a tier, and not knowing never slows the response. (INT-6)"""
    file = "tiers.yaml"
    for tier in pack.tiers:
        where = f"tiers[{tier.key}]"
        if tier.due_hours <= 0:
            yield Fault(file, f"{where}.due_hours", "The hours are not positive.", "Write the hours to the meeting.")
        if not tier.when:
            yield Fault(file, f"{where}.when", "This tier is never reached.", "Say which facts lead to it.")
        yield from conditions(file, f"{where}.when", tier.when, TriageFacts)
    if [tier.number for tier in pack.tiers] != list(range(1, len(pack.tiers) + 1)):
        yield Fault(
            file, "tiers", "The tiers are not numbered 1, 2, 3 … in order.", "Number them from the most urgent."
        )
    hours = [tier.due_hours for tier in pack.tiers]
    if hours != sorted(hours):
        yield Fault(file, "tiers", "A later tier is due before an earlier one.", "Put the most urgent tier first.")
    if not pack.tiers:
        yield Fault(file, "tiers", "There is no tier.", "Add at least one.")
        return
    holes = uncovered(pack.tiers)
    for facts in holes:
        remedy = "Add the combination to a tier; the more urgent one where the sources are silent."
        yield Fault(file, "tiers", f"No tier answers: {_said(facts)}.", remedy)
    for unknown, known in [] if holes else not_dangerous_first(pack.tiers):
        remedy = "Let an unknown count as the dangerous answer: write not_false or not_true in `when`."
        sentence = f"Not knowing slows the response: {_said(unknown)} is slower than {_said(known)}."
        yield Fault(file, "tiers", sentence, remedy)


def _said(facts: TriageFacts) -> str:
    """The facts under the names that the file uses."""
    answers = {True: "true", False: "false", None: "not known"}
    parts = [(entry.name, getattr(facts, entry.name)) for entry in fields(facts)]
    return ", ".join(f"{name} {answers.get(value, value)}" for name, value in parts)


def _missing_child(pack: Pack) -> Iterator[Fault]:
    """Each limit of a duty is a span of hours or of days, and what counts from the report can begin. (CASE-8)"""
    file, duties = "clocks.yaml", pack.clocks.missing_child
    if duties and REPORT not in {duty.key for duty in duties}:
        yield Fault(file, f"missing_child[{REPORT}]", "This duty is missing.", "Say by when the police are told.")
    for duty in duties:
        for limit in duty.limits:
            where = f"missing_child[{duty.key}].limits"
            spans = [span for span in (limit.within_hours, limit.within_days) if span is not None]
            if len(spans) != 1:
                yield Fault(file, where, "A limit gives hours or days, one of them.", "Keep one of the two.")
            elif spans[0] <= 0:
                yield Fault(file, where, "The span is not positive.", "Write the hours or the days.")
            if duty.key == REPORT and limit.counted_from == "reported":
                yield Fault(file, where, "The report cannot count from itself.", "Write learned or departed.")


def clocks(pack: Pack) -> Iterator[Fault]:
    file, clocks = "clocks.yaml", pack.clocks
    for entry in fields(clocks):
        value = getattr(clocks, entry.name)
        if isinstance(value, int) and value <= 0:
            yield Fault(file, entry.name, "The hours are not positive.", "Write the hours.")
    for entry in fields(clocks.service_follow_up):
        if getattr(clocks.service_follow_up, entry.name) <= 0:
            yield Fault(file, f"service_follow_up.{entry.name}", "The days are not positive.", "Write the days.")
    if clocks.service_follow_up.first_contact_days < clocks.service_follow_up.acceptance_days:
        key = "service_follow_up.first_contact_days"
        yield Fault(file, key, "The first contact is due before the answer.", "Write at least the days to acceptance.")
    for cadence in clocks.cadence:
        if cadence.every_days is not None and cadence.every_days <= 0:
            key = f"cadence[{cadence.key}].every_days"
            yield Fault(file, key, "The days are not positive.", "Write the days, or leave the key out.")
    for key in REQUIRED_CADENCE:
        if key not in {cadence.key for cadence in clocks.cadence}:
            yield Fault(file, f"cadence[{key}]", "This cadence is missing.", "Say how often it is due.")
    for duty in clocks.renewals:
        if duty.within_days <= 0:
            key = f"renewals[{duty.key}].within_days"
            yield Fault(file, key, "The days are not positive.", "Write the days.")
    yield from _missing_child(pack)
    for rule in clocks.retention:
        if rule.data_class and rule.data_class not in CLASSES:
            key = f"retention[{rule.key}].data_class"
            yield Fault(file, key, "There is no such data class.", "Write one of the sharing matrix, or leave it out.")
        if rule.until_age is not None and not 0 < rule.until_age <= 120:
            key = f"retention[{rule.key}].until_age"
            yield Fault(file, key, "This is no age.", "Write the age in years, or leave the key out.")
        if rule.keep_years <= 0:
            yield Fault(file, f"retention[{rule.key}].keep_years", "The years are not positive.", "Write the years.")
