"""FHIR R4B Questionnaire and QuestionnaireResponse, for the subset that our items are.

Texts, types, answers, scores (ordinalValue), limits and conditions stand where FHIR has a place for them, and are read
from there. Roles, evidence, scoring and terms travel in extensions of ours. What FHIR can say and our engine cannot do
(expressions, pictures, default values, answers outside of the list) is refused by its path, never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from rightdoor.domain.questionnaire.answers import Answer, Response, read_response
from rightdoor.domain.questionnaire.fault import AnswersUnsound
from rightdoor.domain.questionnaire.instrument import Instrument, Item, Option
from rightdoor.domain.questionnaire.versions import shown
from rightdoor.packs.instruments import FileFault, FileUnsound, as_texts
from rightdoor.packs.located import Place, Unreadable, read_located

from .exchange import Faults, Tree, built, note_of, read_note, writable

CANONICAL = "urn:rightdoor:instrument:"
NOTE = "urn:rightdoor:note"
CONTENT = "urn:rightdoor:content-hash"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
LIMITS = {
    "minimum": "http://hl7.org/fhir/StructureDefinition/minValue",
    "maximum": "http://hl7.org/fhir/StructureDefinition/maxValue",
}

NOT_OURS = ("This is not understood here.", "Take it out, if nothing hangs on it.")
NO_OPTION = ("This answer is not understood here.", "Write a valueCoding with code and display.")
NO_CONDITION = ("This condition is not understood here.", "Use =, != with a coding, >=, <= with a number, or exists.")
NO_ITEM = ("This item is not understood here.", "Write each linkId of the instrument once, with answer or item.")
NO_ANSWER = ("This answer is not understood here.", "Write one value; several only where the item takes them.")

# What a Questionnaire may also hold and an instrument has no use for: it says nothing about what is asked.
HEAD = {"resourceType", "title", "version", "language", "item", "url", "extension", "status", "publisher", "copyright"}
IDLE = {"id", "meta", "text", "identifier", "name", "experimental", "subjectType", "date", "contact", "description"}
IDLE |= {"useContext", "jurisdiction", "approvalDate", "lastReviewDate", "effectivePeriod", "purpose", "code"}
ITEM = {"linkId", "text", "type", "required", "repeats", "item", "extension"}
ITEM |= {"enableWhen", "enableBehavior", "answerOption"}
ANSWERED = {"resourceType", "id", "meta", "text", "extension", "questionnaire", "status", "item", "identifier"}
ANSWERED |= {"language"}
TYPES = {"group", "display", "choice", "integer", "decimal", "date", "text", "string"}
IN_NOTE = {"answers", "role", "number", "name", "evidence", "provenance", "hint", "note"}
IN_NOTE |= {"tags", "aliases", "enable_when"}
OPTION_NOTE = {"means", "explains"}
HEAD_NOTE = {"key", "purpose", "administration", "source", "audience", "instruction", "notice", "repeat_months"}
HEAD_NOTE |= {"terms", "aliases", "retired", "notes", "scoring", "translations", "blanks"}


# -------------------------------------------------------------------------------------------------------------- out


def questionnaire(instrument: Instrument) -> Tree:
    """The Questionnaire of an instrument. Raises FileUnsound when it may not be passed on or FHIR cannot say it."""
    tree = writable(instrument)
    faults = Faults(instrument.key)
    items = [_item_out(one, own, instrument, faults) for one, own in _beside(instrument.items, tree.get("items", []))]
    faults.stop()
    tree["blanks"] = {one.key: one.blank for one in instrument.answer_sets if one.blank}
    if not tree["blanks"]:
        del tree["blanks"]
    found: Tree = {
        "resourceType": "Questionnaire",
        "language": instrument.language,
        "extension": [_extension(NOTE, note_of(tree, set(tree) - HEAD_NOTE))],
        "url": CANONICAL + instrument.key,
        "version": instrument.version,
        "title": instrument.title,
        "status": "active",
        "subjectType": ["Patient" if instrument.purpose == "screening" else "Organization"],
        "publisher": instrument.terms.publisher,
        "copyright": instrument.terms.licence,
        "item": items,
    }
    return {key: value for key, value in found.items() if value}


def _item_out(item: Item, own: Tree, instrument: Instrument, faults: Faults) -> Tree:
    native = {"id", "type", "text", "required", "items", "minimum", "maximum"}
    conditions, exact = _when_out(item, instrument, faults)
    if exact:
        native.add("enable_when")
    extensions = [_extension(NOTE, note_of(own, native))] if note_of(own, native) else []
    for name, url in LIMITS.items():
        if name in own:
            extensions.append({"url": url, **_number_out("value", item.type, getattr(item, name))})
    found: Tree = {
        "extension": extensions,
        "linkId": item.id,
        "text": item.text,
        "type": "choice" if item.type == "choices" else item.type,
        "enableWhen": conditions,
        "enableBehavior": _behavior(item, conditions),
        "required": item.required,
        "repeats": item.type == "choices",
        "answerOption": [_option_out(option) for option in _options(item, instrument)],
        "item": [_item_out(one, its, instrument, faults) for one, its in _beside(item.items, own.get("items", []))],
    }
    return {key: value for key, value in found.items() if value}


def _beside(items: tuple[Item, ...], trees: list[Tree]) -> list[tuple[Item, Tree]]:
    """Items with their plain data."""
    return list(zip(items, trees, strict=True))


def _options(item: Item, instrument: Instrument) -> tuple[Option, ...]:
    return instrument.options_of(item).options if item.answers else ()


def _option_out(option: Option) -> Tree:
    coding: Tree = {"code": option.code, "display": option.label}
    left = {"means": option.means if option.means != "answer" else "", "explains": option.explains}
    extensions = [_extension(NOTE, note_of({key: value for key, value in left.items() if value}, ()))]
    extensions = [one for one in extensions if one["valueString"]]
    if option.score is not None:
        extensions.append({"url": ORDINAL, "valueDecimal": _figure(option.score)})
    return {**({"extension": extensions} if extensions else {}), "valueCoding": coding}


def _figure(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(shown(number))


def _number_out(stem: str, kind: str, number: Fraction) -> Tree:
    if kind == "integer" and number.denominator == 1:
        return {f"{stem}Integer": int(number)}
    return {f"{stem}Decimal": _figure(number)}


def _extension(url: str, text: str) -> Tree:
    return {"url": url, "valueString": text}


def _when_out(item: Item, instrument: Instrument, faults: Faults) -> tuple[list[Tree], bool]:
    """The conditions, and whether FHIR's words say exactly what ours do."""
    if item.enable_when is None:
        return [], True
    found: list[Tree] = []
    exact = True
    several = len(item.enable_when.conditions) > 1
    for one in item.enable_when.conditions:
        asked = instrument.by_id[one.item]
        if one.op == "any_of":
            if several and item.enable_when.every:
                told = f"{item.id!r} is asked when all hold and one of them may be any of several answers."
                faults.add(0, item.id, told, "Put the item into a group that has one of the conditions.")
            exact = False
        for code in one.codes:
            operator = "!=" if one.op == "is_not" else "="
            found.append({"question": one.item, "operator": operator, "answerCoding": {"code": code}})
        if one.number is not None:
            operator = ">=" if one.op == "at_least" else "<="
            found.append({"question": one.item, "operator": operator, **_number_out("answer", asked.type, one.number)})
        if one.op == "answered":
            found.append({"question": one.item, "operator": "exists", "answerBoolean": one.flag})
    return found, exact


