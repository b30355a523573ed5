"""Sweeping: what a process of the lab does for a sweep: it trains cells, one after another, until its turn is over."""

from collections.abc import Iterator, Sequence
from time import monotonic

import numpy as np

from app import protocol
from app.computing import Impossible
from core import InvalidExperiment, Sweep, outcome_of
from core.sweep import Outcome


def cells(sweep: Sweep, numbers: Sequence[int], seconds: float) -> Iterator[bytes]:
    """A message of type `cell` for each of these that is trained until the time is over: at least one."""
    until = monotonic() + seconds
    for number in numbers:
        yield message(sweep, number, trained(sweep, number))
        if monotonic() > until:
            return


def trained(sweep: Sweep, number: int) -> Outcome:
    """Raises Impossible."""
    try:
        return outcome_of(sweep, number)
    except InvalidExperiment as invalid:
        raise Impossible(str(invalid.problems[0])) from None


def message(sweep: Sweep, number: int, outcome: Outcome) -> bytes:
    experiment = sweep.experiment_of(number).model_dump(mode="json")
    told = {"status": outcome.status, "message": outcome.message, "metrics": outcome.metrics}
    curve = {f"curve.{name}": np.array(values) for name, values in outcome.curve.items()}
    arrays = {"epochs": np.array(outcome.epochs), **curve}
    if outcome.answers is not None:
        arrays["answers"] = outcome.answers
    return protocol.encode({"type": "cell", "cell": number, "experiment": experiment, **told}, arrays)
