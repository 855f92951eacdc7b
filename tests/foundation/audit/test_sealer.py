"""Sealing, and twelve forgeries by someone who may do anything in the database. Both verifiers must find each."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.utils import timezone

from rightdoor.foundation.audit import merkle, sealer, verify_export
from rightdoor.foundation.audit.events import record
from rightdoor.foundation.audit.models import AuditBatch, AuditEvent
from rightdoor.foundation.audit.sealer import verify

pytestmark = [
    pytest.mark.usefixtures("as_owner"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("PRIV-4"),
]


def sealed(now, **how):
    """Seals with patience: a long transaction of another test on the same server holds the seal back for a while."""
    return sealer.seal_batches(now, patience=120, **how)


@pytest.fixture
def trail(home, viewer, db):
    """Three batches of four events, all sealed."""
    AuditEvent.objects.all().delete()
    AuditBatch.objects.all().delete()
    for number in range(12):
        record(viewer, "case.read", kind="case", code=f"CDFG-{2222 + number}", classes=["CORE"], tier=number)
    assert sealed(timezone.now(), size=4) == 3
    return [event.pk for event in AuditEvent.objects.order_by("id")]


def exported():
    return [json.dumps(line, sort_keys=True, separators=(",", ":")) for line in sealer.export_lines()]


def copies():
    return verify_export.read_copies(sealer.outside_path().read_text().splitlines())


def faults():
    """The sentences of both verifiers."""
    report = verify(timezone.now())
    return [fault.sentence for fault in report.faults], list(verify_export.faults_of(exported(), copies=copies()))


def test_a_sealed_trail_is_sound_for_both_verifiers(trail):
    report = verify(timezone.now())
    assert (report.events, report.batches, report.unsealed, report.faults) == (12, 3, 0, ())
    counts = {}
    assert list(verify_export.faults_of(exported(), copies=copies(), counts=counts)) == []
    assert counts == {"events": 12, "batches": 3, "unsealed": 0, "demonstration": 0, "notes": 0}


def test_sealing_twice_seals_once(trail):
    assert sealed(timezone.now()) == 0
    assert AuditBatch.objects.count() == 3
    assert len(sealer.outside_path().read_text().splitlines()) == 3


def test_new_events_wait_unsealed_and_are_sealed_next_time(trail, viewer):
    record(viewer, "case.read", code="CDFG-9999")
    report = verify(timezone.now())
    assert (report.unsealed, report.faults) == (1, ())
    assert sealed(timezone.now()) == 1
    assert verify(timezone.now()).unsealed == 0


def test_events_that_wait_too_long_are_a_fault(trail, viewer):
    record(viewer, "case.read", code="CDFG-9999")
    report = verify(timezone.now() + timedelta(minutes=16))
    assert "worker" in report.faults[0].sentence


def test_an_act_under_way_holds_the_seal_back_so_its_event_is_never_left_out(trail, viewer):
    begun, go_on = threading.Event(), threading.Event()

    def slow_act():
        try:
            with transaction.atomic():
                record(viewer, "case.closed", code="CDFG-3333")
                begun.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_act)
    thread.start()
    assert begun.wait(10)
    record(viewer, "case.read", code="CDFG-4444")
    assert sealer.seal_batches(timezone.now(), patience=0.1) == 0
    go_on.set()
    thread.join()
    assert sealed(timezone.now()) == 1
    assert AuditBatch.objects.order_by("-number").first().count == 2
    assert verify(timezone.now()).is_sound


def test_a_sealer_that_wrote_before_does_not_wait_for_itself(trail, viewer):
    def a_later_act():
        try:
            record(viewer, "case.read", code="CDFG-4444")
        finally:
            connection.close()

    with transaction.atomic():
        record(viewer, "case.read", code="CDFG-3333")
        thread = threading.Thread(target=a_later_act)
        thread.start()
        thread.join()
        assert sealed(timezone.now()) == 1
    assert verify(timezone.now()).unsealed == 0
    assert verify(timezone.now()).is_sound


def test_two_sealers_at_once_make_one_chain(trail, viewer):
    for _ in range(20):
        record(viewer, "case.read", code="CDFG-9999")

    def seal():
        try:
            sealed(timezone.now(), size=2)
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(timezone.now()).is_sound
    assert AuditBatch.objects.count() == 13


def edit(trail):
    AuditEvent.objects.filter(pk=trail[5]).update(actor="GHJK-2222")
    return 2, trail[5]


def edit_time(trail):
    AuditEvent.objects.filter(pk=trail[6]).update(at=timezone.now() - timedelta(days=2))
    return 2, trail[6]


def edit_details(trail):
    AuditEvent.objects.filter(pk=trail[0]).update(details={"tier": 3})
    return 1, trail[0]


def delete(trail):
    AuditEvent.objects.filter(pk=trail[7]).delete()
    return 2, trail[7]


def duplicate(trail):
    row = AuditEvent.objects.get(pk=trail[4])
    AuditEvent.objects.filter(pk=trail[5]).delete()
    row.pk = trail[5]
    row.save(force_insert=True)
    return 2, trail[5]


def swap(trail):
    one, two = AuditEvent.objects.get(pk=trail[1]), AuditEvent.objects.get(pk=trail[2])
    one.pk, two.pk = two.pk, one.pk
    one.save()
    two.save()
    return 1, trail[1]


def delete_and_mend_the_batch(trail):
    AuditEvent.objects.filter(pk=trail[9]).delete()
    reseal(AuditBatch.objects.get(number=3), resign=False)
    return 3, None


def mend_with_another_key(trail):
    AuditEvent.objects.filter(pk=trail[9]).update(actor="GHJK-2222")
    reseal(AuditBatch.objects.get(number=3), resign=True)
    return 3, None


def take_out_a_batch(trail):
    AuditEvent.objects.filter(pk__in=trail[4:8]).delete()
    AuditBatch.objects.get(number=2).delete()
    return 2, None


def cut_the_end(trail):
    AuditEvent.objects.filter(pk__in=trail[8:]).delete()
    AuditBatch.objects.get(number=3).delete()
    return 3, None


def replay_an_old_checkpoint(trail):
    old, new = AuditBatch.objects.get(number=1), AuditBatch.objects.get(number=2)
    AuditBatch.objects.filter(pk=new.pk).update(root=old.root, signature=old.signature)
    return 2, None


def spoil_the_stored_hashes(trail):
    batch = AuditBatch.objects.get(number=2)
    AuditBatch.objects.filter(pk=batch.pk).update(leaves=bytes(32 * batch.count))
    return 2, None


def date_back_the_seal(trail):
    AuditBatch.objects.filter(number=2).update(sealed_at=timezone.now() - timedelta(days=9))
    return 2, None


def reseal(batch, *, resign):
    rows = list(AuditEvent.objects.filter(id__gte=batch.first_id, id__lte=batch.last_id).order_by("id"))
    leaves = [merkle.leaf(merkle.canonical(sealer.as_dict(row))) for row in rows]
    batch.ids, batch.count = [row.pk for row in rows], len(rows)
    batch.leaves, batch.root = b"".join(leaves), merkle.root(leaves).hex()
    if resign:
        batch.signature = Ed25519PrivateKey.generate().sign(sealer._body(batch)).hex()
    batch.save()


FORGERIES = [
    edit,
    edit_time,
    edit_details,
    delete,
    duplicate,
    swap,
    delete_and_mend_the_batch,
    mend_with_another_key,
    take_out_a_batch,
    cut_the_end,
    replay_an_old_checkpoint,
    spoil_the_stored_hashes,
    date_back_the_seal,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forgery_is_found_by_both_verifiers_with_its_batch_and_row(trail, forge):
    batch, row = forge(trail)
    ours, apart = faults()
    assert any(f"Batch {batch} " in sentence or f"Batch {batch}:" in sentence for sentence in ours), ours
    if forge is not spoil_the_stored_hashes:  # the export's own events still give the root: nothing is lost there
        assert any(f"Batch {batch} " in sentence or f"Batch {batch}:" in sentence for sentence in apart), apart
    if row is not None:
        assert any(f"row {row} " in sentence for sentence in ours)
        assert any(f"row {row} " in sentence for sentence in apart)


def test_a_row_put_in_where_an_act_was_rolled_back_is_found(trail, viewer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_auditevent_id_seq')")
        gap = cursor.fetchone()[0]
    record(viewer, "case.read", code="CDFG-9999")
    sealed(timezone.now())
    forged = AuditEvent.objects.get(pk=trail[0])
    forged.pk, forged.at = gap, timezone.now()
    forged.save(force_insert=True)
    for sentences in faults():
        assert any(f"row {gap} was put in" in sentence for sentence in sentences), sentences


def test_a_row_that_arrives_late_with_an_old_date_is_found(trail, viewer):
    AuditBatch.objects.filter(number=3).update(sealed_at=timezone.now())
    record(viewer, "case.read", code="CDFG-9999")
    AuditEvent.objects.filter(code="CDFG-9999").update(at=timezone.now() - timedelta(days=3))
    sealed(timezone.now())
    for sentences in faults():
        assert any("dated long before" in sentence for sentence in sentences), sentences


def test_a_lost_copy_outside_is_said(trail):
    sealer.outside_path().unlink()
    assert any("copy of the checkpoints" in fault.sentence for fault in verify(timezone.now()).faults)


def test_a_lost_signing_key_is_not_replaced(trail, home):
    (home / "keys" / "audit.key").unlink()
    with pytest.raises(sealer.SigningKeyUnusable, match="escrow"):
        sealed(timezone.now())
    assert not (home / "keys" / "audit.key").exists()


def test_the_signing_key_is_for_its_account_only(trail, home):
    path = home / "keys" / "audit.key"
    assert {entry.name for entry in path.parent.iterdir()} == {"audit.key", "audit.pub"}
    assert {entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {0o600}
    path.chmod(0o644)
    with pytest.raises(sealer.SigningKeyUnusable, match="0600"):
        sealer.signing_key()


def test_the_standalone_verifier_runs_without_the_program(trail, tmp_path):
    file = tmp_path / "trail.jsonl"
    file.write_text("\n".join(exported()) + "\n")
    command = [sys.executable, "-I", "-S", verify_export.__file__, str(file), "--checkpoints", sealer.outside_path()]
    sound = subprocess.run(command, capture_output=True, text=True)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "12 events, 3 batches, 0 not sealed yet." in sound.stdout
    file.write_text(file.read_text().replace("CDFG-2224", "CDFG-2225", 1))
    forged = subprocess.run(command, capture_output=True, text=True)
    assert forged.returncode == 1
    assert f"row {trail[2]} was changed" in forged.stdout
    file.write_text("no export\n")
    assert subprocess.run(command, capture_output=True, text=True).returncode == 2


def test_the_standalone_verifier_does_not_trust_the_key_in_the_file(trail):
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    assert "no valid signature" in next(verify_export.faults_of(exported(), key=other))


def test_the_two_trees_and_the_two_signatures_agree():
    import hashlib

    entries = [hashlib.sha256(bytes([number])).digest() for number in range(70)]
    for size in range(70):
        assert merkle.root(entries[:size]).hex() == verify_export.tree_root(entries[:size])
    for number in range(8):
        key = Ed25519PrivateKey.from_private_bytes(entries[number])
        public, signature = key.public_key().public_bytes_raw(), key.sign(b"text")
        assert verify_export.is_signed(public, signature, b"text")
        assert not verify_export.is_signed(public, signature, b"texts")
        spoilt = bytes([signature[0] ^ 1]) + signature[1:]
        assert not verify_export.is_signed(public, spoilt, b"text")


def test_the_tree_is_that_of_rfc_6962():
    """The empty tree, one entry and two entries, by the RFC's own formulas."""
    import hashlib

    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    a, b = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.root([a, b]) == hashlib.sha256(b"\x01" + a + b).digest()


def test_the_standalone_verifier_is_short():
    """Short enough that a stranger reads it whole before believing it."""
    assert len(Path(verify_export.__file__).read_text().splitlines()) <= 380
