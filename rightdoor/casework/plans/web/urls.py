"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.plans.web import plans
from rightdoor.foundation.ui.pages import resource

app_name = "plans"
urlpatterns = [
    path("plans/<str:code>/", resource(get=plans.show), name="plan"),
    path("plans/<str:code>/adoption/", resource(get=plans.show, post=plans.adopt), name="adoption"),
    path("plans/<str:code>/services/<int:number>/", resource(get=plans.show, post=plans.follow), name="service"),
]
