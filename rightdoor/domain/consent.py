"""Consent of two kinds: to take part in ongoing coordination, which opens meetings; and a release, which opens records.

An emergency staffing needs no consent; ongoing coordination does. Where the guardian is the alleged trafficker,
cannot be found or refuses, another lawful basis may take its place, and the record says which. A release names one
discloser, one recipient, the classes, a purpose and an end; whoever may have harmed the child signs none. Neither is
ever a condition of help. (Roadmap, ongoing case coordination; practice.md 4.2, RO-1 to RO-11)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from .confidentiality import CLASSES, OWN_OR_NOTHING, SPECIAL, WITHOUT_PERSONS, Ground, Item, release_lacks
from .errors import RuleBroken

# Who or what the consent to coordination rests on.
BASES = ("guardian", "other_parent", "state_custody", "court_order", "minor_alone", "client")
WITHOUT_A_SIGNER = frozenset({"state_custody", "court_order"})

# --- consent to ongoing coordination --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParticipationConsent:
    """A consent as it is on record. `signer_alleged`: is the signer alleged to have harmed the child or the other
    parent?

    None there means that nobody has asked, and such a consent opens nothing. `expires_at` None: until withdrawn.
    """

    basis: str
    given_at: datetime
    signer_alleged: bool | None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Given, not expired, not withdrawn, on a basis that exists, and not signed by somebody who may have
        done harm.
        """
        if self.basis not in BASES or self.given_at > now:
            return False
        # A court or the state's custody is nobody's signature, so nobody's signature can spoil it.
        if self.basis not in WITHOUT_A_SIGNER and self.signer_alleged is not False:
            return False
        if self.withdrawn_at is not None and self.withdrawn_at <= now:
            return False
        return self.expires_at is None or now < self.expires_at


# What may take the place of the guardian's consent, and what its record must name. "none": none of them applies.
ALTERNATIVES = {
    "other_parent": "the other parent, who is not alleged to have done harm",
    "state_custody": "the order or document that gives custody",
    "court_order": "the court's order",
    "minor_alone": "the law that lets the minor consent alone",
    "none": "",
}


