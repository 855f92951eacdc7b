"""Two years of figures, invented: one that is closed, and one that is open with all that becomes of a source in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from rightdoor.community.partners.models import Agency
from rightdoor.config.demonstration.schedule import SEED
from rightdoor.domain.permission import Viewer
from rightdoor.domain.submission.form import Form
from rightdoor.domain.submission.prosecution import WITH_SENTENCE, Prosecuted
from rightdoor.domain.submission.rows import PersonRow, totals_of
from rightdoor.domain.submission.totals import Codes
from rightdoor.foundation.access.viewers import NOBODY, viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.oversight.submissions import actions
from rightdoor.oversight.submissions.actions import About
from rightdoor.oversight.submissions.models import Listed, ReportingYear
from rightdoor.oversight.submissions.queries import as_it_is_now, form_of_year, jumps_of, standing_of_keeper

MOST = 22  # sources on a list
LASTS = timedelta(days=360)
ASKED_AGO = timedelta(days=9)
ANSWERED_AFTER = timedelta(days=20)
# What other kinds of source are asked, and the discipline of whom the demonstration asks.
OTHERS = {
    "police": "local_law_enforcement",
    "prosecutor": "prosecutor",
    "hotline": "",
    "licensing": "",
    "safe_house": "",
}
# What becomes of a source, in turn: most answer, as many as the state wishes for.
ANSWERS = ("totals", "totals", "nil", "totals", "declined", "totals", "waiting", "totals")
# How often each choice, for people who are invented; what is not named shares the rest.
OFTEN: Mapping[str, Mapping[str, int]] = {
    "status": {"confirmed": 60, "suspected": 34},
    "kind": {"sex": 78, "labor": 7, "both": 6},
    "age": {"a00_12": 14, "a13_17": 52, "a18_24": 17, "a25_59": 14, "a60": 1},
    "gender": {"female": 84, "male": 11, "transgender": 2},
    "race": {"black": 46, "white": 35, "hispanic": 7, "several": 6},
    "standing": {"new": 63, "continuing": 34},
    "outcome": {"active_engaged": 41, "follow_up": 12, "closed_goals_met": 15, "missing": 6},
    "relation": {"family": 24, "partner": 22, "acquainted": 30},
}
REST = 9


@dataclass(frozen=True, slots=True)
class _Source:
    agency: str
    kind: str
    answer: str


def show(now: datetime) -> None:
    """Two years of figures, through acts alone. Nothing where nobody reads the whole state's figures."""
    people = viewers_of(Account.objects.filter(is_demonstration=True, is_active=True), now).values()
    people = sorted(people, key=lambda one: one.code)
    keeper = next((one for one in people if standing_of_keeper(one).region), None)
    heads = {one.agency: one for one in people if one.has("agency_head") and one.agency}
    last = local(now - ASKED_AGO).date()
    if keeper is None or last < date(last.year, 1, 2):
        return
    sources = _sources(sorted(heads))
    earlier = now - timedelta(days=365)
    ended = _year(keeper, heads, sources, asked=earlier, answered=earlier + ANSWERED_AFTER)
    with demonstration_clock(earlier + 2 * ANSWERED_AFTER):
        actions.end_year(keeper, ended, now=earlier + 2 * ANSWERED_AFTER)
    _year(keeper, heads, sources, asked=now - ASKED_AGO, answered=now)


def _sources(with_head: Sequence[str]) -> list[_Source]:
    """Agencies with a head first, so that somebody can answer with an account; then others of the directory."""
    agencies = list(Agency.objects.filter(is_active=True).order_by("code").values_list("code", "discipline"))
    agencies.sort(key=lambda one: (one[0] not in with_head, one[0]))
    left = [code for code, _ in agencies]
    other = []
    for kind, discipline in OTHERS.items():
        code = next((it for it, its in reversed(agencies) if it in left and discipline in ("", its)), "")
        if code and code not in with_head:
            left.remove(code)
            other.append(_Source(code, kind, "totals"))
    chosen = left[: MOST - len(other)]
    return [_Source(code, "provider", ANSWERS[at % len(ANSWERS)]) for at, code in enumerate(chosen)] + other


