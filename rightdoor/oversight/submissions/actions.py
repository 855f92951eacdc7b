"""Acts on yearly answers: the list and its freezing, asking, answering, correcting, declining, closing, letting go."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.submission import prosecution
from rightdoor.domain.submission import year as rule
from rightdoor.domain.submission.form import Form
from rightdoor.domain.submission.funding import check_funding
from rightdoor.domain.submission.jumps import check_answered
from rightdoor.domain.submission.prosecution import Prosecuted
from rightdoor.domain.submission.rows import MOST_ROWS, PersonRow, coarsened, in_drawn_order, totals_of
from rightdoor.domain.submission.totals import Codes, Totals, everybody, faults_of, without_sums
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jobs.queue import call_off, defer
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import in_turn
from rightdoor.foundation.sealing.seals import destroy_subject
from rightdoor.oversight.submissions import links
from rightdoor.oversight.submissions.body import Body, sealed
from rightdoor.oversight.submissions.models import Answer, Listed, ReportingYear
from rightdoor.oversight.submissions.queries import (
    ROLES,
    entry_of,
    form_of_year,
    jumps_of,
    modes_of,
    standing_answer,
    standing_of_keeper,
    standing_of_source,
)
from rightdoor.packs.submission import NEWEST

KEPT_YEARS = 6  # after the last day: two reports and their corrections; then the figures of the reports remain


@dataclass(frozen=True, slots=True)
class About:
    """What a source says of itself with every answer. Codes alone."""

    funding: Collection[str]
    role: str
    offers: Collection[str] = ()
    serves: Collection[str] = ()


# -------------------------------------------------------------------------------------------------------- the list


@action("submission.year_begun")
def begin_year(viewer: Viewer, *, year: int, opens_on: date, due_on: date, now: datetime) -> ReportingYear:
    """Begins a year's list. Sent twice, it is one. Raises NotPermitted, RuleBroken for days that do not fit."""
    check_may(viewer, "submission.keep", standing_of_keeper(viewer))
    rule.check_year(year, opens_on, due_on)
    in_turn("submission.year", str(year))
    row, is_new = ReportingYear.objects.get_or_create(
        year=year,
        defaults={
            "form_version": NEWEST,
            "opens_on": opens_on,
            "due_on": due_on,
            "made_at": now,
            "made_by": viewer.code,
        },
    )
    if not is_new and (row.opens_on, row.due_on) != (opens_on, due_on):
        raise RuleBroken("There is a list for this year already.")
    record(viewer, "submission.year_begun", row, again=not is_new)
    return row


@action("submission.listed")
def list_source(
    viewer: Viewer, year: ReportingYear, *, agency: str, kind: str, source: str = "typed", now: datetime
) -> Listed:
    """Puts a source on the list; after the freezing as a late one, outside of the share. Sent twice, it is one.

    Raises NotPermitted, RuleBroken for an unknown agency or kind, or a year that is closed.
    """
    row = _held_year(viewer, year)
    if kind not in rule.KINDS or source not in rule.SOURCES:
        raise RuleBroken("Choose from the list.")
    if not Agency.objects.filter(code=agency, is_active=True).exists():
        raise RuleBroken("Choose a partner from the directory.")
    if row.ended_at is not None:
        raise RuleBroken("This year is closed.")
    is_late = rule.check_may_list(row.frozen_at, is_removal=False)
    entry, is_new = Listed.objects.get_or_create(
        year=row,
        agency_code=agency,
        kind=kind,
        defaults={"source": source, "is_late": is_late, "listed_at": now, "listed_by": viewer.code},
    )
    if is_new and is_late:
        _ask(entry, now)
    record(viewer, "submission.listed", entry, again=not is_new, late=is_late)
    return entry


@action("submission.unlisted")
def unlist_source(viewer: Viewer, listed: Listed, *, now: datetime) -> None:
    """Takes a source off a list that is not frozen. Raises NotPermitted, RuleBroken."""
    row = _held_year(viewer, listed.year)
    rule.check_may_list(row.frozen_at, is_removal=True)
    record(viewer, "submission.unlisted", listed)
    Listed.objects.filter(pk=listed.pk).delete()


