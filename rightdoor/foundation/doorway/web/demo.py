"""The entry of the demonstration, and its outbox. Anywhere else these addresses do not exist."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rightdoor.domain.errors import NotVisible
from rightdoor.foundation.access.viewers import viewer_of
from rightdoor.foundation.accounts.queries import account_for
from rightdoor.foundation.audit.events import record
from rightdoor.foundation.codes import is_code
from rightdoor.foundation.doorway import demonstration
from rightdoor.foundation.doorway.web import arrival


def show(request: HttpRequest) -> HttpResponse:
    """The invented people, by role."""
    if not demonstration.is_open(request):
        raise Http404
    people = demonstration.invented_people(request.now)
    context = {
        "people": people,
        "first": demonstration.to_begin_with(people),
        "groups": demonstration.in_groups(people),
    }
    return render(request, "doorway/demo.html", context)


def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter as one of them; the second factor counts as done."""
    if not demonstration.is_open(request):
        raise Http404
    account = account_for(code) if is_code(code) else None
    if account is None or not account.is_demonstration or not account.is_active:
        raise Http404
    record(viewer_of(account, request.now), "demonstration.entered", account, kind="account")
    return arrival.come_in(request, account, by="demonstration")


def outbox(request: HttpRequest) -> HttpResponse:
    """Messages that a real installation would have sent."""
    if not demonstration.is_open(request):
        raise NotVisible
    from rightdoor.foundation.notices.models import OutboxMessage

    return render(request, "doorway/outbox.html", {"messages_kept": OutboxMessage.objects.order_by("-id")[:200]})
