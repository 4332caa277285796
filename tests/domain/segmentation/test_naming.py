"""Names of clusters: short, in both languages, one of a kind in a run, and the same from run to run."""

from __future__ import annotations

import numpy as np

from domain.catalogue import BY_NAME
from domain.segmentation.clusters import CORPORATE_FEATURES, PERSONAL_FEATURES
from domain.segmentation.given_names import with_names
from domain.segmentation.naming import LONGEST_EN, LONGEST_ZH, ORDINARY, WORDS, label_clusters, reworded
from domain.segmentation.scaling import Scaling
from domain.standing import cluster_name

NAMES = ("loans", "movements_3m", "inflow_3m", "deposits_avg_3m", "night_share")
FLAT = Scaling(NAMES, *(((0.0,) * len(NAMES)),) * 3, (1.0,) * len(NAMES))


def _labels(
    *centres: tuple[float, ...],
    numbers: tuple[int, ...] = (),
    before=None,
    taken=None,
    figure=lambda _place, _name: (None, None),
):
    numbers = numbers or tuple(range(1, len(centres) + 1))
    return label_clusters(np.array(centres), FLAT, numbers, before or {}, set() if taken is None else taken, figure)


def _said(place: int) -> list[str]:
    """Every part a name may have, in Chinese (0) or English (1)."""
    told = []
    for words in WORDS.values():
        told += [words.more[place], words.less[place]]
        told += [bound[1 + place] for bound in (words.much, words.little) if bound]
    return told


def test_every_clustered_feature_has_words_and_any_two_parts_fit():
    assert set(PERSONAL_FEATURES + CORPORATE_FEATURES) <= WORDS.keys() <= BY_NAME.keys()
    for place, most, between in ((0, LONGEST_ZH, "·"), (1, LONGEST_EN, ", ")):
        said = _said(place)
        assert len(said) == len(set(said))
        longest = sorted(map(len, said), reverse=True)
        assert longest[0] + longest[1] + len(between) <= most


def test_what_is_told_against_the_average_claims_nothing_of_the_figure_itself():
    """The words that always hold say more or less; those that say mostly or hardly need a figure that bears them."""
    for words in WORDS.values():
        for zh, en in (words.more, words.less):
            assert set(zh) & set("多少高低疏近一样") and any(zh.find(mark) >= 0 for mark in ("偏", "较")), zh
            assert en.split()[0] in ("more", "less", "fewer", "higher", "lower", "longer"), en
        for bound, high in ((words.much, True), (words.little, False)):
            if bound is None:
                continue
            held, missed = (bound[0], bound[0] - 0.001) if high else (bound[0], bound[0] + 0.001)
            relative = words.more if high else words.less
            assert words.said(high, held) == bound[1:]
            assert words.said(high, missed) == words.said(high, None) == relative


def test_a_segment_below_the_average_is_not_called_absolutely_little():
    # 59 % by online banking among companies of whom the middle one does 66 %: less than others, and still mostly online.
    online = WORDS["share_channel_online"]
    assert online.said(False, 0.59) == ("网银偏少", "less online")
    assert online.said(True, 0.59) == ("网银为主", "mostly online") and online.said(True, 0.21) == (
        "网银偏多",
        "more online",
    )
    branch = WORDS["share_channel_branch"]
    assert branch.said(False, 0.3) == ("柜面偏少", "less branch") and branch.said(False, 0.01) == (
        "少用柜面",
        "hardly branch",
    )
    medians = {"night_share": (0.235, 0.077), "loans": (0.0, 0.0)}
    (made,) = _labels((0.0, 0.1, 0.0, 0.0, 0.9), figure=lambda _place, name: medians[name])
    assert (made["zh"], made["en"]) == ("夜间偏多", "More at night")
    assert made["figures"] == [{"name": "night_share", "z": 0.9, "here": 0.235, "overall": 0.077}]
    # The next run's figure bears more: the name keeps its feature, and says what is so now.
    (again,) = _labels((0.0, 0.1, 0.0, 0.0, 0.9), before={1: made}, figure=lambda _place, _name: (0.6, 0.1))
    assert again["zh"] == "夜间为主" and again["features"] == made["features"]


def test_the_two_strongest_of_different_kinds_make_the_name():
    # Movements and inflow tell of the same thing, so the weaker of them gives way.
    assert _labels((0.0, 2.0, 1.8, -1.0, 0.1))[0]["zh"] == "交易较多·存款较少"
    assert _labels((0.0, 2.0, 1.8, -1.0, 0.1))[0]["en"] == "More movements, less deposits"
    assert _labels((0.0, 0.1, 0.0, 0.0, 0.9))[0]["zh"] == "夜间偏多"
    assert (_labels((0.1,) * 5)[0]["zh"], _labels((0.1,) * 5)[0]["en"]) == ORDINARY


def test_no_two_clusters_of_a_run_are_called_the_same():
    alike = (1.0, 2.0, 1.8, -1.0, 0.5)
    taken: set[str] = set()
    made = [label for label in _labels(*[alike] * 30, taken=taken) if label is not None]
    assert len(made) > 5 and len({m["zh"] for m in made}) == len({m["en"] for m in made}) == len(made)
    assert taken == {m["zh"] for m in made}
    assert _labels(*[(0.0,) * 5] * 2)[1] is None  # only one can be the ordinary one; the other keeps its number


def test_neither_order_nor_the_other_run_changes_a_name():
    centres = ((0.0, 2.0, 1.8, -1.0, 0.1), (1.5, -1.0, 0.0, 0.6, 0.0))
    first = _labels(*centres, numbers=(7, 3))
    assert _labels(*reversed(centres), numbers=(3, 7)) == list(reversed(first))
    # The next run's strongest pair is another, but what was said of 7 still holds: the name stays.
    moved = _labels((0.0, 0.9, 0.5, -0.7, 2.5), numbers=(7,), before={7: first[0]})
    assert {**moved[0], "figures": []} == {**first[0], "figures": []}
    # It does not hold any more once the sign has turned.
    turned = _labels((0.0, -0.9, 0.5, -0.7, 2.5), numbers=(7,), before={7: first[0]})
    assert turned[0]["zh"] == "夜间偏多·交易较少"


def test_an_analysts_name_comes_before_the_automatic_one_and_a_number_is_what_is_left():
    label = _labels((0.0, 2.0, 0.0, -1.0, 0.0))[0]

    def called(**cluster: object) -> str:
        return cluster_name(4, {"clusters": {"personal": {"clusters": [{"number": 4, **cluster}]}}}, "zh")

    assert called(name="年轻白领", label=label) == "年轻白领"
    assert called(name=None, label=label) == label["zh"]
    assert called(name=None) == "客群 4"


def test_a_name_a_run_kept_without_figures_is_put_in_words_that_hold():
    old = {"zh": "少用网银·经营往来多", "en": "Rarely online, business flows",
           "features": [["share_channel_online", False], ["share_category_business", True]]}  # fmt: skip
    model = {"clusters": {"corporate": {"clusters": [{"number": 101, "identity": "a", "label": old}]}}}
    assert cluster_name(101, with_names(model, {}), "zh") == "网银偏少·经营偏多"
    assert cluster_name(101, with_names(model, {}), "en") == "Less online, more business"
    given = with_names(model, {"a": {"zh": "商户", "en": "Traders"}})
    assert cluster_name(101, given, "zh") == "商户"
    kept = {**old, "figures": []}
    assert reworded(kept) == kept and reworded(None) is None
