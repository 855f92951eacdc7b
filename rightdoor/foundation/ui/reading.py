"""Reading must not write: a guard over GET requests. Only audit rows, sessions and drafts' housekeeping pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

from rightdoor.foundation.ready import keep_answers

WRITES = re.compile(r'^\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?([a-z_]+)"?', re.IGNORECASE)
ALLOWED = ("audit_", "django_session", "accounts_signedinsession", "shared_cache", "sealing_", "staffings_summaryshare")


class WroteWhileReading(AssertionError):
    """A GET request tried to change a record."""


def _guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    match = WRITES.match(sql) if isinstance(sql, str) else None
    if match and not match.group(2).startswith(ALLOWED):
        raise WroteWhileReading(f"{match.group(1).upper()} on {match.group(2)} while answering a GET request")
    return execute(sql, params, many, context)


@contextmanager
def read_only() -> Iterator[None]:
    """Refuses writes on every database connection while a page is read; so what it asks twice may be answered once."""
    with ExitStack() as stack:
        stack.enter_context(keep_answers())
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_guard))
        yield
