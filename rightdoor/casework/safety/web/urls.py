"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.safety.web import papers, plans
from rightdoor.foundation.ui.pages import resource

app_name = "safety"
_CASE, _PLAN = "cases/<str:code>/safety/", "safety-plans/<str:code>/"
urlpatterns = [
    path(_CASE, resource(get=plans.index), name="plans"),
    path(f"{_CASE}writing/", resource(get=plans.show_writing, post=plans.write), name="writing"),
    path(f"{_CASE}draft/", resource(post=plans.keep), name="draft"),
    path(f"{_CASE}reviews/", resource(post=plans.ask), name="reviews"),
    path(_PLAN, resource(get=plans.show), name="plan"),
    path(f"{_PLAN}adoption/", resource(post=plans.adopt), name="adoption"),
    path(f"{_PLAN}review/", resource(post=plans.review), name="review"),
    path(f"{_PLAN}paper/", resource(get=papers.show, post=papers.take), name="paper"),
    path(f"{_PLAN}reading/", resource(get=papers.reading), name="reading"),
    path(f"{_PLAN}team-copy/", resource(post=papers.team_copy), name="team_copy"),
]
