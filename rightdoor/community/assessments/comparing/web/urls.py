"""Addresses of comparing and planning; asked before those of single assessments."""

from django.urls import path

from rightdoor.community.assessments.comparing.web import plan, side_by_side
from rightdoor.foundation.ui.pages import resource

app_name = "comparing"
urlpatterns = [
    path("assessments/comparison/", resource(get=side_by_side.years), name="years"),
    path("assessments/regions/", resource(get=side_by_side.regions), name="regions"),
    path("assessments/next/", resource(get=plan.show, post=plan.plan), name="next"),
]
