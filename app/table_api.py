"""Tables over HTTP: brought as text, looked at before they are kept, named, shared, carried away and deleted."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from numpy.typing import NDArray
from pydantic import BaseModel

from app import brought_api, files, protocol, table_reading, table_writing, tables
from app.api import BINARY, AllRuns, ErrorBody, Guest, brings, checked, fails, refused, takes
from app.brought_api import (
    LONGEST_GIVEN_NAME,
    NO_SUCH,
    UNNAMED,
    Allowance,
    AllTables,
    BroughtEntry,
    Marks,
    allowance_parts,
    check_owner,
    deleted,
    entry_parts,
    marked,
)
from app.computing import Work
from app.lab import Bounds, Lab
from app.lab_api import computed
from app.tables import BUILT_IN_CONTENTS, TABLE, Content, Kept
from core import How
from core.data.at_hand import IRIS
from core.data.columns import id_of
from core.data.rows import Decimal, Separator
from core.data.tabular import MOST_BYTES, MOST_COLUMNS

router = APIRouter(prefix="/api/tables", responses={"default": {"model": ErrorBody, "description": "Any other error"}})

TOO_LARGE = f"The file is too large: a table has at most {MOST_BYTES // 2**20} MB. Leave rows or columns out."
TEXT_TYPES = ("text/csv", "text/tab-separated-values", "text/plain", "application/octet-stream")
CSV_TYPE = "text/csv"
CSV_ENDING = ".csv"
BOUNDS = Bounds(
    full="Too many tables are being read. Try again in a moment.",
    too_long="This table takes too long: leave rows or columns out.",
    not_computed="The table could not be read. Try again in a moment.",
    of_one_guest=3,
)


class ColumnFacts(BaseModel):
    """A column: the names of its categories and how many rows have each, or how its numbers lie; `missing` cells have
    nothing in them. Numbers that `may_be_categories` are few and whole; any column can be `categorical` that has at
    most 20 `distinct` values (0 of a table that was kept before they were counted)."""

    name: str
    is_numeric: bool
    values: list[str]
    missing: int
    low: float | None
    high: float | None
    mean: float | None
    may_be_categories: bool
    counts: list[int]
    distinct: int = 0


class Suggestion(BaseModel):
    """What may be worth learning of a table: the kind of data set, and the column to be told from the others. Where
    classes are to be told by a column of numbers, send the table again with it among `categorical`."""

    kind: Literal["table_classes", "table_values"]
    target: str


class Warned(BaseModel):
    """Something that should be known of a table that can be read."""

    code: str
    message: str


class TablePreview(BaseModel):
    """A table as it was read, and how that was: `head` are the first rows as they are written, `left_out` the columns
    of text that is neither numbers nor categories."""

    encoding: str
    separator: Separator
    decimal: Decimal
    has_header: bool
    rows: int
    columns: list[ColumnFacts]
    head: list[list[str]]
    left_out: list[str]
    warnings: list[Warned]
    suggested: Suggestion | None


class TableEntry(BroughtEntry):
    """A table that may be trained on. Its id says what is in it: the `data.table` of an experiment."""

    rows: int


class TableAbout(TableEntry):
    """The same with all columns."""

    columns: list[ColumnFacts]
    suggested: Suggestion | None


class TableShelf(Allowance):
    """One's own tables, the newest first, and what of it all may be kept."""

    tables: list[TableEntry]


# --- what is asked ----------------------------------------------------------------------------------------------


def lab_of(request: Request) -> Lab:
    lab: Lab = request.app.state.reading
    return lab


TheLab = Annotated[Lab, Depends(lab_of)]
Told = tuple[dict[str, Any], Mapping[str, NDArray[Any]]]
"""A message of a process, and its arrays."""


async def text_of(request: Request) -> bytes:
    return await files.sent(request, TEXT_TYPES, MOST_BYTES, TOO_LARGE)


def how_of(
    separator: Separator | None = None,
    decimal: Decimal | None = None,
    header: bool | None = None,
    categorical: Annotated[list[str] | None, Query(max_length=MOST_COLUMNS)] = None,
) -> How:
    """How the text is written; what is not told is found. `categorical`: columns whose numbers name categories."""
    told = {"separator": separator, "decimal": decimal, "has_header": header, "categorical": categorical or ()}
    return checked(How.parse, told, "invalid_request")


class Reader:
    """The text in the body, which a process reads that is left alone with it."""

    def __init__(
        self,
        text: Annotated[bytes, Depends(text_of)],
        how: Annotated[How, Depends(how_of)],
        lab: TheLab,
        runs: AllRuns,
        guest: Guest,
    ) -> None:
        self.lab, self.runs, self.guest = lab, runs, guest
        self.given = text, how.model_dump()

    async def told(self, work: Work) -> Told:
        """What there is to say of it, where it is a table."""
        return opened(await computed(self.lab.answer(self.guest, work, *self.given), self.runs))


def opened(told: bytes) -> Told:
    message, arrays = protocol.decode(told)
    if message["type"] == "not_read":
        place = place_of(message["row"], message["column"])
        status = 415 if message["code"] == "not_csv" else 422
        problems = [{"field": place, "message": message["message"]}]
        raise refused(status, message["code"], sentence(message["message"]), problems)
    return message, arrays


