"""Tables of orders, as the store tells them, returns and refunds, tags, and of products and who waits for them."""

from sqlalchemy import Boolean, Column, Date, Index, SmallInteger, String, Table, Text, UniqueConstraint, false, text

from storage.engine.schema import Moment, id_column, metadata

_WAITING = text("state = 'waiting'")

orders = Table(
    "orders",
    metadata,
    Column("number", String(255), primary_key=True),
    id_column("customer_id", index=True),
    Column("placed_at", Moment, nullable=False),
    Column("status", String(32), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total", String(32), nullable=False),
    Column("phone", String(32)),
    Column("buyer", Text, nullable=False),
    Column("shipping", Text, nullable=False),
    Column("promised_by", Date),
    Column("extra", Text),
    Column("told_at", Moment, nullable=False),  # the newest event applied
    Column("details", Text),  # JSON: payment, discounts, … (storage.shop.order_rows.Details)
    Column("number_form", String(255), index=True),  # by which what customers write is compared
    Column("postcode_form", String(32), index=True),  # by which who knows no number is found, with their name
    Column("store_id", String(255), index=True),  # by what the store's system names it
    Index("ix_orders_phone", "phone", "placed_at"),
    Index("ix_orders_placed", "placed_at"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_number", String(255), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("n", SmallInteger, nullable=False),
    Column("data", Text, nullable=False),
)

shipments = Table(
    "shipments",
    metadata,
    Column("order_number", String(255), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("n", SmallInteger, nullable=False),
    Column("status", String(32), nullable=False),
    Column("tracking_number", String(1000)),
    Column("eta", Date),
    Column("data", Text, nullable=False),
    Column("tracking_form", String(255), index=True),
)

# What customers asked for here (`reference` is our number for it), and what the store tells of (`store_id` is theirs).
returns = Table(
    "returns",
    metadata,
    id_column(primary_key=True),
    Column("reference", String(64), nullable=False),
    Column("order_number", String(255), nullable=False, index=True),
    id_column("customer_id", index=True),
    id_column("conversation_id"),
    Column("state", String(32), nullable=False),
    Column("resolution", String(32), nullable=False),
    Column("lines", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("store_id", String(255), index=True),
    Column("told_at", Moment),  # the newest event applied
    Column("told", Text),  # what it said (core.shop.returns.ReturnRecord)
    Column("details", Text),  # what was agreed beside the lines, as JSON: photos (ids of files), sums, who pays …
    id_column("case_id", index=True),  # where people decide on it
    Column("decided_by", String(64)),  # the desk user who did
    Column("request", String(64)),  # the idempotency id of the request to the store's system to make it
    Column("counts", Text),  # what the warehouse counted, as JSON (core.shop.return_steps.Counted)
)

# Money that was asked for here for a return; the id is the request's idempotency id. state: waiting (for finance),
# processing, settled, failed. `told`: the store said so itself.
return_refunds = Table(
    "return_refunds",
    metadata,
    id_column(primary_key=True),
    id_column("return_id", nullable=False, index=True),
    Column("order_number", String(255), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("amount", String(32), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("method", String(32), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("approved_by", String(64)),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("reason", Text),
    Column("told", Boolean, nullable=False, server_default=false()),  # whether the store told of it
)

# The message that a team has of a return, in its own channel of the desk.
return_posts = Table(
    "return_posts",
    metadata,
    id_column("return_id", primary_key=True),
    Column("team", String(32), primary_key=True),
    Column("place", String(255), nullable=False),
    Column("message", String(255)),
)

refunds = Table(
    "refunds",
    metadata,
    id_column(primary_key=True),
    Column("order_number", String(255), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("data", Text, nullable=False),  # core.shop.returns.RefundRecord
)

stock_problems = Table(
    "stock_problems",
    metadata,
    Column("order_number", String(255), primary_key=True),
    Column("told_at", Moment, nullable=False),
    Column("data", Text, nullable=False),  # core.shop.stock_problems.StockProblem
)

# Who waits for a product to be in stock again (core.shop.stock_alerts): told once, here or by a notice.
stock_alerts = Table(
    "stock_alerts",
    metadata,
    id_column(primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    id_column("conversation_id", nullable=False, index=True),
    Column("product_id", String(255), nullable=False),
    Column("variant_ids", Text, nullable=False),  # JSON; none: any of them
    Column("state", String(16), nullable=False),  # waiting, told, taken_back
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_stock_alerts_waiting", "product_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

# Words of the store's rules on an order, a parcel ("1001/s1"), a return or a customer; `customer_id` says whose.
tags = Table(
    "tags",
    metadata,
    id_column(primary_key=True),
    Column("subject", String(16), nullable=False),
    Column("subject_id", String(600), nullable=False),
    Column("tag", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("order_number", String(255), nullable=False, server_default=""),
    UniqueConstraint("subject", "subject_id", "tag"),
    Index("ix_tags_order", "order_number"),
)

products = Table(
    "products",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("title", Text, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("data", Text, nullable=False),  # core.shop.catalogue.Product
)

# What products are found by (core.shop.catalogue.terms).
product_terms = Table(
    "product_terms",
    metadata,
    Column("term", String(255), primary_key=True),
    Column("product_id", String(255), primary_key=True, index=True),
)
