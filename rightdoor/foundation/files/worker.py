"""Makes a safe copy: a process of its own that reads an original from its input and writes the copy to its output.

Started by ``rebuild.py`` and by nothing else. Before it looks at the first byte it gives up memory, time, new files and
the network, so that a file which takes it over gains nothing. It imports nothing of ours and nothing after that point.

Answer: one line of JSON (``{"form": "pdf", "pages": 3}`` or ``{"refused": "too_long"}``), then the copy's bytes.
"""

from __future__ import annotations

import base64
import codecs
import ctypes
import email
import email.policy
import html.parser
import io
import json
import re
import resource
import struct
import sys
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

import pikepdf
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin

MEMORY = 512 * 1024 * 1024
SECONDS = 30
PAGES = 200
PIXELS = 50_000_000
SHOWN_PIXELS = 12_000_000  # enough to read every word of a photographed page
TEXT = 600_000  # characters: two hundred pages
EXPANSION = 10
SMALL = 4 * 1024 * 1024


CODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "latin-1", "cp437", "cp1250", "cp1251"),
    *("cp1252", "cp1258", "iso-8859-2", "iso-8859-15", "gbk", "big5", "shift_jis", "euc_kr", "koi8_r"),
)


class Refused(Exception):
    """The original is not copied; the word is a key of the sentences in rebuild.py."""


def main() -> None:
    """Read, give everything up, copy, write."""
    kind = sys.argv[1]
    original = sys.stdin.buffer.read()
    shut_in()
    try:
        form, copy, pages = MAKERS[kind](original)
        answer: dict[str, Any] = {"form": form, "pages": pages}
    except Refused as refusal:
        copy, answer = b"", {"refused": str(refusal)}
    except MemoryError:
        copy, answer = b"", {"refused": "too_heavy"}
    except Exception:  # the words of the fault may hold words of the file: they go nowhere
        copy, answer = b"", {"refused": "unreadable"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + copy)
    sys.stdout.buffer.flush()


def shut_in() -> None:
    """No more memory than this, no longer than this, no new file, no socket, no other process."""
    warm_up()
    clone_newuser, clone_newnet = 0x10000000, 0x40000000
    ctypes.CDLL(None).unshare(clone_newuser | clone_newnet)  # where the machine allows it; the limits hold anyway
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # no new privileges
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # neither a file nor a socket can be opened any more


def warm_up() -> None:
    """Load what is otherwise loaded on first use: afterwards no file can be opened."""
    for coding in CODINGS:
        codecs.lookup(coding)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    for kind in ("JPEG", "PNG"):
        with io.BytesIO() as out:
            Image.new("RGB", (2, 2)).save(out, kind, exif=exif)
            copy_picture(out.getvalue(), kind.lower())
    with io.BytesIO() as out, pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, deterministic_id=True)
    message = email.message_from_bytes(
        b"From: a\nSubject: =?utf-8?q?a?=\nContent-Type: text/plain; charset=utf-8\n\nb", policy=email.policy.default
    )
    str(message["subject"]), str(message["from"]), message.get_body(), message.get_content()
    with io.BytesIO() as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "a")
        archive.close()
        with zipfile.ZipFile(out) as again:
            again.read("a")
    parse_xml(b"<?xml version='1.0' encoding='utf-8'?><a/>", lambda *_: None, lambda *_: None, lambda *_: None)


# ------------------------------------------------------------------------------------------------------------- pictures


