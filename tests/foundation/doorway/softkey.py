"""A passkey made of software, so that a test can lie where a real device would not."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import websafe_encode

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class SoftKey:
    """One key of one account. What it says of its user and its counter is up to the caller."""

    def __init__(self, site: str = "testserver") -> None:
        self.site, self.origin = site, f"http://{site}"
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.owner = b""

    def make(self, offer: dict[str, Any], *, flags: int = PRESENT | VERIFIED, resident: bool | None = True) -> str:
        """The browser's answer to an offer to make a passkey."""
        told = offer["publicKey"]
        self.owner = told["user"]["id"] if isinstance(told["user"]["id"], bytes) else told["user"]["id"].encode()
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(flags | HAS_KEY, 0)
        data += b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(public)
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", told["challenge"])
        return self._answer(
            {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(cbor.encode(statement))},
            {} if resident is None else {"credProps": {"rk": resident}},
        )

    def use(self, offer: dict[str, Any], *, owner: str, flags: int = PRESENT | VERIFIED, counter: int = 0) -> str:
        """The browser's answer to a question who is there."""
        client = self._client("webauthn.get", offer["publicKey"]["challenge"])
        data = self._data(flags, counter)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(owner.encode()),
            },
            {},
        )

    def _data(self, flags: int, counter: int) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str], results: dict[str, Any]) -> str:
        known = websafe_encode(self.id)
        return json.dumps(
            {
                "id": known,
                "rawId": known,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": results,
            }
        )
