"""From rows to a file for spreadsheets: CSV, or a workbook (.xlsx) written with the standard library alone.

Every cell is a text, or in a workbook of several sheets a whole number. No spreadsheet may take one for a formula:
`harmless` stands before either kind of file, and a workbook says of each text that it is one. The same rows give the
same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_CELL = 32_767  # characters; a workbook with a longer one is reported as damaged
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What stands in no column's sight, and what a workbook has no place for: with it gone the next letter is the first.
_UNSEEN = re.compile("[\\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def harmless(value: Any) -> str:
    """No spreadsheet may take a cell for a formula, whatever blanks stand before it."""
    text = str(value)
    before = _UNSEEN.match(text)
    unseen = before[0] if before else ""
    acts = text[len(unseen) :].startswith(_FORMULA) or any(one in unseen for one in "\t\r\n")
    return f"'{text}" if acts else text


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV, with the mark by which spreadsheets know that it is UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return "\ufeff" + out.getvalue()


def to_xlsx(rows: Iterable[Sequence[str]], *, title: str) -> bytes:
    """The rows as a workbook of one sheet. `title`: the sheet's name, 31 characters at most."""
    lines = "".join(
        f"<row>{''.join(_cell(cell) for cell in row)}</row>"  # their places follow from their order
        for row in rows
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _rels("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name={quoteattr(_clean(title)[:31])} sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _rels("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    return _zipped(parts)


def _zipped(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in parts.items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, text.encode())
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook with several. `choices`: column (from 0) -> where its choices stand, such as
    "Codes!$A$2:$A$7"; a spreadsheet then offers them. `widths`: of the first columns, in characters.
    """

    title: str
    rows: Sequence[Sequence[str | int]]
    choices: Mapping[int, str] = field(default_factory=dict)
    widths: Sequence[int] = ()
    offered_rows: int = 1000  # how far down the choices are offered


def to_workbook(pages: Sequence[Page]) -> bytes:
    """Several sheets as a workbook, in this order. Titles are cut at 31 characters and must differ."""
    names = [_clean(page.title)[:31] for page in pages]
    if len({name.casefold() for name in names}) != len(names) or not names:
        raise ValueError("Every sheet of a workbook has a title of its own.")
    numbered = list(enumerate(names, start=1))
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>' for at, name in numbered)
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at, _ in numbered
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_SHEETS}.worksheet+xml"/>'
        for at, _ in numbered
    )
    parts = {
        "[Content_Types].xml": _TYPES.partition('<Override PartName="/xl/worksheets')[0] + f"{kinds}</Types>",
        "_rels/.rels": _rels("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>"
        ),
    }
    parts |= {f"xl/worksheets/sheet{at}.xml": _page(page) for at, page in enumerate(pages, start=1)}
    return _zipped(parts)


def _page(page: Page) -> str:
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{wide}" customWidth="1"/>' for at, wide in enumerate(page.widths, start=1)
    )
    lines = "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in page.rows)
    offered = "".join(
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" '
        f'sqref="{_letter(column)}2:{_letter(column)}{page.offered_rows + 1}">'
        f"<formula1>{escape(where)}</formula1></dataValidation>"
        for column, where in sorted(page.choices.items())
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}">{f"<cols>{widths}</cols>" if widths else ""}<sheetData>{lines}</sheetData>'
        + (f'<dataValidations count="{len(page.choices)}">{offered}</dataValidations>' if offered else "")
        + "</worksheet>"
    )


def _letter(column: int) -> str:
    """The name of a column, counted from 0: A to Z, AA to ZZ."""
    first, last = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _cell(text: str | int) -> str:
    if isinstance(text, int):
        return f"<c><v>{int(text)}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_clean(text)[:LONGEST_CELL])}</t></is></c>'


def _clean(text: str) -> str:
    """XML has no place for control characters and lone halves of a character."""
    return _CONTROL.sub("", text.encode("utf-8", "ignore").decode("utf-8"))


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
)


def _rels(kind: str, target: str) -> str:
    return (
        f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )
