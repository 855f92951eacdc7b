"""Loaded by pytest before Django's settings: a throw-away database cluster, shared by all its workers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_cluster = None


def _prepare() -> None:
    global _cluster
    if os.environ.get("RIGHTDOOR_TEST_READY"):
        return  # a worker of pytest-xdist: the controller's environment is ours
    os.environ.setdefault("RIGHTDOOR_HOME", tempfile.mkdtemp(prefix="rightdoor-test-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rightdoor.config.settings")
    if not os.environ.get("DATABASE_URL"):
        from rightdoor.config import cluster

        _cluster = cluster.throwaway()
        connections = _cluster.start() if hasattr(_cluster, "start") else _cluster.ensure()
        os.environ.update(connections.as_environment())
    os.environ["RIGHTDOOR_DB_ROLE"] = "owner"  # makes and migrates the test databases; tests then run as the app role
    os.environ["RIGHTDOOR_TEST_READY"] = "1"


_prepare()


def pytest_unconfigure(config: object) -> None:
    """The controller stops the cluster and removes its folder."""
    if _cluster is not None:
        _cluster.stop()
        import shutil

        shutil.rmtree(Path(os.environ["RIGHTDOOR_HOME"]), ignore_errors=True)
