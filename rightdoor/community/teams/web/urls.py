"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.teams.web import teams
from rightdoor.foundation.ui.pages import resource

app_name = "teams"
urlpatterns = [
    path("teams/", resource(get=teams.index), name="teams"),
    path("teams/<slug:region>/", resource(get=teams.show, post=teams.found), name="team"),
    path("teams/<slug:region>/seats/", resource(get=teams.show, post=teams.seat), name="seats"),
    path("teams/<slug:region>/seats/<str:code>/ending/", resource(post=teams.unseat), name="ending"),
]
