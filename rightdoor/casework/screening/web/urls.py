"""Addresses of this slice. Codes alone stand in them."""

from django.urls import path

from rightdoor.casework.screening.web import begin, bringing, education, lists, numbers, result, screening, tool, tools
from rightdoor.foundation.ui.pages import resource

app_name = "screening"
urlpatterns = [
    path("screening/", resource(get=lists.index), name="screenings"),
    path("screening/new/", resource(get=begin.show, post=begin.create), name="new"),
    path("screening/new/draft/", resource(post=begin.keep), name="new_draft"),
    path("screening/results/new/", resource(get=result.show, post=result.create), name="result"),
    path("screening/tools/", resource(get=tools.index, post=tools.create), name="tools"),
    path("screening/numbers/", resource(get=numbers.index), name="numbers"),
    path("screening/education/", resource(get=education.index, post=education.create), name="education"),
    path("screening/import/", resource(get=bringing.show, post=bringing.create), name="bringing"),
    path("screening/import/<str:code>/undo/", resource(post=bringing.undo), name="bringing_undo"),
    path("screening/<str:code>/", resource(get=screening.show), name="screening"),
    path("screening/<str:code>/reminders/", resource(get=tool.reminders, post=tool.settle), name="reminders"),
    path("screening/<str:code>/tool/", resource(get=tool.show, post=tool.create), name="tool"),
    path("screening/<str:code>/tool/draft/", resource(post=tool.keep), name="tool_draft"),
    path("screening/<str:code>/stop/", resource(post=tool.stop), name="stop"),
    path("screening/<str:code>/finish/", resource(get=screening.ending, post=screening.finish), name="finish"),
    path("screening/<str:code>/report/", resource(get=screening.reporting, post=screening.report), name="report"),
    path("screening/<str:code>/report/draft/", resource(post=screening.keep_report), name="report_draft"),
    path("screening/<str:code>/team/", resource(get=screening.handing, post=screening.hand_on), name="team"),
]
