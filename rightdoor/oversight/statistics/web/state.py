"""Numbers of the whole state for its leaders: what a closed quarter or year shows, as a page and as files."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.audit.events import record_read
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.printing.sheets import MEDIA_TYPES, Page, harmless, to_csv, to_workbook
from rightdoor.foundation.ui.pages import done, respond
from rightdoor.oversight.published.queries import printed
from rightdoor.oversight.statistics import actions, queries, state
from rightdoor.oversight.statistics.models import Cube

OVERVIEW = "/numbers/state/"


def show(request: HttpRequest) -> HttpResponse:
    """The chosen span, the newest year at first; of the whole state or of one of its regions."""
    viewer, pack = request.viewer, active_pack()
    _check(request)
    heads = queries.heads_for(viewer)
    chosen = _chosen(request, heads)
    regions = [(one.key, one.name) for one in pack.regions]
    region = request.GET.get("region", "")
    region = region if region in dict(regions) else ""
    told, cube = "", None
    if chosen is not None:
        found = queries.cubes_for(viewer, chosen.year, chosen.quarter)
        cube = found[chosen.year]
        if cube.state == "shown":
            outside = "" if chosen.quarter or region else _outside(chosen.year)
            told = _told(cube, found.get(chosen.year - 1), heads, region, outside)
    may_count = may(viewer, "statistics.count", queries.standing_of_the_state(viewer))
    context = {
        "told": told,
        "cube": cube,
        "chosen": chosen,
        "label": state.label_of(chosen.year, chosen.quarter) if chosen else "",
        "spans": [(one.name, state.label_of(one.year, one.quarter)) for one in heads],
        "regions": regions,
        "region": region,
        "may_count": may_count,
        "waiting": queries.waiting(heads, request.now) if may_count else 0,
    }
    return respond(request, page="statistics/state.html", context=context)


def count(request: HttpRequest) -> HttpResponse:
    """Has what is closed counted in the background."""
    _check(request)
    actions.ask(request.viewer, now=request.now)
    messages.success(request, "What is closed is being counted. Come back in a few minutes.")
    return done(request, OVERVIEW)


def as_csv(request: HttpRequest) -> HttpResponse:
    """The tables of a span as one file of text."""
    return _file(request, "csv")


def as_xlsx(request: HttpRequest) -> HttpResponse:
    """The tables of a span as a workbook."""
    return _file(request, "xlsx")


def _check(request: HttpRequest) -> None:
    if not may(request.viewer, "statistics.read"):
        raise NotVisible


def _chosen(request: HttpRequest, heads: list[queries.Head]) -> queries.Head | None:
    asked = request.GET.get("span", "")
    newest = next((one for one in heads if not one.quarter), heads[0] if heads else None)
    return next((one for one in heads if one.name == asked), newest)


_kept: dict[tuple[object, ...], SafeString] = {}
MOST_KEPT = 48  # every span, and the regions that somebody is looking at


def _told(cube: Cube, before: Cube | None, heads: list[queries.Head], region: str, outside: str) -> SafeString:
    """The tables and pictures of a span. No row that they are made of ever changes, so they are made once a process.

    Nothing in them depends on who looks: whoever may see one may see all. The caller has asked.
    """
    pack = active_pack()
    same = tuple((one.name, one.version, one.headline.get("all")) for one in heads if one.quarter == cube.quarter)
    key = (id(pack), cube.code, before.code if before else "", same, region, outside)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        then = queries.with_tables(before) if before is not None and before.state == "shown" else None
        page = state.page_of(pack, queries.with_tables(cube), then, heads, region, outside)
        place = pack.region(region).name if region else ""
        context = {"page": page, "about": state.ABOUT, "place": place, "cube": cube}
        _kept[key] = mark_safe(render_to_string("statistics/_state.html", context))  # noqa: S308 - a template's
    return _kept[key]


def _outside(year: int) -> str:
    """Persons as providers counted them, where a report published it. Never worked out here."""
    key = f"{year} provider-persons"
    found = printed(key).get(key)
    return "Not published yet" if found is None else str(found)


def _file(request: HttpRequest, form: str) -> HttpResponse:
    _check(request)
    chosen = _chosen(request, queries.heads_for(request.viewer))
    cube: Cube | None = None
    if chosen is not None:
        cube = queries.cubes_for(request.viewer, chosen.year, chosen.quarter)[chosen.year]
        cube = queries.with_tables(cube)
    if cube is None or cube.state != "shown":
        raise NotVisible
    tables = [(title, _safe(rows)) for title, rows in state.tables_as_rows(cube, active_pack())]
    about = _safe(state.about_rows(cube))
    if form == "xlsx":
        pages = [Page("About", about, widths=(18, 90))]
        pages += [Page(f"{at} {title}"[:31], rows) for at, (title, rows) in enumerate(tables, start=1)]
        body = to_workbook(pages)
    else:
        lines = [*about]
        for title, rows in tables:
            lines += [[], [title], *rows]
        body = to_csv(lines).encode()
    record_read(request.viewer, "figures.viewed", purpose="file", form=form, year=cube.year, quarter=cube.quarter)
    return HttpResponse(
        body,
        content_type=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="state-{cube.name.lower()}.{form}"',
            "Cache-Control": "no-store",
        },
    )


def _safe(rows: list[list[str]]) -> list[list[str]]:
    return [[harmless(cell) for cell in row] for row in rows]
