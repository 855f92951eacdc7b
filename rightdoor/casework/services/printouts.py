"""The acknowledgement of a referral: under its code alone, or with what a release in force lets the provider know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rightdoor.casework.cases.queries import shown_client
from rightdoor.casework.services.actions import note_acknowledgement_printed
from rightdoor.casework.services.choices import LANGUAGES
from rightdoor.casework.services.models import ServiceReferral
from rightdoor.casework.services.queries import ShownReferral, release_is_in_force
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.docx import Heading, Table, Text, facts, to_docx
from rightdoor.foundation.printing.pdf import render_pdf

ON_A_RELEASE = "What stands here goes along on a signed release, and no further."
WITHOUT_ANYBODY = "Nothing about the person goes along with this paper."


def acknowledgement_context(
    viewer: Viewer, row: ServiceReferral, shown: ShownReferral, now: datetime
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the paper says, and which classes of the client's record stand on it: none without a release in force."""
    holds = row.release is not None and release_is_in_force(row.release, now)
    allowed = frozenset(shown.shared) if holds else frozenset()
    labels = dict(active_pack().service_choices().pairs())
    facts = [
        ["Referral", shown.code],
        ["Service", labels.get(shown.category, shown.category)],
        ["To", shown.provider],
        ["From", agency_names({row.holder}).get(row.holder, "")],
        ["Sent", day(shown.sent_on)],
    ]
    if shown.first_contact_by:
        facts.append(["First contact by", day(shown.first_contact_by)])
    classes = []
    if "ID" in allowed:
        name = shown_client(viewer, row.case, now).name
        if name:
            facts.append(["Name", name])
            classes.append("ID")
    if "PLAN" in allowed:
        facts += [["Why", shown.why], ["Language", LANGUAGES.get(shown.language, shown.language)]]
        if shown.needs_interpreter is not None:
            facts.append(["Interpreter", "Needed" if shown.needs_interpreter else "Not needed"])
        classes.append("PLAN")
    return {
        "title": "Referral to a service",
        "language": "en",
        "code": shown.code,
        "made": f"Printed {when(now)} by {viewer.name}.",
        "notice": "Confidential. For the agency named above only. Do not copy or pass on."
        if classes
        else "This paper names nobody. Keep it with the code.",
        "facts": facts,
        "answer": [
            ["We accept this referral", ""],
            ["First contact took place on", ""],
            ["We decline it, because", ""],
            ["Name, date", ""],
        ],
        "lead": ON_A_RELEASE if classes else WITHOUT_ANYBODY,
    }, tuple(classes)


def print_acknowledgement(
    viewer: Viewer, row: ServiceReferral, shown: ShownReferral, *, now: datetime, form: str = "pdf"
) -> bytes:
    """The tagged PDF, or a Word document (`form` "docx") for an office that writes on in it; that it was printed, and
    what of the client stood on it, is kept before it is handed over.
    """
    context, classes = acknowledgement_context(viewer, row, shown, now)
    as_word = form == "docx"
    document = _docx(context) if as_word else render_pdf("services/acknowledgement.typ", context)
    note_acknowledgement_printed(viewer, row, classes=classes, form="docx" if as_word else "pdf")
    return document


def _docx(given: Mapping[str, Any]) -> bytes:
    """The same as the PDF says, in its order."""
    blocks = [
        Text(given["lead"], quiet=True),
        Heading("What it is"),
        facts(given["facts"]),
        Heading("Please answer"),
        Text("Send this part back, or call the agency that sent it, and give the code."),
        Table(("Answer", "Day, words, signature"), given["answer"]),
    ]
    return to_docx(given["title"], blocks, notice=given["notice"], made=given["made"])
