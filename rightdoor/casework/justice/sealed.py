"""Labels under which the records of this slice are sealed, and what the sharing rule must know of each."""

from __future__ import annotations

from rightdoor.casework.cases.models import Case
from rightdoor.casework.clients.disclosure import SealedField
from rightdoor.casework.justice.models import Kept, Relief
from rightdoor.casework.justice.shapes import SHAPES, Shape, relief_shape
from rightdoor.domain.confidentiality import Item
from rightdoor.foundation.sealing.seals import SealContext

_OF_MODEL = {shape.model: shape for shape in SHAPES.values()}
_ANY_RELIEF = relief_shape(None)
# Of every relief that its kind and its end say no more than whether and until when.
_RELIEF_FIELDS = frozenset({"kind", "documents", "helper", "words", "outcome", "outcome_on", "steps"})


def shape_of(row: Kept) -> Shape:
    """The list of facts of this kind of record; of relief, what every kind has."""
    return _OF_MODEL.get(type(row), _ANY_RELIEF)


def label_of(row: Kept, case: Case) -> SealContext:
    """The label of what a record says."""
    return SealContext(row._meta.db_table, "told", row.code, case.client.code, row.holder, row.data_class)


def item_of(row: Kept) -> Item:
    """What the sharing rule must know of a record. Of its words, only the status fields say no more than a date."""
    shape = shape_of(row)
    fields = _RELIEF_FIELDS if isinstance(row, Relief) else shape.sealed
    return Item(row.data_class, row.holder, fields=fields, code=row.code, status_fields=shape.status)


def field_of(row: Kept, case: Case) -> SealedField:
    """What a record says, ready to be opened."""
    return SealedField(label_of(row, case), row.told_sealed, item_of(row))
