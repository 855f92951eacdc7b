"""Address of leaving."""

from django.urls import path

from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.leaving.web import offboarding

app_name = "leaving"
urlpatterns = [
    path(
        "people/<str:code>/leaving/",
        with_fresh_proof(resource(get=offboarding.show, post=offboarding.close)),
        name="offboarding",
    ),
]
