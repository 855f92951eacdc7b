"""The published report as a page for anybody, in the pack's languages, and its files. No cookie, no script needed.

The page between head and foot was made when the report was built, and is shown as it was audited.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as said

from rightdoor.foundation.access.viewers import NOBODY
from rightdoor.foundation.fence import acting_as
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import View, respond
from rightdoor.foundation.ui.switches import tongues
from rightdoor.oversight.annual_reports.files import MEDIA_TYPES, name_of
from rightdoor.oversight.annual_reports.models import AnnualReport
from rightdoor.oversight.annual_reports.queries import edition_of, editions_of, file_of, files_of, published_years

TO_TAKE_AWAY = ("pdf", "xlsx", "csv")


def public(view: View) -> Callable[..., HttpResponse]:
    """For anybody, in the language of the address, whoever is signed in beside it."""

    @wraps(view)
    def page(request: HttpRequest, language: str = "", **kwargs: Any) -> HttpResponse:
        known = [one.code for one in tongues()]
        if language and language not in known:
            raise Http404
        language = language or active_pack().staff_language
        request.viewer = NOBODY  # the line of the log is written from it
        with acting_as(NOBODY, request.now), translation.override(language):
            request.LANGUAGE_CODE = language
            response = view(request, language, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


@public
def newest(request: HttpRequest, language: str) -> HttpResponse:
    """On to the newest report; before the first one, a page that says so."""
    years = published_years()
    if years:
        return redirect(reverse("annual_report:year", args=[years[0]]))
    return respond(request, page="annual_reports/public/none.html", context={"language_links": []})


@public
def show(request: HttpRequest, language: str, year: int) -> HttpResponse:
    """The newest edition of a year."""
    return _report(request, language, edition_of(year))


@public
def show_edition(request: HttpRequest, language: str, year: int, edition: int) -> HttpResponse:
    """One edition of a year, as it was published."""
    return _report(request, language, edition_of(year, edition))


def _report(request: HttpRequest, language: str, found: AnnualReport | None) -> HttpResponse:
    if found is None:
        raise Http404
    digests = dict(files_of(found))
    spoken = next((one for one in (language, "en") if name_of(found.year, f"{one}.html") in digests), "")
    page = file_of(found, name_of(found.year, f"{spoken}.html"))
    if page is None:
        raise Http404
    editions = editions_of(found.year)
    context = {
        "handed": found,
        "title": said(found.document["title"]),
        "state": found.document["state"],
        "content": mark_safe(bytes(page.content).decode()),  # noqa: S308 - made by our own template, audited, kept as it was
        "downloads": [
            {
                "ending": ending.upper(),
                "url": reverse("annual_report:file", args=[found.year, found.edition, name_of(found.year, ending)]),
                "digest": digests[name_of(found.year, ending)],
            }
            for ending in TO_TAKE_AWAY
            if name_of(found.year, ending) in digests
        ],
        "newer": editions[0] if editions and editions[0] > found.edition else None,
        "older": [one for one in editions if one < found.edition],
        "others": [one for one in published_years() if one != found.year],
        "language_links": [
            {
                "code": one.code,
                "name": one.name,
                "url": reverse("annual_report:language", args=[found.year, one.code]),
                "is_here": one.code == language,
            }
            for one in tongues()
        ],
    }
    return respond(request, page="annual_reports/public/page.html", context=context)


@public
def download(request: HttpRequest, language: str, year: int, edition: int, name: str) -> HttpResponse:
    """A file, byte for byte as it was published."""
    ending, found = name.rsplit(".", 1)[-1], edition_of(year, edition)
    kept = file_of(found, name) if found is not None and ending in TO_TAKE_AWAY else None
    if kept is None:
        raise Http404
    content = bytes(kept.content)
    response = HttpResponse(content, content_type=MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = f'attachment; filename="{name_of(year, ending)}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
