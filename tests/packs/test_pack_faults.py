"""Each way in which a pack can be wrong, shown on a copy of a sound one with one thing spoiled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rightdoor.packs.check import Fault, faults
from rightdoor.packs.read import PackUnsound, load_pack

EXAMPLE = Path(__file__).parents[2] / "jurisdictions" / "example"


def spoiled(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the example pack in which the first `old` in `file` is `new`."""
    folder = tmp_path / "spoiled"
    shutil.copytree(EXAMPLE, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def only(found: list[Fault], file: str, key: str) -> Fault:
    """The fault at this place."""
    at_place = [fault for fault in found if (fault.file, fault.key) == (file, key)]
    assert at_place, f"nothing at {file} {key}; found " + "; ".join(str(fault) for fault in found)
    return at_place[0]


# file, what is there, what it becomes, key of the fault, part of the sentence, part of the remedy
CANNOT_BE_READ = [
    ("tiers.yaml", "due_hours: 24", "due_hours: soon", "tiers[urgent].due_hours", "cannot be read", "whole number"),
    ("tiers.yaml", "due_hours: 24", "due_hours: 24.5", "tiers[urgent].due_hours", "cannot be read", "whole number"),
    ("tiers.yaml", "due_hours: 24", "due_hours:", "tiers[urgent].due_hours", "empty", "Leave the key out"),
    ("tiers.yaml", "key: urgent", "key: null", "tiers[null].key", "empty", "Leave the key out"),
    ("tiers.yaml", "    due_hours: 24\n", "", "tiers[urgent].due_hours", "missing", "Add it"),
    ("tiers.yaml", "due_hours: 24", "due_hour: 24", "tiers[urgent].due_hour", "not known", "due_hours"),
    ("tiers.yaml", "may_lengthen: false", "may_lengthen: no", "tier_change.may_lengthen", "no", "true or false"),
    ("tiers.yaml", "tier_change:", "tier_changes:", "tier_changes", "not known", "tier_change"),
    ("tiers.yaml", "number: 1", "number: 1\n    number: 2", "tiers[0].number", "twice", "Keep one"),
    (
        "clocks.yaml",
        "starts_at: released",
        "starts_at: friday",
        "starts_at",
        "not known",
        "reported, released, received",
    ),
    ("pack.yaml", "2026-03-01", "03/01/2026", "statutes[0].checked_on", "cannot be read", "2026-01-31"),
    ("pack.yaml", "languages: [es, en]", "languages: es", "languages", "list", "one entry a line"),
    ("pack.yaml", "name: Altamira", "name: [Altamira]", "name", "One value", "text"),
    (
        "public.yaml",
        "title: {en: Neighborhood desk, es: Mesa vecinal}",
        "title: {}",
        "title",
        "no text",
        "line a language",
    ),
    (
        "public.yaml",
        "title: {en: Neighborhood desk, es: Mesa vecinal}",
        "title: [a]",
        "title",
        "Keys and values",
        "key: value",
    ),
    ("regions.yaml", "regions:", "regions: [", "line 2", "not valid YAML", "brackets"),
]

IS_UNSOUND = [
    ("pack.yaml", "key: example", "key: Example State", "key", "not a key", "small letters"),
    ("pack.yaml", "America/Denver", "America/Altamira", "timezone", "no time zone", "America/Denver"),
    ("pack.yaml", 'fips_state: "98"', 'fips_state: "9"', "fips_state", "no state code", "two digits"),
    ("pack.yaml", "[es, en]", "[es, en, es]", "languages", "stands twice", "Keep one"),
    ("pack.yaml", "[es, en]", "[es, en, Español]", "languages", "no language tag", "en or es"),
    ("pack.yaml", "staff_language: en", "staff_language: fr", "staff_language", "not one of", "es, en"),
    ("words.yaml", "area:", "territory:", "area", "missing", "every language"),
    ("words.yaml", "one: {en: county, es: condado}", "one: {en: county}", "area.one.es", "missing", "Add it"),
    ("words.yaml", "  plural: {en: counties, es: condados}\n", "", "area.plural", "no plural", "every language"),
    ("words.yaml", "es: condado}", "es: condado, vi: quận}", "area.one.vi", "not one of", "pack.yaml"),
    ("trafficking.yaml", "en: Forced work, ", "", "kinds[labor].label.en", "missing", "Add it"),
    (
        "trafficking.yaml",
        "{en: Forced work, es: Trabajo forzado}",
        "{en: Forced work}",
        "kinds[labor].label.es",
        "missing",
        "readers of “es”",
    ),
    ("trafficking.yaml", "key: labor", "key: debt", "kinds[debt]", "no kind “debt”", "both, labor, sex"),
    ("teams.yaml", "en: Clinic, ", "", "core[medical].label.en", "missing", "Add it"),
    ("services.yaml", "key: food", "key: housing", "services[housing]", "2 times", "its own key"),
    ("services.yaml", "key: food", "key: Food & drink", "services[Food & drink]", "not a key", "small letters"),
    ("regions.yaml", "key: llano", "key: sierra", "regions[sierra]", "2 times", "its own key"),
    (
        "regions.yaml",
        '{key: bajada, name: Bajada, fips: "98003"',
        '{key: alder, name: Alder, fips: "98003"',
        "areas[alder]",
        "lies in sierra and llano",
        "one way to go",
    ),
    ("regions.yaml", "98001", "9801", "regions[sierra].areas[alder].fips", "no code", "five digits that begin with 98"),
    ("regions.yaml", "98001", "22001", "regions[sierra].areas[alder].fips", "no code", "begin with 98"),
    ("regions.yaml", "98001", "98003", "areas[bajada].fips", "code of alder", "Correct one"),
    (
        "regions.yaml",
        "region: llano,",
        "region: plains,",
        "centers[llano-house].region",
        "no region",
        "llano, ribera, sierra",
    ),
    ("regions.yaml", "areas: [sauce, vado]", "areas: [sauce]", "centers", "No center serves “vado”", "exactly one"),
    (
        "regions.yaml",
        ", tile: {column: 2, row: 1, letters: ALD}",
        "",
        "regions[sierra].areas[alder].tile",
        "not on the map",
        "every area a square",
    ),
    (
        "regions.yaml",
        "column: 2, row: 1, letters: ALD",
        "column: 1, row: 1, letters: ALD",
        "regions[sierra].areas[cumbre].tile",
        "taken by “alder”",
        "Move one",
    ),
    ("regions.yaml", "letters: ALD", "letters: CUM", "regions[sierra].areas[cumbre].tile", "“alder”", "other letters"),
    (
        "regions.yaml",
        "letters: ALD",
        "letters: Aldr",
        "regions[sierra].areas[alder].tile",
        "not fit",
        "capital letters",
    ),
    (
        "regions.yaml",
        "column: 2, row: 1",
        "column: 0, row: 1",
        "regions[sierra].areas[alder].tile",
        "outside",
        "1 to 16",
    ),
    ("regions.yaml", "areas: [sauce, vado]", "areas: [sauce, vado, vado]", "centers", "2 centers serve", "exactly one"),
    (
        "regions.yaml",
        "areas: [sauce, vado]",
        "areas: [sauce, vado, alder]",
        "centers[ribera-house].areas",
        "not an area",
        "own region",
    ),
    ("reporting_line.yaml", "entry: child_welfare_hotline", "entry: mailbox", "entry", "not a hotline", "public.yaml"),
    (
        "reporting_line.yaml",
        "key: reporter, role: public",
        "key: neighbor, role: public",
        "parties[neighbor]",
        "no name",
        "words.yaml",
    ),
    (
        "reporting_line.yaml",
        "role: advocacy_desk",
        "role: helper",
        "parties[advocacy_provider].role",
        "no role",
        "advocacy_desk",
    ),
    (
        "reporting_line.yaml",
        "to: law_enforcement,",
        "to: posse,",
        "hops[to_law_enforcement].to",
        "not a party",
        "law_enforcement",
    ),
    ("reporting_line.yaml", "by: reporter,", "by: nobody,", "hops[report].by", "not a party", "reporter"),
    (
        "reporting_line.yaml",
        "owner_role: alliance_reviewer",
        "owner_role: desk",
        "hops[to_team].owner_role",
        "no role",
        "alliance_reviewer",
    ),
    (
        "reporting_line.yaml",
        "due_hours: 12",
        "due_hours: 0",
        "hops[to_team].due_hours",
        "not positive",
        "leave the key out",
    ),
    ("reporting_line.yaml", "max_age: 20", "max_age: -1", "hops[advocacy].max_age", "no age", "oldest age"),
    (
        "reporting_line.yaml",
        "{caretaker_alleged: true}",
        "{caretaker: true}",
        "hops[investigate].when[0].caretaker",
        "no fact",
        "caretaker_alleged",
    ),
    (
        "reporting_line.yaml",
        "{caretaker_alleged: true}",
        "{caretaker_alleged: often}",
        "hops[investigate].when[0].caretaker_alleged",
        "never be the answer",
        "not_false",
    ),
    (
        "reporting_line.yaml",
        "{caretaker_alleged: true}",
        "{age: 17}",
        "hops[investigate].when[0].age",
        "never be the answer",
        "max_age",
    ),
    (
        "reporting_line.yaml",
        "[{caretaker_alleged: true}]",
        "[{}]",
        "hops[investigate].when[0]",
        "names no fact",
        "Name one",
    ),
    (
        "reporting_line.yaml",
        "within_days: 3",
        "within_days: 0",
        "mandated_report.written_follow_up_within_days",
        "not positive",
        "the law gives",
    ),
    (
        "reporting_line.yaml",
        "[sex, labor, both]",
        "[sex, debt]",
        "mandated_report.always_to_hotline",
        "no kind",
        "labor",
    ),
    (
        "eligibility.yaml",
        "max_age_exclusive: 21",
        "max_age_exclusive: 0",
        "eligibility.max_age_exclusive",
        "no age",
        "first age",
    ),
    (
        "eligibility.yaml",
        "[confirmed, suspected]",
        "[confirmed, likely]",
        "eligibility.statuses",
        "no status",
        "suspected",
    ),
    (
        "eligibility.yaml",
        "[age, not_trafficking,",
        "[age, late,",
        "eligibility.ineligible_reasons",
        "no reason",
        "inadequate_information",
    ),
    ("eligibility.yaml", "key: suspected", "key: likely", "eligibility_words.victim_statuses", "no label", "Add it"),
    ("eligibility.yaml", "key: age", "key: years", "eligibility_words.ineligible_reasons", "no label", "Add it"),
    ("tiers.yaml", "due_hours: 24", "due_hours: 0", "tiers[urgent].due_hours", "not positive", "hours to the meeting"),
    ("tiers.yaml", "due_hours: 24", "due_hours: 200", "tiers", "due before an earlier", "most urgent tier first"),
    ("tiers.yaml", "number: 2", "number: 5", "tiers", "not numbered", "most urgent"),
    (
        "tiers.yaml",
        "{immediate_safety_concern: not_false}",
        "{immediate_safety_concern: perhaps}",
        "tiers[urgent].when[0].immediate_safety_concern",
        "never be the answer",
        "true, false",
    ),
    (
        "tiers.yaml",
        "{victim_status: suspected, immediate_safety_concern: false}",
        "{victim: suspected}",
        "tiers[standard].when[1].victim",
        "no fact",
        "victim_status",
    ),
    ("clocks.yaml", "summary_due_hours: 48", "summary_due_hours: -1", "summary_due_hours", "not positive", "hours"),
    (
        "clocks.yaml",
        "every_days: 3",
        "every_days: 0",
        "cadence[crisis].every_days",
        "not positive",
        "leave the key out",
    ),
    ("clocks.yaml", "key: crisis", "key: urgent", "cadence[crisis]", "missing", "how often"),
    ("clocks.yaml", "within_days: 730", "within_days: 0", "renewals[mou].within_days", "not positive", "days"),
    ("clocks.yaml", "keep_years: 10", "keep_years: 0", "retention[case].keep_years", "not positive", "years"),
    ("clocks.yaml", "acceptance_days: 5", "acceptance_days: 0", "service_follow_up.acceptance_days", "not pos", "days"),
    ("clocks.yaml", "contact_days: 10", "contact_days: 4", "service_follow_up.first_contact_days", "before", "least"),
    ("services.yaml", "key: victim_advocacy", "key: mentor", "services[victim_advocacy]", "missing", "advocate"),
    ("teams.yaml", "key: school", "key: medical", "medical", "two lists", "Keep it in one"),
    ("agendas.yaml", "kind: ongoing", "kind: emergency", "agendas[emergency]", "2 agendas", "Keep one"),
    ("agendas.yaml", "kind: ongoing", "kind: later", "agendas[ongoing]", "missing", "topics"),
    ("agendas.yaml", "kind: ongoing", "kind: later", "agendas[later]", "no meeting", "advisory, after_action"),
    ("eligibility.yaml", "[confirmed, suspected]", "[]", "eligibility.statuses", "Nobody", "suspected"),
    (
        "agendas.yaml",
        ", settles: consent_plan",
        "",
        "agendas[emergency].topics",
        "No topic settles “consent_plan”",
        "settles: consent_plan",
    ),
    (
        "agendas.yaml",
        "settles: consent_plan",
        "settles: lunch",
        "agendas[emergency].topics[permission].settles",
        "does not settle “lunch”",
        "consent_plan",
    ),
    ("measures.yaml", "aim: 70", "aim: 170", "targets[staffings].aim", "no target", "up to 100"),
    (
        "screening.yaml",
        "demonstration-",
        "nobodys-",
        "recommended_tools",
        "no tool “nobodys-narrative”",
        "Add its file",
    ),
    ("screening.yaml", "[demonstration-narrative]", "[qyit, qyit]", "recommended_tools", "stands twice", "Keep one"),
    ("published.yaml", "year: 2020", "year: 2019", "printed_reports[cy2020].year", "stands twice", "one report"),
    ("published.yaml", "year: 2020", "year: 20", "printed_reports[cy2020].year", "no year", "four digits"),
    ("published.yaml", "total: 131", "age=adult: 131", "printed_reports[cy2020].cells", "total is missing", "Add"),
    ("published.yaml", "total: 131", "total: -1", "printed_reports[cy2020].cells.total", "no count", "zero or more"),
    (
        "published.yaml",
        '"age=adult": 40',
        '"adults": 40',
        "printed_reports[cy2019].cells.adults",
        "names no cell",
        "age=juvenile",
    ),
    (
        "published.yaml",
        '"age=adult": 40',
        '"age=adult": 140',
        "printed_reports[cy2019].cells.age=adult",
        "more than the total",
        "Correct",
    ),
    (
        "published.yaml",
        '"age=adult": 40',
        '"age=adult": 41',
        "printed_reports[cy2019].sums[0]",
        "do not come to total",
        "Correct the cells",
    ),
    (
        "published.yaml",
        '"age=adult", "age=unknown"]',
        '"age=adult", "age=other"]',
        "printed_reports[cy2019].sums[0]",
        "no cell age=other",
        "Name",
    ),
    ("published.yaml", "answered: 9", "answered: 13", "printed_reports[cy2019].answered", "More answered", "Correct"),
    ("statistics.yaml", "threshold: 16", "threshold: 5", "small_count_threshold", "point at a child", "11 or more"),
    ("statistics.yaml", "means: suspected", "means: likely", "crosswalk[0].means", "no status", "suspected"),
    ("public.yaml", "https://www", "http://www", "quick_exit_url", "not https", "https"),
    (
        "public.yaml",
        "anonymous_reports: false",
        "anonymous_reports: true",
        "anonymous_reports",
        "do not agree",
        "both, or neither",
    ),
    ("public.yaml", "kind: national", "kind: state", "hotlines", "kind “national”", "Add it"),
    ("public.yaml", "key: national_hotline", "key: other_line", "hotlines[other_line]", "no name", "words.yaml"),
    (
        "public.yaml",
        'dial: "18005550142"',
        'dial: "1800555014"',
        "hotlines[child_welfare_hotline].dial",
        "no number",
        "digits only",
    ),
    (
        "public.yaml",
        'text_to: "233733"',
        'text_to: "23373A"',
        "hotlines[national_hotline].text_to",
        "no number",
        "digits only",
    ),
    (
        "public.yaml",
        "phone: 1-800-555-0142",
        "phone: 1-800-555-0143",
        "hotlines[child_welfare_hotline].phone",
        "not the number dialed",
        "same number",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "sentence", "remedy"), CANNOT_BE_READ + IS_UNSOUND)
def test_a_fault_names_its_file_its_key_and_the_remedy(
    tmp_path: Path, file: str, old: str, new: str, key: str, sentence: str, remedy: str
) -> None:
    fault = only(faults(spoiled(tmp_path, file, old, new)), file, key)
    assert sentence in fault.sentence
    assert remedy in fault.remedy


def test_a_pack_with_a_fault_is_not_loaded(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "tiers.yaml", "due_hours: 24", "due_hours: 0")
    with pytest.raises(PackUnsound, match="due_hours: The hours are not positive. Write the hours") as refused:
        load_pack(folder)
    assert [fault.key for fault in refused.value.faults] == ["tiers[urgent].due_hours"]


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "tiers.yaml", "due_hours: 24", "due_hours: 0")
    text = (folder / "public.yaml").read_text(encoding="utf-8")
    (folder / "public.yaml").write_text(text.replace("https://", "http://"), encoding="utf-8")
    assert {fault.file for fault in faults(folder)} == {"tiers.yaml", "public.yaml"}


