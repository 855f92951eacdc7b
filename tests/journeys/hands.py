"""Somebody who uses the keyboard alone: the Tab key to get somewhere, then what a person would press there."""

from __future__ import annotations

from typing import Any

from tests.journeys.window import Window

FURTHEST = 400  # the longest page has the people of the demonstration on it


def _was_sent(request: Any) -> bool:
    """By the person, and not kept by itself while she typed."""
    return request.method == "POST" and "x-draft" not in request.headers


class Hands:
    """Works in a window without ever touching the mouse. Everything is found by what it is called."""

    def __init__(self, window: Window) -> None:
        self.window, self.page = window, window.page
        self.keys = window.page.keyboard

    def reach(self, wanted: Any) -> None:
        """Tab until it has the focus, and the focus can be seen. Fails when the Tab key never gets there."""
        try:
            element = wanted.element_handle(timeout=8_000)
        except Exception as missing:
            said = self.page.locator("body").aria_snapshot()
            raise AssertionError(f"{self.window.path}: {wanted} is not there, but:\n{said}") from missing
        for _ in range(FURTHEST):
            if element.evaluate("one => one === document.activeElement"):
                seen = element.evaluate(
                    """one => { const box = one.getBoundingClientRect(), look = getComputedStyle(one);
                    const label = one.labels && one.labels[0] ? getComputedStyle(one.labels[0], '::before') : look;
                    return box.bottom > 0 && box.top < innerHeight
                        && [look, label].some(it => it.outlineStyle !== 'none' || it.boxShadow !== 'none'); }"""
                )
                assert seen, (
                    f"{self.window.path}: the focus cannot be seen on {element.evaluate('one => one.outerHTML')}"
                )
                return
            self.keys.press("Tab")
        raise AssertionError(f"{self.window.path}: the Tab key never reaches {wanted}")

    def press(self, name: str, kind: str = "button", *, inside: Any = None, exact: bool = True) -> None:
        """Reach a button or link of this name and press Enter."""
        self.reach((inside or self.page).get_by_role(kind, name=name, exact=exact).first)
        self.keys.press("Enter")

    def follow(self, name: str, *, inside: Any = None, exact: bool = True) -> None:
        """Reach a link and press Enter; waits for the page behind it."""
        with self.page.expect_navigation():
            self.press(name, "link", inside=inside, exact=exact)

    def send(self, name: str = "", *, inside: Any = None, exact: bool = True) -> None:
        """Press the button that sends a form, or Enter in its field; wait until the answer stands on the page."""
        self.page.evaluate("window.before = true")
        with self.page.expect_response(lambda answer: _was_sent(answer.request)) as sent:
            if name:
                self.press(name, inside=inside, exact=exact)
            else:
                self.keys.press("Enter")
        answer = sent.value
        by_script = "hx-request" in answer.request.headers
        if not by_script or "hx-redirect" in answer.headers or "hx-location" in answer.headers:
            self.window.until("!window.before && document.readyState === 'complete'")
        else:
            self.settled()

    def settled(self) -> None:
        """Wait until what came by script stands on the page."""
        self.window.until("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")

    def open(self, words: str, *, inside: Any = None) -> None:
        """Reach what stands folded under these words and unfold it."""
        fold = (inside or self.page).locator("summary", has_text=words).first
        self.reach(fold)
        if not fold.evaluate("one => one.parentElement.open"):
            self.keys.press("Enter")

    def field(self, kind: str, label: str, *, inside: Any = None, exact: bool = False) -> Any:
        """The first field of this kind that is called so, not the group around it."""
        return (inside or self.page).get_by_label(label, exact=exact).and_(self.page.locator(kind)).first

    def write(self, label: str, text: str, *, inside: Any = None, exact: bool = False) -> None:
        """Reach a field by its label and type, over what stood there."""
        self.reach(self.field("input, textarea", label, inside=inside, exact=exact))
        self.keys.press("Control+a")
        self.keys.type(text)

    def choose(self, question: str, answer: str, *, inside: Any = None) -> None:
        """Answer a question of radio buttons: reach the group, then the arrow keys."""
        group = (inside or self.page).get_by_role("group", name=question).first
        options = group.get_by_role("radio")
        wanted = group.get_by_role("radio", name=answer, exact=True).first
        checked = group.locator("input[type=radio]:checked")
        self.reach(checked.first if checked.count() else options.first)
        for _ in range(options.count() + 1):
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.keys.press("ArrowDown")
        self.keys.press("Space")
        assert wanted.is_checked(), f"{question}: {answer} cannot be chosen with the keyboard"

    def pick(self, label: str, option: str, *, inside: Any = None) -> None:
        """Choose in a list by typing the beginning of the words."""
        place = self.field("select", label, inside=inside)
        self.reach(place)
        self.keys.type(option)
        said = place.evaluate("one => one.selectedOptions[0].label")
        assert said.startswith(option), f"{label}: typing {option!r} chose {said!r}"

    def tick(self, label: str, *, inside: Any = None) -> None:
        """Tick a box."""
        box = (inside or self.page).get_by_label(label).first
        self.reach(box)
        if not box.is_checked():
            self.keys.press("Space")
        assert box.is_checked()

    def enter(self, group: str, where: str = "", *, called: str = "") -> str:
        """Come in as an invented person of the demonstration, by keyboard as everything else. Returns the name."""
        self.window.go("/demo/")
        self.window.somebody = True
        heading, button, name = self.window.person(group, called or where)
        self.reach(heading)
        self.keys.press("Enter")
        self.reach(button)
        with self.page.expect_navigation():
            self.keys.press("Enter")
        return name
