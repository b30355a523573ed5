"""Learning curves over HTTP: what one is made of, and its points, each as soon as it is trained and tested."""

from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app import learning, studies
from app.api import (
    AllRuns,
    Document,
    ErrorBody,
    Guest,
    admit,
    body_of,
    brings,
    fails,
    invalid,
    refused,
    takes,
    telling_why,
)
from app.computing import Impossible
from app.lab import Bounds, Lab, Shared
from app.parts import MEDIA_TYPE, in_parts
from app.studies import Study
from app.tables import contents_of
from core import Experiment, InvalidExperiment, LearningCurve
from core.learning_curve import Inputs, Model
from core.spec import Problem

router = APIRouter(
    prefix="/api/learning-curves", responses={"default": {"model": ErrorBody, "description": "Any other error"}}
)

BOUNDS = Bounds(
    full="Too many learning curves are being planned. Try again in a moment.",
    too_long="It takes too long to prepare these data: ask for fewer samples.",
    not_computed="The learning curve could not be planned. Try again in a moment.",
)
REFUSED = "invalid_learning_curve"


class Series(BaseModel):
    """A model, and what it is given."""

    model: Model
    inputs: Inputs


class Plan(BaseModel):
    """What a learning curve is made of: with every part that was left out; its experiment in words; what engineered
    inputs are of such data; each series, and the sizes of the training set; how many test samples there are, and how
    many points; and about how many seconds of one processor they take."""

    learning_curve: LearningCurve
    title: str
    summary: str
    engineering: str
    series: list[Series]
    counts: list[int]
    tested: int
    points: int
    seconds: float


class Order(NamedTuple):
    """A learning curve's document as it came, its plan, and the points to train."""

    document: bytes
    plan: dict[str, Any]
    numbers: list[int]


def lab_of(request: Request) -> Lab:
    lab: Lab = request.app.state.studies
    return lab


def planners_of(request: Request) -> Shared:
    planners: Shared = request.app.state.curve_plans
    return planners


async def order_of(
    document: Document,
    body: Annotated[bytes, Depends(body_of)],
    planners: Annotated[Shared, Depends(planners_of)],
    runs: AllRuns,
    guest: Guest,
) -> Order:
    experiment = experiment_in(document)
    await admit(experiment, runs, guest, REFUSED, "experiment.")
    with telling_why(runs):
        await runs.lay(contents_of(experiment))
        try:
            said = orjson.loads(await planners.answer(guest, learning.plan, body))
        except Impossible as impossible:
            raise refused(422, "too_large", str(impossible)) from None
    if "problems" in said:
        raise invalid([Problem(**problem) for problem in said["problems"]], REFUSED)
    return Order(body, **said)


def experiment_in(document: Any) -> Experiment:
    """The experiment of a document; where there is none, the plan says why."""
    try:
        return Experiment.parse(document.get("experiment", {}) if isinstance(document, dict) else {})
    except InvalidExperiment:
        return Experiment()


Asked = Annotated[Order, Depends(order_of)]


@router.post("", response_model=Plan, responses=fails(400, 413, 415, 422, 503), openapi_extra=takes("LearningCurve"))
async def show_plan(order: Asked) -> Response:
    """Tell what a learning curve is made of; every part that is left out has its default. Nothing is trained."""
    return Response(orjson.dumps(order.plan), media_type="application/json")


TRAINED = {"trained": {"type": "array", "items": {"type": "integer"}}}
ORDER = {"allOf": [{"$ref": "#/components/schemas/LearningCurve"}, {"type": "object", "properties": TRAINED}]}


@router.post(
    "/points",
    response_class=Response,
    responses=fails(400, 413, 415, 422, 503) | brings(MEDIA_TYPE),
    openapi_extra=takes(ORDER),
)
async def train_points(
    order: Asked, lab: Annotated[Lab, Depends(lab_of)], runs: AllRuns, guest: Guest, request: Request
) -> Response:
    """Train and test the points of a learning curve, all or those in `trained`, and tell each as soon as it is done, in
    any order. Before each part stands its length, a u32 (little-endian); it is a binary message as a socket sends it:
    `learning_curve` at first, then of each point a `point` with its `model` and `inputs`, how many `samples` it learned
    from, the number of the draw (`repeat`), and its scores, `test` and `train`: the share of right answers, or of
    values the share of the variance that is explained (R²), or null; or a `failure` with a sentence; `waiting` now and
    then. Whoever goes away stops it; to resume is to ask for the points that are left."""
    study = Study("learning_curve", "point", learning.points, order.document)
    with telling_why(runs):
        return await in_parts(studies.told(lab, guest, study, order.numbers), request)
