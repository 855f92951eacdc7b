"""Coming in by the pages, as a person would."""

from __future__ import annotations

import re
import time
from datetime import datetime

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from rightdoor.foundation.access.actions import RoleInRegion, invite_account
from rightdoor.foundation.access.viewers import system_viewer

PASSWORD = "a quiet walk along the levee"


def invite(name: str, email: str, *, role: str = "team_member", at: datetime | None = None) -> str:
    """The secret of an invitation."""
    return invite_account(
        system_viewer("tests"),
        email=email,
        name=name,
        agency_code="",
        discipline="",
        grants=[RoleInRegion(role, "capital")],
        now=at or timezone.now(),
    ).secret


def code_now(secret: str, steps: int = 0) -> str:
    """The code that an app with this secret shows, `steps` of 30 seconds from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def join(client: Client, secret: str, password: str = PASSWORD) -> tuple[list[str], str]:
    """Take the invitation up with an authenticator app. Returns the recovery codes and the app's secret."""
    client.get(f"/sign-in/invitation/{secret}/")
    client.post("/sign-in/welcome/", {"password": password, "again": password})
    page = client.get("/sign-in/enrolment/app/").content.decode()
    app_secret = re.search(r'class="letters">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    state = re.search(r'name="state" value="([^"]+)"', page).group(1)
    answer = client.post("/sign-in/enrolment/app/", {"state": state, "code": code_now(app_secret)})
    assert answer.status_code == 302, answer.content.decode()
    codes = re.findall(r"<code>([a-z0-9-]{14})</code>", client.get("/sign-in/enrolment/codes/").content.decode())
    assert client.post("/sign-in/enrolment/codes/")["Location"] == "/"
    return codes, app_secret
