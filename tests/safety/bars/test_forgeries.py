"""SEC-36: twelve forgeries by somebody who may do anything in the database and, where it says so, holds every key.

Each must be found by both verifiers: the program's own over the database, and the standalone file over an export. What
only a witness can tell (whoever holds the keys reseals what was changed) is told by the notes that the witness kept.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from rightdoor.foundation.audit import merkle, notes, sealer, verify_export, witnesses
from rightdoor.foundation.audit.events import record
from rightdoor.foundation.audit.models import AuditBatch, AuditEvent, AuditWitness
from tests.bars import sabotage
from tests.foundation.audit.conftest import Somebody
from tests.foundation.conftest import as_owner as as_owner

pytestmark = [
    pytest.mark.usefixtures("as_owner"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.bar("SEC-36"),
    pytest.mark.req("PRIV-4"),
]

VIEWER = Somebody()


class Trail:
    """Three sealed batches of four events, a witness that followed them, the auditor's copy of the key."""

    def __init__(self, home: Path, witness: Path) -> None:
        self.home, self.witness = home, witness
        for number in range(12):
            self.write(f"CDFG-{2222 + number}", tier=number)
        self.seal()
        self.ids = list(AuditEvent.objects.order_by("id").values_list("id", flat=True))
        public = sealer.public_key()
        assert public is not None
        self.key = public.public_bytes_raw().hex()
        assert [one.state for one in witnesses.attest(timezone.now())] == ["ok"]

    def write(self, code: str, **details: Any) -> None:
        record(VIEWER, "case.read", kind="case", code=code, classes=["CORE"], **details)

    def seal(self) -> None:
        sealer.seal_batches(timezone.now(), size=4, patience=120)

    def reseal(self, number: int, key: Ed25519PrivateKey | None = None) -> None:
        """From this batch on: hashes, chain and signatures anew, and the copy outside the database too."""
        key = key or sealer.signing_key()
        before = AuditBatch.objects.filter(number=number - 1).first()
        for batch in AuditBatch.objects.filter(number__gte=number).order_by("number"):
            rows = list(AuditEvent.objects.filter(id__gte=batch.first_id, id__lte=batch.last_id).order_by("id"))
            leaves = [merkle.leaf(merkle.canonical(sealer.as_dict(row))) for row in rows]
            batch.ids, batch.count = [row.pk for row in rows], len(rows)
            batch.leaves, batch.root = b"".join(leaves), merkle.root(leaves).hex()
            batch.previous = merkle.digest(sealer._body(before)) if before else merkle.NOTHING
            batch.key = merkle.digest(key.public_key().public_bytes_raw())[:16]
            batch.signature = key.sign(sealer._body(batch)).hex()
            batch.save()
            before = batch
        sealer.outside_path().unlink(missing_ok=True)
        sealer._copy_outside()

    def use(self, key: Ed25519PrivateKey) -> None:
        """The forger's own pair of keys, in place of the installation's."""
        (self.home / "keys" / "audit.key").write_text(key.private_bytes_raw().hex())
        (self.home / "keys" / "audit.pub").write_text(key.public_key().public_bytes_raw().hex())


@pytest.fixture
def trail(db: None, settings: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    AuditEvent.objects.all().delete()
    AuditBatch.objects.all().delete()
    AuditWitness.objects.all().delete()
    witnesses._ledgers.clear()
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "home", tmp_path)
    object.__setattr__(env, "witness_dir", str(tmp_path_factory.mktemp("witness")))
    settings.ENV = env
    yield Trail(tmp_path, Path(env.witness_dir))
    witnesses._ledgers.clear()


def both(trail: Trail) -> tuple[list[str], list[str]]:
    """What each verifier says: ours over the database, the standalone file over an export, in a process of its own."""
    witnesses._ledgers.clear()
    ours = [fault.sentence for fault in sealer.verify(timezone.now()).faults]
    file = trail.home / "trail.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in sealer.export_lines()))
    asked = ["--key", trail.key, "--checkpoints", sealer.outside_path(), "--witness", trail.witness]
    command = [sys.executable, "-I", "-S", verify_export.__file__, file, *asked]
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    apart = done.stdout.splitlines() if done.returncode else []
    return ours, apart


# ------------------------------------------------------------------------------------------------- the twelve forgeries


def edit(trail: Trail) -> None:
    """One value in one row."""
    AuditEvent.objects.filter(pk=trail.ids[5]).update(actor="GHJK-2222")


