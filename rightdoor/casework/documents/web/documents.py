"""Documents of a case: the list with its form, one document, its files, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import case_for, shown_client, standing_of
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.documents import actions, queries
from rightdoor.casework.documents.choices import REFUSALS, WAITS
from rightdoor.casework.documents.models import Document
from rightdoor.casework.documents.queries import StoredBytes
from rightdoor.casework.documents.web.forms import DocumentForm, VersionForm
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import check_may, may
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.files import scanner
from rightdoor.foundation.files.kinds import KINDS, FileRefused
from rightdoor.foundation.ui.pages import done, respond

STATES = {"ready": "", "quarantine": "Waits to be checked", "refused": "Not taken"}
# A reader's browser shows nothing of a file inside our pages, whatever the file is.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def index(request: HttpRequest, code: str) -> HttpResponse:
    """The documents of a case that this viewer may know of, and the form for whom may add one."""
    case = case_for(request.viewer, code, request.now)
    form = DocumentForm(classes=queries.classes_kept_by(request.viewer), initial={"code": new_code()})
    return respond(request, page="documents/documents.html", context=_list(request, case, form))


def create(request: HttpRequest, code: str) -> HttpResponse:
    """Adds one. What was typed is kept when the file is not taken; the file itself must be chosen again."""
    case = case_for(request.viewer, code, request.now)
    check_may(request.viewer, "document.add", standing_of(request.viewer, case, request.now))
    form = DocumentForm(request.POST, request.FILES, classes=queries.classes_kept_by(request.viewer))
    if form.is_valid():
        told = dict(form.cleaned_data)
        file = told.pop("file")
        try:
            document = actions.add_document(
                request.viewer, case, name=file.name, content=file.read(), now=request.now, **told
            )
            messages.success(request, _said(document))
            return done(request, f"/documents/{document.code}/")
        except FileRefused as refusal:
            actions.note_refused(
                request.viewer,
                case,
                data_class=told["data_class"],
                is_harmful=str(refusal) == actions.INFECTED,
                now=request.now,
            )
            form.add_error("file", str(refusal))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return respond(request, page="documents/documents.html", context=_list(request, case, form), status=422)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One document: what it is, its versions, and what one may do with it."""
    document = queries.document_for(request.viewer, code, request.now)
    return respond(request, page="documents/document.html", context=_one(request, document, VersionForm()))


def replace(request: HttpRequest, code: str) -> HttpResponse:
    """A newer version; the older ones stay."""
    document = queries.document_for(request.viewer, code, request.now)
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.add_version(request.viewer, document, name=file.name, content=file.read(), now=request.now)
            messages.success(request, _said(document))
            return done(request, f"/documents/{document.code}/")
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
    context = _one(request, document, form)
    return respond(request, page="documents/document.html", context=context, status=422)


def check(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Tries again what waits in quarantine."""
    document = queries.document_for(request.viewer, code, request.now)
    version = queries.own_version(request.viewer, document, number, request.now)
    actions.check_version(request.viewer, version, now=request.now)
    messages.success(request, _said(document))
    return done(request, f"/documents/{document.code}/")


def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """The holder takes it back."""
    document = queries.document_for(request.viewer, code, request.now)
    try:
        actions.withdraw_document(request.viewer, document, now=request.now)
    except RuleBroken as refusal:
        context = {**_one(request, document, VersionForm()), "refusal": str(refusal)}
        return respond(request, page="documents/document.html", context=context, status=422)
    messages.success(request, "The document is withdrawn. Nobody outside your agency reads it any more.")
    return done(request, f"/documents/{document.code}/")


def copy(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The safe copy of a version."""
    document = queries.document_for(request.viewer, code, request.now)
    return _handed(document, number, queries.take_copy(request.viewer, document, number, request.now))


def show_original(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The warning before an original is opened."""
    document = queries.document_for(request.viewer, code, request.now)
    version = queries.own_version(request.viewer, document, number, request.now)
    if version.state != "ready":
        raise NotVisible
    context = {
        "document": document,
        "number": number,
        "kind": KINDS[version.kind].label,
        "is_scanned": version.is_scanned,
        "shown": shown_client(request.viewer, document.case, request.now),
    }
    return respond(request, page="documents/original.html", context=context)


def original(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The original, byte for byte, for the holder's own people."""
    document = queries.document_for(request.viewer, code, request.now)
    return _handed(document, number, queries.take_original(request.viewer, document, number, request.now), "original-")


def _handed(document: Document, number: int, stored: StoredBytes, what: str = "") -> HttpResponse:
    """A file to be saved, never shown in place; its name is the code, because names lie open on people's disks."""
    kind = KINDS[stored.kind]
    response = HttpResponse(stored.content, content_type=kind.media_type if not what else "application/octet-stream")
    name = f"{what}{document.code}-{number}{kind.endings[0]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def _said(document: Document) -> str:
    newest = document.versions.order_by("-number").first()
    if newest is None or newest.state == "ready":
        return "The document is added. Its safe copy can be read by whom the sharing rules let."
    return WAITS[newest.waits_for or "check"] if newest.state == "quarantine" else REFUSALS[newest.refused_for]


def _list(request: HttpRequest, case: Case, form: DocumentForm) -> dict[str, Any]:
    viewer, now = request.viewer, request.now
    frame = case_frame(request, case, "documents")
    may_add = may(viewer, "document.add", frame["tie"]) and case.state == "open"
    rows = queries.documents_of(viewer, case, now)
    lines = [{"one": row, "state": "Withdrawn" if row.is_withdrawn else STATES[row.state]} for row in rows]
    return {
        **frame,
        "page_title": "Documents",
        "page_count": len(lines),
        "rows": lines,
        "any_state": any(line["state"] for line in lines),
        "may_add": may_add and bool(queries.classes_kept_by(viewer)),
        "form": form,
        "has_scanner": scanner.is_set_up(),
    }


def _one(request: HttpRequest, document: Document, form: VersionForm) -> dict[str, Any]:
    viewer, now = request.viewer, request.now
    opened = queries.open_document(viewer, document, now)
    standing = standing_of(viewer, document.case, now)
    changes = opened.is_own and not opened.is_withdrawn
    return {
        "document": opened,
        "case": document.case,
        "shown": shown_client(viewer, document.case, now),
        "versions": [
            {
                "one": one,
                "kind": KINDS[one.kind].label,
                "copy_kind": KINDS[one.copy_kind].label if one.copy_kind else "",
                "size": _size(one.size),
                "why": WAITS[one.waits_for or "check"]
                if one.state == "quarantine"
                else REFUSALS.get(one.refused_for, ""),
            }
            for one in opened.versions
        ],
        "form": form,
        "may_replace": changes and may(viewer, "document.replace", standing),
        "may_withdraw": changes and may(viewer, "document.withdraw", standing),
        "has_scanner": scanner.is_set_up(),
        "refusal": "",
    }


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
