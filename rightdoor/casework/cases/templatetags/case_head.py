"""The head and the tabs of a case, for pages of slices that stand below cases and cannot ask for them in Python."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.foundation.ui.templatetags.ui import tabs

register = template.Library()
KEPT = "_case_frame"


@register.simple_tag(takes_context=True)
def case_record(context: template.Context, code: str, tab: str) -> SafeString:
    """The head of the case of this code."""
    frame = _frame(context, code, tab)
    return get_template("cases/_record.html").render({**frame, "now": context["now"]})


@register.simple_tag(takes_context=True)
def case_tabs(context: template.Context, code: str, tab: str) -> str:
    """Its tabs."""
    return tabs(_frame(context, code, tab)["tabs"])


def _frame(context: template.Context, code: str, tab: str) -> dict[str, Any]:
    # Asked twice for one page: kept with the request, for as long as it lasts.
    request = context["request"]
    kept: dict[tuple[str, str], dict[str, Any]] = request.__dict__.setdefault(KEPT, {})
    if (code, tab) not in kept:
        case, tie = queries.case_and_tie(request.viewer, code, request.now)
        kept[code, tab] = case_frame(request, case, tab, tie=tie)
    return kept[code, tab]
