"""The search box: codes and names, within one's rights, and no name in an address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.documents.actions import add_document
from rightdoor.domain.permission import Viewer
from rightdoor.oversight.search.queries import lookup
from tests.casework.team import Scene, received, scheduled
from tests.casework.visiting import Visitor


@pytest.mark.req("UX-5")
@pytest.mark.parametrize("typed", ["Nowhere", "nora", "NORA NOWHERE", "Nowhre", "nono", "  nora  "])
def test_a_client_is_found_by_what_people_remember_of_the_name(scene: Scene, typed: str) -> None:
    referral = received(scene)
    found = lookup(scene.coordinator, typed, scene.now).found
    assert [(one.code, one.path) for one in found] == [(referral.client.code, f"/referrals/{referral.code}/")]


@pytest.mark.req("UX-5")
@pytest.mark.parametrize("typed", ["Somebody Else", "x", "", "%", "\x00", "' OR 1=1 --", "no" * 5000])
def test_what_fits_nobody_finds_nobody(scene: Scene, typed: str) -> None:
    received(scene)
    assert not lookup(scene.coordinator, typed, scene.now).found


@pytest.mark.req("UX-5")
def test_a_code_leads_straight_to_its_record_however_it_is_typed(scene: Scene) -> None:
    staffing = scheduled(scene)
    code = staffing.case.referral.code
    assert lookup(scene.coordinator, code.lower().replace("-", " "), scene.now).straight_to == f"/referrals/{code}/"
    assert lookup(scene.coordinator, staffing.code, scene.now).straight_to == f"/staffings/{staffing.code}/"
    assert lookup(scene.coordinator, staffing.case.client.code, scene.now).straight_to == f"/referrals/{code}/"


@pytest.mark.req("UX-5")
@pytest.mark.req("PRIV-2")
def test_a_hidden_client_changes_nothing(scene: Scene, other_coordinator: Viewer, stranger: Viewer) -> None:
    before = [lookup(viewer, "Nowhere", scene.now) for viewer in (other_coordinator, stranger)]
    referral = received(scene)
    for viewer, empty in zip((other_coordinator, stranger), before, strict=True):
        assert lookup(viewer, "Nowhere", scene.now) == empty
        assert lookup(viewer, referral.code, scene.now).straight_to == ""
        assert lookup(viewer, referral.client.code, scene.now).straight_to == ""


@pytest.mark.req("PRIV-4")
def test_a_search_by_name_is_recorded_and_says_no_word_of_it(scene: Scene) -> None:
    from rightdoor.foundation.audit.models import AuditEvent

    received(scene)
    lookup(scene.coordinator, "Nowhere", scene.now)
    events = list(AuditEvent.objects.filter(verb__in=["search.made", "client.searched"]))
    assert {event.verb for event in events} == {"search.made", "client.searched"}
    assert "nowhere" not in str([vars(event) for event in events]).lower()


@pytest.mark.req("UX-5")
def test_the_page_takes_the_name_by_post_and_keeps_it_out_of_the_address(scene: Scene) -> None:
    received(scene)
    visitor = Visitor(scene.coordinator, scene.now + timedelta(minutes=1))
    answer = visitor.post("/find/", {"text": "Nowhere"})
    assert answer.status_code == 200
    assert "Nora Nowhere" in answer.content.decode()
    assert visitor.get("/find/?text=Nowhere").content.decode().count("Nowhere") == 0


@pytest.mark.req("UX-5", "CASE-10")
@pytest.mark.rule("SR-07")
def test_a_document_is_found_by_its_title_or_code_where_its_class_is_open_and_nowhere_else(scene: Scene) -> None:
    case = scheduled(scene).case
    add_to_case(
        scene.coordinator, case, account_code=scene.detective.code, discipline="local_law_enforcement", now=scene.now
    )
    mine, theirs = (
        add_document(
            viewer, case, data_class=klass, title="Letter of the clinic", name="a.txt", content=b"Words", now=scene.now
        )
        for viewer, klass in ((scene.coordinator, "PLAN"), (scene.detective, "LE"))
    )

    found = [one for one in lookup(scene.coordinator, "clinic", scene.now).found if one.what == "Document"]
    assert [(one.code, one.name) for one in found] == [(mine.code, "Letter of the clinic")]
    assert lookup(scene.coordinator, mine.code, scene.now).straight_to == f"/documents/{mine.code}/"
    assert lookup(scene.coordinator, theirs.code, scene.now).straight_to == ""
    assert lookup(scene.advocate, "clinic", scene.now).found == []
