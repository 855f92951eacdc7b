"""Every variable of the environment that the program reads, in one frozen place.

A secret may come from a file: NAME_FILE names it. A value that cannot be read stops the program with a sentence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


class BadSetting(SystemExit):
    """A variable of the environment holds something that the program cannot use."""


def _text(name: str, default: str = "") -> str:
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise BadSetting(f"{name}_FILE names a file that cannot be read: {problem.strerror}.") from problem
    return os.environ.get(name, default).strip()


def _flag(name: str, default: bool = False) -> bool:
    value = _text(name).lower()
    if value in {"", "0", "1", "true", "false", "yes", "no"}:
        return default if value == "" else value in {"1", "true", "yes"}
    raise BadSetting(f"{name} must be 1 or 0, not {value!r}.")


def _number(name: str, default: int) -> int:
    value = _text(name)
    if not value:
        return default
    if not value.isdigit():
        raise BadSetting(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _list(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    value = _text(name)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if value else default


@dataclass(frozen=True, slots=True)
class Env:
    """The settings of one installation. docs/reference/settings.md lists them for operators."""

    home: Path  # state of this installation: embedded database, keys, logs
    database_url: str  # main database as the runtime role
    keyring_url: str  # keyring database as the runtime role
    database_owner_url: str  # main database as its owner; used to migrate only
    keyring_owner_url: str  # keyring database as its owner; used to migrate only
    db_role: str  # "app" (serving) or "owner" (migrating)
    pack: Path  # folder of the jurisdiction's pack
    demo: bool  # a demonstration database: people are invented, one may enter as any of them
    origin: str  # the address people use, https://care.example.gov; its proxy writes the last X-Forwarded-For entry
    hosts: tuple[str, ...]  # host names the site answers to
    email_url: str  # smtp://user:password@host:port?tls=1; empty: mail is kept, not sent
    email_from: str  # sender of notices
    scanner: str  # virus scanner for files: unix:/run/clamav/clamd.ctl or tcp://host:3310; empty: there is none
    veil_minutes: int  # the screen hides itself after this long without a touch
    lock_minutes: int  # the session is locked after this long without a request
    session_hours: int  # a session ends after this long whatever happens
    debug: bool  # error pages with detail; refused together with an origin
    witness_dir: str  # folder, best on another machine, that keeps a signed note of every checkpoint
    witness_url: str  # a witness that checks and cosigns the notes; https, or http on this machine
    witness_key: str  # that witness's public key, in hexadecimal; without it its signature is kept unchecked
    request_log: str  # where a line for each request goes: stderr, off, or a file; by default stderr with an origin
    key_server: str = ""  # OpenBao or Vault Transit that keeps the root key, https://host:8200/v1/transit; empty: files
    key_server_token: str = ""  # path of the file with the key server's token; read at each use
    key_server_ca: str = ""  # path of the certificate authority of the key server; empty: the system's
    agency_keys: Path | None = None  # folder of key boxes, named by agency, of those who keep their own root key
    sealing_suite: int = 1  # suite of new sealed values: 1 AES-256-GCM, 2 AES-256-CTR with HMAC-SHA-256 (FIPS profile)
    epoch_days: int = 7  # days after which keys are wrapped under a new root key; 0: only by hand
    epochs_kept: int = 1  # root keys before the current one that are kept; the older ones are destroyed
    synthetic: bool = False  # synthetic rows for research may be asked for; needs requirements-synthetic.lock installed
    synthetic_budget: int = 8  # privacy budget (epsilon) of all synthetic rows of the same years together

    @property
    def is_local(self) -> bool:
        """No public address: the site serves this machine only, over plain http on loopback."""
        return not self.origin


def read_env() -> Env:
    """The environment as typed settings. Raises BadSetting with a sentence."""
    home = Path(_text("RIGHTDOOR_HOME") or ROOT / "var").resolve()
    role = _text("RIGHTDOOR_DB_ROLE", "app")
    if role not in {"app", "owner"}:
        raise BadSetting("RIGHTDOOR_DB_ROLE must be app or owner.")
    origin = _text("RIGHTDOOR_ORIGIN").rstrip("/")
    if origin and not origin.startswith("https://"):
        raise BadSetting("RIGHTDOOR_ORIGIN must begin with https://.")
    return Env(
        home=home,
        database_url=_text("DATABASE_URL"),
        keyring_url=_text("KEYRING_URL"),
        database_owner_url=_text("DATABASE_OWNER_URL"),
        keyring_owner_url=_text("KEYRING_OWNER_URL"),
        db_role=role,
        pack=Path(_text("RIGHTDOOR_PACK") or ROOT / "jurisdictions" / "louisiana").resolve(),
        demo=_flag("RIGHTDOOR_DEMO"),
        origin=origin,
        hosts=_list("RIGHTDOOR_HOSTS", ("127.0.0.1", "localhost", "[::1]")),
        email_url=_text("RIGHTDOOR_EMAIL_URL"),
        email_from=_text("RIGHTDOOR_EMAIL_FROM", "no-reply@localhost"),
        scanner=_text("RIGHTDOOR_SCANNER"),
        veil_minutes=_number("RIGHTDOOR_VEIL_MINUTES", 15),
        lock_minutes=_number("RIGHTDOOR_LOCK_MINUTES", 30),
        session_hours=_number("RIGHTDOOR_SESSION_HOURS", 12),
        debug=_flag("RIGHTDOOR_DEBUG"),
        witness_dir=_text("RIGHTDOOR_WITNESS_DIR"),
        witness_url=_witness_url(_text("RIGHTDOOR_WITNESS_URL")),
        witness_key=_text("RIGHTDOOR_WITNESS_KEY"),
        request_log=_request_log(_text("RIGHTDOOR_REQUEST_LOG")),
        key_server=_text("RIGHTDOOR_KEY_SERVER").rstrip("/"),
        key_server_token=_text("RIGHTDOOR_KEY_SERVER_TOKEN_PATH"),
        key_server_ca=_text("RIGHTDOOR_KEY_SERVER_CA"),
        agency_keys=Path(keys).resolve() if (keys := _text("RIGHTDOOR_AGENCY_KEYS")) else None,
        sealing_suite=_suite(_number("RIGHTDOOR_SEALING_SUITE", 1)),
        epoch_days=_number("RIGHTDOOR_EPOCH_DAYS", 7),
        epochs_kept=_number("RIGHTDOOR_EPOCHS_KEPT", 1),
        synthetic=_flag("RIGHTDOOR_SYNTHETIC"),
        synthetic_budget=_number("RIGHTDOOR_SYNTHETIC_BUDGET", 8),
    )


def _witness_url(url: str) -> str:
    parts = urlsplit(url)
    near = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if url and not (near or (parts.scheme == "https" and parts.hostname)):
        raise BadSetting("RIGHTDOOR_WITNESS_URL must begin with https://, or with http:// and name this machine.")
    return url.rstrip("/")


def _request_log(where: str) -> str:
    if where not in {"", "off", "stderr"} and not where.startswith("/"):
        raise BadSetting("RIGHTDOOR_REQUEST_LOG must be off, stderr, or the full path of a file.")
    return where


def _suite(number: int) -> int:
    if number not in {1, 2}:
        raise BadSetting("RIGHTDOOR_SEALING_SUITE must be 1 or 2.")
    return number


def secret(home: Path, name: str) -> str:
    """A random secret of this installation, kept in a file that only its account can read."""
    path = home / "keys" / name
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    import secrets

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    value = secrets.token_urlsafe(48)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(value)
    except FileExistsError:  # another process of the same start was quicker
        return path.read_text(encoding="ascii").strip()
    return value
