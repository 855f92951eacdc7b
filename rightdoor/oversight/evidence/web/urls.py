"""Address of this slice."""

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.evidence.web import evidence

app_name = "evidence"
urlpatterns = [
    path("evidence/<str:code>/", resource(get=evidence.show, post=evidence.propose), name="evidence"),
    path("evidence/<str:code>/again/", resource(post=evidence.check), name="again"),
]