def place_of(row: int | None, column: int | None) -> str:
    """Where in the text, as the field of a problem: rows.17.columns.3, both counted from 1."""
    places = (("rows", row), ("columns", column))
    return ".".join(f"{name}.{number}" for name, number in places if number is not None)


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?")) else ".")


async def usable(table_id: str, all_tables: AllTables, guest: Guest) -> Kept:
    """A table that the guest may train on."""
    return BUILT_IN_TABLES.get(table_id) or await brought_api.found(TABLE, table_id, all_tables, guest)


Usable = Annotated[Kept, Depends(usable)]


async def owned(kept: Usable, guest: Guest) -> Kept:
    """A table that the guest may change."""
    return check_owner(TABLE, kept, guest)


Owned = Annotated[Kept, Depends(owned)]


# --- what is answered -------------------------------------------------------------------------------------------


def entry_of(kept: Kept, guest: str) -> TableEntry:
    return TableEntry(**entry_parts(kept, guest), rows=kept.about["rows"])


def about_of(kept: Kept, guest: str) -> TableAbout:
    return TableAbout(
        **entry_parts(kept, guest), **{part: kept.about[part] for part in ("rows", "columns", "suggested")}
    )


def built_in() -> dict[str, Kept]:
    """Those that everybody has."""
    iris, suggested = BUILT_IN_CONTENTS[IRIS.id], {"kind": "table_classes", "target": IRIS.columns[-1].name}
    return {iris.id: Kept(iris.id, None, "Iris", True, 0.0, len(iris.packed), 0, iris.about | {"suggested": suggested})}


BUILT_IN_TABLES = built_in()

IN_TEXT = {"requestBody": {"required": True, "content": {each: {"schema": BINARY} for each in TEXT_TYPES}}}
Sent = Annotated[Reader, Depends()]


@router.post(
    "/preview",
    responses=fails(408, 413, 415, 422, 503),
    openapi_extra=IN_TEXT,
    dependencies=[Depends(files.one_of_few)],
)
async def preview_table(sent: Sent) -> TablePreview:
    """Tell how a table is read that is sent as text: comma-, semicolon-, tab- or bar-separated, in UTF-8 or UTF-16, at
    most 5 MB, 50,000 rows and 64 columns. Nothing is kept. What the query leaves open is found; `header`: whether the
    first row names the columns; `categorical`: columns whose numbers name categories."""
    message, _ = await sent.told(table_reading.preview)
    return TablePreview(**message)


@router.post(
    "",
    status_code=201,
    responses=fails(408, 409, 413, 415, 422, 503, 507),
    openapi_extra=IN_TEXT,
    dependencies=[Depends(files.one_of_few)],
)
async def keep_table(
    sent: Sent,
    all_tables: AllTables,
    guest: Guest,
    name: Annotated[str, Query(max_length=LONGEST_GIVEN_NAME)] = "",
) -> TableAbout:
    """Keep a table that is sent as text. The same table has the same id, whoever sends it: sent again, it takes the new
    name."""
    message, arrays = await sent.told(table_reading.read)
    about = {part: message[part] for part in ("rows", "columns", "suggested")}
    packed = arrays["table"].tobytes()
    content = Content(await asyncio.to_thread(id_of, packed), packed, about, TABLE)
    return about_of(await brought_api.keep(content, name, all_tables, guest), guest)


@router.get("")
async def list_tables(all_tables: AllTables, guest: Guest) -> TableShelf:
    """List one's own tables."""
    kept = await all_tables.store.do(tables.listed(guest, TABLE))
    return TableShelf(tables=[entry_of(each, guest) for each in kept], **await allowance_parts(all_tables, guest))


@router.get("/{table_id}", responses=fails(404))
async def show_table(kept: Usable, guest: Guest) -> TableAbout:
    """Tell what is in a table that one may train on."""
    return about_of(kept, guest)


@router.get("/{table_id}/file", response_class=Response, responses=fails(404, 503) | brings(CSV_TYPE))
async def save_table(kept: Usable, all_tables: AllTables, lab: TheLab, runs: AllRuns, guest: Guest) -> Response:
    """Save a table as CSV, in UTF-8. Text that a spreadsheet would take for a formula has ' before it."""
    table = BUILT_IN_CONTENTS.get(kept.id)
    packed = table.packed if table else await all_tables.store.do(tables.packed_of(kept.id))
    if packed is None:
        raise refused(404, "not_found", NO_SUCH[TABLE])
    text = await computed(lab.answer(guest, table_writing.write, packed), runs)
    headers = {"Content-Disposition": files.attachment((kept.name or UNNAMED[TABLE]) + CSV_ENDING)}
    return Response(text, media_type=CSV_TYPE, headers=headers)


@router.patch("/{table_id}", responses=fails(400, 403, 404, 413, 415, 422, 507), openapi_extra=takes("TableMark"))
async def mark_table(kept: Owned, mark: Marks, all_tables: AllTables, guest: Guest) -> TableAbout:
    """Name a table, share it with whoever has its id, or take that back. Runs that train on it go on."""
    return about_of(await marked(TABLE, kept, mark, all_tables, guest), guest)


@router.delete("/{table_id}", status_code=204, responses=fails(403, 404, 507))
async def delete_table(kept: Owned, runs: AllRuns) -> Response:
    """Delete a table. Runs that train on it go on, and keep what is in it."""
    return await deleted(kept, runs)
