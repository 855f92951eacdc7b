"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.services.web import advocacy, referrals
from rightdoor.foundation.ui.pages import resource

app_name = "services"
urlpatterns = [
    path("cases/<str:code>/services/", resource(get=referrals.index), name="services"),
    path("cases/<str:code>/services/new/", resource(get=referrals.show_new, post=referrals.create), name="new"),
    path("cases/<str:code>/services/draft/", resource(post=referrals.keep), name="draft"),
    path("cases/<str:code>/services/advocacy/", resource(get=advocacy.show, post=advocacy.record), name="advocacy"),
    path("service-referrals/", resource(get=referrals.open_ones), name="open"),
    path("service-referrals/<str:code>/", resource(get=referrals.show), name="referral"),
    path("service-referrals/<str:code>/steps/", resource(post=referrals.step), name="steps"),
    path(
        "service-referrals/<str:code>/acknowledgement/",
        resource(post=referrals.acknowledgement),
        name="acknowledgement",
    ),
]
