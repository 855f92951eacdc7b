"""The program's command: `rightdoor COMMAND`, reached from a checkout as `./door COMMAND`.

This module imports the standard library only, and the module of a command only when that command is asked for:
a command that computes never pays for the web framework. `./door` reads the same table before an environment exists.

Exit status: 0 done, 1 refused or failed, 2 asked wrongly. A problem is one line on standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Command:
    """What the table knows about a command before its module is loaded."""

    help: str
    dev: bool = False  # needs the tools of development as well
    assets: bool = False  # needs the copied front-end files
    module: str = ""  # when the module is not named like the command
    internal: bool = False  # started by other commands; not listed


COMMANDS: dict[str, Command] = {
    "run": Command("start the site with its database and job worker", assets=True),
    "demo": Command("fill a demonstration with invented people, and start it", assets=True),
    "test": Command("every test in a throw-away database, then lint and import contracts", dev=True, assets=True),
    "check": Command("quick checks before a commit", dev=True, assets=True),
    "doctor": Command("look for what is wrong with this installation and say what to do"),
    "tier": Command("facts about a person in, response tier and deadline out"),
    "pack": Command("check a jurisdiction's pack"),
    "instrument": Command("check an instrument, or score answers to one"),
    "access": Command("who may see what, and why"),
    "evidence": Command("what a region's records say of the yearly evaluation"),
    "disclosure": Command("protect small counts in a table"),
    "report": Command("build a published report again and compare"),
    "measure": Command("work out a performance measure"),
    "keys": Command("look after the keys: status, rotate, drop, move-agency"),
    "audit": Command("verify the audit trail"),
    "bars": Command("the security bars: list, run, and break each to see it turn red", dev=True, assets=True),
    "bench": Command("measure speed against the targets", assets=True),
    "backup": Command("write a sealed backup"),
    "invite": Command("invite a person, such as the first administrator, and print their link"),
    "restore": Command("read a backup into an empty installation"),
    "migrate": Command("prepare the databases that the environment names"),
    "docs": Command("make the pages of docs that come from the code"),
    "worker": Command("work on queued jobs", internal=True),
}


class Refused(Exception):
    """A command cannot do what was asked. The text is one sentence for the person at the terminal."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


class Parser(argparse.ArgumentParser):
    """argparse, but a wrong request is one line and status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. Try: {self.prog} --help\n")


def known_commands() -> dict[str, Command]:
    """The commands of the table that this version holds."""
    folder = Path(__file__).parent / "commands"
    return {name: it for name, it in COMMANDS.items() if (folder / f"{it.module or name}.py").exists()}


def program() -> str:
    """How the person called us, for messages that say what to type next."""
    return os.environ.get("RIGHTDOOR_PROGRAM", "rightdoor")


def usage() -> str:
    """The list of commands."""
    name = program()
    rows = [f"  {command:<12}{it.help}" for command, it in known_commands().items() if not it.internal]
    return "\n".join([f"usage: {name} COMMAND [--help] ...", "", "Commands:", *rows, ""])


def request_problem(arguments: Sequence[str]) -> str:
    """A sentence if these arguments name no command; else nothing."""
    if not arguments:
        return "say which command"
    if arguments[0] in {"-h", "--help", "help"} or arguments[0] in known_commands():
        return ""
    return f"there is no command {arguments[0]!r}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    problem = request_problem(arguments)
    if problem:
        print(f"{program()}: {problem}. Try: {program()} --help", file=sys.stderr)
        return 2
    name, rest = arguments[0], arguments[1:]
    if name in {"-h", "--help", "help"}:
        print(usage(), end="")
        return 0
    command = COMMANDS[name]
    try:
        module = import_module(f"rightdoor.config.commands.{command.module or name}")
        parser = Parser(
            prog=f"{program()} {name}", description=(module.__doc__ or command.help).strip().split("\n\n")[0]
        )
        module.add_arguments(parser)
        return int(module.run(parser.parse_args(rest)))
    except Refused as refusal:
        print(f"{program()} {name}: {refusal}", file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` took what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as stop:  # BadSetting carries a sentence; argparse carries a number
        if isinstance(stop.code, str):
            print(f"{program()} {name}: {stop.code}", file=sys.stderr)
            return 1
        return int(stop.code or 0)
    except Exception as fault:
        if os.environ.get("RIGHTDOOR_DEBUG") == "1":
            raise
        text = " ".join(str(fault).split()) or "no message"
        print(
            f"{program()} {name}: {type(fault).__name__}: {text} (RIGHTDOOR_DEBUG=1 shows where)",
            file=sys.stderr,
        )
        return 1


if __name__ == "__main__":  # by its real name, so that there is one Refused and not two
    sys.exit(import_module("rightdoor.config.cli").main())
