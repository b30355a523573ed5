"""Operating: what the one who runs the server asks it. Is it alive, is it ready, what are its figures, a backup."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from app import archive, metrics
from app.api import AllRuns, Entry, fails, refused, unavailable
from app.runs import BEING_STOPPED, Phase, Runs
from app.store import FILE, Store

CHUNK_BYTES = 65_536
NOT_READY = {
    Phase.STARTING: ("starting", "The server is starting: it wakes the runs that were training when it ended."),
    Phase.STOPPING: ("restarting", BEING_STOPPED),
}

router = APIRouter()


@router.get("/healthz", tags=["operating"])
async def health() -> dict[str, str]:
    """Answer, if the server is alive."""
    return {"status": "ok"}


@router.get("/readyz", tags=["operating"], responses=fails(503))
async def ready(runs: AllRuns) -> dict[str, str]:
    """Answer with 200 while the server takes visitors: not before all runs are awake again, nor when it stops."""
    if refusal := NOT_READY.get(runs.phase):
        raise unavailable(*refusal, runs)
    return {"status": "ok"}


@router.get("/metrics", include_in_schema=False)
async def show_figures(runs: AllRuns) -> Response:
    """The server's figures in Prometheus' text format."""
    await take_stock(runs)
    return Response(metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})


async def take_stock(runs: Runs) -> None:
    """Set the figures that are not counted as things happen."""
    awake, kept = len(runs.awake), await runs.store.do(archive.count_runs())
    metrics.RUNS.labels("awake").set(awake)
    metrics.RUNS.labels("asleep").set(max(0, kept - awake))
    metrics.PLAYING.set(runs.count_playing())
    metrics.WATCHERS.set(sum(len(run.watchers) for run in runs.awake.values()))
    metrics.LOAD.set(runs.load.level)
    metrics.SAVING.set(runs.store.is_saving)


@router.post("/admin/class-code", include_in_schema=False)
async def change_class_code(access: Entry) -> dict[str, str]:
    """Draw another class code: all who are in have to type it, and are then who they were."""
    if access.is_open or access.settings.class_code:
        reason = "The class code is not drawn by the server: the door is open, or PLAYGROUND_CLASS_CODE is set."
        raise refused(409, "not_drawn", reason)
    return {"class_code": await access.change_code()}


@router.get("/admin/backup", include_in_schema=False)
async def take_backup(runs: AllRuns) -> StreamingResponse:
    """All that is kept at this moment, as one SQLite file. Training goes on meanwhile."""
    file = await backup_of(runs.store, runs.settings.folder)
    chunks = iter(lambda: file.read(CHUNK_BYTES), b"")
    return StreamingResponse(chunks, media_type="application/vnd.sqlite3", background=BackgroundTask(file.close))


async def backup_of(store: Store, folder: Path | None) -> BinaryIO:
    """A copy to be read, on the disk of the data. It has no name any more: closed, it is gone."""
    with TemporaryDirectory(dir=folder, prefix="backup-") as place:
        file = Path(place, FILE)
        await store.copy(file)
        return file.open("rb")
