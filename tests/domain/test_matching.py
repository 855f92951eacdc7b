"""Is it somebody we know? Names folded, dates compared, and a person decides."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.matching import (
    Candidate,
    MergeFacts,
    birth_likeness,
    check_may_merge,
    fold,
    likelihood,
    nickname_equal,
    nickname_key,
)

scores = st.floats(0, 1)
births = st.sampled_from(["same", "swapped", "off_by_one", "same_year", "different", "unknown"])
candidates = st.builds(Candidate, st.just("K7MQ-4XPR"), scores, scores, st.booleans(), st.booleans(), births)
RANK = {None: 0, "possible": 1, "strong": 2}


def candidate(name: float = 0.0, birth: str = "unknown", *, alias: float = 0.0, sound=False, nick=False) -> Candidate:
    return Candidate("K7MQ-4XPR", name, alias, sound, nick, birth)


@pytest.mark.req("INT-7")
@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Núñez-Đặng", "nunez dang"),
        ("  O’NEIL,  Zoë ", "oneil zoe"),
        ("Đỗ Thị Ngọc", "do thi ngoc"),
        ("Strauß", "strauss"),
        ("", ""),
    ],
)
def test_a_name_folds_to_plain_letters(name, folded):
    assert fold(name) == folded


@pytest.mark.req("INT-7")
@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.req("INT-7")
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Liz", "Elizabeth", True),
        ("Beth", "LIZ", True),
        ("Sam", "Samantha", True),
        ("Sam", "Samuel", True),
        ("Samuel", "Samantha", False),
        ("Lupita", "Guadalupe", True),
        ("Chuy", "Jesús", True),
        ("Zephyrine", "Zephyrine", True),
        ("Zephyrine", "Maria", False),
        ("", "", False),
    ],
)
def test_nicknames_in_two_languages(one, other, expected):
    assert nickname_equal(one, other) is expected


def test_a_short_form_has_the_key_of_its_name():
    assert nickname_key("Liz") == nickname_key("Elizabeth") == "elizabeth"


@pytest.mark.req("INT-7")
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (date(2010, 3, 4), date(2010, 3, 4), "same"),
        (date(2010, 3, 4), date(2010, 4, 3), "swapped"),
        (date(2010, 3, 4), date(2010, 3, 5), "off_by_one"),
        (date(2010, 3, 31), date(2010, 4, 1), "off_by_one"),
        (date(2010, 3, 4), date(2011, 3, 4), "off_by_one"),
        (date(2010, 3, 4), date(2010, 4, 4), "off_by_one"),
        (date(2010, 3, 4), date(2010, 9, 20), "same_year"),
        (date(2010, 3, 4), date(2012, 9, 20), "different"),
        (None, date(2010, 3, 4), "unknown"),
        (None, None, "unknown"),
    ],
)
def test_birth_dates_as_people_get_them_wrong(one, other, expected):
    assert birth_likeness(one, other) == expected
    assert birth_likeness(other, one) == expected


@pytest.mark.req("INT-7")
@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (candidate(0.97, "same"), "strong"),
        (candidate(0.97, "swapped"), "strong"),
        (candidate(0.85, "off_by_one", sound=True), "strong"),
        (candidate(0.3, "same", nick=True), "strong"),
        (candidate(0.2, "same", alias=0.95), "strong"),
        (candidate(0.85, "off_by_one"), "possible"),
        (candidate(0.97, "unknown"), "possible"),
        (candidate(0.97, "different"), "possible"),
        (candidate(0.85, "different", sound=True), None),
        (candidate(0.3, "same"), None),
        (candidate(0.0, "unknown"), None),
    ],
)
def test_how_likely_it_is(held, expected):
    assert likelihood(held).likelihood == expected


@pytest.mark.req("INT-7")
@given(candidates)
def test_a_match_always_says_why_and_no_match_says_nothing(held):
    match = likelihood(held)
    assert bool(match.reasons) == (match.likelihood is not None)


@pytest.mark.req("INT-7")
@given(candidates, births.filter(lambda birth: birth == "different"))
def test_not_knowing_the_birth_date_never_hides_a_match_that_another_date_would_show(held, other):
    unknown = Candidate(
        held.code, held.name_score, held.alias_score, held.phonetic_equal, held.nickname_equal, "unknown"
    )
    different = Candidate(held.code, held.name_score, held.alias_score, held.phonetic_equal, held.nickname_equal, other)
    assert RANK[likelihood(unknown).likelihood] >= RANK[likelihood(different).likelihood]


def test_the_reasons_are_plain_words():
    assert likelihood(candidate(0.85, "swapped", sound=True, nick=True)).reasons == (
        "similar name",
        "names sound alike",
        "a nickname of the other name",
        "birth date with month and day swapped",
    )


@pytest.mark.req("INT-7")
@pytest.mark.parametrize(
    ("stands", "sentence"),
    [
        ({"same_entry": True}, "against itself"),
        ({"kept_apart": True}, "kept apart"),
        ({"leading_follows": True}, "Choose the one that leads"),
        ({"following_leads": True}, "together with another"),
        ({"following_follows": True}, "together with another"),
        ({"is_held": True}, "at present"),
        ({"why": "  "}, "in a sentence"),
        ({"entered_as_two": True}, "two children"),
    ],
)
def test_two_entries_are_kept_together_with_a_reason_and_nothing_against_it(stands, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        check_may_merge(MergeFacts(**{"why": "One aunt.", **stands}))


@pytest.mark.req("INT-7")
def test_two_who_were_recorded_as_two_need_somebody_who_checked():
    check_may_merge(MergeFacts(why="One aunt."))
    check_may_merge(MergeFacts(why="One aunt.", entered_as_two=True, are_one=True))


@pytest.mark.req("INT-7")
def test_a_hold_is_never_named():
    with pytest.raises(RuleBroken) as refusal:
        check_may_merge(MergeFacts(why="One aunt.", is_held=True))
    assert not {"hold", "disposal", "subpoena"} & set(str(refusal.value).lower().split())


@pytest.mark.req("INT-7", "PRIV-2")
@pytest.mark.parametrize("lacking", [{"why": " "}, {"entered_as_two": True}])
def test_a_hold_answers_last_like_a_tie_that_only_the_table_knows(lacking):
    """What is lacking is said alike with a hold and without: otherwise two tries would tell the two apart."""
    told = {"why": "One aunt.", **lacking}
    sentences = []
    for is_held in (False, True):
        with pytest.raises(RuleBroken) as refusal:
            check_may_merge(MergeFacts(**told, is_held=is_held))
        sentences.append(str(refusal.value))
    assert sentences[0] == sentences[1]
