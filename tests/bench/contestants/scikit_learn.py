"""scikit-learn's networks, an epoch at a time by partial_fit. Values come out of a linear output: it has no other."""

import warnings
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from tests.bench.contestants.task import Blocks, Task, compete

warnings.filterwarnings("ignore")  # that training has not converged


def network(task: Task, shuffle: bool) -> Any:
    kind = MLPClassifier if task.is_softmax else MLPRegressor
    return kind(
        hidden_layer_sizes=[len(block) for block in task.weights[:-1]],
        activation=task.activations[0],
        solver=task.optimizer,
        learning_rate_init=task.learning_rate,
        batch_size=task.batch_size,
        alpha=0.0,  # no penalty
        momentum=0.0,
        shuffle=shuffle,
    )


class ScikitLearn:
    def __init__(self, task: Task) -> None:
        self.task = task
        targets = np.array(task.targets)
        self.inputs = np.array(task.inputs, task.precision)
        self.answers = targets.argmax(axis=1) if task.is_softmax else targets.ravel().astype(task.precision)
        self.options = {"classes": np.arange(targets.shape[1])} if task.is_softmax else {}
        self.model = self.started(shuffle=True)

    def started(self, shuffle: bool) -> Any:
        """With the task's weights, in place of those that it draws itself on its first epoch."""
        model = network(self.task, shuffle).set_params(learning_rate_init=1e-30)
        model.partial_fit(self.inputs, self.answers, **self.options)
        model.set_params(learning_rate_init=self.task.learning_rate)
        for place, block in enumerate(self.task.weights):
            values = np.array(block, self.task.precision)
            model.coefs_[place][...], model.intercepts_[place][...] = values[:, :-1].T, values[:, -1]
        del model._optimizer  # its moving averages have seen other weights
        return model

    def turn(self) -> None:
        for _ in range(self.task.epochs):
            self.model.partial_fit(self.inputs, self.answers)

    def check(self) -> Blocks:
        model = self.started(shuffle=False)
        model.partial_fit(self.inputs, self.answers)
        return [np.vstack([W, b]).T.tolist() for W, b in zip(model.coefs_, model.intercepts_, strict=True)]


compete(ScikitLearn)
