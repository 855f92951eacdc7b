"""SEC-66: what goes when, on a moved clock; what is held never goes; nothing goes without two people."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.actions.orders import record_subpoena
from rightdoor.casework.documents.actions import add_document
from rightdoor.casework.referrals.models import ClockTally, Referral
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import system_viewer
from rightdoor.foundation.accounts.models import FailedAttempt, SignedInSession
from rightdoor.foundation.drafts.keep import keep_draft
from rightdoor.foundation.drafts.models import Draft
from rightdoor.foundation.files.models import StoredFile
from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.models import OutboxMessage
from rightdoor.foundation.sealing.shredding import is_genuine
from rightdoor.oversight.privacy.actions import keeping as acts
from rightdoor.oversight.privacy.actions.minimising import forget_what_is_over
from rightdoor.oversight.privacy.models import Disposal, LegalHold
from rightdoor.oversight.privacy.printouts import certificate_document, ledger_document
from rightdoor.oversight.privacy.queries import keeping as reads
from rightdoor.oversight.privacy.queries import minimising
from tests.bars import sabotage
from tests.casework.team import Scene, held
from tests.people import make_person
from tests.signing_in import sign_in

pytestmark = [pytest.mark.bar("SEC-66"), pytest.mark.req("PRIV-6")]

YEAR = timedelta(days=366)
SYSTEM = system_viewer("test")


@pytest.fixture
def scene(coordinator: Viewer, detective: Viewer, advocate: Viewer, now: datetime) -> Scene:
    """A region's team."""
    return Scene(coordinator, detective, advocate, now)


@pytest.fixture
def privacy(db: None, now: datetime) -> Viewer:
    """Asks."""
    return make_person("Petra Privacy", now=now, roles=(("privacy_officer", ""),))


