"""The Descent lab over HTTP: how a descent goes, and what its surface looks like."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app import climbing
from app.api import AllRuns, Document, ErrorBody, Guest, brings, checked, fails, refused, takes, telling_why
from app.computing import Impossible
from app.lab import Bounds, Shared
from app.runs import Runs
from core import Descent

router = APIRouter(prefix="/api/descent", responses={"default": {"model": ErrorBody, "description": "Any other error"}})

BOUNDS = Bounds(
    full="Too many descents are under way. Try again in a moment.",
    too_long="This descent takes too long: ask for fewer steps, or for a simpler formula.",
    not_computed="The descent could not be computed. Try again in a moment.",
)
PICTURE_TYPE = "application/octet-stream"


class WayDown(BaseModel):
    """How one contestant went. All lists but the batches have an entry for the start and one for each step after it."""

    places: list[list[float]]
    losses: list[float]
    gradients: list[list[float]]
    evaluations: list[int]
    batches: list[list[int]]
    ended: str | None


class Exhaustive(BaseModel):
    """Brute force: all crossings of a grid. `improvements` are evaluations and loss of each that was the best so far,
    `needed` the evaluations until it was as low as each contestant ended; null where it never was."""

    evaluations: int
    place: list[float]
    loss: float
    improvements: list[tuple[int, float]]
    needed: list[int | None]


class Ways(BaseModel):
    """How a descent went: what the map shows, where the lowest places are, each contestant, and brute force."""

    descent: Descent
    window: list[tuple[float, float]]
    bottoms: list[list[float]]
    ways: list[WayDown]
    brute_force: Exhaustive


def lab_of(request: Request) -> Shared:
    lab: Shared = request.app.state.lab
    return lab


async def descent_of(document: Document) -> Descent:
    return checked(Descent.parse, document, "invalid_descent")


TheLab = Annotated[Shared, Depends(lab_of)]
Asked = Annotated[Descent, Depends(descent_of)]


@router.post("/ways", response_model=Ways, responses=fails(400, 413, 415, 422, 503), openapi_extra=takes("Descent"))
async def show_ways(descent: Asked, lab: TheLab, runs: AllRuns, guest: Guest) -> Response:
    """Let all contestants of a descent go down; every part that is left out has its default."""
    document = descent.model_dump_json().encode()
    answer = await computed(lab.answer(guest, climbing.ways, document), runs)
    return Response(b'{"descent":' + document + b"," + answer[1:], media_type="application/json")


@router.post(
    "/picture",
    response_class=Response,
    responses=fails(400, 413, 415, 422, 503) | brings(PICTURE_TYPE),
    openapi_extra=takes("Descent"),
)
async def show_picture(descent: Asked, lab: TheLab, runs: AllRuns, guest: Guest) -> Response:
    """Show a descent's surface: float32, little-endian, from low to high. Of two weights 121 rows of 121 losses, y
    rising; of one weight rows of 401, the mean loss over w and then each sample's own."""
    document = descent.model_dump_json().encode()
    return Response(await computed(lab.answer(guest, climbing.picture, document), runs), media_type=PICTURE_TYPE)


async def computed(answer: Awaitable[bytes], runs: Runs) -> bytes:
    """The answer that was asked for, or why there is none."""
    try:
        with telling_why(runs):
            return await answer
    except Impossible as impossible:
        raise refused(422, "too_large", str(impossible)) from None
