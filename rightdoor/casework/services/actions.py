"""Acts on referrals to services: make one, record what came of it, say why there is no referral to an advocate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rightdoor.casework.cases.models import Case
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.casework.consents.actions.disclosures import record_outside_disclosure
from rightdoor.casework.consents.models import OutsideDisclosure, Release
from rightdoor.casework.services.choices import ADVOCACY, HANDOFFS, HOW, LANGUAGES, NO_ADVOCATE, WHY_DECLINED
from rightdoor.casework.services.models import AdvocacyReason, ServiceReferral, ServiceStep
from rightdoor.casework.services.queries import classes_released, may_read_services, release_is_in_force
from rightdoor.casework.services.sealed import reason_label, step_label, told_label
from rightdoor.community.partners.models import Agency
from rightdoor.domain import service_referral as rule
from rightdoor.domain.errors import NotVisible, RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import is_code, new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local, zone
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_json, seal_many

LONGEST_PROVIDER, LONGEST_WHY = 160, 4000


@dataclass(frozen=True, slots=True)
class Sharing:
    """What goes along: on which release, which kinds of record, how, to whom there, in words."""

    release: str
    classes: tuple[str, ...]
    how: str
    to: str
    what: str


@action("service_referral.made")
def make_service_referral(
    viewer: Viewer,
    case: Case,
    *,
    category: str,
    why: str,
    now: datetime,
    to_agency: str = "",
    provider: str = "",
    listing: str = "",
    first_contact_by: date | None = None,
    language: str = "en",
    needs_interpreter: bool | None = None,
    handoff: str = "told",
    sharing: Sharing | None = None,
    code: str = "",
) -> ServiceReferral:
    """Refers the client to a service: a category of the pack, at an agency on record or a provider in words. (CASE-5)

    With `sharing` something about the client goes along: only what a release in force to that agency names, and it
    stands in the register of disclosures. Without it the client is told where to go, or somebody goes along.
    `listing`: code of the directory's entry, where there is one. `code` may be fixed beforehand by a form: sent twice,
    the referral that it made is returned. Raises NotPermitted, RuleBroken; nothing of it is left then.
    """
    _check_may_write(viewer, case, "service_referral.make", now)
    code = own_code(viewer, ServiceReferral, case.code, code)
    again = sent_before(case.service_referrals.filter(made_by=viewer.code), code)
    if again is not None:
        record(viewer, "service_referral.made", again, repeated=True)
        return again
    if case.state == "closed":
        raise RuleBroken("This case is closed. Reopen it before you refer to a service.")
    today = local(now).date()
    provider, why = provider.strip(), why.strip()
    _check_told(category, to_agency, provider, why, language, handoff, first_contact_by, today)
    row = ServiceReferral(
        code=code or new_code(),
        case=case,
        holder=case.holder,
        answers_advocacy=category == ADVOCACY,
        sent_on=today,
        first_contact_by=first_contact_by,
        last_step_on=today,
        made_at=now,
        made_by=viewer.code,
    )
    row.due_at = _due(row)
    if sharing is not None:
        row.release, row.disclosure = _share(viewer, case, to_agency, sharing, now)
    told = {
        "category": category,
        "to_agency": to_agency,
        "provider": provider,
        "listing": listing,
        "why": why,
        "language": language,
        "needs_interpreter": needs_interpreter,
        "handoff": "" if sharing else handoff,
        "shared": sorted(set(sharing.classes)) if sharing else [],
        "how": sharing.how if sharing else "",
    }
    first = ServiceStep(
        referral=row, number=1, state="sent", happened_on=today, recorded_at=now, recorded_by=viewer.code
    )
    row.told_sealed, first.told_sealed = seal_many(
        [(json.dumps(told, ensure_ascii=False), told_label(row)), (json.dumps({}), step_label(first))]
    )
    row.save(force_insert=True)
    first.referral = row
    first.save(force_insert=True)
    record(viewer, "service_referral.made", row, classes=("PLAN",), shared=sharing is not None)
    return row


@action("service_referral.outcome_recorded")
def record_service_outcome(
    viewer: Viewer,
    referral: ServiceReferral,
    *,
    step: str,
    happened_on: date,
    now: datetime,
    declined_by: str = "",
    why: str = "",
    words: str = "",
    code: str = "",
) -> ServiceStep:
    """The next step: accepted, first contact, started, completed, declined, not reached, or asked. (CASE-5)

    `code` may be fixed by a form: sent twice, the step stands once. Raises NotPermitted, and RuleBroken for a step
    that cannot follow, a day that cannot be, or an end without why.
    """
    _check_may_write(viewer, referral.case, "service_referral.follow", now)
    if step not in rule.TRANSITIONS and step != rule.ASKED:
        raise RuleBroken("Choose what happened from the list.")
    if why and why not in WHY_DECLINED:
        raise RuleBroken("Choose why it ended so from the list.")
    held = ServiceReferral.objects.select_for_update(of=("self",)).select_related("case__client").get(pk=referral.pk)
    if not may_read_services(viewer, held.case, standing_of(viewer, held.case, now), now):
        raise NotVisible
    again = sent_before(held.steps.filter(recorded_by=viewer.code), code, field="sent_from")
    if again is not None:
        record(viewer, "service_referral.outcome_recorded", held, state=again.state, repeated=True)
        return again
    rule.check_step(
        held.state,
        step,
        happened_on=happened_on,
        last_on=held.last_step_on,
        today=local(now).date(),
        declined_by=declined_by,
        why=why or words,
    )
    new = ServiceStep(
        referral=held,
        number=held.steps.count() + 1,
        state=step,
        happened_on=happened_on,
        recorded_at=now,
        recorded_by=viewer.code,
        sent_from=code if is_code(code) else "",
    )
    told = {
        "declined_by": declined_by if step == "declined" else "",
        "why": why if step in {"declined", "not_reached"} else "",
        "words": words.strip(),
    }
    new.told_sealed = seal_json(told, step_label(new))
    new.save(force_insert=True)
    held.state = held.state if step == rule.ASKED else step
    held.last_step_on = happened_on
    held.ended_on = happened_on if held.state in rule.ENDED_STATES else None
    held.due_at = _due(held)
    held.save(update_fields=["state", "last_step_on", "ended_on", "due_at"])
    referral.refresh_from_db(fields=["state", "last_step_on", "ended_on", "due_at"])
    record(viewer, "service_referral.outcome_recorded", held, classes=("PLAN",), state=step)
    return new


@action("advocacy.reason_recorded")
def record_advocacy_reason(
    viewer: Viewer,
    case: Case,
    *,
    why: str,
    now: datetime,
    words: str = "",
    ask_again_on: date | None = None,
    code: str = "",
) -> AdvocacyReason:
    """Why a confirmed victim has no referral to an advocate, and from which day on it is asked again. (CASE-5)

    `code` may be fixed by a form: sent twice, the reason stands once. Raises NotPermitted, and RuleBroken for a reason
    that is not on the list, "other" without words, or a day gone by.
    """
    tie = standing_of(viewer, case, now)
    check_may(viewer, "service_referral.make", tie)
    check_may_write(viewer, case.client, "CORE", now, holder=case.holder, standing=tie)
    code = own_code(viewer, AdvocacyReason, case.code, code)
    again = sent_before(case.advocacy_reasons.filter(recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "advocacy.reason_recorded", again, repeated=True)
        return again
    if why not in NO_ADVOCATE:
        raise RuleBroken("Choose the reason from the list.")
    if why == "other" and not words.strip():
        raise RuleBroken("Say in words why there is no referral to an advocate.")
    if ask_again_on is not None and ask_again_on <= local(now).date():
        raise RuleBroken("Choose a day that lies ahead on which to ask again.")
    if why == "youth_declined" and ask_again_on is None:
        raise RuleBroken("Choose a day on which to offer an advocate again.")
    reason = AdvocacyReason(
        code=code or new_code(),
        case=case,
        ask_again_on=ask_again_on,
        recorded_at=now,
        recorded_by=viewer.code,
    )
    reason.told_sealed = seal_json({"why": why, "words": words.strip()}, reason_label(reason))
    reason.save(force_insert=True)
    record(viewer, "advocacy.reason_recorded", reason, classes=("CORE",))
    return reason


@action("record.printed")
def note_acknowledgement_printed(
    viewer: Viewer, referral: ServiceReferral, *, classes: Sequence[str], form: str = "pdf"
) -> None:
    """The viewer took a printed acknowledgement of a referral; what of the client stood on it."""
    record(viewer, "record.printed", referral, classes=sorted({"PLAN", *classes}), form=form)


def _share(
    viewer: Viewer, case: Case, to_agency: str, sharing: Sharing, now: datetime
) -> tuple[Release, OutsideDisclosure]:
    """What goes along, on its release, into the register. The register's own act checks the same once more."""
    release = Release.objects.select_related("client").filter(client=case.client_id, code=sharing.release).first()
    holds = release is not None and release_is_in_force(release, now) and release.to_agency == to_agency
    rule.check_disclosure(
        has_agency=bool(to_agency),
        has_release=release is not None and holds,
        classes=frozenset(sharing.classes),
        released=classes_released(release) if release is not None and holds else frozenset(),
    )
    if release is None or not holds:
        raise RuleBroken("Choose a release that is in force to this agency, or send nothing along.")
    if sharing.how not in HOW:
        raise RuleBroken("Say how it goes along: choose from the list.")
    disclosure = record_outside_disclosure(
        viewer,
        case.client,
        kind=sharing.how,
        from_agency=case.holder,
        to_agency=to_agency,
        to=sharing.to,
        what=sharing.what,
        classes=sharing.classes,
        release=release,
        told_at=now,
        now=now,
    )
    return release, disclosure


