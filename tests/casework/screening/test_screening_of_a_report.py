"""A screening whose report became the referral: it goes with the client, and hides from whoever is kept apart."""

from __future__ import annotations

from datetime import datetime

import pytest

from rightdoor.casework.cases.keeping.actions import erase_rows
from rightdoor.casework.cases.keeping.queries import codes_of, subjects_to_shred
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.clients.models import Block
from rightdoor.casework.clients.person import Whereabouts, Who
from rightdoor.casework.intake.actions import complete_hop
from rightdoor.casework.intake.models import Hop, Report
from rightdoor.casework.intake.queries import visible_reports
from rightdoor.casework.referrals.actions import receive_referral
from rightdoor.casework.referrals.models import Referral
from rightdoor.casework.screening import actions, queries
from rightdoor.casework.screening.disclosure import open_screening
from rightdoor.casework.screening.models import CountedScreening, Screening
from rightdoor.domain.errors import NotPermitted, NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.fence import acting_as
from tests.casework.screening.conftest import WORDS, Begin
from tests.people import REGION, make_person


def reported(screener: Viewer, screening: Screening, now: datetime) -> tuple[Screening, Report]:
    """A screening that was stopped and handed on, with the report that was made of it and released."""
    stopped = actions.stop_screening(screener, screening, words=WORDS, now=now)
    actions.hand_on(screener, stopped, region=REGION, now=now)
    known = {"told": {"what": WORDS}, "child": Who("Zebulina"), "whereabouts": Whereabouts(area="ascension")}
    report, _ = actions.report_screening(screener, stopped, **known, reporter={}, now=now)
    desks = (("Wanda Welfare", "child_welfare_desk", "to_alliance"), ("Ruben Reviewer", "alliance_reviewer", "to_team"))
    for name, role, key in desks:
        desk = make_person(name, now=now, roles=((role, ""),))
        hop = Hop.objects.exclude(state="moved").get(report=report, key=key)
        complete_hop(desk, hop, outcome="passed_on", reference="", now=now)
    return Screening.objects.get(pk=stopped.pk), Report.objects.get(pk=report.pk)


def referred(coordinator: Viewer, report: Report, name: str, now: datetime) -> Referral:
    """A referral that was made of the report as it stands now."""
    return receive_referral(
        coordinator,
        report=Report.objects.get(pk=report.pk),
        source="school",
        channel="standard",
        region=REGION,
        who=Who(name),
        whereabouts=Whereabouts(),
        facts={},
        story="Invented.",
        now=now,
    )


@pytest.mark.req("PRIV-6")
def test_a_screening_whose_report_became_the_client_goes_with_it(
    begin: Begin, screener: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening, report = reported(screener, begin(), now)
    client = referred(coordinator, report, "Zebulina", now).client.code
    system = system_viewer("test")
    subjects = subjects_to_shred(system, client)
    assert subjects == [client, report.code, screening.code]
    assert screening.code in codes_of(system, client)
    erase_rows(system, client, codes=[client], subjects=subjects, now=now)
    assert not Screening.objects.exists()
    assert CountedScreening.objects.count() == 1


@pytest.mark.req("PRIV-6")
def test_a_screening_stays_while_its_report_is_of_another_client_too(
    begin: Begin, screener: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening, report = reported(screener, begin(), now)
    first, second = (referred(coordinator, report, name, now).client.code for name in ("Zebulina", "Zeno"))
    system = system_viewer("test")
    assert subjects_to_shred(system, first) == [first]
    erase_rows(system, first, codes=[first], subjects=[first], now=now)
    assert Screening.objects.get().report_id == report.pk
    kept = Report.objects.select_related("client").get(pk=report.pk)
    assert (kept.client.code if kept.client else "", kept.taken_up_at) == (second, now)  # nobody's to take up again
    assert subjects_to_shred(system, second) == [second, report.code, screening.code]
    erase_rows(system, second, codes=[second], subjects=[second], now=now)
    assert not Screening.objects.exists()


@pytest.mark.req("SCR-4")
@pytest.mark.parametrize("which", [0, 1])
def test_whoever_is_kept_apart_from_a_client_of_its_report_finds_no_screening(
    which: int, begin: Begin, screener: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening, report = reported(screener, begin(), now)
    clients = [referred(coordinator, report, name, now).client for name in ("Zebulina", "Zeno")]
    assert queries.screening_for(coordinator, screening.code).pk == screening.pk
    open_screening(coordinator, screening, now)
    declare_conflict(coordinator, clients[which], now=now)
    with pytest.raises(NotVisible):
        queries.screening_for(coordinator, screening.code)
    with pytest.raises(NotPermitted):
        open_screening(coordinator, screening, now)
    assert queries.screening_for(screener, screening.code).pk == screening.pk


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("by", ["account_code", "agency_code"])
def test_the_database_itself_lets_everybody_find_from_whom_they_are_kept_apart(
    by: str, begin: Begin, screener: Viewer, colleague: Viewer, coordinator: Viewer, now: datetime
) -> None:
    screening, report = reported(screener, begin(), now)
    client = referred(coordinator, report, "Zebulina", now).client
    desk = make_person("Wendy Welfare", now=now, roles=(("child_welfare_desk", ""),))
    for viewer in (screener, desk):
        named = {by: viewer.code if by == "account_code" else viewer.agency}
        with acting_as(viewer, now):
            assert visible_reports(viewer).filter(pk=report.pk).exists()
        with acting_as(coordinator, now):
            declare_conflict(coordinator, client, **named, now=now)
        with acting_as(viewer, now):
            assert not visible_reports(viewer).filter(pk=report.pk).exists()
    with acting_as(screener, now), pytest.raises(NotVisible):
        queries.screening_for(screener, screening.code)
    with acting_as(colleague, now):  # of the same agency: finds what is of the agency, and nobody else's
        assert Block.objects.count() == (by == "agency_code")
