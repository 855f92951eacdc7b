"""The act that answers which systems a client is with. (CASE-1)"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from rightdoor.casework.cases.models import Case, SystemsPart
from rightdoor.casework.cases.queries import standing_of
from rightdoor.casework.cases.systems.queries import (
    Answer,
    as_told,
    newest_parts,
    opened_parts,
    systems_label,
    systems_of,
)
from rightdoor.casework.clients.disclosure import check_may_write
from rightdoor.community.partners.queries import agency_names
from rightdoor.domain.errors import RuleBroken
from rightdoor.domain.permission import Viewer, check_may
from rightdoor.foundation.audit.events import action, record
from rightdoor.foundation.codes import new_code
from rightdoor.foundation.jurisdiction.active import active_pack, local
from rightdoor.foundation.sealing.seals import seal_many

LONGEST_CONTACT = 200


@action("case.systems_recorded")
def record_systems(viewer: Viewer, case: Case, *, answers: Mapping[str, Answer], version: int, now: datetime) -> None:
    """Answers by the state's keys; what is not in `answers` stays as it is. Only classes that change get a new part.

    `version`: of what the writer had before them (`systems_of`; 0: nothing), so that nobody's answer is lost. Sent
    twice, the second changes nothing. Raises NotPermitted, and RuleBroken for a system that the state does not have,
    details without a yes, a day to come, an unknown agency, or when somebody else has answered meanwhile.
    """
    standing = standing_of(viewer, case, now)
    check_may(viewer, "systems.record", standing)
    known = {one.key: one for one in active_pack().systems}
    for key, answer in answers.items():
        if key not in known:
            raise RuleBroken("Choose systems from the list.")
        _check(answer, now)
    agencies = {answer.agency for answer in answers.values() if answer.agency}
    if agencies and agencies - set(agency_names(agencies)):
        raise RuleBroken("Choose the agency from the list.")
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two writers at once find one version
    current = systems_of(viewer, case, now, standing)
    held = current.answers
    changed = {key: answer for key, answer in answers.items() if held.get(key, Answer()) != answer}
    if not changed:
        record(viewer, "case.systems_recorded", case, repeated=True)
        return
    if version != current.version:
        raise RuleBroken("Somebody has answered here meanwhile. Compare both, then save again.")
    classes = sorted({known[key].data_class for key in changed})
    for klass in classes:
        check_may_write(viewer, case.client, klass, now, holder=case.holder, standing=standing)
    newest = {part.data_class: part for part in newest_parts(case) if part.data_class in classes}
    before = opened_parts(viewer, case, list(newest.values()), now, standing)
    last = SystemsPart.objects.filter(case=case).aggregate(last=Max("version"))["last"] or 0
    parts = []
    for klass in classes:
        part = SystemsPart(code=new_code(), case=case, data_class=klass, version=last + 1, at=now, by=viewer.code)
        said = {**before.get(klass, {}), **{key: one for key, one in changed.items() if known[key].data_class == klass}}
        parts.append((part, {key: as_told(one) for key, one in said.items()}))
    sealed = seal_many([(json.dumps(told, ensure_ascii=False), systems_label(part, case)) for part, told in parts])
    for (part, _), blob in zip(parts, sealed, strict=True):
        part.told_sealed = blob
        part.save(force_insert=True)
    record(viewer, "case.systems_recorded", case, classes=classes, version=last + 1)


def _check(answer: Answer, now: datetime) -> None:
    if answer.is_with is not True and (answer.since or answer.agency or answer.contact):
        raise RuleBroken("Say yes where you give details, or take them out.")
    if answer.since and answer.since > local(now).date():
        raise RuleBroken("A day to come cannot be when it began.")
    if len(answer.contact) > LONGEST_CONTACT:
        raise RuleBroken(f"Shorten the contact to {LONGEST_CONTACT} characters.")
