"""Picture reading: what a process of the lab does for images that somebody brings; the server never decodes one.

They come as a ZIP in which each folder is a class. Every image becomes grey, upright, square by borders of its own
ground, and small. It tells one binary message of the protocol. Where there is enough to learn from:

- `type: pictures`, `side`, `is_inverted`; `labels`: the names of the classes, `counts`: how many images each has;
- `samples`: which images of each class are shown, as places in the array `shown` (images, side, side);
- `left_out`: the first files that are no such images, each a `name` and a `message`; `left_out_count`: how many there
  are; `ignored`: how many files there are that systems leave behind;
- the array `pictures`: all of it packed.

Else, without arrays: `type: not_read`, `code` and `message`.
"""

import re
import unicodedata
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app import protocol
from core.data.pictures import FEWEST_CLASSES, FEWEST_IMAGES, LONGEST_LABEL, MOST_CLASSES, MOST_IMAGES, WHITE, Pictures

Pixels = NDArray[np.uint8]
Invert = Literal["auto", "yes", "no"]

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}
ARCHIVES = {".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar"}
LEFT_BEHIND = {"__macosx", "thumbs.db", "desktop.ini"}
SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation"}
MOST_FILES = 20_000
MOST_UNPACKED = 100 * 2**20
MOST_TIMES, ALWAYS_FINE = 200, 2**20  # how many times as large a file may be as it is packed, but for small ones
MOST_ACROSS = 4096
DRAFT = 4  # times the side: what a JPEG is shrunk to while it is decoded
MOST_TOLD, MOST_SHOWN = 50, 6


class NotRead(Exception):
    """Nothing can be learned from what was brought; the text says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LeftOut(Exception):
    """A file that is no image to learn from; the text says why."""


class Found(NamedTuple):
    """An image's file, and where in the archive it lies: its folders and its own name."""

    file: zipfile.ZipInfo
    parts: tuple[str, ...]


class Read(NamedTuple):
    """All images in the order of their classes, and what was left out of the archive."""

    pictures: Pictures
    is_inverted: bool
    left_out: list[tuple[str, str]]
    ignored: int


def read(data: bytes, side: int, invert: Invert) -> Iterator[bytes]:
    """What there is to say of an archive, of which each image is to have so many pixels along each side."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        found = pictures_in(data, side, invert)
    except NotRead as refusal:
        yield protocol.encode({"type": "not_read", "code": refusal.code, "message": str(refusal)}, {})
    else:
        yield told(found)


def told(found: Read) -> bytes:
    pictures = found.pictures
    places = [np.flatnonzero(pictures.classes == place) for place in range(len(pictures.labels))]
    shown = [of_one[:: max(1, len(of_one) // MOST_SHOWN)][:MOST_SHOWN] for of_one in places]
    ends = np.cumsum([len(of_one) for of_one in shown])
    message = {
        "type": "pictures",
        "side": pictures.side,
        "is_inverted": found.is_inverted,
        "labels": pictures.labels,
        "counts": [len(of_one) for of_one in places],
        "samples": [[*range(end - len(of_one), end)] for end, of_one in zip(ends.tolist(), shown, strict=True)],
        "left_out": [{"name": name, "message": why} for name, why in found.left_out[:MOST_TOLD]],
        "left_out_count": len(found.left_out),
        "ignored": found.ignored,
    }
    packed = np.frombuffer(pictures.packed, np.uint8)
    return protocol.encode(message, {"pictures": packed, "shown": pictures.pixels[np.concatenate(shown)]})


# --- the archive --------------------------------------------------------------------------------------------------


def pictures_in(data: bytes, side: int, invert: Invert) -> Read:
    """Raises NotRead."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise NotRead("not_zip", "This is no ZIP archive, or it is damaged: pack the folders anew.") from None
    with archive:
        files = [file for file in archive.infolist() if not file.is_dir()]
        if len(files) > MOST_FILES:
            raise NotRead("too_many", f"There are {len(files)} files in the archive, more than {MOST_FILES}.")
        own = [file for file in files if not is_left_behind(file)]
        left_out: list[tuple[str, str]] = []
        found = within_bounds([*images_among(own, left_out)])
        classes = {file.parts[0] for file in found}
        if len(classes) > MOST_CLASSES:
            raise NotRead("too_many_classes", f"There are {len(classes)} folders of images, more than {MOST_CLASSES}.")
        images = [*decoded(archive, found, side, left_out)]
    check_enough(images, left_out)
    labels = tuple(sorted({label for label, _ in images}, key=in_order))
    images.sort(key=lambda image: labels.index(image[0]))
    pixels = np.stack([pixels for _, pixels in images])
    is_inverted = invert == "yes" or (invert == "auto" and is_bright(pixels))
    places = np.array([labels.index(label) for label, _ in images], np.uint8)
    pictures = Pictures(WHITE - pixels if is_inverted else pixels, places, labels)
    return Read(pictures, is_inverted, left_out, len(files) - len(own))


