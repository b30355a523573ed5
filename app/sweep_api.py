"""Sweeps over HTTP: what a sweep is made of, and its cells, each as soon as it is trained."""

import asyncio
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, model_validator

from app import studies, sweeping
from app.api import AllRuns, Document, ErrorBody, Guest, admit, brings, checked, fails, takes, telling_why
from app.lab import Lab
from app.parts import MEDIA_TYPE, in_parts
from app.studies import Study
from app.tables import contents_of
from core import Sweep
from core.spec import knob, misfit

router = APIRouter(prefix="/api/sweeps", responses={"default": {"model": ErrorBody, "description": "Any other error"}})


class Order(Sweep):
    """A sweep, and which of its cells are to be trained."""

    cells: tuple[Annotated[int, Field(ge=0)], ...] = knob(
        "The cells to train, by their numbers; none are all.", title="Cells", default=(), max_length=144, strict=False
    )

    @model_validator(mode="after")
    def _are_cells(self) -> Self:
        size = len(self.experiments)
        for place, cell in enumerate(self.cells):
            if cell >= size:
                misfit(f"cells.{place}", f"expected a whole number from 0 to {size - 1}, got {cell}")
        return self

    @property
    def ordered(self) -> list[int]:
        return [*dict.fromkeys(self.cells or range(len(self.experiments)))]

    @property
    def sweep(self) -> Sweep:
        """The sweep alone: all that a process needs to know."""
        return Sweep.model_construct(**{name: getattr(self, name) for name in Sweep.model_fields})


class Plan(BaseModel):
    """What a sweep is made of: with every part that was left out; its experiment in words, and how far from 0 that is
    drawn; the values of x and y, where there are two settings; how many runs there are, and about how many seconds of
    one processor they take."""

    sweep: Sweep
    title: str
    summary: str
    reach: float
    x: list[float | str]
    y: list[float | str]
    cells: int
    seconds: float


CELLS = {"cells": {"type": "array", "items": {"type": "integer"}}}
ORDER = {"allOf": [{"$ref": "#/components/schemas/Sweep"}, {"type": "object", "properties": CELLS}]}


def lab_of(request: Request) -> Lab:
    lab: Lab = request.app.state.studies
    return lab


async def order_of(document: Document, runs: AllRuns, guest: Guest) -> Order:
    order = await asyncio.to_thread(checked, Order.parse, document, "invalid_sweep")
    await admit(order.experiment, runs, guest, "invalid_sweep", "experiment.")
    return order


Asked = Annotated[Order, Depends(order_of)]


@router.post("", responses=fails(400, 413, 415, 422), openapi_extra=takes("Sweep"))
async def show_plan(order: Asked) -> Plan:
    """Tell what a sweep is made of; every part that is left out has its default. Nothing is trained."""
    x, y = order.axes if order.over.kind == "settings" else ([], [])
    experiment = order.experiment
    return Plan(
        sweep=order.sweep,
        title=experiment.title,
        summary=experiment.summary,
        reach=experiment.data.reach,
        x=[*x],
        y=[*y],
        cells=len(order.experiments),
        seconds=sum(order.seconds),
    )


@router.post(
    "/cells",
    response_class=Response,
    responses=fails(400, 413, 415, 422, 503) | brings(MEDIA_TYPE),
    openapi_extra=takes(ORDER),
)
async def train_cells(
    order: Asked, lab: Annotated[Lab, Depends(lab_of)], runs: AllRuns, guest: Guest, request: Request
) -> Response:
    """Train the cells of a sweep, all or those in `cells`, and tell each as soon as it is done, in any order. Before
    each part stands its length, a u32 (little-endian); it is a binary message as a socket sends it: `sweep` at first,
    then of each cell a `cell` with its experiment, its metrics and its curve, or a `failure` with a sentence; `waiting`
    now and then. Whoever goes away stops it; to resume is to ask for the cells that are left."""
    study = Study("sweep", "cell", sweeping.cells, order.sweep)
    with telling_why(runs):
        await runs.lay(contents_of(order.experiment))
        return await in_parts(studies.told(lab, guest, study, order.ordered), request)
