"""Tests the language of expressions and templates, and what it refuses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.templating.expressions import Expression, Text
from core.templating.sandbox import ExpressionFailed, ExpressionRefused, environment

ENV = environment({"phrase": lambda item, key: f"{key}: {item}"})


def value(source: str, **scope: Any) -> Any:
    return Expression(ENV, source)(scope)


def rendered(source: str, **scope: Any) -> str:
    return Text(ENV, source)(scope)


def test_keys_come_before_methods() -> None:
    order = {"items": ["boots"], "values": 1, "keys": {"get": "x"}}
    assert value("order.items", order=order) == ["boots"]
    assert value("order.items|length", order=order) == 1
    assert value("order.keys.get", order=order) == "x"
    assert rendered("{{ order.items|length }}", order=order) == "1"


@pytest.mark.parametrize(
    "source",
    [
        "order.pop",
        "order.clear|length",
        "order.__class__",
        "''.__class__",
        "order['__class__']",
        "name.upper",
        "name.format",
        "missing",
        "order.missing",
        "order.missing.deeper",
        "[1][7]",
        "'a' * 10**8",
        "name * 100000000",
        "[0] * 100000000",
        "'%1000000000d' % 1",
        "1 / 0",
        "none + 1",
        "order < 1",
    ],
)
def test_traps_fail_when_evaluated_or_are_refused(source: str) -> None:
    with pytest.raises((ExpressionFailed, ExpressionRefused)):
        value(source, order={"a": 1}, name="x")


@pytest.mark.parametrize(
    "source",
    [
        "2 ** 9",
        "range(10)",
        "order.items()",
        "'x'|center(100000000)",
        "'x'|replace('x', 'yy')",
        "order|attr('__class__')",
        "order|tojson",
        "x is callable",
        "x is sameas y",
        "lipsum()",
        "1 +",
        "a b",
        "'" + "x" * 600 + "'",
    ],
)
def test_what_the_language_lacks_is_refused_when_loaded(source: str) -> None:
    with pytest.raises(ExpressionRefused):
        Expression(ENV, source)


@pytest.mark.parametrize(
    "source",
    [
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% for a in x %}{% for b in x %}{% endfor %}{% endfor %}",
        "{% for a in x recursive %}{% endfor %}",
        "{{ x.y() }}",
        "{{ x",
        "x" * 4001,
    ],
)
def test_templates_hold_texts_conditions_and_one_loop(source: str) -> None:
    with pytest.raises(ExpressionRefused):
        Text(ENV, source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("slots.a == 'x'", True),
        ("slots.a != 'x' or slots.n == 2", True),
        ("not slots.a and slots.n", False),
        ("slots.n * 3 % 4", 2),
        ("slots.a ~ slots.n", "x2"),
        ("slots.list|selectattr('v', 'eq', 2)|first", {"v": 2}),
        ("slots.a in ['x', 'y']", True),
        ("slots.a not in ['x', 'y']", False),
        ("slots.a in slots.list", False),
        ("slots.n >= 2 and slots.n < 3", True),
        ("slots.n > 2 or slots.n <= 1", False),
        ("1 < slots.n <= 2", True),
        ("'yes' if slots.n else 'no'", "yes"),
        ("slots", {"a": "x", "n": 2, "list": [{"v": 1}, {"v": 2}]}),
        ("'constant'", "constant"),
        ("none", None),
    ],
)
def test_the_quick_way_means_the_same_as_jinja(source: str, expected: Any) -> None:
    slots = {"a": "x", "n": 2, "list": [{"v": 1}, {"v": 2}]}
    assert value(source, slots=slots) == expected
    jinja = ENV.compile_expression(source, undefined_to_none=False)
    assert jinja(slots=slots) == expected


def test_names_are_the_longest_dotted_chains() -> None:
    assert Expression(ENV, "slots.a.b == settings.c and x").names == {("slots", "a", "b"), ("settings", "c"), ("x",)}
    text = Text(ENV, "{% for p in slots.list %}{{ p.title }}{{ loop.index }}{{ p|phrase('k_' ~ p.kind) }}{% endfor %}")
    assert text.names == {("slots", "list")}


def test_a_failure_names_its_source_but_no_value() -> None:
    with pytest.raises(ExpressionFailed) as caught:
        value("slots.name|int(default=slots.gone)", slots={"name": "secret"})
    assert "secret" not in caught.value.source


@given(st.text(max_size=80))
def test_values_are_never_compiled(text: str) -> None:
    assert rendered("<{{ slots.x }}>", slots={"x": text}) == f"<{text}>"
    assert rendered("<{{ slots.x }}>", slots={"x": "{{7*7}}"}) == "<{{7*7}}>"


@given(st.text(alphabet="abs.[]()'\"|*%+-~ 0123456789,{}:<>=!", max_size=60))
def test_no_text_breaks_the_compiler(source: str) -> None:
    try:
        compiled = Expression(ENV, source)
    except ExpressionRefused:
        return
    try:
        compiled({"a": "x" * 10, "b": [1, 2], "s": {"a": 1}})
    except ExpressionFailed:
        return


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 1900 + "1" + ")" * 1900 + " }}",
        "{{ " + "-" * 3900 + "1 }}",
        "{{ " + "[" * 1900 + "1" + "]" * 1900 + " }}",
        "{{ a" + ".b" * 1900 + " }}",
        "{{ " + "+".join("a" * 60) + " }}",
        "{% if a %}" * 100 + "{% endif %}" * 100,
    ],
)
def test_what_is_nested_beyond_all_reading_is_refused_when_loaded(source: str) -> None:
    with pytest.raises(ExpressionRefused, match="one in another"):
        Text(ENV, source)


def test_parentheses_alone_are_refused_in_an_expression_too() -> None:
    with pytest.raises(ExpressionRefused, match="one in another"):
        Expression(ENV, "(" * 249 + "1" + ")" * 249)


@pytest.mark.parametrize("method", ["common", "ceil", "floor"])
@pytest.mark.parametrize("decimals", [99_999_999, -99_999_999, 10])
def test_a_rounding_ends(method: str, decimals: int) -> None:
    with pytest.raises(ExpressionFailed):
        value(f"x|round({decimals}, {method!r})", x=1.5)
    assert value(f"x|round(1, {method!r})", x=1.5) == 1.5


def test_what_one_language_knows_another_still_refuses() -> None:
    other = environment({"phrase": lambda item, key: f"{item}, not {key}"})
    bare = environment({})
    for _ in range(2):  # known from the first time on
        assert value("'boots'|phrase('a')") == "a: boots"
        assert Expression(other, "'boots'|phrase('a')")({}) == "boots, not a"
        with pytest.raises(ExpressionRefused):
            Expression(bare, "'boots'|phrase('a')")
        assert rendered("{{ 'boots'|phrase('a') }}") == "a: boots"
        with pytest.raises(ExpressionRefused):
            Text(bare, "{{ 'boots'|phrase('a') }}")
