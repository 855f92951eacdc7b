"""Acts on a report: drawing up, building, reading over, signing, publishing, and building it again to compare.

The installation counts and builds; a person chooses, writes, reads and signs. Nobody signs what they made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightdoor.domain.annual_report import flow
from rightdoor.domain.annual_report.building import Built, Found, build, find_pattern
from rightdoor.domain.annual_report.inputs import earlier_from, earlier_tree, hash_of, written
from rightdoor.domain.annual_report.merging import proposals
from rightdoor.domain.annual_report.narrative import BindingUnknown, bindings_in, refusals, values_of
from rightdoor.domain.disclosure_control.certificate import LEAST_PUBLIC_THRESHOLD
from rightdoor.domain.disclosure_control.exact import Unprotectable
from rightdoor.domain.disclosure_control.problem import Unsound
from rightdoor.domain.disclosure_control.solving import Solver, SolverFailed
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.jobs.queue import defer
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import in_turn
from rightdoor.oversight.annual_reports import files, rendering_audit
from rightdoor.oversight.annual_reports.gathering import inputs_of, ledger_of
from rightdoor.oversight.annual_reports.models import AnnualReport, AnnualReportFile
from rightdoor.oversight.annual_reports.queries import pattern_of, possible_readers, standing_of_the_state, stands
from rightdoor.oversight.annual_reports.sealed import closed, opened
from rightdoor.oversight.published.actions import enter
from rightdoor.oversight.statistics.solver import Highs
from rightdoor.oversight.submissions.models import ReportingYear

SECONDS = 30.0  # to look for the cheapest pattern; then a good one is taken, and audited in the same way


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of building a published report again: is everything the same, and what is not."""

    differs: tuple[str, ...]  # names of files, "inputs", "certificate" or "ledger"
    audited: bool  # the audit passed again

    @property
    def is_same(self) -> bool:
        """To the last byte, and still under its certificate."""
        return self.audited and not self.differs


# ---------------------------------------------------------------------------------------------------- drawing it up


@action("annual.drafted")
def draft(viewer: Viewer, *, year: int, now: datetime) -> AnnualReport:
    """Begins the report of a year, or its correction where one is published. Sent twice, it is one.

    Raises NotPermitted, RuleBroken for a year whose agencies were not asked.
    """
    check_may(viewer, "annual.draft", standing_of_the_state(viewer))
    if not ReportingYear.objects.filter(year=year, frozen_at__isnull=False).exists():
        raise RuleBroken("First ask the agencies of this year for their figures, and close the list.")
    in_turn("annual_report", str(year))
    last = AnnualReport.objects.filter(year=year).order_by("-edition").first()
    if last is not None and last.state != "published":
        record(viewer, "annual.drafted", last, again=True)
        return last
    row = AnnualReport.objects.create(
        year=year,
        edition=last.edition + 1 if last else 1,
        drafted_at=now,
        drafted_by=viewer.code,
        authors=[viewer.code],
        merges=last.merges if last else [],
    )
    record(viewer, "annual.drafted", row, again=False, edition=row.edition)
    return row


@action("annual.coarsened")
def choose_merges(viewer: Viewer, report: AnnualReport, merges: Collection[str], *, now: datetime) -> None:
    """What is shown more coarsely; it has to be built again. Raises NotPermitted, RuleBroken."""
    row = _in_my_hands(viewer, report)
    row.merges = list(flow.check_merges(merges))
    row.proposals = []
    _unbuilt(row, viewer)
    row.save()
    record(viewer, "annual.coarsened", row, merges=row.merges)


@action("annual.narrated")
def write_narrative(
    viewer: Viewer, report: AnnualReport, sections: Sequence[Mapping[str, str]], *, now: datetime
) -> None:
    """The sentences, section by section; empty ones fall away. Figures are bound to cells and never typed.

    Where the report was built, a binding that no table has is refused at once. It has to be built again.
    Raises NotPermitted, RuleBroken with a sentence for each thing to mend.
    """
    row = _in_my_hands(viewer, report)
    kept = [{"head": str(one.get("head", "")).strip(), "text": str(one.get("text", "")).strip()} for one in sections]
    kept = [one for one in kept if one["head"] or one["text"]]
    if len(kept) > flow.MOST_SECTIONS:
        raise RuleBroken(f"At most {flow.MOST_SECTIONS} sections.")
    for one in kept:
        if not one["head"] or not one["text"]:
            raise RuleBroken("Give every section a head and a text.")
        if len(one["head"]) > flow.LONGEST_HEAD or len(one["text"]) > flow.LONGEST_TEXT:
            raise RuleBroken("A section is too long. Divide it.")
    built = opened(row, "built_sealed")
    wrong: list[str] = []
    if built is not None:
        values = values_of(built["document"])
        wrong = [f"“{one['head']}”: {said}" for one in kept for said in refusals(one["text"], values)]
    if wrong:
        raise RuleBroken(" ".join(wrong))
    row.narrative_sealed = closed(kept, row, "narrative_sealed")
    _unbuilt(row, viewer)
    row.save()
    bound = sum(len(bindings_in(one["text"])) for one in kept)
    record(viewer, "annual.narrated", row, sections=len(kept), bindings=bound)


