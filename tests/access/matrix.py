"""Who gets what at every address, row by row. A route without a row fails; a row without a route fails, too.

The nine columns, about the records of one child in the region "capital":
  coordinator    of that region
  elsewhere      coordinator of another region
  member         on the case: assigned, a detective
  guest          was invited to the staffing; the window has closed
  stranger       team member of the same region, never on the case
  analyst, auditor, administrator    of the whole state
  anonymous      not signed in

The words: page = shown; act = the form or what it did; away = on to another page; none = the page of an unknown
address; sorry = a link that is no link, with a page of its own; no = may know of it, may not do that, and is told who
may; door = to the way in.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.access.world import ACTORS

# What the varying parts of an address stand for: the world's records by name, or "=" and the text itself.
PARTS: dict[str, dict[str, str]] = {
    "sign_in:invitation": {"secret": "=never-made"},
    "people:person": {"code": "person"},
    "onboarding:of": {"code": "person"},
    "emergency:opening": {"code": "opening"},
    "leaving:offboarding": {"code": "person"},
    "privacy:access_report": {"code": "case"},
    "privacy:access_document": {"code": "case"},
    "privacy:unusual_line": {"code": "unusual"},
    "privacy:hold": {"code": "hold"},
    "privacy:disposal": {"code": "disposal"},
    "privacy:ledger": {"code": "disposal"},
    "privacy:certificate": {"code": "disposal"},
    "demonstration:enter": {"code": "person"},
    "public:start": {"language": "=en"},
    "public:back": {"language": "=en"},
    "intake:report": {"code": "report"},
    "intake:hop": {"code": "report", "key": "=emergency_response"},
    "intake:moves": {"code": "report"},
    "intake:facts": {"code": "report"},
    "screening:bringing_undo": {"code": "results"},
    "screening:screening": {"code": "screening"},
    "screening:reminders": {"code": "screening"},
    "screening:tool": {"code": "screening"},
    "screening:tool_draft": {"code": "screening"},
    "screening:stop": {"code": "screening"},
    "screening:finish": {"code": "screening"},
    "screening:report": {"code": "screening"},
    "screening:report_draft": {"code": "screening"},
    "screening:team": {"code": "screened"},
    "referrals:referral": {"code": "referral"},
    "referrals:export_asked": {"code": "export"},
    "referral_imports:sheet": {"code": "log"},
    "referral_imports:columns": {"code": "log"},
    "referral_imports:faults": {"code": "log"},
    "case_imports:sheet": {"code": "list"},
    "case_imports:columns": {"code": "list"},
    "case_imports:faults": {"code": "list"},
    "referrals:triage": {"code": "fresh"},
    "referrals:second_tier": {"code": "fresh"},
    "referrals:eligibility": {"code": "fresh"},
    "referrals:mandated_report": {"code": "fresh"},
    "referrals:matches": {"code": "referral"},
    "referrals:reconsideration": {"code": "referral"},
    "referrals:lateness": {"code": "referral"},
    "referrals:child": {"code": "referral"},
    "referrals:situation": {"code": "referral"},
    "cases:export_asked": {"code": "case_export"},
    "cases:case": {"code": "case"},
    "cases:glance": {"code": "case"},
    "cases:people": {"code": "case"},
    "cases:team": {"code": "case"},
    "cases:status": {"code": "case"},
    "cases:systems": {"code": "case"},
    "cases:systems_draft": {"code": "case"},
    "cases:moving": {"code": "case"},
    "cases:moving_withdrawal": {"code": "case"},
    "cases:coordinator": {"code": "case"},
    "cases:shares": {"code": "case"},
    "cases:share_ending": {"code": "case", "person": "member"},
    "cases:offer": {"code": "transfer"},
    "cases:together": {"code": "case"},
    "cases:untie": {"code": "case"},
    "cases:merging_new": {"code": "entry", "other": "other_entry"},
    "cases:merging": {"code": "merge"},
    "cases:merging_ending": {"code": "merge"},
    "justice:justice": {"code": "case"},
    "justice:new": {"code": "case", "noun": "=rights"},
    "justice:record": {"noun": "=court-dates", "code": "court_date"},
    "justice:relief": {"code": "case"},
    "justice:relief_new": {"code": "case", "kind": "=continued_presence"},
    "justice:relief_item": {"code": "relief_item"},
    "documents:documents": {"code": "case"},
    "documents:document": {"code": "document"},
    "documents:versions": {"code": "document"},
    "documents:withdrawal": {"code": "document"},
    "documents:copy": {"code": "document", "number": "=1"},
    "documents:check": {"code": "document", "number": "=1"},
    "documents:original": {"code": "document", "number": "=1"},
    "notes:notes": {"code": "case"},
    "notes:new": {"code": "case"},
    "notes:draft": {"code": "case"},
    "notes:sheet": {"code": "case", "tab": "sheet_tab"},
    "notes:sheet_form": {"code": "case", "tab": "sheet_tab"},
    "notes:sheet_draft": {"code": "case", "tab": "sheet_tab"},
    "notes:note": {"code": "note"},
    "notes:correction": {"code": "note"},
    "notes:correction_draft": {"code": "note"},
    "notes:withdrawal": {"code": "note"},
    "closure:closure": {"code": "case"},
    "closure:closing": {"code": "case"},
    "closure:draft": {"code": "case"},
    "closure:reopening": {"code": "case"},
    "closure:reports": {"code": "case"},
    "closure:face_sheet": {"code": "case"},
    "closure:summary_word": {"code": "summary"},
    "closure:plan_word": {"code": "plan"},
    "closure:review": {"code": "review"},
    "closure:review_draft": {"code": "review"},
    "closure:holding": {"code": "review"},
    "closure:recommendations": {"code": "review"},
    "closure:recommendation": {"code": "recommendation"},
    "closure:teaching": {"code": "review"},
    "closure:document": {"code": "review"},
    "closure:word": {"code": "review"},
    "closure:release": {"code": "lesson"},
    "closure:send_back": {"code": "lesson"},
    "cases:mode": {"code": "case"},
    "consents:consent": {"code": "case"},
    "consents:coordination": {"code": "case"},
    "consents:withdrawal": {"code": "case"},
    "consents:custody": {"code": "case"},
    "consents:people": {"code": "case"},
    "consents:person": {"code": "case", "person": "person_around"},
    "consents:new": {"code": "case"},
    "consents:new_form": {"code": "case"},
    "consents:step": {"code": "case", "step": "=signers"},
    "consents:release": {"code": "release"},
    "consents:revocation": {"code": "release"},
    "consents:check": {"code": "release"},
    "consents:form": {"code": "release"},
    "consents:register": {"code": "case"},
    "consents:disclosure_new": {"code": "case"},
    "consents:register_document": {"code": "case"},
    "consents:disclosure": {"code": "outside_disclosure"},
    "consents:order_new": {"code": "case"},
    "consents:order": {"code": "court_order"},
    "consents:subpoena_new": {"code": "case"},
    "consents:subpoena": {"code": "subpoena"},
    "consents:emergency": {"code": "case"},
    "consents:sheet": {"language": "=en"},
    "consents:sheet_document": {"language": "=en"},
    "consents:blank_form": {"language": "=en"},
    "missing:episodes": {"code": "case"},
    "missing:new": {"code": "case"},
    "missing:draft": {"code": "case"},
    "missing:plan": {"code": "case"},
    "missing:episode": {"code": "episode"},
    "missing:facts": {"code": "episode"},
    "missing:keep": {"code": "episode", "form": "=facts"},
    "missing:duty": {"code": "episode", "key": "=police"},
    "missing:told": {"code": "episode"},
    "missing:log": {"code": "episode"},
    "missing:return": {"code": "episode"},
    "missing:step": {"code": "returned", "step": "=screening"},
    "missing:task": {"code": "returned", "number": "=1"},
    "missing:closing": {"code": "returned"},
    "missing:sheet": {"code": "episode"},
    "services:services": {"code": "case"},
    "services:new": {"code": "case"},
    "services:draft": {"code": "case"},
    "services:advocacy": {"code": "case"},
    "services:referral": {"code": "service_referral"},
    "services:steps": {"code": "service_referral"},
    "services:acknowledgement": {"code": "service_referral"},
    "safety:plans": {"code": "case"},
    "safety:writing": {"code": "case"},
    "safety:draft": {"code": "case"},
    "safety:reviews": {"code": "case"},
    "safety:plan": {"code": "safety_plan"},
    "safety:adoption": {"code": "safety_plan"},
    "safety:review": {"code": "safety_plan"},
    "safety:paper": {"code": "safety_plan"},
    "safety:reading": {"code": "safety_plan"},
    "safety:team_copy": {"code": "safety_plan"},
    "plans:plan": {"code": "plan"},
    "plans:adoption": {"code": "plan"},
    "plans:service": {"code": "plan", "number": "=1"},
    "plans:plans": {"code": "case"},
    "plans:new": {"code": "case"},
    "plans:draft": {"code": "case"},
    "plans:comparison": {"code": "case"},
    "plans:check_ins": {"code": "case"},
    "plans:choice_new": {"code": "case"},
    "plans:action": {"code": "plan", "number": "=1"},
    "plans:review_new": {"code": "plan_held"},
    "plans:document": {"code": "plan"},
    "plans:review": {"code": "plan_review"},
    "plans:choice": {"code": "choice"},
    "plans:outcome": {"code": "choice"},
    "staffings:schedule": {"code": "awaiting"},
    "staffings:further": {"code": "case"},
    "staffings:invitations": {"code": "staffing"},
    "staffings:at_meeting": {"code": "staffings_meeting"},
    "staffings:notice": {"code": "staffings_meeting"},
    "staffings:order": {"code": "staffings_meeting"},
    "staffings:add_case": {"code": "staffings_meeting"},
    "staffings:display": {"code": "staffing"},
    "staffings:packets": {"code": "staffing"},
    "staffings:packet": {"code": "packet"},
    "staffings:packet_document": {"code": "packet"},
    "staffings:read": {"secret": "=never-made"},
    "staffings:agenda": {"code": "staffings_meeting"},
    "meetings:sign_in": {"code": "meeting"},
    "surveys:step": {"code": "survey_step"},
    "surveys:round": {"code": "survey"},
    "surveys:own": {"code": "survey"},
    "surveys:invitations": {"code": "survey"},
    "surveys:reminder": {"code": "survey"},
    "surveys:closing": {"code": "survey"},
    "surveys:results": {"code": "survey"},
    "surveys:document": {"code": "survey"},
    "surveys:table": {"code": "survey"},
    "surveys:over_time": {"code": "survey"},
    "surveys:steps": {"code": "survey"},
    "surveys:answer": {"language": "=en"},
    "exports:extract": {"code": "extract"},
    "exports:approval": {"code": "extract"},
    "exports:refusal": {"code": "extract"},
    "exports:file": {"code": "extract"},
    "exports:ending": {"code": "extract"},
    "exports:request": {"code": "exact_request"},
    "exports:request_approval": {"code": "exact_request"},
    "exports:request_refusal": {"code": "exact_request"},
    "exports:request_taking_back": {"code": "exact_request"},
    "exports:report": {"code": "grant_report"},
    "exports:report_file": {"code": "grant_report", "kind": "=csv"},
    "submissions:own": {"code": "figures_source"},
    **{
        f"annual_reports:{name}": {"code": "annual"}
        for name in (
            *("report", "tables", "coarser", "sentences", "sentences_draft"),
            *("building", "reader", "reading", "publishing", "comparison"),
        )
    },
    **{
        f"annual_report:{name}": {"year": "=2024", **more}
        for name, more in (
            ("year", {}),
            ("language", {"language": "=es"}),
            ("edition", {"edition": "=1"}),
            ("file", {"edition": "=1", "name": "=annual-report-2024.csv"}),
        )
    },
    "submissions:year": {"code": "figures"},
    "submissions:sources": {"code": "figures"},
    "submissions:freezing": {"code": "figures"},
    "submissions:reminder": {"code": "figures"},
    "submissions:closing": {"code": "figures"},
    "submissions:reopening": {"code": "figures"},
    "submissions:source": {"code": "figures_source"},
    "submissions:code": {"code": "figures_source"},
    "submissions:refusal": {"code": "figures_source"},
    "submissions:lines": {"code": "figures_source"},
    "submissions:removal": {"code": "figures_source"},
    "submissions:answer": {"code": "figures_source", "number": "=1"},
    "program:project": {"code": "project"},
    "program:moves": {"code": "project"},
    "program:facts": {"code": "project"},
    "program:facts_draft": {"code": "project"},
    "program:phase": {"code": "project", "number": "=1"},
    "program:phase_draft": {"code": "project", "number": "=1"},
    "statistics:rows": {"name": "=R4"},
    "evidence:evidence": {"code": "assessment"},
    "evidence:again": {"code": "assessment"},
    "assessments:blank": {"key": "=program-implementation-evaluation"},
    "assessments:step": {"code": "action_step"},
    "assessments:assessment": {"code": "assessment"},
    "assessments:topic": {"code": "assessment", "number": "=1"},
    "assessments:draft": {"code": "assessment", "number": "=1"},
    "assessments:step_new": {"code": "assessment"},
    "assessments:completion": {"code": "assessment"},
    "assessments:paper": {"code": "assessment"},
    "assessments:table": {"code": "assessment"},
    "minutes:minutes": {"code": "about_the_work"},
    "minutes:draft": {"code": "about_the_work"},
    "minutes:hold": {"code": "about_the_work"},
    "staffings:of_case": {"code": "case"},
    "staffings:cadence": {"code": "case"},
    "staffings:staffing": {"code": "staffing"},
    "staffings:time": {"code": "staffing"},
    "staffings:topic": {"code": "staffing", "topic": "=safety_assessment"},
    "staffings:decisions": {"code": "staffing", "topic": "=safety_assessment"},
    "staffings:action_items": {"code": "staffing", "topic": "=safety_assessment"},
    "staffings:status": {"code": "staffing"},
    "staffings:settlement": {"code": "staffing"},
    "staffings:plan": {"code": "staffing"},
    "staffings:attendance": {"code": "staffing"},
    "staffings:holding": {"code": "staffing"},
    "staffings:summary": {"code": "held"},
    "staffings:shared": {"code": "summary"},
    "staffings:document": {"code": "summary"},
    "staffings:action_item": {"code": "action_item"},
    "meetings:meeting": {"code": "meeting"},
    "meetings:answer": {"code": "meeting"},
    "meetings:attendance": {"code": "meeting"},
    "meetings:briefing": {"code": "meeting", "invitation": "invitation"},
    "meetings:invitation": {"code": "meeting"},
    "meetings:feed": {"secret": "feed"},
    "partners:partner": {"code": "agency"},
    "partners:rooms": {"code": "agency"},
    "partners:partnership": {"code": "partnership"},
    "partners:partnership_draft": {"code": "partnership"},
    "partners:agreement": {"code": "agency"},
    "teams:team": {"region": "=capital"},
    "teams:seats": {"region": "=capital"},
    "cases:grounds": {"code": "case"},
    "cases:members": {"code": "case"},
    "cases:off_case": {"code": "case", "person": "member"},
    "cases:blocks": {"code": "case"},
    "cases:lift": {"code": "case", "block": "block"},
    "cases:conflict": {"code": "case"},
    "cases:district": {"code": "case"},
    "teams:district": {"district": "district"},
    "teams:confirmation": {"district": "district"},
    "teams:withdrawal": {"district": "district"},
    "teams:roster": {"district": "district"},
    "teams:off_roster": {"district": "district", "code": "roster"},
    "teams:ending": {"region": "=capital", "code": "seat"},
}

ROWS = """
                             coordinator elsewhere member guest stranger analyst auditor administrator anonymous
