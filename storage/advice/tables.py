"""The table of questions to a language model."""

from sqlalchemy import Column, Integer, SmallInteger, String, Table

from storage.engine.schema import Moment, id_column, metadata

# One question. `inbox_id` is the item it was about; `calls` counts what was sent for it; `result` asked (nothing came
# yet) or what came of it; `chosen` are ids: "return_item reason", "choice 2".
advice = Table(
    "advice",
    metadata,
    id_column(primary_key=True),
    id_column("inbox_id", index=True, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("calls", SmallInteger, nullable=False, server_default="1"),
    Column("result", String(16), nullable=False, server_default="asked"),
    Column("chosen", String(255), nullable=False, server_default=""),
    Column("ms", Integer),
)
