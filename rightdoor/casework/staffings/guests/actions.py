"""The guest's signature."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.staffings.guests.queries import waiting
from rightdoor.casework.staffings.models import Staffing
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.audit.events import action, record


@action("staffing.notice_signed")
def sign_notice(viewer: Viewer, staffing: Staffing, *, version: str, now: datetime) -> None:
    """The guest signs the notice about this one case; the window that was given opens with it.

    Raises NotVisible for anybody who is no guest of this staffing at this moment.
    """
    if not waiting(viewer, now).filter(about=staffing.code).update(kind="invited"):
        raise NotVisible
    record(viewer, "staffing.notice_signed", staffing, version=f"v{version[:12]}")
