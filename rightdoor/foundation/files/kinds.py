"""What kind of file this is, by content and by name, and whether it may be taken at all. Pure: bytes in, kind out."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass

from rightdoor.domain.errors import RuleBroken

LARGEST = 25 * 1024 * 1024
PAGES = 200
PIXELS = 50_000_000
MEMBERS = 100
EXPANSION = 10
SMALL = 4 * 1024 * 1024  # what expands to less than this is no bomb, however well it was packed
LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: its endings, and what its safe copy is."""

    key: str
    label: str
    endings: tuple[str, ...]
    media_type: str
    copy: str  # "pdf", "png" or "jpeg": made anew by the worker; "text": its words, printed as a PDF


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF", (".pdf",), "application/pdf", "pdf"),
        Kind("jpeg", "JPEG picture", (".jpg", ".jpeg"), "image/jpeg", "jpeg"),
        Kind("png", "PNG picture", (".png",), "image/png", "png"),
        Kind(
            "docx",
            "Word document",
            (".docx",),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "text",
        ),
        Kind(
            "xlsx",
            "Excel workbook",
            (".xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text",
        ),
        Kind("txt", "Text", (".txt",), "text/plain", "text"),
        Kind("csv", "Table (CSV)", (".csv",), "text/csv", "text"),
        Kind("eml", "E-mail", (".eml",), "message/rfc822", "text"),
    )
}
ACCEPTED = ",".join(ending for kind in KINDS.values() for ending in kind.endings)

RECORDING = (
    "Recordings of sound or video are never stored here. Note in words who keeps the recording and its date, "
    "and leave the file with them."
)
NOT_TAKEN = (
    "This kind of file is not taken. Save it as PDF, JPEG, PNG, Word, Excel, text, CSV or e-mail (.eml) and try again."
)
MISMATCH = "The file's name says {name}, but its content does not. Save it anew from the program that made it."
TWO_IN_ONE = "This file holds more than one kind of file. Save it anew from the program that made it."
DAMAGED = "The file is damaged or incomplete. Open it, save it anew and try again."
LOCKED = "The file is locked with a password. Save it without one and try again."
MACROS = "The file holds macros. Save it without them, as .docx or .xlsx, and try again."
PACKED = "What is packed in this file cannot be unpacked safely. Save it as PDF and try again."
TOO_LARGE = "The file is larger than 25 MB. Split it, or save it with smaller pictures."
TOO_LONG = "The document has more than 200 pages. Split it and add the parts one by one."
TOO_MANY_PIXELS = "The picture has more than 50 million pixels. Save it smaller and try again."
EMPTY = "The file is empty. Choose another one."
NO_NAME = "The file has no usable name. Give it a name of letters and an ending such as .pdf."
TEST_VIRUS = "A scanner's test file was recognised. It is not kept."
UNREADABLE = "The file could not be opened safely. Save it as PDF and try again."

