"""Screening, referrals, and intake: how referrals come, what is known of them, and whether everybody hears."""

from __future__ import annotations

from rightdoor.domain.looking_back import HALF_YEAR, NEWEST, YEAR, YEAR_BEFORE, Lookback
from rightdoor.oversight.evidence.finding import (
    Finding,
    among,
    at_that_moment,
    before_a_meeting,
    cannot_tell,
    count,
    half_a_year,
    in_quarters,
    judged,
    last_year,
    newest,
    rough,
    rule,
    stands,
    stays_sealed,
)
from rightdoor.oversight.evidence.rows import Rows

REFERRALS = "/referrals/?region={region}"
NEARLY_ALL = 95  # percent
STANDARD = "standard"  # the pack's channel of the reporting line
# Who refers is a partner; a hotline, a family, the young person and whoever is not named are none.
NO_PARTNERS = frozenset({"hotline", "family", "self", "other"})
KEY_PARTNERS = ("juvenile_justice", "school", "tribal_agency")
FORMS = ("sex", "labor", "familial")
TREND = "screening-trend"  # by what screening figures are known that were taken to a meeting


@rule("si.1.1")
def intake_rules(rows: Rows, back: Lookback) -> Finding:
    """The jurisdiction's protocol defines eligibility and response tiers."""
    pack = rows.pack
    timed = [one for one in pack.tiers if one.due_hours]
    has_eligibility = bool(pack.eligibility.statuses and pack.eligibility.ineligible_reasons)
    figure = (
        f"{count(len(timed), 'response tier').capitalize()} with a time, and a rule of eligibility "
        f"{'is' if has_eligibility else 'is not'} in force (version {pack.version})."
    )
    return stands(bool(timed) and has_eligibility, figure, at_that_moment(back))


@rule("si.1.2", see="/meetings/?past=1")
def intake_notices(rows: Rows, back: Lookback) -> Finding:
    """Every meeting held in the last 90 days had a notice sent to every invited member."""
    held = [one for one in rows.own_meetings if one.quarter in NEWEST]
    told = sum(bool(one.invited) and all(place.was_told for place in one.invited) for one in held)
    said = "Every member who was invited had a notice of {share}."
    return judged(rows, told, len(held), said=said, noun="meetings", period=newest(back))


@rule("si.1.3", see="/screening/tools/")
def intake_recommended_tools(rows: Rows, back: Lookback) -> Finding:
    """At least one screening tool is marked recommended for the jurisdiction."""
    tools = len(rows.pack.recommended_tools)
    figure = f"{count(tools, 'screening tool').capitalize()} recommended (version {rows.pack.version})."
    return stands(bool(tools), figure, at_that_moment(back))


@rule("si.2.1", see=f"{REFERRALS}&channel=outside_process")
def intake_standard_way(rows: Rows, back: Lookback) -> Finding:
    """At least 95% of the referrals of the last 12 months came through a standard channel and have every intake step on
    record: eligibility, the mandated report, and the tier of whoever is eligible. The last week's may still run.
    """
    came = [one for one in rows.intakes if one.quarter in YEAR and not one.is_new]
    right = sum(
        one.channel == STANDARD and one.is_decided and (one.is_ineligible or (one.has_tier and one.has_mandated_report))
        for one in came
    )
    said = "The standard way and every step of intake are on record for {share}."
    return judged(rows, right, len(came), said=said, noun="referrals", period=last_year(back), at_least=NEARLY_ALL)


@rule("si.2.2", see=REFERRALS)
def intake_key_partners(rows: Rows, back: Lookback) -> Finding:
    """Referrals in the last 12 months from each of juvenile justice, schools and tribal agencies."""
    wanted = [key for key in KEY_PARTNERS if key in rows.pack.trafficking.sources]
    came = {one.source for one in rows.intakes if one.quarter in YEAR}
    if not wanted or not came:
        return cannot_tell("There were no referrals to judge by.", last_year(back), 0)
    label = rows.pack.trafficking.sources.label
    have = [label(key) for key in wanted if key in came]
    lack = [label(key) for key in wanted if key not in came]
    figure = f"Referrals came from {_listed(have) if have else 'none of these partners'}."
    if lack:
        figure += f" None came from {_listed(lack)}."
    return Finding("yes" if not lack else "not_yet", figure, last_year(back), len(have), len(wanted))


@rule("si.2.3", see=("/referrals/late/?region={region}", REFERRALS))
def intake_response_times(rows: Rows, back: Lookback) -> Finding:
    """Response times are known for at least 95% of the referrals of the last 12 months whose time is over."""
    owed = [one for one in rows.intakes if one.quarter in YEAR and one.response]
    known = sum(one.response in {"met", "missed"} for one in owed)
    said = "The response time is known for {share} whose time is over."
    return judged(rows, known, len(owed), said=said, noun="referrals", period=last_year(back), at_least=NEARLY_ALL)


@rule("si.2.4", see=f"{REFERRALS}&state=ineligible")
def intake_ineligible_reasons(rows: Rows, back: Lookback) -> Finding:
    """Every ineligible referral of the last 12 months has a reason."""
    refused = [one for one in rows.intakes if one.quarter in YEAR and one.is_ineligible]
    said = "A reason is on record for {share}."
    reasoned = sum(one.has_reason for one in refused)
    return judged(rows, reasoned, len(refused), said=said, noun="ineligible referrals", period=last_year(back))


@rule("si.3.1", see=REFERRALS)
def intake_partner_growth(rows: Rows, back: Lookback) -> Finding:
    """More partner referrals than the 12 months before, with sex, labor and familial trafficking each present."""
    if (sealed := stays_sealed(rows, last_year(back))) is not None:
        return sealed
    now = in_quarters((one.quarter for one in rows.kinds), YEAR)
    before = in_quarters((one.quarter for one in rows.kinds), YEAR_BEFORE)
    if not before:
        return cannot_tell("Partners made no referrals a year before, to compare with.", last_year(back), before)
    forms = set()
    for one in rows.kinds:
        if one.quarter in YEAR:
            forms |= {"sex", "labor"} if one.kind == "both" else {one.kind}
            forms |= {"familial"} if one.relationship == "familial" else set()
    lack = [form for form in FORMS if form not in forms]
    more = "More" if now > before else "Not more"
    figure = (
        f"{more} referrals of partners than the year before: {rough(now, rows.threshold)}, "
        f"{rough(before, rows.threshold)} before. "
    )
    figure += f"No {_listed(lack)} trafficking among them." if lack else "All forms of trafficking are among them."
    return Finding("yes" if now > before and not lack else "not_yet", figure, last_year(back), now, before)


@rule("si.3.2", see="/screening/numbers/")
def intake_partners_screen(rows: Rows, back: Lookback) -> Finding:
    """Every partner agency with a screening role screened at least once in the last 12 months: full months, since
    screenings are kept by month.
    """
    screened = sum(one.has_screened for one in rows.screeners)
    said = "At least one screening in twelve full months is on record for {share} with people who screen."
    return among(screened, len(rows.screeners), said=said, noun="agency", plural="agencies", period=last_year(back))


@rule("si.4.2", see=("/numbers/meeting/?whose={region}", "/meetings/?past=1"))
def intake_screening_trends(rows: Rows, back: Lookback) -> Finding:
    """A screening trend report, figures beside those of the time before, was reviewed in a recorded meeting within the
    last 6 months.
    """
    return before_a_meeting(rows, TREND, HALF_YEAR, noun="screening figures", period=half_a_year(back))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
