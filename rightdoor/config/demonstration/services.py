"""Referrals to services and a safety plan for the newest cases. All of it is invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightdoor.casework.cases.models import Case
from rightdoor.casework.safety.actions import adopt_safety_plan, ask_for_review, write_safety_plan
from rightdoor.casework.services.actions import (
    make_service_referral,
    record_advocacy_reason,
    record_service_outcome,
)
from rightdoor.casework.services.choices import ADVOCACY
from rightdoor.casework.services.models import ServiceReferral
from rightdoor.casework.services.queries import partners_for
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import local

WISHES = {
    "behavioral_health": "Wants somebody to talk to who does not know her school.",
    "food": "Nothing in the house at weekends.",
    "education": "Wants to finish this year at another school.",
}
SAFETY = {
    "words": "I want to be able to sleep, and to see my sister.",
    "warning_signs": "Unknown numbers at night. The gray car.",
    "coping": "Music with headphones\nDraw\nWalk the dog with the neighbor",
    "safe_adults": "Aunt Zelda, 555-0142, any time\nMs. Quill at school, room 4\nCoach Ember, 555-0143",
    "avoid": "The gas station on the corner, in the evening.",
    "signal": "“Blue umbrella” in a message: the aunt calls back at once and comes.",
    "contact_routes": "Through the old account. Does not answer, takes a picture of it, shows it to the aunt.",
    "accounts": "New passwords together with the aunt; the old telephone stays off.",
    "location_sharing": "Off in every app; checked again after each update.",
    "images": "Two were reported and taken down.",
    "bag": "Charger\nInhaler\nBirth certificate, a copy\nA warm sweater",
    "transport": "The aunt drives\nBus 7, a card is in the bag",
    "self_harm": "Calls the aunt first, then the crisis line, 988.",
    "if_missing": "Would answer her sister. Wants her own telephone back.",
    "professionals": "The caseworker on call, 555-0144",
}
PLACES = "The house of the aunt, side door\nThe library until it closes"


def show(viewer: Viewer, case: Case, now: datetime, *, is_first: bool) -> None:
    """Three services are asked for, and a safety plan is in force; an advocate, or why there is none."""
    partners = partners_for(case.region)
    for at, (category, why) in enumerate(WISHES.items()):
        to_agency = partners[at % len(partners)][0] if partners and at != 1 else ""
        make_service_referral(
            viewer,
            case,
            category=category,
            why=why,
            to_agency=to_agency,
            provider="" if to_agency else "An invented pantry in town",
            language="es" if at == 2 else "en",
            needs_interpreter=at == 2,
            handoff="warm" if at == 0 else "told",
            now=now,
        )
    if is_first:
        again = local(now + timedelta(days=30)).date()
        record_advocacy_reason(viewer, case, why="youth_declined", ask_again_on=again, now=now)
    elif partners:
        make_service_referral(
            viewer, case, category=ADVOCACY, why="Wants somebody at her side.", to_agency=partners[0][0], now=now
        )
    plan = write_safety_plan(viewer, case, parts=SAFETY, places=PLACES, now=now)
    adopt_safety_plan(viewer, plan, now=now)


def go_on(viewer: Viewer, case: Case, now: datetime, *, is_first: bool) -> None:
    """A week later: one service has begun, one was declined, of the third nobody has heard."""
    rows = list(ServiceReferral.objects.filter(case=case, answers_advocacy=False).order_by("pk"))
    today = local(now).date()
    if len(rows) > 1:
        record_service_outcome(viewer, rows[0], step="accepted", happened_on=today - timedelta(days=3), now=now)
        record_service_outcome(viewer, rows[0], step="contacted", happened_on=today, now=now)
        record_service_outcome(
            viewer,
            rows[1],
            step="declined",
            happened_on=today,
            declined_by="provider",
            why="full",
            words="A place is free again in two months.",
            now=now,
        )
    if is_first:
        ask_for_review(viewer, case, trigger="new_contact", words="A message from an unknown number.", now=now)
