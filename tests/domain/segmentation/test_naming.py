"""Names of clusters: short, in both languages, one of a kind in a run, and the same from run to run."""

from __future__ import annotations

import numpy as np

from domain.catalogue import BY_NAME
from domain.segmentation.clusters import CORPORATE_FEATURES, PERSONAL_FEATURES
from domain.segmentation.naming import LONGEST_EN, LONGEST_ZH, ORDINARY, WORDS, label_clusters
from domain.segmentation.scaling import Scaling
from domain.standing import cluster_name

NAMES = ("loans", "movements_3m", "inflow_3m", "deposits_avg_3m", "night_share")
FLAT = Scaling(NAMES, *(((0.0,) * len(NAMES)),) * 3, (1.0,) * len(NAMES))


def _labels(*centres: tuple[float, ...], numbers: tuple[int, ...] = (), before=None, taken=None):
    numbers = numbers or tuple(range(1, len(centres) + 1))
    return label_clusters(np.array(centres), FLAT, numbers, before or {}, set() if taken is None else taken)


def test_every_clustered_feature_has_words_and_any_two_parts_fit():
    assert set(PERSONAL_FEATURES + CORPORATE_FEATURES) <= WORDS.keys() <= BY_NAME.keys()
    zh = sorted((len(w) for words in WORDS.values() for w in words[1:3]), reverse=True)
    en = sorted((len(w) for words in WORDS.values() for w in words[3:]), reverse=True)
    assert zh[0] + zh[1] + len("·") <= LONGEST_ZH
    assert en[0] + en[1] + len(", ") <= LONGEST_EN
    for language in (slice(1, 3), slice(3, 5)):
        said = [word for words in WORDS.values() for word in words[language]]
        assert len(said) == len(set(said))


def test_the_two_strongest_of_different_kinds_make_the_name():
    # Movements and inflow tell of the same thing, so the weaker of them gives way.
    assert _labels((0.0, 2.0, 1.8, -1.0, 0.1))[0]["zh"] == "交易频繁·存款较少"
    assert _labels((0.0, 2.0, 1.8, -1.0, 0.1))[0]["en"] == "Frequent use, low deposits"
    assert _labels((0.0, 0.1, 0.0, 0.0, 0.9))[0]["zh"] == "夜间活跃"
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
    assert moved[0] == first[0]
    # It does not hold any more once the sign has turned.
    turned = _labels((0.0, -0.9, 0.5, -0.7, 2.5), numbers=(7,), before={7: first[0]})
    assert turned[0]["zh"] == "夜间活跃·交易较少"


def test_an_analysts_name_comes_before_the_automatic_one_and_a_number_is_what_is_left():
    label = _labels((0.0, 2.0, 0.0, -1.0, 0.0))[0]

    def called(**cluster: object) -> str:
        return cluster_name(4, {"clusters": {"personal": {"clusters": [{"number": 4, **cluster}]}}}, "zh")

    assert called(name="年轻白领", label=label) == "年轻白领"
    assert called(name=None, label=label) == label["zh"]
    assert called(name=None) == "客群 4"
