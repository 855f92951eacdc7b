"""The same pages in a state that differs in every respect."""

from datetime import timedelta

import pytest

from rightdoor.casework.clients.disclosure import Whereabouts, Who
from rightdoor.casework.referrals import actions
from rightdoor.casework.referrals.models import Referral
from rightdoor.domain.response_tier import TriageFacts
from rightdoor.foundation.jurisdiction.active import active_pack
from tests.people import make_person


@pytest.fixture
def there(example_pack, now):
    """A coordinator of the invented state's first region."""
    return make_person("Eve Example", now=now, roles=(("care_coordinator", active_pack().regions[0].key),))


def test_a_referral_runs_its_way_by_that_states_words_and_numbers(enter, there, now):
    pack = active_pack()
    referral = actions.receive_referral(
        there,
        source=pack.trafficking.sources.keys()[0],
        channel=pack.trafficking.channels.keys()[0],
        region=pack.regions[0].key,
        who=Who("Nora", "Nowhere"),
        whereabouts=Whereabouts(area=pack.regions[0].areas[0].key),
        facts={"victim_status": "confirmed"},
        story="Invented.",
        reported_at=now - timedelta(hours=9),
        released_at=now - timedelta(hours=5),
        now=now,
    )
    clock = actions.triage_referral(there, referral, facts=TriageFacts("confirmed", None, None, None), now=now)
    started = {"reported": now - timedelta(hours=9), "released": now - timedelta(hours=5), "received": now}
    assert clock.due_at == started[pack.clocks.starts_at] + timedelta(hours=pack.tier(referral.tier).due_hours)
    browser = enter(there)
    area = pack.word("area")

    for page in ("", "triage/", "eligibility/", "mandated-report/", "matches/", "child/", "situation/"):
        answer = browser.get(f"/referrals/{referral.code}/{page}")
        assert answer.status_code == 200
        for foreign in ("parish", "Parish", "Louisiana", "DCFS"):
            assert foreign not in answer.content.decode()
    assert area.capitalize() in browser.get(f"/referrals/{referral.code}/child/").content.decode()
    assert referral.code in browser.get("/referrals/").content.decode()
    assert browser.get("/referrals/new/").status_code == 200
    assert Referral.objects.get().pack_version == pack.version