# fmt: off
RECORDINGS = frozenset(
    {
        ".3g2", ".3gp", ".aac", ".ac3", ".aif", ".aiff", ".amr", ".asf", ".au", ".avi", ".caf", ".dss", ".ds2",
        ".dvf", ".flac", ".flv", ".m2ts", ".m4a", ".m4b", ".m4v", ".mid", ".mka", ".mkv", ".mov", ".mp2", ".mp3",
        ".mp4", ".mpeg", ".mpg", ".mts", ".oga", ".ogg", ".ogv", ".opus", ".qt", ".ra", ".rm", ".ts", ".vob", ".wav",
        ".weba", ".webm", ".wma", ".wmv",
    }
)
# fmt: on
_ISO_PICTURES = {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"heim", b"heis", b"jp2 ", b"crx "}
_PACKED_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_FOREIGN_MARKS = (*_PACKED_MARKS, b"%PDF-", b"\x7fELF", b"MZ\x90\x00", b"\xca\xfe\xba\xbe", b"\xd0\xcf\x11\xe0")
_MARKUP = re.compile(rb"<\s*(?:html|script|svg|!doctype|\?php|iframe|body)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# Written in two pieces, so that no scanner takes this program for the test file itself.
_TEST_FILE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FileRefused(RuleBroken):
    """The file is not taken. The sentence says why and what to do instead."""


def clean_name(name: str) -> str:
    """The name as it may be shown: its last part, without marks that control or turn the text. It is data, no path.

    Raises FileRefused when nothing is left of it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or not stem.strip(" .") or not ending:
        raise FileRefused(NO_NAME)
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending[:10]}"


def kind_of(content: bytes, name: str) -> Kind:
    """The kind on which content and name agree. Raises FileRefused with the sentence for the person who sent it."""
    shown = clean_name(name)
    ending = "." + shown.rpartition(".")[2].lower()
    if ending in RECORDINGS or _is_recording(content):
        raise FileRefused(RECORDING)
    if not content:
        raise FileRefused(EMPTY)
    if len(content) > LARGEST:
        raise FileRefused(TOO_LARGE)
    if content.lstrip()[: len(_TEST_FILE)] == _TEST_FILE:
        raise FileRefused(TEST_VIRUS)
    if ending in {".docm", ".xlsm", ".dotm", ".xltm", ".xlsb"}:
        raise FileRefused(MACROS)
    named = next((kind for kind in KINDS.values() if ending in kind.endings), None)
    if named is None:
        raise FileRefused(NOT_TAKEN)
    _CHECKS[named.key](content, named)
    return named


def _pdf(content: bytes, kind: Kind) -> None:
    if not re.match(rb"%PDF-[12]\.\d", content):
        raise FileRefused(MISMATCH.format(name=kind.label))
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise FileRefused(DAMAGED)
    rest = content[end + 5 :]
    if rest.strip(b"\r\n\t \x00") or _ends_as_zip(content):
        raise FileRefused(TWO_IN_ONE)
    if _MARKUP.search(content[:1024]):
        raise FileRefused(TWO_IN_ONE)


def _jpeg(content: bytes, kind: Kind) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise FileRefused(MISMATCH.format(name=kind.label))
    end = content.rfind(b"\xff\xd9")
    if end < 0:
        raise FileRefused(DAMAGED)
    _check_picture(content, content[end + 2 :])


def _png(content: bytes, kind: Kind) -> None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise FileRefused(MISMATCH.format(name=kind.label))
    at = 8
    while at + 12 <= len(content):
        length, chunk = struct.unpack(">I4s", content[at : at + 8])
        at += 12 + length
        if chunk == b"IHDR" and length == 13:
            wide, high = struct.unpack(">II", content[at - 4 - 13 : at - 4 - 5])
            if wide * high > PIXELS:
                raise FileRefused(TOO_MANY_PIXELS)
        if chunk == b"IEND":
            break
    else:
        raise FileRefused(DAMAGED)
    if at > len(content):
        raise FileRefused(DAMAGED)
    if content[at:].strip(b"\x00"):
        raise FileRefused(TWO_IN_ONE)
    _check_picture(content, b"")


def _check_picture(content: bytes, rest: bytes) -> None:
    # Cameras do append data of their own; what another program would take for a file of its own kind is no such data.
    if _ends_as_zip(content) or any(mark in rest for mark in _FOREIGN_MARKS):
        raise FileRefused(TWO_IN_ONE)
    if b"%PDF-" in content[:1024] or _MARKUP.search(content[:1024]) or _MARKUP.search(rest):
        raise FileRefused(TWO_IN_ONE)


_PARTS = {"docx": ("word/document.xml", "word/"), "xlsx": ("xl/workbook.xml", "xl/")}


def _office(content: bytes, kind: Kind) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(LOCKED)  # an older format, or one that is encrypted: neither is opened here
    if not content.startswith(b"PK\x03\x04"):
        raise FileRefused(MISMATCH.format(name=kind.label))
    if b"%PDF-" in content[:1024] or _MARKUP.search(content[:1024]):
        raise FileRefused(TWO_IN_ONE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members, content, bool(archive.comment))
            types = archive.read("[Content_Types].xml") if len(members) <= MEMBERS else b""
    except FileRefused:
        raise
    except Exception:  # whatever a broken archive does to its reader
        raise FileRefused(DAMAGED) from None
    names = {member.filename for member in members}
    main, folder = _PARTS[kind.key]
    if main not in names:
        raise FileRefused(MISMATCH.format(name=kind.label))
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(MACROS)
    if any(name.startswith(other) for _, other in _PARTS.values() if other != folder for name in names):
        raise FileRefused(TWO_IN_ONE)


def _check_members(members: list[zipfile.ZipInfo], content: bytes, has_comment: bool) -> None:
    if len(members) > MEMBERS or len({member.filename for member in members}) < len(members):
        raise FileRefused(PACKED)
    if has_comment or not _ends_as_zip(content):
        raise FileRefused(TWO_IN_ONE)
    whole = sum(member.file_size for member in members)
    if whole > SMALL and whole > EXPANSION * len(content):
        raise FileRefused(PACKED)
    at = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        name, mode = member.filename, member.external_attr >> 16
        outside = name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")
        if outside or "\x00" in member.orig_filename or mode & 0o170000 == 0o120000:
            raise FileRefused(PACKED)
        if member.flag_bits & 0x1:
            raise FileRefused(LOCKED)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise FileRefused(PACKED)
        if member.header_offset < at:  # two members that share bytes: the way to a bomb that looks small
            raise FileRefused(PACKED)
        at = member.header_offset + 30 + member.compress_size
    if at > len(content):
        raise FileRefused(DAMAGED)


def _text(content: bytes, kind: Kind) -> None:
    if any(content.startswith(mark) for mark in (*_FOREIGN_MARKS, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")):
        raise FileRefused(MISMATCH.format(name=kind.label))
    text = decoded(content)
    if text is None or _CONTROL.search(text):
        raise FileRefused(MISMATCH.format(name=kind.label))
    if _MARKUP.match(text.lstrip("\ufeff \t\r\n")[:1024].encode()) or b"%PDF-" in content[:1024]:
        raise FileRefused(TWO_IN_ONE)
    if _ends_as_zip(content):
        raise FileRefused(TWO_IN_ONE)


_HEADERS = re.compile(rb"^(from|date|subject|received|message-id|mime-version|to):", re.IGNORECASE | re.MULTILINE)


def _mail(content: bytes, kind: Kind) -> None:
    head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0][:65536]
    if b"\x00" in content or len({found.lower() for found in _HEADERS.findall(head)}) < 2:
        raise FileRefused(MISMATCH.format(name=kind.label))
    if any(content.startswith(mark) for mark in _FOREIGN_MARKS) or _MARKUP.match(content.lstrip()):
        raise FileRefused(MISMATCH.format(name=kind.label))
    if _ends_as_zip(content) or b"%PDF-" in content[:1024]:
        raise FileRefused(TWO_IN_ONE)


def decoded(content: bytes) -> str | None:
    """The text of a text file: UTF-8, UTF-16 where it says so, else older Windows. None when it is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        codings = ("utf-16",)
    else:
        codings = ("utf-8-sig", "cp1252")
    for coding in codings:
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    return None


def _is_recording(content: bytes) -> bool:
    head = content[:16]
    if head[4:8] == b"ftyp":
        return head[8:12] not in _ISO_PICTURES
    if head[:4] == b"RIFF":
        return head[8:12] in {b"WAVE", b"AVI ", b"AMV "}
    if head[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa", b"\xff\xf1", b"\xff\xf9"}:
        return True
    marks = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3", b"#!AMR")
    more = (b"0&\xb2u\x8ef\xcf\x11", b"caff", b".snd", b"MThd", b"FORM", b"\x02dss", b"\x03dss", b".RMF")
    return head.startswith((*marks, *more))


def _ends_as_zip(content: bytes) -> bool:
    """Would an unpacker, which looks for its mark from the end, take this for an archive?"""
    tail = content[-65_557:]
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if len(tail) - at >= 22 and struct.unpack("<H", tail[at + 20 : at + 22])[0] <= len(tail) - at - 22:
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


_CHECKS = {
    "pdf": _pdf,
    "jpeg": _jpeg,
    "png": _png,
    "docx": _office,
    "xlsx": _office,
    "txt": _text,
    "csv": _text,
    "eml": _mail,
}