@action("submission.frozen")
def freeze_list(viewer: Viewer, year: ReportingYear, *, now: datetime) -> None:
    """Freezes the list and asks everybody on it: this is what the share of answers is told of, for good.

    Raises NotPermitted, RuleBroken for an empty list, one that is frozen, or before the first day.
    """
    row = _held_year(viewer, year)
    entries = list(row.listed.select_for_update())
    rule.check_may_freeze([entry_of(one) for one in entries], row.frozen_at)
    if local(now).date() < row.opens_on:
        raise RuleBroken("Nobody is asked before the first day.")
    row.frozen_at, row.frozen_by = now, viewer.code
    row.save(update_fields=["frozen_at", "frozen_by"])
    for entry in entries:
        _ask(entry, now)
    for at, day in enumerate(rule.reminders_on(row.due_on)):
        if _morning(day) > now:
            defer("submissions.remind", row.code, at=_morning(day), once_key=f"submission.remind.{row.code}.{at}")
    record(viewer, "submission.frozen", row, sources=len(entries))


@action("submission.code_made")
def make_code(viewer: Viewer, listed: Listed, *, after: int, now: datetime) -> str:
    """A code for a source without an account, which ends the one before. `after`: the number that the form saw, so
    that a form sent twice shows the same. Raises NotPermitted, RuleBroken before the list is frozen or once it ended.
    """
    row = _held_year(viewer, listed.year)
    entry = Listed.objects.select_for_update(of=("self",)).get(pk=listed.pk)
    rule.check_may_answer(entry_of(entry), frozen_at=row.frozen_at, ended_at=row.ended_at)
    if entry.link_number not in (after, after + 1):
        raise RuleBroken("Another code was made meanwhile. Load the page again.")
    if entry.link_number == after:
        entry.link_number = after + 1
        entry.link_digest = links.digest_of(links.code_of(entry.code, entry.link_number))
        entry.link_ends_at = now + rule.LINK_LASTS
        entry.save(update_fields=["link_number", "link_digest", "link_ends_at"])
    record(viewer, "submission.code_made", entry)
    return links.code_of(entry.code, entry.link_number)


@action("submission.lines_allowed")
def allow_lines(viewer: Viewer, listed: Listed, *, now: datetime) -> None:
    """Records that counsel approved lines of a source that federal law would keep to totals. Raises NotPermitted."""
    check_may(viewer, "submission.keep", standing_of_keeper(viewer))
    Listed.objects.filter(pk=listed.pk, lines_allowed_by="").update(lines_allowed_by=viewer.code)
    record(viewer, "submission.lines_allowed", listed)


@action("submission.reminded")
def remind(viewer: Viewer, year: ReportingYear, *, now: datetime) -> int:
    """Tells everybody who has not answered, nobody more than once in three days. Returns how many have an account.

    Raises NotPermitted, RuleBroken once the year is closed.
    """
    check_may(viewer, "submission.remind", standing_of_keeper(viewer))
    row = ReportingYear.objects.select_for_update().get(pk=year.pk)
    if row.frozen_at is None or row.ended_at is not None:
        raise RuleBroken("Nobody is asked at present.")
    told = 0
    for entry in row.listed.select_for_update():
        if rule.may_remind(entry_of(entry), entry.reminded_at, now):
            told += bool(_tell(entry, now))
            entry.reminded_at, entry.reminders = now, entry.reminders + 1
            entry.save(update_fields=["reminded_at", "reminders"])
    record(viewer, "submission.reminded", row, people=told)
    return told