GET  desk:home                      page      page   page  page     page    page    page          page      door
POST desk:home                       act       act    act   act      act     act     act           act      door
GET  desk:clocks                    page      page   none  none     none    none    none          none      door
GET  desk:figures                   page      page   none  none     none    none    none          none      door
GET  desk:owed                      page      page   page  page     page    none    none          none      door
GET  search:find                    page      page   page  page     page    page    page          page      door
POST search:find                     act       act    act   act      act     act     act           act      door
GET  trail:audit                    none      none   none  none     none    none    page          none      door
POST trail:sheet                    none      none   none  none     none    none     act          none      door

GET  sign_in:password               away      away   away  away     away    away    away          away      page
POST sign_in:password                act       act    act   act      act     act     act           act       act
POST sign_in:passkey                 act       act    act   act      act     act     act           act       act
POST sign_in:passkey_offer           act       act    act   act      act     act     act           act       act
GET  sign_in:second_factor          door      door   door  door     door    door    door          door      door
POST sign_in:second_factor          door      door   door  door     door    door    door          door      door
POST sign_in:second_factor_offer     act       act    act   act      act     act     act           act       act
GET  sign_in:invitation            sorry     sorry  sorry sorry    sorry   sorry   sorry         sorry     sorry
GET  sign_in:welcome               sorry     sorry  sorry sorry    sorry   sorry   sorry         sorry     sorry
POST sign_in:welcome               sorry     sorry  sorry sorry    sorry   sorry   sorry         sorry     sorry
GET  sign_in:enrolment              away      away   away  away     away    away    away          away      away
POST sign_in:enrol_passkey           act       act    act   act      act     act     act           act       act
POST sign_in:enrol_passkey_offer     act       act    act   act      act     act     act           act       act
GET  sign_in:enrol_app              away      away   away  away     away    away    away          away      away
POST sign_in:enrol_app               act       act    act   act      act     act     act           act       act
GET  sign_in:codes                  door      door   door  door     door    door    door          door      door
POST sign_in:codes                  door      door   door  door     door    door    door          door      door
GET  sign_in:locked                 away      away   away  away     away    away    away          away      door
POST sign_in:locked                  act       act    act   act      act     act     act           act      door
POST sign_in:locked_offer            act       act    act   act      act     act     act           act       act
POST sign_in:sign_out               door      door   door  door     door    door    door          door      door

