"""Which views answer without a completed second factor. Everything else is behind the wall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

FRESH = timedelta(minutes=5)
# A form opened with a fresh proof may take a while to fill in; what was typed must not be lost to the question.
FRESH_FOR_FORMS = timedelta(minutes=15)

# Addresses of a namespace that is open as a whole: the way in, the public report, the demonstration's entry.
OPEN_NAMESPACES = frozenset({"sign_in", "public", "demonstration"})
# Single addresses: is the site well, leave it quickly, a calendar feed with its secret in the address.
OPEN_NAMES = frozenset({"healthy", "ui:quick_exit", "meetings:feed"})


def without_second_factor(view: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a view as open to anyone. `path("sorry/", without_second_factor(resource(get=sorry.show)))`"""
    view.without_second_factor = True  # type: ignore[attr-defined]
    return view


def is_open(match: Any, view: Callable[..., Any]) -> bool:
    """True for a view that answers people who are not signed in."""
    return bool(
        getattr(view, "without_second_factor", False)
        or OPEN_NAMESPACES & {*match.app_names, *match.namespaces}
        or match.view_name in OPEN_NAMES
    )


def has_fresh_proof(request: Any) -> bool:
    """The person proved the second factor in the last five minutes; for a form that is sent, in the last fifteen."""
    session, within = request.signed_in, FRESH if request.method in {"GET", "HEAD"} else FRESH_FOR_FORMS
    return session is not None and request.now - session.second_factor_at < within


class FreshProofNeeded(Exception):
    """The last proof of the second factor is too old for what was asked. The wall sends the person to prove it."""


def with_fresh_proof(view: Callable[..., Any]) -> Callable[..., Any]:
    """For what cannot be taken back (export, original, report, roles, factors, emergency).

    Asks for the second factor again when the last proof is older than five minutes, then returns to the page.
    """

    @wraps(view)
    def asked(request: Any, *args: Any, **kwargs: Any) -> Any:
        if not has_fresh_proof(request):
            raise FreshProofNeeded
        return view(request, *args, **kwargs)

    return asked
