"""One release: what it says, taking it back, checking it, printing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.consents import queries
from rightdoor.casework.consents.actions.releases import resume_after_check, revoke_release
from rightdoor.casework.consents.choices import HOW_REVOKED, HOW_SIGNED, ROLES
from rightdoor.casework.consents.models import Release
from rightdoor.casework.consents.printouts import release_form
from rightdoor.casework.consents.queries import Place, ShownRelease
from rightdoor.casework.consents.register import copies, went_out_under
from rightdoor.casework.consents.web.forms import RevocationForm
from rightdoor.casework.consents.web.frame import frame, pdf, place_of_row
from rightdoor.casework.consents.web.overview import row_of
from rightdoor.casework.consents.wording import asked_language
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.ui.pages import done, respond


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the release says, and what went out under it."""
    release, here, shown = _release(request, code)
    return respond(request, page="consents/release.html", context=_context(request, release, here, shown))


def show_revocation(request: HttpRequest, code: str) -> HttpResponse:
    """Asks how it was taken back, and shows who holds a copy."""
    release, here, shown = _release(request, code, "release.revoke")
    context = {**_context(request, release, here, shown), "form": RevocationForm()}
    return respond(request, page="consents/revocation.html", context=context)


def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Taken back, at once; answers with everybody who holds a copy."""
    release, here, shown = _release(request, code, "release.revoke")
    form = RevocationForm(request.POST)
    if form.is_valid():
        try:
            revoked = revoke_release(request.viewer, release, how=form.cleaned_data["how"], now=request.now)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            many = len(copies(revoked.went_out))
            said = "The release is taken back. Nothing had gone out."
            if many:
                said = f"The release is taken back. Who holds a copy is named below ({many}). Tell the client who."
            messages.success(request, said)
            return done(request, f"/releases/{release.code}/")
    context = {**_context(request, release, here, shown), "form": form}
    return respond(request, page="consents/revocation.html", context=context, status=422)


def show_check(request: HttpRequest, code: str) -> HttpResponse:
    """Why it is suspended, and what has to be looked at."""
    release, here, shown = _release(request, code, "release.record")
    return respond(request, page="consents/check.html", context=_context(request, release, here, shown))


def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Checked: it holds again, if every rule agrees."""
    release, here, shown = _release(request, code, "release.record")
    try:
        resume_after_check(request.viewer, release, now=request.now)
    except RuleBroken as refusal:
        context = {**_context(request, release, here, shown), "refusal": str(refusal)}
        return respond(request, page="consents/check.html", context=context, status=422)
    messages.success(request, "The release holds again.")
    return done(request, f"/releases/{release.code}/")


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The printed form of a release on record."""
    release, here, shown = _release(request, code)
    language = asked_language(request.GET.get("language", shown.told.language))
    content = release_form(
        request.viewer,
        here.client,
        here.case_code,
        shown.told,
        language=language,
        code=release.code,
        now=request.now,
    )
    return pdf(content, f"release-{release.code}-{language}")


def _release(request: HttpRequest, code: str, act: str = "") -> tuple[Release, Place, ShownRelease]:
    release = queries.release_for(request.viewer, code, request.now)
    here = place_of_row(request, release, act)
    found = queries.releases_of(request.viewer, here.client, request.now, only=release)
    if not found:
        raise NotVisible
    return release, here, found[0]


def _context(request: HttpRequest, release: Release, here: Place, shown: ShownRelease) -> dict[str, Any]:
    went_out = went_out_under(request.viewer, release, request.now)
    return {
        **frame(request, here),
        "release": release,
        "row": row_of(shown, here),
        "summary": queries.summary_of(shown.told),
        "signatures": [
            {"one": one, "role": ROLES.get(one.role, one.role), "how": HOW_SIGNED.get(one.how, "")}
            for one in shown.told.signatures
        ],
        "how_revoked": HOW_REVOKED.get(shown.revoked_how, ""),
        "went_out": went_out,
        "copies": copies(went_out),
        "recorded_by": shown.recorded_by,
        "form_url": f"/releases/{release.code}/form.pdf",
    }
