"""Addresses of the gallery and the small pages that belong to no slice."""

from django.urls import URLPattern

app_name = "ui"
urlpatterns: list[URLPattern] = []
