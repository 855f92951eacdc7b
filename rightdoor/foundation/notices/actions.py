"""Telling people that something awaits them."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation

from rightdoor.domain.permission import Viewer
from rightdoor.foundation.accounts.models import Account
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.jobs.queue import defer_many
from rightdoor.foundation.notices.kinds import KINDS, MAIL_BODY, MAIL_SUBJECT
from rightdoor.foundation.notices.models import Notice, OutboxMessage

_KEPT = "rightdoor.foundation.notices.mail.KeptMail"
# A path is made of our own words and of codes: a name has a capital letter or an accent, and its parts are no code.
_PART = re.compile(r"\A(?:[a-z][a-z-]{0,30}|[0-9A-Z]{4}-[0-9A-Z]{4})\Z")


class NoticeRefused(ValueError):  # noqa: N818 - names what is wrong
    """A notice was about to hold something other than a code, a time, and a way that is made of codes."""


def notify(
    account_codes: Iterable[str],
    kind: str,
    code: str,
    now: datetime,
    *,
    path: str = "",
    due_at: datetime | None = None,
) -> int:
    """Tell these accounts that the record ``code`` awaits them: on the desk, and by mail to those who want mail.

    Part of the caller's transaction; mail leaves after it, by a job. Unknown and switched-off accounts are passed
    over. Returns how many were told. Raises NoticeRefused, which never repeats what it refused.
    """
    if kind not in KINDS:
        raise NoticeRefused("There is no such kind of notice. Add it to rightdoor/foundation/notices/kinds.py.")
    if not is_code(code):
        raise NoticeRefused(f"A notice of kind {kind} names a code and nothing else.")
    path = path or KINDS[kind].path.format(code=code)
    if not _is_path(path):
        raise NoticeRefused(f"The way in a notice of kind {kind} is made of words of ours and codes only.")
    accounts = list(Account.objects.filter(code__in=set(account_codes), is_active=True).order_by("code"))
    notices = [
        Notice(account_code=account.code, kind=kind, code=code, path=path, due_at=due_at, created_at=now)
        for account in accounts
    ]
    mailed = [
        (notice, account) for notice, account in zip(notices, accounts, strict=True) if account.channel == "email"
    ]
    kept = settings.EMAIL_BACKEND == _KEPT
    for notice, _ in mailed if kept else []:
        notice.mailed_at = now
    Notice.objects.bulk_create(notices)
    if kept:
        OutboxMessage.objects.bulk_create([_kept(notice, account, now) for notice, account in mailed])
    else:
        defer_many([("notices.send_mail", [notice.number], None) for notice, _ in mailed])
    return len(notices)


def send_notice_by_mail(number: str, *, now: datetime) -> bool:
    """Send the mail of one notice, once. Returns whether it was sent; False when that was done before."""
    notice = Notice.objects.filter(number=number, mailed_at=None).first()
    account = notice and Account.objects.filter(code=notice.account_code, is_active=True, channel="email").first()
    if not notice or not account:
        return False
    subject, body = _words(notice, account)
    EmailMessage(subject, body, to=[account.email], connection=get_connection()).send()
    notice.mailed_at = now
    notice.save(update_fields=["mailed_at"])
    return True


def mark_read(viewer: Viewer, number: str, now: datetime) -> None:
    """The viewer has seen one of their notices. Another person's is left alone."""
    Notice.objects.filter(account_code=viewer.code, number=number, read_at=None).update(read_at=now)


def mark_all_read(viewer: Viewer, now: datetime) -> int:
    """The viewer has seen all their notices. Returns how many were new."""
    return Notice.objects.filter(account_code=viewer.code, read_at=None).update(read_at=now)


def put_away(account_code: str, codes: Iterable[str], now: datetime) -> int:
    """Within an act: what awaited this person on these records is not theirs any more. Returns how many were new."""
    return Notice.objects.filter(account_code=account_code, code__in=set(codes), read_at=None).update(read_at=now)


def _kept(notice: Notice, account: Account, now: datetime) -> OutboxMessage:
    subject, body = _words(notice, account)
    return OutboxMessage(recipient=account.email, subject=subject, body=body, sent_at=now)


def _words(notice: Notice, account: Account) -> tuple[str, str]:
    with translation.override(account.language):
        link = f"{settings.ENV.origin}{notice.path}"
        return str(MAIL_SUBJECT).format(code=notice.code), str(MAIL_BODY).format(code=notice.code, link=link) + "\n"


def _is_path(path: str) -> bool:
    parts = path.split("/")
    if path == "/":
        return True
    return len(path) <= 120 and parts[0] == "" and parts[-1] == "" and all(_PART.match(part) for part in parts[1:-1])
