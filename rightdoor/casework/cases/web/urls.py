"""Addresses of this slice."""

from django.urls import path

from rightdoor.casework.cases.web import cases, grounds, merging, mode, moving, people, status, systems, together
from rightdoor.foundation.access.doors import with_fresh_proof
from rightdoor.foundation.ui.pages import resource

app_name = "cases"
urlpatterns = [
    path("cases/", resource(get=cases.index), name="cases"),
    path("cases/export/", with_fresh_proof(resource(get=cases.FILES.show, post=cases.FILES.ask)), name="export"),
    path(
        "cases/exports/<str:code>/",
        with_fresh_proof(resource(get=cases.FILES.show_asked, post=cases.FILES.settle)),
        name="export_asked",
    ),
    path("cases/<str:code>/", resource(get=cases.show), name="case"),
    path("cases/<str:code>/glance/", resource(get=cases.glance), name="glance"),
    path("cases/<str:code>/people/", resource(get=people.around), name="people"),
    path("cases/<str:code>/team/", resource(get=people.team), name="team"),
    path("cases/<str:code>/status/", resource(get=status.show, post=status.determine), name="status"),
    path("cases/<str:code>/systems/", resource(get=systems.show, post=systems.record), name="systems"),
    path("cases/<str:code>/systems/draft/", resource(post=systems.keep), name="systems_draft"),
    path("cases/<str:code>/moving/", resource(get=moving.show, post=moving.offer), name="moving"),
    path("cases/<str:code>/moving/withdrawal/", resource(post=moving.take_back), name="moving_withdrawal"),
    path("cases/<str:code>/coordinator/", resource(post=moving.hand_over), name="coordinator"),
    path("cases/<str:code>/shares/", resource(post=moving.share), name="shares"),
    path("cases/<str:code>/shares/<str:person>/ending/", resource(post=moving.end_share), name="share_ending"),
    path("transfers/", resource(get=moving.offers), name="offers"),
    path("transfers/<str:code>/", resource(get=moving.show_offer, post=moving.answer), name="offer"),
    path("cases/<str:code>/together/", resource(get=together.show, post=together.tie_to), name="together"),
    path("cases/<str:code>/together/ending/", resource(post=together.untie), name="untie"),
    path("together/new/", resource(get=together.show_new, post=together.create), name="together_new"),
    path(
        "entries/<str:code>/merging/<str:other>/",
        resource(get=merging.show_new, post=merging.create),
        name="merging_new",
    ),
    path("merges/<str:code>/", resource(get=merging.show), name="merging"),
    path("merges/<str:code>/ending/", resource(post=merging.end), name="merging_ending"),
    path("cases/<str:code>/grounds/", resource(get=grounds.show), name="grounds"),
    path("cases/<str:code>/members/", resource(post=grounds.put_on), name="members"),
    path("cases/<str:code>/members/<str:person>/ending/", resource(post=grounds.take_off), name="off_case"),
    path("cases/<str:code>/blocks/", resource(post=grounds.block), name="blocks"),
    path("cases/<str:code>/blocks/<str:block>/ending/", resource(post=grounds.lift), name="lift"),
    path(
        "cases/<str:code>/conflict/",
        resource(get=grounds.show_conflict, post=grounds.declare_conflict),
        name="conflict",
    ),
    path(
        "cases/<str:code>/district/",
        resource(get=grounds.show_district, post=grounds.change_district),
        name="district",
    ),
    path("cases/<str:code>/mode/", resource(get=mode.show, post=mode.change), name="mode"),
]
