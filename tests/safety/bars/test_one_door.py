"""SEC-32: no page, file or other floor asks a table of clients itself; a planted shortcut is seen."""

from __future__ import annotations

import pytest

from rightdoor.config.env import ROOT
from tests.architecture import one_door
from tests.bars import sabotage

PAGE, OTHER_FLOOR = "rightdoor/casework/cases/web/planted.py", "rightdoor/oversight/desk/queries.py"
TABLES = {"Client": "clients", "Case": "cases", "Identity": "clients", "Referral": "referrals"}
PLANTED = (
    (PAGE, "from m import Case\nCase.objects.get(code=code)"),
    (PAGE, "from m import Case as C\nC.objects.all()"),
    (PAGE, "from m import Client\nClient._base_manager.count()"),
    (PAGE, "import m\nm.Identity.objects.first()"),
    (PAGE, "from m import Case\nsomething = Case\nsomething._default_manager.all()"),
    (PAGE, "get_object_or_404(Case, code=code)"),
    (PAGE, "apps.get_model('cases', 'Case')"),
    (PAGE, "connection.cursor().execute('SELECT 1')"),
    (OTHER_FLOOR, "from m import Referral\nrows = Referral.objects.filter(region=region)"),
    ("rightdoor/community/meetings/actions.py", "from m import Client\nClient.objects.exists()"),
    ("rightdoor/casework/staffings/printouts.py", "from m import Case\nCase.objects.get(pk=1)"),
    ("rightdoor/casework/staffings/jobs.py", "from m import Identity\nIdentity.objects.all()"),
)


@pytest.mark.bar("SEC-32")
def test_no_module_goes_to_a_table_of_clients_past_its_slice() -> None:
    assert one_door.all_violations() == []


@pytest.mark.bar("SEC-32")
@pytest.mark.parametrize(("where", "source"), PLANTED)
def test_a_planted_shortcut_is_seen(where: str, source: str) -> None:
    assert one_door.violations(ROOT / where, source, TABLES) != []


def test_a_slices_own_reads_are_no_shortcut() -> None:
    own = ROOT / "rightdoor/casework/cases/queries.py"
    assert one_door.violations(own, "from m import Case\nCase.objects.all()", TABLES) == []


@sabotage("SEC-32", "the check looks for a manager that nobody uses")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_door, "MANAGERS", frozenset({"nobody_uses_this"}))
