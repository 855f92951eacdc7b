"""Addresses of openings in an emergency."""

from django.urls import path

from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.emergency.web import openings

app_name = "emergency"
urlpatterns = [
    path("emergency-access/", resource(get=openings.index), name="openings"),
    path("emergency-access/new/", with_fresh_proof(resource(get=openings.ask, post=openings.create)), name="new"),
    path("emergency-access/banner/", resource(get=openings.banner), name="banner"),
    path(
        "emergency-access/<str:code>/",
        with_fresh_proof(resource(get=openings.show, post=openings.judge)),
        name="opening",
    ),
]
