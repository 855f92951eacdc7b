"""Addresses of exports."""

from __future__ import annotations

from django.urls import path

from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.exports.web import extracts, reports, requests

app_name = "exports"
urlpatterns = [
    path("exports/", resource(get=reports.index), name="index"),
    path("exports/extracts/new/", resource(get=extracts.show_new, post=extracts.create), name="extract_new"),
    path("exports/extracts/new/draft/", resource(post=extracts.keep), name="extract_draft"),
    path("exports/extracts/<str:code>/", with_fresh_proof(resource(get=extracts.show)), name="extract"),
    path("exports/extracts/<str:code>/approval/", with_fresh_proof(resource(post=extracts.approve)), name="approval"),
    path("exports/extracts/<str:code>/refusal/", resource(post=extracts.decline), name="refusal"),
    path("exports/extracts/<str:code>/file/", with_fresh_proof(resource(post=extracts.fetch)), name="file"),
    path("exports/extracts/<str:code>/ending/", resource(post=extracts.end), name="ending"),
    path(
        "exports/reports/new/", with_fresh_proof(resource(get=reports.show_new, post=reports.create)), name="report_new"
    ),
    path("exports/requests/<str:code>/", with_fresh_proof(resource(get=requests.show)), name="request"),
    path(
        "exports/requests/<str:code>/approval/",
        with_fresh_proof(resource(post=requests.approve)),
        name="request_approval",
    ),
    path("exports/requests/<str:code>/refusal/", resource(post=requests.decline), name="request_refusal"),
    path("exports/requests/<str:code>/taking-back/", resource(post=requests.take_back), name="request_taking_back"),
    path("exports/reports/<str:code>/", resource(get=reports.show), name="report"),
    path("exports/reports/<str:code>/<str:kind>/", with_fresh_proof(resource(get=reports.take)), name="report_file"),
]