def images_among(files: list[zipfile.ZipInfo], left_out: list[tuple[str, str]]) -> Iterator[Found]:
    """Files of images in a folder, whose first folder names the class."""
    found = []
    for file in files:
        name = name_of(file)
        try:
            found.append(Found(file, parts_of(name, file)))
        except LeftOut as why:
            left_out.append((name, str(why)))
    while found and all(len(image.parts) > 2 for image in found):
        first = {image.parts[0] for image in found}
        if len(first) > 1 and not {name.lower() for name in first} <= SPLITS:
            break
        found = [Found(image.file, image.parts[1:]) for image in found]
    for image in sorted(found, key=lambda image: [*map(in_order, image.parts)]):
        if len(image.parts) > 1:
            yield image
        else:
            left_out.append((image.parts[-1], "It lies in no folder: the folder of an image is its class."))


def parts_of(name: str, file: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders that a file lies in, by names that can be read, and its own name. Raises LeftOut."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        raise LeftOut("Its path leads out of the archive.")
    if path.suffix.lower() in ARCHIVES:
        raise LeftOut("It is an archive itself: unpack it first.")
    if path.suffix.lower() not in ENDINGS:
        raise LeftOut("It is no image that is read here: PNG, JPEG, GIF, WebP or BMP.")
    if file.flag_bits & 1:
        raise LeftOut("It is encrypted.")
    if file.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise LeftOut("It is packed in a way that is not read here.")
    folders = [legible(part) for part in path.parts[:-1]]
    if not all(folders):
        raise LeftOut("Its folder has no name that can be read.")
    return *folders, path.name


def within_bounds(found: list[Found]) -> list[Found]:
    """Raises NotRead where they are too many, or unpack to more than anything that is meant to be looked at."""
    if len(found) > MOST_IMAGES:
        raise NotRead("too_many", f"There are {len(found)} images, more than {MOST_IMAGES}.")
    for file, parts in found:
        if file.file_size > max(ALWAYS_FINE, MOST_TIMES * file.compress_size):
            name = "/".join(parts)
            raise NotRead("bomb", f'"{name}" unpacks to more than {MOST_TIMES} times its size: that is no photograph.')
    unpacked = sum(file.file_size for file, _ in found)
    if unpacked > MOST_UNPACKED:
        size, most = unpacked // 2**20, MOST_UNPACKED // 2**20
        raise NotRead("bomb", f"The images unpack to {size} MB, more than {most} MB: bring fewer, or smaller ones.")
    return found


def check_enough(images: list[tuple[str, Pixels]], left_out: list[tuple[str, str]]) -> None:
    """Raises NotRead."""
    classes = Counter(label for label, _ in images)
    if not classes and left_out:
        name, why = left_out[0]
        raise NotRead("no_images", f"There is no image in the archive that can be read. {name}: {why}")
    if len(classes) < FEWEST_CLASSES:
        count = len(classes)
        sentence = f"Expected a folder of images for each of {FEWEST_CLASSES} to {MOST_CLASSES} classes, got {count}."
        raise NotRead("too_few_classes", sentence)
    if len(images) < FEWEST_IMAGES:
        raise NotRead("too_few", f"Expected at least {FEWEST_IMAGES} images, got {len(images)}.")


def is_left_behind(file: zipfile.ZipInfo) -> bool:
    """Whether a system has put it there, and no person."""
    parts = PurePosixPath(name_of(file)).parts
    return any(part.lower() in LEFT_BEHIND or (part.startswith(".") and part != "..") for part in parts)


def name_of(file: zipfile.ZipInfo) -> str:
    """Its path, which some write in UTF-8 and do not say so, and others with the strokes of Windows."""
    name = file.filename
    if not file.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            name = file.filename
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def legible(name: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:LONGEST_LABEL].strip()


def in_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """10 comes after 9."""
    parts = re.split(r"(\d+)", name)
    numbers = [part.lstrip("0") if place % 2 else part.casefold() for place, part in enumerate(parts)]
    return [(len(part) if place % 2 else 0, part) for place, part in enumerate(numbers)], name


# --- the images ---------------------------------------------------------------------------------------------------


def decoded(
    archive: zipfile.ZipFile, found: list[Found], side: int, left_out: list[tuple[str, str]]
) -> Iterator[tuple[str, Pixels]]:
    """The class and the pixels of each image that can be read."""
    for file, parts in found:
        try:
            yield parts[0], pixels_of(unpacked(archive, file), side)
        except LeftOut as why:
            left_out.append(("/".join(parts), str(why)))


def unpacked(archive: zipfile.ZipFile, file: zipfile.ZipInfo) -> bytes:
    """At most as much as it is said to be. Raises LeftOut."""
    try:
        with archive.open(file) as content:
            data = content.read(file.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        data = b""
    if len(data) != file.file_size or not data:
        raise LeftOut("It is damaged in the archive.")
    return data


def pixels_of(data: bytes, side: int) -> Pixels:
    """An image as (side, side) grey pixels. Raises LeftOut."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if max(image.size) > MOST_ACROSS:
                width, height = image.size
                raise LeftOut(f"It has {width} × {height} pixels, more than {MOST_ACROSS} along a side.")
            image.draft("L", (DRAFT * side, DRAFT * side))
            return squared(grey(ImageOps.exif_transpose(image)), side)
    except (LeftOut, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise LeftOut(f"It has more than {MOST_ACROSS} pixels along a side.") from None
    except Exception:  # whatever a decoder says of a file that anybody may have made
        raise LeftOut("It is damaged, or no image after all.") from None


def grey(image: Image.Image) -> Image.Image:
    """From 0 to 255; what is transparent is white where the rest is dark, and black where that is bright."""
    if image.mode.startswith("I"):
        numbers = np.asarray(image).astype(float)
        return Image.fromarray((numbers / (257 if numbers.max() > WHITE else 1)).clip(0, WHITE).astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("L")
    ink, cover = image.convert("RGBA").convert("LA").split()
    weights = np.asarray(cover, np.float32)
    mean = (np.asarray(ink) * weights).sum() / max(1.0, float(weights.sum()))
    ground = Image.new("L", image.size, WHITE if mean < WHITE / 2 else 0)
    return Image.composite(ink, ground, cover)


def squared(image: Image.Image, side: int) -> Pixels:
    """In the middle of a square of its own ground, and then as small as is asked for."""
    longest = max(image.size)
    ground = int(np.median(border(np.asarray(image)[None])))
    square = Image.new("L", (longest, longest), ground)
    square.paste(image, tuple((longest - length) // 2 for length in image.size))  # type: ignore[arg-type]
    return np.asarray(square.resize((side, side), Image.Resampling.HAMMING))


def border(images: NDArray[Any]) -> NDArray[Any]:
    """The outermost pixels of images (images, height, width), one after another."""
    sides = images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]
    return np.concatenate([side.reshape(-1) for side in sides])


def is_bright(images: Pixels) -> bool:
    """Whether they are drawn on a bright ground: ink is to be 1, and ground 0."""
    return float(np.median(border(images))) > WHITE / 2
