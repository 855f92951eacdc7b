"""Plain data into an Instrument, or everything that is wrong with it.

The data are what a YAML or JSON file holds: mappings, lists and scalars as text. What a text becomes is decided by the
field it is for. Faults of shape and faults of sense are found in one pass, so that a person mends a file once.

Sources of the rules: practice 1.3 (licence, redistribution), 1.4 (unknown and declined), 2.2 (invariants).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeVar, cast

from .fault import Fault, InstrumentUnsound, Path, one_of
from .instrument import (
    ADMINISTRATIONS,
    FORMAT,
    ITEM_TYPES,
    KINDS,
    MEANS,
    NEXT_STEPS,
    OPERATORS,
    PURPOSES,
    REDISTRIBUTIONS,
    RESULTS,
    ROLES,
    AnswerSet,
    Band,
    Condition,
    EnableWhen,
    Factor,
    Instrument,
    Item,
    Option,
    Scoring,
    Stage,
    Terms,
    Translation,
)

Tree = Any  # text, list of trees, or dict of trees
T = TypeVar("T")

DEEPEST = 8  # groups within groups
MOST_ITEMS = 2_000
MOST_OPTIONS = 200
LONGEST = 4_000  # characters of one text

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}\Z")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?\Z", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,9}\Z", re.ASCII)
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")

HEAD = ("key", "version", "title", "language", "purpose", "administration", "terms")
REST = [
    "source",
    "audience",
    "instruction",
    "notice",
    "repeat_months",
    "notes",
    "aliases",
    "retired",
    "answer_sets",
    "items",
    "scoring",
    "translations",
]
TERMS = [
    "publisher",
    "copyright_holder",
    "credit",
    "licence_evidence_url",
    "permission_reference",
    "validated_population",
    "validated_settings",
    "training_required",
]
ITEM_TEXTS = ("name", "evidence", "provenance", "hint", "note")
SCORING_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # required, optional
    "none": ((), ("bands",)),
    "count": (("counted",), ("over", "bands")),
    "any": (("counted",), ("over", "bands")),
    "sum": ((), ("over", "bands")),
    "weighted": (("weights",), ("bands",)),
    "stage-ladder": (("done", "stages"), ()),
    "status-tally": (("done",), ("over",)),
    "factor-mean": (("factors",), ("bands",)),
}
SCORED = {"count", "any", "sum", "weighted", "factor-mean"}


def build(tree: Tree) -> Instrument:
    """The instrument that plain data describe. Raises InstrumentUnsound with every fault found."""
    reader = _Reader()
    made = reader.instrument(tree)
    if reader.faults or made is None:
        raise InstrumentUnsound(reader.faults)
    return made


def missing_texts(instrument: Instrument, language: str) -> tuple[str, ...]:
    """The places that a translation leaves in the instrument's own language."""
    held = {place for one in instrument.translations if one.language == language for place, _ in one.texts}
    return tuple(place for place in places(instrument) if place not in held)


def places(instrument: Instrument) -> dict[str, str]:
    """Every text that a person sees, by the place that a translation names: item/tm.1.1/text."""
    found = {"title": instrument.title}
    for name in ("instruction", "notice"):
        if text := getattr(instrument, name):
            found[name] = text
    for item in instrument.by_id.values():
        for name in ("text", "name", "hint", "note", "provenance"):
            if text := getattr(item, name):
                found[f"items/{item.id}/{name}"] = text
    for one in instrument.answer_sets:
        found |= {f"answer_sets/{one.key}/{option.code}": option.label for option in one.options}
    found |= {f"bands/{band.code}": band.label for band in instrument.scoring.bands}
    found |= {f"stages/{stage.number}": stage.name for stage in instrument.scoring.stages}
    found |= {f"factors/{factor.key}": factor.name for factor in instrument.scoring.factors}
    return found


