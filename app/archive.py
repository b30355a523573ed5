"""Archive: the runs that are kept. Each has what it goes on from, the commands that it obeyed since, and its curve."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import time
from typing import Any

import numpy as np
import orjson

from app.present import COLUMNS, Present, Rows, no_rows
from app.store import Work

log = logging.getLogger(__name__)
ENTRIES_KEPT = 500  # of those that no moment needs any more
ANSWERS_KEPT = 256

TABLES = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    is_pinned INTEGER NOT NULL DEFAULT 0,
    is_touched INTEGER NOT NULL DEFAULT 0,  -- somebody did something to it: it did not only train as a page began it
    origin TEXT,                     -- the run that it was forked from
    experiment TEXT NOT NULL,
    state TEXT NOT NULL,             -- status, step, epoch, metrics
    is_playing INTEGER NOT NULL DEFAULT 0,
    made_at REAL NOT NULL,
    touched_at REAL NOT NULL,
    thumbnail BLOB,
    portrayed_at REAL                -- when the thumbnail was drawn
) STRICT;
CREATE INDEX runs_of_owner ON runs (owner, touched_at);

CREATE TABLE moments (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    slot INTEGER NOT NULL,           -- two take turns, so that one is whole whatever happens to the other
    number INTEGER NOT NULL,
    entry INTEGER NOT NULL,          -- so many commands are behind it
    present BLOB NOT NULL,
    PRIMARY KEY (run, slot)
) STRICT;

CREATE TABLE entries (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    number INTEGER NOT NULL,
    step INTEGER NOT NULL,
    command TEXT NOT NULL,
    note TEXT,                       -- what it changed
    at REAL NOT NULL,
    PRIMARY KEY (run, number)
) STRICT;

CREATE TABLE curves (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    number INTEGER NOT NULL,
    rows BLOB NOT NULL,
    PRIMARY KEY (run, number)
) STRICT
"""

PASTS_TABLE = """
CREATE TABLE pasts (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    number INTEGER NOT NULL,         -- of the command that put it aside
    past BLOB NOT NULL,
    PRIMARY KEY (run, number)
) STRICT;
ALTER TABLE entries ADD COLUMN asked TEXT;   -- who asked for it, and as which command of theirs
ALTER TABLE entries ADD COLUMN answer TEXT
"""


@dataclass(frozen=True)
class KeptRun:
    """A run as it is written down."""

    id: str
    owner: str
    name: str
    is_pinned: bool
    is_touched: bool
    origin: str | None
    experiment: dict[str, Any]
    state: dict[str, Any]
    is_playing: bool
    made_at: float
    touched_at: float

    @classmethod
    def of(cls, row: Mapping[str, Any] | sqlite3.Row) -> KeptRun:
        read = dict(row) | {name: orjson.loads(row[name]) for name in ("experiment", "state")}
        return cls(**read | {name: bool(row[name]) for name in ("is_pinned", "is_touched", "is_playing")})


COLUMNS_OF_A_RUN = "id, owner, name, is_pinned, is_touched, origin, experiment, state, is_playing, made_at, touched_at"


def add(
    id: str, owner: str, origin: str | None, experiment: str, state: dict[str, Any], start: bytes, name: str | None
) -> Work[None]:
    """A new run. One that was forked, or has a name, was wanted by somebody."""

    def work(connection: sqlite3.Connection) -> None:
        now = time()
        row = (id, owner, origin, experiment, orjson.dumps(state).decode(), now, now)
        connection.execute(
            "INSERT OR IGNORE INTO runs (id, owner, origin, experiment, state, made_at, touched_at, name, is_touched) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, name or "", origin is not None or name is not None),
        )
        connection.execute("INSERT OR IGNORE INTO moments VALUES (?, 0, 0, 0, ?)", (id, start))

    return work


def find(id: str) -> Work[KeptRun | None]:
    def work(connection: sqlite3.Connection) -> KeptRun | None:
        row = connection.execute(f"SELECT {COLUMNS_OF_A_RUN} FROM runs WHERE id = ?", (id,)).fetchone()
        return KeptRun.of(row) if row else None

    return work


def count_runs() -> Work[int]:
    """How many runs are kept, awake or asleep."""
    return lambda connection: int(connection.execute("SELECT count(*) FROM runs").fetchone()[0])


def playing() -> Work[list[str]]:
    """The runs that were training when the server ended."""
    return lambda connection: [row["id"] for row in connection.execute("SELECT id FROM runs WHERE is_playing")]


