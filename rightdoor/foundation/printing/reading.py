"""What a PDF says, read back from its own structure: for checks of what was printed, not for files of strangers.

Follows the tags that a screen reader follows, so a cell is read as the cell of its table, not as letters somewhere on a
page. Everything else that holds words is told apart: artifacts (head and foot of the pages), alternative texts,
properties, and what a printed paper has none of (attachments, scripts, forms).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

BLOCKS = frozenset({"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Caption", "Lbl", "LBody", "Figure", "TOCI", "Title"})
INLINE = frozenset({"Span", "Strong", "Em", "Link", "Quote", "Code", "Reference", "Sub"})
_MOST = 40  # levels of nesting
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", re.DOTALL)


class Unreadable(Exception):  # noqa: N818 - said as the field says it
    """The file cannot be read back: damaged, not tagged, or letters without their meaning."""


@dataclass(slots=True)
class Read:
    """`tables`: rows of cells as text. `blocks`: role and text of everything outside of tables, in reading order.
    `artifacts`: what is repeated on pages. `beside`: alternative texts and properties. `extras`: what should not be.
    `boxes`: width and height of every filled rectangle, in the order in which they are drawn.
    """

    tables: list[list[list[str]]] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    boxes: list[tuple[float, float]] = field(default_factory=list)
    pages: int = 0


def read_pdf(content: bytes) -> Read:
    """Everything that a tagged PDF says. Raises Unreadable."""
    try:
        with pikepdf.Pdf.open(io.BytesIO(content)) as pdf:
            return _Reader(pdf).read()
    except (pikepdf.PdfError, KeyError, AttributeError, ValueError, TypeError) as problem:
        raise Unreadable("The paper could not be read back.") from problem


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.found = Read(pages=len(pdf.pages))
        self.marked: dict[tuple[tuple[int, int], int], str] = {}  # (page, mark) -> text
        self.fonts: dict[tuple[int, int], dict[int, str]] = {}
        self.read_marks: set[tuple[tuple[int, int], int]] = set()

    def read(self) -> Read:
        root = self.pdf.Root
        if "/StructTreeRoot" not in root:
            raise Unreadable("The paper is not tagged.")
        for page in self.pdf.pages:
            self._page(page)
        self._walk(root.StructTreeRoot.get("/K"), None, 0)
        loose = [text for key, text in self.marked.items() if key not in self.read_marks and text.strip()]
        self.found.extras += [f"words outside of the structure: {text[:40]}" for text in loose]
        self._properties(root)
        return self.found

    def _page(self, page: pikepdf.Page) -> None:
        key = page.obj.objgen
        pieces: dict[int, list[str]] = {}
        loose: list[str] = [""]
        self._stream(page, page.obj.get("/Resources", pikepdf.Dictionary()), pieces, loose, None, 0)
        self.marked |= {(key, mark): "".join(parts) for mark, parts in pieces.items()}
        self.found.artifacts += [one for one in loose if one.strip()]

    def _stream(
        self,
        source: Any,
        resources: Any,
        pieces: dict[int, list[str]],
        loose: list[str],
        outer: int | None,
        depth: int,
    ) -> None:
        if depth > _MOST:
            raise Unreadable("The paper is nested too deeply.")
        stack: list[int | None] = [outer]
        font: dict[int, str] | None = None
        path: list[tuple[float, float]] = []
        for step in pikepdf.parse_content_stream(source):
            operands, operator = step.operands, str(step.operator)
            if operator in ("m", "l"):
                path.append((float(operands[0]), float(operands[1])))
            elif operator == "re":
                x, y, wide, high = (float(one) for one in operands)
                path += [(x, y), (x + wide, y + high)]
            elif operator in ("f", "F", "f*", "S", "s", "n", "B", "b", "B*", "b*"):
                if path and operator in ("f", "F", "f*"):
                    across, down = [one[0] for one in path], [one[1] for one in path]
                    self.found.boxes.append((max(across) - min(across), max(down) - min(down)))
                path = []
            elif operator == "BDC":
                told = operands[1]
                if isinstance(told, pikepdf.Name):
                    told = resources.Properties[str(told)]
                stack.append(
                    int(told.MCID) if "/MCID" in told else None if str(operands[0]) == "/Artifact" else stack[-1]
                )
            elif operator == "BMC":
                stack.append(None if str(operands[0]) == "/Artifact" else stack[-1])
            elif operator == "EMC":
                stack.pop()
            elif operator == "Tf":
                font = self._font(resources.Font[str(operands[0])])
            elif operator in ("Tj", "'", '"', "TJ"):
                text = self._text(operands[-1], font)
                if stack[-1] is None:
                    loose[-1] += text
                else:
                    pieces.setdefault(stack[-1], []).append(text)
            elif operator == "ET":
                loose.append("")
            elif operator == "Do":
                inner = resources.XObject[str(operands[0])]
                if inner.get("/Subtype") == "/Form":
                    own = inner.get("/Resources", resources)
                    self._stream(inner, own, pieces, loose, stack[-1], depth + 1)
                elif inner.get("/Subtype") == "/Image":
                    self.found.extras.append("a picture made of points, which cannot be read back")
            elif operator == "BI" or operator == "INLINE IMAGE":
                self.found.extras.append("a picture made of points, which cannot be read back")

    def _font(self, font: Any) -> dict[int, str]:
        key = font.objgen
        if key not in self.fonts:
            if "/ToUnicode" not in font:
                raise Unreadable("A font of the paper does not say what its letters mean.")
            self.fonts[key] = _meanings(font.ToUnicode.read_bytes())
        return self.fonts[key]

    def _text(self, shown: Any, font: dict[int, str] | None) -> str:
        if font is None:
            raise Unreadable("Words are shown before a font is chosen.")
        parts = shown if isinstance(shown, pikepdf.Array) else [shown]
        found = []
        for part in parts:
            if isinstance(part, pikepdf.String):
                raw = bytes(part)
                for at in range(0, len(raw) - 1, 2):
                    code = raw[at] << 8 | raw[at + 1]
                    if code not in font:
                        raise Unreadable("A letter of the paper has no meaning.")
                    found.append(font[code])
        return "".join(found)

    def _walk(self, node: Any, page: Any, depth: int) -> None:
        """Blocks and tables below a node, in reading order. Pieces of one line after the other are one block."""
        if depth > _MOST:
            raise Unreadable("The paper is nested too deeply.")
        loose: list[str] = []
        for one in _kids(node):
            if isinstance(one, int):
                loose.append(self._marked(page, one))
                continue
            if not isinstance(one, pikepdf.Dictionary):
                continue
            page_here = one.get("/Pg", page)
            if "/MCID" in one:
                loose.append(self._marked(page_here, int(one.MCID)))
                continue
            role = str(one.get("/S", ""))[1:]
            self._beside(one)
            if role in INLINE:
                loose.append(self._words(one, page_here, depth))
                continue
            self._together(loose)
            if role == "Table":
                self.found.tables.append(self._table(one, page_here, depth))
            elif role in BLOCKS:
                self.found.blocks.append((role, self._words(one, page_here, depth)))
            elif "/K" in one:
                self._walk(one.K, page_here, depth + 1)
        self._together(loose)

    def _together(self, loose: list[str]) -> None:
        if loose:
            self.found.blocks.append(("", "".join(loose)))
            loose.clear()

    def _table(self, node: Any, page: Any, depth: int) -> list[list[str]]:
        rows: list[list[str]] = []
        for one in _kids(node.get("/K")):
            if not isinstance(one, pikepdf.Dictionary):
                continue
            page_here, role = one.get("/Pg", page), str(one.get("/S", ""))[1:]
            self._beside(one)
            if role == "TR":
                cells = [cell for cell in _kids(one.get("/K")) if isinstance(cell, pikepdf.Dictionary)]
                rows.append([self._words(cell, cell.get("/Pg", page_here), depth) for cell in cells])
            elif role in ("THead", "TBody", "TFoot"):
                rows += self._table(one, page_here, depth + 1)
            else:
                self.found.blocks.append((role, self._words(one, page_here, depth)))
        return rows

    def _words(self, node: Any, page: Any, depth: int) -> str:
        if depth > _MOST:
            raise Unreadable("The paper is nested too deeply.")
        found = []
        for one in _kids(node.get("/K")):
            if isinstance(one, int):
                found.append(self._marked(page, one))
            elif isinstance(one, pikepdf.Dictionary):
                page_here = one.get("/Pg", page)
                if "/MCID" in one:
                    found.append(self._marked(page_here, int(one.MCID)))
                elif "/S" in one:
                    self._beside(one)
                    found.append(self._words(one, page_here, depth + 1))
        return "".join(found)

    def _marked(self, page: Any, mark: int) -> str:
        key = (page.objgen, mark)
        self.read_marks.add(key)
        return self.marked.get(key, "")

    def _beside(self, node: Any) -> None:
        self.found.beside += [str(node[key]) for key in ("/Alt", "/ActualText", "/E", "/T") if key in node]

    def _properties(self, root: Any) -> None:
        for key, value in (self.pdf.docinfo or {}).items():
            if key not in ("/Producer", "/Creator"):  # the engine and its version
                self.found.beside.append(str(value))
        if "/Metadata" in root:
            told = root.Metadata.read_bytes().decode("utf-8", "replace")
            self.found.beside += [
                one for tag, one in re.findall(r"<([\w:]+)[^>]*>([^<>]+)</", told) if tag not in _ENGINE
            ]
        names = root.get("/Names", pikepdf.Dictionary())
        for key in ("/EmbeddedFiles", "/JavaScript"):
            if key in names:
                self.found.extras.append(f"{key[1:]} in the paper")
        for key in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/AF"):
            if key in root:
                self.found.extras.append(f"{key[1:]} in the paper")
        for page in self.pdf.pages:
            for note in page.obj.get("/Annots", []):
                if note.get("/Subtype") != "/Link":
                    self.found.extras.append("a note that is no link")
                self.found.beside += [str(note.Contents)] if "/Contents" in note else []


_ENGINE = {"xmp:CreatorTool", "pdf:Producer", "xmpMM:DocumentID", "xmpMM:InstanceID", "pdfuaid:part", "pdf:PDFVersion",
           "xmpTPg:NPages", "pdfaid:part"}  # fmt: skip


def _kids(node: Any) -> Iterator[Any]:
    if node is None:
        return
    if isinstance(node, pikepdf.Array):
        yield from node  # type: ignore[misc]
    else:
        yield node


def _meanings(cmap: bytes) -> dict[int, str]:
    """Code -> letters, out of a font's own table."""
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        found |= {int(code, 16): _letters(to) for code, to in _PAIR.findall(part)}
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for low, high, to, listed in _RANGE.findall(part):
            first, last = int(low, 16), int(high, 16)
            if to:
                start = int(to, 16)
                width = len(to) // 2
                found |= {code: _letters((start + code - first).to_bytes(width, "big").hex().encode())
                          for code in range(first, last + 1)}  # fmt: skip
            else:
                given = re.findall(rb"<([0-9A-Fa-f]+)>", listed)
                found |= {first + at: _letters(one) for at, one in enumerate(given)}
    return found


def _letters(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
