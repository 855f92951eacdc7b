"""Acts on exports: asking for rows, deciding, making, fetching, ending; reports to funders, and who approves them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.conf import settings

from rightdoor.casework.closure.deidentified import CountedPerson, counted_persons
from rightdoor.domain import extract as rule
from rightdoor.domain import grant_report, synthetic
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer, check_may, may
from rightdoor.domain.submission.prosecution import DISPOSITIONS
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record, record_read
from rightdoor.foundation.jobs.queue import call_off, defer
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import in_turn, own_code, sent_before
from rightdoor.foundation.sealing.seals import destroy_subject
from rightdoor.oversight.exports import making, synthesizer
from rightdoor.oversight.exports.models import ExactRequest, GrantReport, PrivacySpending, ResearchExtract
from rightdoor.oversight.exports.queries import spent_before, standing_of
from rightdoor.oversight.exports.told import extract_label, opened, report_label, request_label, sealed
from rightdoor.oversight.privacy.queries.people import privacy_officers
from rightdoor.oversight.published.actions import enter
from rightdoor.oversight.published.queries import earlier_than
from rightdoor.oversight.submissions.models import ReportingYear
from rightdoor.oversight.submissions.queries import counted_for
from rightdoor.packs.crosswalk import NEWEST
from rightdoor.packs.grant_forms import BUILDERS, Disposed, nibrs

FIELDS = tuple(rule.COLUMNS)
KEPT_DAYS = 6 * 365 + 2  # what was asked and told stays as long as the answers that reports are made of


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, by whom outside, for what."""

    recipient: str
    institution: str
    purpose: str
    ethics: str  # the number of the ethics approval
    approval_ends_on: date
    ends_on: date
    columns: Sequence[str]
    first_year: int
    last_year: int
    kind: str = "rows"
    epsilon: int = 0  # of synthetic rows: what they may cost of the privacy budget


# ----------------------------------------------------------------------------------------------------------- extracts


@action("extract.asked")
def ask_extract(viewer: Viewer, *, asked: Request, sent: str = "", now: datetime) -> ResearchExtract:
    """Asks for rows. A form sent twice makes one request. Raises NotPermitted, RuleBroken."""
    check_may(viewer, "extract.ask", standing_of(viewer))
    code = own_code(viewer, ResearchExtract, "", sent)
    if (known := sent_before(ResearchExtract.objects.filter(asked_by=viewer.code), code)) is not None:
        record(viewer, "extract.asked", known, again=True)
        return known
    if not all(one.strip() for one in (asked.recipient, asked.institution, asked.purpose, asked.ethics)):
        raise RuleBroken("Say who gets the rows, where, for what, and the number of the ethics approval.")
    rule.check_asked(
        asked.kind,
        asked.columns,
        asked.first_year,
        asked.last_year,
        ends=_end_of(asked.ends_on),
        approval_ends=_end_of(asked.approval_ends_on),
        now=now,
    )
    cost = asked.epsilon if asked.kind == "synthetic" else 0
    if asked.kind == "synthetic":
        _check_synthetic(asked.columns, asked.first_year, asked.last_year, cost)
    row = ResearchExtract(
        kind=asked.kind,
        epsilon=cost,
        columns=[one for one in FIELDS if one in asked.columns],
        first_year=asked.first_year,
        last_year=asked.last_year,
        approval_ends_on=asked.approval_ends_on,
        ends_on=asked.ends_on,
        asked_at=now,
        asked_by=viewer.code,
        **({"code": code} if code else {}),
    )
    told = {name: getattr(asked, name).strip() for name in ("recipient", "institution", "purpose", "ethics")}
    row.told_sealed = sealed(told, extract_label(row, "told"))
    row.save()
    notify(privacy_officers(now) - {viewer.code}, "extract.to_decide", row.code, now)
    record(viewer, "extract.asked", row, years=row.last_year - row.first_year + 1, columns=row.columns)
    return row


