"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.cases.web import cases
from rightdoor.foundation.ui.pages import resource

app_name = "cases"
urlpatterns = [
    path("cases/", resource(get=cases.index), name="cases"),
    path("cases/<str:code>/", resource(get=cases.show), name="case"),
]
