"""Lets ids begin with the time of the test's clock."""

import pytest

from core import ids


@pytest.fixture(autouse=True)
def _ids_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgets how far another test of this process went: what is new is found by its id."""
    monkeypatch.setattr(ids, "_last", 0)
