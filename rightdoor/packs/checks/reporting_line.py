"""The reporting line: known parties, known roles, and a hop for everything owed. (INT-3)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_type_hints

from rightdoor.domain.permission import ROLES
from rightdoor.domain.report_flow import ReportFacts

from ..fault import Fault, one_of
from ..pack import Pack
from .conditions import answers, conditions


def reporting_line(pack: Pack) -> Iterator[Fault]:
    file = "reporting_line.yaml"
    line = pack.reporting_line
    parties = {party.key for party in line.parties}
    if line.entry not in {hotline.key for hotline in pack.public.hotlines}:
        yield Fault(file, "entry", f"“{line.entry}” is not a hotline.", "Name one of the hotlines in public.yaml.")
    for party in line.parties:
        if party.key not in pack.words:
            yield Fault(file, f"parties[{party.key}]", "This party has no name.", "Add the word to words.yaml.")
        if party.role not in ROLES:
            yield Fault(file, f"parties[{party.key}].role", f"There is no role “{party.role}”.", one_of(ROLES))
    if not line.hops:
        yield Fault(file, "hops", "A report goes nowhere.", "Add the hops that a report sets in motion.")
    for hop in line.hops:
        where = f"hops[{hop.key}]"
        for end in ("by", "to"):
            party_key = getattr(hop, end)
            if party_key not in parties:
                yield Fault(file, f"{where}.{end}", f"“{party_key}” is not a party of the line.", one_of(parties))
        if hop.owner_role not in ROLES:
            yield Fault(file, f"{where}.owner_role", f"There is no role “{hop.owner_role}”.", one_of(ROLES))
        if hop.due_hours is not None and hop.due_hours <= 0:
            yield Fault(
                file, f"{where}.due_hours", "The hours are not positive.", "Write the hours, or leave the key out."
            )
        if hop.max_age is not None and hop.max_age < 0:
            yield Fault(
                file, f"{where}.max_age", f"{hop.max_age} is no age.", "Write the oldest age, or leave the key out."
            )
        yield from conditions(file, f"{where}.when", hop.when, ReportFacts)
    yield from _kinds(pack)
    yield from _mandated_report(pack)


def _kinds(pack: Pack) -> Iterator[Fault]:
    """The kinds are those that the conditions of a hop can ask for; a pack names them, it does not invent them."""
    known = answers(get_type_hints(ReportFacts)["trafficking_kind"])
    for kind in pack.trafficking.kinds.keys():  # noqa: SIM118 - not a dict: keys, not entries
        if kind not in known:
            remedy = one_of(str(answer) for answer in known)
            yield Fault("trafficking.yaml", f"kinds[{kind}]", f"The rules know no kind “{kind}”.", remedy)


def _mandated_report(pack: Pack) -> Iterator[Fault]:
    file, owed = "reporting_line.yaml", pack.reporting_line.mandated_report
    if owed.written_follow_up_within_days <= 0:
        key = "mandated_report.written_follow_up_within_days"
        yield Fault(file, key, "The days are not positive.", "Write the days the law gives.")
    for kind in owed.always_to_hotline:
        if kind not in pack.trafficking.kinds:
            key = "mandated_report.always_to_hotline"
            yield Fault(file, key, f"There is no kind “{kind}”.", one_of(pack.trafficking.kinds.keys()))
