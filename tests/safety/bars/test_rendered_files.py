"""SEC-70: no file that a reader of a release holds tells a hidden count, anywhere in it. (AU7)"""

from __future__ import annotations

import io
import random
from copy import deepcopy
from typing import Any
from zipfile import ZipFile

import pikepdf
import pytest

from rightdoor.oversight.annual_reports import rendering_audit
from rightdoor.oversight.annual_reports.files import build
from rightdoor.oversight.annual_reports.rendering_audit import Fault, audit
from tests.bars import sabotage
from tests.oversight.annual_reports.sample import HIDDEN, sample

pytestmark = [pytest.mark.bar("SEC-70"), pytest.mark.req("STAT-3")]
PDF, XLSX, CSV, EN, ES, VI = (
    f"annual-report-2025.{ending}" for ending in ("pdf", "xlsx", "csv", "en.html", "es.html", "vi.html")
)
TOLD = "{RT8.north.unknown}"


@sabotage("SEC-70", "cells of a file are not compared with the print")
def _cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering_audit, "_compared", lambda *given: [])


@sabotage("SEC-70", "a number in any sentence is taken for a printed one")
def _sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering_audit._Said, "accounts_for", lambda *given, **also: True)


@sabotage("SEC-70", "the document itself is not held against the pattern")
def _document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering_audit, "_of_document", lambda *given: [])


@sabotage("SEC-70", "bars may have any length")
def _bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering_audit, "_bars_fit", lambda *given, **also: True)
    monkeypatch.setattr(rendering_audit, "_bars_fit_drawn", lambda *given, **also: True)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return build(sample())


def told(files: dict[str, bytes]) -> list[Fault]:
    return audit(files, sample(), HIDDEN)


def with_text(files: dict[str, bytes], name: str, old: str, new: str, times: int = 1) -> dict[str, bytes]:
    """The files, one of them with other words in it."""
    text = files[name].decode()
    assert text.count(old) >= times
    return files | {name: text.replace(old, new, times).encode()}


