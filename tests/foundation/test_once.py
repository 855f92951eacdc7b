"""The code of a row follows from its form, its person and its place; nobody chooses it."""

from __future__ import annotations

import pytest
from django.db import connection

from rightdoor.casework.cases.models import Case
from rightdoor.casework.notes.models import Note
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.once import in_turn, own_code, sent_before

SENT, PLACE = "CDFG-2346", "CDFG-7777"


def viewer(code: str) -> Viewer:
    return Viewer(code, frozenset(), frozenset(), "", "")


def test_the_same_form_of_the_same_person_in_the_same_place_leads_to_the_same_code() -> None:
    first, again = (own_code(viewer("HJKM-2222"), Note, PLACE, SENT) for _ in range(2))
    assert first == again != SENT
    assert is_code(first)


def test_another_person_place_table_or_form_leads_to_another_code() -> None:
    one = own_code(viewer("HJKM-2222"), Note, PLACE, SENT)
    others = {
        own_code(viewer("HJKM-3333"), Note, PLACE, SENT),
        own_code(viewer("HJKM-2222"), Note, "CDFG-9999", SENT),
        own_code(viewer("HJKM-2222"), Case, PLACE, SENT),
        own_code(viewer("HJKM-2222"), Note, PLACE, "CDFG-2347"),
    }
    assert len(others | {one}) == 5


@pytest.mark.parametrize("secret", ["one", "another"])
def test_without_the_secret_of_the_installation_nobody_reckons_it(settings, secret: str) -> None:
    before = own_code(viewer("HJKM-2222"), Note, PLACE, SENT)
    settings.SECRET_KEY = secret
    assert own_code(viewer("HJKM-2222"), Note, PLACE, SENT) != before


@pytest.mark.parametrize("sent", ["", "x", "cdfg-2346", "CDFG-2346\0", "A" * 5_000_000])
def test_what_is_no_code_makes_none_and_finds_nothing(sent: str) -> None:
    assert own_code(viewer("HJKM-2222"), Note, PLACE, sent) == ""
    assert sent_before(Note.objects.all(), sent) is None


@pytest.mark.django_db
def test_a_thing_is_locked_until_the_act_is_through_and_another_is_not() -> None:
    def held() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            return int(cursor.fetchone()[0])

    before = held()
    counted = []
    for what in (("a", "b"), ("a", "b"), ("a", "c"), ("ab", "")):
        in_turn(*what)
        counted.append(held() - before)
    assert counted == [1, 1, 2, 3]
