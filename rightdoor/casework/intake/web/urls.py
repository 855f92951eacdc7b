"""Addresses of this slice's staff pages; the public ones are in public_urls.py."""

from django.urls import path

from rightdoor.casework.intake.web import call, facts, hop, moves, reports
from rightdoor.foundation.ui.pages import resource

app_name = "intake"
urlpatterns = [
    path("reports/", resource(get=reports.index), name="reports"),
    path("reports/new/", resource(get=call.show, post=call.create), name="new"),
    path("reports/new/draft/", resource(post=call.keep), name="draft"),
    path("reports/<str:code>/", resource(get=reports.show), name="report"),
    path("reports/<str:code>/steps/<slug:key>/", resource(get=hop.show, post=hop.create), name="hop"),
    path("reports/<str:code>/moves/", resource(get=moves.show, post=moves.create), name="moves"),
    path("reports/<str:code>/facts/", resource(get=facts.show, post=facts.create), name="facts"),
]
