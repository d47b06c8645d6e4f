"""Checks what is written in a setting, and says how it should look."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

Check = Callable[[str], str]

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHOPIFY = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
_SHORT_CODE = re.compile(r"\d{3,6}")
_SPACING = re.compile(r"[\s().-]")
_EXPECTED = {  # pydantic's type of error -> what was expected; none of these is a secret's
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_parsing": "true or false",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number from {ge:g} up",
    "less_than_equal": "a number up to {le:g}",
}


def phone(value: str) -> str:
    """Returns one of our numbers, in E.164 or a short code, without what people write between its digits.

    Raises ValueError.
    """
    bare = _SPACING.sub("", value)
    if not bare or _E164.fullmatch(bare) or _SHORT_CODE.fullmatch(bare):
        return bare
    raise ValueError(f"expected a number with + and country code and nothing else, like +12025550100; found {value}")


def url(value: str) -> str:
    """Returns a web address without a slash at its end. Raises ValueError."""
    bare = value.strip().rstrip("/")
    if not bare:
        return bare
    parts = _split(bare)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"expected an address that begins with https://, like https://desk.example; found {value}")
    if parts.query or parts.fragment:
        raise ValueError(f"expected an address without ? and #, like https://desk.example; found {value}")
    return bare


def endpoint(value: str) -> str:
    """Returns an address that is called just as it is written, slash and query too. Raises ValueError."""
    bare = value.strip()
    parts = _split(bare)
    if bare and (parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment):
        # What stands behind the host may be a key.
        raise ValueError("expected an address that begins with https://, like https://shop.example/doorstep")
    return bare


def llm_url(value: str) -> str:
    """Returns the address of a language model's API without a slash at its end. Raises ValueError."""
    bare = url(value)
    if bare and not bare.endswith("/v1"):
        raise ValueError(f"expected the address of an API like OpenAI's, which ends in /v1; found {value}")
    return bare


def shopify_shop(value: str) -> str:
    """Returns the name of a shop at Shopify in small letters, without what stands around it. Raises ValueError."""
    bare = value.strip().lower().removeprefix("https://").rstrip("/")
    if bare and not _SHOPIFY.fullmatch(bare):
        raise ValueError(f"expected the shop's own name at Shopify, like northwind.myshopify.com; found {value}")
    return bare


def shop_url(value: str) -> str:
    """Returns a shop's address without a slash at its end. Over http keys would be read by everybody on the way, so
    only a host of one's own may have it. Raises ValueError."""
    bare = url(value).removesuffix("/wp-json")
    parts = _split(bare)
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        raise ValueError(f"expected an address that begins with https://, like https://shop.example; found {value}")
    return bare


def _is_near(host: str) -> bool:
    """Tells whether a host is this machine, or in a network of one's own."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".localhost", ".home.arpa"))


def smtp_url(value: SecretStr | None) -> SecretStr | None:
    """Checks the address of a mail server; it may hold a password, so none of it is said. Raises ValueError."""
    if value is None:
        return None
    parts = _split(value.get_secret_value().strip())
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0 or parts.path.strip("/"):
        raise ValueError("expected smtp://user:password@host:587 or smtps://user:password@host:465")
    return value


def mailbox(value: str) -> str:
    """Returns whom e-mails are from. Raises ValueError."""
    if value and not re.fullmatch(r"[^@<>\s]+@[^@<>\s]+|[^<>\r\n]+<[^@<>\s]+@[^@<>\s]+>", value.strip()):
        raise ValueError(f"expected an address like help@shop.example or Northwind <help@shop.example>; found {value}")
    return value.strip()


def mailboxes(value: str) -> str:
    """Returns whom alarms go to, separated by commas. Raises ValueError."""
    given = [each.strip() for each in value.split(",")] if value.strip() else []
    for each in given:
        if not re.fullmatch(r"[^@<>\s]+@[^@<>\s]+", each) or len(each) > 320:
            raise ValueError(f"expected addresses like ops@shop.example, separated by commas; found {each}")
    return ",".join(given)


def database_url(*schemes: str) -> Check:
    """Makes the check of an address of a database: its scheme is one of these. What follows may be a secret."""

    def check(value: str) -> str:
        scheme, colon, _ = value.partition("://")
        if value and (not colon or scheme not in schemes):
            listed = " or ".join(f"{each}://…" for each in schemes[:2])
            raise ValueError(f"expected {listed}; it begins with {scheme[:12] if colon else 'no scheme'}")
        return value

    return check


def choice(*choices: str) -> Check:
    """Makes the check of a word that is one of these."""

    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"expected {', '.join(choices[:-1])} or {choices[-1]}; found {value}")
        return value

    return check


def words(fault: Mapping[str, Any]) -> str:
    """Says in our words what pydantic found wrong with a value."""
    expected = _EXPECTED.get(fault["type"])
    if expected:
        return f"expected {expected.format(**fault.get('ctx', {}))}; found {fault['input']}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # half an IPv6 address
        return urlsplit("")
