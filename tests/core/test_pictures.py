"""Pictures: images that somebody brought, as a data set, and what is refused of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import Experiment, InvalidExperiment, SnapshotError, Trainer, snapshot
from core.data import Samples, prepared
from core.data.at_hand import IRIS, NotAtHand, keep, look_in, pictures, table
from core.data.pictures import THREES_AND_EIGHTS, NotPictures, Pictures

LABELS = ("lying", "standing", "leaning")


def lines(side: int = 12, images: int = 60, labels: tuple[str, ...] = LABELS) -> Pictures:
    """A line in each image: along a row, along a column, or aslant."""
    pixels = np.zeros((images, side, side), np.uint8)
    classes = (np.arange(images) % len(labels)).astype(np.uint8)
    for number, (image, kind) in enumerate(zip(pixels, classes, strict=True)):
        place = number % side
        match kind % 3:
            case 0:
                image[place] = 255
            case 1:
                image[:, place] = 255
            case _:
                np.fill_diagonal(image[:, place:], 255)
    return Pictures(pixels, classes, labels)


LINES = lines()
keep(LINES)


def data(**more: Any) -> dict[str, Any]:
    usual = {"images": LINES.id, "called": "Lines", "side": 12, "labels": list(LABELS), "samples": 5000}
    return {"kind": "own_images", **usual, **more}


def samples(**more: Any) -> Samples:
    return prepared(Experiment.parse({"data": data(**more)}).data, 1, 1)


# --- what pictures are -----------------------------------------------------------------------------------------------


def test_pictures_are_the_same_after_being_packed_and_so_is_their_id() -> None:
    again = Pictures.unpacked(LINES.packed)
    assert again.id == LINES.id != THREES_AND_EIGHTS.id
    assert (again.labels, again.side) == (LABELS, 12)
    np.testing.assert_array_equal(again.pixels, LINES.pixels)
    np.testing.assert_array_equal(again.classes, LINES.classes)


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("pixels", LINES.pixels.astype(float)),
        ("pixels", LINES.pixels[:, :, 1:]),
        ("pixels", LINES.pixels[:, :4, :4]),
        ("pixels", LINES.pixels[1:]),
        ("classes", LINES.classes + np.uint8(1)),
        ("classes", np.minimum(LINES.classes, 1).astype(np.uint8)),
        ("labels", ("lying", "lying", "leaning")),
        ("labels", ("lying", "", "leaning")),
        ("labels", ("lying", "x" * 81, "leaning")),
    ],
    ids=["floats", "not square", "too small", "one less", "no such class", "none of one", "twice", "nameless", "long"],
)
def test_what_are_no_pictures_are_not_unpacked(part: str, other: Any) -> None:
    parts = {"pixels": LINES.pixels, "classes": LINES.classes, "labels": LABELS, part: other}
    with pytest.raises(NotPictures):
        Pictures.unpacked(Pictures(**parts).packed)


def test_too_few_and_too_many_are_no_pictures() -> None:
    with pytest.raises(NotPictures, match="4 to 5000 images, got 3"):
        Pictures.unpacked(lines(images=3).packed)
    with pytest.raises(NotPictures, match="2 to 10 classes"):
        Pictures.unpacked(lines(labels=tuple("abcdefghijk")).packed)
    for rubbish in (b"", b"rubbish", LINES.packed[:-1], IRIS.packed):
        with pytest.raises(NotPictures):
            Pictures.unpacked(rubbish)


def test_pictures_in_a_folder_are_at_hand_once_one_looks_there(tmp_path: Path) -> None:
    other = lines(side=9)
    with pytest.raises(NotAtHand):
        pictures(other.id)
    look_in(tmp_path)
    (tmp_path / f"{other.id}.table").write_bytes(other.packed)
    assert pictures(other.id).id == other.id
    with pytest.raises(NotAtHand):
        table(other.id)
    with pytest.raises(NotAtHand):
        pictures(IRIS.id)


def test_without_images_of_ones_own_there_are_threes_and_eights() -> None:
    digits = Experiment.parse({"data": "digits"}).data.draw(np.random.default_rng(1))
    own = Experiment.parse({"data": "own_images"}).data
    drawn = own.draw(np.random.default_rng(1))
    assert len(drawn.points) == np.isin(digits.targets, (3, 8)).sum()
    np.testing.assert_allclose(drawn.points.mean(), digits.points[np.isin(digits.targets, (3, 8))].mean(), atol=1 / 255)
    assert (own.class_names, own.heading) == (("three", "eight"), "Threes and eights")


# --- what the network is given ---------------------------------------------------------------------------------------


def test_each_image_comes_with_its_class_black_as_0_and_white_as_1() -> None:
    seen = samples()
    assert (seen.dataset.input_shape, seen.dataset.class_names) == ((1, 12, 12), LABELS)
    given = {(point.tobytes(), label) for point, label in zip(seen.points, seen.targets, strict=True)}
    own = {
        ((image.reshape(-1) / 255).tobytes(), label) for image, label in zip(LINES.pixels, LINES.classes, strict=True)
    }
    assert given == own


def test_only_so_many_images_are_taken_at_random() -> None:
    few = [Experiment.parse({"data": data(samples=20)}).data.draw(np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert len(few[0].points) == 20
    np.testing.assert_array_equal(few[0].points, few[1].points)
    assert not np.array_equal(few[0].points, few[2].points)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ({"images": "A" * 22}, "data.images", "expected images that are kept here"),
        ({"images": IRIS.id}, "data.images", "expected images that are kept here"),
        ({"images": "../../etc/passwd"}, "data.images", "expected"),
        ({"side": 13}, "data.side", "expected the 12 pixels that the images have along each side, got 13"),
        ({"side": 33}, "data.side", "from 8 to 32"),
        ({"labels": ["lying", "standing"]}, "data.labels", "expected the classes of the images, 3, got others"),
        ({"labels": ["lying", "lying", "leaning"]}, "data.labels", "expected each class once"),
        ({"labels": ["lying"]}, "data.labels", "expected a list of 2 to 10 items"),
        ({"labels": ["lying", "standing", ""]}, "data.labels.2", "expected"),
    ],
)
def test_what_does_not_fit_the_images_is_refused_at_its_place(more: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(InvalidExperiment) as found:
        Trainer(Experiment.parse({"data": data(**more)}))
    field, message = found.value.problems[0]
    assert (field.replace("data.own_images.", "data."), said in message) == (place, True), (field, message)


# --- the life of a run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [[8], ["conv2d", "flatten"]], ids=["dense", "convolution"])
def test_threes_are_told_from_eights(layers: list[Any]) -> None:
    dense = [{"kind": "dense", "units": units} for units in layers if isinstance(units, int)]
    network = {"layers": dense or [{"kind": kind} for kind in layers]}
    optimizer = {"kind": "adam", "learning_rate": 0.01}
    trainer = Trainer(Experiment.parse({"data": "own_images", "network": network, "optimizer": optimizer}))
    trainer.advance(epochs=20)
    assert trainer.metrics()["test_accuracy"] >= 0.95


def test_other_images_start_anew_and_more_of_the_same_do_not() -> None:
    trainer = Trainer(Experiment.parse({"data": data()}))
    trainer.advance(epochs=1)
    assert not trainer.change(Experiment.parse({"data": data(samples=30)})).restarted
    assert trainer.change(Experiment.parse({"data": "own_images"})).restarted


def test_a_run_on_images_goes_on_from_a_snapshot_bit_for_bit() -> None:
    trainer = Trainer(Experiment.parse({"data": data()}))
    trainer.advance(updates=7)
    other = Trainer.restore(trainer.snapshot())
    for each in (trainer, other):
        each.advance(updates=20)
    np.testing.assert_array_equal(trainer.weights[0], other.weights[0])


def test_a_run_on_images_that_are_not_here_cannot_be_gone_on_from() -> None:
    told, arrays = snapshot.unpacked(Trainer(Experiment.parse({"data": data()})).snapshot())
    told["experiment"]["data"]["images"] = lines(side=20).id
    with pytest.raises(SnapshotError, match="images that are kept here"):
        Trainer.restore(snapshot.packed(told, arrays))
