"""Log lines with a fixed set of fields. What is not on the list is not written, whoever logs it."""

import json
import logging
import logging.handlers
import os
import traceback
from datetime import UTC, datetime
from typing import Any

from rightdoor.foundation.audit.context import marks

# Fields that a caller may add with ``extra=``. Route is the route's name, never the path or the query.
ALLOWED = ("event", "route", "method", "status", "duration_ms", "actor", "code", "job", "count", "seconds", "batch")
# Whose own words are written: ours are fixed sentences. A foreign library's message may quote anything.
_OURS = "rightdoor"


class AllowedFields(logging.Formatter):
    """One JSON object a line: time, level, logger, request id, the allowed fields, and where an error arose.

    Arguments of messages are left out (a value may be a name), and of an exception only its type and its code
    location are written, never its text.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.split(".")[0] == _OURS:
            line["message"] = str(record.msg)
        request_id = marks.get().request_id
        if request_id:
            line["request"] = request_id
        for field in ALLOWED:
            value = record.__dict__.get(field)
            if isinstance(value, str | int | float):
                line[field] = value[:80] if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-6:]
            line["where"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}:{frame.name}" for frame in frames]
        elif record.name.split(".")[0] != _OURS:
            line["where"] = [f"{record.filename}:{record.lineno}:{record.funcName}"]
        return json.dumps(line, ensure_ascii=True)


def private_file(path: str) -> logging.Handler:
    """A handler for a file that only this account reads, and that another program may move away and begin anew."""

    class PrivateFile(logging.handlers.WatchedFileHandler):
        def _open(self) -> Any:
            return open(
                os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
            )

    return PrivateFile(path, delay=True)
