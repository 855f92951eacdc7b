"""Look after the keys: see their epochs, begin a new one, destroy an old one, give an agency its own root key.

What was shredded is gone from every old copy once the root key of its epoch is dropped. The site turns and drops epochs
by itself every week; the command is for doing it now, and for seeing that it was done.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

from rightdoor.config.cli import Refused
from rightdoor.config.commands._database import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """status, rotate, drop, move-agency, values."""
    what = parser.add_subparsers(dest="what", required=True, metavar="{status,rotate,drop,move-agency,values}")
    status = what.add_parser("status", help="every epoch, whether its root key is here, and what waits to be dropped")
    status.add_argument("--json", action="store_true", help="for other programs: a list of objects")
    rotate = what.add_parser("rotate", help="begin a new epoch, try every key, drop what is older than is kept")
    rotate.add_argument("--agency", default="", metavar="CODE", help="of an agency that keeps its own root key")
    rotate.add_argument("--keep-old", action="store_true", help="drop nothing")
    drop = what.add_parser("drop", help="destroy the root key of past epochs for good")
    drop.add_argument("epoch", nargs="?", type=int, metavar="EPOCH", help="this one (default: all that are not kept)")
    drop.add_argument("--agency", default="", metavar="CODE", help="of an agency that keeps its own root key")
    move = what.add_parser("move-agency", help="put an agency's keys under the root key that it keeps itself")
    move.add_argument("code", metavar="CODE", help="the agency")
    move.add_argument("--back", action="store_true", help="back under the root key of this site")

    values = what.add_parser("values", help="look whether an older value was put back into a sealed cell")
    values.add_argument(
        "--accept", action="store_true", help="you restored the main database: what stands there is right"
    )


def run(args: argparse.Namespace) -> int:
    """Do it, and say in a line what was done."""
    with database("keys"):
        from rightdoor.config import keys
        from rightdoor.foundation.sealing.roots import RootKeyUnusable

        now = datetime.now(UTC)
        try:
            if args.what == "status":
                return status(now, as_json=args.json)
            if args.what == "rotate":
                done = keys.rotate(now, root=args.agency, drop=not args.keep_old)
                print(f"Epoch {done.epoch} has begun: {done.keys} keys moved and tried, {done.clients} clients read.")
                print(_dropped(done.dropped))
            elif args.what == "drop" and args.epoch is not None:
                keys.drop(args.epoch, now, root=args.agency)
                print(_dropped((args.epoch,)))
            elif args.what == "drop":
                keys.read_canaries()
                print(_dropped(tuple(keys.drop_old(now, root=args.agency))))
            elif args.what == "values":
                return values(now, accept=args.accept)
            else:
                move_agency(args.code, now, back=args.back)
        except RootKeyUnusable as problem:
            raise Refused(str(problem)) from None
    return 0


def status(now: datetime, *, as_json: bool) -> int:
    """A line for each epoch. Exit status 1 when something is overdue or a root key is not where it must be."""
    from django.conf import settings

    from rightdoor.config import keys
    from rightdoor.foundation.sealing import rotation

    states = rotation.states()
    if as_json:
        rows = [
            {
                "agency": it.root,
                "epoch": it.number,
                "began_at": it.began_at.isoformat(),
                "keys": it.keys,
                "current": it.is_current,
                "checked_at": it.checked_at.isoformat() if it.checked_at else None,
                "dropped_at": it.dropped_at.isoformat() if it.dropped_at else None,
                "root_key_is_here": it.root_key_is_here,
            }
            for it in states
        ]
        print(json.dumps(rows, indent=2))
    else:
        for it in states:
            whose = f"agency {it.root}" if it.root else "this site"
            if it.dropped_at:
                print(f"{whose}: epoch {it.number} was dropped on {it.dropped_at:%m/%d/%Y}")
                continue
            word = "current" if it.is_current else "past"
            here = "its root key is here" if it.root_key_is_here else "its root key is not here"
            print(f"{whose}: epoch {it.number}, {word}, since {it.began_at:%m/%d/%Y}, {it.keys} keys, {here}")
        most, where = keys.most_used()
        print(f"The busiest key seals {most} stored values ({where})." if most else "Nothing is sealed yet.")
        days = settings.ENV.epoch_days
        print(
            f"A shred is complete everywhere {keys.shred_window().days} days later at the latest."
            if days
            else "Epochs are turned by hand only: a shred is complete everywhere when you drop its epoch."
        )
    late = any(rotation.is_due(days=2 * settings.ENV.epoch_days, now=now, root=root) for root in rotation.owners())
    lacking = any(it.keys and not it.root_key_is_here for it in states)
    return 1 if late or lacking else 0


def values(now: datetime, *, accept: bool) -> int:
    """Name each cell in which an older value stands again. Exit status 1 when there is one."""
    from rightdoor.config import keys
    from rightdoor.foundation.sealing import seen

    back = keys.look_for_older_values(now)
    if accept:
        print(f"{seen.accept()} cells are taken as they stand.")
        return 0
    for place in back:
        print(f"{place}: an older value was put back")
    print(f"{len(back)} cells hold an older value." if back else "No cell holds an older value.")
    return 1 if back else 0


def move_agency(code: str, now: datetime, *, back: bool) -> None:
    """Move an agency's keys. Raises Refused unless it is an agency that keeps its own records."""
    from rightdoor.community.partners.models import Agency
    from rightdoor.config import keys
    from rightdoor.foundation.codes import normalise

    agency = Agency.objects.filter(code=normalise(code)).first()
    if agency is None:
        raise Refused(f"there is no agency {code!r}", status=2)
    if not agency.keeps_own_records and not back:
        raise Refused("this agency does not keep its own records; say so on its page first")
    moved = keys.move_agency(agency.code, now, back=back)
    print(f"{moved} keys were moved and tried. New keys of this agency go there, too.")
    if not back:
        print("Copies of the keyring from before still open with this site's root keys until those epochs are dropped.")


def _dropped(numbers: tuple[int, ...]) -> str:
    if not numbers:
        return "No epoch was dropped."
    return f"Dropped for good: epoch {', '.join(map(str, numbers))}. Destroy its escrow copy, too."
