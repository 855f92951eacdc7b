import pytest
from django.db import connections, transaction

from rightdoor.foundation.sealing import seals
from rightdoor.foundation.sealing.models import HolderKey
from rightdoor.foundation.sealing.seals import SealContext

pytestmark = [pytest.mark.usefixtures("as_owner"), pytest.mark.req("PRIV-3")]


@pytest.mark.django_db(databases=["default", "keyring"], transaction=True)
def test_a_key_outlives_the_main_transaction_that_asked_for_it(home):
    HolderKey.objects.all().delete()
    seals.ensure_root_key()
    label = SealContext("t", "c", "r", "ROLLED-BACK", "h", "ID")
    with transaction.atomic():
        blob = seals.seal("a text", label)
        transaction.set_rollback(True)
    assert seals.open_sealed(blob, label) == "a text"
    assert connections["keyring"].get_autocommit()
