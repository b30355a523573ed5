"""Tables, of rows or of images: those that guests keep, who may train on them, and the files in which processes find
them.

What is in a table is kept once, whoever brought it, as long as somebody's table or a run refers to it: a run keeps what
it trains on when the table is deleted.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from asyncio import to_thread
from collections.abc import Collection, Iterable
from pathlib import Path
from secrets import token_hex
from time import monotonic, time
from typing import Any, NamedTuple

import orjson

from app.settings import Settings
from app.store import Store, Work
from core import Experiment, InvalidExperiment, Problem
from core.data import DatasetSpec
from core.data.at_hand import BUILT_IN, ENDING
from core.data.columns import Table
from core.data.own_images import OwnImages
from core.data.pictures import Pictures
from core.data.reading import Facts
from core.data.tabular import TableSet

TABLES = """
CREATE TABLE contents (
    id TEXT PRIMARY KEY,             -- a hash of what is in it
    packed BLOB NOT NULL,
    about TEXT NOT NULL              -- how many rows, which columns, and what of them may be worth learning
) STRICT;

CREATE TABLE tables (
    owner TEXT NOT NULL,
    content TEXT NOT NULL REFERENCES contents,
    name TEXT NOT NULL,
    is_shared INTEGER NOT NULL DEFAULT 0,
    made_at REAL NOT NULL,
    touched_at REAL NOT NULL,
    PRIMARY KEY (owner, content)
) STRICT;
CREATE INDEX tables_of_content ON tables (content);

CREATE TABLE run_contents (          -- all that a run trains on, or has trained on
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    content TEXT NOT NULL REFERENCES contents,
    PRIMARY KEY (run, content)
) STRICT;
CREATE INDEX run_contents_of_content ON run_contents (content);
""" + ";".join(
    f"""
CREATE TRIGGER content_after_{table} AFTER DELETE ON {table} BEGIN
    DELETE FROM contents WHERE id = OLD.content
        AND NOT EXISTS (SELECT 1 FROM tables WHERE content = OLD.content)
        AND NOT EXISTS (SELECT 1 FROM run_contents WHERE content = OLD.content);
END"""
    for table in ("tables", "run_contents")
)

KIND_COLUMN = f"ALTER TABLE contents ADD COLUMN kind TEXT NOT NULL DEFAULT '{TableSet.content_at}'"

TABLE, IMAGES = TableSet.content_at, OwnImages.content_at
FOLDER = "at-hand"
A_DAY_SECONDS = 24 * 3600
LAID_SECONDS = 6 * 3600  # longer than anything takes that is no run
NOT_HERE = {
    TABLE: "This table is not on this server, or was not shared with you. Ask its owner to share it, or bring it "
    "yourself.",
    IMAGES: "These images are not on this server, or were not shared with you. Ask their owner to share them, or bring "
    "them yourself.",
}


class OverQuota(Exception):
    """A guest keeps as many tables as one may; the text says how much that is."""


class Quota(NamedTuple):
    """What may be kept of a guest's tables."""

    tables: int
    bytes: int


class Usage(NamedTuple):
    """How many tables are kept of a guest, and how much they take, with those that only runs still train on; and how
    much these alone."""

    tables: int
    bytes: int
    held: int


class Content(NamedTuple):
    """What is in a table: packed, what is told of it, and whether that is rows or images."""

    id: str
    packed: bytes
    about: dict[str, Any]
    kind: str


class Kept(NamedTuple):
    """A table as a guest has it: what is told of it, and in how many of the guest's own runs it is. One that is there
    only for the runs that train on it has no owner, and no name."""

    id: str
    owner: str | None
    name: str
    is_shared: bool
    made_at: float
    bytes: int
    runs: int
    about: dict[str, Any]


class Head(NamedTuple):
    """A column's name, and those of its categories."""

    name: str
    values: tuple[str, ...]


