"""A picture for paper, painted anew from its pixels: no place, no camera, no smaller picture clings to it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, JpegImagePlugin, PngImagePlugin

LONGEST_SIDE = 1200  # pixels: 90 mm on paper at more than 300 to the inch
_READERS = {"jpeg": JpegImagePlugin.JpegImageFile, "png": PngImagePlugin.PngImageFile}


class PictureRefused(Exception):  # noqa: N818 - says what happened
    """These bytes are no picture that could be printed."""


@dataclass(frozen=True, slots=True)
class Printable:
    """A picture ready to print: a JPEG without a word beside its pixels, and what it shows, for who cannot see it."""

    content: bytes
    wide: int
    high: int
    alt: str


def for_print(content: bytes, kind: str, *, alt: str) -> Printable:
    """The picture in the size of paper. `kind`: jpeg or png, of a copy that the rebuilder made.

    Raises PictureRefused.
    """
    try:
        picture: Image.Image = _READERS[kind](io.BytesIO(content))
        picture.load()
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        pixels = _on_white(picture)
    except (KeyError, OSError, SyntaxError, ValueError) as problem:
        raise PictureRefused("This file is no picture that could be printed.") from problem
    clean = Image.frombytes("RGB", pixels.size, pixels.tobytes())
    with io.BytesIO() as out:
        clean.save(out, "JPEG", quality=85)
        return Printable(out.getvalue(), *clean.size, alt)


def _on_white(picture: Image.Image) -> Image.Image:
    """Paper is white: what a picture leaves transparent is, too."""
    if picture.mode not in {"RGBA", "LA", "PA", "P"}:
        return picture.convert("RGB")
    over = picture.convert("RGBA")
    under = Image.new("RGBA", over.size, (255, 255, 255, 255))
    return Image.alpha_composite(under, over).convert("RGB")
