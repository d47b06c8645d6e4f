"""Cases, agents' messages, and who did what."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    text,
)

from core.people.conversations import CaseState
from storage.engine.schema import Length, Moment, id_column, metadata

# Written out, not bound: the partial index is used only when the statement itself says so.
_OVER = [state for state in CaseState if state.is_over]
_UNRESOLVED = " AND ".join(f"state != '{state}'" for state in _OVER)

cases = Table(
    "cases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    id_column(nullable=False, unique=True),
    id_column("conversation_id", nullable=False, index=True),
    id_column("customer_id", nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("order_number", String(255)),
    Column("claimed_by", String(64)),
    Column("place", String(64), nullable=False),
    Column("thread", String(64)),
    Column("opened_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("resolved_at", Moment),  # when it was over: resolved, merged, spam
    Column("priority", String(8), nullable=False, server_default="normal"),
    Column("team", String(64), nullable=False, server_default=""),
    Column("sla", String(64), nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default="[]"),
    Column("details", Text, nullable=False, server_default="{}"),  # what the bot took down, by name
    Column("agent_name", String(255), nullable=False, server_default=""),  # of `claimed_by`
    Column("wakes_at", Moment),  # of one that rests; None: when the customer writes
    id_column("merged_into"),
    Column("topic", String(32), nullable=False, server_default=""),  # what it was about, said when it was resolved
    Column("window_warned_at", Moment),  # when the owner was told that the reply window closes
    Column("by_hand", String(64), nullable=False, server_default=""),  # which of priority, team, sla people have set
    Column("waits_for", String(255), nullable=False, server_default=""),  # of one on hold: for whom, or what
    UniqueConstraint("place", "thread"),
    Index(
        "ix_cases_claimed",
        "claimed_at",
        sqlite_where=text("claimed_at IS NOT NULL"),
        postgresql_where=text("claimed_at IS NOT NULL"),
    ),
    Index(
        "ix_cases_resolved",
        "resolved_at",
        sqlite_where=text("resolved_at IS NOT NULL"),
        postgresql_where=text("resolved_at IS NOT NULL"),
    ),
    Index(
        "ix_cases_unresolved",
        "state",
        "opened_at",
        sqlite_where=text(_UNRESOLVED),
        postgresql_where=text(_UNRESOLVED),
    ),
)

IS_RESOLVED = cases.c.state == CaseState.RESOLVED.value
IS_UNRESOLVED = and_(*(cases.c.state != literal_column(f"'{state}'") for state in _OVER))

# Threads that a case had before, which are gone or whose card is: what agents still write there belongs to the case.
case_threads = Table(
    "case_threads",
    metadata,
    Column("place", String(64), primary_key=True),
    Column("thread", String(64), primary_key=True),
    id_column("case_id", nullable=False, index=True),
)

# Each time that a case was over: who had it then (`agent`), and when it was opened again, if it was.
case_ends = Table(
    "case_ends",
    metadata,
    id_column(primary_key=True),
    id_column("case_id", nullable=False, index=True),
    Column("ended_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),  # resolved, merged, spam
    Column("agent", String(64), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("reopened_at", Moment),
    Index(
        "ix_case_ends_reopened",
        "reopened_at",
        sqlite_where=text("reopened_at IS NOT NULL"),
        postgresql_where=text("reopened_at IS NOT NULL"),
    ),
)

# The clocks of cases (core.cases.clocks): one of a metric runs at a time. `alert_at`: when to tell something of it.
case_clocks = Table(
    "case_clocks",
    metadata,
    id_column(primary_key=True),
    id_column("case_id", nullable=False, index=True),
    Column("metric", String(16), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("aim", Length, nullable=False),
    Column("warn", Length),
    Column("spent", Length, nullable=False),
    Column("since", Moment),
    Column("due_at", Moment),
    Column("state", String(16), nullable=False),
    Column("warned_at", Moment),
    Column("alert_at", Moment),
    Column("ended_at", Moment),
    Index(
        "ix_case_clocks_alert",
        "alert_at",
        sqlite_where=text("alert_at IS NOT NULL"),
        postgresql_where=text("alert_at IS NOT NULL"),
    ),
    Index(
        "uq_case_clocks_running",
        "case_id",
        "metric",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

HAS_ALERT = case_clocks.c.alert_at.is_not(None)

# Who works at the desk, as far as they were seen there; `away_since` is None for who is there.
desk_agents = Table(
    "desk_agents",
    metadata,
    Column("user", String(64), primary_key=True),
    Column("name", String(255), nullable=False, server_default=""),
    Column("away_since", Moment),
    Column("last_seen", Moment, nullable=False),
    Column("last_assigned_at", Moment),
)

# Messages of agents: what became of each. state: sent, note, held, later, unsent. `mark` is the reaction that says so,
# `shown` the one that the desk shows.
desk_messages = Table(
    "desk_messages",
    metadata,
    id_column(primary_key=True),
    Column("place", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    id_column("case_id", nullable=False),
    Column("user", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    id_column("outbox_id", index=True),
    Column("at", Moment, nullable=False),
    Column("mark", String(32), nullable=False, server_default=""),
    Column("shown", String(32), nullable=False, server_default=""),
    Column("styles", Text, nullable=False, server_default="[]"),  # how words of the text look
    Column("ready", String(80), nullable=False, server_default=""),  # the ready text that it was made of, kind:id
    Column("leaves_at", Moment),  # when it goes, or went, to the customer
    Column("put_off_at", Moment),  # when an agent said so of one that goes later
    UniqueConstraint("place", "message"),
    Index("ix_desk_messages_case", "case_id", "id"),
)

# How often each ready text was sent (core.desk.ready_texts): a reply of `saved_replies.yaml`, an answer of `faq.yaml`.
ready_text_uses = Table(
    "ready_text_uses",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("text_id", String(64), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

# Ratings after a case. kind: csat (1-5), effort (1-5), nps (0-10); without a score it was asked for and not given.
ratings = Table(
    "ratings",
    metadata,
    id_column(primary_key=True),
    id_column("case_id", nullable=False, index=True),
    id_column("conversation_id", nullable=False),
    id_column("customer_id", nullable=False),
    Column("kind", String(8), nullable=False),
    Column("score", SmallInteger),
    Column("asked_at", Moment, nullable=False),
    Column("given_at", Moment),
    Index("ix_ratings_customer", "customer_id", "asked_at"),
    Index(
        "ix_ratings_given",
        "given_at",
        sqlite_where=text("given_at IS NOT NULL"),
        postgresql_where=text("given_at IS NOT NULL"),
    ),
    Index("ix_ratings_conversation", "conversation_id", "asked_at"),
)

# Who did what. Rows are added, never changed but once: when they are sealed (storage.desk.audit_chain) each gets its
# number in the chain and a hash over itself and the one before.
audit = Table(
    "audit",
    metadata,
    id_column(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(255), nullable=False),
    Column("data", Text),
    Column("seq", BigInteger),
    Column("hash", String(64)),
    Index("ix_audit_seq", "seq", unique=True),
    Index("ix_audit_action", "action", "id"),
    Index("ix_audit_object", "object"),
    Index("ix_audit_unsealed", "id", sqlite_where=text("seq IS NULL"), postgresql_where=text("seq IS NULL")),
)

# The end of the chain, in one row, which whoever seals locks.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
