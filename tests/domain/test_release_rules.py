"""What makes a release valid, who signs it and what ends it. Each test carries the rule's id. (practice.md 4.2)"""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rightdoor.domain import eligibility
from rightdoor.domain.confidentiality import OWN_OR_NOTHING, SPECIAL, decide
from rightdoor.domain.consent import (
    ALTERNATIVES,
    RELEASABLE,
    LegalAlternative,
    ParticipationConsent,
    Release,
    ReleaseRule,
    Signer,
    check_may_leave_investigative_mode,
    check_release,
    default_expiry,
    eighteen_at,
    guardian_counts_until,
    is_valid,
    release_faults,
    release_ground,
    why_may_not_sign,
    why_suspend,
)
from rightdoor.domain.eligibility import EligibilityFacts, EligibilityRule, decide_eligibility
from rightdoor.domain.errors import RuleBroken
from tests.domain.worlds import ADVOCATE, CASE, DAY, NOW, item, with_grounds

ZONE = ZoneInfo("America/Denver")
RULE = ReleaseRule(default_days=30, cap_days=365, minor_alone=frozenset({"SUD"}))
CLIENT = Signer("client", signed_at=NOW - DAY)
PARENT = Signer(
    "guardian",
    signed_at=NOW - DAY,
    code="PARE-0001",
    alleged_perpetrator=False,
    abuser_of_minor=False,
    abuser_of_other_parent=False,
    under_investigation=False,
)
CUSTODIAN = replace(PARENT, role="custodian", code="CUST-0001", authority="Order 7 of the invented court")
BIRTHDAY = NOW + 400 * DAY
RELEASE = Release(
    code="REL-0001",
    route="minor_and_guardian",
    from_agency="HOLD-0001",
    to_agency=ADVOCATE.agency,
    classes=frozenset({"CORE", "MH"}),
    purpose="To plan the next weeks together",
    signers=(CLIENT, PARENT),
    expires_at=NOW + 29 * DAY,
    initialled=frozenset({"MH"}),
    how="spoken and in writing",
    explained_by="Invented Coordinator",
    language="es",
    is_understood=True,
    interpreter="Invented Interpreter",
    interpreter_is_relative=False,
    risks_explained=True,
    told_right_to_revoke=True,
    told_not_required=True,
    guardian_until=BIRTHDAY,
)
CORE = item("CORE")

pytestmark = pytest.mark.req("PRIV-1")


def rules_broken(release: Release, now: datetime = NOW) -> set[str]:
    return {fault.rule for fault in release_faults(release, RULE, now)}


def opens(release: Release, now: datetime = NOW, held=CORE) -> bool:
    """Does the decision open on it? `is_valid` must say the same."""
    opened = decide(ADVOCATE, "read", held, with_grounds(release_ground(release)), now).allowed
    assert is_valid(release, now, held, "HOLD-0001", ADVOCATE.agency, RULE)[0] == opened
    return opened


def test_a_release_with_everything_in_order_is_recorded_and_opens():
    check_release(RELEASE, RULE, NOW)
    assert opens(RELEASE)
    assert opens(RELEASE, held=item("MH"))


def test_what_is_wrong_is_said_field_by_field_with_what_to_do():
    with pytest.raises(RuleBroken, match="Say what the recipient needs it for"):
        check_release(replace(RELEASE, purpose=" "), RULE, NOW)
    assert release_faults(replace(RELEASE, purpose=" "), RULE, NOW)[0].field == "purpose"
    for fault in release_faults(Release("R", "other", "", frozenset(), "", (), None), RULE, NOW):  # type: ignore[arg-type]
        assert fault.sentence.endswith(".")


@pytest.mark.rule("RO-1")
def test_it_opens_from_the_last_signature_until_just_before_its_end():
    assert not opens(RELEASE, NOW - DAY - timedelta(seconds=1))
    assert opens(RELEASE, NOW - DAY)
    assert opens(RELEASE, RELEASE.expires_at - timedelta(seconds=1))
    assert not opens(RELEASE, RELEASE.expires_at)
    later = replace(RELEASE, signers=(CLIENT, replace(PARENT, signed_at=NOW + DAY)))
    assert not opens(later)
    assert "RO-1" in rules_broken(later)


@pytest.mark.rule("RO-1")
@pytest.mark.parametrize("missing", [CLIENT, PARENT])
def test_it_opens_nothing_while_a_required_signature_is_missing(missing):
    unsigned = replace(RELEASE, signers=tuple(one for one in RELEASE.signers if one is not missing))
    assert not opens(unsigned)
    assert "RO-7" in rules_broken(unsigned)
    blank = replace(RELEASE, signers=(*unsigned.signers, replace(missing, signed_at=None)))
    assert not opens(blank)


