"""Addresses of the desk and the clock board."""

from django.urls import path

from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.desk.web import clock_board, home

app_name = "desk"
urlpatterns = [
    path("", resource(get=home.show, post=home.seen), name="home"),
    path("desk/cases/", resource(get=home.owed), name="owed"),
    path("desk/figures/", resource(get=home.figures), name="figures"),
    path("clocks/", resource(get=clock_board.show), name="clocks"),
]
