"""What the clear columns of a case are called."""

from collections.abc import Mapping

STATES: Mapping[str, str] = {"open": "Open", "closed": "Closed"}
MODES: Mapping[str, str] = {"investigative": "Investigative response", "ongoing": "Ongoing coordination"}
