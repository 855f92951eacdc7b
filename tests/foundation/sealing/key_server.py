"""A key server small enough to read: the part of OpenBao's and Vault's Transit engine that the program uses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "s.invented-token"


class KeyServer:
    """Keys by name. `down` answers nothing, `sealed` answers 503; `asked` lists every request's path."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.deletable: set[str] = set()
        self.asked: list[str] = []
        self.sealed = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Quiet."""

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}"))

            def do_DELETE(self) -> None:
                self._answer(None)

            def _answer(self, body: dict | None) -> None:
                status, told = outer.answer(self.command, self.path, self.headers.get("X-Vault-Token", ""), body)
                raw = json.dumps(told).encode() if told is not None else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

        self._handler = Handler
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}/v1/transit"
        self._run()

    def _run(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def start_again(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler)
        self._run()

    def answer(self, method: str, path: str, token: str, body: dict | None) -> tuple[int, dict | None]:
        self.asked.append(f"{method} {path}")
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != TOKEN:
            return 403, {"errors": ["permission denied"]}
        parts = path.removeprefix("/v1/transit/").split("?")[0].split("/")
        kind, name = parts[0], parts[1] if len(parts) > 1 else ""
        if kind == "keys" and not name:
            return (200, {"data": {"keys": sorted(self.keys)}}) if self.keys else (404, {"errors": []})
        if kind == "keys" and method == "POST" and len(parts) == 2:
            assert body == {"type": "aes256-gcm96", "exportable": False, "allow_plaintext_backup": False}
            self.keys.setdefault(name, os.urandom(32))
            return 204, None
        if name not in self.keys:
            return 400, {"errors": ["encryption key not found"]}
        if kind == "keys" and parts[2:] == ["config"]:
            self.deletable |= {name} if body and body.get("deletion_allowed") else set()
            return 204, None
        if kind == "keys" and method == "DELETE":
            if name not in self.deletable:
                return 400, {"errors": ["deletion is not allowed for this key"]}
            del self.keys[name]
            return 204, None
        assert body is not None
        if kind == "encrypt":
            nonce = os.urandom(12)
            sealed = AESGCM(self.keys[name]).encrypt(
                nonce, base64.b64decode(body["plaintext"]), base64.b64decode(body["associated_data"])
            )
            return 200, {"data": {"ciphertext": "vault:v1:" + base64.b64encode(nonce + sealed).decode()}}
        if kind == "decrypt":
            raw = base64.b64decode(body["ciphertext"].removeprefix("vault:v1:"))
            try:
                plain = AESGCM(self.keys[name]).decrypt(raw[:12], raw[12:], base64.b64decode(body["associated_data"]))
            except InvalidTag:
                return 400, {"errors": ["cipher: message authentication failed"]}
            return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}
        if kind == "hmac":
            digest = hmac.new(self.keys[name], base64.b64decode(body["input"]), hashlib.sha256).digest()
            return 200, {"data": {"hmac": "vault:v1:" + base64.b64encode(digest).decode()}}
        return 404, {"errors": []}
