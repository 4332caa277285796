"""Scorecard development on screen: the risk officer changes bins and says why, the auditor reads, the others stay out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select, update

from domain.credit.by_hand import merged, plan_of
from domain.credit.run import ScorecardParameters, develop
from domain.credit.scorecard import from_dict, to_dict
from domain.credit.workbench import Rows, bins_at, trial
from jobs.develop_scorecard import told_of
from jobs.sources_of_a_run import sayable
from portal import development_question, translations
from portal.callbacks.development import candidate, clear, cut, draw, progress, save, show
from portal.development_question import PATH, query_of
from portal.layouts.development import Ids
from portal.run_warnings import warnings
from portal.run_words import Reader
from store.clearances import given
from store.database import reading, writing
from store.developments import drafts, keep, newest
from store.runs import Run
from store.tables import audit_log, developments, job_runs
from tests.people import People
from tests.small_picture import AS_OF, BATCH, NOW
from warehouse import developments as rows

JOB, OF = 31, "utilisation"
SAMPLE = {
    "kind": "behaviour", "observed_on": ["2025-10-31"], "performance_months": 12, "history_months": 6, "bad_days": 90,
    "indeterminate_days": 60, "already_bad": 4, "indeterminate": 17, "no_status_after": 3,
}  # fmt: skip


def draw_sample(people: People) -> None:
    """A development on 900 rows of four characteristics, one of which repeats another."""
    rng = np.random.default_rng(2)
    risk = rng.normal(size=900)
    table = pd.DataFrame(
        {
            OF: np.round(1 / (1 + np.exp(-risk - rng.normal(size=900))), 3),
            "regular_income": np.round(np.exp(9 - risk + rng.normal(size=900)), 0),
            "tenure_months": rng.integers(1, 200, 900),
        }
    ).assign(deposits=lambda frame: frame["regular_income"] * 2)
    bad = (rng.random(900) < 1 / (1 + np.exp(1 - risk))).astype(int)
    made = develop(table, bad, ScorecardParameters(folds=2, repeats=1, redraws=5), 1)
    rows.keep(people.settings.warehouse, JOB, table, bad)
    sample = {**SAMPLE, "rows": 900, "bad": int(bad.sum()), "good": int(900 - bad.sum())}
    with writing(people.engine) as connection:
        keep(connection, JOB, AS_OF, (BATCH,), sample, sayable(told_of(made)), "risk", NOW)


@pytest.fixture
def developed(people: People) -> People:
    """A portal with a development."""
    draw_sample(people)
    return people


def _told(of: str = "", bins: Any = None) -> dict[str, str]:
    return {"of": of, "bins": json.dumps(bins) if bins else ""}


def test_before_the_first_sample_the_page_says_what_to_do(people: People) -> None:
    client = people.client("risk")
    assert Ids.DRAW in client.open_page(PATH)
    assert "还没有开发样本" in client.call(show, _told()).text
    job = int(client.call(draw, 1).value(Ids.JOB, "data"))
    with reading(people.engine) as connection:
        row = connection.execute(select(job_runs).where(job_runs.c.job_id == job)).one()
        assert (row.kind, row.submitted_by) == ("develop_scorecard", "risk")
    assert "评分卡开发" in client.call(progress, job, None).text


def test_who_may_read_and_who_may_change(developed: People) -> None:
    for login in ("staff", "stranger", "executive", "admin"):
        client = developed.client(login)
        assert PATH not in client.open_page("/")
        assert client.call(show, _told()).status == client.call(save, 1, "why", _told()).status == 403
    auditor = developed.client("auditor")
    shown = auditor.call(show, _told(OF))
    assert shown.status == 200 and "各箱坏率" in shown.text and "与下一箱合并" not in shown.text
    assert Ids.DRAW not in auditor.open_page(PATH)
    for handler, sent in ((draw, (1,)), (save, (1, "why", _told())), (cut, (1, "0.5", _told(OF)))):
        assert auditor.call(handler, *sent).status == 403


def test_bins_are_changed_seen_saved_with_a_reason_and_made_a_candidate(developed: People) -> None:
    client = developed.client("risk")
    shown = client.call(show, _told()).text
    for words in ("60–89", "入选：在其他特征之外", "相关系数", "未入选：信息值", "还没有草稿", "17"):
        assert words in shown, words
    opened = client.call(show, _told(OF)).text
    assert "与下一箱合并" in opened and "调整的影响" not in opened
    found = client.call(cut, 1, "50 %", _told(OF)).value("_pages_location", "search")
    assert found.startswith(f"?of={OF}&bins=") and "0.5" in found
    five = client.call(cut, 1, "5", _told(OF)).value("_pages_location", "search")
    assert "0.05" in five  # a share is typed in per cent, as it is shown
    assert "不会小于 0" in client.call(cut, 1, "-5%", _told(OF)).toast
    assert "过大" in client.call(cut, 1, "5000", _told(OF)).toast

    with reading(developed.engine) as connection:
        assert not drafts(connection)
    bins = {OF: {"cuts": [0.5]}}
    effect = client.call(show, _told(OF, bins)).text
    assert "调整的影响" in effect and "样本内 AUC" in effect and "恢复最优分箱" in effect
    for words in (
        "折外 AUC，特征固定、偏乐观（差值 ± 标准误）",
        "折外 Gini，特征固定、偏乐观",
        "折外 KS，特征固定、偏乐观",
        "核对样本坏率",
        "分层抽出的三分之一",
        "额度用满",
    ):
        assert words in effect, words
    assert re.search(r"最优分箱 IV [\d.]+，调整后 IV [\d.]+", effect)
    assert (
        client.call(save, 1, "业务上五成是授信管理的界线", _told(OF, bins)).value("_pages_location", "search")
        == f"?of={OF}"
    )
    with reading(developed.engine) as connection:
        (kept,) = drafts(connection)
        acts = connection.scalars(select(audit_log.c.action).where(audit_log.c.actor == "risk")).all()
    assert (kept.bins, kept.made_by) == (bins, "risk") and "development.draft" in acts
    assert kept.effect["after"]["auc"] < kept.effect["before"]["auc"]
    assert kept.effect["after"]["unseen_auc"] < kept.effect["before"]["unseen_auc"] and kept.effect["gain_error"] > 0
    listed = client.call(show, _told()).text
    assert "业务上五成是授信管理的界线" in listed and "生成候选版本" in listed

    ident = {"type": Ids.CANDIDATE, "draft": kept.draft_id}
    pressed = [{"id": ident, "property": "n_clicks", "value": 1}]
    told = json.dumps(ident, sort_keys=True, separators=(",", ":"))
    job = int(client.call(candidate, pressed, triggered=f"{told}.n_clicks").value(Ids.JOB, "data"))
    with reading(developed.engine) as connection:
        row = connection.execute(select(job_runs).where(job_runs.c.job_id == job)).one()
    assert (row.kind, row.parameters, row.submitted_by) == ("rate_customers", {"draft": kept.draft_id}, "risk")


def test_weights_of_evidence_are_those_the_points_are_made_of(developed: People) -> None:
    # A card holds its states to the bad rate seen of them: the page and the dossier tell the same figure of one bin.
    with writing(developed.engine) as connection:
        found = connection.scalar(select(developments.c.found))
        card = from_dict(found["card"])
        one = next(each for each in card.characteristics if each.name == OF)
        bins = (replace(one.binning.bins[0], woe=-2.644), *one.binning.bins[1:])
        held = replace(one, binning=replace(one.binning, bins=bins))
        held_card = replace(card, characteristics=tuple(held if each is one else each for each in card.characteristics))
        connection.execute(update(developments).values(found={**found, "card": to_dict(held_card)}))
    shown = developed.client("risk").call(show, _told(OF)).text
    assert "−2.644" in shown and "按实际见到的坏率校正" in shown
    assert "孙风险 于" in shown, "who drew it is said by name, as in the register"


def test_what_is_refused_stands_at_the_form(developed: People) -> None:
    """A toast goes away: what is wrong stays beside the box until it is mended."""
    client, bins = developed.client("risk"), {OF: {"cuts": [0.5]}}
    refused = client.call(cut, 1, "many", _told(OF))
    assert "须是一个数" in refused.toast and "须是一个数" in str(refused.value(Ids.CUT_TOLD, "children"))
    again = client.call(cut, 1, "50", _told(OF, {OF: {"cuts": [0.5]}}))
    assert "已经在这里切开" in str(again.value(Ids.CUT_TOLD, "children"))  # not a button that does nothing
    for words, said in (("  ", "请写明为什么"), ("x", "内容过少"), ("因为因为因为因为因为因为", "重复的几个字")):
        refused = client.call(save, 1, words, _told(OF, bins))
        assert said in refused.toast and said in str(refused.value(Ids.SAVE_TOLD, "children")), words


def test_an_odd_address_changes_nothing_and_a_cleared_sample_is_said(developed: People) -> None:
    client = developed.client("risk")
    for bins in ('{"gender":{"cuts":[1]}}', "{", '{"utilisation":{"cuts":["a"]}}', "[1]"):
        odd = client.call(show, {"of": "gender", "bins": bins}).text
        assert "调整的影响" not in odd and "看不懂的特征或分箱" in odd
    plan = merged(plan_of_shown(developed), 0)
    assert "调整的影响" in client.call(show, _told(OF, {OF: plan})).text
    mixed = client.call(show, {"of": OF, "bins": json.dumps({OF: {"groups": [["x"]]}})})
    assert "样本" in mixed.text and "事件编号" not in mixed.text  # words for a column of numbers: said, not broken
    assert query_of(OF, {OF: plan}).startswith("of=utilisation&bins=%7B")
    (developed.settings.warehouse / rows.FOLDER / f"{JOB}.parquet").unlink()
    assert "已清理" in client.call(show, _told(OF)).text


def test_a_suspected_leak_is_ruled_out_with_a_reason_and_taken_back(developed: People) -> None:
    client, name = developed.client("risk"), "tenure_months"
    flag_a_leak(developed, name)
    shown = client.call(show, _told(name)).text
    assert "泄漏疑点：在行月数" in shown and "还没有人查过" in shown and "未入选：信息值" in shown
    assert "排除疑点" not in developed.client("auditor").call(show, _told(name)).text.replace("排除疑点之前", "")
    assert developed.client("auditor").call(clear, 1, "why", _told(name)).status == 403
    for of, words, said in (
        (name, " ", "查看了什么"), (name, "x", "内容过少"), (OF, "核对了二十户的开户日期", "没有需要排除"),
    ):  # fmt: skip
        refused = client.call(clear, 1, words, _told(of))
        assert said in refused.toast and said in str(refused.value(Ids.CLEAR_TOLD, "children")), words
    assert "&seen=" in client.call(clear, 1, "开户日早于观察日，核对过二十户", _told(name)).value(
        "_pages_location", "search"
    )
    shown = client.call(show, _told(name)).text
    assert "开户日早于观察日，核对过二十户" in shown and "泄漏已排除" in shown and "撤回排除" in shown
    with reading(developed.engine) as connection:
        assert given(connection)[name].zh == "开户日早于观察日，核对过二十户"
    client.call(clear, 1, "开户日会在事后补录，核对过三户", _told(name))
    assert "开户日会在事后补录，核对过三户" in client.call(show, _told(name)).text
    with reading(developed.engine) as connection:
        assert given(connection) == {}
    assert "生活方式不是信用" in client.call(show, _told()).text


def test_bins_against_the_rules_are_said_before_they_are_saved_and_to_who_publishes(developed: People) -> None:
    """More use of a limit is declared riskier; by hand a bin of a few rows may be safer, and nobody may overlook it."""
    client = developed.client("risk")
    best = client.call(show, _told(OF)).text
    assert "合计" in best and "与建卡规则不符" not in best  # what the development cuts keeps its own rules
    values = rows.columns_of(developed.settings.warehouse, JOB, [OF])
    assert values is not None
    bins = {OF: {"cuts": [0.2, 0.4, odd_cut(values[0][OF], values[1]), 2.0]}}
    shown = client.call(show, _told(OF, bins)).text
    for words in ("与建卡规则不符", "与预期方向（越高越有风险）相反", "个样本（", "不足 5.0%", "的一箱没有样本"):
        assert words in shown, words
    client.call(save, 1, "客户经理请求单列少数几户观察", _told(OF, bins))
    with reading(developed.engine) as connection:
        (kept,) = drafts(connection)
    assert {"direction", "thin", "empty"} <= set(kept.effect["odd"][OF])
    assert "与规则不符" in client.call(show, _told()).text
    card = develop(values[0], values[1], ScorecardParameters(folds=2, repeats=1, redraws=5, bins=bins), 1).scorecard
    run = cast(Run, SimpleNamespace(
        kind="credit", metrics={}, migration=None, as_of=AS_OF, customers=1, model=to_dict(card), parameters={"bins": bins},
    ))  # fmt: skip
    reader = cast(Reader, SimpleNamespace(language="zh", t=lambda key, **told: translations.text("zh", key, **told)))
    told = "".join(warnings(reader, run, None, None))
    assert "手工分箱与建卡规则不符：“额度使用率”" in told and "未进入这张评分卡" not in told
    run.parameters["bins"]["tenure_months"] = {"cuts": [60.0]}  # who set them looks for them in the card
    assert "未进入这张评分卡：在行月数" in "".join(warnings(reader, run, None, None))


def flag_a_leak(people: People, name: str) -> None:
    """Another development, which suspects this characteristic."""
    with writing(people.engine) as connection:
        made = newest(connection)
        assert made is not None
        found = [
            {**one, "leak": one["name"] == name, "reason": "not_cleared" if one["name"] == name else one["reason"]}
            for one in made.found["characteristics"]
        ]
        sample = dict(made.sample)
        keep(connection, JOB, AS_OF, (BATCH,), sample, {**made.found, "characteristics": found}, "risk", NOW)


def odd_cut(values: pd.Series, bad: Any) -> float:
    """A cut above which only a few rows are left, none of them bad."""
    kept = float(values[bad == 1].max())
    return kept + 1e-4 if (values > kept).any() else float(values.max())


def plan_of_shown(people: People) -> dict[str, Any]:
    """The best bins of the opened characteristic."""
    found = rows.columns_of(people.settings.warehouse, JOB, [OF])
    assert found is not None
    return plan_of(bins_at(found[0][OF], Rows(found[1]), OF))


def test_who_is_between_good_and_bad_is_kept_for_the_level_of_the_card(developed: People) -> None:
    found = rows.columns_of(developed.settings.warehouse, JOB, [OF, "regular_income", "tenure_months", "deposits"])
    assert found is not None
    client, told = developed.client("risk"), _told(OF, {OF: {"cuts": [0.5]}})
    assert "没有留下中间状态的行" in client.call(show, told).text  # the base is a little off then, and it says why
    rows.keep(developed.settings.warehouse, JOB, *found, between=found[0].head(17))
    assert "没有留下中间状态的行" not in client.call(show, told).text
    kept = rows.between_of(developed.settings.warehouse, JOB, ["deposits"])
    assert kept is not None and kept["deposits"].equals(found[0]["deposits"].head(17))


def test_a_card_is_fitted_once_for_all_who_look_and_for_its_saving(
    developed: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And anew where the bins, what is ruled out, or the sample is another: nothing of before may stand there then."""
    fitted: list[Any] = []

    def counted(table: Any, rows: Any, plans: Any, *rest: Any) -> Any:
        fitted.append(plans)
        return trial(table, rows, plans, *rest)

    monkeypatch.setattr(development_question, "trial", counted)
    client, bins, others = developed.client("risk"), {OF: {"cuts": [0.5]}}, {OF: {"cuts": [0.6]}}
    first = client.call(show, _told(OF, bins)).text
    assert fitted == [{}, bins]
    assert client.call(show, _told(OF, bins)).text == first and len(fitted) == 2
    client.call(save, 1, "业务上五成是授信管理的界线", _told(OF, bins))
    assert "业务上五成是授信管理的界线" in developed.client("auditor").call(show, _told(OF, bins)).text
    assert len(fitted) == 2  # another person and the saving ask for the same
    assert client.call(show, _told(OF, others)).text != first and fitted[2:] == [others]  # before is known

    flag_a_leak(developed, "tenure_months")
    client.call(show, _told(OF, bins))
    assert fitted[3:] == [{}, bins]  # another development, another pair
    client.call(clear, 1, "开户日早于观察日，核对过二十户", _told("tenure_months"))
    client.call(show, _told(OF, bins))
    assert fitted[5:] == [{}, bins]  # what is ruled out may enter the card
