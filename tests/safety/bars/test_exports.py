"""SEC-60: what leaves as a file has a purpose, a ground and its mark; many clients need two people; each copy is on
record; no cell acts; what was closed is not in it.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from rightdoor.casework.cases import exports as case_exports
from rightdoor.casework.cases.exports import CASES
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import EXPORTED, CaseFilters
from rightdoor.casework.clients.actions import declare_conflict
from rightdoor.casework.referrals import exports, queries
from rightdoor.casework.referrals.models import Export, Referral
from rightdoor.casework.referrals.queries import ReferralFilters
from rightdoor.community.partners.models import Agency
from rightdoor.domain.confidentiality import NEVER_IN_BULK
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.models import AuditEvent
from tests.access.world import make_referral
from tests.bars import sabotage
from tests.casework import team
from tests.casework.team import Scene
from tests.people import REGION, make_person
from tests.safety.hostile import CANARY

pytestmark = [pytest.mark.bar("SEC-60"), pytest.mark.export]
ALL = ReferralFilters()
TOLD = {"purpose": "quality", "basis": "own_records"}
QUALITY, OWN_RECORDS = exports.PURPOSES["quality"], exports.BASES["own_records"]


@pytest.fixture
def colleague(coordinator: Viewer, now: datetime) -> Viewer:
    """Another coordinator of the same agency."""
    return make_person(
        "Carl Colleague",
        now=now,
        roles=(("care_coordinator", REGION),),
        discipline="care_coordinator",
        agency=coordinator.agency,
    )


@pytest.fixture
def few(coordinator: Viewer) -> list[Referral]:
    """Three referrals of the region, with a name in each that no file may hold."""
    return [make_referral(coordinator, story=CANARY, given=CANARY) for _ in range(3)]


@pytest.fixture
def many(coordinator: Viewer, monkeypatch: pytest.MonkeyPatch) -> list[Referral]:
    """More than may leave alone; the bound is lowered, so that the world is made in time."""
    monkeypatch.setattr(exports, "ALONE_AT_MOST", 2)
    return [make_referral(coordinator, story=CANARY, given=CANARY) for _ in range(3)]


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows below the notices."""
    return list(csv.DictReader(io.StringIO(text[text.index("Code,") :])))


def ask(viewer: Viewer, now: datetime, **changed: Any) -> Export:
    return exports.ask_export(viewer, now=now, **{"filters": ALL, **TOLD, **changed})


@pytest.mark.rule("SR-11")
@pytest.mark.parametrize("missing", ["purpose", "basis"])
def test_without_a_purpose_or_a_ground_no_file_is_made(coordinator, few, now, missing) -> None:
    for given in ("", "because"):
        with pytest.raises(RuleBroken):
            ask(coordinator, now, **{missing: given})
    assert not Export.objects.exists()


@pytest.mark.rule("SR-11")
def test_a_file_says_whose_copy_it_is_for_what_on_which_ground_and_until_when(coordinator, few, now) -> None:
    export = ask(coordinator, now)
    text = exports.make_export(coordinator, export, now=now)

    head = text[: text.index("Code,")]
    for said in (export.code, coordinator.name, QUALITY, OWN_RECORDS, "Delete it by"):
        assert said in head, said
    assert {row["Copy"] for row in rows_of(text)} == {export.code}


@pytest.mark.rule("SR-11")
def test_the_notice_of_each_kind_of_record_stands_on_the_file(coordinator, now) -> None:
    told = {"code": "CDFG-2346", "purpose": "a", "basis": "b"}
    lines = exports.watermark(coordinator, classes=["CORE", "SUD", "ADV"], now=now, **told)

    assert any("42 CFR Part 2" in line for line in lines)
    assert any("victim advocate" in line for line in lines)


