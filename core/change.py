"""Change: what a run keeps when its experiment becomes another one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiment import Experiment
from core.layers import Convolution
from core.network import Stages
from core.step import TrainingStep

Array = NDArray[Any]


NEW_STARTS = {
    "data.kind": "Another data set starts the run anew, unless you draw your own points over it.",
    "data.table": "Another table starts the run anew.",
    "data.target": "Another target starts the run anew.",
    "data.classes": "Another number of classes starts the run anew.",
    "network.initializer": "Other first weights start the run anew.",
    "seeds.weights": "Other first weights start the run anew.",
    "output": "Another number of output units starts the run anew; else the weights stay.",
}
"""Settings whose change may leave a run nothing to go on from, each with the sentence that says so beforehand."""


@dataclass(frozen=True)
class Change:
    """What became of a run. `restarted`: it began anew, at step 0."""

    restarted: bool
    kept: list[str]
    renewed: list[str]


def is_new_start(old: Experiment, new: Experiment) -> bool:
    """Whether the new experiment starts from other weights or has another task: there is nothing to go on from. Drawing
    over a data set goes on with what was learned of it."""
    is_same_set = old.data.lineage == new.data.lineage or (new.data.is_drawn and is_same_task(old, new))
    return not is_same_set or old.outputs != new.outputs or old.weight_source != new.weight_source


def is_same_task(old: Experiment, new: Experiment) -> bool:
    return (old.data.task, old.data.dimensions) == (new.data.task, new.data.dimensions)


def partners(old: Stages, new: Stages) -> dict[int, int]:
    """For each new layer the old one that it continues. A layer put in or taken out leaves its neighbours paired."""
    found = {len(new) - 1: len(old) - 1}
    before, after = old[:-1], new[:-1]
    matcher = SequenceMatcher(
        None,
        [(stage.kind, stage.neurons) for stage in before],
        [(stage.kind, stage.neurons) for stage in after],
        autojunk=False,
    )
    for operation, i, j, m, n in matcher.get_opcodes():
        if operation in ("equal", "replace"):
            pairs = zip(range(m, n), range(i, j), strict=False)
            found.update((new, old) for new, old in pairs if after[new].kind == before[old].kind)
    return found


def adopt(old: TrainingStep, new: TrainingStep) -> Change:
    """Copy what fits from one step's state into another's."""
    kept, renewed = _adopt_weights(old, new)
    before, after = old.experiment, new.experiment
    same_shape = _outline(old.stages) == _outline(new.stages)
    same_optimizer = same_shape and before.optimizer.kind == after.optimizer.kind
    same_stop = same_shape and before.stop == after.stop and before.data == after.data
    same_pruning = same_shape and before.regularization.kind == after.regularization.kind
    is_kept = {"schedule": before.schedule == after.schedule}
    is_kept |= {"stop": same_stop, "best": same_stop, "best_running": same_stop}
    is_kept |= {"alive": same_pruning, "pull": same_pruning}
    for name in new.states.keys() & old.states.keys() - {"parameters", "running"}:
        if is_kept.get(name, same_optimizer):
            new.states[name][...] = old.states[name]
    if not same_optimizer:
        new.shown[...] = new.parameters
    (kept if same_optimizer else renewed).append("optimizer state")
    if not same_stop and before.stop.start_memory:
        renewed.append("stop rule's memory")
    if before.schedule != after.schedule and before.schedule.start_memory:
        renewed.append("schedule's memory")
    return Change(False, kept, renewed)


def _outline(stages: Stages) -> list[tuple[str, tuple[int, int]]]:
    return [(stage.kind, stage.shape) for stage in stages]


def _adopt_weights(old: TrainingStep, new: TrainingStep) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    renewed: list[str] = []
    pairs = partners(old.stages, new.stages)
    remembered = old.statistics, new.statistics
    for index, (stage, target) in enumerate(zip(new.stages, new.weights, strict=True)):
        if not stage.parameters:
            continue
        columns = _columns(old, new, pairs, index) if index in pairs else None
        source = old.weights[pairs[index]] if columns else None
        if columns and source is not None:
            _copy_overlap(source, target, *columns)
            _copy_units(remembered[0][pairs[index]], remembered[1][index])
        is_whole = source is not None and source.shape == target.shape
        (kept if is_whole else renewed).append(f"weights of {stage.name}")
    return kept, renewed


def _columns(
    old: TrainingStep, new: TrainingStep, pairs: dict[int, int], index: int
) -> tuple[list[int], list[int]] | None:
    """Which inputs of a layer are the same before and after: of the first layer by name, of the others by place. The
    gains of a normalization are its units' own, whatever reaches it; the weights of a convolution are those of a
    window, channel by channel."""
    before, after = old.stages[pairs[index]], new.stages[index]
    if not after.layer.has_weights:
        return [0], [0]
    is_first = index == pairs[index] == 0
    if isinstance(before.layer, Convolution) and isinstance(after.layer, Convolution):
        is_alike = before.layer.kernel == after.layer.kernel
    else:
        is_alike = before.reaching[1:] == after.reaching[1:]
    if is_first and len(after.reaching) == 1:
        names, fresh = old.experiment.data.input_names, new.experiment.data.input_names
        common = [name for name in fresh if name in names]
        return [names.index(name) for name in common], [fresh.index(name) for name in common]
    follows = index and pairs[index] and pairs.get(index - 1) == pairs[index] - 1
    if is_alike and (is_first or follows):
        shared = list(range(min(before.shape[1], after.shape[1]) - 1))
        return shared, shared
    return None


def _copy_overlap(source: Array, target: Array, old_columns: list[int], new_columns: list[int]) -> None:
    """Copy the weights of the units and inputs that both have, and the biases."""
    units = min(len(source), len(target))
    target[np.ix_(range(units), new_columns)] = source[np.ix_(range(units), old_columns)]
    target[:units, -1] = source[:units, -1]


def _copy_units(source: Array, target: Array) -> None:
    """Copy the running statistics, (statistics, units), of the units that both have."""
    units = min(source.shape[1], target.shape[1])
    target[:, :units] = source[:, :units]