@action("extract.approved")
def approve_extract(viewer: Viewer, extract: ResearchExtract, *, why: str, now: datetime) -> None:
    """Another person approves; the installation then makes the rows. Raises NotPermitted, RuleBroken."""
    row = _decided(viewer, extract, "approved", why, now)
    # What was asked may have waited: the dates must still hold.
    rule.check_asked(
        row.kind,
        row.columns,
        row.first_year,
        row.last_year,
        ends=_end_of(row.ends_on),
        approval_ends=_end_of(row.approval_ends_on),
        now=now,
    )
    rule.check_tables_beside(row.kind, row.first_year, row.last_year, _tables_told(row))
    if row.kind == "synthetic":
        in_turn("synthetic", "budget")
        _check_synthetic(row.columns, row.first_year, row.last_year, row.epsilon)
    row.save()
    if row.kind == "synthetic":  # spent with the approval, whatever comes of it
        PrivacySpending.objects.create(
            extract=row,
            first_year=row.first_year,
            last_year=row.last_year,
            epsilon=row.epsilon,
            spent_at=now,
            spent_by=viewer.code,
        )
    defer("exports.make_extract", row.code, once_key=f"extract.make.{row.code}")
    notify({row.asked_by}, "extract.decided", row.code, now)
    record(viewer, "extract.approved", row, epsilon=row.epsilon or None)


@action("extract.declined")
def decline_extract(viewer: Viewer, extract: ResearchExtract, *, why: str, now: datetime) -> None:
    """Another person declines and says why. Raises NotPermitted, RuleBroken."""
    row = _decided(viewer, extract, "declined", why, now)
    row.save()
    notify({row.asked_by}, "extract.decided", row.code, now)
    record(viewer, "extract.declined", row)


@action("extract.made")
def make_extract(viewer: Viewer, extract: ResearchExtract, *, now: datetime) -> ResearchExtract:
    """Makes the file of an approved extract, counted for the person who asked. Twice, it is once.

    For the installation. Raises NotPermitted where that person may not ask any more, ExtractLeaks should a combination
    be rare all the same.
    """
    check_may(viewer, "extract.make")
    row = ResearchExtract.objects.select_for_update().get(pk=extract.pk)
    if row.state != "approved":
        record(viewer, "extract.made", row, again=True)
        return row
    account = Account.objects.filter(code=row.asked_by, is_active=True).first()
    asker = viewer_of(account, now) if account else None
    if asker is None:
        raise NotPermitted("Whoever asked for it has no account any more.")
    check_may(asker, "extract.ask", standing_of(asker))
    people = [_told_of(one) for one in counted_persons(asker, _start_of(row.first_year), _start_of(row.last_year + 1))]
    k = max(rule.LEAST_K, active_pack().statistics.small_count_threshold)
    in_turn("ledger", "entries")  # nothing goes out between what this is held against and what it enters
    try:
        if row.kind == "synthetic":
            synthetic.check_offered(is_on=settings.ENV.synthetic, is_there=synthesizer.is_there())
            text, about = making.synthetic_of(
                people,
                row.columns,
                making.categories_of(row.columns, row.first_year, row.last_year),
                row.epsilon,
                settings.ENV.synthetic_budget,
            )
        elif row.kind == "rows":
            text, about = making.rows_of(people, row.columns, k)
        else:
            text, about, told = making.tables_of(
                people,
                row.columns,
                k,
                years=(row.first_year, row.last_year),
                name=f"tables for research {row.code}",
                earlier=lambda keys, sums: earlier_than(asker, keys, sums),
            )
            enter(asker, told, kind="extract", audience="named", about=row.code, now=now)
    except (rule.TooFew, making.CannotProtect, synthesizer.SynthesizerFailed, synthetic.NotOffered):
        row.state = "failed" if row.kind == "synthetic" else "too_few"
        row.save(update_fields=["state"])
        notify({row.asked_by}, "extract.decided", row.code, now)
        record(viewer, "extract.made", row, outcome=row.state)
        return row
    row.about_sealed = sealed(
        about | {"k": k, "sha256": hashlib.sha256(text.encode()).hexdigest()}, extract_label(row, "about")
    )
    row.file_sealed = sealed({"csv": text}, extract_label(row, "file"))
    row.state, row.made_at, row.expires_at = "made", now, now + rule.FETCHED_WITHIN
    row.save()
    defer("exports.expire_extract", row.code, at=row.expires_at, once_key=f"extract.expire.{row.code}")
    notify({row.asked_by}, "extract.ready", row.code, now)
    record(viewer, "extract.made", row, what=row.kind)
    return row


@action("extract.fetched")
def fetch_extract(viewer: Viewer, extract: ResearchExtract, *, now: datetime) -> str:
    """The file, once: it is destroyed with its key as it is handed out. Raises NotPermitted, RuleBroken."""
    check_may(viewer, "extract.fetch", standing_of(viewer))
    row = ResearchExtract.objects.select_for_update().get(pk=extract.pk)
    rule.check_may_fetch(row.state, asked_by=row.asked_by, by=viewer.code, expires_at=row.expires_at, now=now)
    record_read(viewer, "extract.fetched", row)
    text: str = opened(row.file_sealed, extract_label(row, "file"))["csv"]
    _let_go(row, "fetched", now)
    row.fetched_at = now
    row.save(update_fields=["fetched_at"])
    call_off(f"extract.expire.{row.code}")
    return text


