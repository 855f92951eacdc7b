"""The table of the verification standard has every requirement, and no row claims what is not there."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from rightdoor.config.env import ROOT, Env
from rightdoor.config.reference import asvs, bars
from rightdoor.config.reference.pages import PAGES

# Levels of each section's requirements, in order, from the standard's own list (OWASP ASVS 5.0.0).
LEVELS = {
    1: "22 1111122223 112222222223 222 123",
    2: "122 112 12223 23",
    3: "3 113 12223 11222233 11122333 3 22333",
    4: "12233 23333 22 1222",
    5: "2 112333 113 222",
    6: "122 111111112222 11223333 112233 22222333 2223 33 2222",
    7: "222 1111 22 11222 223 22",
    8: "1233 1123 133 23",
    9: "111 1222",
    10: "22 223 22223 1111122222233333 22222 22 222",
    11: "2233 22233 11233 1222 23 23 33",
    12: "12233 11 22223",
    13: "2333 222223 2233 1222233",
    14: "22 12223333 122",
    15: "12233 12233 1222222 3333",
    16: "2 22222 2222 222 2223",
    17: "23 22223333 22",
}
# What the product has none of: LDAP, XPath, LaTeX, JNDI, memcache; GraphQL; WebSockets; an authorization server; video.
ABSENT = re.compile(r"V(?:1\.2\.[678]|1\.3\.[89]|4\.[34]\.\d|10\.[467]\.\d+|17\.\d\.\d)")


def required() -> dict[str, str]:
    """Id -> level of every requirement."""
    return {
        f"V{chapter}.{section}.{number}": level
        for chapter, sections in LEVELS.items()
        for section, levels in enumerate(sections.split(), start=1)
        for number, level in enumerate(levels, start=1)
    }


@cache
def functions_of(path: Path) -> frozenset[str]:
    """Names of the test functions of a file, methods included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def held() -> frozenset[str]:
    """Bars that have a test."""
    return frozenset(bars.held()[0])


def is_there(test: str) -> bool:
    """A bar that is held, or a test function of a file."""
    if "::" not in test:
        return test in held()
    path, _, name = test.partition("::")
    return name.startswith("test_") and (ROOT / path).is_file() and name in functions_of(ROOT / path)


def paths_in(how: str) -> list[str]:
    """What a sentence names like a file of ours."""
    return re.findall(r"(?:(?:rightdoor|docs|tests)/[\w./-]*\w|(?:pyproject\.toml|requirements\.lock))", how)


def test_the_list_of_requirements_has_the_size_of_the_standard() -> None:
    count = Counter(required().values())
    assert (sum(count.values()), count["1"], count["2"], count["3"]) == (345, 70, 183, 92)


def test_every_requirement_has_one_row_with_its_level() -> None:
    assert [(row.id, row.level) for row in asvs.rows()] == list(required().items())


def test_only_what_the_product_has_none_of_does_not_apply() -> None:
    told = asvs.rows()
    assert [row.id for row in told if row.applies == "no"] == [row.id for row in told if ABSENT.fullmatch(row.id)]
    assert {row.applies for row in told} == {"yes", "no"}
    count = Counter(row.level for row in told if row.applies == "yes")
    assert count == {"1": 64, "2": 155, "3": 82}


def test_states_are_known_and_what_does_not_apply_has_none() -> None:
    assert [row.id for row in asvs.rows() if (row.applies == "no") != (row.state == "")] == []
    assert {row.state for row in asvs.rows()} == {"", *asvs.STATES}


def test_whatever_is_not_met_has_its_reason() -> None:
    assert [row.id for row in asvs.rows() if row.state != "met" and not row.why_not] == []


def test_what_is_met_says_how_and_names_a_test_or_a_file() -> None:
    met = [row for row in asvs.rows() if row.state == "met"]
    assert [row.id for row in met if not row.how] == []
    assert [row.id for row in met if not row.test and not paths_in(row.how)] == []