POST doorway:lock                    act       act    act   act      act     act     act           act      door
GET  doorway:proof                  page      page   page  page     page    page    page          page      door
POST doorway:proof                   act       act    act   act      act     act     act           act      door
GET  doorway:sessions               page      page   page  page     page    page    page          page      door
POST doorway:sessions                act       act    act   act      act     act     act           act      door
GET  doorway:factors                page      page   page  page     page    page    page          page      door
POST doorway:factors                none      none   none  none     none    none    none          none      door
POST doorway:factor_passkey          act       act    act   act      act     act     act           act      door
POST doorway:factor_passkey_offer    act       act    act   act      act     act     act           act      door
GET  doorway:factor_app             page      page   page  page     page    page    page          page      door
POST doorway:factor_app              act       act    act   act      act     act     act           act      door
GET  doorway:codes                  away      away   away  away     away    away    away          away      door
POST doorway:codes                   act       act    act   act      act     act     act           act      door
GET  doorway:password               page      page   page  page     page    page    page          page      door
POST doorway:password                act       act    act   act      act     act     act           act      door

GET  people:list                      no        no     no    no       no      no      no          page      door
GET  people:invite                    no        no     no    no       no      no      no          page      door
POST people:invite                    no        no     no    no       no      no      no           act      door
GET  people:person                  none      none   none  none     none    none    none          page      door
POST people:person                  none      none   none  none     none    none    none           act      door

GET  onboarding:checklist           page      page   page  page     page    page    page          page      door
GET  onboarding:agreement           page      page   page  page     page    page    page          page      door
POST onboarding:agreement            act       act    act   act      act     act     act           act      door
GET  onboarding:protocol            page      page   page  page     page    page    page          page      door
POST onboarding:protocol             act       act    act   act      act     act     act           act      door
GET  onboarding:of                  page      none   none  none     none    none    none          page      door
POST onboarding:of                   act      none   none  none     none    none    none           act      door

# Only for duty officers, privacy officers and the head of the holding agency, none of whom is among these nine.
GET  emergency:openings             none      none   none  none     none    none    none          none      door
GET  emergency:new                  none      none   none  none     none    none    none          none      door
POST emergency:new                  none      none   none  none     none    none    none          none      door
GET  emergency:banner               none      none   none  none     none    none    none          none      door
GET  emergency:opening              none      none   none  none     none    none    none          none      door
POST emergency:opening              none      none   none  none     none    none    none          none      door

# Who looked at a record: its coordinator, privacy officers by the exact code; the readers for who oversees them.
GET  privacy:home                   none      none   none  none     none    none    away          away      door
GET  privacy:access                 none      none   none  none     none    none    none          none      door
POST privacy:access                 none      none   none  none     none    none    none          none      door
GET  privacy:access_report          page      none   none  none     none    none    none          none      door
POST privacy:access_document         act      none   none  none     none    none    none          none      door
GET  privacy:readers                none      none   none  none     none    none    page          none      door
POST privacy:readers                none      none   none  none     none    none     act          none      door
# Only for privacy officers and the head of the holding agency, none of whom is among these nine.
GET  privacy:unusual                none      none   none  none     none    none    none          none      door
GET  privacy:unusual_line           none      none   none  none     none    none    none          none      door
POST privacy:unusual_line           none      none   none  none     none    none    none          none      door
GET  privacy:retention              none      none   none  none     none    none    page          page      door
GET  privacy:holds                  none      none   none  none     none    none    none          none      door
POST privacy:holds                  none      none   none  none     none    none    none          none      door
GET  privacy:hold                   none      none   none  none     none    none    none          none      door
POST privacy:hold                   none      none   none  none     none    none    none          none      door
GET  privacy:disposals              none      none   none  none     none    none    none          none      door
POST privacy:disposals              none      none   none  none     none    none    none          none      door
GET  privacy:disposal               none      none   none  none     none    none    none          none      door
POST privacy:disposal               none      none   none  none     none    none    none          none      door
POST privacy:ledger                 none      none   none  none     none    none    none          none      door
GET  privacy:certificate            none      none   none  none     none    none    none          none      door
# An administrator asks about a described situation, a coordinator about a case of theirs.
GET  privacy:why                    page      page   none  none     none    none    none          page      door
POST privacy:why                    none      none   none  none     none    none    none           act      door

GET  leaving:offboarding            none      none   none  none     none    none    none          page      door
POST leaving:offboarding            none      none   none  none     none    none    none           act      door

GET  demonstration:people           page      page   page  page     page    page    page          page      page
POST demonstration:enter             act       act    act   act      act     act     act           act       act
GET  demonstration:outbox           page      page   page  page     page    page    page          page      page

POST ui:names                        act       act    act   act      act     act     act           act      door
POST ui:language                     act       act    act   act      act     act     act           act      door
GET  ui:quick_exit                  away      away   away  away     away    away    away          away      away
GET  ui:gallery                     page      page   page  page     page    page    page          page      door
GET  ui:gallery_public              page      page   page  page     page    page    page          page      door
GET  ui:gallery_act                 page      page   page  page     page    page    page          page      door

GET  public:root                    away      away   away  away     away    away    away          away      away
GET  public:start                   page      page   page  page     page    page    page          page      page
POST public:start                    act       act    act   act      act     act     act           act       act
GET  public:back                    page      page   page  page     page    page    page          page      page
POST public:back                     act       act    act   act      act     act     act           act       act

