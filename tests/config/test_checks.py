"""A site that would be unsafe does not start."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.utils import timezone

from rightdoor.config import checks
from rightdoor.foundation.accounts.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])


def ids() -> set[str]:
    try:
        checks.refuse_unsafe()
    except checks.UnsafeSite:
        return {
            one.id
            for check in (checks.demonstration, checks.exposure, checks.keys, checks.second_factor)
            for one in check(None)
            if one.is_serious()
        } | {one.id for one in checks.demonstration_data(None, databases=["default"])}
    return set()


def test_this_installation_may_start() -> None:
    assert ids() == set()


def test_a_demonstration_with_a_real_person_does_not_start() -> None:
    Account.objects.create(email="real@example.org", name="Real Person", created_at=timezone.now())
    assert "rightdoor.E002" in ids()


def test_a_demonstration_with_a_public_address_does_not_start(settings: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, demo=True, origin="https://care.example.gov")
    assert "rightdoor.E001" in ids()


def public(settings: Any, **more: Any) -> None:
    settings.ENV = dataclasses.replace(
        settings.ENV, demo=False, origin="https://care.example.gov", email_url="smtp://mail.example.gov", **more
    )
    settings.ALLOWED_HOSTS = ["care.example.gov"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False


def test_a_public_site_set_up_as_it_should_be_starts(settings: Any) -> None:
    public(settings)
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("ALLOWED_HOSTS", ["*"], "rightdoor.E004"),
        ("ALLOWED_HOSTS", ["other.example.gov"], "rightdoor.E006"),
        ("SESSION_COOKIE_SECURE", False, "rightdoor.E005"),
        ("SECRET_KEY", "short", "rightdoor.E007"),
        ("MIDDLEWARE", ["django.contrib.sessions.middleware.SessionMiddleware"], "rightdoor.E009"),
        ("MFA_WEBAUTHN_USER_VERIFICATION", "preferred", "rightdoor.E010"),
        ("MFA_ADAPTER", "allauth.mfa.adapter.DefaultMFAAdapter", "rightdoor.E010"),
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, "rightdoor.E011"),
    ],
)
def test_an_unsafe_public_site_does_not_start(settings: Any, name: str, value: object, found: str) -> None:
    public(settings)
    setattr(settings, name, value)
    assert found in ids()


def test_a_public_site_shows_no_details_of_faults(settings: Any) -> None:
    public(settings, debug=True)
    assert "rightdoor.E003" in ids()


def test_keys_that_others_can_read_stop_the_site(settings: Any, tmp_path: Any) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    (folder / "django").write_text("x")
    settings.ENV = dataclasses.replace(settings.ENV, home=tmp_path)
    assert "rightdoor.E008" in ids()
