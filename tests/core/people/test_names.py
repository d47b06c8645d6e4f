"""Tests how somebody is greeted."""

import pytest

from core.people.names import first_name, full_name


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


@pytest.mark.parametrize(
    ("given", "family", "written"),
    [
        ("Jane", "Doe", "Jane Doe"),
        ("小明", "王", "王小明"),
        ("민준", "김", "김민준"),
        ("Xiaoming", "王", "Xiaoming 王"),
        ("Jane", "", "Jane"),
        ("", "王", "王"),
        ("", "", ""),
    ],
)
def test_the_whole_name_as_it_is_written(given: str, family: str, written: str) -> None:
    assert full_name(given, family) == written
