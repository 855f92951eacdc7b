"""What every page here shows around its content: the parts that are open to this person."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Standing, Viewer, may

OWN = Standing(owns=True)


class Tab(NamedTuple):
    """A part of this slice."""

    label: str
    url: str
    is_here: bool


PARTS = (
    ("readers", "Readers", "/privacy/readers/", "readers.read"),
    ("unusual", "Unusual reading", "/privacy/unusual/", "unusual.look"),
    ("access", "Access report", "/privacy/access/", "access_report.make"),
    ("retention", "How long records are kept", "/privacy/retention/", "schedule.read"),
    ("holds", "Legal holds", "/privacy/holds/", "hold.place"),
    ("disposals", "Disposals", "/privacy/disposals/", "disposal.ask"),
    ("why", "Why", "/privacy/why/", "why.ask"),
)


def opens(viewer: Viewer, act: str) -> bool:
    """By role, or for one's own agency."""
    return may(viewer, act) or (bool(viewer.agency) and may(viewer, act, OWN))


def parts_of(viewer: Viewer, here: str = "") -> list[Tab]:
    """The parts that are open to this person."""
    return [Tab(label, url, key == here) for key, label, url, act in PARTS if opens(viewer, act)]


def check(request: HttpRequest, act: str) -> None:
    """For everybody else the address does not exist."""
    if not opens(request.viewer, act):
        raise NotVisible


def attachment(content: bytes | str, name: str, kind: str) -> HttpResponse:
    """Something to take along."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
