"""Which systems the young person is with: the state's list, each answer in its class, nobody's answer lost. (CASE-1)"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db.models import F

from rightdoor.casework.cases.actions import add_to_case
from rightdoor.casework.cases.models import Case, SystemsPart
from rightdoor.casework.cases.systems.actions import record_systems
from rightdoor.casework.cases.systems.queries import Answer, systems_of
from rightdoor.community.partners.models import Agency
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.drafts.models import Draft
from rightdoor.foundation.jurisdiction.active import active_pack, local
from tests.casework import team
from tests.casework.team import released
from tests.casework.visiting import HTMX, Visitor

pytestmark = pytest.mark.req("CASE-1")
YES, NO = Answer(True), Answer(False)
LONG_AGO = date(2020, 2, 3)


@pytest.fixture
def case(scene) -> Case:
    """An open case of the region."""
    return team.scheduled(scene).case


@pytest.fixture
def partner(db: None) -> Agency:
    """An invented agency of the region."""
    return Agency.objects.create(
        code="CDFG-2346", name="Invented Family Office", discipline="child_welfare", regions=["capital"]
    )


def answer(scene, case, version=0, **answers):
    record_systems(scene.coordinator, case, answers=answers, version=version, now=scene.now)


def lines(viewer, case, now) -> dict[str, Answer]:
    return systems_of(viewer, case, now).answers


def test_every_system_of_the_states_list_is_not_established_at_first(scene, case):
    found = systems_of(scene.coordinator, case, scene.now)

    assert [line.system.key for line in found.lines] == [one.key for one in active_pack().systems]
    assert set(found.answers.values()) == {Answer()}
    assert found.version == 0


def test_an_answer_holds_with_its_day_its_agency_and_whom_to_ask(scene, case, partner):
    told = Answer(True, LONG_AGO, partner.code, "Invented worker")
    answer(scene, case, child_welfare=told, mental_health=NO)

    found = lines(scene.coordinator, case, scene.now)
    assert (found["child_welfare"], found["mental_health"], found["courts"]) == (told, NO, Answer())
    assert {part.data_class for part in SystemsPart.objects.all()} == {"CW", "MH"}
    assert all(b"Invented" not in bytes(part.told_sealed) for part in SystemsPart.objects.all())
    event = AuditEvent.objects.get(verb="case.systems_recorded")
    assert event.classes == ["CW", "MH"]


def test_an_earlier_answer_stays_on_record_and_the_newest_holds(scene, case):
    answer(scene, case, courts=YES, tribal=YES)
    answer(scene, case, version=systems_of(scene.coordinator, case, scene.now).version, courts=NO)

    found = lines(scene.coordinator, case, scene.now)
    assert (found["courts"], found["tribal"]) == (NO, YES)
    assert SystemsPart.objects.filter(data_class="CORE").count() == 2


@pytest.mark.req("PRIV-2")
def test_an_answer_is_open_to_whom_the_class_of_that_systems_records_opens(
    coordinator, detective, advocate, stranger, now
):
    scene = team.Scene(coordinator, detective, advocate, now, without_protocol=True)
    case = team.scheduled(scene).case
    answer(scene, case, courts=YES, mental_health=YES, child_welfare=YES)
    add_to_case(coordinator, case, account_code=advocate.code, discipline="victim_advocate", now=now)
    later = now + timedelta(hours=1)

    with pytest.raises(NotPermitted):
        systems_of(stranger, case, later)
    released(coordinator, case.client, advocate, "CORE", now=now)
    assert lines(advocate, case, later) == {"courts": YES, "tribal": Answer(), "homeless": Answer()}
    visitor, path = Visitor(advocate, later), f"/cases/{case.code}/"
    assert "Systems involved: Courts" in visitor.page(path)
    assert "Courts" in visitor.page(f"{path}glance/")
    assert "Mental health care" not in visitor.page(path) + visitor.page(f"{path}glance/")

    released(coordinator, case.client, advocate, "MH", now=now, initialled=frozenset({"MH"}))
    assert lines(advocate, case, later)["mental_health"] == YES
    assert "child_welfare" not in lines(advocate, case, later)


@pytest.mark.req("PRIV-2")
def test_the_version_of_a_form_does_not_count_the_parts_that_are_closed(scene, case):
    answer(scene, case, courts=YES)
    before = systems_of(scene.coordinator, case, scene.now).version
    SystemsPart.objects.filter(case=case).update(version=F("version") + 1)  # as after a part of a class that is closed

    assert systems_of(scene.coordinator, case, scene.now).version == before > 0
    answer(scene, case, version=before, courts=NO)
    assert systems_of(scene.coordinator, case, scene.now).version not in {0, before}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"courts": Answer(False, LONG_AGO)}, "Say yes"),
        ({"courts": Answer(None, None, "", "Somebody")}, "Say yes"),
        ({"courts": Answer(True, date(2199, 1, 1))}, "day to come"),
        ({"courts": Answer(True, None, "ZZZZ-2222")}, "agency from the list"),
        ({"courts": Answer(True, None, "", "x" * 201)}, "Shorten"),
        ({"invented": YES}, "from the list"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing_behind(scene, case, told, why):
    with pytest.raises(RuleBroken, match=why):
        answer(scene, case, **told)
    assert not SystemsPart.objects.exists()


def test_two_writers_lose_nothing(scene, case):
    answer(scene, case, courts=YES)

    with pytest.raises(RuleBroken, match="meanwhile"):
        answer(scene, case, courts=NO)
    answer(scene, case, courts=YES)  # the same again changes nothing
    assert SystemsPart.objects.count() == 1


def test_members_strangers_and_a_closed_case_record_nothing(scene, case, stranger):
    for viewer in (scene.detective, stranger):
        with pytest.raises(NotPermitted):
            record_systems(viewer, case, answers={"courts": YES}, version=0, now=scene.now)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=scene.now)
    case.refresh_from_db()
    with pytest.raises(RuleBroken, match="closed"):
        answer(scene, case, courts=YES)
    assert not SystemsPart.objects.exists()


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_general_tab_shows_the_list_and_the_timeline_its_line(scene, case, partner):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/"
    assert f'href="{path}systems/"' in visitor.page(f"{path}glance/")

    form = {
        "version": "0",
        "courts_with": "yes",
        "courts_since": "02/03/2020",
        "courts_agency": partner.code,
        "courts_contact": "Invented clerk",
        "school_with": "no",
    }
    assert visitor.post(f"{path}systems/", form)["Location"] == path
    beside, html = visitor.page(f"{path}glance/"), visitor.page(path)
    assert "Yes, since 02/03/2020" in beside
    assert "Invented Family Office" in beside
    assert "Invented clerk" in beside
    assert "Systems involved: Courts" in html
    assert "Systems involved: School" in html


def test_the_form_sent_twice_makes_one_record(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/systems/"

    for _ in range(2):
        assert visitor.post(path, {"version": "0", "courts_with": "yes"}).status_code == 302
    assert SystemsPart.objects.count() == 1


def test_what_is_refused_comes_back_as_it_was_typed(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/systems/"
    coming = local(scene.now).date() + timedelta(days=2)
    typed = {"version": "0", "courts_with": "yes", "courts_since": f"{coming:%m/%d/%Y}", "school_contact": "Invented"}

    answered = visitor.post(path, typed, **HTMX)
    html = answered.content.decode()
    assert answered.status_code == 422
    assert "This day has not come yet" in html
    assert "Say yes, or take out what stands below" in html
    assert 'value="Invented"' in html
    assert not SystemsPart.objects.exists()
    assert 'value="Invented"' in visitor.page(path)  # kept as a draft


def test_a_text_of_five_megabytes_is_refused_in_words(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/systems/"

    answered = visitor.post(path, {"courts_with": "yes", "courts_contact": "x" * 2_000_000})
    assert answered.status_code == 422
    assert not SystemsPart.objects.exists()


def test_a_second_writer_is_told_and_can_send_again(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/systems/"
    answer(scene, case, courts=YES)

    refused = visitor.post(path, {"version": "0", "courts_with": "no"})
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody has answered here meanwhile" in html
    version = re.search(r'name="version" value="(\d+)"', html)
    assert version is not None
    assert visitor.post(path, {"version": version[1], "courts_with": "no"}).status_code == 302
    assert lines(scene.coordinator, case, scene.now)["courts"] == NO


def test_what_is_typed_is_kept_for_its_writer_and_gone_once_it_is_sent(scene, case):
    visitor, path = Visitor(scene.coordinator, scene.now), f"/cases/{case.code}/systems/"

    visitor.post(f"{path}draft/", {"version": "0", "courts_contact": "Invented clerk\0"})
    assert "Invented clerk" in visitor.page(path)
    assert visitor.post(path, {"version": "0", "courts_with": "yes"}).status_code == 302
    assert not Draft.objects.filter(form="case.systems").exists()
