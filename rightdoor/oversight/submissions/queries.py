"""How a year stands, what a source may and did answer, and what the statistics count.

Who keeps the list sees states. What a source answered opens to the source, and to the keeper with an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from rightdoor.community.partners.models import Agency
from rightdoor.community.partners.queries import agency_names, keeps_own_records
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, check_may, may
from rightdoor.domain.submission.form import Form
from rightdoor.domain.submission.funding import Mode, modes_for
from rightdoor.domain.submission.jumps import Jump, jumps_between
from rightdoor.domain.submission.rows import PersonRow, totals_of
from rightdoor.domain.submission.totals import Totals
from rightdoor.domain.submission.year import Entry, Tally, Version, standing, tally
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.codes import normalise
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.oversight.submissions import links
from rightdoor.oversight.submissions.body import Body, opened
from rightdoor.oversight.submissions.models import Answer, Listed, ReportingYear
from rightdoor.packs.submission import form_for

ROLES = {
    "director": "Director",
    "program": "Head of a program",
    "data": "Whoever keeps the figures",
    "prosecutor": "Prosecutor",
    "other": "Somebody else with the authority to answer",
}


@dataclass(frozen=True, slots=True)
class YearRow:
    """A line of the list of years."""

    year: ReportingYear
    tally: Tally


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A line of a year's list."""

    listed: Listed
    name: str
    versions: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What one source counts into a year, for the statistics. Never leaves the installation by itself."""

    entry: str
    agency: str
    kind: str
    mode: str
    version: int
    form_version: str
    totals: Totals
    body: Body


def standing_of_keeper(viewer: Viewer) -> Standing:
    """The list is the whole state's: whoever reads figures of one region alone does not keep it."""
    return Standing(region=viewer.covers_as("state_analyst", ""))


def standing_of_source(viewer: Viewer, listed: Listed) -> Standing:
    """An entry is its agency's own."""
    return Standing(owns=bool(viewer.agency) and viewer.agency == listed.agency_code)


def form_of_year(year: ReportingYear) -> Form:
    """The form that this year is asked with."""
    return form_for(active_pack(), year.form_version)


def form_of_version(version: str) -> Form:
    """The form of an answer, which may be older than that of its year."""
    return form_for(active_pack(), version)


def name_of(listed: Listed) -> str:
    """The name of the source's agency."""
    return agency_names({listed.agency_code}).get(listed.agency_code, "")


def entry_of(listed: Listed) -> Entry:
    """The entry as the rule asks for it."""
    return Entry(listed.state, listed.source, listed.is_late)  # type: ignore[arg-type]  # by the columns' choices


def years_for(viewer: Viewer) -> list[YearRow]:
    """Every year, the newest first, and how it stands. Raises NotPermitted. Two queries."""
    check_may(viewer, "submission.keep", standing_of_keeper(viewer))
    years = list(ReportingYear.objects.prefetch_related("listed").order_by("-year"))
    return [YearRow(year, tally(entry_of(one) for one in year.listed.all())) for year in years]


def year_for(viewer: Viewer, code: str) -> ReportingYear:
    """A year for who keeps the list. Raises NotVisible."""
    found = ReportingYear.objects.filter(code=normalise(code)).first()
    if found is None or not may(viewer, "submission.keep", standing_of_keeper(viewer)):
        raise NotVisible
    return found


def sources_of(year: ReportingYear) -> list[SourceRow]:
    """The list of a year by name. Three queries."""
    rows = list(year.listed.prefetch_related("answers"))
    names = agency_names({row.agency_code for row in rows})
    found = []
    for row in rows:
        came = [one.came_at for one in row.answers.all()]
        found.append(SourceRow(row, names.get(row.agency_code, ""), len(came), max(came, default=None)))
    return sorted(found, key=lambda one: (one.name.casefold(), one.listed.kind, one.listed.code))


def listed_for(viewer: Viewer, code: str) -> Listed:
    """An entry for who keeps the list or for the source itself. Raises NotVisible."""
    found = Listed.objects.select_related("year").filter(code=normalise(code)).first()
    if found is not None and (
        may(viewer, "submission.keep", standing_of_keeper(viewer))
        or may(viewer, "submission.answer", standing_of_source(viewer, found))
    ):
        return found
    raise NotVisible


def as_it_is_now(listed: Listed) -> Listed:
    """An entry that the page holds already, read again after an act."""
    return Listed.objects.select_related("year").get(pk=listed.pk)


def agencies_to_ask(viewer: Viewer) -> list[tuple[str, str]]:
    """Every partner that may be put on a list, by name: code and name. Raises NotPermitted."""
    check_may(viewer, "submission.keep", standing_of_keeper(viewer))
    return list(Agency.objects.filter(is_active=True).order_by("name", "code").values_list("code", "name"))


