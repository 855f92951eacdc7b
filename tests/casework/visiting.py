"""A person at a browser at a moment: signed in for that moment, so that no session has run out meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import time_machine
from django.http import HttpResponse
from django.test import Client as Browser

from rightdoor.domain.permission import Viewer
from tests.signing_in import sign_in

HTMX = {"HX-Request": "true"}


class Visitor:
    """`Visitor(viewer, at).get("/cases/")`"""

    def __init__(self, viewer: Viewer, at: datetime) -> None:
        self.at = at
        with time_machine.travel(at, tick=False):
            self.browser = sign_in(Browser(), viewer, at=at)

    def get(self, path: str, **headers: str) -> HttpResponse:
        with time_machine.travel(self.at, tick=False):
            return self.browser.get(path, headers=headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        with time_machine.travel(self.at, tick=False):
            return self.browser.post(path, data or {}, headers=headers)

    def page(self, path: str) -> str:
        """The page's text; fails unless it is there."""
        answer = self.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
        return answer.content.decode()


def hidden(html: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    import re

    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    assert found, name
    return found.group(1)
