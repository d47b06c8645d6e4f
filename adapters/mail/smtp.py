"""Hands e-mails to an SMTP server: `smtp://user:pass@host:587` (STARTTLS where it has that) or `smtps://…`."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import msgspec

from core.errors import Outcome, SendError
from core.ports.mail import Mail

TIMEOUT = 20.0
PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = 500


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server is, and whom mails are from ("Northwind <help@shop.example>")."""

    host: str
    port: int
    sender: str
    is_tls: bool = False
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Writes it without user and password: settings end up in tracebacks."""
        return f"SmtpSettings(host={self.host!r}, port={self.port!r})"


def settings_of(url: str, sender: str) -> SmtpSettings:
    """Reads an address of a server that the settings have checked."""
    parts = urlsplit(url)
    return SmtpSettings(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        sender=sender,
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class SmtpMailer:
    """Speaks for one sender. A connection for each mail: there are few, and none is kept open in vain."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(self, mail: Mail) -> None:
        """Hands an e-mail to the server. Raises SendError: CONTENT_REJECTED for what it will never take."""
        try:
            message = written(mail, self._settings.sender)
        except (ValueError, IndexError):  # an address that is none
            raise SendError(Outcome.CONTENT_REJECTED, "bad_address") from None
        with self._server() as server:
            server.send_message(message)

    def check(self) -> str:
        """Logs in. Raises SendError."""
        with self._server() as server:
            server.noop()
        return f"{self._settings.host}:{self._settings.port} lets us in, as {self._settings.sender}"

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Opens a session; what goes wrong in it becomes an outcome."""
        settings, safe = self._settings, ssl.create_default_context()
        try:
            opened = (
                smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT, context=safe)
                if settings.is_tls
                else smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
            )
            with opened as server:
                server.ehlo_or_helo_if_needed()
                if not settings.is_tls and server.has_extn("starttls"):
                    server.starttls(context=safe)
                    server.ehlo()
                if settings.user:
                    _log_in(server, settings)
                yield server
        except (smtplib.SMTPException, OSError) as error:
            raise _judged(error) from error


def _log_in(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    """Gives the password only where nobody between us can read it: a server that offers no TLS, or whose offer somebody
    took out, gets none, unless it is on this machine. Raises SendError."""
    if not (isinstance(server.sock, ssl.SSLSocket) or _is_here(settings.host)):
        raise SendError(Outcome.MISCONFIGURED, "no_tls", "the server offers no TLS; the password was not given")
    server.login(settings.user, settings.password)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def written(mail: Mail, sender: str) -> EmailMessage:
    """Writes a mail as MIME. Raises ValueError for an address that is none."""
    name, address = parseaddr(mail.to)
    if "@" not in address or name or address != mail.to:
        raise ValueError("not an address")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, " ".join(mail.subject.split())
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer of an absent person comes back
    message.set_content(mail.text)
    message["Content-Language"] = mail.locale  # after the content, which begins its headers anew
    return message


def _judged(error: Exception) -> SendError:
    """Chooses what a failure means; the server's words stay out of it, as they may name the customer."""
    match error:
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPSenderRefused():
            code = "sender_refused" if isinstance(error, smtplib.SMTPSenderRefused) else "login_refused"
            return SendError(Outcome.MISCONFIGURED, code, str(error.smtp_code))
        case smtplib.SMTPNotSupportedError():  # RFC 6531: an address beyond ASCII, and a server that takes none
            return SendError(Outcome.CONTENT_REJECTED, "bad_address")
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            permanent = bool(codes) and all(code >= _PERMANENT for code in codes)
            return SendError(Outcome.CONTENT_REJECTED if permanent else Outcome.RETRY, "recipient_refused")
        case smtplib.SMTPDataError():
            permanent = error.smtp_code >= _PERMANENT
            return SendError(Outcome.CONTENT_REJECTED if permanent else Outcome.RETRY, "refused", str(error.smtp_code))
        case ssl.SSLError():
            return SendError(Outcome.MISCONFIGURED, "tls", type(error).__name__)
        case _:
            return SendError(Outcome.RETRY, "connect", type(error).__name__)
