"""The instruments that ship: all there, every id, and what may not be passed on holds no text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.instrument import Instrument, Item
from rightdoor.domain.questionnaire.schema import missing_texts
from rightdoor.domain.questionnaire.scoring import score
from rightdoor.packs.instruments import FileUnsound, instrument_from, read_instrument, read_shipped

ROOT = Path(__file__).parents[2]
STATE = read_shipped(ROOT / "jurisdictions" / "louisiana")
EXAMPLE = read_shipped(ROOT / "jurisdictions" / "example")

# How many items each topic holds by stage. (practice 7.2)
TOPICS = {
    "team-membership": ("tm", (3, 4, 3, 2)),
    "protocol-development": ("pd", (2, 2, 3, 1)),
    "screening-referrals-intake": ("si", (3, 4, 3, 2)),
    "emergency-response": ("er", (2, 3, 2, 1)),
    "ongoing-case-coordination": ("oc", (3, 3, 2, 3)),
    "service-planning": ("sp", (2, 3, 3, 2)),
    "investigations-prosecutions": ("ip", (2, 3, 3, 1)),
    "advisory-team": ("at", (3, 3, 3, 3)),
    "training-education": ("te", (2, 2, 3, 2)),
    "community-outreach": ("co", (2, 3, 3, 2)),
}
# Of each activity, its items. (practice 7.1)
ACTIVITIES = {
    "s1": {"convene": 2, "law": 1, "mapping": 3, "funding": 2, "planning": 2, "survivors": 2},
    "s2": {"hiring": 2, "protocol": 2, "casemgmt": 3, "welfare": 3, "justice": 3},
    "s3": {"development": 4, "expansion": 2, "referral": 2, "screening": 3, "training": 2},
    "s4": {"data": 3, "evaluation": 3, "knowledge": 3, "funding": 1},
}
STEPS = (2, 3, 5, 5, 2, 1, 3, 7, 7, 7)


def ids(instrument: Instrument) -> list[str]:
    return [item.id for item in instrument.questions]


def numbered(*stems: tuple[str, int], wide: bool = False) -> list[str]:
    return [f"{stem}.{at:02d}" if wide else f"{stem}.{at}" for stem, size in stems for at in range(1, size + 1)]


@pytest.mark.req("PROG-1")
def test_the_program_evaluation_holds_ten_topics_and_101_boxes_each_under_its_id() -> None:
    tool = STATE["program-implementation-evaluation"]
    expected = [
        f"{stem}.{stage}.{at}"
        for stem, sizes in TOPICS.values()
        for stage, size in enumerate(sizes, start=1)
        for at in range(1, size + 1)
    ]
    assert ids(tool) == expected
    assert len(expected) == 101
    sections = [(section.text, [topic.id for topic in section.items]) for section in tool.items]
    assert sections == [
        ("Case coordination", list(TOPICS)[:7]),
        ("Collaboration and community outreach", list(TOPICS)[7:]),
    ]


@pytest.mark.req("PROG-1")
def test_the_strategic_assessment_holds_twenty_activities_and_48_items() -> None:
    tool = STATE["strategic-program-assessment"]
    assert ids(tool) == numbered(*((f"{s}.{name}", n) for s, held in ACTIVITIES.items() for name, n in held.items()))
    assert len(ids(tool)) == 48
    assert sum(item.role == "activity" for item in tool.by_id.values()) == 20
    assert tool.scoring.kind == "status-tally"


@pytest.mark.req("PROG-1")
def test_the_task_force_stages_hold_28_items_and_are_no_ladder() -> None:
    tool = STATE["task-force-stages"]
    assert ids(tool) == numbered(("tf.f", 11), ("tf.b", 11), ("tf.s", 6), wide=True)
    assert tool.scoring.kind == "status-tally"


@pytest.mark.req("PROG-1")
def test_the_ten_steps_hold_42_items_and_one_of_them_only_points_elsewhere() -> None:
    tool = STATE["ten-action-steps"]
    assert ids(tool) == numbered(*((f"as.{step:02d}", n) for step, n in enumerate(STEPS, start=1)))
    assert [item.id for item in tool.questions if "reference" in item.tags] == ["as.02.3"]
    assert [group.text for group in tool.by_id["as.03"].items] == [
        "Civil and criminal law enforcement",
        "Legal service providers",
        "Health care providers",
        "Survivors",
    ]


@pytest.mark.req("PROG-7")
def test_community_action_has_six_phases_and_nine_practices() -> None:
    tool = STATE["community-action-phases"]
    assert ids(tool) == [*numbered(("ca", 6)), *numbered(("cp", 9), wide=True)]


@pytest.mark.req("PROG-1")
def test_all_checklists_together_hold_219_items() -> None:
    tools = (
        "program-implementation-evaluation",
        "strategic-program-assessment",
        "task-force-stages",
        "ten-action-steps",
    )
    found = [key for tool in tools for key in ids(STATE[tool])]
    assert len(found) == len(set(found)) == 219


@pytest.mark.req("PROG-2")
def test_ninety_nine_boxes_say_what_the_records_would_show_and_two_are_judgement_alone() -> None:
    told = [item for item in STATE["program-implementation-evaluation"].questions if item.evidence]
    alone = [item.id for item in STATE["program-implementation-evaluation"].questions if not item.evidence]
    assert (len(told), alone) == (99, ["tm.2.4", "at.4.3"])


@pytest.mark.req("PROG-1")
def test_the_topic_whose_page_is_lost_says_that_it_is_derived() -> None:
    tool = STATE["program-implementation-evaluation"]
    lost: Item = tool.by_id["investigations-prosecutions"]
    assert "missing" in lost.provenance
    derived = [item.id for item in tool.questions if item.provenance]
    assert derived == [item.id for item in lost.walk() if item.type == "choice"]
    assert len(derived) == 9


@pytest.mark.req("PROG-1")
def test_the_third_stage_is_found_under_both_of_its_names() -> None:
    third = STATE["program-implementation-evaluation"].scoring.stages[2]
    assert (third.number, third.name, third.aliases) == (3, "Enhancing capacity", ("Expanding capacity",))


@pytest.mark.req("SCR-2")
@pytest.mark.parametrize("one", [*STATE.values(), *EXAMPLE.values()], ids=lambda one: one.key)
def test_what_ships_has_a_licence_and_holds_text_only_where_it_may_be_passed_on(one: Instrument) -> None:
    assert one.terms.licence
    assert one.terms.may_be_passed_on or not one.items
    assert all(item.text for item in one.questions)


@pytest.mark.req("SCR-2")
def test_the_named_tools_are_known_without_a_single_item() -> None:
    bare = {key: one.terms.redistribution for key, one in STATE.items() if not one.items}
    assert bare == {
        **dict.fromkeys(("ahtst", "htiam-14", "htst", "lltt", "lstt", "qyit", "rst", "sscst", "tvit"), "import"),
        "collaboration-factors-inventory": "import",
        "cse-it": "result_only",
    }
    assert all(not one.answer_sets and one.scoring.kind == "none" for one in STATE.values() if not one.items)


@pytest.mark.req("SCR-1")
def test_the_demonstration_says_that_it_is_not_validated_and_asks_the_child_nothing() -> None:
    tool = STATE["demonstration-narrative"]
    assert "not validated" in tool.title
    assert "not validated" in tool.notice
    assert (tool.administration, tool.terms.validated_population) == ("observer_integration", "")
    told = {"purpose.sex": "unknown", "purpose.images": "not_seen", "purpose.service": "not_seen"}
    assert score(tool, read_response(tool, {"answers": told})).result == "indeterminate"
    found = score(tool, read_response(tool, {"answers": {**told, "purpose.debt": "seen"}}))
    assert found.figure is not None
    assert found.figure.band is not None
    assert (found.result, found.figure.band.next_step) == ("positive", "report")


@pytest.mark.req("UX-8")
def test_another_state_brings_three_stages_and_another_scale_without_a_line_of_python() -> None:
    tool = EXAMPLE["response-maturity"]
    answers = {"calls.1.1": "always", "calls.1.2": "mostly", "calls.2.1": "sometimes", "neighbors.1.1": "unsure"}
    calls, neighbors, schools = score(tool, read_response(tool, {"answers": answers})).topics
    assert (calls.stage, calls.next_step) == (2, "Bring in those who are not there yet")
    assert (neighbors.stage, neighbors.lowest, neighbors.highest) == (None, 1, 3)
    assert schools.state == "not_assessed"
    assert missing_texts(tool, "es") == ()


# ----------------------------------------------------------------------------------------------------------- files


def refused(text: str, name: str = "a.yaml") -> list[tuple[int, str]]:
    with pytest.raises(FileUnsound) as caught:
        instrument_from(text, name)
    assert all(fault.sentence and fault.remedy and fault.line for fault in caught.value.faults)
    return [(fault.line, fault.key) for fault in caught.value.faults]


@pytest.mark.req("SCR-1")
def test_each_fault_of_a_file_has_its_line() -> None:
    lines = (ROOT / "instruments" / "ten-action-steps.yaml").read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if "as.01.2" in line)
    licence = next(n for n, line in enumerate(lines) if "licence:" in line)
    lines[at] = lines[at].replace("as.01.2", "as.01.1")
    lines[licence] = "  licence: ''"
    assert refused("\n".join(lines)) == [(licence + 1, "terms.licence"), (at + 1, "items[0].items[1].id")]


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("key: a\nkey: b\n", 2),
        ("a: &x [1]\nb: *x\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: !!python/object:os.system x\n", 1),
        ("a: [1, 2\n", 2),
        ("? [a]\n: b\n", 1),
        ("[" * 5000, 1),
        ("- " * 5000, 1),
        ("a:\n\tb: 1\n", 2),
    ],
)
def test_yaml_that_does_more_than_say_values_is_refused(text: str, line: int) -> None:
    assert refused(text)[0][0] == line


@pytest.mark.req("SCR-1")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1,\n "a": 2}', 2),
        ('{"a": NaN}', 1),
        ('{"a": -Infinity}', 1),
        ('{"a": 1e400}', 1),
        ('{"a": "\\ud800"}', 1),
        ('{"a": 01}', 1),
        ('{"a": [1,]}', 1),
        ('{"a": 1}\n{"b": 2}', 2),
        ('{"a" 1}', 1),
        ('{"a": "open', 1),
        ("{" * 5000, 1),
        ('{"a":' * 5000, 1),
        ("[" * 5000, 1),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: str, line: int) -> None:
    assert refused(text, "a.json")[0][0] == line


@pytest.mark.req("SCR-1")
def test_a_pack_s_faults_are_told_together_and_name_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "instruments"
    folder.mkdir()
    sound = (ROOT / "instruments" / "ten-action-steps.yaml").read_text(encoding="utf-8")
    (folder / "misnamed.yaml").write_text(sound.replace("ten-action-steps", "other-steps"), encoding="utf-8")
    (folder / "broken.yaml").write_text("format: none\n", encoding="utf-8")
    copy = sound.replace("redistribution: bundled", "redistribution: import\n  permission_reference: A letter")
    (folder / "ten-action-steps.yaml").write_text(copy, encoding="utf-8")
    with pytest.raises(FileUnsound) as caught:
        read_shipped(tmp_path)
    by_file = Counter(fault.file for fault in caught.value.faults)
    assert set(by_file) == {"broken.yaml", "misnamed.yaml", "ten-action-steps.yaml"}
    told = " ".join(fault.sentence for fault in caught.value.faults)
    assert re.search("may not be passed on", told)
    assert re.search("Another file has this key", told)


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    large, raw = tmp_path / "large.yaml", tmp_path / "raw.yaml"
    large.write_bytes(b"# " + b"x" * 3_000_000)
    raw.write_bytes(b"key: \xff\xfe")
    for path in (large, raw, tmp_path / "none.yaml", tmp_path):
        with pytest.raises(FileUnsound):
            read_instrument(path)
