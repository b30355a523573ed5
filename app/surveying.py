"""Surveying: what a process of the lab does to draw the loss landscape of runs."""

from collections.abc import Iterator, Sequence
from time import monotonic

from app import protocol
from app.computing import Impossible
from app.present import Present
from core import InvalidExperiment, LossLandscape, Picture, SnapshotError, path_of
from core.probes.landscape import Kind, Window

SAYING_SECONDS = 0.5  # between two words of how far it is
COARSE, FINE = 25, (101, 51)  # places along each side; of the fine ones the first that takes no longer than
FINE_SECONDS = 40.0


def landscape(presents: Sequence[bytes], kind: Kind, seed: int, window: Window | None) -> Iterator[bytes]:
    """Messages of type `landscape`: first that it has begun, then the picture as often as it has become finer, and now
    and then how far it is. `presents`: of the run that is drawn, and of those whose paths are to be seen there too."""
    sides = [COARSE, FINE[0]]
    drawn = landscape_of(presents, kind, seed, window, sides)
    shown, began, said_at = 0, 0.0, monotonic()
    yield progress(drawn)
    while drawn.advance():
        if drawn.done == 1:
            began = monotonic()
        if drawn.done == COARSE**2 - 1:  # before the fine one is begun
            sides[1:] = affordable((monotonic() - began) / drawn.done)
        if len(drawn.losses) > shown:
            shown = len(drawn.losses)
            yield message(drawn.picture())
        elif monotonic() > said_at + SAYING_SECONDS:
            said_at = monotonic()
            yield progress(drawn)
    yield message(drawn.picture())


def affordable(look_seconds: float) -> list[int]:
    """How fine the fine picture may be, where one look takes so long; nothing where it would take too long anyhow."""
    return [side for side in FINE if side**2 * look_seconds <= FINE_SECONDS][:1]


def landscape_of(
    presents: Sequence[bytes], kind: Kind, seed: int, window: Window | None, sides: Sequence[int]
) -> LossLandscape:
    """Raises Impossible."""
    first, *others = [Present.unpacked(present) for present in presents]
    try:
        paths = [path_of(other.trainer(), other.moments) for other in others]
        return LossLandscape(first.trainer(), first.moments, kind, paths, seed, window, sides)
    except (SnapshotError, InvalidExperiment, ValueError) as error:
        raise Impossible(f"There is no landscape of this: {error}") from None


def message(picture: Picture) -> bytes:
    return protocol.encode({"type": "landscape", **picture.info["landscape"]}, picture.arrays)


def progress(drawn: LossLandscape) -> bytes:
    """How far it is, and nothing to see."""
    return protocol.encode({"type": "progress", "done": drawn.done_share}, {})
