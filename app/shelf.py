"""Shelf: the runs that are kept of a guest: found, named, counted, and let go when their time is over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import orjson

from app.archive import COLUMNS_OF_A_RUN, KeptRun, curve_of
from app.present import Rows
from app.store import Work

A_DAY_SECONDS = 24 * 3600
MOST_LISTED = 1000
MOST_CHANGES = 500
IS_SHARED = "(id IN (SELECT run FROM shares) OR id IN (SELECT run FROM rooms))"
IS_SHOWN = f"(is_touched OR {IS_SHARED})"


class NoPlace(Exception):
    """A guest keeps as many runs as one may, and has set all of them apart."""


# --- looking --------------------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """A run that is kept, and what stands beside it."""

    run: KeptRun
    is_shared: bool
    portrayed_at: float | None


COLUMNS = f"{COLUMNS_OF_A_RUN}, {IS_SHARED} AS is_shared, portrayed_at"


def listed(owner: str) -> Work[list[Kept]]:
    """All runs of a guest that somebody touched: pinned ones first, then by their age."""

    def work(connection: sqlite3.Connection) -> list[Kept]:
        order = "ORDER BY is_pinned DESC, touched_at DESC LIMIT ?"
        query = f"SELECT {COLUMNS} FROM runs WHERE owner = ? AND {IS_SHOWN} {order}"
        return [kept_of(row) for row in connection.execute(query, (owner, MOST_LISTED))]

    return work


def found(id: str) -> Work[Kept | None]:
    def work(connection: sqlite3.Connection) -> Kept | None:
        row = connection.execute(f"SELECT {COLUMNS} FROM runs WHERE id = ?", (id,)).fetchone()
        return kept_of(row) if row else None

    return work


def kept_of(row: sqlite3.Row) -> Kept:
    columns = dict(row)
    is_shared, portrayed_at = bool(columns.pop("is_shared")), columns.pop("portrayed_at")
    return Kept(KeptRun.of(columns), is_shared, portrayed_at)


def curve(run: str) -> Work[Rows]:
    return lambda connection: curve_of(connection, run)


def thumbnail(run: str) -> Work[bytes | None]:
    def work(connection: sqlite3.Connection) -> bytes | None:
        row = connection.execute("SELECT thumbnail FROM runs WHERE id = ?", (run,)).fetchone()
        return row["thumbnail"] if row else None

    return work


def thinned(rows: Rows, most: int) -> Rows:
    """At most so many of the rows, evenly chosen, the first and the last among them."""
    if len(rows) <= most:
        return rows
    chosen: Rows = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
    return chosen


def changes(run: str) -> Work[list[dict[str, Any]]]:
    """What was changed, in that order: each with the update, the epoch and the time of day. Several moves through time
    in a row are one."""

    def work(connection: sqlite3.Connection) -> list[dict[str, Any]]:
        query = "SELECT * FROM entries WHERE run = ? AND note IS NOT NULL ORDER BY number DESC LIMIT ?"
        told = [told_of(row) for row in connection.execute(query, (run, MOST_CHANGES)).fetchall()]
        return [together(moves) for op, each in groupby(told[::-1], itemgetter("op")) for moves in parts_of(op, each)]

    return work


def parts_of(op: str, changes: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return [list(changes)] if op == "seek" else ([change] for change in changes)


def together(moves: list[dict[str, Any]]) -> dict[str, Any]:
    """The last of them, from where the first began."""
    return {**moves[-1], "source": moves[0]["source"]} if len(moves) > 1 else moves[0]


def told_of(row: sqlite3.Row) -> dict[str, Any]:
    """A change as the diary has it. Of an edit the place of the weight, and what it was and became."""
    command, note = orjson.loads(row["command"]), orjson.loads(row["note"])
    change = {"op": command["op"], "step": row["step"], "at": row["at"], **note}
    if command["op"] == "edit":
        change |= {name: command[name] for name in ("layer", "unit", "input")} | {"after": command["value"]}
    return change


# --- changing -------------------------------------------------------------------------------------------------------


def mark(run: str, name: str | None, is_pinned: bool | None) -> Work[None]:
    """Give a run a name, pin it, or take either back; what is None stays as it is."""

    def work(connection: sqlite3.Connection) -> None:
        query = (
            "UPDATE runs SET name = coalesce(?, name), is_pinned = coalesce(?, is_pinned), is_touched = 1 WHERE id = ?"
        )
        connection.execute(query, (name, is_pinned, run))

    return work


def delete_all(owner: str) -> Work[int]:
    """Delete all runs of a guest, and what others let them watch. Tells how many there were that somebody touched."""
    count = f"SELECT count(*) FROM runs WHERE owner = ? AND {IS_SHOWN}"

    def work(connection: sqlite3.Connection) -> int:
        (shown,) = connection.execute(count, (owner,)).fetchone()
        connection.execute("DELETE FROM runs WHERE owner = ?", (owner,))
        connection.execute("DELETE FROM grants WHERE guest = ?", (owner,))
        return int(shown)

    return work


# --- letting go -----------------------------------------------------------------------------------------------------


class Quota(NamedTuple):
    """What may be kept of a guest."""

    runs: int
    bytes: int


BYTES_OF_A_RUN = " + ".join(
    f"(SELECT coalesce(sum(length({column})), 0) FROM {table} WHERE run = runs.id)"
    for table, column in (("moments", "present"), ("pasts", "past"), ("curves", "rows"))
)


def dispensable(owner: str, quota: Quota, in_use: Sequence[str], wanted: int = 1) -> Work[str | None]:
    """The run that makes place for so many more; None where there still is place. Raises NoPlace."""

    def work(connection: sqlite3.Connection) -> str | None:
        query = f"SELECT count(*), coalesce(sum({BYTES_OF_A_RUN}), 0) FROM runs WHERE owner = ?"
        count, size = connection.execute(query, (owner,)).fetchone()
        if count + wanted <= quota.runs and size < quota.bytes:
            return None
        if free := free_runs(connection, owner, in_use):
            return free[0]
        if count < quota.runs < count + wanted:
            raise NoPlace(no_place_for(wanted, quota))
        raise NoPlace(no_place(quota) if count >= quota.runs else no_more_place(quota))

    return work


def no_place(quota: Quota) -> str:
    return (
        f"Kept runs: {quota.runs}, as many as one may keep, and all of them are pinned, named, shared or open. "
        "Delete one under My runs, then try again."
    )


def no_place_for(wanted: int, quota: Quota) -> str:
    return (
        f"Runs that one may keep: {quota.runs}. Yours leave no place for {wanted} more: all of them are pinned, named, "
        "shared or open. Delete some under My runs, then try again."
    )


def no_more_place(quota: Quota) -> str:
    return (
        f"Your runs take {quota.bytes // 2**20} MB, as much as one may keep, and all of them are pinned, named, shared "
        "or open. Delete one under My runs, then try again."
    )


def free_runs(connection: sqlite3.Connection, owner: str, in_use: Sequence[str]) -> list[str]:
    """Those that may go, the first first: what is neither pinned nor named nor shared nor in use, by its age, before
    that what nobody touched."""
    query = (
        f"SELECT id FROM runs WHERE owner = ? AND NOT is_pinned AND name = '' AND NOT {IS_SHARED} "
        "ORDER BY is_touched, touched_at"
    )
    return [str(row["id"]) for row in connection.execute(query, (owner,)) if row["id"] not in in_use]


def delete_excess(most_bytes: int, in_use: Sequence[str]) -> Work[list[str]]:
    """Delete what guests keep beyond their quota, for runs grow; what they have set apart stays. Tells which runs those
    were."""

    def work(connection: sqlite3.Connection) -> list[str]:
        query = (
            f"SELECT owner, sum({BYTES_OF_A_RUN}) AS size FROM runs WHERE owner != '' GROUP BY owner HAVING size > ?"
        )
        gone = []
        for owner, size in connection.execute(query, (most_bytes,)).fetchall():
            for id in free_runs(connection, owner, in_use):
                if size > most_bytes:
                    size -= connection.execute(f"SELECT {BYTES_OF_A_RUN} FROM runs WHERE id = ?", (id,)).fetchone()[0]
                    connection.execute("DELETE FROM runs WHERE id = ?", (id,))
                    gone.append(id)
        return gone

    return work


def delete_old_guests(now: float, days: int) -> Work[None]:
    """Forget guests who were not seen for so many days and keep nothing; 0 is never."""

    def work(connection: sqlite3.Connection) -> None:
        query = (
            "DELETE FROM guests WHERE seen_at < ? AND id NOT IN "
            "(SELECT owner FROM runs UNION SELECT host FROM rooms UNION SELECT owner FROM tables)"
        )
        if days:
            connection.execute(query, (now - days * A_DAY_SECONDS,))

    return work


def delete_old(now: float, days: int, in_use: Sequence[str]) -> Work[list[str]]:
    """Delete what nobody touched a day after, and what nobody pinned after so many days; 0 is never. Tells which runs
    those were."""

    def work(connection: sqlite3.Connection) -> list[str]:
        query = f"SELECT id FROM runs WHERE (NOT {IS_SHOWN} AND NOT is_pinned AND touched_at < ?)"
        bounds = [now - A_DAY_SECONDS]
        if days:
            query += " OR (NOT is_pinned AND touched_at < ?)"
            bounds.append(now - days * A_DAY_SECONDS)
        old = [row["id"] for row in connection.execute(query, bounds).fetchall() if row["id"] not in in_use]
        connection.executemany("DELETE FROM runs WHERE id = ?", [(id,) for id in old])
        return old

    return work
