"""Word documents: sound XML, headings as styles, tables with a header, language, title; the same bytes each time."""

from __future__ import annotations

from io import BytesIO
from xml.dom.minidom import parseString
from zipfile import ZipFile

import pytest

from rightdoor.foundation.printing.docx import Bullets, Heading, Picture, Table, Text, facts, to_docx

HOSTILE = "<w:p/>&amp; ]]> \x00\x0b \ud800 “né” \N{PILE OF POO}"
BLOCKS = [
    Heading("What happened"),
    Text(f"First line.\nSecond line. {HOSTILE}"),
    Bullets(["one", "two"]),
    Heading("Deeper", 2),
    Table(("Who", "When"), [("A person", "03/10/2026")]),
    Table(("Empty",), []),
    facts([["Case", "K7MQ-4XPR"]]),
]


def parts(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.req("CASE-12")
def test_every_part_is_sound_whatever_was_typed_and_the_same_blocks_give_the_same_bytes() -> None:
    made = to_docx("Title", BLOCKS, notice="Confidential.", made="Printed.")
    for text in parts(made).values():
        parseString(text)
    assert made == to_docx("Title", BLOCKS, notice="Confidential.", made="Printed.")
    assert "<w:p/>&amp; ]]>" not in parts(made)["word/document.xml"]
    assert "“né”" in parts(made)["word/document.xml"]


@pytest.mark.req("UX-2")
def test_a_picture_stands_in_the_text_with_words_for_who_cannot_see_it() -> None:
    photo = Picture(b"\xff\xd8 invented", 1200, 600, 'Picture of "Nora" <Nowhere>', longest_mm=70)
    made = to_docx("Missing", [Heading("Nora"), photo, photo, Text("Below.")])
    with ZipFile(BytesIO(made)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    assert files["word/media/picture1.jpeg"] == files["word/media/picture2.jpeg"] == photo.content
    document = parseString(files["word/document.xml"])
    told = [one.getAttribute("descr") for one in document.getElementsByTagName("wp:docPr")]
    assert told == [photo.alt, photo.alt]
    extents = {(one.getAttribute("cx"), one.getAttribute("cy")) for one in document.getElementsByTagName("wp:extent")}
    assert extents == {("2520000", "1260000")}  # 70 by 35 mm
    rels = parseString(files["word/_rels/document.xml.rels"]).getElementsByTagName("Relationship")
    targets = {one.getAttribute("Id"): one.getAttribute("Target") for one in rels}
    asked = [one.getAttribute("r:embed") for one in document.getElementsByTagName("a:blip")]
    assert [targets[one] for one in asked] == ["media/picture1.jpeg", "media/picture2.jpeg"]
    assert 'Extension="jpeg"' in files["[Content_Types].xml"].decode()
    assert b"jpeg" not in b"".join(ZipFile(BytesIO(to_docx("x", []))).read(n) for n in ("[Content_Types].xml",))


@pytest.mark.req("UX-2")
def test_it_is_read_by_headings_tables_by_their_header_and_in_its_language() -> None:
    made = parts(to_docx("A review", BLOCKS, language="es"))
    document = parseString(made["word/document.xml"])
    styles = [one.getAttribute("w:val") for one in document.getElementsByTagName("w:pStyle")]
    assert [one for one in styles if one.startswith(("Title", "Heading"))] == ["Title", "Heading1", "Heading2"]
    known = {
        one.getAttribute("w:styleId") for one in parseString(made["word/styles.xml"]).getElementsByTagName("w:style")
    }
    assert set(styles) <= known
    tables = document.getElementsByTagName("w:tbl")
    assert len(tables) == 2  # the empty one is left out
    assert all(len(table.getElementsByTagName("w:tblHeader")) == 1 for table in tables)
    assert '<w:lang w:val="es"/>' in made["word/styles.xml"]
    assert "<dc:title>A review</dc:title>" in made["docProps/core.xml"]
    assert "<dc:language>es</dc:language>" in made["docProps/core.xml"]
