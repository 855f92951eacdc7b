from datetime import datetime

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Which row made a record is forgotten together with the record's keys."""

    name = "rightdoor.foundation.imports"
    label = "imports"

    def ready(self) -> None:
        from rightdoor.foundation.imports.keeping import forget_made
        from rightdoor.foundation.sealing.shredding import erases

        @erases("imports")
        def _made(codes: frozenset[str], now: datetime) -> int:
            return forget_made(codes)
