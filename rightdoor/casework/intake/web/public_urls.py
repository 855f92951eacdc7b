"""Addresses that anybody may open; they say nothing about what they are for."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from rightdoor.casework.intake.web import back, start
from rightdoor.foundation.ui.pages import resource

# No token, because a token is a cookie: every form is checked for where it comes from instead (public.public_page).
app_name = "public"
urlpatterns = [
    path("start/", resource(get=start.root), name="root"),
    path("start/<slug:language>/", csrf_exempt(resource(get=start.show, post=start.create)), name="start"),
    path("start/<slug:language>/back/", csrf_exempt(resource(get=back.ask, post=back.answer)), name="back"),
]
