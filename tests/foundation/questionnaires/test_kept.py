"""Versions that an answer pins, and copies that an agency brought under its own licence."""

from __future__ import annotations

from datetime import datetime

import pytest

from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.versions import content_hash, pin_of
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.questionnaires import kept
from rightdoor.foundation.questionnaires.models import KeptInstrument
from tests.domain.instruments import question, tree
from tests.people import REGION, make_person

LICENSED = {
    "terms": {"licence": "By agreement", "redistribution": "import", "permission_reference": "A letter of March 9"}
}


def _tool(version: str = "1", text: str = "Is it so?", **more: object) -> Instrument:
    return build(tree([question("a", text=text)], key="invented-tool", version=version, **more))


@pytest.fixture
def head(now: datetime) -> Viewer:
    return make_person("Hedda Keptwell", now=now, roles=(("agency_head", REGION),), agency="AGCY-0001")


@pytest.mark.req("SCR-1")
def test_an_answer_of_last_year_is_read_with_the_words_it_was_given_to(now: datetime) -> None:
    old, new = _tool(), _tool("2", "Is it still so?")
    pin = kept.keep_version(old, now=now)
    kept.keep_version(new, now=now)
    assert kept.keep_version(old, now=now) == pin
    found = kept.pinned(pin.key, pin.version, pin.hash)
    assert found == old
    assert content_hash(found) == pin.hash
    assert KeptInstrument.objects.count() == 2


@pytest.mark.req("SCR-1")
def test_a_version_never_changes(now: datetime) -> None:
    kept.keep_version(_tool(), now=now)
    with pytest.raises(RuleBroken, match="needs a new version"):
        kept.keep_version(_tool(text="Something else?"), now=now)


@pytest.mark.req("SCR-1")
def test_what_was_never_kept_is_not_there_and_is_there_once_it_was(now: datetime) -> None:
    tool = _tool(text="Has nobody asked this before?")
    pin = pin_of(tool)
    with pytest.raises(NotVisible):
        kept.pinned(pin.key, pin.version, pin.hash)
    kept.keep_version(tool, now=now)
    assert kept.pinned(pin.key, pin.version, pin.hash) == tool


@pytest.mark.req("SCR-1", "PROG-1")
def test_what_ships_is_offered_by_what_it_is_for() -> None:
    screening = {one.key for one in kept.usable("screening")}
    assert {"demonstration-narrative", "cse-it"} <= screening
    assessments = {one.key for one in kept.usable("self_assessment")}
    assert "task-force-stages" in assessments
    assert not screening & assessments


@pytest.mark.req("SCR-2")
def test_a_copy_is_the_agencys_own_and_stands_in_the_place_of_the_stub(head: Viewer, now: datetime) -> None:
    copy = build(tree([question("a")], key="qyit", version="2017", **LICENSED))
    assert not kept.shipped()["qyit"].items
    kept.import_instrument(head, copy, now=now)
    mine = {one.key: one for one in kept.usable("screening", head.agency)}
    other = {one.key: one for one in kept.usable("screening", "AGCY-0002")}
    assert mine["qyit"] == copy
    assert other["qyit"] == kept.shipped()["qyit"]
    assert [one for one, _ in kept.brought_by(head.agency)] == [copy]
    assert kept.brought_by("") == []
    event = AuditEvent.objects.get(verb="instrument.brought")
    assert (event.actor, event.holder) == (head.code, head.agency)


@pytest.mark.req("SCR-2")
def test_a_copy_sent_twice_is_kept_once(head: Viewer, now: datetime) -> None:
    copy = _tool(**LICENSED)
    assert kept.import_instrument(head, copy, now=now) == kept.import_instrument(head, copy, now=now)
    assert KeptInstrument.objects.count() == 1


@pytest.mark.req("SCR-2")
@pytest.mark.parametrize(
    ("copy", "sentence"),
    [
        (build(tree([question("a")], key="demonstration-narrative", version="9", **LICENSED)), "ships with"),
        (build(tree([question("a")], key="cse-it", version="9", **LICENSED)), "typed in"),
        (_tool("1", "Another question?", **LICENSED), "published with other content"),
        (build(tree([question("b")], key="invented-tool", version="2", **LICENSED)), "is gone, and not retired"),
    ],
    ids=["one that ships", "results only", "the same version", "an id that is gone"],
)
def test_a_copy_that_breaks_a_rule_is_refused(head: Viewer, now: datetime, copy: Instrument, sentence: str) -> None:
    kept.import_instrument(head, _tool(**LICENSED), now=now)
    with pytest.raises(RuleBroken, match=sentence):
        kept.import_instrument(head, copy, now=now)
    assert KeptInstrument.objects.count() == 1


@pytest.mark.req("SCR-2")
def test_not_everybody_brings_a_tool(now: datetime) -> None:
    analyst = make_person("Ana Lystwell", now=now, roles=(("state_analyst", "*"),), agency="AGCY-0001")
    with pytest.raises(NotPermitted):
        kept.import_instrument(analyst, _tool(**LICENSED), now=now)
    assert not KeptInstrument.objects.exists()
