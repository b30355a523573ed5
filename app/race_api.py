"""Races over HTTP: all contestants are made at once, each an ordinary run of whoever asks."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.api import AllRuns, Document, ErrorBody, Guest, NewRun, admit, checked, fails, new_run, takes, telling_why
from core import Race

router = APIRouter(prefix="/api", responses={"default": {"model": ErrorBody, "description": "Any other error"}})


class NewRace(BaseModel):
    """A race whose contestants are at the start: for each of them its run, in their order. It is nothing but these:
    tell each to play up to the finish, over its own socket."""

    race: Race
    runs: list[NewRun]


async def race_of(document: Document, runs: AllRuns, guest: Guest) -> Race:
    race = checked(Race.parse, document, "invalid_race")
    await admit(race.experiments[0], runs, guest, "invalid_race")
    return race


@router.post("/races", status_code=201, responses=fails(400, 409, 413, 415, 422, 503), openapi_extra=takes("Race"))
async def make_race(race: Annotated[Race, Depends(race_of)], runs: AllRuns, guest: Guest) -> NewRace:
    """Start a run for each contestant of a race, or none; every part that is left out has its default."""
    with telling_why(runs):
        contestants = await runs.start_all(race.experiments, guest)
    return NewRace(race=race, runs=[new_run(run) for run in contestants])
