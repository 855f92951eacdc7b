"""Measure speed against a yardstick that the same run carries: a bare Django view with one indexed query.

Fills a throw-away database to each size in turn and asks each page in turn with its yardstick, so that a drift of
the machine's speed meets both. Prints medians, 95th percentiles, ratios and the number of queries; exit status 0 even
when an aim is missed, since this measures and does not judge (--strict judges).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rightdoor.config.cli import Refused

AIM_RATIO, AIM_QUERIES, AIM_EXPONENT, AIM_CREATE = 3.0, 12, 0.1, 4.0
OF_A_CASE = {"case with 500 lines": (4.0, 15)}  # by page: times the yardstick, queries
ON_TOP = {"case, at a glance", "due on one's cases"}  # come after their page stands; measured, without an aim
AIM_STATE_RATIO = 5.0  # the state's numbers over ten years, at the 95th percentile
AIM_AUDIT_MS = 5.0  # what an event of the audit trail may add to a page, at the 95th percentile


@dataclass
class Measured:
    """One page and its yardstick at one size."""

    page: str
    size: int
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    queries: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large, how often."""
    parser.add_argument(
        "--sizes", default="10000,100000,1000000", help="numbers of referrals, ascending, comma between"
    )
    parser.add_argument("--rounds", type=int, default=60, help="requests of each page at each size (default: 60)")
    parser.add_argument("--decisions", action="store_true", help="only what one decision of the sharing rule costs")
    parser.add_argument("--numbers", action="store_true", help="only the pages of numbers, over ten years of a state")
    parser.add_argument(
        "--span-seconds", type=float, default=0.0, help="with --numbers: time to protect one span (default: a site's)"
    )
    parser.add_argument("--strict", action="store_true", help="exit status 1 when an aim is missed")


def run(args: argparse.Namespace) -> int:
    """Fill, ask, print."""
    try:
        sizes = [int(size) for size in args.sizes.split(",")]
    except ValueError:
        raise Refused("--sizes takes whole numbers with commas between", status=2) from None
    if sizes != sorted(sizes) or args.rounds < 3:
        raise Refused("sizes must ascend, and there must be 3 rounds at least", status=2)
    from rightdoor.config import cluster
    from rightdoor.config.benchmark.deciding import AIM_MICROSECONDS, decision_costs

    costs = decision_costs()
    said = ", ".join(f"{name} {cost:.2f}" for name, cost in costs.items())
    print(f"one decision, microseconds (aim: median {AIM_MICROSECONDS:.0f}): {said}; median of these", end=" ")
    print(f"{statistics.median(costs.values()):.2f}", flush=True)
    if args.decisions:
        return 1 if args.strict and statistics.median(costs.values()) > AIM_MICROSECONDS else 0

    with tempfile.TemporaryDirectory(prefix="rightdoor-bench-") as home, cluster.throwaway() as connections:
        os.environ.update(connections.as_environment())
        os.environ.update(
            RIGHTDOOR_HOME=home,
            RIGHTDOOR_DB_ROLE="owner",
            RIGHTDOOR_DEMO="1",
            DJANGO_SETTINGS_MODULE="rightdoor.config.settings",
        )
        if args.numbers:
            return _measure_numbers(args.rounds, args.span_seconds, strict=args.strict)
        return _measure(sizes, args.rounds, strict=args.strict)


def _measure_numbers(rounds: int, span_seconds: float, *, strict: bool) -> int:
    """The pages of numbers over ten years, and how long the job takes that counts them."""
    _prepare()
    from rightdoor.config.benchmark.numbers import REFERRALS, STAFFINGS, YEARS, Years
    from rightdoor.oversight.statistics.actions import SECONDS

    years, began = Years(), time.monotonic()
    years.fill()
    took = time.monotonic() - began
    print(f"{YEARS} years, {REFERRALS:,} referrals, {STAFFINGS:,} staffings (filled in {took:.0f} s)", flush=True)
    counted = years.count(span_seconds or SECONDS)
    for name, what, seconds in counted:
        if "Q" not in name:
            print(f"  {name}: {what}, {seconds:.1f} s", flush=True)
    quarters = [seconds for name, _, seconds in counted if "Q" in name]
    print(f"  {len(quarters)} quarters: {sum(quarters):.0f} s, at most {max(quarters):.1f} s", flush=True)
    print(f"  counted in all: {sum(seconds for _, _, seconds in counted):.0f} s", flush=True)
    missed = []
    for name, page, floor in years.pages():
        found = _ask(name, REFERRALS, page, floor, rounds, years.count_queries)
        print(_line(found), flush=True)
        ratio = _p95(found.ours) / _p95(found.floor)
        if name.startswith("state") and ratio > AIM_STATE_RATIO:
            missed.append(f"{name}: {ratio:.1f} times the yardstick at the 95th percentile, aim {AIM_STATE_RATIO:g}")
    print("\nAims:")
    for line in missed or ["all reached"]:
        print(f"  {line}")
    return 1 if strict and missed else 0


