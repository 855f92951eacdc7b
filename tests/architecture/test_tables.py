"""The tables: relations point down, nothing about a client is clear without a reason, meetings hold no words."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from tests.architecture.clear_columns import CLEAR

FLOORS = ["domain", "packs", "foundation", "community", "casework", "oversight", "config"]


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("rightdoor.")]


def floor(model: type[models.Model]) -> int:
    return FLOORS.index(model.__module__.split(".")[1])


def test_relations_point_to_the_same_or_a_lower_floor() -> None:
    found = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model.__module__.startswith("rightdoor.")
        if floor(field.related_model) > floor(model)
    ]
    assert not found, found


def test_every_clear_column_of_casework_stands_on_the_list_with_its_reason() -> None:
    unlisted, listed = [], set()
    for model in ours():
        if not model.__module__.startswith("rightdoor.casework."):
            continue
        for field in model._meta.concrete_fields:
            name = f"{model._meta.db_table}.{field.column}"
            if isinstance(field, models.BinaryField):
                assert field.column.endswith("_sealed"), name
                continue
            listed.add(name)
            if not CLEAR.get(name):
                unlisted.append(name)
    assert not unlisted, unlisted
    gone = set(CLEAR) - listed
    assert not gone, f"listed, and not there any more: {sorted(gone)}"


def test_no_clear_column_of_casework_takes_free_text() -> None:
    found = [
        f"{model._meta.db_table}.{field.column}"
        for model in ours()
        if model.__module__.startswith("rightdoor.casework.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.JSONField)
        or (isinstance(field, models.CharField) and (field.max_length or 0) > 64)
    ]
    assert not found, found


def test_meetings_cannot_hold_words() -> None:
    found = [
        f"{model._meta.db_table}.{field.column}"
        for model in ours()
        if model.__module__.startswith("rightdoor.community.meetings.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.JSONField)
        or (isinstance(field, models.CharField) and (field.max_length or 0) > 64)
    ]
    assert not found, found
