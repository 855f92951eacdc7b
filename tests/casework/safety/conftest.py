"""The stage of the safety plan's tests."""

from tests.casework.consents.conftest import stage

__all__ = ["stage"]