def copy_picture(original: bytes, kind: str) -> tuple[str, bytes, int]:
    """The picture painted anew: pixels only, upright, no larger than it must be to be read."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    plugin = {"jpeg": JpegImagePlugin.JpegImageFile, "png": PngImagePlugin.PngImageFile}[kind]
    picture: Image.Image = plugin(io.BytesIO(original))
    wide, high = picture.size
    if wide * high > PIXELS:
        raise Refused("too_many_pixels")
    turn = picture.getexif().get(0x0112, 1)
    shrink = 1
    while wide * high > SHOWN_PIXELS * shrink * shrink:
        shrink += 1
    if shrink > 1 and kind == "jpeg":
        picture.draft("RGB", (wide // shrink, high // shrink))
    picture.load()
    while picture.size[0] * picture.size[1] > SHOWN_PIXELS:
        picture = picture.reduce(2)
    if picture.mode in {"P", "PA", "LA", "La", "RGBa"}:
        picture = picture.convert("RGBA")
    elif picture.mode not in {"1", "L", "RGB", "RGBA"}:
        picture = picture.convert("RGB")
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(turn)
    if turned is not None:
        picture = picture.transpose(turned)
    clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # a new picture: nothing clings to it
    with io.BytesIO() as out:
        if kind == "jpeg":
            clean.convert("RGB").save(out, "JPEG", quality=90)
        else:
            clean.save(out, "PNG")
        return kind, out.getvalue(), 1


# ----------------------------------------------------------------------------------------------------------------- PDF

LARGEST_STREAM = 3 * PIXELS  # the largest picture that is taken, unpacked
MOST_PACKED = 1032  # how many bytes one byte of deflate can become

PAGE_KEEPS = frozenset({"/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit"})
RESOURCES_KEEP = frozenset({"/ColorSpace", "/ExtGState", "/Font", "/Pattern", "/ProcSet", "/Shading", "/XObject"})
# Whatever acts, asks, points elsewhere, carries a file or says who made the page.
# fmt: off
DROPPED = frozenset(
    {
        "/A", "/AA", "/AcroForm", "/AF", "/Alternates", "/Annots", "/B", "/Dest", "/Dests", "/EF", "/EmbeddedFiles",
        "/F", "/FS", "/ID", "/JavaScript", "/JS", "/LastModified", "/Launch", "/Metadata", "/Names", "/OC",
        "/OCProperties", "/OPI", "/OpenAction", "/Outlines", "/PieceInfo", "/PresSteps", "/PZ", "/Ref", "/RichMedia",
        "/SpiderInfo", "/StructParent", "/StructParents", "/StructTreeRoot", "/Thumb", "/Trans", "/URI", "/VP",
        "/XFA",
    }
)
# fmt: on


def copy_pdf(original: bytes, kind: str) -> tuple[str, bytes, int]:
    """Pages into a new document, each stripped to what is painted: no action, form, note, attachment or metadata."""
    try:
        source = pikepdf.Pdf.open(io.BytesIO(original), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Refused("locked") from None
    with source, pikepdf.Pdf.new() as clean:
        if source.is_encrypted:
            raise Refused("locked")
        count = len(source.pages)
        if count == 0:
            raise Refused("unreadable")
        if count > PAGES:
            raise Refused("too_long")
        for page in source.pages:
            for key in set(page.obj.keys()) - PAGE_KEEPS:
                del page.obj[key]
        seen: set[tuple[int, int]] = set()
        for page in source.pages:
            strip(page.obj, seen)
        for page in source.pages:
            clean.pages.append(page)
        with io.BytesIO() as out:
            clean.save(out, deterministic_id=True, compress_streams=True)
            copy = out.getvalue()
        return "pdf", copy, count


def strip(top: Any, seen: set[tuple[int, int]]) -> None:
    """Everything that hangs on a page, without recursion: a deep file must not be able to end us."""
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            if one.is_indirect:
                if one.objgen in seen:
                    continue
                seen.add(one.objgen)
            for key in [key for key in DROPPED & set(one.keys()) if not _is_name(one, key)]:
                del one[key]
            if "/Resources" in one and isinstance(one["/Resources"], pikepdf.Dictionary):
                for key in set(one["/Resources"].keys()) - RESOURCES_KEEP:
                    del one["/Resources"][key]
            if isinstance(one, pikepdf.Stream):
                check_size(one)
                strip_picture(one)
            waiting.extend(value for key, value in one.items() if key != "/Parent" and holds_others(value))
        elif isinstance(one, pikepdf.Array):
            if one.is_indirect:
                if one.objgen in seen:
                    continue
                seen.add(one.objgen)
            waiting.extend(value for value in one if holds_others(value))


def _is_name(one: Any, key: str) -> bool:
    # In a table of names (fonts, pictures) a key is a name that the page gave, not a property.
    kinds = ("/Type", "/Subtype", "/S", "/FunctionType", "/PatternType", "/ShadingType", "/Length")
    return key in {"/A", "/B", "/F", "/ID"} and not any(kind in one for kind in kinds)


def holds_others(value: Any) -> bool:
    """A dictionary, a stream or a list; not a number, a text or a name."""
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array))


def check_size(stream: Any) -> None:
    """Refuses what would unpack to more than a page can be: the copy is read on other people's machines."""
    if stream.get("/Subtype") == "/Image" and int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > PIXELS:
        raise Refused("too_many_pixels")
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names[0] not in {"/FlateDecode", "/Fl"}:
        if len(names) > 1 and not {"/DCTDecode", "/JPXDecode", "/DCT"} & set(names):
            check_whole(stream)
        return
    raw = stream.read_raw_bytes()
    if len(names) > 1:
        check_whole(stream)
    elif len(raw) * MOST_PACKED > LARGEST_STREAM:
        unpacked, opened = 0, zlib.decompressobj()
        while raw and unpacked <= LARGEST_STREAM:
            piece = opened.decompress(raw, 16 * 1024 * 1024)
            unpacked, raw = unpacked + len(piece), opened.unconsumed_tail
        if unpacked > LARGEST_STREAM:
            raise Refused("packed")


