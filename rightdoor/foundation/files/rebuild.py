"""The safe copy of an original, made by a process that may touch nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rightdoor.foundation.files import kinds
from rightdoor.foundation.files.kinds import FileRefused, Kind

WORKER = Path(__file__).with_name("worker.py")
SECONDS = 30  # of the clock on the wall; the worker gives itself as many of the processor
LARGEST_ANSWER = 4 * kinds.LARGEST

TOO_HEAVY = "The file needs more memory or time than it may have. Save it smaller, or split it, and try again."
SENTENCES = {
    "locked": kinds.LOCKED,
    "packed": kinds.PACKED,
    "too_heavy": TOO_HEAVY,
    "too_long": kinds.TOO_LONG,
    "too_many_pixels": kinds.TOO_MANY_PIXELS,
    "unreadable": kinds.UNREADABLE,
}


class RebuilderDown(Exception):  # noqa: N818 - a state of the installation
    """The worker could not be started, or did not answer. The file stays in quarantine and can be tried again."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What the worker made: `form` is pdf, jpeg, png, or text, which is yet to be printed."""

    form: str
    content: bytes
    pages: int


def make_copy(original: bytes, kind: Kind) -> Copy:
    """A copy of what the original shows. Raises FileRefused for a file at fault, RebuilderDown where the machine is.

    Nothing is written to a disk on the way: the original goes through a pipe, and so does the copy.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and no word of the request among its arguments
            [sys.executable, "-I", "-B", str(WORKER), kind.key],
            input=original,
            capture_output=True,
            timeout=SECONDS + 5,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd="/",
            close_fds=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(TOO_HEAVY) from None
    except OSError as problem:
        raise RebuilderDown from problem
    if done.returncode < 0:  # ended by the kernel: over its limits
        raise FileRefused(TOO_HEAVY)
    head, _, content = done.stdout.partition(b"\n")
    try:
        answer = json.loads(head)
    except ValueError:
        raise RebuilderDown from None
    if "refused" in answer:
        raise FileRefused(SENTENCES.get(answer["refused"], kinds.UNREADABLE))
    if not content or len(content) > LARGEST_ANSWER:
        raise FileRefused(kinds.UNREADABLE if not content else TOO_HEAVY)
    return Copy(str(answer["form"]), content, int(answer["pages"]))
