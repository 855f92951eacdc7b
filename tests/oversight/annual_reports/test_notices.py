"""Who is told that the annual report awaits them: possible readers once it is sent, its authors once it is answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.models import Grant
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.notices.models import Notice
from rightdoor.foundation.notices.queries import notices_for
from rightdoor.oversight.annual_reports import actions
from rightdoor.oversight.annual_reports.models import AnnualReport
from tests.people import make_person


def told() -> set[str]:
    """Codes of those who have the notice."""
    return set(Notice.objects.filter(kind="annual.awaits").values_list("account_code", flat=True))


@pytest.mark.req("INT-10")
def test_whoever_may_sign_is_told_and_nobody_who_made_it(
    author: Viewer, reader: Viewer, built: AnnualReport, now: datetime
) -> None:
    colleague = make_person("Otto Figures", now=now, roles=(("state_analyst", ""),))
    for name, role, region in (
        ("Rita Region", "state_analyst", "capital"),
        ("Adam Auditor", "auditor", ""),
        ("Petra Guard", "privacy_officer", ""),
    ):
        make_person(name, now=now, roles=((role, region),))
    gone = make_person("Gone Reader", now=now, roles=(("alliance_reviewer", ""),))
    Account.objects.filter(code=gone.code).update(is_active=False, switched_off_at=now)
    over = make_person("Over Reader", now=now, roles=(("alliance_reviewer", ""),))
    Grant.objects.filter(account__code=over.code).update(ends_at=now - timedelta(days=1))

    actions.send(author, built, now=now)
    actions.send(author, built, now=now)  # sent twice, told once

    assert told() == {reader.code, colleague.code}
    (one,) = notices_for(reader)
    assert (one.sentence, one.path) == (f"The annual report awaits you: {built.code}", f"/annual/{built.code}/")


@pytest.mark.req("INT-10")
def test_the_authors_are_told_that_it_was_signed(
    author: Viewer, reader: Viewer, reading: AnnualReport, now: datetime
) -> None:
    assert told() == {reader.code}

    actions.sign(reader, reading, has_read=True, now=now)

    assert told() == {reader.code, author.code}


@pytest.mark.req("INT-10")
def test_the_authors_are_told_that_it_was_sent_back_and_not_why(
    author: Viewer, reader: Viewer, reading: AnnualReport, now: datetime
) -> None:
    actions.send_back(reader, reading, reasons="Invented: table four is too fine.", now=now)

    (one,) = notices_for(author)
    assert one.sentence == f"The annual report awaits you: {reading.code}"
