"""The picture the portal serves from: a projection of the batches that count and the published runs.

Nothing here is edited by hand; it is rebuilt in one transaction. Money is in the bank's currency, exact to the cent;
shares run 0 to 1. Every table that shows customers carries `branch_path` or joins to it, so scope is one prefix.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, LargeBinary, String, Table, Text

from store.tables.metadata import metadata
from store.types import Json, Moment, Money, code

# One row: what the picture on show was made of. batch_id is the newest batch that counts.
pictures = Table(
    "pictures", metadata,
    Column("one", Integer, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("batch_id", Integer, nullable=False),
    Column("batches", Json, nullable=False),
    Column("months", Json, nullable=False),  # month-ends there are figures for, ascending ISO dates
    Column("segmentation_run_id", Integer),
    Column("credit_run_id", Integer),
    Column("attrition_run_id", Integer),
    Column("next_product_run_id", Integer),
    Column("contribution_run_id", Integer),
    Column("built_at", Moment, nullable=False),
    Column("detail", Json),
)  # fmt: skip

# path: '/HQ/C1/B12/', the branch's place in the tree; a scope is a set of path prefixes.
branches = Table(
    "branches", metadata,
    Column("branch_id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("parent_id", String(64), index=True),
    Column("level", Integer, nullable=False),
    Column("city", String(64)),
    Column("province", String(64)),
    Column("path", code(512), nullable=False, index=True),
)  # fmt: skip

staff = Table(
    "staff", metadata,
    Column("staff_id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("branch_id", String(64), nullable=False, index=True),
    Column("title", String(64)),
    Column("active", Boolean),
)  # fmt: skip

products = Table(
    "products", metadata,
    Column("product_id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("family", String(32), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("risk_level", Integer),
)  # fmt: skip

customers = Table(
    "customers", metadata,
    Column("customer_id", String(64), primary_key=True),
    # 1, 2, 3 … by AUM, largest first, ties by customer_id: the look-up's postings name customers by it, so that the
    # first page of a long list is read in order and nothing is sorted.
    Column("place", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(256)),
    Column("gender", String(8)),
    Column("birth_date", Date),
    Column("id_type", String(64)),
    Column("id_number", String(64)),
    Column("phone", String(32)),
    Column("email", String(128)),
    Column("address", Text),
    Column("city", String(64)),
    Column("education", String(64)),
    Column("occupation", String(64)),
    Column("marital_status", String(32)),
    Column("annual_income", Money),
    Column("risk_preference", String(2)),
    Column("opened_on", Date),
    Column("branch_id", String(64), nullable=False),
    Column("branch_path", code(512), nullable=False),
    Column("manager_id", String(64)),
    Column("do_not_contact", Boolean),
    Column("uscc", String(32)),
    Column("industry", String(32)),
    Column("registered_capital", Money),
    Column("employees", Integer),
    Column("annual_revenue", Money),
    Column("legal_representative", String(128)),
    # holdings at as_of; None where the source does not say (an account without balances, a loan without status)
    Column("deposits", Money),
    Column("investments", Money),
    Column("aum", Money),
    Column("aum_avg_3m", Money),
    Column("loans", Money),
    Column("credit_limit", Money),
    Column("credit_used", Money),
    Column("overdue_amount", Money),
    Column("days_past_due", Integer),
    Column("products_held", Integer, nullable=False),
    Column("families", String(256), nullable=False),  # ' demand mortgage ' : words with a space each side
    Column("last_own_movement_on", Date),
    Column("active", Boolean, nullable=False),  # own movement in the last 3 months
    # published runs; their reasons, points and drivers stay in the run's own rows (store/served_runs.py)
    Column("tier", String(32)),
    Column("life_cycle", String(32)),
    Column("segment", Integer),
    Column("rfm", String(8)),
    Column("score", Integer),
    Column("pd", Float),
    Column("grade", String(4)),
    Column("attrition", Float),  # probability of leaving within the run's horizon; None: not looked at
    Column("aum_at_risk", Money),  # attrition times AUM
    Column("next_family", String(32)),  # the likeliest family that may be offered
    Column("next_probability", Float),
    Column("contribution_month", Money),  # of the run's last month; None without an account then
    Column("contribution_12m", Money),
    Column("lifetime_value", Money),
    Index("ix_customers_branch_aum", "branch_path", "aum"),
    Index("ix_customers_aum", "aum"),
    Index("ix_customers_manager", "manager_id"),
    Index("ix_customers_attrition", "attrition"),
    Index("ix_customers_branch_place", "branch_path", "place"),
    # Everything a facet counts, so that counting reads the index and not the wide rows.
    Index(
        "ix_customers_facets", "place", "branch_path", "kind", "tier", "segment", "grade", "life_cycle", "manager_id",
        "branch_id", "families", "aum", "days_past_due",
    ),
)  # fmt: skip

# What only one customer's page and paper read: on the customers' own rows, publishing would write it again every time.
customer_features = Table(
    "customer_features", metadata,
    Column("customer_id", String(64), primary_key=True),
    Column("features", Json),  # what is known at as_of: name -> number
    Column("activity_hours", Json),  # 7 x 24 counts of own movements, Monday first, 12 months; None without times
)  # fmt: skip

# What the analysis of behaviour adds up, packed: see domain/behaviour/habits.py. Months are those up to the picture's
# opening month. A row is a block of customers of one branch: a whole bank is some dozens of rows, read at the disk's speed.
customer_habits = Table(
    "customer_habits", metadata,
    Column("first", Integer, primary_key=True, autoincrement=False),  # how many customers are in the blocks before
    Column("branch_path", code(512), nullable=False, index=True),
    Column("customer_ids", Text, nullable=False),  # a JSON list
    Column("flow", LargeBinary, nullable=False),
    Column("uses", LargeBinary, nullable=False),
    Column("hours", LargeBinary, nullable=False),
)  # fmt: skip

# The look-up's postings: domain/search_terms.py says the kinds and what their terms are. `place` is customers.place.
# Equality or prefix on (kind, term) answers in a B-tree on either database, the wealthiest customers first.
customer_terms = Table(
    "customer_terms", metadata,
    Column("kind", code(8), primary_key=True),
    Column("term", code(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    sqlite_with_rowid=False,
)  # fmt: skip

accounts = Table(
    "accounts", metadata,
    Column("account_id", String(64), primary_key=True),
    Column("customer_id", String(64), nullable=False, index=True),  # the owner
    Column("product_id", String(64), nullable=False),
    Column("family", String(32), nullable=False),
    Column("branch_id", String(64), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("status", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("rate", Float),
    Column("term_months", Integer),
    Column("matures_on", Date),
    Column("limit", Money),
    Column("balance", Money),
    Column("balance_on", Date),
    Column("holders", Json, nullable=False),  # [[customer_id, role], ...]
)  # fmt: skip

loans = Table(
    "loans", metadata,
    Column("account_id", String(64), primary_key=True),
    Column("customer_id", String(64), nullable=False, index=True),
    Column("granted_on", Date, nullable=False),
    Column("principal", Money, nullable=False),
    Column("term_months", Integer),
    Column("instalment", Money),
    Column("rate", Float),
    Column("purpose", String(64)),
    Column("collateral", String(64)),
    Column("loan_to_value", Float),
    Column("outcome", String(8)),
    Column("outstanding", Money),
    Column("overdue_amount", Money),
    Column("days_past_due", Integer),
    Column("five_class", String(32)),
    Column("status_on", Date),
)  # fmt: skip

cards = Table(
    "cards", metadata,
    Column("card_id", String(64), primary_key=True),
    Column("account_id", String(64), nullable=False),
    Column("customer_id", String(64), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("level", String(32)),
    Column("issued_on", Date),
    Column("expires_on", Date),
    Column("limit", Money),
)  # fmt: skip

# A customer's month: for the lines of the 360 and the PDF.
customer_months = Table(
    "customer_months", metadata,
    Column("customer_id", String(64), primary_key=True),
    Column("month", Date, primary_key=True),  # month-end
    Column("aum", Money),
    Column("deposits", Money),
    Column("loans", Money),
    Column("inflow", Money, nullable=False),
    Column("outflow", Money, nullable=False),
    Column("own_movements", Integer, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

# A branch's month, by manager: components only, so that every ratio is recomputed from sums. manager_id '' = nobody's.
branch_months = Table(
    "branch_months", metadata,
    Column("month", Date, primary_key=True),
    Column("branch_id", String(64), primary_key=True),
    Column("manager_id", String(64), primary_key=True),
    Column("branch_path", code(512), nullable=False),
    Column("customers", Integer, nullable=False),
    Column("customers_active", Integer, nullable=False),
    Column("customers_new", Integer, nullable=False),
    Column("customers_lost", Integer, nullable=False),
    Column("aum", Money, nullable=False),
    Column("deposits", Money, nullable=False),
    Column("deposits_average", Money, nullable=False),
    Column("loans", Money, nullable=False),
    Column("loans_overdue", Money, nullable=False),
    Column("loans_npl", Money, nullable=False),
    Column("loans_special_mention", Money, nullable=False),
    Column("inflow", Money, nullable=False),
    Column("outflow", Money, nullable=False),
    Column("fees", Money, nullable=False),
    Column("products_held", Integer, nullable=False),
    Column("movements", Integer, nullable=False),
    Column("movements_own", Integer, nullable=False),
    Column("movements_digital", Integer, nullable=False),
    Column("complaints", Integer, nullable=False),
    Index("ix_branch_months_path", "branch_path", "month"),
)  # fmt: skip