GET  intake:reports                 page      page   page  page     page    none    none          none      door
GET  intake:new                     page      page   page  page     page      no      no            no      door
POST intake:new                      act       act    act   act      act      no      no            no      door
POST intake:draft                    act       act    act   act      act      no      no            no      door
GET  intake:report                  page      none   none  none     none    none    none          none      door
GET  intake:hop                     away      none   none  none     none    none    none          none      door
POST intake:hop                     act       none   none  none     none    none    none          none      door
GET  intake:moves                   page      none   none  none     none    none    none          none      door
POST intake:moves                    act      none   none  none     none    none    none          none      door
GET  intake:facts                   page      none   none  none     none    none    none          none      door
POST intake:facts                    act      none   none  none     none    none    none          none      door

# Whoever began a screening, or the team that it was handed on to. Figures: the region's, or the state's.
GET  screening:screenings           page      page   none  none     none    page    none          none      door
GET  screening:new                  page      page     no    no       no      no      no            no      door
POST screening:new                   act       act     no    no       no      no      no            no      door
POST screening:new_draft             act       act     no    no       no      no      no            no      door
GET  screening:result               page      page     no    no       no      no      no            no      door
POST screening:result                act       act     no    no       no      no      no            no      door
GET  screening:tools                page      page   none  none     none    page    none          none      door
POST screening:tools                 act       act   none  none     none      no    none          none      door
GET  screening:numbers              page      page     no    no       no    page      no            no      door
GET  screening:education            page      page     no    no       no      no      no            no      door
POST screening:education             act       act     no    no       no      no      no            no      door
GET  screening:bringing             page      page     no    no       no      no      no            no      door
POST screening:bringing              act       act     no    no       no      no      no            no      door
POST screening:bringing_undo         act      none   none  none     none    none    none          none      door
GET  screening:screening            page      none   none  none     none    none    none          none      door
GET  screening:reminders            page      none   none  none     none    none    none          none      door
POST screening:reminders             act      none   none  none     none    none    none          none      door
GET  screening:tool                 page      none   none  none     none    none    none          none      door
POST screening:tool                  act      none   none  none     none    none    none          none      door
POST screening:tool_draft            act      none   none  none     none    none    none          none      door
POST screening:stop                  act      none   none  none     none    none    none          none      door
GET  screening:finish               page      none   none  none     none    none    none          none      door
POST screening:finish                act      none   none  none     none    none    none          none      door
GET  screening:report               page      none   none  none     none    none    none          none      door
POST screening:report                act      none   none  none     none    none    none          none      door
POST screening:report_draft          act      none   none  none     none    none    none          none      door
GET  screening:team                 page      none   none  none     none    none    none          none      door
POST screening:team                  act      none   none  none     none    none    none          none      door


GET  referrals:referrals            page      page   none  none     none    none    none          none      door
GET  referrals:export               page      page   none  none     none    none    none          none      door
POST referrals:export                act       act   none  none     none    none    none          none      door
# A file that the coordinator asked for: nobody's but theirs, and the second person's.
GET  referrals:export_asked         page      none   none  none     none    none    none          none      door
POST referrals:export_asked          act      none   none  none     none    none    none          none      door
# Each coordinator finds the figures of the region that they coordinate, and of no other.
GET  referrals:late                 page      page   none  none     none    none    none          none      door
POST referrals:late                  act       act   none  none     none    none    none          none      door
GET  referrals:new                  page      page     no    no       no      no      no            no      door
POST referrals:new                   act       act     no    no       no      no      no            no      door
POST referrals:draft                 act       act     no    no       no      no      no            no      door
GET  referrals:referral             page      none     no  none     none    none    none          none      door
GET  referrals:triage               page      none   none  none     none    none    none          none      door
POST referrals:triage                act      none   none  none     none    none    none          none      door
POST referrals:second_tier           act      none   none  none     none    none    none          none      door
GET  referrals:eligibility          page      none   none  none     none    none    none          none      door
POST referrals:eligibility           act      none   none  none     none    none    none          none      door
GET  referrals:mandated_report      page      none   none  none     none    none    none          none      door
POST referrals:mandated_report       act      none   none  none     none    none    none          none      door
GET  referrals:matches              page      none     no  none     none    none    none          none      door
POST referrals:matches              none      none     no  none     none    none    none          none      door
GET  referrals:reconsideration      page      none     no  none     none    none    none          none      door
POST referrals:reconsideration       act      none     no  none     none    none    none          none      door
GET  referrals:lateness             page      none     no  none     none    none    none          none      door
POST referrals:lateness              act      none     no  none     none    none    none          none      door

GET  referrals:child                page      none     no  none     none    none    none          none      door
POST referrals:child                 act      none     no  none     none    none    none          none      door
GET  referrals:situation            page      none     no  none     none    none    none          none      door
POST referrals:situation             act      none     no  none     none    none    none          none      door

GET  cases:cases                    page      page   page  page     page    page    page          page      door
GET  cases:export                   page      page   none  none     none    none    none          none      door
POST cases:export                    act       act   none  none     none    none    none          none      door
GET  cases:export_asked             page      none   none  none     none    none    none          none      door
POST cases:export_asked              act      none   none  none     none    none    none          none      door
GET  cases:case                     page      none   page  none     none    none    none          none      door
GET  cases:glance                   page      none   page  none     none    none    none          none      door
GET  cases:people                   page      none   page  none     none    none    none          none      door
GET  cases:team                     page      none   page  none     none    none    none          none      door
GET  cases:status                   page      none     no  none     none    none    none          none      door
POST cases:status                    act      none     no  none     none    none    none          none      door
GET  cases:systems                  page      none     no  none     none    none    none          none      door
POST cases:systems                   act      none     no  none     none    none    none          none      door
POST cases:systems_draft             act      none     no  none     none    none    none          none      door
GET  cases:moving                   page      none     no  none     none    none    none          none      door
POST cases:moving                    act      none     no  none     none    none    none          none      door
POST cases:moving_withdrawal         act      none     no  none     none    none    none          none      door
POST cases:coordinator               act      none     no  none     none    none    none          none      door
POST cases:shares                    act      none     no  none     none    none    none          none      door
# Shared with nobody, so there is nothing to end.
POST cases:share_ending             none      none     no  none     none    none    none          none      door
# A case that the region offers to the other one: both see that, and only the other one answers.
GET  cases:offers                   page      page   none  none     none    none    none          none      door
GET  cases:offer                    page      page   none  none     none    none    none          none      door
POST cases:offer                      no       act   none  none     none    none    none          none      door
GET  cases:together                 page      none     no  none     none    none    none          none      door
POST cases:together                  act      none     no  none     none    none    none          none      door
POST cases:untie                     act      none     no  none     none    none    none          none      door
# Two entries of one child: for whoever writes on both, and to be looked at for whoever knows both.
GET  cases:merging_new              page      none   none  none     none    none    none          none      door
POST cases:merging_new               act      none   none  none     none    none    none          none      door
GET  cases:merging                  page      none   none  none     none    none    none          none      door
POST cases:merging_ending            act      none   none  none     none    none    none          none      door
GET  cases:together_new             page      page   none  none     none    none    none          none      door
POST cases:together_new              act       act   none  none     none    none    none          none      door
# A missing child is of class SAFE: the member's discipline learns only that it is so, in the head of the case.
GET  missing:episodes               page      none   none  none     none    none    none          none      door
GET  missing:new                    page      none   none  none     none    none    none          none      door
POST missing:new                     act      none   none  none     none    none    none          none      door
POST missing:draft                   act      none   none  none     none    none    none          none      door
GET  missing:plan                   page      none   none  none     none    none    none          none      door
POST missing:plan                    act      none   none  none     none    none    none          none      door
GET  missing:episode                page      none   none  none     none    none    none          none      door
GET  missing:facts                  page      none   none  none     none    none    none          none      door
POST missing:facts                   act      none   none  none     none    none    none          none      door
POST missing:keep                    act      none   none  none     none    none    none          none      door
GET  missing:duty                   page      none   none  none     none    none    none          none      door
POST missing:duty                    act      none   none  none     none    none    none          none      door
GET  missing:told                   page      none   none  none     none    none    none          none      door
POST missing:told                    act      none   none  none     none    none    none          none      door
GET  missing:log                    page      none   none  none     none    none    none          none      door
POST missing:log                     act      none   none  none     none    none    none          none      door
GET  missing:return                 page      none   none  none     none    none    none          none      door
POST missing:return                  act      none   none  none     none    none    none          none      door
GET  missing:step                   page      none   none  none     none    none    none          none      door
POST missing:step                    act      none   none  none     none    none    none          none      door
POST missing:task                    act      none   none  none     none    none    none          none      door
POST missing:closing                 act      none   none  none     none    none    none          none      door
GET  missing:sheet                  page      none   none  none     none    none    none          none      door
POST missing:sheet                   act      none   none  none     none    none    none          none      door
GET  missing:running                page      page   page  page     page    page    page          page      door