def _behavior(item: Item, conditions: list[Tree]) -> str:
    if item.enable_when is None or len(conditions) < 2:
        return ""
    return "all" if item.enable_when.every and len(item.enable_when.conditions) > 1 else "any"


def questionnaire_response(instrument: Instrument, response: Response) -> Tree:
    """The QuestionnaireResponse of answers, in the tree of the instrument. It carries no person and no time."""
    faults = Faults(instrument.key)
    if not instrument.terms.may_be_passed_on:
        told = "This tool may not be passed on, so answers to its items are not written."
        faults.add(0, "terms.redistribution", told, "Pass on date, version and band of the use instead.")
    faults.stop()
    return {
        "resourceType": "QuestionnaireResponse",
        "extension": [_extension(CONTENT, response.pin.hash)],
        "questionnaire": f"{CANONICAL}{response.pin.key}|{response.pin.version}",
        "status": "completed",
        "item": _answers_out(instrument.items, response.answers),
    }


def _answers_out(items: tuple[Item, ...], answers: Mapping[str, Answer]) -> list[Tree]:
    found = []
    for item in items:
        inside = _answers_out(item.items, answers)
        given = answers.get(item.id)
        if given is None and not inside:
            continue
        one: Tree = {"linkId": item.id}
        if isinstance(given, tuple):
            one["answer"] = [{"valueCoding": {"code": code}} for code in given]
        elif isinstance(given, Fraction):
            one["answer"] = [_number_out("value", item.type, given)]
        elif given is not None:
            name = {"choice": "valueCoding", "date": "valueDate"}.get(item.type, "valueString")
            one["answer"] = [{name: {"code": given} if item.type == "choice" else given}]
        if inside:
            one["item"] = inside
        found.append(one)
    return found


