"""Tests when two names are one person's."""

import pytest

from core.people.same_name import name_form, same_name

SAME = [
    ("Jane Doe", "Jane Doe"),
    ("jane doe", "JANE DOE"),
    ("Doe Jane", "Jane Doe"),
    ("Doe, Jane", "Jane Doe"),
    ("José Muñoz", "jose munoz"),
    ("Jürgen Groß", "Jurgen Gross"),
    ("Jane Doe", "Jane Marie Doe"),
    ("Jane M. Doe", "Jane Marie Doe"),
    ("Mrs. Jane Doe", "Jane Doe"),
    ("Anne-Marie O’Brien", "anne marie o'brien"),
    ("Annemarie Obrien", "Anne-Marie O'Brien"),
    ("Wang Xiaoming", "Xiao Ming Wang"),
    ("王小明", "王 小明"),
    ("小明 王", "王小明"),
    ("王小明先生", "王小明"),
    ("欧阳 娜", "欧阳娜"),
]
OTHER = [
    ("Jane", "Jane Doe"),
    ("Doe", "Jane Doe"),
    ("Jane D", "Jane Doe"),
    ("J Doe", "Jane Doe"),
    ("Jane Roe", "Jane Doe"),
    ("Jane X. Doe", "Jane Marie Doe"),
    ("Jane Doe", "Jane"),
    ("", "Jane Doe"),
    ("Jane Doe", ""),
    ("王", "王小明"),
    ("王小", "王小明"),
    ("小明", "王小明"),
    ("明小王", "王小明"),
    ("Jane Jane", "Jane Doe"),
]


@pytest.mark.parametrize(("said", "known"), SAME)
def test_one_person_s_name_is_known_however_it_is_written(said: str, known: str) -> None:
    assert same_name(said, known)
    assert same_name(known, said)


@pytest.mark.parametrize(("said", "known"), OTHER)
def test_another_name_or_half_a_name_is_not(said: str, known: str) -> None:
    assert not same_name(said, known)


def test_tries_of_a_name_are_counted_together() -> None:
    assert name_form("Doe, Jane") == name_form("jane DOE")