@pytest.mark.req("INT-6")
def test_a_hole_in_the_tiers_is_refused_with_the_facts_that_nobody_answers(tmp_path: Path) -> None:
    line = "      - {victim_status: confirmed, safe_and_stable: not_true}\n"
    found = faults(spoiled(tmp_path, "tiers.yaml", line, ""))
    assert {fault.sentence for fault in found} == {
        "No tier answers: victim_status confirmed, open_investigation false, "
        f"immediate_safety_concern false, safe_and_stable {safe}."
        for safe in ("false", "not known")
    }


@pytest.mark.req("INT-6")
def test_a_tier_that_makes_the_unknown_slower_is_refused(tmp_path: Path) -> None:
    standard = "{victim_status: suspected, immediate_safety_concern: false}"
    folder = spoiled(tmp_path, "tiers.yaml", standard, "{victim_status: suspected, immediate_safety_concern: not_true}")
    text = (folder / "tiers.yaml").read_text(encoding="utf-8")
    urgent = "{immediate_safety_concern: not_false}"
    lenient = (
        "{immediate_safety_concern: true}\n      - {victim_status: confirmed, immediate_safety_concern: not_false}"
    )
    (folder / "tiers.yaml").write_text(text.replace(urgent, lenient), encoding="utf-8")
    fault = only(faults(folder), "tiers.yaml", "tiers")
    assert "Not knowing slows the response" in fault.sentence
    assert "immediate_safety_concern not known" in fault.sentence
    assert "not_false" in fault.remedy


