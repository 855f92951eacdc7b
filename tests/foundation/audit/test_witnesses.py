"""Notes to a folder and to a witness over HTTP: given once, never replaced, and loud when they contradict."""

import contextlib
import copy
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone

from rightdoor.foundation.audit import notes, sealer, witness, witnesses
from rightdoor.foundation.audit.events import record
from rightdoor.foundation.audit.models import AuditBatch, AuditEvent, AuditWitness
from rightdoor.foundation.audit.witnesses import attest

pytestmark = [
    pytest.mark.usefixtures("as_owner"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("PRIV-4"),
]


@pytest.fixture
def trail(home, viewer, db):
    """Three batches of four events; each test knows no trail from before."""
    AuditEvent.objects.all().delete()
    AuditBatch.objects.all().delete()
    AuditWitness.objects.all().delete()
    witnesses._ledgers.clear()
    more(viewer, 12)
    return home


def more(viewer, number):
    for _ in range(number):
        record(viewer, "case.read", kind="case", code="CDFG-2222")
    sealer.seal_batches(timezone.now(), size=4, patience=120)


@pytest.fixture
def use(settings):
    def change(**values):
        env = copy.copy(settings.ENV)
        for name, value in values.items():
            object.__setattr__(env, name, value)
        settings.ENV = env

    return change


@pytest.fixture
def folder(trail, use, tmp_path_factory):
    place = tmp_path_factory.mktemp("witness")
    use(witness_dir=str(place))
    return place


@contextlib.contextmanager
def serving(held):
    with witness.server(held, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def remote(trail, use, tmp_path_factory):
    held = witness.Witness(
        tmp_path_factory.mktemp("remote"), "w.example.org", bytes(32), [sealer.public_key().public_bytes_raw()]
    )
    with serving(held) as url:
        use(witness_url=url, witness_key=held.public.hex())
        yield held


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def rewrite(viewer):
    """Somebody with the database and all its keys writes another past, and seals it anew."""
    AuditEvent.objects.all().delete()
    AuditBatch.objects.all().delete()
    sealer.outside_path().unlink()
    more(viewer, 12)
    witnesses._ledgers.clear()


def state(kind):
    row = AuditWitness.objects.get(kind=kind)
    return row.state, row.size, row.problem


def test_without_a_witness_nothing_is_done(trail):
    assert attest(timezone.now()) == []
    assert AuditWitness.objects.count() == 0


def test_the_folder_gets_a_note_of_each_size_and_nothing_twice(folder, viewer):
    attest(timezone.now())
    attest(timezone.now())
    more(viewer, 4)
    attest(timezone.now())
    assert names(folder) == ["000000000003.note", "000000000004.note"]
    assert state("folder") == ("ok", 4, "")
    newest = notes.parse(next(folder.rglob("*4.note")).read_text())
    notes.check_signed(newest, sealer.public_key())
    assert newest.events == 16
    assert list(witnesses.faults()) == []


def test_a_note_holds_no_code_and_no_verb(folder, viewer):
    attest(timezone.now())
    text = next(folder.rglob("*.note")).read_text()
    for word in ("CDFG", "HJKM", "case", "read"):
        assert word not in text


def test_a_rewritten_trail_is_refused_by_the_folder_and_alarmed_once(folder, viewer):
    attest(timezone.now())
    before = {path: path.read_bytes() for path in folder.rglob("*.note")}
    rewrite(viewer)
    more(viewer, 4)
    first, second = attest(timezone.now()), attest(timezone.now())
    assert [(one.state, one.is_new_alarm) for one in first + second] == [("refused", True), ("refused", False)]
    assert "another trail" in state("folder")[2]
    assert {path: path.read_bytes() for path in folder.rglob("*.note")} == before
    assert any("another trail" in fault.sentence for fault in sealer.verify(timezone.now()).faults)


def test_a_trail_cut_short_is_refused(folder, viewer):
    attest(timezone.now())
    last = AuditBatch.objects.get(number=3)
    AuditEvent.objects.filter(id__gte=last.first_id).delete()
    last.delete()
    sealer.outside_path().unlink()
    witnesses._ledgers.clear()
    assert attest(timezone.now())[0].state == "refused"
    assert any("Batch 3 is missing" in sentence for sentence in witnesses.faults())


def test_a_folder_that_forgets_is_alarmed_too(folder, viewer):
    attest(timezone.now())
    next(folder.rglob("*.note")).unlink()
    assert attest(timezone.now())[0].state == "refused"
    assert "lost notes" in state("folder")[2]


def test_a_note_that_somebody_put_there_is_found(folder, viewer):
    attest(timezone.now())
    path = next(folder.rglob("*.note"))
    path.chmod(0o644)
    path.write_text(path.read_text().replace("events 12", "events 11"))
    assert any("not signed" in sentence for sentence in witnesses.faults())


def test_a_folder_that_is_not_mounted_waits(folder, viewer, tmp_path, use):
    use(witness_dir=str(tmp_path / "gone"))
    assert [(one.state, one.is_new_alarm) for one in attest(timezone.now())] == [("unreachable", False)]
    assert not (tmp_path / "gone").exists()


def test_the_remote_witness_follows_and_its_signature_is_kept(remote, trail, viewer):
    attest(timezone.now())
    more(viewer, 8)
    assert [one.state for one in attest(timezone.now())] == ["ok"]
    assert state("http") == ("ok", 5, "")
    assert names(remote.folder) == ["000000000003.note", "000000000005.note"]
    (kept,) = (trail / "audit" / "cosigned").glob("*.note")
    cosigned = notes.parse(kept.read_text())
    assert notes.cosigned_at(cosigned, Ed25519PublicKey.from_public_bytes(remote.public))


def test_what_the_remote_witness_already_holds_is_asked_for(remote, trail, viewer):
    """Our row of it may be lost, or older than what it holds: its answer says from where the proof must go."""
    attest(timezone.now())
    AuditWitness.objects.all().delete()
    more(viewer, 4)
    assert [one.state for one in attest(timezone.now())] == ["ok"]
    assert state("http")[1] == 4


def test_a_rewritten_trail_is_refused_by_the_remote_witness(remote, trail, viewer):
    attest(timezone.now())
    rewrite(viewer)
    assert attest(timezone.now())[0].state == "refused"
    more(viewer, 8)
    assert attest(timezone.now())[0].state == "refused"
    assert names(remote.folder) == ["000000000003.note"]


def test_a_trail_cut_short_is_refused_by_the_remote_witness(remote, trail, viewer):
    attest(timezone.now())
    AuditBatch.objects.filter(number=3).delete()
    witnesses._ledgers.clear()
    assert attest(timezone.now())[0].state == "refused"
    assert "followed 3 batches" in state("http")[2]


def test_a_signature_by_another_witness_is_not_taken(remote, trail, viewer, use):
    use(witness_key="00" * 32)
    (answer,) = attest(timezone.now())
    assert answer.state == "unreachable"
    assert not (trail / "audit" / "cosigned").exists()


def test_a_witness_that_is_away_gets_it_the_next_time(remote, trail, viewer, use, settings):
    url = settings.ENV.witness_url
    use(witness_url="http://127.0.0.1:9")
    assert attest(timezone.now())[0].state == "unreachable"
    use(witness_url=url)
    assert attest(timezone.now())[0].state == "ok"


def test_a_witness_cannot_send_us_to_another_host(trail, viewer, use):
    """A redirect is not followed: nothing leaves for a host that nobody configured."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    asked = []

    class Sends(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/else")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Sends) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        use(witness_url=f"http://127.0.0.1:{server.server_address[1]}")
        (answer,) = attest(timezone.now())
        server.shutdown()
        thread.join()
    assert (answer.state, asked) == ("unreachable", ["/add-checkpoint"])


@pytest.mark.parametrize("url", ["http://witness.example.org", "ftp://127.0.0.1", "https://", "witness.example.org"])
def test_only_https_or_this_machine_is_taken_as_an_address(monkeypatch, url):
    from rightdoor.config.env import BadSetting, read_env

    monkeypatch.setenv("RIGHTDOOR_WITNESS_URL", url)
    with pytest.raises(BadSetting):
        read_env()


def test_after_a_restore_a_new_line_begins_and_the_old_notes_stay(folder, viewer):
    """Batches that the backup did not hold are lost; the witness keeps its notes of them and takes the new line."""
    attest(timezone.now())
    more(viewer, 4)
    attest(timezone.now())
    last = AuditBatch.objects.get(number=4)
    AuditEvent.objects.filter(id__gte=last.first_id).delete()
    last.delete()
    sealer.outside_path().unlink()
    witnesses._ledgers.clear()
    assert notes.begin_line(timezone.now(), 3) == 2
    more(viewer, 4)
    assert [one.state for one in attest(timezone.now())] == ["ok"]
    assert sorted(path.parent.name[-2:] for path in folder.rglob("*.note")) == ["-1", "-1", "-2"]
    assert list(witnesses.faults()) == []
    rewrite(viewer)
    assert any("another trail" in sentence for sentence in witnesses.faults())
