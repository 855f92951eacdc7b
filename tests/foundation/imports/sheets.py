"""Workbooks of the tests, written by hand so that each can be as odd as it needs to be."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="m" xmlns:r="r"><sheets><sheet name="Log" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
LINKS = (
    '<?xml version="1.0"?><Relationships><Relationship Id="rId1" Type="http://x/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
STYLES = (
    '<?xml version="1.0"?><styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def workbook(sheet: str, **parts: str) -> bytes:
    """A workbook of this sheet; `parts` replaces or adds members, "__" in a name for "/"."""
    members = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet,
        **{name.replace("__", "/"): text for name, text in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def rows_of(*rows: list[str]) -> str:
    """A sheet whose cells are the XML given, or words."""
    lines = []
    for number, cells in enumerate(rows, 1):
        told = "".join(
            cell.replace("<c ", f'<c r="{chr(65 + at)}{number}" ')
            if cell.startswith("<c ")
            else f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for at, cell in enumerate(cells)
        )
        lines.append(f'<row r="{number}">{told}</row>')
    return f'<?xml version="1.0"?><worksheet><sheetData>{"".join(lines)}</sheetData></worksheet>'


def table_csv(*rows: list[str]) -> bytes:
    """A CSV file."""
    import csv

    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
