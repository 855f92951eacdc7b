"""People of a case: those around the client, and those who work on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from rightdoor.casework.cases import queries
from rightdoor.casework.cases.grounds import own_grounds
from rightdoor.casework.cases.groups.queries import tied_to
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.own import sees_people_around
from rightdoor.casework.cases.web.frame import case_frame
from rightdoor.casework.cases.web.grounds import NEED_WORDS
from rightdoor.casework.clients.disclosure import open_identity
from rightdoor.casework.consents.choices import RELATIONS
from rightdoor.casework.consents.queries import people_around
from rightdoor.casework.consents.rules import why_may_not_sign
from rightdoor.casework.referrals.queries import referral_facts
from rightdoor.domain.errors import NotVisible
from rightdoor.domain.permission import may
from rightdoor.foundation.jurisdiction.active import active_pack
from rightdoor.foundation.ui.pages import respond

TIES = {"assigned": "Assigned", "invited": "Invited", "shared": "Coordinates, too"}


def around(request: HttpRequest, code: str) -> HttpResponse:
    """The people around the client. Of whom it is kept back what is alleged, no number is shown: ask first."""
    case = queries.case_for(request.viewer, code, request.now)
    frame = case_frame(request, case, "people")
    if not sees_people_around(frame["look"]):
        raise NotVisible
    people = people_around(request.viewer, case.client, request.now, purpose="people")
    context = {
        **frame,
        "page_title": "People",
        "page_count": len(people),
        "client": open_identity(request.viewer, case.client, request.now, "case-people", standing=frame["tie"]).who,
        "situation": _situation(request, case, frame),
        "people": [
            {
                "one": one,
                "relation": RELATIONS.get(one.who.relation, ""),
                "is_known": one.flags is not None,
                "is_alleged": one.flags is not None and one.flags.alleged_exploiter is True,
                "keeps_away": one.flags is not None and one.flags.keeps_from_contact,
                "may_contact": one.flags is not None
                and one.flags.alleged_exploiter is False
                and not one.flags.keeps_from_contact,
                "bar": why_may_not_sign("guardian", one.flags),
            }
            for one in people
        ],
    }
    return respond(request, page="cases/people.html", context=context)


def _situation(request: HttpRequest, case: Case, frame: dict[str, Any]) -> list[tuple[str, str]]:
    """What the referral says of what happened, in the state's words, for whom the referral's page is open, too."""
    if not frame["core_is_open"] or not may(request.viewer, "referral.read", frame["tie"]):
        return []
    facts = referral_facts(request.viewer, case.referral, request.now, purpose="case")
    pack = active_pack()
    words = pack.trafficking
    areas = {one.key: one.name for one in pack.areas}
    area = pack.word("area")
    told = (
        ("Kind", dict(words.kinds.pairs()).get(facts.kind, "")),
        ("By whom", dict(words.relationships.pairs()).get(facts.relationship, "")),
        ("Where it happened", dict(words.settings.pairs()).get(facts.setting, "")),
        (area[:1].upper() + area[1:], areas.get(facts.area, "")),
    )
    return [(what, str(said)) for what, said in told]


def team(request: HttpRequest, code: str) -> HttpResponse:
    """Who works on the case, what for, and until when."""
    case = queries.case_for(request.viewer, code, request.now)
    frame = case_frame(request, case, "team")
    if not frame["core_is_open"]:
        raise NotVisible
    label = active_pack().teams.all().label
    people = queries.people_on(case, request.now)
    context = {
        **frame,
        "page_title": "Team",
        "page_count": len(people),
        "tied": tied_to(request.viewer, case, request.now),
        "people": [
            {
                "one": one,
                "discipline": label(one.discipline),
                "tie": "Coordinator" if one.code == case.coordinator else TIES[one.kind],
                "need": NEED_WORDS.get(one.need, ""),
            }
            for one in people
        ],
        "open_kinds": [
            one.label for one in own_grounds(request.viewer, case, frame["tie"], request.now) if one.state == "open"
        ],
    }
    return respond(request, page="cases/team.html", context=context)