def as_text(resource: Tree) -> str:
    """The JSON of a resource."""
    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"


# --------------------------------------------------------------------------------------------------------------- in


def read_questionnaire(text: str, name: str, told: Mapping[str, Any] | None = None) -> Instrument:
    """The instrument in a Questionnaire. `told` supplies what FHIR does not say, such as terms. Raises FileUnsound."""
    tree, faults = _resource(text, name, "Questionnaire")
    for key in sorted(set(tree) - HEAD - IDLE):
        faults.at((key,), *NOT_OURS)
    note = _note(tree, HEAD_NOTE, (), faults)
    blanks = note.pop("blanks", {})
    sets: dict[str, Tree] = {}
    items = _items_in(tree.get("item", []), ("item",), sets, faults)
    _settle(items)
    for key, blank in blanks.items() if isinstance(blanks, dict) else ():
        if key in sets:
            sets[key]["blank"] = blank
    found: Tree = {"items": items, "answer_sets": sets, **note}
    for key in ("version", "title", "language"):
        if key in tree:
            found[key] = tree[key]
    url = str(tree.get("url", ""))
    found.setdefault("key", url.rpartition(":")[2].rpartition("/")[2] or str(tree.get("name", tree.get("id", ""))))
    if "terms" not in found and "copyright" in tree and "terms" not in (told or {}):
        found["terms"] = {"licence": tree["copyright"], "redistribution": "import"}
        if "publisher" in tree:
            found["terms"]["publisher"] = tree["publisher"]
    return built(as_texts(found), told or {}, faults, lambda path: faults.line(_path_in(path)))


def read_questionnaire_response(text: str, name: str, instrument: Instrument) -> Response:
    """The answers in a QuestionnaireResponse to that instrument. Raises FileUnsound."""
    tree, faults = _resource(text, name, "QuestionnaireResponse")
    for key in sorted(set(tree) - ANSWERED):  # subject, author, encounter: a person does not come in by this door
        faults.at((key,), "This element is not taken here.", "Take it out: answers come without a person.")
    asked = f"{CANONICAL}{instrument.key}|{instrument.version}"
    if tree.get("questionnaire") != asked:
        faults.at(("questionnaire",), "These answers are to another instrument.", f"Write {asked}.")
    answers: dict[str, Any] = {}
    paths: dict[str, Place] = {}
    _answers_in(tree.get("item", []), ("item",), instrument, answers, paths, faults)
    faults.stop()
    given: Tree = {"answers": answers}
    for one in tree.get("extension", []) if isinstance(tree.get("extension"), list) else []:
        if isinstance(one, dict) and one.get("url") == CONTENT:
            given["instrument"] = {"hash": one.get("valueString")}
    try:
        return read_response(instrument, given)
    except AnswersUnsound as unsound:
        for fault in unsound.faults:
            place = paths.get(str(fault.path[-1]) if fault.path else "", ("extension",))
            faults.add(faults.line(place), fault.key, fault.sentence, fault.remedy)
        faults.stop()
        raise


def _resource(text: str, name: str, kind: str) -> tuple[Tree, Faults]:
    try:
        located = read_located(text, is_json=True)
    except Unreadable as problem:
        raise FileUnsound([FileFault(name, problem.line, "", problem.sentence, problem.remedy)]) from None
    faults = Faults(name, located)
    if not isinstance(located.tree, dict) or located.tree.get("resourceType") != kind:
        faults.at(("resourceType",), f"This is no {kind}.", f"Give the file of a FHIR R4B {kind} as JSON.")
        faults.stop()
    return located.tree, faults


def _path_in(path: Place) -> Place:
    """The place in the resource of a place in our tree."""
    return tuple("item" if part == "items" else part for part in path)


def _note(tree: Tree, allowed: set[str], place: Place, faults: Faults) -> Tree:
    """Our note beside an element; any other extension that could change the meaning is a fault."""
    found: Tree = {}
    extensions = tree.get("extension", [])
    if not isinstance(extensions, list):
        faults.at((*place, "extension"), "Here stands no list.", "Write a list.")
        return {}
    for at, one in enumerate(extensions):
        here = (*place, "extension", at)
        url = one.get("url") if isinstance(one, dict) else None
        if url == NOTE:
            found = read_note(one.get("valueString"), allowed, partial(faults.at, here))
        elif url not in (ORDINAL, *LIMITS.values()):
            faults.at(here, *NOT_OURS)
    return found


