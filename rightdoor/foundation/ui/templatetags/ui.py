"""The components: small pieces of a page that look and read the same everywhere. All are in the gallery.

Leaves are plain tags (`{% clock referral.clock %}`), those with content are blocks
(`{% panel title="Team" %} … {% endpanel %}`).
A component shows what it is given; it asks nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rightdoor.domain.clock import Clock, in_words
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.jurisdiction.templatetags.words import when
from rightdoor.foundation.ui.charts import Chart

register = template.Library()

# "2 h late", "met with 5 h to spare", "missed by 3 h" and "paused" say their state themselves.
STATE_WORDS = {"on_time": "On time", "at_risk": "At risk"}


def _component(component: str, /, **values: Any) -> SafeString:
    return get_template(f"ui/{component}.html").render(values)


def _trimmed(content: str) -> SafeString:
    """The content of a block, which its template has escaped already, without the blanks around it."""
    return SafeString(content.strip())


# ------------------------------------------------------------------------------------------------------------- leaves


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock at one moment, as the page says it."""

    words: str
    state: str
    state_words: str
    due: str
    due_word: str
    due_iso: str
    used: str
    reason: str
    what: str

    @classmethod
    def of(cls, clock: Clock, now: datetime, *, what: str = "", with_zone: bool = False) -> ClockView:
        """The view of `clock` at `now`; `with_zone` adds the zone's short name, for people of two zones."""
        state = clock.state(now)
        due = when(clock.due_at)
        if with_zone:
            due = f"{due} {local(clock.due_at):%Z}"
        words = in_words(clock, now)
        return cls(
            words=words[:1].upper() + words[1:],
            state=state,
            state_words=STATE_WORDS.get(state, ""),
            due=due,
            due_word="was due" if state in {"late", "met", "missed"} else "due",
            due_iso=clock.due_at.isoformat(),
            used=f"{min(100.0, clock.share_used(now) * 100):.1f}",
            reason=clock.pause_reason if state == "paused" else "",
            what=what,
        )


@register.simple_tag(takes_context=True)
def clock(
    context: template.Context,
    clock: Clock | None,
    what: str = "",
    size: str = "row",
    zone: bool = False,
    dom_id: str = "",
) -> str:
    """The clock: words first, then the due moment in full. `size` is row, head or large. Nothing for no clock."""
    if clock is None:
        return ""
    view = ClockView.of(clock, context["now"], what=what, with_zone=zone)
    sign = _sign(view.state)
    line = SafeString("")
    if view.state_words:
        line += format_html('<span class="clock__state">{}{}</span> ', sign, view.state_words)
    if view.reason:
        line += format_html('<span class="clock__why">{}{}</span> ', sign, view.reason)
    return format_html(
        _CLOCK,
        view.state,
        size,
        format_html(' id="{}"', dom_id) if dom_id else "",
        format_html('<span class="clock__what">{}</span>', view.what) if view.what else "",
        view.words,
        view.used,
        line,
        "" if line else sign,
        view.due_word,
        view.due_iso,
        view.due,
    )


# Lists show fifty of each leaf: written here rather than as templates, which cost twenty times as much.
_CLOCK = """<div class="clock clock--{} clock--{}"{}>{}
<span class="clock__words">{}</span>
<svg class="clock__bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true" focusable="false">\
<rect class="clock__track" width="100" height="2"/><rect class="clock__used" width="{}" height="2"/>\
<rect class="clock__mark" x="75" width="0.6" height="2"/></svg>
<span class="clock__line">{}<span class="clock__due">{}{} <time datetime="{}">{}</time></span></span></div>"""


@lru_cache(maxsize=16)
def _sign(state: str) -> SafeString:
    """The sign of a clock's state; the words beside it say the same."""
    return _component("clock_sign", state=state)


@register.simple_tag
def status(label: str, tone: str = "plain") -> str:
    """A state in words. Tones: plain, strong (waits for somebody), quiet (done), at_risk, late."""
    return format_html('<span class="status status--{}">{}</span>', tone, label)


@register.simple_tag
def tier_badge(number: int | None, hours: int | None = None) -> str:
    """The response tier and how soon it asks for a meeting; the pack knows the hours unless they are given."""
    if number and hours is None:
        hours = next((tier.due_hours for tier in active_pack().tiers if tier.number == number), None)
    within = ""
    if hours:
        within = f"{hours} h" if hours <= 72 or hours % 24 else f"{hours // 24} days"
    if not number:
        return format_html('<span class="tier tier--none">{}</span>', _("No tier yet"))
    return format_html(
        '<span class="tier tier--{}"><span class="tier__number">{} {}</span>{}</span>',
        number,
        _("Tier"),
        number,
        format_html(' <span class="tier__within">{}</span>', within) if within else "",
    )


