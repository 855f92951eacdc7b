"""What this slice itself adds to a case: its tabs, the flags of its head.

It speaks for consents, too: that slice stands below and does not know the parts of a case.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from rightdoor.casework.cases.models import Case, CaseTransfer, StatusDetermination, SystemsPart
from rightdoor.casework.cases.parts import Flag, Happenings, Look, Parts, Tab, lines
from rightdoor.casework.cases.queries import merges_on
from rightdoor.casework.clients.disclosure import may_read
from rightdoor.casework.consents.models import (
    CourtOrder,
    EmergencyGround,
    OutsideDisclosure,
    ParticipationConsent,
    Release,
    Subpoena,
)
from rightdoor.casework.consents.queries import ending_soon, warnings_of
from rightdoor.casework.referrals.models import Referral, TierChange
from rightdoor.domain.permission import may
from rightdoor.domain.sharing_matrix import CLASSES
from rightdoor.foundation.jurisdiction.active import active_pack


def _everybody(look: Look) -> bool:
    return True  # whoever may not know of the case was turned away before


def _reads_consents(look: Look) -> bool:
    return may(look.viewer, "consent.read", look.tie)


def _core_is_open(look: Look) -> bool:
    found = may_read(look.viewer, look.case.client, look.tie, "CORE", look.now, holder=look.case.holder)
    return found.allowed and not found.status_only


def sees_people_around(look: Look) -> bool:
    """Who is around the client is part of who the client is."""
    found = may_read(look.viewer, look.case.client, look.tie, "ID", look.now, holder=look.case.client.holder)
    return found.allowed and not found.status_only


def _whom_to_keep_away(look: Look) -> list[Flag]:
    """That somebody around the client is alleged, or must not be contacted: for whom that is open, without a name."""
    if not sees_people_around(look):
        return []
    said = warnings_of(look.viewer, look.case.client, look.now)
    url = f"/cases/{look.case.code}/people/"
    return [Flag(words, "late", url=url) for name, words in WARNINGS.items() if name in said]


def _what_ends(look: Look) -> list[Flag]:
    """A release that ends within the week."""
    if not _reads_consents(look):
        return []
    until = ending_soon(look.case.client, look.now)
    return [Flag("A release ends", "warning", until, f"/cases/{look.case.code}/consent/")] if until else []


def _kept_together(look: Look) -> list[Flag]:
    """That this entry and another are one child, for whoever may know of both."""
    found = []
    for merge in merges_on(look.viewer, look.case, look.now):
        leads = merge.leading_id == look.case.client_id
        other = merge.following if leads else merge.leading
        words = f"Kept together with {other.code}" if leads else f"Kept together with {other.code}, which leads"
        found.append(Flag(words, url=f"/merges/{merge.code}/"))
    return found


WARNINGS = {
    "alleged_exploiter": "Alleged exploiter near the client",
    "no_contact": "Somebody must not be contacted",
}

TABS = (
    Tab("general", "General", "", 0, _everybody),
    Tab("people", "People", "people/", 10, sees_people_around),
    Tab("team", "Team", "team/", 20, _core_is_open),
    Tab("consent", "Consent and releases", "consent/", 22, _reads_consents),
    Tab("disclosures", "Disclosures", "disclosures/", 24, _reads_consents),
)


def _received(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Referral.objects.filter(pk=case.referral_id)
    return lines(rows, at="received_at", kind="referral.received", klass="CORE", holder=case.holder, by="received_by")


def _tiers(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = TierChange.objects.filter(referral=case.referral_id).exclude(kind__in=["waits", "refused"])
    kind = Concat(Value("tier."), Cast(F("tier"), CharField()))
    return lines(rows, at="at", kind=kind, klass="CORE", holder=case.holder, about="referral__code", by="by")


def _opened(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Case.objects.filter(pk=case.pk)
    return lines(rows, at="opened_at", kind="case.opened", klass="CORE", holder=case.holder)


def _closed(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = Case.objects.filter(pk=case.pk)
    return lines(rows, at="closed_at", kind="case.closed", klass="CORE", holder=case.holder)


def _determined(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = StatusDetermination.objects.filter(case=case)
    return lines(rows, at="at", kind="status.determined", klass="CORE", holder=case.holder, by="by")


def _systems(case: Case) -> QuerySet[Any, dict[str, Any]]:
    kind = Concat(Value("systems."), F("data_class"))
    rows = SystemsPart.objects.filter(case=case)
    return lines(rows, at="at", kind=kind, klass=F("data_class"), holder=case.holder, by="by")


def _systems_of(klass: str) -> str:
    """What was answered about, for whom the class is open."""
    names = [str(one.label) for one in active_pack().systems if one.data_class == klass]
    return f"Systems involved: {', '.join(names)}" if names else "Systems involved"


def _offered(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = CaseTransfer.objects.filter(case=case)
    return lines(rows, at="asked_at", kind="transfer.asked", klass="CORE", holder=case.holder, by="asked_by")


def _answered(case: Case) -> QuerySet[Any, dict[str, Any]]:
    rows = CaseTransfer.objects.filter(case=case)
    kind = Concat(Value("transfer."), F("state"))
    return lines(rows, at="answered_at", kind=kind, klass="CORE", holder=case.holder, by="answered_by")


def _about_client(model: type[Any], kind: str | Combinable, at: str = "recorded_at", by: str = "recorded_by") -> Any:
    """Lines of a table of consents: about the client, whichever case."""

    def rows(case: Case) -> QuerySet[Any, dict[str, Any]]:
        return lines(
            model.objects.filter(client=case.client_id),
            at=at,
            kind=kind,
            klass="CORE",
            holder=case.client.holder,
            by=by,
        )

    return rows


def _consents(kind: str, about: str) -> str:
    place = {"release": "releases", "order": "orders", "subpoena": "subpoenas", "told": "disclosures"}
    first = kind.partition(".")[0]
    return f"/{place[first]}/{about}/" if first in place else ""


def _nowhere(kind: str, about: str) -> str:
    return ""


HAPPENINGS = (
    Happenings(_received, {"referral.received": "Referral received"}, _nowhere, "Referral"),
    Happenings(
        _tiers,
        {f"tier.{number}": f"Response tier set to {number}" for number in range(1, 10)},
        _nowhere,
        "Referral",
    ),
    Happenings(_opened, {"case.opened": "Case opened"}, _nowhere),
    Happenings(_offered, {"transfer.asked": "Case offered to another team"}, _nowhere),
    Happenings(
        _answered,
        {
            "transfer.accepted": "Case taken over by another team",
            "transfer.declined": "Offer of the case declined",
            "transfer.withdrawn": "Offer of the case taken back",
        },
        _nowhere,
    ),
    Happenings(_closed, {"case.closed": "Case closed"}, _nowhere),
    Happenings(_determined, {"status.determined": "Victim status determined"}, _nowhere),
    Happenings(_systems, {f"systems.{klass}": partial(_systems_of, klass) for klass in CLASSES}, _nowhere),
)

CONSENTS = tuple(
    Happenings(rows, words, _consents, "Consent", act="consent.read")
    for rows, words in (
        (_about_client(Release, "release.signed"), {"release.signed": "Release recorded"}),
        (
            _about_client(Release, Concat(Value("release."), F("ended_why")), "ended_at", "ended_by"),
            {
                "release.revoked": "Release taken back",
                "release.expired": "Release ran out",
                "release.of_age": "Release ended: the client came of age",
                "release.closed": "Release ended with the case",
            },
        ),
        (
            _about_client(ParticipationConsent, Concat(Value("consent."), F("answer"))),
            {
                "consent.given": "Consent to coordination recorded",
                "consent.refused": "Refusal of coordination recorded",
            },
        ),
        (
            _about_client(ParticipationConsent, "consent.ended", "withdrawn_at", "withdrawn_by"),
            {"consent.ended": "Consent to coordination ended"},
        ),
        (_about_client(CourtOrder, "order.recorded"), {"order.recorded": "Court order recorded"}),
        (_about_client(Subpoena, "subpoena.received"), {"subpoena.received": "Subpoena recorded"}),
        (_about_client(EmergencyGround, "emergency.opened"), {"emergency.opened": "Records opened in an emergency"}),
        (_about_client(OutsideDisclosure, "told.recorded"), {"told.recorded": "Something told outside recorded"}),
    )
)

OWN = Parts(tabs=TABS, happenings=HAPPENINGS + CONSENTS, flags=(_whom_to_keep_away, _what_ends, _kept_together))
