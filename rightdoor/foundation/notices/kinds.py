"""Every kind of notice, in one table. A sentence has room for a code, and for nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """What a notice says, and where it leads. ``{code}`` is the only blank."""

    sentence: str | Promise
    path: str = "/"


_CONSENT = "/cases/{code}/consent/"
_REPORT, _REFERRAL, _CASE = "/reports/{code}/", "/referrals/{code}/", "/cases/{code}/"
_EXPORT, _CASE_EXPORT = "/referrals/exports/{code}/", "/cases/exports/{code}/"
_EMERGENCY = "/emergency-access/{code}/"
_DISPOSAL = "/privacy/disposals/{code}/"
_REQUEST = "/exports/requests/{code}/"
_MEETING, _STAFFING, _SUMMARY = "/meetings/{code}/", "/staffings/{code}/", "/summaries/{code}/"

KINDS: Mapping[str, Kind] = {
    "report_received": Kind(_("A report awaits you: {code}"), _REPORT),
    "report_routed": Kind(_("A report was passed on to you: {code}"), _REPORT),
    "report_hop_due": Kind(_("A report must be passed on: {code}"), _REPORT),
    "screening_handed_on": Kind(_("A screening was handed on to your team: {code}"), "/screening/{code}/"),
    "referral_received": Kind(_("A new referral awaits you: {code}"), _REFERRAL),
    "referral_assigned": Kind(_("A referral was given to you: {code}"), _REFERRAL),
    "export.to_agree": Kind(_("A colleague asks you to agree to a file: {code}"), _EXPORT),
    "export.answered": Kind(_("Your colleague answered about a file: {code}"), _EXPORT),
    "case_export.to_agree": Kind(_("A colleague asks you to agree to a file: {code}"), _CASE_EXPORT),
    "case_export.answered": Kind(_("Your colleague answered about a file: {code}"), _CASE_EXPORT),
    "tier_to_second": Kind(_("A change of tier awaits your confirmation: {code}"), _REFERRAL),
    "tier_answered": Kind(_("The second person answered your change of tier: {code}"), _REFERRAL),
    "tier_seconded": Kind(_("You are named as the second person for a change of tier: {code}"), _REFERRAL),
    "clock_at_risk": Kind(_("Little time is left on a response clock: {code}"), _REFERRAL),
    "clock_due": Kind(_("A response is due: {code}"), _REFERRAL),
    "clock_late": Kind(_("A response is late: {code}"), _REFERRAL),
    "case.assigned": Kind(_("You were put on a case: {code}"), _CASE),
    "case.conflict_declared": Kind(_("Somebody is kept apart from a case: {code}"), _CASE),
    "case.transferred": Kind(_("A case was handed to you: {code}"), _CASE),
    "case.transfer_asked": Kind(_("A case is offered to your team: {code}"), "/transfers/{code}/"),
    "case.transfer_answered": Kind(_("Your offer of a case was answered: {code}"), "/transfers/{code}/"),
    "case.shared": Kind(_("A case is shared with you: {code}"), _CASE),
    "case.closed": Kind(_("A case of yours was closed: {code}"), _CASE),
    "case.reopened": Kind(_("A case was opened again: {code}"), _CASE),
    "review.begun": Kind(_("You take part in a review: {code}"), "/reviews/{code}/"),
    "review.recommended": Kind(_("A review asks you to see to something: {code}"), "/reviews/{code}/"),
    "lesson.sent_back": Kind(_("A lesson of yours was sent back: {code}"), "/lessons/"),
    "release.suspended": Kind(_("A release was suspended. Check it: {code}"), _CONSENT),
    "release.of_age": Kind(_("A release ended with the 18th birthday. Ask for a new one: {code}"), _CONSENT),
    "consent.withdrawn": Kind(_("Consent to coordination was withdrawn: {code}"), _CONSENT),
    "consent.expired": Kind(_("Consent to coordination has run out: {code}"), _CONSENT),
    "consent.of_age": Kind(_("A client came of age. Ask for consent anew, and review eligibility: {code}"), _CONSENT),
    "court_order.to_confirm": Kind(_("A court's order awaits a second person: {code}"), _CONSENT),
    "subpoena.received": Kind(_("A subpoena came in. Call counsel; share nothing: {code}"), _CONSENT),
    "emergency.opened": Kind(_("Records were opened for an emergency: {code}"), _CONSENT),
    "staffing.scheduled": Kind(_("You are asked to a staffing: {code}"), _STAFFING),
    "staffing.moved": Kind(_("A staffing was moved: {code}"), _STAFFING),
    "staffing.soon": Kind(_("A staffing is near: {code}"), _MEETING),
    "action_item.added": Kind(_("A task was given to you: {code}")),
    "action_item.due": Kind(_("A task of yours is due: {code}")),
    "summary.owed": Kind(_("A case summary is owed: {code}"), _STAFFING),
    "summary.shared": Kind(_("A case summary was shared with you: {code}"), _SUMMARY),
    "summary.late": Kind(_("A case summary is late: {code}"), _STAFFING),
    "plan.review_due": Kind(_("A service plan is due for review: {code}"), "/plans/{code}/"),
    "missing.alert": Kind(_("Something on a case awaits you now: {code}"), _CASE),
    "missing.task": Kind(_("A task on a case was given to you: {code}"), _CASE),
    "missing.due": Kind(_("Something on a case is due: {code}"), _CASE),
    "meeting.invited": Kind(_("You are invited to a meeting: {code}"), _MEETING),
    "meeting.moved": Kind(_("A meeting was moved: {code}"), _MEETING),
    "meeting.called_off": Kind(_("A meeting was called off: {code}"), _MEETING),
    "meeting.delegated": Kind(_("You are asked to stand in at a meeting: {code}"), _MEETING),
    "meeting.soon": Kind(_("A meeting is near: {code}"), _MEETING),
    "survey.awaits": Kind(_("A survey without names awaits you: {code}"), "/surveys/{code}/own/"),
    "submission.asked": Kind(_("The figures of a year are asked of your agency: {code}"), "/figures/own/{code}/"),
    "extract.to_decide": Kind(_("Rows for research await your decision: {code}"), "/exports/extracts/{code}/"),
    "extract.decided": Kind(_("A request for rows for research was decided: {code}"), "/exports/extracts/{code}/"),
    "extract.ready": Kind(_("Rows for research are ready: {code}"), "/exports/extracts/{code}/"),
    "grant_report.to_decide": Kind(_("A report to a funder awaits your decision: {code}"), _REQUEST),
    "grant_report.approved": Kind(_("The report that you asked for was approved: {code}"), _REQUEST),
    "grant_report.declined": Kind(_("The report that you asked for was refused: {code}"), _REQUEST),
    "annual.awaits": Kind(_("The annual report awaits you: {code}"), "/annual/{code}/"),
    "assessment.step": Kind(_("Something to do was given to you: {code}"), "/assessments/steps/{code}/"),
    "account.role_granted": Kind(_("You were given a new role: {code}")),
    "role.to_second": Kind(_("A role waits for a second person to confirm it: {code}"), "/people/{code}/"),
    "role.seconded": Kind(_("A role that you asked for was confirmed: {code}"), "/people/{code}/"),
    "account.renewal": Kind(_("Two people are about to renew how you sign in: {code}"), "/sessions/"),
    "work.handed_over": Kind(_("The open work of a colleague who left was given to you: {code}")),
    "clearance.due": Kind(_("Something that opens records to you runs out soon: {code}"), "/onboarding/"),
    "agency_agreement.due": Kind(_("The agreement of your agency runs out soon: {code}"), "/partners/{code}/"),
    "audit.alarm": Kind(_("The audit trail needs you at once, a check failed: {code}"), "/audit/"),
    "access.emergency_opened": Kind(_("A case was opened in an emergency: {code}"), _EMERGENCY),
    "access.emergency_to_second": Kind(_("An opening in an emergency awaits your confirmation: {code}"), _EMERGENCY),
    "access.emergency_confirmed": Kind(_("Your opening in an emergency was confirmed: {code}"), _EMERGENCY),
    "access.emergency_reviewed": Kind(_("An opening in an emergency was looked at: {code}"), _EMERGENCY),
    "access.emergency_suspended": Kind(_("An opening was not looked at in time; the role rests: {code}"), _EMERGENCY),
    "privacy.unusual": Kind(_("Unusual reading of a month awaits a look: {code}"), "/privacy/unusual/"),
    "privacy.disposal": Kind(_("A disposal awaits a second person: {code}"), _DISPOSAL),
    "privacy.disposal_done": Kind(_("A record was destroyed: {code}"), _DISPOSAL),
    "privacy.hold": Kind(_("A legal hold was placed: {code}"), "/privacy/holds/{code}/"),
    "access.review_due": Kind(_("An opening in an emergency awaits review: {code}"), _EMERGENCY),
}

# With a time, this is put behind the sentence.
UNTIL = _("{sentence} (by {time})")

MAIL_SUBJECT = _("Something awaits you in Rightdoor: {code}")
MAIL_BODY = _(
    "Something awaits you in Rightdoor: {code}\n\n{link}\n\nSign in to read it. This message holds nothing else."
)
