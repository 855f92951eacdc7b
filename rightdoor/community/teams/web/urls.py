"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.teams.web import districts, teams
from rightdoor.foundation.ui.pages import resource

app_name = "teams"
urlpatterns = [
    path("teams/", resource(get=teams.index), name="teams"),
    path("teams/<slug:region>/", resource(get=teams.show, post=teams.found), name="team"),
    path("teams/<slug:region>/seats/", resource(get=teams.show, post=teams.seat), name="seats"),
    path("teams/<slug:region>/seats/<str:code>/ending/", resource(post=teams.unseat), name="ending"),
    path("districts/", resource(get=districts.index), name="districts"),
    path("districts/<slug:district>/", resource(get=districts.show, post=districts.create), name="district"),
    path("districts/<slug:district>/confirmation/", resource(post=districts.confirm), name="confirmation"),
    path("districts/<slug:district>/withdrawal/", resource(post=districts.withdraw), name="withdrawal"),
    path("districts/<slug:district>/roster/", resource(post=districts.put_on), name="roster"),
    path("districts/<slug:district>/roster/<str:code>/ending/", resource(post=districts.take_off), name="off_roster"),
]
