"""A report that is published, of the year that is closed, and the draft of the next one. Through acts alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.oversight.annual_reports import actions, jobs
from rightdoor.oversight.annual_reports.models import AnnualReport
from rightdoor.oversight.annual_reports.queries import standing_of_the_state
from rightdoor.oversight.submissions.models import ReportingYear

ATTEMPTS = 8
# Of the closed year the invented platform holds no case: its tables would be pages of zeros.
LEFT_OUT = ("inside", "performance", "referrals")
# Sentences whose figures the tables say. Each stands in only if its table is there.
SENTENCES = (
    ("Who answered", "{RT1.total.answered} of {RT1.total.asked} agencies answered for {year}.", "RT1"),
    (
        "Who was served",
        "Agencies counted {RT2.total.total} persons in {year}. Of them {RT4.juvenile.total} were minors."
        " A person whom two agencies served is counted by both.",
        "RT4",
    ),
    ("In the platform", "{RT2P.total.total} persons had a case open in {year}, each counted once.", "RT2P"),
)


def show(now: datetime) -> None:
    """Nothing where no year is closed, or where nobody could be the second reader."""
    people = viewers_of(Account.objects.filter(is_demonstration=True, is_active=True), now).values()
    people = sorted(people, key=lambda one: one.code)
    author = next((one for one in people if standing_of_the_state(one).region), None)
    reader = next((one for one in people if one.has("alliance_reviewer") and one != author), None)
    ended = ReportingYear.objects.filter(ended_at__isnull=False).order_by("-year").first()
    if author is None or reader is None or ended is None:
        return
    at = now - timedelta(days=2)
    with demonstration_clock(at):
        _publish(author, reader, ended.year, at)
    running = ReportingYear.objects.filter(ended_at__isnull=True, frozen_at__isnull=False).order_by("-year").first()
    if running is not None:
        with demonstration_clock(now):
            draft = actions.draft(author, year=running.year, now=now)
            _write(author, draft, now, known=("RT1",))


def _publish(author: Viewer, reader: Viewer, year: int, at: datetime) -> None:
    report = actions.draft(author, year=year, now=at)
    actions.choose_merges(author, report, LEFT_OUT, now=at)
    report = AnnualReport.objects.get(pk=report.pk)
    for _ in range(ATTEMPTS):
        left_out = {"RT4": "outside", "RT2P": "inside"}
        known = tuple(code for _, _, code in SENTENCES if left_out.get(code) not in report.merges)
        _write(author, report, at, known=known)
        actions.ask_to_build(author, report, count_anew=False, now=at)
        jobs.build(report.code, now=at)
        report = AnnualReport.objects.get(pk=report.pk)
        if report.state != "failed" or not report.proposals:
            break
        # The gentlest way that could help; where it does not, the next one.
        actions.choose_merges(author, report, [*report.merges, report.proposals[0]], now=at)
    if report.state == "built":
        actions.send(author, report, now=at)
        actions.sign(reader, report, has_read=True, now=at)
        actions.publish(author, report, now=at)


def _write(author: Viewer, report: AnnualReport, now: datetime, *, known: tuple[str, ...]) -> None:
    sections = [{"head": head, "text": text} for head, text, code in SENTENCES if code in known]
    actions.write_narrative(author, report, sections, now=now)
