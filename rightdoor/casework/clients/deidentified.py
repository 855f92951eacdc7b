"""Who is counted as whom, and by which traits: opened for counting alone, handed out as codes of a closed list.

Keyed by the entry, for the slices above that make rows without any key of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rightdoor.casework.clients.disclosure import who_for_counting
from rightdoor.casework.clients.models import Client, ClientMerge
from rightdoor.domain.permission import Viewer
from rightdoor.domain.person_year import age_group, age_on, gender_code, one_each
from rightdoor.foundation.jurisdiction.active import local


@dataclass(frozen=True, slots=True)
class CountedTraits:
    """What of a person is counted: codes of the yearly form."""

    age: str
    gender: str


def counted_once(entries: Iterable[int]) -> dict[int, int]:
    """Each entry with the one under which its child is counted, as the links and merges stand now. Two queries."""
    leads_to = dict(Client.objects.filter(linked_to__isnull=False).values_list("pk", "linked_to"))
    leads_to |= dict(ClientMerge.objects.filter(undone_at__isnull=True).values_list("following", "leading"))
    return one_each(entries, {pk: to for pk, to in leads_to.items() if to is not None})


def counted_traits(viewer: Viewer, days: Mapping[Client, date]) -> dict[int, CountedTraits]:
    """The traits of these entries, by primary key, each on its day. What is opened stands in the trail before.

    Whose key was destroyed has none. The caller has asked whether the viewer may count.
    """
    known = {client.pk: (client, day) for client, day in days.items()}
    found = {}
    for pk, who in who_for_counting(viewer, days).items():
        client, day = known[pk]
        age = age_on(who.birth_on, who.age_estimate, local(client.known_since).date(), day)
        found[pk] = CountedTraits(age_group(age), gender_code(who.gender))
    return found
