"""Tidying: runs that are let go, of their own age or because their owner wants nothing to be left."""

import asyncio
from contextlib import suppress
from time import time

from app import shelf
from app.protocol import Close
from app.runs import Runs
from app.store import NotSaved

TIDYING_SECONDS = 3600.0


async def delete_all(runs: Runs, owner: str) -> None:
    """End all runs of a guest and forget them, and what others let the guest watch. Raises NotSaved."""
    for run in list(runs.awake.values()):
        if run.owner == owner and not run.is_over:
            run.end(Close.RUN_ENDED, "The run was ended.")
    await runs.store.do(shelf.delete_all(owner))
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
    await runs.store.do(shelf.delete_old_guests(now, settings.retention_days))
    if gone:
        await runs.store.shred()
