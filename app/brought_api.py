"""What tables and images share over HTTP: who may train on them, what one has of them, and how they are kept, named,
shared and deleted."""

from time import time
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app import tables
from app.access import NOBODY
from app.api import Document, refused
from app.naming import BadName, called, named
from app.runs import Runs
from app.tables import IMAGES, TABLE, Content, Kept, OverQuota, Tables
from app.tidying import forget

LONGEST_GIVEN_NAME = 1000  # all but the first 80 characters are left out
UNNAMED = {TABLE: "Table", IMAGES: "Images"}
NO_SUCH = {
    TABLE: "There is no such table, or it was not shared with you.",
    IMAGES: "There are no such images, or they were not shared with you.",
}
ONLY_USING = {
    TABLE: "You may train on this table; only its owner changes it.",
    IMAGES: "You may train on these images; only their owner changes them.",
}


class BroughtEntry(BaseModel):
    """What is known of anything that may be trained on. `runs`: so many of one's own train on it, or have; they go on
    where it is deleted."""

    id: str
    name: str
    bytes: int
    made_at: float
    is_mine: bool
    is_shared: bool
    runs: int


class Allowance(BaseModel):
    """How many tables and sets of images are kept of one, and what they take, with those that only one's runs still
    train on, which take `held_bytes` of it; and how much of both may be."""

    kept: int
    most_tables: int
    bytes: int
    held_bytes: int
    most_bytes: int


class TableMark(BaseModel):
    """What the owner may set of a table, or of images; what is left out stays as it is. Whoever has the id of a shared
    one, as a link to an experiment has it, may train on it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = None
    is_shared: bool | None = None


def tables_of(request: Request) -> Tables:
    tables: Tables = request.app.state.tables
    return tables


AllTables = Annotated[Tables, Depends(tables_of)]


async def mark_of(document: Document) -> TableMark:
    try:
        return TableMark.model_validate(document)
    except ValidationError:
        raise refused(422, "invalid_request", 'Expected {"name": "...", "is_shared": true or false}.') from None


Marks = Annotated[TableMark, Depends(mark_of)]


async def found(kind: str, id: str, all_tables: Tables, guest: str) -> Kept:
    """One that the guest may train on. Somebody else's is not told from one that is not there."""
    kept = await all_tables.store.do(tables.found(guest, kind, id))
    if kept is None:
        raise refused(404, "not_found", NO_SUCH[kind])
    return kept


def check_owner(kind: str, kept: Kept, guest: str) -> Kept:
    """One that the guest may change."""
    if not is_mine(kept, guest):
        raise refused(403, "forbidden", ONLY_USING[kind])
    return kept


def is_mine(kept: Kept, guest: str) -> bool:
    return kept.owner in (guest, NOBODY)


def entry_parts(kept: Kept, guest: str) -> dict[str, Any]:
    """The fields of a BroughtEntry."""
    alike = {name: getattr(kept, name) for name in ("id", "name", "bytes", "made_at", "is_shared", "runs")}
    return {**alike, "is_mine": is_mine(kept, guest)}


async def allowance_parts(all_tables: Tables, guest: str) -> dict[str, Any]:
    """The fields of an Allowance."""
    usage, quota = await all_tables.store.do(tables.usage(guest)), all_tables.quota
    return {
        **{"kept": usage.tables, "most_tables": quota.tables},
        **{"bytes": usage.bytes, "held_bytes": usage.held, "most_bytes": quota.bytes},
    }


async def keep(content: Content, name: str, all_tables: Tables, guest: str) -> Kept:
    """Keep what was brought under a name that may be anything."""
    name = called(name) or UNNAMED[content.kind]
    try:
        await all_tables.store.do(tables.keep(guest, name, content, all_tables.quota, time()))
    except OverQuota as over:
        raise refused(409, "quota_exceeded", str(over)) from None
    return await found(content.kind, content.id, all_tables, guest)


async def marked(kind: str, kept: Kept, mark: TableMark, all_tables: Tables, guest: str) -> Kept:
    """Name one, share it with whoever has its id, or take that back."""
    try:
        name = None if mark.name is None else named(mark.name) or UNNAMED[kind]
    except BadName as bad:
        raise refused(422, "bad_name", str(bad), [{"field": "name", "message": str(bad)}]) from None
    await all_tables.store.do(tables.mark(kept.owner or NOBODY, kept.id, name, mark.is_shared, time()))
    return await found(kind, kept.id, all_tables, guest)


async def deleted(kept: Kept, runs: Runs) -> Response:
    """Delete one. Runs that train on it go on, and keep what is in it."""
    await runs.store.do(tables.delete(kept.owner or NOBODY, kept.id))
    await forget(runs)
    return Response(status_code=204)
