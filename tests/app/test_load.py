"""Load: what is left out, and in which order, when there is more to do than the machine can; and what never is."""

import asyncio
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.broadcast import Broadcast
from app.limits import EASED_SECONDS, EASED_SHARE
from app.load import CALM_SECONDS, REFUSING, VIEWER_SECONDS, Load
from app.main import create_app
from app.settings import Settings
from tests.app.catalogue import assert_refused
from tests.app.test_broadcast import in_a_loop, new_broadcast, step

CALM, LATE, VERY_LATE, MUCH_TOO_LATE = 0.001, 0.06, 0.2, 1.0
REFUSE_LATE_SECONDS = Settings().refuse_late_seconds


def load_with_levels() -> tuple[Load, list[int]]:
    levels: list[int] = []
    return Load(lambda: 0, lambda level, crowding: levels.append(level), REFUSE_LATE_SECONDS), levels


def test_viewers_see_less_first_then_all_and_only_at_last_is_a_new_run_refused() -> None:
    assert VIEWER_SECONDS[0] == 0 < VIEWER_SECONDS[1] < VIEWER_SECONDS[2] < VIEWER_SECONDS[3]
    for eased in (EASED_SECONDS, EASED_SHARE):
        assert eased[0] == eased[1] == 1 < eased[2] < eased[3]
    assert REFUSING == 3


def test_the_level_goes_up_one_by_one() -> None:
    load, levels = load_with_levels()
    for _ in range(5):
        load.judge(MUCH_TOO_LATE, crowding=1)
    assert levels == [1, 2, 3]


@pytest.mark.parametrize(
    ("late", "crowding", "level"), [(CALM, 1, 0), (CALM, 9, 1), (LATE, 1, 1), (CALM, 20, 2), (VERY_LATE, 1, 2)]
)
def test_it_is_judged_by_how_late_the_loop_is_and_how_many_train_on_a_core(
    late: float, crowding: float, level: int
) -> None:
    load, _ = load_with_levels()
    for _ in range(5):
        load.judge(late, crowding)
    assert load.level == level


def test_it_goes_down_one_by_one_after_some_calm() -> None:
    load, levels = load_with_levels()
    for _ in range(3):
        load.judge(MUCH_TOO_LATE, crowding=1)
    for _ in range(CALM_SECONDS - 1):
        load.judge(CALM, crowding=1)
    assert load.level == 3
    for _ in range(2 * CALM_SECONDS + 1):
        load.judge(CALM, crowding=1)
    assert levels == [1, 2, 3, 2, 1, 0]


def test_how_many_train_on_a_core_is_told_when_it_becomes_another_number() -> None:
    told: list[tuple[int, int]] = []
    load = Load(lambda: 0, lambda level, crowding: told.append((level, crowding)), REFUSE_LATE_SECONDS)
    for crowding in (0.5, 1, 1.5, 3, 3.5, 9, 9):
        load.judge(CALM, crowding)
    assert told == [(0, 1), (0, 3), (1, 9)]


def test_a_server_with_too_much_to_do_refuses_new_runs_and_no_others() -> None:
    app = create_app(Settings(data=Path(":memory:")))
    with TestClient(app, base_url="http://localhost") as api:
        run = api.post("/api/runs", json={}).json()["id"]
        for _ in range(REFUSING):
            app.state.runs.load.judge(MUCH_TOO_LATE, crowding=0)
        assert_refused(api.post("/api/runs", json={}), 503, "server_full", "more to do than it can")
        assert api.get(f"/api/runs/{run}").status_code == 200
        assert api.get(f"/api/runs/{run}/training.gif").status_code == 200
        app.state.runs.load.level = 0
        assert api.post("/api/runs", json={}).status_code == 201


async def pictures_within(broadcast: Broadcast, seconds_between: float) -> list[bytes]:
    """What one is sent of ten pictures, and then of the last."""
    watcher = broadcast.join()
    watcher.seconds_between = seconds_between
    seen: list[bytes] = []
    for number in range(1, 11):
        step(broadcast, number)
        if not watcher.is_early:
            seen += [message for message in await watcher.turn() if isinstance(message, bytes)]
            watcher.acknowledge(number)
    if seconds_between:
        seen += [message for message in await watcher.turn() if isinstance(message, bytes)]
    return [message for message in seen if message.startswith(b"frame")]


@in_a_loop
async def test_one_who_only_watches_is_sent_fewer_pictures_but_always_the_last() -> None:
    assert await pictures_within(new_broadcast(), 0.0) == [f"frame {number}".encode() for number in range(1, 11)]
    assert await pictures_within(new_broadcast(), 0.2) == [b"frame 1", b"frame 10"]


@in_a_loop
async def test_an_answer_does_not_wait_for_the_next_picture() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    watcher.seconds_between = 60
    step(broadcast, 1)
    await watcher.turn()
    watcher.answer("paused")
    assert await asyncio.wait_for(watcher.turn(), 5) == ["paused"]
