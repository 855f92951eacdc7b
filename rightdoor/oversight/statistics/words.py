"""What keys of figures are called on pages and in files, and figures as they are said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

from rightdoor.casework.referrals.late_causes import LATE_CAUSES
from rightdoor.domain.clock import span_in_words
from rightdoor.domain.measures.measured import Measured, percent
from rightdoor.domain.measures.rows import Row
from rightdoor.foundation.jurisdiction.active import active_pack

KINDS: Mapping[str, str] = {"met": "Met", "missed": "Missed", "pending": "Pending", "excluded": "Left out"}
# Figures that are told as counts: of them no share is said, and what is counted is no merit.
PLAIN_COUNTS = frozenset({"K1", "K4"})
# Where the words above would sound like praise or blame: what is counted, and the rest.
OF_THEIR_OWN: Mapping[str, Mapping[str, str]] = {
    "K1": {"met": "Open", "missed": "Closed"},
    "K2": {"met": "With a plan", "missed": "Without a plan"},
    "K4": {"met": "Ended", "missed": "Still open"},
    "F1": {"met": "Source known", "missed": "Source not known"},
    "F2": {"met": "Not eligible", "missed": "Eligible"},
    "F1o": {"met": "Completed", "missed": "Not completed"},
    "S1": {"met": "So many held", "missed": "Fewer held"},
    "S1m": {"met": "So many held", "missed": "Fewer held"},
    "S2": {"met": "Held", "missed": "None held"},
    "S2c": {"met": "Held", "missed": "None held"},
}
# A reason that only says again what the words above have said.
SAID = frozenset({"closed", "still_open", "no_plan", "eligible"})
NOT_TOLD = "No reason on record"
# Why something was missed or left out, by the key of the measure. Those with numbers in them are made below.
REASONS: Mapping[str, str] = {
    "not_told": NOT_TOLD,
    "duplicate": "Duplicate",
    "ineligible": "Not eligible",
    "withdrawn": "Withdrawn",
    "cancelled": "Cancelled",
    "record": "Summary or notes late",
    "plan": "Service plan late",
    "record_and_plan": "Summary or notes, and service plan late",
    "not_accepted": "Not accepted",
    "consent_given": "Consent given, no ongoing meeting yet",
    "consent_refused": "Consent refused",
    "consent_not_known": "Consent not on record",
    "on_request": "Comes up on request",
    "unknown": "Not on record",
    "eligible": "Eligible",
    "closed": "Closed by then",
    "no_plan": "No adopted plan",
    "late": "Done late",
    "not_done": "Not done",
    "still_open": "Still open",
    "up_to_30_days": "Up to 30 days",
    "31_to_90_days": "31 to 90 days",
    "91_to_180_days": "91 to 180 days",
    "181_to_365_days": "181 to 365 days",
    "over_a_year": "Over a year",
    "investigative": "Investigative",
    "ongoing": "Ongoing",
}
NONE_YET = "None in this time"
# The groups that endings are counted by, of every pack.
ENDED_BECAUSE: Mapping[str, str] = {
    "completed": "Goals met or services completed",
    "moved_on": "Moved on to others",
    "lost_contact": "Contact was lost",
    "declined": "Declined to go on",
    "not_a_victim": "Found not to be a victim",
    "other": "Another reason",
}


def reason(key: str) -> str:
    """A reason in words: ours, a cause of a late response, or a word of the pack."""
    if not key:
        return NOT_TOLD
    if key in REASONS:
        return REASONS[key]
    if key in LATE_CAUSES:
        return LATE_CAUSES[key]
    number, _, held = key.partition("_")
    if held == "held" and number.isdigit():
        return f"{number} held"
    pack = active_pack()
    for choices in (pack.eligibility_words.ineligible_reasons, pack.trafficking.sources):
        if key in dict(choices.pairs()):
            return choices.label(key)
    return key.replace("_", " ").capitalize()


def kinds_of(name: str) -> dict[str, str]:
    """What the verdicts of a figure are called."""
    return {**KINDS, **OF_THEIR_OWN.get(name, {})}


def source(key: str) -> str:
    """Where a referral came from."""
    # Not by `reason`: a cause of a late response may have the same key.
    return REASONS["unknown"] if key in ("", "unknown") else active_pack().trafficking.sources.label(key)


def out_of(one: Measured) -> str:
    """12 of 15. Without anything to divide by nothing is made up."""
    if one.numerator is None or one.denominator is None:
        return "Not known"
    return f"{one.numerator:,} of {one.denominator:,}" if one.denominator else NONE_YET


def share(one: Measured) -> str:
    """80.0 %, or nothing."""
    if one.share is None or one.definition.name in PLAIN_COUNTS:
        return ""
    return f"{percent(one.share)} %"


def interval(one: Measured) -> str:
    """54.8 to 93.0 %, beside shares of fewer than 100."""
    found = None if one.definition.name in PLAIN_COUNTS else one.interval
    return "" if found is None else f"{_hundredths(found.low)} to {_hundredths(found.high)} %"


def aim(one: Measured) -> str:
    """The pack's aim, and whether it is reached."""
    if one.aim is None:
        return ""
    reached = {True: ", reached", False: ", not reached", None: ""}[one.reaches_aim]
    return f"Aim: {float(one.aim * 100):g} %{reached}"


def times(one: Measured) -> str:
    """Median and 90th percentile with those who still wait counted."""
    found = one.times
    if found is None or not found.done + found.waiting:
        return ""
    half = f"half within {span(found.median)}" if found.median is not None else "half not reached yet"
    most = (
        f"nine in ten within {span(found.ninetieth)}" if found.ninetieth is not None else "nine in ten not reached yet"
    )
    return f"{half[:1].upper()}{half[1:]}, {most} ({found.done:,} ended, {found.waiting:,} not yet)"


def span(found: timedelta) -> str:
    """Hours and days as a person reckons with them."""
    return f"{found.days:,} days" if found >= timedelta(days=30) else span_in_words(found)


def kind_of(row: type[Row]) -> str:
    """What a measure's rows are called in a heading."""
    names = {
        "ReferralRow": "Referrals",
        "MeetingRow": "Meetings",
        "CaseRow": "Cases",
        "CarriedRow": "Cases",
        "LookedAtRow": "Reviews of plans",
        "OutgoingRow": "Referrals to services",
        "RegionRow": "Regions",
    }
    return names.get(row.__name__, "Records")


def _hundredths(value: float) -> str:
    return str(percent(Fraction(value)))
