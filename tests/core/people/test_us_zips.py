"""Tests that a postcode of the US says its state, and nothing else does."""

import pytest

from core.people.us_zips import state_of


@pytest.mark.parametrize(
    ("postcode", "state"),
    [
        ("96813", "HI"),
        ("99501-1234", "AK"),
        ("00901", "PR"),
        ("10001", "NY"),
        ("06390", "NY"),  # Fishers Island, among Connecticut's
        ("05501", "MA"),  # among Vermont's
        ("20101", "VA"),  # among those of Washington, DC
        ("09001", ""),  # the armed forces
        ("1234", ""),
        ("SW1A 1AA", ""),
        ("", ""),
    ],
)
def test_the_state_of_a_postcode(postcode: str, state: str) -> None:
    assert state_of(postcode) == state
