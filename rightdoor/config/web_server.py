"""gunicorn's own file of settings. What the command line cannot say: no answer names the program that sent it, and no
line of its log holds an address or a word of a request.
"""

from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import wsgi

from rightdoor.foundation.audit.logs import AllowedFields

_headers_of = wsgi.Response.default_headers


def _unnamed(response: wsgi.Response) -> Any:
    return [line for line in _headers_of(response) if not line.startswith("Server:")]


wsgi.Response.default_headers = _unnamed


class NoWordOfRequests(Logger):
    """gunicorn writes the sender's address and the first line of a request that it cannot read. We write neither."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(AllowedFields())


logger_class = NoWordOfRequests
