"""Root keys (K0): one file per epoch, outside both databases, readable by the program's account only.

Later they move into a key service or an HSM; then only this module changes.
"""

import os
import re
import stat
from pathlib import Path

from django.conf import settings

from rightdoor.foundation.sealing.cipher import KEY_BYTES, new_key

_FILE = re.compile(r"\Aroot-(\d{1,6})\.key\Z")


class RootKeyUnusable(Exception):  # noqa: N818 - a state of the installation, told to its operator
    """The root key is missing, readable by others, or damaged. The sentence tells the operator what to do."""


def folder() -> Path:
    """Where the root keys lie."""
    return Path(settings.ENV.home) / "keys"


def epochs() -> list[int]:
    """The epochs whose root key is here, oldest first."""
    place = folder()
    if not place.is_dir():
        return []
    return sorted(int(found[1]) for entry in place.iterdir() if (found := _FILE.match(entry.name)))


def current_epoch() -> int:
    """The newest epoch. Raises RootKeyUnusable when there is none."""
    known = epochs()
    if not known:
        raise RootKeyUnusable(f"There is no root key in {folder()}. Restore it from the escrow copy.")
    return known[-1]


def root_key(epoch: int) -> bytes:
    """The root key of an epoch. Raises RootKeyUnusable with a sentence for the operator."""
    path = _path(epoch)
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(4 * KEY_BYTES)
    except OSError:
        raise RootKeyUnusable(f"The root key {path} cannot be read. Restore it from the escrow copy.") from None
    if mode & 0o077:
        raise RootKeyUnusable(f"The root key {path} can be read by other accounts. Set its mode to 0600.")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise RootKeyUnusable(f"The root key {path} is damaged. Restore it from the escrow copy.")
    return key


def create_root_key(epoch: int) -> None:
    """Write a fresh root key for ``epoch``; a file that is already there stays as it is."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked into place, so that no process ever reads half a key and none replaces another's.
    aside = place / f".root-{epoch}-{os.getpid()}-{os.urandom(4).hex()}"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(new_key().hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, _path(epoch))
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    _settle(place)


def delete_root_key(epoch: int) -> None:
    """Delete the root key of ``epoch``. The caller has made sure that nothing is wrapped under it."""
    _path(epoch).unlink(missing_ok=True)
    _settle(folder())


def _path(epoch: int) -> Path:
    return folder() / f"root-{epoch}.key"


def _settle(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
