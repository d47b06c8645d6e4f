"""Finds the routes of all modules here, by their being there; `GET /api/v1/openapi.json` lists them."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

import msgspec
from flask import Response

import bots.http.api as room
from bots.http.api.document import document
from bots.http.api.route import PREFIX, Route


@cache
def routes() -> tuple[Route, ...]:
    """Lists the routes, in the order of their paths."""
    modules = [import_module(f"{room.__name__}.{each.name}") for each in pkgutil.iter_modules(room.__path__)]
    found = [route for module in modules for route in getattr(module, "ROUTES", ())]
    return tuple(sorted(found, key=lambda route: (route.path, route.method)))


def reading() -> tuple[Route, ...]:
    """Lists those that only read."""
    return tuple(route for route in routes() if route.method == "GET")


def writing() -> tuple[Route, ...]:
    """Lists those that take something: plain POSTs, which need not go through Flask."""
    return tuple(route for route in routes() if route.method == "POST")


@cache
def written() -> bytes:
    """Writes all of them down as the file `docs/openapi.json` has it."""
    return msgspec.json.format(msgspec.json.encode(document(routes())), indent=2) + b"\n"


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}openapi.json",
        "This document",
        dict[str, Any],
        view=lambda _intake, _keep: lambda _raw: Response(written(), mimetype="application/json"),
        is_open=True,
    ),
)
