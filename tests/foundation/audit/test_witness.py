"""The witness that stands alone: proofs, signatures, and what it answers over HTTP."""

import hashlib
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rightdoor.foundation.audit import merkle, notes, verify_export, witness

pytestmark = pytest.mark.req("PRIV-4")

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
ORIGIN = f"rightdoor/{hashlib.sha256(PUBLIC.public_bytes_raw()).hexdigest()[:16]}/1"
LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(40)]


def note_of(tree, size, *, key=KEY, origin=ORIGIN):
    import base64

    text = f"{origin}\n{size}\n{base64.b64encode(tree.root(size)).decode()}\nevents {size}\nsealed now\n"
    blob = notes.key_hash(origin, key.public_key().public_bytes_raw(), notes.SIGNATURE) + key.sign(text.encode())
    return notes.Note(origin, size, tree.root(size), size, "now", text, ((origin, blob),))


def body(tree, old, size, **how):
    return f"old {old}\n{notes.as_proof(tree.consistency(old, size))}\n{note_of(tree, size, **how).signed}"


@pytest.fixture
def holder(tmp_path):
    return witness.Witness(tmp_path / "notes", "witness.example.org", bytes(32), [PUBLIC.public_bytes_raw()])


def test_the_tree_of_notes_is_the_tree_of_the_trail():
    tree = notes.Tree(LEAVES)
    for size in range(len(LEAVES) + 1):
        assert tree.root(size) == merkle.root(LEAVES[:size])


def test_every_proof_of_every_two_sizes_convinces_and_no_other_root_does():
    tree = notes.Tree(LEAVES)
    other = notes.Tree([*LEAVES[:5], bytes(32), *LEAVES[6:]])
    for new in range(1, len(LEAVES) + 1):
        for old in range(1, new + 1):
            proof = tree.consistency(old, new)
            assert witness.is_consistent(old, new, tree.root(old), tree.root(new), proof), (old, new)
            if new > 5:
                assert not witness.is_consistent(old, new, tree.root(old), other.root(new), proof), (old, new)
            if old > 5:
                forged = other.consistency(old, new)
                assert not witness.is_consistent(old, new, tree.root(old), other.root(new), forged), (old, new)


def test_its_signatures_are_those_of_everybody_else():
    for number in range(4):
        seed, message = hashlib.sha256(bytes([number])).digest(), b"text" * number
        known = Ed25519PrivateKey.from_private_bytes(seed)
        assert witness.public_of(seed) == known.public_key().public_bytes_raw()
        assert witness.sign(seed, message) == known.sign(message)


def test_it_follows_a_trail_that_grows_and_cosigns_it(holder):
    tree = notes.Tree(LEAVES)
    for old, size in ((0, 3), (3, 4), (4, 40)):
        line = holder.add(body(tree, old, size), 1_700_000_000)
        cosigned = notes.parse(note_of(tree, size).signed + line)
        assert notes.cosigned_at(cosigned, Ed25519PublicKey.from_public_bytes(holder.public)) == 1_700_000_000
        assert verify_export.read_note(cosigned.signed, PUBLIC.public_bytes_raw(), holder.public)[0] == size
    assert len(list(holder.folder.rglob("*.note"))) == 3
    assert holder.add(body(tree, 40, 40), 1_700_000_099) == line  # asked again, it says the same


@pytest.mark.parametrize(("status", "ask"), [
    (409, lambda tree, other: body(tree, 5, 12)),
    (422, lambda tree, other: body(other, 10, 12)),
    (422, lambda tree, other: body(other, 10, 10)),
    (422, lambda tree, other: "old 10\n\n" + note_of(tree, 8).signed),
    (422, lambda tree, other: "old 10\n\n" + note_of(tree, 12).signed),
    (403, lambda tree, other: body(tree, 10, 12, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))),
    (403, lambda tree, other: body(tree, 10, 12, origin="rightdoor/0000000000000000/1")),
    (403, lambda tree, other: body(tree, 10, 12, origin=f"{ORIGIN[:-1]}../../x")),
    (403, lambda tree, other: "nothing of the kind"),
])  # fmt: skip
def test_it_refuses_what_contradicts_what_it_holds(holder, status, ask):
    tree, other = notes.Tree(LEAVES), notes.Tree([*LEAVES[:5], bytes(32), *LEAVES[6:]])
    holder.add(body(tree, 0, 10), 1_700_000_000)
    with pytest.raises(witness.Refusal) as refusal:
        holder.add(ask(tree, other), 1_700_000_001)
    assert refusal.value.status == status
    assert [path.name for path in holder.folder.rglob("*.note")] == ["000000000010.note"]


def test_over_http_it_answers_with_its_line_or_a_status(holder):
    tree = notes.Tree(LEAVES)
    with witness.server(holder, "127.0.0.1", 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{serving.server_address[1]}"

        def post(text, path="/add-checkpoint"):
            try:
                with urllib.request.urlopen(address + path, text.encode(), timeout=10) as reply:
                    return reply.status, reply.read().decode()
            except urllib.error.HTTPError as refusal:
                with refusal:
                    return refusal.code, refusal.read().decode()

        assert post(body(tree, 0, 7))[0] == 200
        assert post(body(tree, 0, 9)) == (409, "7\n")
        assert post("x")[0] == 403
        assert post(body(tree, 7, 9), "/else")[0] == 404
        serving.shutdown()
        thread.join()


def test_it_runs_without_the_program_and_its_libraries(tmp_path):
    for module in (witness, verify_export):
        (tmp_path / Path(module.__file__).name).write_bytes(Path(module.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-S", "witness.py", "--new-key", "w.key"],
        cwd=tmp_path, env={}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Public key: ")
    assert (tmp_path / "w.key").stat().st_mode & 0o777 == 0o600
