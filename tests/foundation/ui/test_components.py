"""What the components say, read as a person or a screen reader would."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, engines
from django.utils.html import strip_tags

from rightdoor.domain.clock import Clock
from rightdoor.foundation.ui import gallery

UI = Path(gallery.__file__).parent
HOUR = timedelta(hours=1)
NOT_COMPONENTS = {"emergency", "page", "public", "act", "document", "clock_sign"}


def shown(source: str, **values: object) -> str:
    """The markup of a piece of template."""
    return engines["django"].engine.from_string(source).render(Context(values))


def read(source: str, **values: object) -> str:
    """The words of a piece of template."""
    return " ".join(strip_tags(shown(source, **values)).split())


def test_a_clock_says_what_is_left_then_the_due_moment_in_full(now: datetime) -> None:
    clock = Clock(now - 29 * HOUR, now + 19 * HOUR)
    assert read("{% clock c %}", c=clock, now=now) == "19 h left On time due Wed 03/11/2026, 5:00 a.m."


def test_a_clock_under_a_quarter_says_that_it_is_at_risk(now: datetime) -> None:
    clock = Clock(now - 40 * HOUR, now + 8 * HOUR)
    assert "At risk" in read("{% clock c %}", c=clock, now=now)


def test_a_late_clock_says_so_without_colour(now: datetime) -> None:
    clock = Clock(now - 50 * HOUR, now - 2 * HOUR)
    assert read("{% clock c %}", c=clock, now=now).startswith("2 h late was due")


def test_a_paused_clock_says_why(now: datetime) -> None:
    clock = Clock(now, now + HOUR, paused_at=now, pause_reason="The youth has not been located.")
    assert "The youth has not been located." in read("{% clock c %}", c=clock, now=now)


def test_a_clock_can_name_its_zone(now: datetime) -> None:
    assert read("{% clock c zone=True %}", c=Clock(now, now + HOUR), now=now).endswith("CDT")


def test_no_clock_is_nothing(now: datetime) -> None:
    assert shown("{% clock c %}", c=None, now=now) == ""


def test_a_person_without_a_name_is_a_code_and_nothing_else() -> None:
    assert read("{% person p %}", p=gallery.Shown("T3WB-9HZN")) == "T3WB-9HZN"


def test_a_tier_is_read_with_its_hours_from_the_pack() -> None:
    assert read("{% tier_badge 1 %}") == "Tier 1 48 h"


def test_what_a_person_typed_is_escaped_in_every_block() -> None:
    nasty = "<img src=x>"
    for block in ("panel", "notice", "confirm", "empty title='t'", "form_actions 'Go'", "page_header title='t'"):
        name = block.split()[0]
        markup = shown(f"{{% {block} %}}<b>{{{{ nasty }}}}</b>{{% end{name} %}}", nasty=nasty)
        assert "<img" not in markup, block
        assert "<b>" in markup, block


def test_titles_of_blocks_are_escaped() -> None:
    assert "<i>" not in shown("{% panel title=t %}x{% endpanel %}{% notice title=t %}x{% endnotice %}", t="<i>")


def test_the_bar_of_a_clock_never_leaves_its_track(now: datetime) -> None:
    markup = shown("{% clock c %}", c=Clock(now - 9 * HOUR, now - 8 * HOUR), now=now)
    assert float(re.search(r'clock__used" width="([\d.]+)"', markup).group(1)) == 100.0


def test_the_timeline_puts_entries_under_the_day_of_the_state(now: datetime) -> None:
    entries = [gallery.Happened(now, "Second"), gallery.Happened(now - 12 * HOUR, "First")]
    words = read("{% timeline e %}", e=entries)
    assert words.index("03/10/2026") < words.index("Second") < words.index("03/09/2026") < words.index("First")


@pytest.mark.parametrize("path", sorted((UI / "templates" / "ui").glob("*.html")), ids=lambda path: path.stem)
def test_every_component_has_its_place_in_the_gallery(path: Path) -> None:
    page = (UI / "templates" / "ui" / "gallery" / "gallery.html").read_text(encoding="utf-8")
    assert path.stem in NOT_COMPONENTS or f'data-component="{path.stem}"' in page
