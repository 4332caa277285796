"""The scorecard as a scikit-learn estimator: fit, predict_proba, score_points, explain on any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d

from domain.credit.binning import BinningRules, binned
from domain.credit.by_hand import Plan, binned_by_hand
from domain.credit.grades import Masterscale
from domain.credit.scorecard import Points, Scaling, Scorecard, build
from domain.credit.selection import SelectionRules, Verdict, select
from domain.credit.specials import special_codes
from domain.credit.woe import Floats


class ScorecardClassifier(ClassifierMixin, BaseEstimator):
    """Optimal binning, weight of evidence, selection, logistic regression with right signs, whole points.

    binning, selection, scaling: the rules (None for the defaults, which are meant for every sample). directions: column
    -> safer, riskier, auto or any, for a higher value; auto where nothing is said. specials: column -> codes that are
    not quantities, or one sequence for all columns; "auto": −7, −8, −9 and their like in columns that hold no other
    number below zero (see `special_codes`); None: none.
    bins: column -> bins set by hand in place of the best ones (see `by_hand`).
    The greater of the two classes is the bad one. Fitted: classes_, scorecard_, verdicts_ (a Verdict a column).
    """

    def __init__(
        self,
        binning: BinningRules | None = None,
        selection: SelectionRules | None = None,
        scaling: Scaling | None = None,
        directions: Mapping[str, str] | None = None,
        specials: Mapping[str, Sequence[float]] | Sequence[float] | str | None = "auto",
        bins: Mapping[str, Plan] | None = None,
    ) -> None:
        self.binning = binning
        self.selection = selection
        self.scaling = scaling
        self.directions = directions
        self.specials = specials
        self.bins = bins

    def __sklearn_tags__(self) -> Any:
        """Two classes, words and missing values are welcome."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags

    def fit(self, X: pd.DataFrame | ArrayLike, y: ArrayLike) -> ScorecardClassifier:
        """X: a table of numbers and words, shape (n, columns). y: two classes, shape (n,). ValueError says what is wrong."""
        table = self._table(X, fitting=True)
        self.classes_, bad = _two_classes(y, len(table))
        rules, choice = self.binning or BinningRules(), self.selection or SelectionRules()
        directions, by_hand = self.directions or {}, self.bins or {}
        found, columns = [], []
        for name in table.columns:
            specials = self._specials_of(table[name])
            if name in by_hand:
                one, codes = binned_by_hand(table[name], bad, name, rules, by_hand[name], specials)
            else:
                way = directions.get(name, "auto")
                one, codes = binned(table[name], bad, name, rules, direction=way, specials=specials)
            found.append(one)
            columns.append(one.weights.take(codes))
        chosen = select(tuple(found), np.column_stack(columns), bad, choice)
        self.verdicts_: tuple[Verdict, ...] = chosen.verdicts
        kept = tuple(found[i] for i in chosen.kept)
        scaling = self.scaling or Scaling()
        self.scorecard_: Scorecard = build(
            kept, chosen.fit, scaling, masterscale=Masterscale(), long_run_rate=float(bad.mean())
        )
        return self

    def decision_function(self, X: pd.DataFrame | ArrayLike) -> Floats:
        """Log odds of bad before rounding to points, shape (n,)."""
        check_is_fitted(self, "scorecard_")
        return -self.scorecard_.log_odds_of(self._table(X))

    def predict_proba(self, X: pd.DataFrame | ArrayLike) -> Floats:
        """Probability of each class in the order of classes_, shape (n, 2)."""
        bad = expit(self.decision_function(X))
        return np.column_stack([1 - bad, bad])

    def predict(self, X: pd.DataFrame | ArrayLike) -> NDArray[Any]:
        """The likelier class of each row, shape (n,)."""
        check_is_fitted(self, "scorecard_")
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])

    def score_points(self, X: pd.DataFrame | ArrayLike) -> Points:
        """The score of each row: the sum of its shown points, shape (n,)."""
        check_is_fitted(self, "scorecard_")
        return self.scorecard_.score_of(self._table(X))

    def explain(self, X: pd.DataFrame | ArrayLike) -> pd.DataFrame:
        """Points of each row by characteristic, beside "base" and "score" = their sum; the index of X is kept."""
        check_is_fitted(self, "scorecard_")
        table = self._table(X)
        points = self.scorecard_.points(self.scorecard_.codes(table))
        told = pd.DataFrame(points, columns=list(self.scorecard_.names), index=table.index)
        told.insert(0, "base", self.scorecard_.base_points)
        told["score"] = told.sum(axis=1)
        return told

    def _specials_of(self, values: pd.Series) -> tuple[float, ...]:
        given = self.specials
        if isinstance(given, str):
            if given != "auto":
                raise ValueError(f"specials is '{given}'; it must be codes, codes by column, 'auto' or None.")
            return special_codes(values)
        if isinstance(given, Mapping):
            given = given.get(str(values.name), ())
        return tuple(float(code) for code in given or ())

    def _table(self, X: pd.DataFrame | ArrayLike, fitting: bool = False) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            if X.shape[0] < 1 or X.shape[1] < 1:
                raise ValueError(
                    f"Found array with {X.shape[0]} sample(s) and {X.shape[1]} feature(s): at least 1 needed."
                )
            table = X if all(isinstance(c, str) for c in X.columns) else X.set_axis([str(c) for c in X.columns], axis=1)
            if not table.columns.is_unique:
                twice = sorted(set(table.columns[table.columns.duplicated()]))
                raise ValueError(f"The table has more than one column {', '.join(twice)}; give each its own name.")
            if fitting:
                self.feature_names_in_ = np.array(table.columns, dtype=object)
        else:
            checked = check_array(X, dtype=None, ensure_all_finite="allow-nan", estimator=self)
            if checked.dtype == object:
                frame = pd.DataFrame(checked)
                table = frame.infer_objects()
            else:
                table = pd.DataFrame(checked)
            table.columns = [f"x{i}" for i in range(table.shape[1])]
        if fitting:
            self.n_features_in_ = table.shape[1]
        elif table.shape[1] != self.n_features_in_ and not isinstance(X, pd.DataFrame):
            raise ValueError(
                f"X has {table.shape[1]} features, but ScorecardClassifier is expecting {self.n_features_in_} "
                "features as input."
            )
        return table


def _two_classes(y: ArrayLike, rows: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None.")
    target = column_or_1d(y, warn=True)
    kind = type_of_target(target, input_name="y", raise_unknown=True)
    if len(target) != rows:
        raise ValueError(f"The table has {rows} rows and the outcome {len(target)}; they must be as many.")
    if kind not in ("binary", "multiclass"):
        raise ValueError(f"Unknown label type: {kind}. The outcome of a scorecard has two classes.")
    classes, codes = np.unique(target, return_inverse=True)
    if len(classes) > 2:
        raise ValueError(
            f"Only binary classification is supported. The type of the target is {kind}: it has {len(classes)} classes."
        )
    if len(classes) < 2:
        raise ValueError("The outcome has one class only; a scorecard needs both good and bad rows (2 classes).")
    return classes, codes.astype(np.int64)
