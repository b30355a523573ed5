"""The API over HTTP: make a run, look at it, end it; the catalogue of all that can be built."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Literal, TypeVar

import orjson
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.access import NOBODY, ONLY_WATCHING, Access, Right
from app.archive import KeptRun
from app.catalogue import catalogue, thumbnails
from app.lab import Crowded, NotComputed
from app.protocol import error_body
from app.rooms import Rooms
from app.run import NO_SUCH_RUN, Failed, Full, Invalid, Run, TooLarge
from app.runs import OverQuota, Runs
from app.shelf import NoPlace
from core import Experiment, InvalidExperiment
from core import Problem as Misfit
from core.presets import gallery


class NewRun(BaseModel):
    """A run that was just made. It is paused, and trains once it is told to play over its socket."""

    id: str
    experiment: Experiment
    title: str
    summary: str


class RunState(BaseModel):
    """How far a run has come."""

    id: str
    status: Literal["playing", "paused", "diverged", "finished"]
    step: int
    epoch: int
    metrics: dict[str, float]
    experiment: Experiment
    watchers: int


class PresetEntry(BaseModel):
    """An experiment worth starting from: its key, what it is called, and one sentence of what there is to see."""

    name: str
    title: str
    group: str
    says: str
    summary: str
    experiment: Experiment


class Sharing(BaseModel):
    """Whether there is a link by which others may watch a run."""

    is_shared: bool


class Share(BaseModel):
    """What lets others watch a run. It is told once: the server keeps only what can check it."""

    run: str
    secret: str


class Shared(BaseModel):
    """The run that somebody was given to watch."""

    run: str


class Problem(BaseModel):
    """One thing that is wrong: where, as a path into the document, and what."""

    field: str
    message: str


class ErrorDetail(BaseModel):
    """What went wrong: a code for programs, a sentence for people."""

    code: str
    message: str
    field: str | None = None
    problems: list[Problem] | None = None
    request_id: str | None = None


class ErrorBody(BaseModel):
    """The one shape of every error."""

    error: ErrorDetail


Responses = dict[int | str, dict[str, Any]]
BINARY = {"type": "string", "format": "binary"}


def fails(*statuses: int) -> Responses:
    """The errors of a route, for the OpenAPI document."""
    return {status: {"model": ErrorBody} for status in statuses}


def brings(media_type: str) -> Responses:
    """A file as the answer of a route, for the OpenAPI document."""
    return {200: {"content": {media_type: {"schema": BINARY}}}}


def takes(schema: str | dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """The body of a route's requests, for the OpenAPI document. `schema`: one of it, or the name of one."""
    described = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    return {"requestBody": {"required": True, "content": {media_type: {"schema": described}}}}


NOT_SHARED = "The owner does not share this run any more."

router = APIRouter(prefix="/api", responses={"default": {"model": ErrorBody, "description": "Any other error"}})


def refused(status: int, code: str, message: str, problems: list[dict[str, str]] | None = None) -> HTTPException:
    return HTTPException(status, error_body(code, message, problems or []))


def runs_of(request: Request) -> Runs:
    runs: Runs = request.app.state.runs
    return runs


AllRuns = Annotated[Runs, Depends(runs_of)]


