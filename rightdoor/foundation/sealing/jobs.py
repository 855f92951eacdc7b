"""Work by the clock that has to do with seals."""

from datetime import datetime

from rightdoor.foundation.audit import sealer
from rightdoor.foundation.jobs.queue import periodic


@periodic("* * * * * */10")
def seal_audit_trail(*, now: datetime) -> None:
    """Seal the audit trail's new events; does nothing when there are none."""
    sealer.seal_batches(now)
