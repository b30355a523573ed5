"""Limits: training has its share of the time, however heavy a picture is, and however crowded the processor."""

import pytest

from app.limits import Limits

LIMITS = Limits(
    frame_seconds=0.03,
    point_seconds=0.1,
    watched_save_seconds=1,
    unwatched_save_seconds=10,
    slice_seconds=0.004,
    memory_bytes=2**28,
)


@pytest.mark.parametrize("crowd", [1, 2, 4])
def test_a_heavy_picture_leaves_training_two_thirds_of_the_time(crowd: int) -> None:
    seconds = crowd * 0.5
    assert LIMITS.frame_pause(0.5, seconds, 0) == pytest.approx(3 * seconds)


def test_the_more_train_at_a_processor_the_shorter_they_do_in_one_go() -> None:
    assert LIMITS.slice_at(0) == LIMITS.slice_at(1) == LIMITS.slice_at(2) == LIMITS.slice_seconds
    assert LIMITS.slice_at(20) > LIMITS.slice_at(50) > LIMITS.slice_at(500) == LIMITS.slice_at(5000) > 0


def test_a_light_picture_comes_at_the_usual_rate_in_a_crowd_too() -> None:
    assert LIMITS.frame_pause(0.002, 0.5, 0) == 0.03
