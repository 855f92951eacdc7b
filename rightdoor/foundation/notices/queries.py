"""What awaits the viewer."""

from dataclasses import dataclass
from datetime import datetime

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.notices.kinds import KINDS, UNTIL
from rightdoor.foundation.notices.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as it is shown."""

    number: str
    kind: str
    sentence: str
    code: str
    path: str
    created_at: datetime
    read_at: datetime | None
    due_at: datetime | None

    @property
    def is_new(self) -> bool:
        return self.read_at is None


def notices_for(viewer: Viewer, *, with_read: bool = False, limit: int = 100) -> list[NoticeRow]:
    """The viewer's own notices, newest first; those already read only when asked for."""
    if not viewer.code:
        return []
    found = Notice.objects.filter(account_code=viewer.code)
    if not with_read:
        found = found.filter(read_at=None)
    return [
        NoticeRow(
            number=notice.number,
            kind=notice.kind,
            sentence=sentence(notice.kind, notice.code),
            code=notice.code,
            path=notice.path,
            created_at=notice.created_at,
            read_at=notice.read_at,
            due_at=notice.due_at,
        )
        for notice in found.order_by("-created_at", "-id")[:limit]
    ]


def unread_count(viewer: Viewer) -> int:
    """How many of the viewer's notices are new."""
    return Notice.objects.filter(account_code=viewer.code, read_at=None).count() if viewer.code else 0


def sentence(kind: str, code: str, time: str = "") -> str:
    """The sentence of a notice in the reader's language; ``time`` is written out by the caller, in the state's zone."""
    known = KINDS.get(kind)
    said = str(known.sentence).format(code=code) if known else code
    return str(UNTIL).format(sentence=said, time=time) if time else said
