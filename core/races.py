"""Races worth starting from: each answers one question by letting those who differ in it race."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.activations import Activation, ReLU, Sigmoid, Tanh
from core.data.curves import Sine
from core.data.planar import Circle
from core.experiment import Seeds
from core.layers import Dense
from core.network import Network
from core.optimizers import SGD, Adam, Momentum
from core.optimizers.adaptive import RMSprop
from core.race import AccuracyTarget, LossTarget, Race, Racer


class Contest(NamedTuple):
    """A race, what it is called, and one sentence of what there is to see."""

    title: str
    says: str
    race: Race


def _network(*units: int, activation: Activation | None = None) -> Network:
    return Network(layers=tuple(Dense(units=width, activation=activation or Tanh()) for width in units))


def _race(*contestants: Racer, **more: Any) -> Race:
    return Race(contestants=contestants, **more)


races: dict[str, Contest] = {
    "optimizers": Contest(
        "Four optimizers",
        "The same weights, the same samples, the same rate: only the way from a gradient to a step is another.",
        _race(*(Racer(optimizer=optimizer) for optimizer in (Adam(), RMSprop(learning_rate=0.03), Momentum(), SGD()))),
    ),
    "rates": Contest(
        "Four learning rates",
        "Too small a step creeps, a large one jumps about, too large a one is out at once.",
        _race(
            *(Racer(optimizer=SGD(learning_rate=rate)) for rate in (0.003, 0.03, 0.3, 1.0)),
            data=Sine(),
            target=LossTarget(value=0.01),
        ),
    ),
    "activations": Contest(
        "Tanh, ReLU or sigmoid",
        "The same first weights bend the plane in three ways: smoothly, with kinks, or for a long time not at all.",
        _race(
            *(
                Racer(network=_network(8, 6, activation=activation), optimizer=SGD(learning_rate=0.1))
                for activation in (Tanh(), ReLU(), Sigmoid())
            ),
            data=Circle(),
            epochs=100,
        ),
    ),
    "shapes": Contest(
        "Deep or wide",
        "Three layers of six neurons and one of 27 have 109 weights each. Only one of the two untangles the spiral.",
        _race(
            *(Racer(network=_network(*units), optimizer=Adam(learning_rate=0.01)) for units in ((6, 6, 6), (27,))),
            epochs=300,
            target=AccuracyTarget(value=0.9),
            seeds=Seeds(weights=4),
        ),
    ),
}
