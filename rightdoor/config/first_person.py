"""The first administrator: invited from the machine itself, because nobody is there yet who could invite."""

from __future__ import annotations

import sys

from rightdoor.config.cli import program


def say_how() -> None:
    """On an empty installation, tell the person at the terminal what to type. Nothing otherwise."""
    from django.conf import settings

    from rightdoor.foundation.accounts.queries import is_empty

    if settings.ENV.demo or not is_empty():
        return
    print(
        "nobody has an account yet; make the first administrator in another terminal:\n"
        f'  {program()} invite --email you@example.gov --name "Your Name" --role administrator',
        file=sys.stderr,
        flush=True,
    )
