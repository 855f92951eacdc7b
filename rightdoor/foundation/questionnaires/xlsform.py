"""XLSForm workbooks (.xlsx): sheets survey, choices and settings, for the subset that our items are.

Types, names, labels, hints, conditions (`relevant`) and translations stand in XLSForm's own columns and are read from
there; scores, roles, evidence and terms in columns that begin with `rightdoor`. XLSForm's expressions are not run: of
`relevant`, the few forms that our conditions are written in are understood, and anything else is refused by its row.

A blank meets no condition with us. XPath takes a blank for different from every code, so `is_not` is written with both:
(${a} != '' and ${a} != 'n').
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rightdoor.domain.questionnaire.instrument import Condition, Instrument, Item
from rightdoor.domain.questionnaire.versions import shown
from rightdoor.foundation.files.kinds import FileRefused
from rightdoor.foundation.imports.reading import LONGEST_CELL, Row, letter, read_sheets
from rightdoor.packs.instruments import FileFault, FileUnsound

from .exchange import Faults, Tree, built, note_of, read_note, writable

SHEETS = ("survey", "choices", "settings")
NOTE = "rightdoor"
TYPES = {"integer": "integer", "decimal": "decimal", "date": "date", "text": "text", "display": "note"}
FROM = {theirs: ours for ours, theirs in TYPES.items()}
NATIVE = {"id", "type", "text", "hint", "answers", "required", "enable_when", "items"}
IN_NOTE = {"role", "number", "name", "evidence", "provenance", "note", "tags", "aliases", "minimum", "maximum"}
OPTION_NOTE = {"score", "means", "explains"}
SETTINGS = {"title": "form_title", "key": "form_id", "version": "version", "language": "default_language"}
HEAD_NOTE: tuple[str, ...] = (
    *("purpose", "administration", "source", "audience", "instruction", "notice", "repeat_months", "terms"),
    *("aliases", "retired", "notes", "scoring", "translations", "blanks"),
)
# Columns that change how a form looks on a telephone and nothing of what it asks.
IDLE = {"appearance", "guidance_hint", "parameters"}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_OTHER = re.compile(r"(label|hint)::.*\(([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)\Z")
_ASKED = r"\$\{\s*([^}\s]+)\s*\}"
_CODE = r"""['"]([^'"]*)['"]"""
_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_EQUAL = re.compile(rf"{_ASKED}\s*=\s*{_CODE}\Z")
_UNLIKE = re.compile(rf"{_ASKED}\s*!=\s*{_CODE}\Z")
_HOLDS = re.compile(rf"selected\(\s*{_ASKED}\s*,\s*{_CODE}\s*\)\Z")
_LIMIT = re.compile(rf"{_ASKED}\s*(>=|<=)\s*{_NUMBER}\Z")


# -------------------------------------------------------------------------------------------------------------- out


def workbook(instrument: Instrument) -> bytes:
    """The XLSForm of an instrument. Raises FileUnsound when it may not be passed on or XLSForm cannot say it."""
    tree = writable(instrument)
    faults = Faults(instrument.key)
    others = [one.language for one in instrument.translations]
    texts = {one.language: dict(one.texts) for one in instrument.translations}
    survey = [["type", "name", "label", "hint", "required", "relevant", NOTE]]
    survey[0] += [f"{name}::{other} ({other})" for other in others for name in ("label", "hint")]
    _rows_out(instrument.items, tree.get("items", []), instrument, survey, texts, faults)
    choices = [["list_name", "name", "label", NOTE, *(f"label::{other} ({other})" for other in others)]]
    for one in instrument.answer_sets:
        _named(one.key, f"the answers {one.key!r}", faults)
        for option, own in zip(one.options, tree["answer_sets"][one.key]["options"], strict=True):
            place = f"answer_sets/{one.key}/{option.code}"
            row = [one.key, option.code, option.label, note_of(own, {"code", "label"})]
            choices.append([*row, *(texts[other].get(place, "") for other in others)])
    tree["blanks"] = {one.key: one.blank for one in instrument.answer_sets if one.blank}
    tree["translations"] = _rest_of(texts, instrument)
    settings = {theirs: str(tree[ours]) for ours, theirs in SETTINGS.items()}
    for name in HEAD_NOTE:
        if tree.get(name):
            settings[f"{NOTE}:{name}"] = note_of({name: tree[name]}, ())
    sheets = {"survey": survey, "choices": choices, "settings": [list(settings), list(settings.values())]}
    for title, rows in sheets.items():
        for number, row in enumerate(rows, start=1):
            if any(len(cell) > LONGEST_CELL for cell in row):
                faults.add(number, title, "A cell would be too long for a sheet.", "Divide the instrument.")
    faults.stop()
    return _packed(sheets)


def _rows_out(
    items: Sequence[Item],
    trees: Sequence[Tree],
    instrument: Instrument,
    rows: list[list[str]],
    texts: Mapping[str, Mapping[str, str]],
    faults: Faults,
) -> None:
    for item, own in zip(items, trees, strict=True):
        _named(item.id, f"the item {item.id!r}", faults)
        if item.type == "group":
            kind = "begin group"
        elif item.answers:
            kind = f"select_{'one' if item.type == 'choice' else 'multiple'} {item.answers}"
        else:
            kind = TYPES[item.type]
        row = [
            kind,
            item.id,
            item.text,
            item.hint,
            "yes" if item.required else "",
            relevant(item),
            note_of(own, NATIVE),
        ]
        for held in texts.values():
            row += [held.get(f"items/{item.id}/{name}", "") for name in ("text", "hint")]
        rows.append(row)
        if item.type == "group":
            _rows_out(item.items, own["items"], instrument, rows, texts, faults)
            rows.append(["end group", "", "", "", "", "", ""])


def _named(key: str, what: str, faults: Faults) -> None:
    if not _NAME.match(key):
        told = f"XLSForm cannot name {what}."
        faults.add(0, key, told, "Begin it with a letter, and use letters, digits, dots, hyphens, underscores.")


def _rest_of(texts: Mapping[str, Mapping[str, str]], instrument: Instrument) -> Tree:
    """Translations that have no column of their own: place by place."""
    native = {f"items/{key}/{name}" for key in instrument.by_id for name in ("text", "hint")}
    native |= {f"answer_sets/{one.key}/{code}" for one in instrument.answer_sets for code in one.by_code}
    found = {
        language: {place: text for place, text in held.items() if place not in native}
        for language, held in texts.items()
    }
    return {language: held for language, held in found.items() if held}


def relevant(item: Item) -> str:
    """An item's condition as XLSForm writes it."""
    if item.enable_when is None:
        return ""
    return (" and " if item.enable_when.every else " or ").join(_written(one) for one in item.enable_when.conditions)


