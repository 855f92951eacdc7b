"""SEC-52: whoever reports from the public pages leaves nothing behind but the report."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser

from rightdoor.foundation.audit.logs import AllowedFields
from tests.bars import sabotage
from tests.casework.intake.test_public_report_page import ANSWERS, fields, sent, step
from tests.safety.searching import hits, variants
from tests.safety.test_planted_names import copy_of_tables

ADDRESS, AGENT, FROM = "203.0.113.77", "Marvellous-Browser-7719", "https://a-page-before.example/"
TOLD = ("Zebulina", "A marked invented story", "Wilhelmina Invented", "555-0100", "By the river")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What every logger of the product writes, at its most talkative."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(AllowedFields())
    writers = [logging.getLogger(name) for name in ("", *settings.LOGGING["loggers"])]
    levels = [writer.level for writer in writers]
    for writer in writers:
        writer.setLevel(logging.DEBUG)
        writer.addHandler(handler)
    yield kept
    for writer, level in zip(writers, levels, strict=True):
        writer.removeHandler(handler)
        writer.setLevel(level)


@pytest.mark.bar("SEC-52")
@pytest.mark.req("INT-1", "PRIV-1")
def test_a_report_from_the_street_leaves_no_address_no_browser_and_no_words(lines: io.StringIO, tmp_path: Path) -> None:
    stranger = Browser(REMOTE_ADDR=ADDRESS, headers={"user-agent": AGENT, "referer": FROM})
    page = stranger.post("/start/en/", {"step": "purpose"})
    for answers in ANSWERS.values():
        page = step(stranger, page, answers)
    receipt = sent(step(stranger, page))
    assert fields(stranger.get("/start/en/back/")) is not None
    assert stranger.post("/start/en/back/", {"receipt": receipt}).status_code == 200
    assert stranger.cookies == {}
    rows = copy_of_tables(tmp_path / "tables")
    assert rows["intake_report"] == 1
    (tmp_path / "tables" / "log").write_text(lines.getvalue(), encoding="utf-8")
    plain = re.sub("-", "", receipt)
    traces = {one for text in (ADDRESS, AGENT, FROM, receipt, plain, *TOLD) for one in variants(text)}
    assert hits(traces, tmp_path / "tables") == []


@sabotage("SEC-52", "the browser's name is logged with each request")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.foundation.ui.middleware import HardeningHeaders

    before = HardeningHeaders.__call__

    def talkative(self: HardeningHeaders, request: object) -> object:
        logging.getLogger("rightdoor").warning("seen")
        AllowedFields.format = lambda one, line: f"{line.getMessage()} {AGENT}"  # type: ignore[method-assign]
        return before(self, request)  # type: ignore[arg-type]

    monkeypatch.setattr(AllowedFields, "format", AllowedFields.format)
    monkeypatch.setattr(HardeningHeaders, "__call__", talkative)
