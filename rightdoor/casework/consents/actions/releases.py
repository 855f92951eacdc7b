"""Acts on people around a client and on releases: recorded, suspended, resumed, revoked, ended by time.

Every change of a release acts on its ground in `clients` in the same transaction: from the next read on it counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from rightdoor.casework.clients.actions import end_ground, open_ground, resume_ground, suspend_ground
from rightdoor.casework.clients.models import Client
from rightdoor.casework.clients.queries import standing_of
from rightdoor.casework.consents.choices import HOW_REVOKED, RELATIONS
from rightdoor.casework.consents.models import PersonAround, Release, Signature
from rightdoor.casework.consents.queries import (
    case_codes_of,
    check_nobody_barred,
    dict_of,
    names_of,
    signers_of,
    told_of,
)
from rightdoor.casework.consents.register import WentOut, went_out_under
from rightdoor.casework.consents.rules import as_rule, birth_date_of, check_release
from rightdoor.casework.consents.sealed import flags_label, signature_label, told_label, who_label
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold
from rightdoor.domain.consent import ENDS_AT_EIGHTEEN, release_ground, why_suspend
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.notices.actions import notify
from rightdoor.foundation.once import own_code, sent_before
from rightdoor.foundation.sealing.seals import seal_many


@dataclass(frozen=True, slots=True)
class Revoked:
    """A release that was taken back, and everything that had gone out under it by then."""

    release: Release
    went_out: tuple[WentOut, ...]


@action("client.relation_recorded")
def record_person(viewer: Viewer, client: Client, *, who: PersonWho, flags: Flags, now: datetime) -> PersonAround:
    """Puts a person around the client on record: who it is, and what is alleged. (SR-41)

    Raises NotPermitted, RuleBroken without a name or a relation.
    """
    check_may(viewer, "person_around.record", standing_of(viewer, client, now))
    _check_who(who)
    person = PersonAround(code=new_code(), client=client, recorded_at=now, recorded_by=viewer.code, changed_at=now)
    _seal_person(person, who, flags)
    person.save(force_insert=True)
    record(viewer, "client.relation_recorded", person, classes=("ID", "OFF"))
    return person


@action("client.relation_changed")
def change_person(viewer: Viewer, person: PersonAround, *, who: PersonWho, now: datetime) -> None:
    """Changes who a person is; what is alleged stays. Raises NotPermitted, RuleBroken."""
    check_may(viewer, "person_around.record", standing_of(viewer, person.client, now))
    _check_who(who)
    (person.who_sealed,) = seal_many([(_json(who.as_dict()), who_label(person))])
    person.changed_at = now
    person.save(update_fields=["who_sealed", "changed_at"])
    record(viewer, "client.relation_changed", person, classes=("ID",))


@action("client.person_flagged")
def flag_person(viewer: Viewer, person: PersonAround, *, flags: Flags, now: datetime) -> list[Release]:
    """Settles what is alleged of a person. Every release that this person signed is suspended at once. (RO-8)

    A release stays suspended until somebody has checked it. The coordinator is told. Returns what was suspended.
    Raises NotPermitted.
    """
    check_may(viewer, "person_around.record", standing_of(viewer, person.client, now))
    held = PersonAround.objects.select_for_update(of=("self",)).select_related("client").get(pk=person.pk)
    (held.flags_sealed,) = seal_many([(_json(flags.as_dict()), flags_label(held))])
    held.changed_at = now
    held.save(update_fields=["flags_sealed", "changed_at"])
    person.flags_sealed, person.changed_at = held.flags_sealed, now
    suspended = []
    signed = Release.objects.filter(pk__in=Signature.objects.filter(person=held).values("release"), ended_at=None)
    for release in signed.select_for_update(of=("self",)).select_related("client").order_by("pk"):
        told = told_of(release)
        flagged = frozenset({held.code}) if flags.keeps_from_signing else frozenset[str]()
        stands = told is not None and not why_suspend(as_rule(told, dict_of(signers_of(held.client, told))), flagged)
        if release.suspended_at is None and not stands:
            _suspend(viewer, release, "flag", now)
            suspended.append(release)
    record(viewer, "client.person_flagged", held, classes=("OFF",), suspended=len(suspended))
    return suspended


@action("release.custody_changed")
def custody_changed(viewer: Viewer, client: Client, *, now: datetime) -> list[Release]:
    """Custody has changed: every release that a guardian or custodian signed is suspended until checked. (RO-11)"""
    check_may(viewer, "release.record", standing_of(viewer, client, now))
    suspended = []
    rows = Release.objects.select_for_update(of=("self",)).select_related("client")
    for release in rows.filter(client=client, ended_at=None, suspended_at=None, expires_at__gt=now).order_by("pk"):
        told = told_of(release)
        if told is None or told.route in ENDS_AT_EIGHTEEN:
            _suspend(viewer, release, "custody", now)
            suspended.append(release)
    record(
        viewer, "release.custody_changed", client, subject=client.code, holder=client.holder, suspended=len(suspended)
    )
    return suspended


@action("release.signed")
def record_release(viewer: Viewer, client: Client, *, told: ReleaseTold, now: datetime, code: str = "") -> Release:
    """Puts a signed release in force: one discloser, one recipient, listed classes, a purpose, an end. (RO-1 to RO-11)

    Writes the ground on which `decide()` opens what is listed, and nothing else. `code` may be fixed by a form: sent
    twice, the release stands once. Raises NotPermitted, and RuleBroken with the first thing that the form lacks.
    """
    check_may(viewer, "release.record", standing_of(viewer, client, now))
    code = own_code(viewer, Release, client.code, code)
    again = sent_before(Release.objects.filter(client=client, recorded_by=viewer.code), code)
    if again is not None:
        record(viewer, "release.signed", again, repeated=True)
        return again
    signers = signers_of(client, told)
    code = code or new_code()
    form = as_rule(told, dict_of(signers), birth_date_of(viewer, client, now), code=code)
    check_release(form, now)
    check_nobody_barred(client, names_of({told.to_account}).values())
    ground = release_ground(form)
    release = Release(
        code=code,
        client=client,
        recorded_at=now,
        recorded_by=viewer.code,
        from_agency=told.from_agency,
        to_agency="" if told.to_account else told.to_agency,
        to_account=told.to_account,
        starts_at=ground.starts_at,
        expires_at=ground.ends_at,
    )
    by_code = {one.code: one for one, _ in signers}
    signatures = [
        Signature(release=release, number=number, person=by_code.get(signed.person), signed_at=signed.at)
        for number, signed in enumerate(told.signatures, start=1)
    ]
    release.told_sealed, *sealed = seal_many(
        [
            (_json(told.as_dict()), told_label(release)),
            *[
                (_json(signed.as_dict()), signature_label(row))
                for row, signed in zip(signatures, told.signatures, strict=True)
            ],
        ]
    )
    release.save(force_insert=True)
    for row, blob in zip(signatures, sealed, strict=True):
        row.release, row.told_sealed = release, blob
    Signature.objects.bulk_create(signatures)
    open_ground(
        viewer,
        client,
        kind="ROI",
        code=release.code,
        from_agency=ground.from_agency,
        to_agency=ground.to_agency,
        to_account=ground.to_account,
        classes=ground.classes,
        items=ground.items,
        initialled=ground.initialled,
        names_intermediary=ground.names_intermediary,
        minor_signed=ground.minor_signed,
        starts_at=ground.starts_at,
        ends_at=ground.ends_at,
        now=now,
    )
    record(viewer, "release.signed", release, ground=release.code, until=release.expires_at)
    return release


@action("release.withdrawn")
def revoke_release(
    viewer: Viewer, release: Release, *, how: str, now: datetime, said_by: str = "", words: str = ""
) -> Revoked:
    """Takes a release back, by word of mouth or in writing, at once. Nothing is asked but how. (RO-9)

    Future sharing stops; what went out stays with whoever has it, and is listed. Raises NotPermitted, RuleBroken for a
    release that has ended.
    """
    check_may(viewer, "release.revoke", standing_of(viewer, release.client, now))
    if how not in HOW_REVOKED:
        raise RuleBroken("Say whether it was taken back by word of mouth or in writing.")
    held = _held(release)
    if held.ended_at is not None:
        raise RuleBroken("This release has ended already. Nothing is shared on it.")
    _end(viewer, held, "revoked", now)
    held.revoked_how = how
    held.save(update_fields=["revoked_how"])
    went_out = tuple(went_out_under(viewer, held, now))
    record(viewer, "release.withdrawn", held, ground=held.code, how=how, went_out=len(went_out))
    return Revoked(held, went_out)


@action("release.resumed")
def resume_after_check(viewer: Viewer, release: Release, *, now: datetime) -> None:
    """Lets a suspended release hold again after somebody has checked it: the same rules are asked anew. (RO-8, RO-11)

    Raises NotPermitted, RuleBroken while a rule stands against it.
    """
    check_may(viewer, "release.record", standing_of(viewer, release.client, now))
    held = _held(release)
    if held.ended_at is not None or now >= held.expires_at:
        raise RuleBroken("This release has ended. Ask for a new one.")
    if held.suspended_at is None:
        raise RuleBroken("This release holds already.")
    told = told_of(held)
    if told is None:
        raise RuleBroken("What this release says can no longer be read. Ask for a new one.")
    signers = dict_of(signers_of(held.client, told))
    check_release(as_rule(told, signers, birth_date_of(viewer, held.client, now), code=held.code), now)
    held.suspended_at, held.suspended_why = None, ""
    held.save(update_fields=["suspended_at", "suspended_why"])
    resume_ground(viewer, held.client, code=held.code, now=now)
    record(viewer, "release.resumed", held, ground=held.code)


@action("release.ended")
def end_release(viewer: Viewer, release: Release, *, why: str, now: datetime) -> None:
    """Ends a release by time: it expired, or the client came of age. For the installation's clocks. (RO-11, SR-44)"""
    check_may(viewer, "release.end", None)
    held = _held(release)
    if held.ended_at is None:
        _end(viewer, held, why, now)
        if why == "of_age":
            _tell(held.client, "release.of_age", now)
    record(viewer, "release.ended", held, ground=held.code, why=why)


