"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.minutes.web import convene, notes
from rightdoor.foundation.ui.pages import resource

app_name = "minutes"
urlpatterns = [
    path("meetings/new/", resource(get=convene.show, post=convene.create), name="convene"),
    path("meetings/<str:code>/minutes/", resource(get=notes.show, post=notes.write), name="minutes"),
    path("meetings/<str:code>/minutes/draft/", resource(post=notes.keep), name="draft"),
    path("meetings/<str:code>/holding/", resource(post=notes.hold), name="hold"),
]