@action("submission.ended")
def end_year(viewer: Viewer, year: ReportingYear, *, now: datetime) -> None:
    """Closes a year: whoever has not answered stays without an answer. Raises NotPermitted, RuleBroken."""
    row = _held_year(viewer, year)
    if row.frozen_at is None or row.ended_at is not None:
        raise RuleBroken("This year is not open.")
    for entry in row.listed.select_for_update():
        state = rule.next_state(entry_of(entry), "ended")
        if state != entry.state:
            Listed.objects.filter(pk=entry.pk).update(state=state)
    row.ended_at, row.ended_by = now, viewer.code
    row.save(update_fields=["ended_at", "ended_by"])
    for at in range(len(rule.reminders_on(row.due_on))):
        call_off(f"submission.remind.{row.code}.{at}")
    record(viewer, "submission.ended", row)


@action("submission.reopened")
def reopen_year(viewer: Viewer, year: ReportingYear, *, now: datetime) -> None:
    """Opens a closed year for corrections. What a report froze before stays as it was. Raises NotPermitted,
    RuleBroken where its answers are gone.
    """
    row = _held_year(viewer, year)
    if row.ended_at is None or row.let_go_at is not None:
        raise RuleBroken("This year is not closed, or its answers are gone.")
    row.ended_at, row.ended_by = None, ""
    row.save(update_fields=["ended_at", "ended_by"])
    record(viewer, "submission.reopened", row)


@action("submission.let_go")
def let_go(viewer: Viewer, *, now: datetime) -> int:
    """Destroys the answers of years that are over for six. For the installation. Returns how many entries it were.

    What the reports of those years published stays; what became of each source stays.
    """
    check_may(viewer, "submission.let_go")
    last = local(now).date() - timedelta(days=365 * KEPT_YEARS + 2)
    gone = 0
    for year in ReportingYear.objects.filter(due_on__lt=last, let_go_at__isnull=True).select_for_update():
        for entry in year.listed.all():
            Answer.objects.filter(listed=entry).update(body_sealed=None)
            destroy_subject(entry.code, now=now)
            gone += 1
        ReportingYear.objects.filter(pk=year.pk).update(let_go_at=now, ended_at=year.ended_at or now)
    record(viewer, "submission.let_go", kind="submission", sources=gone)
    return gone


# ---------------------------------------------------------------------------------------------------------- answers


@action("submission.nil")
def say_nobody(viewer: Viewer, listed: Listed, *, role: str, now: datetime) -> Answer:
    """Nobody was served in the year: one click, and once however often. Raises NotPermitted, RuleBroken."""
    entry = _held_entry(viewer, listed, says_nobody=True)
    _check_role(role)
    last = standing_answer(entry, now)
    if last is not None and last.mode == "nil":
        record(viewer, "submission.nil", last, again=True)
        return last
    row = _answer(viewer, entry, "nil", About((), role), None, now)
    record(viewer, "submission.nil", row, number=row.number)
    return row


@action("submission.declined")
def decline(viewer: Viewer, listed: Listed, *, reason: str, now: datetime) -> None:
    """A source declines, or its keeper writes down that it did. Raises NotPermitted, RuleBroken once it answered."""
    entry = _held_entry(viewer, listed, may_keep=True)
    entry.state = rule.next_state(entry_of(entry), "declined")
    entry.reason = rule.check_decline(reason)
    entry.save(update_fields=["state", "reason"])
    record(viewer, "submission.declined", entry)


@action("submission.answered")
def send_totals(
    viewer: Viewer,
    listed: Listed,
    *,
    about: About,
    totals: Totals,
    why: Mapping[tuple[str, Codes], str] | None = None,
    now: datetime,
) -> Answer:
    """Takes the totals of a source; a later one stands above it. What it held before stays.

    Raises NotPermitted, and RuleBroken for tables that do not add up, nobody at all (which is said otherwise), or a
    figure that changed by more than half without a reason.
    """
    entry = _held_entry(viewer, listed)
    form = form_of_year(entry.year)
    _check_about(form, entry, about)
    if faults_of(form, entry.kind, totals, offers=_offers(entry, about)):
        raise RuleBroken("These tables do not add up. Mend what is marked.")
    clean = {key: cells for key, one in totals.items() if (cells := without_sums(one))}
    if not clean:
        raise RuleBroken("No figure is filled in. If nobody was served, say so with one click.")
    if form.whole_of(entry.kind) is not None and not everybody(form, entry.kind, clean):
        raise RuleBroken("Say how many people were served. If it was nobody, say so with one click.")
    reasons = _reasons(entry, clean, why, now)
    body = Body(tuple(sorted(about.offers)), tuple(sorted(about.serves)), clean, why=reasons)
    row = _answer(viewer, entry, "totals", about, body, now)
    record(viewer, "submission.answered", row, number=row.number, what="totals")
    return row


