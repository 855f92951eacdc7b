import pytest

from rightdoor.foundation.codes import ALPHABET, is_code, new_code, normalise


def test_codes_have_one_shape_and_do_not_repeat():
    codes = [new_code() for _ in range(5000)]
    assert len(set(codes)) == 5000
    assert all(is_code(code) and set(code) <= set(ALPHABET + "-") for code in codes)


def test_no_letter_looks_like_another_and_none_is_a_vowel():
    assert not set(ALPHABET) & set("O01ILB8S5ZUVAE")
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize("typed", ["K7MQ-4XPR", " k7mq-4xpr ", "k7mq4xpr", "K7MQ 4XPR", "k7mq–4xpr", "K7-MQ4X-PR"])
def test_a_typed_code_is_understood(typed):
    assert normalise(typed) == "K7MQ-4XPR"


@pytest.mark.parametrize("typed", ["", "K7MQ", "K7MQ-4XPR-2", "Marigold Testcase", "K7MQ-4XPĐ"])
def test_what_is_not_a_code_does_not_become_one(typed):
    assert not is_code(normalise(typed))


@pytest.mark.parametrize("text", ["K7MQ-4XPR\n", "k7mq-4xpr", "K7MQ4XPR", None, 5])
def test_only_the_exact_shape_is_a_code(text):
    assert not is_code(text)