@dataclass(frozen=True, slots=True)
class LegalAlternative:
    """What stands in place of a guardian's consent. `document` names the order, the proof of custody or the law.

    `signer_alleged` is asked of the other parent alone; None means that nobody has asked.
    """

    kind: str
    starts_at: datetime
    document: str = ""
    signer_alleged: bool | None = None
    ends_at: datetime | None = None
    ended_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Of a kind that exists, begun, not over, with what it rests on."""
        if self.kind not in ALTERNATIVES or self.kind == "none" or now < self.starts_at:
            return False
        if self.kind == "other_parent":
            if self.signer_alleged is not False:
                return False
        elif not self.document.strip():
            return False
        return all(end is None or now < end for end in (self.ends_at, self.ended_at))


def check_may_hold_ongoing_staffing(consent: ParticipationConsent | None, now: datetime) -> None:
    """Ongoing coordination needs consent, or what the law puts in its place; an emergency staffing does not.
    Raises RuleBroken.
    """
    if consent is None or not consent.is_in_force(now):
        raise RuleBroken(
            "Record consent to ongoing coordination first, or what stands in its place. "
            "Until then, meet as an emergency staffing."
        )


def check_may_leave_investigative_mode(
    consent: ParticipationConsent | None, alternatives: Sequence[LegalAlternative], now: datetime
) -> str:
    """The basis on which the case goes on in ongoing mode: "consent", or the kind of alternative. Raises RuleBroken.

    Without one the case stays in investigative mode with the least that is needed. (practice.md 4.2)
    """
    if consent is not None and consent.is_in_force(now):
        return "consent"
    for alternative in alternatives:
        if alternative.is_in_force(now):
            return alternative.kind
    raise RuleBroken(
        "The case stays in investigative mode: no consent to ongoing coordination is in force, and nothing stands in "
        "its place. Record the consent, or the other parent, custody, court order or law that stands in for it."
    )


# --- releases -------------------------------------------------------------------------------------------------------

Route = Literal["self", "minor_and_guardian", "minor_alone", "custodian"]
Role = Literal["client", "guardian", "custodian", "witness"]
ROUTES = ("self", "minor_and_guardian", "minor_alone", "custodian")
# Which signatures each way of signing needs. (RO-7)
REQUIRED: dict[str, tuple[Role, ...]] = {
    "self": ("client",),
    "minor_and_guardian": ("client", "guardian"),
    "minor_alone": ("client",),
    "custodian": ("custodian",),
}
ENDS_AT_EIGHTEEN = frozenset({"minor_and_guardian", "custodian"})
# A client cannot release these through the platform: privileged, about staff, or somebody else's secret.
NEVER_RELEASED = OWN_OR_NOTHING | {"PERF", "REP"}
RELEASABLE = CLASSES - NEVER_RELEASED - WITHOUT_PERSONS
BY_THE_CHILD_ALONE = frozenset({"FINS"})  # whoever else signs, the child's own signature must be there
ADULT_AT = 18


@dataclass(frozen=True, slots=True)
class Signer:
    """One who signed, or must. `code` tells people apart and is empty for the client.

    The four flags are those of RO-8; None: not established, and then the person does not sign. `authority` names the
    document that gives custody.
    """

    role: Role
    signed_at: datetime | None = None
    code: str = ""
    authority: str = ""
    alleged_perpetrator: bool | None = None
    abuser_of_minor: bool | None = None
    abuser_of_other_parent: bool | None = None
    under_investigation: bool | None = None


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """The pack's numbers: days by default and at most, and the classes that a minor may release alone."""

    default_days: int = 30
    cap_days: int = 365
    minor_alone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Release:
    """A release as the form has it. What is None was not established, and then the release opens nothing.

    `of_age_at`: the eighteenth birthday, None where it is not established. `guardian_until`: the moment at which a
    guardian's signature stops to count: that birthday, or where it is not known a day that the caller chose
    (`guardian_counts_until`). `expires_on`: an event in words,
    which never stands alone. `custody_changed_at` suspends a release that rests on custody until it is checked again.
    """

    code: str
    route: Route
    from_agency: str
    classes: frozenset[str]
    purpose: str
    signers: tuple[Signer, ...]
    expires_at: datetime | None
    to_agency: str = ""
    to_account: str = ""
    items: frozenset[str] = frozenset()
    expires_on: str = ""
    is_mutual: bool = False
    initialled: frozenset[str] = frozenset()
    names_intermediary: bool = False
    redisclosure_notice: bool | None = None
    how: str = ""
    explained_by: str = ""
    language: str = ""
    is_understood: bool | None = None
    interpreter: str = ""
    interpreter_is_relative: bool | None = None
    risks_explained: bool | None = None
    told_right_to_revoke: bool | None = None
    told_not_required: bool | None = None
    copy_offered: bool | None = None
    of_age_at: datetime | None = None
    guardian_until: datetime | None = None
    emancipated_at: datetime | None = None
    custody_changed_at: datetime | None = None
    suspended_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def signed_at(self) -> datetime | None:
        """When the last required signature was given; None while one is missing, or where the client signed as an
        adult and nothing shows that the client was one.
        """
        given: list[datetime] = []
        for role in REQUIRED.get(self.route, ()):
            moments = [signer.signed_at for signer in self.signers if signer.role == role and not _bars(signer)]
            known = [moment for moment in moments if moment is not None]
            if not known:
                return None
            given.append(min(known))
        last = max(given, default=None)
        if self.route == "self" and last is not None and not _is_of_age(self, last):
            return None
        return last

    @property
    def minor_signed(self) -> bool:
        """Did the client sign?"""
        return any(signer.role == "client" and signer.signed_at is not None for signer in self.signers)

    @property
    def ends_at(self) -> datetime | None:
        """When it stops to open anything: its expiry, or the guardian's word before that. None: it opens nothing."""
        ends = [self.expires_at]
        if self.route in ENDS_AT_EIGHTEEN:
            ends.append(self.guardian_until)
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None
        if self.route in ENDS_AT_EIGHTEEN and self.emancipated_at is not None:
            known.append(self.emancipated_at)
        return min(known)


@dataclass(frozen=True, slots=True)
class ReleaseFault:
    """What is wrong with a release: the field of the form, the sentence, and the rule it breaks."""

    field: str
    sentence: str
    rule: str


def why_may_not_sign(signer: Signer) -> str:
    """Why this person may not sign a release; "" when nothing stands against it. (RO-8, SR-41)"""
    return _bars(signer)


