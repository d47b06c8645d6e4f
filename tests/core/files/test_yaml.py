"""Tests what YAML text means, and on which line."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.yaml import Fault, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(word, word) for word in ("no", "on", "Yes", "y", "12:30", "2026-12-01", "2026-12-01T09:58:00Z")],
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("7", 7),
        ("-07", -7),
        ("+12025550101", 12025550101),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("-.5e3", -500.0),
        ("-.inf", -math.inf),
        *[(word, word) for word in ("1.2.3", "1_", "+", ".", "--1", "0b1")],
        ("'7'", "7"),
        ('"true"', "true"),
        (
            "{title: Where's my order?, link: http://a.example/b}",
            {"title": "Where's my order?", "link": "http://a.example/b"},
        ),
        ("[a, 1, [~]]", ["a", 1, [None]]),
        ("0: a\nno: b\nnull: c", {"0": "a", "no": "b", "null": "c"}),
        ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
        ("", None),
        ("# nothing\n", None),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(text: str, value: Any) -> None:
    found = parse(text)
    assert found == value
    assert type(found) is type(value) or isinstance(found, dict | list)


def test_everything_knows_its_line() -> None:
    found = parse("# about\na:\n  - x\n  -\n    y: 1\n    z: {p: 1,\n        q: 2}\n")
    assert (found.line, found.lines) == (2, {"a": 2})
    assert (found["a"].line, found["a"].lines) == (3, [3, 5])
    assert found["a"][1].lines == {"y": 5, "z": 6}
    assert found["a"][1]["z"].lines == {"p": 6, "q": 7}


def test_a_mapping_takes_over_what_it_does_not_say_itself() -> None:
    found = parse("base: &base\n  a: 1\n  b: 2\nmore: &more {b: 3, c: 4}\nboth:\n  <<: [*base, *more]\n  a: 5\n")
    assert found["both"] == {"a": 5, "b": 2, "c": 4}
    assert found["both"].lines == {"a": 7, "b": 3, "c": 4}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: [1, 2\n", 2, "did not find expected"),
        ("a: 1\n b: 2", 2, "mapping values are not allowed"),
        ("a: 1\nb: 2\na: 3", 3, "the key 'a' is there twice"),
        ("a: 1\n? [x]\n: 2", 2, "as a key"),
        ("a: 1\nb: *x", 2, "undefined alias"),
        ("a: 1\nb: \x01", 2, "control characters"),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("a: 1\nb:\n  <<: x", 3, "to merge"),
        ("[" * 2000 + "]" * 2000, 1, "nested too deeply"),
    ],
)
def test_a_fault_names_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(Fault, match=problem) as caught:
        parse(text)
    assert caught.value.line == line


@given(st.text(max_size=80) | st.text(alphabet="ab:-?[]{},&*!|>'\"%@#<\n\t 01~.", max_size=80))
def test_any_text_is_read_or_faulted_on_one_of_its_lines(text: str) -> None:
    line = 1
    try:
        parse(text)
    except Fault as fault:
        line = fault.line
    assert 1 <= line <= text.count("\n") + 1


DEEP = 60_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP + "]" * DEEP,
        "- " * DEEP + "x",
        "{a: " * DEEP,
        "[" * 5_000 + "]" * 5_000,
        "a: &a [*a]",
        "a: &a [x]\n" + "".join(f"{n}: &a [*a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(9)),
        "a: " + "9" * 5_000,
        "a: 0x" + "f" * 5_000,
    ],
)
def test_no_text_ends_the_process_or_fills_the_memory(text: str) -> None:
    with pytest.raises(Fault):
        parse(text)


def test_an_alias_is_a_value_of_its_own() -> None:
    found = parse("a: &a [1]\nb: *a\n")
    assert found == {"a": [1], "b": [1]}
    assert found["a"] is not found["b"]
