"""Rest: in a crowd of processes few want the processor at a time, and yet it is hardly ever idle. By a clock of its
own: a machine is played here, whose processors take whoever waits longest."""

from collections import Counter
from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random

import pytest

from app.pace import Rest

SLICE_SECONDS = 0.004


@dataclass
class Played:
    """What came of it: the share of the processors' time that was used, how many wanted one when one more came, on the
    average, and how many turns each had."""

    used_share: float
    queue: float
    turns: Counter[int]


def play(networks: int, processors: int, crowding: int, seconds: float = 20.0) -> Played:
    """So many networks train, with slices that are not quite alike."""
    draw = Random(1)
    rests = [Rest() for _ in range(networks)]
    used, turns, queues = [0.0] * networks, Counter[int](), [0]
    free = [0.0] * processors  # when each of them is so again
    waking: list[tuple[float, int]] = []
    for one, rest in enumerate(rests):
        rest.crowding = crowding
        heappush(waking, (draw.uniform(0, 0.1), one))
    while waking[0][0] < seconds:
        due_at, one = heappop(waking)
        rests[one].begin(due_at, used[one])
        slice_seconds = SLICE_SECONDS * draw.uniform(0.8, 1.5)
        now = max(due_at, heappop(free)) + slice_seconds
        heappush(free, now)
        used[one] += slice_seconds
        rests[one].end(now, used[one])
        turns[one] += 1
        queues.append(round((now - due_at) * processors / SLICE_SECONDS))
        heappush(waking, (max(now, rests[one].until), one))
    return Played(sum(used) / processors / seconds, sum(queues) / len(queues), turns)


@pytest.mark.parametrize("crowding", [0, 1])
def test_nobody_rests_where_there_is_a_processor_for_each(crowding: int) -> None:
    rest = Rest()
    rest.crowding = crowding
    rest.begin(due_at=1.0, used=0.0)
    rest.end(now=1.5, used=0.004)  # others held it up, but no network of ours
    assert rest.until == 1.5


def test_in_a_crowd_one_that_did_not_have_to_wait_does_not_rest() -> None:
    rest = Rest()
    rest.crowding = 15
    rest.begin(due_at=1.0, used=0.0)
    rest.end(now=1.25, used=0.25)
    assert rest.until == 1.25


def test_nobody_rests_longer_than_the_others_can_make_use_of() -> None:
    rest = Rest()
    rest.crowding = 4
    for turn in range(100):
        rest.begin(due_at=60.0 * turn, used=0.004 * turn)
        rest.end(now=60.0 * turn + 59, used=0.004 * (turn + 1))
        assert rest.until <= 60.0 * turn + 59 + rest.MOST * 3 * 0.0041


@pytest.mark.parametrize(("networks", "most_wanting"), [(30, 8), (100, 30)])
def test_few_want_a_processor_at_a_time_and_it_is_hardly_ever_idle(networks: int, most_wanting: int) -> None:
    restless, rested = play(networks, 2, crowding=0), play(networks, 2, crowding=networks // 2)
    assert restless.queue > networks - 5
    assert rested.queue < most_wanting
    assert rested.used_share > 0.9 * restless.used_share
    assert min(rested.turns.values()) > 0.7 * max(rested.turns.values())
