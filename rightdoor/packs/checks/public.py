"""Public pages: numbers that can be dialed, a way out, and reporters that the law lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..fault import Fault
from ..pack import Pack


def public(pack: Pack) -> Iterator[Fault]:
    file, public = "public.yaml", pack.public
    if not public.quick_exit_url.startswith("https://"):
        yield Fault(file, "quick_exit_url", "The address is not https.", "Write a harmless page's address, https://…")
    if public.anonymous_reports != ("anonymous" in public.reporter_types):
        sentence = "anonymous_reports and the reporter type “anonymous” do not agree."
        yield Fault(file, "anonymous_reports", sentence, "Have both, or neither.")
    for kind in ("danger", "state", "national"):
        if kind not in {hotline.kind for hotline in public.hotlines}:
            yield Fault(file, "hotlines", f"There is no hotline of the kind “{kind}”.", "Add it.")
    for hotline in public.hotlines:
        where = f"hotlines[{hotline.key}]"
        if hotline.key not in pack.words:
            yield Fault(file, where, "This hotline has no name.", "Add the word to words.yaml.")
        for name, number in (("dial", hotline.dial), ("text_to", hotline.text_to)):
            if number and not is_plausible_number(number):
                yield Fault(
                    file,
                    f"{where}.{name}",
                    f"“{number}” is no number to dial.",
                    "Write digits only, 911 or 18005550100.",
                )
        if not _digits(hotline.phone).endswith(hotline.dial[-10:]):
            remedy = "Show the same number, in digits too where it has letters."
            yield Fault(file, f"{where}.phone", "The number shown is not the number dialed.", remedy)


def is_plausible_number(number: str) -> bool:
    """A short code of three, five or six digits, or a North American number of ten with or without the leading 1."""
    return re.fullmatch(r"[0-9]{3}|[0-9]{5,6}|1?[2-9][0-9]{2}[2-9][0-9]{6}", number) is not None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
