"""What can be wrong with the kinds of legal relief of a pack, shown on a copy with one thing spoiled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rightdoor.packs.check import faults
from rightdoor.packs.read import load_pack

PACKS = Path(__file__).parents[2] / "jurisdictions"
PRINTED = "kind: printed_end, days: [90, 60, 30], after: granted"
AGED = "kind: age, ages: [17y0m, 17y6m, 17y9m, 17y11m], limit: 18y0m, until: requested"
SPANNED = "after: interim_letter, until: eligibility_letter, span_days: 90"


@pytest.mark.req("CASE-9")
@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("data_class: IMM", "data_class: AGG", "[continued_presence].data_class"),
        (PRINTED, "kind: printed_end, days: [90], after: given", "[continued_presence].alerts[0].after"),
        (PRINTED, "kind: printed_end", "[continued_presence].alerts[0]"),
        (PRINTED, "kind: printed_end, days: [0]", "[continued_presence].alerts[0].days"),
        (PRINTED, "kind: sometimes", "[continued_presence].alerts[0].kind"),
        (AGED, "kind: age, ages: [seventeen], limit: 18y, until: requested", "[child_letter].alerts[0].ages"),
        (AGED, "kind: age, ages: [17y], until: requested", "[child_letter].alerts[0]"),
        (SPANNED, "after: interim_letter, span: 3m, span_days: 90", "[child_letter].alerts[1]"),
        (SPANNED, "after: interim_letter", "[child_letter].alerts[1]"),
        ("after: completed, until: petition", "after: completed", "[sealing].alerts[0]"),
        ("key: sealing", "key: continued_presence", "[continued_presence]"),
    ],
)
def test_an_alert_that_could_never_be_raised_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    folder = tmp_path / "spoiled"
    shutil.copytree(PACKS / "example", folder)
    file = folder / "legal_relief.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert f"legal_relief{key}" in {one.key for one in faults(folder) if one.file == "legal_relief.yaml"}


@pytest.mark.req("CASE-9")
def test_the_state_tracks_what_practice_asks_for_and_computes_no_printed_end() -> None:
    kinds = {kind.key: kind for kind in load_pack(PACKS / "louisiana").legal_relief}
    assert {"continued_presence", "child_letter", "certification_letter", "t_status", "u_status", "sijs",
            "juvenile_relief", "adult_record_relief", "compensation", "restitution", "protective_order",
            "civil_action"} <= set(kinds)  # fmt: skip
    federal = ("continued_presence", "child_letter", "certification_letter", "t_status", "u_status", "sijs")
    assert {kinds[key].data_class for key in federal} == {"IMM"}
    assert kinds["protective_order"].data_class == "SAFE"
    printed = [(kind, rule) for kind in kinds.values() for rule in kind.rules if rule.kind == "printed_end"]
    assert {90, 60, 30} <= set.intersection(*(set(rule.days) for _, rule in printed))
    assert all(not rule.span and not rule.span_days for _, rule in printed)
    letter = next(rule for rule in kinds["child_letter"].rules if rule.kind == "age")
    assert (letter.ages, letter.limit) == (("17y0m", "17y6m", "17y9m", "17y11m"), "18y0m")
