"""Makes the excerpt of Shopify's schema of an introspection result: what our documents name, and nothing else."""

import gzip
import json
import sys
from pathlib import Path

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    parse,
    print_schema,
    validate,
    visit,
)

from tests.adapters.shops.shopify.documents import documents

KEPT = Path(__file__).with_name("admin_2026_10.graphql")


class _Uses(Visitor):
    """Collects the fields that a document names, by their type."""

    def __init__(self, info: TypeInfo, used: dict[str, set[str]]) -> None:
        super().__init__()
        self._info = info
        self._used = used

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Notes a field, also for the interfaces and objects that share it."""
        parent = self._info.get_parent_type()
        assert parent is not None
        self._used.setdefault(parent.name, set()).add(node.name.value)


def excerpt(schema: GraphQLSchema, texts: list[str]) -> str:
    """Returns the part of the schema that these documents use, as text."""
    used = _used(schema, texts)
    kept = _reached(schema, used)
    for name, type_ in list(schema.type_map.items()):
        if name.startswith("__"):
            continue
        if name in kept:
            _trim(type_, used.get(name, set()), kept)
        else:
            del schema.type_map[name]
    return print_schema(schema) + "\n"


def _used(schema: GraphQLSchema, texts: list[str]) -> dict[str, set[str]]:
    """Returns the fields that are named, by type."""
    used: dict[str, set[str]] = {"Node": {"id"}}
    for text in texts:
        document = parse(text)
        if errors := validate(schema, document):
            raise SystemExit("\n".join(map(str, errors)))
        info = TypeInfo(schema)
        visit(document, TypeInfoVisitor(info, _Uses(info, used)))
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and _may_be_answered(type_, used):
            own = {field for each in type_.interfaces for field in used.get(each.name, ())}
            used[type_.name] = used.get(type_.name, set()) | own
    return used


def _may_be_answered(type_: GraphQLObjectType, used: dict[str, set[str]]) -> bool:
    """Tells whether an answer can be of this type: it is named, or an interface of it is (`Node` is too many)."""
    return type_.name in used or any(each.name in used for each in type_.interfaces if each.name != "Node")


def _reached(schema: GraphQLSchema, used: dict[str, set[str]]) -> set[str]:
    """Names the types of the used fields and their arguments, and what these are made of."""
    kept = {"String", "Int", "Float", "Boolean", "ID"}
    waiting = [schema.type_map[name] for name in used]
    while waiting:
        type_ = waiting.pop()
        if type_.name in kept:
            continue
        kept.add(type_.name)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name in used.get(type_.name, set()):
                field = type_.fields[name]
                waiting += [get_named_type(field.type), *(get_named_type(arg.type) for arg in field.args.values())]
        elif isinstance(type_, GraphQLInputObjectType):
            waiting += [get_named_type(field.type) for field in type_.fields.values()]
    return kept


def _trim(type_: GraphQLNamedType, used: set[str], kept: set[str]) -> None:
    type_.description = None
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        type_.interfaces = tuple(each for each in type_.interfaces if each.name in kept)
        for name in set(type_.fields) - used:
            del type_.fields[name]
        members = type_.fields.values()
    elif isinstance(type_, GraphQLInputObjectType):
        members = type_.fields.values()
    elif isinstance(type_, GraphQLEnumType):
        members = type_.values.values()
    else:
        assert isinstance(type_, GraphQLScalarType | GraphQLUnionType)
        members = ()
    for member in members:
        member.description = None
        for argument in getattr(member, "args", {}).values():
            argument.description = None


def main(path: str) -> None:
    """Writes the excerpt."""
    read = json.loads(gzip.decompress(Path(path).read_bytes()))
    schema = build_client_schema(read.get("data", read), assume_valid=True)
    KEPT.write_text(excerpt(schema, list(documents().values())))


if __name__ == "__main__":
    main(sys.argv[1])
