"""What was told outside, as rows for counting: how long ago, and whether it rests on something. No code, no day."""

from __future__ import annotations

from dataclasses import dataclass

from rightdoor.casework.consents.models import OutsideDisclosure
from rightdoor.community.partners.deidentified import holders_apart
from rightdoor.domain.looking_back import Lookback


@dataclass(frozen=True, slots=True)
class CountedDisclosure:
    """One disclosure outside the platform."""

    quarter: int
    rests_on: str  # release, order (or an emergency), law (a duty to report, a statute), or "" for nothing on record


def counted_disclosures(region: str, back: Lookback) -> list[CountedDisclosure]:
    """What was told outside about the region's clients in the two years. One query."""
    rows = (
        OutsideDisclosure.objects.filter(
            client__region=region, told_at__gt=back.earliest, told_at__lte=back.until, recorded_at__lte=back.until
        )
        .exclude(from_agency__in=holders_apart())
        .exclude(client__holder__in=holders_apart())
        .order_by("-told_at", "-pk")
    )
    return [
        CountedDisclosure(back.quarter(told_at) or 0, _ground(release, ground, kind, is_compelled))
        for told_at, release, ground, kind, is_compelled in rows.values_list(
            "told_at", "release_id", "ground", "kind", "is_compelled"
        )
    ]


def _ground(release: int | None, ground: str, kind: str, is_compelled: bool) -> str:
    if release is not None:
        return "release"
    if ground:
        return "order"
    return "law" if kind == "report" or is_compelled else ""
