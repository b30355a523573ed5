"""The store: what was asked for is done or refused, whatever becomes of those who asked."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import FILE, NotSaved, Store

TABLE = "CREATE TABLE notes (text BLOB)"
MEGABYTE = b"x" * 2**20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, [TABLE], most_megabytes=2)
    yield opened
    opened.close()


def write(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO notes VALUES (?)", (b"a note",))


def fill(connection: sqlite3.Connection) -> None:
    for _ in range(4):
        connection.execute("INSERT INTO notes VALUES (?)", (MEGABYTE,))


def count(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT count(*) FROM notes").fetchone()[0]
    return found


def test_whoever_no_longer_waits_disturbs_nobody(store: Store) -> None:
    async def ask_and_leave() -> int:
        for _ in range(50):
            asking = asyncio.ensure_future(store.do(write))
            await asyncio.sleep(0)
            asking.cancel()
        async with asyncio.timeout(10):
            return await store.do(count)

    assert 0 <= asyncio.run(ask_and_leave()) <= 50


def test_a_full_disk_refuses_what_needs_room_and_nothing_beside_it(store: Store) -> None:
    async def ask_at_once() -> tuple[object, ...]:
        return tuple(await asyncio.gather(*map(store.do, (count, fill, write, count)), return_exceptions=True))

    before, full, written, after = asyncio.run(ask_at_once())
    assert isinstance(full, NotSaved)
    assert (before, written, after) == (0, None, 1)


def test_saving_is_possible_again_only_once_something_was_saved(store: Store) -> None:
    async def fill_and_read() -> None:
        with pytest.raises(NotSaved):
            await store.do(fill)
        assert not store.is_saving
        await store.do(count)
        assert not store.is_saving
        await store.do(write)
        assert store.is_saving

    asyncio.run(fill_and_read())


@pytest.mark.parametrize("had", [None, 0o644])
def test_nobody_else_on_the_machine_reads_what_is_kept(tmp_path: Path, had: int | None) -> None:
    tmp_path.chmod(0o755)
    if had is not None:
        (tmp_path / FILE).touch(had)
    store = Store(tmp_path, [TABLE])
    store.submit(write).result()
    files = [path for path in tmp_path.iterdir() if path.name.startswith(FILE)]
    assert len(files) > 1, "its log, too"
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    store.close()
