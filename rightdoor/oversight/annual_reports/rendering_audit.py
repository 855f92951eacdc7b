"""AU7: every built file is read back, part by part, and must say what the printed document says and nothing more.

    audit(files, document, hidden) -> faults; none: the files may be handed out

`hidden` is the pattern with what the counts were: address of a cell -> count. Asked of each file: does every cell stand
in its place as it is printed, a hidden one as "*"; has every bar the length of a printed count; is there a digit in any
other place (a title, an alternative text, an attribute, a property, a note of a sheet, a hidden sheet) that no printed
sentence accounts for. The files are read by other code than made them. A fault names the place and never the count.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rightdoor.domain.annual_report.narrative import HIDDEN, NOT_COLLECTED, cells_of, typed_numbers
from rightdoor.foundation.printing.reading import Unreadable, read_pdf
from rightdoor.oversight.annual_reports import files as made
from rightdoor.oversight.annual_reports.document import drawing_of, narrative_of, number, said_of, strings_of

QUESTION = "AU7"
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d[\d.,]*")
_BAR_HIGH = 9.64  # points: 3.4 mm, the height of a bar on paper
_SHEET_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml"
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET_TAGS = {f"{_MAIN}{one}" for one in ("worksheet", "cols", "col", "sheetData", "row", "c", "is", "t", "v")}


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a file says what it may not, or not what it should. The count itself is in no sentence."""

    file: str
    where: str
    sentence: str
    question: str = QUESTION


def audit(files: Mapping[str, bytes], document: Mapping[str, Any], hidden: Mapping[str, int]) -> list[Fault]:
    """What is wrong with the files of this document; nothing: they tell no hidden count."""
    faults = [*_of_document(document, hidden)]
    year = int(document["year"])
    readers: dict[str, Any] = {
        made.name_of(year, "pdf"): _pdf,
        made.name_of(year, "xlsx"): _workbook,
        made.name_of(year, "csv"): _csv,
    }
    readers |= {made.name_of(year, f"{one}.html"): _page for one in made.languages_of(document)}
    faults += [Fault(name, "", "No report has this file, so it was not read.") for name in {*files} - {*readers}]
    faults += [Fault(name, "", "This file is missing.") for name in {*readers} - {*files}]
    for name in sorted({*files} & {*readers}):
        language = name.split(".")[1] if name.endswith(".html") else "en"
        with translation.override(language):
            faults += readers[name](name, files[name], document, _Said.of(document))
    return sorted(faults, key=lambda one: (one.file, one.where, one.sentence))


def _of_document(document: Mapping[str, Any], hidden: Mapping[str, int]) -> Iterable[Fault]:
    cells = cells_of(document["tables"])
    for address in sorted(hidden):
        if cells.get(address, HIDDEN) != HIDDEN:
            yield Fault("document", address, "The pattern hides this count, and the document prints something.")
    counts, threshold = set(hidden.values()), int(document["threshold"])
    # "17 and under", "72 hours": a number that the tables use as a name is a name in a sentence, too.
    labels = (one["label"] for table in document["tables"] for one in (*table["columns"], *table["rows"]))
    names = {int(one) for text in labels for one in re.findall(r"\b\d{1,4}\b", text)}
    for one in document.get("narrative", ()):
        for typed in typed_numbers(one["text"]):
            if not typed.replace(",", "").isdigit():
                continue
            count = int(typed.replace(",", ""))
            if 0 < count < threshold or count in counts - names:
                yield Fault(
                    "document",
                    f"“{one['head']}”",
                    "A number that is typed by hand might be a count that is hidden. Bind it to a table, or say it "
                    "without a number.",
                )
        for binding, said in one.get("bound", {}).items():
            if binding in cells and cells[binding] in (HIDDEN, NOT_COLLECTED) and _DIGIT.search(said):
                yield Fault("document", f"“{one['head']}”", f"{{{binding}}} is hidden, and the sentence has a number.")


