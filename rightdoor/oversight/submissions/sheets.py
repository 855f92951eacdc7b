"""The template that a source fills in, and a file that comes back. Pure: reads no table of the database. (STAT-1)

A template of totals has a sheet for each table, with codes beside their words, so that it reads the same in every
spreadsheet; a template of lines has one column for each field and offers its codes. What comes back is read whole,
hidden sheets too, and judged before anything else: one cell that could tell of a person, and the file stays outside.

A calculator that turns lines into totals writes them as CSV: table, code_1 … code_4, count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from rightdoor.domain.submission.form import ALL, Field, Form, Table
from rightdoor.domain.submission.identifying import Placed, folded, known_words, refusals_of
from rightdoor.domain.submission.prosecution import (
    DISPOSITIONS,
    MONTHS,
    MOST_LINES,
    NIBRS,
    LineFault,
    Prosecuted,
    faults_of,
)
from rightdoor.domain.submission.rows import MOST_ROWS, PersonRow, row_of
from rightdoor.domain.submission.totals import Codes, Totals
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.imports.reading import Row, Workbook, letter, read_workbook
from rightdoor.foundation.printing.sheets import Page, to_workbook, to_xlsx

ABOUT, LINES, CODES, CASES = "About", "Lines", "Codes", "Dispositions"
CODE, WORDS, COUNT = "Code", "Words", "Count"
NOTES = "Somebody wrote notes beside the cells of this file. Take them out and send it again. Nothing of it was kept."
OTHER_COLUMN = "Column {column} is none of the template. Take it out of the sheet, then send it again."
OTHER_SHEET = "There is a sheet that is none of the template. Take it out of the file, then send it again."
OTHER_FORM = "This is the template of another year or of other sources. Download it anew and copy the figures."
EMPTY = "The file holds no figure. Fill in the template, or say that nobody was served."
NO_LINES = "The file holds no line below the headings."
_MONEY = re.compile(r"\$?\s*((?:\d{1,2},\d{3},\d{3}|\d{1,3},\d{3}|\d{1,8}))(?:\.0+)?")
_LONG = ("table", "code_1", "code_2", "code_3", "code_4", "count")
_READ_ME = (
    "Counts alone, in whole numbers. An empty cell is a zero.",
    "No names, no days, no numbers of people, no notes: such a file is refused and not kept.",
    "Put those of whom something is not known under the codes for it, so that every table comes to everybody.",
    "Leave the codes as they are. The sums are checked when you send it.",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a cell of a file: where, what, and how to mend it. No word of the cell."""

    sheet: str
    row: int
    column: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class TotalsTold:
    """A file of totals as it was read. With a refusal there is nothing else."""

    totals: Totals
    refusals: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class LinesTold:
    """A file of lines as it was read. With a refusal there is nothing else."""

    rows: tuple[PersonRow, ...]
    refusals: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ProsecutedColumn:
    """A column of an office that prosecutes. Without choices it is an amount."""

    key: str
    label: str
    choices: Mapping[str, str]
    takes_several: bool = False


@dataclass(frozen=True, slots=True)
class DispositionsTold:
    """A file of dispositions: the cells of each line, to be looked through on the page. With a refusal nothing else."""

    lines: tuple[Mapping[str, str], ...]
    refusals: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------------------------ writing


def totals_pages(form: Form, kind: str, year: int, totals: Totals | None = None) -> list[Page]:
    """The sheets of the template for a kind of source, filled in where there are totals already."""
    about = [["Form", form.version], ["Asked of", kind], ["Year", str(year)], *([line] for line in _READ_ME)]
    tables = form.asked_of(kind)
    about += [[table.key, table.label, table.hint] for table in tables]
    held = totals or {}
    return [Page(ABOUT, about, widths=(24, 60, 60)), *(_grid(form, table, held.get(table.key, {})) for table in tables)]


def totals_template(form: Form, kind: str, year: int, totals: Totals | None = None) -> bytes:
    """The template of totals as a workbook. The same form and year give the same bytes."""
    return to_workbook(totals_pages(form, kind, year, totals))