def _items_in(items: Any, place: Place, sets: dict[str, Tree], faults: Faults) -> list[Tree]:
    if not isinstance(items, list):
        faults.at(place, "Here stands no list of items.", "Write a list.")
        return []
    return [_item_in(one, (*place, at), sets, faults) for at, one in enumerate(items)]


def _item_in(tree: Any, place: Place, sets: dict[str, Tree], faults: Faults) -> Tree:
    if not isinstance(tree, dict):
        faults.at(place, "Here stands no item.", "Write an object.")
        return {}
    for key in sorted(set(tree) - ITEM):
        here = (*place, key)
        faults.at(here, *NOT_OURS)
    kind = tree.get("type") if isinstance(tree.get("type"), str) else None
    if kind not in TYPES:
        here = (*place, "type")
        remedy = (
            "Use a choice with answers, among them one for not known."
            if kind == "boolean"
            else f"Use {', '.join(sorted(TYPES))}."
        )
        faults.at(here, f"Items of type {str(kind)[:40]!r} are not taken.", remedy)
        kind = "text"
    kind = "choices" if kind == "choice" and tree.get("repeats") is True else "text" if kind == "string" else kind
    if tree.get("repeats") is True and kind != "choices":
        here = (*place, "repeats")
        faults.at(here, "An item that repeats is not taken.", "Write one item for each time.")
    found: Tree = {"type": kind, **_note(tree, IN_NOTE, place, faults)}
    for ours, theirs in (("id", "linkId"), ("text", "text"), ("required", "required")):
        if theirs in tree:
            found[ours] = tree[theirs]
    for name, url in LIMITS.items():
        if (value := _value_of(tree, url)) is not None:
            found[name] = value
    if kind in {"choice", "choices"}:
        found["answers"] = _set_in(tree, found.get("answers"), place, sets, faults)
    if "enableWhen" in tree:
        when = _when_in(tree, place, faults)
        if "enable_when" in found and _spread(found["enable_when"]) != _spread(when):
            here = (*place, "enableWhen")
            faults.at(here, "The conditions differ from the note beside them.", "Take the note out.")
        found.setdefault("enable_when", when)
    elif "enable_when" in found:
        faults.at(place, "The note holds conditions and the item has none.", "Take the note out.")
    if kind == "group":
        found["items"] = []  # FHIR leaves an empty list out
    if "item" in tree:
        if kind != "group":
            here = (*place, "item")
            faults.at(here, "Items stand below a question.", "Put them beside it, with a condition.")
        found["items"] = _items_in(tree["item"], (*place, "item"), sets, faults)
    return found


def _value_of(tree: Tree, url: str) -> Any:
    for one in tree.get("extension", []) if isinstance(tree.get("extension"), list) else []:
        if isinstance(one, dict) and one.get("url") == url:
            return next((one[key] for key in ("valueDecimal", "valueInteger") if key in one), "")
    return None


def _set_in(tree: Tree, key: Any, place: Place, sets: dict[str, Tree], faults: Faults) -> str:
    """The answer set of an item: the one that the note names, or one with the same answers, or a new one."""
    options = []
    here = (*place, "answerOption")
    given = tree.get("answerOption")
    if not isinstance(given, list) or not given:
        faults.at(here, "The choice lists no answers.", "Write answerOption with codings.")
        return "set"
    for at, one in enumerate(given):
        coding = one.get("valueCoding") if isinstance(one, dict) else None
        if (
            not isinstance(coding, dict)
            or set(one) - {"valueCoding", "extension"}
            or set(coding) - {"code", "display", "system"}
        ):
            faults.at((*here, at), *NO_OPTION)
            continue
        option = {"code": coding.get("code", ""), "label": coding.get("display", coding.get("code", ""))}
        option |= _note(one, OPTION_NOTE, (*here, at), faults)
        if (score := _value_of(one, ORDINAL)) is not None:
            option["score"] = score
        options.append(option)
    if isinstance(key, str) and key:
        if sets.setdefault(key, {"options": options})["options"] != options:
            faults.at(here, f"The answers differ from the others called {key!r}.", "Take the note of one out.")
        return key
    same = next((name for name, one in sets.items() if one["options"] == options), f"answers-{len(sets) + 1}")
    sets.setdefault(same, {"options": options})
    return same


