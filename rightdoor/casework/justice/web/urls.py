"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.justice.web import records, relief, schedule
from rightdoor.foundation.ui.pages import resource

app_name = "justice"
_CASE = "cases/<str:code>/"
urlpatterns = [
    path(f"{_CASE}justice/", resource(get=records.index), name="justice"),
    path(f"{_CASE}justice/<slug:noun>/", resource(get=records.new, post=records.create), name="new"),
    path("justice/<slug:noun>/<str:code>/", resource(get=records.show, post=records.change), name="record"),
    path(f"{_CASE}relief/", resource(get=relief.index), name="relief"),
    path(f"{_CASE}relief/<slug:kind>/", resource(get=relief.new, post=relief.create), name="relief_new"),
    path("relief/<str:code>/", resource(get=relief.show, post=relief.change), name="relief_item"),
    path("court-dates/", resource(get=schedule.show), name="schedule"),
    path("court-dates/document/", resource(post=schedule.document), name="schedule_document"),
]
