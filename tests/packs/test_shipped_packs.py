"""What holds of every pack that ships, and of the code that reads them."""

from __future__ import annotations

import re
import time
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from rightdoor.packs.check import faults
from rightdoor.packs.pack import Pack
from rightdoor.packs.read import load_pack

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("jurisdictions/*/pack.yaml"))
SHIPPED = [load_pack(folder) for folder in FOLDERS]
named = pytest.mark.parametrize("pack", SHIPPED, ids=lambda pack: pack.key)


def test_both_packs_ship() -> None:
    assert {"example", "louisiana"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_pack_is_sound(folder: Path) -> None:
    assert [str(fault) for fault in faults(folder)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_pack_says_where_its_numbers_come_from(folder: Path) -> None:
    assert len((folder / "SOURCES.md").read_text(encoding="utf-8")) > 200


@named
def test_every_area_has_one_region_and_one_center(pack: Pack) -> None:
    for area in pack.areas:
        assert area in pack.region_of(area.key).areas
        assert pack.center_of(area.key).region == area.region


@named
def test_every_party_of_the_line_has_a_name_in_every_language(pack: Pack) -> None:
    for party in pack.reporting_line.parties:
        for language in pack.languages:
            assert pack.words[party.key].one.texts[language]


@named
def test_a_pack_cannot_be_changed_once_loaded(pack: Pack) -> None:
    with pytest.raises(FrozenInstanceError):
        pack.name = "Elsewhere"  # type: ignore[misc]


@named
def test_what_a_pack_does_not_hold_is_an_error_and_not_a_guess(pack: Pack) -> None:
    for ask in (pack.word, pack.area, pack.region, pack.center_of, pack.agenda, pack.cadence, pack.reporting_line.hop):
        with pytest.raises(KeyError):
            ask("nothing-of-the-kind")
    with pytest.raises(KeyError):
        pack.tier(9)
    with pytest.raises(KeyError):
        pack.public.hotline("nothing-of-the-kind")


def test_a_pack_loads_at_once() -> None:
    folder = ROOT / "jurisdictions" / "louisiana"
    spent = []
    for _ in range(3):
        started = time.process_time()
        load_pack(folder)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.15


def test_the_example_differs_from_louisiana_in_every_respect() -> None:
    example, louisiana = (load_pack(ROOT / "jurisdictions" / key) for key in ("example", "louisiana"))
    differs = {
        "word for area": lambda pack: pack.word("area"),
        "name of the hotline": lambda pack: pack.word("child_welfare_hotline"),
        "zone": lambda pack: pack.timezone,
        "languages": lambda pack: pack.languages,
        "number of tiers": lambda pack: len(pack.tiers),
        "lengthening": lambda pack: pack.tier_change.may_lengthen,
        "age": lambda pack: pack.eligibility.max_age_exclusive,
        "start of the clock": lambda pack: pack.clocks.starts_at,
        "summary": lambda pack: pack.clocks.summary_due_hours,
        "order of the line": lambda pack: [hop.key for hop in pack.reporting_line.hops],
        "agenda": lambda pack: pack.agenda("emergency").choices().keys(),
        "anonymous reports": lambda pack: pack.public.anonymous_reports,
        "threshold": lambda pack: pack.statistics.small_count_threshold,
        "core team": lambda pack: pack.teams.core.keys(),
    }
    assert [what for what, ask in differs.items() if ask(example) == ask(louisiana)] == []
    shared = {tier.due_hours for tier in example.tiers} & {tier.due_hours for tier in louisiana.tiers}
    assert not shared


def test_no_python_file_or_template_names_a_state() -> None:
    state_words = re.compile(r"\b(louisiana|parish(es)?|dcfs|lacac|altamira|la\. r\.s\.)\b", re.IGNORECASE)
    files = [path for suffix in ("py", "html", "txt", "typ") for path in (ROOT / "rightdoor").rglob(f"*.{suffix}")]
    assert files
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        for match in state_words.finditer(path.read_text(encoding="utf-8"))
    }
    assert found - {"rightdoor/config/env.py: louisiana"} == set()  # the folder that an installation opens by default
