"""Defines an e-mail and what is asked of a mail server."""

from datetime import datetime
from typing import Protocol

import msgspec


class Mail(msgspec.Struct, frozen=True):
    """One e-mail. `id` makes its Message-ID: sent twice after a crash, it is the same message."""

    id: str
    to: str
    subject: str
    text: str
    at: datetime
    locale: str = "en"

    def __repr__(self) -> str:
        """Writes it without whom it goes to and what it says."""
        return f"Mail(id={self.id!r})"


class Mailer(Protocol):
    """Sends e-mails. Blocking; safe from any thread."""

    def send(self, mail: Mail) -> None:
        """Hands an e-mail to the server. Raises SendError."""
        ...

    def check(self) -> str:
        """Asks the server whether it lets us in; returns a line for people. Raises SendError."""
        ...
