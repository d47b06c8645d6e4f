"""The tables of the search: what is found, and by which terms."""

from sqlalchemy import Column, Integer, String, Table, Text

from core.content.terms import LONGEST
from storage.engine.schema import id_column, metadata

# What can be found: a message of the timeline, or what an agent wrote that did not go out. The newest has the highest
# number; it is a number, as millions of terms point here. `terms`: those it is found by, so that they can be removed.
search_entries = Table(
    "search_entries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    id_column("message_id", nullable=False, unique=True),
    id_column("conversation_id", nullable=False, index=True),
    Column("terms", Text, nullable=False),
)

search_terms = Table(
    "search_terms",
    metadata,
    Column("term", String(LONGEST), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
