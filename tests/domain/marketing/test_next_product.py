"""Next product: openings counted right, better than popularity where behaviour tells, and reasons against an offer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from domain.behaviour.boosted import BoostingRules
from domain.behaviour.by_time import TooLittle
from domain.canonical import PRODUCT_FAMILIES
from domain.marketing.next_product import (
    NextProductModel,
    NextProductParameters,
    develop,
    metrics_of,
    score,
    slice_of,
)
from domain.marketing.suitability import REASONS, reason_words, reasons_against
from tests.domain.behaviour.bank_like import OPENS, bank, month_ends

MONTHS = 14
QUICK = NextProductParameters(
    redraws=60, least_openings=15, top=1, boosting=BoostingRules(rounds=25, leaves=4, least_rows=40)
)


def facts(ids: pd.Series, **changed: object) -> pd.DataFrame:
    told = pd.DataFrame(
        {"risk_preference": 3.0, "consent": True, "do_not_contact": False, "complaints_open": 0.0, "complaints_3m": 0.0,
         "enquiries_3m": 0.0},
        index=pd.Index(ids, name="customer_id"),
    )  # fmt: skip
    return told.assign(**changed)


@pytest.fixture(scope="module")
def tables() -> list[pd.DataFrame]:
    """Everybody opens a fund now and then; who uses the mobile bank opens a wealth product."""
    rng = np.random.default_rng(8)
    made = bank(1_200, MONTHS)
    opens = rng.geometric(0.012, 1_200)
    return [table.assign(n_fund=(month >= opens).astype(int)) for month, table in enumerate(made)]


@pytest.fixture(scope="module")
def panel(tables: list[pd.DataFrame]) -> pd.DataFrame:
    days = month_ends(MONTHS)
    one = pd.Series("all", index=tables[0].index)
    return pd.concat([slice_of(days[i], tables[i], tables[i + 3], None, one) for i in range(1, MONTHS - 3)])


@pytest.fixture(scope="module")
def model(panel: pd.DataFrame) -> NextProductModel:
    return develop(panel, QUICK, 7)


def test_an_opening_is_a_family_held_later_and_not_before() -> None:
    now = bank(4, 1)[0].assign(n_wealth=[0, 0, 1, 0])
    later = now.assign(n_wealth=[1, 0, 1, 2]).iloc[:3]
    told = slice_of(dt.date(2026, 7, 31), now, later, None, pd.Series("x", index=now.index))
    assert told["customer_id"].tolist() == ["C00000", "C00001", "C00002"]  # the last one's later holdings are not known
    assert told["opened_wealth"].tolist()[:2] == [1, 0]
    assert np.isnan(told["opened_wealth"].iloc[2])
    assert told["opened_demand"].isna().all()


def test_behaviour_that_tells_beats_popularity(model: NextProductModel) -> None:
    assert set(model.scorers) == {OPENS, "fund"}
    assert model.compared.better
    assert model.compared.recall.value > model.compared.popularity.value
    assert model.families[OPENS]["auc"] > 0.7
    assert 0.4 < model.families["fund"]["auc"] < 0.62  # nothing tells who opens one, and it says so
    assert model.compared.opened == sum(told["opened"] for told in model.families.values())


def test_what_a_segment_opens_counts_beside_what_a_customer_does(panel: pd.DataFrame) -> None:
    """Half the customers never open a fund; nothing but their segment tells them apart."""
    never = panel["customer_id"].str[1:].astype(int) % 2 == 0
    told = panel.assign(
        segment=np.where(never, "b", "a"),
        opened_fund=panel["opened_fund"].mask(never & panel["opened_fund"].notna(), 0),
    )
    model = develop(told, QUICK, 7)
    peers = model.scorers["fund"].peers
    assert peers["a"] > 0.3 and peers["b"] < -0.7
    rows = told[told["opened_fund"].notna()]
    chance = model.scorers["fund"].probability(rows, rows["segment"])
    assert chance[rows["segment"] == "a"].mean() > 2 * chance[rows["segment"] == "b"].mean()
    new = model.scorers["fund"].probability(rows, pd.Series("new", index=rows.index))
    assert chance[rows["segment"] == "b"].mean() < new.mean() < chance[rows["segment"] == "a"].mean()
    assert model.families["fund"]["auc"] > 0.6


def test_a_family_that_is_no_longer_opened_is_left_out(panel: pd.DataFrame, model: NextProductModel) -> None:
    """Judged it could be; whoever scores today would have nothing to calibrate on."""
    newest = panel["as_of"].isin([pd.Timestamp(day) for day in model.split.calibrate_now])
    unopened = panel.assign(opened_fund=panel["opened_fund"].mask(newest & panel["opened_fund"].notna(), 0))
    told = develop(unopened, QUICK, 7)
    assert set(told.scorers) == set(told.families) == {OPENS}
    assert told.left_out["fund"] > 0
    nothing = unopened.drop(columns=f"opened_{OPENS}").assign(**{f"opened_{OPENS}": np.nan})
    with pytest.raises(TooLittle, match="third as often"):
        develop(nothing, QUICK, 7)


def test_rows_in_any_order_give_the_same_run(
    panel: pd.DataFrame, tables: list[pd.DataFrame], model: NextProductModel
) -> None:
    again = develop(panel.sample(frac=1, random_state=1), QUICK, 7)
    assert again.compared == model.compared
    today, known = tables[-1], facts(tables[-1]["customer_id"])
    alike = pd.Series("all", index=today.index)
    first = score(model, today, None, known, {OPENS: 2}, alike)
    turned = today.sample(frac=1, random_state=3)
    second = score(again, turned, None, known.sample(frac=1, random_state=4), {OPENS: 2}, alike[turned.index])
    pd.testing.assert_frame_equal(first, second)


def test_an_offer_is_of_a_family_not_held_with_its_reasons(tables: list[pd.DataFrame], model: NextProductModel) -> None:
    today = tables[-1].set_index("customer_id")
    alike = pd.Series("all", index=tables[-1].index)
    rows = score(model, tables[-1], None, facts(tables[-1]["customer_id"]), {OPENS: 2, "fund": 5}, alike)
    for row in rows.itertuples():
        for offer in row.offers:
            assert today.loc[row.customer_id, f"n_{offer['family']}"] == 0
        chances = [offer["probability"] for offer in row.offers]
        assert chances == sorted(chances, reverse=True)
        free = [offer["family"] for offer in row.offers if not offer["suppressed"]]
        assert row.family == (free[0] if free else None)
    person = today.loc[rows["customer_id"], "kind"].to_numpy() == "personal"
    # C3 is below the least risk of a fund (5): it is still told, with the reason, and never the one to offer.
    assert not (rows["family"][person] == "fund").any()
    assert any(offer["suppressed"] == ["risk_below"] for offers in rows["offers"][person] for offer in offers)
    told = metrics_of(model, rows, len(tables[-1]))
    assert told["nothing_to_offer"] == rows["family"].isna().sum()
    assert sum(told["offers"].values()) == rows["family"].notna().sum()


def test_every_reason_against_holds_for_whom_it_should() -> None:
    people = pd.DataFrame(
        {"customer_id": list("abcdefg"), "kind": ["personal"] * 6 + ["corporate"],
         "days_past_due": [np.nan, 0, 30, np.nan, np.nan, np.nan, np.nan]}
    )  # fmt: skip
    known = facts(people["customer_id"])
    known["risk_preference"] = [2, 3, 3, np.nan, 3, 3, np.nan]
    known.loc["e", "consent"] = False
    known.loc["f", "do_not_contact"] = True
    known.loc["b", "complaints_open"] = 1
    held = reasons_against(people, known.sample(frac=1, random_state=1), "wealth", 3)
    named = {code: "".join(people["customer_id"][flags]) for code, flags in held.items()}
    assert named == {"risk_below": "a", "risk_unknown": "d", "no_consent": "ef", "complaint_open": "b", "overdue": "c",
                     "age": "", "no_business": "", "no_income": ""}  # fmt: skip
    loan = reasons_against(people, known, "consumer_loan", None)
    assert not loan["risk_below"].any() | loan["risk_unknown"].any()  # a loan asks for no appetite for risk
    assert list(held) == [reason.code for reason in REASONS]
    strangers = reasons_against(people, known.iloc[:0], "credit_card", None)
    assert strangers["no_consent"].all()  # whom no record agrees for has not agreed
    assert all(reason_words(reason.code, "zh") != reason_words(reason.code, "en") for reason in REASONS)


def test_lending_is_offered_to_whom_it_fits() -> None:
    """A pensioner, a schoolboy, who earns nothing that is known, and companies: each family asks for what it needs."""
    people = pd.DataFrame(
        {"customer_id": list("abcdefg"), "kind": ["personal"] * 6 + ["corporate"], "days_past_due": np.nan,
         "age_years": [61, 64.5, 17, 40, 40, np.nan, np.nan], "annual_income": [5e4, 5e4, 5e4, np.nan, 0, 9e4, np.nan],
         "regular_income": [0, 0, 0, np.nan, 3_000, 0, np.nan], "share_category_business": [0, 0, 0, 0.3, 0, 0.02, 0.9]}
    )  # fmt: skip
    known = facts(people["customer_id"], trades=False)
    known.loc["b", "trades"] = True

    def named(family: str) -> dict[str, str]:
        held = reasons_against(people, known, family, None)
        return {code: "".join(people["customer_id"][held[code]]) for code in ("age", "no_business", "no_income")}

    assert named("mortgage") == {"age": "abc", "no_business": "", "no_income": "d"}  # 61 + 10 years > 70
    assert named("consumer_loan") == {"age": "bc", "no_business": "", "no_income": "d"}
    assert named("credit_card") == {"age": "c", "no_business": "", "no_income": "d"}
    assert named("business_loan") == {"age": "bc", "no_business": "acef", "no_income": ""}
    assert named("wealth") == named("time") == {"age": "", "no_business": "", "no_income": ""}
    bare = people[["customer_id", "kind", "days_past_due"]]
    untold = reasons_against(bare, facts(bare["customer_id"]), "business_loan", None)
    assert not untold["age"].any(), "an age nobody knows is no obstacle"
    assert untold["no_business"].tolist() == [True] * 6 + [False]
    assert "70岁" in reason_words("age", "zh") and "70 for mortgages" in reason_words("age", "en")
    assert len(REASONS) <= 8, "a byte of reasons is kept of each family: see domain/marketing/chances.py"


def test_little_history_is_told_by_the_rule_and_much_by_more(panel: pd.DataFrame, model: NextProductModel) -> None:
    """Where behaviour tells, it is used; where it tells nothing, the segment's habit stands alone, to the last digit."""
    assert model.share.own > 0
    assert model.share.found is not None and model.share.by_the_rule is not None
    assert model.share.found >= model.share.by_the_rule
    rng = np.random.default_rng(3)
    shuffled = panel.copy()
    for column in ("opened_fund", f"opened_{OPENS}"):
        free = shuffled[column].notna()
        shuffled.loc[free, column] = rng.permutation(shuffled.loc[free, column].to_numpy())
    blind = develop(shuffled, QUICK, 7)
    assert blind.share.own == blind.tried.own == 0
    assert blind.compared.gain.value == blind.compared.gain.low == 0 and not blind.compared.better
    rows = shuffled[shuffled["opened_fund"].notna()]
    one = blind.scorers["fund"]
    chance = one.probability(rows, rows["segment"])
    assert np.allclose(chance, one.habit(rows["segment"]), atol=2e-6)
    today = panel[panel["as_of"] == panel["as_of"].max()]
    assert (one.probability(today, today["segment"]) == chance[0]).all(), "nothing of the customer's own is heard"


def test_too_little_is_said(panel: pd.DataFrame) -> None:
    with pytest.raises(TooLittle, match="at least 7"):
        develop(panel[panel["as_of"] < panel["as_of"].unique()[4]], QUICK, 7)
    quiet = panel.assign(**{f"opened_{family}": 0.0 for family in PRODUCT_FAMILIES})
    with pytest.raises(TooLittle, match="No family"):
        develop(quiet, QUICK, 7)
