"""The table of sessions: a copy of it opens nothing."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from rightdoor.foundation.accounts.session_store import SessionStore, stored_key


def test_a_session_is_found_by_its_cookie_and_not_by_its_row() -> None:
    store = SessionStore()
    store["word"] = "kept"
    store.save()
    assert SessionStore(store.session_key)["word"] == "kept"
    row = Session.objects.get()
    assert row.session_key == stored_key(store.session_key) != store.session_key
    assert SessionStore(row.session_key).load() == {}


def test_a_new_cookie_ends_the_old_one() -> None:
    store = SessionStore()
    store["word"] = "kept"
    store.save()
    old = store.session_key
    store.cycle_key()
    store.save()
    assert SessionStore(old).load() == {}
    assert SessionStore(store.session_key)["word"] == "kept"
    assert Session.objects.count() == 1


def test_deleting_takes_the_row_away() -> None:
    store = SessionStore()
    store["word"] = "kept"
    store.save()
    store.delete()
    assert not Session.objects.exists()
