import pytest
from django.db import connection

from rightdoor.foundation.audit.events import record_read

pytestmark = [pytest.mark.usefixtures("as_owner"), pytest.mark.req("PRIV-4")]


@pytest.mark.django_db(transaction=True)
def test_a_reading_is_committed_before_the_answer(viewer):
    record_read(viewer, "client.identity_seen", code="CDFG-4444")
    with connection.copy().cursor() as elsewhere:
        elsewhere.execute("SELECT count(*) FROM audit_auditevent WHERE verb = 'client.identity_seen'")
        assert elsewhere.fetchone()[0] == 1
