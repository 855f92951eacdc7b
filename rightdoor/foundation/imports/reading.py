"""A table out of a .xlsx or .csv file. Bytes in, texts out; nothing is run, and nothing outside of the file is asked.

Both are read with the standard library: what a workbook may hold is checked before it is unpacked (`files.kinds`: size,
members, expansion, macros), its XML is refused as soon as it declares a document type, and reading stops at the limits
below. A cell that holds a formula is the text of that formula and never its result: a result may be years old.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.parsers import expat  # declarations are refused in `_parse`, so that no entity is ever expanded

from rightdoor.foundation.files.kinds import FileRefused, decoded, kind_of

LARGEST = 5 * 1024 * 1024
UNPACKED = 60 * 1024 * 1024
ROWS = 5_000
COLUMNS = 100
LONGEST_CELL = 20_000
EVERY = ("*",)  # no sheet can have this title

NOT_A_SHEET = (
    "Only Excel workbooks (.xlsx) and tables (.csv) are taken here. Save the sheet as one of them and try again."
)
TOO_LARGE = "The file is larger than 5 MB. Leave out sheets and pictures, or split it by year."
TOO_MANY_ROWS = f"The sheet has more than {ROWS:,} rows. Split it, by year for instance, and take one part at a time."
TOO_MANY_COLUMNS = f"The sheet has more than {COLUMNS} columns. Leave out those that are not needed."
TOO_LONG = f"A cell in row {{row}} holds more than {LONGEST_CELL:,} characters. Shorten it and try again."
NO_ROWS = "The sheet has no row with column headings and rows below it. Put the headings in the first row."
DAMAGED = "The workbook cannot be read. Open it, save it anew as .xlsx or .csv and try again."
EXTERNAL = "The workbook declares things that no sheet needs. Save it anew as .csv and try again."
BOMB = "The workbook unpacks to more than can be read safely. Save the one sheet as .csv and try again."


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet: its number there, and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The headings of a sheet and the rows below them that are not empty."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """Every sheet of a file, hidden ones too, by its title. `has_notes`: somebody wrote beside its cells."""

    sheets: Mapping[str, tuple[Row, ...]]
    has_notes: bool = False


def read_workbook(content: bytes, name: str) -> Workbook:
    """Everything that a file holds, for judging whether it may come in at all; a .csv is one sheet without a title.

    Raises FileRefused with the sentence for whoever sent it.
    """
    if not name.lower().rstrip().endswith((".xlsx", ".csv")):
        raise FileRefused(NOT_A_SHEET)
    if len(content) > LARGEST:
        raise FileRefused(TOO_LARGE)
    kind = kind_of(content, name).key
    if kind == "csv":
        return Workbook({"": tuple(_few_enough(_csv(content)))})
    if kind != "xlsx":
        raise FileRefused(NOT_A_SHEET)
    sheets = {title: tuple(_few_enough(sheet.rows)) for title, sheet in _sheets(content, EVERY).items()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        has_notes = any(re.match(r"xl/(threaded)?comments", member, re.IGNORECASE) for member in archive.namelist())
    return Workbook(sheets, has_notes)


def _few_enough(rows: Iterable[Row]) -> Iterator[Row]:
    for at, row in enumerate(rows):
        if at > ROWS + 10:
            raise FileRefused(TOO_MANY_ROWS)
        if len(row.cells) > COLUMNS:
            raise FileRefused(TOO_MANY_COLUMNS)
        if any(len(cell) > LONGEST_CELL for cell in row.cells):
            raise FileRefused(TOO_LONG.format(row=row.number))
        yield row


def read_table(content: bytes, name: str) -> Table:
    """The table in the first sheet of a file. Raises FileRefused with the sentence for whoever sent it."""
    if not name.lower().rstrip().endswith((".xlsx", ".csv", ".xlsm", ".xlsb")):
        raise FileRefused(NOT_A_SHEET)
    if len(content) > LARGEST:
        raise FileRefused(TOO_LARGE)
    kind = kind_of(content, name)
    if kind.key not in {"xlsx", "csv"}:
        raise FileRefused(NOT_A_SHEET)
    return _table(_workbook(content) if kind.key == "xlsx" else _csv(content))


def read_sheets(content: bytes, name: str, wanted: Collection[str]) -> dict[str, tuple[Row, ...]]:
    """The rows of the visible sheets of those names (in small letters), as they stand. Raises FileRefused."""
    if len(content) > LARGEST:
        raise FileRefused(TOO_LARGE)
    if kind_of(content, name).key != "xlsx":
        raise FileRefused(NOT_A_SHEET)
    return {title: tuple(sheet.rows) for title, sheet in _sheets(content, wanted).items()}


def letter(column: int) -> str:
    """The name that spreadsheets give a column: A, B, ... Z, AA. Counted from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _table(rows: Iterator[Row]) -> Table:
    headings: tuple[str, ...] = ()
    found: list[Row] = []
    for row in rows:
        cells = tuple(cell.strip() for cell in row.cells)
        while cells and not cells[-1]:
            cells = cells[:-1]
        if not cells:
            continue
        if len(cells) > COLUMNS:
            raise FileRefused(TOO_MANY_COLUMNS)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise FileRefused(TOO_LONG.format(row=row.number))
        if not headings:
            if sum(1 for cell in cells if cell) >= 2:  # a title above the table stands alone in its row
                headings = cells
            continue
        found.append(Row(row.number, cells))
        if len(found) > ROWS:
            raise FileRefused(TOO_MANY_ROWS)
    if not found:
        raise FileRefused(NO_ROWS)
    width = max(len(headings), *(len(row.cells) for row in found))
    return Table(_wide(headings, width), tuple(Row(row.number, _wide(row.cells, width)) for row in found))


