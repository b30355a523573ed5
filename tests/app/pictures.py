"""Images that tests bring, as ZIPs made on the spot, and what becomes of them."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx2
import numpy as np
from PIL import Image

ZIP = {"content-type": "application/zip"}


def png(pixels: Any, format: str = "PNG", **options: Any) -> bytes:
    """The file of an image, or of rows of pixels."""
    file = io.BytesIO()
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.asarray(pixels, np.uint8))).save(
        file, format, **options
    )
    return file.getvalue()


def stroke(number: int, is_upright: bool, side: int = 24) -> Any:
    """A dark stroke on white, each somewhere else."""
    pixels = np.full((side, side), 255, np.uint8)
    place = 2 + number % (side - 4)
    pixels[place : place + 2, 2:-2] = 0
    return pixels.T if is_upright else pixels


def strokes(each: int = 20, side: int = 24, top: str = "") -> dict[str, bytes]:
    return {
        f"{top}{kind}/{number}.png": png(stroke(number, kind == "upright", side))
        for kind in ("lying", "upright")
        for number in range(each)
    }


def zipped(files: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", packing) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return archive.getvalue()


def preview(browser: httpx2.Client, archive: bytes, **query: Any) -> httpx2.Response:
    return browser.post("/api/images/preview", content=archive, headers=ZIP, params=query)


def bring(browser: httpx2.Client, archive: bytes, **query: Any) -> httpx2.Response:
    return browser.post("/api/images", content=archive, headers=ZIP, params=query)


def kept(browser: httpx2.Client, archive: bytes | None = None, **query: Any) -> dict[str, Any]:
    """What is told of images that were just kept."""
    answer = bring(browser, archive or zipped(strokes()), **query)
    assert answer.status_code == 201, answer.text
    about: dict[str, Any] = answer.json()
    return about


def data_of(images: dict[str, Any]) -> dict[str, Any]:
    """The data of an experiment with these images."""
    parts = {name: images[name] for name in ("side", "labels")}
    return {"kind": "own_images", "images": images["id"], "called": images["name"], "samples": 5000, **parts}


def mine(browser: httpx2.Client) -> dict[str, Any]:
    answer = browser.get("/api/images")
    assert answer.status_code == 200, answer.text
    shelf: dict[str, Any] = answer.json()
    return shelf
