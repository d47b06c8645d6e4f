"""The tables of what one contact or case adds to a number, and of what was changed of the store's files."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, SmallInteger, String, Table, Text

from storage.engine.schema import Moment, id_column, metadata

# `metric` names the measure, `subject` what it is measured of (an id of ours); `about` the customer, case or other row
# with whom it is measured anew. `day`, `week` (its Monday) and `hour` are the shop's. `value`: 0 or 1, a score,
# millionths of a currency, or milliseconds by the calendar; `business`: in the desk's hours. `detail`: what its
# definition says.
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
    Column("detail", String(64), nullable=False, server_default=""),
    Index("ix_measures_metric_day", "metric", "day", "value", "business"),  # waits are read out of the index alone
    Index("ix_measures_about", "about", "metric"),  # with about alone SQLite would read through the metrics
    Index("ix_measures_conversation_id", "conversation_id"),
    Index("ix_measures_topic", "topic", "conversation_id"),
)

# How many measures there are of each day and group, the sum of their values, and how many are high or low as scores
# (storage.insight.tallies).
tallies = Table(
    "tallies",
    metadata,
    Column("metric", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("agent", String(64), primary_key=True),
    Column("team", String(64), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("detail", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("tops", Integer, nullable=False),
    Column("promoters", Integer, nullable=False),
    Column("detractors", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What was changed of the store's files. `file`: its path in the store's folder; `key`: the text, policy, rule, … in it,
# `line` where it stands; `topic`: the flow or notice that it is about. `version`: of the folder, as it was taken then.
improvements = Table(
    "improvements",
    metadata,
    id_column(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("version", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("file", String(255), nullable=False),
    Column("line", Integer, nullable=False),
    Column("key", String(255), nullable=False),
    Column("what", String(8), nullable=False),
    Column("before", String(255), nullable=False),
    Column("after", String(255), nullable=False),
    Column("topic", String(64), nullable=False),
)

# The store's files as they were when their changes were last looked for; that of the path "" is the folder's version.
known_files = Table(
    "known_files",
    metadata,
    Column("path", String(255), primary_key=True),
    Column("content", Text, nullable=False),
)
