"""Both suites against a second implementation: openssl's block cipher and HMAC, and GHASH written out here."""

import hashlib
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rightdoor.foundation.sealing import cipher
from tests.bars import sabotage

OPENSSL = shutil.which("openssl")
VECTORS = 100


def some_bytes(name: str, length: int) -> bytes:
    """The same bytes on every run, spread like random ones."""
    return hashlib.shake_256(name.encode()).digest(length)


def openssl(*arguments: str, feed: bytes) -> bytes:
    return subprocess.run([OPENSSL, *arguments], input=feed, capture_output=True, check=True).stdout


def blocks(key: bytes, plain: bytes) -> bytes:
    return openssl("enc", "-aes-256-ecb", "-K", key.hex(), "-nopad", feed=plain)


def ghash(subkey: int, text: bytes) -> int:
    """NIST SP 800-38D, algorithm 2, bit by bit."""
    state = 0
    for start in range(0, len(text), 16):
        state ^= int.from_bytes(text[start : start + 16], "big")
        product, factor = 0, subkey
        for bit in range(127, -1, -1):
            if state >> bit & 1:
                product ^= factor
            factor = factor >> 1 ^ (0xE1 << 120 if factor & 1 else 0)
        state = product
    return state


def gcm(key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
    counters = b"".join(nonce + number.to_bytes(4, "big") for number in range(1, 2 + -(-len(plain) // 16)))
    stream = blocks(key, bytes(16) + counters)
    subkey, first, rest = int.from_bytes(stream[:16], "big"), stream[16:32], stream[32:]
    ciphertext = bytes(a ^ b for a, b in zip(plain, rest, strict=False))
    hashed = associated + bytes(-len(associated) % 16) + ciphertext + bytes(-len(ciphertext) % 16)
    hashed += (8 * len(associated)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    return ciphertext + (ghash(subkey, hashed) ^ int.from_bytes(first, "big")).to_bytes(16, "big")


def mac(key: bytes, text: bytes) -> bytes:
    return openssl("dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary", feed=text)


def padded(plain: bytes) -> bytes:
    room = 32 if len(plain) < 32 else 64 * (len(plain) // 64 + 1)
    return (plain + b"\x80").ljust(room, b"\0")


def vector(number: int, suite: int):
    name = f"vector {suite} {number}"
    plain = some_bytes(name + " text", (number * 7) % 300)
    key, key_id = some_bytes(name + " key", 32), some_bytes(name + " id", 16)
    nonce = some_bytes(name + " nonce", {1: 12, 2: 16}[suite])
    label = some_bytes(name + " label", 20 + number)
    return plain, key, key_id, nonce, label


def test_the_second_gcm_is_gcm():
    """Test case 16 of the GCM specification (McGrew and Viega), so that two mistakes cannot agree."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = gcm(key, bytes.fromhex("cafebabefacedbaddecaf888"), plain, associated)
    assert sealed.hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


@pytest.mark.bar("SEC-08")
@pytest.mark.req("PRIV-3")
@pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command")
@pytest.mark.parametrize("number", range(VECTORS))
def test_suite_1_gives_the_bytes_that_openssl_gives(number):
    plain, key, key_id, nonce, label = vector(number, 1)
    header = b"\x01\x01" + key_id
    expected = header + nonce + gcm(key, nonce, padded(plain), header + label)
    assert cipher.seal_bytes(plain, key=key, key_id=key_id, label=label, suite=1, nonce=nonce) == expected
    assert cipher.open_bytes(expected, key=key, label=label) == plain


@pytest.mark.bar("SEC-08")
@pytest.mark.req("PRIV-3")
@pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command")
@pytest.mark.parametrize("number", range(VECTORS))
def test_suite_2_gives_the_bytes_that_openssl_gives(number):
    plain, key, key_id, nonce, label = vector(number, 2)
    header = b"\x01\x02" + key_id
    encrypting = mac(key, b"rightdoor suite 2 encrypt\x01")
    authenticating = mac(key, b"rightdoor suite 2 authenticate\x01")
    text = openssl("enc", "-aes-256-ctr", "-K", encrypting.hex(), "-iv", nonce.hex(), feed=padded(plain))
    tag = mac(authenticating, len(header + label).to_bytes(8, "big") + header + label + nonce + text)
    expected = header + nonce + text + tag
    assert cipher.seal_bytes(plain, key=key, key_id=key_id, label=label, suite=2, nonce=nonce) == expected
    assert cipher.open_bytes(expected, key=key, label=label) == plain


@sabotage("SEC-08", "the label is left out of what suite 1 authenticates")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lax:
        def __init__(self, key: bytes) -> None:
            self.inner = AESGCM(key)

        def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
            return self.inner.encrypt(nonce, data, None)

        def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
            return self.inner.decrypt(nonce, data, None)

    monkeypatch.setattr(cipher, "AESGCM", Lax)


@sabotage("SEC-08", "suite 2 uses one key for both purposes")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "_two_keys", lambda key: (key, key))


def test_the_format_of_the_first_release_still_opens():
    """Values sealed once and written down here: whoever changes the format must keep reading the old one."""
    key, key_id, label = bytes(range(32)), bytes(range(16)), cipher.encode_label(["table", "column", "row"])
    first = cipher.seal_bytes(b"kept", key=key, key_id=key_id, label=label, suite=1, nonce=bytes(12))
    second = cipher.seal_bytes(b"kept", key=key, key_id=key_id, label=label, suite=2, nonce=bytes(16))
    assert hashlib.sha256(first).hexdigest() == "fe294aa03537036ec3b9a28a74b59846c1e2ab3dd991c09ef34f2bbb8ad39d12"
    assert hashlib.sha256(second).hexdigest() == "53e6fce34b608f77c30517431670c102dade64574443b2eb8cb87d7a94dcee96"


def test_a_data_key_wrapped_by_suite_2_is_aes_key_wrap():
    """RFC 3394 by openssl: the wrapped key of the FIPS profile needs nothing of ours to be unwrapped."""
    under, label, key = bytes(range(32)), b"label", bytes(range(100, 132))
    wrapped = cipher.wrap_key(key, under=under, label=label, suite=2)
    wrapping = mac(under, b"rightdoor wraplabel\x01")
    opened = openssl("enc", "-d", "-id-aes256-wrap", "-K", wrapping.hex(), "-iv", "a6a6a6a6a6a6a6a6", feed=wrapped[1:])
    assert opened == key
