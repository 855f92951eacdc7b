"""How a release goes on its way: drafted, frozen, built, read by somebody else, signed or sent back, published.

Nobody signs what they made. Nothing is published without its certificate. What is published stays. (STAT-2, STAT-3)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..errors import RuleBroken
from .merging import MERGES

STATES: Mapping[str, str] = {
    "draft": "Draft",
    "building": "Being built",
    "failed": "Could not be built",
    "built": "Built",
    "reading": "With the second reader",
    "returned": "Sent back",
    "signed": "Signed",
    "published": "Published",
}
STEPS: Mapping[str, str] = {
    "counting": "Counting, and freezing what was counted",
    "protecting": "Choosing what must be hidden",
    "auditing": "Trying to work out what is hidden, and making the files",
}
TROUBLES: Mapping[str, str] = {
    "unprotectable": "Some counts cannot be protected as the tables are. Choose what to show more coarsely.",
    "contradiction": "The figures contradict themselves or what was printed earlier. Ask whoever keeps the program.",
    "audit": "The audit found a hidden count that can be worked out. Nothing is published.",
    "files": "A file tells something that must be hidden. Nothing is published.",
    "sentence": "A sentence is bound to a figure that no table has. Correct it.",
    "solver": "The solver gave no answer. Build it again.",
}
MAY_CHANGE = frozenset({"draft", "failed", "built", "returned", "signed"})  # a change takes the signature with it
MOST_SECTIONS = 12
LONGEST_HEAD, LONGEST_TEXT = 120, 6000


@dataclass(frozen=True, slots=True)
class Standing:
    """A release as the rules ask for it."""

    state: str
    authors: Collection[str]
    is_frozen: bool
    is_for_release: bool
    files_pass: bool


def check_may_change(it: Standing) -> None:
    """Raises RuleBroken where the release is out of its authors' hands."""
    if it.state == "building":
        raise RuleBroken("It is being built. Wait until that is done.")
    if it.state == "published":
        raise RuleBroken("This is published and stays as it is. Begin a correction.")
    if it.state not in MAY_CHANGE:
        raise RuleBroken("A second reader has it. It has to be sent back before it can be changed.")


def check_merges(chosen: Collection[str]) -> tuple[str, ...]:
    """The merges in their order. Raises RuleBroken for an unknown one, or where no table of persons is left."""
    if unknown := set(chosen) - set(MERGES):
        raise RuleBroken(f"There is no such way of making it coarser: {sorted(unknown)[0]}.")
    if {"outside", "inside"} <= set(chosen):
        raise RuleBroken("Without persons in the platform and without those of agencies nothing is left to report.")
    return tuple(one for one in MERGES if one in set(chosen))


def check_may_send(it: Standing) -> None:
    """Raises RuleBroken where there is nothing that a second reader could sign."""
    if it.state not in ("built", "returned") or not (it.is_for_release and it.files_pass):
        raise RuleBroken("Build it first: only what passed the audit goes to the second reader.")


def check_may_answer(it: Standing, reader: str) -> None:
    """May this person sign it, or send it back? Raises RuleBroken."""
    if it.state != "reading":
        raise RuleBroken("Nobody has sent this to be read.")
    if reader in it.authors:
        raise RuleBroken("You made part of this. Somebody else has to read it.")


def check_may_publish(it: Standing, signed_by: str) -> None:
    """Raises RuleBroken where a certificate or the second reader's signature is missing."""
    if it.state != "signed" or not signed_by or signed_by in it.authors:
        raise RuleBroken("A second reader has to sign it first.")
    if not (it.is_for_release and it.files_pass):
        raise RuleBroken("Without its certificate nothing is published.")
