import pytest

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account


@pytest.fixture
def account(now):
    """An account that wants mail. The marked name must turn up nowhere."""

    def make(**changes):
        number = Account.objects.count()
        fields = {"email": f"person{number}@agency.example", "name": "Marigold Testcase", "created_at": now, **changes}
        return Account.objects.create(**fields)

    return make


@pytest.fixture
def as_viewer():
    def of(account):
        return Viewer(
            code=account.code, roles=frozenset(), regions=frozenset(), agency="", discipline="", name=account.name
        )

    return of
