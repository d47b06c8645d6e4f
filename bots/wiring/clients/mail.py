"""Builds the mail server's client that the settings ask for."""

from config.settings import Settings, reveal
from core.errors import ConfigurationError
from core.ports.mail import Mailer


def build_mailer(settings: Settings) -> Mailer | None:
    """Builds it; None without SMTP_URL. Raises ConfigurationError for half of it."""
    if not settings.smtp_url and not settings.mail_from:
        return None
    if not settings.smtp_url or not settings.mail_from:
        missing = "MAIL_FROM" if settings.smtp_url else "SMTP_URL"
        raise ConfigurationError(f"{missing} is missing. Set SMTP_URL and MAIL_FROM, or neither of them.")
    from adapters.mail.smtp import SmtpMailer, settings_of  # noqa: PLC0415 - only where e-mails are sent

    return SmtpMailer(settings_of(reveal(settings.smtp_url), settings.mail_from))