def _wide(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells + ("",) * (width - len(cells))


# ---------------------------------------------------------------------------------------------------------------- csv


def _csv(content: bytes) -> Iterator[Row]:
    text = decoded(content) or ""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    number = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for cells in reader:  # a row is counted as spreadsheets count it: line breaks within a cell add none
            yield Row(number, tuple(cells))
            number += 1
    except csv.Error:
        raise FileRefused(TOO_LONG.format(row=number)) from None


# --------------------------------------------------------------------------------------------------------------- xlsx

_REFERENCE = re.compile(r"\A([A-Z]{1,3})([0-9]{1,7})\Z")
_DAYS = frozenset({14, 15, 16, 17, 22, *range(27, 37), 45, 46, 47, *range(50, 59)})
_NOT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def _workbook(content: bytes) -> Iterator[Row]:
    yield from _sheets(content)[""].rows


def _sheets(content: bytes, wanted: Collection[str] | None = None) -> dict[str, _Sheet]:
    """The sheets of those names; without names the first, under no name."""
    found: dict[str, _Sheet] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNPACKED:
                raise FileRefused(BOMB)
            names = set(archive.namelist())
            book = _Book()
            _parse(archive.read("xl/workbook.xml"), book.start)
            links: dict[str, str] = {}
            _parse(archive.read("xl/_rels/workbook.xml.rels"), lambda tag, has: _link(links, tag, has))
            strings = _Strings()
            if "xl/sharedStrings.xml" in names:
                _parse(archive.read("xl/sharedStrings.xml"), strings.start, strings.end, strings.text)
            styles = _Styles()
            if "xl/styles.xml" in names:
                _parse(archive.read("xl/styles.xml"), styles.start, styles.end)
            if wanted is EVERY:
                asked = book.every
            elif wanted is None:
                asked = {"": book.first}
            else:
                asked = {one: book.sheets[one] for one in wanted if one in book.sheets}
            for title, link in asked.items():
                path = posixpath.normpath(posixpath.join("xl", links.get(link, ""))).lstrip("/")
                path = path if path in names else path.removeprefix("xl/")
                found[title] = sheet = _Sheet(strings.found, styles.are_days(), book.is_1904)
                _parse(archive.read(path), sheet.start, sheet.end, sheet.text)
    except FileRefused:
        raise
    except Exception:  # whatever a broken workbook does to its readers
        raise FileRefused(DAMAGED) from None
    return found


Start = Callable[[str, Mapping[str, str]], None]


def _parse(
    content: bytes, start: Start, end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None
) -> None:
    def refuse(*_: object) -> None:
        raise FileRefused(EXTERNAL)

    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = lambda tag, has: start(tag.rpartition(":")[2], has)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _link(links: dict[str, str], tag: str, has: Mapping[str, str]) -> None:
    if tag == "Relationship" and has.get("TargetMode") != "External" and has.get("Type", "").endswith("/worksheet"):
        links[has["Id"]] = has["Target"]


class _Book:
    """Which sheets there are, which stands first, and from which day dates are counted."""

    def __init__(self) -> None:
        self.first, self.is_1904 = "", False
        self.sheets: dict[str, str] = {}
        self.every: dict[str, str] = {}  # hidden ones too, by the title as it stands

    def start(self, tag: str, has: Mapping[str, str]) -> None:
        link = next((value for key, value in has.items() if key.endswith(":id")), "")
        if tag == "sheet":
            self.every.setdefault(has.get("name", ""), link)
        if tag == "sheet" and has.get("state", "visible") == "visible":
            self.first = self.first or link
            self.sheets.setdefault(has.get("name", "").lower(), link)
        elif tag == "workbookPr":
            self.is_1904 = has.get("date1904") in {"1", "true"}


class _Strings:
    """The texts that cells point at. What is spelled for reading aloud (rPh) is no part of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._in_text = self._in_reading = False

    def start(self, tag: str, has: Mapping[str, str]) -> None:
        if tag == "si":
            self._parts = []
        elif tag == "rPh":
            self._in_reading = True
        self._in_text = tag == "t" and not self._in_reading

    def end(self, tag: str) -> None:
        self._in_text = False
        if tag == "rPh":
            self._in_reading = False
        elif tag == "si":
            self.found.append("".join(self._parts))

    def text(self, part: str) -> None:
        if self._in_text:
            self._parts.append(part)


class _Styles:
    """Which styles show a number as a day or a time."""

    def __init__(self) -> None:
        self._formats: list[int] = []
        self._own: dict[int, str] = {}
        self._in_cells = False

    def start(self, tag: str, has: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self._own[int(has["numFmtId"])] = has.get("formatCode", "")
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            self._formats.append(int(has.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cells = False

    def are_days(self) -> list[bool]:
        return [one in _DAYS or self._shows_days(self._own.get(one, "")) for one in self._formats]

    @staticmethod
    def _shows_days(code: str) -> bool:
        return bool(re.search(r"[dmyh]", _NOT_LETTERS.sub("", code.lower()).replace("general", "")))


class _Sheet:
    """The cells of one sheet as texts."""

    def __init__(self, strings: list[str], are_days: list[bool], is_1904: bool) -> None:
        self.rows: list[Row] = []
        self._strings, self._are_days, self._is_1904 = strings, are_days, is_1904
        self._number = self._column = 0
        self._cells: list[str] = []
        self._kind, self._style = "", 0
        self._into = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None

    def start(self, tag: str, has: Mapping[str, str]) -> None:
        if tag == "row":
            self._number = int(has.get("r", self._number + 1))
            self._column, self._cells = -1, []
        elif tag == "c":
            place = _REFERENCE.match(has.get("r", ""))
            self._column = _column_of(place.group(1)) if place else self._column + 1
            self._kind, self._style = has.get("t", "n"), int(has.get("s", "0"))
            self._value, self._formula = [], None
        elif tag == "f":
            self._formula, self._into = [], "f"
        elif tag in {"v", "t"}:
            self._into = "v"
        elif tag == "rPh":
            self._into = ""

    def end(self, tag: str) -> None:
        if tag in {"v", "t", "f"}:
            self._into = ""
        elif tag == "c":
            text = self._shown()
            if text:
                if self._column >= COLUMNS:
                    raise FileRefused(TOO_MANY_COLUMNS)
                self._cells += [""] * (self._column + 1 - len(self._cells))
                self._cells[self._column] = text
        elif tag == "row" and self._cells:
            self.rows.append(Row(self._number, tuple(self._cells)))
            if len(self.rows) > ROWS + 10:
                raise FileRefused(TOO_MANY_ROWS)

    def text(self, part: str) -> None:
        if self._into == "v":
            self._value.append(part)
        elif self._into == "f" and self._formula is not None:
            self._formula.append(part)

    def _shown(self) -> str:
        value = "".join(self._value)
        if self._formula is not None:
            return "=" + ("".join(self._formula) or "formula")
        if self._kind == "s":
            return self._strings[int(value)] if value else ""
        if self._kind == "b":
            return {"1": "yes", "0": "no"}.get(value, value)
        if self._kind == "n" and value:
            is_day = self._style < len(self._are_days) and self._are_days[self._style]
            return _day_text(float(value), self._is_1904) if is_day else _number_text(value)
        return value


def _column_of(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1


def _number_text(value: str) -> str:
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value


def from_serial(serial: float, *, is_1904: bool = False) -> datetime:
    """The moment that a spreadsheet counts so many days from its beginning. Raises ValueError for none.

    Excel takes 1900 for a leap year; before March 1, 1900 nothing here happened.
    """
    if not 61 <= serial + (1462 if is_1904 else 0) < 2_958_466:
        raise ValueError("no day")
    began = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    return datetime.combine(began, datetime.min.time()) + timedelta(seconds=round(serial * 86_400))


def _day_text(serial: float, is_1904: bool) -> str:
    try:
        at = from_serial(serial, is_1904=is_1904)
    except ValueError:
        return _number_text(str(serial))
    return f"{at:%Y-%m-%d}" if at.time() == datetime.min.time() else f"{at:%Y-%m-%d %H:%M}"
