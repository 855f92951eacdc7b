"""Is the person referred somebody we know already? The decision; the distances between names are measured by the slice.

Nothing here links anyone: it says how likely it is, and why, in words that show no more of a client than the looker
may see. A person decides. Missing facts neither speak for nor against. (INT-7)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .errors import RuleBroken

BirthLikeness = Literal["same", "swapped", "off_by_one", "same_year", "different", "unknown"]
Likelihood = Literal["strong", "possible"]

ALIKE, VERY_ALIKE = 0.80, 0.92  # similarity of two folded names, 0 to 1

# Letters that do not come apart into a base letter and an accent.
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})

# One line a name: the full form first, then what people are called. English and Spanish; common ones only.
_NICKNAMES = """
abigail abby gail
alejandra ale sandra
alejandro ale alex
alexandra alex lexi sasha
alexander alex al xander
amanda mandy
andrew andy drew
anthony tony
antonio tono tony
ashley ash
benjamin ben benny
brianna bri
catherine katherine kathryn cathy kathy kate katie kat
charles charlie chuck
christina christine chris tina chrissy
christopher chris
concepcion concha conchita
daniel dan danny
daniela dani
david dave davey
deborah debbie deb
dolores lola lolita
dorothy dot dottie
edward ed eddie ted
elizabeth elisabeth liz lizzie beth betsy betty eliza libby
eduardo lalo
enrique quique kike
fernando nando fer
francisca paca paquita
francisco paco pancho cisco
gabriela gabi gaby
gabriel gabe
gregory greg
guadalupe lupe lupita
guillermo memo
gustavo gus
ignacio nacho
isabella isabel bella izzy isa chabela
jacob jake
jacqueline jackie
james jim jimmy jamie
jennifer jen jenny jenn
jessica jess jessie
jesus chuy
jonathan jon johnny
jose pepe chepe
john johnny jack
joseph joe joey
joshua josh
julia julie
katelyn kaitlyn kate katie
kimberly kim kimmy
lawrence larry
leonardo leo
leticia lety
luis lucho
madison maddie
manuel manny manolo
margaret maggie meg peggy margie
margarita marga rita
maria mari mia
mariana mari nana
matthew matt
mercedes meche
michael mike mikey mick
michelle shelly
miguel mike
natalie nat
natalia nati
nathaniel nathan nate
nicholas nick nicky
nicole nikki nicky
olivia liv livvy
pamela pam
patricia pat patty trish tricia
patrick pat
pedro perico
peter pete
rafael rafa
rebecca becky becca
ricardo ricky
richard rick ricky rich dick
robert rob bob bobby robbie bert
roberto beto
ronald ron ronnie
rosario charo
samantha sam sammy
samuel sam sammy
sarah sara sally
sofia sophia sofi sophie
stephanie steph
steven stephen steve
susan suzanne sue susie
teresa theresa tere terry tess
thomas tom tommy
timothy tim
valentina vale tina
vanessa nessa
veronica vero ronnie
victoria vicky tori
vicente chente
vincent vince vinny
virginia ginny
william will bill billy liam
zachary zach
"""


def _families() -> Mapping[str, frozenset[str]]:
    families: dict[str, set[str]] = {}
    for line in _NICKNAMES.split("\n"):
        names = line.split()
        for name in names:
            families.setdefault(name, set()).add(names[0])
    return {name: frozenset(heads) for name, heads in families.items()}


NICKNAMES: Mapping[str, frozenset[str]] = _families()  # each name -> the full forms it may stand for


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known client held against a referral. Scores are similarities from 0 to 1 of folded names; 0 where
    there is none.
    """

    code: str
    name_score: float
    alias_score: float
    phonetic_equal: bool
    nickname_equal: bool
    birth: BirthLikeness


@dataclass(frozen=True, slots=True)
class Match:
    """How likely it is that these are one person, and why. `likelihood` is None when there is nothing to look at."""

    code: str
    likelihood: Likelihood | None
    reasons: tuple[str, ...]


def fold(name: str) -> str:
    """A name for comparing: no accents, no case, no punctuation, single spaces. "Núñez-Đặng" becomes "nunez dang"."""
    # decorated letters come apart into capitals, so the case goes once they have
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    # an apostrophe joins (O'Neil, oneil); other punctuation parts
    kept = (
        "" if unicodedata.combining(letter) or letter in "'’ʼ`" else letter if letter.isalnum() else " "
        for letter in apart
    )
    return " ".join("".join(kept).translate(_LETTERS).split())


def nickname_key(name: str) -> str:
    """A key that is equal for a given name and its most usual short forms: "Liz" and "Elizabeth" both give "elizabeth".

    A short form of several names ("Sam") gives all of them, joined; use `nickname_equal` to compare two names.
    """
    return "|".join(sorted(_full_forms(name)))


