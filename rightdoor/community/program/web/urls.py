"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.program.web import phases, project, projects
from rightdoor.foundation.ui.pages import resource

app_name = "program"
_ONE = "projects/<str:code>/"
_PHASE = f"{_ONE}phases/<str:number>/"
urlpatterns = [
    path("projects/", resource(get=projects.index), name="projects"),
    path("projects/new/", resource(get=projects.show_new, post=projects.create), name="new"),
    path("projects/new/draft/", resource(post=projects.keep), name="draft"),
    path(_ONE, resource(get=project.show), name="project"),
    path(f"{_ONE}moves/", resource(post=project.move), name="moves"),
    path(f"{_ONE}facts/", resource(get=project.show_facts, post=project.write_facts), name="facts"),
    path(f"{_ONE}facts/draft/", resource(post=project.keep_facts), name="facts_draft"),
    path(_PHASE, resource(get=phases.show, post=phases.write), name="phase"),
    path(f"{_PHASE}draft/", resource(post=phases.keep), name="phase_draft"),
]