@register.simple_tag
def person(shown: Any, about: str = "") -> str:
    """A client as the disclosure rules show them: name and code, or the code alone. `shown` has .code and .name."""
    name = getattr(shown, "name", "")
    return format_html(
        '<span class="person">{}<span class="code{}">{}</span>{}</span>',
        format_html('<span class="person__name">{}</span> ', name) if name else "",
        " person__code" if name else "",
        shown.code,
        format_html(' <span class="person__about">{}</span>', about) if about else "",
    )


@register.simple_tag
def icon(name: str) -> str:
    """A picture from the sprite. Always beside words, so it is hidden from screen readers."""
    return format_html(
        '<svg class="usa-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("uswds/img/sprite.svg"),
        name,
    )


@register.simple_tag
def field(bound: Any) -> str:
    """One field of a form: label, hint, error, input."""
    return bound.as_field_group()


@register.simple_tag
def error_summary(form: BaseForm) -> str:
    """What must be mended, each with a link to its field. Takes the focus. Nothing for a sound form."""
    if not form.is_bound or not form.errors:
        return ""
    problems: list[dict[str, str]] = [
        {"target": "", "label": "", "sentence": str(sentence)} for sentence in form.non_field_errors()
    ]
    for name, errors in form.errors.items():
        if name not in form.fields:
            continue
        bound = form[name]
        target = f"{bound.auto_id}_group" if bound.use_fieldset else bound.id_for_label
        label = str(bound.label)
        label = label if label.endswith(("?", ".")) else f"{label}:"
        problems += [{"target": target, "label": label, "sentence": str(error)} for error in errors]
    title = ngettext("One thing to mend", "%(count)d things to mend", len(problems)) % {"count": len(problems)}
    return _component("error_summary", problems=problems, title=title)


@register.simple_tag
def chart(chart: Chart) -> str:
    """A chart of `foundation/ui/charts.py` with its table below."""
    return _component("chart", chart=chart)


@register.simple_tag
def steps(labels: Sequence[str], number: int) -> str:
    """Where one is in a short sequence. `number` counts from 1."""
    items = [
        {"label": label, "state": "here" if at == number else "done" if at < number else "ahead"}
        for at, label in enumerate(labels, start=1)
    ]
    return _component("steps", items=items, number=number, total=len(items), label=labels[number - 1])


@register.simple_tag
def timeline(entries: Iterable[Any]) -> str:
    """What happened, in the given order, under one date each. Entries: .at, .what, perhaps .who, .detail, .url."""
    rows = [
        {
            "at": entry.at,
            "iso": entry.at.isoformat(),
            "what": entry.what,
            "who": getattr(entry, "who", ""),
            "detail": getattr(entry, "detail", ""),
            "url": getattr(entry, "url", ""),
        }
        for entry in entries
    ]
    days = [
        {"day": date, "entries": list(group)} for date, group in groupby(rows, key=lambda row: local(row["at"]).date())
    ]
    return _component("timeline", days=days)


@register.simple_tag
def chips(chips: Sequence[Any], clear: str = "") -> str:
    """The filters in force: each has .name, .value and .without, the address of the list without it."""
    return _component("chips", chips=chips, clear=clear) if chips else ""


@register.simple_tag
def pager(previous: str = "", next: str = "", said: str = "", label: str = "") -> str:  # noqa: A002
    """To the pages before and after; `said` tells what is shown ("41 to 80 of 131")."""
    return _component("pager", previous=previous, next=next, said=said, label=label or _("Pages of this list"))


@register.simple_tag
def tabs(tabs: Sequence[Any], label: str = "Parts of this record") -> str:
    """The parts of a record: each has .label, .url, .is_here and may have .count."""
    items = [
        {"label": tab.label, "url": tab.url, "is_here": tab.is_here, "count": getattr(tab, "count", "")} for tab in tabs
    ]
    return _component("tabs", tabs=items, label=label)


@register.simple_tag
def quick_exit() -> str:
    """The way out, first thing that the keyboard reaches. A plain link that needs no script."""
    return _component("quick_exit", to=active_pack().public.quick_exit_url)


@register.simple_tag
def language_choice(links: Sequence[Any]) -> str:
    """The same page in another language: each link has .code, .name, .url, .is_here."""
    return _component("language_choice", links=links)


@register.simple_tag
def public_title() -> str:
    """The neutral word that public and client pages are called by."""
    return active_pack().public.title.text(get_language() or "en")


