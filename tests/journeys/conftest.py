"""A browser, and the product running behind it. Nothing in these tests touches a table: they see what people see."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import product
from tests.journeys.window import Window

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; without one, or without the product's own tools, it is left out."""
    for item in items:
        if Path(str(item.fspath)).is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)
            if not product.chromium():
                item.add_marker(pytest.mark.skip(reason="no chromium here"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demonstration, the same one for every worker of this run."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    with product.shared(folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser a worker."""
    # Its loop goes on running in this thread; tests of the database that follow in the same worker are not async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=product.chromium(), args=product.LAUNCH)
        yield launched
        launched.close()


@pytest.fixture
def window(browser: Any, site: str) -> Iterator[Callable[..., Window]]:
    """Opens windows, each with a session of its own; all are closed afterwards, and none may have had a fault."""
    opened: list[Window] = []

    def open_window(**wishes: Any) -> Window:
        opened.append(Window(browser, site, **wishes))
        return opened[-1]

    yield open_window
    for one in opened:
        one.leave()
    assert [fault for one in opened for fault in one.faults] == []
