"""Small files of every kind, made in memory. Their words are invented."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image

WORDS = "Invented words of a letter that does not exist."


def pdf(*, pages: int = 1, words: str = WORDS) -> bytes:
    """A PDF with a line of text on each page."""
    made = pikepdf.Pdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _ in range(pages):
        page = made.add_blank_page(page_size=(300, 200))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = made.make_stream(f"BT /F 12 Tf 20 100 Td ({words}) Tj ET".encode())
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return out.getvalue()


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), **how: object) -> bytes:
    """A picture of one color."""
    out = io.BytesIO()
    Image.new("RGB", size, (36, 86, 107)).save(out, kind, **how)
    return out.getvalue()


def archive(members: dict[str, bytes | str], *, comment: bytes = b"", before: bytes = b"") -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    out.write(before)
    with zipfile.ZipFile(out, "a" if before else "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def docx(*, words: str = WORDS, body: str = "", more: dict[str, bytes | str] | None = None) -> bytes:
    """A Word document with one paragraph."""
    body = body or f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
    text = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": text, **(more or {})})


def xlsx(*, words: str = WORDS, more: dict[str, bytes | str] | None = None) -> bytes:
    """A workbook with one cell of text, one number and one formula."""
    cells = '<c t="s"><v>0</v></c><c><v>42</v></c><c><f>1+1</f><v>2</v></c>'
    return archive(
        {
            "[Content_Types].xml": TYPES,
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="One" r:id="r1"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/sharedStrings.xml": f'<sst xmlns="{S}"><si><t>{words}</t></si></sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData><row>{cells}</row></sheetData></worksheet>',
            **(more or {}),
        }
    )


def mail(*, words: str = WORDS, more: str = "") -> bytes:
    """An e-mail."""
    head = "From: a@example.invalid\nTo: b@example.invalid\nDate: Tue, 10 Mar 2026 10:00:00 -0500\nSubject: A letter\n"
    return f"{head}{more}\n{words}\n".encode()


EVERY = {
    "letter.pdf": pdf(),
    "picture.jpg": picture(),
    "picture.png": picture("PNG"),
    "letter.docx": docx(),
    "table.xlsx": xlsx(),
    "words.txt": WORDS.encode(),
    "table.csv": b"one,two\n1,2\n",
    "letter.eml": mail(),
}