def _when_in(tree: Tree, place: Place, faults: Faults) -> Tree:
    conditions: list[Tree] = []
    given = tree["enableWhen"] if isinstance(tree["enableWhen"], list) else [None]
    for at, one in enumerate(given):
        condition = _condition_in(one)
        if condition is None:
            here = (*place, "enableWhen", at)
            faults.at(here, *NO_CONDITION)
        else:
            conditions.append(condition)
    behavior = tree.get("enableBehavior", "all" if len(given) == 1 else None)
    if behavior not in ("all", "any"):
        faults.at((*place, "enableBehavior"), "Several conditions do not say all or any.", "Write enableBehavior.")
    return {"any" if behavior == "any" else "all": conditions}


def _settle(items: list[Tree]) -> None:
    """FHIR's = asks a list of answers whether one of them is it: we call that includes."""
    every = list(_walk(items))
    several = [one.get("id") for one in every if one.get("type") == "choices"]
    for one in every:
        for conditions in one.get("enable_when", {}).values() if isinstance(one.get("enable_when"), dict) else ():
            for condition in conditions if isinstance(conditions, list) else ():
                if isinstance(condition, dict) and condition.get("item") in several and "is" in condition:
                    condition["includes"] = condition.pop("is")


def _walk(items: list[Tree]) -> Iterator[Tree]:
    for one in items:
        yield one
        yield from _walk(one.get("items", []))


def _condition_in(one: Any) -> Tree | None:
    if not isinstance(one, dict) or len(one) != 3 or not isinstance(one.get("question"), str):
        return None
    operator = one.get("operator")
    coding, flag = one.get("answerCoding"), one.get("answerBoolean")
    number = one.get("answerDecimal", one.get("answerInteger"))
    if operator == "exists" and isinstance(flag, bool):
        return {"item": one["question"], "answered": "yes" if flag else "no"}
    if operator in ("=", "!=") and isinstance(coding, dict) and isinstance(coding.get("code"), str):
        return {"item": one["question"], "is" if operator == "=" else "is_not": coding["code"]}
    if operator in (">=", "<=") and isinstance(number, (int, Decimal)) and not isinstance(number, bool):
        return {"item": one["question"], "at_least" if operator == ">=" else "at_most": str(number)}
    return None


def _spread(when: Any) -> Any:
    """Conditions with each any_of and includes as FHIR writes it, to compare a note with what stands beside it."""
    if not isinstance(when, dict) or len(when) != 1:
        return when
    ((mode, conditions),) = when.items()
    found = []
    for one in conditions if isinstance(conditions, list) else []:
        if isinstance(one, dict) and "any_of" in one and isinstance(one["any_of"], list):
            found += [{"item": one.get("item"), "is": code} for code in one["any_of"]]
            mode = "any" if len(conditions) == 1 else mode
        elif isinstance(one, dict) and "includes" in one:
            found.append({"item": one.get("item"), "is": one["includes"]})
        else:
            found.append(one)
    return ("all" if len(found) == 1 else mode, found)


def _answers_in(
    items: Any,
    place: Place,
    instrument: Instrument,
    answers: dict[str, Any],
    paths: dict[str, Place],
    faults: Faults,
) -> None:
    if not isinstance(items, list):
        faults.at(place, "Here stands no list of items.", "Write a list.")
        return
    for at, one in enumerate(items):
        here = (*place, at)
        key = one.get("linkId") if isinstance(one, dict) else None
        item = instrument.by_id.get(key) if isinstance(key, str) else None
        if item is None or set(one) - {"linkId", "text", "answer", "item"} or key in paths:
            faults.at(here, *NO_ITEM)
            continue
        paths[item.id] = here
        if "item" in one:
            _answers_in(one["item"], (*here, "item"), instrument, answers, paths, faults)
        values = [_value_in(value) for value in one["answer"]] if isinstance(one.get("answer"), list) else []
        if "answer" in one and (not values or None in values or (len(values) > 1 and item.type != "choices")):
            told = (*here, "answer")
            faults.at(told, *NO_ANSWER)
        elif values:
            answers[item.id] = values if item.type == "choices" else values[0]


def _value_in(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((name, held),) = value.items()
    if name == "valueCoding":
        return held.get("code") if isinstance(held, dict) else None
    return held if name in {"valueInteger", "valueDecimal", "valueDate", "valueString"} else None
