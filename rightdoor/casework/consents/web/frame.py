"""What every page here shows around its content: the head of the case, and the parts of the record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from rightdoor.casework.clients.disclosure import shown_names
from rightdoor.casework.consents.queries import Place, place_for, place_of
from rightdoor.domain.permission import Viewer, acts_open_to, check_may
from rightdoor.foundation.drafts.keep import find_draft, keep_draft
from rightdoor.foundation.ui.typed import as_sent, code_in

MODES = {"investigative": "Investigative response", "ongoing": "Ongoing coordination"}


def place(request: HttpRequest, code: str, act: str = "") -> Place:
    """The case of the address, for whom its consents are open, and who may do `act` there."""
    found = place_for(request.viewer, code, request.now)
    if act:
        check_may(request.viewer, act, found.standing)
    return found


def place_of_row(request: HttpRequest, row: Any, act: str = "") -> Place:
    """The newest case of the client that a record is about."""
    found = place_of(request.viewer, row.client, request.now)
    if act:
        check_may(request.viewer, act, found.standing)
    return found


def frame(request: HttpRequest, here: Place, tab: str = "consent") -> dict[str, Any]:
    """The head of the record, its tabs, and the acts that are open here."""
    base = f"/cases/{here.case_code}/"
    shown = shown_names(request.viewer, [here.client], request.now)[here.client.code]
    return {
        "place": here,
        "case_code": here.case_code,
        "shown": shown,
        "mode": MODES[here.mode],
        "marks": [("Case", here.case_code), ("Mode", MODES[here.mode])],
        "tab": tab,
        "base": base,
        "may": {act.replace(".", "_") for act in acts_open_to(request.viewer, here.standing)},
    }


# ------------------------------------------------------------------------------------------------------------- drafts


def typed_so_far(viewer: Viewer, form: str, about: str) -> MultiValueDict[str, str]:
    """What the viewer has typed in a form of several steps, as it was sent."""
    draft = find_draft(viewer, form, about)
    return as_sent(draft[0] if draft else {})


def keep_typed(request: HttpRequest, form: str, about: str, names: list[str]) -> MultiValueDict[str, str]:
    """Adds one step to what was typed before, and returns the whole. Fields left empty are emptied."""
    whole = typed_so_far(request.viewer, form, about)
    for name in names:
        whole.setlist(name, request.POST.getlist(name))
    whole.setlist("code", [code_in(whole)])  # of the record that the form will make: sent twice, it stands once
    keep_draft(request.viewer, form, about, dict(whole.lists()), now=request.now)
    return whole


def pdf(content: bytes, name: str) -> HttpResponse:
    """A printed document to take along."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
