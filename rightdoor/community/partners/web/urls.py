"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.partners.web import partners
from rightdoor.foundation.ui.pages import resource

app_name = "partners"
urlpatterns = [
    path("partners/", resource(get=partners.index), name="partners"),
    path("partners/new/", resource(get=partners.show, post=partners.create), name="new"),
    path("partners/<str:code>/", resource(get=partners.show_one), name="partner"),
    path("partners/<str:code>/rooms/", resource(get=partners.show_one, post=partners.add_room), name="rooms"),
]
