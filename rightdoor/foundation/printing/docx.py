"""From blocks to a Word document that an office can edit: WordprocessingML, written with the standard library alone.

The blocks are few on purpose: headings are styles (a screen reader walks by them), the first row of a table is marked
as its header and repeated on every page, the document says its title and its language. Nothing that a person typed
becomes markup. The same blocks give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title: level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or several where the text has line breaks. `quiet`: said in a small voice."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header row. Empty tables are left out."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG, its longer side this long on paper. `alt`: what it shows, for who cannot see it."""

    content: bytes
    wide: int  # pixels
    high: int
    alt: str
    longest_mm: int = 70


Block: TypeAlias = Heading | Text | Bullets | Table | Picture


def facts(rows: Iterable[Sequence[str]]) -> Table:
    """What, and what it is: as the printed documents show it."""
    return Table(("What", "As recorded"), [tuple(row[:2]) for row in rows])


def to_docx(
    title: str,
    blocks: Iterable[Block],
    *,
    language: str = "en-US",
    notice: str = "",
    made: str = "",
    author: str = "Rightdoor",
) -> bytes:
    """The blocks as a .docx under this title. `notice` and `made` stand at the foot of every page; `author` beside the
    words, where programs show it: "" for a paper that may not tell where it comes from.
    """
    body, pictures = [_paragraph(title, "Title")], list[Picture]()
    for block in blocks:
        if isinstance(block, Picture):
            pictures.append(block)
            body.append(_picture(block, len(pictures)))
        else:
            body.append(_block(block))
    document = (
        f"{_XML}<w:document {_W} {_R}><w:body>{''.join(body)}"
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="12240" w:h="15840"/>'
        '<w:pgMar w:top="1360" w:right="1250" w:bottom="1360" w:left="1250" w:header="700" w:footer="600"'
        ' w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )
    foot = "".join(_paragraph(line, "Footer") for line in (notice, made) if line) or _paragraph("", "Footer")
    parts = {
        "[Content_Types].xml": _TYPES.replace("<Override", f"{_JPEG}<Override", 1) if pictures else _TYPES,
        "_rels/.rels": _RELS,
        "docProps/core.xml": _core(title, language, author),
        "word/document.xml": document,
        "word/styles.xml": _styles(language),
        "word/numbering.xml": _NUMBERING,
        "word/settings.xml": f"{_XML}<w:settings {_W}><w:themeFontLang w:val={quoteattr(language)}/></w:settings>",
        "word/footer1.xml": f"{_XML}<w:ftr {_W}>{foot}</w:ftr>",
        "word/_rels/document.xml.rels": _DOCUMENT_RELS.replace(
            "</Relationships>", f"{_picture_rels(pictures)}</Relationships>"
        ),
    }
    files = {name: text.encode() for name, text in parts.items()}
    files |= {f"word/media/picture{number}.jpeg": one.content for number, one in enumerate(pictures, 1)}
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _picture(picture: Picture, number: int) -> str:
    """A picture in the line of the text, where screen readers come upon it, with its words."""
    scale = picture.longest_mm * EMU_A_MM / max(picture.wide, picture.high, 1)
    wide, high = int(picture.wide * scale), int(picture.high * scale)
    named = f'id="{number}" name="Picture {number}" descr={quoteattr(_clean(picture.alt))}'
    return (
        "<w:p><w:r><w:drawing>"
        f'<wp:inline {_DRAWING} distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f"<wp:docPr {named}/><a:graphic><a:graphicData uri={quoteattr(_PICTURE)}><pic:pic>"
        f"<pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="picture{number}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def _picture_rels(pictures: Sequence[Picture]) -> str:
    return "".join(
        f'<Relationship Id="picture{number}" Type="{_OFFICE}/image" Target="media/picture{number}.jpeg"/>'
        for number, _ in enumerate(pictures, 1)
    )


def _block(block: Heading | Text | Bullets | Table) -> str:
    if isinstance(block, Heading):
        return _paragraph(block.text, f"Heading{min(max(block.level, 1), 3)}")
    if isinstance(block, Text):
        style = "Quiet" if block.quiet else ""
        return "".join(_paragraph(line, style) for line in block.text.splitlines() or [""])
    if isinstance(block, Bullets):
        return "".join(_paragraph(item, "ListBullet", _BULLET) for item in block.items)
    return _table(block)


def _paragraph(text: str, style: str = "", extra: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{extra}</w:pPr>" if named or extra else ""
    return f"<w:p>{properties}{_run(text)}</w:p>" if text else f"<w:p>{properties}</w:p>"


def _run(text: str) -> str:
    pieces = [f'<w:t xml:space="preserve">{escape(_clean(piece))}</w:t>' for piece in text.split("\n")]
    return f"<w:r>{'<w:br/>'.join(pieces)}</w:r>"


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    width = 9740 // max(1, len(table.header))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in table.header)
    rows = [_row(table.header, width, is_header=True), *(_row(row, width) for row in table.rows)]
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
        ' w:noVBand="1"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{_paragraph('')}"
    )


def _row(cells: Sequence[str], width: int, *, is_header: bool = False) -> str:
    head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_header else "<w:trPr><w:cantSplit/></w:trPr>"
    style = "TableHead" if is_header else "TableText"
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(str(cell), style)}</w:tc>'
        for cell in cells
    )
    return f"<w:tr>{head}{made}</w:tr>"


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _clean(text: str) -> str:
    """XML has no place for control characters and lone halves of a character."""
    return _CONTROL.sub("", text.encode("utf-8", "ignore").decode("utf-8"))


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
EMU_A_MM = 36_000
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_DRAWING = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    f' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="{_PICTURE}"'
)
_JPEG = '<Default Extension="jpeg" ContentType="image/jpeg"/>'
_BULLET = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_WORD}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_WORD}.settings+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
_RELS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
_DOCUMENT_RELS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/numbering" Target="numbering.xml"/>'
    f'<Relationship Id="rId4" Type="{_OFFICE}/settings" Target="settings.xml"/></Relationships>'
)
_NUMBERING = (
    f'{_XML}<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="360" w:hanging="260"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def _core(title: str, language: str, author: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(_clean(title))}</dc:title><dc:creator>{escape(_clean(author))}</dc:creator>"
        f"<dc:language>{escape(language)}</dc:language></cp:coreProperties>"
    )


