"""Loaded by pytest before Django's settings: a throw-away database server for all workers of one run, and a state
folder for each of them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from rightdoor.config import cluster
from rightdoor.config.supervisor import compile_translations

_server: cluster.Throwaway | None = None


def _prepare() -> None:
    global _server
    if os.environ.get("RIGHTDOOR_TEST_READY"):
        # A worker of pytest-xdist: the controller's server is ours, the state folder is not. Each worker has databases
        # of its own, and keys and a trail in one folder for all of them would contradict all but one.
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        if worker:
            home = Path(os.environ["RIGHTDOOR_HOME"]) / worker
            home.mkdir(mode=0o700, exist_ok=True)
            os.environ["RIGHTDOOR_HOME"] = str(home)
        return
    compile_translations()  # as the program does before it serves
    os.environ["RIGHTDOOR_HOME"] = tempfile.mkdtemp(prefix="rightdoor-test-home-")
    _server = cluster.throwaway()
    os.environ.update(_server.start().as_environment())
    # The tables are made as their owner; the tests then run as the role that the site runs as (tests/conftest.py).
    os.environ["RIGHTDOOR_DB_ROLE"] = "owner"
    os.environ["RIGHTDOOR_DEMO"] = "1"
    os.environ["RIGHTDOOR_TEST_READY"] = "1"


_prepare()


def pytest_unconfigure(config: object) -> None:
    """The process that started the server stops it."""
    if _server is not None:
        _server.stop()
        shutil.rmtree(os.environ["RIGHTDOOR_HOME"], ignore_errors=True)