@pytest.mark.rule("RO-2")
def test_an_event_alone_is_no_end():
    until_closed = replace(RELEASE, expires_at=None, expires_on="until the case closes")
    assert "RO-2" in rules_broken(until_closed)
    assert not opens(until_closed)
    assert not rules_broken(replace(RELEASE, expires_on="until the case closes"))


@pytest.mark.rule("RO-2")
def test_it_runs_thirty_days_by_default_and_a_year_at_most():
    assert default_expiry(NOW, RULE) == NOW + 30 * DAY
    year = replace(RELEASE, expires_at=NOW + 364 * DAY)
    assert not rules_broken(year)
    longer = replace(year, expires_at=NOW + 364 * DAY + timedelta(seconds=1))
    assert "RO-2" in rules_broken(longer)
    assert not is_valid(longer, NOW, CORE, "HOLD-0001", ADVOCATE.agency, RULE)[0]


@pytest.mark.rule("RO-3")
def test_it_opens_listed_classes_and_listed_items_alone():
    assert not opens(RELEASE, held=item("SAFE"))
    one = replace(RELEASE, items=frozenset({"ITEM-0001"}))
    assert opens(one)
    assert not opens(one, held=item("CORE", code="ITEM-0002"))


@pytest.mark.rule("RO-3")
@pytest.mark.parametrize("classes", [frozenset(), frozenset({"*"}), frozenset({"ALL"}), RELEASABLE])
def test_a_release_of_all_records_is_refused(classes):
    assert "RO-3" in rules_broken(replace(RELEASE, classes=classes, initialled=SPECIAL))


@pytest.mark.rule("RO-4")
def test_it_goes_one_way_from_one_discloser_to_one_recipient():
    valid = lambda *way: is_valid(RELEASE, NOW, CORE, *way)[0]  # noqa: E731
    assert valid("HOLD-0001", ADVOCATE.agency)
    assert not valid(ADVOCATE.agency, "HOLD-0001")
    assert not valid("HOLD-0001", "ELSE-0001")
    assert not valid("HOLD-0001", "")
    for spoiled in (
        {"is_mutual": True},
        {"to_agency": "HOLD-0001"},
        {"to_agency": ""},
        {"to_account": ADVOCATE.code},
        {"from_agency": ""},
    ):
        assert "RO-4" in rules_broken(replace(RELEASE, **spoiled))


@pytest.mark.rule("RO-5")
@pytest.mark.parametrize("data_class", sorted(SPECIAL - {"LOC"}))
def test_a_special_class_needs_its_own_initials(data_class):
    special = replace(
        RELEASE, classes=frozenset({data_class}), names_intermediary=True, redisclosure_notice=True, initialled=SPECIAL
    )
    assert not rules_broken(special)
    assert opens(special, held=item(data_class))
    general = replace(special, initialled=frozenset())
    assert "RO-5" in rules_broken(general)
    assert not opens(general, held=item(data_class))


@pytest.mark.rule("RO-5")
def test_a_place_is_released_to_a_named_person_and_substance_use_with_its_notice():
    place = replace(RELEASE, classes=frozenset({"LOC"}), initialled=SPECIAL)
    assert "RO-5" in rules_broken(place)
    assert not rules_broken(replace(place, to_agency="", to_account=ADVOCATE.code))
    whole = replace(
        RELEASE, classes=frozenset({"SUD"}), initialled=SPECIAL, names_intermediary=True, redisclosure_notice=True
    )
    assert not rules_broken(whole)
    assert "RO-5" in rules_broken(replace(whole, redisclosure_notice=None))
    assert "RO-5" in rules_broken(replace(whole, names_intermediary=False))


@pytest.mark.rule("RO-5")
@pytest.mark.parametrize("data_class", [*sorted(OWN_OR_NOTHING), "REP", "PERF"])
def test_privileged_records_are_never_released_here(data_class):
    forbidden = replace(RELEASE, classes=frozenset({data_class}), initialled=frozenset({data_class}))
    assert "RO-5" in rules_broken(forbidden)
    assert not release_ground(forbidden).classes
    assert not is_valid(forbidden, NOW, item(data_class), "HOLD-0001", ADVOCATE.agency)[0]


@pytest.mark.rule("RO-6")
@pytest.mark.parametrize(
    "spoiled",
    [
        {"language": ""},
        {"is_understood": None},
        {"is_understood": False},
        {"interpreter_is_relative": True},
        {"interpreter_is_relative": None},
        {"explained_by": ""},
        {"risks_explained": None},
        {"told_right_to_revoke": False},
        {"told_not_required": None},
    ],
)
def test_it_is_explained_in_a_language_that_the_signers_understand_and_not_by_a_relative(spoiled):
    assert "RO-6" in rules_broken(replace(RELEASE, **spoiled))


