"""The pictures of the README and the coordinator's guide, from a running demonstration. By hand, when they changed:

./door demo --small --port 8000
.venv/bin/python -m tests.journeys.pictures http://127.0.0.1:8000
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys import product
from tests.journeys.window import NARROW, WIDE, Window

FOLDER = Path(__file__).parents[2] / "docs" / "images"
REGION = "Greater New Orleans"
LARGEST = 200_000


def main(site: str) -> None:
    """Take all of them."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=product.chromium(), args=product.LAUNCH)
        wide, narrow = Window(browser, site, width=WIDE), Window(browser, site, width=NARROW)
        for window in (wide, narrow):
            window.enter("Care coordinator", REGION)
        wide.go("/")
        _take(wide, "desk-1280.png")
        narrow.go("/")
        _take(narrow, "desk-390.png")
        narrow.go("/referrals/?state=received")
        narrow.go(str(narrow.page.locator("main table a[href^='/referrals/']").first.get_attribute("href")) + "triage/")
        for question, answer in (
            ("Victim status", "Confirmed victim"),
            ("Is there an immediate safety concern?", "Yes"),
        ):
            group = narrow.page.get_by_role("group", name=question)
            group.get_by_role("radio", name=answer, exact=True).check(force=True)
        narrow.page.locator("#tier").get_by_role("button", name="Set tier 1").wait_for()
        narrow.page.wait_for_load_state("networkidle")
        narrow.page.mouse.wheel(0, 9_000)
        _take(narrow, "triage-390.png")
        wide.go("/meetings/?past=1")
        meetings = wide.page.locator("main table a[href^='/meetings/']").evaluate_all(
            "all => [...new Set(all.map(one => one.getAttribute('href')))]"
        )
        for meeting in meetings:
            wide.go(f"{meeting}staffings/")
            summary = wide.page.get_by_role("link", name="Read the summary")
            if summary.count():
                summary.click()
                _take(wide, "summary-1280.png")
                break
        else:
            raise SystemExit("no summary was found")
        _guide(wide, narrow)


def _guide(wide: Window, narrow: Window) -> None:
    """What docs/how-to/coordinate-cases.md shows, in its order."""
    wide.go("/cases/")
    cases = _links(wide, "main table a[href^='/cases/']")
    with_plan = next(case for case in cases if _has(wide, f"{case}plan/", "a[href$='/review/']"))
    wide.go(with_plan)
    wide.page.get_by_role("heading", name="What is due").wait_for()
    _take(wide, "guide-case.png")
    wide.go("/desk/cases/")
    _take(wide, "guide-due.png")
    wide.go("/meetings/")
    meetings = _links(wide, "main table a[href^='/meetings/']")
    several = max(meetings, key=lambda one: _count(wide, f"{one}staffings/", "main table th a[href^='/staffings/']"))
    wide.go(f"{several}staffings/")
    _take(wide, "guide-order.png")
    staffing = _links(wide, "main table th a[href^='/staffings/']")[0]
    wide.go(f"{staffing}display/")
    _take(wide, "guide-display.png")
    narrow.go(staffing)
    narrow.page.locator("section[id^='topic-']").first.scroll_into_view_if_needed()
    _take(narrow, "guide-minutes.png")
    narrow.go(f"{with_plan}missing/new/")
    _take(narrow, "guide-missing.png")
    wide.go(f"{with_plan}plan/")
    wide.go(_links(wide, "main a[href^='/plans/'][href$='/review/']")[0])
    _take(wide, "guide-review.png")
    wide.go(f"{with_plan}closure/")
    _take(wide, "guide-closure.png")


def _links(window: Window, which: str) -> list[str]:
    found = window.page.locator(which).evaluate_all("all => [...new Set(all.map(one => one.getAttribute('href')))]")
    return [str(one) for one in found]


def _has(window: Window, path: str, which: str) -> bool:
    return _count(window, path, which) > 0


def _count(window: Window, path: str, which: str) -> int:
    window.go(path)
    return int(window.page.locator(which).count())


def _take(window: Window, name: str) -> None:
    """One screen, as a person sees it."""
    window.page.wait_for_load_state("networkidle")
    window.page.screenshot(path=FOLDER / name)
    size = (FOLDER / name).stat().st_size
    print(f"{name}: {size:,} bytes")
    assert size < LARGEST, f"{name} is too large for a page that is read on a phone"


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
