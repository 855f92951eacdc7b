"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.statistics.web import numbers, signals, state, taking

app_name = "statistics"
urlpatterns = [
    path("numbers/", resource(get=numbers.index), name="numbers"),
    path("numbers/table.csv", resource(get=numbers.as_csv), name="csv"),
    path("numbers/table.xlsx", resource(get=numbers.as_xlsx), name="xlsx"),
    path("numbers/endings/", resource(get=numbers.endings), name="endings"),
    path("numbers/endings/table.csv", resource(get=numbers.endings_csv), name="endings_csv"),
    path("numbers/endings/table.xlsx", resource(get=numbers.endings_xlsx), name="endings_xlsx"),
    path("numbers/meeting/", resource(get=taking.show, post=taking.create), name="taking"),
    path("numbers/<str:name>/rows/", resource(get=numbers.rows), name="rows"),
    path("numbers/signals/", resource(get=signals.show), name="signals"),
    path("numbers/state/", resource(get=state.show), name="state"),
    path("numbers/state/count/", resource(post=state.count), name="state_count"),
    path("numbers/state/table.csv", resource(get=state.as_csv), name="state_csv"),
    path("numbers/state/table.xlsx", resource(get=state.as_xlsx), name="state_xlsx"),
]
