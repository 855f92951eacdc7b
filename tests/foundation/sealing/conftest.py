import copy

import pytest

from rightdoor.foundation.sealing import keyring, seals
from rightdoor.foundation.sealing.seals import SealContext


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
