"""Keeping, finding and dropping drafts, sealed for their author."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.drafts.models import Draft
from rightdoor.foundation.sealing.seals import open_for_account, seal_for_account


def keep_draft(viewer: Viewer, form: str, about: str, body: dict[str, object], *, now: datetime) -> None:
    """Stores what the viewer has typed so far; the newest text wins. (UX-4)"""
    sealed = seal_for_account(viewer.code, json.dumps(body), **_place(form, about))
    Draft.objects.update_or_create(
        author=viewer.code, form=form, about=about, defaults={"body_sealed": sealed, "saved_at": now}
    )


def find_draft(viewer: Viewer, form: str, about: str = "") -> tuple[dict[str, object], datetime] | None:
    """The viewer's own draft of this form and when it was kept, or None."""
    draft = Draft.objects.filter(author=viewer.code, form=form, about=about).first()
    if draft is None:
        return None
    return json.loads(open_for_account(viewer.code, bytes(draft.body_sealed), **_place(form, about))), draft.saved_at


def find_drafts(viewer: Viewer, forms: Iterable[str], about: str) -> dict[str, tuple[dict[str, object], datetime]]:
    """The viewer's own drafts of several forms about one object, as `find_draft` gives each. One query."""
    rows = Draft.objects.filter(author=viewer.code, form__in=list(forms), about=about)
    return {
        row.form: (
            json.loads(open_for_account(viewer.code, bytes(row.body_sealed), **_place(row.form, about))),
            row.saved_at,
        )
        for row in rows
    }


def others_at(viewer: Viewer, form: str, about: str, since: datetime) -> list[tuple[str, datetime]]:
    """Who else has kept a draft of this form about this object since then, and when: account codes and moments, and
    nothing of what they typed. The caller decides whether the viewer may know of these people.
    """
    rows = Draft.objects.filter(form=form, about=about, saved_at__gte=since).exclude(author=viewer.code)
    return list(rows.order_by("-saved_at", "author").values_list("author", "saved_at"))


def drop_draft(viewer: Viewer, form: str, about: str = "") -> None:
    """Forgets the draft once its form was sent."""
    Draft.objects.filter(author=viewer.code, form=form, about=about).delete()


def drop_drafts_about(codes: frozenset[str]) -> int:
    """Forgets everybody's drafts about these records. Returns how many there were. For the shred of a client."""
    return Draft.objects.filter(about__in=codes).delete()[0]


def _place(form: str, about: str) -> dict[str, str]:
    return {"table": "drafts_draft", "column": "body_sealed", "row": f"{form}:{about}"}
