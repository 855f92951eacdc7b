"""What stays private and what does not, for anybody: a page and a sheet in three languages, without a cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from rightdoor.casework.consents.printouts import blank_form, sheet
from rightdoor.casework.consents.web.frame import pdf
from rightdoor.casework.consents.wording import LANGUAGES, asked_language, wording
from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.ui.pages import respond

View = Callable[..., HttpResponse]


def _in_its_language(view: View) -> View:
    """A page for anybody, in the language of its address, that tells the next site nothing of where one was."""

    @wraps(view)
    def page(request: HttpRequest, language: str) -> HttpResponse:
        if language not in LANGUAGES:
            raise NotVisible
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = view(request, language)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


def root(request: HttpRequest) -> HttpResponse:
    """Without a language in the address: the first of ours that the browser asks for."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    language = next((one for one in wanted if one in LANGUAGES), asked_language(""))
    response = redirect(f"/confidentiality/{language}/")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@_in_its_language
def show(request: HttpRequest, language: str) -> HttpResponse:
    """The sheet as a page."""
    links: list[dict[str, Any]] = [
        {
            "code": code,
            "name": wording(code)["language"],
            "url": f"/confidentiality/{code}/",
            "is_here": code == language,
        }
        for code in LANGUAGES
    ]
    context = {"sheet": wording(language)["sheet"], "language": language, "language_links": links}
    return respond(request, page="consents/public.html", context=context)


@_in_its_language
def document(request: HttpRequest, language: str) -> HttpResponse:
    """The sheet to take along."""
    return pdf(sheet(language=language, now=request.now), f"sheet-{language}")


@_in_its_language
def form(request: HttpRequest, language: str) -> HttpResponse:
    """The blank form of a permission."""
    return pdf(blank_form(language=language, now=request.now), f"form-{language}")
