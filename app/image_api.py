"""Images over HTTP: brought as a ZIP, looked at before they are kept, named, shared and deleted."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from app import brought_api, files, picture_reading, protocol, tables
from app.api import BINARY, AllRuns, ErrorBody, Guest, fails, refused, takes
from app.brought_api import (
    LONGEST_GIVEN_NAME,
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
from app.lab import Bounds, Lab
from app.lab_api import computed
from app.picture_reading import Invert
from app.tables import BUILT_IN_CONTENTS, IMAGES, Content, Kept
from core.data.columns import id_of
from core.data.own_images import OwnImages
from core.data.pictures import LARGEST_SIDE, SMALLEST_SIDE

router = APIRouter(prefix="/api/images", responses={"default": {"model": ErrorBody, "description": "Any other error"}})

ZIP_TYPES = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
USUAL_SIDE = 16
BOUNDS = Bounds(
    full="Too many images are being read. Try again in a moment.",
    too_long="These images take too long: leave some out, or bring smaller ones.",
    not_computed="The images could not be read. Try again in a moment.",
    of_one_guest=3,
)


class ImageClass(BaseModel):
    """A class, how many images are of it, and some of them: rows of pixels from 0, black, to 255, white."""

    name: str
    count: int
    samples: list[list[list[int]]]


class FileLeftOut(BaseModel):
    """A file that is no image to learn from, and why."""

    name: str
    message: str


class ImagePreview(BaseModel):
    """Images as they were read. `left_out`: the first files that are none, of `left_out_count`; `ignored`: how many
    there are that systems leave behind."""

    side: int
    is_inverted: bool
    classes: list[ImageClass]
    left_out: list[FileLeftOut]
    left_out_count: int
    ignored: int


class ImagesEntry(BroughtEntry):
    """Images that may be trained on. Their id says what they are: the `data.images` of an experiment, which has `side`
    and `labels`, the names of the classes, too. `counts`: how many images each class has."""

    side: int
    labels: list[str]
    counts: list[int]


class ImageShelf(Allowance):
    """One's own sets of images, the newest first, what of it all may be kept, and how large a ZIP may be."""

    images: list[ImagesEntry]
    most_sent_bytes: int


# --- what is asked ----------------------------------------------------------------------------------------------


def lab_of(request: Request) -> Lab:
    lab: Lab = request.app.state.picture_reading
    return lab


async def archive_of(request: Request, runs: AllRuns) -> bytes:
    megabytes = runs.settings.max_image_upload_megabytes
    too_large = f"The images are too large: together they have at most {megabytes} MB. Leave some out, or shrink them."
    return await files.sent(request, ZIP_TYPES, megabytes * 2**20, too_large)


class Read(BaseModel):
    """What a process has told of an archive."""

    message: dict[str, Any]
    packed: bytes
    shown: list[list[list[int]]]


async def images_read(
    archive: Annotated[bytes, Depends(archive_of)],
    lab: Annotated[Lab, Depends(lab_of)],
    runs: AllRuns,
    guest: Guest,
    side: Annotated[int, Query(ge=SMALLEST_SIDE, le=LARGEST_SIDE)] = USUAL_SIDE,
    invert: Invert = "auto",
) -> Read:
    """The images in the body, which a process reads that is left alone with them."""
    told = await computed(lab.answer(guest, picture_reading.read, archive, side, invert), runs)
    message, arrays = protocol.decode(told)
    if message["type"] == "not_read":
        raise refused(415 if message["code"] == "not_zip" else 422, message["code"], message["message"])
    return Read(message=message, packed=arrays["pictures"].tobytes(), shown=arrays["shown"].tolist())


async def usable(images_id: str, all_tables: AllTables, guest: Guest) -> Kept:
    """Images that the guest may train on."""
    return BUILT_IN_IMAGES.get(images_id) or await brought_api.found(IMAGES, images_id, all_tables, guest)


Usable = Annotated[Kept, Depends(usable)]


