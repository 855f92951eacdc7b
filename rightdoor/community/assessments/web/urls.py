"""Addresses of this slice. A page of a tool is called by its number, which its version fixes for good."""

from django.urls import path

from rightdoor.community.assessments.web import assessments, steps, topics
from rightdoor.foundation.ui.pages import resource

app_name = "assessments"
urlpatterns = [
    path("assessments/", resource(get=assessments.index), name="assessments"),
    path("assessments/new/", resource(get=assessments.new, post=assessments.begin), name="new"),
    path("assessments/tools/<str:key>.pdf", resource(get=assessments.blank), name="blank"),
    path("assessments/steps/<str:code>/", resource(get=steps.show, post=steps.settle), name="step"),
    path("assessments/<str:code>/", resource(get=assessments.show), name="assessment"),
    path("assessments/<str:code>/topics/<int:number>/", resource(get=topics.show, post=topics.save), name="topic"),
    path("assessments/<str:code>/topics/<int:number>/draft/", resource(post=topics.keep), name="draft"),
    path("assessments/<str:code>/steps/new/", resource(get=steps.new, post=steps.create), name="step_new"),
    path(
        "assessments/<str:code>/completion/",
        resource(get=assessments.ask_completion, post=assessments.complete),
        name="completion",
    ),
    path("assessments/<str:code>/assessment.pdf", resource(get=assessments.paper), name="paper"),
    path("assessments/<str:code>/assessment.csv", resource(get=assessments.table), name="table"),
]
