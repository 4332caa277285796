"""What a caller may hand to the estimator as a table or an outcome, made a DataFrame and two classes; or said what is wrong."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_array, column_or_1d

# How tables write the outcome of a loan, hyphens and underscores read as blanks.
BAD_WORDS = frozenset({
    "bad", "default", "defaulted", "in default", "charged off", "chargeoff", "charge off", "written off", "write off",
    "delinquent", "overdue", "past due", "non performing", "nonperforming", "npl", "fail", "failed", "1", "y", "yes", "t",
    "true", "坏", "坏客户", "坏账", "违约", "已违约", "逾期", "不良", "核销", "是",
})  # fmt: skip
GOOD_WORDS = frozenset({
    "good", "no default", "non default", "nondefault", "not default", "not defaulted", "fully paid", "paid", "paid off",
    "repaid", "current", "performing", "0", "n", "no", "f", "false", "好", "好客户", "未违约", "非违约", "未逾期", "正常", "结清",
    "已结清", "否",
})  # fmt: skip

WRITTEN_LEAST, WRITTEN_SHARE = (
    100,
    0.9,
)  # different words of a column (fewer may be codes); how many of them are numbers


def table_of(X: Any, estimator: BaseEstimator) -> tuple[pd.DataFrame, bool]:
    """The table, its columns under names as text, and whether the names are the caller's own.

    X: a DataFrame, what can be turned into one (Arrow, Polars), or an array; its columns are called x0, x1, … then.
    """
    if not isinstance(X, pd.DataFrame) and hasattr(X, "to_pandas"):
        X = X.to_pandas()
    if not isinstance(X, pd.DataFrame):
        return _of_array(X, estimator), False
    if X.shape[0] < 1 or X.shape[1] < 1:
        raise ValueError(f"Found array with {X.shape[0]} sample(s) and {X.shape[1]} feature(s): at least 1 needed.")
    table = X if all(isinstance(c, str) for c in X.columns) else X.set_axis([str(c) for c in X.columns], axis=1)
    if not table.columns.is_unique:
        twice = sorted(set(table.columns[table.columns.duplicated()]))
        raise ValueError(f"The table has more than one column {', '.join(twice)}; give each its own name.")
    return table, True


def _of_array(X: Any, estimator: BaseEstimator) -> pd.DataFrame:
    if isinstance(X, list) and np.asarray(X).dtype.kind == "U":
        X = np.array(X, dtype=object)  # rows of words and numbers: NumPy would write the numbers as text
    checked = check_array(X, dtype=None, ensure_all_finite="allow-nan", estimator=estimator)
    table = pd.DataFrame(checked)
    if checked.dtype == object:
        table = table.infer_objects()
    return table.set_axis([f"x{i}" for i in range(table.shape[1])], axis=1)


def named_as_fitted(
    table: pd.DataFrame, named: bool, fitted: NDArray[Any] | None, columns: int, who: str
) -> pd.DataFrame:
    """Where only one of both tables had names, columns are taken by their place and a warning says so, as elsewhere in
    scikit-learn. fitted: names at fit, None without; columns: how many there were. Another number: ValueError."""
    if named == (fitted is not None):
        if not named and table.shape[1] != columns:
            raise ValueError(f"X has {table.shape[1]} features, but {who} is expecting {columns} features as input.")
        return table
    if table.shape[1] != columns:
        raise ValueError(f"X has {table.shape[1]} features, but {who} is expecting {columns} features as input.")
    if fitted is None:
        warnings.warn(f"X has feature names, but {who} was fitted without feature names", UserWarning, stacklevel=4)
        return table.set_axis([f"x{i}" for i in range(columns)], axis=1)
    warnings.warn(
        f"X does not have valid feature names, but {who} was fitted with feature names", UserWarning, stacklevel=4
    )
    return table.set_axis(list(fitted), axis=1)


def two_classes(y: ArrayLike, rows: int, bad: Any = None) -> tuple[NDArray[Any], int, NDArray[np.int64]]:
    """Both classes in order, the place of the bad one among them, and 1 a bad row, 0 a good one, shape (n,).

    bad: the label of the bad outcome; None: the greater of two numbers, of two words see `_place_in_words`.
    ValueError: missing values, more or fewer classes or rows, a label no row has.
    """
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None.")
    missing = int(np.count_nonzero(pd.isna(np.asarray(y, dtype=object))))
    if missing:
        raise ValueError(f"Input y contains NaN: {missing} rows have no outcome; leave them out and count them.")
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
    place = _place_of(bad, classes.tolist())
    return classes, place, (codes == place).astype(np.int64)


def _place_of(bad: Any, labels: list[Any]) -> int:
    if bad is not None:
        found = [at for at, label in enumerate(labels) if label == bad]
        if len(found) != 1:
            raise ValueError(
                f"bad is {bad!r}, which is no label of the outcome; it has {labels[0]!r} and {labels[1]!r}."
            )
        return found[0]
    if not all(isinstance(label, str) for label in labels):
        return 1
    place, why = _place_in_words(labels)
    warnings.warn(
        f"The outcome's labels are words: {labels[place]!r} was taken as the bad one, {labels[1 - place]!r} as the good "
        f"one, {why}. Say which is bad with ScorecardClassifier(bad={labels[place]!r}) or bad={labels[1 - place]!r}.",
        UserWarning,
        stacklevel=4,
    )
    return place


def _place_in_words(labels: list[str]) -> tuple[int, str]:
    """Which of two words is the bad outcome, and why: the greater of two written numbers, the usual words whatever
    their case, else the last in order, as scikit-learn has it."""
    try:
        return int(np.argmax([float(label) for label in labels])), "the greater of two numbers"
    except ValueError:
        plain = [" ".join(label.casefold().replace("-", " ").replace("_", " ").split()) for label in labels]
    for words, told, turn in ((BAD_WORDS, "bad", 0), (GOOD_WORDS, "good", 1)):
        meant = [at for at, word in enumerate(plain) if word in words]
        if len(meant) == 1:
            return abs(meant[0] - turn), f"as {labels[meant[0]]!r} usually means {told}"
    return 1, "only because it is the last in order: neither word says which"


def written_numbers(table: pd.DataFrame) -> None:
    """Warn of columns of words nearly all of which are numbers, as a file with "?" or "n/a" in a column of amounts is read:
    taken as words they lose their order, and whether 007 is a number or a code only the caller knows."""
    found = [name for name in table.columns if _written(table[name])]
    if found:
        warnings.warn(
            f"Column {', '.join(found)} holds numbers written as words and is taken as a category of many kinds. If it is a "
            "quantity, make it one first: pandas.to_numeric(column, errors='coerce'), which leaves other words missing.",
            UserWarning,
            stacklevel=3,
        )


def _written(column: pd.Series) -> bool:
    if not (
        isinstance(column.dtype, pd.CategoricalDtype)
        or pd.api.types.is_string_dtype(column.dtype)
        or column.dtype == object
    ):
        return False
    try:
        kinds = column.dropna().unique()
    except TypeError:  # no words but tables or lists, which are refused where the column is read
        return False
    words = pd.Series([one for one in kinds if isinstance(one, str)], dtype=object)
    if len(words) <= WRITTEN_LEAST:
        return False
    return float(pd.to_numeric(words, errors="coerce").notna().mean()) >= WRITTEN_SHARE


def known_columns(said: Any, table: pd.DataFrame, what: str) -> None:
    """ValueError for a word about a column that is not there: a slip of the pen would go unnoticed."""
    absent = [str(name) for name in said or () if str(name) not in table.columns]
    if absent:
        raise ValueError(f"{what} names {', '.join(absent)}, which the table does not have as a column.")
