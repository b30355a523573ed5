"""Views: the names by which a frame is asked for what it shows."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VIEWS = (
    "weights",
    "tiles",
    "boundary",
    "code",
    "answers",
    "statistics",
    "norms",
    "sharpness",
    "health",
    "confusion",
    "importance",
    "curvature",
    "painting",
)
NUMBERED = (
    *("weights", "tiles", "unit", "sample", "loss", "hidden", "microscope", "gradient_check"),
    *("worst", "worst_test", "saliency", "adversarial", "patches", "clusters", "labels"),
)
NUMBERED_VIEW = re.compile(rf"({'|'.join(NUMBERED)}):(\d{{1,6}})")
ALL = 10**6

SIDE = r"-?\d{1,7}(?:\.\d{1,9})?"
WINDOW_VIEW = re.compile(rf"boundary:({SIDE},{SIDE}(?:,{SIDE},{SIDE})?)")
PLACE_VIEW = re.compile(rf"decoded:({SIDE}(?:,{SIDE})?)")
OF_AN_IMAGE = ("image", "saliency_of", "adversarial_of")
IMAGE_VIEW = re.compile(rf"({'|'.join(OF_AN_IMAGE)}):(?:[A-Za-z0-9_-]{{4}}){{0,341}}[A-Za-z0-9_-]{{2,4}}")
LONGEST_VIEW = 1400
MOST_WINDOWS = 8  # and places and images, of one frame, which goes to all who look


class View(NamedTuple):
    """One thing to look at: its kind; the number behind the colon, ALL where there is none; the window of a boundary,
    (left, right) or (left, right, bottom, top), or the place in a code, (x,) or (x, y), () where it is the whole of it;
    and all that as it was asked for."""

    kind: str
    number: int
    window: tuple[float, ...]
    name: str


def parsed_view(name: str) -> View:
    """What a name asks for. Raises ValueError unless frames know the view.

    `weights:N` and `tiles:N` are of the first N units of each layer, `unit:N` of the unit with that index through all
    layers, `sample:N`, `loss:N` and `microscope:N` of the sample with that index, `hidden:N` of the layer with that
    index, `gradient_check:N` of so many parameters. `boundary:left,right,bottom,top` is the boundary within that window
    of the plane, as finely drawn as the whole, and `boundary:left,right` the curve there. `decoded:x,y` is what an
    autoencoder draws from that place in its code, and `decoded:x` where that is one number; `image:PIXELS` is what the
    network and its layers make of an image of one's own, a byte a pixel, in base64url without padding. `saliency_of`
    and `adversarial_of` are of such an image too, `saliency:N` and `adversarial:N` of the sample with that index, and
    `patches:N` of the unit: core/probes/image_looks.py tells them. `worst:N` and `worst_test:N` are of the N samples
    that cost most, `clusters:N` of a code in so many clusters, `labels:N` of what it tells with so many labels. `norms`
    and `sharpness` are of the whole way, of which a trainer knows but the present: core/norms.py and
    core/probes/sharpness.py tell them.
    """
    if name in VIEWS:
        return View(name, ALL, (), name)
    if match := NUMBERED_VIEW.fullmatch(name):
        return View(match[1], int(match[2]), (), name)
    if match := WINDOW_VIEW.fullmatch(name):
        return View("boundary", ALL, checked_window(tuple(map(float, match[1].split(",")))), name)
    if match := PLACE_VIEW.fullmatch(name):
        return View("decoded", ALL, tuple(map(float, match[1].split(","))), name)
    if match := IMAGE_VIEW.fullmatch(name):
        return View(match[1], ALL, (), name)
    numbered = (f"{each}:N" for each in NUMBERED if each not in VIEWS)
    known = ", ".join(
        [*VIEWS, "boundary:WINDOW", "decoded:PLACE", *(f"{each}:PIXELS" for each in OF_AN_IMAGE), *numbered]
    )
    raise ValueError(f"view: expected one of {known}, got {name[:40]}")


def checked_window(window: tuple[float, ...]) -> tuple[float, ...]:
    """A window whose sides are in order, or ValueError."""
    for low, high in zip(window[::2], window[1::2], strict=True):
        if low >= high:
            raise ValueError(f"view: expected a window with left < right and bottom < top, got {low:g} and {high:g}")
    return window


def parsed_views(names: Collection[str]) -> list[View]:
    """What names ask for, larger numbers after smaller ones. Where there are too many windows, the whole boundary
    stands for those beyond."""
    views = sorted(map(parsed_view, names))
    windows = [view for view in views if view.window or view.kind in OF_AN_IMAGE]
    if len(windows) <= MOST_WINDOWS:
        return views
    beyond = set(windows[MOST_WINDOWS:])
    return sorted({*views, parsed_view("boundary")} - beyond)


def pixels_of(view: View) -> NDArray[np.uint8]:
    """The pixels of an image of one's own, row by row from the top: 0 is empty, 255 full."""
    text = view.name.partition(":")[2]
    return np.frombuffer(urlsafe_b64decode(text + "=" * (-len(text) % 4)), np.uint8)