@pytest.mark.rule("RO-6")
@pytest.mark.parametrize("spoiled", [{"language": ""}, {"is_understood": None}, {"interpreter_is_relative": True}])
def test_what_was_not_understood_opens_nothing(spoiled):
    assert not opens(replace(RELEASE, **spoiled))


@pytest.mark.rule("RO-7")
def test_who_must_sign_depends_on_the_way():
    of_age = {"of_age_at": NOW - DAY, "guardian_until": NOW - DAY}
    assert not rules_broken(replace(RELEASE, route="self", signers=(CLIENT,), **of_age))
    assert "RO-7" in rules_broken(replace(RELEASE, route="self", signers=(CLIENT,)))
    assert not opens(replace(RELEASE, route="self", signers=(CLIENT,), guardian_until=NOW - DAY))
    assert not rules_broken(replace(RELEASE, route="custodian", signers=(CUSTODIAN,)))
    assert rules_broken(replace(RELEASE, route="custodian", signers=(replace(CUSTODIAN, authority=""),)))
    assert rules_broken(replace(RELEASE, route="minor_and_guardian", signers=(CLIENT, CUSTODIAN)))
    assert "RO-7" in rules_broken(replace(RELEASE, route="whoever"))


@pytest.mark.rule("RO-7")
def test_a_minor_signs_alone_only_where_the_law_lets_a_minor_get_the_service_alone():
    alone = replace(
        RELEASE,
        route="minor_alone",
        signers=(CLIENT,),
        classes=frozenset({"SUD"}),
        initialled=SPECIAL,
        names_intermediary=True,
        redisclosure_notice=True,
    )
    assert not rules_broken(alone)
    assert "RO-7" in rules_broken(replace(alone, classes=frozenset({"SUD", "MH"})))
    assert is_valid(alone, NOW, item("SUD"), "HOLD-0001", ADVOCATE.agency, RULE)[0]
    assert not is_valid(alone, NOW, item("SUD"), "HOLD-0001", ADVOCATE.agency)[0]


@pytest.mark.rule("RO-7")
def test_one_parent_who_did_no_harm_is_enough():
    other = replace(PARENT, code="PARE-0002", signed_at=None)
    assert not rules_broken(replace(RELEASE, signers=(CLIENT, PARENT, other)))
    assert opens(replace(RELEASE, signers=(CLIENT, PARENT, other)))


@pytest.mark.rule("RO-7", "SR-32")
def test_a_family_services_record_opens_on_the_childs_own_signature():
    family = replace(RELEASE, route="custodian", signers=(CUSTODIAN,), classes=frozenset({"FINS"}))
    assert "RO-7" in rules_broken(family)
    assert "FINS" not in release_ground(family).classes
    assert "FINS" in release_ground(replace(family, signers=(CUSTODIAN, CLIENT))).classes


FLAGS = ("alleged_perpetrator", "abuser_of_minor", "abuser_of_other_parent", "under_investigation")


@pytest.mark.rule("RO-8", "SR-41")
@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("value", [True, None])
def test_whoever_may_have_done_harm_signs_nothing_and_not_known_is_not_no(flag, value):
    flagged = replace(PARENT, **{flag: value})
    assert why_may_not_sign(flagged)
    assert not why_may_not_sign(PARENT)
    assert "RO-8" in rules_broken(replace(RELEASE, signers=(CLIENT, flagged)))
    assert not opens(replace(RELEASE, signers=(CLIENT, flagged)))


@pytest.mark.rule("RO-8")
def test_a_flag_that_comes_later_suspends_the_release():
    assert why_suspend(RELEASE, frozenset({"PARE-0001"})) == "flag"
    assert not why_suspend(RELEASE, frozenset({"ELSE-0001"}))
    later = replace(RELEASE, signers=(CLIENT, replace(PARENT, under_investigation=True)))
    assert release_ground(later).suspended
    # Even beside another parent who signed: somebody must look at it first.
    assert not opens(replace(later, signers=(*later.signers, replace(PARENT, code="PARE-0002"))))


@pytest.mark.rule("RO-9")
def test_a_release_that_is_taken_back_ends_at_once():
    back = replace(RELEASE, revoked_at=NOW)
    assert opens(back, NOW - timedelta(seconds=1))
    assert not opens(back, NOW)
    assert not opens(replace(RELEASE, suspended_at=NOW - DAY))