@action("record.printed")
def note_form_printed(
    viewer: Viewer, client: Client, *, case_code: str, what: str, language: str, now: datetime
) -> None:
    """The viewer took a printed copy of a release or of the register. Raises NotPermitted."""
    check_may(viewer, "consent.read", standing_of(viewer, client, now))
    record(
        viewer,
        "record.printed",
        client,
        code=case_code,
        subject=client.code,
        holder=client.holder,
        classes=("CORE",),
        basis="own",
        what=what,
        language=language,
    )


def _suspend(viewer: Viewer, release: Release, why: str, now: datetime) -> None:
    release.suspended_at, release.suspended_why = now, why
    release.save(update_fields=["suspended_at", "suspended_why"])
    suspend_ground(viewer, release.client, code=release.code, now=now)
    _tell(release.client, "release.suspended", now)
    record(viewer, "release.suspended", release, ground=release.code, why=why)


def _end(viewer: Viewer, release: Release, why: str, now: datetime) -> None:
    release.ended_at, release.ended_why, release.ended_by = now, why, viewer.code
    release.suspended_at, release.suspended_why = None, ""
    release.save(update_fields=["ended_at", "ended_why", "ended_by", "suspended_at", "suspended_why"])
    end_ground(viewer, release.client, code=release.code, now=now)


def _held(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",)).select_related("client").get(pk=release.pk)


def _tell(client: Client, kind: str, now: datetime) -> None:
    for case_code, coordinator in case_codes_of(client):
        notify([coordinator], kind, case_code, now)


def _check_who(who: PersonWho) -> None:
    if not who.name.strip():
        raise RuleBroken("Give the name of this person, or the words by which the client knows them.")
    if who.relation not in RELATIONS:
        raise RuleBroken("Choose how this person stands to the client.")


def _seal_person(person: PersonAround, who: PersonWho, flags: Flags) -> None:
    who = replace(who, name=who.name.strip())
    person.who_sealed, person.flags_sealed = seal_many(
        [(_json(who.as_dict()), who_label(person)), (_json(flags.as_dict()), flags_label(person))]
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