def with_part(files: dict[str, bytes], part: str, old: str = "", new: str = "") -> dict[str, bytes]:
    """The files, with another text in a part of the workbook, or with a new part."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(files[XLSX])) as before, ZipFile(out, "w") as after:
        parts = {one: before.read(one).decode() for one in before.namelist()}
        assert not old or old in parts[part]
        parts[part] = parts.get(part, new).replace(old, new, 1) if old else new
        for one, text in parts.items():
            after.writestr(one, text)
    return files | {XLSX: out.getvalue()}


def with_count(address: str, count: str) -> dict[str, Any]:
    """The document, with something else printed in a cell."""
    changed = deepcopy(sample())
    code, row, column = address.split(".")
    table = next(one for one in changed["tables"] if one["code"] == code)
    line = next(one for one in table["rows"] if one["key"] == row)
    line["cells"][[one["key"] for one in table["columns"]].index(column)] = count
    return changed


def test_files_of_a_printed_document_tell_nothing_hidden(files: dict[str, bytes]) -> None:
    assert told(files) == []


@pytest.mark.parametrize("seed", range(4))
def test_nor_do_those_of_any_document(seed: int) -> None:
    by_lot = random.Random(seed)
    document = deepcopy(sample())
    hidden = {}
    for table in document["tables"]:
        for row in table["rows"]:
            for at, column in enumerate(table["columns"]):
                count = by_lot.randrange(0, 3000)
                row["cells"][at] = by_lot.choice([str(count), f"{count:,}", "0", "-", "*", "12.5 %"])
                if row["cells"][at] == "*":
                    hidden[f"{table['code']}.{row['key']}.{column['key']}"] = count
    document["narrative"], document["languages"] = [], ["en"]
    assert audit(build(document), document, hidden) == []


@pytest.mark.parametrize("address", sorted(HIDDEN))
def test_a_document_that_prints_what_the_pattern_hides_is_found(address: str) -> None:
    document = with_count(address, str(HIDDEN[address])) | {"languages": ["en"], "narrative": []}
    found = audit(build(document), document, HIDDEN)
    assert [one.where for one in found] == [address]
    assert str(HIDDEN[address]) not in found[0].sentence


def test_a_paper_with_a_hidden_count_is_found(files: dict[str, bytes]) -> None:
    leaky = build(with_count("RT8.north.unknown", "6"))
    found = told(files | {PDF: leaky[PDF]})
    assert ("RT8, North, Age not known", "Something stands where a count is hidden.") in [
        (one.where, one.sentence) for one in found
    ]


@pytest.mark.parametrize("key", ["/Subject", "/Keywords"])
def test_a_property_of_the_paper_with_a_count_is_found(files: dict[str, bytes], key: str) -> None:
    with pikepdf.open(io.BytesIO(files[PDF])) as pdf, io.BytesIO() as out:
        pdf.docinfo[key] = "north 6"
        pdf.save(out)
        assert [one.where for one in told(files | {PDF: out.getvalue()})] == ["properties"]


def test_an_attachment_of_the_paper_is_found(files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files[PDF])) as pdf, io.BytesIO() as out:
        pdf.attachments["counts.csv"] = pikepdf.AttachedFileSpec(pdf, b"RT8.north.unknown,6")
        pdf.save(out)
        assert any("EmbeddedFiles" in one.sentence for one in told(files | {PDF: out.getvalue()}))


def test_words_drawn_over_a_page_are_found(files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files[PDF])) as pdf, io.BytesIO() as out:
        page = pdf.pages[3]
        page.contents_add(page.obj.Contents.read_bytes(), prepend=False)
        pdf.save(out)
        assert told(files | {PDF: out.getvalue()})


def test_a_bar_as_long_as_a_hidden_count_is_found_on_paper_and_page(files: dict[str, bytes]) -> None:
    drawn = deepcopy(sample())
    drawn["tables"][1]["chart"] = ["unknown"]
    drawn["tables"][1]["rows"][2]["cells"][2] = "5"
    drawn["tables"][1]["rows"][0]["cells"][2] = "19"
    leaky = build(drawn)
    drawn["tables"][1]["rows"][0]["cells"][2] = "*"
    drawn["tables"][1]["rows"][1]["cells"][2] = "4"
    found = audit(leaky, drawn, {"RT8.north.unknown": 19})
    assert {one.file for one in found if "bar" in one.sentence} == {PDF, EN, ES, VI}


def test_a_count_in_a_cell_of_the_workbook_is_found(files: dict[str, bytes]) -> None:
    star = '<c t="inlineStr"><is><t xml:space="preserve">*</t></is></c>'
    found = told(with_part(files, "xl/worksheets/sheet3.xml", star, "<c><v>6</v></c>"))
    assert [(one.file, one.where) for one in found] == [(XLSX, "RT8, north, unknown")]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet3.xml", "<row>", '<row hidden="1">'),
        ("xl/worksheets/sheet3.xml", "</row></sheetData>", "<c><v>6</v></c></row></sheetData>"),
        ("xl/worksheets/sheet3.xml", "</sheetData>", "</sheetData><!-- north 6 -->"),
        ("xl/workbook.xml", 'name="RT8"', 'name="RT8" state="veryHidden"'),
        ("xl/workbook.xml", "</sheets>", '</sheets><definedNames><definedName name="n">6</definedName></definedNames>'),
        ("xl/comments1.xml", "", "<comments/>"),
        ("docProps/app.xml", "", "<Properties>6</Properties>"),
    ],
)
def test_whatever_a_workbook_hides_is_found(files: dict[str, bytes], part: str, old: str, new: str) -> None:
    assert {one.file for one in told(with_part(files, part, old, new))} == {XLSX}


def test_a_count_in_the_long_file_is_found(files: dict[str, bytes]) -> None:
    line = "RT8,Region by age,persons,outside,north,North,unknown,Age not known,"
    found = told(with_text(files, CSV, f"{line}*,hidden to protect privacy", f"{line}6,count"))
    assert [(one.file, one.sentence) for one in found] == [(CSV, "Something stands where a count is hidden.")]
    assert told(with_text(files, CSV, f"{line}*,hidden to protect privacy", f"{line}*,hidden: 6"))


@pytest.mark.parametrize("name", [EN, ES, VI])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            '<td class="number"><span aria-hidden="true">*</span>',
            '<td class="number"><span aria-hidden="true">6</span>',
        ),
        ('<td class="number"><span', '<td class="number" data-count="6"><span'),
        ('<td class="number"><span', '<td class="number" title="6"><span'),
        ("</table>", "</table><!-- north 6 -->"),
        ("</section>", "<p>North: 6</p></section>"),
        ("</section>", '<script type="application/json">{"north": 6}</script></section>'),
        ("</desc>", " North 6.</desc>"),
        ('width="160"', 'width="91"'),
        ('<span class="usa-sr-only">', '<span class="usa-sr-only">6, '),
    ],
)
def test_a_count_anywhere_in_a_page_is_found(files: dict[str, bytes], name: str, old: str, new: str) -> None:
    if old.startswith("width") and old not in files[name].decode():
        old = next(one for one in files[name].decode().split() if one.startswith('width="1'))
    assert {one.file for one in told(with_text(files, name, old, new))} == {name}


@pytest.mark.parametrize(
    "text", ["North had 6.", "South had 13 of them.", "There were 9 of labor.", "Exactly 3 agencies."]
)
def test_a_number_that_somebody_typed_into_a_sentence_may_not_be_a_hidden_one(text: str) -> None:
    document = sample(narrative=[{"head": "North", "text": text, "bound": {}}], languages=["en"])
    found = audit(build(document), document, HIDDEN)
    assert [(one.file, one.where) for one in found] == [("document", "“North”")]


def test_a_number_that_is_a_name_in_a_table_is_one_in_a_sentence() -> None:
    document = sample(narrative=[{"head": "Whom", "text": "Those of 17 and under.", "bound": {}}], languages=["en"])
    assert [one.where for one in audit(build(document), document, HIDDEN)] == ["“Whom”"]
    document["tables"][0]["columns"][0]["label"] = "17 and under"
    assert audit(build(document), document, HIDDEN) == []


def test_a_sentence_cannot_say_what_its_table_hides() -> None:
    document = sample(narrative=[{"head": "North", "text": TOLD, "bound": {TOLD.strip("{}"): "6"}}])
    with pytest.MonkeyPatch.context() as lax:
        lax.setattr("rightdoor.oversight.annual_reports.files.checked", lambda document: document)
        found = audit(build(document), document, HIDDEN)
    assert "document" in {one.file for one in found}


def test_a_file_that_nobody_reads_back_and_one_that_is_missing_are_found(files: dict[str, bytes]) -> None:
    assert [one.file for one in told(files | {"counts.json": b"{}"})] == ["counts.json"]
    assert [one.file for one in told({name: one for name, one in files.items() if name != CSV})] == [CSV]


@pytest.mark.parametrize("name", [PDF, XLSX])
def test_a_file_that_cannot_be_read_back_is_refused(files: dict[str, bytes], name: str) -> None:
    assert {one.file for one in told(files | {name: b"not a file"})} == {name}
