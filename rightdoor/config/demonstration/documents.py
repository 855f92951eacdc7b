"""Documents of the demonstration: a few small files on some cases, each of an agency that keeps such records."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pikepdf
from PIL import Image, ImageDraw

from rightdoor.casework.cases.models import Case
from rightdoor.casework.documents.actions import add_document, add_version
from rightdoor.casework.documents.queries import classes_kept_by
from rightdoor.domain.permission import Viewer


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as its agency would call it. `days`: how long before it was added it was done, if that is said."""

    title: str
    ending: str
    words: str
    days: int | None = None


PAPERS = {
    "CORE": Paper("Who is on the team, and how to reach them", "txt", "Numbers are in the directory. Call the desk."),
    "PLAN": Paper("Letter to the school about transport", "pdf", "A ride is arranged for weekdays."),
    "SAFE": Paper("Safe places, drawn together", "png", ""),
    "LE": Paper("Receipt for the devices", "pdf", "Two telephones were taken into keeping.", days=3),
    "EVID": Paper("Exam completed", "pdf", "The kit was sealed and handed over.", days=2),
    "HLTH": Paper("Summary of the clinic visit", "pdf", "Seen, treated, and back in two weeks.", days=4),
    "ADV": Paper("Checklist of the first week", "txt", "Clothes, telephone, a quiet room: done."),
    "CW": Paper("Cover page of the custody order", "pdf", "The order is on file with the agency.", days=5),
    "EDU": Paper("Enrollment record", "pdf", "Enrolled, with a later start in the morning.", days=6),
    "MH": Paper("Letter with the appointments", "txt", "Every second Tuesday.", days=1),
    "JJ": Paper("Notice of the hearing", "pdf", "The hearing was moved.", days=7),
    "PROS": Paper("Notes on the charge", "txt", "Work of the office."),
}
MOST_OF_ONE = 2  # documents that one person adds


def add_papers(people: Sequence[Viewer], case: Case, *, detail: str, random: Random, now: datetime) -> int:
    """Each of these people adds what their agency keeps. Returns how many documents there are then."""
    count = 0
    for viewer in people:
        kept = [klass for klass in classes_kept_by(viewer) if klass in PAPERS]
        for klass in random.sample(kept, min(MOST_OF_ONE, len(kept))):
            paper = PAPERS[klass]
            document = add_document(
                viewer,
                case,
                data_class=klass,
                title=paper.title,
                note=f"It mentions {detail}.",
                done_on=(now - timedelta(days=paper.days)).date() if paper.days else None,
                name=f"scan.{paper.ending}",
                content=_content(paper, detail, random),
                now=now,
            )
            if count == 0:
                newer = _content(paper, f"{detail} Mended.", random)
                add_version(viewer, document, name=f"scan again.{paper.ending}", content=newer, now=now)
            count += 1
    return count


def _content(paper: Paper, detail: str, random: Random) -> bytes:
    lines = [paper.title, "", paper.words, detail]
    if paper.ending == "txt":
        return "\n".join(lines).encode()
    return _picture(random) if paper.ending == "png" else _pdf(lines)


def _pdf(lines: Sequence[str]) -> bytes:
    with pikepdf.Pdf.new() as made, io.BytesIO() as out:
        page = made.add_blank_page(page_size=(420, 300))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        shown = "".join(f"{_literal(line)} Tj 0 -18 Td " for line in lines)
        page.Contents = made.make_stream(f"BT /F1 11 Tf 40 250 Td {shown}ET".encode("cp1252", "replace"))
        made.save(out, deterministic_id=True)
        return out.getvalue()


def _literal(text: str) -> str:
    return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def _picture(random: Random) -> bytes:
    picture = Image.new("RGB", (320, 200), "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(5):
        x, y = random.randrange(20, 260), random.randrange(20, 150)
        draw.rectangle((x, y, x + 40, y + 30), outline=(36, 86, 107), width=3)
    with io.BytesIO() as out:
        picture.save(out, "PNG")
        return out.getvalue()
