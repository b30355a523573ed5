"""My runs over HTTP: the runs that are kept of a guest, looked at, named, carried away as a file and brought again."""

import asyncio
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app import runfile, shelf
from app.access import NOBODY
from app.api import (
    BINARY,
    AllRooms,
    AllRuns,
    Document,
    ErrorBody,
    Guest,
    NewRun,
    Steered,
    Watched,
    brings,
    fails,
    made,
    not_found,
    readable,
    refused,
    run_of,
    takes,
    unavailable,
)
from app.archive import KeptRun
from app.files import attachment, one_of_few, sent
from app.naming import BadName, named
from app.present import COLUMNS, Present
from app.run import Failed, Run
from app.runfile import MOST_BYTES, Carried, NotARun
from app.runs import Runs
from app.tables import IMAGES, TABLE, OverQuota, content_of, packed_of_all
from app.tidying import delete_all
from core import Experiment

MOST_ROWS = 300
FILE_TYPE = "application/octet-stream"
FILE_ENDING = ".run"
TOO_LARGE = f"The file is too large: that of a run has at most {MOST_BYTES // 2**20} MB."
MOST_IN_A_PAGE = 100

router = APIRouter(prefix="/api", responses={"default": {"model": ErrorBody, "description": "Any other error"}})


class ShelfEntry(BaseModel):
    """A run that is kept: how far it is, whose it goes on from, and when it was made, changed last, and drawn as its
    thumbnail (seconds since 1970). `problem`: why it cannot be opened; it has no title then, and its experiment is the
    default one."""

    id: str
    name: str
    title: str
    summary: str
    status: Literal["playing", "paused", "diverged", "finished"]
    step: int
    epoch: int
    metrics: dict[str, float]
    experiment: Experiment
    is_pinned: bool
    is_shared: bool
    portrayed_at: float | None
    origin: str | None
    watchers: int
    made_at: float
    touched_at: float
    problem: str = ""


class Shelf(BaseModel):
    """A page of the runs that are kept of a guest: how many there are in all, and how many there may be (0: any)."""

    runs: list[ShelfEntry]
    total: int
    most: int


class Deleted(BaseModel):
    """How much was deleted of what a guest had."""

    runs: int
    tables: int
    images: int


