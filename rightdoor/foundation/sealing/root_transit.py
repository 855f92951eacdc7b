"""Root keys in a key server: OpenBao or Vault, by their Transit engine. The keys never leave it.

Each epoch is a key object of its own, so that destroying an epoch is deleting one object at once, not waiting for a
version to be trimmed. The program speaks to the one named host: no proxy, no redirect. Holder keys stay open in the
process for a while (keyring.py), so a server that is away for minutes is not noticed.
"""

import base64
import functools
import http.client
import json
import re
import ssl
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rightdoor.foundation.sealing.cipher import KEY_BYTES, SealBroken
from rightdoor.foundation.sealing.roots import KeyServerAway, RootKeys, RootKeyUnusable

SERVER = 3  # first byte of what a server wrapped; 1 and 2 are the suites of our own cipher
_PATIENCE = 3.0  # seconds for an answer
_REST = 5.0  # seconds without another try once it did not answer
_KNOWN_FOR = 60.0  # seconds for which the list of epochs is believed
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class ServerKeys:
    """The root keys of one owner in one Transit engine, as objects PREFIX-EPOCH."""

    def __init__(self, address: str, token_file: str, authority: str, prefix: str) -> None:
        parts = urlsplit(address)
        if (
            not parts.hostname
            or parts.query
            or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK))
        ):
            raise RootKeyUnusable(
                "The address of the key server must look like https://keys.example.org:8200/v1/transit."
            )
        self.secure = parts.scheme == "https"
        self.host, self.port = parts.hostname, parts.port or (443 if self.secure else 80)
        self.base = parts.path.rstrip("/")
        self.token_file, self.authority, self.prefix = Path(token_file), authority, prefix
        self._name = re.compile(rf"\A{re.escape(prefix)}-(\d{{1,6}})\Z")
        self._lock = threading.Lock()
        self._down_until = 0.0
        self._epochs: tuple[float, list[int]] | None = None
        self._derived: dict[tuple[int, bytes], bytes] = {}

    @property
    def where(self) -> str:
        return f"the key server {self.host}"

    def epochs(self) -> list[int]:
        known = self._epochs
        if known and time.monotonic() - known[0] < _KNOWN_FOR:
            return known[1]
        try:
            status, told = self._ask("GET", "/keys?list=true")
        except RootKeyUnusable:
            if known:
                return known[1]  # they change once a week; an old list is better than none
            raise
        if status not in {200, 404}:
            raise self._refusal(status, "list its keys")
        names = told.get("data", {}).get("keys", []) if status == 200 else []
        found = sorted(int(match[1]) for name in names if (match := self._name.match(str(name))))
        self._epochs = (time.monotonic(), found)
        return found

    def create(self, epoch: int) -> None:
        self._epochs = None
        if epoch in self.epochs():
            return
        body = {"type": "aes256-gcm96", "exportable": False, "allow_plaintext_backup": False}
        status, _ = self._ask("POST", f"/keys/{self._object(epoch)}", body)
        self._epochs = None
        if status not in {200, 204}:
            raise self._refusal(status, f"make the key of epoch {epoch}")

    def delete(self, epoch: int) -> None:
        self._epochs = None
        self._derived = {place: key for place, key in self._derived.items() if place[0] != epoch}
        if epoch not in self.epochs():
            return
        name = self._object(epoch)
        status, _ = self._ask("POST", f"/keys/{name}/config", {"deletion_allowed": True})
        if status in {200, 204}:
            status, _ = self._ask("DELETE", f"/keys/{name}")
        self._epochs = None
        if status not in {200, 204, 404}:
            raise self._refusal(status, f"delete the key of epoch {epoch}")

    def wrap(self, epoch: int, key: bytes, *, label: bytes, suite: int) -> bytes:
        if epoch not in self.epochs():  # some servers make a missing key on the first use of it
            raise RootKeyUnusable(f"{self._said()} has no root key of epoch {epoch}.")
        body = {"plaintext": _text(key), "associated_data": _text(label)}
        status, told = self._ask("POST", f"/encrypt/{self._object(epoch)}", body)
        if status != 200:
            raise self._refusal(status, f"wrap under epoch {epoch}")
        return bytes((SERVER,)) + str(told["data"]["ciphertext"]).encode("ascii")

    def unwrap(self, epoch: int, wrapped: bytes, *, label: bytes) -> bytes:
        if wrapped[:1] != bytes((SERVER,)):
            raise SealBroken
        body = {"ciphertext": bytes(wrapped[1:]).decode("ascii", "replace"), "associated_data": _text(label)}
        status, told = self._ask("POST", f"/decrypt/{self._object(epoch)}", body)
        if status == 400 and epoch in self.epochs():
            raise SealBroken
        if status != 200:
            raise self._refusal(status, f"open what epoch {epoch} wrapped")
        key = base64.b64decode(told["data"]["plaintext"])
        if len(key) != KEY_BYTES:
            raise SealBroken
        return key

    def derive(self, epoch: int, purpose: bytes) -> bytes:
        known = self._derived.get((epoch, purpose))
        if known is None:
            if epoch not in self.epochs():
                raise RootKeyUnusable(f"{self._said()} has no root key of epoch {epoch}.")
            status, told = self._ask("POST", f"/hmac/{self._object(epoch)}/sha2-256", {"input": _text(purpose)})
            if status != 200:
                raise self._refusal(status, f"use the key of epoch {epoch}")
            known = base64.b64decode(str(told["data"]["hmac"]).rsplit(":", 1)[-1])
            if len(known) != KEY_BYTES:
                raise RootKeyUnusable(f"{self._said()} answered in a way that is not understood.")
            self._derived[epoch, purpose] = known
        return known

    def _object(self, epoch: int) -> str:
        return f"{self.prefix}-{epoch}"

    def _said(self) -> str:
        return f"The key server {self.host}"

    def _refusal(self, status: int, what: str) -> RootKeyUnusable:
        if status == 403:
            return RootKeyUnusable(f"{self._said()} does not accept the token in {self.token_file}. Renew the token.")
        return RootKeyUnusable(f"{self._said()} would not {what} (status {status}). Look into its own log.")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """One request. Raises KeyServerAway when nothing sensible comes back."""
        away = KeyServerAway(f"{self._said()} does not answer. Start it, or look at the way to it.")
        if time.monotonic() < self._down_until:
            raise away
        try:
            token = self.token_file.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise RootKeyUnusable(f"The token of the key server, {self.token_file}, cannot be read.") from None
        headers = {"X-Vault-Token": token, "Content-Type": "application/json"}
        try:
            connection = self._connection()
            try:
                connection.request(method, self.base + path, json.dumps(body) if body is not None else None, headers)
                answer = connection.getresponse()
                raw = answer.read(1_000_000)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError):  # ValueError: a token that is no header
            with self._lock:
                self._down_until = time.monotonic() + _REST
            raise away from None
        if answer.status in {429, 472, 473, 500, 502, 503}:  # sealed, standby, overloaded
            raise KeyServerAway(f"{self._said()} is not ready (status {answer.status}). Unseal or start it.")
        try:
            told = json.loads(raw) if raw else {}
        except ValueError:
            told = {}
        return answer.status, told if isinstance(told, dict) else {}

    def _connection(self) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        trust = ssl.create_default_context(cafile=self.authority or None)
        trust.minimum_version = ssl.TLSVersion.TLSv1_2
        return http.client.HTTPSConnection(self.host, self.port, timeout=_PATIENCE, context=trust)