def _prepare() -> None:
    """Tables, keys and the fence, as a site has them."""
    import logging

    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command

    for database in ("default", "keyring"):
        call_command("migrate", database=database, interactive=False, verbosity=0)
    call_command("createcachetable", database="default", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from rightdoor.foundation.audit.sealer import ensure_signing_key
    from rightdoor.foundation.sealing.seals import ensure_root_key

    ensure_root_key()
    ensure_signing_key()
    _serve_fenced()


def _measure(sizes: list[int], rounds: int, *, strict: bool) -> int:
    _prepare()
    from rightdoor.config.benchmark.asking import Asking

    asking = Asking()
    results: list[Measured] = []
    for size in sizes:
        began = time.monotonic()
        asking.fill_to(size)
        print(f"{size:>9,} referrals (filled in {time.monotonic() - began:.0f} s)", flush=True)
        for name, page, floor in asking.pages():
            results.append(_ask(name, size, page, floor, rounds, asking.count_queries))
            print(_line(results[-1]), flush=True)
    misses = _aims(results, sizes)
    print("\nAims (at the largest size unless said):")
    for line in misses or ["all reached"]:
        print(f"  {line}")
    return 1 if strict and misses else 0


def _serve_fenced() -> None:
    """From here on as the site runs: the serving role behind its fence, the yardstick alone as the owner."""
    import dj_database_url
    from django.db import connections

    from rightdoor.config import privileges, rowlevel
    from rightdoor.config.benchmark.floor import OWNER
    from rightdoor.foundation.fence import for_this_process

    privileges.grant()
    rowlevel.enforce()
    connections.settings[OWNER] = {**connections["default"].settings_dict}
    for alias, name in (("default", "DATABASE_URL"), ("keyring", "KEYRING_URL")):
        connections[alias].close()
        serving = dj_database_url.parse(os.environ[name])
        connections[alias].settings_dict.update(USER=serving["USER"], PASSWORD=serving["PASSWORD"])
    for_this_process("bench")


def _ask(
    name: str,
    size: int,
    page: Callable[[], None],
    floor: Callable[[], None],
    rounds: int,
    count: Callable[[Callable[[], None]], int],
) -> Measured:
    measured = Measured(name, size)
    for _ in range(3):  # not counted: caches of templates and plans
        page()
        floor()
    measured.queries = count(page)
    for _ in range(rounds):
        for ask, times in ((page, measured.ours), (floor, measured.floor)):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
    return measured


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def _line(it: Measured) -> str:
    ours, floor = statistics.median(it.ours), statistics.median(it.floor)
    return (
        f"  {it.page:<28} median {ours:7.1f} ms  p95 {_p95(it.ours):7.1f} ms"
        f"   yardstick {floor:6.1f} / {_p95(it.floor):6.1f} ms"
        f"   ratio {ours / floor:5.1f} / {_p95(it.ours) / _p95(it.floor):5.1f}   {it.queries} queries"
    )


def _aims(results: list[Measured], sizes: list[int]) -> list[str]:
    import math

    missed = []
    last = [it for it in results if it.size == sizes[-1]]
    for it in last:
        if it.page == "audit event":  # a part of a page, not a page: it has a time of its own
            if _p95(it.ours) > AIM_AUDIT_MS:
                missed.append(f"{it.page}: {_p95(it.ours):.1f} ms at the 95th percentile, aim {AIM_AUDIT_MS:g} ms")
            continue
        if it.page in ON_TOP:
            continue
        ratio = statistics.median(it.ours) / statistics.median(it.floor)
        aim, most = OF_A_CASE.get(it.page, (AIM_CREATE if it.page.startswith("create") else AIM_RATIO, AIM_QUERIES))
        if ratio > aim:
            missed.append(f"{it.page}: {ratio:.1f} times the yardstick, aim {aim:g}")
        if not it.page.startswith("create") and it.queries > most:
            missed.append(f"{it.page}: {it.queries} queries, aim {most}")
        first = next(one for one in results if one.page == it.page and one.size == sizes[0])
        if len(sizes) > 1:
            grown = statistics.median(it.ours) / statistics.median(first.ours)
            exponent = math.log(grown) / math.log(sizes[-1] / sizes[0])
            if exponent > AIM_EXPONENT:
                missed.append(f"{it.page}: grows with exponent {exponent:.2f}, aim {AIM_EXPONENT:g}")
    return missed
