"""Learning: what processes of the lab do for a learning curve. They alone prepare its data, so that the server never
holds a table.

The plan is JSON: `problems` with what is asked for, each with its `field` and `message`; or the `plan`, and the
`numbers` of the points that are to be trained. Of each point a message of type `point` tells its number, the model, the
inputs, how many samples it learned from, the number of the draw, and its scores.
"""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Annotated, Any, Self

import orjson
from pydantic import Field, model_validator

from app import protocol
from app.computing import Impossible
from core import InvalidExperiment, LearningCurve
from core.spec import knob, misfit

MOST_POINTS = 1080


class Order(LearningCurve):
    """A learning curve, and which of its points are to be trained."""

    trained: tuple[Annotated[int, Field(ge=0)], ...] = knob(
        "The points to train, by their numbers; none are all.",
        title="Points",
        default=(),
        max_length=MOST_POINTS,
        strict=False,
    )

    @model_validator(mode="after")
    def _are_points(self) -> Self:
        size = len(self.points)
        for place, number in enumerate(self.trained):
            if number >= size:
                misfit(f"trained.{place}", f"expected a whole number from 0 to {size - 1}, got {number}")
        return self


def plan(document: bytes) -> Iterator[bytes]:
    """What a document comes to, or what is wrong with it."""
    try:
        order = Order.parse(orjson.loads(document))
    except InvalidExperiment as invalid:
        yield orjson.dumps({"problems": [problem._asdict() for problem in invalid.problems]})
    else:
        numbers = [*dict.fromkeys(order.trained or range(len(order.points)))]
        yield orjson.dumps({"plan": plan_of(order), "numbers": numbers})


def plan_of(order: Order) -> dict[str, Any]:
    experiment = order.experiment
    return {
        "learning_curve": order.model_dump(mode="json", exclude={"trained"}),
        "title": experiment.title,
        "summary": experiment.summary,
        "engineering": experiment.data.engineering,
        "series": [{"model": model, "inputs": inputs} for model, inputs in order.series],
        "counts": order.counts,
        "tested": order.tested,
        "points": len(order.points),
        "seconds": order.seconds,
    }


def points(document: bytes, numbers: Sequence[int], seconds: float) -> Iterator[bytes]:
    """A message for each of these that is trained until so long after the first, which brings flat models into
    memory."""
    try:
        order = Order.parse(orjson.loads(document))
    except InvalidExperiment as invalid:
        raise Impossible(str(invalid.problems[0])) from None
    until = None
    for number in numbers:
        point = order.points[number]
        told = point._asdict() | order.score(point)._asdict()
        yield protocol.encode({"type": "point", "point": number, **told}, {})
        until = until or monotonic() + seconds
        if monotonic() > until:
            return
