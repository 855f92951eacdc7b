"""A small yearly form for tests: three groups, two kinds, four places, with one list that takes several codes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from rightdoor.domain.submission.form import Form, form_of

RAW: dict[str, Any] = {
    "version": "T.1",
    "lists": [
        {
            "key": "age",
            "codes": [
                {"key": "young", "label": "Under 18"},
                {"key": "grown", "label": "18 and over"},
                {"key": "unknown", "label": "Age not known", "missing": "unknown"},
            ],
        },
        {"key": "kind", "codes": [{"key": "sex", "label": "Sex"}, {"key": "labor", "label": "Labor"}]},
        {
            "key": "race",
            "codes": [
                {"key": "ochre", "label": "Ochre"},
                {"key": "teal", "label": "Teal"},
                {"key": "several", "label": "More than one", "several": True},
                {"key": "declined", "label": "Not told", "missing": "declined"},
            ],
        },
        {"key": "places", "from": "places", "codes": [{"key": "elsewhere", "label": "Outside"}]},
        {
            "key": "services",
            "from": "services",
            "codes": [{"key": "none", "label": "No service", "missing": "unknown"}],
        },
    ],
    "fields": [
        {"key": "age", "label": "Age group", "codes": "age"},
        {"key": "kind", "label": "Kind", "codes": "kind"},
        {"key": "race", "label": "Race", "codes": "race", "several": True},
        {"key": "place", "label": "Place", "codes": "places", "place": True},
        {"key": "services", "label": "Services", "codes": "services", "several": True},
    ],
    "tables": [
        {"key": "everybody", "label": "People served", "of": ["provider"]},
        {"key": "age_kind", "label": "By age and kind", "by": ["age", "kind"], "of": ["provider"]},
        {"key": "race_age", "label": "By race and age", "by": ["race", "age"], "of": ["provider"]},
        {"key": "place", "label": "By place", "by": ["place"], "of": ["provider"]},
        {"key": "received", "label": "By service", "by": ["services"], "of": ["provider"], "adds": "some"},
        {"key": "too", "label": "Elsewhere too", "of": ["provider"], "adds": "some", "optional": True},
        {"key": "calls", "label": "Calls", "by": ["kind"], "of": ["hotline"], "counts": "calls", "adds": "alone"},
    ],
}
PLACES = [
    ("north", "North"),
    ("south", "South"),
    ("east", "East Bend"),
    ("region:upper", "Somewhere in the upper land"),
]
SERVICES = [("shelter", "Shelter"), ("counsel", "Counseling")]


def form(**changed: Any) -> Form:
    """The form, with other lists, fields or tables where a test says so."""
    return form_of({**deepcopy(RAW), **changed}, {"places": PLACES, "services": SERVICES})


def sound() -> dict[str, dict[tuple[str, ...], int]]:
    """Twelve people, in tables that add up."""
    return {
        "everybody": {(): 12},
        "age_kind": {("young", "sex"): 7, ("young", "labor"): 1, ("grown", "sex"): 3, ("unknown", "sex"): 1},
        "race_age": {
            ("ochre", "young"): 5,
            ("teal", "young"): 2,
            ("several", "young"): 1,
            ("ochre", "grown"): 3,
            ("declined", "unknown"): 1,
        },
        "place": {("north",): 8, ("region:upper",): 3, ("elsewhere",): 1},
        "received": {("shelter",): 9, ("counsel",): 12},
    }
