"""NumPy as tutorials write it: a list of weights, a list of biases, and a fresh array for every result."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.bench.contestants.task import Task, compete

Array = NDArray[np.float64]


class Tutorial:
    """A tanh network with ½-squared loss, trained by SGD."""

    def __init__(self, task: Task) -> None:
        blocks = [np.array(block) for block in task.weights]
        self.weights = [block[:, :-1].T.copy() for block in blocks]
        self.biases = [block[:, -1:].T.copy() for block in blocks]
        self.X, self.Y = np.array(task.inputs), np.array(task.targets)
        self.batch_size, self.learning_rate = task.batch_size, task.learning_rate

    def forward(self, X: Array) -> list[Array]:
        activations = [X]
        for W, b in zip(self.weights, self.biases, strict=True):
            activations.append(np.tanh(activations[-1] @ W + b))
        return activations

    def backward(self, activations: list[Array], Y: Array) -> None:
        delta = (activations[-1] - Y) * (1 - activations[-1] ** 2) / len(Y)
        for layer in reversed(range(len(self.weights))):
            dW = activations[layer].T @ delta
            db = np.sum(delta, axis=0, keepdims=True)
            delta = delta @ self.weights[layer].T * (1 - activations[layer] ** 2)
            self.weights[layer] -= self.learning_rate * dW
            self.biases[layer] -= self.learning_rate * db

    def epoch(self) -> None:
        order = np.random.permutation(len(self.X))
        X, Y = self.X[order], self.Y[order]
        for start in range(0, len(X), self.batch_size):
            batch = slice(start, start + self.batch_size)
            self.backward(self.forward(X[batch]), Y[batch])


def prepare(task: Task) -> Callable[[], None]:
    tutorial = Tutorial(task)
    epochs = task.work // (len(task.inputs) // task.batch_size)

    def turn() -> None:
        for _ in range(epochs):
            tutorial.epoch()

    return turn


compete(prepare)
