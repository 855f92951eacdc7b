"""gunicorn's own file of settings. What the command line cannot say: no answer names the program that sent it."""

from typing import Any

from gunicorn.http import wsgi

_headers_of = wsgi.Response.default_headers


def _unnamed(response: wsgi.Response) -> Any:
    return [line for line in _headers_of(response) if not line.startswith("Server:")]


wsgi.Response.default_headers = _unnamed
