"""The items that the platform keeps no records of yet, each with the requirement that will bring them.

A test holds every item with `evidence` in exactly one place: here, or among the rules. When a requirement is done, the
test asks for the rules of its items. (PROG-2)
"""

from __future__ import annotations

from collections.abc import Mapping

TOOL = "program-implementation-evaluation"  # whose items these are, and those of the rules

# What each of these requirements brings, for the page.
BRINGS: Mapping[str, str] = {
    "DIR-1": "the directory of services",
    "DIR-4": "the checks of listings in the directory",
    "INT-9": "the on-call rota",
    "OUT-1": "training and outreach plans",
    "OUT-2": "the log of training sessions",
    "OUT-3": "surveys before and after a training",
    "OUT-4": "the log of outreach",
    "PROG-8": "the library",
    "TEAM-1": "contacts confirmed by link",
    "TEAM-3": "MOUs with their reviews",
    "TEAM-4": "protocols, section by section",
    "TEAM-5": "signatures under protocols",
    "TEAM-7": "the advisory team's charter, members and recommendations",
    "TEAM-10": "plans for a disruption of services",
    "UX-10": "what clients and caregivers answer",
}

WAITS: Mapping[str, str] = {
    # Team membership
    "tm.1.1": "DIR-1",  # the region's map of services
    "tm.1.3": "TEAM-3",  # MOUs in force
    "tm.2.3": "TEAM-1",  # contacts confirmed by a link
    "tm.4.1": "TEAM-3",
    "tm.4.2": "PROG-8",  # the library
    # Protocol development
    "pd.1.1": "TEAM-4",  # the team's protocol, section by section
    "pd.1.2": "TEAM-5",  # who signed it
    "pd.3.2": "TEAM-10",  # the section on service disruption
    "pd.3.3": "TEAM-4",
    "pd.4.1": "TEAM-4",
    # Screening, referrals, and intake
    "si.3.3": "INT-9",  # the on-call rota
    "si.4.1": "TEAM-4",
    # Emergency investigative response
    "er.1.1": "TEAM-4",
    "er.3.2": "TEAM-4",
    "er.4.1": "TEAM-7",  # the advisory team's reviews
    # Ongoing case coordination
    "oc.4.1": "TEAM-4",
    "oc.4.3": "PROG-8",
    # Service planning and case management
    "sp.1.2": "DIR-1",
    "sp.2.3": "DIR-4",  # listings verified
    "sp.3.2": "UX-10",  # what youth and caretakers say
    "sp.3.3": "DIR-1",
    "sp.4.2": "DIR-4",
    # Investigations and prosecutions
    "ip.3.1": "TEAM-4",
    "ip.3.2": "OUT-2",  # training sessions
    # Advisory team
    "at.1.1": "TEAM-7",
    "at.1.2": "TEAM-7",
    "at.1.3": "TEAM-7",
    "at.2.2": "OUT-1",  # training plans
    "at.2.3": "TEAM-7",
    "at.3.2": "TEAM-7",
    "at.4.1": "TEAM-7",
    # Training and education for partners
    "te.1.1": "OUT-1",
    "te.1.2": "OUT-2",
    "te.2.1": "OUT-2",
    "te.2.2": "OUT-2",
    "te.3.1": "OUT-2",
    "te.3.2": "OUT-2",
    "te.3.3": "OUT-2",
    "te.4.1": "OUT-2",
    "te.4.2": "OUT-3",  # surveys before and after a training
    # Community outreach
    "co.1.1": "OUT-4",
    "co.1.2": "PROG-8",
    "co.2.1": "OUT-4",
    "co.2.2": "OUT-4",
    "co.2.3": "OUT-4",
    "co.3.1": "PROG-8",
    "co.3.2": "PROG-8",
    "co.3.3": "OUT-4",
    "co.4.1": "TEAM-3",
    "co.4.2": "OUT-4",
}
