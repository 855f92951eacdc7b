"""Addresses of this slice."""

from django.urls import path

from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.privacy.web import access, home, readers

app_name = "privacy"
urlpatterns = [
    path("privacy/", resource(get=home.index), name="home"),
    path("privacy/access/", resource(get=access.ask, post=access.find), name="access"),
    path("privacy/access/<str:code>/", with_fresh_proof(resource(get=access.show)), name="access_report"),
    path(
        "privacy/access/<str:code>/report.pdf",
        with_fresh_proof(resource(post=access.document)),
        name="access_document",
    ),
    path("privacy/readers/", resource(get=readers.show, post=readers.save), name="readers"),
]