def lines_pages(form: Form, year: int) -> list[Page]:
    """The sheets of the template of lines: no column has a place for somebody."""
    fields = form.row_fields
    longest = max(len(one.codes.codes) for one in fields)
    codes = [[one.label for one in fields]]
    codes += [
        [one.codes.codes[at].label if at < len(one.codes.codes) else "" for one in fields] for at in range(longest)
    ]
    choices = {
        at: f"{CODES}!${letter(at)}$2:${letter(at)}${len(one.codes.codes) + 1}"
        for at, one in enumerate(fields)
        if not one.takes_several
    }
    about = [
        ["Form", form.version],
        ["Year", str(year)],
        ["One line for each person. A cell holds one code; where several fit, put a semicolon between them."],
        [_READ_ME[1]],
        *([one.label, one.hint, "Several codes" if one.takes_several else "One code"] for one in fields),
    ]
    wide = [max(16, len(one.label)) for one in fields]
    return [
        Page(LINES, [[one.label for one in fields]], choices=choices, widths=wide, offered_rows=MOST_ROWS),
        Page(CODES, codes, widths=wide),
        Page(ABOUT, about, widths=(40, 60, 20)),
    ]


def lines_template(form: Form, year: int) -> bytes:
    """The template of lines as a workbook."""
    return to_workbook(lines_pages(form, year))


def totals_rows(form: Form, kind: str, totals: Totals) -> list[list[str]]:
    """Totals as rows of the long table that a calculator writes too."""
    rows = [list(_LONG)]
    for table in form.asked_of(kind):
        for codes, number in sorted(totals.get(table.key, {}).items()):
            rows.append([table.key, *codes, *[""] * (4 - len(codes)), str(number)])
    return rows


def totals_sheet(form: Form, kind: str, totals: Totals) -> bytes:
    """The long table as a workbook."""
    return to_xlsx(totals_rows(form, kind, totals), title="Totals")


def _grid(form: Form, table: Table, cells: Mapping[Codes, int]) -> Page:
    if len(table.by) > 2:
        raise ValueError(f"{table.key}: a sheet shows two fields at most")
    down: Sequence[tuple[Codes, str]] = [((), table.label)]
    across: Sequence[tuple[Codes, str]] = [((), COUNT)]
    if table.by:
        down = _codes(form.fields[table.by[0]])
    if len(table.by) == 2:
        across = _codes(form.fields[table.by[1]])
    rows = [[table.key, table.label], [CODE, WORDS, *("".join(codes) or COUNT for codes, _ in across)]]
    rows.append(["", "", *(words for _, words in across)])
    for codes, words in down:
        counts = [cells.get((*codes, *more), 0) for more, _ in across]
        rows.append(["".join(codes), words, *(str(one) if one else "" for one in counts)])
    return Page(table.key, rows, widths=(24, 40, *[14] * len(across)))


def _codes(one: Field) -> list[tuple[Codes, str]]:
    return [((code.key,), code.label) for code in one.codes.codes]


def dispositions_pages(form: Form, year: int) -> list[Page]:
    """The sheets of the template of an office that prosecutes: one line for each disposition, no party named."""
    columns = prosecuted_columns(form)
    longest = max(len(one.choices) for one in columns)
    codes = [[one.label for one in columns]]
    codes += [[_at(list(one.choices.values()), at) for one in columns] for at in range(longest)]
    choices = {
        at: f"{CODES}!${letter(at)}$2:${letter(at)}${len(one.choices) + 1}"
        for at, one in enumerate(columns)
        if one.choices and not one.takes_several
    }
    about = [["Form", form.version], ["Year", str(year)], ["One line for each disposition of the year."], [_READ_ME[1]]]
    wide = [max(16, len(one.label)) for one in columns]
    return [
        Page(CASES, [[one.label for one in columns]], choices=choices, widths=wide, offered_rows=MOST_LINES),
        Page(CODES, codes, widths=wide),
        Page(ABOUT, about, widths=(60, 20)),
    ]


def dispositions_template(form: Form, year: int) -> bytes:
    """The template of dispositions as a workbook."""
    return to_workbook(dispositions_pages(form, year))


def prosecuted_columns(form: Form) -> tuple[ProsecutedColumn, ...]:
    """What a line of an office that prosecutes tells, in order."""
    places = {one.key: one.label for one in form.lists["places"].codes}
    charges = {one.key: one.label for one in form.lists["charge"].codes}
    services = {one.key: one.label for one in form.lists["services"].codes}
    return (
        ProsecutedColumn("area", form.fields["place"].label, places),
        ProsecutedColumn("statute", form.fields["charge"].label, charges),
        ProsecutedColumn("nibrs", "Offense", {key: f"{key}: {said}" for key, said in NIBRS.items()}),
        ProsecutedColumn("disposition", "Disposition", DISPOSITIONS),
        ProsecutedColumn("sentenced", "Month sentenced", MONTHS),
        ProsecutedColumn("restitution_ordered", "Restitution ordered", {}),
        ProsecutedColumn("restitution_paid", "Restitution paid", {}),
        ProsecutedColumn("forfeited", "Value forfeited", {}),
        ProsecutedColumn("services", "Services offered", services, takes_several=True),
    )


