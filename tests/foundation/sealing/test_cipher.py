import random

import pytest

from rightdoor.foundation.sealing import cipher
from rightdoor.foundation.sealing.cipher import SealBroken

KEY, KEY_ID = bytes(range(32)), bytes(range(16))
LABEL = cipher.encode_label(["clients_identity", "name_sealed", "CDFG-2346"])

both = pytest.mark.parametrize("suite", [1, 2], ids=["gcm", "ctr-hmac"])


def sealed(plain=b"an invented name", suite=1, key=KEY, label=LABEL):
    return cipher.seal_bytes(plain, key=key, key_id=KEY_ID, label=label, suite=suite)


@pytest.mark.req("PRIV-3")
@both
def test_every_flipped_bit_is_refused(suite):
    blob = sealed(suite=suite)
    for place in range(8 * len(blob)):
        spoilt = bytearray(blob)
        spoilt[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            cipher.open_bytes(bytes(spoilt), key=KEY, label=LABEL)


@both
def test_ten_thousand_random_spoilings_of_a_long_text_are_refused(suite):
    blob = sealed(b"narrative " * 40, suite=suite)
    chance = random.Random(20)
    for _ in range(5000):
        spoilt = bytearray(blob)
        for _ in range(chance.randint(1, 3)):
            spoilt[chance.randrange(len(blob))] ^= chance.randint(1, 255)
        if bytes(spoilt) != blob:
            with pytest.raises(SealBroken):
                cipher.open_bytes(bytes(spoilt), key=KEY, label=LABEL)


@both
def test_a_value_cut_or_lengthened_anywhere_is_refused(suite):
    blob = sealed(suite=suite)
    for broken in [blob[:length] for length in range(len(blob))] + [blob + b"\0", b"\0" + blob, b"", b"\x01"]:
        with pytest.raises(SealBroken):
            cipher.open_bytes(broken, key=KEY, label=LABEL)


@both
def test_another_key_or_label_does_not_open(suite):
    blob = sealed(suite=suite)
    with pytest.raises(SealBroken):
        cipher.open_bytes(blob, key=bytes(32), label=LABEL)
    with pytest.raises(SealBroken):
        cipher.open_bytes(blob, key=KEY, label=LABEL + b"\0")


def test_a_value_relabelled_with_the_other_suite_is_refused():
    for suite in cipher.SUITES:
        blob = bytearray(sealed(suite=suite))
        blob[1] = 3 - suite
        with pytest.raises(SealBroken):
            cipher.open_bytes(bytes(blob), key=KEY, label=LABEL)


@pytest.mark.parametrize("suite", [0, 3, 255])
def test_an_unknown_suite_neither_seals_nor_opens(suite):
    with pytest.raises(SealBroken):
        sealed(suite=suite)
    with pytest.raises(SealBroken):
        cipher.key_id_of(bytes((1, suite)) + KEY_ID)


@both
def test_a_short_key_or_key_id_is_refused(suite):
    with pytest.raises(SealBroken):
        cipher.seal_bytes(b"", key=KEY[:16], key_id=KEY_ID, label=LABEL, suite=suite)
    with pytest.raises(SealBroken):
        cipher.seal_bytes(b"", key=KEY, key_id=KEY_ID[:8], label=LABEL, suite=suite)


@both
def test_lengths_are_hidden_in_blocks(suite):
    def length(count):
        return len(sealed(b"x" * count, suite=suite))

    assert length(0) == length(1) == length(31)
    assert length(31) < length(32) == length(63)
    assert length(63) < length(64) == length(127)
    assert length(127) + 64 == length(128)


@both
def test_the_empty_text_and_texts_like_padding_come_back_as_they_were(suite):
    for plain in [b"", b"\x80", b"\0", b"a\x80\0\0", b"\x80" * 31, b"\0" * 64, bytes(range(256))]:
        assert cipher.open_bytes(sealed(plain, suite=suite), key=KEY, label=LABEL) == plain


def test_padding_that_is_not_ours_is_refused():
    for padded in [bytes(32), b"text" + bytes(28), b"text\x80\x01".ljust(32, b"\0")]:
        with pytest.raises(SealBroken):
            cipher.unpad(padded)


@both
def test_no_nonce_comes_twice(suite):
    end = 18 + (12 if suite == 1 else 16)
    nonces = {sealed(b"", suite=suite)[18:end] for _ in range(20_000)}
    assert len(nonces) == 20_000


def test_labels_that_join_to_the_same_text_differ():
    labels = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["a", "b", "c"]]
    assert len({cipher.encode_label(parts) for parts in labels}) == len(labels)


@both
def test_a_wrapped_key_opens_only_under_its_key_and_label(suite):
    key = cipher.new_key()
    wrapped = cipher.wrap_key(key, under=KEY, label=LABEL, suite=suite)
    assert cipher.unwrap_key(wrapped, under=KEY, label=LABEL) == key
    assert key not in wrapped
    for under, label in [(bytes(32), LABEL), (KEY, LABEL + b"x")]:
        with pytest.raises(SealBroken):
            cipher.unwrap_key(wrapped, under=under, label=label)
    for place in range(8 * len(wrapped)):
        spoilt = bytearray(wrapped)
        spoilt[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            cipher.unwrap_key(bytes(spoilt), under=KEY, label=LABEL)
    with pytest.raises(SealBroken):
        cipher.unwrap_key(b"", under=KEY, label=LABEL)


def test_the_error_says_nothing_about_the_value():
    with pytest.raises(SealBroken) as refusal:
        cipher.open_bytes(sealed(), key=KEY, label=LABEL + b"x")
    assert str(refusal.value) == "A sealed value did not open."
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
