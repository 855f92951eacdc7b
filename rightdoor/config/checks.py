"""A site that would be unsafe does not start. Each finding is a sentence that says what to change.

They are Django system checks, so `python -m django check` shows them, too. The site asks `refuse_unsafe` twice: after
the tables were prepared, and in each process that serves.
"""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks

TAG = "rightdoor"
_WALL = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "rightdoor.foundation.access.middleware.ViewerAndNow",
    "rightdoor.foundation.access.middleware.SecondFactorWall",
]
_PRIVATE_CACHES = ("locmem", "dummy")
_READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class UnsafeSite(SystemExit):
    """The site may not start so. The text has one line for each reason."""


def refuse_unsafe() -> None:
    """Raises UnsafeSite with every reason. Warnings are for `doctor` and `check`."""
    found = [one for one in run_checks(tags=[TAG], databases=["default"]) if one.is_serious()]
    if found:
        raise UnsafeSite(
            "the site may not start like this\n" + "\n".join(f"  {one.msg} {one.hint or ''}" for one in found)
        )


@register(TAG)
def demonstration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A demonstration has no public address."""
    if settings.ENV.demo and settings.ENV.origin:
        return [
            Error(
                "RIGHTDOOR_DEMO is on at a site with a public address.",
                hint="Take RIGHTDOOR_DEMO away, or RIGHTDOOR_ORIGIN.",
                id="rightdoor.E001",
            )
        ]
    return []


@register(TAG)
def demonstration_data(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A demonstration holds invented people only: its page lets anyone on this machine in as any of them."""
    if not settings.ENV.demo or "default" not in (databases or ()):
        return []
    from django.db import connection

    from rightdoor.foundation.accounts.models import Account

    if Account._meta.db_table not in connection.introspection.table_names():
        return []
    if not Account.objects.filter(is_demonstration=False).exists():
        return []
    return [
        Error(
            "RIGHTDOOR_DEMO is on, and this database holds accounts of real people.",
            hint="Take RIGHTDOOR_DEMO away, or set RIGHTDOOR_HOME to a folder of its own for the demonstration.",
            id="rightdoor.E002",
        )
    ]


@register(TAG)
def exposure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A public site shows no details of faults, speaks https, and answers to its own name only."""
    env, found = settings.ENV, []
    if settings.DEBUG and not env.is_local or env.debug and not env.is_local:
        found.append(Error("RIGHTDOOR_DEBUG is on at a public site.", hint="Take it away.", id="rightdoor.E003"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error("The site answers to any name.", hint="List its names in RIGHTDOOR_HOSTS.", id="rightdoor.E004")
        )
    if env.is_local:
        return found
    parts = urlsplit(env.origin)
    if parts.scheme != "https" or not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        found.append(
            Error("The site would speak plain http.", hint="Set an https RIGHTDOOR_ORIGIN.", id="rightdoor.E005")
        )
    if parts.hostname not in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "RIGHTDOOR_HOSTS lacks the name of RIGHTDOOR_ORIGIN.",
                hint=f"Add {parts.hostname}.",
                id="rightdoor.E006",
            )
        )
    if not env.email_url:
        found.append(
            Warning("Notices are kept, not sent.", hint="Set RIGHTDOOR_EMAIL_URL to send them.", id="rightdoor.W001")
        )
    return found


@register(TAG)
def keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The secrets are long, and no other account of the machine reads them."""
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < 50:
        found.append(
            Error(
                "The secret of the site is too short.",
                hint="Delete keys/django; a new one is made.",
                id="rightdoor.E007",
            )
        )
    folder = settings.ENV.home / "keys"
    open_ones = [path.name for path in folder.glob("*") if path.suffix != ".pub" and _is_open(path)]
    open_ones = open_ones if folder.exists() and _is_open(folder) else []
    if open_ones:
        found.append(
            Error(
                f"Other accounts of this machine can read {folder} ({', '.join(sorted(open_ones))}).",
                hint=f"Run: chmod -R go= {folder}",
                id="rightdoor.E008",
            )
        )
    return found


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & _READABLE_BY_OTHERS)


@register(TAG)
def second_factor(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nobody comes in without a second factor: the wall stands, secrets are sealed, nothing goes around."""
    found = []
    order = [settings.MIDDLEWARE.index(name) if name in settings.MIDDLEWARE else -1 for name in _WALL]
    if -1 in order or order != sorted(order):
        found.append(
            Error("The wall of the second factor is missing.", hint="Restore MIDDLEWARE.", id="rightdoor.E009")
        )
    if (
        settings.MFA_ADAPTER != "rightdoor.foundation.doorway.adapters.SealedFactors"
        or settings.MFA_WEBAUTHN_USER_VERIFICATION != "required"
        or getattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None)
        or (settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN and not settings.ENV.is_local)
    ):
        found.append(Error("Second factors are weakened.", hint="Restore the MFA settings.", id="rightdoor.E010"))
    if any(name in settings.CACHES["default"]["BACKEND"] for name in _PRIVATE_CACHES):
        found.append(
            Error(
                "One-time codes would be remembered by one process only.",
                hint="Restore CACHES: it must be shared by all processes.",
                id="rightdoor.E011",
            )
        )
    return found
