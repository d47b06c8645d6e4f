"""Receives from Slack without a public address (Socket Mode), with the web process's listeners; ends when unused."""

import signal
import threading
from functools import partial

from bots.process import become, in_words
from config.accounts import accounts


def main() -> None:
    """Receives while SLACK_APP_TOKEN is set."""
    settings = become("slack_socket")
    with in_words():
        listed = accounts(settings)["slack"]
    if not listed or not listed[0].get("app_token"):
        return
    from adapters.desks.slack.inbound.app import create_app  # noqa: PLC0415 - an unused process must stay small
    from adapters.desks.slack.inbound.socket import run_socket  # noqa: PLC0415
    from bots.checks import open_for_process  # noqa: PLC0415
    from bots.http.app import Door  # noqa: PLC0415
    from bots.wiring.desk import build_reader  # noqa: PLC0415
    from bots.wiring.health import counts, heartbeats  # noqa: PLC0415
    from bots.wiring.intake import build_intake, mailbox  # noqa: PLC0415

    counts.share(settings.var_dir)
    with in_words():
        intake = build_intake(settings)
        open_for_process(intake.store)
    if intake.slack is None:
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    door = Door(intake, mailbox(intake))
    with in_words():
        app = create_app(intake.slack, door.keep_desk_event, build_reader(intake), intake.now)
        run_socket(app, intake.slack, stop, partial(heartbeats.beat, intake.redis, "slack"))


if __name__ == "__main__":
    main()
