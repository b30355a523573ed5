"""The life of a run, in any order: whatever is done to it and to the machine below it, it is to the last bit what a run
would be that nothing has disturbed, its curve holds each of its points once, and what was deleted stays deleted."""

import os
import signal
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import psutil
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from core import Experiment, Trainer
from tests.app.test_ending import assert_gone, workers
from tests.app.truth import same, shown, weights_of
from tests.app.visitor import Picture, Visitor
from tests.server import running_server

SMALL = {"network": {"layers": [{"units": 4}, {"units": 3}]}}
EXPERIMENTS = (
    SMALL,
    {**SMALL, "optimizer": {"kind": "sgd", "learning_rate": 0.1}},
    {"network": {"layers": [{"units": 5}, {"units": 3}]}},
    {**SMALL, "seeds": {"order": 5}},
    {**SMALL, "seeds": {"weights": 5}},
    {**SMALL, "data": "sine"},
)
MOST_RUNS = 3
MOST_KILLS = 2  # one that dies more often is given up
experiments = st.sampled_from(EXPERIMENTS).map(lambda given: Experiment.parse(given).model_dump(mode="json"))
fractions = st.floats(0, 1)
counts = st.integers(1, 60)


class Way:
    """The way that a run has taken, told by a trainer of our own. `turns`: snapshots of where it began and of what came
    of each change, in the order of their steps."""

    def __init__(self, experiment: dict[str, Any]) -> None:
        self.begin(Trainer(Experiment.parse(experiment)))

    def begin(self, trainer: Trainer) -> None:
        self.trainer, self.head, self.is_begun = trainer, 0, False
        self.turns = [(0, trainer.snapshot())]

    def advance_to(self, step: int) -> None:
        assert step >= self.trainer.step, "it has gone back by itself"
        while self.trainer.step < step:  # past the turns that are known already
            ahead = [turn for turn, _ in self.turns if self.trainer.step < turn <= step]
            self.seek(min(ahead)) if ahead else self.trainer.advance(updates=step - self.trainer.step)
        self.head = max(self.head, step)
        self.is_begun = self.is_begun or step > 0

    def at(self, step: int) -> Trainer:
        snapshot = [snapshot for turn, snapshot in self.turns if turn <= step][-1]
        trainer = Trainer.restore(snapshot)
        trainer.advance(updates=step - trainer.step)
        return trainer

    def seek(self, step: int) -> None:
        self.trainer = self.at(step)

    def turn(self) -> None:
        """Something was changed here: what came later is no more."""
        step = self.trainer.step
        self.turns = [turn for turn in self.turns if turn[0] < step] + [(step, self.trainer.snapshot())]
        self.head, self.is_begun = step, True

    def take_back(self, step: int) -> None:
        self.turns = [turn for turn in self.turns if turn[0] < step]
        self.seek(step)
        self.head = step

    def copy(self) -> "Way":
        other = copy(self)
        other.trainer = Trainer.restore(self.trainer.snapshot())
        return other

    def fork(self) -> "Way":
        branch = self.copy()
        branch.turns = [turn for turn in self.turns if turn[0] <= self.trainer.step]
        branch.head = self.trainer.step
        return branch


@dataclass
class Life:
    """A run, who watches it, and what we know of it."""

    id: str
    way: Way
    visitor: Visitor | None = None
    pasts: dict[int, Way] = field(default_factory=dict)
    is_playing: bool = False
    is_shaken: bool = False  # its process was lost, and with it how to go back
    kills: int = 0