def _check_told(
    category: str,
    to_agency: str,
    provider: str,
    why: str,
    language: str,
    handoff: str,
    first_contact_by: date | None,
    today: date,
) -> None:
    if category not in {service.key for service in active_pack().services}:
        raise RuleBroken("Choose the kind of service from the list.")
    if bool(to_agency) == bool(provider):
        raise RuleBroken("Choose a partner agency, or write down another provider: one of the two.")
    if to_agency and not Agency.objects.filter(code=to_agency, is_active=True).exists():
        raise RuleBroken("Choose the agency from the list.")
    if len(provider) > LONGEST_PROVIDER or len(why) > LONGEST_WHY:
        raise RuleBroken(f"Shorten the provider to {LONGEST_PROVIDER} characters and the reason to {LONGEST_WHY:,}.")
    if not why:
        raise RuleBroken("Say why the client is referred there.")
    if language not in LANGUAGES:
        raise RuleBroken("Choose the language from the list.")
    if handoff not in HANDOFFS:
        raise RuleBroken("Say how the client got there: choose from the list.")
    if first_contact_by is not None and first_contact_by < today:
        raise RuleBroken("The day of the first contact has passed. Check it.")


def _due(row: ServiceReferral) -> datetime | None:
    spans = active_pack().clocks.service_follow_up
    day = rule.due_next(row.state, row.sent_on, row.last_step_on, row.first_contact_by, spans)
    return None if day is None else rule.end_of(day, zone())


def _check_may_write(viewer: Viewer, case: Case, act: str, now: datetime) -> None:
    tie = standing_of(viewer, case, now)
    check_may(viewer, act, tie)
    check_may_write(viewer, case.client, "PLAN", now, holder=case.holder, standing=tie)
