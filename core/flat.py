"""Flat models: what learns without hidden layers, to stand beside a network. They are scikit-learn's, where that is
installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple, get_args

from core.data.base import Task

Flat = Literal["linear", "naive_bayes", "decision_tree", "support_vectors"]

NOT_INSTALLED = "flat models need scikit-learn, which is not installed here"


class Maker(NamedTuple):
    """How one of scikit-learn's models is made: its module and name, and what it is told."""

    module: str
    name: str
    told: dict[str, Any]

    def __call__(self) -> Any:
        """A model that is not fitted yet."""
        make: Callable[..., Any] = getattr(import_module(f"sklearn.{self.module}"), self.name)
        return make(**self.told)


MAKERS: dict[tuple[Flat, Task], Maker] = {
    ("linear", "classification"): Maker("linear_model", "LogisticRegression", {"max_iter": 1000}),
    ("naive_bayes", "classification"): Maker("naive_bayes", "GaussianNB", {}),
    ("decision_tree", "classification"): Maker("tree", "DecisionTreeClassifier", {"random_state": 0}),
    ("support_vectors", "classification"): Maker("svm", "SVC", {}),
    ("linear", "regression"): Maker("linear_model", "LinearRegression", {}),
    ("decision_tree", "regression"): Maker("tree", "DecisionTreeRegressor", {"random_state": 0}),
    ("support_vectors", "regression"): Maker("svm", "SVR", {}),
}
"""Each at scikit-learn's own settings: nobody has tuned the network either."""


def is_installed() -> bool:
    return find_spec("sklearn") is not None


def flat_models(task: Task) -> tuple[Flat, ...]:
    """Those that can learn such a task."""
    return tuple(flat for flat in get_args(Flat) if (flat, task) in MAKERS)
