"""The case summary: frozen, shared by name, open to its recipients and to nobody else, printed accessibly."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest

from rightdoor.casework.staffings import actions
from rightdoor.casework.staffings.models import CaseSummary
from rightdoor.casework.staffings.printouts import print_summary, summary_context
from rightdoor.casework.staffings.queries import shares_of, summary_for
from rightdoor.domain.errors import NotPermitted, NotVisible, RuleBroken
from tests.casework import team


@pytest.fixture
def summary(scene) -> CaseSummary:
    """A shared summary."""
    return actions.file_and_share_summary(scene.coordinator, team.held(scene), now=scene.now + timedelta(days=2))


@pytest.mark.req("MTG-5")
def test_a_summary_is_shared_with_everybody_invited_and_stops_its_clock(scene, summary):
    assert {name for _, name in shares_of(summary)} == {"Dana Detective", "Ada Advocate"}
    assert summary.staffing.summary_shared_at == scene.now + timedelta(days=2)


def test_a_summary_is_shared_once_and_only_of_a_staffing_that_was_held(scene):
    staffing = team.scheduled(scene)
    with pytest.raises(RuleBroken, match="Hold the staffing"):
        actions.file_and_share_summary(scene.coordinator, staffing, now=scene.now)
    team.held(scene, staffing)
    actions.file_and_share_summary(scene.coordinator, staffing, now=scene.now + timedelta(days=2))

    with pytest.raises(RuleBroken, match="already"):
        actions.file_and_share_summary(scene.coordinator, staffing, now=scene.now + timedelta(days=2))


def test_a_member_does_not_share(scene):
    staffing = team.held(scene)

    with pytest.raises(NotPermitted):
        actions.file_and_share_summary(scene.detective, staffing, now=staffing.starts_at)


@pytest.mark.req("MTG-5", "PRIV-1")
def test_a_shared_summary_stays_open_to_its_recipient_after_the_window_and_who_opened_it_is_known(scene, summary):
    later = scene.now + timedelta(days=60)

    opened = actions.open_summary(scene.detective, summary_for(scene.detective, summary.code, later), now=later)

    assert opened.body["topics"][0]["text"] == "A safe place was found."
    opened_at = {name: share.first_opened_at for share, name in shares_of(summary)}
    assert opened_at == {"Dana Detective": later, "Ada Advocate": None}


@pytest.mark.req("PRIV-2")
def test_sharing_opens_the_core_and_never_the_plan(scene, summary):
    later = scene.now + timedelta(days=3)

    assert actions.open_summary(scene.detective, summary, now=later).plan is None
    assert actions.open_summary(scene.coordinator, summary, now=later).plan["wishes"] == "To stay near a sister."


def test_to_whom_it_was_not_shared_a_summary_does_not_exist(scene, summary, stranger, other_coordinator):
    for viewer in (stranger, other_coordinator):
        with pytest.raises(NotVisible):
            summary_for(viewer, summary.code, scene.now)


@pytest.mark.req("MTG-5", "UX-2")
def test_the_printed_summary_is_a_tagged_document_without_a_name(scene, summary):
    opened = actions.open_summary(scene.coordinator, summary, now=scene.now)

    document = print_summary(scene.coordinator, summary, opened, now=scene.now)

    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo["/Title"]) == "Case summary"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
    context = str(summary_context(opened, summary, scene.coordinator, scene.now))
    assert not any(secret in context for secret in team.SECRETS)
    assert "To stay near a sister." in context


def test_a_printed_copy_for_a_member_leaves_the_plan_out(scene, summary):
    opened = actions.open_summary(scene.detective, summary, now=scene.now)

    assert summary_context(opened, summary, scene.detective, scene.now)["plan"] == {}
