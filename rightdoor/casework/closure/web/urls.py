"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.closure.web import closing, lessons, reports, reviews
from rightdoor.foundation.ui.pages import resource

app_name = "closure"
urlpatterns = [
    path("archive/", resource(get=closing.archive), name="archive"),
    path("cases/<str:code>/closure/", resource(get=closing.show, post=closing.begin_review), name="closure"),
    path("cases/<str:code>/closing/", resource(get=closing.ask, post=closing.close), name="closing"),
    path("cases/<str:code>/closing/draft/", resource(post=closing.keep), name="draft"),
    path("cases/<str:code>/reopening/", resource(get=closing.show_reopening, post=closing.reopen), name="reopening"),
    path("cases/<str:code>/reports/", resource(get=reports.index), name="reports"),
    path("cases/<str:code>/face-sheet.pdf", resource(get=reports.face_sheet), name="face_sheet"),
    path("summaries/<str:code>/document.docx", resource(get=reports.summary_word), name="summary_word"),
    path("plans/<str:code>/document.docx", resource(get=reports.plan_word), name="plan_word"),
    path("reviews/<str:code>/", resource(get=reviews.show, post=reviews.write), name="review"),
    path("reviews/<str:code>/draft/", resource(post=reviews.keep), name="review_draft"),
    path("reviews/<str:code>/holding/", resource(post=reviews.hold), name="holding"),
    path("reviews/<str:code>/recommendations/", resource(post=reviews.recommend), name="recommendations"),
    path("recommendations/<str:code>/", resource(post=reviews.settle), name="recommendation"),
    path("reviews/<str:code>/lessons/", resource(post=reviews.teach), name="teaching"),
    path("reviews/<str:code>/document.pdf", resource(get=reviews.document), name="document"),
    path("reviews/<str:code>/document.docx", resource(get=reviews.word), name="word"),
    path("lessons/", resource(get=lessons.index), name="lessons"),
    path("lessons/<str:code>/release/", resource(post=lessons.release), name="release"),
    path("lessons/<str:code>/return/", resource(post=lessons.send_back), name="send_back"),
]
