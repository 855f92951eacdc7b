"""Templates of service plans: all four, each domain once, services that exist. (CASE-4)"""

from __future__ import annotations

from pathlib import Path

import pytest

from rightdoor.domain.service_plan import NEED_DOMAINS, TEMPLATES
from rightdoor.packs.read import load_pack
from tests.packs.test_pack_faults import EXAMPLE, only, rewritten, spoiled

pytestmark = pytest.mark.req("CASE-4")


@pytest.mark.parametrize("name", ["louisiana", "example"])
def test_a_shipped_pack_asks_about_every_domain_in_an_order_of_its_own(name: str) -> None:
    pack = load_pack(EXAMPLE.parent / name)

    assert sorted(pack.plans.domains.keys()) == sorted(NEED_DOMAINS)
    assert tuple(template.key for template in pack.plans.templates) == TEMPLATES
    assert len(pack.plans.template("ongoing").needs) == len(NEED_DOMAINS)
    assert pack.plans.template("homeless").needs[0].domain == "housing"
    with pytest.raises(KeyError):
        pack.plans.template("splendid")


# what is there, what it becomes, key of the fault, part of the sentence
WRONG = [
    ("key: dental, label", "key: teeth, label", "domains", "“dental” is missing"),
    ("key: dental, label", "key: teeth, label", "domains[teeth]", "no domain of need “teeth”"),
    ("  - key: missing", "  - key: lost", "templates", "“missing” is missing"),
    ("  - key: missing", "  - key: lost", "templates[lost]", "no plan of the kind “lost”"),
    ("domain: housing", "domain: castle", "templates[emergency].needs[0].domain", "no domain of need “castle”"),
    ("domain: housing", "domain: safety", "templates[emergency].needs", "stands 2 times"),
    ("services: [housing, ", "services: [castle, ", "templates[emergency].needs[0].services", "no service “castle”"),
]


@pytest.mark.parametrize(("old", "new", "key", "sentence"), WRONG)
def test_what_is_wrong_with_a_template_is_said(tmp_path: Path, old: str, new: str, key: str, sentence: str) -> None:
    from rightdoor.packs.check import faults

    found = faults(spoiled(tmp_path, "plans.yaml", old, new))

    assert sentence in only(found, "plans.yaml", key).sentence


def test_a_template_that_asks_about_nothing_is_refused(tmp_path: Path) -> None:
    text = (EXAMPLE / "plans.yaml").read_text(encoding="utf-8")
    start = text.index("    needs:\n", text.index("- key: homeless"))
    found = rewritten(tmp_path, "plans.yaml", (text[start:], "    needs: []\n"))

    assert "asks about nothing" in only(found, "plans.yaml", "templates[homeless].needs").sentence
