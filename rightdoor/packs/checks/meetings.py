"""Teams and agendas: who sits, and what a staffing must have settled. (MTG-2)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rightdoor.domain.staffing import EMERGENCY_MUST_SETTLE, KINDS

from ..fault import Fault, one_of
from ..pack import Pack

# Meetings without a client have agendas, too, where the pack gives them one.
MEETINGS_OF_THE_COMMUNITY = ("advisory", "after_action", "founding", "roundtable")


def teams(pack: Pack) -> Iterator[Fault]:
    file = "teams.yaml"
    for key, times in Counter(pack.teams.all().keys()).items():
        if times > 1:
            yield Fault(file, key, f"The discipline “{key}” stands in two lists.", "Keep it in one.")


def agendas(pack: Pack) -> Iterator[Fault]:
    file = "agendas.yaml"
    kinds = [agenda.kind for agenda in pack.agendas]
    for kind, times in Counter(kinds).items():
        if times > 1:
            yield Fault(file, f"agendas[{kind}]", f"The kind “{kind}” has {times} agendas.", "Keep one.")
        if kind not in (*KINDS, *MEETINGS_OF_THE_COMMUNITY):
            known = one_of((*KINDS, *MEETINGS_OF_THE_COMMUNITY))
            yield Fault(file, f"agendas[{kind}]", f"There is no meeting of the kind “{kind}”.", known)
    for kind in KINDS:
        if kind not in kinds:
            yield Fault(file, f"agendas[{kind}]", "This agenda is missing.", "Add its topics.")
    for agenda in pack.agendas:
        if not agenda.topics:
            yield Fault(file, f"agendas[{agenda.kind}].topics", "The agenda has no topic.", "Add its topics.")
        if agenda.kind == "emergency":
            settled = {topic.settles for topic in agenda.topics}
            key = "agendas[emergency].topics"
            for owed in EMERGENCY_MUST_SETTLE:
                if owed not in settled:
                    remedy = f"Add a topic with `settles: {owed}`."
                    yield Fault(file, key, f"No topic settles “{owed}”.", remedy)
        for topic in agenda.topics:
            if topic.settles and topic.settles not in EMERGENCY_MUST_SETTLE:
                key = f"agendas[{agenda.kind}].topics[{topic.key}].settles"
                yield Fault(file, key, f"A staffing does not settle “{topic.settles}”.", one_of(EMERGENCY_MUST_SETTLE))
