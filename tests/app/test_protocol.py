"""The protocol: messages are safetensors files, commands a closed set, errors short and silent about the input."""

import json

import numpy as np
import pytest

from app.protocol import BadMessage, decode, encode, error_body, message_of, parse_message
from tests.app.visitor import read

ARRAYS = {
    "bytes": np.arange(5, dtype=np.uint8),
    "doubles": np.arange(6.0).reshape(2, 3),
    "floats": np.full((3, 2), np.nan, np.float32),
    "counts": np.arange(7, dtype=np.uint32),
    "none": np.zeros((0, 4), np.float32),
    "big-endian": np.arange(3, dtype=">f8"),
    "transposed": np.arange(6, dtype=np.float32).reshape(2, 3).T,
}


def test_a_message_is_a_safetensors_file() -> None:
    picture = read(encode({"type": "frame", "step": 7}, ARRAYS))
    assert picture.info == {"version": 1, "type": "frame", "step": 7}
    assert {name: array.shape for name, array in picture.arrays.items()} == {n: a.shape for n, a in ARRAYS.items()}
    for name, array in picture.arrays.items():
        np.testing.assert_array_equal(array, ARRAYS[name])


def test_arrays_are_aligned_for_views_without_copying() -> None:
    blob = encode({"type": "frame"}, ARRAYS)
    size = int.from_bytes(blob[:8], "little")
    assert size % 8 == 0
    header = json.loads(blob[8 : 8 + size])
    for name in header.keys() - {"__metadata__"}:
        assert header[name]["data_offsets"][0] % ARRAYS[name].itemsize == 0


def test_a_message_is_read_back() -> None:
    blob = encode({"type": "points"}, ARRAYS)
    message, arrays = decode(blob)
    assert message == message_of(blob) == {"version": 1, "type": "points"}
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)


@pytest.mark.parametrize(
    "text",
    [
        '{"id": 1, "op": "play", "until_epoch": null, "by_epoch": false}',
        '{"id": 1, "op": "play", "until_epoch": 300, "by_epoch": true}',
        '{"id": 1, "op": "pause"}',
        '{"id": 1, "op": "step", "unit": "sample", "count": 10000}',
        '{"id": 1, "op": "speed", "unit": "epochs", "per_second": 0.1}',
        '{"id": 1, "op": "speed", "unit": "updates", "per_second": null}',
        '{"id": 1, "op": "change", "experiment": {}}',
        '{"id": 1, "op": "reset", "experiment": null}',
        '{"id": 1, "op": "reset", "experiment": {"seeds": {"weights": 3}}}',
        '{"id": 1, "op": "bring_back", "past": 12}',
        '{"id": 1, "op": "watch", "views": ["weights", "sample:3"]}',
        '{"op": "ack", "seq": 3}',
    ],
)
def test_commands(text: str) -> None:
    said = json.loads(text)
    assert parse_message(text).model_dump() == said


@pytest.mark.parametrize(
    ("text", "id", "code", "words"),
    [
        ("", None, "bad_message", "not JSON"),
        ("[" * 100_000, None, "bad_message", "not JSON"),
        ('{"id": 1, "op": "speed", "unit": "epochs", "per_second": NaN}', None, "bad_message", "not JSON"),
        ("[1]", None, "bad_message", "Expected a JSON object"),
        ("null", None, "bad_message", "Expected a JSON object"),
        ('{"id": 1}', 1, "bad_message", "op: expected one of play, pause"),
        ('{"id": 1, "op": "rewind", "step": 3}', 1, "bad_message", "op: expected one of play, pause"),
        ('{"op": "play"}', None, "bad_message", "id: expected a value"),
        ('{"id": "1", "op": "play"}', None, "bad_message", "id: expected a valid integer"),
        ('{"id": true, "op": "play"}', None, "bad_message", "id: expected a valid integer"),
        ('{"id": -1, "op": "play"}', None, "range", "id: expected greater than or equal to 0"),
        ('{"id": 1, "op": "play", "now": true}', 1, "bad_message", "only the fields"),
        ('{"id": 1, "op": "step", "unit": "day", "count": 1}', 1, "bad_message", "unit: expected 'sample'"),
        ('{"id": 1, "op": "step", "unit": "batch", "count": 1000000000}', 1, "range", "count: expected less"),
        ('{"id": 1, "op": "step", "unit": "batch", "count": 1.5}', 1, "bad_message", "count: expected"),
        ('{"id": 1, "op": "speed", "unit": "epochs", "per_second": 0}', 1, "range", "per_second: expected"),
        ('{"id": 1, "op": "change", "experiment": "spiral"}', 1, "bad_message", "experiment: expected"),
        ('{"op": "ack", "seq": -1}', None, "range", "seq: expected"),
    ],
)
def test_messages_outside_the_protocol_are_told_so(text: str, id: int | None, code: str, words: str) -> None:
    with pytest.raises(BadMessage) as caught:
        parse_message(text)
    answer = json.loads(caught.value.answer)
    assert (answer["type"], answer["id"], answer["error"]["code"]) == ("error", id, code)
    assert words in answer["error"]["message"]


def test_an_error_stays_under_a_kilobyte_however_much_is_wrong() -> None:
    problems = [{"field": "x" * 1000, "message": "y" * 1000}] * 100
    assert len(json.dumps(error_body("invalid_experiment", "z" * 1000, problems))) < 1000