@pytest.fixture
def second(db: None, now: datetime) -> Viewer:
    """Agrees."""
    return make_person("Pavel Privacy", now=now, roles=(("privacy_officer", ""),))


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schedule that counsel has confirmed: ten years after the end, health records also until the age of 28."""
    from rightdoor.domain.retention import Rule

    monkeypatch.setattr(reads, "rules", lambda: [Rule("", 10), Rule("HLTH", 10, 28)])


def closed(scene: Scene, at: datetime) -> Case:
    """A case that is over."""
    case = held(scene).case
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=at)
    case.refresh_from_db()
    return case


def proposed_at(now: datetime) -> set[str]:
    """Whom the job proposes at this moment, for themselves: taken back afterwards."""
    with transaction.atomic():
        acts.propose_disposals(SYSTEM, now=now)
        found = set(Disposal.objects.filter(state="proposed").values_list("client_code", flat=True))
        transaction.set_rollback(True)
    return found


def test_the_schedule_proposes_exactly_what_is_over(scene: Scene, now: datetime, confirmed: None) -> None:
    over, young, open_case = closed(scene, now), closed(scene, now), held(scene).case
    add_document(
        scene.coordinator, open_case, data_class="PLAN", title="Invented", name="a.txt", content=b"Invented.", now=now
    )
    StoredFile.objects.filter(subject=open_case.client.code).update(subject=young.client.code, klass="HLTH")
    assert proposed_at(now + 9 * YEAR) == set()
    # Ten years on the first may go; the second has health records, and was 15 when the case ended.
    assert proposed_at(now + 10 * YEAR) == {over.client.code}
    assert proposed_at(now + 14 * YEAR) == {over.client.code, young.client.code}


def test_a_draft_proposes_nothing_ever(scene: Scene, now: datetime) -> None:
    closed(scene, now)  # the pack of these tests is a draft as a whole
    assert proposed_at(now + 90 * YEAR) == set()


def test_what_is_held_is_never_proposed_nor_destroyed(
    scene: Scene, privacy: Viewer, second: Viewer, now: datetime, confirmed: None
) -> None:
    kept, demanded, free = (closed(scene, now) for _ in range(3))
    acts.place_hold(privacy, kept, reason="litigation", told="Invented 1", now=now)
    record_subpoena(
        scene.coordinator, demanded.client, issued_by="Invented", number="", asked_for="All", received_at=now, now=now
    )
    assert proposed_at(now + 20 * YEAR) == {free.client.code}
    for case in (kept, demanded):
        with pytest.raises(RuleBroken, match="legal hold"):
            acts.ask_before_time(privacy, case, reason="court_expungement", authority="12-3", now=now)
    # A hold that comes after both agreed still stops the job.
    disposal = agreed(privacy, second, free, now)
    acts.place_hold(privacy, free, reason="audit", told="Invented 2", now=now)
    run_due_now(now)
    disposal.refresh_from_db()
    assert disposal.state == "asked"
    assert Client.objects.filter(code=free.client.code).exists()


def agreed(privacy: Viewer, second: Viewer, case: Case, now: datetime) -> Disposal:
    """Asked for, the ledger printed, approved; not carried out yet."""
    disposal = acts.ask_before_time(privacy, case, reason="court_expungement", authority="Invented 12-345", now=now)
    acts.note_ledger(privacy, disposal, language="en", now=now)
    acts.approve_disposal(second, disposal, now=now)
    return disposal


def test_a_second_person_lifts_a_hold(scene: Scene, privacy: Viewer, second: Viewer, now: datetime) -> None:
    hold = acts.place_hold(privacy, closed(scene, now), reason="audit", told="Invented", now=now)
    with pytest.raises(RuleBroken, match="second person"):
        acts.lift_hold(privacy, hold, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.filter(pk=hold.pk).update(lifted_at=now, lifted_by=privacy.code)
    acts.lift_hold(second, hold, now=now)
    assert not reads.holds_on(privacy, [hold.client_code])


def test_two_people_and_the_printed_register_come_first(
    scene: Scene, privacy: Viewer, second: Viewer, now: datetime
) -> None:
    case = closed(scene, now)
    disposal = acts.ask_before_time(privacy, case, reason="client_request", authority="", now=now)
    with pytest.raises(RuleBroken, match="second person"):
        acts.approve_disposal(privacy, disposal, now=now)
    with pytest.raises(RuleBroken, match="Print first"):
        acts.approve_disposal(second, disposal, now=now)
    with pytest.raises(RuleBroken, match="not approved"):
        acts.carry_out_disposal(SYSTEM, disposal, now=now)
    with pytest.raises(NotPermitted):
        acts.ask_before_time(scene.detective, case, reason="client_request", authority="", now=now)
    with pytest.raises(RuleBroken, match="number"):
        acts.ask_before_time(privacy, closed(scene, now), reason="court_expungement", authority=" ", now=now)
    assert Client.objects.filter(code=case.client.code).exists()


def test_after_it_nothing_of_the_client_is_left_and_no_page_breaks(
    scene: Scene, privacy: Viewer, second: Viewer, now: datetime
) -> None:
    case, other = held(scene).case, held(scene).case
    add_document(
        scene.coordinator, case, data_class="PLAN", title="Invented", name="a.txt", content=b"Invented.", now=now
    )
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now)
    case.refresh_from_db()
    referral, tallies = case.referral.code, list(ClockTally.objects.order_by("pk").values())
    assert ledger_document(privacy, agreed(privacy, second, case, now), language="vi", now=now).startswith(b"%PDF")
    run_due_now(now)
    disposal = Disposal.objects.get(case_code=case.code)
    assert disposal.state == "done"
    assert disposal.files == 2  # the original and its safe copy
    assert not StoredFile.objects.filter(subject=case.client.code).exists()
    assert all(is_genuine(text) for text in disposal.certificates)
    assert json.loads(disposal.certificates[0])["permit"] == disposal.code
    assert not Client.objects.filter(code=case.client.code).exists()
    assert not Referral.objects.filter(code=referral).exists()
    assert list(ClockTally.objects.order_by("pk").values()) == tallies
    row = reads.disposal_row(privacy, disposal, now)
    assert certificate_document(privacy, disposal, row, now=now).startswith(b"%PDF")
    with pytest.raises(NotVisible):
        reads.case_to_keep(privacy, case.code, "disposal.ask")
    at = now + timedelta(hours=3)
    with time_machine.travel(at, tick=False):
        browser = sign_in(Browser(), scene.coordinator, at=at)
        nowhere = browser.get("/nothing/here/")
        for there in (f"/cases/{case.code}/", f"/referrals/{referral}/", f"/privacy/access/{case.code}/"):
            answer = browser.get(there)
            assert (answer.status_code, answer.content) == (404, nowhere.content), there
        for there in ("/", "/clocks/", "/cases/", "/referrals/", "/meetings/", "/find/", "/reports/"):
            answer = browser.get(there)
            assert answer.status_code in {200, 404}, there
            assert case.code not in answer.content.decode(), there
        assert browser.get(f"/cases/{other.code}/").status_code == 200


def test_every_table_of_casework_is_reached_from_the_client() -> None:
    """By a foreign key that is never empty, also one without a way back: the rest would outlast its keys."""
    from django.apps import apps

    from rightdoor.casework.cases.keeping.queries import hanging_relations

    reached: set[Any] = {Client}
    waiting: list[Any] = [Client]
    while waiting:
        for relation in hanging_relations(waiting.pop()):
            if not relation.field.null and relation.related_model not in reached:
                reached.add(relation.related_model)
                waiting.append(relation.related_model)
    casework = {model for model in apps.get_models() if model.__module__.startswith("rightdoor.casework.")}
    # Sums, lessons and files that were asked for hold no person; reports, with hops and moves, and screenings are gone
    # through by themselves. That a lesson leads to nobody is held by the tests of closure; that a screening goes with
    # its client, and what counts it names nobody, by those of screening.
    left = {model.__name__ for model in casework - reached}
    counted = {"CountedScreening", "CountedIndicator", "BroughtResults", "Education"}
    assert left == {"ClockTally", "Export", "Lesson", "Report", "Hop", "Move", "Screening"} | counted


def test_what_is_short_lived_goes_to_the_minute(coordinator: Viewer, now: datetime) -> None:
    """Exact sets: at the moment before, everything is there; at the moment itself, exactly that kind is gone."""

    def is_there() -> dict[str, bool]:
        return {
            "drafts": Draft.objects.filter(author=coordinator.code).exists(),
            "sent_mail": OutboxMessage.objects.filter(recipient="nobody@example.invalid").exists(),
            "sessions": SignedInSession.objects.filter(account__code=coordinator.code).exists(),
            "counters": FailedAttempt.objects.filter(digest="invented").exists(),
        }

    keep_draft(coordinator, "report", "", {"words": "Invented"}, now=now)
    OutboxMessage.objects.create(recipient="nobody@example.invalid", subject="", body="", sent_at=now)
    sign_in(Browser(), coordinator, at=now)
    SignedInSession.objects.filter(account__code=coordinator.code).update(ended_at=now)
    FailedAttempt.objects.create(digest="invented", at=now)
    left = dict.fromkeys(is_there(), True)
    assert is_there() == left
    table = {name: short.kept for name, short in minimising.SHORT.items()}
    assert table == {
        "drafts": timedelta(days=7),
        "sent_mail": timedelta(days=1),
        "sessions": timedelta(days=1),
        "counters": timedelta(hours=1),
    }
    for kept in sorted(set(table.values())):
        forget_what_is_over(SYSTEM, now=now + kept - timedelta(microseconds=1))
        assert is_there() == left
        forget_what_is_over(SYSTEM, now=now + kept)
        left |= {name: False for name, one in table.items() if one == kept}
        assert is_there() == left


def test_a_file_is_given_up_after_a_month_in_quarantine(
    scene: Scene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rightdoor.foundation.files import rebuild

    def down(*given: Any, **more: Any) -> None:
        raise rebuild.RebuilderDown

    monkeypatch.setattr(rebuild, "make_copy", down)
    document = add_document(
        scene.coordinator, held(scene).case, data_class="PLAN", title="Invented", name="a.txt", content=b"No.", now=now
    )
    for after, state, files in ((timedelta(days=29), "quarantine", 1), (timedelta(days=30), "refused", 0)):
        forget_what_is_over(SYSTEM, now=now + after)
        assert document.versions.get().state == state
        assert StoredFile.objects.filter(subject=document.subject_code).count() == files


def test_nobody_but_the_clock_forgets_or_destroys(privacy: Viewer, now: datetime) -> None:
    for act in (acts.propose_disposals, forget_what_is_over):
        with pytest.raises(NotPermitted):
            act(privacy, now=now)


@sabotage("SEC-66", "holds are not asked")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "holds_on", lambda *given, **more: [])
    monkeypatch.setattr(acts, "holds_on", lambda *given, **more: [])


@sabotage("SEC-66", "one person is enough")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "check_may_dispose", lambda *given, **more: None)


@sabotage("SEC-66", "what is kept for a short while stays a day longer")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    later = {
        name: minimising.Short(one.label, one.kept + timedelta(days=1), one.over)
        for name, one in minimising.SHORT.items()
    }
    monkeypatch.setattr("rightdoor.oversight.privacy.actions.minimising.SHORT", later)
