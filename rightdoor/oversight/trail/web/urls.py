"""Addresses of the audit trail."""

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.trail.web import audit

app_name = "trail"
urlpatterns = [
    path("audit/", resource(get=audit.show), name="audit"),
    path("audit/sheet/", resource(post=audit.sheet), name="sheet"),
]
