"""Cases that concern more than one: two children who were found together, an offer to another region, a shared case."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from rightdoor.casework.cases.groups.actions import tie_cases
from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.moving.actions import ask_transfer, share_case
from rightdoor.casework.cases.moving.queries import coordinators
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.cases.systems.actions import record_systems
from rightdoor.casework.cases.systems.queries import Answer, systems_of
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.referrals.queries import coordinators_of
from rightdoor.domain.errors import NotPermitted, RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.jurisdiction.active import active_pack


def show(now: datetime) -> None:
    """Among the newest open cases of the first coordinator: one of each, through acts alone. All of it is invented."""
    regions = [one.key for one in active_pack().regions]
    newest = Case.objects.filter(state="open", region=regions[0]).exclude(coordinator="").order_by("-opened_at", "-pk")
    first = newest.first()
    account = Account.objects.filter(code=first.coordinator, is_active=True).first() if first else None
    if account is None:
        return
    viewer = viewer_of(account, now)
    mine: dict[int, Case] = {}
    for case in newest.filter(coordinator=viewer.code).select_related("client", "referral")[:12]:
        mine.setdefault(case.client_id, case)
    cases = list(mine.values())
    if len(cases) >= 2:
        tie_cases(viewer, cases[0], cases[1], now=now)
    elsewhere = coordinators(now, without=regions[0])
    if len(cases) >= 3 and elsewhere:
        share_case(viewer, cases[2], account_code=elsewhere[0].code, now=now)
    if len(cases) >= 4:
        to = next((key for key in regions[1:] if coordinators_of(key, now)), "")
        if to:
            why = "Invented: the family moved to an aunt there."
            ask_transfer(viewer, cases[3], to_region=to, why=why, keeps_team=False, now=now)
    for at, case in enumerate(cases[:6]):
        _say_systems(viewer, case, at, now)
    _offer_from_elsewhere(regions, now)


def _say_systems(viewer: Viewer, case: Case, at: int, now: datetime) -> None:
    """Which systems the child is with, as far as this coordinator may write of them: yes, no, or not established."""
    known, tie = systems_of(viewer, case, now), standing_of(viewer, case, now)
    answers = {}
    for place, line in enumerate(known.lines):
        is_with = (True, False, None)[(place + at) % 3]
        since = (now - timedelta(days=40 + 9 * place)).date() if is_with else None
        klass = line.system.data_class
        is_mine = may_read(viewer, case.client, tie, klass, now, holder=case.holder, action="write").allowed
        if is_with is not None and is_mine:
            answers[line.system.key] = Answer(is_with, since, "", "The office there, by telephone" if is_with else "")
    record_systems(viewer, case, answers=answers, version=known.version, now=now)


def _offer_from_elsewhere(regions: list[str], now: datetime) -> None:
    """And one that another region offers to the first, which has not answered yet."""
    for case in Case.objects.filter(state="open", region__in=regions[1:]).order_by("-opened_at", "-pk")[:12]:
        account = Account.objects.filter(code=case.coordinator, is_active=True).first()
        if account is not None:
            with suppress(NotPermitted, RuleBroken):  # whose coordinator is not cleared at present
                why = "Invented: the child lives with a foster family there now."
                ask_transfer(viewer_of(account, now), case, to_region=regions[0], why=why, keeps_team=False, now=now)
                return
