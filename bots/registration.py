"""Registers our webhooks with every provider, as `doorstep channels setup` does; ends when all of them took them.

`make run` starts it: its stand-ins take what a real provider would let only an operator do.
"""

import asyncio
import logging

from bots.process import become
from bots.wiring.intake import Intake, build_intake
from core.errors import SendError
from core.ports.channel import Channel, Finding

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # first too: Meta asks the webhook for its challenge, and nobody listens yet
TRIES = 60


async def register(accounts: list[Channel], base_url: str, pause: float = PAUSE_SECONDS) -> list[Channel]:
    """Sets up every account, again where it did not work; returns those that refused to the end."""
    left = accounts
    for _ in range(TRIES):
        await asyncio.sleep(pause)
        left = [account for account in left if await _complaints(account, base_url)]
        if not left:
            break
    for account in left:
        for finding in await _complaints(account, base_url):
            said = {"said": finding.said, "cure": finding.cure, "account": account.account}
            log.warning("not registered: %s %s", account.channel, finding.what, extra=said)
    return left


async def _complaints(account: Channel, base_url: str) -> list[Finding]:
    try:
        return [finding for finding in await account.setup(base_url) if not finding.ok]
    except SendError as error:
        return [Finding("connection", False, error.code, error.detail)]


async def _run(intake: Intake) -> None:
    await register(list(intake.kit.accounts), intake.settings.base_url)
    await intake.http.close()


def main() -> None:
    """Registers the webhooks of all accounts."""
    asyncio.run(_run(build_intake(become("registration"))))


if __name__ == "__main__":
    main()
