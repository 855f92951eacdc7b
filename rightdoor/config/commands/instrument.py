"""Check an instrument, score answers to one, or bring it from one format to another.

`check` names every fault of FILE with its line, key and remedy. `score` reads answers to the instrument in FILE from
ANSWERS.json and prints what they come to as JSON. One of the two may be "-": standard input. `export` and `import`
know FHIR R4B, XLSForm and a table of items. No database is needed. The formats are described in
docs/reference/instruments.md.

Exit status: 0 sound or scored, 1 the instrument has faults, 2 a file or the answers cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from rightdoor.config.cli import Refused
from rightdoor.domain.questionnaire.instrument import Band, Instrument
from rightdoor.domain.questionnaire.ladder import TopicStage
from rightdoor.domain.questionnaire.schema import missing_texts
from rightdoor.domain.questionnaire.scoring import FactorMean, Figure, Score, Tally, score
from rightdoor.domain.questionnaire.versions import as_tree, content_hash
from rightdoor.packs.instruments import (
    FileFault,
    FileUnsound,
    as_texts,
    instrument_from,
    read_shipped,
    response_from,
    shipping_faults,
)
from rightdoor.packs.located import Unreadable, decoded, read_located, text_of

PACKS = Path(__file__).resolve().parents[3] / "jurisdictions"
MOST_SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Check or score, which file, which answers."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="check|score|list|export|import")
    check = acts.add_parser("check", help="name every fault of the instrument in FILE")
    check.add_argument("file", metavar="FILE", help="YAML or JSON; - for standard input")
    check.add_argument("--json", action="store_true", help="for other programs: one object")
    check.add_argument("--to-ship", action="store_true", help="also: may it be shipped with the product?")
    scored = acts.add_parser("score", help="what the answers in ANSWERS.json come to, as JSON")
    scored.add_argument("file", metavar="FILE", help="the instrument, or the key of a shipped one")
    scored.add_argument("answers", metavar="ANSWERS.json", help='{"answers": {"id": "code"}}; - for standard input')
    acts.add_parser("list", help="the instruments that ship, with version, terms and number of items")
    out = acts.add_parser("export", help="write an instrument in another format")
    out.add_argument("file", metavar="FILE", help="the instrument, or the key of a shipped one")
    taken = acts.add_parser("import", help="make an instrument of a file in another format, whole or not at all")
    taken.add_argument("file", metavar="FILE", help="a FHIR Questionnaire, an XLSForm workbook, a table of items")
    taken.add_argument("--told", default="", metavar="HEAD.yaml", help="what FILE does not say, such as terms")
    taken.add_argument(
        "--of", default="", metavar="INSTRUMENT", help="for a table: the instrument whose items these are"
    )
    taken.add_argument("--version", default="", help="for a table: the new version")
    for one in (out, taken):
        one.add_argument("--as", dest="format", required=True, choices=("fhir", "xlsform", "csv", "native"))
        one.add_argument("out", metavar="OUT", help="a file that does not exist yet")


def run(args: argparse.Namespace) -> int:
    """Print the faults, or the score."""
    if args.act == "list":
        return _list()
    if args.act == "check":
        return _check(args)
    if args.act in {"export", "import"}:
        return _exchange(args)
    if args.file == args.answers == "-":
        raise Refused("only one of FILE and ANSWERS.json can be standard input", status=2)
    try:
        instrument = instrument_of(args.file)
    except FileUnsound as unsound:
        return _refused(unsound, status=1)
    try:
        response = response_from(_text(args.answers), _name(args.answers), instrument)
    except FileUnsound as unsound:
        return _refused(unsound, status=2)
    print(json.dumps(score_data(instrument, score(instrument, response)), indent=2, ensure_ascii=False))
    return 0


def instrument_of(place: str) -> Instrument:
    """The instrument in a file, or a shipped one by its key. Raises FileUnsound and Refused."""
    if place != "-" and "/" not in place and "." not in place and not Path(place).exists():
        if place in (found := shipped()):
            return found[place]
        raise Refused(f"there is no file and no shipped instrument {place[:80]!r}", status=2)
    return instrument_from(_text(place), _name(place))


def shipped() -> dict[str, Instrument]:
    """Every instrument that ships, in whatever pack. Raises FileUnsound."""
    found: dict[str, Instrument] = {}
    for pack in sorted(path for path in PACKS.iterdir() if path.is_dir()):
        found |= read_shipped(pack)
    return dict(sorted(found.items()))


def _list() -> int:
    try:
        for key, one in shipped().items():
            print(f"{key:<36}{one.version:<10}{one.terms.redistribution:<13}{len(one.questions):>4}  {one.title}")
    except FileUnsound as unsound:
        return _refused(unsound, status=1)
    return 0


def _exchange(args: argparse.Namespace) -> int:
    """Write an instrument in another format, or one of another format in ours."""
    from rightdoor.foundation.questionnaires import fhir, table, xlsform

    try:
        if args.act == "export":
            instrument = instrument_of(args.file)
            write = {"fhir": _fhir, "xlsform": xlsform.workbook, "csv": table.items_table, "native": _native}
            content = write[args.format](instrument)
        else:
            name, told = _name(args.file), _told(args.told)
            if args.format == "csv":
                if not (args.of and args.version):
                    raise Refused("a table of items needs --of INSTRUMENT and --version", status=2)
                whole = table.with_items(instrument_of(args.of), _bytes(args.file), name, version=args.version)
            elif args.format == "xlsform":
                whole = xlsform.read_workbook(_bytes(args.file), name, told)
            elif args.format == "fhir":
                whole = fhir.read_questionnaire(_text(args.file), name, told)
            else:
                whole = instrument_of(args.file)
            content = _native(whole)
    except FileUnsound as unsound:
        return _refused(unsound, status=1)
    try:
        with Path(args.out).open("xb") as file:
            file.write(content)
    except (OSError, ValueError) as problem:
        told_by = getattr(problem, "strerror", None) or "it has no such name"
        raise Refused(f"{_name(args.out)} cannot be written ({told_by})", status=2) from None
    print(f"Written: {_name(args.out)}")
    return 0


def _fhir(instrument: Instrument) -> bytes:
    from rightdoor.foundation.questionnaires.fhir import as_text, questionnaire

    return as_text(questionnaire(instrument)).encode()


def _native(instrument: Instrument) -> bytes:
    return (json.dumps(as_tree(instrument), indent=2, ensure_ascii=False) + "\n").encode()


def _told(place: str) -> dict[str, Any]:
    """What a person says about a file that does not say it itself."""
    if not place:
        return {}
    try:
        tree = as_texts(read_located(_text(place), is_json=place.lower().endswith(".json")).tree)
    except Unreadable as problem:
        raise Refused(f"{_name(place)}, line {problem.line}: {problem.sentence} {problem.remedy}", status=2) from None
    if not isinstance(tree, dict):
        raise Refused(f"{_name(place)} holds no keys with values, such as terms:", status=2)
    return tree


def _bytes(place: str) -> bytes:
    try:
        with Path(place).open("rb") as file:
            return file.read(6 * 1024 * 1024)
    except (OSError, ValueError) as problem:
        told = getattr(problem, "strerror", None) or "it has no such name"
        raise Refused(f"{_name(place)} cannot be read ({told})", status=2) from None


def _check(args: argparse.Namespace) -> int:
    text, name = _text(args.file), _name(args.file)
    found: list[FileFault] = []
    instrument: Instrument | None = None
    try:
        instrument = instrument_from(text, name)
    except FileUnsound as unsound:
        found += unsound.faults
    if instrument and args.to_ship:
        found += shipping_faults(instrument, name)
    if args.json:
        print(json.dumps(check_data(instrument, found), indent=2, ensure_ascii=False))
    elif found or instrument is None:
        for fault in found[:MOST_SHOWN]:
            print(fault)
        print(f"{len(found)} fault{'s' if len(found) != 1 else ''} found. The instrument is refused.")
    else:
        told = check_data(instrument, [])["instrument"]
        print(f"The instrument is sound: {told['key']} {told['version']}, {told['questions']} questions.")
        print(told["hash"])
        for language, lacking in told["languages"].items():
            if lacking:
                print(f"{language}: {lacking} texts stand in the instrument's own language.")
    return 1 if found else 0


def check_data(instrument: Instrument | None, found: list[FileFault]) -> dict[str, Any]:
    """What a check found, as plain data."""
    faults = [
        {"file": it.file, "line": it.line, "key": it.key, "fault": it.sentence, "remedy": it.remedy} for it in found
    ]
    if instrument is None:
        return {"sound": False, "faults": faults, "instrument": None}
    about = {
        "key": instrument.key,
        "version": instrument.version,
        "hash": content_hash(instrument),
        "title": instrument.title,
        "scoring": instrument.scoring.kind,
        "questions": len(instrument.questions),
        "redistribution": instrument.terms.redistribution,
        "licence": instrument.terms.licence,
        "languages": {one.language: len(missing_texts(instrument, one.language)) for one in instrument.translations},
    }
    return {"sound": not faults, "faults": faults, "instrument": about}


def score_data(instrument: Instrument, found: Score) -> dict[str, Any]:
    """A score as plain data, in the order of docs/reference/instruments.md."""
    return {
        "instrument": asdict(found.pin),
        "title": instrument.title,
        "credit": instrument.terms.credit,
        "notice": instrument.notice,
        "scoring": found.kind,
        "result": found.result,
        "figure": None if found.figure is None else _figure(found.figure),
        "topics": [_topic(instrument, one) for one in found.topics],
        "tallies": [_tally(one) for one in found.tallies],
        "factors": [_factor(one) for one in found.factors],
        "counts": asdict(found.counts),
        "open": list(found.open_items),
        "hidden": list(found.hidden),
        "missing": list(found.missing),
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "value": _number(one.value),
        "lowest": _number(one.lowest),
        "highest": _number(one.highest),
        "band": _band(one.band),
        "could_be": [band.code for band in one.could_be],
    }


def _band(band: Band | None) -> dict[str, Any] | None:
    if band is None:
        return None
    return {"code": band.code, "label": band.label, "result": band.result, "next_step": band.next_step}


def _topic(instrument: Instrument, one: TopicStage) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "provenance": one.provenance,
        "state": one.state,
        "stage": one.stage,
        "lowest": one.lowest,
        "highest": one.highest,
        "beyond": one.beyond,
        "next_step": one.next_step,
        "next_items": list(one.next_items),
        "stages": [
            {
                "number": stage.number,
                "name": stage.name,
                "items": stage.items,
                "done": stage.done,
                "open": stage.open,
                "not_applicable": stage.not_applicable,
                "share": _number(stage.share),
            }
            for stage in one.stages
        ],
    }


def _tally(one: Tally) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "role": one.role,
        "number": one.number,
        "items": one.items,
        "by_answer": dict(one.by_answer),
        "done": one.done,
        "share_done": _number(one.share_done),
        "counts": asdict(one.counts),
    }


def _factor(one: FactorMean) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "mean": _number(one.mean),
        "answered": one.answered,
        "items": one.items,
        **_figure(one.figure),
    }


def _number(value: Fraction | None) -> int | float | None:
    """Whole where it is whole; else to four places. Decisions are taken on the exact figure."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else round(float(value), 4)


def _name(place: str) -> str:
    """What a file is called in messages, on one line whatever its name holds."""
    return "standard input" if place == "-" else ascii(Path(place).name)[1:-1]


def _text(place: str) -> str:
    """The text of a file or of standard input. Raises Refused, as nothing in it can be named."""
    try:
        return decoded(sys.stdin.buffer.read(3 * 1024 * 1024)) if place == "-" else text_of(Path(place))
    except Unreadable as problem:
        where = f", line {problem.line}" if problem.line else ""
        raise Refused(f"{_name(place)}{where}: {problem.sentence} {problem.remedy}", status=2) from None


def _refused(unsound: FileUnsound, status: int) -> int:
    for fault in unsound.faults[:MOST_SHOWN]:
        print(fault, file=sys.stderr)
    if len(unsound.faults) > MOST_SHOWN:
        print(f"and {len(unsound.faults) - MOST_SHOWN} more", file=sys.stderr)
    return status