def _bars(signer: Signer) -> str:
    if signer.role in ("client", "witness"):
        return ""
    flags = (
        signer.alleged_perpetrator,
        signer.abuser_of_minor,
        signer.abuser_of_other_parent,
        signer.under_investigation,
    )
    if True in flags:
        return "This person may not sign: harm to the child or the other parent is alleged, or under investigation."
    if None in flags:
        return "Find out first whether this person is alleged to have done harm. Until then, somebody else signs."
    if signer.role == "custodian" and not signer.authority.strip():
        return "Name the document that gives custody. Without it, custody is not proved."
    return ""


def eighteen_at(birth_on: date, zone: tzinfo) -> datetime:
    """The first moment of the eighteenth birthday, by the state's clock. Born on February 29: March 1."""
    year = birth_on.year + ADULT_AT
    try:
        day = birth_on.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return datetime.combine(day, time(), tzinfo=zone)


def guardian_counts_until(birth_on: date | None, zone: tzinfo, otherwise: datetime | None) -> datetime | None:
    """Until when a guardian's signature counts: the eighteenth birthday, or `otherwise` where that is not known.

    None when neither is known: then nothing rests on the guardian. (RO-11)
    """
    return otherwise if birth_on is None else eighteen_at(birth_on, zone)


def release_faults(release: Release, rule: ReleaseRule, now: datetime) -> list[ReleaseFault]:
    """Everything that keeps this release from being recorded, field by field; empty when it may be."""
    return [
        *_faults_of_parties(release),
        *_faults_of_scope(release),
        *_faults_of_signers(release, rule, now),
        *_faults_of_time(release, rule, now),
        *_faults_of_telling(release),
    ]


def check_release(release: Release, rule: ReleaseRule, now: datetime) -> None:
    """Raises RuleBroken with a sentence for each thing that keeps the release from being recorded. (RO-1 to RO-8)"""
    found = release_faults(release, rule, now)
    if found:
        raise RuleBroken(" ".join(fault.sentence for fault in found))


def is_valid(
    release: Release, now: datetime, item: Item, frm: str, to: str, rule: ReleaseRule | None = None
) -> tuple[bool, str]:
    """Does the release let `frm` show `item` to `to` (an agency or a person) at `now`? With the reason if not.

    Without the pack's `rule` the cap is a year and no minor releases anything alone. This is practice.md's
    `roi_valid`; the decision itself asks the ground that `release_ground` makes of the release.
    """
    reason = (
        _not_in_force(release, now)
        or _not_as_the_pack_says(release, rule or ReleaseRule())
        or _not_in_scope(release, item, frm, to)
    )
    if not reason:
        reason = release_lacks(release_ground(release), item, item.data_class == "SUD")
    return not reason, reason or "The release covers this."


def release_ground(release: Release) -> Ground:
    """The ground that the decision asks. A release that lacks a signature or an end becomes one that opens nothing."""
    signed_at, ends_at = release.signed_at, release.ends_at
    flagged = any(signer.signed_at is not None and _bars(signer) for signer in release.signers)
    own_word = frozenset[str]() if release.minor_signed else BY_THE_CHILD_ALONE
    moved = release.route in ENDS_AT_EIGHTEEN and release.custody_changed_at is not None
    return Ground(
        kind="ROI",
        code=release.code,
        classes=(release.classes & RELEASABLE) - own_word if _was_told(release) else frozenset(),
        starts_at=signed_at or ends_at or _NEVER,
        ends_at=ends_at if signed_at is not None else None,
        to_agency=release.to_agency,
        to_account=release.to_account,
        from_agency=release.from_agency,
        items=release.items,
        suspended=flagged or moved or release.suspended_at is not None,
        ended_at=release.revoked_at,
        initialled=release.initialled,
        names_intermediary=release.names_intermediary,
        minor_signed=release.minor_signed,
    )


def why_suspend(release: Release, flagged: frozenset[str], *, custody_changed: bool = False) -> str:
    """Why a running release must be suspended now; "" when it goes on. `flagged`: codes of people with a new flag.

    Asked when a flag is set and when custody changes; the coordinator is told each time. (RO-8, RO-11)
    """
    signed = {signer.code for signer in release.signers if signer.code and signer.role in ("guardian", "custodian")}
    if signed & flagged or any(signer.signed_at is not None and _bars(signer) for signer in release.signers):
        return "flag"
    if custody_changed and release.route in ENDS_AT_EIGHTEEN:
        return "custody"
    return ""


def default_expiry(signed_at: datetime, rule: ReleaseRule) -> datetime:
    """What the form proposes. (RO-2)"""
    return signed_at + timedelta(days=rule.default_days)


_NEVER = datetime.max.replace(tzinfo=UTC)


