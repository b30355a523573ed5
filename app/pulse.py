"""Pulse: whether each training process still hears. One that does not is killed: another goes on from what was kept."""

import asyncio

from app.run import Failed, Run
from app.runs import Runs

PULSE_SECONDS = 5.0


async def feel(runs: Runs) -> None:
    """Ask all again and again, for as long as the server is there."""
    while True:
        await asyncio.sleep(min(PULSE_SECONDS, runs.settings.stuck_limit_seconds))
        await asyncio.gather(*(check(run, runs.settings.stuck_limit_seconds) for run in list(runs.awake.values())))


async def check(run: Run, limit_seconds: float) -> None:
    training = run.training
    try:
        await run.fetch("pulse", limit_seconds)
    except Failed:
        if run.training is training and not run.is_over:  # it was not replaced meanwhile
            training.kill()
