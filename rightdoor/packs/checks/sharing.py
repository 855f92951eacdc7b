"""Who may see what: a pack may only be stricter than the shipped matrix, and every area has one judicial district."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rightdoor.domain.sharing_matrix import CLASSES, COLUMNS, parse_cell

from ..fault import Fault, one_of
from ..matrix import shipped_matrix
from ..pack import Narrowed, Pack

FILE = "sharing.yaml"
NONE = "none"
LONGEST_RELEASE_DAYS = 365
LONGEST_AGREEMENT_DAYS = 365


def matrix(pack: Pack) -> Iterator[Fault]:
    """The version that the pack was written for, and cells that are only ever stricter."""
    shipped = shipped_matrix()
    if pack.sharing.matrix_version != shipped.version:
        sentence = f"The pack was written for version {pack.sharing.matrix_version} of the sharing matrix."
        remedy = f"Hold it against version {shipped.version} (sharing_matrix.toml), then write that."
        yield Fault(FILE, "matrix_version", sentence, remedy)
    seen = Counter((one.column, one.data_class) for one in pack.sharing.narrowed)
    for position, one in enumerate(pack.sharing.narrowed):
        key = f"narrowed[{position}]"
        yield from _narrowed(one, key)
        if seen[one.column, one.data_class] > 1:
            yield Fault(FILE, key, f"{one.data_class} for {one.column} stands twice.", "Keep one of the two.")


def _narrowed(one: Narrowed, key: str) -> Iterator[Fault]:
    if one.data_class not in CLASSES:
        yield Fault(FILE, f"{key}.data_class", f"There is no class “{one.data_class}”.", one_of(CLASSES))
        return
    if one.column not in COLUMNS:
        yield Fault(FILE, f"{key}.column", f"The matrix has no column “{one.column}”.", one_of(COLUMNS))
        return
    try:
        cell = parse_cell(one.cell)
    except ValueError as wrong:
        yield Fault(FILE, f"{key}.cell", str(wrong), "Write O, M, R, S or -, as in sharing_matrix.toml.")
        return
    shipped = shipped_matrix().cell(one.column, one.data_class)
    if not cell.fits_in(shipped):
        sentence = f"“{one.cell}” opens {one.data_class} wider to {one.column} than the shipped “{shipped.text}”."
        yield Fault(
            FILE, f"{key}.cell", sentence, "A pack may only be stricter: write a narrower cell, or remove this."
        )


def disciplines(pack: Pack) -> Iterator[Fault]:
    """Every discipline of the team has a column of the matrix, or says that it has none."""
    known = pack.teams.all().keys()
    for key, column in pack.sharing.disciplines.items():
        if key not in known:
            yield Fault(FILE, f"disciplines.{key}", f"teams.yaml has no discipline “{key}”.", one_of(known))
        if column not in (*COLUMNS, NONE):
            sentence = f"The matrix has no column “{column}”."
            yield Fault(FILE, f"disciplines.{key}", sentence, one_of((*COLUMNS, NONE)))
    for key in known:
        if key not in pack.sharing.disciplines:
            remedy = f"Give it a column of the matrix; {NONE} leaves it only its own agency's records."
            yield Fault(FILE, f"disciplines.{key}", "This discipline has no column.", remedy)


def districts(pack: Pack) -> Iterator[Fault]:
    """Every area lies in exactly one judicial district: a district's protocol must not reach into another's cases."""
    areas = {area.key for area in pack.areas}
    named = Counter(area for district in pack.sharing.districts for area in district.areas)
    for district in pack.sharing.districts:
        key = f"districts[{district.key}].areas"
        if not district.areas:
            yield Fault(FILE, key, "The district has no area.", "Add one, or remove the district.")
        for area in district.areas:
            if area not in areas:
                yield Fault(FILE, key, f"regions.yaml has no area “{area}”.", "Correct its key.")
            elif named[area] > 1:
                sentence = f"“{area}” lies in {named[area]} judicial districts."
                yield Fault(FILE, key, sentence, "Keep it in one, so that only one team's protocol reaches there.")
    for area in sorted(areas - named.keys()):
        sentence = f"“{area}” lies in no judicial district."
        yield Fault(FILE, "districts", sentence, "Add it to one; until then no protocol reaches its cases.")


def spans(pack: Pack) -> Iterator[Fault]:
    """How long releases and agreements run, and which classes a minor may release alone."""
    release = pack.sharing.release
    if not 0 < release.cap_days <= LONGEST_RELEASE_DAYS:
        sentence = f"{release.cap_days} days is no cap for a release."
        yield Fault(FILE, "release.cap_days", sentence, f"Write 1 to {LONGEST_RELEASE_DAYS}.")
    if not 0 < release.default_days <= release.cap_days:
        sentence = f"{release.default_days} days is no default for a release."
        yield Fault(FILE, "release.default_days", sentence, "Write a positive number that is not above the cap.")
    if not 0 < pack.sharing.agreement_days <= LONGEST_AGREEMENT_DAYS:
        sentence = f"An agreement does not hold for {pack.sharing.agreement_days} days."
        yield Fault(FILE, "agreement_days", sentence, f"Write 1 to {LONGEST_AGREEMENT_DAYS}: it is signed every year.")
    for name in pack.sharing.minor_alone:
        if name not in CLASSES:
            yield Fault(FILE, "minor_alone", f"There is no class “{name}”.", one_of(CLASSES))