def _style(
    key: str, name: str, *, size: int, color: str = "1B1F23", bold: bool = False, before: int = 0, level: int = -1
) -> str:
    outline = f'<w:keepNext/><w:spacing w:before="{before}" w:after="100"/><w:outlineLvl w:val="{level}"/>'
    spacing = outline if level >= 0 else f'<w:spacing w:before="{before}" w:after="80"/>'
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr>{spacing}</w:pPr><w:rPr>{weight}<w:color w:val="{color}"/><w:sz w:val="{size}"/></w:rPr></w:style>'
    )


def _styles(language: str) -> str:
    return (
        f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Public Sans" w:hAnsi="Public Sans" w:eastAsia="Public Sans" w:cs="Arial"/>'
        f'<w:sz w:val="21"/><w:lang w:val={quoteattr(language)}/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:style>'
        + _style("Title", "Title", size=40, bold=True)
        + _style("Heading1", "heading 1", size=26, color="24566B", bold=True, before=280, level=0)
        + _style("Heading2", "heading 2", size=22, bold=True, before=220, level=1)
        + _style("Heading3", "heading 3", size=21, bold=True, before=160, level=2)
        + _style("ListBullet", "List Bullet", size=21)
        + _style("Quiet", "Quiet", size=18, color="565C65")
        + _style("Footer", "footer", size=16, color="565C65")
        + _style("TableHead", "Table head", size=18, color="565C65", bold=True)
        + _style("TableText", "Table text", size=20)
        + '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
        '<w:bottom w:val="single" w:sz="4" w:color="C9CDD2"/><w:insideH w:val="single" w:sz="4" w:color="C9CDD2"/>'
        '</w:tblBorders><w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style></w:styles>"
    )