@action("extract.expired")
def expire_extract(viewer: Viewer, extract: ResearchExtract, *, now: datetime) -> bool:
    """Destroys a file that nobody fetched in time. For the installation. Was there one?"""
    check_may(viewer, "extract.expire")
    row = ResearchExtract.objects.select_for_update().get(pk=extract.pk)
    is_late = row.state == "made" and row.expires_at is not None and now >= row.expires_at
    if is_late:
        _let_go(row, "expired", now)
    record(viewer, "extract.expired", row, again=not is_late)
    return is_late


@action("extract.ended")
def end_extract(viewer: Viewer, extract: ResearchExtract, *, now: datetime) -> None:
    """Records that no copy is left outside. Raises NotPermitted, RuleBroken where nobody has one."""
    check_may(viewer, "extract.end", standing_of(viewer))
    row = ResearchExtract.objects.select_for_update().get(pk=extract.pk)
    rule.check_may_end(row.state)
    row.state, row.ended_at, row.ended_by = "ended", now, viewer.code
    row.save(update_fields=["state", "ended_at", "ended_by"])
    record(viewer, "extract.ended", row)


@action("extract.let_go")
def let_go(viewer: Viewer, *, now: datetime) -> int:
    """Destroys what exports say once they are six years old: requests whose copies are gone, and reports. For the
    installation. That there were such exports, when and by whom, stays. Returns how many keys it were.
    """
    check_may(viewer, "extract.let_go")
    oldest = now - timedelta(days=KEPT_DAYS)
    over = ("declined", "too_few", "failed", "expired", "ended")
    codes = [
        *ResearchExtract.objects.filter(asked_at__lt=oldest, state__in=over).values_list("code", flat=True),
        *GrantReport.objects.filter(made_at__lt=oldest).values_list("code", flat=True),
        *ExactRequest.objects.filter(asked_at__lt=oldest).exclude(state="asked").values_list("code", flat=True),
    ]
    gone = sum(destroy_subject(code, now=now) for code in codes)
    record(viewer, "extract.let_go", keys=gone)
    return gone


def _check_synthetic(columns: Sequence[str], first_year: int, last_year: int, epsilon: int) -> None:
    synthetic.check_offered(is_on=settings.ENV.synthetic, is_there=synthesizer.is_there())
    synthetic.check_asked(columns, first_year, last_year, epsilon)
    synthetic.check_budget(first_year, last_year, epsilon, spent_before(), settings.ENV.synthetic_budget)


def _tables_told(extract: ResearchExtract) -> list[tuple[int, int]]:
    """The years of all other tables that went out, or may."""
    in_turn("extract", "tables")
    rows = ResearchExtract.objects.filter(kind="tables", state__in=("approved", "made", "fetched", "ended"))
    return list(rows.exclude(pk=extract.pk).values_list("first_year", "last_year"))


def _told_of(person: CountedPerson) -> dict[str, str]:
    return {key: str(getattr(person, key)) for key in FIELDS}


def _decided(viewer: Viewer, extract: ResearchExtract, state: str, why: str, now: datetime) -> ResearchExtract:
    check_may(viewer, "extract.decide")
    row = ResearchExtract.objects.select_for_update().get(pk=extract.pk)
    rule.check_may_decide(row.state, asked_by=row.asked_by, by=viewer.code)
    if not why.strip():
        raise RuleBroken("Say in a sentence what your decision rests on.")
    row.state, row.decided_at, row.decided_by = state, now, viewer.code
    row.decided_sealed = sealed({"why": why.strip()}, extract_label(row, "decided"))
    return row


def _let_go(row: ResearchExtract, state: str, now: datetime) -> None:
    row.state, row.file_sealed = state, None
    row.save(update_fields=["state", "file_sealed"])
    destroy_subject(row.file_code, now=now)


def _start_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=zone()).astimezone(UTC)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, clock_time(23, 59), tzinfo=zone()).astimezone(UTC)


# ------------------------------------------------------------------------------------------------------------ reports


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """Which report, of when and where, for whom, and whether small counts may stand in it."""

    form: str
    year: int
    part: str
    region: str
    recipient: str
    is_exact: bool
    ground: str = ""


