"""NumPy as tutorials write it: a list of weights, a list of biases, and a fresh array for every result."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.contestants.task import Blocks, Task, compete

Array = NDArray[Any]


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


def relu(z: Array) -> Array:
    return np.maximum(0, z)


def softmax(z: Array) -> Array:
    exps = np.exp(z - np.max(z, axis=1, keepdims=True))
    return exps / np.sum(exps, axis=1, keepdims=True)


def tanh_slope(a: Array) -> Array:
    return 1 - a**2


def relu_slope(a: Array) -> Array:
    return a > 0


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {"tanh": np.tanh, "relu": relu, "softmax": softmax}
SLOPES: dict[str, Callable[[Array], Array]] = {"tanh": tanh_slope, "relu": relu_slope}


class Tutorial:
    """A network of tanh or ReLU, with one tanh output and ½-squared loss or softmax outputs and cross-entropy."""

    def __init__(self, task: Task) -> None:
        self.task = task
        blocks = [np.array(block, task.precision) for block in task.weights]
        self.weights = [block[:, :-1].T.copy() for block in blocks]
        self.biases = [block[:, -1:].T.copy() for block in blocks]
        self.activations = [ACTIVATIONS[kind] for kind in task.activations]
        self.slopes = [SLOPES.get(kind) for kind in task.activations]
        self.X, self.Y = np.array(task.inputs, task.precision), np.array(task.targets, task.precision)
        self.optimizer = OPTIMIZERS[task.optimizer]([*self.weights, *self.biases], task.learning_rate)

    def forward(self, X: Array) -> list[Array]:
        outputs = [X]
        for W, b, activation in zip(self.weights, self.biases, self.activations, strict=True):
            outputs.append(activation(outputs[-1] @ W + b))
        return outputs

    def backward(self, outputs: list[Array], Y: Array) -> list[Array]:
        delta = (outputs[-1] - Y) / len(Y)
        dWs, dbs = [], []
        for layer in reversed(range(len(self.weights))):
            if slope := self.slopes[layer]:
                delta = delta * slope(outputs[layer + 1])
            dWs.insert(0, outputs[layer].T @ delta)
            dbs.insert(0, np.sum(delta, axis=0, keepdims=True))
            if layer:
                delta = delta @ self.weights[layer].T
        return [*dWs, *dbs]

    def epoch(self, order: Array) -> None:
        X, Y = self.X[order], self.Y[order]
        for start in range(0, len(X), self.task.batch_size):
            batch = slice(start, start + self.task.batch_size)
            self.optimizer.step(self.backward(self.forward(X[batch]), Y[batch]))

    def turn(self) -> None:
        for _ in range(self.task.epochs):
            self.epoch(np.random.permutation(len(self.X)))

    def check(self) -> Blocks:
        self.epoch(np.arange(len(self.X)))
        pairs = zip(self.weights, self.biases, strict=True)
        return [np.concatenate([W, b]).T.tolist() for W, b in pairs]


if __name__ == "__main__":
    compete(Tutorial)
