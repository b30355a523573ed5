"""JAX: the update as one compiled function, called for each batch. JAX has no optimizers: these are the papers'."""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tests.bench.contestants.task import Blocks, Task, compete

jax.config.update("jax_enable_x64", True)

Tree = Any
ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu, "softmax": lambda z: z}


def loss_of(task: Task) -> Any:
    functions = [ACTIVATIONS[kind] for kind in task.activations]

    def loss(parameters: Tree, x: jax.Array, y: jax.Array) -> jax.Array:
        for (W, b), function in zip(parameters, functions, strict=True):
            x = function(x @ W + b)
        if task.is_softmax:
            return -jnp.mean(jnp.sum(jax.nn.log_softmax(x) * y, axis=1))
        return 0.5 * jnp.mean(jnp.sum((x - y) ** 2, axis=1))

    return loss


def adam(task: Task, state: Tree, gradient: Tree) -> Tree:
    parameters, m, v, t = state
    t += 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, gradient)
    parameters = jax.tree.map(
        lambda p, m, v: p - task.learning_rate * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8),
        parameters,
        m,
        v,
    )
    return parameters, m, v, t


def sgd(task: Task, state: Tree, gradient: Tree) -> Tree:
    return (jax.tree.map(lambda p, g: p - task.learning_rate * g, state[0], gradient),)


class JaxStep:
    def __init__(self, task: Task) -> None:
        self.task = task
        blocks = [np.array(block, task.precision) for block in task.weights]
        parameters = [(jnp.array(block[:, :-1].T), jnp.array(block[:, -1])) for block in blocks]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        is_adam = task.optimizer == "adam"
        self.state: Tree = (parameters, zeros, zeros, jnp.array(0, task.precision)) if is_adam else (parameters,)
        loss, move = loss_of(task), adam if is_adam else sgd
        self.update = lambda state, x, y: move(task, state, jax.grad(loss)(state[0], x, y))
        self.step = jax.jit(self.update)
        self.inputs, self.targets = np.array(task.inputs, task.precision), np.array(task.targets, task.precision)

    def epoch(self, order: np.ndarray) -> None:
        inputs, targets, size = self.inputs[order], self.targets[order], self.task.batch_size
        for start in range(0, len(order), size):
            self.state = self.step(self.state, inputs[start : start + size], targets[start : start + size])

    def turn(self) -> None:
        for _ in range(self.task.epochs):
            self.epoch(np.random.permutation(len(self.inputs)))
        jax.block_until_ready(self.state)

    def check(self) -> Blocks:
        self.epoch(np.arange(len(self.inputs)))
        return [np.vstack([W, b]).T.tolist() for W, b in self.state[0]]


if __name__ == "__main__":
    compete(JaxStep)
