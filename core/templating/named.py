"""Compiles expressions over the names that a file may use, and tries them, so that a mistake is found at load."""

from collections.abc import Mapping
from typing import Any

from core.files.documents import Document
from core.files.near import hint
from core.templating.expressions import Expression, Text, try_out
from core.templating.sandbox import ExpressionFailed, ExpressionRefused, environment

ENV = environment({})


def named_expression(
    document: Document, source: str, scope: dict[str, Any], *steps: str | int, like: str
) -> Expression:
    """Compiles an expression whose names are those of `scope`, which holds a value of its type for each.

    Raises ConfigurationError with file, line, the nearest name, and `like`: an example of what is expected.
    """
    try:
        expression = Expression(ENV, source)
    except ExpressionRefused as error:
        raise document.fault(f"{error}; expected an expression like {like}", *steps) from error
    _check(document, expression, scope, *steps)
    try:
        try_out(ENV, expression, scope)
    except ExpressionFailed as error:
        raise document.fault(f"{error}; expected an expression like {like}", *steps) from error
    return expression


def named_text(document: Document, source: str, scope: dict[str, Any], *steps: str | int) -> Text:
    """Compiles a text with placeholders whose names are those of `scope`. Raises ConfigurationError."""
    try:
        text = Text(ENV, source)
    except ExpressionRefused as error:
        raise document.fault(str(error), *steps) from error
    _check(document, text, scope, *steps)
    return text


def holds(condition: Expression, scope: dict[str, Any]) -> bool:
    """Tells whether a condition is true; one that fails on these values (a division by nothing, at most) is not."""
    try:
        return bool(condition(scope))
    except ExpressionFailed:
        return False


def _check(document: Document, compiled: Expression | Text, scope: dict[str, Any], *steps: str | int) -> None:
    for name in sorted(compiled.names):
        known: Any = scope
        said: list[str] = []
        for part in name:
            if not isinstance(known, Mapping) or part not in known:
                listed = list(known) if isinstance(known, Mapping) else []
                there = f"; there are {', '.join(listed)}{hint(part, listed)}" if listed else ""
                raise document.fault(f"{'.'.join([*said, part])}: nothing is called {part!r}{there}", *steps)
            said.append(part)
            known = known[part]