# --------------------------------------------------------------------------------------------- what may stand where


def _bare(text: str) -> str:
    return "".join(text.split())


@dataclass(slots=True)
class _Said:
    """Every text of the document with a digit in it: `whole` as a text of its own, `inside` also within another."""

    whole: set[str] = field(default_factory=set)
    inside: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> _Said:
        kept = {key: value for key, value in document.items() if key not in ("figures", "headline")}
        texts = set(strings_of(kept))
        texts |= {one for part in document.get("figures", ()) for one in (part["name"], part.get("label", ""))}
        texts |= {one for part in document.get("headline", ()) for one in (part["name"], part.get("label", ""))}
        for head, lines in narrative_of(document):
            texts |= {head, *lines}
        texts |= {_(one) for one in texts if one.strip()}
        texts |= {*made.words_of(document).values(), *made.how_to_read(document)}
        texts |= {one for pair in made.findings(document.get("certificate")) for one in pair}
        for table in document["tables"]:
            notes, breaks = made.notes_of(table)
            texts |= {made.counted_of(table, document), *notes, *breaks}
        inside = {_bare(one) for one in texts if _DIGIT.search(one) and any(letter.isalpha() for letter in one)}
        names = {str(document["year"]), str(document["threshold"])}  # a bare number is a name, or it is a count
        for table in document["tables"]:
            names |= {one[key] for one in (*table["columns"], *table["rows"]) for key in ("key", "label")}
        told = inside | {_bare(one) for one in names if _DIGIT.search(one)}
        numbers = {found for one in told for found in _NUMBER.findall(one)}
        return cls(told, sorted(inside, key=lambda one: (-len(one), one)), numbers)

    def accounts_for(self, text: str, also: str = "") -> bool:
        """Is every digit of the text a printed sentence's? `also`: a pattern of what else may be left."""
        bare = _bare(text)
        if not _DIGIT.search(bare) or bare in self.whole:
            return True
        for one in self.inside:
            bare = bare.replace(one, "\0")
        left = "".join(bare.split("\0"))
        return not _DIGIT.search(left) or bool(also and re.fullmatch(also, left))

    def has_numbers_of(self, text: str) -> bool:
        """For what is cut into lines: is every number of it a printed text's?"""
        return all(one in self.numbers for one in _NUMBER.findall(text))


def _grid(table: Mapping[str, Any], of: str) -> list[list[str]]:
    """The table as everybody reads it: heads, then each line with its label."""
    heads = [table.get("of") and _(table["of"]) or of, *(_(one["label"]) for one in table["columns"])]
    return [heads, *([_(row["label"]), *row["cells"]] for row in table["rows"])]