class Tables:
    """Who may train on which table, and the files in which processes find them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.quota = Quota(settings.max_tables_per_guest, settings.max_table_megabytes_per_guest * 2**20)
        scratch = Path(tempfile.gettempdir()) / f"playground-{os.getpid()}-{token_hex(8)}"
        self.folder = (settings.folder or scratch) / FOLDER
        self.laid: dict[str, float] = {}  # and when each was asked for last

    def begin(self) -> None:
        """An empty folder, whatever a server before this one has left in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)

    def end(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- who may ----------------------------------------------------------------------------------------------

    async def check(self, experiment: Experiment, guest: str, run: str = "") -> None:
        """That a guest may train on what an experiment names, and that it is as that says. A `run` may go on with what
        it has. Raises InvalidExperiment."""
        data = experiment.data
        if not data.content:
            return
        content = BUILT_IN_CONTENTS.get(data.content)
        if content and content.kind == data.content_at:
            check_fit(data, content.about)
            return
        about = await self.store.do(use(guest, data.content_at, data.content, run, time()))
        if about is None:
            raise InvalidExperiment([Problem(f"data.{data.content_at}", NOT_HERE[data.content_at])])
        check_fit(data, about)

    async def grant(self, document: dict[str, Any] | None, guest: str, run: str, has: set[str]) -> None:
        """Let a run go on with the experiment of a document where that names a table which the run has not had yet. A
        document that describes nothing is the run's own to refuse. Raises InvalidExperiment."""
        if document is None or named_in(document) <= {*BUILT_IN, *has}:
            return
        try:
            experiment = Experiment.parse(document)
        except InvalidExperiment:
            return
        await self.check(experiment, guest, run)
        contents = contents_of(experiment)
        await self.lay(contents)
        await self.store.do(attach(run, contents))
        has |= contents

    # --- what processes find ----------------------------------------------------------------------------------

    async def lay(self, contents: Iterable[str]) -> None:
        """See to it that processes find these. Raises OSError, or NotSaved."""
        for id in contents:
            if id not in self.laid and (packed := await self.store.do(packed_of(id))):
                await self.put(id, packed)
            elif id in self.laid:
                self.laid[id] = monotonic()

    async def put(self, id: str, packed: bytes) -> None:
        """Write a table's file, whole or not at all. Raises OSError."""
        await to_thread(write, self.folder / f"{id}{ENDING}", packed)
        self.laid[id] = monotonic()

    async def clear(self, needed: Collection[str]) -> None:
        """Remove the files of tables that are kept no more, and those that nobody has asked for lately, but for those
        that are needed."""
        began = monotonic()
        kept, now = await self.store.do(all_contents), monotonic()
        for id, asked_at in list(self.laid.items()):
            if asked_at < began and id not in needed and (id not in kept or now - asked_at > LAID_SECONDS):
                del self.laid[id]
                (self.folder / f"{id}{ENDING}").unlink(missing_ok=True)


def write(place: Path, data: bytes) -> None:
    scratch = place.with_name(f"{token_hex(8)}.new")
    try:
        scratch.write_bytes(data)
        scratch.replace(place)
    finally:
        scratch.unlink(missing_ok=True)


def contents_of(experiment: Experiment) -> set[str]:
    """What an experiment names, where somebody brought it."""
    return {experiment.data.content} - {"", *BUILT_IN}


def named_in(document: dict[str, Any]) -> set[str]:
    """What a document names, which may describe nothing at all."""
    data = document.get("data")
    named = [data.get(kind) for kind in (TABLE, IMAGES)] if isinstance(data, dict) else []
    return {id for id in named if isinstance(id, str)}


def check_fit(data: DatasetSpec, about: dict[str, Any]) -> None:
    """That a table is as a data set says. Raises InvalidExperiment."""
    if isinstance(data, TableSet):
        data.chosen([Head(column["name"], tuple(column["values"])) for column in about["columns"]])
    elif isinstance(data, OwnImages):
        data.check_fit(about["side"], about["labels"])


def content_of(content: Table | Pictures) -> Content:
    """One that came with a run, or is built in."""
    if isinstance(content, Pictures):
        counts = [int((content.classes == place).sum()) for place in range(len(content.labels))]
        about = {"side": content.side, "labels": content.labels, "counts": counts}
        return Content(content.id, content.packed, about, IMAGES)
    columns = [vars(Facts.of(column)) for column in content.columns]
    about = {"rows": content.rows, "columns": columns, "suggested": None}
    return Content(content.id, content.packed, about, TABLE)


BUILT_IN_CONTENTS = {id: content_of(content) for id, content in BUILT_IN.items()}


# --- what is written down -------------------------------------------------------------------------------------

MAY_USE = "(tables.owner IN (:guest, '') OR is_shared)"
OWN_RUNS = "SELECT 1 FROM run_contents JOIN runs ON runs.id = run WHERE content = :id AND runs.owner IN (:guest, '')"


def use(guest: str, kind: str, id: str, run: str, now: float) -> Work[dict[str, Any] | None]:
    """What is told of a table, for a guest who means to train on it: in this run, if it is named. None where the guest
    may not, or there is no such table of that kind."""
    given = {"guest": guest, "kind": kind, "id": id, "run": run, "now": now}
    ways = (
        f"SELECT 1 FROM tables WHERE content = :id AND {MAY_USE}",
        "SELECT 1 FROM run_contents WHERE content = :id AND run = :run",
        OWN_RUNS,
    )
    is_allowed = " OR ".join(f"EXISTS ({way})" for way in ways)
    query = f"SELECT about FROM contents WHERE id = :id AND kind = :kind AND ({is_allowed})"

    def work(connection: sqlite3.Connection) -> dict[str, Any] | None:
        if row := connection.execute(query, given).fetchone():
            connection.execute(f"UPDATE tables SET touched_at = :now WHERE content = :id AND {MAY_USE}", given)
        return orjson.loads(row["about"]) if row else None

    return work


def attach(run: str, contents: Iterable[str]) -> Work[None]:
    """From now on a run refers to these, too."""

    def work(connection: sqlite3.Connection) -> None:
        query = (
            "INSERT OR IGNORE INTO run_contents SELECT runs.id, contents.id FROM runs, contents "
            "WHERE runs.id = ? AND contents.id = ?"
        )
        connection.executemany(query, [(run, id) for id in list(contents)])

    return work


def contents_of_run(run: str) -> Work[set[str]]:
    """All that a run trains on, or has trained on."""
    query = "SELECT content FROM run_contents WHERE run = ?"
    return lambda connection: {row["content"] for row in connection.execute(query, (run,))}


def all_contents(connection: sqlite3.Connection) -> set[str]:
    return {row["id"] for row in connection.execute("SELECT id FROM contents")}


def packed_of(id: str) -> Work[bytes | None]:
    def work(connection: sqlite3.Connection) -> bytes | None:
        row = connection.execute("SELECT packed FROM contents WHERE id = ?", (id,)).fetchone()
        return row["packed"] if row else None

    return work


def packed_of_all(contents: Iterable[str]) -> Work[dict[str, bytes]]:
    def work(connection: sqlite3.Connection) -> dict[str, bytes]:
        found = ((id, packed_of(id)(connection)) for id in sorted(contents))
        return {id: packed for id, packed in found if packed is not None}

    return work


def add_contents(contents: Iterable[Content]) -> Work[None]:
    """Keep these as well; what refers to them comes next, in the same transaction."""
    rows = [(id, packed, orjson.dumps(about).decode(), kind) for id, packed, about, kind in contents]

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT OR IGNORE INTO contents (id, packed, about, kind) VALUES (?, ?, ?, ?)", rows)

    return work


def keep(owner: str, name: str, content: Content, quota: Quota, now: float) -> Work[None]:
    """Keep a table under a name, or one that is kept already under another. Raises OverQuota."""

    def work(connection: sqlite3.Connection) -> None:
        query = "UPDATE tables SET name = ?, touched_at = ? WHERE owner = ? AND content = ?"
        if connection.execute(query, (name, now, owner, content.id)).rowcount:
            return
        check_place(owner, [content], quota, tables=1)(connection)
        add_contents([content])(connection)
        connection.execute("INSERT INTO tables VALUES (?, ?, ?, 0, ?, ?)", (owner, content.id, name, now, now))

    return work


def check_place(owner: str, contents: Collection[Content], quota: Quota, tables: int = 0) -> Work[None]:
    """That a guest has place for these contents, and so many more tables. Raises OverQuota."""

    def work(connection: sqlite3.Connection) -> None:
        used, ours = usage(owner)(connection), ids_of(connection, owner)
        more = sum(len(content.packed) for content in contents if content.id not in ours)
        if tables and used.tables + tables > quota.tables:
            raise OverQuota(
                f"Kept tables and sets of images: {used.tables}, as many as one may keep. Delete one that you need no "
                "more, then try again."
            )
        if more and used.bytes + more > quota.bytes:
            taken, most, wanted = (megabytes(size) for size in (used.bytes, quota.bytes, more))
            raise OverQuota(
                f"Your tables and images, and those that your runs train on, take {taken} of {most} MB, and this would "
                f"take {wanted} MB more. Delete what you need no more, then try again."
            )

    return work


def megabytes(size: int) -> str:
    return f"{size / 2**20:.1f}".removesuffix(".0")


OWN_CONTENTS = (
    "SELECT content FROM tables WHERE owner = :owner "
    "UNION SELECT content FROM run_contents JOIN runs ON runs.id = run WHERE runs.owner = :owner"
)


IS_HELD = "id NOT IN (SELECT content FROM tables WHERE owner = :owner)"


def ids_of(connection: sqlite3.Connection, owner: str) -> set[str]:
    return {row["content"] for row in connection.execute(OWN_CONTENTS, {"owner": owner})}


def usage(owner: str) -> Work[Usage]:
    query = (
        "SELECT (SELECT count(*) FROM tables WHERE owner = :owner), "
        f"coalesce(sum(length(packed)), 0), coalesce(sum(length(packed)) FILTER (WHERE {IS_HELD}), 0) "
        f"FROM contents WHERE id IN ({OWN_CONTENTS})"
    )
    return lambda connection: Usage(*connection.execute(query, {"owner": owner}).fetchone())


LISTED = (
    "SELECT contents.id, owner, name, is_shared, made_at, length(packed) AS bytes, about, (SELECT count(*) FROM "
    "run_contents JOIN runs ON runs.id = run WHERE content = contents.id AND runs.owner = :guest) AS runs "
    "FROM contents LEFT JOIN tables ON content = contents.id"
)


def listed(guest: str, kind: str) -> Work[list[Kept]]:
    """All tables of a guest that are of that kind, the newest first."""
    query = f"{LISTED} WHERE owner = :guest AND kind = :kind ORDER BY made_at DESC"
    return lambda connection: [kept_of(row) for row in connection.execute(query, {"guest": guest, "kind": kind})]


def found(guest: str, kind: str, id: str) -> Work[Kept | None]:
    """A table of that kind that a guest may train on; the guest's own sooner than that of another with the same in
    it."""
    is_it, is_allowed = "contents.id = :id AND kind = :kind", f"(owner IS NOT NULL OR EXISTS ({OWN_RUNS}))"
    query = f"{LISTED} AND {MAY_USE} WHERE {is_it} AND {is_allowed}"
    order = "ORDER BY owner = :guest DESC, owner = '' DESC, made_at LIMIT 1"

    def work(connection: sqlite3.Connection) -> Kept | None:
        row = connection.execute(f"{query} {order}", {"guest": guest, "kind": kind, "id": id}).fetchone()
        return kept_of(row) if row else None

    return work


def kept_of(row: sqlite3.Row) -> Kept:
    columns = {name: row[name] for name in ("id", "owner", "bytes", "runs")}
    return Kept(
        **columns,
        name=row["name"] or "",
        is_shared=bool(row["is_shared"]),
        made_at=row["made_at"] or 0.0,
        about=orjson.loads(row["about"]),
    )


def mark(owner: str, id: str, name: str | None, is_shared: bool | None, now: float) -> Work[None]:
    """Name a table, or share it, or take that back; what is None stays as it is."""

    def work(connection: sqlite3.Connection) -> None:
        query = (
            "UPDATE tables SET name = coalesce(?, name), is_shared = coalesce(?, is_shared), touched_at = ? "
            "WHERE owner = ? AND content = ?"
        )
        connection.execute(query, (name, is_shared, now, owner, id))

    return work


def delete(owner: str, id: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM tables WHERE owner = ? AND content = ?", (owner, id))

    return work


def delete_all(owner: str, kind: str) -> Work[int]:
    """Delete all tables of a guest that are of that kind. Tells how many that were."""

    def work(connection: sqlite3.Connection) -> int:
        query = "DELETE FROM tables WHERE owner = ? AND content IN (SELECT id FROM contents WHERE kind = ?)"
        return connection.execute(query, (owner, kind)).rowcount

    return work


def delete_old(now: float, days: int) -> Work[int]:
    """Delete tables that nobody has touched for so many days, and on which none of their owners' runs trains; 0 is
    never. Tells how many that were."""
    query = (
        "DELETE FROM tables WHERE touched_at < ? AND NOT EXISTS (SELECT 1 FROM run_contents JOIN runs ON runs.id = run "
        "WHERE run_contents.content = tables.content AND runs.owner = tables.owner)"
    )

    def work(connection: sqlite3.Connection) -> int:
        return connection.execute(query, (now - days * A_DAY_SECONDS,)).rowcount if days else 0

    return work
