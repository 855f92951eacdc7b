"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.missing.web import beginning, episode
from rightdoor.foundation.ui.pages import resource

app_name = "missing"
_CASE, _ONE = "cases/<str:code>/missing/", "missing/<str:code>/"
urlpatterns = [
    path(_CASE, resource(get=beginning.index), name="episodes"),
    path(f"{_CASE}new/", resource(get=beginning.show_new, post=beginning.create), name="new"),
    path(f"{_CASE}draft/", resource(post=beginning.keep), name="draft"),
    path(f"{_CASE}plan/", resource(get=beginning.show_plan, post=beginning.write_plan), name="plan"),
    path("missing/", resource(get=beginning.running), name="running"),
    path(_ONE, resource(get=episode.show), name="episode"),
    path(f"{_ONE}drafts/<str:form>/", resource(post=episode.keep), name="keep"),
    path(f"{_ONE}facts/", resource(get=episode.show_facts, post=episode.change_facts), name="facts"),
    path(f"{_ONE}duties/<str:key>/", resource(get=episode.show_duty, post=episode.do_duty), name="duty"),
    path(f"{_ONE}told/", resource(get=episode.show_told, post=episode.add_told), name="told"),
    path(f"{_ONE}log/", resource(get=episode.show_contact, post=episode.add_contact), name="log"),
    path(f"{_ONE}return/", resource(get=episode.show_return, post=episode.record_return), name="return"),
    path(f"{_ONE}steps/<str:step>/", resource(get=episode.show_step, post=episode.do_step), name="step"),
    path(f"{_ONE}tasks/<int:number>/", resource(post=episode.settle_task), name="task"),
    path(f"{_ONE}closing/", resource(post=episode.close), name="closing"),
    path(f"{_ONE}sheet/", resource(get=episode.show_sheet, post=episode.print_sheet), name="sheet"),
]
