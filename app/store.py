"""Store: what outlives the server, in one SQLite file. One thread holds its only connection, so nobody waits for a lock
and the event loop never for a disk. What is asked at the same time is committed together."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from app import metrics

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

FILE = "playground.sqlite3"
IN_MEMORY = ":memory:"
BUSY_SECONDS = 5.0
FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


class StoreError(Exception):
    """The store cannot be used; the text says why and what to do."""


class NotSaved(Exception):
    """This could not be written down: the disk is full, or fails. What was there before is unharmed."""


class Job(NamedTuple):
    """Something to do inside a transaction, and who waits until it is committed."""

    work: Work[Any]
    future: Future[Any]
    is_alone: bool = False  # outside of any transaction


class Store:
    """The file, or only memory, with all that `migrations` have made of it so far."""

    def __init__(self, path: Path | None, migrations: Sequence[str], most_megabytes: int = 0) -> None:
        """`path`: the folder to keep the file in, None keeps nothing. `most_megabytes`: how large it may become, 0 is
        as large as the disk. Raises StoreError."""
        self.is_saving = True
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        opened: Future[None] = Future()
        self.thread = Thread(target=self.live, args=(path, migrations, most_megabytes, opened), daemon=True)
        self.thread.start()
        opened.result()

    async def do(self, work: Work[T]) -> T:
        """Do this inside a transaction; it is on the disk when this returns. Raises NotSaved."""
        return await asyncio.wrap_future(self.submit(work))

    def submit(self, work: Work[T], is_alone: bool = False) -> "Future[T]":
        future: Future[T] = Future()
        self.jobs.put(Job(work, future, is_alone))
        return future

    async def copy(self, to: Path) -> None:
        """Write all that is kept at this moment to a file of its own. Raises NotSaved."""
        await asyncio.wrap_future(self.submit(lambda connection: copied(connection, to), is_alone=True))

    async def shred(self) -> None:
        """Leave nothing of what was deleted, not even in the file's log. Raises NotSaved."""
        await asyncio.wrap_future(self.submit(checkpoint, is_alone=True))

    def close(self) -> None:
        """Finish what was asked for, and put the file in order."""
        self.jobs.put(None)
        self.thread.join()

    # --- the thread -------------------------------------------------------------------------------------------

    def live(self, path: Path | None, migrations: Sequence[str], most: int, opened: "Future[None]") -> None:
        try:
            self.connection = connection = connected(path)
            check(connection)
            migrate(connection, migrations)
            limit(connection, most)
        except (OSError, sqlite3.Error, StoreError) as error:
            opened.set_exception(error if isinstance(error, StoreError) else StoreError(reason(path, error)))
            return
        opened.set_result(None)
        while self.settle(self.next_jobs()):
            pass
        with suppress(sqlite3.Error):  # a full disk: all that was committed is in the file and its log
            checkpoint(connection)
        connection.close()

    def next_jobs(self) -> list[Job | None]:
        """Wait for one, and take along all that wait with it."""
        jobs = [self.jobs.get()]
        with suppress(Empty):
            while jobs[-1] is not None:
                jobs.append(self.jobs.get_nowait())
        return jobs

    def settle(self, jobs: list[Job | None]) -> bool:
        """Do them. False when they were the last."""
        work = [job for job in jobs if job is not None]
        awaited = [job for job in work if job.future.set_running_or_notify_cancel()]  # and cannot be cancelled any more
        if together := [job for job in awaited if not job.is_alone]:
            self.commit(together)
        for job in awaited:
            if job.is_alone:
                self.do_alone(job)
        return len(work) == len(jobs)

    def do_alone(self, job: Job) -> None:
        try:
            job.future.set_result(job.work(self.connection))
        except sqlite3.Error as error:
            job.future.set_exception(not_saved(error))

    def commit(self, work: list[Job]) -> None:
        """Do them in one transaction. Where that fails, each has one of its own: what only reads needs no room."""
        changes = self.connection.total_changes
        try:
            with metrics.timed_save():
                self.connection.execute("BEGIN IMMEDIATE")
                settled = [self.attempt(job) for job in work]
                self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self.undo(work, error)
            return
        self.is_saving = self.is_saving or self.connection.total_changes > changes
        for settle in settled:
            settle()

    def attempt(self, job: Job) -> Callable[[], None]:
        """What is to be told once it is committed. One that goes wrong takes only its own changes back."""
        self.connection.execute("SAVEPOINT job")
        try:
            result = job.work(self.connection)
        except Exception as error:
            if is_full(error):
                raise
            self.connection.execute("ROLLBACK TO job")
            return lambda error=error: job.future.set_exception(error)  # type: ignore[misc]
        finally:
            with suppress(sqlite3.Error):
                self.connection.execute("RELEASE job")
        return lambda: job.future.set_result(result)

    def undo(self, jobs: list[Job], error: sqlite3.Error) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        if len(jobs) > 1:
            for job in jobs:
                self.commit([job])
            return
        self.is_saving = False
        jobs[0].future.set_exception(not_saved(error))


def not_saved(error: sqlite3.Error) -> NotSaved:
    return NotSaved(f"Nothing can be saved now: {error}.")


def copied(connection: sqlite3.Connection, to: Path) -> None:
    connection.execute("VACUUM INTO ?", (str(to),))


def checkpoint(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def is_full(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in FULL


def connected(path: Path | None, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    if path:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        hide(path / FILE)
    connection = sqlite3.connect(path / FILE if path else IN_MEMORY, isolation_level=None, timeout=busy_seconds)
    connection.row_factory = sqlite3.Row
    for pragma in (
        "locking_mode=EXCLUSIVE",  # a second server on the same file is told so when it starts
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def hide(file: Path) -> None:
    """For our eyes only, whoever made the folder: the class code is in it, and all work. Its log is as it is."""
    with suppress(OSError):  # of which SQLite tells where it matters
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)


def check(connection: sqlite3.Connection) -> None:
    """Raises StoreError if the file is damaged anywhere, not only where somebody happens to look."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(f"malformed: {found}")


def migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Bring the file to the newest version: each migration counts as one."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise StoreError(
            f"The data was written by a newer version of the playground (format {version}; this one knows "
            f"{len(migrations)}). Start the newer version, or another folder with PLAYGROUND_DATA."
        )
    for number, script in enumerate(migrations[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT")


def limit(connection: sqlite3.Connection, megabytes: int) -> None:
    if megabytes:
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {megabytes * 2**20 // page}")


def reason(path: Path | None, error: OSError | sqlite3.Error) -> str:
    """Why the file cannot be opened, for the one who starts the server."""
    text = str(error)
    place = f"{path}: " if path else ""
    if "locked" in text:
        return f"{place}another server is using this data. Stop it, or start with another folder in PLAYGROUND_DATA."
    if "malformed" in text or "not a database" in text:
        return (
            f"{place}the data is damaged ({text}). Put a backup in its place with `playground restore FILE`, or start "
            "with another folder in PLAYGROUND_DATA."
        )
    return f"{place}the data cannot be opened ({text}). Choose another folder with PLAYGROUND_DATA."