async def owned(kept: Usable, guest: Guest) -> Kept:
    """Images that the guest may change."""
    return check_owner(IMAGES, kept, guest)


Owned = Annotated[Kept, Depends(owned)]

# --- what is answered -------------------------------------------------------------------------------------------


def entry_of(kept: Kept, guest: str) -> ImagesEntry:
    about = {part: kept.about[part] for part in ("side", "labels", "counts")}
    return ImagesEntry(**entry_parts(kept, guest), **about)


def built_in() -> dict[str, Kept]:
    """Those that everybody has."""
    usual = OwnImages()
    content = BUILT_IN_CONTENTS[usual.images]
    return {content.id: Kept(content.id, None, usual.called, True, 0.0, len(content.packed), 0, content.about)}


BUILT_IN_IMAGES = built_in()

IN_ZIP = {"requestBody": {"required": True, "content": {each: {"schema": BINARY} for each in ZIP_TYPES}}}
ReadIn = Annotated[Read, Depends(images_read)]


@router.post(
    "/preview",
    responses=fails(408, 413, 415, 422, 503),
    openapi_extra=IN_ZIP,
    dependencies=[Depends(files.one_of_few)],
)
async def preview_images(read: ReadIn) -> ImagePreview:
    """Tell how images are read that are sent as a ZIP, in which each folder is a class: PNG, JPEG, GIF, WebP or BMP, of
    2 to 10 classes. Nothing is kept. Each becomes grey, square by borders of its own ground, and `side` pixels wide;
    `invert`: whether black becomes white, by itself where the ground is bright."""
    told = read.message
    each = zip(told["labels"], told["counts"], told["samples"], strict=True)
    classes = [
        ImageClass(name=name, count=count, samples=[read.shown[place] for place in places])
        for name, count, places in each
    ]
    return ImagePreview(classes=classes, **{part: told[part] for part in ImagePreview.model_fields if part in told})


@router.post(
    "",
    status_code=201,
    responses=fails(408, 409, 413, 415, 422, 503, 507),
    openapi_extra=IN_ZIP,
    dependencies=[Depends(files.one_of_few)],
)
async def keep_images(
    read: ReadIn,
    all_tables: AllTables,
    guest: Guest,
    name: Annotated[str, Query(max_length=LONGEST_GIVEN_NAME)] = "",
) -> ImagesEntry:
    """Keep images that are sent as a ZIP. The same images have the same id, whoever sends them: sent again, they take
    the new name."""
    about = {part: read.message[part] for part in ("side", "labels", "counts")}
    content = Content(await asyncio.to_thread(id_of, read.packed), read.packed, about, IMAGES)
    return entry_of(await brought_api.keep(content, name, all_tables, guest), guest)


@router.get("")
async def list_images(all_tables: AllTables, guest: Guest) -> ImageShelf:
    """List one's own sets of images."""
    kept = await all_tables.store.do(tables.listed(guest, IMAGES))
    return ImageShelf(
        images=[entry_of(each, guest) for each in kept],
        most_sent_bytes=all_tables.settings.max_image_upload_megabytes * 2**20,
        **await allowance_parts(all_tables, guest),
    )


@router.get("/{images_id}", responses=fails(404))
async def show_images(kept: Usable, guest: Guest) -> ImagesEntry:
    """Tell what images one may train on are of."""
    return entry_of(kept, guest)


@router.patch("/{images_id}", responses=fails(400, 403, 404, 413, 415, 422, 507), openapi_extra=takes("TableMark"))
async def mark_images(kept: Owned, mark: Marks, all_tables: AllTables, guest: Guest) -> ImagesEntry:
    """Name images, share them with whoever has their id, or take that back. Runs that train on them go on."""
    return entry_of(await marked(IMAGES, kept, mark, all_tables, guest), guest)


@router.delete("/{images_id}", status_code=204, responses=fails(403, 404, 507))
async def delete_images(kept: Owned, runs: AllRuns) -> Response:
    """Delete images. Runs that train on them go on, and keep them."""
    return await deleted(kept, runs)
