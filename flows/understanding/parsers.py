"""Parses an answer into the value that a slot keeps, or None: one parser per slot type."""

from collections.abc import Callable

from flows.engine.model import Slot
from flows.understanding import entities, persons
from flows.understanding.interpreter import Interpreter
from flows.understanding.normalise import clean
from flows.understanding.numbers import small_number

Value = str | int | bool
MAX_VALUE = 2000


def parse(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    """Reads the value of `text` for `slot`, or None. Choices are recognised elsewhere, against what was offered."""
    parser = PARSERS.get(slot.type)
    return parser(slot, text, interpreter) if parser else None


def _text(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return text.strip()[:MAX_VALUE] or None


def _bool(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot
    asks = text.rstrip().endswith(("?", "？"))
    return {"yes": True, "no": False}.get(interpreter.exact(text)) if not asks else None


def _int(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del interpreter
    number = small_number(text)
    if number is None or (slot.minimum is not None and number < slot.minimum):
        return None
    return None if slot.maximum is not None and number > slot.maximum else number


def _email(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return entities.email(text)


def _phone(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return entities.phone(text, "US" if not clean(text).startswith("+") else None)


def _postcode(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return entities.postcode(text)


def _order_number(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    found = entities.order_number(text) or persons.person_with_postcode(text)
    return found or (persons.UNKNOWN if persons.knows_no_number(text) else None)


def _proof(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return entities.proof(text)


def _person(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return persons.person(text)


def _code(slot: Slot, text: str, interpreter: Interpreter) -> Value | None:
    del slot, interpreter
    return persons.one_time_code(text)


PARSERS: dict[str, Callable[[Slot, str, Interpreter], Value | None]] = {
    "text": _text,
    "any": _text,
    "bool": _bool,
    "int": _int,
    "email": _email,
    "phone": _phone,
    "postcode": _postcode,
    "order_number": _order_number,
    "proof": _proof,
    "person": _person,
    "code": _code,
}
