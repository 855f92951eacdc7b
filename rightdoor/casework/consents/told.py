"""What the records of this slice say, as plain data: what acts take, and what is sealed as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rightdoor.casework.consents.choices import FLAGS


@dataclass(frozen=True, slots=True)
class PersonWho:
    """Who a person around the client is. `relation` is a key of choices.RELATIONS."""

    name: str
    relation: str
    phone: str = ""
    address: str = ""

    def as_dict(self) -> dict[str, str]:
        """As JSON can write it."""
        return {"name": self.name, "relation": self.relation, "phone": self.phone, "address": self.address}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> PersonWho:
        """Back from `as_dict`."""
        return cls(**{key: str(told.get(key) or "") for key in ("name", "relation", "phone", "address")})


@dataclass(frozen=True, slots=True)
class Flags:
    """What is alleged of a person: yes, no, or None where nobody has established it."""

    alleged_exploiter: bool | None = None
    abuser_of_other_parent: bool | None = None
    under_investigation: bool | None = None
    no_contact: bool | None = None

    def as_dict(self) -> dict[str, bool | None]:
        """As JSON can write it."""
        return {name: getattr(self, name) for name in FLAGS}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any] | None) -> Flags:
        """Back from `as_dict`. What is missing, and what is no plain yes or no, is not established."""
        known = told or {}
        return cls(**{name: known.get(name) if isinstance(known.get(name), bool) else None for name in FLAGS})

    @property
    def keeps_from_signing(self) -> bool:
        """Somebody of whom one of the three is said may not sign; not established is asked about first."""
        return True in (self.alleged_exploiter, self.abuser_of_other_parent, self.under_investigation)

    @property
    def is_cleared(self) -> bool:
        """All three were asked and answered with no."""
        return (self.alleged_exploiter, self.abuser_of_other_parent, self.under_investigation) == (False, False, False)

    @property
    def keeps_from_contact(self) -> bool:
        """Never called, written to or told anything. (SR-41)"""
        return self.alleged_exploiter is True or self.no_contact is True


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature: as whom (choices.ROLES), by whom, when, how, and the paper that shows the right to sign."""

    role: str
    at: datetime
    name: str = ""
    person: str = ""  # code of a person around the client
    how: str = "paper"
    authority: str = ""

    def as_dict(self) -> dict[str, str]:
        """As JSON can write it."""
        return {
            "role": self.role,
            "at": self.at.isoformat(),
            "name": self.name,
            "person": self.person,
            "how": self.how,
            "authority": self.authority,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Signed:
        """Back from `as_dict`."""
        return cls(
            role=str(told["role"]),
            at=datetime.fromisoformat(told["at"]),
            **{key: str(told.get(key) or "") for key in ("name", "person", "how", "authority")},
        )


@dataclass(frozen=True, slots=True)
class ReleaseTold:
    """Everything that a release says. (practice.md 4.2)

    `route`: who has to sign (choices.ROUTES). `initials`: class -> initials, for the classes that need their own.
    `guardian_until`: until when a guardian's word counts, asked for where the birth date is not known.
    """

    route: str
    from_agency: str
    classes: tuple[str, ...]
    purpose: str
    expires_at: datetime | None
    to_agency: str = ""
    to_account: str = ""
    items: tuple[str, ...] = ()
    initials: Mapping[str, str] = field(default_factory=dict)
    how: tuple[str, ...] = ("written",)
    event: str = ""
    explained_by: str = ""
    language: str = ""
    understands_language: bool | None = None
    interpreter: str = ""
    interpreter_is_relative: bool | None = None
    risks: str = ""
    told_risks: bool | None = None
    told_right_to_revoke: bool | None = None
    told_not_required: bool | None = None
    told_redisclosure: bool | None = None
    intermediary_named: bool = False
    notice_attached: bool | None = None
    guardian_until: datetime | None = None
    emancipated_at: datetime | None = None
    copy_given: bool | None = None
    signatures: tuple[Signed, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON can write it; signatures stand in rows of their own."""
        return {
            "route": self.route,
            "from_agency": self.from_agency,
            "to_agency": self.to_agency,
            "to_account": self.to_account,
            "classes": list(self.classes),
            "items": list(self.items),
            "initials": dict(self.initials),
            "purpose": self.purpose,
            "how": list(self.how),
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "event": self.event,
            "explained_by": self.explained_by,
            "language": self.language,
            "understands_language": self.understands_language,
            "interpreter": self.interpreter,
            "interpreter_is_relative": self.interpreter_is_relative,
            "risks": self.risks,
            "told_risks": self.told_risks,
            "told_right_to_revoke": self.told_right_to_revoke,
            "told_not_required": self.told_not_required,
            "told_redisclosure": self.told_redisclosure,
            "intermediary_named": self.intermediary_named,
            "notice_attached": self.notice_attached,
            "guardian_until": self.guardian_until.isoformat() if self.guardian_until else None,
            "emancipated_at": self.emancipated_at.isoformat() if self.emancipated_at else None,
            "copy_given": self.copy_given,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], signatures: tuple[Signed, ...] = ()) -> ReleaseTold:
        """Back from `as_dict`."""
        known = dict(told)
        for name in ("expires_at", "guardian_until", "emancipated_at"):
            known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
        for name in ("classes", "items", "how"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known, signatures=signatures)
