"""Thumbnail: what a network has learned, as a picture of the size of a stamp."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.film import INK, PAPER, SIDE, picture
from core import Trainer

Array = NDArray[Any]

STAMP = 160  # pixels
COLOURS = 48
IMAGES_A_SIDE = 4
GAP = 1  # pixel of the images themselves
WRONG = (179, 38, 30)


def thumbnail(trainer: Trainer) -> bytes:
    """A PNG: the map of the answers with the points on it; of images a few, each as it is taken or drawn again; of
    other data without a map their code."""
    data = trainer.experiment.data
    whole = plane(trainer) if data.dimensions or len(data.input_shape) == 1 else sheet(trainer)
    buffer = BytesIO()
    whole.quantize(COLOURS).save(buffer, "PNG")
    return buffer.getvalue()


def plane(trainer: Trainer) -> Image.Image:
    map = picture(trainer).crop((0, 0, SIDE, SIDE)).convert("RGB")
    return map.resize((STAMP, STAMP), Image.Resampling.LANCZOS)


def sheet(trainer: Trainer) -> Image.Image:
    """Some of the images: what an autoencoder draws of them, else themselves, those that are taken for another class in
    red."""
    data = trainer.data
    chosen = np.argsort(~data.is_test, kind="stable")[: IMAGES_A_SIDE**2]  # of the test first
    images, answers = data.points[chosen], trainer.predict(data.points[chosen])
    is_wrong = np.zeros(len(chosen), bool)
    if answers.shape == images.shape:
        images = answers
    else:
        is_wrong = answers.argmax(axis=1) != data.targets[chosen]
    return Image.fromarray(pasted(images, is_wrong)).resize((STAMP, STAMP), Image.Resampling.NEAREST)


def pasted(images: Array, is_wrong: Array) -> NDArray[np.uint8]:
    """Images of shape (images, side²) from 0 to 1, beside and below each other in colour: (height, width, 3)."""
    side = round(images.shape[1] ** 0.5)
    step = side + GAP
    canvas = np.full((IMAGES_A_SIDE * step - GAP, IMAGES_A_SIDE * step - GAP, 3), PAPER, np.uint8)
    for place, image in enumerate(images):
        top, left = (step * part for part in divmod(place, IMAGES_A_SIDE))
        ink = np.array(WRONG if is_wrong[place] else INK)
        strength = np.nan_to_num(image).clip(0, 1).reshape(side, side, 1)
        canvas[top : top + side, left : left + side] = PAPER + (ink - np.array(PAPER)) * strength
    return canvas
