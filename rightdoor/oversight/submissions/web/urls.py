"""Addresses of yearly figures. The code of a source travels in forms and never in an address."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from rightdoor.foundation.access.doors import without_second_factor
from rightdoor.foundation.ui.pages import resource
from rightdoor.oversight.submissions.web import calculator, keeping, own, stranger

app_name = "submissions"
urlpatterns = [
    path("figures/", resource(get=keeping.index), name="years"),
    path("figures/new/", resource(get=keeping.show_new, post=keeping.create), name="new"),
    path("figures/own/<str:code>/", resource(get=own.show, post=own.answer), name="own"),
    path("figures/years/<str:code>/", resource(get=keeping.show), name="year"),
    path("figures/years/<str:code>/sources/", resource(get=keeping.show_add, post=keeping.add), name="sources"),
    path("figures/years/<str:code>/freezing/", resource(post=keeping.freeze), name="freezing"),
    path("figures/years/<str:code>/reminder/", resource(post=keeping.remind), name="reminder"),
    path("figures/years/<str:code>/closing/", resource(post=keeping.close), name="closing"),
    path("figures/years/<str:code>/reopening/", resource(post=keeping.reopen), name="reopening"),
    path("figures/sources/<str:code>/", resource(get=keeping.show_source), name="source"),
    path("figures/sources/<str:code>/code/", resource(post=keeping.make_code), name="code"),
    path("figures/sources/<str:code>/refusal/", resource(post=keeping.decline), name="refusal"),
    path("figures/sources/<str:code>/lines/", resource(post=keeping.allow_lines), name="lines"),
    path("figures/sources/<str:code>/removal/", resource(post=keeping.remove), name="removal"),
    path("figures/sources/<str:code>/answers/<int:number>/", resource(get=keeping.show_answer), name="answer"),
    # Runs in the browser alone: its page may not send anything anywhere.
    path("yearly/calculator/", without_second_factor(resource(get=calculator.show)), name="calculator"),
    # No token, because a token is a cookie: the form is checked for where it comes from instead.
    path(
        "yearly/",
        csrf_exempt(without_second_factor(resource(get=stranger.ask, post=stranger.answer))),
        name="stranger",
    ),
]
