"""Who may do which act: a person's roles, and how the person stands to the record.

A role alone opens nothing that is about a client: the table says which standing must come with it. What is not in the
table is denied, and an act that is not in the table is a mistake in the program. What may be *read* inside a case is
a further question, answered field by field in `confidentiality`. (PRIV-2; practice.md 4.4, "role never replaces
assignment")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import NotPermitted, RuleBroken

ALL_REGIONS = "*"

ROLES: Mapping[str, str] = {
    "care_coordinator": "Coordinates the response in a region: triages referrals, convenes the team, keeps the clock.",
    "team_member": "Works on the cases they are assigned to, for their own agency and discipline.",
    "agency_head": "Answers for an agency: its people, its agreements and its figures. Sees no case by this role.",
    "duty_officer": "Opens one case for one hour in an emergency, and answers for it afterwards.",
    "privacy_officer": "Looks at every opening in an emergency, and at unusual reading. Sees no case by this role.",
    "alliance_reviewer": "Reviews reports for the whole state and sends each to the right team.",
    "child_welfare_desk": "Takes reports at the one point of entry and passes them on.",
    "state_police_desk": "Takes the reports passed to the police and hands them to the right agency.",
    "advocacy_desk": "Takes the reports that call for a victim advocate.",
    "screener": "Records reports and observed indicators at an agency that meets children.",
    "provider": "Receives referrals to a service and says what came of them.",
    "state_analyst": "Reads figures without persons.",
    "auditor": "Reads who did and saw what, without reading the records themselves.",
    "administrator": "Sets up accounts, regions and settings. Sees no case by this role.",
    "youth": "A client who reads and answers their own pages.",
    "system": "The installation itself: reminders and other work without a person.",
    "public": "Anyone who is not signed in.",
}


@dataclass(frozen=True, slots=True)
class Clearance:
    """What must be in order before a person reads anything about a client; None where nobody has established it.

    (practice.md 4.4, step 1; TEAM-6)
    """

    active: bool | None = None
    second_factor: bool | None = None
    agreement_signed: bool | None = None
    training_current: bool | None = None
    agency_agreement: bool | None = None

    @property
    def is_complete(self) -> bool:
        """All five established and in order. What is not known is not in order."""
        return (  # spelled out: every decision asks it
            self.active is True
            and self.second_factor is True
            and self.agreement_signed is True
            and self.training_current is True
            and self.agency_agreement is True
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what is not established to be in order."""
        held = {
            "active": self.active,
            "second_factor": self.second_factor,
            "agreement_signed": self.agreement_signed,
            "training_current": self.training_current,
            "agency_agreement": self.agency_agreement,
        }
        return tuple(name for name, value in held.items() if value is not True)


CLEARED = Clearance(True, True, True, True, True)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who reads or acts, built once a request. `regions` holds keys of regions, or "*" for the
    whole state.

    `reach` holds each role with each region that it was given for, so that a role held in one region opens nothing in
    a region of another role. None: every role holds in all of `regions`.
    """

    code: str
    roles: frozenset[str]
    regions: frozenset[str]
    agency: str
    discipline: str
    name: str = ""
    is_system: bool = False
    reach: frozenset[tuple[str, str]] | None = None
    clearance: Clearance | None = None  # None: nothing is established, so every record of a client stays closed

    def has(self, role: str) -> bool:
        """Has the viewer this role?"""
        return role in self.roles

    def covers(self, region: str) -> bool:
        """Do the viewer's grants reach this region? An empty region is nobody's but the whole state's."""
        return ALL_REGIONS in self.regions or (bool(region) and region in self.regions)

    def regions_as(self, *roles: str) -> frozenset[str]:
        """Keys of the regions in which the viewer holds one of these roles, or "*" among them."""
        if self.reach is None:
            return self.regions if self.roles & set(roles) else frozenset()
        return frozenset(region for role, region in self.reach if role in roles)

    def covers_as(self, role: str, region: str) -> bool:
        """Does the viewer hold this role in this region? Asked wherever a role and a region open something together."""
        reached = self.regions_as(role)
        return ALL_REGIONS in reached or (bool(region) and region in reached)

    @property
    def is_anonymous(self) -> bool:
        """Nobody has signed in."""
        return not self.code


