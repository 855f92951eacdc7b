"""Keys, words and labels: well formed, unique, and present in every language that someone reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..fault import Fault
from ..pack import Pack
from ..words import Choices, Label
from .spots import spots

# Words that pages, printouts and messages ask every pack for.
REQUIRED_WORDS = (
    "area",
    "region",
    "center",
    "care_coordination_team",
    "advisory_team",
    "care_coordinator",
    "child_welfare",
    "child_welfare_hotline",
    "national_hotline",
    "emergency_services",
    "state_police",
    "law_enforcement",
    "alliance",
    "advocacy_provider",
    "reporter",
    "client",
    "case_summary",
    "service_plan",
    "judicial_district",
)
ADVOCACY = "victim_advocacy"
WORDS_WITH_PLURAL = ("area", "region", "center", "client")
KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
MAY_BE_EMPTY = {("teams.yaml", "recommended"), ("teams.yaml", "additional"), ("protocol.yaml", "recommended")}


def head(pack: Pack) -> Iterator[Fault]:
    file = "pack.yaml"
    if not KEY.fullmatch(pack.key):
        yield Fault(file, "key", f"“{pack.key}” is not a key.", "Use small letters, digits, hyphens.")
    try:
        ZoneInfo(pack.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Fault(
            file, "timezone", f"There is no time zone “{pack.timezone}”.", "Write a name such as America/Denver."
        )
    if not re.fullmatch(r"[0-9]{2}", pack.fips_state):
        yield Fault(file, "fips_state", f"“{pack.fips_state}” is no state code.", "Write the federal code, two digits.")
    for language in pack.languages:
        if not LANGUAGE.fullmatch(language):
            yield Fault(file, "languages", f"“{language}” is no language tag.", "Write a tag such as en or es.")
    for language, times in Counter(pack.languages).items():
        if times > 1:
            yield Fault(file, "languages", f"“{language}” stands twice.", "Keep one.")
    if pack.staff_language not in pack.languages:
        yield Fault(
            file,
            "staff_language",
            f"“{pack.staff_language}” is not one of the pack's languages.",
            f"Write one of {', '.join(pack.languages)}, or add it to languages.",
        )


def keys(pack: Pack) -> Iterator[Fault]:
    """Keys are well formed, and unique in their list: they are stored with records."""
    for spot in spots(pack):
        entries = spot.value.entries if isinstance(spot.value, Choices) else spot.value
        if not isinstance(entries, tuple):
            continue
        keys = [entry.key for entry in entries if hasattr(entry, "key")]
        for key, times in Counter(keys).items():
            where = f"{spot.key}[{key}]"
            if times > 1:
                yield Fault(spot.file, where, f"The key “{key}” stands {times} times.", "Give each entry its own key.")
            if not KEY.fullmatch(key):
                yield Fault(spot.file, where, f"“{key}” is not a key.", "Use small letters, digits, _ and -.")


def vocabularies(pack: Pack) -> Iterator[Fault]:
    """A vocabulary that forms offer has something to offer."""
    for spot in spots(pack):
        place = (spot.file, spot.key)
        if isinstance(spot.value, Choices) and not spot.value and place not in MAY_BE_EMPTY:
            yield Fault(spot.file, spot.key, "This list is empty.", "Add at least one entry.")
    for file, key, entries in (("services.yaml", "services", pack.services), ("regions.yaml", "regions", pack.regions)):
        if not entries:
            yield Fault(file, key, "This list is empty.", "Add at least one entry.")
    if ADVOCACY not in {service.key for service in pack.services}:
        remedy = "Add it: a confirmed victim is referred to an advocate."
        yield Fault("services.yaml", f"services[{ADVOCACY}]", "This service is missing.", remedy)


def words(pack: Pack) -> Iterator[Fault]:
    for key in REQUIRED_WORDS:
        if key not in pack.words:
            yield Fault("words.yaml", key, "This word is missing.", "Add it in every language of the pack.")
    for key in WORDS_WITH_PLURAL:
        if key in pack.words and not pack.words[key].plural:
            yield Fault(
                "words.yaml", f"{key}.plural", "This word has no plural.", "Add it in every language of the pack."
            )


def labels(pack: Pack) -> Iterator[Fault]:
    """What clients read exists in every language; what staff read, at least in theirs."""
    for spot in spots(pack):
        if not isinstance(spot.value, Label) or not spot.value.texts:
            continue
        for language in pack.languages if spot.for_clients else (pack.staff_language,):
            if not spot.value.texts.get(language):
                yield Fault(
                    spot.file,
                    f"{spot.key}.{language}",
                    f"The text in “{language}” is missing.",
                    f"Add it; until then readers of “{language}” would see another language.",
                )
        for language in spot.value.texts.keys() - set(pack.languages):
            yield Fault(
                spot.file,
                f"{spot.key}.{language}",
                f"“{language}” is not one of the pack's languages.",
                "Remove the text, or add the language to pack.yaml.",
            )
