import copy
import dataclasses

import pytest

from rightdoor.foundation.sealing import keyring, root_transit, seals
from rightdoor.foundation.sealing.seals import SealContext
from tests.foundation.sealing.key_server import TOKEN, KeyServer


@pytest.fixture
def home(tmp_path, settings):
    """A state directory of its own, so that a test may turn, spoil or lose root keys."""
    env = copy.copy(settings.ENV)
    object.__setattr__(env, "home", tmp_path)  # frozen, and this is the one place that wants another
    settings.ENV = env
    keyring.holder_keys.clear()
    yield tmp_path
    keyring.holder_keys.clear()


@pytest.fixture
def sealing(home, db):
    """A fresh keyring with its first root key."""
    seals.ensure_root_key()
    return seals


@pytest.fixture(params=[1, 2], ids=["gcm", "ctr-hmac"])
def suite(request, settings):
    settings.SEALING_SUITE = request.param
    return request.param


@pytest.fixture
def label():
    return SealContext("clients_identity", "name_sealed", "CDFG-2346", "HJKM-7902", "NPQR-4444", "ID")


def set_env(settings, **values):
    """The installation's settings with some of them changed, for one test."""
    settings.ENV = dataclasses.replace(settings.ENV, **values)


@pytest.fixture
def key_server():
    """A key server on this machine, with no key yet."""
    root_transit.server.cache_clear()
    server = KeyServer()
    yield server
    server.stop()
    root_transit.server.cache_clear()


@pytest.fixture
def on_server(home, db, key_server, settings, tmp_path):
    """A fresh keyring whose root key lies in a key server."""
    (tmp_path / "token").write_text(TOKEN + "\n", "ascii")
    set_env(settings, key_server=key_server.address, key_server_token=str(tmp_path / "token"))
    seals.ensure_root_key()
    return key_server


@pytest.fixture
def key_boxes(settings, tmp_path):
    """The folder in which agencies' key boxes appear."""
    (tmp_path / "boxes").mkdir()
    set_env(settings, agency_keys=tmp_path / "boxes")
    return tmp_path / "boxes"
