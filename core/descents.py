"""Descents worth starting from: each shows one thing about gradient descent."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.descent import Descent
from core.spec import members
from core.surfaces import Surface


class Story(NamedTuple):
    """A descent, what it is called, and one sentence of what there is to see."""

    title: str
    says: str
    descent: Descent


def _descent(surface: str | dict[str, Any], *optimizers: str | dict[str, Any], **more: Any) -> Descent:
    """On that surface from its usual start, unless another is given."""
    kind = surface if isinstance(surface, str) else surface["kind"]
    x, y = (*usual_starts[kind], 0.0)[:2]
    contestants = [given if "optimizer" in given else {"optimizer": given} for given in optimizers]
    parts = {"surface": surface, "start": {"x": x, "y": y}, "contestants": contestants, "grid": 50, **more}
    return Descent.parse(parts)


def _sgd(rate: float) -> dict[str, Any]:
    return {"kind": "sgd", "learning_rate": rate}


def _ball(rate: float) -> dict[str, Any]:
    return {"kind": "momentum", "learning_rate": rate}


def _adam(rate: float) -> dict[str, Any]:
    return {"kind": "adam", "learning_rate": rate}


def _rmsprop(rate: float) -> dict[str, Any]:
    return {"kind": "rmsprop", "learning_rate": rate}


usual_starts: dict[str, tuple[float, ...]] = {
    member.model_fields["kind"].default: member.usual_start for member in members(Surface)
}
"""Where a descent on each kind of surface is worth starting."""

descents: dict[str, Story] = {
    "one_weight": Story(
        "One weight, one step",
        "Input 2, target 6, weight 5: the gradient is 8, and a step of 0.1 times 8 leads to 4.2. The best weight is 3.",
        _descent("one_weight", _sgd(0.1), steps=20, grid=20),
    ),
    "too_far": Story(
        "A learning rate too large",
        "Each step lands further up on the other side than it began: beyond 2 divided by the curvature it never ends.",
        _descent("one_weight", _sgd(0.52), steps=20, grid=20),
    ),
    "two_valleys": Story(
        "Two valleys",
        "From the right, plain descent ends in the nearer valley. Momentum carries a ball over the hill to the deeper.",
        _descent("double_well", _sgd(0.05), _ball(0.05), steps=120),
    ),
    "batches": Story(
        "Batch, mini-batch, stochastic",
        "All samples, eight of them, or one: the fewer, the cheaper a step, and the more it strays.",
        _descent(
            {"kind": "double_well", "noise": 1.5},
            {"optimizer": {"kind": "batch_gradient_descent", "learning_rate": 0.06}},
            {"optimizer": _sgd(0.06), "batch_size": 8},
            {"optimizer": _sgd(0.06), "batch_size": 1},
            steps=120,
            start={"x": -2.5},
        ),
    ),
    "waves": Story(
        "Many valleys",
        "A model that answers sin(w·x), started at too high a frequency: nearly every valley is a trap.",
        _descent("waves", _sgd(0.3), _ball(0.3), _adam(0.3), steps=150),
    ),
    "plateau": Story(
        "The plateau",
        "A neuron that is sure and wrong hardly feels a slope. Optimizers that measure their steps cross the plain.",
        _descent("plateau", _sgd(1.0), _ball(1.0), _rmsprop(0.1), _adam(0.2), steps=200),
    ),
    "ravine": Story(
        "The ravine",
        "Plain descent bounces between the walls. Momentum and Adam run along the floor.",
        _descent(
            {"kind": "ravine", "steepness": 100},
            *(_sgd(0.019), _ball(0.01), _rmsprop(0.05), _adam(0.3)),
            steps=150,
        ),
    ),
    "rosenbrock": Story(
        "The bent valley",
        "Rosenbrock's valley is quickly found and slowly followed.",
        _descent("rosenbrock", _sgd(0.001), _ball(0.0005), _rmsprop(0.02), _adam(0.1), steps=400),
    ),
    "himmelblau": Story(
        "Four valleys",
        "From one start, four optimizers need not end in the same of the four valleys.",
        _descent(
            "himmelblau", _sgd(0.01), _ball(0.01), _rmsprop(0.1), _adam(0.3), steps=120, start={"x": 0.0, "y": -0.5}
        ),
    ),
    "rastrigin": Story(
        "A bowl full of dents",
        "Who looks only downhill is caught by the first dent. Brute force and random search look elsewhere too.",
        _descent(
            "rastrigin",
            _sgd(0.002),
            _ball(0.005),
            _adam(0.3),
            {"kind": "random_search", "reach": 5.12, "tries": 10},
            steps=150,
        ),
    ),
    "beale": Story(
        "Flat in the middle",
        "Beale's function is steep at its corners and almost level in between.",
        _descent("beale", _sgd(0.01), _ball(0.005), _rmsprop(0.05), _adam(0.1), steps=300),
    ),
    "saddle": Story(
        "The saddle",
        "A hair beside the ridge: all arrive at the pass, where the slope is almost nothing, and leave it late.",
        _descent("saddle", _sgd(0.1), _ball(0.05), _rmsprop(0.03), _adam(0.1), steps=150),
    ),
    "cliff": Story(
        "The cliff",
        "At the wall the gradient is many times larger than anywhere else, and one step leads far away.",
        _descent("cliff", _sgd(4.0), _ball(0.2), _rmsprop(0.1), _adam(0.2), steps=120),
    ),
    "fog": Story(
        "The climber in the fog",
        "Only the ground at one's feet is seen, as the optimizer sees it. Which way is down?",
        _descent("himmelblau", _ball(0.005), steps=100, fog=True),
    ),
}
