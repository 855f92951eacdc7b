"""One function for each item, by topic. Importing this makes them known: `finding.RULES`."""

from rightdoor.oversight.evidence.finding import RULES
from rightdoor.oversight.evidence.rules import advisory, emergency, intake, justice, ongoing, planning, protocol, team

__all__ = ["RULES", "advisory", "emergency", "intake", "justice", "ongoing", "planning", "protocol", "team"]