class TwoPlaces:
    """The installation's root keys after it moved to a key server: new ones there, old ones in files until dropped."""

    def __init__(self, new: RootKeys, old: RootKeys) -> None:
        self.new, self.old = new, old

    @property
    def where(self) -> str:
        return self.new.where

    def epochs(self) -> list[int]:
        return sorted({*self.new.epochs(), *self.old.epochs()})

    def create(self, epoch: int) -> None:
        if epoch not in self.old.epochs():
            self.new.create(epoch)

    def delete(self, epoch: int) -> None:
        self.new.delete(epoch)
        self.old.delete(epoch)

    def wrap(self, epoch: int, key: bytes, *, label: bytes, suite: int) -> bytes:
        return self._keeper(epoch).wrap(epoch, key, label=label, suite=suite)

    def unwrap(self, epoch: int, wrapped: bytes, *, label: bytes) -> bytes:
        keeper = self.new if wrapped[:1] == bytes((SERVER,)) else self.old
        return keeper.unwrap(epoch, wrapped, label=label)

    def derive(self, epoch: int, purpose: bytes) -> bytes:
        return self._keeper(epoch).derive(epoch, purpose)

    def _keeper(self, epoch: int) -> RootKeys:
        return self.old if epoch in self.old.epochs() else self.new


@functools.lru_cache(maxsize=64)
def server(address: str, token_file: str, authority: str, prefix: str) -> ServerKeys:
    """The keys in one server: one object a process, since it remembers that the server is away."""
    return ServerKeys(address, token_file, authority, prefix)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
