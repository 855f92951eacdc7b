"""What in a sheet could tell of a person. A file that holds it is refused at the door, whole, and nothing of it stays.

A form of closed codes has a short list of words. Whatever else stands in a cell is no answer; this says which of it
could be somebody: a name, initials, a day, a number, an address, a way to reach somebody, or words of one's own. A
sentence says where and never repeats what stands there: it could end up in a log or on a screen. (STAT-1)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "birth", "number", "address", "contact", "day", "words"]

SAID: dict[Kind, str] = {
    "name": "could hold a name",
    "birth": "could hold a day of birth",
    "number": "could hold a number under which a person is kept",
    "address": "could hold an address",
    "contact": "could hold a telephone number or an e-mail",
    "day": "holds a day, which is finer than anything asked here",
    "words": "holds words of your own, and there is no place for them",
}
MEND = "Take it out of the sheet and send it again. Nothing of this file was kept."
LONGEST_READ = 200  # characters; more is a story, whatever stands in it
LONGEST_WORDS = 40  # characters; no code is longer unless it is one of the form's own words
MOST_DIGITS = 6  # of a count


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell of a sheet, or its heading (`is_heading`), or the name of the sheet (row 0, no column)."""

    sheet: str
    row: int
    column: str
    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not let in: where, and what it could be. Holds nothing of what stands there."""

    sheet: str
    row: int
    column: str
    kind: Kind

    @property
    def sentence(self) -> str:
        """For whoever sent it."""
        if not self.column:
            return f"The name of a sheet {SAID[self.kind]}. {MEND}"
        where = f"Column {self.column}" if not self.row else f"Row {self.row}, column {self.column}"
        return f"{where} {SAID[self.kind]}. {MEND}"


_BIRTH = frozenset({"dob", "birth", "birthdate", "birthday", "born", "nacimiento", "sinh"})
_NUMBERED = frozenset(
    {"ssn", "social", "medicaid", "mrn", "docket", "passport", "license", "plate", "hash", "uuid", "guid"}
)
_FILED = frozenset({"case", "file", "chart", "record", "referral", "client", "person", "patient", "student", "row"})
_NUMBER = frozenset(
    {"number", "numbers", "no", "num", "nr", "id", "ids", "identifier", "code", "ref", "reference", "key"}
)
_ADDRESS = frozenset({"address", "street", "zip", "zipcode", "apartment", "apt", "direccion", "city", "town", "gps"})
_CONTACT = frozenset({"phone", "telephone", "mobile", "cell", "email", "mail", "telefono", "facebook", "instagram"})
_NAME = frozenset({"name", "names", "surname", "nickname", "alias", "aliases", "initials", "nombre", "apellido"})
_WHOSE_NAME = frozenset({"first", "last", "given", "family", "middle", "maiden"})
_PEOPLE = frozenset(
    {"client", "child", "youth", "minor", "patient", "student", "participant", "victim", "survivor", "person"}
    | {"mother", "father", "guardian", "parent", "caregiver", "trafficker", "exploiter", "suspect", "defendant"}
)
_OF_PEOPLE = _PEOPLE | {f"{one}s" for one in _PEOPLE} | {"children"}
_DAY = frozenset({"date", "day", "dates", "days", "fecha"})
_WORDS = frozenset({"note", "notes", "comment", "comments", "remark", "remarks", "narrative", "description", "story"})

_EMAIL = re.compile(r"\S@\S|\bwww\.|https?:|(?<!\w)@\w")
_PHONE = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}(?!\d)")
_SSN = re.compile(r"(?<!\d)(?:\d{3}[- ]\d{2}[- ]\d{4}|[xX*]{3}-?[xX*]{2}-?\d{4})(?!\d)")
_LONG_NUMBER = re.compile(r"\d{7,}")
# Letters and digits together, or digits in groups: what files, charts and dockets are numbered by.
_FILE_NUMBER = re.compile(r"(?=[\w/.-]*\d{3})(?=[\w/.-]*[A-Za-z])[\w/.-]+|\d{2,}(?:[-/]\d+)+|#\s*\d+")
_NUMERIC_DAY = re.compile(r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})(?!\d)")
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_WORDED_DAY = re.compile(
    rf"\b(?:{_MONTHS})\.?\s+(?:\d{{1,2}}\b|\d{{4}}\b)|\b\d{{1,2}}\.?\s+(?:de\s+)?(?:{_MONTHS})\b", re.I
)
_STREET = re.compile(
    r"\b\d+\w?\s+(?:[\w.'’-]+\s+){0,4}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|highway|hwy|court|ct"
    r"|circle|cir|way|place|pl|terrace|trail|parkway|pkwy|loop|row|alley)\b\.?"
    r"|\bp\.?\s*o\.?\s+box\b|\b(?:apt|apartment|unit|suite|lot)\.?\s*#?\s*\d|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b",
    re.I,
)
_COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}")
_INITIALS = re.compile(r"(?:[A-Z]\.\s?){1,3}[A-Z]\.?|[A-Z]{2,3}")
_PART = r"(?:[A-Z][A-Za-z]*(?:['’-][A-Za-z]+)*\.?|(?:de|la|del|van|von|le|der|y)\b)"
_NAME_LIKE = re.compile(rf"{_PART}(?:,\s*|\s+){_PART}(?:\s+{_PART}){{0,3}}")


def folded(text: str) -> str:
    """For comparing words: small letters, no accents, one blank between words."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return re.sub(r"[^\w]+", " ", plain.replace("_", " ").replace("đ", "d")).strip()


