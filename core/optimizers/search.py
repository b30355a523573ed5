"""Search: brute force, beside which every other optimizer shows what a gradient is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from numpy.random import Generator
from numpy.typing import NDArray

from core.optimizers.base import SearchSpec, View
from core.program import Program
from core.spec import knob

Array = NDArray[Any]


class RandomSearch(SearchSpec):
    """Brute force: tries weights at random and keeps the best so far. It needs no gradient, and gets nowhere with more
    than a few weights: nobody trains that way.

    Each update judges its tries by all training samples, under dropout with the same units silent for all. The same
    dropout seed tries the same weights. What acts on a gradient or a learning rate (regularization, clipping,
    schedules) has nothing to act on.
    """

    kind: Literal["random_search"] = "random_search"
    title: ClassVar = "Random search"
    formula: ClassVar = "w ← the best of w and so many tries v ~ U(−reach, reach), judged by L(all samples)"
    source: ClassVar = "Brooks 1958, A discussion of random methods for seeking maxima"
    whole_batch: ClassVar[bool] = True
    uses_gradient: ClassVar[bool] = False

    reach: float = knob(
        "The largest size of a weight that is tried.", title="Reach", default=3.0, ge=0.001, le=100, scale="log"
    )
    tries: int = knob(
        "How many sets of weights each update tries.",
        title="Tries",
        unit="tries",
        default=20,
        ge=1,
        le=1000,
        scale="log",
    )
    budget: int = knob(
        "How many sets of weights are tried in all.",
        title="Budget",
        unit="tries",
        default=100_000,
        ge=1,
        le=10_000_000,
        scale="log",
        control="number",
    )

    def remember(self, program: Program) -> None:
        program.state("tried")

    def found(self, start: Array, view: View, rate: float, states: Mapping[str, Array], chance: Generator) -> Array:
        tried = states["tried"]
        best, lowest = start, view.loss(start)
        for _ in range(min(self.tries, self.budget - int(tried))):
            place = chance.uniform(-self.reach, self.reach, len(start))
            if (loss := view.loss(place)) < lowest:
                best, lowest = place, loss
            tried += 1
        return best

    def exhausted(self, states: Mapping[str, Array]) -> str | None:
        if states["tried"] < self.budget:
            return None
        return f"All {self.budget:,} tries are used up. These are the best weights among them."
