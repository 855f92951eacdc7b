"""Addresses of this slice."""

from django.urls import URLPattern

app_name = "partners"
urlpatterns: list[URLPattern] = []
