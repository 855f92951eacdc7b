"""What a report is made from, counted once at a moment: the inputs that are frozen. No row of a person is kept.

What agencies counted comes from their answers; what the platform counts, from each slice's de-identified rows. Opened
for counting alone, with the events of the slices that open it. (STAT-1, STAT-2)
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from rightdoor.casework.closure.deidentified import CountedPerson, counted_persons
from rightdoor.casework.screening.deidentified import counted_rows
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.annual_report.inputs import Cross, cross_of, earlier_tree
from rightdoor.domain.annual_report.tables import before, report_of
from rightdoor.domain.measures.norms import year_of
from rightdoor.domain.permission import Viewer
from rightdoor.domain.submission.form import REGION, CodeList, Form
from rightdoor.domain.submission.prosecution import DISPOSITIONS
from rightdoor.domain.submission.year import KINDS, STATES
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.annual_reports.models import AnnualReport
from rightdoor.oversight.annual_reports.queries import edition_of, published_before
from rightdoor.oversight.annual_reports.sealed import opened
from rightdoor.oversight.published.queries import earlier_than, printed
from rightdoor.oversight.statistics.gathering import Gathered, Scope, gather
from rightdoor.oversight.submissions.models import ReportingYear
from rightdoor.oversight.submissions.queries import Counted, counted_for, form_of_year
from rightdoor.packs.pack import Pack
from rightdoor.packs.published import COUNTED

SERVED = ("provider", "safe_house")  # kinds of source that count persons
MEASURES = ("R1", "R2", "R3", "R4", "D1", "D2", "S1", "S2", "F1o")  # of the state's performance, as far as recorded
TIERS = ("R1", "R2", "R3")
YEARS = 10  # before this one, side by side
UNKNOWN = "unknown"
_WITHIN = (
    ("kind_status", ("kind", "status")), ("age_status", ("age", "status")), ("gender_age", ("gender", "age")),
    ("region_age", ("region", "age")), ("region_kind", ("region", "kind")), ("outcome_age", ("outcome", "age")),
    ("standing", ("standing",)),
)  # fmt: skip


def inputs_of(viewer: Viewer, year: ReportingYear, *, edition: int, now: datetime) -> dict[str, Any]:
    """Everything that the report of this year is made from, as it stands now. Called within the act that freezes it.

    Raises NotPermitted, SealBroken, Unsound where what was counted contradicts itself.
    """
    pack, form = active_pack(), form_of_year(year)
    listed = list(year.listed.order_by("code"))
    counted = counted_for(viewer, year, now)
    latest = {one.entry: one for one in counted}
    period = year_of(year.year, pack.zone)
    persons = counted_persons(viewer, period.since, min(period.until, now))
    found = gather(viewer, Scope(), period, now, only=(*MEASURES, "F1", "F2"))
    names = agency_names({one.agency_code for one in listed})
    lists = _lists(pack, form, persons)
    inputs: dict[str, Any] = {
        "year": year.year,
        "edition": edition,
        "invented": settings.ENV.demo,
        "state": pack.name,
        "as_of": now.astimezone(UTC).isoformat(),
        "threshold": pack.statistics.small_count_threshold,
        "area": pack.word("area"),
        "jitter": secrets.token_hex(16),  # secret: without it the printed hash of all this would confirm a guess
        "lists": lists,
        "regions": [[one.key, one.name] for one in pack.regions],
        "areas": [[one.key, one.name, one.region] for one in pack.areas],
        "agencies": [
            [
                one.kind, one.state, one.is_late,
                latest[one.code].mode if one.code in latest else "",
                latest[one.code].form_version if one.code in latest else "",
            ]
            for one in listed
        ],
        "sources": sorted(
            (
                {"agency": names.get(one.agency_code, ""), "kind": KINDS[one.kind], "answer": STATES[one.state]}
                for one in listed
            ),
            key=lambda one: (one["kind"], one["agency"].casefold(), one["answer"]),
        ),
        "crosses": {
            **_of_agencies(form, counted),
            **_of_persons(persons, lists),
            **_of_referrals(found, lists),
            **_of_performance(found),
            "screenings": _screenings(year.year),
        },
        "measures": [
            [name, about.title, about.in_words, about.unit]
            for name, about in ((name, found.measures[name].about) for name in _recorded(found))
        ],
        "offered": dict(sorted(Counter(key for one in counted for key in one.body.offers).items())),
        "money": _money(counted),
        "money_before": _money_before(year.year, edition),
        "vocabulary": f"form {form.version}",
        **_trend(pack, form, year.year),
        "earlier": [],
    }  # fmt: skip
    problem = report_of(inputs).problem
    keys = {*problem.cells, *(before(year.year, edition, key) for key in problem.cells)} - {""}
    inputs["earlier"] = earlier_tree(earlier_than(viewer, keys, problem.sums))
    return inputs


def ledger_of(viewer: Viewer, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What hangs together with these inputs now: others may have published meanwhile."""
    problem = report_of({**inputs, "earlier": []}).problem
    keys = {*problem.cells, *(before(inputs["year"], inputs["edition"], key) for key in problem.cells)} - {""}
    return earlier_tree(earlier_than(viewer, keys, problem.sums))


