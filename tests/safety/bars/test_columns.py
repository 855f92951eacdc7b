"""SEC-06: the list of clear columns, held against the live catalog rather than the models."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.architecture.clear_columns import CLEAR
from tests.bars import sabotage

_COLUMNS = """
    SELECT c.table_name || '.' || c.column_name
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type <> 'bytea'
      AND split_part(c.table_name, '_', 1) = ANY(%s)
"""


@pytest.mark.bar("SEC-06")
def test_no_column_of_casework_in_the_database_is_clear_without_a_reason() -> None:
    from django.apps import apps

    slices = [app.label for app in apps.get_app_configs() if app.name.startswith("rightdoor.casework.")]
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [slices])
        found = {name for (name,) in cursor.fetchall()}
    assert len(found) > 100
    assert sorted(found - set(CLEAR)) == []


@sabotage("SEC-06", "one clear column that nobody gave a reason for")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(CLEAR, "clients_client.region")