def delete(trail: Trail) -> None:
    """One row."""
    AuditEvent.objects.filter(pk=trail.ids[7]).delete()


def insert(trail: Trail) -> None:
    """One row more, in a place that an act left free."""
    row = AuditEvent.objects.get(pk=trail.ids[5])
    AuditEvent.objects.filter(pk=trail.ids[6]).delete()
    trail.reseal(2)
    row.pk, row.code = trail.ids[6], "GHJK-2222"
    row.save(force_insert=True)


def swap(trail: Trail) -> None:
    """Two rows change places."""
    one, two = AuditEvent.objects.get(pk=trail.ids[1]), AuditEvent.objects.get(pk=trail.ids[2])
    one.pk, two.pk = two.pk, one.pk
    one.save()
    two.save()


def cut_the_tail(trail: Trail) -> None:
    """The newest batch and its rows, and the line in the copy outside."""
    AuditEvent.objects.filter(pk__in=trail.ids[8:]).delete()
    AuditBatch.objects.get(number=3).delete()
    lines = sealer.outside_path().read_text().splitlines(keepends=True)
    sealer.outside_path().write_text("".join(lines[:2]))


def fork(trail: Trail) -> None:
    """With every key: another past from the second batch on, longer than the true one."""
    AuditEvent.objects.filter(pk__in=trail.ids[4:8]).update(actor="GHJK-2222")
    trail.reseal(2)
    trail.write("CDFG-9999")
    trail.seal()


def replay_an_old_checkpoint(trail: Trail) -> None:
    """An old root and signature in the place of a new one."""
    old = AuditBatch.objects.get(number=1)
    AuditBatch.objects.filter(number=2).update(root=old.root, signature=old.signature)


def other_key(trail: Trail) -> None:
    """A row changed, everything sealed anew with a pair of keys that takes the place of the installation's."""
    AuditEvent.objects.filter(pk=trail.ids[9]).update(actor="GHJK-2222")
    key = Ed25519PrivateKey.generate()
    trail.use(key)
    trail.reseal(1, key)


def time_shift(trail: Trail) -> None:
    """With every key: a batch says another time, its rows with it."""
    for row in AuditEvent.objects.filter(pk__in=trail.ids[4:8]):
        AuditEvent.objects.filter(pk=row.pk).update(at=row.at - timedelta(minutes=20))
    AuditBatch.objects.filter(number=2).update(sealed_at=timezone.now() - timedelta(minutes=20))
    trail.reseal(2)


def duplicate(trail: Trail) -> None:
    """A row a second time, in the place of another."""
    row = AuditEvent.objects.get(pk=trail.ids[4])
    AuditEvent.objects.filter(pk=trail.ids[5]).delete()
    row.pk = trail.ids[5]
    row.save(force_insert=True)


def gap(trail: Trail) -> None:
    """A whole batch in the middle, with its rows."""
    AuditEvent.objects.filter(pk__in=trail.ids[4:8]).delete()
    AuditBatch.objects.get(number=2).delete()


def split_view(trail: Trail) -> None:
    """With every key: the auditor is shown another trail of the same length than the witness was."""
    AuditEvent.objects.filter(pk=trail.ids[0]).update(actor="GHJK-2222")
    trail.reseal(1)


FORGERIES = [
    edit, delete, insert, swap, cut_the_tail, fork, replay_an_old_checkpoint, other_key, time_shift, duplicate, gap,
    split_view,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES)
def test_each_of_twelve_forgeries_is_found_by_both_verifiers(trail: Trail, forge: Callable[[Trail], None]) -> None:
    assert both(trail) == ([], [])
    forge(trail)
    ours, apart = both(trail)
    assert ours, f"{forge.__name__} was not seen by the program's own verifier"
    assert apart, f"{forge.__name__} was not seen by the standalone file"


def test_the_witness_refuses_the_forged_trail_at_its_next_note(trail: Trail) -> None:
    """Within one checkpoint: what was forged with every key is told by the next note that is given."""
    fork(trail)
    witnesses._ledgers.clear()
    assert [(one.state, one.is_new_alarm) for one in witnesses.attest(timezone.now())] == [("refused", True)]


@sabotage("SEC-36", "nobody looks at the witness's notes")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "faults", lambda **how: iter(()))
    monkeypatch.setattr(notes, "check_signed", lambda note, public: None)


@sabotage("SEC-36", "rows are not held against their hashes")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "_faults_of_rows", lambda batch, rows, sealed_before: iter(()))