# A sheet is its sender's alone; every coordinator may send one.
GET  referral_imports:import          page      page   none  none     none    none    none          none      door
POST referral_imports:import           act       act   none  none     none    none    none          none      door
GET  referral_imports:empty_sheet     page      page   none  none     none    none    none          none      door
GET  referral_imports:sheet           page      none   none  none     none    none    none          none      door
POST referral_imports:sheet            act      none   none  none     none    none    none          none      door
GET  referral_imports:columns         page      none   none  none     none    none    none          none      door
POST referral_imports:columns          act      none   none  none     none    none    none          none      door
GET  referral_imports:faults          page      none   none  none     none    none    none          none      door
GET  case_imports:import              page      page   none  none     none    none    none          none      door
POST case_imports:import               act       act   none  none     none    none    none          none      door
GET  case_imports:empty_sheet         page      page   none  none     none    none    none          none      door
GET  case_imports:sheet               page      none   none  none     none    none    none          none      door
POST case_imports:sheet                act      none   none  none     none    none    none          none      door
GET  case_imports:columns             page      none   none  none     none    none    none          none      door
POST case_imports:columns              act      none   none  none     none    none    none          none      door
GET  case_imports:faults              page      none   none  none     none    none    none          none      door

# The coordinator's own document of a class that is status only to the member, who finds its day on the list.
# Of another agency the member, a detective, knows kind and day of a court date, and nothing of an immigration item.
GET  justice:justice                page      none   page  none     none    none    none          none      door
GET  justice:new                    page      none   page  none     none    none    none          none      door
POST justice:new                     act      none    act  none     none    none    none          none      door
GET  justice:record                 page      none   none  none     none    none    none          none      door
POST justice:record                  act      none   none  none     none    none    none          none      door
GET  justice:relief                 page      none   page  none     none    none    none          none      door
GET  justice:relief_new             page      none   page  none     none    none    none          none      door
POST justice:relief_new              act      none    act  none     none    none    none          none      door
GET  justice:relief_item            page      none   none  none     none    none    none          none      door
POST justice:relief_item             act      none   none  none     none    none    none          none      door
GET  justice:schedule               page      page   page  page     page    none    none          none      door
POST justice:schedule_document       act       act    act   act      act    none    none          none      door

GET  documents:documents            page      none   page  none     none    none    none          none      door
POST documents:documents             act      none    act  none     none    none    none          none      door
GET  documents:document             page      none   none  none     none    none    none          none      door
POST documents:versions              act      none   none  none     none    none    none          none      door
POST documents:withdrawal            act      none   none  none     none    none    none          none      door
GET  documents:copy                 page      none   none  none     none    none    none          none      door
POST documents:check                 act      none   none  none     none    none    none          none      door
GET  documents:original             page      none   none  none     none    none    none          none      door
POST documents:original              act      none   none  none     none    none    none          none      door

# The coordinator's own note and sheet, which the district's protocol lets the detective read; who writes a note of the
# detective's own profession gets the form.
GET  notes:notes                    page      none   page  none     none    none    none          none      door
GET  notes:new                      page      none   page  none     none    none    none          none      door
POST notes:new                       act      none    act  none     none    none    none          none      door
POST notes:draft                     act      none    act  none     none    none    none          none      door
GET  notes:sheet                    page      none   page  none     none    none    none          none      door
GET  notes:sheet_form               page      none     no  none     none    none    none          none      door
POST notes:sheet_form                act      none     no  none     none    none    none          none      door
POST notes:sheet_draft               act      none     no  none     none    none    none          none      door
GET  notes:note                     page      none   page  none     none    none    none          none      door
GET  notes:correction               page      none     no  none     none    none    none          none      door
POST notes:correction                act      none     no  none     none    none    none          none      door
POST notes:correction_draft          act      none     no  none     none    none    none          none      door
POST notes:withdrawal                act      none     no  none     none    none    none          none      door
GET  cases:mode                     page      none     no  none     none    none    none          none      door
POST cases:mode                      act      none     no  none     none    none    none          none      door

# Consents are the coordinator's: to everybody else on the case they are not there.
GET  consents:consent               page      none   none  none     none    none    none          none      door
GET  consents:coordination          page      none   none  none     none    none    none          none      door
POST consents:coordination           act      none   none  none     none    none    none          none      door
GET  consents:withdrawal            page      none   none  none     none    none    none          none      door
POST consents:withdrawal             act      none   none  none     none    none    none          none      door
GET  consents:custody               page      none   none  none     none    none    none          none      door
POST consents:custody                act      none   none  none     none    none    none          none      door
GET  consents:people                page      none   none  none     none    none    none          none      door
POST consents:people                 act      none   none  none     none    none    none          none      door
GET  consents:person                page      none   none  none     none    none    none          none      door
POST consents:person                 act      none   none  none     none    none    none          none      door
GET  consents:new                   away      none   none  none     none    none    none          none      door
GET  consents:new_form              page      none   none  none     none    none    none          none      door
GET  consents:step                  page      none   none  none     none    none    none          none      door
POST consents:step                   act      none   none  none     none    none    none          none      door
GET  consents:release               page      none   none  none     none    none    none          none      door
GET  consents:revocation            page      none   none  none     none    none    none          none      door
POST consents:revocation             act      none   none  none     none    none    none          none      door
GET  consents:check                 page      none   none  none     none    none    none          none      door
POST consents:check                  act      none   none  none     none    none    none          none      door
GET  consents:form                  page      none   none  none     none    none    none          none      door
GET  consents:register              page      none   none  none     none    none    none          none      door
GET  consents:disclosure_new        page      none   none  none     none    none    none          none      door
POST consents:disclosure_new         act      none   none  none     none    none    none          none      door
GET  consents:register_document     page      none   none  none     none    none    none          none      door
GET  consents:disclosure            page      none   none  none     none    none    none          none      door
POST consents:disclosure             act      none   none  none     none    none    none          none      door
GET  consents:order_new             page      none   none  none     none    none    none          none      door
POST consents:order_new              act      none   none  none     none    none    none          none      door
GET  consents:order                 page      none   none  none     none    none    none          none      door
POST consents:order                  act      none   none  none     none    none    none          none      door
GET  consents:subpoena_new          page      none   none  none     none    none    none          none      door
POST consents:subpoena_new           act      none   none  none     none    none    none          none      door
GET  consents:subpoena              page      none   none  none     none    none    none          none      door
POST consents:subpoena               act      none   none  none     none    none    none          none      door
GET  consents:emergency             page      none   none  none     none    none    none          none      door
POST consents:emergency              act      none   none  none     none    none    none          none      door
GET  consents:sheet_root            away      away   away  away     away    away    away          away      away
GET  consents:sheet                 page      page   page  page     page    page    page          page      page
GET  consents:sheet_document        page      page   page  page     page    page    page          page      page
GET  consents:blank_form            page      page   page  page     page    page    page          page      page

