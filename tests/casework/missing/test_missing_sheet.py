"""The sheet of a missing child with a picture: of the case's documents, by the reader's right and the sheet's rule,
painted anew, with words for who cannot see it. (CASE-8)
"""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pikepdf
import pytest
from PIL import Image

from rightdoor.casework.consents.models import OutsideDisclosure
from rightdoor.casework.documents.actions import add_document, withdraw_document
from rightdoor.casework.documents.models import Document
from rightdoor.casework.missing.actions import start_episode
from rightdoor.casework.missing.printouts import print_sheet
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.foundation.audit.models import AuditEvent
from rightdoor.foundation.printing.docx import MEDIA_TYPE
from tests.casework import team
from tests.casework.documents.made import WORDS, picture
from tests.casework.visiting import Visitor

pytestmark = pytest.mark.req("CASE-8")
MAKER = "Invented Camera"


@pytest.fixture
def case(scene):
    """A case."""
    return team.scheduled(scene).case


@pytest.fixture
def episode(scene, case):
    """A child who is missing."""
    return start_episode(scene.coordinator, case, learned_at=scene.now, now=scene.now)


def photograph(kind: str = "JPEG", size: tuple[int, int] = (2000, 1500)) -> bytes:
    """A picture with the camera's notes and a place in it."""
    notes = Image.Exif()
    notes[0x010F] = MAKER
    notes.get_ifd(0x8825)[1] = "N"
    notes.get_ifd(0x8825)[2] = (30.0, 27.0, 0.0)
    return picture(kind, size=size, exif=notes.tobytes())


def put(viewer, case, now, *, content: bytes | None = None, data_class: str = "ID", name: str = "p.jpg") -> Document:
    return add_document(
        viewer,
        case,
        data_class=data_class,
        title="Invented picture",
        name=name,
        content=content if content is not None else photograph(),
        now=now,
    )


def made(scene, episode, picture: str, variant: str = "official") -> bytes:
    return print_sheet(
        scene.coordinator, episode, variant=variant, to="The desk", to_agency="", now=scene.now, picture=picture
    )


