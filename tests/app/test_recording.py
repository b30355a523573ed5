"""The recording for those who wait: it is how the first experiment learns, in the protocol's own messages."""

from collections.abc import Iterator
from itertools import pairwise
from struct import unpack_from
from typing import Any

import httpx2
import numpy as np
import pytest

from app.protocol import decode
from core import Experiment, Trainer
from tests.server import Server

Message = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def messages(server: Server) -> list[Message]:
    return [*parts(httpx2.get(f"{server.url}/recording").content)]


def parts(content: bytes) -> Iterator[Message]:
    while content:
        (size,) = unpack_from("<I", content)
        yield decode(content[4 : 4 + size])
        content = content[4 + size :]


def of_type(messages: list[Message], name: str) -> list[Message]:
    return [each for each in messages if each[0]["type"] == name]


def test_it_begins_with_what_its_pictures_need(messages: list[Message]) -> None:
    assert [info["type"] for info, _ in messages[:4]] == ["scene", "tables", "points", "frame"]
    assert messages[0][0]["experiment"] == Experiment().model_dump(mode="json")
    assert len(of_type(messages, "scene")) == len(of_type(messages, "tables")) == 1


def test_its_weights_are_those_of_the_experiment_itself(messages: list[Message]) -> None:
    trainer = Trainer(Experiment(), "numpy")
    for info, arrays in of_type(messages, "frame")[:20]:
        trainer.advance(epochs=info["epoch"] - trainer.epoch)
        _, own = trainer.frame(["weights"])
        assert info["step"] == trainer.step
        weights = {name: array for name, array in arrays.items() if name.startswith("weights/")}
        assert weights
        for name, array in weights.items():
            np.testing.assert_array_equal(array, own[name])


def test_its_curve_has_each_point_once_and_each_picture_is_later(messages: list[Message]) -> None:
    assert [info["from"] for info, _ in of_type(messages, "points")] == [*range(len(of_type(messages, "points")))]
    frames = [info for info, _ in of_type(messages, "frame")]
    assert all(later["seq"] == former["seq"] + 1 for former, later in pairwise(frames))
    assert all(later["epoch"] > former["epoch"] for former, later in pairwise(frames))
    assert frames[-1]["metrics"]["test_accuracy"] > 0.95
