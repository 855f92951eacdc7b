"""Addresses of this slice."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from rightdoor.casework.staffings.web import (
    display,
    guests,
    items,
    packets,
    read,
    record,
    rhythm,
    running,
    schedule,
    settling,
    summaries,
    summary,
    topics,
)
from rightdoor.foundation.access.doors import with_fresh_proof, without_second_factor
from rightdoor.foundation.ui.pages import resource

app_name = "staffings"
_TOPIC = "staffings/<str:code>/topics/<slug:topic>/"
urlpatterns = [
    path("referrals/<str:code>/staffing/", resource(get=schedule.show, post=schedule.create), name="schedule"),
    path(
        "cases/<str:code>/staffing/", resource(get=schedule.show_further, post=schedule.create_further), name="further"
    ),
    path(
        "staffings/<str:code>/invitations/",
        resource(get=schedule.show_invite, post=schedule.invite),
        name="invitations",
    ),
    path("meetings/<str:code>/notice/", resource(get=guests.show, post=guests.sign), name="notice"),
    path("meetings/<str:code>/staffings/", resource(get=record.at_meeting), name="at_meeting"),
    path("meetings/<str:code>/order/", resource(post=running.order), name="order"),
    path("meetings/<str:code>/agenda.pdf", resource(get=running.agenda), name="agenda"),
    path("meetings/<str:code>/cases/", resource(get=running.show_add, post=running.add), name="add_case"),
    path("cases/<str:code>/staffings/", resource(get=rhythm.of_case), name="of_case"),
    path("cases/<str:code>/cadence/", resource(get=rhythm.show, post=rhythm.create), name="cadence"),
    path("staffings/due/", resource(get=rhythm.due), name="due"),
    path("staffings/new/", resource(get=running.show, post=running.create), name="convene"),
    path("staffings/<str:code>/", resource(get=record.show), name="staffing"),
    path("staffings/<str:code>/display/", resource(get=display.show), name="display"),
    path("staffings/<str:code>/time/", resource(get=schedule.show_move, post=schedule.move), name="time"),
    path(_TOPIC, resource(get=topics.show, post=topics.write), name="topic"),
    path(f"{_TOPIC}decisions/", resource(get=topics.show_outcomes, post=topics.decide), name="decisions"),
    path(f"{_TOPIC}action-items/", resource(get=topics.show_outcomes, post=topics.assign), name="action_items"),
    path(
        "staffings/<str:code>/status/",
        resource(get=settling.show_status, post=settling.create_status),
        name="status",
    ),
    path(
        "staffings/<str:code>/settlement/",
        resource(get=settling.show_settlement, post=settling.create_settlement),
        name="settlement",
    ),
    path("staffings/<str:code>/plan/", resource(get=settling.show_plan, post=settling.create_plan), name="plan"),
    path(
        "staffings/<str:code>/attendance/",
        resource(get=settling.show_attendance, post=settling.create_attendance),
        name="attendance",
    ),
    path(
        "staffings/<str:code>/holding/",
        resource(get=settling.show_holding, post=settling.create_holding),
        name="holding",
    ),
    path("staffings/<str:code>/summary/", resource(get=summary.show, post=summary.create), name="summary"),
    path("summaries/<str:code>/", resource(get=summaries.show), name="shared"),
    path("summaries/<str:code>/document.pdf", resource(get=summaries.document), name="document"),
    path(
        "staffings/<str:code>/packets/",
        with_fresh_proof(resource(get=packets.show, post=packets.create)),
        name="packets",
    ),
    path("packets/<str:code>/", resource(post=packets.revoke), name="packet"),
    path("packets/<str:code>/document.pdf", with_fresh_proof(resource(get=packets.document)), name="packet_document"),
    # No token, because a token is a cookie: the form is checked for where it comes from instead.
    path(
        "read/<str:secret>/", csrf_exempt(without_second_factor(resource(get=read.ask, post=read.answer))), name="read"
    ),
    path("action-items/<str:code>/", resource(get=items.show, post=items.finish), name="action_item"),
]
