"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.partners.web import agreements, partners
from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource

app_name = "partners"
urlpatterns = [
    path("partners/", resource(get=partners.index), name="partners"),
    path("partners/new/", resource(get=partners.show, post=partners.create), name="new"),
    path("partners/<str:code>/", resource(get=partners.show_one), name="partner"),
    path("partners/<str:code>/rooms/", resource(get=partners.show_one, post=partners.add_room), name="rooms"),
    path(
        "partners/<str:code>/agreement/",
        with_fresh_proof(resource(get=agreements.show, post=agreements.record)),
        name="agreement",
    ),
]
