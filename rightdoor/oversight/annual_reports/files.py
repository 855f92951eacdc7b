"""Every file that a reader of a report holds, made from its one plain document: the same document, the same bytes.

    build(document) -> {"annual-report-2025.pdf": …, ".xlsx", ".csv", ".en.html", ".es.html", ".vi.html"}

No clock, no database, no name of a machine. The page is made here too, once for each language, so that what
`rendering_audit` has read is what a reader is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rightdoor.foundation.printing.pdf import render_pdf
from rightdoor.foundation.printing.sheets import Page, harmless, to_csv, to_workbook
from rightdoor.oversight.annual_reports.document import (
    HIDDEN,
    LANGUAGES,
    NOT_COLLECTED,
    checked,
    drawing_of,
    narrative_of,
    number,
    said_of,
    strings_of,
)

AUTHOR = "Rightdoor"
TOTALS = ("total", "all", "state")
PAPER_INKS = ("#24566b", "#8aa0ab", "#b7791f", "#565c65")  # as the charts of the pages, for paper
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def name_of(year: int, ending: str) -> str:
    """The name of a file: `annual-report-2025.pdf`, `annual-report-2025.es.html`."""
    return f"annual-report-{year}.{ending}"


def build(document: Mapping[str, Any]) -> dict[str, bytes]:
    """File name -> bytes. Raises DocumentUnsound, or DocumentRefused where the engine refuses the paper."""
    checked(document)
    year = int(document["year"])
    files = {
        name_of(year, "pdf"): pdf_of(document),
        name_of(year, "xlsx"): workbook_of(document),
        name_of(year, "csv"): csv_of(document).encode(),
    }
    return files | {
        name_of(year, f"{language}.html"): page_of(document, language).encode() for language in languages_of(document)
    }


def languages_of(document: Mapping[str, Any]) -> Sequence[str]:
    """The languages of the public page."""
    return tuple(document.get("languages") or LANGUAGES)


def words_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Everything that the files say of themselves, in the language of the moment."""
    return {
        "legend": _("* hidden to protect privacy · 0 none · - not collected"),
        "cover": _("Annual statistical report on human trafficking and the response to it"),
        "contents": _("Contents"),
        "reading": _("In plain words"),
        "figures": _("Worked out from the tables"),
        "figure": _("Figure"),
        "value": _("Value"),
        "counted": _("What is counted."),
        "tables": _("The tables"),
        "group": _("Group"),
        "sources": _("Who counted"),
        "about_sources": _("Every agency that was asked, and whether it answered. A figure is of those who answered."),
        "agency": _("Agency"),
        "kind": _("Kind"),
        "answer": _("Answer"),
        "definitions": _("Definitions"),
        "method": _("How it was counted"),
        "certificate": _("How it was checked"),
        "about_certificate": _(
            "Before it was published, a second program tried to work out every hidden count from everything that is "
            "printed here and was printed in earlier years. These are its findings."
        ),
        "what": _("What"),
        "found": _("Finding"),
        "made_from": _("Made from data with this fingerprint (SHA-256):"),
        "chart": _("The same figures stand in the table below."),
        "sign": _("Sign"),
        "meaning": _("Meaning"),
        "hidden": _("hidden to protect privacy"),
        "not_collected": _("not collected"),
        "none": _("none"),
        "not_translated": _("Some words on this page are in English."),
    }


def how_to_read(document: Mapping[str, Any]) -> list[str]:
    """What a reader has to know before the first table. In the language of the moment."""
    threshold = int(document["threshold"])
    return [
        _(
            "Counts of fewer than %(threshold)s people are hidden, and so are others from which those could be worked "
            "out. One sign stands for both: *. A hidden count is not zero."
        )
        % {"threshold": threshold},
        _("“0” means that there was none, “-” that it was not collected."),
        *(_(one) for one in dict(document.get("basis", {})).values() if one),
    ]


