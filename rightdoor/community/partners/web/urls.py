"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.partners.web import agreements, partners, partnerships
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
    path("partnerships/", resource(get=partnerships.index), name="partnerships"),
    path("partnerships/new/", resource(get=partnerships.show_new, post=partnerships.create), name="partnership_new"),
    path("partnerships/new/draft/", resource(post=partnerships.keep_new), name="partnership_new_draft"),
    path("partnerships/<str:code>/", resource(get=partnerships.show, post=partnerships.review), name="partnership"),
    path("partnerships/<str:code>/draft/", resource(post=partnerships.keep), name="partnership_draft"),
]
