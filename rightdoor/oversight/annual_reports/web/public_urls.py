"""Addresses of what is published: for anybody, and for good."""

from __future__ import annotations

from django.urls import path

from rightdoor.foundation.access.doors import without_second_factor
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.annual_reports.web import public

app_name = "annual_report"
urlpatterns = [
    path("annual-report/", without_second_factor(resource(get=public.newest)), name="newest"),
    path("annual-report/<int:year>/", without_second_factor(resource(get=public.show)), name="year"),
    path(
        "annual-report/<int:year>/editions/<int:edition>/",
        without_second_factor(resource(get=public.show_edition)),
        name="edition",
    ),
    path(
        "annual-report/<int:year>/editions/<int:edition>/files/<str:name>",
        without_second_factor(resource(get=public.download)),
        name="file",
    ),
    path(
        "annual-report/<int:year>/<slug:language>/", without_second_factor(resource(get=public.show)), name="language"
    ),
]
