"""Checks calls and answers against Shopify's own schema, so that the stand-in says nothing that Shopify would not."""

from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql_sync, parse, validate

SCHEMA = Path(__file__).parent / "schema" / "admin_2026_10.graphql"


class Checker:
    """Holds the schema."""

    def __init__(self) -> None:
        self.schema = _schema()

    def valid(self, query: str) -> list[str]:
        """Lists what is wrong with a document."""
        return [error.message for error in validate(self.schema, parse(query))]

    def check(self, query: str, variables: dict[str, Any], said: dict[str, Any]) -> None:
        """Requires that the variables are of their types, and that the answer has the form that the document asks for.

        The answer is given to an executor as what the fields resolve to: it then must come out as it went in, with
        every field that was asked for, and with nothing null that may not be.
        """
        assert self.valid(query) == []
        if said.get("data") is None:
            return
        came = graphql_sync(self.schema, query, root_value=said["data"], variable_values=variables)
        assert came.errors is None, f"{came.errors} in {query}"
        assert _covers(said["data"], came.data), f"a field that was asked for is missing: {came.data} of {said['data']}"


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(), assume_valid_sdl=True)


def _covers(said: Any, came: Any) -> bool:
    """Tells whether every field of `came` was there in what was said."""
    if isinstance(came, dict):
        return isinstance(said, dict) and all(name in said and _covers(said[name], came[name]) for name in came)
    if isinstance(came, list):
        return isinstance(said, list) and len(said) == len(came) and all(map(_covers, said, came))
    return True
