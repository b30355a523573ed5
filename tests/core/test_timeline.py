"""A timeline leads back to any step bit for bit, within its budget, and forks without touching the past."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Experiment, Timeline, Trainer

SMALL = {"data": {"kind": "circle", "samples": 30}, "network": {"layers": [{"kind": "dense", "units": 3}]}}


def fresh(**parts: object) -> Trainer:
    return Trainer(Experiment.parse({**SMALL, **parts}))


def recorded(trainer: Trainer, timeline: Timeline, updates: int, every: int = 10) -> dict[int, bytes]:
    """Train on, keeping a moment now and then; the true snapshot of every step."""
    truth = {trainer.step: trainer.snapshot()}
    for _ in range(updates):
        if trainer.step % every == 0:
            timeline.keep(trainer)
        trainer.advance(updates=1)
        truth[trainer.step] = trainer.snapshot()
    return truth


def on_from(trainer: Trainer, updates: int) -> bytes:
    trainer.advance(updates=updates)
    return trainer.snapshot()


def test_every_step_comes_back_bit_for_bit() -> None:
    timeline = Timeline()
    truth = recorded(fresh(), timeline, 95)
    for step, snapshot in truth.items():
        assert timeline.seek(step).snapshot() == snapshot


def test_every_step_comes_back_however_thin_the_timeline_is() -> None:
    trainer = fresh()
    timeline = Timeline(budget_bytes=8 * len(trainer.snapshot()))
    truth = recorded(trainer, timeline, 400, every=5)
    assert timeline.bytes <= timeline.budget_bytes
    for step in range(0, 400, 37):
        assert timeline.seek(step).snapshot() == truth[step]


def test_old_moments_are_thinner_than_new_ones() -> None:
    trainer = fresh()
    timeline = Timeline(budget_bytes=12 * len(trainer.snapshot()))
    recorded(trainer, timeline, 1000)
    gaps = [later - earlier for earlier, later in zip(timeline.steps, timeline.steps[1:], strict=False)]
    assert timeline.steps[0] == 0 and timeline.steps[-1] == 990
    assert sum(gaps[: len(gaps) // 2]) > 3 * sum(gaps[len(gaps) // 2 :])


def test_steps_before_and_after_a_change_come_back_as_they_were() -> None:
    trainer, timeline = fresh(), Timeline()
    truth = recorded(trainer, timeline, 25)
    trainer.change(fresh(optimizer={"kind": "sgd", "learning_rate": 0.5}).experiment)
    timeline.keep(trainer, is_changed=True)
    truth |= recorded(trainer, timeline, 25)
    for step in (3, 24, 25, 26, 49):
        assert timeline.seek(step).snapshot() == truth[step]


@settings(max_examples=8)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=12), st.integers(3, 6))
def test_what_cannot_be_reached_exactly_is_not_made_up(gaps: list[int], kept: int) -> None:
    """Changes at random steps, and too little room for them: a seek lands on a step that was, never beyond the wish."""
    trainer = fresh()
    timeline = Timeline(budget_bytes=kept * len(trainer.snapshot()))
    truth = {(0, trainer.snapshot())}  # at the step of a change both what was before and what came after
    timeline.keep(trainer)
    for number, gap in enumerate(gaps):
        for _ in range(gap):
            trainer.advance(updates=1)
            truth.add((trainer.step, trainer.snapshot()))
        trainer.change(fresh(optimizer={"kind": "adam", "learning_rate": 0.001 * (number + 1)}).experiment)
        truth.add((trainer.step, trainer.snapshot()))
        timeline.keep(trainer, is_changed=True)
    for step in range(trainer.step + 1):
        found = timeline.seek(step)
        assert found.step <= step
        assert (found.step, found.snapshot()) in truth, "a state that never was"


def test_a_fork_takes_its_own_way() -> None:
    trainer, timeline = fresh(), Timeline()
    truth = recorded(trainer, timeline, 60)
    twin, branch = timeline.fork(33)
    assert twin.snapshot() == truth[33]
    twin.change(fresh(optimizer="momentum").experiment)
    branch.keep(twin, is_changed=True)
    twin.advance(updates=20)
    branch.keep(twin)
    assert timeline.seek(53).snapshot() == truth[53]
    assert branch.seek(53).snapshot() == twin.snapshot() != truth[53]
    assert branch.seek(20).snapshot() == truth[20]


def test_going_back_and_on_forgets_what_came_after() -> None:
    trainer, timeline = fresh(), Timeline()
    recorded(trainer, timeline, 60)
    back = timeline.seek(25)
    timeline.keep(back)
    assert timeline.steps == [0, 10, 20, 25]


def test_a_change_that_a_branch_never_saw_does_not_hold_it_up() -> None:
    trainer, timeline = fresh(), Timeline()
    timeline.keep(trainer)
    trainer.advance(updates=60)
    trainer.change(fresh(optimizer="momentum").experiment)
    timeline.keep(trainer, is_changed=True)
    twin, branch = timeline.fork(50)
    twin.advance(updates=100)
    branch.keep(twin)
    assert branch.seek(120).snapshot() == on_from(timeline.seek(50), 70)
    assert timeline.seek(59).step == 59 and timeline.seek(60).snapshot() == trainer.snapshot()


def test_a_change_before_the_fork_still_ends_what_can_be_repeated() -> None:
    """The moment at the change is thinned out: the way from before it to the fork is not the one that was taken."""
    trainer = fresh()
    timeline = Timeline(budget_bytes=2 * len(trainer.snapshot()))
    timeline.keep(trainer)
    trainer.advance(updates=10)
    trainer.change(fresh(optimizer="momentum").experiment)
    timeline.keep(trainer, is_changed=True)
    trainer.advance(updates=10)
    timeline.keep(trainer)
    _, branch = timeline.fork(15)
    assert branch.seek(15).step == 10


def test_a_change_that_was_gone_back_from_is_forgotten() -> None:
    """Also where the moment that was gone back to is thinned out later."""
    trainer = fresh()
    timeline = Timeline(budget_bytes=2 * len(trainer.snapshot()))
    timeline.keep(trainer)
    trainer.advance(updates=60)
    trainer.change(fresh(optimizer="momentum").experiment)
    timeline.keep(trainer, is_changed=True)
    back = timeline.seek(50)
    timeline.keep(back)
    back.advance(updates=50)
    timeline.keep(back)
    back.advance(updates=50)
    timeline.keep(back)
    assert timeline.steps == [0, 150]
    assert timeline.seek(100).snapshot() == on_from(timeline.seek(50), 50)


def test_a_step_before_the_first_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="step: expected at least the first kept moment, none, got 0"):
        Timeline().seek(0)
