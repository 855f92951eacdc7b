"""Which instruments there are here, and exactly the version that an answer was given to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.domain.questionnaire.schema import build
from rightdoor.domain.questionnaire.versions import Pin, canonical, content_hash, pin_of, succession
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.questionnaires.models import KeptInstrument
from rightdoor.packs.instruments import as_texts, read_shipped


@lru_cache(maxsize=4)
def _read(pack: str) -> Mapping[str, Instrument]:
    return read_shipped(Path(pack))


def shipped() -> Mapping[str, Instrument]:
    """The instruments that came with the product and the installation's pack, by key. Read once. Raises FileUnsound."""
    return _read(str(settings.ENV.pack))


def usable(purpose: str, agency: str = "") -> list[Instrument]:
    """The instruments of a purpose that somebody of `agency` may choose, by title: a copy that the agency brought
    stands in the place of the shipped one of its key. Stubs without items are among them: `.items` says so.
    """
    found = {one.key: one for one in shipped().values()}
    if agency:
        for row in KeptInstrument.objects.filter(agency=agency).order_by("kept_at", "pk"):
            found[row.key] = _of(row)
    return sorted((one for one in found.values() if one.purpose == purpose), key=lambda one: (one.title, one.key))


def brought_by(agency: str) -> list[tuple[Instrument, datetime]]:
    """The copies that an agency brought, each version with when, the newest first."""
    rows = KeptInstrument.objects.filter(agency=agency).exclude(agency="").order_by("-kept_at", "-pk")
    return [(_of(row), row.kept_at) for row in rows]


def keep_version(instrument: Instrument, *, now: datetime, agency: str = "") -> Pin:
    """Keeps this version for good and returns its pin. Call it inside the act that begins an answer; twice is once.

    `agency`: whose copy it is, where an agency brought it; then it is kept already. Raises RuleBroken when the version
    stands here with other content: then the file of an instrument was changed without a new version.
    """
    pin = pin_of(instrument)
    row, _ = KeptInstrument.objects.get_or_create(
        key=pin.key,
        version=pin.version,
        agency=agency,
        defaults={"content_hash": pin.hash, "tree": canonical(instrument).decode(), "kept_at": now},
    )
    if row.content_hash != pin.hash:
        raise RuleBroken(
            f"{instrument.title}, version {pin.version}, stands here with other content. "
            "Somebody changed its file; it needs a new version before it is used."
        )
    return pin


def pinned(key: str, version: str, content: str) -> Instrument:
    """The instrument that an answer pins: this version and no other. Raises NotVisible where it was never kept."""
    found = _pinned(key, version, content)
    if found is None:
        _pinned.cache_clear()  # kept a moment later by somebody else: not known is not remembered
        raise NotVisible
    return found


@lru_cache(maxsize=256)
def _pinned(key: str, version: str, content: str) -> Instrument | None:
    mine = shipped().get(key)
    if mine is not None and pin_of(mine) == Pin(key, version, content):
        return mine
    row = KeptInstrument.objects.filter(key=key, version=version, content_hash=content).first()
    return _of(row) if row else None


def _of(row: KeptInstrument) -> Instrument:
    return _built(row.content_hash, row.tree)


@lru_cache(maxsize=256)
def _built(content: str, tree: str) -> Instrument:
    one = build(as_texts(json.loads(tree)))
    if content_hash(one) != content:
        raise ValueError("A kept instrument no longer has the content that it was kept with.")
    return one


@action("instrument.brought")
def import_instrument(viewer: Viewer, instrument: Instrument, *, now: datetime) -> Pin:
    """Keeps a copy that the viewer's agency may use under its own licence, for this agency alone.

    Raises NotPermitted, and RuleBroken where the terms do not allow it, a version would change, or its ids would
    come to mean something else. (practice 1.3; SCR-1, SCR-2)
    """
    check_may(viewer, "instrument.bring")
    if not viewer.agency:
        raise RuleBroken("A copy belongs to an agency. Your account names none.")
    if not instrument.items:
        raise RuleBroken("This file holds no items. What ships as a title alone need not be brought.")
    mine = shipped().get(instrument.key)
    if mine is not None and mine.items:
        raise RuleBroken(f"{mine.title} ships with the product. Give your own tool a key of its own.")
    if mine is not None and mine.terms.redistribution == "result_only":
        raise RuleBroken(f"No item of {mine.title} may be held here. Its results are typed in.")
    rows = list(KeptInstrument.objects.filter(agency=viewer.agency, key=instrument.key).order_by("-kept_at", "-pk"))
    same = next((row for row in rows if row.version == instrument.version), None)
    before = same or (rows[0] if rows else None)
    faults = succession(_of(before), instrument) if before else ()
    if faults:
        raise RuleBroken(" ".join(f"{fault.sentence} {fault.remedy}" for fault in faults[:5]))
    if same is None:
        KeptInstrument.objects.create(
            key=instrument.key,
            version=instrument.version,
            content_hash=content_hash(instrument),
            agency=viewer.agency,
            tree=canonical(instrument).decode(),
            kept_at=now,
            brought_by=viewer.code,
        )
    record(viewer, "instrument.brought", kind="instrument", holder=viewer.agency, again=same is not None)
    return pin_of(instrument)
