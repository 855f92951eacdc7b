"""Acts on two entries that are one child: kept together, and parted again."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import IntegrityError, transaction

from rightdoor.casework.cases.merging.queries import facts_between
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.clients.models import Client, ClientMerge, visible_clients
from rightdoor.casework.clients.queries import merge_label, standing_of
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.matching import check_may_merge
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.sealing.seals import seal_many


@action("client.merged")
def merge_clients(
    viewer: Viewer, leading: Client, following: Client, *, why: str, are_one: bool = False, now: datetime
) -> ClientMerge:
    """Two entries are one child from now on: the leading one is offered, the following one points to it. (INT-7)

    Nothing is moved, sealed anew or deleted, so `part_clients` takes it back whole; nobody's right to either record
    changes. `are_one` must be said where the two were recorded as two children. Sent twice, the first stands.

    Raises NotVisible unless the viewer may know of both, NotPermitted unless both are the viewer's to write (also where
    a case is closed), and RuleBroken as `domain.matching.check_may_merge`.
    """
    _check_both(viewer, "client.merge", leading, following, now)
    for client in (leading, following):
        check_may_write(viewer, client, "ID", now)
    # Both rows are held, in one order, so that two people at once cannot make each the leading one.
    list(Client.objects.select_for_update().filter(pk__in=[leading.pk, following.pk]).order_by("pk"))
    same = ClientMerge.objects.filter(leading=leading, following=following, undone_at__isnull=True).first()
    if same is not None:
        _record(viewer, "client.merged", same, repeated=True)
        return same
    check_may_merge(facts_between(viewer, leading, following, now, why=why, are_one=are_one))
    merge = ClientMerge(code=new_code(), leading=leading, following=following, merged_at=now, merged_by=viewer.code)
    told = json.dumps({"why": why.strip()}, ensure_ascii=False)
    (merge.why_sealed,) = seal_many([(told, merge_label(merge))])
    try:
        with transaction.atomic():
            merge.save(force_insert=True)
    except IntegrityError:  # it follows an entry that this viewer may not know of
        raise RuleBroken("These two cannot be kept together at present. Ask the privacy officer.") from None
    _record(viewer, "client.merged", merge)
    return merge


@action("client.parted")
def part_clients(viewer: Viewer, merge: ClientMerge, *, now: datetime) -> None:
    """Takes it back that two entries are one child: both stand as they stood before. The row stays, with who and when.

    Possible at any time, on a closed case as well. Undone twice, the first time holds. Raises NotVisible unless the
    viewer may know of both, and NotPermitted unless both are theirs.
    """
    _check_both(viewer, "client.part", merge.leading, merge.following, now)
    running = ClientMerge.objects.filter(pk=merge.pk, undone_at__isnull=True)
    ended = running.update(undone_at=now, undone_by=viewer.code)
    _record(viewer, "client.parted", merge, ended=ended)


def _check_both(viewer: Viewer, act: str, one: Client, two: Client, now: datetime) -> None:
    keys = {one.pk, two.pk}
    if visible_clients(viewer, now).filter(pk__in=keys).count() != len(keys):
        raise NotVisible
    for client in (one, two):
        check_may(viewer, act, standing_of(viewer, client, now))


def _record(viewer: Viewer, verb: str, merge: ClientMerge, **details: object) -> None:
    """An event for each of the two, so that the record of who did what with either tells of it."""
    for client, other in ((merge.leading, merge.following), (merge.following, merge.leading)):
        record(
            viewer,
            verb,
            client,
            subject=client.code,
            holder=client.holder,
            other=other.code,
            leading=merge.leading.code,
            **details,
        )