def nickname_equal(one: str, other: str) -> bool:
    """Could two given names be forms of one? Equal names are; "Sam" is both Samuel and Samantha. An empty name
    never is.
    """
    return bool(_full_forms(one) & _full_forms(other))


def birth_likeness(one: date | None, other: date | None) -> BirthLikeness:
    """How near two birth dates are: the same, month and day swapped, one of day, month or year off by one, the
    same year.
    """
    if one is None or other is None:
        return "unknown"
    if one == other:
        return "same"
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return "swapped"
    differences = [abs(one.year - other.year), abs(one.month - other.month), abs(one.day - other.day)]
    if sorted(differences) == [0, 0, 1] or abs((one - other).days) == 1:
        return "off_by_one"
    return "same_year" if one.year == other.year else "different"


def likelihood(candidate: Candidate) -> Match:
    """Strong, possible, or nothing to look at, with the reasons in plain words.

    Strong: the name agrees and so, nearly, does the birth date. Possible: the name agrees and the date leaves room.
    An unknown birth date never turns a like name away: a second look costs little, a child who is counted twice is lost
    sight of.
    """
    best = max(candidate.name_score, candidate.alias_score)
    said_alike = candidate.phonetic_equal or candidate.nickname_equal
    same_name = best >= VERY_ALIKE or (best >= ALIKE and said_alike)
    like_name = best >= ALIKE or said_alike
    near_birth = candidate.birth in {"same", "swapped", "off_by_one"}
    verdict: Likelihood | None = None
    if (same_name and near_birth) or (like_name and candidate.birth == "same"):
        verdict = "strong"
    elif like_name and (near_birth or candidate.birth in {"unknown", "same_year"}):
        verdict = "possible"
    elif best >= VERY_ALIKE:
        verdict = "possible"  # the same name with another birth date: dates are often told wrong
    return Match(candidate.code, verdict, _reasons(candidate) if verdict else ())


BIRTH_REASONS: Mapping[BirthLikeness, str] = {
    "same": "same birth date",
    "swapped": "birth date with month and day swapped",
    "off_by_one": "birth date off by one",
    "same_year": "same birth year",
    "different": "another birth date",
    "unknown": "birth date not known",
}


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What stands between two entries that somebody says are one child.

    `entered_as_two`: they were reported together, or are tied as brothers and sisters or found together; `are_one`:
    the person says that they have looked at that and that it is one child all the same. `is_held`: something that must
    not change under anybody's hands, such as a legal hold or a disposal under way, or a decision of somebody else that
    the person may not know of.
    """

    same_entry: bool = False
    kept_apart: bool = False
    leading_follows: bool = False
    following_leads: bool = False
    following_follows: bool = False
    is_held: bool = False
    entered_as_two: bool = False
    are_one: bool = False
    why: str = ""


def check_may_merge(facts: MergeFacts) -> None:
    """Two entries are kept together as one child only with a reason, and never across what somebody decided before.

    Raises RuleBroken. Nothing that the person may not know of is named: a hold looks like any other hindrance. (INT-7)
    """
    if facts.same_entry:
        raise RuleBroken("An entry cannot be held against itself.")
    if facts.kept_apart:
        raise RuleBroken("These two were kept apart. Undo that first.")
    if facts.leading_follows:
        raise RuleBroken("The entry that is to lead follows another one. Choose the one that leads there.")
    if facts.following_leads or facts.following_follows:
        raise RuleBroken("The entry that is to follow is kept together with another one. Undo that first.")
    if not facts.why.strip():
        raise RuleBroken("Say in a sentence why these two are one child.")
    if facts.entered_as_two and not facts.are_one:
        raise RuleBroken("These two were recorded as two children. Say that you checked that, and why they are one.")
    # Last of all, where the table itself refuses a tie that the person may not know of: one looks like the other.
    if facts.is_held:
        raise RuleBroken("These two cannot be kept together at present. Ask the privacy officer.")


def _reasons(candidate: Candidate) -> tuple[str, ...]:
    said = {
        "same name": candidate.name_score >= VERY_ALIKE,
        "similar name": ALIKE <= candidate.name_score < VERY_ALIKE,
        "same alias": candidate.alias_score >= VERY_ALIKE,
        "similar alias": ALIKE <= candidate.alias_score < VERY_ALIKE,
        "names sound alike": candidate.phonetic_equal,
        "a nickname of the other name": candidate.nickname_equal and candidate.name_score < VERY_ALIKE,
    }
    return (*(reason for reason, holds in said.items() if holds), BIRTH_REASONS[candidate.birth])


def _full_forms(name: str) -> frozenset[str]:
    folded = fold(name)
    return NICKNAMES.get(folded, frozenset({folded}) if folded else frozenset())
