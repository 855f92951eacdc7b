"""The sheet of a missing child, for the police or for a poster: what goes into it, and the PDF made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import Who, open_identity
from rightdoor.casework.documents.queries import document_for, picture_in, take_copy
from rightdoor.casework.missing import queries
from rightdoor.casework.missing.actions import note_sheet
from rightdoor.casework.missing.choices import CUSTODY, DANGER, FORMS, LOOKS, VARIANTS
from rightdoor.casework.missing.models import Episode
from rightdoor.casework.missing.queries import ShownEpisode
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.missing import OFFICIAL, REPORT, check_picture, on_sheet
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.jurisdiction.templatetags.words import day, when
from rightdoor.foundation.printing.docx import Block, Heading, Picture, Text, facts, to_docx
from rightdoor.foundation.printing.pdf import render_pdf
from rightdoor.foundation.printing.pictures import PictureRefused, Printable, for_print

LABELS: Mapping[str, str] = {
    **LOOKS,
    "name": "Name",
    "age": "Age",
    "missing_since": "Missing since",
    "call": "Whom to call",
    "birth": "Birth date",
    "aliases": "Also called",
    "last_seen_at": "Last seen",
    "last_seen_place": "Where",
    "last_seen_by": "By whom",
    "may_be": "May be at",
    "custody": "Legal custody",
    "danger": "What puts the child in danger",
    "danger_words": "More on the danger",
    "numbers": "Numbers of the reports",
}


def print_sheet(
    viewer: Viewer,
    episode: Episode,
    *,
    variant: str,
    to: str,
    to_agency: str,
    now: datetime,
    picture: str = "",
    form: str = "pdf",
) -> bytes:
    """A sheet as tagged PDF, or as a Word document (`form` "docx") for an office that writes on in it; its disclosure
    is on record before it leaves. Raises NotVisible, RuleBroken.

    `picture`: code of a document of the case whose picture stands on the sheet; "" for none.
    """
    if form not in FORMS:
        raise RuleBroken("Choose a PDF or a Word document.")
    case = episode.case
    shown = queries.open_episode(viewer, episode, now)
    tie = standing_of(viewer, case, now)
    who = open_identity(viewer, case.client, now, "missing-sheet", standing=tie).who
    photo = _photo(viewer, case, picture, variant, who.name, now) if picture else None
    context = sheet_context(episode, shown, who, variant, now, photo)
    document = render_pdf("missing/sheet.typ", context) if form == "pdf" else _sheet_docx(context, photo)
    note_sheet(
        viewer, episode, variant=variant, to=to, to_agency=to_agency, told_at=now, now=now, picture=picture, form=form
    )
    return document


def _sheet_docx(given: Mapping[str, Any], photo: Printable | None) -> bytes:
    """The same as the PDF says, in its order."""
    blocks: list[Block] = []
    if given["is_poster"] and given["name"]:
        blocks.append(Heading(given["name"]))
    if photo:
        longest = 110 if given["is_poster"] else 70
        blocks.append(Picture(photo.content, photo.wide, photo.high, photo.alt, longest))
    if given["is_poster"]:
        blocks += [Text(f"{label}: {said}") for label, said in given["facts"]]
    else:
        blocks.append(facts(given["facts"]))
    author = "" if given["is_poster"] else "Rightdoor"
    return to_docx(given["title"], blocks, notice=given["notice"], made=given["made"], author=author)


def _photo(viewer: Viewer, case: Case, code: str, variant: str, name: str, now: datetime) -> Printable:
    """The picture of a document of this case, as the reader's right and the sheet's rule allow it; its opening is on
    record. Raises NotVisible, RuleBroken.
    """
    if variant not in VARIANTS:
        raise RuleBroken("Choose one of the two sheets.")
    document = document_for(viewer, code, now)
    if document.case_id != case.pk:
        raise NotVisible
    if document.state == "withdrawn":
        raise RuleBroken("This document was withdrawn. Choose another picture.")
    check_picture(variant, document.data_class, is_of_the_case=document.holder == case.holder)
    number = picture_in(document)
    if not number:
        raise RuleBroken("This document holds no picture that was checked. Choose a photo (JPEG or PNG).")
    taken = take_copy(viewer, document, number, now)
    try:
        return for_print(taken.content, taken.kind, alt=f"Picture of {name or 'the child'}")
    except PictureRefused as refusal:
        raise RuleBroken(f"{refusal} Choose another.") from None


def sheet_context(
    episode: Episode, shown: ShownEpisode, who: Who, variant: str, now: datetime, photo: Printable | None = None
) -> dict[str, Any]:
    """Everything the sheet says, ready to print. Whatever the variant does not name is not there."""
    told = on_sheet(variant, _facts(shown, who, now))
    is_official = variant == OFFICIAL
    return {
        "title": "Missing child" if is_official else "Missing",
        "language": "en",
        # A poster hangs in public: neither the case nor this program stands on it.
        "code": episode.code if is_official else "",
        "notice": "For the police and the national center only. Do not publish this sheet." if is_official else "",
        "made": f"Made {when(now)}" if is_official else "",
        "name": told.get("name", ""),
        "is_poster": not is_official,
        "photo": {"bytes": list(photo.content), "alt": photo.alt, "is_wide": photo.wide > photo.high}
        if photo
        else None,
        "facts": [[LABELS[key], said] for key, said in told.items() if is_official or key != "name"],
    }


def _facts(shown: ShownEpisode, who: Who, now: datetime) -> dict[str, str]:
    told, police = shown.told, shown.latest("duty", REPORT)
    danger = [label for key, label in DANGER.items() if told.danger.get(key) is True]
    unknown = [label for key, label in DANGER.items() if told.danger.get(key) is None]
    since = shown.departed_at or shown.last_seen_at or shown.learned_at
    numbers = [
        f"{duty.number}: {entry.told['number']}"
        for duty in active_pack().clocks.missing_child
        if (entry := shown.latest("duty", duty.key)) is not None and entry.told.get("number")
    ]
    where = shown.places.last_seen if shown.places else ""
    return {
        "name": who.name,
        "age": _age(who, now),
        **{key: told.looks.get(key, "") for key in LOOKS},
        "missing_since": day(local(since).date()),
        "call": _whom_to_call(str(police.told.get("agency") or "") if police else ""),
        "birth": day(who.birth_on) if who.birth_on else "",
        "aliases": ", ".join(who.aliases),
        "last_seen_at": when(shown.last_seen_at) if shown.last_seen_at else "",
        "last_seen_place": where,
        "last_seen_by": told.last_seen_by,
        "may_be": shown.places.may_be if shown.places else "",
        "custody": " ".join(one for one in (f"{CUSTODY[told.custody]}.", told.custody_words) if one),
        "danger": "; ".join(danger + [f"{label}: not established" for label in unknown]),
        "danger_words": told.danger_words,
        "numbers": "; ".join(numbers),
    }


def _age(who: Who, now: datetime) -> str:
    if who.birth_on is None:
        return f"About {who.age_estimate}" if who.age_estimate else ""
    today: date = local(now).date()
    before = (today.month, today.day) < (who.birth_on.month, who.birth_on.day)
    return str(today.year - who.birth_on.year - before)


def _whom_to_call(agency: str) -> str:
    danger = active_pack().public.hotline("danger").phone
    return f"{danger}, or {agency}" if agency else danger