@action("submission.answered")
def send_lines(
    viewer: Viewer,
    listed: Listed,
    *,
    about: About,
    rows: Sequence[PersonRow],
    why: Mapping[tuple[str, Codes], str] | None = None,
    now: datetime,
) -> Answer:
    """Takes lines without identity from a source whose money allows it. They are kept in an order drawn by lot, an area
    with few people as its region, together with the totals that they come to.

    Raises NotPermitted, and RuleBroken where only totals are taken, for none or too many, or a figure that jumped.
    """
    entry = _held_entry(viewer, listed)
    form = form_of_year(entry.year)
    _check_about(form, entry, about)
    if "lines" not in modes_of(entry, about.funding):
        raise RuleBroken("Only totals are taken from you. The calculator turns your lines into totals.")
    if not 0 < len(rows) <= MOST_ROWS:
        raise RuleBroken(f"Send from one to {MOST_ROWS:,} lines.")
    pack = active_pack()
    regions = {area.key: area.region for area in pack.areas}
    kept = coarsened(
        form, rows, more_than=pack.statistics.small_count_threshold, region_of=lambda key: regions.get(key, "")
    )
    totals = totals_of(form, entry.kind, kept)
    if faults_of(form, entry.kind, totals, offers=_offers(entry, about)):
        raise RuleBroken("Lines hold a service that you do not offer. Add it, or take it out of the lines.")
    body = Body(
        offers=tuple(sorted(about.offers)),
        serves=tuple(sorted(about.serves)),
        totals=totals,
        lines=in_drawn_order(kept, secrets.randbelow),
        why=_reasons(entry, totals, why, now),
    )
    row = _answer(viewer, entry, "lines", about, body, now)
    record(viewer, "submission.answered", row, number=row.number, what="lines")
    return row


@action("submission.answered")
def send_prosecuted(
    viewer: Viewer, listed: Listed, *, about: About, lines: Sequence[Prosecuted], now: datetime
) -> Answer:
    """Takes the yearly report of an office that prosecutes. (Act 386 of 2023)

    Raises NotPermitted, RuleBroken for another kind of source, none, too many, or lines that do not fit.
    """
    entry = _held_entry(viewer, listed)
    form = form_of_year(entry.year)
    _check_role(about.role)
    if entry.kind != "prosecutor":
        raise RuleBroken("Only an office that prosecutes reports dispositions.")
    if not 0 < len(lines) <= prosecution.MOST_LINES:
        raise RuleBroken(f"Send from one to {prosecution.MOST_LINES} lines, or say that there was none.")
    if any(_faults_of_prosecuted(form, entry.year.year, at, line) for at, line in enumerate(lines)):
        raise RuleBroken("Some lines do not fit. Mend what is marked.")
    body = Body(offers=tuple(sorted(about.offers)), serves=tuple(sorted(about.serves)), prosecuted=tuple(lines))
    row = _answer(viewer, entry, "prosecuted", about, body, now)
    record(viewer, "submission.answered", row, number=row.number, what="prosecuted")
    return row


@action("submission.refused")
def note_refused(viewer: Viewer, listed: Listed, *, reasons: int, now: datetime) -> None:
    """A file stayed outside because it could tell of a person. Nothing of it is kept, neither its name nor its words.

    Raises NotPermitted.
    """
    check_may(viewer, "submission.answer", standing_of_source(viewer, listed))
    record(viewer, "submission.refused", listed, outcome="denied", reasons=reasons)


