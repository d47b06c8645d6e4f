"""Says what one line of the diagnosis holds."""

import msgspec

OK, OFF, WARN, BAD = "ok", "off", "warn", "bad"


class Finding(msgspec.Struct, frozen=True):
    """Holds one line. `state`: ok, off (not set up, on purpose), warn, bad."""

    subject: str
    state: str
    words: str