# On what ground: one's own for whom the case is there; who may see what, and changing it, for its coordinators.
GET  cases:grounds                  page      none   page  none     none    none    none          none      door
POST cases:members                   act      none     no  none     none    none    none          none      door
POST cases:off_case                  act      none     no  none     none    none    none          none      door
POST cases:blocks                    act      none     no  none     none    none    none          none      door
POST cases:lift                      act      none     no  none     none    none    none          none      door
GET  cases:conflict                 page      none   page  none     none    none    none          none      door
POST cases:conflict                  act      none    act  none     none    none    none          none      door
GET  cases:district                 page      none     no  none     none    none    none          none      door
POST cases:district                  act      none     no  none     none    none    none          none      door
# Of the classes PLAN and SAFE: to the member on the case, a detective, both are status only, and not there.
GET  services:services              page      none   none  none     none    none    none          none      door
GET  services:new                   page      none   none  none     none    none    none          none      door
POST services:new                   act       none   none  none     none    none    none          none      door
POST services:draft                 act       none   none  none     none    none    none          none      door
GET  services:advocacy              page      none   none  none     none    none    none          none      door
POST services:advocacy              act       none   none  none     none    none    none          none      door
GET  services:referral              page      none   none  none     none    none    none          none      door
POST services:steps                 act       none   none  none     none    none    none          none      door
POST services:acknowledgement       act       none   none  none     none    none    none          none      door
GET  safety:plans                   page      none   none  none     none    none    none          none      door
GET  safety:writing                 page      none   none  none     none    none    none          none      door
POST safety:writing                 act       none   none  none     none    none    none          none      door
POST safety:draft                   act       none   none  none     none    none    none          none      door
POST safety:reviews                 act       none   none  none     none    none    none          none      door
GET  safety:plan                    page      none   none  none     none    none    none          none      door
POST safety:adoption                act       none   none  none     none    none    none          none      door
POST safety:review                  act       none   none  none     none    none    none          none      door
GET  safety:paper                   page      none   none  none     none    none    none          none      door
POST safety:paper                   act       none   none  none     none    none    none          none      door
GET  safety:reading                 page      none   none  none     none    none    none          none      door
POST safety:team_copy               act       none   none  none     none    none    none          none      door
GET  services:open                  page      page   none  none     none    none    none          none      door

GET  plans:plan                     page      none   none  none     none    none    none          none      door
GET  plans:adoption                 page      none   none  none     none    none    none          none      door
POST plans:adoption                  act      none   none  none     none    none    none          none      door
GET  plans:service                  page      none   none  none     none    none    none          none      door
POST plans:service                   act      none   none  none     none    none    none          none      door
GET  plans:plans                     page      none   none  none     none    none    none          none      door
GET  plans:new                       page      none   none  none     none    none    none          none      door
POST plans:new                        act      none   none  none     none    none    none          none      door
POST plans:draft                      act      none   none  none     none    none    none          none      door
GET  plans:comparison                page      none   none  none     none    none    none          none      door
GET  plans:check_ins                 page      none   none  none     none    none    none          none      door
POST plans:check_ins                  act      none   none  none     none    none    none          none      door
GET  plans:choice_new                page      none   none  none     none    none    none          none      door
POST plans:choice_new                 act      none   none  none     none    none    none          none      door
GET  plans:action                    page      none   none  none     none    none    none          none      door
POST plans:action                     act      none   none  none     none    none    none          none      door
GET  plans:review_new                page      none   none  none     none    none    none          none      door
POST plans:review_new                 act      none   none  none     none    none    none          none      door
GET  plans:document                  page      none   none  none     none    none    none          none      door
GET  plans:review                    page      none   none  none     none    none    none          none      door
GET  plans:choice                    page      none   none  none     none    none    none          none      door
GET  plans:outcome                   page      none   none  none     none    none    none          none      door
POST plans:outcome                    act      none   none  none     none    none    none          none      door

# An ending is part of the core; a review is for those who take part, and the member takes none.
GET  closure:archive                page      page   page  page     page    no      no            no        door
GET  closure:closure                page      none   page  none     none    none    none          none      door
POST closure:closure                 act      none     no  none     none    none    none          none      door
GET  closure:closing                page      none     no  none     none    none    none          none      door
POST closure:closing                 act      none     no  none     none    none    none          none      door
POST closure:draft                   act      none     no  none     none    none    none          none      door
GET  closure:reopening              page      none     no  none     none    none    none          none      door
POST closure:reopening               act      none     no  none     none    none    none          none      door
GET  closure:reports                page      none   page  none     none    none    none          none      door
GET  closure:face_sheet             page      none   page  none     none    none    none          none      door
GET  closure:summary_word           page      none   page  page     none    none    none          none      door
GET  closure:plan_word              page      none   none  none     none    none    none          none      door
GET  closure:review                 page      none   none  none     none    none    none          none      door
POST closure:review                  act      none   none  none     none    none    none          none      door
POST closure:review_draft            act      none   none  none     none    none    none          none      door
POST closure:holding                 act      none   none  none     none    none    none          none      door
POST closure:recommendations         act      none   none  none     none    none    none          none      door
POST closure:recommendation          act      none   none  none     none    none    none          none      door
POST closure:teaching                act      none   none  none     none    none    none          none      door
GET  closure:document               page      none   none  none     none    none    none          none      door
GET  closure:word                   page      none   none  none     none    none    none          none      door
# A lesson tells of nobody: whoever wrote it does not release it.
GET  closure:lessons                page      page     no  no       no      no      no            no        door
POST closure:release                 no       act   none  none     none    none    none          none      door
POST closure:send_back              act       act   none  none     none    none    none          none      door

GET  staffings:schedule             page      none   none  none     none    none    none          none      door
POST staffings:schedule              act      none   none  none     none    none    none          none      door
GET  staffings:further              page      none     no  none     none    none    none          none      door
POST staffings:further               act      none     no  none     none    none    none          none      door
GET  staffings:invitations          page      none     no  none     none    none    none          none      door
POST staffings:invitations           act      none     no  none     none    none    none          none      door
GET  staffings:notice               none      none   none  none     none    none    none          none      door
POST staffings:notice               none      none   none  none     none    none    none          none      door
GET  staffings:at_meeting           away      none   away  none     none    none    none          none      door
# The order of an emergency staffing has one line: a button without a case in the form is a button for nothing.
POST staffings:order                none      none   none  none     none    none    none          none      door
GET  staffings:add_case             page      none     no  none     none    none    none          none      door
POST staffings:add_case              act      none     no  none     none    none    none          none      door
GET  staffings:agenda               page      none   page  none     none    none    none          none      door
# Packets are their coordinator's. Its window has closed, so it is not printed either; its link leads nowhere else.
GET  staffings:packets              page      none     no  none     none    none    none          none      door
POST staffings:packets               act      none     no  none     none    none    none          none      door
POST staffings:packet                act      none   none  none     none    none    none          none      door
GET  staffings:packet_document      none      none   none  none     none    none    none          none      door
GET  staffings:read                 page      page   page  page     page    page    page          page      page
POST staffings:read                  act       act    act   act      act     act     act           act       act
GET  staffings:of_case              page      none   page  none     none    none    none          none      door
GET  staffings:cadence              page      none     no  none     none    none    none          none      door
POST staffings:cadence               act      none     no  none     none    none    none          none      door
GET  staffings:due                  page      page   none  none     none    none    none          none      door
GET  staffings:convene              page      page   none  none     none    none    none          none      door
POST staffings:convene               act       act   none  none     none    none    none          none      door
GET  staffings:staffing             page      none   page  none     none    none    none          none      door
GET  staffings:display              page      none   page  none     none    none    none          none      door
GET  staffings:time                 page      none     no  none     none    none    none          none      door
POST staffings:time                  act      none     no  none     none    none    none          none      door
GET  staffings:topic                page      none   page  none     none    none    none          none      door
POST staffings:topic                 act      none    act  none     none    none    none          none      door
GET  staffings:decisions            page      none   page  none     none    none    none          none      door
POST staffings:decisions             act      none    act  none     none    none    none          none      door
GET  staffings:action_items         page      none   page  none     none    none    none          none      door
POST staffings:action_items          act      none    act  none     none    none    none          none      door
GET  staffings:status               page      none     no  none     none    none    none          none      door
POST staffings:status                act      none     no  none     none    none    none          none      door
GET  staffings:settlement           page      none     no  none     none    none    none          none      door
POST staffings:settlement            act      none     no  none     none    none    none          none      door
GET  staffings:plan                 page      none   page  none     none    none    none          none      door
POST staffings:plan                  act      none    act  none     none    none    none          none      door
GET  staffings:attendance           page      none     no  none     none    none    none          none      door
POST staffings:attendance            act      none     no  none     none    none    none          none      door
GET  staffings:holding              page      none     no  none     none    none    none          none      door
POST staffings:holding               act      none     no  none     none    none    none          none      door
GET  staffings:summary              away      none     no  none     none    none    none          none      door
POST staffings:summary               act      none     no  none     none    none    none          none      door
# A summary and a task that were handed to the guest by name stay with the guest.
GET  staffings:shared               page      none   page  page     none    none    none          none      door
GET  staffings:document             page      none   page  page     none    none    none          none      door
GET  staffings:action_item          page      none   page  page     none    none    none          none      door
POST staffings:action_item           act      none     no   act     none    none    none          none      door

