"""A window of the browser with one person's session in it. It notes what no page may do: fail, or call elsewhere."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, WIDE = 390, 1280


class Window:
    """One session: `go` somewhere, `enter` as somebody of the demonstration, look for what is wrong."""

    def __init__(self, browser: Any, site: str, *, width: int = WIDE, scripts: bool = True, **wishes: Any) -> None:
        self.site = site
        self.faults: list[str] = []
        self.somebody = False  # whether somebody of the demonstration came in here
        self.context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900}, java_script_enabled=scripts, **wishes
        )
        self.context.set_default_timeout(15_000)
        self.context.on("request", self._note_request)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda fault: self.faults.append(f"{self.page.url}: {fault}"))
        self.page.on("console", self._note_line)
        self.page.on("dialog", self._note_dialog)

    def _note_request(self, request: Any) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in {"http", "https", "ws", "wss"} and f"{asked.scheme}://{asked.netloc}" != self.site:
            self.faults.append(f"asked another site for {request.url}")

    def _note_line(self, line: Any) -> None:
        # The browser writes a line for every answer of 4xx; refusals are tested by what the person reads.
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.faults.append(f"{self.page.url}: {line.text}")

    def _note_dialog(self, dialog: Any) -> None:
        self.faults.append(f"{self.page.url} asked: {dialog.type} {dialog.message}")
        dialog.accept()

    def go(self, path: str) -> Any:
        """Open an address of the site. Returns the answer."""
        return self.page.goto(self.site + path)

    def fetch(self, path: str) -> Any:
        """What the site answers this session, without showing it."""
        return self.context.request.get(self.site + path)

    def enter_as(self, group: str, name: str) -> None:
        """Come in as somebody of a group who is known by name."""
        assert self.enter(group, name) == name

    def until(self, so: str, seconds: float = 15) -> None:
        """Wait until this is so on the page. Asked from outside: the page's own policy lets nobody evaluate inside."""
        end = time.monotonic() + seconds
        while True:
            try:
                if self.page.evaluate(so):
                    return
            except Exception as gone:  # the page is just being replaced
                if "context was destroyed" not in str(gone) and "navigat" not in str(gone):
                    raise
            assert time.monotonic() < end, f"{self.path}: not so within {seconds:.0f} seconds: {so}"
            self.page.wait_for_timeout(30)

    @property
    def path(self) -> str:
        """Where the window is."""
        return urlsplit(self.page.url).path

    def person(self, group: str, where: str = "", place: int = 0) -> tuple[Any, Any, str]:
        """On /demo/: the heading of a group, the button of one of its people, and that person's name."""
        box = self.page.locator(
            "details", has=self.page.locator("summary", has_text=re.compile(rf"^{re.escape(group)} [(]"))
        )
        row = box.locator("li", has_text=where).nth(place)
        return box.locator("summary"), row.get_by_role("button"), str(row.locator("strong").text_content())

    def enter(self, group: str, where: str = "", place: int = 0) -> str:
        """Come in as an invented person of a group, a region and a place in the list. Returns the name."""
        self.go("/demo/")
        self.somebody = True
        heading, button, name = self.person(group, where, place)
        heading.click()
        with self.page.expect_navigation():
            button.click()
        return name

    def axe(self, rules: list[str] | None = None) -> list[str]:
        """What the accessibility checker finds on the page, as lines for a person."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        wanted = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
        found = self.page.evaluate(
            "runOnly => axe.run(document, {runOnly, preload: false, resultTypes: ['violations']})", wanted
        )
        return [
            f"{rule['id']}: {', '.join(' '.join(map(str, node['target'])) for node in rule['nodes'][:5])}"
            for rule in found["violations"]
        ]

    def runs_out(self) -> list[str]:
        """What makes the page wider than the screen; nothing when it fits."""
        return list(
            self.page.evaluate(
                """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
                [...document.querySelectorAll('main *, header *, nav *')]
                .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
                .slice(0, 4).map(one => one.outerHTML.slice(0, 120))"""
            )
        )

    def text(self) -> str:
        """Everything that can be read in the content, in one line."""
        return re.sub(r"\s+", " ", str(self.page.locator("main").inner_text()))

    def close(self) -> None:
        """Shut the window, as when the browser is ended."""
        self.somebody = False
        self.context.close()

    def leave(self) -> None:
        """Sign out, if somebody came in here, and shut the window.

        A person has three sessions at most and the journeys share their people: one that stays open here would, for
        the fourth, end somebody else's in the middle of a walk.
        """
        if self.somebody:
            shown = self.context.request.get(f"{self.site}/sessions/").text()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
            if token:
                self.context.request.post(
                    f"{self.site}/sign-out/",
                    form={"csrfmiddlewaretoken": token[1]},
                    headers={"Referer": f"{self.site}/sessions/", "Origin": self.site},
                )
        self.close()