def known_words(words: Iterable[str]) -> frozenset[str]:
    """The words of a form, ready to be compared."""
    return frozenset(folded(one) for one in words if folded(one))


def kind_of_heading(text: str, known: frozenset[str]) -> Kind | None:
    """What a column of this heading could hold; None where the form itself has such a column, or nothing points at
    somebody.
    """
    plain = folded(text)
    if not plain or plain in known:
        return None
    words = set(plain.split())
    if words & _BIRTH:
        return "birth"
    if words & _NUMBERED or (words & _FILED and words & _NUMBER) or words <= _NUMBER:
        return "number"
    if words & _CONTACT:
        return "contact"
    if words & _ADDRESS:
        return "address"
    if words & _NAME or words & _WHOSE_NAME or words & _OF_PEOPLE:
        return "name"
    if words & _DAY:
        return "day"
    if words & _WORDS:
        return "words"
    return kind_of_cell(text, known)


def kind_of_cell(text: str, known: frozenset[str]) -> Kind | None:
    """What a cell could be; None for a count, a word of the form, several of them apart by ";", or a lone word that
    is merely none of the codes.
    """
    said = " ".join(text.split())
    if not said or folded(said) in known or all(folded(part) in known for part in said.split(";") if part.strip()):
        return None
    if len(said) > LONGEST_READ:
        return "words"
    plain = "".join(one for one in unicodedata.normalize("NFKD", said) if not unicodedata.combining(one))
    plain = plain.replace("Đ", "D").replace("đ", "d")
    if re.fullmatch(rf"\d{{1,{MOST_DIGITS}}}(?:\.0+)?|\d{{1,3}}(?:,\d{{3}})", plain):
        return None
    return _kind(plain)


def _kind(plain: str) -> Kind | None:
    if _EMAIL.search(plain) or _PHONE.search(plain):
        return "contact" if not _SSN.search(plain) else "number"
    if _SSN.search(plain):
        return "number"
    if _NUMERIC_DAY.search(plain) or _WORDED_DAY.search(plain):
        return "day"
    if _STREET.search(plain) or _COORDINATES.search(plain):
        return "address"
    if _LONG_NUMBER.search(plain) or _FILE_NUMBER.fullmatch(plain):
        return "number"
    if _INITIALS.fullmatch(plain) or _NAME_LIKE.fullmatch(plain):
        return "name"
    if len(plain) > LONGEST_WORDS or len(plain.split()) > 3:
        return "words"
    return None


def refusals_of(cells: Iterable[Placed], known: frozenset[str]) -> tuple[Refusal, ...]:
    """Why this file is not let in: the first place of each column and kind; empty where it may come in."""
    seen: set[tuple[str, str, Kind]] = set()
    found = []
    for cell, kind in _told(cells, known):
        if (cell.sheet, cell.column, kind) not in seen:
            seen.add((cell.sheet, cell.column, kind))
            found.append(Refusal(cell.sheet, cell.row, cell.column, kind))
    return tuple(found)


def _told(cells: Iterable[Placed], known: frozenset[str]) -> Iterator[tuple[Placed, Kind]]:
    for cell in cells:
        kind = kind_of_heading(cell.text, known) if cell.is_heading else kind_of_cell(cell.text, known)
        if kind is not None:
            yield cell, kind
