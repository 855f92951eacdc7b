"""The ways in which the product says no. Each carries a sentence that can be shown as it is."""

from __future__ import annotations


class RuleBroken(Exception):  # noqa: N818 - said as the field says it
    """A rule of the field stands against the act. The sentence says what to do next; the page shows it beside the
    form.
    """


class NotPermitted(Exception):  # noqa: N818 - said as the field says it
    """This person may not do this act here. The sentence names no client; the product answers 403."""


class NotVisible(Exception):  # noqa: N818 - said as the field says it
    """For this viewer the record does not exist. The product answers 404, the same as for an unknown code."""
