"""Races over HTTP: all contestants are made at once, each an ordinary run of whoever asks."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.api import AllRuns, ErrorBody, Guest, NewRun, body_of, fails, new_run, refused, telling_why
from core import InvalidExperiment, Race

router = APIRouter(prefix="/api", responses={"default": {"model": ErrorBody, "description": "Any other error"}})

RACE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Race"}}},
    }
}


class NewRace(BaseModel):
    """A race whose contestants are at the start: for each of them its run, in their order. It is nothing but these:
    tell each to play up to the finish, over its own socket."""

    race: Race
    runs: list[NewRun]


async def race_of(body: Annotated[bytes, Depends(body_of)]) -> Race:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refused(400, "bad_json", "Expected a JSON document, got something that is not JSON.") from None
    try:
        return Race.parse(document)
    except InvalidExperiment as error:
        problems = [problem._asdict() for problem in error.problems]
        raise refused(422, "invalid_race", str(error.problems[0]), problems) from None


@router.post("/races", status_code=201, responses=fails(400, 409, 413, 415, 422, 503), openapi_extra=RACE_BODY)
async def make_race(race: Annotated[Race, Depends(race_of)], runs: AllRuns, guest: Guest) -> NewRace:
    """Start a run for each contestant of a race, or none; every part that is left out has its default."""
    with telling_why(runs):
        contestants = await runs.start_all(race.experiments, guest)
    return NewRace(race=race, runs=[new_run(run) for run in contestants])
