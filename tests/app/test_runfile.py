"""A run as a file: carried elsewhere it goes on bit for bit. What is no run is refused, and told where it is wrong."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import protocol, runfile
from app.present import Present
from app.runfile import NotARun
from core import Experiment, Moment, Trainer, snapshot
from tests.app.guest import bring, guest_of, mine, saved, trained, until, visit
from tests.server import Server, running_server


def test_a_run_that_was_carried_elsewhere_goes_on_bit_for_bit(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = trained(ann, epochs=4)
    ann.patch(f"/api/runs/{run}", json={"name": "Élan 3"})
    answer = bring(ben, saved(ann, run))
    assert answer.status_code == 201
    (entry,) = mine(ben)["runs"]
    assert (entry["name"], entry["epoch"], entry["status"]) == ("Élan 3", 4, "paused")
    assert ben.get(f"/api/runs/{entry['id']}/curve").json() == ann.get(f"/api/runs/{run}/curve").json()
    trainer = Trainer(Experiment())
    trainer.advance(epochs=5)
    with visit(ben, entry["id"]) as visitor:
        visitor.do("watch", views=["weights"])
        visitor.do("step", unit="epoch", count=1)
        frame = visitor.frame(step=trainer.step)
        ours = [array for name, array in sorted(frame.arrays.items()) if name.startswith("weights/")]
        assert all(map(np.array_equal, ours, (block.astype(np.float32) for block in trainer.weights)))
        visitor.do("seek", step=5)
        assert visitor.frame(step=5)


@pytest.mark.parametrize("name", ['a"b\\c', "x/../y", "Größe 日本", "a;b", "%0d%0a"])
def test_the_name_of_a_file_stays_inside_its_header(ann: httpx2.Client, name: str) -> None:
    run = trained(ann)
    ann.patch(f"/api/runs/{run}", json={"name": name})
    header = ann.get(f"/api/runs/{run}/file").headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="[^"\\/\r\n]+[.]run"; filename\*=UTF-8\'\'[\w.%~-]+[.]run', header)


def sealed(blob: bytes) -> bytes:
    """A file whose signature and checksum are right, whatever is in it."""
    return runfile.SIGNATURE + hashlib.sha256(blob).digest() + blob


def rewritten(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> bytes:
    """A file with another content, and a checksum that fits it."""
    message, arrays = protocol.decode(data[len(runfile.SIGNATURE) + runfile.CHECKSUM_BYTES :])
    change(message, arrays)
    return sealed(protocol.encode(message, arrays))


def with_present(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> bytes:
    """A file with another present in it."""

    def inside(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        message, own = protocol.decode(arrays["present"].tobytes())
        own = {name: array.copy() for name, array in own.items()}
        change(message, own)
        arrays["present"] = np.frombuffer(protocol.encode(message, own), np.uint8)

    return rewritten(data, inside)


def with_start(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    """A file with another snapshot to go on from."""

    def inside(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        arrays["start"] = np.frombuffer(changed(arrays["start"].tobytes(), change), np.uint8)

    return with_present(data, inside)


def with_moment(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    """A file with another snapshot to go back to."""

    def inside(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        arrays["moment/1"] = np.frombuffer(changed(arrays["moment/1"].tobytes(), change), np.uint8)

    return with_present(data, inside)


def changed(packed: bytes, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    document, states = snapshot.unpacked(packed)
    states = {name: values.copy() for name, values in states.items()}
    change(document, states)
    return snapshot.packed(document, states)


def with_weight(value: float) -> Callable[[bytes], bytes]:
    return lambda data: with_start(data, lambda _, states: states["parameters"].put(0, value))


def told(**values: Any) -> Callable[[bytes], bytes]:
    """A file that tells something else of its run."""
    return lambda data: with_present(data, lambda message, _: message.update(values))


def at(**values: Any) -> Callable[[bytes], bytes]:
    """A file whose run is somewhere else."""
    return lambda data: with_start(data, lambda document, _: document["position"].update(values))


def said(**values: Any) -> Callable[[bytes], bytes]:
    """A file whose run says something else of how it went."""
    return lambda data: with_start(data, lambda document, _: document.update(values))


def with_rows(rows: Any) -> Callable[[bytes], bytes]:
    return lambda data: with_present(data, lambda _, arrays: arrays.update(rows=rows))


def with_units(document: dict[str, Any], _: object) -> None:
    document["experiment"]["network"]["layers"][0]["units"] = 3


DAMAGED, OTHER, PARTS = "The file is damaged", "This is not the file of a run", "does: present: expected its parts"
WHOLE = "expected (a whole number|whole numbers) from 0 to"
BROKEN = {"step": 1, "layer": "", "cause": "rate", "message": ""}
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", OTHER),
    "foreign": (lambda data: b"\x89PNG\r\n\x1a\n" + data, OTHER),
    "zip": (lambda data: b"PK\x03\x04" + data, OTHER),
    "half": (lambda data: data[: len(data) // 2], DAMAGED),
    "one byte short": (lambda data: data[:-1], DAMAGED),
    "one bit": (lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], DAMAGED),
    "more": (lambda data: data + b"\0", DAMAGED),
    "future": (lambda data: rewritten(data, lambda message, _: message.update(format=2)), "newer version"),
    "no header": (lambda data: sealed(b""), PARTS),
    "huge header": (lambda data: sealed(b"\xff" * 8 + b"{}"), PARTS),
    "nested": (lambda data: sealed((10**6).to_bytes(8, "little") + b"[" * 10**6), PARTS),
    "no present": (lambda data: rewritten(data, lambda _, arrays: arrays.update(present=np.zeros(3, np.uint8))), PARTS),
    "speed": (lambda data: with_present(data, lambda message, _: message["mode"].update(speed=3)), PARTS),
    "curve": (with_rows(np.zeros((2, 3))), "rows: expected at most 10000 rows of 7"),
    "endless curve": (with_rows(np.zeros((20_000, 7))), "rows: expected at most"),
    "curve of another type": (with_rows(np.zeros((1, 7), np.float32)), "rows: expected"),
    "curve that goes back": (with_rows(np.zeros((2, 7))), "rows.step: expected that each is larger"),
    "curve of halves": (with_rows(np.full((1, 7), 0.5)), f"rows.step: {WHOLE}"),
    "curve beyond all bounds": (with_rows(np.full((1, 7), 1e300)), f"rows.step: {WHOLE}"),
    "curve without an epoch": (with_rows(np.array([[0, np.nan, 0, 0, 0, 0, 0]])), "rows.epoch: expected"),
    "moments": (told(moments=[[-1, None]]), f"moments.step: {WHOLE}"),
    "moments of halves": (told(moments=[[0.5, None]]), f"moments.step: {WHOLE}"),
    "moments twice": (told(moments=[[0, None], [0, None]]), "moments.step: expected that each is larger"),
    "endless moment": (told(moments=[[0, 2**60]]), "moments.0.exact_until: "),
    "moment that ends after the next": (told(moments=[[0, 3], [1, None]]), "moments.0.exact_until: expected a step"),
    "moment elsewhere": (told(moments=[[7, None]]), "moments.0: position.step: expected 7"),
    "moment of NaN": (
        lambda data: with_moment(data, lambda _, states: states["parameters"].put(0, np.nan)),
        "moments.1: parameters: expected numbers that are finite",
    ),
    "head": (told(head=["x", 1]), "head: expected a step and an epoch"),
    "negative head": (told(head=[-1, 0.0]), "head: expected a step and an epoch"),
    "endless head": (told(head=[2**60, 0.0]), "head: expected a step and an epoch"),
    "far head": (told(head=[10**12, 3.0]), "head: expected a step that the curve or a moment has come to"),
    "start": (
        lambda data: with_present(data, lambda _, arrays: arrays.update(start=np.zeros(99, np.uint8))),
        "start: ",
    ),
    "NaN weights": (with_weight(np.nan), "start: parameters: expected numbers that are finite"),
    "infinite weights": (with_weight(np.inf), "start: parameters: expected numbers that are finite"),
    "other network": (lambda data: with_start(data, with_units), "start: [a-z]+: expected float64 of shape"),
    "other type": (
        lambda data: with_start(data, lambda _, own: own.update(parameters=own["parameters"].astype(np.complex64))),
        "start: parameters: expected float64",
    ),
    "an array more": (
        lambda data: with_start(data, lambda _, own: own.update(more=np.zeros(1))),
        "expected the arrays",
    ),
    "no order": (lambda data: with_start(data, lambda _, own: own["order"].fill(0)), "order: expected each training"),
    "negative step": (at(step=-1), f"start: position.step: {WHOLE}"),
    "endless step": (at(step=2**62), f"start: position.step: {WHOLE}"),
    "epoch before its steps": (at(epoch=10**6), f"start: position.epoch: {WHOLE}"),
    "batch beyond the epoch": (at(batch=14), "start: position.batch: expected a whole number from 0 to 13"),
    "half a batch": (at(batch=0.5), f"start: position.batch: {WHOLE}"),
    "sample beyond the batch": (at(sample=16), "start: position.sample: expected a whole number from 0 to 15"),
    "unknown status": (said(status="asleep"), "start: status: expected one of ready, finished, diverged"),
    "endless message": (said(message="x" * 10_000), "start: message: expected text of at most 500"),
    "divergence without one": (said(status="diverged"), "start: divergence: expected where and why"),
    "divergence of no cause": (
        said(status="diverged", divergence=BROKEN | {"cause": "bad luck"}),
        "start: divergence.cause: expected one that",
    ),
    "no generators": (said(generators={}), "start: "),
    "other experiment": (said(experiment={"batch_size": -1}), "start: .*batch_size"),
}


@pytest.fixture(scope="module")
def whole(server: Server) -> bytes:
    with guest_of(server) as browser:
        return saved(browser, trained(browser))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_no_run_is_refused_and_nothing_kept(ben: httpx2.Client, whole: bytes, damage: str) -> None:
    spoil, place = DAMAGES[damage]
    answer = bring(ben, spoil(whole))
    assert answer.status_code == 422, answer.text
    sentence = answer.json()["error"]["message"]
    assert re.fullmatch(r"[A-Z][^{}\n]+[.]", sentence) and re.search(place, sentence), sentence
    assert mine(ben)["total"] == 0


ANYTHING = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        1,
        5,
        42,
        2**31,
        2**53,
        2**63,
        10**30,
        0.5,
        -1e300,
        "",
        "ready",
        "x" * 999,
        [],
        {},
        [0],
        [[0, 0]],
    ]
)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """All places in a JSON document."""
    if path:
        yield path
    items = dict(enumerate(document)) if isinstance(document, list) else document if isinstance(document, dict) else {}
    for key, value in items.items():
        yield from places(value, (*path, key))


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def put_anything(where: int, value: Any, document: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Another value at any place of the document, or in any array."""
    found = [*places(document), *sorted(name for name in arrays if arrays[name].size)]
    place = found[where % len(found)]
    if isinstance(place, tuple):
        put(document, place, value)
    else:
        arrays[place] = arrays[place].copy()
        arrays[place].put(where % arrays[place].size, value)