def counted_of(table: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Unit and basis of a table in words."""
    unit, basis = str(table.get("unit", "")), str(table.get("basis", ""))
    told = dict(document.get("basis", {})).get(basis, "")
    return " ".join(part for part in (f"{_(unit).capitalize()}." if unit else "", _(told) if told else "") if part)


def entries(listed: Any) -> list[dict[str, str]]:
    """Definitions and method as head and text, whichever way the document tells them."""
    found = []
    for one in listed or ():
        if isinstance(one, str):
            found.append({"head": "", "text": one})
        elif isinstance(one, Mapping):
            text = str(one.get("text") or one.get("definition") or one.get("about") or "")
            head = str(one.get("head") or one.get("word") or one.get("term") or one.get("title") or "")
            found.append({"head": head, "text": text})
        else:
            head, text = one
            found.append({"head": str(head), "text": str(text)})
    return found


def findings(certificate: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The certificate as pairs of words: what was asked, what was found."""
    labels = {
        "passed": _("Nothing hidden can be worked out"),
        "for_release": _("Under a rule as strict as anything public must be"),
        "threshold": _("Counts below this are hidden"),
        "least_providers": _("Fewest agencies behind a printed count"),
        "status": _("How the hidden counts were chosen"),
        "protected": _("Counts that are hidden for their own sake"),
        "hidden": _("Counts hidden in all"),
        "shown": _("Counts printed"),
        "pattern": _("Fingerprint of what is hidden"),
        "solver": _("Solver"),
        "dominant": _("Largest share that one agency may have"),
        "range": _("Doubt that is left about a small count"),
        "insiders": _("Protected from agencies that know their own part"),
        "earlier_counts": _("Counts of earlier years taken into account"),
        "AU1": _("Bounds of hidden counts, over all tables and years"),
        "AU2": _("The same in whole people"),
        "AU3": _("Against somebody who knows the rule"),
        "AU4": _("Against an agency or a person who knows a part"),
        "AU5": _("Shares and changes"),
        "AU7": _("Every file read back"),
    }
    found: list[tuple[str, str]] = []
    for key, value in (certificate or {}).items():
        if key == "questions" and isinstance(value, Mapping):
            found += [(labels.get(name, name), _answer(one)) for name, one in value.items()]
        elif isinstance(value, (str, int, float)) and value != "":
            said = (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)
            found.append((labels.get(key, key.replace("_", " ").capitalize()), said))
    return found


def _answer(one: Any) -> str:
    if isinstance(one, Mapping):
        return _("%(asked)s asked, %(faults)s faults") % {"asked": one.get("asked", 0), "faults": one.get("faults", 0)}
    return str(one)


def notes_of(table: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Notes, and where the series breaks."""
    breaks = [
        one if isinstance(one, str) else _("After %(year)s: %(note)s") % {"year": one["after"], "note": _(one["note"])}
        for one in table.get("breaks", ())
    ]
    return [_(str(one)) for one in table.get("notes", ()) if one], breaks


# ---------------------------------------------------------------------------------------------------------------- paper


def pdf_of(document: Mapping[str, Any]) -> bytes:
    """The tagged PDF, in English."""
    with translation.override("en"):
        return render_pdf("annual_reports/report.typ", _paper(document))


def _paper(document: Mapping[str, Any]) -> dict[str, Any]:
    words = words_of(document)
    tables = []
    for at, table in enumerate(document["tables"]):
        drawing = drawing_of(table)
        series = list(dict.fromkeys(one[1] for one in drawing.bars)) if drawing else []
        notes, breaks = notes_of(table)
        tables.append(
            {
                "code": table["code"],
                "title": table["title"],
                "about": table.get("about", ""),
                "counted": counted_of(table, document),
                "of": table.get("of") or words["group"],
                "columns": [one["label"] for one in table["columns"]],
                "rows": [
                    {
                        "label": row["label"],
                        "level": int(row.get("level", 0)),
                        "cells": list(row["cells"]),
                        "strong": row["key"] in TOTALS,
                    }
                    for row in table["rows"]
                ],
                "notes": notes,
                "breaks": breaks,
                "first": at == 0,
                "chart": {
                    "alt": f"{table['title']}. {words['chart']}",
                    "bars": [
                        {
                            "label": ", ".join(part for part in (label, of) if part),
                            "words": said,
                            "share": share,
                            "ink": PAPER_INKS[series.index(of) % len(PAPER_INKS)],
                        }
                        for label, of, said, share in drawing.bars
                    ],
                }
                if drawing
                else None,
            }
        )
    figures = [{"label": one.get("label") or one["name"], "text": one["text"]} for one in document.get("figures", ())]
    return {
        "title": document["title"],
        "state": document["state"],
        "made": "",
        "author": AUTHOR,
        "words": words | {"how_to_read": how_to_read(document)},
        "headline": [
            {"label": one.get("label") or one["name"], "text": one["text"]}
            for one in document.get("headline", ())
            if one["text"] != HIDDEN
        ],
        "narrative": [{"head": head, "lines": lines} for head, lines in narrative_of(document)],
        "figures": figures,
        "tables": tables,
        "sources": [{key: str(one.get(key, "")) for key in ("agency", "kind", "answer")} for one in _sources(document)],
        "definitions": entries(document.get("definitions")),
        "method": entries(document.get("method")),
        "certificate": [list(one) for one in findings(document.get("certificate"))],
        "inputs_hash": document.get("inputs_hash", ""),
    }


def _sources(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return document.get("sources") or ()


# --------------------------------------------------------------------------------------------------------------- sheets


def workbook_of(document: Mapping[str, Any]) -> bytes:
    """A workbook: what to know first, one sheet for each table with codes and labels, agencies, definitions."""
    with translation.override("en"):
        words = words_of(document)
        pages = [Page("Read me", _texts(_read_me(document, words)), widths=(44, 90))]
        for table in document["tables"]:
            rows: list[Sequence[str | int]] = [
                (table["code"], harmless(table["title"])),
                ("", harmless(table.get("about", ""))),
                ("", harmless(counted_of(table, document))),
                (),
                ("code", "label", *(harmless(one["key"]) for one in table["columns"])),
                ("", table.get("of") or words["group"], *(harmless(one["label"]) for one in table["columns"])),
            ]
            for row in table["rows"]:
                label = "    " * int(row.get("level", 0)) + row["label"]
                rows.append((harmless(row["key"]), harmless(label), *(_counted(cell) for cell in row["cells"])))
            notes, breaks = notes_of(table)
            rows += [(), *(("", harmless(line)) for line in (*breaks, *notes))]
            pages.append(Page(table["code"], rows, widths=(18, 44, *(16 for _one in table["columns"]))))
        if sources := _sources(document):
            heads = (words["agency"], words["kind"], words["answer"])
            told = [tuple(str(one.get(key, "")) for key in ("agency", "kind", "answer")) for one in sources]
            pages.append(Page(words["sources"], _texts([heads, *told]), widths=(50, 30, 30)))
        listed = [*entries(document.get("definitions")), *entries(document.get("method"))]
        if listed:
            pages.append(
                Page(words["definitions"], _texts([(one["head"], one["text"]) for one in listed]), widths=(40, 110))
            )
        return to_workbook(pages)


def _read_me(document: Mapping[str, Any], words: Mapping[str, str]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [
        (document["title"], document["state"]),
        (),
        (words["sign"], words["meaning"]),
        (HIDDEN, words["hidden"]),
        ("0", words["none"]),
        (NOT_COLLECTED, words["not_collected"]),
        (),
        *(("", line) for line in how_to_read(document)),
    ]
    for head, lines in narrative_of(document):
        rows += [(), (head, lines[0] if lines else ""), *(("", line) for line in lines[1:])]
    if figures := document.get("figures"):
        rows += [(), (words["figure"], words["value"])]
        rows += [(one.get("label") or one["name"], one["text"]) for one in figures]
    rows += [(), (words["certificate"], words["about_certificate"]), *findings(document.get("certificate"))]
    return [*rows, (words["made_from"], document.get("inputs_hash", ""))]


def _texts(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return [tuple(one if one in (HIDDEN, NOT_COLLECTED) else harmless(one) for one in row) for row in rows]


def _counted(cell: str) -> str | int:
    """A count is a number in a sheet, so that it can be reckoned with; a sign stays the sign."""
    count = number(cell)
    return count if count is not None else cell if cell in (HIDDEN, NOT_COLLECTED) else harmless(cell)


CSV_HEADS = (
    *("year", "table", "title", "unit", "basis", "row", "row_label", "column", "column_label", "value", "value_means"),
)


def csv_of(document: Mapping[str, Any]) -> str:
    """Every cell of every table on a line of its own, in the order of print."""
    with translation.override("en"):
        rows: list[Sequence[str]] = [CSV_HEADS]
        for table in document["tables"]:
            before = (str(document["year"]), table["code"], table["title"], table.get("unit", ""))
            for row in table["rows"]:
                for column, cell in zip(table["columns"], row["cells"], strict=True):
                    named = (row["key"], row["label"], column["key"], column["label"])
                    means = said_of(cell) or ("count" if number(cell) is not None else "figure")
                    count = number(cell)
                    value = str(count) if count is not None else cell
                    rows.append((*before, table.get("basis", ""), *named, value, means))
        return to_csv(_texts(rows))


# ----------------------------------------------------------------------------------------------------------------- page


def page_of(document: Mapping[str, Any], language: str) -> str:
    """What stands between head and foot of the public page, in a language. The frame around it is the site's."""
    with translation.override(language):
        said = {one: _(one) for one in set(strings_of(document)) if one.strip()}

        def told(text: str) -> SafeString:
            """In this language; what there is in English alone says so to a screen reader."""
            words = said.get(text, text)
            if language == "en" or words != text or not any(one.isalpha() for one in text):
                return escape(words)
            return format_html('<span lang="en">{}</span>', text)

        words = words_of(document)
        context = {
            "words": words,
            "read": how_to_read(document),
            "is_partly_english": language != "en",
            "narrative": [
                {"head": told(head), "lines": [told(line) for line in lines]} for head, lines in narrative_of(document)
            ],
            "headline": [
                {"label": told(one.get("label") or one["name"]), "text": one["text"]}
                for one in document.get("headline", ())
                if one["text"] != HIDDEN
            ],
            "figures": [
                {"label": told(one.get("label") or one["name"]), "text": one["text"]}
                for one in document.get("figures", ())
            ],
            "tables": [_shown(table, document, told, said) for table in document["tables"]],
            "sources": [
                {"agency": one.get("agency", ""), "kind": told(one.get("kind", "")), "answer": told(one["answer"])}
                for one in _sources(document)
            ],
            "definitions": [
                {"head": told(one["head"]), "text": told(one["text"])} for one in entries(document.get("definitions"))
            ],
            "method": [
                {"head": told(one["head"]), "text": told(one["text"])} for one in entries(document.get("method"))
            ],
            "certificate": findings(document.get("certificate")),
            "inputs_hash": document.get("inputs_hash", ""),
        }
        return render_to_string("annual_reports/public/report.html", context)


def _shown(table: Mapping[str, Any], document: Mapping[str, Any], told: Any, said: Mapping[str, str]) -> dict[str, Any]:
    drawing = drawing_of(table, said)
    return {
        "code": table["code"],
        "title": told(table["title"]),
        "caption": f"{table['code']}: {said.get(table['title'], table['title'])}",
        "about": told(table.get("about", "")),
        "counted": counted_of(table, document),
        "of": told(table["of"]) if table.get("of") else _("Group"),
        "columns": [told(one["label"]) for one in table["columns"]],
        "rows": [
            {
                "label": told(row["label"]),
                "level": min(int(row.get("level", 0)), 3),
                "cells": [_sign(cell) for cell in row["cells"]],
                "is_total": row["key"] in TOTALS,
            }
            for row in table["rows"]
        ],
        "notes": [told(str(one)) for one in table.get("notes", ()) if one],
        "breaks": [_broken(one, told) for one in table.get("breaks", ())],
        "svg": drawing.chart.svg if drawing else mark_safe(""),  # noqa: S308 - nothing at all
    }


def _broken(one: Any, told: Any) -> SafeString:
    """Where a series breaks, in this language; its note may be there in English alone."""
    if isinstance(one, str):
        return SafeString(told(one))
    said = escape(_("After %(year)s: %(note)s")) % {"year": escape(one["after"]), "note": told(one["note"])}
    return SafeString(said)


def _sign(cell: str) -> SafeString:
    """A cell: a sign is heard in words."""
    if heard := said_of(cell):
        return format_html('<span aria-hidden="true">{}</span><span class="usa-sr-only">{}</span>', cell, heard)
    return escape(cell)
