"""Files under keys of their own (K3): each file's key is sealed like any other value, its bytes in parts under it.

A part is authenticated with the file's label, its place, and whether it is the last one. So no part can be changed,
moved, left out, added, or put into another file; a file that was cut short does not open.
"""

from collections.abc import Sequence

from rightdoor.foundation.sealing import cipher, seals
from rightdoor.foundation.sealing.cipher import SealBroken
from rightdoor.foundation.sealing.seals import SealContext

PART = 64 * 1024


def seal_file(content: bytes, ctx: SealContext) -> tuple[bytes, list[bytes]]:
    """The sealed key of a new file, and its sealed parts. Raises SealBroken when the subject's keys were destroyed."""
    key = cipher.new_key()
    suite = seals.chosen_suite()
    count = max(1, -(-len(content) // PART))
    parts = [
        cipher.seal_bytes(
            content[number * PART : (number + 1) * PART],
            key=key,
            key_id=bytes(cipher.KEY_ID_BYTES),  # the key is known by the file
            label=_label(ctx, number, number == count - 1),
            suite=suite,
        )
        for number in range(count)
    ]
    return seals.seal(key.hex(), ctx), parts


def open_file(key_sealed: bytes, parts: Sequence[bytes], ctx: SealContext) -> bytes:
    """The bytes of a file. Raises SealBroken, which says no more."""
    key = bytes.fromhex(seals.open_sealed(key_sealed, ctx))
    if len(key) != cipher.KEY_BYTES or not parts:
        raise SealBroken
    last = len(parts) - 1
    return b"".join(
        cipher.open_bytes(part, key=key, label=_label(ctx, number, number == last)) for number, part in enumerate(parts)
    )


def _label(ctx: SealContext, number: int, is_last: bool) -> bytes:
    return cipher.encode_label(["file part", ctx.encoded().hex(), str(number), "last" if is_last else "more"])
