from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def as_owner(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The module's tests work as the owner of the tables: for those that commit, and for forgers.

    Of module scope, so that it begins before a test's database fixture and lasts until its tables are emptied again,
    which the serving role may not do.
    """
    import os

    import dj_database_url
    from django.db import connections

    urls = {"default": "DATABASE_OWNER_URL", "keyring": "KEYRING_OWNER_URL"}
    kept = {}
    for alias, name in urls.items():
        owner, own = dj_database_url.parse(os.environ[name]), connections[alias].settings_dict
        kept[alias] = {key: own[key] for key in ("USER", "PASSWORD")}
        with django_db_blocker.unblock():
            connections[alias].close()
        own.update({key: owner[key] for key in ("USER", "PASSWORD")})
    yield
    for alias, before in kept.items():
        with django_db_blocker.unblock():
            connections[alias].close()
        connections[alias].settings_dict.update(before)
