"""Waking: what was training when the server ended goes on, a few runs at a time, and none keeps the others waiting."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from app import archive
from app.main import MIGRATIONS
from app.present import no_rows
from app.run import Failed, Run
from app.runs import Phase, Runs
from app.settings import IN_MEMORY, Settings
from app.store import Store
from app.tables import Tables

TRAINING = [f"training-{number}" for number in range(9)]


class Sleepers(Runs):
    """Runs that take a while to wake, counted; one cannot be woken at all."""

    at_once = most_at_once = 0
    awoken: tuple[str, ...] = ()

    async def open(self, id: str) -> Run | None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if id == TRAINING[2]:
            raise Failed("It cannot be woken.")
        self.awoken += (id,)
        return None


@pytest.fixture
def store() -> Iterator[Store]:
    """Nine runs that were training, and one that was not."""
    with closing(Store(None, MIGRATIONS)) as store:
        for id in [*TRAINING, "resting"]:
            state = {"status": "paused" if id == "resting" else "playing"}
            store.submit(archive.add(id, "", None, "{}", state, b"", None)).result()
            store.submit(archive.Save(id, 0, b"", "{}", state, no_rows())).result()
        yield store


def test_what_was_training_is_woken_four_at_a_time(store: Store) -> None:
    settings = Settings(data=IN_MEMORY)

    async def wake() -> Sleepers:
        sleepers = Sleepers(store, settings, Tables(store, settings))
        assert sleepers.phase == Phase.STARTING
        await sleepers.wake_all()
        return sleepers

    sleepers = asyncio.run(wake())
    assert sorted(sleepers.awoken) == [id for id in TRAINING if id != TRAINING[2]]
    assert sleepers.most_at_once == 4
    assert sleepers.phase == Phase.READY