def prosecuted_of(
    form: Form, year: int, row: int, cells: Mapping[str, str]
) -> tuple[Prosecuted, tuple[LineFault, ...]]:
    """A line from its cells, and everything that is wrong with it. Whole dollars, a month, codes or their words."""
    values: dict[str, Any] = {}
    faults: list[LineFault] = []
    for one in prosecuted_columns(form):
        text = cells.get(one.key, "").strip()
        if not one.choices:
            found = _MONEY.fullmatch(text)
            values[one.key] = int(found.group(1).replace(",", "")) if found else None
            if text and not found:
                faults.append(LineFault(row, one.key, "Not an amount.", "Write whole dollars."))
            continue
        by_word = {folded(word): key for key, label in one.choices.items() for word in (key, label)}
        codes = [by_word.get(folded(part), "") for part in text.split(";") if part.strip()]
        if "" in codes or (len(codes) > 1 and not one.takes_several):
            faults.append(LineFault(row, one.key, "Not one of the codes.", "Choose from the list."))
        values[one.key] = tuple(sorted(set(codes) - {""})) if one.takes_several else (codes[0] if codes else "")
    if values["sentenced"]:
        values["sentenced"] = f"{year}-{values['sentenced']}"
    line = Prosecuted(**values)
    known = {one.field for one in faults}
    faults += [
        one
        for one in faults_of(
            row,
            line,
            year,
            areas=form.lists["places"].keys,
            statutes=form.lists["charge"].keys,
            services=form.lists["services"].keys,
        )
        if one.field not in known
    ]
    return line, tuple(faults)


def cells_of_prosecuted(line: Prosecuted) -> dict[str, str]:
    """A line as the inputs of a page hold it."""
    told = {key: "" if value is None else str(value) for key, value in asdict(line).items() if key != "services"}
    return told | {"sentenced": line.sentenced[5:], "services": "; ".join(line.services)}


def _at(texts: Sequence[str], at: int) -> str:
    return texts[at] if at < len(texts) else ""


# ------------------------------------------------------------------------------------------------------------ reading


def read_totals(form: Form, kind: str, year: int, content: bytes, name: str) -> TotalsTold:
    """The totals of a file: the template, or the long table of a calculator. Raises FileRefused for no sheet at all."""
    book = read_workbook(content, name)
    refused = _refused(book, known_words((*form.words(), *_said(totals_pages(form, kind, year)), *_LONG, "totals")))
    if refused:
        return TotalsTold({}, refused)
    long = _long_table(book)
    if long is not None:
        totals, faults = _from_long(form, kind, *long)
    else:
        tables = {table.key: table for table in form.asked_of(kind)}
        other = [title for title in book.sheets if title != ABOUT and title not in tables]
        if other:
            return TotalsTold({}, (OTHER_SHEET if not book.sheets.keys() <= {""} else OTHER_FORM,))
        if not _is_of(book, {"Form": form.version, "Asked of": kind, "Year": str(year)}):
            return TotalsTold({}, (OTHER_FORM,))
        totals, faults = _from_grids(form, tables, book)
    if not totals and not faults:
        raise FileRefused(EMPTY)
    return TotalsTold(totals, (), tuple(faults))


def read_lines(form: Form, year: int, content: bytes, name: str) -> LinesTold:
    """The lines of a file. Raises FileRefused for no sheet at all, or one without lines."""
    book = read_workbook(content, name)
    known = known_words((*form.words(), *_said(lines_pages(form, year))))
    refused = _refused(book, known)
    titles = [title for title in book.sheets if title not in (CODES, ABOUT)]
    if not refused and len(titles) != 1:
        refused = (OTHER_SHEET,)
    if refused:
        return LinesTold((), refused)
    rows = [row for row in book.sheets[titles[0]] if any(cell.strip() for cell in row.cells)]
    if not rows:
        raise FileRefused(NO_LINES)
    where, refused = _columns(form, rows[0])
    if refused:
        return LinesTold((), refused)
    if len(rows) == 1:
        raise FileRefused(NO_LINES)
    return _read_lines(form, titles[0], rows[1:], where)


