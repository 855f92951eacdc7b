"""Every address, slice by slice. A page is a noun; codes alone stand in addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("rightdoor.oversight.desk.web.urls")),
    path("", include("rightdoor.oversight.search.web.urls")),
    path("", include("rightdoor.oversight.submissions.web.urls")),
    path("", include("rightdoor.oversight.statistics.web.urls")),
    path("", include("rightdoor.oversight.annual_reports.web.public_urls")),
    path("", include("rightdoor.oversight.annual_reports.web.urls")),
    path("", include("rightdoor.oversight.exports.web.urls")),
    path("", include("rightdoor.oversight.evidence.web.urls")),
    path("", include("rightdoor.oversight.emergency.web.urls")),
    path("", include("rightdoor.oversight.leaving.web.urls")),
    path("", include("rightdoor.oversight.privacy.web.urls")),
    path("", include("rightdoor.oversight.trail.web.urls")),
    path("", include("rightdoor.foundation.doorway.urls")),
    path("", include("rightdoor.foundation.ui.urls")),
    path("", include("rightdoor.casework.intake.web.public_urls")),
    path("", include("rightdoor.casework.intake.web.urls")),
    path("", include("rightdoor.casework.screening.web.urls")),
    path("", include("rightdoor.casework.referrals.imports.web.urls")),
    path("", include("rightdoor.casework.cases.imports.web.urls")),
    path("", include("rightdoor.casework.referrals.web.urls")),
    path("", include("rightdoor.casework.cases.web.urls")),
    path("", include("rightdoor.casework.consents.web.urls")),
    path("", include("rightdoor.casework.documents.web.urls")),
    path("", include("rightdoor.casework.notes.web.urls")),
    path("", include("rightdoor.casework.justice.web.urls")),
    path("", include("rightdoor.casework.plans.web.urls")),
    path("", include("rightdoor.casework.missing.web.urls")),
    path("", include("rightdoor.casework.services.web.urls")),
    path("", include("rightdoor.casework.safety.web.urls")),
    path("", include("rightdoor.casework.staffings.web.urls")),
    path("", include("rightdoor.casework.closure.web.urls")),
    path("", include("rightdoor.community.assessments.comparing.web.urls")),  # before those of one assessment
    path("", include("rightdoor.community.assessments.web.urls")),
    path("", include("rightdoor.community.minutes.web.urls")),
    path("", include("rightdoor.community.program.web.urls")),
    path("", include("rightdoor.community.surveys.web.urls")),
    path("", include("rightdoor.community.meetings.web.urls")),
    path("", include("rightdoor.community.teams.web.urls")),
    path("", include("rightdoor.community.partners.web.urls")),
]
handler400 = "rightdoor.foundation.ui.refusals.bad_request"
handler403 = "rightdoor.foundation.ui.refusals.not_permitted"
handler404 = "rightdoor.foundation.ui.refusals.not_found"
handler500 = "rightdoor.foundation.ui.refusals.broken"
