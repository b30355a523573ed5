"""Tidying: runs and tables that are let go, of their own age or because their owner wants nothing to be left."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from time import time
from typing import NamedTuple

from app import shelf, tables
from app.protocol import Close
from app.runs import Runs
from app.store import NotSaved
from app.tables import IMAGES, TABLE

TIDYING_SECONDS = 3600.0


class Gone(NamedTuple):
    """How much of a guest's was deleted."""

    runs: int
    tables: int
    images: int


async def delete_all(runs: Runs, owner: str, kept: Collection[str] = ()) -> Gone:
    """End all runs of a guest and forget them, what was brought but for what is of the `kept` kinds, and what others
    let the guest watch. Raises NotSaved."""
    for run in list(runs.awake.values()):
        if run.owner == owner and not run.is_over:
            run.end(Close.RUN_ENDED, "The run was ended.")
    count = await runs.store.do(shelf.delete_all(owner))
    brought = {
        kind: 0 if kind in kept else await runs.store.do(tables.delete_all(owner, kind)) for kind in (TABLE, IMAGES)
    }
    await forget(runs)
    return Gone(count, brought[TABLE], brought[IMAGES])


async def forget(runs: Runs) -> None:
    """Leave nothing of what is kept no more. Raises NotSaved."""
    await runs.tables.clear(runs.contents_in_use())
    await runs.store.shred()


async def tidy(runs: Runs) -> None:
    """Delete what has been left alone for too long, now and then."""
    while True:
        with suppress(NotSaved):
            await delete_old(runs, time())
        await asyncio.sleep(TIDYING_SECONDS)


async def delete_old(runs: Runs, now: float) -> None:
    """Delete what has been left alone for too long at that time, and what is beyond its quota. Raises NotSaved."""
    settings, awake = runs.settings, list(runs.awake)
    gone = await runs.store.do(shelf.delete_old(now, settings.retention_days, awake))
    gone += await runs.store.do(shelf.delete_excess(settings.max_kept_megabytes_per_guest * 2**20, awake))
    old_tables = await runs.store.do(tables.delete_old(now, settings.retention_days))
    await runs.store.do(shelf.delete_old_guests(now, settings.retention_days))
    if gone or old_tables:
        await runs.store.shred()
    await runs.tables.clear(runs.contents_in_use())