def test_a_pack_without_tiers_is_refused(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "tiers.yaml", "tiers:", "tiers: []\nunused:")
    text = (folder / "tiers.yaml").read_text(encoding="utf-8")
    (folder / "tiers.yaml").write_text("tiers: []\n" + text[text.index("tier_change:") :], encoding="utf-8")
    assert only(faults(folder), "tiers.yaml", "tiers").sentence == "There is no tier."


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "pack.yaml", "name: Altamira", "name: Altamira")
    (folder / "clocks.yaml").unlink()
    fault = only(faults(folder), "clocks.yaml", "")
    assert (fault.sentence, fault.remedy) == ("The file is missing.", "Add it; the example pack has one to start from.")


def test_a_file_that_nobody_reads_is_named(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "pack.yaml", "name: Altamira", "name: Altamira")
    (folder / "tier.yaml").write_text("tiers: []\n", encoding="utf-8")
    assert "tiers.yaml" in only(faults(folder), "tier.yaml", "").remedy


def test_an_empty_file_says_which_keys_it_lacks(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "pack.yaml", "name: Altamira", "name: Altamira")
    (folder / "tiers.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert {fault.key for fault in faults(folder)} == {"tiers", "tier_change"}


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert [fault.sentence for fault in faults(tmp_path / "nowhere")] == ["There is no such folder."]


@pytest.mark.parametrize("vocabulary", ["kinds", "sources", "settings"])
def test_a_vocabulary_without_an_entry_is_refused(tmp_path: Path, vocabulary: str) -> None:
    folder = spoiled(tmp_path, "trafficking.yaml", f"{vocabulary}:", f"{vocabulary}:")
    lines = (folder / "trafficking.yaml").read_text(encoding="utf-8").splitlines()
    start = lines.index(f"{vocabulary}:")
    end = next((at for at in range(start + 1, len(lines)) if not lines[at].startswith(" ")), len(lines))
    kept = [*lines[:start], f"{vocabulary}: []", *lines[end:]]
    (folder / "trafficking.yaml").write_text("\n".join(kept), encoding="utf-8")
    assert only(faults(folder), "trafficking.yaml", vocabulary).sentence == "This list is empty."


def test_a_file_in_another_encoding_is_a_fault_and_not_a_crash(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "pack.yaml", "name: Altamira", "name: Altamira")
    (folder / "words.yaml").write_bytes("area: {one: {es: año}}".encode("latin-1"))
    assert {fault.file for fault in faults(folder)} == {"words.yaml"}


def rewritten(tmp_path: Path, file: str, *changes: tuple[str, str]) -> list[Fault]:
    """The faults of a copy of the example pack in which every `old` in `file` is `new`, for each of the changes."""
    folder = spoiled(tmp_path, file, changes[0][0], changes[0][1])
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes[1:]:
        assert old in text
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")
    return faults(folder)


def test_an_agenda_without_a_topic_is_refused(tmp_path: Path) -> None:
    advisory = (EXAMPLE / "agendas.yaml").read_text(encoding="utf-8").partition("kind: advisory\n")[2]
    topics = advisory.partition("  - kind:")[0]
    found = rewritten(tmp_path, "agendas.yaml", (topics, "    topics: []\n"))
    assert only(found, "agendas.yaml", "agendas[advisory].topics").remedy == "Add its topics."


def test_an_area_that_names_another_region_than_its_own_is_refused(tmp_path: Path) -> None:
    found = rewritten(tmp_path, "regions.yaml", ("key: alder,", "key: alder, region: llano,"))
    assert only(found, "regions.yaml", "regions[sierra].areas[alder].region").remedy == "Leave the key out."


def test_a_region_without_an_area_is_refused(tmp_path: Path) -> None:
    found = rewritten(tmp_path, "regions.yaml", ("regions:\n", "regions:\n  - {key: vacio, name: Vacío, areas: []}\n"))
    assert only(found, "regions.yaml", "regions[vacio].areas").remedy == "Add one, or remove the region."


def test_a_line_without_hops_is_refused(tmp_path: Path) -> None:
    hops = (EXAMPLE / "reporting_line.yaml").read_text(encoding="utf-8").partition("hops:\n")[2]
    hops = hops.partition("mandated_report:")[0]
    found = rewritten(tmp_path, "reporting_line.yaml", ("hops:\n" + hops, "hops: []\n"))
    assert only(found, "reporting_line.yaml", "hops").sentence == "A report goes nowhere."


def test_a_tier_that_nothing_leads_to_is_refused(tmp_path: Path) -> None:
    extra = "tier_change:"
    never = "  - {number: 3, key: never, due_hours: 200, when: []}\ntier_change:"
    found = rewritten(tmp_path, "tiers.yaml", (extra, never))
    assert only(found, "tiers.yaml", "tiers[never].when").remedy == "Say which facts lead to it."


def test_a_state_without_services_has_nothing_to_plan_with(tmp_path: Path) -> None:
    entries = (EXAMPLE / "services.yaml").read_text(encoding="utf-8")
    found = rewritten(tmp_path, "services.yaml", (entries, "services: []\n"))
    assert only(found, "services.yaml", "services").sentence == "This list is empty."


def test_a_file_that_is_a_list_says_which_keys_it_should_hold(tmp_path: Path) -> None:
    entries = (EXAMPLE / "tiers.yaml").read_text(encoding="utf-8")
    found = rewritten(tmp_path, "tiers.yaml", (entries, "- tiers\n"))
    assert only(found, "tiers.yaml", "").remedy == "Give it the keys tiers, tier_change."


def test_an_entry_that_is_a_word_instead_of_keys_is_refused(tmp_path: Path) -> None:
    found = rewritten(tmp_path, "tiers.yaml", ("tier_change:\n  may_lengthen: false", "tier_change: never"))
    assert only(found, "tiers.yaml", "tier_change").sentence == "Keys and values are expected here."
