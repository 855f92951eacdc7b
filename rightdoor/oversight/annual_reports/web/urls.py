"""Addresses of reports: those of who draws them up and reads them over, and those of anybody."""

from __future__ import annotations

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.annual_reports.web import office

app_name = "annual_reports"
urlpatterns = [
    path("annual/", resource(get=office.index), name="index"),
    path("annual/new/", resource(get=office.show_new, post=office.create), name="new"),
    path("annual/<str:code>/", resource(get=office.show), name="report"),
    path("annual/<str:code>/tables/", resource(get=office.show_tables), name="tables"),
    path("annual/<str:code>/coarser/", resource(get=office.show_coarser, post=office.make_coarser), name="coarser"),
    path(
        "annual/<str:code>/sentences/",
        resource(get=office.show_sentences, post=office.write_sentences),
        name="sentences",
    ),
    path("annual/<str:code>/sentences/draft/", resource(post=office.keep_sentences), name="sentences_draft"),
    path("annual/<str:code>/building/", resource(post=office.build), name="building"),
    path("annual/<str:code>/reader/", resource(post=office.send), name="reader"),
    path("annual/<str:code>/reading/", resource(get=office.show_reading, post=office.answer), name="reading"),
    path("annual/<str:code>/publishing/", resource(post=office.publish), name="publishing"),
    path("annual/<str:code>/comparison/", resource(post=office.compare), name="comparison"),
]
