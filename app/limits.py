"""Limits: what a training process may use, and how much of its time goes into other things than training."""

from dataclasses import dataclass
from pathlib import Path

FRAMES_SHARE = 3  # frames take at most a third of the time,
SOONER = 4  # what is newly asked for is seen in such a part of the usual time;
EASED_SHARE = (1, 1, 4, 8)  # and so many times less of it, by the server's load,
EASED_SECONDS = (1, 1, 2, 4)  # which then come so many times rarer;
MOST_CROWDED = 4  # so many processes at a processor are taken into account;
POINTS_SHARE = 10  # points of the curves a tenth,
MOMENTS_SHARE = 50  # keeping moments a fiftieth,
SAVES_SHARE = 50  # telling the server of them another,
PORTRAITS_SHARE = 100  # and how it looks;
LOOKS_SHARE = 10  # what is looked at slowly another tenth, by the server's load less
PORTRAIT_SECONDS = 2.0
ROUND_SECONDS, SHORTEST_SECONDS = 0.04, 0.0005  # all that train at a processor have a turn in such a time, if they can


@dataclass(frozen=True)
class Limits:
    """How often to show and to save, how long to train in one go, how much memory to use, and where tables lie. What
    took so many seconds is due again after a pause: the usual one, or one long enough that it takes no more than its
    share of the time."""

    frame_seconds: float
    point_seconds: float
    watched_save_seconds: float
    unwatched_save_seconds: float
    slice_seconds: float
    memory_bytes: int
    tables: Path | None = None

    @property
    def sooner_seconds(self) -> float:
        return self.frame_seconds / SOONER

    def slice_at(self, crowding: int) -> float:
        """How long to train in one go where so many networks train at each processor."""
        return min(self.slice_seconds, max(SHORTEST_SECONDS, ROUND_SECONDS / max(1, crowding)))

    def frame_pause(self, cost: float, seconds: float, load_level: int) -> float:
        """`cost` is processor time. A picture took more `seconds` where others wanted the processor, as training then
        does; but in a crowd pictures come all the same."""
        taken = min(seconds, MOST_CROWDED * cost)
        return max(self.frame_seconds * EASED_SECONDS[load_level], FRAMES_SHARE * EASED_SHARE[load_level] * taken)

    def point_pause(self, cost: float) -> float:
        return max(self.point_seconds, POINTS_SHARE * cost)

    def moment_pause(self, cost: float) -> float:
        return max(self.point_seconds, MOMENTS_SHARE * cost)

    def save_pause(self, cost: float, is_watched: bool) -> float:
        return max(self.save_seconds(is_watched), SAVES_SHARE * cost)

    def portrait_pause(self, cost: float, is_watched: bool) -> float:
        return max(PORTRAIT_SECONDS, self.save_seconds(is_watched), PORTRAITS_SHARE * cost)

    def look_pause(self, cost: float, is_training: bool, load_level: int) -> float:
        """While nothing else is to be done there is none."""
        return LOOKS_SHARE * EASED_SHARE[load_level] * cost if is_training or load_level else 0.0

    def save_seconds(self, is_watched: bool) -> float:
        return self.watched_save_seconds if is_watched else self.unwatched_save_seconds
