"""Writes structured logs: one JSON object per line, with ids and never texts, numbers or secrets of people."""

import logging
import os
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# A last net: whatever a library puts into a message, phone numbers, e-mails and tokens do not reach the log.
_PRIVATE = re.compile(
    r"\+?\d[\d\s().-]{8,}\d|[\w.+-]+@[\w-]+\.\w+|xox[abp]-[\w-]+|xapp-[\w-]+|bot\d+:[\w-]+|Bearer \S+|whsec_\S+"
)


class JsonLines(logging.Handler):
    """Writes records to a file descriptor: time, level, logger, message, and the ids that the caller passed as `extra`.

    One call of the system for a line, which is whole in the file whoever else writes there: threads need no lock.
    """

    def __init__(self, process: str, descriptor: int = 2) -> None:
        super().__init__()
        self._process = process
        self._descriptor = descriptor

    def createLock(self) -> None:  # noqa: N802 - logging's name, overridden as its own NullHandler does
        """Makes no lock: each line is one call of the system."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record as one line; a failure goes to logging's `handleError`."""
        try:
            os.write(self._descriptor, self._line(record))
        except Exception:  # noqa: BLE001 - as logging's own handlers do
            self.handleError(record)

    def _line(self, record: logging.LogRecord) -> bytes:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _redacted(record.getMessage()),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _where(record)
        line["process_title"] = self._process
        return msgspec.json.encode(line, enc_hook=str) + b"\n"


def configure(level: str, process: str) -> None:
    """Sets up this process's logging to standard error."""
    # Nobody reads them here, and finding them costs more than writing the line (logging cookbook, optimization).
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=level, handlers=[JsonLines(process)], force=True)
    for noisy in (
        "rq.worker",
        "httpx",
        "httpcore",
        "telegram",
        "slack_bolt",
        "slack_sdk",
        "aiohttp.access",
        "_granian",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _redacted(message: str) -> str:
    return _PRIVATE.sub("[redacted]", message)


def _where(record: logging.LogRecord) -> list[str]:
    """Lists file and line of each frame: an exception's own text may quote what a customer wrote."""
    frames = []
    step = record.exc_info[2] if record.exc_info else None
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return frames[-6:]