@action("grant_report.asked")
def ask_report(viewer: Viewer, *, asked: ReportAsked, sent: str = "", now: datetime) -> ExactRequest:
    """Asks for a report with exact counts; nothing is counted yet. A form sent twice makes one request.

    Each request is for one report of one span and place: nobody approves what will be asked later. Raises NotPermitted,
    RuleBroken.
    """
    check_may(viewer, "grant_report.ask", standing_of(viewer))
    code = own_code(viewer, ExactRequest, "", sent)
    if (known := sent_before(ExactRequest.objects.filter(asked_by=viewer.code), code)) is not None:
        record(viewer, "grant_report.asked", known, again=True)
        return known
    if not asked.is_exact:
        raise RuleBroken("A report whose small counts are hidden needs no second person. Make it.")
    _span_checked(asked, now)
    row = ExactRequest(
        form=asked.form,
        year=asked.year,
        part=asked.part,
        region=asked.region,
        ground=asked.ground,
        asked_at=now,
        asked_by=viewer.code,
        **({"code": code} if code else {}),
    )
    row.told_sealed = sealed({"recipient": asked.recipient.strip()}, request_label(row, "told"))
    row.save()
    notify(privacy_officers(now) - {viewer.code}, "grant_report.to_decide", row.code, now)
    record(viewer, "grant_report.asked", row, form=row.form, ground=row.ground)
    return row


@action("grant_report.approved")
def approve_report(viewer: Viewer, request: ExactRequest, *, why: str, now: datetime) -> GrantReport:
    """A second person approves, and the report is made at once, counted for whoever asked. Raises NotPermitted,
    RuleBroken; also where whoever asked may not make it any more.
    """
    row = _request_decided(viewer, request, "approved", why, now)
    told = opened(row.told_sealed, request_label(row, "told"))
    asked = ReportAsked(row.form, row.year, row.part, row.region, told["recipient"], is_exact=True, ground=row.ground)
    span = _span_checked(asked, now)  # what was asked may have waited
    account = Account.objects.filter(code=row.asked_by, is_active=True).first()
    asker = viewer_of(account, now) if account else None
    if asker is None or not may(asker, "grant_report.make", standing_of(asker)):
        raise RuleBroken("Whoever asked for it may not make reports any more. Refuse it.")
    counts = _counts_of(asker, asked, *span, now)
    body = {"tables": grant_report.printed(counts, set()), "notes": list(counts.notes), "proof": {}}
    row.report = _kept(asked, span, body, made_by=row.asked_by, approved_by=viewer.code, now=now)
    row.save()
    notify({row.asked_by}, "grant_report.approved", row.code, now)
    record(viewer, "grant_report.approved", row, report=row.report.code, form=row.form, ground=row.ground)
    return row.report


@action("grant_report.declined")
def decline_report(viewer: Viewer, request: ExactRequest, *, why: str, now: datetime) -> None:
    """A second person refuses and says why. Raises NotPermitted, RuleBroken."""
    row = _request_decided(viewer, request, "declined", why, now)
    row.save()
    notify({row.asked_by}, "grant_report.declined", row.code, now)
    record(viewer, "grant_report.declined", row)


@action("grant_report.taken_back")
def take_back_report(viewer: Viewer, request: ExactRequest, *, now: datetime) -> None:
    """Whoever asked takes the request back before anybody decided. Raises NotPermitted, RuleBroken."""
    check_may(viewer, "grant_report.ask", standing_of(viewer))
    row = ExactRequest.objects.select_for_update().get(pk=request.pk)
    grant_report.check_may_take_back(row.state, asked_by=row.asked_by, by=viewer.code)
    row.state, row.taken_back_at = "taken_back", now
    row.save(update_fields=["state", "taken_back_at"])
    record(viewer, "grant_report.taken_back", row)


@action("grant_report.made")
def make_report(viewer: Viewer, *, asked: ReportAsked, sent: str = "", now: datetime) -> GrantReport:
    """Makes a report out of what the platform counts, and keeps it as it was made. Sent twice, it is one.

    Every count that could be worked out and is small is hidden, and the audit must pass. Raises NotPermitted,
    RuleBroken; also where nothing protects these counts, and for exact ones, which a second person approves.
    """
    check_may(viewer, "grant_report.make", standing_of(viewer))
    code = own_code(viewer, GrantReport, "", sent)
    if (known := sent_before(GrantReport.objects.filter(made_by=viewer.code), code)) is not None:
        record(viewer, "grant_report.made", known, again=True)
        return known
    since, until = _span_checked(asked, now)
    if asked.is_exact:
        raise RuleBroken("A second person approves exact counts. Ask for them.")
    told = _told_before(asked, since, until)
    if told is None:
        counts = _counts_of(viewer, asked, since, until, now)
        hidden, proof = making.protected_pattern(counts, active_pack().statistics.small_count_threshold)
        told = {
            "tables": grant_report.printed(counts, set(hidden)),
            "notes": list(counts.notes),
            "proof": proof,
        }
    row = _kept(asked, (since, until), told, made_by=viewer.code, now=now, code=code)
    record(viewer, "grant_report.made", row, form=row.form)
    return row


