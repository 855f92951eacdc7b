"""An invented document of a report, and what its hidden cells were."""

from __future__ import annotations

from typing import Any

HIDDEN = {
    "RT3.both.child": 4,
    "RT3.both.adult": 17,
    "RT3.labor.child": 9,
    "RT3.labor.adult": 38,
    "RT8.north.unknown": 6,
    "RT8.south.unknown": 13,
}


def sample(**changed: Any) -> dict[str, Any]:
    """A small report of an invented state: shown, hidden, zero and not collected, long words, a wide table."""
    inside = "Persons whose case is in the platform, each counted once."
    outside = "Persons counted by agencies outside of it; somebody whom two agencies served is counted by both."
    ages = [
        {"key": "child", "label": "Children"},
        {"key": "adult", "label": "Adults"},
        {"key": "unknown", "label": "Age not known"},
        {"key": "total", "label": "All"},
    ]
    return {
        "version": 1,
        "year": 2025,
        "state": "State of Example",
        "title": "Human trafficking in 2025",
        "threshold": 11,
        "basis": {"inside": inside, "outside": outside},
        "headline": [
            {"name": "Persons inside", "text": "655"},
            {"name": "Agencies that answered", "text": "28"},
            {"name": "Told to nobody", "text": "*"},
        ],
        "tables": [
            {
                "code": "RT3",
                "title": "Kind of trafficking by age",
                "about": "The kind that was established by the end of the year. Age at the first service in it, or,"
                " where that is not known, on the 31st of December of it, as 50 reports of earlier years had it.",
                "unit": "persons",
                "basis": "inside",
                "columns": ages,
                "rows": [
                    {"key": "sex", "label": "Sex", "cells": ["301", "242", "0", "543"], "level": 0},
                    {"key": "labor", "label": "Labor", "cells": ["*", "*", "0", "47"], "level": 0},
                    {"key": "both", "label": "Sex and labor", "cells": ["*", "*", "0", "21"], "level": 0},
                    {"key": "unknown", "label": "Not known", "cells": ["32", "12", "0", "44"], "level": 0},
                    {"key": "total", "label": "All", "cells": ["346", "309", "0", "655"], "level": 0},
                ],
                "notes": [
                    "“Not known” stays in the base of every share. "
                    + "This note goes on over several lines of paper, for 12 of them are no more than one would read. "
                    * 3
                ],
                "breaks": [{"after": "2023", "note": "“prospective” became “suspected”; do not join the two."}],
            },
            {
                "code": "RT8",
                "title": "Region by age",
                "about": "Where somebody was exploited; several regions count once, as the first that was named.",
                "unit": "persons",
                "basis": "outside",
                "columns": ages,
                "rows": [
                    {"key": "north", "label": "North", "cells": ["120", "98", "*", "224"], "level": 0},
                    {"key": "south", "label": "South", "cells": ["201", "155", "*", "369"], "level": 0},
                    {"key": "abroad", "label": "Outside of the state", "cells": ["-", "-", "-", "-"], "level": 0},
                    {"key": "total", "label": "All", "cells": ["321", "253", "19", "593"], "level": 0},
                ],
                "notes": [],
                "breaks": [],
            },
            {
                "code": "RT21",
                "title": "Ten years side by side",
                "about": "As printed in each year; agencies that answered of those that were asked.",
                "unit": "persons",
                "basis": "outside",
                "of": "Year",
                "chart": ["confirmed", "suspected"],
                "columns": [
                    {"key": name, "label": label}
                    for name, label in (
                        *(("asked", "Asked"), ("answered", "Answered"), ("confirmed", "Confirmed")),
                        *(("suspected", "Suspected"), ("unknown", "Not known"), ("children", "Children")),
                        *(("adults", "Adults"), ("sex", "Sex"), ("labor", "Labor"), ("both", "Both")),
                        ("all", "All persons"),
                    )
                ],
                "rows": [
                    {
                        "key": str(year),
                        "label": str(year),
                        "level": 0,
                        "cells": [
                            *(str(50 + at), str(20 + at), f"1,{100 + 31 * at}", str(300 + 17 * at), "-", str(500 + at)),
                            *(str(600 + at), str(700 + at), "*", "*", f"1,{400 + 48 * at}"),
                        ],
                    }
                    for at, year in enumerate(range(2016, 2026))
                ],
                "notes": [],
                "breaks": [{"after": "2023", "note": "a new definition of “suspected”."}],
            },
        ],
        "figures": [{"name": "Sex, share of all", "text": "82.9 %"}, {"name": "Labor, change", "text": "*"}],
        "narrative": [
            {
                "head": "Who was served",
                "text": "In {year} the teams worked with {RT3.total.total} persons.\nOf children, {RT3.labor.child}"
                " were in labor trafficking.",
                "bound": {
                    "year": "2025",
                    "RT3.total.total": "655",
                    "RT3.labor.child": "a number that may not be told",
                },
            }
        ],
        "definitions": [{"word": "Person", "text": "Somebody who received at least one service in the year."}],
        "method": ["Every table was protected together with those of 9 earlier years."],
        "sources": [
            {"agency": "Harbor House", "kind": "shelter", "answer": "answered"},
            {"agency": "=North Legal Aid", "kind": "legal aid", "answer": "no answer"},
        ],
        "certificate": {
            "passed": True,
            "for_release": True,
            "threshold": 11,
            "questions": {"AU1": {"asked": 12, "faults": 0}, "AU7": {"asked": 6, "faults": 0}},
        },
        "inputs_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        **changed,
    }
