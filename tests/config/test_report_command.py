"""`report`: what there is, and whether a published one is still the same."""

from __future__ import annotations

import argparse

import pytest

from rightdoor.config.commands import report


def parsed(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    report.add_arguments(parser)
    return parser.parse_args(given)


@pytest.mark.req("STAT-2")
def test_a_report_is_named_by_its_code() -> None:
    assert (parsed("verify", "AAAA-2222").what, parsed("verify", "AAAA-2222").code) == ("verify", "AAAA-2222")
    assert parsed("list").what == "list"
    with pytest.raises(SystemExit):
        parsed("verify")
