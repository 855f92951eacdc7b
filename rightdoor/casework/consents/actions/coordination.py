"""Acts on consent to ongoing coordination: given, refused, withdrawn, and what the law puts in its place."""

from __future__ import annotations

from datetime import datetime

from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.queries import standing_of
from rightdoor.casework.consents.choices import ALTERNATIVES, CONSENT_BASES
from rightdoor.casework.consents.models import LegalAlternative, ParticipationConsent, PersonAround
from rightdoor.casework.consents.queries import case_codes_of, flags_of
from rightdoor.casework.consents.sealed import told_label
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.sealing.seals import seal_json


@action("consent.given")
def record_participation_consent(
    viewer: Viewer,
    client: Client,
    *,
    basis: str,
    given_at: datetime,
    now: datetime,
    person: PersonAround | None = None,
    signer_alleged: bool | None = None,
    how: str = "paper",
    language: str = "",
    interpreter: str = "",
    words: str = "",
    expires_at: datetime | None = None,
    about: str = "",
) -> ParticipationConsent:
    """Records consent to take part in ongoing coordination. It opens meetings, not records.

    `basis` is a key of CONSENT_BASES; `person` whoever gave it, `about` the staffing at which it was given. Without a
    person on record (at a staffing) `signer_alleged` says whether whoever gave it is alleged to have done harm; None is
    not established, and then it opens nothing. Raises NotPermitted, RuleBroken for a signer who may not consent.
    """
    check_may(viewer, "consent.record", standing_of(viewer, client, now))
    if basis not in CONSENT_BASES:
        raise RuleBroken("Say who consents: choose from the list.")
    if given_at > now:
        raise RuleBroken("Consent cannot be given in the future. Correct the date or the time.")
    if expires_at is not None and expires_at <= given_at:
        raise RuleBroken("Consent must end after it was given. Correct the day.")
    if basis in {"guardian", "other_parent"} and not about:
        _check_signer(client, person)
    consent = ParticipationConsent(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        answer="given",
        about=about,
        person=person,
        given_at=given_at,
        expires_at=expires_at,
    )
    told = {
        "basis": basis,
        "how": how,
        "language": language,
        "interpreter": interpreter.strip(),
        "words": words.strip(),
        "signer_alleged": signer_alleged,
    }
    consent.told_sealed = seal_json(told, told_label(consent))
    consent.save(force_insert=True)
    record(viewer, "consent.given", consent, about=about or None)
    return consent


@action("consent.refused")
def record_participation_refusal(
    viewer: Viewer,
    client: Client,
    *,
    refused_at: datetime,
    words: str,
    now: datetime,
    person: PersonAround | None = None,
) -> ParticipationConsent:
    """Records that consent to ongoing coordination was refused. Nothing about the client's services changes. (RO-10)

    Raises NotPermitted, RuleBroken without a word on who refused.
    """
    check_may(viewer, "consent.record", standing_of(viewer, client, now))
    if refused_at > now:
        raise RuleBroken("A refusal cannot lie in the future. Correct the date or the time.")
    if not words.strip() and person is None:
        raise RuleBroken("Say who refused.")
    consent = ParticipationConsent(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        answer="refused",
        person=person,
        given_at=refused_at,
    )
    consent.told_sealed = seal_json({"words": words.strip()}, told_label(consent))
    consent.save(force_insert=True)
    record(viewer, "consent.refused", consent)
    return consent


@action("consent.withdrawn")
def withdraw_participation(
    viewer: Viewer, consent: ParticipationConsent, *, now: datetime, why: str = "withdrawn"
) -> None:
    """Consent was withdrawn, by word of mouth or in writing: no further meeting of ongoing coordination rests on it.

    The coordinator is told. Raises NotPermitted, RuleBroken when it does not stand any more.
    """
    client = consent.client
    check_may(viewer, "consent.record", standing_of(viewer, client, now))
    held = ParticipationConsent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if held.answer != "given" or held.withdrawn_at is not None:
        raise RuleBroken("This consent does not stand any more.")
    held.withdrawn_at, held.withdrawn_by, held.ended_why = now, viewer.code, why
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "ended_why"])
    for case_code, coordinator in case_codes_of(client):
        if coordinator != viewer.code:
            notify([coordinator], "consent.withdrawn", case_code, now)
    record(viewer, "consent.withdrawn", held, subject=client.code, holder=client.holder)


@action("consent.alternative_recorded")
def record_legal_alternative(
    viewer: Viewer,
    client: Client,
    *,
    which: str,
    document: str,
    starts_at: datetime,
    now: datetime,
    ends_at: datetime | None = None,
    person: PersonAround | None = None,
    words: str = "",
) -> LegalAlternative:
    """Records what stands in place of a guardian's consent, with its document. (practice.md 4.2)

    `which` is a key of ALTERNATIVES. Raises NotPermitted, RuleBroken without a document, or for another parent who may
    not consent.
    """
    check_may(viewer, "consent.record", standing_of(viewer, client, now))
    if which not in ALTERNATIVES:
        raise RuleBroken("Say what stands in place of consent: choose from the list.")
    if not document.strip():
        raise RuleBroken("Name the order, the proof of custody or the law that this rests on.")
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise RuleBroken("It must end in the future, or have no end. Correct the day.")
    if which == "other_parent":
        _check_signer(client, person)
    alternative = LegalAlternative(
        code=new_code(),
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    told = {
        "which": which,
        "document": document.strip(),
        "words": words.strip(),
        "person": person.code if person else "",
    }
    alternative.told_sealed = seal_json(told, told_label(alternative))
    alternative.save(force_insert=True)
    record(viewer, "consent.alternative_recorded", alternative, until=ends_at)
    return alternative


@action("consent.alternative_ended")
def end_legal_alternative(viewer: Viewer, alternative: LegalAlternative, *, now: datetime) -> None:
    """What stood in place of consent stands no more. Raises NotPermitted."""
    check_may(viewer, "consent.record", standing_of(viewer, alternative.client, now))
    held = LegalAlternative.objects.select_for_update(of=("self",)).get(pk=alternative.pk)
    if held.ended_at is None:
        held.ended_at, held.ended_by = now, viewer.code
        held.save(update_fields=["ended_at", "ended_by"])
    record(viewer, "consent.alternative_ended", alternative)


def _check_signer(client: Client, person: PersonAround | None) -> None:
    """Whoever consents for a child is on record, and nothing is alleged of them. (RO-8)"""
    if person is None or person.client_id != client.pk:
        raise RuleBroken("Choose who consents from the people around this client, or add the person first.")
    person.client = client
    flags = flags_of([person])[person.pk]
    if flags.keeps_from_signing:
        raise RuleBroken(
            "This person is alleged to have done harm or is under investigation, and may not consent. "
            "Record what stands in place of consent."
        )
    if not flags.is_cleared:
        raise RuleBroken("Settle first whether anything is alleged of this person. Unknown is not enough.")