def pictures_in(document: bytes) -> list[bytes]:
    """Every JPEG in a PDF, as it stands there."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return [
            bytes(one.read_raw_bytes())
            for one in pdf.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]


@pytest.mark.parametrize("variant", ["official", "poster"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_picture_stands_on_the_sheet_without_a_word_beside_its_pixels(scene, case, episode, variant, kind):
    document = put(scene.coordinator, case, scene.now, content=photograph(kind), name=f"p.{kind.lower()}")

    sheet = made(scene, episode, document.code, variant)
    (found,) = pictures_in(sheet)
    shown = Image.open(io.BytesIO(found))
    assert max(shown.size) <= 1200
    assert not shown.getexif()
    assert MAKER.encode() not in sheet
    assert b"Exif" not in found


def test_whoever_cannot_see_the_picture_hears_what_it_shows(scene, case, episode):
    sheet = made(scene, episode, put(scene.coordinator, case, scene.now).code)

    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        told = [
            str(one["/Alt"])
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and "/Alt" in one.keys()  # noqa: SIM118
        ]
    assert told == [f"Picture of {team.GIVEN} {team.FAMILY}"]


def test_the_register_says_that_a_picture_went_along_and_the_trail_which(scene, case, episode):
    document = put(scene.coordinator, case, scene.now)
    made(scene, episode, document.code)

    (row,) = OutsideDisclosure.objects.all()
    assert row.from_agency == case.holder
    page = Visitor(scene.coordinator, scene.now).page(f"/cases/{case.code}/disclosures/")
    assert "With a picture of the child" in page
    assert AuditEvent.objects.get(verb="missing.sheet_printed").details["picture"] == document.code
    assert AuditEvent.objects.filter(verb="document.copy_opened", code=document.code).count() == 1


@pytest.mark.parametrize(
    ("variant", "data_class", "allowed"),
    [("official", "SAFE", True), ("poster", "SAFE", False), ("official", "CORE", False), ("official", "PLAN", False)],
)
def test_only_what_the_sheet_discloses_may_stand_on_it(scene, case, episode, variant, data_class, allowed):
    document = put(scene.coordinator, case, scene.now, data_class=data_class)

    if allowed:
        assert made(scene, episode, document.code, variant).startswith(b"%PDF")
        return
    with pytest.raises(RuleBroken, match="does not disclose"):
        made(scene, episode, document.code, variant)
    assert not OutsideDisclosure.objects.exists()
    assert not AuditEvent.objects.filter(verb="document.copy_opened").exists()


def test_what_is_no_picture_or_was_withdrawn_is_refused_in_words(scene, case, episode):
    letter = put(scene.coordinator, case, scene.now, content=WORDS.encode(), name="letter.txt")
    gone = put(scene.coordinator, case, scene.now)
    withdraw_document(scene.coordinator, gone, now=scene.now)

    with pytest.raises(RuleBroken, match="no picture"):
        made(scene, episode, letter.code)
    with pytest.raises(RuleBroken, match="withdrawn"):
        made(scene, episode, gone.code)
    assert not OutsideDisclosure.objects.exists()


def test_a_picture_of_another_case_or_of_nobody_is_unknown(scene, case, episode):
    other = put(scene.coordinator, team.scheduled(scene).case, scene.now)

    for code in (other.code, "ZZZZ-2222"):
        with pytest.raises(NotVisible):
            made(scene, episode, code)


def test_a_picture_that_another_agency_holds_is_not_passed_on(scene, case, episode):
    document = put(scene.coordinator, case, scene.now)
    Document.objects.filter(pk=document.pk).update(holder="CDFG-2346")

    with pytest.raises((RuleBroken, NotVisible)):
        made(scene, episode, document.code)
    assert not OutsideDisclosure.objects.exists()


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_offers_the_pictures_that_may_stand_on_a_sheet_and_makes_it(scene, case, episode):
    document = put(scene.coordinator, case, scene.now)
    letter = put(scene.coordinator, case, scene.now, content=WORDS.encode(), name="letter.txt")
    hidden = put(scene.coordinator, case, scene.now, data_class="CORE")
    visitor, path = Visitor(scene.coordinator, scene.now), f"/missing/{episode.code}/sheet/"

    choices = visitor.page(path).partition('name="picture"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="([^"]+)"', choices) == [document.code]
    told = {"variant": "official", "to": "The desk"}
    for code in (letter.code, hidden.code, "ZZZZ-2222"):
        refused = visitor.post(path, {**told, "picture": code})
        assert refused.status_code == 422
        assert "cannot stand on the sheet" in refused.content.decode()
    answered = visitor.post(path, {**told, "picture": document.code})
    assert answered.status_code == 200
    assert len(pictures_in(answered.content)) == 1
    assert pictures_in(visitor.post(path, told).content) == []


def test_a_picture_for_the_police_alone_is_refused_for_a_poster_with_a_sentence(scene, case, episode):
    document = put(scene.coordinator, case, scene.now, data_class="SAFE")
    visitor, path = Visitor(scene.coordinator, scene.now), f"/missing/{episode.code}/sheet/"

    refused = visitor.post(path, {"variant": "poster", "to": "The desk", "picture": document.code})
    assert refused.status_code == 422
    assert "does not disclose" in refused.content.decode()
    assert not OutsideDisclosure.objects.exists()


# --- as a Word document ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["official", "poster"])
def test_an_office_gets_the_same_sheet_to_write_on_in(scene, case, episode, variant):
    document = put(scene.coordinator, case, scene.now)
    visitor, path = Visitor(scene.coordinator, scene.now), f"/missing/{episode.code}/sheet/"

    told = {"variant": variant, "to": "The desk", "picture": document.code, "form": "docx"}
    answered = visitor.post(path, told)
    assert answered["Content-Type"] == MEDIA_TYPE
    assert f'filename="missing-{variant}-{episode.code}.docx"' in answered["Content-Disposition"]
    with ZipFile(io.BytesIO(answered.content)) as archive:
        words, photo = archive.read("word/document.xml").decode(), archive.read("word/media/picture1.jpeg")
    assert team.GIVEN in words
    assert f'descr="Picture of {team.GIVEN} {team.FAMILY}"' in words
    assert ("Legal custody" in words) is (variant == "official")
    assert ("danger" in words) is (variant == "official")
    assert b"Exif" not in photo
    assert MAKER.encode() not in answered.content
    assert AuditEvent.objects.get(verb="missing.sheet_printed").details["form"] == "docx"
    assert OutsideDisclosure.objects.count() == 1


def test_another_kind_of_file_is_refused_and_leaves_nothing(scene, case, episode):
    with pytest.raises(RuleBroken, match="PDF or a Word"):
        print_sheet(scene.coordinator, episode, variant="poster", to="X", to_agency="", now=scene.now, form="exe")
    assert not OutsideDisclosure.objects.exists()


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_poster_does_not_name_this_program_beside_its_words_either(scene, episode, form):
    """It is passed on as a file: whoever looks up who made it would learn which kind of care the child is in."""
    named = {}
    for variant in ("official", "poster"):
        made = print_sheet(
            scene.coordinator, episode, variant=variant, to="The desk", to_agency="", now=scene.now, form=form
        )
        if form == "docx":
            with ZipFile(io.BytesIO(made)) as archive:
                parts = b"".join(archive.read(name) for name in archive.namelist())
        else:
            with pikepdf.open(io.BytesIO(made)) as opened:
                parts = repr(dict(opened.docinfo)).encode() + opened.Root.Metadata.read_bytes()
        named[variant] = b"rightdoor" in parts.lower()

    assert named == {"official": True, "poster": False}