@action("annual.asked")
def ask_to_build(viewer: Viewer, report: AnnualReport, *, count_anew: bool, now: datetime) -> None:
    """Has it built by the worker. `count_anew`: what was frozen is counted again. Asked twice, it is built once.

    Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "annual.draft", standing_of_the_state(viewer))
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if row.state != "building":
        flow.check_may_change(stands(row))
        _author(row, viewer)
        if count_anew or row.inputs_sealed is None:
            row.inputs_sealed, row.inputs_hash, row.frozen_at = None, "", None
            row.frozen_by = viewer.code
        _unbuilt(row, viewer)
        row.state, row.begun_at = "building", now
        row.step = "counting" if row.inputs_sealed is None else "protecting"
        row.save()
        defer("annual_reports.build", row.code, once_key=f"annual_reports.build.{row.code}")
    record(viewer, "annual.asked", row, anew=count_anew)


# ----------------------------------------------------------------------------------------------------- building it


@action("annual.frozen")
def freeze(viewer: Viewer, report: AnnualReport, *, now: datetime) -> None:
    """Counts what the report is made from, and keeps it sealed. Frozen already, it stays.

    Raises NotPermitted, Unsound where what was counted contradicts itself or what was printed.
    """
    row = _building(viewer, report)
    if row.inputs_sealed is None:
        year = ReportingYear.objects.get(year=row.year)
        inputs = inputs_of(viewer, year, edition=row.edition, now=now)
        row.inputs_sealed, row.inputs_hash, row.frozen_at = closed(inputs, row, "inputs_sealed"), hash_of(inputs), now
    row.step = "protecting"
    row.save(update_fields=["inputs_sealed", "inputs_hash", "frozen_at", "step"])
    record(viewer, "annual.frozen", row)


@action("annual.protected")
def choose_pattern(
    viewer: Viewer, report: AnnualReport, *, now: datetime, seconds: float = SECONDS, solver: Solver | None = None,
    timer: Any,
) -> None:  # fmt: skip
    """Looks for what must be hidden. Raises NotPermitted, Unprotectable, Unsound, SolverFailed."""
    row = _building(viewer, report)
    inputs = opened(row, "inputs_sealed")
    found = find_pattern(inputs, row.merges, solver or Highs(), seconds=seconds, timer=timer)
    kept = {"pattern": {"hidden": list(found.hidden), "status": found.status, "seconds": round(found.seconds, 3)}}
    row.built_sealed = closed(kept, row, "built_sealed")
    row.step = "auditing"
    row.save(update_fields=["built_sealed", "step"])
    record(viewer, "annual.protected", row, method=found.status, hidden=len(found.hidden))


@action("annual.built")
def finish(
    viewer: Viewer, report: AnnualReport, *, now: datetime, seconds: float, solver: Solver | None = None
) -> None:
    """Audits the pattern, makes the document and every file, reads the files back, and keeps what came of it.

    A report that does not pass is kept as one that could not be built, with the audit's findings. Raises NotPermitted,
    Unsound, BindingUnknown.
    """
    row = _building(viewer, report)
    inputs, kept = opened(row, "inputs_sealed"), opened(row, "built_sealed")
    found = pattern_of(kept)
    made = _made(row, inputs, found, solver or Highs())
    ready = files.build(made.document)
    faults = rendering_audit.audit(ready, made.document, made.hidden)
    row.is_for_release = bool(made.certificate["for_release"])
    row.files_pass = not faults
    row.certificate_hash = _hash_of(made.certificate)
    row.built_sealed = closed(
        {
            "pattern": kept["pattern"],
            "document": made.document,
            "certificate": made.certificate,
            "hidden": made.hidden,
            "to_be_read": list(made.to_be_read),
            "release": earlier_tree([made.release]),
            "files": {name: _digest(content) for name, content in ready.items()},
            "file_faults": [{"file": it.file, "where": it.where, "sentence": it.sentence} for it in faults],
        },
        row,
        "built_sealed",
    )
    row.trouble = "" if row.is_for_release and row.files_pass else "files" if row.is_for_release else "audit"
    row.state = "failed" if row.trouble else "built"
    row.step, row.built_at, row.build_seconds = "", now, round(seconds, 1)
    row.save()
    record(viewer, "annual.built", row, passed=not row.trouble, shown=sum(one.shown for one in made.release.cells))


@action("annual.failed")
def fail(viewer: Viewer, report: AnnualReport, problem: Exception, *, now: datetime) -> None:
    """Keeps why a report could not be built, and what could be shown more coarsely. Raises NotPermitted."""
    row = _building(viewer, report)
    row.trouble = _trouble(problem)
    if isinstance(problem, Unprotectable):
        row.proposals = list(proposals((key for key, _ in problem.cells), row.merges))
    if row.trouble == "contradiction":
        row.inputs_sealed, row.inputs_hash, row.frozen_at = None, "", None
    row.state, row.step, row.built_sealed = "failed", "", None
    row.is_for_release = row.files_pass = False
    row.save()
    record(viewer, "annual.failed", row, why=row.trouble, proposals=row.proposals)


# -------------------------------------------------------------------------------------------- the second reader


@action("annual.sent")
def send(viewer: Viewer, report: AnnualReport, *, now: datetime) -> None:
    """Hands it to a second reader; whoever may be one is told.

    Raises NotPermitted, RuleBroken before it was built and passed.
    """
    check_may(viewer, "annual.draft", standing_of_the_state(viewer))
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if row.state != "reading":
        flow.check_may_send(stands(row))
        _author(row, viewer)
        row.state, row.sent_at, row.sent_by = "reading", now, viewer.code
        row.reasons_sealed = None
        row.save()
        notify(possible_readers(row, now), "annual.awaits", row.code, now)
    record(viewer, "annual.sent", row)


@action("annual.signed")
def sign(viewer: Viewer, report: AnnualReport, *, has_read: bool, now: datetime) -> None:
    """A second reader, who made nothing of it, stands for it. Raises NotPermitted, RuleBroken."""
    row = _answered_by(viewer, report)
    if not has_read:
        raise RuleBroken("Read the tables, and what the audit asks a person to read, before you sign.")
    row.state, row.read_at, row.read_by, row.signed_at, row.signed_by = "signed", now, viewer.code, now, viewer.code
    row.save()
    notify(row.authors, "annual.awaits", row.code, now)
    record(viewer, "annual.signed", row)


@action("annual.sent_back")
def send_back(viewer: Viewer, report: AnnualReport, *, reasons: str, now: datetime) -> None:
    """A second reader gives it back with reasons. Raises NotPermitted, RuleBroken without a reason."""
    row = _answered_by(viewer, report)
    said = reasons.strip()
    if not said:
        raise RuleBroken("Say what has to change.")
    if len(said) > flow.LONGEST_TEXT:
        raise RuleBroken("Say it shorter.")
    row.state, row.read_at, row.read_by = "returned", now, viewer.code
    row.reasons_sealed = closed(said, row, "reasons_sealed")
    row.save()
    notify(row.authors, "annual.awaits", row.code, now)
    record(viewer, "annual.sent_back", row)


@action("annual.published")
def publish(viewer: Viewer, report: AnnualReport, *, now: datetime) -> None:
    """Publishes what was signed: its document, its files, its entry in the ledger, all at once and for good.

    Refused where something else was published meanwhile, or where the files are not those that were audited.
    Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "annual.publish", standing_of_the_state(viewer))
    in_turn("ledger", "entries")
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if row.state == "published":
        record(viewer, "annual.published", row, again=True)
        return
    flow.check_may_publish(stands(row), row.signed_by)
    inputs, built = opened(row, "inputs_sealed"), opened(row, "built_sealed")
    if ledger_of(viewer, inputs) != inputs["earlier"]:
        raise RuleBroken("Something else was published meanwhile. Count it anew, so that both are audited together.")
    document, certificate = built["document"], built["certificate"]
    if not certificate["for_release"] or int(certificate["threshold"]) < LEAST_PUBLIC_THRESHOLD or built["file_faults"]:
        raise RuleBroken("Without its certificate nothing is published.")
    ready = files.build(document)
    if {name: _digest(content) for name, content in ready.items()} != built["files"]:
        raise RuleBroken("The files are no longer those that were audited. Build it again.")
    enter(viewer, earlier_from(built["release"])[0], kind="report", audience="public", about=row.code, now=now)
    row.document = document
    row.state, row.published_at, row.published_by = "published", now, viewer.code
    AnnualReportFile.objects.bulk_create(
        AnnualReportFile(report=row, name=name, content=content, digest=_digest(content))
        for name, content in sorted(ready.items())
    )
    row.save()
    record(viewer, "annual.published", row, again=False, files=len(ready), edition=row.edition)