def access_of(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


def rooms_of(request: Request) -> Rooms:
    rooms: Rooms = request.app.state.rooms
    return rooms


def guest_of(request: Request) -> str:
    """Who asks: the guard has seen to that."""
    guest: str = request.state.guest
    return guest


Entry = Annotated[Access, Depends(access_of)]
AllRooms = Annotated[Rooms, Depends(rooms_of)]
Guest = Annotated[str, Depends(guest_of)]


async def watched(run_id: str, runs: AllRuns, access: Entry, guest: Guest) -> str:
    """A run that the guest may at least watch. Somebody else's is not told from one that is not there."""
    if await access.right(guest, run_id, await runs.owner_of(run_id)) < Right.WATCH:
        raise not_found()
    return run_id


async def steered(run_id: str, runs: AllRuns, access: Entry, guest: Guest) -> str:
    """A run that the guest may change."""
    right = await access.right(guest, run_id, await runs.owner_of(run_id))
    if right == Right.WATCH:
        raise refused(403, "forbidden", ONLY_WATCHING)
    if right < Right.STEER:
        raise not_found()
    return run_id


Watched = Annotated[str, Depends(watched)]
Steered = Annotated[str, Depends(steered)]


async def run_of(run_id: Watched, runs: AllRuns) -> Run:
    """The run, woken if it sleeps."""
    try:
        run = await runs.open(run_id)
    except Full as full:
        raise unavailable("server_full", str(full), runs) from None
    except Failed as failed:
        raise unavailable("not_started", str(failed), runs) from None
    if run is None:
        raise not_found()
    return run


def not_found() -> HTTPException:
    return refused(404, "not_found", NO_SUCH_RUN)


async def body_of(request: Request, runs: AllRuns) -> bytes:
    """The body of a JSON request, as long as it is not too large."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise refused(415, "unsupported_media_type", "Expected a body of type application/json.")
    limit = runs.settings.max_body_bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise refused(413, "too_large", f"Expected a body of at most {limit:,} bytes.")
    return bytes(body)


async def document_of(body: Annotated[bytes, Depends(body_of)]) -> Any:
    """The JSON document that a request carries."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refused(400, "bad_json", "Expected a JSON document, got something that is not JSON.") from None


Document = Annotated[Any, Depends(document_of)]
Spec = TypeVar("Spec")


def checked(parse: Callable[[object], Spec], document: object, code: str) -> Spec:
    """What a document describes; where it describes nothing, it is refused with this code and every problem."""
    try:
        return parse(document)
    except InvalidExperiment as error:
        raise invalid(error.problems, code) from None


def invalid(found: Sequence[Misfit], code: str = "invalid_experiment") -> HTTPException:
    """A document that describes nothing, with all that is wrong with it."""
    return refused(422, code, str(found[0]), [problem._asdict() for problem in found])


async def admit(
    experiment: Experiment, runs: Runs, guest: str, code: str = "invalid_experiment", place: str = ""
) -> None:
    """See to it that a guest may train on the table that this names, and that it is as it says. `place`: where the
    experiment stands in the document."""
    try:
        await runs.tables.check(experiment, guest)
    except InvalidExperiment as error:
        raise invalid([Misfit(f"{place}{field}", message) for field, message in error.problems], code) from None


async def experiment_of(document: Document, runs: AllRuns, guest: Guest) -> Experiment:
    experiment = checked(Experiment.parse, document, "invalid_experiment")
    await admit(experiment, runs, guest)
    return experiment


@router.post("/runs", status_code=201, responses=fails(400, 409, 413, 415, 422, 503), openapi_extra=takes("Experiment"))
async def make_run(experiment: Annotated[Experiment, Depends(experiment_of)], runs: AllRuns, guest: Guest) -> NewRun:
    """Start a run of an experiment; every part that is left out has its default."""
    return await made(runs.start(experiment, guest), runs)


@router.post("/runs/{run_id}/fork", status_code=201, responses=fails(404, 409, 422, 503))
async def fork_run(run: Annotated[Run, Depends(run_of)], runs: AllRuns, guest: Guest) -> NewRun:
    """Start a run of one's own that goes on from the moment at which another one is now."""
    return await made(runs.fork(run, guest), runs)


async def made(start: Awaitable[Run], runs: Runs) -> NewRun:
    """A run that was asked for, or why there is none."""
    with telling_why(runs):
        return new_run(await start)


def new_run(run: Run) -> NewRun:
    return NewRun(id=run.id, experiment=run.experiment, title=run.experiment.title, summary=run.experiment.summary)


@contextmanager
def telling_why(runs: Runs) -> Iterator[None]:
    """Why something that was asked for cannot be made, or computed."""
    try:
        yield
    except (OverQuota, NoPlace) as quota:
        raise refused(409, "quota_exceeded", str(quota)) from None
    except (Full, Crowded) as full:
        raise unavailable("server_full", str(full), runs) from None
    except Invalid as wrong:
        raise invalid(wrong.problems) from None
    except TooLarge as large:
        raise refused(422, "too_large", str(large)) from None
    except Failed as failed:
        raise unavailable("not_started", str(failed), runs) from None
    except NotComputed as failed:
        raise unavailable("not_computed", str(failed), runs) from None


def unavailable(code: str, message: str, runs: Runs) -> HTTPException:
    """Not now; a moment to come back, not the same for all who are told."""
    refusal = refused(503, code, message)
    refusal.headers = {"Retry-After": runs.settings.moment_to_come_back()}
    return refusal


@router.get("/runs/{run_id}", responses=fails(404, 409))
async def show_run(run_id: Watched, runs: AllRuns) -> RunState:
    """Tell how far a run has come. One that sleeps is not woken."""
    if run := runs.find(run_id):
        return RunState(id=run.id, experiment=run.experiment, watchers=len(run.watchers), **run.state)
    kept = await runs.kept(run_id)
    if kept is None:
        raise not_found()
    experiment, problem = readable(kept)
    if problem:
        raise refused(409, "unreadable", problem)
    return RunState(id=kept.id, experiment=experiment, watchers=0, **kept.state)


def readable(kept: KeptRun) -> tuple[Experiment, str]:
    """A kept run's experiment; where there is none any more, the default one and why."""
    try:
        return Experiment.parse(kept.experiment), ""
    except InvalidExperiment:
        return Experiment(), "This run is of another version of the playground: it cannot be opened, only deleted."


@router.get(
    "/runs/{run_id}/training.gif", response_class=Response, responses=fails(404, 409, 503) | brings("image/gif")
)
async def film_run(run: Annotated[Run, Depends(run_of)], runs: AllRuns) -> Response:
    """Show how the network's answer came about, moment by moment, as an animated picture."""
    try:
        film = await run.fetch("film")
    except Failed as failed:
        raise unavailable("not_drawn", str(failed), runs) from None
    if not film:
        raise refused(
            409, "nothing_to_draw", "Only a network of points on a line or in a plane has a map to be filmed."
        )
    name = {"Content-Disposition": 'attachment; filename="training.gif"'}
    return Response(film, media_type="image/gif", headers=name)


@router.delete("/runs/{run_id}", status_code=204, responses=fails(403, 404))
async def end_run(run_id: Steered, runs: AllRuns) -> Response:
    """End a run and forget it; those who watch it are told."""
    await runs.delete(run_id)
    return Response(status_code=204)


@router.get("/runs/{run_id}/share", responses=fails(403, 404))
async def show_sharing(run_id: Steered, access: Entry) -> Sharing:
    """Tell whether others may watch the run by a link."""
    return Sharing(is_shared=await access.is_shared(run_id))


@router.post("/runs/{run_id}/share", status_code=201, responses=fails(403, 404, 507))
async def share_run(run_id: Steered, access: Entry, rooms: AllRooms) -> Share:
    """Make a secret by which others may watch the run; one that was made before is void from now on."""
    secret = await access.share(run_id)
    await rooms.settle(run_id, NOT_SHARED)
    return Share(run=run_id, secret=secret)


@router.delete("/runs/{run_id}/share", status_code=204, responses=fails(403, 404, 507))
async def unshare_run(run_id: Steered, access: Entry, rooms: AllRooms) -> Response:
    """Let nobody watch by a link any more; those who do are shown out."""
    await access.unshare(run_id)
    await rooms.settle(run_id, NOT_SHARED)
    return Response(status_code=204)


@router.post("/shares", responses=fails(400, 401, 404, 413, 415, 507))
async def accept_share(body: Annotated[bytes, Depends(body_of)], access: Entry, guest: Guest) -> Shared:
    """Exchange a link's secret for the right to watch its run from now on."""
    secret = secret_in(body)
    if guest == NOBODY:
        raise refused(401, "no_cookie", "Open the playground's page first: watching a shared run needs its cookie.")
    run_id = await access.accept(secret, guest)
    if run_id is None:
        raise refused(404, "not_found", "This link leads to no run: it was taken back, or is not whole.")
    return Shared(run=run_id)


def secret_in(body: bytes) -> str:
    try:
        secret = orjson.loads(body)["secret"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        secret = None
    if not isinstance(secret, str):
        raise refused(400, "bad_json", 'Expected {"secret": "..."}, as a link to watch a run has it.')
    return secret


@router.get("/catalogue")
async def show_catalogue() -> dict[str, Any]:
    """Everything that can be built: the JSON Schema of an experiment, experiments by name, and the default one."""
    return catalogue()


@router.get("/thumbnails")
async def show_thumbnails() -> dict[str, Any]:
    """A small picture of each kind of data set: points from −25 to 25 with their targets, or images of 16 grays."""
    return thumbnails()


@router.get("/presets")
async def show_presets() -> list[PresetEntry]:
    """The gallery: experiments worth starting from, in the order in which they are shown."""
    return [
        PresetEntry(
            name=name,
            title=preset.title,
            group=preset.group,
            says=preset.says,
            summary=preset.experiment.summary,
            experiment=preset.experiment,
        )
        for name, preset in gallery.items()
    ]


def methods_at(path: str, routers: Iterable[APIRouter]) -> set[str]:
    """All methods that a path has; the framework's own 405 names only those of its first route."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