def _compared(name: str, code: str, found: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> list[Fault]:
    if [len(one) for one in found] != [len(one) for one in wanted]:
        return [Fault(name, code, "This table has not the lines and columns that are printed.")]
    faults = []
    for line, (there, printed_here) in enumerate(zip(found, wanted, strict=True)):
        for place, (one, should) in enumerate(zip(there, printed_here, strict=True)):
            if _bare(one) != _bare(should):
                where = f"{code}, {wanted[line][0]}, {wanted[0][place]}"
                said = "Something stands where a count is hidden." if should == HIDDEN else "Another text is printed."
                faults.append(Fault(name, where, said))
    return faults


def _other_grids(document: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """Tables of a file that are none of the document's numbered ones."""
    found = {}
    if document.get("figures"):
        told = [[_(one.get("label") or one["name"]), one["text"]] for one in document["figures"]]
        found["figures"] = [[words["figure"], words["value"]], *told]
    if document.get("sources"):
        heads = [words["agency"], words["kind"], words["answer"]]
        listed = [
            [one["agency"], _(one["kind"]) if one["kind"] else "", _(one["answer"])] for one in document["sources"]
        ]
        found["sources"] = [heads, *listed]
    if checks := made.findings(document.get("certificate")):
        found["certificate"] = [[words["what"], words["found"]], *([*one] for one in checks)]
    return found


# ---------------------------------------------------------------------------------------------------------------- paper


def _pdf(name: str, content: bytes, document: Mapping[str, Any], said: _Said) -> list[Fault]:
    try:
        read = read_pdf(content)
    except Unreadable as problem:
        return [Fault(name, "", str(problem))]
    words = made.words_of(document)
    faults = [Fault(name, "", f"The paper has what none should have: {one}.") for one in read.extras]
    other = _other_grids(document, words)
    wanted = {"figures": other.pop("figures", None)}
    wanted |= {table["code"]: _grid(table, words["group"]) for table in document["tables"]}
    wanted = {code: grid for code, grid in (wanted | other).items() if grid}
    if len(read.tables) != len(wanted):
        faults.append(Fault(name, "", f"{len(read.tables)} tables can be read, {len(wanted)} were printed."))
    for (code, grid), found in zip(wanted.items(), read.tables, strict=False):
        faults += _compared(name, code, found, grid)
    drawings = [one for table in document["tables"] if (one := drawing_of(table))]
    figures = [text for role, text in read.blocks if role == "Figure"]
    if len(figures) != len(drawings):
        faults.append(Fault(name, "", "The charts are not those that are printed."))
    for drawing, text in zip(drawings, figures, strict=False):
        lines = ("".join((", ".join(one for one in bar[:2] if one), bar[2])) for bar in drawing.bars)
        if _bare(text) != _bare("".join(lines)):
            faults.append(Fault(name, drawing.table, "The words of the chart are not those of its table."))
    lengths = [wide for wide, high in read.boxes if abs(high - _BAR_HIGH) < 0.1]
    if not _bars_fit([bar[3] for drawing in drawings for bar in drawing.bars], lengths):
        faults.append(Fault(name, "", "A bar has not the length of a printed count."))
    headline = {_bare(one["text"]) for one in document.get("headline", ()) if one["text"] != HIDDEN}
    for role, text in read.blocks:
        also = rf"\D*[1-9]\d{{0,{len(str(read.pages)) - 1}}}" if role == "TOCI" else ""
        if role != "Figure" and _bare(text) not in headline and not said.accounts_for(text, also):
            faults.append(Fault(name, role, "A number stands in a sentence that is not printed so."))
    for text in read.beside:
        if not said.accounts_for(text, r".*page[1-9]\d*"):
            faults.append(Fault(name, "properties", "A number stands in an alternative text or a property."))
    for text in read.artifacts:
        if not re.fullmatch(rf"[1-9]\d*/{read.pages}", _bare(text)) and not said.has_numbers_of(text):
            faults.append(Fault(name, "head or foot", "A number stands in the head or foot of a page."))
    return faults


def _bars_fit(shares: Sequence[float | None], lengths: Sequence[float], tolerance: float = 0.5) -> bool:
    """A track for each line, and behind it a bar as long as its share, where it has one."""
    left = list(lengths)
    for share in shares:
        if not left:
            return False
        track = left.pop(0)
        if share and (not left or abs(left.pop(0) - share * track) > tolerance):
            return False
    return not left


# --------------------------------------------------------------------------------------------------------------- sheets


def _workbook(name: str, content: bytes, document: Mapping[str, Any], said: _Said) -> list[Fault]:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = {one: archive.read(one) for one in archive.namelist()}
        trees = {one: ElementTree.fromstring(text) for one, text in parts.items()}  # noqa: S314 - our own file
        comment = any(b"<!--" in text for text in parts.values())
    except (BadZipFile, ElementTree.ParseError, KeyError):
        return [Fault(name, "", "The workbook could not be read back.")]
    faults = [Fault(name, one, "A part that no report has.") for one in parts if not _SHEET_PARTS.fullmatch(one)]
    if comment:
        faults.append(Fault(name, "", "The workbook has a remark between its lines."))
    book = trees["xl/workbook.xml"]
    for node in book.iter():
        if "state" in node.attrib or node.tag.endswith(("definedName", "calcPr", "externalReference")):
            faults.append(Fault(name, "xl/workbook.xml", "A sheet is hidden, or something has a name."))
    titles = [one.get("name", "") for one in book.iter(f"{_MAIN}sheet")]
    tables = {table["code"]: table for table in document["tables"]}
    if missing := sorted({*tables} - {*titles}):
        faults.append(Fault(name, missing[0], "The workbook has no sheet of this table."))
    for at, title in enumerate(titles, start=1):
        tree = trees.get(f"xl/worksheets/sheet{at}.xml")
        if tree is None:
            faults.append(Fault(name, title, "The sheet is missing."))
            continue
        for node in tree.iter():
            if node.tag not in _SHEET_TAGS or "hidden" in node.attrib or "outlineLevel" in node.attrib:
                faults.append(Fault(name, title, "The sheet has something that nobody sees."))
        rows = [["".join(cell.itertext()) for cell in row.iter(f"{_MAIN}c")] for row in tree.iter(f"{_MAIN}row")]
        table = tables.get(title)
        if table is not None:
            faults += _sheet_of_table(name, table, rows, said)
        else:
            known = {"0"} if at == 1 else set()  # the sign and its meaning
            if at == 1:
                known |= {_bare(one["text"]) for one in document.get("figures", ())}
                known |= {_bare(value) for _label, value in made.findings(document.get("certificate"))}
            faults += _loose_cells(name, title, rows, said, known)
    return faults


def _sheet_of_table(name: str, table: Mapping[str, Any], rows: list[list[str]], said: _Said) -> list[Fault]:
    code = table["code"]
    keys = [one["key"] for one in table["columns"]]
    heads = ["code", "label", *keys]
    at = next((at for at, row in enumerate(rows) if [_unquoted(one) for one in row] == heads), None)
    if at is None:
        return [Fault(name, code, "The sheet has no line with the codes of the columns.")]
    lines = rows[at + 2 : at + 2 + len(table["rows"])]
    wanted = [[row["key"], row["label"], *(_plain(cell) for cell in row["cells"])] for row in table["rows"]]
    found = [[_unquoted(one) for one in line] for line in lines]
    faults = _compared(name, code, [heads, *found], [heads, *wanted])
    rest = [*rows[:at], *rows[at + 1 : at + 2], *rows[at + 2 + len(table["rows"]) :]]
    return faults + _loose_cells(name, code, rest, said, set())


def _plain(cell: str) -> str:
    count = number(cell)
    return str(count) if count is not None else cell


def _unquoted(text: str) -> str:
    """A text without the mark that keeps a spreadsheet from taking it for a formula."""
    return text.removeprefix("'")


def _loose_cells(name: str, where: str, rows: Iterable[Sequence[str]], said: _Said, also: set[str]) -> list[Fault]:
    return [
        Fault(name, where, "A number stands in a cell beside the table.")
        for row in rows
        for cell in row
        if _bare(_unquoted(cell)) not in also and not said.accounts_for(_unquoted(cell))
    ]


def _csv(name: str, content: bytes, document: Mapping[str, Any], said: _Said) -> list[Fault]:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"), newline="")))
    wanted: list[list[str]] = [list(made.CSV_HEADS)]
    for table in document["tables"]:
        before = [str(document["year"]), table["code"], table["title"], table.get("unit", ""), table.get("basis", "")]
        for row in table["rows"]:
            for column, cell in zip(table["columns"], row["cells"], strict=True):
                means = said_of(cell) or ("count" if number(cell) is not None else "figure")
                wanted.append([*before, row["key"], row["label"], column["key"], column["label"], _plain(cell), means])
    if len(rows) != len(wanted):
        return [Fault(name, "", "The file has not the lines that are printed.")]
    faults = []
    for number_of_line, (line, should) in enumerate(zip(rows, wanted, strict=True), start=1):
        if [_unquoted(one) for one in line] != [_unquoted(one) for one in should]:
            place = ".".join(should[at] for at in (1, 5, 7))
            hides = should[9] == HIDDEN
            faults.append(
                Fault(
                    name,
                    f"line {number_of_line}, {place}",
                    "Something stands where a count is hidden." if hides else "Another text is printed.",
                )
            )
    return faults


# ----------------------------------------------------------------------------------------------------------------- page


class _PageReader(HTMLParser):
    """A page as tables, drawings, other texts and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[tuple[str, list[list[str]]]] = []
        self.heard: list[str] = []  # said to a screen reader in place of a sign
        self.drawings: list[list[tuple[str, dict[str, str], str]]] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str, str, bool]] = []
        self.extras: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._block: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        in_drawing = any(one == "svg" for one, _given in self._open)
        self.attributes += [(tag, key, value, in_drawing or tag == "svg") for key, value in given.items()]
        if tag in ("script", "style", "object", "iframe", "input", "template", "img", "link", "meta"):
            self.extras.append(f"<{tag}>")
        if tag not in ("span", "strong", "em", "b", "i"):
            self._flush()
        if tag == "svg":
            self.drawings.append([])
        elif in_drawing:
            self.drawings[-1].append((tag, given, ""))
        elif tag == "table":
            self.grids.append((given.get("id", ""), []))
        elif tag == "tr" and self._in("table"):
            self.grids[-1][1].append([])
        elif tag in ("td", "th") and self._in("table") and self.grids[-1][1]:
            self.grids[-1][1][-1].append("")
        if tag not in ("br", "rect", "hr", "wbr"):
            self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("span", "strong", "em", "b", "i"):
            self._flush()
        while self._open and any(one == tag for one, _given in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not data.strip():
            self._block.append(" ")
        elif self._in("svg"):
            tag, given = self._open[-1]
            self.drawings[-1].append(("#", given if tag == "text" else {"class": tag}, data))
        elif self._in("td") or self._in("th"):
            if self._in_class("usa-sr-only"):
                self.heard.append(data)
            else:
                self.grids[-1][1][-1][-1] += data
        else:
            self._block.append(data)

    def handle_comment(self, data: str) -> None:
        self.extras.append("a remark between its lines")

    def handle_decl(self, decl: str) -> None:
        self.extras.append("a declaration")

    def _in(self, tag: str) -> bool:
        return any(one == tag for one, _given in self._open)

    def _in_class(self, name: str) -> bool:
        return any(name in given.get("class", "").split() for _tag, given in self._open)

    def _flush(self) -> None:
        if text := "".join(self._block).strip():
            self.texts.append(text)
        self._block = []

    def close(self) -> None:
        super().close()
        self._flush()


def _page(name: str, content: bytes, document: Mapping[str, Any], said: _Said) -> list[Fault]:
    reader = _PageReader()
    reader.feed(content.decode("utf-8", "replace"))
    reader.close()
    words = made.words_of(document)
    faults = [Fault(name, "", f"The page has what none should have: {one}.") for one in reader.extras]
    other = _other_grids(document, words)
    wanted: list[tuple[str, str, list[list[str]]]] = []
    if figures := other.get("figures"):
        wanted.append(("figures", "", figures))
    wanted += [(table["code"], f"{table['code']}-table", _grid(table, words["group"])) for table in document["tables"]]
    wanted += [(code, "", other[code]) for code in ("sources", "certificate") if code in other]
    if not other.get("certificate"):
        wanted.append(("certificate", "", [[words["what"], words["found"]]]))
    if [one for one, _rows in reader.grids] != [one for _code, one, _rows in wanted]:
        faults.append(Fault(name, "", "The page has not the tables that are printed."))
    for (code, _id, grid), (_found_id, found) in zip(wanted, reader.grids, strict=False):
        faults += _compared(name, code, found, grid)
    if any(text not in (said_of(HIDDEN), said_of(NOT_COLLECTED)) for text in reader.heard):
        faults.append(Fault(name, "", "A screen reader is told something else in place of a sign."))
    headline = {_bare(one["text"]) for one in document.get("headline", ()) if one["text"] != HIDDEN}
    for text in reader.texts:
        if _bare(text) not in headline and not said.accounts_for(text):
            faults.append(Fault(name, "", "A number stands in a sentence that is not printed so."))
    drawings = [one for table in document["tables"] if (one := drawing_of(table, _in_this_language(document)))]
    if len(drawings) != len(reader.drawings):
        faults.append(Fault(name, "", "The charts are not those that are printed."))
    for drawing, found_parts in zip(drawings, reader.drawings, strict=False):
        faults += _drawing(name, drawing, found_parts, said)
    names = {slugify(drawing.chart.title) for drawing in drawings}
    for tag, key, value, in_drawing in reader.attributes:
        if in_drawing and key.lower() in ("x", "y", "width", "height", "viewbox") and tag in ("svg", "rect", "text"):
            continue  # asked of each drawing
        if not _attribute_is_known(key, value, names, document, said):
            faults.append(Fault(name, f"{tag} {key}", "A number stands in an attribute."))
    return faults


def _in_this_language(document: Mapping[str, Any]) -> dict[str, str]:
    return {one: _(one) for one in set(strings_of(document)) if one.strip()}


def _attribute_is_known(key: str, value: str, names: set[str], document: Mapping[str, Any], said: _Said) -> bool:
    if not _DIGIT.search(value):
        return True
    if key == "tabindex":
        return value in ("0", "-1")
    if key == "class":
        return all(re.fullmatch(r"(?:chart__bar|under)--[1-4]", one) for one in value.split() if _DIGIT.search(one))
    if key in ("id", "href", "aria-labelledby"):
        codes = {table["code"] for table in document["tables"]}
        return all(
            one.removeprefix("#").removesuffix("-table") in codes
            or one.removeprefix("chart-").removesuffix("-title").removesuffix("-desc") in names
            for one in value.split()
        )
    return key == "aria-label" and said.accounts_for(value)


def _drawing(name: str, drawing: Any, parts: Sequence[tuple[str, dict[str, str], str]], said: _Said) -> list[Fault]:
    faults, lengths, told = [], list[float](), list[str]()
    for tag, given, text in parts:
        kind = given.get("class", "")
        if tag == "rect":
            if not kind.startswith(("chart__track", "chart__bar")):
                faults.append(Fault(name, drawing.table, "The chart has a shape that is no bar."))
            lengths.append(float(given.get("width", "nan")))
        elif tag == "#" and kind == "chart__words":
            told.append(text)
        elif tag == "#" and not said.has_numbers_of(text):
            faults.append(Fault(name, drawing.table, "The chart has a number beside its bars."))
    if [_bare(one) for one in told] != [_bare(bar[2]) for bar in drawing.bars]:
        faults.append(Fault(name, drawing.table, "The words of the chart are not those of its table."))
    if not _bars_fit_drawn([bar[3] for bar in drawing.bars], lengths):
        faults.append(Fault(name, drawing.table, "A bar has not the length of a printed count."))
    return faults


def _bars_fit_drawn(shares: Sequence[float | None], lengths: Sequence[float]) -> bool:
    """In a drawing a zero is drawn too, with no length."""
    left = list(lengths)
    for share in shares:
        if not left:
            return False
        track = left.pop(0)
        if share is not None and (not left or not abs(left.pop(0) - share * track) <= 0.2):
            return False
    return not left