@action("annual.verified")
def verify(viewer: Viewer, report: AnnualReport, *, now: datetime, solver: Solver | None = None) -> Compared:
    """Builds a published report again from its frozen inputs, audits it anew, and compares every byte.

    Raises NotPermitted, RuleBroken for one that is not published.
    """
    if not viewer.is_system:
        check_may(viewer, "annual.read", standing_of_the_state(viewer))
    row = AnnualReport.objects.get(pk=report.pk)
    if row.state != "published":
        raise RuleBroken("Only what is published is built again and compared.")
    inputs, built = opened(row, "inputs_sealed"), opened(row, "built_sealed")
    made = _made(row, inputs, pattern_of(built), solver or Highs())
    ready = files.build(made.document)
    stored = {one.name: one for one in row.files.all()}
    differs = sorted(
        name
        for name in {*ready, *stored}
        if name not in stored
        or name not in ready
        or bytes(stored[name].content) != ready[name]
        or stored[name].digest != _digest(ready[name])
    )
    if hash_of(inputs) != row.inputs_hash or written(made.document) != written(row.document):
        differs.append("inputs")
    if _hash_of(made.certificate) != row.certificate_hash:
        differs.append("certificate")
    faults = rendering_audit.audit(ready, made.document, made.hidden)
    audited = bool(made.certificate["for_release"]) and not faults
    record(viewer, "annual.verified", row, same=audited and not differs)
    return Compared(tuple(differs), audited)