@pytest.mark.rule("RO-10")
def test_eligibility_knows_nothing_of_consents_and_releases():
    rule = EligibilityRule(18, ("suspected", "confirmed"), eligibility.REASONS)
    facts = EligibilityFacts(15, None, False, "suspected", True, True, True)
    before = decide_eligibility(facts, rule, date(2026, 6, 1))
    assert before.eligible is True
    # There is no way in: neither the facts nor the rule can say whether somebody signed.
    asked = {field.name for field in (*fields(EligibilityFacts), *fields(EligibilityRule))}
    assert not {name for name in asked if "consent" in name or "release" in name or "sign" in name}
    assert "consent" not in inspect.getsource(eligibility).lower()
    for refused in (replace(RELEASE, revoked_at=NOW), replace(RELEASE, signers=())):
        assert not opens(refused)
        assert decide_eligibility(facts, rule, date(2026, 6, 1)) == before


@pytest.mark.rule("RO-11", "SR-44")
@pytest.mark.parametrize("route", ["minor_and_guardian", "custodian"])
def test_a_guardians_release_ends_at_eighteen(route):
    signers = (CLIENT, PARENT if route == "minor_and_guardian" else CUSTODIAN)
    soon = replace(RELEASE, route=route, signers=signers, guardian_until=NOW + DAY)
    assert not rules_broken(soon)
    assert opens(soon)
    assert opens(soon, NOW + DAY - timedelta(seconds=1))
    assert not opens(soon, NOW + DAY)
    assert "RO-11" in rules_broken(soon, NOW + DAY)


@pytest.mark.rule("RO-11")
def test_a_birth_date_that_nobody_knows_is_no_reason_to_count_longer_on_the_guardian():
    assert guardian_counts_until(None, ZONE, None) is None
    assert guardian_counts_until(None, ZONE, NOW + DAY) == NOW + DAY
    assert guardian_counts_until(date(2010, 6, 2), ZONE, NOW) == datetime(2028, 6, 2, tzinfo=ZONE)
    unknown = replace(RELEASE, guardian_until=None)
    assert "RO-11" in rules_broken(unknown)
    assert not opens(unknown)


def test_somebody_born_on_february_29_is_eighteen_on_march_1():
    assert eighteen_at(date(2008, 2, 29), ZONE) == datetime(2026, 3, 1, tzinfo=ZONE)
    assert eighteen_at(date(2008, 2, 28), UTC) == datetime(2026, 2, 28, tzinfo=UTC)


@pytest.mark.rule("RO-11")
def test_emancipation_ends_a_guardians_release_and_a_change_of_custody_suspends_it():
    assert not opens(replace(RELEASE, emancipated_at=NOW))
    assert "RO-11" in rules_broken(replace(RELEASE, emancipated_at=NOW))
    assert why_suspend(RELEASE, frozenset(), custody_changed=True) == "custody"
    assert not opens(replace(RELEASE, custody_changed_at=NOW - DAY))
    own = replace(RELEASE, route="self", signers=(CLIENT,), of_age_at=NOW - 9 * DAY, custody_changed_at=NOW - DAY)
    assert why_suspend(own, frozenset(), custody_changed=True) == ""
    assert opens(own)


# --- ongoing coordination -------------------------------------------------------------------------------------------

CONSENT = ParticipationConsent("guardian", given_at=NOW - DAY, signer_alleged=False)
ALTERNATIVE = LegalAlternative("court_order", NOW - DAY, document="Order 7 of the invented court")


def test_a_case_leaves_investigative_mode_on_consent_or_on_what_stands_in_its_place():
    assert check_may_leave_investigative_mode(CONSENT, (), NOW) == "consent"
    assert check_may_leave_investigative_mode(None, (ALTERNATIVE,), NOW) == "court_order"
    refused = replace(CONSENT, withdrawn_at=NOW)
    assert check_may_leave_investigative_mode(refused, (ALTERNATIVE,), NOW) == "court_order"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"kind": "none"},
        {"kind": "habit"},
        {"document": " "},
        {"starts_at": NOW + DAY},
        {"ends_at": NOW},
        {"ended_at": NOW},
        {"kind": "other_parent"},
        {"kind": "other_parent", "signer_alleged": True},
    ],
)
def test_otherwise_it_stays_in_investigative_mode(spoiled):
    for consent in (None, replace(CONSENT, signer_alleged=None), replace(CONSENT, expires_at=NOW)):
        with pytest.raises(RuleBroken, match="stays in investigative mode"):
            check_may_leave_investigative_mode(consent, (replace(ALTERNATIVE, **spoiled),), NOW)


@pytest.mark.parametrize("kind", sorted(set(ALTERNATIVES) - {"none"}))
def test_each_alternative_stands_with_what_it_rests_on(kind):
    whole = replace(ALTERNATIVE, kind=kind, signer_alleged=False)
    assert check_may_leave_investigative_mode(None, (whole,), NOW) == kind


def test_consent_to_coordination_opens_no_record():
    assert not decide(ADVOCATE, "read", CORE, CASE, NOW).allowed
