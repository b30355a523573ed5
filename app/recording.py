"""Recording: how the experiment of a first visit learns, as the messages that its page would be sent. Whoever waits for
a run of their own is shown it meanwhile, and told what it is."""

from functools import cache
from struct import Struct
from typing import Any

from app.limits import Limits
from app.line import Kind
from app.pace import Pace
from app.past import Past, encode_rows
from app.protocol import Speed
from app.showing import Showing
from core import Experiment, Trainer

EPOCHS, EPOCHS_A_PICTURE = 300, 3
EPOCHS_PER_SECOND = 60
VIEWS = ["weights", "painting"]
SIZE = Struct("<I")
SHOWN = (Kind.SCENE, Kind.TABLES, Kind.FRAME)
NO_LIMITS = Limits(
    frame_seconds=0.0,
    point_seconds=0.0,
    watched_save_seconds=0.0,
    unwatched_save_seconds=0.0,
    slice_seconds=0.0,
    memory_bytes=0,
)


class Tape:
    """Keeps what is said, in order."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def say(self, kind: Kind, number: int, payload: bytes) -> None:
        if kind in SHOWN:
            self.messages.append(payload)


class Recorder(Showing):
    """Shows a network as a training process does, to a tape, as it would be at the page's usual speed."""

    def __init__(self, experiment: Experiment) -> None:
        self.port = self.tape = Tape()
        self.trainer = Trainer(experiment, "numpy")  # no compiler is brought into the server
        self.limits, self.pace, self.past = NO_LIMITS, Pace(), Past(self.trainer)
        self.playing = self.by_epoch = True
        self.errand = None
        self.scene = self.generation = self.frame = self.noted = 0
        super().__init__()
        self.pace.speed = Speed(unit="epochs", per_second=EPOCHS_PER_SECOND)
        self.views[0] = VIEWS

    def record(self) -> list[bytes]:
        while self.trainer.epoch < EPOCHS:
            self.note_point()
            self.show()
            self.trainer.advance(epochs=EPOCHS_A_PICTURE)
            self.past.come_to(self.trainer)
        return self.tape.messages

    def show_points(self) -> None:
        self.tape.messages.append(encode_rows(self.generation, self.noted, self.rows))
        self.noted += len(self.rows)
        self.rows.clear()

    def heading(self) -> dict[str, Any]:
        samples = EPOCHS_PER_SECOND * self.train_samples
        return {**super().heading(), "epochs_per_second": EPOCHS_PER_SECOND, "samples_per_second": samples}


@cache
def recording() -> bytes:
    """Each message behind its size, as u32, little-endian."""
    messages = Recorder(Experiment()).record()
    return b"".join(SIZE.pack(len(message)) + message for message in messages)
