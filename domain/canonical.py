"""The canonical tables: the one shape every bank's delivery becomes.

A table is its key, its columns in file order, and what each column may hold. The receiver checks rows
against it, the demo bank writes it, the warehouse reads it; nobody keeps a second list.

Column types: id (text, never empty when required), text, date, timestamp, money (DECIMAL(18,2)),
rate and share (DOUBLE; a rate of 0.05 is 5 % a year, a share runs 0 to 1), integer, decimal (DOUBLE), flag.
"""

from __future__ import annotations

from dataclasses import dataclass

PRODUCT_FAMILIES = (
    "demand", "time", "wealth", "fund", "insurance", "mortgage", "consumer_loan", "business_loan",
    "credit_card", "debit_card", "settlement",
)  # fmt: skip
DEPOSIT_FAMILIES = ("demand", "time", "settlement")
INVESTMENT_FAMILIES = ("wealth", "fund", "insurance")
LOAN_FAMILIES = ("mortgage", "consumer_loan", "business_loan", "credit_card")
CHANNELS = ("branch", "atm", "pos", "online", "mobile", "transfer", "system")
DIGITAL_CHANNELS = ("online", "mobile")
FIVE_CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
NON_PERFORMING = ("substandard", "doubtful", "loss")
CUSTOMER_KINDS = ("personal", "corporate")
HOLDER_ROLES = ("owner", "joint", "authorised")
RELATION_KINDS = (
    "spouse", "parent", "child", "guarantor", "legal_representative", "shareholder", "group_member",
)  # fmt: skip
# What a movement is. Kinds in BANK_MADE are the bank's own entries and never count as the customer's activity.
MOVEMENT_KINDS = (
    "deposit", "withdrawal", "transfer_in", "transfer_out", "card_payment", "salary", "pension", "payroll",
    "loan_disbursement", "loan_repayment", "purchase", "redemption", "interest", "fee", "penalty_interest",
)  # fmt: skip
BANK_MADE_KINDS = ("interest", "fee", "penalty_interest")
# Settlement: what a company gets from others and pays them for goods and services. These kinds, but for what is wages, tax,
# lending, investment, cash, or the moving of one's own money.
SETTLED_KINDS = ("transfer_in", "transfer_out", "card_payment")
NOT_SETTLED = ("salary", "pension", "tax", "investment", "loan", "transfer", "cash", "red_packet")
MOVEMENT_CATEGORIES = (
    "salary", "pension", "rent", "household", "groceries", "dining", "shopping", "travel", "health", "education",
    "insurance", "leasing", "loan", "investment", "cash", "transfer", "business", "tax", "red_packet", "interest",
    "fee", "penalty_interest", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be empty, the words it may hold, and the table it points to."""

    name: str
    type: str = "text"
    required: bool = False
    values: tuple[str, ...] = ()
    references: str | None = None  # table whose key this column holds
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table: its key and its columns in file order."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """KeyError when the table has no such column."""
        return next(c for c in self.columns if c.name == name) if name in self.names else _missing(self.name, name)


def _missing(table: str, column: str) -> Column:
    raise KeyError(f"table {table} has no column {column}")


def _c(name: str, type_: str = "text", **kw: object) -> Column:
    return Column(name, type_, **kw)  # type: ignore[arg-type]


def _ref(name: str, table: str, required: bool = False) -> Column:
    return Column(name, "id", required, references=table)


_ID = {"required": True}

TABLES: tuple[Table, ...] = (
    Table("branches", ("branch_id",), (
        _c("branch_id", "id", **_ID), _c("name", required=True), _ref("parent_id", "branches"),
        _c("level", "integer", low=0, high=9), _c("city"), _c("province"),
    )),
    Table("staff", ("staff_id",), (
        _c("staff_id", "id", **_ID), _c("name", required=True), _ref("branch_id", "branches", True), _c("title"),
        _c("active", "flag"),
    )),
    Table("products", ("product_id",), (
        _c("product_id", "id", **_ID), _c("name", required=True),
        _c("family", required=True, values=PRODUCT_FAMILIES), _c("currency", required=True),
        _c("risk_level", "integer", low=1, high=5),
    )),
    Table("customers", ("customer_id",), (
        _c("customer_id", "id", **_ID), _c("kind", required=True, values=CUSTOMER_KINDS), _c("name"),
        _c("gender", values=("male", "female")), _c("birth_date", "date"), _c("id_type"), _c("id_number"), _c("phone"),
        _c("email"), _c("address"), _c("city"), _c("education"), _c("occupation"), _c("marital_status"),
        _c("annual_income", "money", low=0), _c("risk_preference", values=("C1", "C2", "C3", "C4", "C5")),
        _c("opened_on", "date"), _ref("branch_id", "branches", True), _ref("manager_id", "staff"),
        _c("consent_sms", "flag"), _c("consent_phone", "flag"), _c("consent_email", "flag"),
        _c("do_not_contact", "flag"), _c("uscc"), _c("industry"), _c("registered_capital", "money", low=0),
        _c("employees", "integer", low=0), _c("annual_revenue", "money", low=0), _c("legal_representative"),
    )),
    Table("relations", ("customer_id", "other_id", "kind"), (
        _ref("customer_id", "customers", True), _ref("other_id", "customers", True),
        _c("kind", required=True, values=RELATION_KINDS), _c("share", "share", low=0, high=1),
    )),
    Table("accounts", ("account_id",), (
        _c("account_id", "id", **_ID), _ref("product_id", "products", True), _ref("branch_id", "branches", True),
        _c("opened_on", "date", required=True), _c("closed_on", "date"),
        _c("status", required=True, values=("open", "closed", "frozen")), _c("currency", required=True),
        _c("rate", "rate", low=-1, high=1), _c("term_months", "integer", low=0, high=600), _c("matures_on", "date"),
        _c("limit", "money", low=0),
    )),
    Table("holders", ("account_id", "customer_id"), (
        _ref("account_id", "accounts", True), _ref("customer_id", "customers", True),
        _c("role", required=True, values=HOLDER_ROLES),
    )),
    Table("balances", ("account_id", "as_of"), (
        _ref("account_id", "accounts", True), _c("as_of", "date", required=True),
        _c("balance", "money", required=True), _c("average_balance", "money"),
    )),
    Table("transactions", ("transaction_id",), (
        _c("transaction_id", "id", **_ID), _ref("account_id", "accounts", True),
        _c("booked_at", "timestamp", required=True), _c("amount", "money", required=True), _c("balance_after", "money"),
        _c("kind", required=True, values=MOVEMENT_KINDS), _c("channel", values=CHANNELS),
        _c("category", values=MOVEMENT_CATEGORIES), _c("counterparty_bank"), _c("counterparty_account"), _c("memo"),
    )),
    Table("standing_orders", ("order_id",), (
        _c("order_id", "id", **_ID), _ref("account_id", "accounts", True), _c("amount", "money", required=True, low=0),
        _c("category", values=MOVEMENT_CATEGORIES), _c("counterparty_bank"), _c("counterparty_account"),
    )),
    Table("loans", ("account_id",), (
        _ref("account_id", "accounts", True), _ref("paying_account_id", "accounts"),
        _c("granted_on", "date", required=True), _c("principal", "money", required=True, low=0),
        _c("term_months", "integer", low=0, high=600), _c("instalment", "money", low=0),
        _c("rate", "rate", low=-1, high=1), _c("purpose"), _c("collateral"), _c("loan_to_value", "share", low=0),
        _c("outcome", values=("good", "bad")),
    )),
    Table("loan_status", ("account_id", "as_of"), (
        _ref("account_id", "accounts", True), _c("as_of", "date", required=True),
        _c("outstanding", "money", required=True), _c("overdue_amount", "money", low=0),
        _c("days_past_due", "integer", low=0, high=20000), _c("five_class", values=FIVE_CLASSES),
    )),
    Table("cards", ("card_id",), (
        _c("card_id", "id", **_ID), _ref("account_id", "accounts", True), _ref("customer_id", "customers", True),
        _c("kind", required=True, values=("debit", "credit")), _c("level"), _c("issued_on", "date"),
        _c("expires_on", "date"), _c("limit", "money", low=0),
    )),
    Table("service_events", ("event_id",), (
        _c("event_id", "id", **_ID), _ref("customer_id", "customers", True), _c("at", "timestamp", required=True),
        _c("channel"), _c("kind", required=True, values=("enquiry", "complaint", "request")), _c("subject"),
        _ref("product_id", "products"), _c("resolved_at", "timestamp"), _c("satisfaction", "integer", low=1, high=5),
    )),
    Table("regions", ("region_id",), (
        _c("region_id", "id", **_ID), _c("name"), _c("population", "integer", low=0), _c("urban_share", "share"),
        _c("average_salary", "money"), _c("unemployment_rate", "share"), _c("entrepreneurs_per_1000", "decimal"),
        _c("crimes", "integer", low=0),
    )),
)  # fmt: skip

BY_NAME = {table.name: table for table in TABLES}