class House(ExitStack):
    """A server that one may start again on the same data."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self.data = data

    def open(self) -> "House":
        waits = {"max_runs": 8, "sleep_after_seconds": 0.3, "unwatched_limit_seconds": 0.3}
        self.server = self.enter_context(running_server(data=self.data, **waits))
        self.api = self.enter_context(httpx2.Client(base_url=self.server.url, timeout=60))
        return self

    def open_again(self, sign: signal.Signals) -> None:
        self.server.process.send_signal(sign)
        self.close()
        self.open()


class LifeOfRuns(RuleBasedStateMachine):
    """What happens to runs, and what is true afterwards."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.sockets = ExitStack()
        self.lives: list[Life] = []
        self.deleted: list[str] = []
        self.restarts = 0

    def teardown(self) -> None:
        self.leave()
        for id in self.deleted:
            self.assert_deleted(id)
        for life in self.lives:
            self.house.api.delete(f"/api/runs/{life.id}")

    # --- what we do -------------------------------------------------------------------------------------------

    @initialize(experiment=experiments)
    def begin(self, experiment: dict[str, Any]) -> None:
        answer = self.house.api.post("/api/runs", json=experiment)
        assert answer.status_code == 201, answer.text
        self.lives.append(Life(answer.json()["id"], Way(experiment)))

    def one(self, place: float) -> Life:
        return self.lives[min(int(place * len(self.lives)), len(self.lives) - 1)]

    def socket(self, life: Life) -> Visitor:
        if not life.visitor:
            life.visitor = self.sockets.enter_context(Visitor(self.house.server.url, life.id))
            life.visitor.do("watch", views=["weights"])
        return life.visitor

    def do(self, life: Life, op: str, **parts: Any) -> dict[str, Any]:
        return self.socket(life).do(op, **parts)

    def rest(self, place: float) -> Life:
        """One of the runs, paused; where it has come to is then known."""
        life = self.one(place)
        if life.is_playing:
            life.way.advance_to(self.do(life, "pause")["step"])
            life.is_playing = False
        return life

    has_runs = precondition(lambda self: self.lives)

    @has_runs
    @rule(place=fractions, count=counts, unit=st.sampled_from(["batch", "epoch"]))
    def step(self, place: float, count: int, unit: str) -> None:
        life = self.rest(place)
        answer = self.do(life, "step", unit=unit, count=count)
        if "error" in answer:  # it is finished or has diverged
            assert life.way.trainer.status != "ready"
        else:
            life.way.advance_to(answer["step"])
        self.check(life)

    @has_runs
    @rule(place=fractions)
    def play(self, place: float) -> None:
        life = self.rest(place)
        self.do(life, "speed", unit="updates", per_second=2000)
        life.is_playing = self.do(life, "play")["type"] == "ack"

    @has_runs
    @rule(place=fractions, experiment=experiments, is_reset=st.booleans())
    def change(self, place: float, experiment: dict[str, Any], is_reset: bool) -> None:
        life = self.rest(place)
        before = life.way.copy()
        answer = self.do(life, "reset" if is_reset else "change", experiment=experiment)
        became = life.way.trainer.change(Experiment.parse(experiment))
        if is_reset:
            life.way.trainer.reset()
        if not (is_reset or became.restarted):
            assert not answer["restarted"]
            life.way.turn()
        else:
            life.way.begin(life.way.trainer)
            assert answer["past"] is not None or not before.is_begun
            if answer["past"] is not None:
                assert answer["past"] not in life.pasts
                life.pasts[answer["past"]] = before
        self.check(life)

    @has_runs
    @rule(place=fractions, value=st.integers(-4, 4))
    def edit(self, place: float, value: int) -> None:
        """While it trains, too."""
        life = self.one(place)
        life.way.advance_to(self.do(life, "edit", layer=0, unit=1, input=0, value=value)["step"])
        weights = life.way.trainer.weights
        weights[0][1, 0] = value
        life.way.trainer.set_weights(weights)
        life.way.turn()
        self.check(self.rest(place))

    @has_runs
    @rule(place=fractions, where=fractions)
    def seek(self, place: float, where: float) -> None:
        life = self.rest(place)
        answer = self.do(life, "seek", step=int(where * life.way.head))
        if "error" in answer:
            assert life.is_shaken, answer
        else:
            life.way.seek(answer["step"])
        self.check(life)

    @has_runs
    @rule(place=fractions)
    def take_back(self, place: float) -> None:
        life = self.rest(place)
        changed = [step for step, _ in life.way.turns if step]
        if not changed:
            return
        answer = self.do(life, "take_back", step=changed[-1])
        if "error" in answer:
            assert life.is_shaken, answer
        else:
            life.way.take_back(changed[-1])
        self.check(life)

    @has_runs
    @rule(place=fractions, which=fractions)
    def bring_back(self, place: float, which: float) -> None:
        life = self.rest(place)
        if not life.pasts:
            return
        number = sorted(life.pasts)[min(int(which * len(life.pasts)), len(life.pasts) - 1)]
        answer = self.do(life, "bring_back", past=number)
        life.way = life.pasts[number]
        life.pasts = {earlier: way for earlier, way in life.pasts.items() if earlier < number}
        assert answer["step"] == life.way.trainer.step
        self.check(life)

    @precondition(lambda self: 0 < len(self.lives) < MOST_RUNS)
    @rule(place=fractions)
    def fork(self, place: float) -> None:
        life = self.rest(place)
        self.socket(life)
        answer = self.house.api.post(f"/api/runs/{life.id}/fork")
        assert answer.status_code == 201, answer.text
        self.lives.append(Life(answer.json()["id"], life.way.fork(), is_shaken=life.is_shaken))
        self.check(self.lives[-1])

    @precondition(lambda self: len(self.lives) > 1)
    @rule(place=fractions)
    def delete(self, place: float) -> None:
        life = self.one(place)
        assert self.house.api.delete(f"/api/runs/{life.id}").status_code == 204
        if life.visitor:
            assert life.visitor.closed()[0] == 4410
        self.lives.remove(life)
        self.deleted.append(life.id)
        self.assert_deleted(life.id)

    # --- what befalls them ------------------------------------------------------------------------------------

    @has_runs
    @rule()
    def sleep(self) -> None:
        """Nobody watches any more, until all have gone to sleep."""
        self.leave()
        if awake := workers(self.house.server):
            assert_gone([psutil.Process(worker) for worker in awake])
        for life in self.lives:
            asleep = self.house.api.get(f"/api/runs/{life.id}").json()
            life.way.advance_to(asleep["step"])
            life.is_playing = False
            self.check(life)

    def leave(self) -> None:
        self.sockets.close()
        for life in self.lives:
            life.visitor = None

    @precondition(lambda self: any(life.kills < MOST_KILLS for life in self.lives))
    @rule()
    def kill_the_processes(self) -> None:
        lives = [life for life in self.lives if life.kills < MOST_KILLS]
        if len(lives) < len(self.lives):
            return
        for life in lives:
            self.socket(life)
        for worker in workers(self.house.server):
            os.kill(worker, signal.SIGKILL)
        for life in lives:
            life.kills, life.is_shaken = life.kills + 1, True
            if not life.is_playing:
                self.check(life)

    @precondition(lambda self: self.restarts < 1)
    @rule(sign=st.sampled_from([signal.SIGKILL, signal.SIGTERM]))
    def restart_the_server(self, sign: signal.Signals) -> None:
        self.restarts += 1
        for life in self.lives:
            life.is_shaken = life.is_shaken or sign == signal.SIGKILL
        self.house.open_again(sign)
        self.leave()
        for life in self.lives:
            life.kills = 0
            self.check(self.rest(self.lives.index(life) / len(self.lives)))

    # --- what is true -----------------------------------------------------------------------------------------

    def check(self, life: Life) -> None:
        visitor, trainer = self.socket(life), life.way.trainer
        visitor.do("watch", views=["weights"])

        def is_there(frame: Picture) -> bool:
            return frame.info["step"] == trainer.step and same(weights_of(frame), shown(trainer))

        frame = visitor.next("frame", is_there)
        assert frame.info["status"] == ("paused" if trainer.status == "ready" else trainer.status)
        assert frame.info["head"]["step"] == life.way.head
        assert frame.info["metrics"]["train_loss"] == trainer.metrics()["train_loss"]
        self.check_curve(life, frame)

    def check_curve(self, life: Life, frame: Picture) -> None:
        assert life.visitor
        steps, losses = life.visitor.numbers("step"), life.visitor.numbers("train_loss")
        assert np.all(np.diff(steps) > 0), "a point is there twice"
        assert (steps[0], steps[-1]) == (0, life.way.head)
        for place in {0, len(steps) // 2, len(steps) - 1}:
            step = int(steps[place])
            if step not in dict(life.way.turns):  # a point may be of before the turn, or of after it
                assert losses[place] == life.way.at(step).metrics()["train_loss"]

    def assert_deleted(self, id: str) -> None:
        assert self.house.api.get(f"/api/runs/{id}").status_code == 404
        with Visitor(self.house.server.url, id) as visitor:
            assert visitor.closed()[0] == 4404


def test_whatever_befalls_runs_each_is_as_if_nothing_had(tmp_path: Path) -> None:
    brief = settings(max_examples=5, stateful_step_count=14, phases=[Phase.generate])  # a failure is not made smaller
    with House(tmp_path).open() as house:
        run_state_machine_as_test(lambda: LifeOfRuns(house), settings=brief)
