"""The database server that comes with the program: it starts, is shared, and survives the worst ends."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rightdoor.config import cluster
from rightdoor.config.env import ROOT

OWNER_PROGRAM = """
import os, sys, time
from pathlib import Path
from rightdoor.config.cluster import Cluster
with Cluster(Path(sys.argv[1])).run("run") as connections:
    print(connections.main_owner_url, connections.main_app_url, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def no_given_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the server's user can reach; pytest's own folders are closed."""
    above = Path(tempfile.mkdtemp(prefix="rightdoor-home-"))
    above.chmod(0o755)
    yield above / "var"
    forget(above / "var")
    shutil.rmtree(above)


def forget(home: Path) -> None:
    """Remove data that the server keeps outside the state folder."""
    note = home / "cluster.place"
    if note.exists():
        shutil.rmtree(note.read_text(encoding="utf-8").strip(), ignore_errors=True)


def owner_process(home: Path) -> tuple[subprocess.Popen[str], str, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER_PROGRAM, str(home)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    owner_url, app_url = process.stdout.readline().split()
    return process, owner_url, app_url


def test_an_acknowledged_row_survives_when_the_owner_is_killed(home: Path) -> None:
    process, owner_url, _ = owner_process(home)
    try:
        with psycopg.connect(owner_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (line text)")
            connection.execute("INSERT INTO kept VALUES ('acknowledged')")
            process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with cluster.Cluster(home).run("run") as connections:
        with psycopg.connect(connections.main_owner_url) as connection:
            assert connection.execute("SELECT line FROM kept").fetchall() == [("acknowledged",)]


def test_a_killed_server_is_started_again_on_the_same_data(home: Path) -> None:
    with cluster.Cluster(home).run("run") as connections:
        with psycopg.connect(connections.main_owner_url) as connection:
            connection.execute("CREATE TABLE kept (line text)")
            connection.execute("INSERT INTO kept VALUES ('acknowledged')")
        number = int(
            (Path((home / "cluster.place").read_text().strip()) / "data/postmaster.pid").read_text().split()[0]
        )
        os.kill(number, signal.SIGKILL)
        time.sleep(0.2)
    with cluster.Cluster(home).run("run") as connections:
        with psycopg.connect(connections.main_owner_url) as connection:
            assert connection.execute("SELECT line FROM kept").fetchall() == [("acknowledged",)]


def test_a_second_run_is_refused_and_a_short_command_joins(home: Path) -> None:
    process, _, app_url = owner_process(home)
    try:
        with pytest.raises(cluster.AlreadyRunning, match="already running"):
            with cluster.Cluster(home).run("run"):
                pass
        with cluster.join_or_start(home, "audit") as connections:
            assert connections.main_app_url == app_url
            assert psycopg.connect(app_url).execute("SELECT 1").fetchone() == (1,)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_first_short_command_waits_for_the_one_that_joined_it(home: Path) -> None:
    first = cluster.join_or_start(home, "demo")
    first.__enter__()
    code = (
        "import sys, time, psycopg\nfrom pathlib import Path\nfrom rightdoor.config.cluster import join_or_start\n"
        "with join_or_start(Path(sys.argv[1]), 'audit') as c:\n"
        "    print('joined', flush=True); time.sleep(1.5)\n"
        "    print(psycopg.connect(c.main_app_url).execute('SELECT 42').fetchone()[0], flush=True)\n"
    )
    second = subprocess.Popen(
        [sys.executable, "-c", code, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert second.stdout is not None
    assert second.stdout.readline() == "joined\n"
    first.__exit__(None, None, None)
    assert second.communicate(timeout=20)[0] == "42\n"
    assert second.returncode == 0


def test_the_serving_role_owns_nothing_and_makes_nothing(home: Path) -> None:
    with cluster.Cluster(home).run("run") as connections:
        with psycopg.connect(connections.main_owner_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE secret (line text)")
        for url in (connections.main_app_url, connections.keyring_app_url):
            with psycopg.connect(url, autocommit=True) as connection:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("CREATE TABLE mine (line text)")
        with psycopg.connect(connections.main_app_url, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM secret")


def test_nobody_comes_in_without_the_password(home: Path) -> None:
    with cluster.Cluster(home).run("run") as connections:
        for url in (connections.superuser_url, connections.main_owner_url, connections.main_app_url):
            name, _, rest = url.removeprefix("postgres://").partition(":")
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(f"postgres://{name}:guess@{rest.partition('@')[2]}", connect_timeout=5)


def test_secrets_data_and_socket_are_closed_to_others(home: Path) -> None:
    with cluster.Cluster(home).run("run"):
        place = Path((home / "cluster.place").read_text(encoding="utf-8").strip())
        socket = Path((home / "cluster.socket").read_text(encoding="utf-8").strip())
        closed = [home / "keys", *(home / "keys").iterdir(), place, place / "data", socket, place / "postgres.log"]
        assert [path for path in closed if path.stat().st_mode & 0o077] == []


def test_folders_above_the_data_stay_as_closed_as_they_were(tmp_path_factory: pytest.TempPathFactory) -> None:
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    home = closed / "var"
    with cluster.Cluster(home).run("run") as connections:
        assert psycopg.connect(connections.main_app_url).execute("SELECT 1").fetchone() == (1,)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    forget(home)


def test_data_of_another_major_version_are_refused_with_the_way_out(home: Path) -> None:
    with cluster.Cluster(home).run("run"):
        pass
    mark = Path((home / "cluster.place").read_text(encoding="utf-8").strip()) / "data" / "PG_VERSION"
    mark.write_text("14\n", encoding="ascii")
    with pytest.raises(cluster.ClusterFault, match="written by PostgreSQL 14.*restore"):
        with cluster.Cluster(home).run("run"):
            pass


def test_lost_secrets_are_named_with_the_way_out(home: Path) -> None:
    with cluster.Cluster(home).run("run"):
        pass
    shutil.rmtree(home / "keys")
    with pytest.raises(cluster.ClusterFault, match="Restore that folder from a backup"):
        with cluster.Cluster(home).run("run"):
            pass


def test_a_new_checkout_does_not_adopt_the_data_of_an_older_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    home = closed / "var"
    with cluster.Cluster(home).run("run") as connections:
        with psycopg.connect(connections.main_owner_url) as connection:
            connection.execute("CREATE TABLE older (line text)")
    older = Path((home / "cluster.place").read_text(encoding="utf-8").strip())
    shutil.rmtree(home)
    try:
        with cluster.Cluster(home).run("run") as connections:
            with psycopg.connect(connections.main_owner_url) as connection:
                assert connection.execute("SELECT to_regclass('older')").fetchone() == (None,)
    finally:
        forget(home)
        shutil.rmtree(older, ignore_errors=True)


def test_some_addresses_without_the_others_are_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db.example/rightdoor")
    with pytest.raises(cluster.ClusterFault, match="not DATABASE_OWNER_URL and KEYRING_OWNER_URL and KEYRING_URL"):
        with cluster.Cluster(home).run("run"):
            pass


def test_with_all_addresses_nothing_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYRING_URL", "KEYRING_OWNER_URL"):
        monkeypatch.setenv(name, f"postgres://{name.lower()}@db.example/rightdoor")
    with cluster.Cluster(home).run("run") as connections:
        assert connections.main_owner_url == "postgres://database_owner_url@db.example/rightdoor"
        assert connections.superuser_url == ""
    assert not home.exists()


def test_a_throw_away_server_leaves_nothing_behind() -> None:
    with cluster.throwaway() as connections:
        with psycopg.connect(connections.main_owner_url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE test_mine")
        with psycopg.connect(connections.superuser_url) as connection:
            (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        assert Path(folder).exists()
    assert not Path(folder).parent.exists()
    assert not Path(f"{Path(folder).parent}.alive").exists()
