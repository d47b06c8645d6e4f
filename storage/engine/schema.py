"""Defines what all tables share: their names' form, ids, and how a moment is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, String, TypeDecorator

from core.ids import EPOCH, micros

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # when that comes due which waits for a word of somebody


def moment(value: int) -> datetime:
    """Returns the aware UTC time that `micros` wrote."""
    return EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """Stores an aware datetime as an integer of microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> int | None:
        """Converts to the database's form."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, _dialect: Any) -> datetime | None:
        """Converts from the database's form."""
        return None if value is None else moment(value)


class Length(TypeDecorator[timedelta]):
    """Stores a length of time as an integer of microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, _dialect: Any) -> int | None:
        """Converts to the database's form."""
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, _dialect: Any) -> timedelta | None:
        """Converts from the database's form."""
        return None if value is None else timedelta(microseconds=value)


def looked_at(column: ColumnElement[str]) -> ColumnElement[str]:
    """Returns a column of text to compare in rows that are found by something else.

    SQLite, which counts no rows beforehand, takes an action, or a state, for one that few rows have, and would walk
    through all of them by an index that begins with it.
    """
    return column.concat("")


def id_column(name: str = "id", **options: Any) -> Column[str]:
    """Makes a column for one of our ids (`core.ids`)."""
    return Column(name, String(24), **options)
