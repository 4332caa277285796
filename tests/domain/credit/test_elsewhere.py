"""The card in other systems: the SQL, run by DuckDB and by a real PostgreSQL, gives the portal's points on every row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import psycopg
import pytest

from domain.credit.elsewhere import DIALECTS, as_sql, card_lines, grade_floors
from domain.credit.estimator import ScorecardClassifier
from domain.credit.grades import Masterscale
from domain.credit.run import rate
from domain.credit.scorecard import Scorecard, recalibrate

WORDS = ("a", "b's", '"c"', "学历", "rare", "")
ODD = 'it\'s "odd", 列; --'  # a column may be called anything
ROWS = 3_000


def _rows(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """Numbers on and between cuts, special codes, missing figures, words known and unknown, some in default."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "customer_id": [f"C{i:05d}" for i in range(rows)],
            "share": rng.random(rows).round(2),
            "amount": np.exp(rng.normal(8, 2, rows)).round(2),
            "months": rng.integers(0, 60, rows).astype(float),
            ODD: rng.choice((-7.0, -8.0, 3.0, 5.0), rows, p=(0.2, 0.1, 0.3, 0.4)),
            "word": rng.choice(WORDS, rows, p=(0.3, 0.3, 0.2, 0.15, 0.02, 0.03)),
            "days_past_due": rng.choice((0.0, 12.0, 89.0, 90.0, 200.0), rows, p=(0.8, 0.1, 0.02, 0.04, 0.04)),
        }
    )
    table.loc[rng.random(rows) < 0.1, "months"] = -9.0
    table.loc[rng.random(rows) < 0.1, "amount"] = np.nan
    table.loc[rng.random(rows) < 0.05, "word"] = None
    return table


def _card(seed: int) -> Scorecard:
    table = _rows(seed)
    rng = np.random.default_rng(seed + 1)
    odds = (
        -1.5
        + 2 * table["share"]
        - 0.2 * np.log(table["amount"].fillna(3000) / 3000)
        + (table["word"] == "b's")
        + (table[ODD] == -7)
    )
    bad = (rng.random(len(table)) < 1 / (1 + np.exp(-odds + (table["months"] == -9) * 1.5))).to_numpy().astype(int)
    offered = table[["share", "amount", "months", ODD, "word"]]
    made = ScorecardClassifier(specials={"months": (-9.0,), ODD: (-7.0, -8.0)}).fit(offered, bad).scorecard_
    steeper = 1.6 if seed % 2 else 1.0
    return recalibrate(made, made.log_odds(made.codes(offered)), 1.0, 0.03, steeper)  # so that the grades are many


def _asked(dialect: str, sql: str, table: pd.DataFrame, url: str) -> pd.DataFrame:
    if dialect == "duckdb":
        with duckdb.connect() as connection:
            connection.register("customers", table)
            return connection.execute(f"select * from ({sql.rstrip()}) order by customer_id").df()
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    words = ("customer_id", "word")
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in table}
    columns = ", ".join(f"{quoted[name]} {'text' if name in words else 'float8'}" for name in table)
    with psycopg.connect(plain) as there, there.cursor() as cursor:
        cursor.execute(f"create temp table customers ({columns})".encode())
        with cursor.copy("copy customers from stdin") as copy:
            for row in table.astype(object).where(table.notna(), None).itertuples(index=False):
                copy.write_row(row)
        cursor.execute(f"select * from ({sql.rstrip()}) asked order by customer_id".encode())
        return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("seed", [0, 7])
def test_the_sql_gives_the_same_points(dialect: str, seed: int, postgres_url: str) -> None:
    card, fresh = _card(seed), _rows(seed + 100)
    assert ODD in card.names
    assert (card.scaling.knee is None) == (seed == 0)
    fresh.loc[0, "word"] = "never seen"
    edges = [cut for c in card.characteristics if c.name == "share" for cut in c.binning.cuts]
    fresh.loc[1 : len(edges), "share"] = edges  # a figure on a cut belongs to the bin above it
    ours, theirs = rate(card, fresh), _asked(dialect, as_sql(card, dialect), fresh, postgres_url)
    assert theirs["customer_id"].tolist() == ours["customer_id"].tolist()
    assert theirs["grade"].tolist() == ours["grade"].tolist()
    assert ours["grade"].nunique() >= 4
    assert np.array_equal(theirs["score"].astype("Float64").fillna(-1), ours["score"].astype("Float64").fillna(-1))
    assert np.abs(theirs["pd"].astype(float) - ours["pd"]).max() < 1e-12
    live = ours["score"].notna().to_numpy()
    shown = np.array([[entry["points"] for entry in row] for row in ours.loc[live, "points"]])
    assert np.array_equal(theirs.loc[live, [f"points_{name}" for name in card.names]].to_numpy(dtype=int), shown)


def test_the_sql_of_a_real_card_has_only_known_words(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "german" / "germancredit.csv")
    bad = (table.pop("creditability") == "bad").to_numpy().astype(int)
    model = ScorecardClassifier().fit(table, bad)
    rows = table.assign(customer_id=[f"{i:04d}" for i in range(len(table))], days_past_due=0)
    told = _asked("duckdb", as_sql(model.scorecard_, "duckdb"), rows, "")
    assert np.array_equal(told["score"].to_numpy(dtype=int), model.score_points(table))


def test_the_table_of_the_card_is_the_card() -> None:
    card = _card(3)
    lines = card_lines(card)
    assert [line.points for line in lines] == [points for c in card.characteristics for points in c.points]
    assert {line.characteristic for line in lines} == set(card.names)
    for c in card.characteristics:
        mine = [line for line in lines if line.characteristic == c.name]
        assert (sum(line.rows for line in mine), sum(line.bad for line in mine)) == (card.rows, card.bad)


def test_a_floor_is_the_least_score_of_its_grade() -> None:
    card, scale = _card(0), Masterscale()
    floors = grade_floors(card)
    assert [grade for grade, _ in floors] == list(scale.grades)
    for place, (grade, floor) in enumerate(floors[:-1]):
        assert floor is not None
        chances = card.scaling.probability(np.array([floor, floor - 1]))
        assert scale.grade(chances).tolist() == [grade, scale.grades[place + 1]]


def test_another_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="no SQL of the card for 'oracle'"):
        as_sql(_card(0), "oracle")
