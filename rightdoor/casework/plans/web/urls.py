"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.plans.web import choices, editor, plans, reviews
from rightdoor.foundation.ui.pages import resource

app_name = "plans"
urlpatterns = [
    path("cases/<str:code>/plan/", resource(get=plans.index), name="plans"),
    path("cases/<str:code>/plan/new/", resource(get=editor.show, post=editor.create), name="new"),
    path("cases/<str:code>/plan/draft/", resource(post=editor.keep), name="draft"),
    path("cases/<str:code>/plan/comparison/", resource(get=plans.compare), name="comparison"),
    path("cases/<str:code>/check-ins/", resource(get=reviews.check_ins, post=reviews.check_in), name="check_ins"),
    path("cases/<str:code>/choices/new/", resource(get=choices.ask, post=choices.create), name="choice_new"),
    path("plans/<str:code>/", resource(get=plans.show), name="plan"),
    path("plans/<str:code>/adoption/", resource(get=plans.show, post=plans.adopt), name="adoption"),
    path("plans/<str:code>/services/<int:number>/", resource(get=plans.show, post=plans.follow), name="service"),
    path("plans/<str:code>/actions/<int:number>/", resource(get=plans.show, post=plans.step), name="action"),
    path("plans/<str:code>/review/", resource(get=reviews.ask, post=reviews.create), name="review_new"),
    path("plans/<str:code>/document.pdf", resource(get=plans.document), name="document"),
    path("plan-reviews/<str:code>/", resource(get=reviews.show), name="review"),
    path("choices/<str:code>/", resource(get=choices.show), name="choice"),
    path("choices/<str:code>/outcome/", resource(get=choices.show, post=choices.look_back), name="outcome"),
]
