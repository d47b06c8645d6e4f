"""Tests the mail client against a real server on this machine: what arrives, and what a refusal means."""

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from adapters.mail.smtp import SmtpMailer, settings_of
from core.errors import Outcome, SendError
from core.ports.mail import Mail
from tests.fakes import NOW
from tests.ports import two_ports

MAIL = Mail("01MAIL", "jane@example.com", "您的验证码", "验证码是 123456。\n", NOW, "zh")


class Mailbox:
    """Takes what is sent to it; answers what the test says instead."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.to_rcpt = self.to_data = ""
        self.closed = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.to_rcpt:
            return self.to_rcpt
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if not self.to_data:
            self.taken.append(envelope)
        return self.to_data or "250 OK"


def _lets_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given == LoginPassword(b"user@shop", b"p:ss"), handled=False)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    with two_ports() as port:
        controller = Controller(
            mailbox, hostname="127.0.0.1", port=port, authenticator=_lets_in, auth_require_tls=False
        )
        controller.start()
        yield controller
        if not mailbox.closed:
            controller.stop()


def client(server: Controller, login: str = "") -> SmtpMailer:
    return SmtpMailer(settings_of(f"smtp://{login}127.0.0.1:{server.port}", "Northwind <help@shop.example>"))


def test_a_mail_arrives_in_the_customer_s_language(server: Controller, mailbox: Mailbox) -> None:
    client(server).send(MAIL)
    (envelope,) = mailbox.taken
    assert envelope.rcpt_tos == ["jane@example.com"]
    assert envelope.mail_from == "help@shop.example"
    read = message_from_bytes(envelope.content)  # type: ignore[arg-type]
    assert str(make_header(decode_header(read["Subject"]))) == "您的验证码"
    assert read["Message-ID"] == "<01MAIL@shop.example>"
    assert (read["Content-Language"], read["Auto-Submitted"]) == ("zh", "auto-generated")
    payload = read.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "验证码是 123456。" in payload.decode()


def test_a_login_is_given_and_a_wrong_one_is_ours_to_mend(server: Controller, mailbox: Mailbox) -> None:
    client(server, "user%40shop:p%3Ass@").send(MAIL)
    assert len(mailbox.taken) == 1
    assert "lets us in" in client(server, "user%40shop:p%3Ass@").check()
    with pytest.raises(SendError) as refused:
        client(server, "user%40shop:wrong@").check()
    assert (refused.value.outcome, refused.value.code) == (Outcome.MISCONFIGURED, "login_refused")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 no such user", Outcome.CONTENT_REJECTED), ("451 try later", Outcome.RETRY)],
)
def test_a_refusal_of_the_recipient_says_whether_to_try_again(
    server: Controller, mailbox: Mailbox, answer: str, outcome: Outcome
) -> None:
    mailbox.to_rcpt = answer
    with pytest.raises(SendError) as refused:
        client(server).send(MAIL)
    assert refused.value.outcome is outcome
    assert "jane" not in str(refused.value)


def test_a_busy_server_is_tried_again(server: Controller, mailbox: Mailbox) -> None:
    mailbox.to_data = "452 full"
    with pytest.raises(SendError) as refused:
        client(server).send(MAIL)
    assert refused.value.outcome is Outcome.RETRY


def test_a_server_that_is_away_is_tried_again(server: Controller, mailbox: Mailbox) -> None:
    away = client(server)
    server.stop()
    mailbox.closed = True
    with pytest.raises(SendError) as refused:
        away.send(MAIL)
    assert refused.value.outcome is Outcome.RETRY


def test_no_password_is_given_to_a_server_elsewhere_without_tls(server: Controller, mailbox: Mailbox) -> None:
    elsewhere = settings_of(f"smtp://user%40shop:p%3Ass@0.0.0.0:{server.port}", "help@shop.example")  # no loopback
    with pytest.raises(SendError) as refused:
        SmtpMailer(elsewhere).send(MAIL)
    assert (refused.value.outcome, refused.value.code) == (Outcome.MISCONFIGURED, "no_tls")
    assert not mailbox.taken


def test_a_subject_is_one_line(server: Controller, mailbox: Mailbox) -> None:
    client(server).send(Mail("1", MAIL.to, "Your code\nBcc: all@example.com", "t", NOW))
    (envelope,) = mailbox.taken
    assert envelope.rcpt_tos == [MAIL.to]
    read = message_from_bytes(envelope.content)  # type: ignore[arg-type]
    assert (read["Subject"], read["Bcc"]) == ("Your code Bcc: all@example.com", None)


def test_an_address_that_the_server_cannot_write_is_not_tried_again(mailbox: Mailbox) -> None:
    with two_ports() as port:
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
        controller.start()
        try:
            with pytest.raises(SendError) as refused:
                client(controller).send(Mail("1", "jürgen@example.com", "s", "t", NOW))
        finally:
            controller.stop()
    assert (refused.value.outcome, refused.value.code) == (Outcome.CONTENT_REJECTED, "bad_address")


@pytest.mark.parametrize("address", ["", "jane", "jane@example.com\r\nBcc: all@example.com", "a@b.com, c@d.com"])
def test_what_is_no_address_is_never_sent(server: Controller, mailbox: Mailbox, address: str) -> None:
    with pytest.raises(SendError) as refused:
        client(server).send(Mail("1", address, "s", "t", NOW))
    assert refused.value.outcome is Outcome.CONTENT_REJECTED
    assert not mailbox.taken