def _faults_of_parties(release: Release) -> list[ReleaseFault]:
    found = []
    if not release.from_agency:
        found.append(ReleaseFault("from_agency", "Name the one agency that may disclose.", "RO-4"))
    if bool(release.to_agency) == bool(release.to_account):
        found.append(ReleaseFault("to_agency", "Name one recipient: an agency, or one person.", "RO-4"))
    if release.is_mutual or (release.from_agency and release.from_agency == release.to_agency):
        sentence = "A release goes one way. For the other way, write a second release."
        found.append(ReleaseFault("to_agency", sentence, "RO-4"))
    if not release.purpose.strip():
        found.append(ReleaseFault("purpose", "Say what the recipient needs it for.", "RO-1"))
    if "LOC" in release.classes and not release.to_account:
        sentence = "Where somebody is staying is released to one named person only. Choose the person."
        found.append(ReleaseFault("to_account", sentence, "RO-5"))
    return found


def _faults_of_scope(release: Release) -> list[ReleaseFault]:
    found = []
    if not release.classes or release.classes >= RELEASABLE or release.classes & {"*", "ALL"}:
        sentence = "Choose the kinds of records one by one. A release of all records is not valid."
        found.append(ReleaseFault("classes", sentence, "RO-3"))
    elif not release.classes <= CLASSES:
        unknown = ", ".join(sorted(release.classes - CLASSES))
        found.append(ReleaseFault("classes", f"{unknown} is no kind of record. Choose from the list.", "RO-3"))
    for name in sorted(release.classes & NEVER_RELEASED):
        sentence = f"{name} is never released here. Its holder and the client settle it outside, with counsel."
        found.append(ReleaseFault("classes", sentence, "RO-5"))
    for name in sorted(release.classes & SPECIAL - release.initialled):
        sentence = f"{name} needs initials of its own. Ask the signers to initial it, or leave it out."
        found.append(ReleaseFault("initialled", sentence, "RO-5"))
    if "SUD" in release.classes:
        if not release.names_intermediary:
            sentence = "Name the platform as the intermediary that passes the substance use record on."
            found.append(ReleaseFault("names_intermediary", sentence, "RO-5"))
        if release.redisclosure_notice is not True:
            sentence = "Attach the notice that the recipient may not pass the substance use record on."
            found.append(ReleaseFault("redisclosure_notice", sentence, "RO-5"))
    return found


def _faults_of_signers(release: Release, rule: ReleaseRule, now: datetime) -> list[ReleaseFault]:
    found = []
    if release.route not in REQUIRED:
        return [ReleaseFault("route", "Say who must sign: choose one of the ways in the list.", "RO-7")]
    for signer in release.signers:
        if barred := _bars(signer):
            found.append(ReleaseFault("signers", barred, "RO-8"))
        if signer.signed_at is not None and signer.signed_at > now:
            found.append(ReleaseFault("signers", "A signature cannot lie in the future. Correct its time.", "RO-1"))
    for role in REQUIRED[release.route]:
        if not any(signer.role == role and signer.signed_at is not None for signer in release.signers):
            found.append(ReleaseFault("signers", _MISSING[role], "RO-7"))
    if release.route == "minor_alone":
        for name in sorted(release.classes - rule.minor_alone):
            sentence = f"The minor may not release {name} alone: a parent, guardian or custodian signs, too."
            found.append(ReleaseFault("route", sentence, "RO-7"))
    if release.route != "self":
        for name in sorted(release.classes & BY_THE_CHILD_ALONE):
            if not release.minor_signed:
                sentence = f"{name} opens on the child's own signature or a court's order alone. Ask the child to sign."
                found.append(ReleaseFault("signers", sentence, "RO-7"))
    return found


_MISSING: dict[Role, str] = {
    "client": "The client's own signature is missing.",
    "guardian": "The signature of one parent or guardian is missing.",
    "custodian": "The signature of whoever has legal custody is missing.",
    "witness": "",
}


