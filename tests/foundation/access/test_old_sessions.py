"""Sessions that nobody came back to are ended by night."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.jobs import end_old_sessions
from rightdoor.foundation.accounts.models import SignedInSession
from tests.signing_in import sign_in


def test_a_session_whose_hours_are_over_is_ended(coordinator: Viewer, detective: Viewer) -> None:
    now = timezone.now()
    sign_in(Client(), coordinator, at=now - timedelta(hours=12))
    sign_in(Client(), detective, at=now - timedelta(hours=11))
    end_old_sessions(now=now)
    assert list(SignedInSession.objects.order_by("started_at").values_list("ended_at", flat=True)) == [now, None]
    assert Session.objects.count() == 1


def test_a_month_later_nothing_of_it_is_kept(coordinator: Viewer) -> None:
    now = timezone.now()
    sign_in(Client(), coordinator, at=now - timedelta(hours=12))
    end_old_sessions(now=now)
    end_old_sessions(now=now + timedelta(days=31))
    assert not SignedInSession.objects.exists()