def _faults_of_prosecuted(form: Form, year: int, at: int, line: Prosecuted) -> tuple[prosecution.LineFault, ...]:
    """What is wrong with one line, by this year's codes."""
    return prosecution.faults_of(
        at,
        line,
        year,
        areas=form.lists["places"].keys,
        statutes=form.lists["charge"].keys,
        services=form.lists["services"].keys,
    )


def _answer(viewer: Viewer, entry: Listed, mode: str, about: About, body: Body | None, now: datetime) -> Answer:
    versions = [rule.Version(row.number, row.came_at) for row in entry.answers.all()]
    row = Answer(
        code=new_code(),
        listed=entry,
        number=rule.next_version(versions),
        mode=mode,
        form_version=entry.year.form_version,
        funding=sorted(about.funding),
        role=about.role,
        came_at=now,
        came_by=viewer.code,
    )
    row.body_sealed = None if body is None else sealed(body, entry.code, row.code)
    row.save(force_insert=True)
    entry.state, entry.reason = rule.next_state(entry_of(entry), "nil" if mode == "nil" else "submitted"), ""
    entry.save(update_fields=["state", "reason"])
    return row


def _reasons(
    entry: Listed, totals: Totals, why: Mapping[tuple[str, Codes], str] | None, now: datetime
) -> dict[tuple[str, Codes], str]:
    jumps = jumps_of(entry, totals, now)
    check_answered(jumps, why or {})
    asked = {(one.table, one.codes) for one in jumps}
    return {key: said for key, said in (why or {}).items() if key in asked}


def _offers(entry: Listed, about: About) -> Collection[str] | None:
    return about.offers if entry.kind in ("provider", "safe_house") else None


def _check_about(form: Form, entry: Listed, about: About) -> None:
    _check_role(about.role)
    if entry.kind in ("provider", "safe_house"):
        check_funding(about.funding)
    areas = {area.key for area in active_pack().areas}
    if set(about.offers) - form.lists["services"].keys or set(about.serves) - areas:
        raise RuleBroken("Choose services and places from the list.")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise RuleBroken("Say in which role you stand for these figures.")


def _held_year(viewer: Viewer, year: ReportingYear) -> ReportingYear:
    check_may(viewer, "submission.keep", standing_of_keeper(viewer))
    return ReportingYear.objects.select_for_update().get(pk=year.pk)


def _held_entry(viewer: Viewer, listed: Listed, *, says_nobody: bool = False, may_keep: bool = False) -> Listed:
    """The entry under lock, for the source itself. Nobody signed in came with a code: the page has checked it."""
    if may_keep and not viewer.is_anonymous and viewer.has("state_analyst"):
        check_may(viewer, "submission.keep", standing_of_keeper(viewer))
    else:
        check_may(viewer, "submission.answer", standing_of_source(viewer, listed))
    held = Listed.objects.select_for_update(of=("self",)).select_related("year").filter(pk=listed.pk).first()
    if held is None or (viewer.is_anonymous and not _code_holds(held, listed)):
        raise NotVisible
    rule.check_may_answer(
        entry_of(held), frozen_at=held.year.frozen_at, ended_at=held.year.ended_at, says_nobody=says_nobody
    )
    return held


def _code_holds(held: Listed, listed: Listed) -> bool:
    """The code by which the page found the entry is still the one that opens it."""
    return bool(held.link_digest) and held.link_digest == listed.link_digest


def _ask(entry: Listed, now: datetime) -> None:
    entry.state = rule.next_state(entry_of(entry), "asked")
    entry.asked_at = now
    entry.save(update_fields=["state", "asked_at"])
    if entry.state == "asked":
        _tell(entry, now)


def _tell(entry: Listed, now: datetime) -> int:
    """Those who answer for the agency, where they have an account. Returns how many there are."""
    accounts = list(Account.objects.filter(agency_code=entry.agency_code, is_active=True))
    heads = sorted(code for code, one in viewers_of(accounts, now).items() if one.has("agency_head"))
    notify(heads, "submission.asked", entry.code, now)
    return len(heads)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 0), tzinfo=zone()).astimezone(UTC)
