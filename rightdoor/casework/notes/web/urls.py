"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.notes.web import notes, sheets
from rightdoor.foundation.ui.pages import resource

app_name = "notes"
_SHEET = "cases/<str:code>/sheets/<str:tab>/"
urlpatterns = [
    path("cases/<str:code>/notes/", resource(get=notes.index), name="notes"),
    path("cases/<str:code>/notes/new/", resource(get=notes.new, post=notes.create), name="new"),
    path("cases/<str:code>/notes/draft/", resource(post=notes.keep), name="draft"),
    path(_SHEET, resource(get=sheets.show), name="sheet"),
    path(f"{_SHEET}form/", resource(get=sheets.edit, post=sheets.write), name="sheet_form"),
    path(f"{_SHEET}draft/", resource(post=sheets.keep), name="sheet_draft"),
    path("notes/<str:code>/", resource(get=notes.show), name="note"),
    path("notes/<str:code>/correction/", resource(get=notes.correction, post=notes.correct), name="correction"),
    path("notes/<str:code>/draft/", resource(post=notes.keep_correction), name="correction_draft"),
    path("notes/<str:code>/withdrawal/", resource(post=notes.withdraw), name="withdrawal"),
]
