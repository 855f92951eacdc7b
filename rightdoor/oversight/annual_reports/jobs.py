"""Building a report, a step at a time, so that whoever waits sees how far it is."""

from __future__ import annotations

import time
from datetime import datetime

from rightdoor.domain.annual_report.narrative import BindingUnknown
from rightdoor.domain.disclosure_control.exact import Unprotectable
from rightdoor.domain.disclosure_control.problem import Unsound
from rightdoor.domain.disclosure_control.solving import SolverFailed
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.jobs.queue import job
from rightdoor.oversight.annual_reports import actions
from rightdoor.oversight.annual_reports.models import AnnualReport


@job
def build(code: str, *, now: datetime) -> None:
    """Counts, protects, audits, makes the files. Each step is kept when it is through; nothing where it was built."""
    viewer = system_viewer("annual_reports.build")
    report = AnnualReport.objects.filter(code=code, state="building").first()
    if report is None:
        return
    began = time.monotonic()
    try:
        actions.freeze(viewer, report, now=now)
        actions.choose_pattern(viewer, report, now=now, timer=time.monotonic)
        actions.finish(viewer, report, now=now, seconds=time.monotonic() - began)
    except (Unprotectable, Unsound, BindingUnknown, SolverFailed) as problem:
        actions.fail(viewer, report, problem, now=now)
