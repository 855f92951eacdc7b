"""Invite a person from this machine and print their link: good once, for seven days.

For the first administrator, and for the day when no administrator can sign in. Everyone else is invited on the page
People.
"""

from __future__ import annotations

import argparse

from rightdoor.config.cli import Refused
from rightdoor.config.commands._database import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, and for what."""
    parser.add_argument("--email", required=True, help="address with which the person signs in")
    parser.add_argument("--name", required=True, help="name as colleagues know it")
    parser.add_argument("--role", default="administrator", help="role to give (default: administrator)")
    parser.add_argument("--region", default="", help="region of the role (default: the whole state)")
    parser.add_argument("--agency", default="", help="code of the person's agency")
    parser.add_argument("--discipline", default="", help="discipline of the person")
    parser.add_argument("--again", action="store_true", help="a new link for a person whose link was lost")
    parser.add_argument(
        "--port", type=int, default=8000, help="port of a site without a public address (default: 8000)"
    )


def run(args: argparse.Namespace) -> int:
    """Invite and print the link on standard output."""
    with database("invite"):
        print(link(args))
    return 0


def link(args: argparse.Namespace) -> str:
    """Make the account, or only a new link. Raises Refused with the rule's sentence."""
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.urls import reverse
    from django.utils import timezone

    from rightdoor.domain.errors import RuleBroken
    from rightdoor.foundation.access.actions import RoleInRegion, invite_account, invite_again
    from rightdoor.foundation.access.viewers import system_viewer
    from rightdoor.foundation.accounts.queries import account_with_address
    from rightdoor.foundation.jurisdiction.active import active_pack

    if settings.ENV.demo:
        raise Refused("this is a demonstration: enter at /demo/ as one of the invented people")
    try:
        validate_email(args.email)
        if args.region and args.region not in {region.key for region in active_pack().regions}:
            raise Refused(f"there is no region {args.region!r} in this state's pack")
        viewer, now = system_viewer("invite"), timezone.now()
        if args.again:
            account = account_with_address(args.email)
            if account is None:
                raise Refused("nobody has this address; leave --again away to invite")
            invited = invite_again(viewer, account, now=now)
        else:
            invited = invite_account(
                viewer,
                email=args.email,
                name=args.name,
                agency_code=args.agency,
                discipline=args.discipline,
                grants=[RoleInRegion(args.role, args.region)],
                now=now,
            )
    except ValidationError as problem:
        raise Refused(f"{args.email!r} is not an e-mail address") from problem
    except RuleBroken as problem:
        raise Refused(str(problem)) from problem
    origin = settings.ENV.origin or f"http://localhost:{args.port}"  # passkeys need a name, not a number
    return f"{origin}{reverse('sign_in:invitation', args=[invited.secret])}"
