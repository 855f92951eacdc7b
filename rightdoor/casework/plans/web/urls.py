"""Addresses of this slice."""

from django.urls import URLPattern

app_name = "plans"
urlpatterns: list[URLPattern] = []