# ------------------------------------------------------------------------------------------------- those with content


@register.simple_block_tag
def page_header(
    content: str,
    title: str,
    count: int | None = None,
    lead: str = "",
    back: str = "",
    back_label: str = "Back",
) -> str:
    """The one h1 of a page, a lead sentence, a way back; the content is what one can do here (links and buttons)."""
    return _component(
        "page_header", content=_trimmed(content), title=title, count=count, lead=lead, back=back, back_label=back_label
    )


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    id: str = "",  # noqa: A002
    level: int = 2,
    count: int | None = None,
    tone: str = "",
    link: str = "",
    link_label: str = "",
) -> str:
    """A titled part of a page. Tones: "" and quiet, due."""
    return _component(
        "panel",
        content=content,
        title=title,
        dom_id=id,
        heading_id=f"{id or slugify(title)}-title",
        level=level,
        count=count,
        tone=tone,
        link=link,
        link_label=link_label,
    )


@register.simple_block_tag
def table(content: str, caption: str, id: str = "", show_caption: bool = False, stacked: bool = True) -> str:  # noqa: A002
    """A table in a frame that scrolls by itself. On phones each row becomes a card: give cells data-label."""
    return _component("table", content=content, caption=caption, dom_id=id, show_caption=show_caption, stacked=stacked)


@register.simple_block_tag
def form_actions(
    content: str,
    label: str,
    back: str = "",
    back_label: str = "Back",
    name: str = "",
    value: str = "",
    plain: bool = False,
) -> str:
    """The one primary button, named for the act, and a way back. Content: further buttons, rarely."""
    return _component(
        "form_actions",
        content=_trimmed(content),
        label=label,
        back=back,
        back_label=back_label,
        name=name,
        value=value,
        plain=plain,
    )


@register.simple_block_tag
def empty(content: str, title: str, text: str = "") -> str:
    """An empty list: what would be here, and how to begin."""
    return _component("empty", content=_trimmed(content), title=title, text=text)


@register.simple_block_tag
def notice(content: str, title: str = "", tone: str = "plain", id: str = "", live: bool = False) -> str:  # noqa: A002
    """Something to know. Tones: plain, important, done."""
    return _component("notice", content=content, title=title, tone=tone, dom_id=id, live=live)


@register.simple_block_tag
def confirm(content: str, title: str = "", id: str = "") -> str:  # noqa: A002
    """What follows from the act, in words, shown before it is done."""
    return _component("confirm", content=content, title=title or _("What follows"), dom_id=id)


@register.simple_block_tag(takes_context=True)
def record_header(
    context: template.Context,
    content: str,
    what: str,
    shown: Any,
    status: str = "",
    tier: int | None = None,
    clock: Clock | None = None,
    marks: Sequence[tuple[str, str]] = (),
    flags: Sequence[Any] = (),
    flags_from: str = "",
    id: str = "record",  # noqa: A002
) -> str:
    """The head of a record, which stays in sight: code, name for whom one may see it, state, tier, clock, owner.

    `marks` are further pairs of label and words (("Owner", "R. Example"), ("Consent", "not recorded")). `flags`: each
    has .label, .tone (info, warning, late) and may have .until and .url. `flags_from`: a page that has them, which the
    script puts in place of the link to it.
    """
    return _component(
        "record_header",
        content=_trimmed(content),
        what=what,
        code=shown.code,
        name=getattr(shown, "name", ""),
        status=status,
        tier=tier,
        clock=clock,
        marks=marks,
        flags=flags,
        flags_from=flags_from,
        dom_id=id,
        now=context["now"],
    )


@register.simple_block_tag(takes_context=True)
def row(
    context: template.Context,
    content: str,
    what: str,
    whose: str = "",
    url: str = "",
    about: str = "",
    clock: Clock | None = None,
    act: str = "",
    act_url: str = "",
    quiet: bool = False,
    id: str = "",  # noqa: A002
) -> str:
    """A line of the desk: what, whose (a code), its clock, and the one button that does the next act."""
    return _component(
        "row",
        content=_trimmed(content),
        what=what,
        whose=whose,
        url=url,
        about=about,
        clock=clock,
        act=act,
        act_url=act_url,
        quiet=quiet,
        dom_id=id,
        now=context["now"],
    )


@register.filter
def is_optional(bound: Any) -> bool:
    """Should the label say that the field may be left empty? Not where "not established" is one of the answers."""
    return not bound.field.required and getattr(bound.field, "says_optional", True)


@register.filter
def at_key(mapping: Mapping[str, Any], key: str) -> Any:
    """The value under `key`, or nothing."""
    return mapping.get(key, "")
