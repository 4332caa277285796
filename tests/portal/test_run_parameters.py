"""A run's parameters in words, as its page tells them."""

from __future__ import annotations

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pytest

from domain.behaviour.attrition import AttritionParameters
from portal import translations
from portal.run_parameters import told


def _told(language: str, kind: str, parameters: dict[str, Any]) -> dict[str, list[str]]:
    ctx: Any = SimpleNamespace(language=language, t=lambda key, **values: translations.text(language, key, **values))
    run: Any = SimpleNamespace(kind=kind, parameters=parameters)
    found: dict[str, list[str]] = {}
    for name, words in told(ctx, run):
        found.setdefault(name, []).append(words)
    return found


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "What counts as leaving", "3 months on AUM is down by more than 50.0%, with no own movement in the last of them"),
        ("zh", "何谓流失", "3 个月后管理资产减少超过 50.0%、且最后一个月没有本人交易"),
    ],
)  # fmt: skip
def test_leaving_is_one_rule_of_two_parts(language: str, name: str, words: str) -> None:
    found = _told(language, "attrition", asdict(AttritionParameters()))
    assert found[name] == [words]
    assert not set(found) & set(asdict(AttritionParameters())), "no parameter by its raw name"


@pytest.mark.parametrize(("language", "name"), [("en", "Survival"), ("zh", "留存")])
def test_a_contribution_names_whose_survival_it_took(language: str, name: str) -> None:
    by = {"run_id": 7, "version": "V-2026-10-31-2", "months": 3}
    with_run = _told(language, "contribution", {"survival": {"parameter": "0.99", "attrition": by}})[name]
    without = _told(language, "contribution", {"survival": {"parameter": "0.99", "attrition": None}})[name]
    assert len(with_run) == 1 and "V-2026-10-31-2" in with_run[0] and "99.00%" in with_run[0]
    assert "99.00%" in without[0] and without != with_run


@pytest.mark.parametrize(("language", "name"), [("en", "Masterscale (PD)"), ("zh", "主标尺（违约概率）")])
def test_the_masterscale_is_one_line_with_its_version(language: str, name: str) -> None:
    scale = {"grades": ["A", "B", "C"], "bounds": [0.00125, 0.04]}
    (words,) = _told(language, "credit", {"masterscale": scale, "masterscale_version": 3})[name]
    assert words.endswith("A < 0.125% · B < 4.00% · C ≥ 4.00%") and " 3" in words.split("A <")[0]
    assert _told(language, "credit", {"masterscale": scale})[name] == ["A < 0.125% · B < 4.00% · C ≥ 4.00%"]
