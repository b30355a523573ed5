"""A snapshot goes on bit-identically; damaged or foreign bytes are refused."""

import hashlib
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Experiment, SnapshotError, Trainer, executors, presets
from core.optimizers import Optimizer
from core.spec import kinds


@pytest.mark.parametrize("name", presets)
def test_a_restored_trainer_goes_on_bit_identically(name: str) -> None:
    trainer = Trainer(presets[name])
    trainer.advance(updates=trainer.batches + 3)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(updates=2 * each.batches + 1)
    assert restored.snapshot() == trainer.snapshot()
    assert restored.metrics() == trainer.metrics()


@settings(max_examples=40)
@given(st.integers(0, 100), st.integers(0, 40), st.sampled_from(kinds(Optimizer)))
def test_a_snapshot_at_any_sample_is_exact(samples: int, more: int, optimizer: str) -> None:
    document = {
        "data": {"kind": "xor", "samples": 50},
        "batch_size": 10,
        "optimizer": optimizer,
        "precision": "float32",
    }
    trainer = Trainer(Experiment.parse(document))
    trainer.advance(samples=samples)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(samples=more)
    assert restored.snapshot() == trainer.snapshot()


def test_what_was_trained_elsewhere_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(presets["xor"])
    trainer.advance(updates=3)
    data = trainer.snapshot()
    assert Trainer.restore(data).notes == trainer.notes
    monkeypatch.setattr(executors, "machine", lambda: "a machine of 1986")
    restored = Trainer.restore(data)
    assert (restored.step, restored.notes[-1][:39]) == (3, "The run was trained on another machine,")
    assert Trainer.restore(restored.snapshot()).notes == trainer.notes


def test_a_diverged_trainer_is_restored_as_such() -> None:
    trainer = Trainer(Experiment.parse({"data": "plane", "optimizer": {"kind": "sgd", "learning_rate": 10}}))
    trainer.advance(epochs=50)
    restored = Trainer.restore(trainer.snapshot())
    assert (restored.status, restored.message) == ("diverged", trainer.message)


@pytest.fixture(scope="module")
def whole() -> bytes:
    return Trainer(presets["xor"]).snapshot()


@given(st.data())
def test_a_snapshot_with_any_byte_changed_is_refused(whole: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    damaged = bytearray(whole)
    damaged[place] ^= 1 << bit
    with pytest.raises(SnapshotError):
        Trainer.restore(bytes(damaged))


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        Trainer.restore(data)


@given(st.binary(max_size=200))
def test_a_right_checksum_over_wrong_content_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotError):
        Trainer.restore(b"PLAYGND2" + hashlib.sha256(content).digest() + content)


def test_another_version_is_named() -> None:
    with pytest.raises(SnapshotError, match="expected snapshot version 2, got b'3'"):
        Trainer.restore(b"PLAYGND3" + bytes(100))


def test_a_truncated_snapshot_is_refused(whole: bytes) -> None:
    with pytest.raises(SnapshotError, match="checksum"):
        Trainer.restore(whole[:-10])


WITHOUT_ROOM = """
import re, resource
from pathlib import Path
from core import Experiment, Trainer, snapshot

data = Trainer(Experiment.parse({"data": "digits", "network": {"layers": [{"units": 256}] * 4}})).snapshot()
used = 1024 * int(re.search(r"VmData:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
resource.setrlimit(resource.RLIMIT_DATA, (used, resource.RLIM_INFINITY))
filled = []
try:
    while True:
        filled.append(bytearray(2**20))
except MemoryError:
    del filled[-3 * len(data) // 2**21 :]  # room for one copy, not for two
try:
    snapshot.unpacked(data)
except MemoryError:
    print("goes on")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a process is held to its memory on Linux alone")
def test_where_there_is_no_room_to_read_a_snapshot_the_process_goes_on() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_ROOM], capture_output=True, text=True, timeout=60)
    assert done.stdout == "goes on\n", done.stderr