def read_dispositions(form: Form, year: int, content: bytes, name: str) -> DispositionsTold:
    """The lines of an office that prosecutes. Raises FileRefused for no sheet at all, or one without lines."""
    columns = prosecuted_columns(form)
    book = read_workbook(content, name)
    titles = [title for title in book.sheets if title not in (CODES, ABOUT)]
    rows = [row for title in titles[:1] for row in book.sheets[title] if any(cell.strip() for cell in row.cells)]
    by_word = {folded(word): one.key for one in columns for word in (one.key, one.label)}
    where = (
        {by_word[folded(cell)]: at for at, cell in enumerate(rows[0].cells) if folded(cell) in by_word} if rows else {}
    )
    money = {where[one.key] for one in columns if not one.choices and one.key in where}
    words = [word for one in columns for word in (one.key, one.label, *one.choices, *one.choices.values())]
    known = known_words((*form.words(), *words, *_said(dispositions_pages(form, year))))
    placed = (
        one
        for one in _placed(book)
        if one.is_heading or not (one.column in {letter(at) for at in money} and _MONEY.fullmatch(one.text.strip()))
    )
    refused = tuple(dict.fromkeys(one.sentence for one in refusals_of(placed, known)))
    refused += (NOTES,) if book.has_notes else ()
    if not refused and len(titles) != 1:
        refused = (OTHER_SHEET,)
    other = [at for at, cell in enumerate(rows[0].cells) if cell.strip() and at not in where.values()] if rows else []
    if not refused and other:
        refused = (OTHER_COLUMN.format(column=letter(other[0])),)
    if refused:
        return DispositionsTold((), refused)
    if len(rows) < 2:
        raise FileRefused(NO_LINES)
    if len(rows) > MOST_LINES + 1:
        raise FileRefused(f"The file holds more than {MOST_LINES} lines. Call whoever asked you.")
    told = [{key: row.cells[at] if at < len(row.cells) else "" for key, at in where.items()} for row in rows[1:]]
    return DispositionsTold(tuple(told))


def _read_lines(form: Form, title: str, rows: Sequence[Row], where: Mapping[str, int]) -> LinesTold:
    found: list[PersonRow] = []
    faults: list[Fault] = []
    for row in rows:
        cells = {key: row.cells[at] if at < len(row.cells) else "" for key, at in where.items()}
        one, wrong = row_of(form, row.number, cells)
        if one is not None:
            found.append(one)
        faults += [
            Fault(title, row.number, letter(where[fault.field]) if fault.field in where else "", fault.what, fault.mend)
            for fault in wrong
        ]
    return LinesTold(tuple(found), (), tuple(faults))


def _columns(form: Form, headings: Row) -> tuple[dict[str, int], tuple[str, ...]]:
    by_word = {folded(word): one.key for one in form.row_fields for word in (one.key, one.label)}
    where: dict[str, int] = {}
    for at, heading in enumerate(headings.cells):
        key = by_word.get(folded(heading))
        if key is None or key in where:
            if heading.strip():
                return {}, (OTHER_COLUMN.format(column=letter(at)),)
            continue
        where[key] = at
    return where, ()


def _refused(book: Workbook, known: frozenset[str]) -> tuple[str, ...]:
    """Why this file stays outside; empty where it may come in."""
    found = [one.sentence for one in refusals_of(_placed(book), known)]
    return tuple(dict.fromkeys([*found, *([NOTES] if book.has_notes else [])]))


def _placed(book: Workbook) -> Iterator[Placed]:
    for title, rows in book.sheets.items():
        if title:
            yield Placed(title, 0, "", title)
        first = next((row.number for row in rows if any(cell.strip() for cell in row.cells)), 0)
        for row in rows:
            for at, cell in enumerate(row.cells):
                if cell.strip():
                    yield Placed(title, row.number, letter(at), cell, is_heading=row.number == first)


def _said(pages: Iterable[Page]) -> Iterator[str]:
    for page in pages:
        yield page.title
        for row in page.rows:
            yield from row


def _is_of(book: Workbook, wanted: Mapping[str, str]) -> bool:
    told = {row.cells[0]: row.cells[1] for row in book.sheets.get(ABOUT, ()) if len(row.cells) > 1}
    return all(told.get(key) == value for key, value in wanted.items())


