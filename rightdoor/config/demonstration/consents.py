"""Consents and releases for a share of the invented cases: in force, ending, taken back, suspended.

Consent to coordination, and its refusal, come from the staffings themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from rightdoor.casework.cases.actions import enter_ongoing_coordination
from rightdoor.casework.cases.models import Case
from rightdoor.casework.consents.actions.coordination import record_participation_consent
from rightdoor.casework.consents.actions.disclosures import record_outside_disclosure
from rightdoor.casework.consents.actions.orders import OrderTold, record_court_order, record_subpoena
from rightdoor.casework.consents.actions.releases import flag_person, record_person, record_release, revoke_release
from rightdoor.casework.consents.models import PersonAround
from rightdoor.casework.consents.queries import coordination_of
from rightdoor.casework.consents.told import Flags, PersonWho, ReleaseTold, Signed
from rightdoor.config.demonstration.people import Member
from rightdoor.domain.permission import Viewer

SHARE = 0.3  # of the cases that go on
STORIES = ("in_force", "told_by_phone", "revoked", "suspended", "alleged")
CLEAR, ALLEGED = Flags(False, False, False, False), Flags(True, False, True, True)
MOTHERS, FATHERS = ("Maribel", "Odette", "Thuy", "Renata"), ("Anselm", "Bao", "Curtis", "Dario")
PURPOSES = (
    "To plan the way back to school.",
    "To bring both sides of the treatment together.",
    "So that the same story need not be told twice.",
)


def tell_consents(
    viewer: Viewer, case: Case, members: Sequence[Member], *, seed: str, is_first: bool, now: datetime
) -> str:
    """One of the stories for this case, if it is among the share; "" otherwise. The same seed tells the same story.

    The first case of a region tells of everything, so that whoever tries the program out finds it.
    """
    random = Random(f"consents {seed}")  # noqa: S311 - an invention, the same each time
    disclosers = _agencies(members, "medical", "child_welfare", "school")
    takers = _agencies(members, "therapist", "prosecutor", "victim_advocate", "local_law_enforcement")
    pairs = sorted({(one, other) for one in disclosers for other in takers if one and other and one != other})
    if not pairs or (random.random() >= SHARE and not is_first):
        return ""
    story, (from_agency, to_agency) = "everything" if is_first else random.choice(STORIES), random.choice(pairs)
    mother = _person(viewer, case, f"{random.choice(MOTHERS)} Exemplar", "mother", CLEAR, now)
    if story in {"alleged", "everything"}:
        _person(viewer, case, f"{random.choice(FATHERS)} Exemplar", "father", ALLEGED, now)
    told = ReleaseTold(
        route="minor_and_guardian",
        from_agency=from_agency,
        to_agency=to_agency,
        classes=("HLTH", "MH") if random.random() < 0.5 else ("HLTH",),
        initials={"MH": "E. E."},
        purpose=random.choice(PURPOSES),
        how=("spoken", "written"),
        expires_at=now + timedelta(days=random.choice((30, 30, 90, 180))),
        explained_by=viewer.name,
        language=random.choice(("en", "en", "es", "vi")),
        understands_language=True,
        risks="Others at the agency might come to know of it.",
        told_risks=True,
        told_right_to_revoke=True,
        told_not_required=True,
        told_redisclosure=True,
        guardian_until=now + timedelta(days=240),
        copy_given=True,
        signatures=(
            Signed("client", now, "Signed by hand"),
            Signed("guardian", now, "Signed by hand", mother.code),
        ),
    )
    release = record_release(viewer, case.client, told=told, now=now)
    if story == "everything":
        _tell_the_rest(viewer, case, mother, from_agency, to_agency, now)
    if story in {"told_by_phone", "everything"}:
        record_outside_disclosure(
            viewer,
            case.client,
            kind="spoken",
            from_agency=from_agency,
            to_agency=to_agency,
            to="The desk that answered",
            what="The day of the next appointment.",
            classes=("HLTH",),
            release=release,
            told_at=now,
            now=now,
        )
    elif story == "revoked":
        revoke_release(viewer, release, how=random.choice(("spoken", "written")), now=now)
    elif story == "in_force" and coordination_of(case.client, now).basis is not None:
        enter_ongoing_coordination(viewer, case, now)
    elif story == "suspended":
        flag_person(viewer, mother, flags=Flags(False, False, True, False), now=now)
    return story


def _tell_the_rest(
    viewer: Viewer, case: Case, mother: PersonAround, from_agency: str, to_agency: str, now: datetime
) -> None:
    """Consent to coordination, an order that awaits its second person, and a subpoena."""
    record_participation_consent(
        viewer, case.client, basis="guardian", person=mother, given_at=now, language="en", now=now
    )
    record_court_order(
        viewer,
        case.client,
        told=OrderTold("An invented juvenile court", "INV-2031", "School records of the current year.", ("EDU",)),
        from_agency=from_agency,
        to_agency=to_agency,
        starts_at=now,
        ends_at=now + timedelta(days=60),
        now=now,
    )
    record_subpoena(
        viewer,
        case.client,
        issued_by="An invented lawyer",
        number="INV-7",
        asked_for="All records of the advocate.",
        received_at=now,
        answer_due_at=now + timedelta(days=14),
        now=now,
    )


def _agencies(members: Sequence[Member], *disciplines: str) -> list[str]:
    return [one.viewer.agency for one in members if one.discipline in disciplines]


def _person(viewer: Viewer, case: Case, name: str, relation: str, flags: Flags, now: datetime) -> PersonAround:
    return record_person(viewer, case.client, who=PersonWho(name, relation), flags=flags, now=now)
