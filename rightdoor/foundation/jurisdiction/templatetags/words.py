"""{% word "area" %}: the state's own nouns; {{ moment|when }}: a time as people of the state read it."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import get_language, gettext

from rightdoor.foundation.jurisdiction.active import active_pack, local

register = template.Library()


@register.simple_tag
def word(key: str, plural: bool = False) -> str:
    """The pack's word for `key` in the reader's language."""
    return active_pack().word(key, get_language() or "en", plural=plural)


def clock_time(moment: datetime) -> str:
    """10:05 a.m."""
    at = local(moment)
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'a.m.' if at.hour < 12 else 'p.m.'}"


@register.filter
def when(moment: datetime | None) -> str:
    """Tue 03/10/2026, 10:05 a.m."""
    return f"{local(moment):%a %m/%d/%Y}, {clock_time(moment)}" if moment else ""


@register.filter
def day(moment: datetime | date | None) -> str:
    """03/10/2026"""
    if moment is None:
        return ""
    return f"{local(moment):%m/%d/%Y}" if isinstance(moment, datetime) else f"{moment:%m/%d/%Y}"


@register.filter
def time_of_day(moment: datetime | None) -> str:
    """10:05 a.m."""
    return clock_time(moment) if moment else ""


@register.filter
def region_name(key: str) -> str:
    """The name of a region by its key; "*" is a grant for the whole state."""
    if key == "*":
        return gettext("the whole state")
    return active_pack().region(key).name if key else ""
