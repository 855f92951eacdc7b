"""A release as the domain asks for it: the form, the flags of who signed, the birth date, the pack's numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from rightdoor.casework.clients.disclosure import open_identity
from rightdoor.casework.clients.models import Client
from rightdoor.casework.consents.choices import NEVER, RELEASABLE
from rightdoor.casework.consents.told import Flags, ReleaseTold
from rightdoor.domain import consent as rule
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer
from rightdoor.foundation.jurisdiction.active import active_pack, zone

_CLASS = re.compile(r"\b(" + "|".join(sorted({*RELEASABLE, *NEVER}, key=len, reverse=True)) + r")\b")


def release_rule() -> rule.ReleaseRule:
    """The state's numbers: how long, and what a minor may release alone."""
    sharing = active_pack().sharing
    return rule.ReleaseRule(sharing.release.default_days, sharing.release.cap_days, frozenset(sharing.minor_alone))


def as_rule(
    told: ReleaseTold, flags: Mapping[str, Flags], birth_on: date | None = None, *, code: str = ""
) -> rule.Release:
    """The form with what is known of its signers. `flags`: code of a person around the client -> what is alleged.

    What the form does not say, and a signer of whom nothing is known, counts as not established.
    """
    return rule.Release(
        code=code,
        route=told.route,  # type: ignore[arg-type]  # the domain refuses what is not in its list
        from_agency=told.from_agency,
        to_agency=told.to_agency,
        to_account=told.to_account,
        classes=frozenset(told.classes),
        items=frozenset(told.items),
        purpose=told.purpose,
        signers=tuple(
            _signer(signed.role, signed.at, signed.person, signed.authority, flags) for signed in told.signatures
        ),
        expires_at=told.expires_at,
        expires_on=told.event,
        initialled=frozenset(klass for klass, written in told.initials.items() if written.strip()),
        names_intermediary=told.intermediary_named,
        redisclosure_notice=told.notice_attached,
        how=", ".join(told.how),
        explained_by=told.explained_by,
        language=told.language,
        is_understood=told.understands_language,
        interpreter=told.interpreter,
        interpreter_is_relative=told.interpreter_is_relative,
        risks_explained=told.told_risks,
        told_right_to_revoke=told.told_right_to_revoke,
        told_not_required=told.told_not_required,
        copy_offered=told.copy_given,
        of_age_at=None if birth_on is None else rule.eighteen_at(birth_on, zone()),
        guardian_until=rule.guardian_counts_until(birth_on, zone(), told.guardian_until),
        emancipated_at=told.emancipated_at,
    )


def faults_of(form: rule.Release, now: datetime) -> list[rule.ReleaseFault]:
    """Everything that keeps a release from being recorded, with the kinds of record in words."""
    return [
        rule.ReleaseFault(fault.field, in_words(fault.sentence), fault.rule)
        for fault in rule.release_faults(form, release_rule(), now)
    ]


class ReleaseRefused(RuleBroken):
    """What stands against a release, field by field."""

    def __init__(self, faults: list[rule.ReleaseFault]) -> None:
        super().__init__(" ".join(dict.fromkeys(fault.sentence for fault in faults)))
        self.faults = faults


def check_release(form: rule.Release, now: datetime) -> None:
    """Raises ReleaseRefused, a RuleBroken, with a sentence for each thing that stands against it."""
    found = faults_of(form, now)
    if found:
        raise ReleaseRefused(found)


def birth_date_of(viewer: Viewer, client: Client, now: datetime) -> date | None:
    """The client's birth date, for the rule of age; None where it is not known. Recorded as a reading."""
    return open_identity(viewer, client, now, "release").who.birth_on


def why_may_not_sign(role: str, flags: Flags | None, authority: str = "named") -> str:
    """Why a person may not sign, in a sentence; "" when nothing stands against it."""
    known = {"": flags} if flags else {}
    return rule.why_may_not_sign(_signer(role, None, "", authority, known))


def in_words(sentence: str) -> str:
    """A sentence of the rules with the names of classes as people say them."""
    return _CLASS.sub(lambda found: _quoted(found.group()), sentence)


def _quoted(klass: str) -> str:
    return f"“{RELEASABLE.get(klass) or NEVER[klass]}”"


def _signer(role: str, at: datetime | None, person: str, authority: str, flags: Mapping[str, Flags]) -> rule.Signer:
    known = flags.get(person, Flags())
    # An agency with custody signs through its staff: nobody of whom something could be alleged, but it needs its proof.
    is_agency = role == "custodian" and not person
    return rule.Signer(
        role=role,  # type: ignore[arg-type]  # the domain asks for the roles that it knows
        signed_at=at,
        code=person,
        authority=authority,
        alleged_perpetrator=False if is_agency else known.alleged_exploiter,
        abuser_of_minor=False if is_agency else known.alleged_exploiter,
        abuser_of_other_parent=False if is_agency else known.abuser_of_other_parent,
        under_investigation=False if is_agency else known.under_investigation,
    )