@pytest.fixture(scope="module")
def drowsy() -> Iterator[httpx2.Client]:
    """Somebody at a server where a run sleeps as soon as nobody looks."""
    with running_server(sleep_after_seconds=0.01) as server, guest_of(server) as browser:
        yield browser


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([rewritten, with_present, with_start, with_moment]), st.integers(0, 10**6), ANYTHING)
def test_a_file_in_which_anything_is_changed_is_refused_or_makes_a_run_that_trains_and_wakes(
    drowsy: httpx2.Client, whole: bytes, spoil: Callable[..., bytes], where: int, value: Any
) -> None:
    try:
        file = spoil(whole, partial(put_anything, where, value))
    except (TypeError, ValueError, OverflowError):  # what is neither JSON nor a number
        return
    answer = until(lambda: (tried := bring(drowsy, file)).status_code != 503 and tried)  # the machine may be busy
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 422:
        return
    run = answer.json()["id"]
    for _ in range(2):
        with visit(drowsy, run) as visitor:
            assert visitor.next("frame")
            visitor.do("step", unit="batch", count=2)
            visitor.do("seek", step=visitor.next("frame").info["first_step"])
        until(lambda: drowsy.get(f"/api/runs/{run}").json()["status"] != "playing")
    assert drowsy.delete(f"/api/runs/{run}").status_code == 204


def test_a_file_that_is_too_large_is_refused(ben: httpx2.Client) -> None:
    answer = bring(ben, runfile.SIGNATURE + bytes(runfile.MOST_BYTES))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert ben.post("/api/runs/file", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415


def test_a_name_in_a_file_is_no_better_than_a_typed_one(whole: bytes) -> None:
    assert runfile.read(rewritten(whole, lambda message, _: message.update(name="a\0b"))).name == ""
    with pytest.raises(NotARun):
        runfile.read(rewritten(whole, lambda message, _: message.update(name=3)))


def test_a_large_past_is_thinned_to_fit_into_a_file() -> None:
    trainer = Trainer(Experiment.parse({"data": {"kind": "digits"}}))
    moments = []
    for _ in range(250):
        trainer.advance(updates=1)
        moments.append(moment_of(trainer))
    data = runfile.written("", Present(trainer.snapshot(), moments=tuple(moments)), {})
    carried = runfile.read(data).present
    assert len(data) <= runfile.MOST_BYTES
    assert 2 <= len(carried.moments) < 250
    assert carried.moments[0].step == 1
    assert carried.problem() == ""


def moment_of(trainer: Trainer) -> Moment:
    return Moment(trainer.step, trainer.snapshot())
