"""Keeps what is sent to a mail server of the tests."""

from email import message_from_bytes, policy

from aiosmtpd.smtp import Envelope


class Mailbox:
    """Keeps the subject, the recipients and the text of each e-mail; an instance handles aiosmtpd's events."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.subjects: list[str] = []
        self.recipients: list[list[str]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        self.texts.append(mail.get_content())
        self.subjects.append(str(mail["subject"]))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"
