"""Addresses of this slice."""

from django.urls import URLPattern

app_name = "staffings"
urlpatterns: list[URLPattern] = []
