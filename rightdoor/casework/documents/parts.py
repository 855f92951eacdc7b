"""What documents add to a case."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import Happenings, Look, Parts, Tab, lines
from rightdoor.casework.documents.models import Document, Version
from rightdoor.domain.permission import may


def _added(case: Case) -> QuerySet[Any, dict[str, Any]]:
    """Documents that can be read. Care on a minor's own consent is on the documents' list alone, where each is
    decided for itself.
    """
    readable = Version.objects.filter(document=OuterRef("pk"), state="ready")
    rows = Document.objects.filter(Exists(readable), case=case, state="kept", minor_consented_alone=False)
    return lines(rows, at="added_at", kind="document.added", klass=F("data_class"), holder=F("holder"), by="added_by")


def _url(kind: str, about: str) -> str:
    return f"/documents/{about}/"


def _may_list(look: Look) -> bool:
    return may(look.viewer, "document.read", look.tie)


HAPPENINGS = (Happenings(_added, {"document.added": "Document added"}, _url, "Documents"),)

PARTS = Parts(tabs=(Tab("documents", "Documents", "documents/", 160, _may_list),), happenings=HAPPENINGS)
