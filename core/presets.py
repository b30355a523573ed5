"""Presets: experiments worth starting from, by name, each with what to look at and what must become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.activations import LeakyReLU, Linear, ReLU, Sigmoid, Tanh
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
from core.data.shapes import Shapes
from core.data.tabular import TableClasses, TableValues, UnlabelledTable
from core.experiment import Experiment, Seeds
from core.initializers import He
from core.layers import BatchNorm, Convolution, Dense, Dropout, Layer, MaxPool, Residual
from core.losses import MeanSquaredError
from core.network import Network
from core.optimizers import SGD, Adam, BatchGradientDescent, Momentum
from core.regularizers import L2

Group = Literal[
    "Colours", "Inputs made by hand", "How it learns", "What goes wrong", "Cures", "Values", "Tables", "Images"
]


@dataclass(frozen=True)
class Outcome:
    """What has become of a run after so many epochs: bounds of its metrics and measures.

    The measures, besides those of `Trainer.metrics`: `dead_units`, the most in any layer; `gradient_ratio`, the last
    layer's gradient beside the first's; `sharpness_ratio`, λmax beside 2/η; `diverged`, 1 or 0. A test trains every
    preset and holds it to its outcome.
    """

    epochs: int
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Preset:
    """An experiment with a name to choose it by and one sentence of what there is to see: its outcome proves that."""

    title: str
    group: Group
    says: str
    experiment: Experiment
    outcome: Outcome


def learned(epochs: int, accuracy: float = 0.97) -> Outcome:
    return Outcome(epochs, at_least={"test_accuracy": accuracy})


def fitted(epochs: int, loss: float) -> Outcome:
    return Outcome(epochs, at_most={"test_loss": loss})


Unit = Tanh | ReLU | LeakyReLU | Sigmoid | Linear


def network(*units: int, activation: Unit | None = None, after_each: tuple[Layer, ...] = ()) -> Network:
    """Dense layers of these widths, each with the same layers behind it."""
    wide = (Dense(units=width, activation=activation or Tanh()) for width in units)
    return Network(layers=tuple(layer for dense in wide for layer in (dense, *after_each)))


DEEP = (6,) * 5
CONVOLUTIONS = Network(layers=(Convolution(filters=8), MaxPool(), Convolution(filters=16)), initializer=He())
LARGE = (24, 16)
FEW_AND_NOISY = Circle(samples=80, noise=0.4, test_fraction=0.5)

gallery: dict[str, Preset] = {
    "spiral": Preset(
        "Two spirals",
        "Colours",
        "Two arms wound into each other: watch fourteen neurons bend a line until it follows them.",
        Experiment(),
        learned(150),
    ),
    "circle": Preset(
        "A circle",
        "Colours",
        "Four neurons, four straight cuts: together they close a ring around the middle.",
        Experiment(data=Circle(), network=network(4)),
        learned(100),
    ),
    "xor": Preset(
        "XOR",
        "Colours",
        "No single line parts these four corners; a hidden layer of four neurons does.",
        Experiment(data=Xor(), network=network(4)),
        learned(100, 0.95),
    ),
    "gaussian": Preset(
        "Two clouds",
        "Colours",
        "The easiest problem there is: one neuron draws one line.",
        Experiment(data=Gaussian(), network=network(), optimizer=SGD()),
        learned(20),
    ),
    "linear": Preset(
        "A line",
        "Colours",
        "Parted by a line, learned by a line: nothing hidden is needed.",
        Experiment(data=LinearlySeparable(), network=network(), optimizer=SGD()),
        learned(50),
    ),
    "moons": Preset(
        "Two moons",
        "Colours",
        "Two crescents reach into each other; six neurons lay a wave between them.",
        Experiment(data=Moons(), network=network(6)),
        learned(60),
    ),
    "blobs": Preset(
        "Four blobs",
        "Colours",
        "More than two classes: the output has a neuron for each, and the highest wins.",
        Experiment(data=Blobs(), network=network(6)),
        learned(60, 0.95),
    ),
    "checkerboard": Preset(
        "A checkerboard",
        "Colours",
        "Many corners ask for many neurons: 28 of them find the squares one after another.",
        Experiment(data=Checkerboard(samples=1000, noise=0.05), network=network(16, 12)),
        learned(200, 0.9),
    ),
    "rings": Preset(
        "Rings",
        "Colours",
        "Rings within rings, one class each.",
        Experiment(data=Rings(), network=network(12)),
        learned(150, 0.95),
    ),
    "spirals": Preset(
        "More spirals",
        "Colours",
        "Three arms, three classes, and two hidden layers of eight.",
        Experiment(data=Spirals(), network=network(8, 8)),
        learned(200, 0.95),
    ),
    "xor_by_hand": Preset(
        "XOR with one input",
        "Inputs made by hand",
        "Give it the product x1·x2 and no hidden neuron is needed at all.",
        Experiment(data=Xor(features=("x1x2",)), network=network(), optimizer=SGD()),
        learned(20, 0.95),
    ),
    "circle_by_hand": Preset(
        "A circle with squares",
        "Inputs made by hand",
        "With x1² and x2² as inputs a circle is a straight line: one neuron draws it.",
        Experiment(data=Circle(features=("x1²", "x2²")), network=network(), optimizer=SGD()),
        learned(50),
    ),
    "sgd": Preset(
        "The spiral with plain SGD",
        "How it learns",
        "The same network, the same rate, but plain steps: after 200 epochs the arms are still tangled.",
        Experiment(optimizer=SGD()),
        Outcome(200, at_most={"test_accuracy": 0.75}),
    ),
    "momentum": Preset(
        "The spiral with momentum",
        "How it learns",
        "The same steps with a memory: slower than Adam, far ahead of plain SGD.",
        Experiment(optimizer=Momentum()),
        Outcome(200, at_least={"test_accuracy": 0.8}, at_most={"test_accuracy": 0.97}),
    ),
    "edge_of_stability": Preset(
        "The edge of stability",
        "How it learns",
        "λmax rises to 2/η and stays about there, yet the loss falls: look at it in the inspector, under Landscape.",
        Experiment(
            network=network(8, 8),
            loss=MeanSquaredError(),
            optimizer=BatchGradientDescent(learning_rate=0.2),
        ),
        Outcome(500, at_least={"sharpness_ratio": 0.7}, at_most={"sharpness_ratio": 1.6}),
    ),
    "vanishing_gradient": Preset(
        "A gradient that vanishes",
        "What goes wrong",
        "Five layers of sigmoids: hardly any gradient reaches the first, and nothing is learned.",
        Experiment(data=Circle(), network=network(*DEEP, activation=Sigmoid()), optimizer=SGD()),
        Outcome(200, at_least={"gradient_ratio": 100}, at_most={"test_accuracy": 0.6}),
    ),
    "dead_units": Preset(
        "Dead ReLUs",
        "What goes wrong",
        "Steps far too large push a whole layer below 0, where a ReLU has no slope: it never comes back.",
        Experiment(network=network(8, 6, activation=ReLU()), optimizer=Adam(learning_rate=0.5)),
        Outcome(100, at_least={"dead_units": 6}, at_most={"test_accuracy": 0.6}),
    ),
    "divergence": Preset(
        "Steps that are too large",
        "What goes wrong",
        "Each step overshoots further than the last, until the loss explodes within a few updates.",
        Experiment(data=Sine(), network=network(8, activation=ReLU()), optimizer=SGD(learning_rate=1)),
        Outcome(5, at_least={"diverged": 1}),
    ),
    "overfitting": Preset(
        "Learned by heart",
        "What goes wrong",
        "Forty points and forty neurons: every training point is right, yet the loss on unseen ones rises.",
        Experiment(data=FEW_AND_NOISY, network=network(*LARGE)),
        Outcome(100, at_least={"train_accuracy": 1, "test_loss": 0.5}, at_most={"train_loss": 0.01}),
    ),
    "dropout": Preset(
        "Dropout against learning by heart",
        "Cures",
        "The same forty points, but in each step a random share of the neurons is silent.",
        Experiment(data=FEW_AND_NOISY, network=network(*LARGE, after_each=(Dropout(rate=0.4),))),
        fitted(100, 0.45),
    ),
    "weight_decay": Preset(
        "L2 against learning by heart",
        "Cures",
        "The same forty points, with a pull on every weight: the boundary stays round.",
        Experiment(data=FEW_AND_NOISY, network=network(*LARGE), regularization=L2(rate=0.03)),
        Outcome(100, at_least={"test_accuracy": 0.9}, at_most={"test_loss": 0.3}),
    ),
    "batch_norm": Preset(
        "Batch norm in a deep network",
        "Cures",
        "The five layers of sigmoids that learned nothing, each followed by batch norm: now they learn.",
        Experiment(
            data=Circle(),
            network=network(*DEEP, activation=Sigmoid(), after_each=(BatchNorm(),)),
            optimizer=SGD(),
        ),
        learned(100, 0.95),
    ),
    "shortcuts": Preset(
        "Shortcuts in a deep network",
        "Cures",
        "The same five layers, each with a way around it: the gradient takes that.",
        Experiment(
            data=Circle(),
            network=network(*DEEP, activation=Sigmoid(), after_each=(Residual(skips=1),)),
            optimizer=SGD(),
        ),
        learned(100),
    ),
    "plane": Preset(
        "A slope",
        "Values",
        "Values instead of colours: a tilted plane.",
        Experiment(data=Plane(), network=network(4), optimizer=SGD(learning_rate=0.1)),
        fitted(50, 0.02),
    ),
    "hills": Preset(
        "Hills",
        "Values",
        "A landscape of hills and hollows, laid by twenty neurons.",
        Experiment(data=MultiGaussian(samples=600), network=network(12, 8)),
        fitted(150, 0.05),
    ),
    "sine": Preset(
        "A wave",
        "Values",
        "One input, one output: eight bends become a sine.",
        Experiment(data=Sine(), network=network(8)),
        fitted(150, 0.01),
    ),
    "step": Preset(
        "A step",
        "Values",
        "A smooth network tries to jump: the steeper, the larger a weight must grow.",
        Experiment(data=Step(), network=network(6)),
        fitted(150, 0.02),
    ),
    "polynomial": Preset(
        "A polynomial",
        "Values",
        "A cubic curve out of eight bends.",
        Experiment(data=Polynomial(), network=network(8)),
        fitted(150, 0.03),
    ),
    "bumps": Preset(
        "Bumps",
        "Values",
        "Narrow bumps take more: two layers find where they stand.",
        Experiment(data=Bumps(), network=network(8, 6)),
        fitted(200, 0.03),
    ),
    "irises": Preset(
        "Irises",
        "Tables",
        "Four measures of 150 flowers, and their kinds: Fisher's table of 1936. Bring one of your own beside it.",
        Experiment(data=TableClasses(), network=network(4)),
        learned(60, 0.93),
    ),
    "petals": Preset(
        "The width of petals",
        "Tables",
        "The same flowers: three of their measures tell the fourth. Importance says which of them matters.",
        Experiment(data=TableValues(), network=network(4)),
        fitted(60, 0.03),
    ),
    "irises_code": Preset(
        "Irises as two numbers",
        "Tables",
        "Nobody names their kinds: squeezed into two numbers, the flowers part by themselves.",
        Experiment(data=UnlabelledTable(), network=network(2, activation=Linear())),
        fitted(60, 0.06),
    ),
    "digits": Preset(
        "Handwritten digits",
        "Images",
        "Real images of 64 pixels: 32 neurons tell the ten digits apart.",
        Experiment(
            data=Digits(),
            network=network(32, activation=ReLU()),
            optimizer=Adam(learning_rate=0.003),
            batch_size=32,
            seeds=Seeds(),
        ),
        learned(20, 0.93),
    ),
    "digits_convolution": Preset(
        "Digits by convolution",
        "Images",
        "Filters look for strokes all over the image, the next ones for what these make up: hardly a digit is lost.",
        Experiment(data=Digits(), network=CONVOLUTIONS, optimizer=Adam(learning_rate=0.004), batch_size=32),
        learned(30, 0.98),
    ),
    "shapes": Preset(
        "Shapes",
        "Images",
        "Corners and edges, wherever they are: circles, squares, triangles and crosses told apart by their parts.",
        Experiment(data=Shapes(), network=CONVOLUTIONS, optimizer=Adam(learning_rate=0.004), batch_size=32),
        learned(20, 0.95),
    ),
    "unlabelled_digits": Preset(
        "Digits as two numbers",
        "Images",
        "An autoencoder squeezes every image into two numbers and draws it again: watch the digits part on the map.",
        Experiment(
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
        fitted(20, 0.06),
    ),
}

presets: dict[str, Experiment] = {name: preset.experiment for name, preset in gallery.items()}