@pytest.mark.parametrize("klass", sorted(NEVER_IN_BULK))
def test_what_never_leaves_in_bulk_stops_a_file(coordinator, now, klass) -> None:
    with pytest.raises(RuleBroken, match="never exported"):
        exports.watermark(coordinator, code="CDFG-2346", purpose="a", basis="b", classes=["CORE", klass], now=now)


def test_no_name_and_no_word_of_a_story_is_in_a_file(coordinator, few, now) -> None:
    text = exports.make_export(coordinator, ask(coordinator, now), now=now)

    assert len(rows_of(text)) == 3
    assert CANARY not in text
    assert "Nowhere" not in text


def test_each_copy_stands_on_record_with_every_client_in_it(coordinator, few, now) -> None:
    export = ask(coordinator, now)
    exports.make_export(coordinator, export, now=now)

    event = AuditEvent.objects.get(verb="list.exported")
    assert event.code == export.code
    assert sorted(event.details["codes"]) == sorted(one.client.code for one in few)
    assert (event.details["purpose"], event.details["ground"]) == ("quality", "own_records")


def test_a_file_is_made_once(coordinator, few, now) -> None:
    export = ask(coordinator, now)
    exports.make_export(coordinator, export, now=now)

    with pytest.raises(RuleBroken):
        exports.make_export(coordinator, export, now=now)


def test_many_clients_need_a_second_person_of_the_agency(coordinator, other_coordinator, many, now) -> None:
    for second in ("", coordinator.code, other_coordinator.code, "ABCD-EFGH"):
        with pytest.raises(RuleBroken, match="second person"):
            ask(coordinator, now, second=second)
    assert not Export.objects.exists()


def test_before_the_second_person_agrees_no_file_is_made(coordinator, colleague, many, now) -> None:
    export = ask(coordinator, now, second=colleague.code)

    with pytest.raises(RuleBroken, match="has not agreed"):
        exports.make_export(coordinator, export, now=now)
    with pytest.raises(NotPermitted):
        exports.agree_to_export(coordinator, export, agrees=True, now=now)

    exports.agree_to_export(colleague, export, agrees=True, now=now)
    with pytest.raises(NotPermitted):
        exports.make_export(colleague, export, now=now)
    assert len(rows_of(exports.make_export(coordinator, export, now=now))) == 3


def test_what_the_second_person_declined_or_left_too_long_is_not_made(coordinator, colleague, many, now) -> None:
    declined = ask(coordinator, now, second=colleague.code)
    exports.agree_to_export(colleague, declined, agrees=False, now=now)
    late = ask(coordinator, now, second=colleague.code)
    exports.agree_to_export(colleague, late, agrees=True, now=now)

    with pytest.raises(RuleBroken):
        exports.make_export(coordinator, declined, now=now)
    with pytest.raises(RuleBroken):
        exports.make_export(coordinator, late, now=now + timedelta(hours=25))


def test_more_clients_than_were_agreed_to_stop_the_file(coordinator, colleague, many, now) -> None:
    export = ask(coordinator, now, second=colleague.code)
    exports.agree_to_export(colleague, export, agrees=True, now=now)
    make_referral(coordinator, story=CANARY)

    with pytest.raises(RuleBroken):
        exports.make_export(coordinator, export, now=now)


