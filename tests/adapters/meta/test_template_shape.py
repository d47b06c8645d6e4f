"""Tests what is read of a template as Meta lists it."""

import json
from pathlib import Path

import pytest

from adapters.meta.template_shape import shape_of
from core.ports.templates import OPEN_URL, QUICK_REPLY, TemplateShape

LISTED = json.loads((Path(__file__).parent / "fixtures" / "message_templates.json").read_text(encoding="utf-8"))["data"]
BY_NAME = {each["name"]: each for each in LISTED}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        (
            "order_shipped",
            TemplateShape(
                True,
                "text",
                ("order_no",),
                ("customer_name", "carrier", "code"),
                (OPEN_URL, QUICK_REPLY, "", ""),
            ),
        ),
        ("label", TemplateShape(False, "document", (), ("1", "2"))),
        ("delivery_confirmation_1", TemplateShape(values=("1",))),
        ("bare", None),
    ],
)
def test_what_a_template_wants(name: str, shape: TemplateShape | None) -> None:
    assert shape_of(BY_NAME[name]) == shape


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"components": "x"},
        {"components": [None, {"type": None}, {"type": "BODY", "text": 7}]},
        {"components": [{"type": "BODY"}], "buttons": "x"},
    ],
)
def test_what_cannot_be_read_is_not_known(odd: dict[str, object]) -> None:
    assert shape_of(odd) is None