@dataclass(frozen=True, slots=True)
class Standing:
    """How a viewer stands to one record.

    assigned: named on the case's team; before there is a case, the coordinator of the region that the referral was
    routed to. invited: a guest at a meeting about it, within the window of access. owns: it was made by the viewer,
    is held by the viewer's agency, or (a hop, a service referral, an account) is addressed to the viewer's desk or
    agency. region: it lies in a region that the viewer's grants reach. closed: it is a closed case, on which only what
    `stays_possible` is left.
    """

    assigned: bool = False
    invited: bool = False
    owns: bool = False
    region: bool = False
    closed: bool = False

    @property
    def none(self) -> bool:
        """No tie to the record at all: for this viewer it should not exist."""
        return not (self.assigned or self.invited or self.owns or self.region)


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `does` completes "you may not ..."; `by` maps each role to the standings of which one must be there.

    An empty set of standings: the role is enough, because the act touches no record or makes a new one.
    """

    does: str
    by: Mapping[str, frozenset[str]]


ANYWHERE: frozenset[str] = frozenset()
ASSIGNED = frozenset({"assigned"})
ON_CASE = frozenset({"assigned", "invited"})
OWN = frozenset({"owns"})
REGION = frozenset({"region", "assigned"})

ACTS: Mapping[str, Act] = {
    # reports: the one point of entry takes them from anyone
    "report.receive": Act(
        "take a report",
        dict.fromkeys(
            ("public", "screener", "child_welfare_desk", "alliance_reviewer", "care_coordinator", "team_member"),
            ANYWHERE,
        ),
    ),
    "report.read": Act(
        "read this report",
        {
            "child_welfare_desk": ANYWHERE,
            "alliance_reviewer": ANYWHERE,
            "care_coordinator": REGION,
            "state_police_desk": OWN,
            "advocacy_desk": OWN,
            "screener": OWN,
            "team_member": OWN,
        },
    ),
    "report.route": Act(
        "pass this report on",
        {
            "child_welfare_desk": ANYWHERE,
            "alliance_reviewer": ANYWHERE,
            "care_coordinator": REGION,
            "state_police_desk": OWN,
            "advocacy_desk": OWN,
        },
    ),
    # screenings: whoever began one, and the team that it was handed on to; a partner's screener sees no other's
    "screening.begin": Act("begin a screening", {"screener": ANYWHERE, "care_coordinator": ANYWHERE}),
    "screening.read": Act("read this screening", {"screener": OWN, "care_coordinator": frozenset({"owns", "region"})}),
    "screening.write": Act("write in this screening", {"screener": OWN, "care_coordinator": OWN}),
    "screening.report": Act(
        "make a report of this screening", {"screener": OWN, "care_coordinator": frozenset({"owns", "region"})}
    ),
    "screening.hand_on": Act("hand this screening on", {"screener": OWN, "care_coordinator": OWN}),
    "screening.figures": Act(
        "see screenings in numbers", dict.fromkeys(("care_coordinator", "agency_head", "state_analyst"), ANYWHERE)
    ),
    "screening.bring_results": Act(
        "bring results of screenings from a spreadsheet",
        dict.fromkeys(("screener", "care_coordinator", "agency_head"), ANYWHERE),
    ),
    "education.log": Act("enter universal education", {"screener": ANYWHERE, "care_coordinator": ANYWHERE}),
    # referrals to care coordination
    "referral.receive": Act("take a referral", {"alliance_reviewer": ANYWHERE, "care_coordinator": ANYWHERE}),
    "referral.read": Act("read this referral", {"alliance_reviewer": ANYWHERE, "care_coordinator": REGION}),
    "referral.decide_eligibility": Act(
        "decide eligibility", {"alliance_reviewer": ANYWHERE, "care_coordinator": REGION}
    ),
    "referral.triage": Act("set the response tier", {"care_coordinator": REGION}),
    "referral.change_tier": Act("change the response tier", {"care_coordinator": REGION}),
    "referral.second_tier": Act(
        "confirm a slower response", {"alliance_reviewer": ANYWHERE, "care_coordinator": REGION}
    ),
    "referral.match": Act("hold this referral against known clients", {"care_coordinator": REGION}),
    "referral.decline": Act("decline this referral", {"alliance_reviewer": ANYWHERE, "care_coordinator": REGION}),
    "referral.reconsider": Act(
        "take this referral up again", {"alliance_reviewer": ANYWHERE, "care_coordinator": REGION}
    ),
    "referral.record_mandated_report": Act(
        "record the mandated report", {"alliance_reviewer": ANYWHERE, "care_coordinator": REGION}
    ),
    "referral.see_causes": Act("see why responses were late", {"care_coordinator": frozenset({"region"})}),
    "referral.take_causes": Act(
        "take the causes of late responses to a meeting", {"care_coordinator": frozenset({"region"})}
    ),
    # a sheet of what a team keeps today: whoever sent it takes it, row by row only for regions that they coordinate
    "import.take": Act("take the rows of a sheet", {"care_coordinator": ANYWHERE}),
    "import.let_go": Act("delete rows that nobody took", {"system": ANYWHERE}),
    # a tool under an agency's own licence: for this agency alone
    "instrument.bring": Act(
        "bring a tool", {"care_coordinator": ANYWHERE, "agency_head": ANYWHERE, "alliance_reviewer": ANYWHERE}
    ),
    "export.ask": Act("take rows out as a file", {"alliance_reviewer": ANYWHERE, "care_coordinator": ANYWHERE}),
    # cases: a coordinator of the region finds them all, and takes one over (case.assign) before acting on it
    "case.open": Act("open a case", {"care_coordinator": REGION}),
    "case.read": Act("read this case", {"care_coordinator": REGION, "team_member": ON_CASE, "duty_officer": ON_CASE}),
    "case.assign": Act("decide who is on the case's team", {"care_coordinator": REGION}),
    "case.close": Act("close this case", {"care_coordinator": ASSIGNED}),
    "archive.look": Act("see closed cases", {"care_coordinator": ANYWHERE, "team_member": ANYWHERE}),
    "case.reopen": Act("open this case again", {"care_coordinator": ASSIGNED}),
    # after-action reviews: whoever takes part reads them and sees to what was recommended to them
    "review.read": Act("read this review", {"care_coordinator": ASSIGNED, "team_member": ON_CASE}),
    "review.write": Act("write this review", {"care_coordinator": ASSIGNED}),
    "review.settle": Act("say what became of this", {"care_coordinator": ASSIGNED, "team_member": OWN}),
    "lesson.write": Act("write a lesson without a person", {"care_coordinator": ASSIGNED}),
    "lesson.look": Act("see lessons that wait", dict.fromkeys(("care_coordinator", "alliance_reviewer"), ANYWHERE)),
    "lesson.release": Act("release a lesson", dict.fromkeys(("care_coordinator", "alliance_reviewer"), ANYWHERE)),
    "case.note": Act("write a note on this case", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "note.read": Act("read this note", {"care_coordinator": REGION, "team_member": ON_CASE, "duty_officer": ON_CASE}),
    "sheet.write": Act("write down these facts", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "case.transfer": Act("hand this case to another region", {"care_coordinator": ASSIGNED}),
    "case.answer_transfer": Act("take over this case", {"care_coordinator": frozenset({"region"})}),
    "case.hand_over": Act("hand this case to another coordinator", {"care_coordinator": REGION}),
    "case.share": Act("share this case with another region", {"care_coordinator": ASSIGNED}),
    "case.tie": Act("tie this client to others", {"care_coordinator": ASSIGNED}),
    # two entries of one child: both must be the coordinator's own; taking it back changes no case
    "client.merge": Act("keep two entries together as one child", {"care_coordinator": ASSIGNED}),
    "client.part": Act("part two entries again", {"care_coordinator": ASSIGNED}),
    "case.block": Act("keep a person apart from this case", {"care_coordinator": ASSIGNED}),
    "case.change_district": Act("set the judicial district of this case", {"care_coordinator": ASSIGNED}),
    # anybody may keep themselves out of a record that they could see
    "conflict.declare": Act(
        "say that you know this person",
        {"care_coordinator": REGION, "team_member": ON_CASE},
    ),
    "ground.open": Act("record a ground for disclosure", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "ground.end": Act(
        "end a ground for disclosure",
        {"care_coordinator": ASSIGNED, "team_member": ASSIGNED, "system": ANYWHERE},
    ),
    "identity.read": Act(
        "see who this person is", {"care_coordinator": ASSIGNED, "team_member": ON_CASE, "duty_officer": ON_CASE}
    ),
    "identity.write": Act("change who this person is", {"care_coordinator": ASSIGNED}),
    "consent.record": Act("record a consent", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "consent.read": Act("see consents and releases", {"care_coordinator": ASSIGNED}),
    "person_around.record": Act("record a person around this client", {"care_coordinator": ASSIGNED}),
    "release.record": Act("record a release", {"care_coordinator": ASSIGNED}),
    "release.revoke": Act("take a release back", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "release.end": Act("end a release by time", {"system": ANYWHERE}),
    "order.record": Act("record an order, a subpoena or an emergency", {"care_coordinator": ASSIGNED}),
    "order.confirm": Act("confirm a court's order", {"care_coordinator": ASSIGNED}),
    "disclosure.record": Act("record what was told outside", {"care_coordinator": ASSIGNED}),
    "case.change_mode": Act("change the mode of this case", {"care_coordinator": ASSIGNED}),
    "systems.record": Act("record which systems the client is with", {"care_coordinator": ASSIGNED}),
    "status.determine": Act("determine the victim status", {"care_coordinator": ASSIGNED}),
    "plan.read": Act(
        "read the service plan", {"care_coordinator": ASSIGNED, "team_member": ON_CASE, "duty_officer": ON_CASE}
    ),
    "plan.write": Act("write the service plan", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "plan.adopt": Act("adopt the service plan", {"care_coordinator": ASSIGNED}),
    "plan.review": Act("review the service plan", {"care_coordinator": ASSIGNED}),
    "plan.change_action": Act("say where this action stands", {"care_coordinator": ASSIGNED, "team_member": OWN}),
    "plan.check_in": Act("ask the partners how the plan goes", {"care_coordinator": ASSIGNED}),
    "shared_decision.record": Act(
        "record options and a client's choice", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}
    ),
    # referrals to services and safety plans: read as the sharing rule says, written by the agency that keeps the case
    "service_referral.read": Act(
        "read referrals to services",
        {"care_coordinator": ASSIGNED, "team_member": ON_CASE, "duty_officer": ON_CASE},
    ),
    "service_referral.make": Act("refer to a service", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "service_referral.follow": Act(
        "record what came of a referral to a service", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}
    ),
    "safety_plan.read": Act(
        "read the safety plan", {"care_coordinator": ASSIGNED, "team_member": ON_CASE, "duty_officer": ON_CASE}
    ),
    "safety_plan.write": Act("write the safety plan", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    # missing episodes: as the safety of the child, by whoever keeps the case
    "missing.read": Act(
        "read this episode", {"care_coordinator": ASSIGNED, "team_member": ON_CASE, "duty_officer": ON_CASE}
    ),
    "missing.write": Act("record a missing child", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "missing.do": Act("say that this is done", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "missing.print": Act("print the sheet of a missing child", {"care_coordinator": ASSIGNED}),
    # documents: changed by the agency that holds them, read as the sharing rule says
    "document.read": Act("read this document", {"care_coordinator": REGION, "team_member": ON_CASE}),
    "document.add": Act("add a document to this case", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "document.replace": Act("add a newer version", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "document.withdraw": Act("withdraw this document", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "document.check": Act(
        "have this file checked", {"system": ANYWHERE, "care_coordinator": ASSIGNED, "team_member": ASSIGNED}
    ),
    # investigations, prosecutions and legal relief: each agency keeps its own, the sharing rule says who else reads
    "justice.read": Act(
        "see investigations and prosecutions of this case", {"care_coordinator": REGION, "team_member": ON_CASE}
    ),
    "justice.record": Act(
        "record an investigation, a prosecution or a right of the victim",
        {"care_coordinator": ASSIGNED, "team_member": ASSIGNED},
    ),
    "relief.read": Act("see the legal relief of this case", {"care_coordinator": REGION, "team_member": ON_CASE}),
    "relief.record": Act("record legal relief", {"care_coordinator": ASSIGNED, "team_member": ASSIGNED}),
    "court_schedule.read": Act(
        "see the court dates that are coming", {"care_coordinator": ANYWHERE, "team_member": ANYWHERE}
    ),
    # staffings and meetings
    "staffing.schedule": Act("schedule a staffing", {"care_coordinator": ASSIGNED}),
    "staffing.read": Act(
        "read this staffing", {"care_coordinator": REGION, "team_member": ON_CASE, "duty_officer": ON_CASE}
    ),
    "staffing.minute": Act("write in the minutes", {"care_coordinator": ASSIGNED, "team_member": ON_CASE}),
    "staffing.hold": Act("close the minutes of this staffing", {"care_coordinator": ASSIGNED}),
    "case.set_cadence": Act("set how often this case comes before the team", {"care_coordinator": ASSIGNED}),
    "packet.make": Act("hand out of this case to somebody without an account", {"care_coordinator": ASSIGNED}),
    "packet.revoke": Act("take this packet back", {"care_coordinator": ASSIGNED}),
    "packet.open": Act("open this packet", {"public": ANYWHERE}),
    "summary.file": Act("file the case summary", {"care_coordinator": ASSIGNED}),
    "summary.share": Act("share the case summary", {"care_coordinator": ASSIGNED}),
    "summary.open": Act("open the case summary", {"care_coordinator": ASSIGNED, "team_member": ON_CASE}),
    "action_item.finish": Act("say that this is done", {"care_coordinator": ASSIGNED, "team_member": OWN}),
    "meeting.convene": Act("convene a meeting", {"care_coordinator": ANYWHERE, "alliance_reviewer": ANYWHERE}),
    "meeting.read": Act(
        "read this meeting",
        {
            "care_coordinator": frozenset({"assigned", "invited", "owns", "region"}),
            "team_member": ON_CASE,
            "agency_head": ON_CASE,
            "alliance_reviewer": ANYWHERE,
        },
    ),
    "meeting.invite": Act("invite to this meeting", {"care_coordinator": REGION | OWN, "alliance_reviewer": OWN}),
    "meeting.attend": Act(
        "answer this invitation",
        dict.fromkeys(
            (
                "care_coordinator",
                "team_member",
                "agency_head",
                "alliance_reviewer",
                "advocacy_desk",
                "state_police_desk",
                "child_welfare_desk",
                "provider",
            ),
            ON_CASE,
        ),
    ),
    "meeting.minute": Act(
        "write the minutes of this meeting",
        {"care_coordinator": REGION | OWN, "alliance_reviewer": OWN, "team_member": ON_CASE, "agency_head": ON_CASE},
    ),
    "meeting.record_attendance": Act(
        "record who was there", {"care_coordinator": REGION | OWN, "alliance_reviewer": OWN}
    ),
    # self-assessments: the region's coordinator answers; a step also by whoever has to do it
    "assessment.write": Act(
        "answer this assessment",
        {"care_coordinator": frozenset({"region"}), "alliance_reviewer": frozenset({"region"})},
    ),
    "assessment.propose": Act(
        "have the records say what they show",
        {"care_coordinator": frozenset({"region"}), "alliance_reviewer": frozenset({"region"}), "system": ANYWHERE},
    ),
    "assessment.settle_step": Act(
        "say what became of this step",
        {
            "care_coordinator": frozenset({"region", "owns"}),
            "alliance_reviewer": frozenset({"region", "owns"}),
            **dict.fromkeys(
                ("team_member", "agency_head", "advocacy_desk", "state_police_desk", "child_welfare_desk"), OWN
            ),
        },
    ),
    # partners, teams, accounts
    "partner.add": Act("add a partner", {"care_coordinator": ANYWHERE, "administrator": ANYWHERE}),
    "partner.change": Act(
        "change this partner", {"care_coordinator": REGION, "agency_head": OWN, "administrator": ANYWHERE}
    ),
    "team.seat": Act("seat a team member", {"care_coordinator": REGION, "administrator": ANYWHERE}),
    "partnership.assess": Act(
        "say how closely two agencies work together", {"care_coordinator": frozenset({"region"})}
    ),
    # community projects: about the work, never about a client
    "project.read": Act(
        "read this project", dict.fromkeys(("care_coordinator", "agency_head", "state_analyst"), frozenset({"region"}))
    ),
    "project.write": Act("write in this project", {"care_coordinator": frozenset({"region"})}),
    # surveys without names: whoever holds a one-time code answers, and nobody reads an answer by itself
    "survey.run": Act("run this survey", {"care_coordinator": frozenset({"region"})}),
    "survey.remind": Act(
        "remind those who have not answered", {"care_coordinator": frozenset({"region"}), "system": ANYWHERE}
    ),
    "survey.read": Act(
        "read these results",
        dict.fromkeys(("care_coordinator", "agency_head", "state_analyst"), frozenset({"region"})),
    ),
    "survey.answer": Act("answer a survey", {"public": ANYWHERE}),
    # yearly figures of providers: whoever reads the whole state's figures keeps the list; a source answers for itself,
    # with an account or with the code that it was given
    "submission.keep": Act("keep the list of yearly figures", {"state_analyst": frozenset({"region"})}),
    "submission.remind": Act(
        "remind those who owe their figures", {"state_analyst": frozenset({"region"}), "system": ANYWHERE}
    ),
    "submission.read": Act("read what a source answered", {"state_analyst": frozenset({"region"}), "system": ANYWHERE}),
    "submission.answer": Act("answer for this source", {"agency_head": OWN, "public": ANYWHERE}),
    "submission.let_go": Act("destroy yearly answers that are too old", {"system": ANYWHERE}),
    # rows for approved research: asked for by whoever reads the whole state's figures, approved by another person who
    # looks after privacy, made by the installation, fetched once by who asked (STAT-6)
    "extract.ask": Act("ask for rows for research", {"state_analyst": frozenset({"region"})}),
    "extract.decide": Act("approve or decline rows for research", {"privacy_officer": ANYWHERE}),
    "extract.read": Act(
        "read this extract's request", {"state_analyst": frozenset({"region"}), "privacy_officer": ANYWHERE}
    ),
    "extract.make": Act("make the rows of an approved extract", {"system": ANYWHERE}),
    "extract.fetch": Act("fetch the rows of this extract", {"state_analyst": frozenset({"region"})}),
    "extract.expire": Act("destroy extracts that nobody fetched", {"system": ANYWHERE}),
    "extract.let_go": Act("destroy what exports said that are too old", {"system": ANYWHERE}),
    "extract.end": Act(
        "record that no copy is left", {"state_analyst": frozenset({"region"}), "privacy_officer": ANYWHERE}
    ),
    # reports to funders and national collections (STAT-5)
    "grant_report.make": Act("make a report to a funder", {"state_analyst": frozenset({"region"})}),
    "grant_report.read": Act("read reports to funders", {"state_analyst": frozenset({"region"})}),
    # exact counts in them: asked for by one person, decided by a second one who sees the request and never the figures
    "grant_report.ask": Act("ask for a report with exact counts", {"state_analyst": frozenset({"region"})}),
    "grant_report.decide": Act("approve or refuse exact counts", {"privacy_officer": ANYWHERE}),
    "grant_report.read_request": Act(
        "read this request for exact counts", {"state_analyst": frozenset({"region"}), "privacy_officer": ANYWHERE}
    ),
    # everything that was ever published: asked by whatever is published next, and grown by it
    "ledger.read": Act("read what was ever published", {"state_analyst": frozenset({"region"}), "system": ANYWHERE}),
    "ledger.enter": Act("enter what is published", {"state_analyst": frozenset({"region"}), "system": ANYWHERE}),
    # the annual report: drawn up by whoever reads the whole state's figures, read and signed by somebody else
    "annual.read": Act(
        "read what is about to be published",
        {"state_analyst": frozenset({"region"}), "alliance_reviewer": ANYWHERE, "auditor": ANYWHERE},
    ),
    "annual.draft": Act("draw up what is published", {"state_analyst": frozenset({"region"})}),
    "annual.build": Act("build what is published", {"system": ANYWHERE}),
    "annual.sign": Act(
        "sign what is about to be published",
        {"state_analyst": frozenset({"region"}), "alliance_reviewer": ANYWHERE},
    ),
    "annual.publish": Act("publish", {"state_analyst": frozenset({"region"})}),
    # the investigative team of a judicial district: its protocol is a switch of the whole state's installation
    "protocol.read": Act(
        "see the protocols of the investigative teams",
        dict.fromkeys(("administrator", "alliance_reviewer", "care_coordinator", "auditor"), ANYWHERE),
    ),
    "protocol.record": Act(
        "record the protocol of an investigative team", {"administrator": ANYWHERE, "alliance_reviewer": ANYWHERE}
    ),
    "protocol.confirm": Act(
        "confirm the protocol of an investigative team", {"administrator": ANYWHERE, "alliance_reviewer": ANYWHERE}
    ),
    "protocol.withdraw": Act(
        "withdraw the protocol of an investigative team", {"administrator": ANYWHERE, "alliance_reviewer": ANYWHERE}
    ),
    "roster.change": Act(
        "change the roster of an investigative team", {"administrator": ANYWHERE, "alliance_reviewer": ANYWHERE}
    ),
    "account.invite": Act("invite someone to sign in", {"administrator": ANYWHERE, "agency_head": OWN}),
    "account.change": Act("change this account", {"administrator": ANYWHERE, "agency_head": OWN}),
    "clearance.enter": Act(
        "enter what this person has done",
        {
            "agency_head": OWN,
            "care_coordinator": frozenset({"region"}),
            "administrator": ANYWHERE,
        },
    ),
    "agency_agreement.record": Act(
        "put this agency's agreement on record", {"agency_head": OWN, "administrator": ANYWHERE}
    ),
    "settings.change": Act("change settings", {"administrator": ANYWHERE}),
    # oversight
    "audit.read": Act("read the record of acts", {"auditor": ANYWHERE, "system": ANYWHERE}),
    "figures.read": Act(
        "read figures",
        dict.fromkeys(("state_analyst", "auditor", "alliance_reviewer", "care_coordinator", "agency_head"), ANYWHERE),
    ),
    "figures.take": Act("take a region's figures to a meeting", {"care_coordinator": frozenset({"region"})}),
    # what leaders of the state are shown: counted by one, read by those without a case
    "statistics.count": Act("count a closed quarter for the state", {"state_analyst": frozenset({"region"})}),
    "statistics.read": Act(
        "read the figures of the state",
        dict.fromkeys(("state_analyst", "alliance_reviewer", "auditor"), ANYWHERE),
    ),
    # break-glass: one case, one hour, looked at by somebody else (SR-45)
    "emergency.open": Act("open a case in an emergency", {"duty_officer": ANYWHERE}),
    "emergency.second": Act("confirm an opening in an emergency", {"privacy_officer": ANYWHERE, "agency_head": OWN}),
    "emergency.review": Act("look at an opening in an emergency", {"privacy_officer": ANYWHERE}),
    # looking after records without reading them (PRIV-4, PRIV-6)
    "access_report.make": Act(
        "see who looked at this client's record", {"privacy_officer": ANYWHERE, "care_coordinator": ASSIGNED}
    ),
    "readers.read": Act(
        "see who read the records of this agency",
        {"agency_head": OWN, "privacy_officer": ANYWHERE, "auditor": ANYWHERE},
    ),
    "unusual.look": Act("look at unusual reading", {"privacy_officer": ANYWHERE, "agency_head": OWN}),
    "schedule.read": Act(
        "see how long records are kept",
        dict.fromkeys(("privacy_officer", "agency_head", "auditor", "administrator"), ANYWHERE),
    ),
    "hold.place": Act("place a legal hold", {"privacy_officer": ANYWHERE, "agency_head": OWN}),
    "hold.lift": Act("lift a legal hold", {"privacy_officer": ANYWHERE, "agency_head": OWN}),
    "disposal.ask": Act("ask for the disposal of this record", {"privacy_officer": ANYWHERE, "agency_head": OWN}),
    "disposal.approve": Act("approve this disposal", {"privacy_officer": ANYWHERE, "agency_head": OWN}),
    "privacy.keep_house": Act("propose, carry out and forget by the clock", {"system": ANYWHERE}),
    "why.ask": Act(
        "ask why a record opens", dict.fromkeys(("administrator", "privacy_officer", "agency_head"), ANYWHERE)
    ),
    "why.ask_case": Act(
        "ask why a record of this case opens", {"privacy_officer": ANYWHERE, "care_coordinator": ASSIGNED}
    ),
    # the installation's own work, which reads no client
    "notice.send": Act("send a notice", {"system": ANYWHERE, "care_coordinator": ASSIGNED}),
    "clock.remind": Act("send a reminder", {"system": ANYWHERE}),
}


# What a closed case still allows beside reading: to open it again, to keep people out, to take back what lets others
# in, to answer a court, to review how the work went, and what is not about a case at all. Everything else refuses, also
# an act that is added later. (SR-43, CASE-12)
ON_CLOSED = frozenset(
    {
        "archive.look",
        "case.reopen",
        "case.assign",  # who of the holder's own people still reads it
        "case.block",
        "client.part",
        "conflict.declare",
        "ground.end",
        "release.revoke",
        "packet.revoke",
        "release.end",
        "order.record",  # a subpoena comes when it comes
        "order.confirm",
        "disclosure.record",
        "document.withdraw",
        "document.check",
        "summary.open",
        "review.write",
        "review.settle",
        "lesson.write",
        "lesson.look",
        "lesson.release",
        "access_report.make",
        "why.ask",
        "why.ask_case",
        "readers.read",
        "emergency.open",
        "emergency.second",
        "emergency.review",
        "hold.place",
        "hold.lift",
        "disposal.ask",
        "disposal.approve",
        "export.ask",
        "notice.send",
    }
)
NOT_ON_A_CASE = (
    "report.",
    "referral.",
    "import.",
    "meeting.",
    "partner.",
    "team.",
    "account.",
    "protocol.",
    "roster.",
    "instrument.",
    "screening.",
    "education.",
    "survey.",
    "submission.",
    "extract.",
    "grant_report.",
    "ledger.",
    "statistics.",
    "annual.",
)


class CaseClosed(RuleBroken, NotPermitted):
    """The case is closed: nobody changes it. A form shows the sentence; elsewhere the act is simply not permitted."""


def stays_possible(act: str) -> bool:
    """Is this act possible on a closed case? Reading is, as far as the sharing rule opens anything. (SR-43)"""
    return act.endswith(".read") or act in ON_CLOSED or act.startswith(NOT_ON_A_CASE) or act == "case.open"


def may(viewer: Viewer, act: str, standing: Standing | None = None) -> bool:
    """May `viewer` do `act`, standing so to the record? None is no standing. KeyError for an act that does not
    exist.
    """
    by = ACTS[act].by
    if standing is not None and standing.closed and not stays_possible(act):
        return False
    return any(_opens(by[role], standing) for role in viewer.roles if role in by)


def check_may(viewer: Viewer, act: str, standing: Standing | None = None) -> None:
    """Raises NotPermitted with a sentence that says who may; CaseClosed, which is RuleBroken as well, for an act on a
    closed case. KeyError for an act that does not exist.
    """
    if may(viewer, act, standing):
        return
    if standing is not None and standing.closed and not stays_possible(act):
        raise CaseClosed("This case is closed. Open it again first.")
    who = [_one(role) + _tie(needed) for role, needed in ACTS[act].by.items() if role not in {"system", "public"}]
    ask = f"Ask {' or '.join(who)}." if who else "The installation does it by itself."
    raise NotPermitted(f"You may not {ACTS[act].does} here. {ask}")


def acts_open_to(viewer: Viewer, standing: Standing | None = None) -> frozenset[str]:
    """Every act that the viewer may do here: what a page hands to its template, so that no template decides."""
    return frozenset(act for act in ACTS if may(viewer, act, standing))


def _opens(needed: frozenset[str], standing: Standing | None) -> bool:
    return not needed or (standing is not None and any(getattr(standing, tie) for tie in needed))


_TIES = {
    ANYWHERE: "",
    ASSIGNED: " assigned to it",
    ON_CASE: " assigned or invited to it",
    OWN: " whose own it is",
    REGION: " of its region",
}


def _tie(needed: frozenset[str]) -> str:
    return _TIES.get(needed, " with a tie to it")


def _one(role: str) -> str:
    return f"{'an' if role[0] in 'aeio' else 'a'} {role.replace('_', ' ')}"