GET  meetings:meetings              page      page   page  page     page    page    page          page      door
GET  meetings:participation         page      page   none  none     none    none    none          none      door
GET  meetings:own_feed              page      page   page  page     page    page    page          page      door
POST meetings:own_feed               act       act    act   act      act     act     act           act      door
GET  meetings:meeting               page      none   page  none     none    none    none          none      door
GET  meetings:answer                page      none   page  none     none    none    none          none      door
POST meetings:answer                 act      none    act  none     none    none    none          none      door
GET  meetings:attendance            page      none     no  none     none    none    none          none      door
POST meetings:attendance             act      none     no  none     none    none    none          none      door
GET  meetings:sign_in               page      none     no  none     none    none    none          none      door
POST meetings:briefing               act      none     no  none     none    none    none          none      door
GET  meetings:invitation            page      none   page  none     none    none    none          none      door
# Meetings about the work: called by coordinators and reviewers, minuted by whoever was invited.
GET  minutes:convene                page      page   none  none     none    none    none          none      door
POST minutes:convene                 act       act   none  none     none    none    none          none      door
GET  minutes:minutes                page      none   page  none     none    none    none          none      door
POST minutes:minutes                 act      none    act  none     none    none    none          none      door
POST minutes:draft                   act      none    act  none     none    none    none          none      door
POST minutes:hold                    act      none     no  none     none    none    none          none      door
# Self-assessments side by side, and the plan out of them: for who reads those; planned by who answers them.
GET  comparing:years                page      page   none  none     none    page    none          none      door
GET  comparing:regions              page      page   none  none     none    page    none          none      door
GET  comparing:next                 page      page   none  none     none    page    none          none      door
POST comparing:next                  act       act   none  none     none      no    none          none      door
# Community projects are about the work: of the region, written by its coordinators, read for figures.
GET  program:projects               page      page   none  none     none    page    none          none      door
GET  program:new                    page      page   none  none     none      no    none          none      door
POST program:new                     act       act   none  none     none      no    none          none      door
POST program:draft                   act       act   none  none     none      no    none          none      door
GET  program:project                page      none   none  none     none    page    none          none      door
POST program:moves                   act      none   none  none     none      no    none          none      door
GET  program:facts                  page      none   none  none     none      no    none          none      door
POST program:facts                   act      none   none  none     none      no    none          none      door
POST program:facts_draft             act      none   none  none     none      no    none          none      door
GET  program:phase                  page      none   none  none     none    page    none          none      door
POST program:phase                   act      none   none  none     none      no    none          none      door
POST program:phase_draft             act      none   none  none     none      no    none          none      door
# Surveys without names: run by the region's coordinators, sums read for figures; one's own page for who is invited.
GET  surveys:rounds                 page      page   page  page     page    page    page          page      door
GET  surveys:new                    page      page   none  none     none    none    none          none      door
POST surveys:new                     act       act   none  none     none    none    none          none      door
GET  surveys:instruments            page      page   none  none     none    none    none          none      door
POST surveys:instruments             act       act   none  none     none    none    none          none      door
GET  surveys:round                  page      none   none  none     none    page    none          none      door
GET  surveys:own                    none      none   page  none     none    none    none          none      door
GET  surveys:invitations            page      none   none  none     none      no    none          none      door
POST surveys:invitations             act      none   none  none     none      no    none          none      door
POST surveys:reminder                act      none   none  none     none      no    none          none      door
POST surveys:closing                 act      none   none  none     none      no    none          none      door
GET  surveys:results                page      none   none  none     none    page    none          none      door
GET  surveys:document               page      none   none  none     none    page    none          none      door
GET  surveys:table                  page      none   none  none     none    page    none          none      door
GET  surveys:over_time              page      none   none  none     none    page    none          none      door
GET  surveys:steps                  page      none   none  none     none      no    none          none      door
POST surveys:steps                   act      none   none  none     none      no    none          none      door
POST surveys:step                    act      none   none  none     none      no    none          none      door
# Who answers is not asked who they are: the one-time code opens the questions, and it travels in the form.
GET  surveys:answer                 page      page   page  page     page    page    page          page      page
POST surveys:answer                  act       act    act   act      act     act     act           act       act
# Yearly figures: whoever reads the whole state's figures keeps the list. A source answers by its agency's head, who is
# none of the nine, or by a code that travels in the form. The calculator holds nothing.
GET  submissions:years              none      none   none  none     none    page    none          none      door
GET  submissions:new                none      none   none  none     none    page    none          none      door
POST submissions:new                none      none   none  none     none     act    none          none      door
GET  submissions:year               none      none   none  none     none    page    none          none      door
GET  submissions:sources            none      none   none  none     none    page    none          none      door
POST submissions:sources            none      none   none  none     none     act    none          none      door
POST submissions:freezing           none      none   none  none     none     act    none          none      door
POST submissions:reminder           none      none   none  none     none     act    none          none      door
POST submissions:closing            none      none   none  none     none     act    none          none      door
POST submissions:reopening          none      none   none  none     none     act    none          none      door
GET  submissions:source             none      none   none  none     none    page    none          none      door
POST submissions:code               none      none   none  none     none     act    none          none      door
POST submissions:refusal            none      none   none  none     none     act    none          none      door
POST submissions:lines              none      none   none  none     none     act    none          none      door
POST submissions:removal            none      none   none  none     none     act    none          none      door
GET  submissions:answer             none      none   none  none     none    page    none          none      door
GET  submissions:own                none      none   none  none     none    none    none          none      door
POST submissions:own                none      none   none  none     none    none    none          none      door
GET  submissions:stranger           page      page   page  page     page    page    page          page      page
POST submissions:stranger            act       act    act   act      act     act     act           act       act
GET  submissions:calculator         page      page   page  page     page    page    page          page      page
# Exports are the whole state's: who reads its figures asks and reports, who looks after privacy (none of the nine)
# decides.
GET  exports:index                  none      none   none  none     none    page    none          none      door
GET  exports:extract_new            none      none   none  none     none    page    none          none      door
POST exports:extract_new            none      none   none  none     none     act    none          none      door
POST exports:extract_draft          none      none   none  none     none     act    none          none      door
GET  exports:extract                none      none   none  none     none    page    none          none      door
POST exports:approval               none      none   none  none     none      no    none          none      door
POST exports:refusal                none      none   none  none     none      no    none          none      door
POST exports:file                   none      none   none  none     none     act    none          none      door
POST exports:ending                 none      none   none  none     none     act    none          none      door
GET  exports:report_new             none      none   none  none     none    page    none          none      door
POST exports:report_new             none      none   none  none     none     act    none          none      door
GET  exports:request                none      none   none  none     none    page    none          none      door
POST exports:request_approval       none      none   none  none     none      no    none          none      door
POST exports:request_refusal        none      none   none  none     none      no    none          none      door
POST exports:request_taking_back    none      none   none  none     none     act    none          none      door
GET  exports:report                 none      none   none  none     none    page    none          none      door
GET  exports:report_file            none      none   none  none     none    page    none          none      door
# The annual report once it is published: for anybody, and nothing before.
GET  annual_report:newest           away      away   away  away     away    away    away          away      away
GET  annual_report:year             page      page   page  page     page    page    page          page      page
GET  annual_report:language         page      page   page  page     page    page    page          page      page
GET  annual_report:edition          page      page   page  page     page    page    page          page      page
GET  annual_report:file             page      page   page  page     page    page    page          page      page
# The annual report before it is published: for who draws it up, and for who reads it over.
GET  annual_reports:index           none      none   none  none     none    page    page          none      door
GET  annual_reports:new             none      none   none  none     none    page      no          none      door
POST annual_reports:new             none      none   none  none     none     act      no          none      door
GET  annual_reports:report          none      none   none  none     none    page    page          none      door
GET  annual_reports:tables          none      none   none  none     none    none    none          none      door
GET  annual_reports:coarser         none      none   none  none     none    page      no          none      door
POST annual_reports:coarser         none      none   none  none     none     act      no          none      door
GET  annual_reports:sentences       none      none   none  none     none    page      no          none      door
POST annual_reports:sentences       none      none   none  none     none     act      no          none      door
POST annual_reports:sentences_draft none      none   none  none     none     act      no          none      door
POST annual_reports:building        none      none   none  none     none     act      no          none      door
POST annual_reports:reader          none      none   none  none     none     act      no          none      door
GET  annual_reports:reading         none      none   none  none     none    page      no          none      door
POST annual_reports:reading         none      none   none  none     none     act      no          none      door
POST annual_reports:publishing      none      none   none  none     none     act      no          none      door
POST annual_reports:comparison      none      none   none  none     none     act     act          none      door
# The feed's secret is in its address; whose it is does not matter.
GET  meetings:feed                  page      page   page  page     page    page    page          page      page

