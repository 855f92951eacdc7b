"""The yardstick: bare views without middleware, sessions or rights. One indexed query, one plain template.

They ask as the tables' owner, whom row level security does not narrow: what the fence costs is part of our pages' time.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.parts import all_parts
from rightdoor.casework.cases.written import branch_of, lines_among
from rightdoor.casework.referrals.models import ClockTally, Referral
from rightdoor.domain.sharing_matrix import CLASSES

OWNER = "owner"  # the database by its owner's address; see the command
COLUMNS = ("code", "region", "state", "source", "tier", "received_at", "due_at", "client__code")
ENGINE = Engine()
ROWS = ENGINE.from_string(
    "<!doctype html><title>Rows</title><table>{% for row in rows %}<tr><td>{{ row.code }}</td>"
    "<td>{{ row.client__code }}</td>"
    "<td>{{ row.region }}</td><td>{{ row.state }}</td><td>{{ row.source }}</td><td>{{ row.tier }}</td>"
    "<td>{{ row.received_at }}</td><td>{{ row.due_at }}</td></tr>{% endfor %}</table>"
)
RECORD = ENGINE.from_string(
    "<!doctype html><title>Record</title><dl>{% for name, value in row.items %}"
    "<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>"
)
LINES = ENGINE.from_string(
    "<!doctype html><title>Lines</title><table>{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)


def rows(request: HttpRequest, region: str) -> HttpResponse:
    """Fifty rows of a region, newest first."""
    found = Referral.objects.using(OWNER).filter(region=region).order_by("-received_at", "-id").values(*COLUMNS)[:50]
    return HttpResponse(ROWS.render(Context({"rows": list(found)})))


def filtered(request: HttpRequest, region: str, state: str) -> HttpResponse:
    """Fifty rows of a region in one state, newest first."""
    found = (
        Referral.objects.using(OWNER)
        .filter(region=region, state=state)
        .order_by("-received_at", "-id")
        .values(*COLUMNS)[:50]
    )
    return HttpResponse(ROWS.render(Context({"rows": list(found)})))


def running(request: HttpRequest, region: str) -> HttpResponse:
    """The running clocks of a region, soonest first."""
    found = (
        Referral.objects.using(OWNER)
        .filter(region=region, stopped_at=None, due_at__isnull=False)
        .order_by("due_at", "id")
    )
    return HttpResponse(ROWS.render(Context({"rows": list(found.values(*COLUMNS)[:100])})))


def record(request: HttpRequest, code: str) -> HttpResponse:
    """One row by its code."""
    found = Referral.objects.using(OWNER).filter(code=code).values(*COLUMNS).first()
    return HttpResponse(RECORD.render(Context({"row": found})))


def lines(request: HttpRequest, code: str) -> HttpResponse:
    """The newest fifty lines of a case, of every class."""
    case = Case.objects.using(OWNER).select_related("client").get(code=code)
    branches = [found for parts in all_parts() for one in parts.happenings if (found := branch_of(one))]
    every = [(klass, case.holder) for klass in CLASSES]
    found = lines_among(branches, case, every, first=0, many=50, using=OWNER)
    return HttpResponse(LINES.render(Context({"rows": found})))


def figures(request: HttpRequest, region: str) -> HttpResponse:
    """Figures that were kept, not counted."""
    found = ClockTally.objects.using(OWNER).filter(region=region).values("tier", "met", "missed", "region")
    return HttpResponse(ROWS.render(Context({"rows": list(found)})))


urlpatterns = [
    path("rows/<region>/", rows),
    path("rows/<region>/<state>/", filtered),
    path("running/<region>/", running),
    path("record/<code>/", record),
    path("lines/<code>/", lines),
    path("figures/<region>/", figures),
]