def _faults_of_time(release: Release, rule: ReleaseRule, now: datetime) -> list[ReleaseFault]:
    found = []
    if release.expires_at is None:
        said = "An event alone is no end. Add a date" if release.expires_on.strip() else "Write when the release ends"
        sentence = f"{said}; {rule.default_days} days is usual, {rule.cap_days} the most."
        return [ReleaseFault("expires_at", sentence, "RO-2")]
    signed_at = release.signed_at or now
    if release.expires_at <= now:
        found.append(ReleaseFault("expires_at", "The release would be over already. Write a later end.", "RO-1"))
    if release.expires_at > signed_at + timedelta(days=rule.cap_days):
        sentence = f"A release runs {rule.cap_days} days at most. Write an earlier end, and renew it when it is needed."
        found.append(ReleaseFault("expires_at", sentence, "RO-2"))
    if release.route in ENDS_AT_EIGHTEEN:
        if release.guardian_until is None:
            sentence = (
                "Write the birth date, or the day until which the guardian's word counts: it ends at "
                f"{ADULT_AT}, and nobody knows when that is."
            )
            found.append(ReleaseFault("guardian_until", sentence, "RO-11"))
        elif release.guardian_until <= now:
            sentence = f"The client is {ADULT_AT} or older. The client signs alone."
            found.append(ReleaseFault("route", sentence, "RO-11"))
        if release.emancipated_at is not None and release.emancipated_at <= now:
            found.append(ReleaseFault("route", "The client is emancipated and signs alone.", "RO-11"))
    if release.route == "self" and not _is_of_age(release, now):
        sentence = "Nothing shows that the client is of age or emancipated. A parent, guardian or custodian signs, too."
        found.append(ReleaseFault("route", sentence, "RO-7"))
    return found


def _is_of_age(release: Release, at: datetime) -> bool:
    """Established as of age, or emancipated, at this moment."""
    return any(moment is not None and moment <= at for moment in (release.of_age_at, release.emancipated_at))


def _faults_of_telling(release: Release) -> list[ReleaseFault]:
    found = []
    if not release.language.strip() or release.is_understood is not True:
        sentence = "Write in which language it was explained, and make sure that everybody who signs understands it."
        found.append(ReleaseFault("language", sentence, "RO-6"))
    if release.interpreter.strip() and release.interpreter_is_relative is not False:
        sentence = "A relative does not interpret here. Find another interpreter, and explain it again."
        found.append(ReleaseFault("interpreter", sentence, "RO-6"))
    told = (
        ("explained_by", bool(release.explained_by.strip()), "Write who explained the release."),
        ("how", bool(release.how.strip()), "Write how it will be told: spoken, written or through this system."),
        ("risks_explained", release.risks_explained, "Explain the risks and what else could be done, and note it."),
        (
            "told_right_to_revoke",
            release.told_right_to_revoke,
            "Say that it can be taken back at any time, and note it.",
        ),
        ("told_not_required", release.told_not_required, "Say that help does not depend on it, and note it."),
    )
    found += [ReleaseFault(name, sentence, "RO-6") for name, was, sentence in told if was is not True]
    return found


def _not_in_force(release: Release, now: datetime) -> str:
    signed_at = release.signed_at
    if signed_at is None or signed_at > now:
        return "A signature is missing, or nothing shows that the client was of age."
    ends_at = release.ends_at
    if ends_at is None:
        return "It has no end, so it opens nothing."
    if now >= ends_at:
        return "It has run out, or the client has come of age."
    if release.revoked_at is not None and release.revoked_at <= now:
        return "It was taken back."
    if release_ground(release).suspended:
        return "It is suspended until somebody has looked at it again."
    if not _was_told(release):
        return "It goes both ways, or nothing shows that it was explained in a language that the signers understand."
    return ""


def _was_told(release: Release) -> bool:
    is_own_language = bool(release.language.strip()) and release.is_understood is True
    return is_own_language and release.interpreter_is_relative is not True and not release.is_mutual


def _not_as_the_pack_says(release: Release, rule: ReleaseRule) -> str:
    if release.route == "minor_alone" and not release.classes <= rule.minor_alone:
        return "The minor may not release this alone."
    if release.signed_at and release.expires_at and release.expires_at > release.signed_at + timedelta(rule.cap_days):
        return "It was made for longer than a release may run."
    return ""


def _not_in_scope(release: Release, item: Item, frm: str, to: str) -> str:
    if item.data_class in NEVER_RELEASED or release.classes >= RELEASABLE:
        return "No release opens this here."
    if item.data_class not in release_ground(release).classes:
        return "It does not name this kind of record."
    if release.items and item.code not in release.items:
        return "It names other records of this kind."
    if not frm or frm != release.from_agency or frm != item.owner_agency:
        return "It lets another agency disclose."
    if not to or to not in (release.to_agency, release.to_account):
        return "It names another recipient."
    if item.data_class == "LOC" and to != release.to_account:
        return "A confidential place is opened to a named person only."
    return ""
