"""Root keys (K0): one for each epoch, kept outside both databases, by one of two ways of keeping them.

A root key wraps holder keys and nothing else. It is used through `RootKeys`: wrap, unwrap, derive; where the key itself
lies is the business of the two adapters, files (`root_files`) and a key server (`root_transit`). The installation has
its root keys, and an agency may have its own (`of`), so that this site alone cannot open what that agency holds.
"""

import json
from pathlib import Path
from typing import Protocol

from django.conf import settings

INSTALLATION = ""  # the owner of the root keys of the site itself

AWAY = "The agency that holds this keeps its key, and the key is not here now."


class RootKeyUnusable(Exception):  # noqa: N818 - a state of the installation, told to its operator
    """The root key is missing, readable by others, damaged, or out of reach. The sentence says what to do."""


class KeyServerAway(RootKeyUnusable):
    """The key server does not answer, or is not ready. It passes: the site runs on without what needs the key."""


class KeyAway(RootKeyUnusable):
    """An agency keeps its own root key, and it cannot be reached now. The sentence may be shown to anybody."""

    def __init__(self, holder: str) -> None:
        super().__init__(AWAY)
        self.holder = holder


class RootKeys(Protocol):
    """The root keys of one owner. Each method raises RootKeyUnusable with a sentence for the operator."""

    @property
    def where(self) -> str:
        """Where they lie, in words."""

    def epochs(self) -> list[int]:
        """The epochs whose root key is here, oldest first."""

    def create(self, epoch: int) -> None:
        """Make the root key of an epoch; one that is there stays as it is."""

    def delete(self, epoch: int) -> None:
        """Destroy the root key of an epoch for good; none there is no fault."""

    def wrap(self, epoch: int, key: bytes, *, label: bytes, suite: int) -> bytes:
        """`key` under the root key of an epoch, bound to its label."""

    def unwrap(self, epoch: int, wrapped: bytes, *, label: bytes) -> bytes:
        """Undo `wrap`. Raises SealBroken for another label or a changed byte."""

    def derive(self, epoch: int, purpose: bytes) -> bytes:
        """A key for one purpose that only this root key gives."""


def of(owner: str = INSTALLATION) -> RootKeys:
    """The root keys of the installation, or those of an agency that keeps its own.

    Raises RootKeyUnusable when the settings do not say where an agency's keys are.
    """
    from rightdoor.foundation.sealing.root_files import FileKeys
    from rightdoor.foundation.sealing.root_transit import ServerKeys, TwoPlaces, server

    env = settings.ENV
    if owner == INSTALLATION:
        files = FileKeys(Path(env.home) / "keys")
        if not env.key_server:
            return files
        # What was wrapped before the server came stays with the files until its epoch is dropped.
        return TwoPlaces(server(env.key_server, env.key_server_token, env.key_server_ca, "rightdoor-root"), files)
    box = agency_box(owner)
    if not box.is_dir():
        raise RootKeyUnusable(f"The key box {box} is not here. Its agency can bring it back.")
    note = box / "server.json"
    if not note.exists():
        return FileKeys(box)
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        address, token, authority = str(told["address"]), Path(told["token"]), str(told.get("ca", ""))
    except (OSError, ValueError, KeyError, TypeError):
        raise RootKeyUnusable(f"{note} must name the address of a key server and the file of its token.") from None
    found: ServerKeys = server(address, str(box / token), authority, f"rightdoor-{owner.lower()}")
    return found


def agency_box(owner: str) -> Path:
    """The folder of an agency's own root keys. Raises RootKeyUnusable when the site knows of no such folder."""
    if settings.ENV.agency_keys is None:
        raise RootKeyUnusable("RIGHTDOOR_AGENCY_KEYS names no folder, so no agency can keep its own key here.")
    return Path(settings.ENV.agency_keys) / owner


def folder() -> Path:
    """Where root keys in files lie."""
    return Path(settings.ENV.home) / "keys"


def epochs() -> list[int]:
    """The epochs whose root key the installation has, oldest first."""
    return of().epochs()


def current_epoch() -> int:
    """The newest epoch with a root key. Raises RootKeyUnusable when there is none."""
    keys = of()
    known = keys.epochs()
    if not known:
        raise RootKeyUnusable(f"There is no root key in {keys.where}. Restore it from the escrow copy.")
    return known[-1]


def check(epoch: int, owner: str = INSTALLATION) -> None:
    """Try the root key of an epoch. Raises RootKeyUnusable with a sentence for the operator."""
    of(owner).derive(epoch, b"rightdoor check")


def create_root_key(epoch: int) -> None:
    """Make the installation's root key of an epoch; one that is there stays as it is."""
    of().create(epoch)