def check_whole(stream: Any) -> None:
    """Several packings one in the other: unpacked once, within the memory that there is."""
    pictures = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
    if pictures & {str(one) for one in stream["/Filter"]}:
        return  # a picture, and its size was looked at
    if len(stream.read_bytes()) > LARGEST_STREAM:
        raise Refused("packed")


def strip_picture(stream: Any) -> None:
    """A photograph inside a PDF keeps its camera's notes: drop them without touching the picture."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if not {"/DCTDecode", "/DCT", "/JPXDecode"} & set(names):
        return
    raw = stream.read_raw_bytes()
    *before, last = names
    for packed in before:
        raw = UNPACK[packed](raw) if packed in UNPACK else b""
    if last not in {"/DCTDecode", "/DCT", "/JPXDecode"} or not raw:
        raise Refused("unreadable")
    bare = without_boxes(raw) if last == "/JPXDecode" else without_notes(raw)
    settings = stream.get("/DecodeParms")
    if isinstance(settings, pikepdf.Array):
        settings = settings[len(before)] if len(settings) > len(before) else None
    stream.write(bare, filter=pikepdf.Name(last), decode_parms=settings)


def unflated(raw: bytes) -> bytes:
    """Inflated, as far as a photograph reaches."""
    return zlib.decompressobj().decompress(raw, 64 * 1024 * 1024)


UNPACK = {
    "/FlateDecode": unflated,
    "/ASCII85Decode": lambda raw: base64.a85decode(raw.strip().removeprefix(b"<~").removesuffix(b"~>")),
    "/ASCIIHexDecode": lambda raw: bytes.fromhex(raw.decode("ascii").strip().rstrip(">")),
}


def without_notes(raw: bytes) -> bytes:
    """A JPEG without its application segments and comments; JFIF and Adobe's color mark stay."""
    if raw[:2] != b"\xff\xd8":
        return b""
    out, at = [b"\xff\xd8"], 2
    while at + 4 <= len(raw) and raw[at] == 0xFF:
        mark = raw[at + 1]
        if mark == 0xDA:
            out.append(raw[at:])
            return b"".join(out)
        if mark == 0xFF:
            at += 1
            continue
        end = at + 2 + struct.unpack(">H", raw[at + 2 : at + 4])[0]
        if not (mark == 0xFE or (0xE1 <= mark <= 0xEF and mark != 0xEE)):
            out.append(raw[at:end])
        at = end
    return b""  # no picture in it at all


