"""A report made of a screening: sent twice it is one, and its receipt is seen both times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client as Browser

from rightdoor.casework.intake.models import Report
from rightdoor.casework.screening import actions
from rightdoor.domain.permission import Viewer
from tests.casework.screening.conftest import NAME, WORDS, Begin

Enter = Callable[[Viewer], Browser]


@pytest.mark.req("SCR-3")
def test_the_report_sent_twice_is_one_and_shows_its_receipt_twice(
    begin: Begin, screener: Viewer, enter: Enter, now: datetime
) -> None:
    there = f"/screening/{actions.stop_screening(screener, begin(), now=now).code}/report/"
    browser, sent = enter(screener), {"what": WORDS, "given": NAME, "area": "ascension", "form_id": "once"}

    first, again = browser.post(there, sent), browser.post(there, sent)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.context["receipt"] == again.context["receipt"]
    assert Report.objects.count() == 1
    assert browser.post(there, {**sent, "what": "Something else."}).status_code == 302
    assert Report.objects.count() == 1
