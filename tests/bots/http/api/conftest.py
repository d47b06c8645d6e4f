"""Makes the installation that is called."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.wiring.intake import Intake
from tests.bots.http.api.caller import installed


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    with installed(tmp_path) as made:
        yield made
