"""The hops of one report: nobody waits for a fact before a child is passed on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.report_flow import Hop, ReportFacts, hops_owed

ALWAYS = Hop("to_police", "desk", "police", "child_welfare_desk")
INVESTIGATE = Hop(
    "investigate", "desk", "desk", "child_welfare_desk", when=({"caretaker_alleged": True}, {"other_abuse": True})
)
ADVOCACY = Hop(
    "advocacy",
    "desk",
    "advocates",
    "child_welfare_desk",
    when=(
        {"victim_status": "confirmed", "trafficking_kind": "sex"},
        {"victim_status": "confirmed", "trafficking_kind": "both"},
    ),
    max_age=17,
)
LINE = (ALWAYS, INVESTIGATE, ADVOCACY)
YES = ReportFacts(caretaker_alleged=True, other_abuse=False, trafficking_kind="both", victim_status="confirmed", age=17)
NOTHING_KNOWN = ReportFacts(None, None, None, None, None)

known = st.builds(
    ReportFacts,
    caretaker_alleged=st.booleans(),
    other_abuse=st.booleans(),
    trafficking_kind=st.sampled_from(["sex", "labor", "both"]),
    victim_status=st.sampled_from(["suspected", "confirmed"]),
    age=st.integers(0, 30),
)
FACTS = ("caretaker_alleged", "other_abuse", "trafficking_kind", "victim_status", "age")


def owed(facts: ReportFacts, hop: Hop) -> bool | None:
    return hops_owed(facts, (hop,))[0].owed


@pytest.mark.req("INT-3")
@given(facts=known, forgotten=st.sets(st.sampled_from(FACTS)))
def test_forgetting_a_fact_never_drops_a_hop(facts, forgotten):
    before = hops_owed(facts, LINE)
    after = hops_owed(replace(facts, **dict.fromkeys(forgotten)), LINE)
    assert all(later.is_owed for earlier, later in zip(before, after, strict=True) if earlier.is_owed)


@pytest.mark.req("INT-3")
@given(facts=known)
def test_when_everything_is_known_nothing_is_left_open(facts):
    assert all(answer.owed is not None and answer.why for answer in hops_owed(facts, LINE))


@pytest.mark.req("INT-3")
def test_a_report_that_says_nothing_takes_every_hop_in_the_order_of_the_pack():
    answers = hops_owed(NOTHING_KNOWN, LINE)
    assert [answer.hop for answer in answers] == list(LINE)
    assert [answer.owed for answer in answers] == [True, None, None]
    assert all(answer.is_owed for answer in answers)


@pytest.mark.req("INT-3")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"trafficking_kind": "sex"}, True),
        ({"trafficking_kind": "labor"}, False),
        ({"victim_status": "suspected"}, False),
        ({"age": 18}, False),
        ({"age": None}, None),
        ({"trafficking_kind": None}, None),
        ({"victim_status": None, "age": 18}, False),
    ],
)
def test_advocacy_is_for_confirmed_sex_trafficking_victims_up_to_the_age_of_the_pack(change, expected):
    assert owed(replace(YES, **change), ADVOCACY) is expected


@pytest.mark.req("INT-3")
@pytest.mark.parametrize(
    ("caretaker", "other", "expected"),
    [(True, None, True), (None, True, True), (False, False, False), (False, None, None), (None, None, None)],
)
def test_one_ground_is_enough_to_investigate(caretaker, other, expected):
    assert owed(replace(YES, caretaker_alleged=caretaker, other_abuse=other), INVESTIGATE) is expected


@pytest.mark.req("INT-3")
def test_what_is_still_open_is_named():
    (answer,) = hops_owed(replace(NOTHING_KNOWN, caretaker_alleged=False), (INVESTIGATE,))
    assert answer.why == "Not yet known: whether other abuse or neglect is alleged. Until it is, this step is owed."