class Mark(BaseModel):
    """What a guest may set of a run; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = None
    is_pinned: bool | None = None


class CurveRows(BaseModel):
    """Rows of the loss curves, thinned; null where there is no such number."""

    columns: list[str]
    rows: list[list[float | None]]


class SettingChange(BaseModel):
    """A setting, as it was and as it became; a part as a whole where it is of another kind."""

    field: str
    before: Any
    after: Any


class RunChange(BaseModel):
    """Something that was done to a run on its way: at which update and epoch, and at what time of day. Of `change` the
    settings, of `edit` the weight, of `seek` and `take_back` the epoch that it came from."""

    op: Literal["change", "edit", "reset", "seek", "take_back"]
    step: int
    epoch: float
    at: float
    settings: list[SettingChange] | None = None
    source: float | None = None
    layer: int | None = None
    unit: int | None = None
    input: int | None = None
    before: float | None = None
    after: float | None = None


def entry_of(kept: KeptRun, is_shared: bool, portrayed_at: float | None, runs: Runs) -> ShelfEntry:
    """A kept run as it is now: one that is awake is further than what is written down."""
    awake = runs.find(kept.id)
    experiment, problem = (awake.experiment, "") if awake else readable(kept)
    return ShelfEntry(
        id=kept.id,
        name=kept.name,
        title="" if problem else experiment.title,
        summary=problem or experiment.summary,
        problem=problem,
        experiment=experiment,
        is_pinned=kept.is_pinned,
        is_shared=is_shared,
        portrayed_at=portrayed_at,
        origin=kept.origin,
        watchers=len(awake.watchers) if awake else 0,
        made_at=kept.made_at,
        touched_at=kept.touched_at,
        **(awake.state if awake else kept.state),
    )


@router.get("/runs", responses=fails(422))
async def list_runs(
    runs: AllRuns,
    guest: Guest,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_IN_A_PAGE)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Shelf:
    """List the runs that are kept of whoever asks and that somebody has touched: pinned ones first, then the newest.
    `search` finds words of the name and of the experiment."""
    kept = await runs.store.do(shelf.listed(guest))
    words = search.casefold().split()
    entries = [entry_of(*each, runs) for each in kept] if words else []
    chosen = [entry for entry in entries if all(word in words_of(entry) for word in words)]
    page = slice(offset, offset + limit)
    return Shelf(
        runs=chosen[page] if words else [entry_of(*each, runs) for each in kept[page]],
        total=len(chosen) if words else len(kept),
        most=0 if guest == NOBODY else runs.settings.max_kept_runs_per_guest,
    )


def words_of(entry: ShelfEntry) -> str:
    return f"{entry.name} {entry.title} {entry.summary}".casefold()


async def mark_of(document: Document) -> Mark:
    try:
        mark = Mark.model_validate(document)
        return mark if mark.name is None else mark.model_copy(update={"name": named(mark.name)})
    except ValidationError:
        raise refused(422, "invalid_request", 'Expected {"name": "...", "is_pinned": true or false}.') from None
    except BadName as bad:
        raise refused(422, "bad_name", str(bad), [{"field": "name", "message": str(bad)}]) from None


@router.patch("/runs/{run_id}", responses=fails(400, 403, 404, 413, 415, 422, 507), openapi_extra=takes("Mark"))
async def mark_run(run_id: Steered, mark: Annotated[Mark, Depends(mark_of)], runs: AllRuns) -> ShelfEntry:
    """Name a run, or pin it: a pinned one is never deleted for its age."""
    await runs.store.do(shelf.mark(run_id, mark.name, mark.is_pinned))
    found = await runs.store.do(shelf.found(run_id))
    if found is None:
        raise not_found()
    return entry_of(*found, runs)


@router.get("/runs/{run_id}/curve", responses=fails(404))
async def show_curve(run_id: Watched, runs: AllRuns) -> CurveRows:
    """Show how the losses came down, in at most 300 rows."""
    run = runs.find(run_id)
    rows = np.array(run.broadcast.series.rows).reshape(-1, len(COLUMNS)) if run else np.empty((0, len(COLUMNS)))
    if not len(rows):
        rows = await runs.store.do(shelf.curve(run_id))
    listed = shelf.thinned(rows, MOST_ROWS).tolist()
    return CurveRows(columns=list(COLUMNS), rows=[[finite(value) for value in row] for row in listed])


def finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


@router.get("/runs/{run_id}/changes", responses=fails(404))
async def show_changes(run_id: Watched, runs: AllRuns) -> list[RunChange]:
    """Tell what was changed on the way, and when; of very many the latest."""
    return [RunChange(**change) for change in await runs.store.do(shelf.changes(run_id))]


@router.get("/runs/{run_id}/thumbnail.png", response_class=Response, responses=fails(404) | brings("image/png"))
async def show_thumbnail(run_id: Watched, runs: AllRuns) -> Response:
    """Show what the network has learned, as a small picture."""
    picture = await runs.store.do(shelf.thumbnail(run_id))
    if picture is None:
        raise refused(404, "not_drawn", "There is no picture of this run yet.")
    return Response(picture, media_type="image/png")


@router.delete("/runs", responses=fails(401, 422, 507))
async def delete_runs(
    runs: AllRuns, rooms: AllRooms, guest: Guest, keep_tables: bool = False, keep_images: bool = False
) -> Deleted:
    """Delete all runs and rooms of whoever asks, with all that belongs to them, what others let one watch, and the
    tables and images that one brought, unless those are to be kept."""
    if guest == NOBODY:
        raise refused(401, "no_cookie", "Open the playground's page first: only what has an owner is deleted together.")
    rooms.forget(guest)
    kept = [kind for kind, is_kept in ((TABLE, keep_tables), (IMAGES, keep_images)) if is_kept]
    return Deleted(**(await delete_all(runs, guest, kept))._asdict())


@router.get("/runs/{run_id}/file", response_class=Response, responses=fails(404, 409, 503) | brings(FILE_TYPE))
async def save_run(run: Annotated[Run, Depends(run_of)], runs: AllRuns) -> Response:
    """Save the whole run as one file: weights, optimizer, curve and past."""
    found = await runs.store.do(shelf.found(run.id))
    name = found.run.name if found else ""
    try:
        present = Present.unpacked(await run.fetch("present"))
        tables = await runs.store.do(packed_of_all(run.contents))
        data = await asyncio.to_thread(runfile.written, name, present, tables)
    except runfile.TooLarge as large:
        raise refused(409, "too_large", str(large)) from None
    except Failed as failed:
        raise unavailable("not_saved", str(failed), runs) from None
    headers = {"Content-Disposition": attachment((name or run.experiment.title) + FILE_ENDING)}
    return Response(data, media_type=FILE_TYPE, headers=headers)


async def file_of(request: Request) -> bytes:
    return await sent(request, [FILE_TYPE], MOST_BYTES, TOO_LARGE)


async def carried_in(file: Annotated[bytes, Depends(file_of)]) -> Carried:
    """The run in the file, which is not trusted."""
    try:
        return await asyncio.to_thread(runfile.read, file)
    except NotARun as wrong:
        raise refused(422, "not_a_run", str(wrong)) from None


@router.post(
    "/runs/file",
    status_code=201,
    responses=fails(408, 409, 413, 415, 422, 503, 507),
    openapi_extra=takes(BINARY, FILE_TYPE),
    dependencies=[Depends(one_of_few)],
)
async def bring_run(carried: Annotated[Carried, Depends(carried_in)], runs: AllRuns, guest: Guest) -> NewRun:
    """Bring a run that was saved as a file: it goes on from there, paused."""
    contents = [content_of(table) for table in carried.tables]
    try:
        return await made(runs.bring(carried.name, carried.present, contents, guest), runs)
    except OverQuota as over:
        raise refused(409, "quota_exceeded", str(over)) from None