class _Reader:
    """One instrument being read, and what went wrong on the way."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._paths: dict[str, Path] = {}
        self._words: dict[Path, str] = {}  # all or any, and the operator, as they were written
        self._count = 0

    def fault(self, path: Path, sentence: str, remedy: str) -> None:
        """Remember what is wrong."""
        self.faults.append(Fault(path, sentence, remedy))

    # ------------------------------------------------------------------------------------------------------- shapes

    def mapping(
        self, tree: Tree, path: Path, required: Iterable[str] = (), optional: Collection[str] | None = None
    ) -> dict[str, Tree]:
        """Keys and values; unknown and missing keys are faults. `optional` None: any key."""
        if not isinstance(tree, dict):
            self.fault(path, "Here stand no keys with values.", "Write each as key: value.")
            return {}
        required = tuple(required)
        if optional is not None:
            known = {*required, *optional}
            for key in tree:
                if key not in known:
                    self.fault((*path, str(key)), "This key is not known here.", f"Take it out. {one_of(known)}")
            tree = {key: value for key, value in tree.items() if key in known}
        for key in required:
            if key not in tree:
                self.fault(path, f"The key {key!r} is missing.", "Add it.")
        return {str(key): value for key, value in tree.items()}

    def sequence(self, tree: Tree, path: Path, *, most: int = MOST_ITEMS, least: int = 0) -> list[Tree]:
        """A list."""
        if not isinstance(tree, list):
            self.fault(path, "Here stands no list.", "Write each entry on a line of its own after a dash.")
            return []
        if len(tree) > most:
            self.fault(path, f"The list has more than {most:,} entries.", "Divide it.")
            return []
        if len(tree) < least:
            self.fault(path, "The list is empty.", "Write at least one entry, or take the key out.")
        return tree

    def text(self, tree: Tree, path: Path) -> str:
        """A text that is not empty."""
        if not isinstance(tree, str) or not tree.strip():
            self.fault(path, "Here stands no text.", "Write a text, or take the key out.")
            return ""
        if len(tree) > LONGEST:
            self.fault(path, f"The text is longer than {LONGEST:,} characters.", "Shorten it.")
            return ""
        if unfit := _UNFIT.search(tree):
            self.fault(path, f"The text holds a control character (U+{ord(unfit.group()):04X}).", "Take it out.")
            return ""
        return tree.strip()

    def matched(self, tree: Tree, path: Path, pattern: re.Pattern[str], sentence: str, remedy: str) -> str:
        """A text of a given form."""
        if isinstance(tree, str) and pattern.match(tree):
            return tree
        self.fault(path, sentence, remedy)
        return ""

    def code(self, tree: Tree, path: Path) -> str:
        """An id, a key or a code."""
        return self.matched(
            tree, path, _CODE, "This is no code.", "Use up to 80 letters, digits, dots, hyphens, slashes, underscores."
        )

    def named(self, tree: Tree, path: Path, names: Collection[str]) -> str:
        """One of the known words."""
        if isinstance(tree, str) and tree in names:
            return tree
        self.fault(path, "This word is not known here.", one_of(names))
        return ""

    def number(self, tree: Tree, path: Path) -> Fraction | None:
        """A number, exactly as written."""
        found = self.matched(tree, path, _NUMBER, "This is no number.", "Write digits, such as 2 or 0.5.")
        return Fraction(found) if found else None

    def whole(self, tree: Tree, path: Path, low: int, high: int) -> int | None:
        """A whole number in a range."""
        if isinstance(tree, str) and _WHOLE.match(tree) and low <= int(tree) <= high:
            return int(tree)
        self.fault(path, "This is no whole number that fits.", f"Write one from {low} to {high}.")
        return None

    def yes(self, tree: Tree, path: Path) -> bool:
        """Yes or no, said in any of the usual ways."""
        if isinstance(tree, str) and tree.lower() in {"yes", "true"}:
            return True
        if not isinstance(tree, str) or tree.lower() not in {"no", "false"}:
            self.fault(path, "Here stands neither yes nor no.", "Write yes or no.")
        return False

    def each(self, tree: Tree, path: Path, make: Callable[[Tree, Path], T], *, least: int = 0) -> tuple[T, ...]:
        """Every entry of a list."""
        return tuple(make(one, (*path, at)) for at, one in enumerate(self.sequence(tree, path, least=least)))

    def codes(self, tree: Tree, path: Path, *, least: int = 0) -> tuple[str, ...]:
        """A list of codes, none twice."""
        found = self.each(tree, path, self.code, least=least)
        for at, code in enumerate(found):
            if code and code in found[:at]:
                self.fault((*path, at), f"{code!r} stands here twice.", "Keep one.")
        return found

    # --------------------------------------------------------------------------------------------------- instrument

    def instrument(self, tree: Tree) -> Instrument | None:
        """The whole."""
        if not isinstance(tree, dict):
            self.fault((), "The file holds no instrument.", f"Begin it with format: {FORMAT}.")
            return None
        if tree.get("format") != FORMAT:
            path: Path = ("format",) if "format" in tree else ()
            self.fault(path, "The format is not one that this version reads.", f"Write format: {FORMAT}.")
        has = self.mapping(tree, (), HEAD, ("format", *REST))
        sets = self.answer_sets(has.get("answer_sets", {}), ("answer_sets",))
        items = self.items(has.get("items", []), ("items",), 1)
        texts = {
            name: self.text(has[name], (name,)) if name in has else ""
            for name in ("title", "source", "audience", "instruction", "notice")
        }
        notes = self.mapping(has.get("notes", {}), ("notes",), (), (*ROLES, "item"))
        made = Instrument(
            key=self.code(has.get("key", "x"), ("key",)),
            version=self.matched(
                has.get("version", "1"),
                ("version",),
                _VERSION,
                "This is no version.",
                "Write one such as 2026.1: letters, digits, dots, hyphens.",
            ),
            language=self.language(has.get("language", "en"), ("language",)),
            purpose=cast(Any, self.named(has.get("purpose", "survey"), ("purpose",), PURPOSES)),
            administration=cast(
                Any, self.named(has.get("administration", "team"), ("administration",), ADMINISTRATIONS)
            ),
            terms=self.terms(has.get("terms", {"licence": "-", "redistribution": "bundled"}), ("terms",)),
            items=items,
            answer_sets=tuple(sets.values()),
            scoring=Scoring(),
            repeat_months=(
                self.whole(has["repeat_months"], ("repeat_months",), 1, 120) if "repeat_months" in has else None
            ),
            notes=tuple((role, self.text(label, ("notes", role))) for role, label in notes.items()),
            aliases=self.each(has.get("aliases", []), ("aliases",), self.text),
            retired=self.codes(has.get("retired", []), ("retired",)),
            **cast(Any, texts),
        )
        self.sense_of_items(made)
        scoring = self.scoring(has.get("scoring", {"kind": "none"}), ("scoring",), made)
        made = _with(made, scoring=scoring)
        made = _with(made, translations=self.translations(has.get("translations", {}), ("translations",), made))
        self.sense_of_terms(made)
        return made

    def language(self, tree: Tree, path: Path) -> str:
        """A language by its code."""
        return self.matched(tree, path, _LANGUAGE, "This is no language.", "Write its code, such as en, es or vi.")

    def terms(self, tree: Tree, path: Path) -> Terms:
        """Whose the tool is."""
        has = self.mapping(tree, path, ("licence", "redistribution"), TERMS)
        return Terms(
            licence=self.text(has["licence"], (*path, "licence")) if "licence" in has else "",
            redistribution=cast(
                Any, self.named(has.get("redistribution", "bundled"), (*path, "redistribution"), REDISTRIBUTIONS)
            ),
            **{name: self.text(has[name], (*path, name)) for name in TERMS if name in has},
        )

    def answer_sets(self, tree: Tree, path: Path) -> dict[str, AnswerSet]:
        """The answer sets by key."""
        found = {}
        for key, entry in self.mapping(tree, path).items():
            here = (*path, key)
            self.code(key, here)
            has = self.mapping(entry, here, ("options",), ("blank",))
            options = self.each(has.get("options", []), (*here, "options"), self.option, least=1)
            if len(options) > MOST_OPTIONS:
                self.fault((*here, "options"), f"There are more than {MOST_OPTIONS} answers.", "Divide them.")
            codes = [option.code for option in options]
            for at, code in enumerate(codes):
                if code and code in codes[:at]:
                    self.fault((*here, "options", at), f"The code {code!r} stands here twice.", "Give it another.")
            if options and not any(option.means == "answer" for option in options):
                self.fault((*here, "options"), "No answer says anything.", "Add one that means answer.")
            blank = self.code(has["blank"], (*here, "blank")) if "blank" in has else ""
            made = AnswerSet(key, options, blank)
            if blank and (blank not in made.by_code or made.by_code[blank].means != "answer"):
                self.fault(
                    (*here, "blank"),
                    "A blank stands for no answer of this set.",
                    one_of(option.code for option in made.established),
                )
            found[key] = made
        return found

    def option(self, tree: Tree, path: Path) -> Option:
        """One answer. Unknown, declined and not applicable have no score: they are never a no."""
        has = self.mapping(tree, path, ("code", "label"), ("score", "means", "explains"))
        means = self.named(has.get("means", "answer"), (*path, "means"), MEANS)
        score = self.number(has["score"], (*path, "score")) if "score" in has else None
        if score is not None and means != "answer":
            self.fault(
                (*path, "score"),
                f"An answer that means {means} has a score, as if it said something.",
                "Take the score out: what is not known is never scored as a no.",
            )
        return Option(
            code=self.code(has.get("code", "x"), (*path, "code")),
            label=self.text(has.get("label", "x"), (*path, "label")),
            score=score,
            means=cast(Any, means),
            explains=self.text(has["explains"], (*path, "explains")) if "explains" in has else "",
        )

    def items(self, tree: Tree, path: Path, depth: int, *, least: int = 0) -> tuple[Item, ...]:
        """The items of a group, or of the whole. A topic may be empty: it is then shown as not assessed."""
        if depth > DEEPEST:
            self.fault(path, f"Groups stand more than {DEEPEST} deep.", "Take a level out.")
            return ()
        return tuple(
            self.item(one, (*path, at), depth) for at, one in enumerate(self.sequence(tree, path, least=least))
        )

    def item(self, tree: Tree, path: Path, depth: int) -> Item:
        """One item, and everything in it."""
        self._count += 1
        if self._count == MOST_ITEMS + 1:
            self.fault(path, f"There are more than {MOST_ITEMS:,} items.", "Divide the instrument.")
        kind = tree.get("type", "") if isinstance(tree, dict) else ""
        if isinstance(tree, dict) and "type" not in tree:
            kind = "group" if "items" in tree else "choice"
        elif kind not in ITEM_TYPES:
            if isinstance(tree, dict):
                self.fault((*path, "type"), "This type of item is not known.", one_of(ITEM_TYPES))
            kind = "text"
        own: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
            "group": (("id", "items"), ("text", "role", "number")),
            "display": (("id", "text"), ()),
            "choice": (("id", "text", "answers"), ("required", "number")),
            "choices": (("id", "text", "answers"), ("required", "number")),
            "integer": (("id", "text"), ("required", "number", "minimum", "maximum")),
            "decimal": (("id", "text"), ("required", "number", "minimum", "maximum")),
        }
        required, optional = own.get(str(kind), (("id", "text"), ("required", "number")))
        has = self.mapping(tree, path, required, (*optional, "type", "tags", "aliases", "enable_when", *ITEM_TEXTS))
        if "id" in has:
            self.identify(self.code(has["id"], (*path, "id")), path)
        return Item(
            id=has["id"] if isinstance(has.get("id"), str) else "",
            type=cast(Any, kind),
            text=self.text(has["text"], (*path, "text")) if "text" in has else "",
            items=(
                self.items(has["items"], (*path, "items"), depth + 1, least=int(has.get("role") != "topic"))
                if "items" in has
                else ()
            ),
            answers=self.code(has["answers"], (*path, "answers")) if "answers" in has else "",
            role=cast(Any, self.named(has.get("role", "group"), (*path, "role"), ROLES)),
            number=self.whole(has["number"], (*path, "number"), 1, 999) if "number" in has else None,
            required=self.yes(has["required"], (*path, "required")) if "required" in has else False,
            minimum=self.number(has["minimum"], (*path, "minimum")) if "minimum" in has else None,
            maximum=self.number(has["maximum"], (*path, "maximum")) if "maximum" in has else None,
            enable_when=self.enable_when(has["enable_when"], (*path, "enable_when")) if "enable_when" in has else None,
            tags=self.codes(has.get("tags", []), (*path, "tags")),
            aliases=self.each(has.get("aliases", []), (*path, "aliases"), self.text),
            **{name: self.text(has[name], (*path, name)) for name in ITEM_TEXTS if name in has},
        )

    def identify(self, key: str, path: Path) -> None:
        """Each id once."""
        if key and key in self._paths:
            self.fault(
                (*path, "id"),
                f"The id {key!r} stands at {Fault(self._paths[key], '', '').key} already.",
                "Give this item an id of its own, and never one that was used for another thing.",
            )
        elif key:
            self._paths[key] = path

    def enable_when(self, tree: Tree, path: Path) -> EnableWhen:
        """When an item is asked."""
        has = self.mapping(tree, path, (), ("all", "any"))
        if len(has) != 1:
            self.fault(path, "A condition says either all or any.", "Write one of them, with a list of conditions.")
            return EnableWhen(True, ())
        ((mode, given),) = has.items()
        self._words[path] = mode
        conditions = self.each(given, (*path, mode), self.condition, least=1)
        return EnableWhen(mode == "all" or len(conditions) == 1, conditions)  # of one, all and any say the same

    def condition(self, tree: Tree, path: Path) -> Condition:
        """One thing that must hold."""
        has = self.mapping(tree, path, ("item",), OPERATORS)
        item = self.code(has.pop("item", "x"), (*path, "item"))
        if len(has) != 1:
            self.fault(path, "A condition has one operator.", one_of(OPERATORS))
            return Condition(item, "answered")
        ((op, value),) = has.items()
        here = (*path, op)
        self._words[path] = op
        if op == "answered":
            return Condition(item, "answered", flag=self.yes(value, here))
        if op in {"at_least", "at_most"}:
            return Condition(item, cast(Any, op), number=self.number(value, here) or Fraction(0))
        if op == "any_of":
            codes = self.codes(value, here, least=1)
            return Condition(item, "is" if len(codes) == 1 else "any_of", codes=codes)
        return Condition(item, cast(Any, op), codes=(self.code(value, here),))

    # -------------------------------------------------------------------------------------------------------- sense

    def sense_of_items(self, made: Instrument) -> None:
        """What single items cannot show: answer sets, retired ids, conditions and their order."""
        retired = set(made.retired)
        order = {item_id: at for at, item_id in enumerate(made.by_id)}
        used = {item.answers for item in made.by_id.values()}
        for one in made.answer_sets:
            if one.key not in used:
                self.fault(("answer_sets", one.key), "No item uses these answers.", "Take them out, or use them.")
        for key, item in made.by_id.items():
            path = self._paths.get(key, ("items",))
            if item.answers and item.answers not in made.sets:
                self.fault((*path, "answers"), f"There are no answers called {item.answers!r}.", one_of(made.sets))
            if key in retired:
                self.fault(
                    (*path, "id"),
                    f"The id {key!r} is retired.",
                    "Take a new id: an old answer would change its meaning.",
                )
            if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
                self.fault((*path, "maximum"), "The maximum lies below the minimum.", "Exchange them.")
            for at, condition in enumerate(item.enable_when.conditions if item.enable_when else ()):
                here = (*path, "enable_when", self._words.get((*path, "enable_when"), "all"), at)
                self.sense_of_condition(made, item, condition, here, order)

    def sense_of_condition(
        self, made: Instrument, item: Item, condition: Condition, path: Path, order: Mapping[str, int]
    ) -> None:
        """A condition asks an earlier item for something that it can be."""
        asked = made.by_id.get(condition.item)
        if asked is None:
            self.fault((*path, "item"), f"There is no item {condition.item!r}.", "Name the id of an earlier item.")
            return
        if order[asked.id] >= order.get(item.id, 0) or asked.type in {"group", "display"}:
            self.fault(
                (*path, "item"),
                f"{asked.id!r} is not a question that is asked earlier.",
                "A condition looks back, at an item that takes an answer.",
            )
        fits = {
            "choice": {"is", "is_not", "any_of", "answered"},
            "choices": {"includes", "answered"},
            "integer": {"at_least", "at_most", "answered"},
            "decimal": {"at_least", "at_most", "answered"},
        }.get(asked.type, {"answered"})
        if condition.op not in fits:
            self.fault(
                (*path, self._words.get(path, condition.op)), f"A {asked.type} item is not asked so.", one_of(fits)
            )
            return
        if condition.codes and asked.answers in made.sets:
            for code in condition.codes:
                if code and code not in made.sets[asked.answers].by_code:
                    self.fault(
                        (*path, self._words.get(path, condition.op)),
                        f"{code!r} is no answer to {asked.id!r}.",
                        one_of(made.sets[asked.answers].by_code),
                    )

    def sense_of_terms(self, made: Instrument) -> None:
        """An instrument that may not be passed on holds no item text, unless an agency's own licence is named.

        Result-only tools never hold any. (practice 1.3 and 1.3.4; decisions.md)
        """
        terms = made.terms
        path: Path = ("terms", "redistribution")
        if made.items and terms.redistribution == "result_only":
            self.fault(
                path,
                "This tool is for typing in results only, and the file holds its items.",
                "Take items out, also from translations; keep title, terms and bands.",
            )
        elif made.items and terms.redistribution == "import" and not terms.permission_reference:
            self.fault(
                path,
                "This tool may not be passed on, and the file holds its items.",
                "Take items out, or name your own written permission in terms.permission_reference.",
            )
        elif not made.items and terms.redistribution == "bundled":
            self.fault(("items",) if made.items else (), "The instrument holds no items.", "Add items.")

    # ------------------------------------------------------------------------------------------------------ scoring

    def scoring(self, tree: Tree, path: Path, made: Instrument) -> Scoring:
        """How the answers are read."""
        if not isinstance(tree, dict) or tree.get("kind") not in KINDS:
            here = (*path, "kind") if isinstance(tree, dict) and "kind" in tree else path
            self.fault(here, "This way of scoring is not known.", f"Write kind: with a word. {one_of(KINDS)}")
            return Scoring()
        kind = str(tree["kind"])
        required, optional = SCORING_KEYS[kind]
        has = self.mapping(tree, path, ("kind", *required), optional)
        weights = self.weights(has["weights"], (*path, "weights"), made) if "weights" in has else ()
        factors = self.factors(has["factors"], (*path, "factors"), made) if "factors" in has else ()
        if kind == "factor-mean":
            over = tuple(dict.fromkeys(item for factor in factors for item in factor.items))
        elif kind == "weighted":
            over = tuple(item for item, _ in weights)
        else:
            over = self.over(has.get("over"), (*path, "over"), made, kind)
        found = Scoring(
            kind=cast(Any, kind),
            over=over,
            counted=self.answers_of(has.get("counted"), (*path, "counted"), made, over),
            done=self.answers_of(has.get("done"), (*path, "done"), made, over),
            weights=weights,
            bands=self.bands(has["bands"], (*path, "bands"), scored=kind in SCORED) if "bands" in has else (),
            stages=self.stages(has["stages"], (*path, "stages")) if "stages" in has else (),
            factors=factors,
        )
        if kind in {"sum", "weighted", "factor-mean"}:
            self.every_answer_scores(made, over)
        if kind in SCORED and not over:
            self.fault(path, "Nothing is scored: no choice item counts.", "Name items, or write kind: none.")
        if kind == "stage-ladder":
            self.sense_of_ladder(made, found, path)
        if found.bands and kind in SCORED and over:
            self.bands_are_total(made, found, path)
        return found

    def over(self, tree: Tree, path: Path, made: Instrument, kind: str) -> tuple[str, ...]:
        """The choice items that count; a group's id stands for those in it. Without a list: all of them."""
        if kind == "none":
            return ()
        if tree is None:
            return tuple(item.id for item in made.by_id.values() if item.type == "choice")
        found: dict[str, None] = {}
        for at, key in enumerate(self.codes(tree, path, least=1)):
            item = made.by_id.get(key)
            inside = [one.id for one in item.walk() if one.type == "choice"] if item else []
            if not inside:
                self.fault(
                    (*path, at), f"There is no choice item {key!r} that could count.", "Name ids of choice items."
                )
            found |= dict.fromkeys(inside)
        return tuple(found)

    def answers_of(self, tree: Tree, path: Path, made: Instrument, over: Iterable[str]) -> tuple[str, ...]:
        """Answer codes that exist for the items that count, and that say something."""
        if tree is None:
            return ()
        sets = {made.by_id[key].answers for key in over if key in made.by_id} & set(made.sets)
        known = {option.code: option for key in sets for option in made.sets[key].options}
        found = self.codes(tree, path, least=1)
        for at, code in enumerate(found):
            if code and code not in known:
                self.fault((*path, at), f"No item that counts has the answer {code!r}.", one_of(known))
            elif code and known[code].means != "answer":
                self.fault((*path, at), f"{code!r} means {known[code].means}: it is never counted.", "Take it out.")
        return found

    def weights(self, tree: Tree, path: Path, made: Instrument) -> tuple[tuple[str, Fraction], ...]:
        """What each item counts."""
        found = []
        for key, value in self.mapping(tree, path).items():
            self.is_choice(key, (*path, key), made)
            weight = self.number(value, (*path, key))
            if weight is not None:
                found.append((key, weight))
        return tuple(found)

    def factors(self, tree: Tree, path: Path, made: Instrument) -> tuple[Factor, ...]:
        """Which items are averaged together."""

        def factor(one: Tree, here: Path) -> Factor:
            has = self.mapping(one, here, ("key", "name", "items"), ())
            items = self.codes(has.get("items", []), (*here, "items"), least=1)
            for at, key in enumerate(items):
                self.is_choice(key, (*here, "items", at), made)
            name = self.text(has["name"], (*here, "name")) if "name" in has else ""
            return Factor(self.code(has.get("key", "x"), (*here, "key")), name, items)

        found = self.each(tree, path, factor, least=1)
        self.once([one.key for one in found], path, "key")
        return found

    def is_choice(self, key: str, path: Path, made: Instrument) -> None:
        """Only choices are scored."""
        if key and (key not in made.by_id or made.by_id[key].type != "choice"):
            self.fault(path, f"There is no choice item {key!r}.", "Name the id of a choice item.")

    def once(self, keys: list[str], path: Path, name: str) -> None:
        """No key twice in a list."""
        for at, key in enumerate(keys):
            if key and key in keys[:at]:
                self.fault((*path, at, name), f"{key!r} stands here twice.", "Keep one.")

    def bands(self, tree: Tree, path: Path, *, scored: bool) -> tuple[Band, ...]:
        """Stretches of scores, in rising order."""

        def band(one: Tree, here: Path) -> Band:
            has = self.mapping(one, here, ("code", "label", *(("from",) if scored else ())), ("result", "next_step"))
            start = self.number(has["from"], (*here, "from")) if "from" in has else None
            result = self.named(has["result"], (*here, "result"), RESULTS) if "result" in has else None
            step = self.named(has["next_step"], (*here, "next_step"), NEXT_STEPS) if "next_step" in has else None
            label = self.text(has["label"], (*here, "label")) if "label" in has else ""
            return Band(
                self.code(has.get("code", "x"), (*here, "code")), label, start, cast(Any, result), cast(Any, step)
            )

        found = self.each(tree, path, band, least=1)
        self.once([one.code for one in found], path, "code")
        for at, (before, after) in enumerate(zip(found, found[1:], strict=False), start=1):
            if before.start is not None and after.start is not None and after.start <= before.start:
                self.fault(
                    (*path, at, "from"),
                    "This band does not begin above the one before.",
                    "Write bands in rising order.",
                )
        if len({one.result is None for one in found}) > 1:
            self.fault(
                path, "Some bands have a result and some have none.", "Give every band a result, or none of them."
            )
        return found

    def bands_are_total(self, made: Instrument, scoring: Scoring, path: Path) -> None:
        """The lowest score that can be reached lies in a band."""
        from .scoring import lowest_possible

        unsound = any(fault.path[:2] != ("scoring", "bands") for fault in self.faults)
        if unsound or any(one.start is None for one in scoring.bands):
            return  # said already; a figure would mislead
        lowest = lowest_possible(_with(made, scoring=scoring))
        first = scoring.bands[0].start
        if first is not None and lowest is not None and first > lowest:
            self.fault(
                (*path, "bands", 0, "from"),
                f"A score can be {_shown(lowest)}, and no band holds it.",
                f"Begin the first band at {_shown(lowest)} or below.",
            )

    def every_answer_scores(self, made: Instrument, over: Iterable[str]) -> None:
        """Where scores are added, every answer that says something has one."""
        for key in dict.fromkeys(made.by_id[one].answers for one in over if one in made.by_id):
            for at, option in enumerate(made.sets[key].options if key in made.sets else ()):
                if option.means == "answer" and option.score is None:
                    self.fault(
                        ("answer_sets", key, "options", at),
                        f"The answer {option.code!r} has no score.",
                        "Write one, also 0.",
                    )

    def stages(self, tree: Tree, path: Path) -> tuple[Stage, ...]:
        """The rungs, numbered 1, 2, 3 ..."""

        def stage(one: Tree, here: Path) -> Stage:
            has = self.mapping(one, here, ("number", "name"), ("next_step", "aliases"))
            return Stage(
                number=self.whole(has.get("number", "1"), (*here, "number"), 1, 20) or 0,
                name=self.text(has["name"], (*here, "name")) if "name" in has else "",
                next_step=self.text(has["next_step"], (*here, "next_step")) if "next_step" in has else "",
                aliases=self.each(has.get("aliases", []), (*here, "aliases"), self.text),
            )

        found = self.each(tree, path, stage, least=1)
        if found and [one.number for one in found] != list(range(1, len(found) + 1)):
            self.fault(path, "The stages are not numbered 1, 2, 3 and so on.", "Number them in order.")
        return found

    def sense_of_ladder(self, made: Instrument, scoring: Scoring, path: Path) -> None:
        """A ladder has topics; a topic's stages are numbered as the ladder is, and stand nowhere else."""
        numbers = [stage.number for stage in scoring.stages]
        topics = [item for item in made.by_id.values() if item.role == "topic"]
        if not topics:
            self.fault(path, "A ladder needs topics.", "Give the groups that are topics role: topic.")
        inside = {one.id for topic in topics for one in topic.walk()}
        for topic in topics:
            here = self._paths.get(topic.id, ("items",))
            found = [item.number for item in topic.items if item.role == "stage"]
            if any(item.role != "stage" for item in topic.items) or found != sorted(
                {number for number in found if number in numbers}, key=lambda it: it or 0
            ):
                self.fault(
                    (*here, "items"),
                    "A topic holds its stages, each once and in order.",
                    f"Give each group in it role: stage and number: {', '.join(map(str, numbers))}.",
                )
            nested = [one.id for one in topic.walk() if one.role == "topic" and one.id != topic.id]
            if nested:
                self.fault((*here, "items"), "A topic stands in a topic.", "Take it out, and put it beside.")
        for item in made.by_id.values():
            if item.type == "choice" and item.id not in inside:
                self.fault(
                    self._paths.get(item.id, ("items",)), "This item stands in no topic.", "Put it into a stage of one."
                )
        for key in sorted({item.answers for item in made.by_id.values() if item.type == "choice"} & set(made.sets)):
            if not set(scoring.done) & {option.code for option in made.sets[key].established}:
                self.fault(
                    ("answer_sets", key),
                    "None of these answers means that an item is in place.",
                    "Name one in scoring.done.",
                )

    # ------------------------------------------------------------------------------------------------- translations

    def translations(self, tree: Tree, path: Path, made: Instrument) -> tuple[Translation, ...]:
        """Texts in other languages; ids and codes are those of the original."""
        known = places(made)
        found = []
        for language, entry in self.mapping(tree, path).items():
            here = (*path, language)
            self.language(language, here)
            if language == made.language:
                self.fault(here, "This is the instrument's own language.", "Take it out.")
            texts: dict[str, str] = {}
            self.leaves(entry, here, "", texts, known, 0)
            if not texts:
                self.fault(here, "The translation holds no text.", "Add texts, or take it out.")
            found.append(Translation(language, tuple(sorted(texts.items()))))
        return tuple(found)

    def leaves(
        self, tree: Tree, path: Path, place: str, texts: dict[str, str], known: Mapping[str, str], depth: int
    ) -> None:
        """The texts of a translation by their place."""
        if isinstance(tree, str):
            if place in known:
                texts[place] = self.text(tree, path)
            else:
                self.fault(path, "There is nothing to translate here.", "Use the ids and codes of the original.")
            return
        if depth > 3:
            self.fault(path, "There is nothing to translate here.", "Use the ids and codes of the original.")
            return
        for key, value in self.mapping(tree, path).items():
            self.leaves(value, (*path, key), f"{place}/{key}" if place else key, texts, known, depth + 1)


def _with(made: Instrument, **changes: Any) -> Instrument:
    """A copy with changes (and without what was computed for the old one)."""
    from dataclasses import replace

    return replace(made, **changes)


def _shown(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else f"{float(number):g}"