def test_every_test_bar_and_file_that_is_named_exists() -> None:
    told = asvs.rows()
    assert [(row.id, row.test) for row in told if row.test and not is_there(row.test)] == []
    assert [(row.id, path) for row in told for path in paths_in(row.how) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("claim", ["SEC-99", "tests/config/test_asvs.py::test_no_such_thing", "tests/none.py::test_it"])
def test_a_test_that_is_not_there_is_noticed(claim: str) -> None:
    assert not is_there(claim)


def test_a_gist_is_short_and_in_our_own_words() -> None:
    assert [row.id for row in asvs.rows() if not 2 <= len(row.gist.split()) <= 10 or "Verify" in row.gist] == []


def test_the_page_tells_everything_that_is_not_met() -> None:
    page = PAGES["reference/asvs.md"]()
    assert [row.id for row in asvs.rows() if row.state != "met" and row.id not in page] == []


def test_the_limits_that_are_written_down_are_those_of_the_code() -> None:
    from django.conf import settings

    from rightdoor.casework.clients.matching import COMPARED_AT_MOST
    from rightdoor.casework.documents.actions import MOST_VERSIONS
    from rightdoor.casework.intake.web import back, start
    from rightdoor.casework.referrals.exports import ALONE_AT_MOST
    from rightdoor.foundation.access.doors import FRESH, FRESH_FOR_FORMS
    from rightdoor.foundation.accounts import actions, attempts, passwords
    from rightdoor.foundation.doorway.web.forms import LONGEST_PASSWORD
    from rightdoor.foundation.files import kinds
    from rightdoor.oversight.privacy.queries.readers import MOST_IN_A_FILE

    page = " ".join((ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8").split())
    least = settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"]["min_length"]
    said = [
        f"{attempts.MOST} failures within {attempts.WITHIN // timedelta(minutes=1)} minutes",
        f"at least {least} and at most {LONGEST_PASSWORD} characters",
        f"each of {actions.RECOVERY_CODES} codes",
        f"for {actions.INVITATION_DAYS} days",
        f"{actions.SESSIONS_AT_ONCE} sessions for a person",
        f"of the last {FRESH // timedelta(minutes=1)} minutes",
        f"that of the last {FRESH_FOR_FORMS // timedelta(minutes=1)}",
        f"up to {kinds.LARGEST // 1024**2} MB, {kinds.PAGES} pages, {kinds.PIXELS // 10**6} million pixels",
        f"at most {kinds.MEMBERS} members, which unpack to no more than {kinds.EXPANSION} times the size",
        f"at most {MOST_VERSIONS} versions",
        f"more than {ALONE_AT_MOST} clients",
        f"at most {MOST_IN_A_FILE:,} rows",
        f"the {COMPARED_AT_MOST:,} newest records",
        f"{start.sending.most} reports in {start.sending.minutes} minutes",
        f"receipts {back.asking.most} questions",
    ]
    assert [sentence for sentence in said if sentence not in page] == []
    words = [word for word in re.findall(r"\w+", page) if passwords._OUR_WORDS.fullmatch(word.casefold())]
    assert {"rightdoor", "welcome", "letmein", "passwort", "referral", "administrator"} <= {*words}


def test_the_times_of_sessions_that_are_written_down_are_the_standing_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    from rightdoor.config.env import read_env

    for name in ("VEIL_MINUTES", "LOCK_MINUTES", "SESSION_HOURS"):
        monkeypatch.delenv(f"RIGHTDOOR_{name}", raising=False)
    page, env = (ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8"), read_env()
    assert f"After {env.veil_minutes} minutes without a touch" in page
    assert f"after {env.lock_minutes} minutes without a request" in page
    assert f"{env.session_hours} hours it ends" in page


def test_every_connection_of_the_settings_is_written_down() -> None:
    """A setting that names a place to connect to (…_url, a server, a scanner, a witness) stands on the page."""
    page = (ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
    places = {
        "database_url": "DATABASE_URL",
        "keyring_url": "KEYRING_URL",
        "database_owner_url": "DATABASE_OWNER_URL",
        "keyring_owner_url": "KEYRING_OWNER_URL",
        "email_url": "RIGHTDOOR_EMAIL_URL",
        "scanner": "RIGHTDOOR_SCANNER",
        "witness_url": "RIGHTDOOR_WITNESS_URL",
        "key_server": "RIGHTDOOR_KEY_SERVER",
    }
    named = {field.name for field in fields(Env) if field.name.endswith(("_url", "_server")) or field.name == "scanner"}
    assert named == {*places}
    assert [setting for setting in places.values() if f"`{setting}`" not in page] == []


def test_a_site_with_a_public_address_has_strict_cookies_and_hsts(tmp_path: Path) -> None:
    """The settings as a process reads them that starts with an origin."""
    of_cookies = ("NAME", "SECURE", "HTTPONLY", "SAMESITE")
    names = [f"{kind}_COOKIE_{what}" for kind in ("SESSION", "CSRF") for what in of_cookies]
    names += ["SESSION_COOKIE_DOMAIN", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    asked = (
        "import json; from rightdoor.config import settings;"
        f" print(json.dumps({{name: getattr(settings, name, None) for name in {names!r}}}))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RIGHTDOOR_", "DJANGO_"))}
    place = {"RIGHTDOOR_HOME": str(tmp_path), "RIGHTDOOR_ORIGIN": "https://care.example.gov"}
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=kept | place, capture_output=True, check=True)
    assert json.loads(done.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-rd_session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-rd_form",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    }
