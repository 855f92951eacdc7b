"""A mail backend that keeps every message in the outbox: for demonstrations, and for sites without a mail server."""

from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

from rightdoor.foundation.notices.models import OutboxMessage


class KeptMail(BaseEmailBackend):
    """Writes messages to the outbox table. Nothing leaves this machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage], **_: Any) -> int:
        kept = [
            OutboxMessage(
                recipient=recipient[:254], subject=message.subject[:200], body=message.body, sent_at=timezone.now()
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        OutboxMessage.objects.bulk_create(kept)
        return len(email_messages)
