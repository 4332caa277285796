"""The questions of features on a Spark cluster, for a bank whose movements outgrow one machine.

The same SQL text runs on both engines: what DuckDB says otherwise than Spark is said again on the way (`in_spark`), so a
feature is written once. The batches' Parquet must be readable under the same path by every worker of the cluster. A
picture's answer comes back as one Parquet file of the same columns, types and order as DuckDB's.

pyspark is an optional extra (requirements-spark.txt) and needs Java 17.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import sqlglot
from sqlglot import exp

from domain.canonical import TABLES
from warehouse.engine import Opens, Told, Warehouse
from warehouse.picture import Picture

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkMissing(Exception):
    """Spark is asked for and cannot be had; the message says what to install."""


def engine_named(name: str, master: str) -> Opens:
    """What opens a picture for features: duckdb in this process, or spark at `master`. The settings name it."""
    return Warehouse if name == "duckdb" else lambda picture: SparkWarehouse(picture, master)


class SparkWarehouse:
    """The canonical tables of one picture as Spark views. The same doors as `engine.Warehouse` has for features.

    master: a Spark master's address (spark://host:7077), or local[n] for n threads of this machine. The session is one
    a process; closing lets go of the views, not of the session.
    """

    def __init__(self, picture: Picture, master: str = "local[*]") -> None:
        self.currency = picture.currency
        self._session = session(master)
        self._told: dict[str, Told] = {}
        self._views: list[str] = []
        for table in TABLES:
            self._view(table.name, in_spark(picture.sql(table), {}))

    def __enter__(self) -> SparkWarehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the views and of what was kept."""
        for name in reversed(self._views):
            self._session.catalog.uncacheTable(name)
            self._session.catalog.dropTempView(name)
        self._views = []

    def tell(self, values: Mapping[str, Told]) -> None:
        """What the questions that follow mean by these names."""
        self._told.update(values)

    def keep(self, name: str, text: str) -> None:
        """Work the text out once, when it is first asked for, and keep its answer in the cluster's memory or disk."""
        self._view(name, in_spark(text, self._told))
        self._session.catalog.cacheTable(name)

    def see(self, name: str, path: Path) -> None:
        """A Parquet file of ours under this name."""
        self._view(name, f"SELECT * FROM parquet.`{path}`")

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        return [tuple(row) for row in self._session.sql(in_spark(text, self._told)).collect()]

    def write(self, text: str, path: Path) -> int:
        """Write the answer to one Parquet file, whole or not at all; returns its number of rows.

        The cluster writes parts beside it, which are then put into one file in the order the text asks for.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        parts, draft = path.with_name(f".{path.name}.spark"), path.with_name(f".{path.name}.whole")
        try:
            self._session.sql(in_spark(text, self._told)).write.mode("overwrite").parquet(str(parts))
            with duckdb.connect() as connection:
                order = ", ".join(_order_of(text)) or "all"
                question = f"select * from read_parquet('{_quoted(parts)}/*.parquet') order by {order}"
                written = connection.execute(f"copy ({question}) to '{_quoted(draft)}' (format parquet)").fetchone()
            draft.replace(path)
        finally:
            shutil.rmtree(parts, ignore_errors=True)
            draft.unlink(missing_ok=True)
        return int(written[0]) if written else 0

    def _view(self, name: str, text: str) -> None:
        self._session.sql(text).createOrReplaceTempView(name)
        self._views.append(name)


def session(master: str) -> SparkSession:
    """The Spark session of this process. SparkMissing when pyspark is not installed."""
    if find_spec("pyspark") is None:
        raise SparkMissing(
            "GUANXI_ENGINE is spark, but pyspark is not installed here. Install it (pip install -r "
            "requirements-spark.txt) with Java 17, or set GUANXI_ENGINE to duckdb."
        )
    builder = import_module("pyspark.sql").SparkSession.builder  # half a gigabyte that most installations do not have
    found: SparkSession = (
        builder.appName("guanxi")
        .master(master)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    found.sparkContext.setLogLevel("ERROR")
    return found


def in_spark(text: str, told: Mapping[str, Told]) -> str:
    """DuckDB's SQL text as Spark's, with what was told put in as constants."""
    tree = _parsed(text).copy()
    for kind, say_again in _SAID_AGAIN.items():
        for node in list(tree.find_all(kind)):
            say_again(node)
    for asked in list(tree.find_all(exp.Anonymous)):
        if asked.name.lower() == "getvariable":
            asked.replace(_constant(told[asked.expressions[0].name]))
    return tree.sql(dialect="spark")


@lru_cache(maxsize=256)
def _parsed(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, read="duckdb")


def _order_of(text: str) -> list[str]:
    order = _parsed(text).args.get("order")
    return [key.this.name for key in order.expressions] if order else []


def _constant(value: Told) -> exp.Expression:
    if value is None:
        return exp.Null()
    if isinstance(value, dt.datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "timestampntz")
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    return exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(value)


def _file(node: exp.ReadParquet) -> None:
    """read_parquet('a') is the table parquet.`a`."""
    table = node.parent
    file = exp.table_(node.expressions[0].name, db="parquet", quoted=True)
    if isinstance(table, exp.Table):
        file.set("alias", table.args.get("alias"))
        table.replace(file)


def _first_by(node: exp.First) -> None:
    """first(x order by y desc) is max_by(x, y): the same where y has no ties."""
    if isinstance(node.this, exp.Order):
        key = node.this.expressions[0]
        by = "max_by" if key.args.get("desc") else "min_by"
        node.replace(exp.Anonymous(this=by, expressions=[node.this.this, key.this]))


def _window(node: exp.Window) -> None:
    """Spark knows no frame around lead and lag, and no filter inside a window."""
    if isinstance(node.this, exp.Lead | exp.Lag):
        node.set("spec", None)
    elif isinstance(node.this, exp.Filter):
        inner, condition = node.this.this, node.this.expression.this
        inner.set("this", exp.Case(ifs=[exp.If(this=condition, true=inner.this)]))
        node.set("this", inner)


def _divided(node: exp.Div) -> None:
    """DuckDB divides any numbers as doubles, Spark whole ones and decimals as decimals."""
    node.set("this", exp.cast(node.this, "double"))
    node.set("expression", exp.cast(node.expression, "double"))


def _weekday(node: exp.DayOfWeek) -> None:
    """Sunday is 0 in DuckDB, 1 in Spark."""
    node.replace(exp.Paren(this=exp.Sub(this=node.copy(), expression=exp.Literal.number(1))))


_SAID_AGAIN: dict[type[exp.Expression], Callable[[Any], None]] = {
    exp.ReadParquet: _file,
    exp.First: _first_by,
    exp.Window: _window,
    exp.Div: _divided,
    exp.DayOfWeek: _weekday,
}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
