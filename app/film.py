"""Film: how a run's answer over the plane, or the line, came about: an animated GIF of the moments that it keeps."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core import Timeline, Trainer

Array = NDArray[Any]
Colour = tuple[int, int, int]

SIDE = 320  # pixels
FOOT = 20  # pixels below the picture, for the epoch
MOST_PICTURES = 60
PICTURE_MILLISECONDS, LAST_MILLISECONDS = 80, 2000

# A palette for all pictures of a film. First come the shades of the map, then the colours of points and text.
SHADES = 20  # of a class; a map of two has those of ten
MAP_COLOURS = 10 * SHADES
PAPER, INK = (251, 250, 247), (28, 30, 34)
NEGATIVE, POSITIVE = (232, 137, 58), (91, 147, 214)
POINTS = ["#b04a00", "#1b55b0"]
CLASSES = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#7a4fb0", "#8c564b", "#5a6270"]
"""Okabe & Ito's, and four more: as on the light page."""
PAPER_AT, INK_AT, CURVE_AT, FIRST_POINT_AT = range(MAP_COLOURS, MAP_COLOURS + 4)


def film(timeline: Timeline, present: Trainer) -> bytes | None:
    """All kept moments up to the present one as a GIF, at most so many; None where there is nothing to draw."""
    if not present.experiment.data.dimensions:
        return None
    steps = [step for step in timeline.steps if step < present.step]
    chosen = sorted({steps[int(place)] for place in np.linspace(0, len(steps) - 1, MOST_PICTURES - 1)}) if steps else []
    pictures = [picture(timeline.seek(step)) for step in chosen] + [picture(present)]
    buffer = BytesIO()
    durations = [PICTURE_MILLISECONDS] * len(chosen) + [LAST_MILLISECONDS]
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=durations, loop=0)
    return buffer.getvalue()


def picture(trainer: Trainer) -> Image.Image:
    """What the network answers now, the training points on it, and the epoch below."""
    arrays = trainer.frame(["boundary"]).arrays
    many = len(trainer.experiment.data.class_names) > 2
    canvas = Image.new("P", (SIDE, SIDE + FOOT), PAPER_AT)
    canvas.putpalette(palette(many).tobytes())
    if "boundary" in arrays:
        canvas.paste(painted(arrays["boundary"]))
    pen = ImageDraw.Draw(canvas)
    if "curve" in arrays:
        heights = arrays["curve"]
        across = np.linspace(0, SIDE - 1, len(heights))
        pen.line([*zip(across, height_to_pixel(heights), strict=True)], fill=CURVE_AT, width=3)
    draw_points(pen, trainer)
    pen.text((6, SIDE + 4), f"epoch {trainer.epoch:,}", fill=INK_AT)
    return canvas


def palette(many: bool) -> NDArray[np.uint8]:
    """The colours by their index, (colours, 3)."""
    areas = np.concatenate([fading(hexadecimal(each)) for each in CLASSES]) if many else between(NEGATIVE, POSITIVE)
    points = [hexadecimal(each) for each in (CLASSES if many else POINTS)]
    return np.concatenate([areas, [PAPER, INK, POSITIVE], points]).astype(np.uint8)


def painted(boundary: Array) -> Image.Image:
    """A map as indices of the palette: one value from its low to its high end, or the winner and how sure it is."""
    if len(boundary) == 1:
        smooth = Image.fromarray(boundary[0]).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        return Image.fromarray((np.asarray(smooth, int) * (MAP_COLOURS - 1) // 255).astype(np.uint8))
    shade = boundary[1].astype(int) * (SHADES - 1) // 255
    index = Image.fromarray((boundary[0] * SHADES + shade).astype(np.uint8))
    return index.resize((SIDE, SIDE), Image.Resampling.NEAREST)


def between(low: Colour, high: Colour) -> Array:
    """The map's colours from one to the other, with paper in the middle."""
    share = np.linspace(-1, 1, MAP_COLOURS)[:, None]
    end = np.where(share < 0, low, high)
    return np.asarray(PAPER + (end - np.array(PAPER)) * np.abs(share) ** 0.85)


def fading(colour: Colour) -> Array:
    """A class's shades from paper to almost its colour."""
    return np.asarray(PAPER + (np.array(colour) - PAPER) * np.linspace(0, 0.85, SHADES)[:, None])


def hexadecimal(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def height_to_pixel(values: Array) -> Array:
    """Values from −1.5 (bottom) to 1.5 (top)."""
    return np.asarray(SIDE / 2 * (1 - values / 1.5))


def draw_points(pen: ImageDraw.ImageDraw, trainer: Trainer) -> None:
    data, reach = trainer.data, trainer.experiment.data.reach
    places = (data.places if trainer.experiment.data.dimensions else code_of(trainer))[~data.is_test]
    targets = data.targets[~data.is_test]
    across = (places[:, 0] / reach + 1) * SIDE / 2
    down = (1 - places[:, 1] / reach) * SIDE / 2 if places.shape[1] == 2 else height_to_pixel(targets)
    for x, y, kind in zip(across, down, kinds(trainer, targets), strict=True):
        pen.ellipse((x - 2.5, y - 2.5, x + 2.5, y + 2.5), fill=FIRST_POINT_AT + int(kind), outline=PAPER_AT)


def code_of(trainer: Trainer) -> Array:
    """Where an autoencoder puts its samples, as far apart as the map reaches: (samples, 2)."""
    code = trainer.frame(["code"]).arrays["code"]
    low, high = code.min(axis=0), code.max(axis=0)
    places = (code - (low + high) / 2) / np.where(high > low, (high - low) / 2, 1) * 0.9 * trainer.experiment.data.reach
    return places if places.shape[1] == 2 else np.repeat(places, 2, axis=1)


def kinds(trainer: Trainer, targets: Array) -> Array:
    """Which of the points' colours each has: its class's, or that of its sign."""
    return targets if trainer.experiment.data.class_names else np.asarray(targets > 0)
