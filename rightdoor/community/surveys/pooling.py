"""The answers of a round in one sealed piece: how one more gets in, and how they are read again.

Mixed by the system's random source whenever one is added, so that the order says nothing; filled up to whole blocks, so
that the length of the piece says little. What people wrote stands apart from what they chose: a way of writing must
not lead to the rest of somebody's answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any

from rightdoor.foundation.sealing.seals import SealContext, open_sealed, seal

HOLDER = "surveys"  # the installation's own: no agency can keep what all agencies said
BLOCK = 4096
_random = SystemRandom()


@dataclass
class Pool:
    """Answers as (discipline, answers), and sentences by question."""

    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, discipline: str, answers: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """One more, and everything is mixed anew."""
        self.answers.append((discipline, dict(answers)))
        for question, text in texts.items():
            self.texts.setdefault(question, []).append(text)
        _random.shuffle(self.answers)
        for said in self.texts.values():
            _random.shuffle(said)


def sealed(pool: Pool, survey_round: str) -> bytes:
    """The piece as it is stored."""
    texts = {key: pool.texts[key] for key in sorted(pool.texts)}
    said = json.dumps({"answers": pool.answers, "texts": texts}, ensure_ascii=False, sort_keys=True)
    short = -len(said.encode()) % BLOCK
    return seal(said + " " * short, _label(survey_round))


def opened(blob: bytes | memoryview, survey_round: str) -> Pool:
    """What `sealed` stored. Raises SealBroken."""
    tree = json.loads(open_sealed(bytes(blob), _label(survey_round)))
    return Pool([(discipline, answers) for discipline, answers in tree["answers"]], tree["texts"])


def _label(survey_round: str) -> SealContext:
    return SealContext(
        table="surveys_answerpool",
        column="answers_sealed",
        row=survey_round,
        subject=survey_round,
        holder=HOLDER,
        klass="PERF",
    )
