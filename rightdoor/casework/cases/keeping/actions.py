"""Taking a client out of every table, after the keys are gone: nothing but noise is left, and it must not be found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from rightdoor.casework.cases.keeping.queries import below, everything_of, reports_alone, screenings_alone
from rightdoor.casework.clients.models import Client
from rightdoor.casework.intake.models import Report
from rightdoor.casework.screening.models import Screening
from rightdoor.community.meetings.models import Invitation, Meeting
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.files.models import StoredFile, StoredPart
from rightdoor.foundation.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: rows of records, sealed files, and the codes under which the records were known."""

    rows: int
    files: int
    codes: tuple[str, ...]


@action("client.rows_erased")
def erase_rows(
    viewer: Viewer, client_code: str, *, codes: Iterable[str], subjects: Iterable[str], now: datetime
) -> Erased:
    """Deletes everything that hangs on this client, whatever table it lies in, with files, meetings and notices.

    The tallies of a year stay: they hold no person. Reports that brought the child to us go with it, unless another
    referral was made of them. Safe to run again. Raises NotPermitted.
    """
    check_may(viewer, "privacy.keep_house")
    rows = files = 0
    client = Client.objects.filter(code=client_code).first()
    if client is not None:
        reports = list(reports_alone(client).values_list("pk", flat=True))
        # A screening is about one person: that of which the client came goes along, also by way of a report.
        rows += _without_client(Screening, list(screenings_alone(client).values_list("pk", flat=True)))
        Screening.objects.filter(report__in=reports).update(report=None)
        meetings = _meetings(client)
        Client.objects.filter(linked_to=client).update(linked_to=None)
        _let_go_of_reports(client, reports)
        for model, keys in everything_of(client):
            rows += _delete(model, keys)
        rows += _delete(Client, [client.pk])
        rows += _without_client(Report, reports)
        Invitation.objects.filter(meeting__in=meetings).delete()
        rows += _without_client(Meeting, meetings)
    stored = StoredFile.objects.filter(subject__in=set(subjects))
    StoredPart.objects.filter(file__in=stored).delete()
    files += stored.delete()[0]
    Notice.objects.filter(code__in=set(codes)).delete()
    record(viewer, "client.rows_erased", kind="client", code=client_code, subject=client_code, rows=rows, files=files)
    return Erased(rows, files, tuple(codes))


def _let_go_of_reports(client: Client, alone: list[int]) -> None:
    """A report that stays is of another client, too: it names that one from now on and is not taken up again."""
    named = Report.objects.filter(client=client)
    named.filter(pk__in=alone).update(client=None, taken_up_at=None)
    for report in named.exclude(pk__in=alone):
        other = report.referrals.exclude(client=client).order_by("pk").first()
        report.client, report.taken_up_at = (other.client, report.taken_up_at) if other else (None, None)
        report.save(update_fields=["client", "taken_up_at"])


def _meetings(client: Client) -> list[int]:
    """The meetings that were about this client's cases alone."""
    staffing = apps.get_model("staffings", "Staffing")
    mine = staffing._default_manager.filter(case__client=client).values_list("meeting_id", flat=True)
    others = staffing._default_manager.exclude(case__client=client).values_list("meeting_id", flat=True)
    return sorted(set(mine) - set(others.filter(meeting_id__in=list(mine))))


def _delete(model: Any, keys: Iterable[int]) -> int:
    rows = model._default_manager.filter(pk__in=list(keys))
    return int(rows._raw_delete(rows.db))


def _without_client(model: Any, keys: list[int]) -> int:
    """Delete these rows with everything that still hangs on them."""
    if not keys:
        return 0
    gone = sum(_delete(child, found) for child, found in below(model, keys))
    return gone + _delete(model, keys)