def test_the_database_itself_keeps_many_from_leaving_on_one_persons_word(coordinator, now) -> None:
    alone = Export(
        asked_by=coordinator.code, agency=coordinator.agency, asked_sealed=b"", clients=26, state="made", asked_at=now
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        alone.save(force_insert=True)


def test_what_was_closed_to_the_person_since_is_not_in_the_file(coordinator, colleague, many, now) -> None:
    export = ask(coordinator, now, second=colleague.code)
    exports.agree_to_export(colleague, export, agrees=True, now=now)
    declare_conflict(colleague, many[0].client, account_code=coordinator.code, now=now)

    rows = rows_of(exports.make_export(coordinator, export, now=now))
    assert sorted(row["Code"] for row in rows) == sorted(one.code for one in many[1:])


@pytest.mark.rule("SR-18")
def test_an_agency_that_keeps_its_records_apart_gives_no_row_out(coordinator, few, now) -> None:
    Agency.objects.create(
        code=coordinator.agency, name="Invented Center", discipline="victim_advocate", keeps_own_records=True
    )

    with pytest.raises(RuleBroken, match="totals only"):
        ask(coordinator, now)
    assert not Export.objects.exists()


@pytest.mark.rule("SR-38")
def test_rows_of_an_agency_that_keeps_its_records_apart_are_in_nobodys_file(coordinator, few, now) -> None:
    Agency.objects.create(code="CDFG-2346", name="Apart", discipline="victim_advocate", keeps_own_records=True)
    Referral.objects.filter(pk=few[0].pk).update(holder="CDFG-2346")

    rows = rows_of(exports.make_export(coordinator, ask(coordinator, now), now=now))
    assert sorted(row["Code"] for row in rows) == sorted(one.code for one in few[1:])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0@", "\uff1d"])
def test_no_cell_begins_a_formula(coordinator, few, now, monkeypatch, start) -> None:
    words = exports._values
    monkeypatch.setattr(exports, "_values", lambda row, at: (*words(row, at)[:-1], f"{start}1+1"))

    text = exports.make_export(coordinator, ask(coordinator, now), now=now)
    assert {row["Cause of lateness"][0] for row in rows_of(text)} == {"'"}


def test_others_neither_ask_nor_see_what_was_asked(coordinator, other_coordinator, detective, few, now) -> None:
    export = ask(coordinator, now)

    with pytest.raises(NotPermitted):
        ask(detective, now)
    with pytest.raises(NotVisible):
        queries.export_for(other_coordinator, export.code)
    with pytest.raises(NotPermitted):
        exports.make_export(other_coordinator, export, now=now)


@pytest.mark.rule("SR-11", "SR-38")
def test_the_list_of_cases_leaves_by_the_same_rule(coordinator, detective, advocate, colleague, now) -> None:
    scene = Scene(coordinator, detective, advocate, now)
    opened, closed, apart = (team.scheduled(scene).case for _ in range(3))
    export = ask(coordinator, now, filters=CaseFilters(), listing=CASES)
    declare_conflict(colleague, closed.client, account_code=coordinator.code, now=now)
    Agency.objects.create(code="CDFG-2346", name="Apart", discipline="victim_advocate", keeps_own_records=True)
    Case.objects.filter(pk=apart.pk).update(holder="CDFG-2346")

    rows = rows_of(exports.make_export(coordinator, export, now=now, listing=CASES))
    assert [row["Code"] for row in rows] == [opened.code]
    assert AuditEvent.objects.get(verb="list.exported").details["codes"] == [opened.client.code]


@sabotage("SEC-60", "the sharing rule is not asked about cases in a file")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(viewer: Viewer, filters: CaseFilters, now: datetime) -> list[queries.Exportable]:
        cases = Case.objects.select_related("client").order_by("code")
        return [
            queries.Exportable(case.client.code, {**{name: getattr(case, name) for name in EXPORTED}, "tier": None})
            for case in cases
        ]

    monkeypatch.setattr(case_exports, "exportable_cases", lax)


@sabotage("SEC-60", "the sharing rule is not asked about rows of a file")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(viewer: Viewer, filters: ReferralFilters, now: datetime) -> list[queries.Exportable]:
        clients = dict(Referral.objects.values_list("code", "client__code"))
        columns = Referral.objects.values(*queries.EXPORTED).order_by("code")
        return [queries.Exportable(clients[row["code"]], row) for row in columns]

    monkeypatch.setattr(exports, "exportable_rows", lax)


@sabotage("SEC-60", "one person alone may take out as many as they like")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "colleagues_to_agree", lambda viewer, now: [queries.Colleague("", "Nobody")])


@sabotage("SEC-60", "cells are written as they are")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "harmless", str)
