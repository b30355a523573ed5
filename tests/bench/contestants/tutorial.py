"""NumPy as tutorials write it: a list of weights, a list of biases, and a fresh array for every result."""

from collections.abc import Callable
from math import ceil

import numpy as np
from numpy.typing import NDArray

from tests.bench.contestants.task import Task, compete

Array = NDArray[np.float64]


class SGD:
    """w ← w − η·∂L/∂w."""

    def __init__(self, parameters: list[Array], learning_rate: float) -> None:
        self.parameters, self.learning_rate = parameters, learning_rate

    def step(self, gradients: list[Array]) -> None:
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter -= self.learning_rate * gradient


class Adam:
    """Kingma & Ba 2015, Algorithm 1, as it stands there."""

    def __init__(self, parameters: list[Array], learning_rate: float) -> None:
        self.parameters, self.learning_rate = parameters, learning_rate
        self.beta1, self.beta2, self.epsilon = 0.9, 0.999, 1e-8
        self.m = [np.zeros_like(parameter) for parameter in parameters]
        self.v = [np.zeros_like(parameter) for parameter in parameters]
        self.t = 0

    def step(self, gradients: list[Array]) -> None:
        self.t += 1
        for i, gradient in enumerate(gradients):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * gradient
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * gradient**2
            m_hat = self.m[i] / (1 - self.beta1**self.t)
            v_hat = self.v[i] / (1 - self.beta2**self.t)
            self.parameters[i] -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


OPTIMIZERS: dict[str, Callable[[list[Array], float], SGD | Adam]] = {"sgd": SGD, "adam": Adam}


def softmax_of(z: Array) -> Array:
    exps = np.exp(z - np.max(z, axis=1, keepdims=True))
    return exps / np.sum(exps, axis=1, keepdims=True)


class Tutorial:
    """A tanh network with one tanh output and ½-squared loss, or with softmax outputs and cross-entropy."""

    def __init__(self, task: Task) -> None:
        blocks = [np.array(block) for block in task.weights]
        self.weights = [block[:, :-1].T.copy() for block in blocks]
        self.biases = [block[:, -1:].T.copy() for block in blocks]
        self.X, self.Y = np.array(task.inputs), np.array(task.targets)
        self.batch_size = task.batch_size
        self.is_softmax = task.experiment["output"]["kind"] == "softmax"
        optimizer = OPTIMIZERS[task.experiment["optimizer"]["kind"]]
        self.optimizer = optimizer([*self.weights, *self.biases], task.learning_rate)

    def forward(self, X: Array) -> list[Array]:
        activations = [X]
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            activations.append(np.tanh(activations[-1] @ W + b))
        z = activations[-1] @ self.weights[-1] + self.biases[-1]
        return [*activations, softmax_of(z) if self.is_softmax else np.tanh(z)]

    def backward(self, activations: list[Array], Y: Array) -> list[Array]:
        delta = (activations[-1] - Y) / len(Y)
        if not self.is_softmax:
            delta = delta * (1 - activations[-1] ** 2)
        dWs, dbs = [], []
        for layer in reversed(range(len(self.weights))):
            dWs.insert(0, activations[layer].T @ delta)
            dbs.insert(0, np.sum(delta, axis=0, keepdims=True))
            if layer:
                delta = delta @ self.weights[layer].T * (1 - activations[layer] ** 2)
        return [*dWs, *dbs]

    def epoch(self) -> None:
        order = np.random.permutation(len(self.X))
        X, Y = self.X[order], self.Y[order]
        for start in range(0, len(X), self.batch_size):
            batch = slice(start, start + self.batch_size)
            self.optimizer.step(self.backward(self.forward(X[batch]), Y[batch]))


def prepare(task: Task) -> Callable[[], None]:
    tutorial = Tutorial(task)
    epochs = task.work // ceil(len(task.inputs) / task.batch_size)

    def turn() -> None:
        for _ in range(epochs):
            tutorial.epoch()

    return turn


compete(prepare)
