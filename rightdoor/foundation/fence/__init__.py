"""For whom the database works: every statement carries a signed word of it, and the rows of clients open to no other.

The rules themselves stand in `casework/*/models.py` (who may know of what) and are asked by every read. This is the
fence behind them: a query that forgot to ask, or one that somebody slipped in, gets no row that the person could not
have seen. The policies in the database are made by `rightdoor/config/rowlevel.py`.

    with acting_as(viewer, now): ...     # a request, done by the middleware
    with acting_as_system("why"): ...    # a job or a command, never a request
    with also(code): ...                 # an act that writes a row which its person will not see afterwards

Settings name this package as the database engine, so no statement reaches the database around it.
"""

from rightdoor.foundation.fence.context import (
    Acting,
    acting_as,
    acting_as_system,
    also,
    for_this_process,
    now_acting,
    to_the_end,
    with_receipt,
)

__all__ = [
    "Acting",
    "acting_as",
    "acting_as_system",
    "also",
    "for_this_process",
    "now_acting",
    "to_the_end",
    "with_receipt",
]
