"""The words of which a packet's spoken ones are drawn: plain, calm, easy to say and to spell over the telephone."""

from __future__ import annotations

import secrets

from rightdoor.domain.packet import WORDS

_WORDS = """
amber anchor apple april arrow autumn badge baker barley basil basket beacon berry birch blanket blossom
bluebird bottle branch bridge brook bucket butter button cabin candle canoe carpet cedar cherry clover
coffee copper coral cotton cricket crystal daisy desert dolphin feather fiddle field flannel forest fountain
garden ginger glacier goose granite harbor hazel heron honey island jacket jasmine kettle kitten ladder
lantern lemon lilac linen magnet maple marble meadow melon mitten moss mustard napkin needle nickel nutmeg
oatmeal ocean olive onion orange orchard otter paddle paper parsley pebble pepper pillow pine planet plum
pocket pony poplar pottery pumpkin quilt rabbit raven ribbon river robin saddle salmon sandal silver sparrow
banjo cello cobalt ivory mirror spoon squirrel summer sunset tailor tulip turtle velvet violin wagon walnut
willow window winter
"""
CHOICE = tuple(_WORDS.split())


def draw() -> str:
    """Fresh words from the system's random source: five of 128, so 35 bits against five tries."""
    return " ".join(secrets.choice(CHOICE) for _ in range(WORDS))
