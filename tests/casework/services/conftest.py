"""The stage of the tests of services: a case, its coordinator, a clinic, and a release from the coordinating agency."""

from tests.casework.consents.conftest import stage

__all__ = ["stage"]
