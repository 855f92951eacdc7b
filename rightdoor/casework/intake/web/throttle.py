"""Against floods, without knowing anybody: counts in memory per neighbourhood of the network, under a daily key.

Neither an address nor a digest that could be led back to one is kept: the key dies with the day or the process, and a
bucket holds thousands of neighbourhoods. (security.md 3.14)
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections import Counter
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest

BUCKETS = 4096


class Throttle:
    """At most `most` passes in one bucket within `minutes`."""

    def __init__(self, *, most: int, minutes: int) -> None:
        self.most, self.minutes = most, minutes
        self._day: date | None = None
        self._key = b""
        self._window = -1
        self._passed: Counter[int] = Counter()

    def lets_pass(self, request: HttpRequest, now: datetime) -> bool:
        """Count this request; False once its bucket is full for the moment."""
        if self._day != now.date():
            self._day, self._key = now.date(), secrets.token_bytes(32)
        window = int(now.timestamp()) // (60 * self.minutes)
        if window != self._window:
            self._window = window
            self._passed.clear()
        bucket = self._bucket(_address(request))
        self._passed[bucket] += 1
        return self._passed[bucket] <= self.most

    def forget(self) -> None:
        """Everything is open again."""
        self._passed.clear()

    def _bucket(self, address: str) -> int:
        try:
            given = ipaddress.ip_address(address)
            around = ipaddress.ip_network(f"{given}/{16 if given.version == 4 else 32}", strict=False)
            coarse = str(around.network_address)
        except ValueError:
            coarse = ""
        return int.from_bytes(hmac.digest(self._key, coarse.encode(), sha256)[:4], "big") % BUCKETS


def _address(request: HttpRequest) -> str:
    """Who asks. With a public address our own proxy stands between and writes the last entry of the header; what comes
    before it is a stranger's word. Without this everybody would share the proxy's bucket, and one could fill it.
    """
    passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.ENV.origin else ""
    return str(passed_on.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))
