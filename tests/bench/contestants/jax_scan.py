"""JAX: a whole epoch as one compiled function, which is compiled anew for every size of network, batch and data."""

from tests.bench.contestants.jax_step import JaxStep, Tree, jax, jnp, np
from tests.bench.contestants.task import Task, compete


class JaxScan(JaxStep):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.inputs, self.targets = jnp.array(self.inputs), jnp.array(self.targets)
        self.run = jax.jit(self.run_through)

    def run_through(self, state: Tree, inputs: jax.Array, targets: jax.Array, order: jax.Array) -> Tree:
        """One update per batch; a last one that is smaller after the loop, which takes only equal ones."""
        whole = len(order) // self.task.batch_size
        batches = order[: whole * self.task.batch_size].reshape(whole, -1)
        state, _ = jax.lax.scan(lambda s, b: (self.update(s, inputs[b], targets[b]), None), state, batches)
        rest = order[whole * self.task.batch_size :]
        return self.update(state, inputs[rest], targets[rest]) if len(rest) else state

    def epoch(self, order: np.ndarray) -> None:
        self.state = self.run(self.state, self.inputs, self.targets, order)


compete(JaxScan)