def _year(
    keeper: Viewer, heads: Mapping[str, Viewer], sources: Sequence[_Source], *, asked: datetime, answered: datetime
) -> ReportingYear:
    opens_on = date(local(asked).year, 1, 2)
    with demonstration_clock(asked):
        year = actions.begin_year(keeper, year=opens_on.year - 1, opens_on=opens_on, due_on=opens_on + LASTS, now=asked)
        for one in sources:
            actions.list_source(keeper, year, agency=one.agency, kind=one.kind, now=asked)
        actions.freeze_list(keeper, year, now=asked)
    rows = {row.agency_code: row for row in Listed.objects.filter(year=year).select_related("year")}
    with demonstration_clock(answered):
        for number, one in enumerate(sources):
            listed, head = rows[one.agency], heads.get(one.agency)
            if head is None and one.answer in ("totals", "nil"):
                actions.make_code(keeper, listed, after=0, now=answered)  # told by telephone
                listed = as_it_is_now(listed)
            _answer(head or (keeper if one.answer == "declined" else NOBODY), listed, one.answer, number, answered)
    return year


def _answer(viewer: Viewer, listed: Listed, answer: str, number: int, now: datetime) -> None:
    random = Random(f"{SEED} figures {listed.year.year} {number}")  # noqa: S311 - invented, the same each time
    if answer == "nil":
        actions.say_nobody(viewer, listed, role="director", now=now)
    elif answer == "declined":
        actions.decline(viewer, listed, reason="no_staff", now=now)
    elif answer == "totals" and listed.kind == "prosecutor":
        form = form_of_year(listed.year)
        lines = [_prosecuted(form, listed.year.year, random) for _ in range(random.randint(8, 20))]
        actions.send_prosecuted(viewer, listed, about=About(["state"], "program", [], []), lines=lines, now=now)
    elif answer == "totals":
        form = form_of_year(listed.year)
        areas = [code for code in _told(form, "place") if code not in ("several", "elsewhere")]
        places = random.sample(areas, min(4, len(areas)))
        asks_persons = form.whole_of(listed.kind, "persons") is not None
        rows = [_person(form, places, random) for _ in range(random.randint(15, 90))]
        totals = totals_of(form, listed.kind, rows) if asks_persons else _counted(form, listed.kind, places, random)
        offers = [code.key for code in form.fields["services"].codes.codes] if asks_persons else []
        why = {(it.table, it.codes): "true" for it in jumps_of(listed, totals, now)}
        about = About(["voca", "state"] if asks_persons else ["state"], "program", offers, [])
        actions.send_totals(viewer, listed, about=about, totals=totals, why=why, now=now)


def _told(form: Form, key: str) -> list[str]:
    return [it.key for it in form.fields[key].codes.codes if not it.stands_for_several and not it.missing]


def _drawn(form: Form, key: str, random: Random) -> str:
    often = OFTEN.get(key, {})
    codes = [it.key for it in form.fields[key].codes.codes]
    rare = max(1, len(codes) - len(often))
    return random.choices(codes, [often.get(code, REST / rare) for code in codes])[0]


def _person(form: Form, places: Sequence[str], random: Random) -> PersonRow:
    told = {}
    for one in form.row_fields:
        if one.is_place:
            told[one.key] = (random.choices(places, [8, 4, 2, 1][: len(places)])[0],)
        elif one.key in OFTEN:
            told[one.key] = (_drawn(form, one.key, random),)
        else:
            told[one.key] = (random.choice(_told(form, one.key)),)
    return PersonRow(told)


def _counted(form: Form, kind: str, places: Sequence[str], random: Random) -> dict[str, dict[Codes, int]]:
    """Tables of things that are no persons: arrests, calls, businesses."""
    found: dict[str, dict[Codes, int]] = {}
    for table in form.asked_of(kind):
        if not table.by:
            continue
        first = places if form.fields[table.by[0]].is_place else _told(form, table.by[0])
        second = _told(form, table.by[1]) if len(table.by) > 1 else [""]
        cells = {(a, b) if b else (a,): random.randint(0, 24) for a in first for b in second}
        found[table.key] = {codes: count for codes, count in cells.items() if count}
    for table in form.asked_of(kind):
        if not table.by:
            same = next((it for it in form.asked_of(kind) if it.by and it.counts == table.counts), None)
            found[table.key] = {(): sum(found[same.key].values())} if same else {}
    return found


def _prosecuted(form: Form, year: int, random: Random) -> Prosecuted:
    disposition = random.choice(("pending", "pleaded_as_charged", "pleaded_to_less", "convicted", "dismissed"))
    with_sentence = disposition in WITH_SENTENCE
    return Prosecuted(
        area=random.choice([it for it in _told(form, "place") if it not in ("several", "elsewhere")]),
        statute=random.choice(_told(form, "charge")),
        nibrs=random.choice(("64A", "64A", "64B", "40C")),
        disposition=disposition,
        sentenced=f"{year}-{random.randint(1, 12):02d}" if with_sentence else "",
        restitution_ordered=random.randint(0, 40) * 500 if with_sentence else None,
        restitution_paid=0 if with_sentence else None,
    )
