"""Addresses of this slice."""

from django.urls import path

from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.privacy.web import access, home, keeping, readers, unusual, why

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
    path("privacy/unusual/", resource(get=unusual.index), name="unusual"),
    path("privacy/unusual/<str:code>/", resource(get=unusual.show, post=unusual.judge), name="unusual_line"),
    path("privacy/retention/", resource(get=keeping.schedule), name="retention"),
    path("privacy/holds/", resource(get=keeping.holds, post=keeping.place), name="holds"),
    path("privacy/holds/<str:code>/", with_fresh_proof(resource(get=keeping.hold, post=keeping.lift)), name="hold"),
    path("privacy/disposals/", resource(get=keeping.disposals, post=keeping.ask_early), name="disposals"),
    path(
        "privacy/disposals/<str:code>/",
        with_fresh_proof(resource(get=keeping.disposal, post=keeping.answer)),
        name="disposal",
    ),
    path("privacy/disposals/<str:code>/disclosures.pdf", resource(post=keeping.ledger), name="ledger"),
    path("privacy/disposals/<str:code>/certificate.pdf", resource(get=keeping.certificate), name="certificate"),
    path("privacy/why/", resource(get=why.show, post=why.ask), name="why"),
]
