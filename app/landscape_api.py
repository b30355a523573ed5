"""The loss landscape of runs over HTTP: the loss over a plane through weight space, from coarse to fine."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from app import archive, surveying
from app.api import (
    AllRuns,
    Entry,
    ErrorBody,
    Guest,
    Watched,
    brings,
    fails,
    not_found,
    refused,
    telling_why,
    unavailable,
    watched,
)
from app.computing import Impossible
from app.lab import Bounds, Lab
from app.parts import MEDIA_TYPE, Parts, in_parts
from app.run import Failed
from app.runs import Runs
from app.tables import contents_of_run
from core.probes.landscape import Kind, Window

router = APIRouter(prefix="/api", responses={"default": {"model": ErrorBody, "description": "Any other error"}})

BOUNDS = Bounds(
    full="Too many landscapes are being drawn. Try again in a moment.",
    too_long="This landscape takes too long: what is drawn by now is all there is of it.",
    not_computed="The landscape could not be drawn. Try again in a moment.",
    of_one_guest=3,
    seconds=60.0,
)
MOST_OTHERS = 7
FARTHEST = 1e6
Side = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]


def landscapes_of(request: Request) -> Lab:
    landscapes: Lab = request.app.state.landscapes
    return landscapes


async def other_runs(
    run_id: Watched,
    runs: AllRuns,
    access: Entry,
    guest: Guest,
    others: Annotated[list[str] | None, Query(max_length=MOST_OTHERS)] = None,
) -> list[str]:
    """The further runs that are asked for, all of which the guest may watch, each once."""
    named = [each for each in dict.fromkeys(others or ()) if each != run_id]
    return [await watched(each, runs, access, guest) for each in named]


def window_of(window: Annotated[list[Side] | None, Query(min_length=4, max_length=4)] = None) -> Window | None:
    if window is None:
        return None
    left, right, bottom, top = window
    if left >= right or bottom >= top:
        raise refused(422, "bad_window", f"window: expected left < right and bottom < top, got {window}")
    return left, right, bottom, top


@router.get(
    "/runs/{run_id}/landscape",
    response_class=Response,
    responses=fails(404, 409, 422, 503) | brings(MEDIA_TYPE),
)
async def show_landscape(
    run_id: Watched,
    request: Request,
    lab: Annotated[Lab, Depends(landscapes_of)],
    others: Annotated[list[str], Depends(other_runs)],
    window: Annotated[Window | None, Depends(window_of)],
    runs: AllRuns,
    guest: Guest,
    plane: Kind = "path",
    seed: Annotated[int, Query(ge=0, lt=2**32)] = 0,
) -> Parts:
    """Draw the loss of a run's training samples over a plane through weight space, from 25 × 25 to 101 × 101 places,
    and on it the path of the run, and of others with the same layers. The plane is that of the `path`, of two `random`
    directions (chosen by `seed`), or of the `gradient` and the sharpest direction; `window` is left, right, bottom and
    top of what is drawn of it. The answer comes in parts, each a u32 (its length, little-endian) and a binary message
    as on a socket: `progress`, `landscape` (core/probes/landscape.py says what is in it), or `error` at the end."""
    parts = drawn([run_id, *others], plane, seed, window, lab, runs, guest)
    try:
        with telling_why(runs):
            return await in_parts(parts, request)
    except Impossible as impossible:
        raise refused(409, "impossible", str(impossible)) from None


async def drawn(
    ids: Sequence[str], kind: Kind, seed: int, window: Window | None, lab: Lab, runs: Runs, guest: str
) -> AsyncGenerator[bytes, None]:
    """What the process has to tell. The runs are asked for their moments when it is its turn: they are large."""
    async with lab.turn(guest):
        presents = [await present_of(each, runs) for each in ids]
        async with aclosing(lab.told(surveying.landscape, presents, kind, seed, window)) as parts:
            del presents
            async for part in parts:
                yield part


async def present_of(run_id: str, runs: Runs) -> bytes:
    """Where a run is, and its moments; one that sleeps is not woken."""
    if run := runs.find(run_id):
        try:
            return await run.fetch("present")
        except Failed as failed:
            raise unavailable("not_drawn", str(failed), runs) from None
    present = await runs.store.do(archive.load(run_id))
    if present is None:
        raise not_found()
    await runs.lay(await runs.store.do(contents_of_run(run_id)))
    return replace(present, earlier=()).packed()