def _written(one: Condition) -> str:
    asked = f"${{{one.item}}}"
    if one.op == "is":
        return f"{asked} = '{one.codes[0]}'"
    if one.op == "is_not":
        return f"({asked} != '' and {asked} != '{one.codes[0]}')"
    if one.op == "any_of":
        return "(" + " or ".join(f"{asked} = '{code}'" for code in one.codes) + ")"
    if one.op == "includes":
        return f"selected({asked}, '{one.codes[0]}')"
    if one.number is not None:
        return f"{asked} {'>=' if one.op == 'at_least' else '<='} {shown(one.number)}"
    return f"{asked} {'!=' if one.flag else '='} ''"


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_KIND = f"{_OFFICE}/officeDocument/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _packed(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of texts; no cell is a formula. The same sheets give the same bytes."""
    main = f'xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{_KIND}"'
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_KIND}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
        for n, _ in numbered
    )
    related = f'xmlns="{_OFFICE}/package/2006/relationships"'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f"<Relationships {related}>"
        f'<Relationship Id="rId1" Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"<workbook {main}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships {related}>{links}</Relationships>",
    }
    for number, (_, rows) in zip((n for n, _ in numbered), sheets.items(), strict=True):
        lines = "".join(
            f'<row r="{at}">' + "".join(_cell(letter(column), at, text) for column, text in enumerate(row)) + "</row>"
            for at, row in enumerate(rows, start=1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _cell(column: str, row: int, text: str) -> str:
    if not text:
        return ""
    return f'<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


# --------------------------------------------------------------------------------------------------------------- in


@dataclass
class _Reading:
    """One workbook being read."""

    faults: Faults
    rows: dict[tuple[str | int, ...], int] = field(default_factory=dict)  # the row of each place of our tree
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # by language and place
    language: str = "en"

    def fault(self, sheet: str, row: int, column: str, sentence: str, remedy: str) -> None:
        self.faults.add(row, f"{sheet}: {column}", sentence, remedy)

    def line(self, place: tuple[str | int, ...]) -> int:
        while place and place not in self.rows:
            place = place[:-1]
        return self.rows.get(place, 0)


def read_workbook(content: bytes, name: str, told: Mapping[str, Any] | None = None) -> Instrument:
    """The instrument in an XLSForm. `told` supplies what the form does not say, such as terms. Raises FileUnsound.

    A fault's line is the row of its sheet, and its key begins with the sheet.
    """
    try:
        sheets = read_sheets(content, name, SHEETS)
    except FileRefused as refused:
        raise FileUnsound([FileFault(name, 0, "", str(refused), "Try again with that.")]) from None
    reading = _Reading(Faults(name))
    for title in SHEETS:
        if title not in sheets:
            reading.fault(
                title, 0, "", "The sheet is missing.", "Add it: survey, choices and settings, as XLSForm says."
            )
    reading.faults.stop()
    found = _settings_in(sheets["settings"], reading)
    blanks, rest = found.pop("blanks", {}), found.pop("translations", {})
    found["answer_sets"] = _choices_in(sheets["choices"], reading)
    for key, blank in blanks.items() if isinstance(blanks, dict) else ():
        if key in found["answer_sets"]:
            found["answer_sets"][key]["blank"] = blank
    found["items"] = _survey_in(sheets["survey"], reading)
    for language, held in rest.items() if isinstance(rest, dict) else ():
        reading.texts.setdefault(language, {}).update(held if isinstance(held, dict) else {})
    if reading.texts:
        found["translations"] = {language: _nested(held, found) for language, held in reading.texts.items()}
    return built(found, told or {}, reading.faults, reading.line)


def _table(rows: Sequence[Row], sheet: str, known: set[str], reading: _Reading) -> list[tuple[int, dict[str, str]]]:
    """Rows under their headings. A column that is not known is a fault: it may say what is asked."""
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not filled:
        return []
    heads = [cell.strip() for cell in filled[0].cells]
    for at, head in enumerate(heads):
        if head and head not in known | IDLE and not head.startswith(NOTE) and not _OTHER.match(head):
            said = f"The column {head[:60]!r} is not understood here."
            reading.fault(sheet, filled[0].number, head[:60], said, "Take it out, if nothing hangs on it.")
        if head and head in heads[:at]:
            reading.fault(sheet, filled[0].number, head, "The column stands here twice.", "Keep one.")
    return [
        (
            row.number,
            {head: cell.strip() for head, cell in zip(heads, row.cells, strict=False) if head and cell.strip()},
        )
        for row in filled[1:]
    ]


def _settings_in(rows: Sequence[Row], reading: _Reading) -> Tree:
    table = _table(rows, "settings", {*SETTINGS.values(), "style", "public_key"}, reading)
    number, row = table[0] if table else (1, {})
    found: Tree = {ours: row[theirs] for ours, theirs in SETTINGS.items() if theirs in row}
    coded = re.search(r"\(([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)\Z", found.get("language", ""))
    if coded:
        found["language"] = coded.group(1)
    reading.language = found.get("language", "en")
    for column, text in row.items():
        if column.startswith(f"{NOTE}:"):
            allowed = {column.partition(":")[2]} & set(HEAD_NOTE)
            found |= read_note(text, allowed, partial(reading.fault, "settings", number, column))
    return found


def _choices_in(rows: Sequence[Row], reading: _Reading) -> Tree:
    found: Tree = {}
    for number, row in _table(rows, "choices", {"list_name", "list name", "name", "label"}, reading):
        key = row.get("list_name", row.get("list name", ""))
        options = found.setdefault(key, {"options": []})["options"]
        place = ("answer_sets", key, "options", len(options))
        reading.rows[place] = number
        reading.rows.setdefault(place[:2], number)
        note = read_note(row.get(NOTE, ""), OPTION_NOTE, partial(reading.fault, "choices", number, NOTE))
        _others(row, f"answer_sets/{key}/{row.get('name', '')}", {"label": ""}, reading)
        options.append({"code": row.get("name", ""), "label": _own(row, "label", reading), **note})
    return found


def _own(row: Mapping[str, str], name: str, reading: _Reading) -> str:
    """A text in the form's own language."""
    for column, text in row.items():
        other = _OTHER.match(column)
        if other and other.group(1) == name and other.group(2) == reading.language:
            return text
    return row.get(name, "")


def _others(row: Mapping[str, str], place: str, names: Mapping[str, str], reading: _Reading) -> None:
    """Texts in other languages, remembered by their place."""
    for column, text in row.items():
        other = _OTHER.match(column)
        if other and other.group(1) in names and other.group(2) != reading.language:
            reading.texts.setdefault(other.group(2), {})[place + names[other.group(1)]] = text


def _survey_in(rows: Sequence[Row], reading: _Reading) -> list[Tree]:
    top: list[Tree] = []
    stack: list[tuple[list[Tree], tuple[str | int, ...]]] = [(top, ("items",))]
    several: set[str] = set()
    known = {"type", "name", "label", "hint", "required", "relevant"}
    for number, row in _table(rows, "survey", known, reading):
        kind = re.sub(r"[\s_]+group\Z", " group", row.get("type", ""))
        if kind == "end group":
            if len(stack) > 1:
                stack.pop()
            else:
                reading.fault("survey", number, "type", "A group ends here that did not begin.", "Take the row out.")
            continue
        into, place = stack[-1]
        here = (*place, len(into))
        reading.rows[here] = number
        item = _row_in(kind, number, row, reading)
        if item["type"] == "choices":
            several.add(item["id"])
        into.append(item)
        if kind == "begin group":
            item["items"] = []
            stack.append((item["items"], (*here, "items")))
    if len(stack) > 1:
        reading.fault("survey", reading.line(stack[-1][1]), "type", "This group does not end.", "Add a row: end group.")
    return top


def _row_in(kind: str, number: int, row: Mapping[str, str], reading: _Reading) -> Tree:
    fault = partial(reading.fault, "survey", number)
    item: Tree = {"id": row.get("name", "")}
    first, _, answers = kind.partition(" ")
    if kind == "begin group":
        item["type"] = "group"
    elif first in {"select_one", "select_multiple"} and re.fullmatch(r"\S+", answers):
        item |= {"type": "choice" if first == "select_one" else "choices", "answers": answers}
    elif kind in FROM:
        item["type"] = FROM[kind]
    else:
        item["type"] = "text"
        told = (
            "Use begin group, end group, select_one LIST, select_multiple LIST, integer, decimal, date, text or note."
        )
        fault("type", f"The type {kind[:60]!r} is not taken.", told)
    if text := _own(row, "label", reading):
        item["text"] = text
    if hint := _own(row, "hint", reading):
        item["hint"] = hint
    _others(row, f"items/{item['id']}", {"label": "/text", "hint": "/hint"}, reading)
    required = row.get("required", "").lower()
    if required not in {"", "no", "false", "false()"} and item["type"] not in {"group", "display"}:
        item["required"] = "yes"
        if required not in {"yes", "true", "true()"}:
            fault("required", "Whether it is required hangs on an expression.", "Write yes or no.")
    if "relevant" in row:
        when = conditions_of(row["relevant"])
        if when is None:
            told = (
                "Join with and, or with or: ${a} = 'y', (${a} != '' and ${a} != 'n'), selected(${a}, 'y'), ${n} >= 2."
            )
            fault("relevant", "This condition is not understood here.", told)
        else:
            item["enable_when"] = when
    return {**item, **read_note(row.get(NOTE, ""), IN_NOTE, partial(fault, NOTE))}


def conditions_of(text: str) -> Tree | None:
    """The condition that a `relevant` says, or None: it is not one of the few forms that are understood."""
    if len(text) > 4_000:
        return None
    for joined, mode in ((" and ", "all"), (" or ", "any")):
        found = [_condition_of(part.strip()) for part in _parted(text, joined)]
        if None not in found:
            return {mode: found}
    return None


def _parted(text: str, joined: str) -> list[str]:
    """The text divided where a word stands outside of parentheses and quotes."""
    parts, depth, quote, begun, at = [], 0, "", 0, 0
    while at < len(text):
        sign = text[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif depth == 0 and text.startswith(joined, at):
            parts.append(text[begun:at])
            begun = at + len(joined)
            at = begun - 1
        at += 1
    return [*parts, text[begun:]]


def _condition_of(text: str) -> Tree | None:
    if text.startswith("(") and text.endswith(")"):
        return _bracketed(text[1:-1])
    if found := _EQUAL.match(text):
        item, code = found.groups()
        return {"item": item, "is": code} if code else {"item": item, "answered": "no"}
    if (found := _UNLIKE.match(text)) and not found.group(2):
        return {"item": found.group(1), "answered": "yes"}
    if found := _HOLDS.match(text):
        return {"item": found.group(1), "includes": found.group(2)}
    if found := _LIMIT.match(text):
        return {"item": found.group(1), "at_least" if found.group(2) == ">=" else "at_most": found.group(3)}
    return None


def _bracketed(text: str) -> Tree | None:
    """Either of two: not blank and not a code; or one of several codes."""
    both = [_UNLIKE.match(part.strip()) for part in _parted(text, " and ")]
    if len(both) == 2 and both[0] and both[1] and both[0].group(1) == both[1].group(1):
        codes = [one.group(2) for one in both if one]
        if codes[0] == "" and codes[1]:
            return {"item": both[0].group(1), "is_not": codes[1]}
    either = [_EQUAL.match(part.strip()) for part in _parted(text, " or ")]
    items = {one.group(1) if one else "" for one in either}
    if len(items) == 1 and "" not in items:
        codes = [one.group(2) for one in either if one]
        return {"item": items.pop(), "any_of": codes} if all(codes) else None
    return None


def _nested(texts: Mapping[str, str], tree: Tree) -> Tree:
    """Places back into keys within keys, by the ids and keys that the form holds."""
    found: Tree = {}
    for place, text in texts.items():
        head, _, rest = place.partition("/")
        if not rest:
            found[head] = text
        elif head in {"items", "answer_sets"}:
            key, _, name = rest.rpartition("/") if head == "items" else rest.partition("/")
            found.setdefault(head, {}).setdefault(key, {})[name] = text
        else:
            found.setdefault(head, {})[rest] = text
    return found