def without_boxes(raw: bytes) -> bytes:
    """A JPEG 2000 file without the boxes that hold texts and foreign data."""
    if raw[4:8] != b"jP  ":
        return raw  # a bare code stream has none
    out, at = [], 0
    while at + 8 <= len(raw):
        length, kind = struct.unpack(">I4s", raw[at : at + 8])
        end = len(raw) if length == 0 else at + length
        if length == 1 and at + 16 <= len(raw):
            end = at + struct.unpack(">Q", raw[at + 8 : at + 16])[0]
        if end <= at:
            return b""
        if kind not in {b"xml ", b"uuid", b"uinf", b"asoc"}:
            out.append(raw[at:end])
        at = end
    return b"".join(out)


# ---------------------------------------------------------------------------------------------------------------- texts


def copy_text(original: bytes, kind: str) -> tuple[str, bytes, int]:
    """The words of a text file."""
    if original.startswith((b"\xff\xfe", b"\xfe\xff")):
        return said(original.decode("utf-16", "replace"))
    try:
        return said(original.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return said(original.decode("cp1252", "replace"))


def copy_mail(original: bytes, kind: str) -> tuple[str, bytes, int]:
    """The words of an e-mail. What was attached stays in the original; it is counted, not opened."""
    message = email.message_from_bytes(original, policy=email.policy.default)
    lines = [f"{name}: {message[name]}" for name in ("From", "To", "Cc", "Date", "Subject") if message[name]]
    body = message.get_body(("plain", "html"))
    text = ""
    if body is not None:
        try:
            text = str(body.get_content())
        except (LookupError, OSError):  # an alphabet that is not known here
            text = body.get_payload(decode=True).decode("utf-8", "replace")
        if body.get_content_subtype() == "html":
            text = words_of_html(text)
    attached = sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0
    if attached:
        text += f"\n\n[{attached} attached {'file is' if attached == 1 else 'files are'} not part of this copy]"
    return said("\n".join(lines) + "\n\n" + text)


class Words(html.parser.HTMLParser):
    """The words of a page, without what is not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in {"script", "style", "head", "template"}
        if tag in {"br", "p", "div", "tr", "li", "h1", "h2", "h3"}:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "head", "template"} and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(re.sub(r"\s+", " ", data))


def words_of_html(text: str) -> str:
    """The words of a page."""
    reader = Words()
    reader.feed(text)
    reader.close()
    return "".join(reader.out)


def copy_docx(original: bytes, kind: str) -> tuple[str, bytes, int]:
    """The words of a Word document: paragraphs, tables, notes. Deleted text and comments stay in the original."""
    out: list[str] = []
    inside = 0  # within a run of text

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        tag = name.rpartition(":")[2]
        inside += tag == "t"
        if tag in {"tab", "tc"}:
            out.append("\t")
        elif tag in {"br", "cr"}:
            out.append("\n")

    def end(name: str) -> None:
        nonlocal inside
        tag = name.rpartition(":")[2]
        inside -= tag == "t"
        if tag == "p":
            out.append("\n")

    def data(text: str) -> None:
        if inside:
            out.append(text)

    with archive_of(original) as archive:
        for part in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
            if part in archive.namelist():
                parse_xml(read_part(archive, part), start, end, data)
    return said("".join(out))


def copy_xlsx(original: bytes, kind: str) -> tuple[str, bytes, int]:
    """The cells of a workbook, sheet by sheet, as they are stored. Formulas are not evaluated and not shown."""
    with archive_of(original) as archive:
        shared = shared_strings(archive)
        out: list[str] = []
        for number, (name, part) in enumerate(sheets(archive), start=1):
            out.append(f"{'' if number == 1 else chr(10)}Sheet: {name}\n")
            out += cells(read_part(archive, part), shared)
            if sum(map(len, out[-1000:])) > 2 * TEXT:
                raise Refused("too_long")
    return said("".join(out))


def shared_strings(archive: zipfile.ZipFile) -> list[str]:
    """The workbook's own table of texts."""
    texts: list[str] = []
    inside = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        tag = name.rpartition(":")[2]
        if tag == "si":
            texts.append("")
        inside += tag == "t"

    def end(name: str) -> None:
        nonlocal inside
        inside -= name.rpartition(":")[2] == "t"

    def data(text: str) -> None:
        if inside and texts:
            texts[-1] += text

    if "xl/sharedStrings.xml" in archive.namelist():
        parse_xml(read_part(archive, "xl/sharedStrings.xml"), start, end, data)
    return texts


def sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The sheets in their order: name and part."""
    targets: dict[str, str] = {}
    named: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            relation_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            named.append((attributes.get("name", ""), relation_id))

    def nothing(*_: str) -> None:
        return None

    parse_xml(read_part(archive, "xl/_rels/workbook.xml.rels"), relation, nothing, nothing)
    parse_xml(read_part(archive, "xl/workbook.xml"), sheet, nothing, nothing)
    known = set(archive.namelist())
    return [(name, targets[number]) for name, number in named if targets.get(number) in known]


def cells(part: bytes, shared: list[str]) -> list[str]:
    """The lines of a sheet."""
    out: list[str] = []
    row: list[str] = []
    kind, text, inside = "", "", 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal kind, text, inside
        tag = name.rpartition(":")[2]
        if tag == "c":
            kind, text = attributes.get("t", "n"), ""
        inside += tag in {"v", "t"}

    def end(name: str) -> None:
        nonlocal inside
        tag = name.rpartition(":")[2]
        inside -= tag in {"v", "t"}
        if tag == "c":
            at = int(text) if kind == "s" and text.isdigit() else -1
            row.append(shared[at] if 0 <= at < len(shared) else "" if kind == "s" else text)
        elif tag == "row":
            out.append("\t".join(row) + "\n")
            row.clear()

    def data(words: str) -> None:
        nonlocal text
        if inside:
            text += words

    parse_xml(part, start, end, data)
    return out


def archive_of(original: bytes) -> zipfile.ZipFile:
    """The archive, if what it holds stays within bounds."""
    archive = zipfile.ZipFile(io.BytesIO(original))
    whole = sum(member.file_size for member in archive.infolist())
    if whole > SMALL and whole > EXPANSION * len(original):
        raise Refused("packed")
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, no longer than its own header says: headers lie."""
    size = archive.getinfo(name).file_size
    with archive.open(name) as part:
        content = part.read(size + 1)
    if len(content) > size:
        raise Refused("packed")
    return content


def parse_xml(content: bytes, start: Any, end: Any, data: Any) -> None:
    """Read XML that declares nothing: a document type, and with it every entity, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise Refused("packed")

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.Parse(content, True)


def said(text: str) -> tuple[str, bytes, int]:
    """A text as the answer: control marks dropped, line ends alike."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = "".join(one for one in text if one in "\n\t" or (ord(one) >= 32 and not 0x7F <= ord(one) < 0xA0))
    if len(text) > TEXT:
        raise Refused("too_long")
    return "text", text.encode("utf-8", "replace"), max(1, len(text) // 3000)


MAKERS: dict[str, Any] = {
    "jpeg": lambda original: copy_picture(original, "jpeg"),
    "png": lambda original: copy_picture(original, "png"),
    "pdf": lambda original: copy_pdf(original, "pdf"),
    "txt": lambda original: copy_text(original, "txt"),
    "csv": lambda original: copy_text(original, "csv"),
    "eml": lambda original: copy_mail(original, "eml"),
    "docx": lambda original: copy_docx(original, "docx"),
    "xlsx": lambda original: copy_xlsx(original, "xlsx"),
}

if __name__ == "__main__":
    main()