def enter(
    run: str, number: int, step: int, command: dict[str, Any], note: Any, asked: str, answer: dict[str, Any]
) -> Work[None]:
    """Write down a command that was obeyed, what it changed, and what is answered, under the name by which it may come
    again, if it has one."""

    def work(connection: sqlite3.Connection) -> None:
        now = time()
        texts = [None if part is None else orjson.dumps(part).decode() for part in (command, note, answer)]
        query = (
            "INSERT OR REPLACE INTO entries (run, number, step, command, note, answer, asked, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        connection.execute(query, (run, number, step, *texts, asked, now))
        query = "UPDATE runs SET touched_at = ?, is_touched = is_touched OR ? WHERE id = ?"
        connection.execute(query, (now, is_by_hand(command), run))

    return work


def answers(run: str) -> Work[dict[str, str]]:
    """What was answered lately to commands that may come again, by their names, oldest first."""
    query = "SELECT asked, answer FROM entries WHERE run = ? AND asked != '' ORDER BY number DESC LIMIT ?"

    def work(connection: sqlite3.Connection) -> dict[str, str]:
        found = connection.execute(query, (run, ANSWERS_KEPT)).fetchall()
        return {row["asked"]: row["answer"] for row in reversed(found)}

    return work


def is_by_hand(command: dict[str, Any]) -> bool:
    """Whether somebody wanted it: the page by itself sets the speed, trains up to an epoch, and pauses. A race is
    started by somebody."""
    is_beginning = command.get("until_epoch") is not None and not command.get("by_epoch")
    return command["op"] not in ("speed", "pause") and not is_beginning


@dataclass(frozen=True)
class Save:
    """A moment to be kept, and what was added to the curve since the last."""

    run: str
    entry: int
    present: bytes
    experiment: str
    state: dict[str, Any]
    rows: Rows
    is_new_curve: bool = False

    def __call__(self, connection: sqlite3.Connection) -> None:
        text, is_playing = orjson.dumps(self.state).decode(), self.state.get("status") == "playing"
        values = (self.experiment, text, is_playing, self.run)
        if not connection.execute(
            "UPDATE runs SET experiment = ?, state = ?, is_playing = ? WHERE id = ?", values
        ).rowcount:
            return  # it was deleted meanwhile
        last = connection.execute("SELECT max(number) FROM moments WHERE run = ?", (self.run,)).fetchone()[0] or 0
        moment = (self.run, (last + 1) % 2, last + 1, self.entry, self.present)
        connection.execute("INSERT OR REPLACE INTO moments VALUES (?, ?, ?, ?, ?)", moment)
        self.prune(connection)
        self.draw(connection)

    def prune(self, connection: sqlite3.Connection) -> None:
        """Forget commands that both moments have behind them, but for the newest."""
        needed = "SELECT min(entry) FROM moments WHERE run = ?"
        query = f"DELETE FROM entries WHERE run = ? AND number <= min(({needed}), ? - {ENTRIES_KEPT})"
        connection.execute(query, (self.run, self.run, self.entry))

    def draw(self, connection: sqlite3.Connection) -> None:
        if self.is_new_curve:
            connection.execute("DELETE FROM curves WHERE run = ?", (self.run,))
        if len(self.rows):
            number = "SELECT coalesce(max(number), 0) + 1 FROM curves WHERE run = ?"
            values = (self.run, self.run, self.rows.tobytes())
            connection.execute(f"INSERT INTO curves VALUES (?, ({number}), ?)", values)


def load(run: str) -> Work[Present | None]:
    """What a run goes on from: its newest moment that is whole, what it obeyed since, and its curve up to there."""

    def work(connection: sqlite3.Connection) -> Present | None:
        found = connection.execute("SELECT * FROM moments WHERE run = ? ORDER BY number DESC", (run,))
        for moment in found.fetchall():
            try:
                present = Present.unpacked(moment["present"])
            except Exception:  # whatever the damage is: the other one may be whole
                log.exception("moment %s of run %s is damaged", moment["number"], run)
                continue
            entries = entries_after(connection, run, moment["entry"])
            rows = present.rows if len(present.rows) else curve_of(connection, run)
            return replace(present, rows=rows, entries=tuple(entries), earlier=tuple(pasts_of(connection, run)))
        return None

    return work


def entries_after(connection: sqlite3.Connection, run: str, number: int) -> list[dict[str, Any]]:
    found = connection.execute(
        "SELECT number, step, command FROM entries WHERE run = ? AND number > ? ORDER BY number", (run, number)
    )
    return [dict(row) | {"command": orjson.loads(row["command"])} for row in found]


def put_aside(run: str, number: int, past: bytes) -> Work[None]:
    """Keep what a run was reset from, under the number of that command."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO pasts VALUES (?, ?, ?)", (run, number, past))

    return work


def keep_only(run: str, numbers: Sequence[int]) -> Work[None]:
    """Forget all that a run was reset from, but for these."""

    def work(connection: sqlite3.Connection) -> None:
        marks = ", ".join("?" * len(numbers))
        connection.execute(f"DELETE FROM pasts WHERE run = ? AND number NOT IN ({marks})", (run, *numbers))

    return work


def pasts_of(connection: sqlite3.Connection, run: str) -> Iterator[tuple[int, Present]]:
    """What a run was reset from, as far as it is whole."""
    for row in connection.execute("SELECT number, past FROM pasts WHERE run = ? ORDER BY number", (run,)).fetchall():
        try:
            yield row["number"], Present.unpacked(row["past"])
        except Exception:
            log.exception("past %s of run %s is damaged", row["number"], run)


def together(*works: Work[Any]) -> Work[None]:
    """All of them, or none."""

    def work(connection: sqlite3.Connection) -> None:
        for each in works:
            each(connection)

    return work


def curve_of(connection: sqlite3.Connection, run: str) -> Rows:
    found = connection.execute("SELECT rows FROM curves WHERE run = ? ORDER BY number", (run,))
    parts = [np.frombuffer(row["rows"]).reshape(-1, len(COLUMNS)) for row in found]
    return np.concatenate(parts) if parts else no_rows()


def delete(runs: Sequence[str]) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.executemany("DELETE FROM runs WHERE id = ?", [(id,) for id in runs])

    return work


def portray(run: str, portrait: bytes) -> Work[None]:
    """Keep how the network looks, as a PNG."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE runs SET thumbnail = ?, portrayed_at = ? WHERE id = ?", (portrait, time(), run))

    return work
