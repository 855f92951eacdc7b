"""The calculator: a source's own lines become totals in its browser. The page may connect to nothing, send nothing."""

from __future__ import annotations

import json
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse

from rightdoor.domain.submission.form import Form
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond
from rightdoor.packs.submission import form_for

KIND = "provider"


@csp_replace({"connect-src": ["'none'"], "form-action": ["'none'"]})  # type: ignore[untyped-decorator]
def show(request: HttpRequest) -> HttpResponse:
    """The page with this state's codes in it. Once it has loaded, it works without a network."""
    form = form_for(active_pack())
    response = respond(
        request, page="submissions/calculator.html", context={"form": form, "told": json.dumps(told(form))}
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def told(form: Form) -> dict[str, Any]:
    """The form as the script reads it: fields with their codes, and the tables that lines can fill."""
    in_rows = {one.key for one in form.row_fields}
    return {
        "version": form.version,
        "fields": [
            {
                "key": one.key,
                "label": one.label,
                "several": one.takes_several,
                "stands_for_several": one.codes.several,
                "codes": [[code.key, code.label, bool(code.missing)] for code in one.codes.codes],
            }
            for one in form.row_fields
        ],
        "tables": [
            {"key": table.key, "label": table.label, "by": list(table.by), "adds": table.adds}
            for table in form.asked_of(KIND)
            if table.counts == "persons" and set(table.by) <= in_rows and (table.by or table.adds == "whole")
        ],
    }
