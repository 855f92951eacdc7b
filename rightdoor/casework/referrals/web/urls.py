"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.referrals.web import (
    child,
    eligibility,
    late,
    lateness,
    mandated_report,
    matches,
    receiving,
    reconsideration,
    record,
    rows,
    situation,
    triage,
)
from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource

app_name = "referrals"
urlpatterns = [
    path("referrals/", resource(get=rows.index), name="referrals"),
    path("referrals/export/", with_fresh_proof(resource(get=rows.FILES.show, post=rows.FILES.ask)), name="export"),
    path(
        "referrals/exports/<str:code>/",
        with_fresh_proof(resource(get=rows.FILES.show_asked, post=rows.FILES.settle)),
        name="export_asked",
    ),
    path("referrals/late/", resource(get=late.show, post=late.create), name="late"),
    path("referrals/new/", resource(get=receiving.show, post=receiving.create), name="new"),
    path("referrals/new/draft/", resource(post=receiving.keep), name="draft"),
    path("referrals/<str:code>/", resource(get=record.show), name="referral"),
    path("referrals/<str:code>/second/", resource(post=record.answer), name="second_tier"),
    path("referrals/<str:code>/child/", resource(get=child.show, post=child.create), name="child"),
    path("referrals/<str:code>/situation/", resource(get=situation.show, post=situation.create), name="situation"),
    path("referrals/<str:code>/triage/", resource(get=triage.show, post=triage.create), name="triage"),
    path(
        "referrals/<str:code>/eligibility/", resource(get=eligibility.show, post=eligibility.create), name="eligibility"
    ),
    path(
        "referrals/<str:code>/mandated-report/",
        resource(get=mandated_report.show, post=mandated_report.create),
        name="mandated_report",
    ),
    path("referrals/<str:code>/matches/", resource(get=matches.show, post=matches.create), name="matches"),
    path(
        "referrals/<str:code>/reconsideration/",
        resource(get=reconsideration.show, post=reconsideration.create),
        name="reconsideration",
    ),
    path("referrals/<str:code>/lateness/", resource(get=lateness.show, post=lateness.create), name="lateness"),
]
