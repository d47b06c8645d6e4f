"""Every journey is made with both databases; what the journeys of a module share is one running system."""

from collections.abc import Iterator
from pathlib import Path

import pytest

DATABASES = ("sqlite",)


@pytest.fixture(scope="module", params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database; "" is the default, SQLite in VAR_DIR."""
    yield ""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Path:
    """A VAR_DIR."""
    return tmp_path_factory.mktemp("var")