# -------------------------------------------------------------------------------------------------------- within


def _made(row: AnnualReport, inputs: Mapping[str, Any], found: Found, solver: Solver) -> Built:
    return build(
        inputs,
        row.merges,
        found,
        solver,
        narrative=opened(row, "narrative_sealed") or (),
        sources=inputs["sources"],
    )


def _in_my_hands(viewer: Viewer, report: AnnualReport) -> AnnualReport:
    check_may(viewer, "annual.draft", standing_of_the_state(viewer))
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    flow.check_may_change(stands(row))
    return row


def _building(viewer: Viewer, report: AnnualReport) -> AnnualReport:
    check_may(viewer, "annual.build", standing_of_the_state(viewer))
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if row.state != "building":
        raise RuleBroken("Nobody has asked for this to be built.")
    return row


def _answered_by(viewer: Viewer, report: AnnualReport) -> AnnualReport:
    check_may(viewer, "annual.sign", standing_of_the_state(viewer))
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    flow.check_may_answer(stands(row), viewer.code)
    return row


def _author(row: AnnualReport, viewer: Viewer) -> None:
    row.authors = sorted({*row.authors, viewer.code})


def _unbuilt(row: AnnualReport, viewer: Viewer) -> None:
    """What was built is no longer what would be: it goes, and with it every signature."""
    _author(row, viewer)
    row.state = "draft"
    row.built_sealed, row.built_at, row.build_seconds, row.certificate_hash = None, None, None, ""
    row.is_for_release = row.files_pass = False
    row.signed_at, row.signed_by = None, ""
    row.trouble, row.step = "", ""


def _hash_of(certificate: Mapping[str, Any]) -> str:
    """It stands in clear, so it is without the hash over the true counts, which would confirm a guess at them."""
    told = {name: value for name, value in certificate.items() if name != "problem"}
    return hashlib.sha256(written(told).encode()).hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _trouble(problem: Exception) -> str:
    for kind, name in (
        (Unprotectable, "unprotectable"),
        (Unsound, "contradiction"),
        (BindingUnknown, "sentence"),
        (SolverFailed, "solver"),
    ):
        if isinstance(problem, kind):
            return name
    raise problem
