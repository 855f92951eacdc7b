"""Addresses of this slice. The public one says nothing about a survey, a round or a person."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from rightdoor.community.surveys.web import answering, bringing, results, rounds
from rightdoor.foundation.access.doors import without_second_factor
from rightdoor.foundation.ui.pages import resource

app_name = "surveys"
urlpatterns = [
    path("surveys/", resource(get=rounds.index), name="rounds"),
    path("surveys/new/", resource(get=rounds.show_new, post=rounds.create), name="new"),
    path("surveys/instruments/", resource(get=bringing.show, post=bringing.create), name="instruments"),
    path("surveys/steps/<str:code>/", resource(post=results.settle), name="step"),
    path("surveys/<str:code>/", resource(get=rounds.show), name="round"),
    path("surveys/<str:code>/own/", resource(get=rounds.own), name="own"),
    path("surveys/<str:code>/invitations/", resource(get=rounds.show_invite, post=rounds.invite), name="invitations"),
    path("surveys/<str:code>/reminder/", resource(post=rounds.remind), name="reminder"),
    path("surveys/<str:code>/closing/", resource(post=rounds.close), name="closing"),
    path("surveys/<str:code>/results/", resource(get=results.show), name="results"),
    path("surveys/<str:code>/results.pdf", resource(get=results.document), name="document"),
    path("surveys/<str:code>/results.csv", resource(get=results.table), name="table"),
    path("surveys/<str:code>/over-time/", resource(get=results.over_time), name="over_time"),
    path("surveys/<str:code>/steps/", resource(get=results.show_step, post=results.add_step), name="steps"),
    # No token, because a token is a cookie: the form is checked for where it comes from instead. No code in the
    # address, because addresses stay in histories, logs and the next site's referrer.
    path(
        "answer/<slug:language>/",
        csrf_exempt(without_second_factor(resource(get=answering.ask, post=answering.answer))),
        name="answer",
    ),
]