# ---------------------------------------------------------------------------------------------------------- the lists


def _lists(pack: Pack, form: Form, persons: Sequence[CountedPerson]) -> dict[str, Any]:
    codes = {
        name: _codes(form.fields[name].codes)
        for name in ("status", "kind", "age", "gender", "race", "relation", "standing", "services", "outcome",
                     "charge", "call", "business")
    }  # fmt: skip
    places = form.fields["place"].codes
    areas = {one.key for one in pack.areas}
    unknown = (UNKNOWN, "Not known")
    groups = dict.fromkeys(one.group for one in pack.closure.reasons)
    seen = sorted({one.outcome for one in persons} - {"active", "missing", UNKNOWN, *groups})
    return {
        **codes,
        "elsewhere": {
            "number": places.number,
            "codes": [
                [one.key, one.label, one.missing]
                for one in places.codes
                if one.key not in areas and not one.key.startswith(REGION)
            ],
        },
        "in_status": _plain([(one.key, str(one.label)) for one in pack.eligibility_words.victim_statuses] + [unknown]),
        "in_standing": _plain([("new", "New this year"), ("continuing", "Served before this year")]),
        "in_services": _plain([(one.key, str(one.label)) for one in pack.services] + [unknown]),
        "in_outcome": _plain(
            [("active", "Active"), ("missing", "Missing")]
            + [(one, f"Ended: {one.replace('_', ' ')}") for one in (*groups, *seen)]
            + [unknown]
        ),
        "source": _plain([(one.key, str(one.label)) for one in pack.trafficking.sources] + [unknown]),
        "decision": _plain(
            [("eligible", "Eligible")]
            + [(f"not-{one.key}", f"Not eligible: {one.label}") for one in pack.eligibility_words.ineligible_reasons]
            + [("not-unknown", "Not eligible: no reason told"), ("undecided", "Not decided")]
        ),
        "screened": _plain(
            [("positive", "Points to trafficking"), ("negative", "Does not"), ("indeterminate", "Cannot tell"),
             ("not_scored", "Not scored")]
        ),
        "disposition": _plain(list(DISPOSITIONS.items())),
    }  # fmt: skip


def _codes(codes: CodeList) -> dict[str, Any]:
    return {"number": codes.number, "codes": [[one.key, one.label, one.missing] for one in codes.codes]}


