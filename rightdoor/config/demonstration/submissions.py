"""A year of figures that is open: some sources answered, one served nobody, one declined, the others wait. Invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from rightdoor.config.demonstration.schedule import SEED
from rightdoor.domain.permission import Viewer
from rightdoor.domain.submission.form import Form
from rightdoor.domain.submission.rows import PersonRow, totals_of
from rightdoor.foundation.access.viewers import viewers_of
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import demonstration_clock
from rightdoor.foundation.jurisdiction.active import local
from rightdoor.oversight.submissions import actions
from rightdoor.oversight.submissions.actions import About
from rightdoor.oversight.submissions.models import Listed
from rightdoor.oversight.submissions.queries import form_of_year, standing_of_keeper

MOST = 12  # sources on the list
LASTS = timedelta(days=360)
ASKED_AGO = timedelta(days=9)


def show(now: datetime) -> None:
    """Last year's figures, through acts alone. Nothing where nobody reads the whole state's figures."""
    viewers = viewers_of(Account.objects.filter(is_demonstration=True, is_active=True), now)
    people = sorted(viewers.values(), key=lambda one: one.code)
    keeper = next((one for one in people if standing_of_keeper(one).region), None)
    heads = {one.agency: one for one in people if one.has("agency_head") and one.agency}
    opens_on = date(local(now - ASKED_AGO).year, 1, 2)
    if keeper is None or not heads or local(now - ASKED_AGO).date() < opens_on:
        return
    at = now - ASKED_AGO
    with demonstration_clock(at):
        year = actions.begin_year(keeper, year=opens_on.year - 1, opens_on=opens_on, due_on=opens_on + LASTS, now=at)
        for agency in sorted(heads)[:MOST]:
            actions.list_source(keeper, year, agency=agency, kind="provider", now=at)
        actions.freeze_list(keeper, year, now=at)
    rows = list(Listed.objects.filter(year=year).select_related("year").order_by("code"))
    with demonstration_clock(now):
        for number, listed in enumerate(rows):
            _answer(heads[listed.agency_code], listed, number, now)


def _answer(head: Viewer, listed: Listed, number: int, now: datetime) -> None:
    random = Random(f"{SEED} figures {number}")  # noqa: S311 - invented, and the same each time
    if number % 4 == 1:
        actions.say_nobody(head, listed, role="director", now=now)
    elif number % 4 == 2:
        actions.decline(head, listed, reason="no_staff", now=now)
    elif number % 4 == 0:
        form = form_of_year(listed.year)
        totals = totals_of(form, listed.kind, [_person(form, random) for _ in range(random.randint(15, 70))])
        offers = [code.key for code in form.fields["services"].codes.codes]
        about = About(["voca", "state"], "program", offers, [])
        actions.send_totals(head, listed, about=about, totals=totals, now=now)


def _person(form: Form, random: Random) -> PersonRow:
    told = {}
    for one in form.row_fields:
        codes = [code.key for code in one.codes.codes if not code.stands_for_several and not code.missing]
        told[one.key] = (random.choice(codes),)
    return PersonRow(told)
