"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.consents.web import coordination, orders, overview, people, public, register, release, releases
from rightdoor.foundation.access.doors import without_second_factor
from rightdoor.foundation.ui.pages import resource

app_name = "consents"
_CASE = "cases/<str:code>/"
_SHEET = "confidentiality/<slug:language>/"
urlpatterns = [
    path(f"{_CASE}consent/", resource(get=overview.show), name="consent"),
    path(
        f"{_CASE}consent/coordination/",
        resource(get=coordination.show, post=coordination.create),
        name="coordination",
    ),
    path(
        f"{_CASE}consent/withdrawal/",
        resource(get=coordination.show_withdrawal, post=coordination.withdraw),
        name="withdrawal",
    ),
    path(f"{_CASE}consent/custody/", resource(get=people.show_custody, post=people.change_custody), name="custody"),
    path(f"{_CASE}people-around/", resource(get=people.show_new, post=people.create), name="people"),
    path(f"{_CASE}people-around/<str:person>/", resource(get=people.show, post=people.change), name="person"),
    path(f"{_CASE}releases/new/", resource(get=release.begin), name="new"),
    path(f"{_CASE}releases/new/form.pdf", resource(get=release.document), name="new_form"),
    path(f"{_CASE}releases/new/<slug:step>/", resource(get=release.show, post=release.create), name="step"),
    path("releases/<str:code>/", resource(get=releases.show), name="release"),
    path(
        "releases/<str:code>/revocation/",
        resource(get=releases.show_revocation, post=releases.revoke),
        name="revocation",
    ),
    path("releases/<str:code>/check/", resource(get=releases.show_check, post=releases.resume), name="check"),
    path("releases/<str:code>/form.pdf", resource(get=releases.document), name="form"),
    path(f"{_CASE}disclosures/", resource(get=register.show), name="register"),
    path(f"{_CASE}disclosures/new/", resource(get=register.show_new, post=register.create), name="disclosure_new"),
    path(f"{_CASE}disclosures/register.pdf", resource(get=register.document), name="register_document"),
    path("disclosures/<str:code>/", resource(get=register.show_one, post=register.change_one), name="disclosure"),
    path(f"{_CASE}orders/new/", resource(get=orders.show_order, post=orders.create_order), name="order_new"),
    path("orders/<str:code>/", resource(get=orders.show_one_order, post=orders.change_order), name="order"),
    path(
        f"{_CASE}subpoenas/new/", resource(get=orders.show_subpoena, post=orders.create_subpoena), name="subpoena_new"
    ),
    path(
        "subpoenas/<str:code>/",
        resource(get=orders.show_one_subpoena, post=orders.settle_one_subpoena),
        name="subpoena",
    ),
    path(f"{_CASE}emergency/", resource(get=orders.show_emergency, post=orders.create_emergency), name="emergency"),
    path("confidentiality/", without_second_factor(resource(get=public.root)), name="sheet_root"),
    path(_SHEET, without_second_factor(resource(get=public.show)), name="sheet"),
    path(f"{_SHEET}sheet.pdf", without_second_factor(resource(get=public.document)), name="sheet_document"),
    path(f"{_SHEET}form.pdf", without_second_factor(resource(get=public.form)), name="blank_form"),
]
