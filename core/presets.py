"""Presets: experiments worth starting from, by name."""

from __future__ import annotations

from core.activations import Linear, ReLU, Sigmoid, Tanh
from core.data.curves import Bumps, Polynomial, Sine, Step
from core.data.images import Digits, UnlabelledDigits
from core.data.planar import (
    Blobs,
    Checkerboard,
    Circle,
    Gaussian,
    LinearlySeparable,
    Moons,
    MultiGaussian,
    Plane,
    Rings,
    Spirals,
    Xor,
)
from core.experiment import Experiment, Seeds
from core.initializers import He
from core.layers import Dense
from core.network import Network
from core.optimizers import SGD, Adam


def _network(*units: int, activation: Tanh | ReLU | None = None) -> Network:
    return Network(layers=tuple(Dense(units=width, activation=activation or Tanh()) for width in units))


presets: dict[str, Experiment] = {
    "spiral": Experiment(),
    "circle": Experiment(data=Circle(), network=_network(4)),
    "xor": Experiment(data=Xor(), network=_network(4)),
    "gaussian": Experiment(data=Gaussian(), network=_network(), optimizer=SGD()),
    "linear": Experiment(data=LinearlySeparable(), network=_network(), optimizer=SGD()),
    "moons": Experiment(data=Moons(), network=_network(6)),
    "blobs": Experiment(data=Blobs(), network=_network(6)),
    "checkerboard": Experiment(data=Checkerboard(samples=1000, noise=0.05), network=_network(16, 12)),
    "rings": Experiment(data=Rings(), network=_network(12)),
    "spirals": Experiment(data=Spirals(), network=_network(8, 8)),
    "plane": Experiment(data=Plane(), network=_network(4), optimizer=SGD(learning_rate=0.1)),
    "hills": Experiment(data=MultiGaussian(samples=600), network=_network(12, 8)),
    "sine": Experiment(data=Sine(), network=_network(8)),
    "step": Experiment(data=Step(), network=_network(6)),
    "polynomial": Experiment(data=Polynomial(), network=_network(8)),
    "bumps": Experiment(data=Bumps(), network=_network(8, 6)),
    "digits": Experiment(
        data=Digits(),
        network=_network(32, activation=ReLU()),
        optimizer=Adam(learning_rate=0.003),
        batch_size=32,
        seeds=Seeds(),
    ),
    "unlabelled_digits": Experiment(
        data=UnlabelledDigits(),
        network=Network(
            layers=(
                Dense(units=48, activation=ReLU()),
                Dense(units=2, activation=Linear()),
                Dense(units=48, activation=ReLU()),
            ),
            initializer=He(),
        ),
        output=Sigmoid(),
        optimizer=Adam(learning_rate=0.005),
        batch_size=32,
    ),
}
