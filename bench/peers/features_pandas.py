"""The same numbers in pandas, as somebody at home in it writes them: no row loops, text as categories, only the columns
and rows that are needed read from Parquet, money as doubles (pandas has no decimals that can be summed quickly)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from bench.peers.features_duckdb import CATEGORIES, CHANNELS, FAMILIES, WINDOWS, _year_before

CASH, PLACED = ("demand", "time", "settlement"), ("wealth", "fund", "insurance")
LENT = ("mortgage", "consumer_loan", "business_loan", "credit_card")
BANK_MADE = ("interest", "fee", "penalty_interest")
NOT_INCOME = ("loan_disbursement", "redemption", *BANK_MADE)
CODED = ("kind", "channel", "category", "family", "status", "role")


def build(batch: str, as_of: str, path: str) -> int:
    """Rows written."""
    day = date.fromisoformat(as_of)
    owned = _owned(batch, day)
    moved = _read(batch, "transactions", ["account_id", "amount", "balance_after", "kind", "channel", "category",
                                          "counterparty_account", "booked_at"],
                  (ds.field("booked_at") < _moment(day)) & (ds.field("booked_at") >= _moment(_year_before(day))))  # fmt: skip
    moved = moved.merge(owned[["account_id", "customer_id", "cash", "open"]], on="account_id")
    moved["bucket"] = _bucket(moved["booked_at"], day)
    ends = _read(batch, "balances", ["account_id", "as_of", "balance", "average_balance"],
                 (ds.field("as_of") <= day) & (ds.field("as_of") >= _year_before(day)))  # fmt: skip
    ends = ends.merge(owned, on="account_id")
    ends["bucket"] = _bucket(pd.to_datetime(ends["as_of"]), day)
    who = _read(batch, "customers", ["customer_id", "kind", "branch_id", "manager_id", "gender", "opened_on"])
    who = who[who["opened_on"].isna() | (pd.to_datetime(who["opened_on"]) <= pd.Timestamp(day))].drop(
        columns="opened_on"
    )
    parts = [
        _flows(moved, owned, day), _shares(moved, "channel", CHANNELS), _shares(moved, "category", CATEGORIES),
        _counts(owned), _held(ends), _lowest(moved, ends), _debts(batch, owned, ends, day), _income(moved),
    ]  # fmt: skip
    wide = who.set_index("customer_id")
    for part in parts:
        wide = wide.join(part)
    counts = [f"n_{f}" for f in FAMILIES] + ["products_held"]
    wide[counts] = wide[counts].fillna(0)
    seen = wide["first_seen"].notna()
    silent = ~(seen | wide.index.isin(moved["customer_id"].unique()))
    flows = [f"{side}_{n}m" for n in WINDOWS for side in ("inflow", "outflow", "movements")]
    flows += ["active_months_12m", "penalty_interest_12m"]
    wide[flows] = wide[flows].mask(silent)
    wide.loc[seen, "regular_income"] = wide.loc[seen, "regular_income"].fillna(0.0)
    wide.drop(columns="first_seen").sort_index().reset_index().to_parquet(path)
    return len(wide)


def _read(batch: str, table: str, columns: list[str], where: Any = None) -> pd.DataFrame:
    found = ds.dataset(f"{batch}/{table}.parquet").to_table(columns=columns, filter=where)
    for i, field in enumerate(found.schema):
        if pa.types.is_decimal(field.type):
            found = found.set_column(i, field.name, found.column(i).cast("float64"))
        elif field.name in CODED:
            found = found.set_column(i, field.name, found.column(i).dictionary_encode())
    return found.to_pandas(split_blocks=True, self_destruct=True)


def _moment(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time())


def _bucket(when: pd.Series, day: date) -> pd.Series:
    return (12 * (day.year - when.dt.year) + day.month - when.dt.month).astype("int32")


def _owned(batch: str, day: date) -> pd.DataFrame:
    accounts = _read(batch, "accounts", ["account_id", "product_id", "opened_on", "closed_on", "status", "limit"])
    holders = _read(batch, "holders", ["account_id", "customer_id", "role"])
    products = _read(batch, "products", ["product_id", "family"])
    owned = accounts[pd.to_datetime(accounts["opened_on"]) <= pd.Timestamp(day)]
    owned = owned.merge(holders.loc[holders["role"] == "owner", ["account_id", "customer_id"]], on="account_id")
    owned = owned.merge(products, on="product_id")
    closed_on = pd.to_datetime(owned["closed_on"])
    closed = (closed_on <= pd.Timestamp(day)) | ((owned["status"] == "closed") & closed_on.isna())
    return owned.assign(
        open=~closed,
        cash=owned["family"].isin(CASH),
        placed=owned["family"].isin(PLACED),
        lent=owned["family"].isin(LENT),
    )[["account_id", "customer_id", "family", "limit", "open", "cash", "placed", "lent"]]


def _flows(moved: pd.DataFrame, owned: pd.DataFrame, day: date) -> pd.DataFrame:
    own = moved[~moved["kind"].isin(BANK_MADE)]
    people = pd.Index(owned["customer_id"].unique(), name="customer_id")
    found = pd.DataFrame(index=people)
    for n in WINDOWS:
        near = own[own["bucket"] < n]
        cash = near[near["cash"]]
        for side, some in (("inflow", cash[cash["amount"] > 0]), ("outflow", cash[cash["amount"] < 0])):
            found[f"{side}_{n}m"] = some.groupby("customer_id")["amount"].sum().abs().reindex(people, fill_value=0.0)
        found[f"movements_{n}m"] = near.groupby("customer_id").size().reindex(people, fill_value=0)
    timed = own[own["booked_at"] != own["booked_at"].dt.normalize()]
    hour = timed["booked_at"].dt.hour
    total = timed.groupby("customer_id").size()
    night = timed[(hour >= 22) | (hour < 6)].groupby("customer_id").size()
    weekend = timed[timed["booked_at"].dt.dayofweek >= 5].groupby("customer_id").size()
    found["night_share"] = night.reindex(total.index, fill_value=0) / total
    found["weekend_share"] = weekend.reindex(total.index, fill_value=0) / total
    found["active_months_12m"] = own.groupby("customer_id")["bucket"].nunique().reindex(people, fill_value=0)
    found["days_since_last"] = (
        pd.Timestamp(day) - own.groupby("customer_id")["booked_at"].max().dt.normalize()
    ).dt.days
    penalty = moved[moved["kind"] == "penalty_interest"].groupby("customer_id")["amount"].sum()
    found["penalty_interest_12m"] = -penalty.reindex(people, fill_value=0.0)
    return found


def _shares(moved: pd.DataFrame, what: str, names: tuple[str, ...]) -> pd.DataFrame:
    own = moved[~moved["kind"].isin(BANK_MADE)]
    counts = (
        own.groupby(["customer_id", what], observed=True)
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(names), fill_value=0)
    )
    total = counts.sum(axis=1).replace(0, np.nan)
    return counts.div(total, axis=0).add_prefix(f"share_{what}_")


def _counts(owned: pd.DataFrame) -> pd.DataFrame:
    held = owned[owned["open"]].groupby(["customer_id", "family"], observed=True).size().unstack(fill_value=0)
    held = held.reindex(columns=list(FAMILIES), fill_value=0)
    return held.add_prefix("n_").assign(products_held=(held > 0).sum(axis=1))


def _held(ends: pd.DataFrame) -> pd.DataFrame:
    worth = ends[ends["cash"] | ends["placed"]]
    average = worth["average_balance"].fillna(worth["balance"])
    worth = worth.assign(average=average)
    found = worth.groupby("customer_id")["bucket"].max().to_frame("first_seen")
    now, people = worth[worth["bucket"] == 0], found.index
    found["deposits"] = now[now["cash"]].groupby("customer_id")["balance"].sum().reindex(people, fill_value=0.0)
    found["investments"] = now[now["placed"]].groupby("customer_id")["balance"].sum().reindex(people, fill_value=0.0)
    found["aum"] = found["deposits"] + found["investments"]
    for n in (3, 12):
        near, seen = worth[worth["bucket"] < n], (found["first_seen"] + 1).clip(upper=n)
        deposits = near[near["cash"]].groupby("customer_id")["average"].sum().reindex(people, fill_value=0.0)
        found[f"deposits_avg_{n}m"] = (deposits / seen).round(2)
        found[f"aum_avg_{n}m"] = (
            near.groupby("customer_id")["balance"].sum().reindex(people, fill_value=0.0) / seen
        ).round(2)
    return found


def _lowest(moved: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    running = moved[moved["open"] & moved["cash"] & (moved["bucket"] < 3)].groupby("customer_id")["balance_after"].min()
    at_ends = ends[ends["open"] & ends["cash"] & (ends["bucket"] <= 3)].groupby("customer_id")["balance"].min()
    return pd.concat([running, at_ends], axis=1).min(axis=1).to_frame("min_balance_3m")


def _debts(batch: str, owned: pd.DataFrame, ends: pd.DataFrame, day: date) -> pd.DataFrame:
    status = _read(batch, "loan_status", ["account_id", "as_of", "outstanding", "overdue_amount", "days_past_due"],
                   (ds.field("as_of") <= day) & (ds.field("as_of") > _year_before(day)))  # fmt: skip
    newest = status.sort_values("as_of").drop_duplicates("account_id", keep="last").set_index("account_id")
    worst = status.groupby("account_id")["days_past_due"].max().rename("worst")
    joined = owned.join(newest, on="account_id").join(worst, on="account_id")
    now = ends.loc[ends["bucket"] == 0].set_index("account_id")["balance"]
    drawn = (-joined["account_id"].map(now)).clip(lower=0.0).where(joined["family"] == "credit_card")
    joined["owed"] = joined["outstanding"].fillna(drawn)
    people = pd.Index(joined["customer_id"].unique(), name="customer_id")
    counted = joined[joined["open"] & joined["lent"]]
    limited = counted[counted["limit"] > 0]
    by = counted.groupby("customer_id")
    found = pd.DataFrame(index=people)
    found["loans"] = by["owed"].sum().reindex(people, fill_value=0.0)
    found["overdue_amount"] = by["overdue_amount"].sum(min_count=1)
    found["days_past_due"] = joined[joined["open"]].groupby("customer_id")["days_past_due"].max()
    found["worst_days_past_due_12m"] = joined.groupby("customer_id")["worst"].max()
    found["credit_limit"] = limited.groupby("customer_id")["limit"].sum(min_count=1)
    found["credit_used"] = limited.groupby("customer_id")["owed"].sum(min_count=1)
    return found


def _income(moved: pd.DataFrame) -> pd.DataFrame:
    came = moved[(moved["bucket"] < 4) & (moved["amount"] > 0) & moved["cash"] & ~moved["kind"].isin(NOT_INCOME)]
    kind = came["kind"].astype(object)
    source = kind.where(kind.isin(("salary", "pension")), came["counterparty_account"].fillna(kind))
    monthly = (
        came.assign(source=source)
        .groupby(["customer_id", "source", "bucket"], observed=True)["amount"]
        .sum()
        .reset_index()
    )
    middle = monthly.groupby(["customer_id", "source"])["amount"].transform("median")
    paid = monthly["source"].isin(("salary", "pension"))
    near = (monthly["amount"] >= middle * 0.85) & (paid | (monthly["amount"] <= middle * 1.15))
    by = [monthly["customer_id"], monthly["source"]]
    sources = pd.DataFrame({"months": near.groupby(by).sum(), "middle": middle.groupby(by).max()}).reset_index()
    regular = sources[sources["months"] >= 3].groupby("customer_id")["middle"].sum()
    best = sources.groupby("customer_id")["months"].max()
    found = best.to_frame("regular_income_months")
    found["regular_income"] = regular.reindex(best.index, fill_value=0.0)
    return found
