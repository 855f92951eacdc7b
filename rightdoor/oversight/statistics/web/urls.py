"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.statistics.web import numbers

app_name = "statistics"
urlpatterns = [
    path("numbers/", resource(get=numbers.index), name="numbers"),
    path("numbers/table.csv", resource(get=numbers.as_csv), name="csv"),
    path("numbers/table.xlsx", resource(get=numbers.as_xlsx), name="xlsx"),
    path("numbers/endings/", resource(get=numbers.endings), name="endings"),
    path("numbers/<str:name>/rows/", resource(get=numbers.rows), name="rows"),
]
