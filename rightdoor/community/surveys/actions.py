"""Acts on surveys: begun, people invited, reminded, answered, closed; and what is done about a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, F, Value, When

from rightdoor.community.surveys import pooling, slips
from rightdoor.community.surveys.models import AnswerPool, Invited, SurveyRound, SurveyStep
from rightdoor.community.surveys.queries import instrument_of, is_open, offered, standing_in, state_of
from rightdoor.community.surveys.words import GROUPS, SMALLEST
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.domain.questionnaire.answers import read_response
from rightdoor.domain.questionnaire.instrument import Instrument
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jobs.queue import call_off, defer
from rightdoor.foundation.jurisdiction.active import local, zone
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import in_turn, own_code, sent_before
from rightdoor.foundation.questionnaires.kept import keep_version, shipped

LONGEST_ROUND = timedelta(days=120)
# Between two rounds of one instrument in one region. Two looks that lie close together and differ by one person would
# tell what that person said.
BETWEEN = timedelta(days=14)
MOST_SLIPS = 200
BEFORE_THE_END = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Begun:
    """A round with the codes of its slips by group, which are shown once and kept nowhere."""

    round: SurveyRound
    slips: Mapping[str, Sequence[str]]


@action("survey.begun")
def begin_round(
    viewer: Viewer,
    *,
    region: str,
    instrument: Instrument,
    title: str,
    opens_on: date,
    closes_on: date,
    people: Sequence[tuple[str, str]],
    handed_out: Mapping[str, int],
    now: datetime,
    meeting: str = "",
    form: str = "",
) -> Begun:
    """Begins a round: `people` as (account, discipline) are told, `handed_out` says how many slips for which group.

    A form sent twice makes one round and shows the same slips. Raises NotPermitted, and RuleBroken for an instrument
    that cannot be asked, days that do not fit, fewer than five invited, or another round of it too near. (PROG-6)
    """
    check_may(viewer, "survey.run", standing_in(viewer, region, "care_coordinator"))
    form = form if is_code(form) else new_code()
    code = own_code(viewer, SurveyRound, region, form)
    before = sent_before(SurveyRound.objects.filter(made_by=viewer.code), code)
    if before is not None:
        record(viewer, "survey.begun", before, again=True)
        return Begun(before, _made_by(before, form))
    _check_instrument(viewer, instrument)
    in_turn("survey.begun", region, instrument.key)
    _check_days(region, instrument, opens_on, closes_on, local(now).date())
    _check_numbers(people, handed_out, at_least=SMALLEST)
    theirs = "" if shipped().get(instrument.key) == instrument else viewer.agency  # whose copy it is
    pin = keep_version(instrument, now=now, agency=theirs)
    row = SurveyRound.objects.create(
        code=code,
        region=region,
        instrument_key=pin.key,
        instrument_version=pin.version,
        instrument_hash=pin.hash,
        title=title.strip() or instrument.title,
        meeting=meeting,
        opens_on=opens_on,
        closes_on=closes_on,
        made_at=now,
        made_by=viewer.code,
    )
    # Sealed empty at once: the first answer makes nothing new of which the moment could be seen.
    AnswerPool.objects.create(round=row, answers_sealed=pooling.sealed(pooling.Pool(), row.code))
    made = _invite(row, people, handed_out, form)
    _tell(row, [account for account, _ in people], now)
    defer("surveys.remind", row.code, at=_morning(closes_on - BEFORE_THE_END), once_key=f"survey.remind.{row.code}")
    record(viewer, "survey.begun", row, region=region, people=len(people), slips=sum(handed_out.values()))
    return Begun(row, made)


@action("survey.invited")
def invite(
    viewer: Viewer,
    survey_round: SurveyRound,
    *,
    people: Sequence[tuple[str, str]],
    handed_out: Mapping[str, int],
    now: datetime,
    form: str = "",
) -> Begun:
    """Invites more people, or makes more slips, while the round is not over. Sent twice, it is one.

    Raises NotPermitted, RuleBroken.
    """
    check_may(viewer, "survey.run", standing_in(viewer, survey_round.region, "care_coordinator"))
    row = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
    if state_of(row, now) == "over":
        raise RuleBroken("This round is over. Begin a new one.")
    _check_numbers(people, handed_out, at_least=1)
    known = set(row.invited.exclude(account_code="").values_list("account_code", flat=True))
    fresh = [(account, discipline) for account, discipline in people if account not in known]
    made = _invite(row, fresh, handed_out, form if is_code(form) else new_code())
    _tell(row, [account for account, _ in fresh], now)
    record(viewer, "survey.invited", row, people=len(fresh), slips=sum(handed_out.values()))
    return Begun(row, made)


@action("survey.reminded")
def remind(viewer: Viewer, survey_round: SurveyRound, *, now: datetime) -> None:
    """Tells those whose code was not used that something awaits them; says to nobody who that is, or how many.

    Raises NotPermitted, RuleBroken while the round is not open, or when it was done today.
    """
    check_may(viewer, "survey.remind", standing_in(viewer, survey_round.region, "care_coordinator"))
    row = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
    if not is_open(row, now):
        raise RuleBroken("This round is not open.")
    waiting = row.invited.filter(is_used=False).exclude(account_code="")
    notify(waiting.values_list("account_code", flat=True), "survey.awaits", row.code, now)
    record(viewer, "survey.reminded", row)


@action("survey.answered")
def take_answers(viewer: Viewer, code: str, *, answers: Mapping[str, Any], now: datetime) -> None:
    """Takes the answers of whoever holds this code, which then opens nothing any more. `viewer` is nobody.

    What is stored holds no time, no number and no invitation, and the event names neither round nor person. Raises
    NotVisible for a code that opens nothing now, AnswersUnsound, RuleBroken where nothing is answered. (PROG-6)
    """
    check_may(viewer, "survey.answer")
    invited = Invited.objects.select_related("round").filter(digest=slips.digest_of(code)).exclude(digest="").first()
    if invited is None:
        raise NotVisible
    # The piece of the round is locked first: two codes at once wait for each other, one code twice finds itself used.
    pool = AnswerPool.objects.select_for_update(of=("self",)).get(round=invited.round)
    invited.refresh_from_db()
    if invited.is_used or not is_open(invited.round, now):
        raise NotVisible
    instrument = instrument_of(invited.round)
    read_response(instrument, {"answers": dict(answers)})
    if not answers:
        raise RuleBroken("Answer at least one question, or close this page.")
    texts = {key: str(said) for key, said in answers.items() if instrument.by_id[key].type == "text"}
    chosen = {key: said for key, said in answers.items() if key not in texts}
    whole = pooling.opened(pool.answers_sealed, invited.round.code)
    whole.add(_discipline(invited), chosen, texts)
    pool.answers_sealed = pooling.sealed(whole, invited.round.code)
    pool.save(update_fields=["answers_sealed"])
    # Every invitation of the round is written anew in one statement: what the database notes beside a row (by which
    # transaction, at which place) is then the same for all of them, and does not tell when which one was used.
    used = Case(When(pk=invited.pk, then=Value(True)), default=F("is_used"), output_field=BooleanField())
    Invited.objects.filter(round=invited.round).update(is_used=used)
    record(viewer, "survey.answered", kind="survey")


@action("survey.closed")
def close_round(viewer: Viewer, survey_round: SurveyRound, *, now: datetime) -> None:
    """Ends a round before its last day, for good. Raises NotPermitted, RuleBroken when it is over or not yet open."""
    check_may(viewer, "survey.run", standing_in(viewer, survey_round.region, "care_coordinator"))
    row = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
    if not is_open(row, now):
        raise RuleBroken("This round is not open.")
    row.ended_on = survey_round.ended_on = local(now).date()
    row.save(update_fields=["ended_on"])
    call_off(f"survey.remind.{row.code}")
    record(viewer, "survey.closed", row)


@action("survey.step_added")
def add_step(
    viewer: Viewer, survey_round: SurveyRound, *, factor: str, text: str, owner: str, due_on: date, now: datetime
) -> SurveyStep:
    """Writes down what is done about a factor, by whom, until when. Sent twice, it stands once.

    Raises NotPermitted, RuleBroken before the round is over, or for a factor that it does not have.
    """
    check_may(viewer, "survey.run", standing_in(viewer, survey_round.region, "care_coordinator"))
    row = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
    if state_of(row, now) != "over":
        raise RuleBroken("Results are there when the round is over.")
    if factor not in {one.key for one in instrument_of(row).scoring.factors}:
        raise RuleBroken("Choose one of the factors.")
    if not Account.objects.filter(code=owner, is_active=True).exists():
        raise RuleBroken("Choose who sees to it.")
    said = " ".join(text.split())
    if not said:
        raise RuleBroken("Write what is to be done.")
    step, is_new = SurveyStep.objects.get_or_create(
        round=row,
        factor=factor,
        text=said,
        owner=owner,
        due_on=due_on,
        defaults={"made_at": now, "made_by": viewer.code},
    )
    record(viewer, "survey.step_added", row, again=not is_new)
    return step


@action("survey.step_settled")
def settle_step(viewer: Viewer, step: SurveyStep, *, state: str, now: datetime) -> None:
    """Says that a step is done or dropped. Raises NotPermitted, RuleBroken when it was settled before."""
    check_may(viewer, "survey.run", standing_in(viewer, step.round.region, "care_coordinator"))
    held = SurveyStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if held.state != "open":
        raise RuleBroken("This step was settled already.")
    if state not in {"done", "dropped"}:
        raise RuleBroken("Say whether it is done or dropped.")
    held.state, held.settled_at, held.settled_by = state, now, viewer.code
    held.save(update_fields=["state", "settled_at", "settled_by"])
    record(viewer, "survey.step_settled", step.round, state=state)


def _discipline(invited: Invited) -> str:
    """What is kept of it with the answers: nothing where fewer than five of it were invited, since it could never be
    shown and would only point at somebody.
    """
    of_it = Invited.objects.filter(round=invited.round, discipline=invited.discipline).count()
    return invited.discipline if of_it >= SMALLEST else ""


def _check_instrument(viewer: Viewer, instrument: Instrument) -> None:
    if instrument.key not in {one.key for one in offered(viewer)}:
        raise RuleBroken("Choose a survey from the list.")
    if not instrument.items or instrument.administration != "self_report":
        raise RuleBroken("This tool holds no questions that people answer themselves.")
    if not instrument.terms.may_be_passed_on and not instrument.terms.credit:
        raise RuleBroken("This copy names no acknowledgement. Its maker asks for one: add it to terms.credit.")


def _check_days(region: str, instrument: Instrument, opens_on: date, closes_on: date, today: date) -> None:
    if opens_on < today:
        raise RuleBroken("Let it open today or later.")
    if closes_on < opens_on:
        raise RuleBroken("The last day lies before the first.")
    if closes_on - opens_on > LONGEST_ROUND:
        raise RuleBroken(f"A round lasts {LONGEST_ROUND.days} days at most.")
    for other in SurveyRound.objects.select_for_update().filter(region=region, instrument_key=instrument.key):
        ended = other.ended_on or other.closes_on
        if opens_on < ended + BETWEEN and other.opens_on < closes_on + BETWEEN:
            raise RuleBroken(
                f"Another round of this survey lies too near. Leave {BETWEEN.days} days between them: two results that "
                "lie close together could tell what one person said."
            )


def _check_numbers(people: Sequence[tuple[str, str]], handed_out: Mapping[str, int], *, at_least: int) -> None:
    if set(handed_out) - set(GROUPS) or any(not 0 <= many <= MOST_SLIPS for many in handed_out.values()):
        raise RuleBroken(f"Choose up to {MOST_SLIPS} slips for a group of the list.")
    if len({account for account, _ in people}) + sum(handed_out.values()) < at_least:
        raise RuleBroken(
            f"Invite at least {at_least}: nothing is shown of fewer answers."
            if at_least > 1
            else "Choose whom to invite, or how many slips to make."
        )


def _codes(row: SurveyRound, handed_out: Mapping[str, int], form: str) -> dict[str, list[str]]:
    return {
        group: [slips.code_of_slip(row.code, form, group, number) for number in range(many)]
        for group, many in handed_out.items()
        if many
    }


def _made_by(row: SurveyRound, form: str) -> dict[str, list[str]]:
    """The slips that this form made, whatever numbers it is sent with now: a code without its row opens nothing."""
    made = _codes(row, dict.fromkeys(GROUPS, MOST_SLIPS), form)
    standing = set(row.invited.filter(account_code="").values_list("digest", flat=True))
    found = {group: [code for code in codes if slips.digest_of(code) in standing] for group, codes in made.items()}
    return {group: codes for group, codes in found.items() if codes}


def _invite(
    row: SurveyRound, people: Sequence[tuple[str, str]], handed_out: Mapping[str, int], form: str
) -> dict[str, list[str]]:
    codes = _codes(row, handed_out, form)
    rows = [
        Invited(
            round=row,
            account_code=account,
            discipline=discipline,
            digest=slips.digest_of(slips.code_of_account(row.code, account)),
        )
        for account, discipline in sorted(dict(people).items())
    ]
    rows += [
        Invited(round=row, discipline=group, digest=slips.digest_of(code))
        for group, made in sorted(codes.items())
        for code in made
    ]
    Invited.objects.bulk_create(rows, ignore_conflicts=True)  # slips of a form that is sent twice are there already
    return codes


def _tell(row: SurveyRound, accounts: Sequence[str], now: datetime) -> None:
    if row.opens_on <= local(now).date():
        notify(accounts, "survey.awaits", row.code, now)
    elif accounts:
        defer("surveys.remind", row.code, at=_morning(row.opens_on), once_key=f"survey.open.{row.code}")


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=zone())
