"""Writes tables as CSV files, a row at a time, that open in a spreadsheet as what they are."""

import csv
from collections.abc import Generator, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain
from typing import Any

from flask import Response

BOM = "\ufeff"  # a spreadsheet reads UTF-8 as such by it
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DIGITS = 9  # after the point
ROWS = 200  # of a piece that leaves


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Answers with a file, `name` without its end; the rows are taken as they leave.

    The first piece is made at once: what is wrong with what was asked for is said in place of a file.
    """
    pieces = lines(header, rows)
    answer = Response(chain([next(pieces)], pieces), content_type="text/csv; charset=utf-8")
    answer.call_on_close(pieces.close)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Generator[str, None, None]:
    """Writes the file in pieces."""
    buffer = StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(map(cell, header))
    for number, row in enumerate(rows, 1):
        writer.writerow(map(cell, row))
        if number % ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def cell(value: Any) -> Any:
    """Writes a value: what a spreadsheet would take for a formula gets a `'` in front, numbers are written out, with a
    point."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(round(value, DIGITS))), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _taken(buffer: StringIO) -> str:
    piece = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return piece
