"""Makes ids shaped like the platforms' own."""

import base64
import hashlib
import secrets
import zlib


def wamid(number: str) -> str:
    """Makes a WhatsApp message id."""
    raw = (
        b"\x1d\x18\x0b"
        + number.encode()[:15].ljust(11, b"0")
        + b"\x15\x02\x00\x11\x18"
        + secrets.token_hex(10).upper().encode()
        + b"\x00"
    )
    return "wamid." + base64.b64encode(raw).decode()


def mid() -> str:
    """Makes a Messenger message id."""
    return "m_" + secrets.token_urlsafe(60)


def sid(prefix: str) -> str:
    """Makes a Twilio SID: two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


def slack_id(prefix: str) -> str:
    """Makes a Slack id: a letter and 10 capitals or digits."""
    return prefix + base64.b32encode(secrets.token_bytes(8)).decode()[:10]


def trace_id() -> str:
    """Makes meta's fbtrace_id."""
    return "A" + secrets.token_urlsafe(16)


def numeric(seed: str, digits: int) -> str:
    """Makes a stable number of exactly `digits` digits for a name."""
    value = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:12], "big")
    return str(10 ** (digits - 1) + value % (9 * 10 ** (digits - 1)))


def checksum(text: str) -> str:
    """Makes eight hex digits that differ when the text does."""
    return f"{zlib.crc32(text.encode()):08x}"
