"""core, trained by the executor that Numba compiles."""

from tests.bench.contestants.core_training import Core
from tests.bench.contestants.task import compete

compete(lambda task: Core(task, "compiled"))
