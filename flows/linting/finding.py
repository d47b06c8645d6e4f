"""Declares what lint reports."""

import msgspec

from core.files.documents import Place

ERROR, WARNING = "error", "warning"


class Finding(msgspec.Struct, frozen=True, order=True):
    """Describes one mistake. An error may stop a conversation, a warning may puzzle a customer."""

    file: str
    line: int
    severity: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.file else ""
        return f"{where}{self.severity}: {self.message}"


def error(where: Place, message: str) -> Finding:
    """Makes an error at a place."""
    return Finding(where.file, where.line, ERROR, message)


def warning(where: Place, message: str) -> Finding:
    """Makes a warning at a place."""
    return Finding(where.file, where.line, WARNING, message)
