"""Addresses of the frame itself: switches, the way out, the gallery."""

from django.urls import path

from rightdoor.foundation.ui import gallery, switches
from rightdoor.foundation.ui.pages import resource

app_name = "ui"
urlpatterns = [
    path("names/", resource(post=switches.switch_names), name="names"),
    path("language/", resource(post=switches.switch_language), name="language"),
    path("leave/", resource(get=switches.leave), name="quick_exit"),
    path("gallery/", resource(get=gallery.show), name="gallery"),
    path("gallery/public/", resource(get=gallery.show_public), name="gallery_public"),
    path("gallery/act/", resource(get=gallery.show_act), name="gallery_act"),
]
