"""What a region's records come to: counted rows of every slice, as they stood at one moment. No code and no day."""

from __future__ import annotations

from dataclasses import dataclass, field

from rightdoor.casework.closure.deidentified import CountedEnding, CountedReview
from rightdoor.casework.consents.deidentified import CountedDisclosure
from rightdoor.casework.justice.deidentified import CountedJustice
from rightdoor.casework.missing.deidentified import CountedReturn
from rightdoor.casework.plans.deidentified import CountedFollowing
from rightdoor.casework.referrals.deidentified import CountedIntake, CountedKind
from rightdoor.casework.screening.deidentified import CountedPartner
from rightdoor.casework.services.deidentified import CountedAdvocacy
from rightdoor.casework.staffings.deidentified import CountedCase, CountedStaffing
from rightdoor.community.assessments.deidentified import CountedAssessments
from rightdoor.community.meetings.deidentified import CountedMeeting
from rightdoor.community.minutes.deidentified import CountedFigures
from rightdoor.community.teams.deidentified import CountedTeam
from rightdoor.domain.late_response import USUAL_THRESHOLD
from rightdoor.oversight.emergency.deidentified import CountedOpening
from rightdoor.packs.pack import Pack


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that the rules look at. Two of the same give the same findings."""

    region: str
    pack: Pack
    is_opened: bool = True  # was what stands sealed opened for counting? The installation by itself opens nothing
    team: CountedTeam = field(default_factory=CountedTeam)
    meetings: tuple[CountedMeeting, ...] = ()  # the region's, and roundtables of all regions
    figures: tuple[CountedFigures, ...] = ()
    intakes: tuple[CountedIntake, ...] = ()
    kinds: tuple[CountedKind, ...] = ()
    screeners: tuple[CountedPartner, ...] = ()
    staffings: tuple[CountedStaffing, ...] = ()
    cases: tuple[CountedCase, ...] = ()
    following: tuple[CountedFollowing, ...] = ()
    advocacy: tuple[CountedAdvocacy, ...] = ()
    returns: tuple[CountedReturn, ...] = ()
    endings: tuple[CountedEnding, ...] = ()
    reviews: tuple[CountedReview, ...] = ()
    proceedings: tuple[CountedJustice, ...] = ()  # of the last year
    proceedings_before: tuple[CountedJustice, ...] = ()  # of the year before
    disclosures: tuple[CountedDisclosure, ...] = ()
    openings: tuple[CountedOpening, ...] = ()
    assessments: CountedAssessments = field(default_factory=CountedAssessments)

    @property
    def threshold(self) -> int:
        """Under it no count of children is told."""
        return self.pack.statistics.small_count_threshold or USUAL_THRESHOLD

    @property
    def own_meetings(self) -> tuple[CountedMeeting, ...]:
        """Those of the region's own team."""
        return tuple(one for one in self.meetings if one.region == self.region)