def _plain(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    known = dict(pairs)
    return {"number": 1, "codes": [[key, label, UNKNOWN if key == UNKNOWN else ""] for key, label in known.items()]}


def _known(lists: Mapping[str, Any], name: str, code: str) -> str:
    return code if any(code == one[0] for one in lists[name]["codes"]) else UNKNOWN


# -------------------------------------------------------------------------------------------------------- the counts


def _of_agencies(form: Form, counted: Sequence[Counted]) -> dict[str, Cross]:
    """The tables of the form over all sources. Who counted is a number that leads to nobody outside of these inputs."""
    agencies = {agency: f"p{at}" for at, agency in enumerate(sorted({one.agency for one in counted}), start=1)}
    rows: dict[str, list[tuple[Sequence[str], int, str]]] = {}
    for one in counted:
        who = agencies[one.agency] if one.kind in SERVED else ""
        for table, cells in one.totals.items():
            rows.setdefault(table, []).extend((codes, many, who) for codes, many in cells.items())
    found = {table.key: cross_of(rows.get(table.key, ())) for table in form.tables}
    lines = [line for one in counted for line in one.body.prosecuted]
    found["dispositions"] = cross_of(((line.disposition,), 1, "") for line in lines)
    return found


def _of_persons(persons: Sequence[CountedPerson], lists: Mapping[str, Any]) -> dict[str, Cross]:
    regions = {one.key for one in active_pack().regions}
    told = [
        {
            "kind": _known(lists, "kind", one.kind),
            "status": _known(lists, "in_status", one.status),
            "age": _known(lists, "age", one.age),
            "gender": _known(lists, "gender", one.gender),
            "region": one.region,
            "standing": one.standing,
            "outcome": _known(lists, "in_outcome", one.outcome),
        }
        for one in persons
        if one.region in regions
    ]
    found = {f"in_{name}": cross_of((tuple(row[it] for it in by), 1, "") for row in told) for name, by in _WITHIN}
    found["in_services"] = cross_of(
        ((_known(lists, "in_services", key),), 1, "")
        for one in persons
        if one.region in regions
        for key in one.services
    )
    return found


def _of_referrals(found: Gathered, lists: Mapping[str, Any]) -> dict[str, Cross]:
    sources, decided = found.measured("F1"), found.measured("F2")
    reasons = decided.mix or {}
    ineligible = sum(reasons.values())
    decisions = [(("eligible",), (decided.denominator or 0) - ineligible, ""), (("undecided",), decided.pending, "")]
    for reason, many in reasons.items():
        code = f"not-{reason}"
        known = any(code == one[0] for one in lists["decision"]["codes"])
        decisions.append(((code if known else "not-unknown",), many, ""))
    return {
        "sources": cross_of(((_known(lists, "source", key),), many, "") for key, many in (sources.mix or {}).items()),
        "decisions": cross_of(decisions),
    }


def _of_performance(found: Gathered) -> dict[str, Cross]:
    rows = {name: list(_results(found, name)) for name in _recorded(found)}
    if "R4" in rows:  # all tiers are the tiers together: what has no tier stands in none of the tables
        rows["R4"] = [one for name in TIERS for one in rows.get(name, ())]
    return {f"measure {name}": cross_of(told) for name, told in rows.items()}


def _recorded(found: Gathered) -> list[str]:
    return [name for name in MEASURES if name in found.measures and found.measures[name].rows in found.lines]


def _results(found: Gathered, name: str) -> Iterator[tuple[Sequence[str], int, str]]:
    regions = {one.key for one in active_pack().regions}
    for one in found.behind(name):
        if one.line.region in regions:
            for verdict in one.verdicts:
                yield (one.line.region, verdict.kind), 1, ""


def _screenings(year: int) -> Cross:
    rows = counted_rows(Q(), since=date(year, 1, 1), until=date(year, 12, 1))
    return cross_of(((row.result or "not_scored",), 1, "") for row in rows)


def _money(counted: Sequence[Counted]) -> dict[str, list[int]]:
    """Dollars, of how many dispositions, the largest, and how many are left without the office that has most."""
    found = {}
    for name, field in (("ordered", "restitution_ordered"), ("paid", "restitution_paid"), ("forfeited", "forfeited")):
        by_office = [
            [told for line in one.body.prosecuted if (told := getattr(line, field)) is not None] for one in counted
        ]
        told = [dollars for office in by_office for dollars in office]
        most = max((len(office) for office in by_office), default=0)
        found[name] = [sum(told), len(told), max(told, default=0), len(told) - most]
    return found


def _money_before(year: int, edition: int) -> dict[str, list[int]]:
    """The same as the edition before this one was made from; nothing for the first."""
    last = edition_of(year, edition - 1)
    found: dict[str, list[int]] = opened(last, "inputs_sealed")["money"] if last is not None else {}
    return found


# ------------------------------------------------------------------------------------------------------ year by year


def _trend(pack: Pack, form: Form, year: int) -> dict[str, Any]:
    """Printed figures of the years before, and where the words changed between two of them."""
    rows = {
        one.year: {
            "year": one.year,
            "vocabulary": one.vocabulary,
            "asked": one.asked,
            "answered": one.answered,
            **{key: one.cells.get(name) for key, name in _AGES},
        }
        for one in pack.printed_reports
    }
    for report in published_before(year):
        rows[report.year] = _of_report(report)
    told = [rows[at] for at in sorted(rows) if year - YEARS <= at < year]
    notes = {one.vocabulary: one.note for one in pack.statistics.crosswalk if not one.comparable and one.note}
    ours = {"year": year, "vocabulary": f"form {form.version}"}
    breaks = []
    for old, new in zip(told, [*told[1:], ours], strict=True):
        if old["vocabulary"] != new["vocabulary"]:
            why = f" {notes[old['vocabulary']]}" if old["vocabulary"] in notes else ""
            note = f"The words and the test are others before and after; no trend is drawn across.{why}"
            breaks.append({"after": str(old["year"]), "note": note})
    return {"trend": told, "breaks": breaks}


_AGES = (("total", "total"), ("juvenile", "age=juvenile"), ("adult", "age=adult"), ("unknown", "age=unknown"))


def _of_report(report: AnnualReport) -> dict[str, Any]:
    year = f"{report.year}" if report.edition == 1 else f"{report.year} corrected {report.edition}"
    measure = f"{year} {COUNTED}"
    shown = printed(measure)
    cells = {row["key"]: row["cells"] for table in report.document["tables"] if table["code"] == "RT1"
             for row in table["rows"]}  # fmt: skip
    asked, answered = (int(one.replace(",", "")) for one in cells["total"][:2]) if "total" in cells else (None, None)
    return {
        "year": report.year,
        "vocabulary": report.document.get("vocabulary", ""),
        "asked": asked,
        "answered": answered,
        **{key: shown.get(measure if name == "total" else f"{measure}|{name}") for key, name in _AGES},
    }
