"""Meetings that are not there for somebody who coordinates their region, because of whom they are about.

A meeting knows no client. The slice that does says here of which meetings a person must not know: that there is one,
when and where it is, and who comes would tell whoever is kept apart from a child when the team meets about it. (SR-13)
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from rightdoor.domain.permission import Viewer

Asks = Callable[[Viewer], Q]

_asked: list[Asks] = []


def keeps_apart(asks: Asks) -> Asks:
    """Decorator: a condition on meetings, as OuterRef("pk") names them, that holds for those kept from the viewer."""
    _asked.append(asks)
    return asks


def is_kept_from(viewer: Viewer) -> Q:
    """A condition on meetings: this one is kept from the viewer. None of them while nobody has said so."""
    found = Q(pk__in=[])
    for asks in _asked:
        found |= asks(viewer)
    return found
