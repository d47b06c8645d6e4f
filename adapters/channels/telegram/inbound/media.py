"""Locates a customer's file."""

from pathlib import PurePosixPath

from telegram import Bot

from adapters.channels.telegram.outbound.errors import guarded
from core.errors import Outcome, SendError
from core.ports.calls import Download

TOO_BIG = "BadRequest: file is too big"


async def locate(bot: Bot, ref: str, most: int) -> Download:
    """Asks for the link to the file `ref`, of `most` bytes at most. The link holds the bot's token: never keep it.

    Raises SendError: CONTENT_REJECTED ("too_large"), or RETRY also where the answer was lost, as nothing was changed.
    """
    try:
        file = await guarded(bot.get_file(ref))
    except SendError as error:
        if error.code == TOO_BIG:
            raise SendError(Outcome.CONTENT_REJECTED, "too_large") from None
        if error.outcome is Outcome.AMBIGUOUS:
            raise SendError(Outcome.RETRY, error.code, error.detail) from None
        raise
    if (file.file_size or 0) > most:
        raise SendError(Outcome.CONTENT_REJECTED, "too_large")
    if not file.file_path:
        raise SendError(Outcome.RETRY, "no_file_path", "Telegram names the file, but not where it lies")
    return Download(file.file_path, max_bytes=most, filename=PurePosixPath(file.file_path).name)