def _long_table(book: Workbook) -> tuple[str, tuple[Row, ...]] | None:
    """The sheet of a calculator: its title and the rows below the headings."""
    if len(book.sheets) != 1:
        return None
    title, rows = next(iter(book.sheets.items()))
    if not rows or tuple(cell.strip().lower() for cell in rows[0].cells) != _LONG:
        return None
    return title, rows[1:]


def _from_long(
    form: Form, kind: str, title: str, rows: Sequence[Row]
) -> tuple[dict[str, dict[Codes, int]], list[Fault]]:
    tables = {table.key: table for table in form.asked_of(kind)}
    totals: dict[str, dict[Codes, int]] = {}
    faults: list[Fault] = []
    for row in rows:
        cells = [cell.strip() for cell in (*row.cells, *[""] * len(_LONG))][: len(_LONG)]
        if not any(cells):
            continue
        table = tables.get(cells[0])
        if table is None:
            faults.append(Fault(title, row.number, "A", "Not a table of this form.", "Take the row out."))
            continue
        codes, rest = tuple(cells[1 : 1 + len(table.by)]), cells[1 + len(table.by) : 5]
        if any(rest) or not _are_codes(form, table, codes):
            faults.append(Fault(title, row.number, "B", "Not a code of this table.", "Make the table anew."))
        elif codes in totals.get(table.key, {}):
            faults.append(Fault(title, row.number, "", "This cell stands twice.", "Take one of the two out."))
        else:
            _put(totals, faults, table, codes, cells[5], Fault(title, row.number, "F", "", ""))
    return totals, faults


def _from_grids(
    form: Form, tables: Mapping[str, Table], book: Workbook
) -> tuple[dict[str, dict[Codes, int]], list[Fault]]:
    totals: dict[str, dict[Codes, int]] = {}
    faults: list[Fault] = []
    for title, table in tables.items():
        rows = book.sheets.get(title, ())
        at = next((at for at, row in enumerate(rows) if row.cells and folded(row.cells[0]) == folded(CODE)), None)
        if at is None:
            faults.append(Fault(title, 0, "", "This sheet is not as the template has it.", "Download it anew."))
            continue
        across = [() if folded(cell) == folded(COUNT) else (cell.strip(),) for cell in rows[at].cells[2:]]
        seen: set[Codes] = set()
        for row in rows[at + 1 :]:
            code = row.cells[0].strip() if row.cells else ""
            down: Codes = (code,) if table.by and code else ()
            for column, (more, cell) in enumerate(zip(across, row.cells[2:], strict=False), start=2):
                here = Fault(title, row.number, letter(column), "", "")
                if not cell.strip() or (table.by and not down):
                    continue  # the row of words below the codes
                if not table.by and folded(cell) == folded(COUNT):
                    continue
                codes = (*down, *more)
                if not _are_codes(form, table, codes):
                    faults.append(_with(here, "Not a code of this table.", "Leave the codes as they are."))
                elif codes in seen:
                    faults.append(_with(here, "This code stands twice.", "Leave the codes as they are."))
                else:
                    seen.add(codes)
                    _put(totals, faults, table, codes, cell, here)
    return totals, faults


def _put(
    totals: dict[str, dict[Codes, int]], faults: list[Fault], table: Table, codes: Codes, cell: str, here: Fault
) -> None:
    text = cell.strip()
    if text.startswith("="):
        faults.append(_with(here, "A formula.", "Copy the cell and paste its value in its place."))
        return
    found = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.0+)?", text)
    if found is None:
        faults.append(_with(here, "Not a count.", "Write a whole number."))
        return
    totals.setdefault(table.key, {})[codes] = int(found.group(1).replace(",", ""))


def _with(here: Fault, what: str, mend: str) -> Fault:
    return Fault(here.sheet, here.row, here.column, what, mend)


def _are_codes(form: Form, table: Table, codes: Codes) -> bool:
    return len(codes) == len(table.by) and all(
        code == ALL or code in form.fields[key].codes.keys for key, code in zip(table.by, codes, strict=True)
    )


def cells_of(form: Form, table: Table) -> list[Codes]:
    """Every cell of a table, in the order of its codes."""
    return [tuple(codes) for codes in product(*([one.key for one in form.fields[key].codes.codes] for key in table.by))]
