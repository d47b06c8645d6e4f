"""The table of measures: what one contact, or one case, adds to a number."""

from sqlalchemy import BigInteger, Column, Date, Index, SmallInteger, String, Table

from storage.engine.schema import Moment, id_column, metadata

# `metric` names the number, `subject` what it is measured of (an id of ours); `about` the customer or case with whom it
# is measured anew. `day`, `week` (its Monday) and `hour` are the shop's. `value`: 0 or 1, or milliseconds by the
# calendar; `business`: in the desk's hours.
measures = Table(
    "measures",
    metadata,
    Column("metric", String(32), primary_key=True),
    id_column("subject", primary_key=True),
    id_column("about", nullable=False),
    id_column("conversation_id", nullable=False),
    Column("at", Moment, nullable=False),
    Column("day", Date, nullable=False),
    Column("week", Date, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("business", BigInteger),
    Column("channel", String(32), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Index("ix_measures_metric_day", "metric", "day"),
    Index("ix_measures_about", "about"),
    Index("ix_measures_topic", "topic", "conversation_id"),
)