# Figures over the records of a region: for who may open those records. For the others the page says where theirs are.
GET  statistics:numbers             page      page   none  none     none    page    page          none      door
GET  statistics:csv                 page      page   none  none     none    none    none          none      door
GET  statistics:xlsx                page      page   none  none     none    none    none          none      door
GET  statistics:endings             page      page   none  none     none    none    none          none      door
GET  statistics:endings_csv         page      page   none  none     none    none    none          none      door
GET  statistics:endings_xlsx        page      page   none  none     none    none    none          none      door
GET  statistics:taking              page      page   none  none     none    none    none          none      door
POST statistics:taking               act       act   none  none     none    none    none          none      door
GET  statistics:rows                page      page   none  none     none    none    none          none      door
GET  statistics:signals             page      page   none  none     none    none    none          none      door
# Figures of the whole state, under disclosure control: for its leaders, who see no case.
GET  statistics:state               none      none   none  none     none    page    page          none      door
POST statistics:state_count         none      none   none  none     none     act      no          none      door
GET  statistics:state_csv           none      none   none  none     none    page    page          none      door
GET  statistics:state_xlsx          none      none   none  none     none    page    page          none      door

# Teams and partners hold people of staff and agencies, never a client.
# Self-assessments: written by who coordinates the region, read also by analysts; a step also by whoever has to do it.
GET  assessments:assessments        page      page   none  none     none    page    none          none      door
GET  assessments:new                page      page   none  none     none    none    none          none      door
POST assessments:new                 act       act   none  none     none    none    none          none      door
GET  assessments:blank              page      page   none  none     none    page    none          none      door
GET  evidence:evidence              page      none   none  none     none    page    none          none      door
POST evidence:evidence               act      none   none  none     none      no    none          none      door
POST evidence:again                  act      none   none  none     none      no    none          none      door
GET  assessments:assessment         page      none   none  none     none    page    none          none      door
GET  assessments:topic              page      none   none  none     none    page    none          none      door
POST assessments:topic               act      none   none  none     none      no    none          none      door
POST assessments:draft               act      none   none  none     none      no    none          none      door
GET  assessments:step_new           page      none   none  none     none      no    none          none      door
POST assessments:step_new            act      none   none  none     none      no    none          none      door
GET  assessments:step               page      none   page  none     none    page    none          none      door
POST assessments:step                act      none    act  none     none      no    none          none      door
GET  assessments:completion         page      none   none  none     none      no    none          none      door
POST assessments:completion          act      none   none  none     none      no    none          none      door
GET  assessments:paper              page      none   none  none     none    page    none          none      door
GET  assessments:table              page      none   none  none     none    page    none          none      door
GET  teams:teams                    page      page   page  page     page    page    page          page      door
GET  teams:team                     page      none   page  page     page    page    page          page      door
POST teams:team                      act      none     no    no       no      no      no           act      door
GET  teams:seats                    page      none   page  page     page    page    page          page      door
POST teams:seats                     act      none     no    no       no      no      no           act      door
POST teams:ending                    act      none     no    no       no      no      no           act      door
# Protocols of the investigative teams: who coordinates or looks after the whole sees them, two people switch them.
GET  teams:districts                page      page     no    no       no      no    page          page      door
GET  teams:district                 page      page     no    no       no      no    page          page      door
POST teams:district                   no        no     no    no       no      no      no           act      door
POST teams:confirmation               no        no     no    no       no      no      no           act      door
POST teams:withdrawal                 no        no     no    no       no      no      no           act      door
POST teams:roster                     no        no     no    no       no      no      no           act      door
POST teams:off_roster                 no        no     no    no       no      no      no           act      door
GET  partners:partners              page      page   page  page     page    page    page          page      door
GET  partners:new                   page      page     no    no       no      no      no          page      door
POST partners:new                    act       act     no    no       no      no      no           act      door
GET  partners:partner               page      page   page  page     page    page    page          page      door
GET  partners:rooms                 page      page   page  page     page    page    page          page      door
POST partners:rooms                  act       act     no    no       no      no      no           act      door
# How closely two agencies work together: said by the region's coordinators, read also for figures.
GET  partners:partnerships          page      page   none  none     none    page    none          none      door
GET  partners:partnership_new       page      page   none  none     none      no    none          none      door
POST partners:partnership_new        act       act   none  none     none      no    none          none      door
POST partners:partnership_new_draft  act       act   none  none     none      no    none          none      door
GET  partners:partnership           page      none   none  none     none    page    none          none      door
POST partners:partnership            act      none   none  none     none      no    none          none      door
POST partners:partnership_draft      act      none   none  none     none      no    none          none      door
GET  partners:agreement               no        no     no    no       no      no      no          page      door
POST partners:agreement              no        no     no    no       no      no      no           act      door
"""


def rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each row as (method, route, actor to word)."""
    head, *lines = [line.split() for line in ROWS.splitlines() if line.strip() and line[0] != "#"]
    assert tuple(head) == ACTORS, "the head of the matrix names the actors in their order"
    for method, route, *words in lines:
        assert len(words) == len(ACTORS), f"{method} {route} has {len(words)} words"
        yield method, route, dict(zip(ACTORS, words, strict=True))
