"""What is wrong with a pack. Every check answers with faults; none of them stops at the first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rightdoor.domain.conditions import Condition
from rightdoor.domain.eligibility import REASONS
from rightdoor.domain.permission import ROLES
from rightdoor.domain.report_flow import ReportFacts
from rightdoor.domain.response_tier import TriageFacts, not_dangerous_first, uncovered
from rightdoor.domain.staffing import EMERGENCY_MUST_SETTLE
from rightdoor.domain.victim_status import STATUSES

from .fault import Fault
from .pack import Pack
from .schema import FILE_OF, place, read_folder
from .words import Choices, Label, Word

__all__ = ["Fault", "examine", "faults"]

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
)
WORDS_WITH_PLURAL = ("area", "region", "center", "client")
REQUIRED_CADENCE = ("crisis", "stable", "service_plan_review")
REQUIRED_AGENDAS = ("emergency", "ongoing")
KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


def faults(folder: Path) -> list[Fault]:
    """Everything wrong with the pack in `folder`; empty when it is sound."""
    return examine(folder)[1]


def examine(folder: Path) -> tuple[Pack | None, list[Fault]]:
    """The pack in `folder` if it could be read, and everything wrong with it."""
    pack, found = read_folder(folder)
    if pack is None:
        return None, found
    return pack, found_in(pack)


def found_in(pack: Pack) -> list[Fault]:
    """Everything wrong with a pack that could be read. Local changes are checked by the same function."""
    return [fault for check in CHECKS for fault in check(pack)]


# --- every value of a pack, with the place it stands at ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spot:
    file: str
    key: str
    value: Any
    for_clients: bool


def _spots(pack: Pack) -> Iterator[_Spot]:
    for entry in fields(pack):
        if entry.init:
            file = FILE_OF[entry.name]
            key = "" if file in _FILES_OF_ONE else entry.name
            yield from _below(_Spot(file, key, getattr(pack, entry.name), False))


_FILES_OF_ONE = {file for file in FILE_OF.values() if list(FILE_OF.values()).count(file) == 1} - {
    FILE_OF["agendas"],
    FILE_OF["services"],
    FILE_OF["targets"],
}


def _below(spot: _Spot) -> Iterator[_Spot]:
    yield spot
    value = spot.value
    if isinstance(value, Choices):
        value = value.entries
    if isinstance(value, tuple):
        for position, entry in enumerate(value):
            yield from _below(_Spot(spot.file, place(spot.key, position, entry), entry, spot.for_clients))
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _below(_Spot(spot.file, _join(spot.key, str(name)), entry, spot.for_clients))
    elif is_dataclass(value) and not isinstance(value, Label):
        client_word = isinstance(value, Word) and value.audience == "client"
        for entry in fields(value):
            marked = entry.metadata.get("audience") == "client"
            below = getattr(value, entry.name)
            yield from _below(
                _Spot(spot.file, _join(spot.key, entry.name), below, spot.for_clients or marked or client_word)
            )


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


# --- checks --------------------------------------------------------------------------------------------------------


def _head(pack: Pack) -> Iterator[Fault]:
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


def _keys(pack: Pack) -> Iterator[Fault]:
    """Keys are well formed, and unique in their list: they are stored with records."""
    for spot in _spots(pack):
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


def _words(pack: Pack) -> Iterator[Fault]:
    for key in REQUIRED_WORDS:
        if key not in pack.words:
            yield Fault("words.yaml", key, "This word is missing.", "Add it in every language of the pack.")
    for key in WORDS_WITH_PLURAL:
        if key in pack.words and not pack.words[key].plural:
            yield Fault(
                "words.yaml", f"{key}.plural", "This word has no plural.", "Add it in every language of the pack."
            )


def _labels(pack: Pack) -> Iterator[Fault]:
    """What clients read exists in every language; what staff read, at least in theirs."""
    for spot in _spots(pack):
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


def _regions(pack: Pack) -> Iterator[Fault]:
    file = "regions.yaml"
    regions_of: dict[str, list[str]] = {}
    areas_with: dict[str, list[str]] = {}
    for region in pack.regions:
        for area in region.areas:
            where = f"regions[{region.key}].areas[{area.key}]"
            regions_of.setdefault(area.key, []).append(region.key)
            areas_with.setdefault(area.fips, []).append(area.key)
            if area.region != region.key:
                yield Fault(file, f"{where}.region", "The area names another region.", "Leave the key out.")
            if not re.fullmatch(r"[0-9]{5}", area.fips) or not area.fips.startswith(pack.fips_state):
                remedy = f"Write five digits that begin with {pack.fips_state}."
                yield Fault(file, f"{where}.fips", f"“{area.fips}” is no code of this state's areas.", remedy)
        if not region.areas:
            yield Fault(
                file, f"regions[{region.key}].areas", "The region has no area.", "Add one, or remove the region."
            )
    for key, regions in regions_of.items():
        if len(set(regions)) > 1:
            remedy = "Keep it in one, so that a report from there has one way to go."
            yield Fault(file, f"areas[{key}]", f"“{key}” lies in {' and '.join(regions)}.", remedy)
    for fips, keys in areas_with.items():
        if len(set(keys)) > 1:
            yield Fault(
                file, f"areas[{keys[-1]}].fips", f"{fips} is the code of {keys[0]}, too.", "Correct one of them."
            )
    yield from _centers(pack)


def _centers(pack: Pack) -> Iterator[Fault]:
    file = "regions.yaml"
    region_of = {area.key: area.region for area in pack.areas}
    served = Counter(area for center in pack.centers for area in center.areas)
    known = {region.key for region in pack.regions}
    for center in pack.centers:
        where = f"centers[{center.key}]"
        if center.region not in known:
            yield Fault(file, f"{where}.region", f"There is no region “{center.region}”.", _one_of(known))
        for area in center.areas:
            if region_of.get(area) != center.region:
                remedy = "Name only areas of the center's own region."
                yield Fault(file, f"{where}.areas", f"“{area}” is not an area of “{center.region}”.", remedy)
    for area in region_of:
        if served[area] != 1:
            said = "No center serves" if not served[area] else f"{served[area]} centers serve"
            yield Fault(file, "centers", f"{said} “{area}”.", "Let exactly one center serve each area.")


def _one_of(names: Iterable[str]) -> str:
    return f"Write one of {', '.join(sorted(names))}."


def _reporting_line(pack: Pack) -> Iterator[Fault]:
    file = "reporting_line.yaml"
    line = pack.reporting_line
    parties = {party.key for party in line.parties}
    if line.entry not in {hotline.key for hotline in pack.public.hotlines}:
        yield Fault(file, "entry", f"“{line.entry}” is not a hotline.", "Name one of the hotlines in public.yaml.")
    for party in line.parties:
        if party.key not in pack.words:
            yield Fault(file, f"parties[{party.key}]", "This party has no name.", "Add the word to words.yaml.")
        if party.role not in ROLES:
            yield Fault(file, f"parties[{party.key}].role", f"There is no role “{party.role}”.", _one_of(ROLES))
    if not line.hops:
        yield Fault(file, "hops", "A report goes nowhere.", "Add the hops that a report sets in motion.")
    for hop in line.hops:
        where = f"hops[{hop.key}]"
        for end in ("by", "to"):
            party_key = getattr(hop, end)
            if party_key not in parties:
                yield Fault(file, f"{where}.{end}", f"“{party_key}” is not a party of the line.", _one_of(parties))
        if hop.owner_role not in ROLES:
            yield Fault(file, f"{where}.owner_role", f"There is no role “{hop.owner_role}”.", _one_of(ROLES))
        if hop.due_hours is not None and hop.due_hours <= 0:
            yield Fault(
                file, f"{where}.due_hours", "The hours are not positive.", "Write the hours, or leave the key out."
            )
        if hop.max_age is not None and hop.max_age < 0:
            yield Fault(
                file, f"{where}.max_age", f"{hop.max_age} is no age.", "Write the oldest age, or leave the key out."
            )
        yield from _conditions(file, f"{where}.when", hop.when, ReportFacts)
    yield from _mandated_report(pack)


def _mandated_report(pack: Pack) -> Iterator[Fault]:
    file, owed = "reporting_line.yaml", pack.reporting_line.mandated_report
    if owed.written_follow_up_within_days <= 0:
        key = "mandated_report.written_follow_up_within_days"
        yield Fault(file, key, "The days are not positive.", "Write the days the law gives.")
    for kind in owed.always_to_hotline:
        if kind not in pack.trafficking.kinds:
            key = "mandated_report.always_to_hotline"
            yield Fault(file, key, f"There is no kind “{kind}”.", _one_of(pack.trafficking.kinds.keys()))


def _conditions(file: str, key: str, when: Sequence[Condition], facts: type[Any]) -> Iterator[Fault]:
    """Conditions ask for facts that the rule knows, with values that the fact can have."""
    known = {name: _answers(hint) for name, hint in get_type_hints(facts).items()}
    for position, condition in enumerate(when):
        where = f"{key}[{position}]"
        if not condition:
            yield Fault(file, where, "This alternative names no fact.", "Name one, or remove the alternative.")
        for name, required in condition.items():
            if name not in known:
                yield Fault(file, f"{where}.{name}", f"The rule knows no fact “{name}”.", _one_of(known))
            elif required not in known[name]:
                shown = ", ".join(str(answer).lower() for answer in known[name])
                remedy = f"Write one of {shown}." if shown else "Leave it out; an age is asked for by max_age."
                yield Fault(file, f"{where}.{name}", f"“{required}” can never be the answer.", remedy)


def _answers(hint: Any) -> tuple[object, ...]:
    """What a condition may ask of a fact of this type. Numbers have none: ages are asked for by `max_age`."""
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not type(None)]
    if bool in kinds:
        return (True, False, "not_false", "not_true")
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(answer for kind in kinds for answer in get_args(kind))


def _eligibility(pack: Pack) -> Iterator[Fault]:
    file, rule, words = "eligibility.yaml", pack.eligibility, pack.eligibility_words
    if not 0 < rule.max_age_exclusive <= 130:
        key = "eligibility.max_age_exclusive"
        yield Fault(file, key, f"{rule.max_age_exclusive} is no age.", "Write the first age that is not eligible.")
    for reason in rule.ineligible_reasons:
        if reason not in REASONS:
            key = "eligibility.ineligible_reasons"
            yield Fault(file, key, f"The rule finds no reason “{reason}”.", _one_of(REASONS))
    for status in rule.statuses:
        if status not in STATUSES:
            yield Fault(file, "eligibility.statuses", f"There is no status “{status}”.", _one_of(STATUSES))
    for status in STATUSES:
        if status not in words.victim_statuses:
            key = "eligibility_words.victim_statuses"
            yield Fault(file, key, f"The status “{status}” has no label.", "Add it.")
    for reason in rule.ineligible_reasons:
        if reason not in words.ineligible_reasons:
            key = "eligibility_words.ineligible_reasons"
            yield Fault(file, key, f"The reason “{reason}” has no label.", "Add it.")


def _tiers(pack: Pack) -> Iterator[Fault]:
    """Every combination of facts has a tier, and not knowing never slows the response. (INT-6)"""
    file = "tiers.yaml"
    for tier in pack.tiers:
        where = f"tiers[{tier.key}]"
        if tier.due_hours <= 0:
            yield Fault(file, f"{where}.due_hours", "The hours are not positive.", "Write the hours to the meeting.")
        if not tier.when:
            yield Fault(file, f"{where}.when", "This tier is never reached.", "Say which facts lead to it.")
        yield from _conditions(file, f"{where}.when", tier.when, TriageFacts)
    if [tier.number for tier in pack.tiers] != list(range(1, len(pack.tiers) + 1)):
        yield Fault(
            file, "tiers", "The tiers are not numbered 1, 2, 3 … in order.", "Number them from the most urgent."
        )
    hours = [tier.due_hours for tier in pack.tiers]
    if hours != sorted(hours):
        yield Fault(file, "tiers", "A later tier is due before an earlier one.", "Put the most urgent tier first.")
    for facts in uncovered(pack.tiers):
        remedy = "Add the combination to a tier; the more urgent one where the sources are silent."
        yield Fault(file, "tiers", f"No tier answers: {_said(facts)}.", remedy)
    for unknown, known in not_dangerous_first(pack.tiers):
        remedy = "Let an unknown count as the dangerous answer: write not_false or not_true in `when`."
        sentence = f"Not knowing slows the response: {_said(unknown)} is slower than {_said(known)}."
        yield Fault(file, "tiers", sentence, remedy)


def _said(facts: TriageFacts) -> str:
    """The facts under the names that the file uses."""
    answers = {True: "true", False: "false", None: "not known"}
    parts = [(entry.name, getattr(facts, entry.name)) for entry in fields(facts)]
    return ", ".join(f"{name} {answers.get(value, value)}" for name, value in parts)


def _clocks(pack: Pack) -> Iterator[Fault]:
    file, clocks = "clocks.yaml", pack.clocks
    for entry in fields(clocks):
        value = getattr(clocks, entry.name)
        if isinstance(value, int) and value <= 0:
            yield Fault(file, entry.name, "The hours are not positive.", "Write the hours.")
    for cadence in clocks.cadence:
        if cadence.every_days is not None and cadence.every_days <= 0:
            key = f"cadence[{cadence.key}].every_days"
            yield Fault(file, key, "The days are not positive.", "Write the days, or leave the key out.")
    for key in REQUIRED_CADENCE:
        if key not in {cadence.key for cadence in clocks.cadence}:
            yield Fault(file, f"cadence[{key}]", "This cadence is missing.", "Say how often it is due.")
    for name, duties in (("renewals", clocks.renewals), ("missing_child", clocks.missing_child)):
        for duty in duties:
            if duty.within_days <= 0:
                key = f"{name}[{duty.key}].within_days"
                yield Fault(file, key, "The days are not positive.", "Write the days.")
    for rule in clocks.retention:
        if rule.keep_years <= 0:
            yield Fault(file, f"retention[{rule.key}].keep_years", "The years are not positive.", "Write the years.")


def _teams(pack: Pack) -> Iterator[Fault]:
    file = "teams.yaml"
    if not pack.teams.core:
        yield Fault(file, "core", "The core team is empty.", "Name the disciplines that every team has.")
    for key, times in Counter(pack.teams.all().keys()).items():
        if times > 1:
            yield Fault(file, key, f"The discipline “{key}” stands in two lists.", "Keep it in one.")


def _agendas(pack: Pack) -> Iterator[Fault]:
    file = "agendas.yaml"
    kinds = [agenda.kind for agenda in pack.agendas]
    for kind, times in Counter(kinds).items():
        if times > 1:
            yield Fault(file, f"agendas[{kind}]", f"The kind “{kind}” has {times} agendas.", "Keep one.")
    for kind in REQUIRED_AGENDAS:
        if kind not in kinds:
            yield Fault(file, f"agendas[{kind}]", "This agenda is missing.", "Add its topics.")
    for agenda in pack.agendas:
        if not agenda.topics:
            yield Fault(file, f"agendas[{agenda.kind}].topics", "The agenda has no topic.", "Add its topics.")
        if agenda.kind == "emergency":
            settled = {topic.settles for topic in agenda.topics}
            key = "agendas[emergency].topics"
            for owed in EMERGENCY_MUST_SETTLE:
                if owed not in settled:
                    remedy = f"Add a topic with `settles: {owed}`."
                    yield Fault(file, key, f"No topic settles “{owed}”.", remedy)
        for topic in agenda.topics:
            if topic.settles and topic.settles not in EMERGENCY_MUST_SETTLE:
                key = f"agendas[{agenda.kind}].topics[{topic.key}].settles"
                yield Fault(file, key, f"A staffing does not settle “{topic.settles}”.", _one_of(EMERGENCY_MUST_SETTLE))


def _numbers(pack: Pack) -> Iterator[Fault]:
    if pack.statistics.small_count_threshold < 2:
        remedy = "Write the smallest count that may be shown, 2 or more."
        yield Fault("statistics.yaml", "small_count_threshold", "The threshold protects nobody.", remedy)
    for position, walk in enumerate(pack.statistics.crosswalk):
        if walk.means not in STATUSES:
            key = f"crosswalk[{position}].means"
            yield Fault("statistics.yaml", key, f"There is no status “{walk.means}”.", _one_of(STATUSES))
    for target in pack.targets:
        if target.aim <= 0 or (target.unit == "percent" and target.aim > 100):
            key = f"targets[{target.key}].aim"
            yield Fault(
                "measures.yaml", key, f"{target.aim} is no target.", "Write a positive number, percent up to 100."
            )


def _public(pack: Pack) -> Iterator[Fault]:
    file, public = "public.yaml", pack.public
    if not public.quick_exit_url.startswith("https://"):
        yield Fault(file, "quick_exit_url", "The address is not https.", "Write a harmless page's address, https://…")
    if public.anonymous_reports != ("anonymous" in public.reporter_types):
        sentence = "anonymous_reports and the reporter type “anonymous” do not agree."
        yield Fault(file, "anonymous_reports", sentence, "Have both, or neither.")
    for kind in ("danger", "state", "national"):
        if kind not in {hotline.kind for hotline in public.hotlines}:
            yield Fault(file, "hotlines", f"There is no hotline of the kind “{kind}”.", "Add it.")
    for hotline in public.hotlines:
        where = f"hotlines[{hotline.key}]"
        if hotline.key not in pack.words:
            yield Fault(file, where, "This hotline has no name.", "Add the word to words.yaml.")
        for name, number in (("dial", hotline.dial), ("text_to", hotline.text_to)):
            if number and not is_plausible_number(number):
                yield Fault(
                    file,
                    f"{where}.{name}",
                    f"“{number}” is no number to dial.",
                    "Write digits only, 911 or 18005550100.",
                )
        if not _digits(hotline.phone).endswith(hotline.dial[-10:]):
            remedy = "Show the same number, in digits too where it has letters."
            yield Fault(file, f"{where}.phone", "The number shown is not the number dialed.", remedy)


def is_plausible_number(number: str) -> bool:
    """A short code of three, five or six digits, or a North American number of ten with or without the leading 1."""
    return re.fullmatch(r"[0-9]{3}|[0-9]{5,6}|1?[2-9][0-9]{2}[2-9][0-9]{6}", number) is not None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


CHECKS: tuple[Callable[[Pack], Iterator[Fault]], ...] = (
    _head,
    _keys,
    _words,
    _labels,
    _regions,
    _reporting_line,
    _eligibility,
    _tiers,
    _clocks,
    _teams,
    _agendas,
    _numbers,
    _public,
)
