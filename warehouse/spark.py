"""The questions of features on a Spark cluster, for a bank whose movements outgrow one machine.

The same SQL text runs on both engines: what DuckDB says otherwise than Spark is said again on the way (`in_spark`), so a
feature is written once. The batches' Parquet must be readable under the same path by every worker of the cluster. A
picture's answer comes back as one Parquet file of the same columns, types and order as DuckDB's.

pyspark is an optional extra (requirements-spark.lock) and needs Java 17; docs/operations.md says how a bank turns it on.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import sqlglot
from sqlglot import exp

from domain.canonical import BY_NAME
from warehouse.engine import Opens, Told, Warehouse
from warehouse.picture import Picture

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


ANSWER_S = 5.0  # a master that is there answers at once


class SparkMissing(Exception):
    """Spark is asked for and cannot be had. The sentence says why and what to do; `zh` is the same in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en}, or set GUANXI_ENGINE to duckdb.")
        self.zh = f"{zh}，或将 GUANXI_ENGINE 改为 duckdb。"


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
        self._picture = picture
        self._views: list[str] = []

    def __enter__(self) -> SparkWarehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the views and of what was kept."""
        for name in self._views:
            self._session.catalog.dropTempView(name)
        self._views = []
        for kept in self._session.sparkContext._jsc.getPersistentRDDs().values():
            kept.unpersist()

    def tell(self, values: Mapping[str, Told]) -> None:
        """What the questions that follow mean by these names."""
        self._told.update(values)

    def keep(self, name: str, text: str) -> None:
        """Work the text out once, when it is first asked for, and keep its answer in the cluster's memory or disk.

        What comes after asks the answer, not the text: otherwise every question would be planned with all before it.
        """
        self._view(name, self._answer(text).localCheckpoint(eager=False))

    def see(self, name: str, path: Path) -> None:
        """A Parquet file of ours under this name."""
        self._view(name, self._session.read.parquet(str(path)))

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        return [tuple(row) for row in self._answer(text).collect()]

    def write(self, text: str, path: Path) -> int:
        """Write the answer to one Parquet file, whole or not at all; returns its number of rows.

        The cluster writes parts beside it, which are then put into one file in the order the text asks for.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        parts, draft = path.with_name(f".{path.name}.spark"), path.with_name(f".{path.name}.whole")
        try:
            self._answer(text, ordered=False).write.mode("overwrite").parquet(str(parts))
            with duckdb.connect() as connection:
                order = ", ".join(_order_of(text)) or "all"
                question = f"select * from read_parquet('{_quoted(parts)}/*.parquet') order by {order}"
                written = connection.execute(f"copy ({question}) to '{_quoted(draft)}' (format parquet)").fetchone()
            draft.replace(path)
        finally:
            shutil.rmtree(parts, ignore_errors=True)
            draft.unlink(missing_ok=True)
        return int(written[0]) if written else 0

    def _answer(self, text: str, ordered: bool = True) -> DataFrame:
        """The answer to come. A canonical table becomes a view when it is first spoken of: each is a job of its own."""
        for name in {table.name for table in _parsed(text).find_all(exp.Table)} & BY_NAME.keys() - set(self._views):
            self._view(name, self._session.sql(in_spark(self._picture.sql(BY_NAME[name]), {})))
        return self._session.sql(in_spark(text, self._told, ordered))

    def _view(self, name: str, answer: DataFrame) -> None:
        answer.createOrReplaceTempView(name)
        self._views.append(name)


def session(master: str) -> SparkSession:
    """The Spark session of this process. SparkMissing without pyspark or Java, or when nobody answers at `master`.

    Everything else Spark can be told (memory, cores, its own address) stands in spark-defaults.conf.
    """
    _see_that_it_can_be(master)
    builder = import_module("pyspark.sql").SparkSession.builder  # half a gigabyte that most installations do not have
    try:
        found: SparkSession = (
            builder.appName("guanxi")
            .master(master)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
    except Exception as error:  # of a dozen kinds, from two languages; what they say is all that helps
        why = str(error).strip().partition("\n")[0]
        raise SparkMissing(
            f"Spark could not be started at {master} ({why}): see its log and the installation's log",
            f"无法在 {master} 启动 Spark（{why}）：请查看 Spark 与本系统的日志",
        ) from error
    found.sparkContext.setLogLevel("ERROR")
    return found


def _see_that_it_can_be(master: str) -> None:
    if find_spec("pyspark") is None:
        how = ".venv/bin/python -m pip install --require-hashes -r requirements-spark.lock"
        raise SparkMissing(
            f"GUANXI_ENGINE is spark, but pyspark is not installed here: run {how}",
            f"GUANXI_ENGINE 设为 spark，但本机没有安装 pyspark：请运行 {how}",
        )
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise SparkMissing(
            "GUANXI_ENGINE is spark, but there is no Java here, neither in JAVA_HOME nor on the path: install Java 17",
            "GUANXI_ENGINE 设为 spark，但本机没有 Java（JAVA_HOME 与 PATH 中都没有）：请安装 Java 17",
        )
    if master.startswith("spark://") and not any(map(_answers, master.removeprefix("spark://").split(","))):
        raise SparkMissing(
            f"No Spark master answers at {master}: start it, or correct GUANXI_SPARK_MASTER",
            f"{master} 没有 Spark 主节点应答：请启动它，或更正 GUANXI_SPARK_MASTER",
        )


def _answers(address: str) -> bool:
    """Whether somebody listens at host:port. Spark itself would try for a minute before it says so."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), ANSWER_S).close()
    except (OSError, ValueError):
        return False
    return True


def in_spark(text: str, told: Mapping[str, Told], ordered: bool = True) -> str:
    """DuckDB's SQL text as Spark's, with what was told put in as constants; not ordered: in any order of rows."""
    tree = _parsed(text).copy()
    if not ordered:
        tree.set("order", None)
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
    for side in ("this", "expression"):
        node.set(side, exp.cast(node.args[side], "double", copy=False))  # a copy would not hear of a division inside it


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
