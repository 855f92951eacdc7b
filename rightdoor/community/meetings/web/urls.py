"""Addresses of this slice."""

from django.urls import path

from rightdoor.community.meetings.web import answer, attendance, calendar, meetings
from rightdoor.foundation.ui.pages import resource

app_name = "meetings"
urlpatterns = [
    path("meetings/", resource(get=meetings.index), name="meetings"),
    path("meetings/participation/", resource(get=meetings.participation), name="participation"),
    path("meetings/feed/", resource(get=calendar.show, post=calendar.create), name="own_feed"),
    path("meetings/<str:code>/", resource(get=meetings.show), name="meeting"),
    path("meetings/<str:code>/answer/", resource(get=answer.show, post=answer.create), name="answer"),
    path("meetings/<str:code>/attendance/", resource(get=attendance.show, post=attendance.create), name="attendance"),
    path("meetings/<str:code>/sign-in.pdf", resource(get=attendance.sheet), name="sign_in"),
    path("meetings/<str:code>/briefings/<str:invitation>/", resource(post=attendance.brief), name="briefing"),
    path("meetings/<str:code>/invitation.ics", resource(get=calendar.invitation), name="invitation"),
    path("feed/<str:secret>.ics", resource(get=calendar.feed), name="feed"),
]
