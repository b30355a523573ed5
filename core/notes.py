"""Notes: what a person should know about how an experiment was understood, and what of it cannot work."""

from __future__ import annotations

from collections.abc import Iterator

from core.clipping import NoClipping
from core.experiment import Experiment
from core.layers import BatchNorm, LayerNorm
from core.regularizers import NoRegularizer


def notes_of(experiment: Experiment, samples: int) -> Iterator[str]:
    """One sentence each. `samples`: how many there are to learn from."""
    optimizer, asked = experiment.optimizer, experiment.batch_size
    if asked > samples and not optimizer.whole_batch:
        yield f"batch_size {asked:,} is more than the {samples:,} training samples: each update uses all of them."
    if not optimizer.uses_gradient and has_rules_for_gradients(experiment):
        yield (
            f"{optimizer.title} uses no gradient and no learning rate: "
            "regularization, clipping and schedule have no effect."
        )
    for stage in experiment.stages:
        if isinstance(stage.layer, BatchNorm) and asked == 1 and not optimizer.whole_batch:
            yield f"{stage.name} cannot learn from one sample at a time: its mean is that sample. Raise batch_size."
        if isinstance(stage.layer, LayerNorm) and stage.units == 1:
            yield f"{stage.name} has one unit, whose mean is itself: all that it gives is its shift."
        if stage.activation.kind == "threshold":
            yield f"{stage.name} has a threshold, whose slope is 0: nothing before it can learn by a gradient."


def has_rules_for_gradients(experiment: Experiment) -> bool:
    """Whether anything is asked for that acts on the gradient or the learning rate."""
    has_rules = not isinstance(experiment.regularization, NoRegularizer)
    has_rules |= not isinstance(experiment.clipping, NoClipping)
    return has_rules or not experiment.schedule.is_constant