def own_entries(viewer: Viewer) -> QuerySet[Listed]:
    """What the viewer's agency is asked, once it is asked, the newest year first."""
    if not viewer.code or not viewer.agency or not viewer.has("agency_head"):
        return Listed.objects.none()
    rows = Listed.objects.filter(agency_code=viewer.agency, year__frozen_at__isnull=False)
    return rows.select_related("year").order_by("-year__year", "kind", "pk")


def entry_at(code: str, now: datetime) -> Listed | None:
    """The entry that a code opens now; None for one that was never made, is replaced, or has ended."""
    digest = links.digest_of(code)
    found = Listed.objects.select_related("year").filter(link_digest=digest).first() if digest else None
    if found is None or found.link_ends_at is None or now >= found.link_ends_at or found.year.frozen_at is None:
        return None
    return found


def modes_of(listed: Listed, funding: Iterable[str] | None) -> tuple[Mode, ...]:
    """How this source may answer. An agency that keeps its records apart under federal law sends totals alone."""
    allowed = bool(listed.lines_allowed_by)
    if keeps_own_records(listed.agency_code) and not allowed:
        return ("totals",)
    return modes_for(None if funding is None else set(funding), counsel_allows_lines=allowed or None)


def versions_of(listed: Listed) -> list[Answer]:
    """Every answer of an entry, the newest first."""
    return list(listed.answers.order_by("-number"))


def standing_answer(listed: Listed, asof: datetime) -> Answer | None:
    """The answer that stood at a moment."""
    rows = {row.number: row for row in listed.answers.all()}
    found = standing((Version(row.number, row.came_at, row.mode == "nil") for row in rows.values()), asof)
    return rows[found.number] if found else None


def body_for_source(viewer: Viewer, listed: Listed, now: datetime) -> Body | None:
    """What the source itself answered last, after its event; None where it has not, or it is gone.

    Raises NotPermitted. Whoever came with a code has shown it to the page.
    """
    check_may(viewer, "submission.answer", standing_of_source(viewer, listed))
    row = standing_answer(listed, now)
    if row is None or row.body_sealed is None:
        return None
    record_read(viewer, "submission.read", row)
    return opened(row.body_sealed, listed.code, row.code)


def read_answer(viewer: Viewer, listed: Listed, number: int) -> tuple[Answer, Body]:
    """One version of an answer for who keeps the list, after its event. Raises NotPermitted, NotVisible."""
    check_may(viewer, "submission.read", standing_of_keeper(viewer))
    row = listed.answers.filter(number=number).first()
    if row is None:
        raise NotVisible
    record_read(viewer, "submission.read", row)
    return row, opened(row.body_sealed, listed.code, row.code)


def jumps_of(listed: Listed, totals: Totals, now: datetime) -> tuple[Jump, ...]:
    """What changed by more than half against the last answered year of the same source."""
    before = (
        Listed.objects.filter(agency_code=listed.agency_code, kind=listed.kind, year__year=listed.year.year - 1)
        .select_related("year")
        .first()
    )
    row = standing_answer(before, now) if before else None
    if before is None or row is None or (row.body_sealed is None and row.mode != "nil"):
        return ()
    old = opened(row.body_sealed, before.code, row.code).totals
    form = form_of_year(listed.year)
    if row.mode == "nil" and (whole := form.whole_of(listed.kind)) is not None:
        old = {whole.key: {(): 0}}
    return jumps_between(listed.kind, (form_for(active_pack(), row.form_version), old), (form, totals))


def totals_of_lines(listed: Listed, rows: Sequence[PersonRow]) -> Totals:
    """The totals that lines come to, in the form of the entry's year."""
    return totals_of(form_of_year(listed.year), listed.kind, rows)


def counted_for(viewer: Viewer, year: ReportingYear, asof: datetime) -> list[Counted]:
    """What every source counted as it stood at a moment, by entry; for the statistics, after one event.

    A source that is counted from the platform is none of these, so that nobody is counted twice. Raises NotPermitted.
    """
    check_may(viewer, "submission.read", standing_of_keeper(viewer))
    rows = list(year.listed.exclude(source="platform").prefetch_related("answers").order_by("code"))
    found = [(row, answer) for row in rows if (answer := standing_answer(row, asof)) is not None]
    if not found:
        return []
    record_read(viewer, "submission.read", year, codes=[answer.code for _, answer in found])
    counted = []
    for row, answer in found:
        body = opened(answer.body_sealed, row.code, answer.code)
        counted.append(
            Counted(
                entry=row.code,
                agency=row.agency_code,
                kind=row.kind,
                mode=answer.mode,
                version=answer.number,
                form_version=answer.form_version,
                totals=body.totals,
                body=body,
            )
        )
    return counted
