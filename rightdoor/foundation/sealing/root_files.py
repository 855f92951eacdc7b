"""Root keys in files: one for each epoch, readable by the program's account only."""

import contextlib
import os
import re
import stat
from pathlib import Path

from rightdoor.foundation.sealing import cipher
from rightdoor.foundation.sealing.cipher import KEY_BYTES
from rightdoor.foundation.sealing.roots import RootKeyUnusable

_FILE = re.compile(r"\Aroot-(\d{1,6})\.key\Z")


class FileKeys:
    """A folder of root keys: the installation's, or the box that an agency brings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def where(self) -> str:
        return str(self.folder)

    def epochs(self) -> list[int]:
        try:
            return sorted(int(found[1]) for entry in self.folder.iterdir() if (found := _FILE.match(entry.name)))
        except OSError:
            return []

    def wrap(self, epoch: int, key: bytes, *, label: bytes, suite: int) -> bytes:
        return cipher.wrap_key(key, under=self.root_key(epoch), label=label, suite=suite)

    def unwrap(self, epoch: int, wrapped: bytes, *, label: bytes) -> bytes:
        return cipher.unwrap_key(wrapped, under=self.root_key(epoch), label=label)

    def derive(self, epoch: int, purpose: bytes) -> bytes:
        return cipher.derive(self.root_key(epoch), purpose)

    def root_key(self, epoch: int) -> bytes:
        """The key itself. Nothing outside this class asks for it."""
        path = self._path(epoch)
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

    def create(self, epoch: int) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written aside and linked into place, so that no process ever reads half a key and none replaces another's.
        aside = self.folder / f".root-{epoch}-{os.getpid()}-{os.urandom(4).hex()}"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(cipher.new_key().hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, self._path(epoch))
        except FileExistsError:
            pass
        finally:
            aside.unlink()
        self._settle()

    def delete(self, epoch: int) -> None:
        # Out of the way first, so that a half-destroyed key is never taken for a key; what an interrupted run left
        # behind is swept along.
        with contextlib.suppress(FileNotFoundError):
            self._path(epoch).rename(self.folder / f".dropped-{epoch}")
        for path in self.folder.glob(".dropped-*"):
            # Written over: on a disk that writes in place nothing of it stays. The escrow copy is the operator's.
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        if self.folder.is_dir():
            self._settle()

    def _path(self, epoch: int) -> Path:
        return self.folder / f"root-{epoch}.key"

    def _settle(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
