"""The clock board: every running response clock of the viewer's regions, soonest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.referrals.queries import BOARD_PAGE, Page, clock_board, clock_counts_by_tier
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.ui.pages import respond


def show(request: HttpRequest) -> HttpResponse:
    """Coordinators only; for anybody else this address does not exist."""
    if not request.viewer.has("care_coordinator"):
        raise NotVisible
    page = Page(after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=BOARD_PAGE)
    board = clock_board(request.viewer, request.now, page)
    context = {
        "board": board.rows,
        "next": f"?after={board.next}" if board.next else "",
        "previous": f"?before={board.previous}" if board.previous else "",
        "counts": clock_counts_by_tier(request.viewer, request.now),
    }
    return respond(request, page="desk/clocks.html", context=context)
