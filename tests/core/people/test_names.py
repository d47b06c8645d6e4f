"""Tests how somebody is greeted."""

import pytest

from core.people.names import first_name


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Jane Doe", "Jane"),
        ("Jane", "Jane"),
        ("jane doe", "Jane"),
        ("JANE DOE", "Jane"),
        ("Doe, Jane", "Jane"),
        ("Dr. Jane Doe", "Jane"),
        ("Anne-Marie O'Neil", "Anne-Marie"),
        ("José García", "José"),
        ("Ольга Иванова", "Ольга"),
        ("McKenna Roe", "McKenna"),
        ("王小明", "王小明"),
        ("王 小明", "王 小明"),
        ("김민준", "김민준"),
        ("J. Doe", "J. Doe"),
        ("Mr Doe", "Mr Doe"),
        ("24/7 Repairs", "24/7 Repairs"),
        ("  ", ""),
        ("", ""),
        (",", ","),
    ],
)
def test_the_name_to_greet_with(name: str, greeted: str) -> None:
    assert first_name(name) == greeted
