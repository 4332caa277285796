"""The scorecard as a scikit-learn estimator: fit, predict_proba, score_points, explain on any table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from domain.credit.any_table import known_columns, named_as_fitted, table_of, two_classes, written_numbers
from domain.credit.binning import TABLE_BINS, BinningRules
from domain.credit.bins import bins_of
from domain.credit.by_hand import Plan
from domain.credit.grades import Masterscale
from domain.credit.scorecard import Points, Scaling, Scorecard, build
from domain.credit.selection import TABLE_RULES, SelectionRules, Verdict
from domain.credit.specials import special_codes
from domain.credit.told_once import selected
from domain.credit.woe import Floats


class ScorecardClassifier(ClassifierMixin, BaseEstimator):
    """Optimal binning, weight of evidence, selection, logistic regression with right signs, whole points.

    binning, selection, scaling: the rules (None: defaults meant for every sample, TABLE_BINS and TABLE_RULES). directions: column
    -> safer, riskier, auto or any, for a higher value; auto where nothing is said. specials: column -> codes that are
    not quantities, or one sequence for all columns; "auto": −7, −8, −9 and their like in columns that hold no other
    number below zero (see `special_codes`); None: none.
    bins: column -> bins set by hand in place of the best ones (see `by_hand`). cleared: columns that may tell more than
    `leak_iv`, any other that does stays out; None: all may, and are flagged. steps: column -> the least step of its cuts,
    where `binning` asks for rounded ones; a column not named has a step of its own values (see `round_cuts.step_among`).
    bad: the label of the bad outcome, in which points fall; None: the greater of two numbers or flags, and of two words the
    one that usually means bad ("bad", "default", "charged off", 违约 …), which a warning names.
    Fitted: classes_ in order, bad_ (the label of the bad one), scorecard_, verdicts_ (a Verdict a column).
    """

    def __init__(
        self,
        binning: BinningRules | None = None,
        selection: SelectionRules | None = None,
        scaling: Scaling | None = None,
        directions: Mapping[str, str] | None = None,
        specials: Mapping[str, Sequence[float]] | Sequence[float] | str | None = "auto",
        bins: Mapping[str, Plan] | None = None,
        cleared: Collection[str] | None = None,
        bad: Any = None,
        steps: Mapping[str, float] | None = None,
    ) -> None:
        self.binning = binning
        self.selection = selection
        self.scaling = scaling
        self.directions = directions
        self.specials = specials
        self.bins = bins
        self.cleared = cleared
        self.bad = bad
        self.steps = steps

    def __sklearn_tags__(self) -> Any:
        """Two classes, words and missing values are welcome."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags

    def fit(
        self, X: pd.DataFrame | ArrayLike, y: ArrayLike, whose: NDArray[np.int64] | None = None
    ) -> ScorecardClassifier:
        """X: a table of numbers and words, shape (n, columns). y: two classes, shape (n,). ValueError says what is wrong.

        whose: a number a row, the same for rows of one customer: what is significant is judged by customers then.
        """
        with threadpool_limits(1):  # tables this narrow are too little work to share: threads wait for one another
            return self._fit(X, y, whose)

    def _fit(self, X: Any, y: ArrayLike, whose: NDArray[np.int64] | None) -> ScorecardClassifier:
        table = self._table(X, fitting=True)
        written_numbers(table)
        self.classes_, place, bad = two_classes(y, len(table), self.bad)
        self.bad_ = self.classes_[place]
        rules, choice = self.binning or TABLE_BINS, self.selection or TABLE_RULES
        directions, by_hand, steps = self.directions or {}, self.bins or {}, self.steps or {}
        known_columns(directions, table, "directions")
        known_columns(steps, table, "steps")
        known_columns(by_hand, table, "bins")
        known_columns(self.cleared, table, "cleared")
        known_columns(self.specials if isinstance(self.specials, Mapping) else (), table, "specials")
        found, columns = [], []
        for name in table.columns:
            one, codes = bins_of(
                table[name], bad, name, rules, plan=by_hand.get(name), direction=directions.get(name, "auto"),
                specials=self._specials_of(table[name]), step=steps.get(name), whose=whose,
            )  # fmt: skip
            found.append(one)
            columns.append(codes)
        chosen, kept = selected(tuple(found), columns, bad, choice, self.cleared, whose)
        self.verdicts_: tuple[Verdict, ...] = chosen.verdicts
        scaling = self.scaling or Scaling()
        self.scorecard_: Scorecard = build(
            kept, chosen.fit, scaling, masterscale=Masterscale(), long_run_rate=float(bad.mean())
        )
        return self

    def decision_function(self, X: pd.DataFrame | ArrayLike) -> Floats:
        """Log odds of the second of classes_ before rounding to points, as scikit-learn has it, shape (n,)."""
        check_is_fitted(self, "scorecard_")
        good = self.scorecard_.log_odds_of(self._table(X))
        return -good if self.bad_ == self.classes_[1] else good

    def predict_proba(self, X: pd.DataFrame | ArrayLike) -> Floats:
        """Probability of each class in the order of classes_, shape (n, 2)."""
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: pd.DataFrame | ArrayLike) -> NDArray[Any]:
        """The likelier class of each row, shape (n,)."""
        check_is_fitted(self, "scorecard_")
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])

    def score_points(self, X: pd.DataFrame | ArrayLike) -> Points | pd.Series:
        """The score of each row: the sum of its shown points, shape (n,); of a DataFrame a Series "score" of its index."""
        check_is_fitted(self, "scorecard_")
        points = self.scorecard_.score_of(self._table(X))
        return pd.Series(points, X.index, name="score") if isinstance(X, pd.DataFrame) else points

    def explain(self, X: pd.DataFrame | ArrayLike) -> pd.DataFrame:
        """Points of each row by characteristic, beside "base" and "score" = their sum; the index of X is kept.

        The points of a column that is itself called base or score stand under "base (column)", "score (column)".
        """
        check_is_fitted(self, "scorecard_")
        table = self._table(X)
        points = self.scorecard_.points(self.scorecard_.codes(table))
        names = [f"{name} (column)" if name in ("base", "score") else name for name in self.scorecard_.names]
        told = pd.DataFrame(points, columns=names, index=table.index)
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
        try:
            return tuple(float(code) for code in given or ())
        except (TypeError, ValueError) as error:
            raise ValueError(f"specials of {values.name} are {given!r}; codes must be numbers.") from error

    def _table(self, X: Any, fitting: bool = False) -> pd.DataFrame:
        table, named = table_of(X, self)
        if not fitting:
            fitted = getattr(self, "feature_names_in_", None)
            return named_as_fitted(table, named, fitted, self.n_features_in_, type(self).__name__)
        self.n_features_in_: int = table.shape[1]
        if named:
            self.feature_names_in_ = np.array(table.columns, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        return table
