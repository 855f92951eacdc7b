"""`pytest --sabotage SEC-06`: the bar's tests with its control broken; green only if one of them turns red."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import bars

_failed = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption(
        "--sabotage", default="", metavar="BAR", help="break the control behind a bar; its tests must fail"
    )
    parser.addoption("--bars", action="store_true", help="list the security bars with their tests and sabotages")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only the tests of the bar whose control is broken."""
    asked = config.getoption("--sabotage")
    if not asked:
        return
    bar = asked.partition("/")[0]
    chosen = [item for item in items if bar in bars.bars_of(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def pytest_collection_finish(session: pytest.Session) -> None:
    """The list that ./door bars reads."""
    if session.config.getoption("--bars"):
        for item in session.items:
            for bar in sorted(bars.bars_of(item)):
                print(f"BAR {bar} {item.nodeid.partition('[')[0]}")
        for bar, known in sorted(bars.sabotages.items()):
            for number, one in enumerate(known, 1):
                print(f"SABOTAGE {bar}/{number} {one.says}")


@pytest.fixture(autouse=True)
def _sabotaged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control broken, around each test of the bar."""
    asked = request.config.getoption("--sabotage")
    if asked:
        for one in bars.named(asked):
            one.breaks(monkeypatch)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Notes the tests that failed where they should: in the test itself, not on the way to it."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call" and report.failed:
        item.config.stash.setdefault(_failed, []).append(item.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With the control broken, red is right and green is wrong."""
    asked = session.config.getoption("--sabotage")
    if asked and not session.config.getoption("collectonly"):
        session.exitstatus = 0 if session.config.stash.get(_failed, []) else 1


def pytest_terminal_summary(terminalreporter: object, config: pytest.Config) -> None:
    """Says what the run shows."""
    asked = config.getoption("--sabotage")
    if asked:
        red = config.stash.get(_failed, [])
        said = f"{asked}: turned red by its sabotage" if red else f"{asked}: STAYED GREEN with its control broken"
        terminalreporter.write_line(said)  # type: ignore[attr-defined]
