import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation

from rightdoor.foundation.jobs.queue import run_due_now
from rightdoor.foundation.notices.actions import NoticeRefused, mark_all_read, mark_read, notify
from rightdoor.foundation.notices.kinds import KINDS
from rightdoor.foundation.notices.models import Notice, OutboxMessage
from rightdoor.foundation.notices.queries import notices_for, sentence, unread_count

KEPT = "rightdoor.foundation.notices.mail.KeptMail"
SENT = "django.core.mail.backends.locmem.EmailBackend"
CODE = "K7MQ-4XPR"


@pytest.fixture
def kept(settings):
    settings.EMAIL_BACKEND = KEPT


@pytest.mark.req("INT-10")
def test_a_notice_stands_on_the_desk_and_its_mail_says_no_more_than_the_code(kept, account, as_viewer, now):
    person = account()
    assert notify([person.code], "referral_received", CODE, now) == 1
    (row,) = notices_for(as_viewer(person))
    assert (row.sentence, row.path) == ("A new referral awaits you: K7MQ-4XPR", "/referrals/K7MQ-4XPR/")
    message = OutboxMessage.objects.get()
    assert message.recipient == person.email
    assert message.subject == "Something awaits you in Rightdoor: K7MQ-4XPR"
    assert "/referrals/K7MQ-4XPR/" in message.body
    assert "referral awaits" not in message.body


def test_who_wants_no_mail_gets_none(kept, account, as_viewer, now):
    person = account(channel="desk")
    notify([person.code], "referral_received", CODE, now)
    assert unread_count(as_viewer(person)) == 1
    assert not OutboxMessage.objects.exists()


def test_everyone_is_told_once_and_no_one_who_is_switched_off(kept, account, now):
    one, two = account(), account()
    off = account(is_active=False, switched_off_at=now)
    assert notify([one.code, two.code, one.code, off.code, "CCCC-CCCC"], "clock_late", CODE, now) == 2
    assert OutboxMessage.objects.count() == 2


def test_a_notice_of_an_act_that_was_rolled_back_is_not_sent(kept, account, now):
    person = account()
    with transaction.atomic():
        notify([person.code], "clock_late", CODE, now)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_with_a_mail_server_the_mail_leaves_by_a_job_and_once(settings, account, now):
    settings.EMAIL_BACKEND = SENT
    person = account()
    notify([person.code], "clock_late", CODE, now)
    assert mail.outbox == []
    assert run_due_now(now) == 1
    assert [message.subject for message in mail.outbox] == ["Something awaits you in Rightdoor: K7MQ-4XPR"]
    from rightdoor.foundation.notices.actions import send_notice_by_mail

    assert not send_notice_by_mail(Notice.objects.get().number, now=now)
    assert len(mail.outbox) == 1


def test_who_switched_mail_off_meanwhile_gets_none(settings, account, now):
    settings.EMAIL_BACKEND = SENT
    person = account()
    notify([person.code], "clock_late", CODE, now)
    person.channel = "desk"
    person.save(update_fields=["channel"])
    run_due_now(now)
    assert mail.outbox == []


def test_reading_is_for_oneself(kept, account, as_viewer, now):
    mine, other = account(), account()
    notify([mine.code, other.code], "clock_late", CODE, now)
    number = notices_for(as_viewer(mine))[0].number
    mark_read(as_viewer(other), number, now)
    assert unread_count(as_viewer(mine)) == 1
    mark_read(as_viewer(mine), number, now)
    assert notices_for(as_viewer(mine)) == []
    assert [row.is_new for row in notices_for(as_viewer(mine), with_read=True)] == [False]
    assert mark_all_read(as_viewer(other), now) == 1
    assert unread_count(as_viewer(other)) == 0


def test_the_newest_notice_comes_first_and_nobody_has_none(kept, account, as_viewer, now):
    person = account()
    for hours, kind in enumerate(["clock_at_risk", "clock_due", "clock_late"]):
        notify([person.code], kind, CODE, now + timedelta(hours=hours))
    assert [row.kind for row in notices_for(as_viewer(person))] == ["clock_late", "clock_due", "clock_at_risk"]
    nobody = as_viewer(person).__class__(code="", roles=frozenset(), regions=frozenset(), agency="", discipline="")
    assert notices_for(nobody) == []
    assert unread_count(nobody) == 0


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize(
    ("kind", "code", "path"),
    [
        ("Marigold Testcase", CODE, ""),
        ("clock_late", "Marigold", ""),
        ("clock_late", "", ""),
        ("clock_late", "MARI-GOLD\n", ""),
        ("clock_late", CODE, "/clients/Marigold/"),
        ("clock_late", CODE, "/clients/Marigold Testcase/"),
        ("clock_late", CODE, f"/referrals/{CODE}/?name=marigold"),
        ("clock_late", CODE, "https://elsewhere.example/"),
        ("clock_late", CODE, "//elsewhere/"),
        ("clock_late", CODE, f"/referrals/{CODE}"),
    ],
)
def test_no_notice_can_carry_a_name(kept, account, now, kind, code, path):
    with pytest.raises(NoticeRefused) as refusal:
        notify([account().code], kind, code, now, path=path)
    assert "arigold" not in str(refusal.value)
    assert not Notice.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.req("PRIV-2")
@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_every_kind_in_every_language_has_one_blank_and_it_is_the_code(kept, account, now, language):
    person = account(language=language)
    for kind, known in KINDS.items():
        with translation.override(language):
            assert re.findall(r"{(\w*)}", str(known.sentence)) == ["code"], kind
            assert sentence(kind, CODE).count(CODE) == 1, kind
        assert re.findall(r"{(\w*)}", known.path) in ([], ["code"]), kind
        notify([person.code], kind, CODE, now)
    for message in OutboxMessage.objects.all():
        assert "Marigold" not in message.subject + message.body
        assert message.subject.count(CODE) == 1


def test_a_time_stands_behind_the_sentence():
    assert sentence("clock_due", CODE, "03/10/2026 3:00 PM") == "A response is due: K7MQ-4XPR (by 03/10/2026 3:00 PM)"


def test_the_table_of_notices_has_no_room_for_words():
    wide = {field.name for field in Notice._meta.get_fields() if (getattr(field, "max_length", 0) or 0) > 40}
    texts = {
        field.name for field in Notice._meta.get_fields() if field.get_internal_type() in {"TextField", "JSONField"}
    }
    assert wide == {"path"}
    assert texts == set()


def test_other_mail_is_kept_too(kept):
    mail.EmailMessage("A subject", "A body", to=["a@agency.example", "b@agency.example"]).send()
    assert list(OutboxMessage.objects.order_by("recipient").values_list("recipient", "subject", "body")) == [
        ("a@agency.example", "A subject", "A body"),
        ("b@agency.example", "A subject", "A body"),
    ]
