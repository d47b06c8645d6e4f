"""Receives from Slack without a public address (Socket Mode), with the web process's listeners; ends when unused."""

import signal
import threading

from bots.process import become, in_words
from config.accounts import accounts


def main() -> None:
    """Receives while an account has an app token (SLACK_APP_TOKEN)."""
    settings = become("slack_socket")
    with in_words():
        listed = accounts(settings)["slack"]
    if not any(each.get("app_token") for each in listed):
        return
    from bots.checks import open_for_process  # noqa: PLC0415 - an unused process must stay small
    from bots.slack_connections import receive  # noqa: PLC0415
    from bots.wiring.health import counts  # noqa: PLC0415
    from bots.wiring.intake import build_intake  # noqa: PLC0415

    counts.share(settings.var_dir)
    with in_words():
        intake = build_intake(settings)
        open_for_process(intake.store)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with in_words():
        receive(intake, stop)


if __name__ == "__main__":
    main()
