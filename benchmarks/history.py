"""Makes a long history quickly: a real turn and a real customer are copied many times inside the database, by SQL.

What is copied is what the product wrote, so it follows the tables as they are; only ids, numbers and times change.
SQLite only, with the product stopped.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from benchmarks.people import FIRST_AREA, FIRST_ORDER, phone

YEAR_MICROS = 365 * 86_400 * 1_000_000
A_MOMENT = 1_000_000_000_000_000  # an integer this large is a time in microseconds

Tokens = Mapping[str, str]  # text of the original -> SQL of the copy


def fill(path: Path, messages: int, people: int) -> None:
    """Copies the first customer until there are `people`, and their last answered turn until there are `messages`."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.row_factory = sqlite3.Row
    for pragma in (
        "journal_mode=DELETE",
        "journal_mode=OFF",
        "synchronous=OFF",
        "cache_size=-500000",
        "temp_store=MEMORY",
    ):
        conn.execute(f"PRAGMA {pragma}").fetchall()
    conn.execute("BEGIN")
    original = _one(conn, "SELECT * FROM conversations WHERE value = ?", phone(0))
    _copy_people(conn, original, people)
    missing = messages - conn.execute("SELECT count(*) FROM messages").fetchone()[0]
    _copy_turns(conn, original, missing // 2)
    conn.execute("COMMIT")
    conn.execute("PRAGMA journal_mode=WAL").fetchall()
    conn.close()


def rows(path: Path) -> dict[str, int]:
    """Counts what is stored, by table."""
    with sqlite3.connect(path) as conn:
        names = ("messages", "inbox", "outbox", "outbox_parts", "conversations", "orders")
        return {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def _copy_people(conn: sqlite3.Connection, original: sqlite3.Row, people: int) -> None:
    counted = "SELECT max((SELECT count(*) FROM orders), (SELECT count(*) FROM conversations))"
    known = conn.execute(counted).fetchone()[0]
    conn.execute(
        f"""CREATE TEMP TABLE people AS
        WITH RECURSIVE c(n) AS (SELECT {known} UNION ALL SELECT n + 1 FROM c WHERE n + 1 < {people})
        SELECT n, printf('1%d55501%02d', {FIRST_AREA} + n / 100, n % 100) AS phone,
        CAST({FIRST_ORDER} + n AS TEXT) AS number,
        printf('%013xa%010x', {YEAR_MICROS}, n) AS customer,
        printf('%013xb%010x', {YEAR_MICROS}, n) AS conversation FROM c"""
    )
    order = str(FIRST_ORDER)
    tokens = {
        phone(0)[1:]: "t.phone",
        original["customer_id"]: "t.customer",
        original["id"]: "t.conversation",
        order: "t.number",
        "jane0@": "'jane' || t.n || '@'",
        **_other_addresses(conn, original),
    }
    copied: dict[str, tuple[str, object]] = {
        "customers": ("id = ?", original["customer_id"]),
        "addresses": ("customer_id = ?", original["customer_id"]),
        "conversations": ("id = ?", original["id"]),
        "orders": ("number = ?", order),
        "order_lines": ("order_number = ?", order),
        "shipments": ("order_number = ?", order),
    }
    for table, (where, value) in copied.items():
        for row in conn.execute(f"SELECT * FROM {table} WHERE {where}", (value,)).fetchall():
            unique = {"store_id": "'c' || t.n"} if table == "customers" else {}
            _copy(conn, table, row, tokens, "people", unique)


def _other_addresses(conn: sqlite3.Connection, original: sqlite3.Row) -> dict[str, str]:
    """Copies where the customer is reached beside their number: WhatsApp's user id stands in a row of its own."""
    found = conn.execute(
        "SELECT value FROM addresses WHERE customer_id = ? AND value != ?", (original["customer_id"], original["value"])
    )
    return {row["value"]: f"'{row['value']}-' || t.n" for row in found}


def _copy_turns(conn: sqlite3.Connection, original: sqlite3.Row, number: int) -> None:
    """Copies turns. Heavy users write more: the customer of a turn is drawn by a square."""
    read = "SELECT outbox_id FROM outbox_parts WHERE status = 'read'"
    out = _one(
        conn, f"SELECT * FROM outbox WHERE key = ? AND cause_id > '' AND id IN ({read}) LIMIT 1", original["key"]
    )
    parts = conn.execute("SELECT * FROM outbox_parts WHERE outbox_id = ?", (out["id"],)).fetchall()
    asked = _one(conn, "SELECT * FROM inbox WHERE id = ?", out["cause_id"])
    said = _one(conn, "SELECT * FROM messages WHERE direction = 'in' AND instr(?, external_id)", asked["external_id"])
    provider_id = parts[0]["provider_id"]
    receipts = conn.execute("SELECT * FROM inbox WHERE instr(external_id, ?)", (provider_id,)).fetchall()
    _turns(conn, number)
    tokens = {
        phone(0)[1:]: "t.phone",
        original["customer_id"]: "t.customer",
        original["id"]: "t.conversation",
        asked["id"]: "t.stamp || printf('0%010x', t.k)",
        said["id"]: "t.stamp || printf('1%010x', t.k)",
        out["id"]: "t.stamp || printf('2%010x', t.k)",
        said["external_id"]: "'wamid.HBgL' || t.scrambled || 'IN'",
        provider_id: "'wamid.HBgL' || t.scrambled || 'OUT'",
    }
    tokens |= {part["id"]: f"t.stamp || printf('{3 + n}%010x', t.k)" for n, part in enumerate(parts)}
    tokens |= {receipt["id"]: f"t.stamp || printf('{8 + n}%010x', t.k)" for n, receipt in enumerate(receipts)}
    told = _one(conn, "SELECT * FROM messages WHERE id = ?", out["id"])
    listed = [
        ("inbox", asked),
        *(("inbox", r) for r in receipts),
        ("messages", said),
        ("messages", told),
        ("outbox", out),
    ]
    for table, row in (*listed, *(("outbox_parts", part) for part in parts)):
        _copy(conn, table, row, tokens, "turns", {})


def _turns(conn: sqlite3.Connection, number: int) -> None:
    """Numbers turn k of a year: customer, age, an id that sorts by age, a provider's id that sorts by nothing."""
    newest = conn.execute("SELECT min(received_at) FROM inbox").fetchone()[0] - 1_000_000_000
    step = YEAR_MICROS // max(number, 1)
    conn.execute("CREATE TEMP TABLE everybody (n INTEGER PRIMARY KEY, conversation TEXT, customer TEXT, phone TEXT)")
    conn.execute(
        """INSERT INTO everybody SELECT row_number() OVER (ORDER BY id) - 1, id, customer_id, substr(value, 2)
        FROM conversations"""
    )
    everybody = conn.execute("SELECT count(*) FROM everybody").fetchone()[0]
    conn.execute(
        f"""CREATE TEMP TABLE turns AS
        WITH RECURSIVE c(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM c WHERE k + 1 < {number}),
        drawn AS (SELECT k, (k * 2654435761) & 4294967295 AS luck FROM c)
        SELECT k, e.conversation, e.customer, e.phone, ({number} - k) * {step} AS age,
        printf('%013x', {newest} - ({number} - k) * {step}) AS stamp, printf('%08X%08XAA', luck, k) AS scrambled
        FROM drawn CROSS JOIN everybody e
        ON e.n = CAST({everybody} * (luck / 4294967296.0) * (luck / 4294967296.0) AS INTEGER)"""
    )


def _copy(conn: sqlite3.Connection, table: str, row: sqlite3.Row, tokens: Tokens, source: str, fixed: Tokens) -> None:
    columns = list(row.keys())
    age = "t.age" if source == "turns" else "0"
    expressions = [fixed.get(name) or _expression(row[name], tokens, age) for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    conn.execute(f"INSERT INTO {table} ({names}) SELECT {', '.join(expressions)} FROM temp.{source} t")


def _expression(value: object, tokens: Tokens, age: str) -> str:
    """Writes SQL of a copied value: text with its tokens replaced, a time moved back by the copy's age, or as it is."""
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return f"{value} - {age}" if isinstance(value, int) and value > A_MOMENT else str(value)
    text = str(value)
    expression = "'" + text.replace("'", "''") + "'"
    for token, replacement in tokens.items():
        if text == token:
            return replacement
        if token in text:
            expression = f"replace({expression}, '{token}', {replacement})"
    return expression


def _one(conn: sqlite3.Connection, sql: str, value: object) -> sqlite3.Row:
    row = conn.execute(sql, (value,)).fetchone()
    if row is None:
        raise LookupError(f"the product wrote nothing to copy: {sql}")
    found: sqlite3.Row = row
    return found
