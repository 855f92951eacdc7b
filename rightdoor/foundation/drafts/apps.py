from datetime import datetime

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Drafts about a record are destroyed together with the record's keys."""

    name = "rightdoor.foundation.drafts"
    label = "drafts"

    def ready(self) -> None:
        from rightdoor.foundation.drafts.keep import drop_drafts_about
        from rightdoor.foundation.sealing.shredding import erases

        @erases("drafts")
        def _drafts(codes: frozenset[str], now: datetime) -> int:
            return drop_drafts_about(codes)