def _span_checked(asked: ReportAsked, now: datetime) -> tuple[date, date]:
    """First and last day of what is asked for. Raises RuleBroken where such a report may not be made."""
    since, until = grant_report.span_of(asked.form, asked.year, asked.part)
    grant_report.check_asked(
        asked.form,
        until,
        is_exact=asked.is_exact,
        ground=asked.ground,
        recipient=asked.recipient,
        today=local(now).date(),
    )
    if asked.region and asked.region not in {one.key for one in active_pack().regions}:
        raise RuleBroken("Choose a region from the list.")
    if asked.region and asked.form == "nibrs":
        raise RuleBroken("Arrests and dispositions are reported for the whole state.")
    return since, until


def _kept(
    asked: ReportAsked,
    span: tuple[date, date],
    body: Mapping[str, Any],
    *,
    made_by: str,
    approved_by: str = "",
    now: datetime,
    code: str = "",
) -> GrantReport:
    row = GrantReport(
        form=asked.form,
        crosswalk=NEWEST,
        since=span[0],
        until=span[1],
        region=asked.region,
        is_exact=asked.is_exact,
        ground=asked.ground,
        made_at=now,
        made_by=made_by,
        approved_by=approved_by,
        **({"code": code} if code else {}),
    )
    row.body_sealed = sealed({**body, "recipient": asked.recipient.strip()}, report_label(row))
    row.save()
    return row


def _request_decided(viewer: Viewer, request: ExactRequest, state: str, why: str, now: datetime) -> ExactRequest:
    check_may(viewer, "grant_report.decide")
    row = ExactRequest.objects.select_for_update().get(pk=request.pk)
    grant_report.check_may_decide(row.state, asked_by=row.asked_by, by=viewer.code)
    if not why.strip():
        raise RuleBroken("Say in a sentence what your decision rests on.")
    row.state, row.decided_at, row.decided_by = state, now, viewer.code
    row.decided_sealed = sealed({"why": why.strip()}, request_label(row, "decided"))
    return row


def _told_before(asked: ReportAsked, since: date, until: date) -> dict[str, Any] | None:
    """What was told of this form, span and place; None where nothing was. Told to somebody else, it is the same again:
    a second count, after corrections or hidden otherwise, would tell beside the first what either hides.

    Raises RuleBroken where something else was told that this could be subtracted from, or that from this.
    """
    in_turn("grant_report", asked.form, since.isoformat())
    rows = list(GrantReport.objects.filter(form=asked.form, since=since, until=until, is_exact=False).order_by("id"))
    grant_report.check_beside(asked.region, {row.region for row in rows})
    known = next((row for row in rows if row.region == asked.region), None)
    if known is None:
        return None
    if known.crosswalk != NEWEST:
        raise RuleBroken("This was told by an older list of codes. It stays as it was told.")
    told = opened(known.body_sealed, report_label(known))
    if not told:  # let go after its years
        raise RuleBroken("This was told years ago, and what was told is no longer kept. It is not told another way.")
    return told


def _counts_of(viewer: Viewer, asked: ReportAsked, since: date, until: date, now: datetime) -> grant_report.Counts:
    if asked.form == "nibrs":
        return _justice_of(viewer, asked.year, now)
    begins = datetime.combine(since, clock_time(), tzinfo=zone()).astimezone(UTC)
    ends = datetime.combine(until, clock_time(23, 59, 59, 999_999), tzinfo=zone()).astimezone(UTC)
    return BUILDERS[asked.form](counted_persons(viewer, begins, ends, region=asked.region))


def _justice_of(viewer: Viewer, year: int, now: datetime) -> grant_report.Counts:
    found = ReportingYear.objects.filter(year=year).first()
    if found is None:
        raise RuleBroken("Nobody was asked for the figures of that year, so there are no arrests to report.")
    arrests: Counter[str] = Counter()
    disposed: list[Disposed] = []
    for source in counted_for(viewer, found, now):
        for codes, many in source.totals.get("arrests_place_charge", {}).items():
            arrests[codes[-1]] += many
        disposed += [Disposed(one.nibrs, one.disposition) for one in source.body.prosecuted]
    return nibrs(active_pack(), arrests, disposed, DISPOSITIONS)
