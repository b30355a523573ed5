"""A run goes back to any of its moments and on from there; another way begins where something is changed."""

import httpx2
import numpy as np
import pytest

from core import Experiment, Trainer
from tests.app.conftest import MakeRun, Visit
from tests.app.truth import same, trained_to, weights_of
from tests.app.visitor import Visitor


@pytest.fixture
def old(visitor: Visitor) -> Visitor:
    """A run that has come to step 500, seen by its weights."""
    visitor.do("watch", views=["weights"])
    visitor.do("step", unit="batch", count=500)
    visitor.frame(status="paused", step=500)
    return visitor


def test_seek_shows_an_earlier_moment_and_the_present_again(old: Visitor) -> None:
    assert old.do("seek", step=100)["step"] == 100
    frame = old.frame(step=100)
    assert same(weights_of(frame), trained_to(100))
    assert (frame.info["status"], frame.info["head"]["step"], frame.info["first_step"]) == ("paused", 500, 0)
    assert old.do("seek", step=500)["step"] == 500
    assert same(weights_of(old.frame(step=500)), trained_to(500))


def test_playing_on_from_an_earlier_moment_repeats_what_was(old: Visitor) -> None:
    before = old.numbers("train_loss")
    old.do("seek", step=37)
    old.do("step", unit="batch", count=563)
    frame = old.frame(status="paused", step=600)
    assert same(weights_of(frame), trained_to(600))
    assert frame.info["head"]["step"] == 600
    np.testing.assert_array_equal(old.numbers("train_loss")[: len(before)], before)
    assert np.all(np.diff(old.numbers("step")) > 0)


def test_seek_pauses_a_run_that_plays(visitor: Visitor) -> None:
    visitor.do("play")
    visitor.next("frame", lambda frame: frame.info["step"] > 200)
    assert visitor.do("seek", step=50)["step"] == 50
    assert visitor.frame(status="paused").info["step"] == 50


@pytest.mark.parametrize("step", [501, 10**9])
def test_what_has_not_been_cannot_be_sought(old: Visitor, step: int) -> None:
    error = old.do("seek", step=step)["error"]
    assert (error["code"], error["message"]) == ("range", f"step: expected a whole number from 0 to 500, got {step}")


def test_a_change_in_the_past_forgets_the_future(old: Visitor) -> None:
    generation = old.pictures[-1].info["generation"]
    old.do("seek", step=100)
    slower = Experiment.parse({"optimizer": {"kind": "adam", "learning_rate": 0.001}}).model_dump(mode="json")
    assert not old.do("change", experiment=slower)["restarted"]
    frame = old.next("frame", lambda frame: frame.info["generation"] == generation + 1)
    assert (frame.info["step"], frame.info["head"]["step"]) == (100, 100)
    assert old.numbers("step")[-1] <= 100
    assert "error" in old.do("seek", step=500)
    old.do("step", unit="batch", count=10)
    assert not same(weights_of(old.frame(status="paused", step=110)), trained_to(110))


def test_going_back_before_a_change_brings_back_the_old_experiment(old: Visitor) -> None:
    changed = Experiment.parse({"network": {"layers": [{"units": 3}]}}).model_dump(mode="json")
    old.do("change", experiment=changed)
    old.do("step", unit="batch", count=10)
    old.do("seek", step=200)
    scene = old.next("scene", lambda scene: scene.info["experiment"] == Experiment().model_dump(mode="json"))
    frame = old.frame(scene=scene.info["scene"], step=200)
    assert same(weights_of(frame), trained_to(200))
    old.do("seek", step=510)
    assert old.next("scene").info["experiment"] == changed


def test_a_reset_leaves_nothing_to_go_back_to(old: Visitor) -> None:
    old.do("reset")
    frame = old.frame(step=0)
    assert frame.info["head"]["step"] == 0
    assert "error" in old.do("seek", step=1)


def test_a_diverged_run_can_go_back_to_where_it_was_well(make_run: MakeRun, visit: Visit) -> None:
    wild = {"optimizer": {"kind": "sgd", "learning_rate": 10}, "network": {"layers": [{"activation": "relu"}]}}
    visitor = visit(make_run(data="plane", **wild))
    visitor.do("play")
    frame = visitor.frame(status="diverged")
    broken = frame.info["divergence"]
    assert broken["message"] == frame.info["message"] and broken["step"] > frame.info["step"]
    assert broken["layer"] in ("Hidden 1", "Output") and broken["cause"] in ("step", "sums", "gradient", "loss")
    visitor.do("seek", step=0)
    frame = visitor.frame(status="paused", step=0)
    assert frame.info["divergence"] is None and frame.info["message"] is None


# editing a weight


def test_a_weight_and_a_bias_can_be_set_and_training_goes_on(old: Visitor) -> None:
    old.do("edit", layer=0, unit=2, input=1, value=0.25)
    old.do("edit", layer=2, unit=0, input=None, value=-4)
    old.do("watch", views=["weights"])
    frame = old.next("frame", lambda frame: frame.arrays["weights/2"][0, -1] == -4)
    assert frame.arrays["weights/0"][2, 1] == 0.25
    rest = trained_to(500)
    rest[0][2, 1], rest[2][0, -1] = 0.25, -4
    assert same(weights_of(frame), rest)
    assert old.do("step", unit="batch", count=1)["step"] == 501


def test_an_edit_tells_what_the_weight_was(old: Visitor) -> None:
    trainer = Trainer(Experiment())
    trainer.advance(updates=500)
    was = trainer.weights[0][2, 1]
    assert old.do("edit", layer=0, unit=2, input=1, value=0.25)["before"] == was
    assert old.do("edit", layer=0, unit=2, input=1, value=was)["before"] == 0.25
    old.do("step", unit="batch", count=10)
    assert same(weights_of(old.frame(status="paused", step=510)), trained_to(510)), "taken back to the last bit"


@pytest.mark.parametrize(
    "place",
    [
        {"layer": 3, "unit": 0, "input": 0},
        {"layer": 0, "unit": 8, "input": 0},
        {"layer": 0, "unit": 0, "input": 2},
    ],
)
def test_a_weight_that_is_not_there_is_refused(visitor: Visitor, place: dict[str, int]) -> None:
    error = visitor.do("edit", **place, value=1)["error"]
    assert error["code"] == "range" and error["message"].startswith("There is no such weight")


@pytest.mark.parametrize("value", [1001, -1001, "1", None, True])
def test_a_weight_must_be_a_number_of_sensible_size(visitor: Visitor, value: object) -> None:
    assert "error" in visitor.do("edit", layer=0, unit=0, input=0, value=value)


def test_close_looks_come_with_the_frames(visitor: Visitor) -> None:
    visitor.do("watch", views=["health", "microscope:7", "confusion", "gradient_check:20", "curvature"])
    frame = visitor.next("frame", lambda frame: "confusion" in frame.arrays)
    assert [layer["name"] for layer in frame.info["health"]] == ["Hidden 1", "Hidden 2", "Output"]
    assert frame.info["microscope"]["sample"] == 7
    assert frame.arrays["gradient_check/places"].shape == (20,)


# taking back


def test_a_change_that_is_taken_back_leaves_no_trace(old: Visitor) -> None:
    generation = old.pictures[-1].info["generation"]
    fewer = Experiment.parse({"network": {"layers": [{"units": 7}, {"units": 6}]}}).model_dump(mode="json")
    assert not old.do("change", experiment=fewer)["restarted"]
    old.do("step", unit="batch", count=100)
    assert old.do("take_back", step=500)["step"] == 500
    frame = old.next("frame", lambda frame: frame.info["generation"] > generation)
    assert same(weights_of(frame), trained_to(500))
    assert frame.info["head"]["step"] == 500 and old.numbers("step")[-1] == 500
    old.do("step", unit="batch", count=20)
    assert same(weights_of(old.frame(status="paused", step=520)), trained_to(520))
    assert old.do("seek", step=510)["step"] == 510
    assert same(weights_of(old.frame(step=510)), trained_to(510))


@pytest.mark.parametrize("step", [0, 100, 500, 10**9])
def test_where_nothing_was_changed_nothing_is_taken_back(old: Visitor, step: int) -> None:
    error = old.do("take_back", step=step)["error"]
    assert (error["code"], error["message"]) == (
        "range",
        f"step: nothing that was changed after {step} updates can be taken back.",
    )


# forking


def test_a_fork_goes_on_from_the_same_moment_and_leaves_the_original_alone(
    make_run: MakeRun, api: httpx2.Client, visit: Visit
) -> None:
    run = make_run()
    old = visit(run)
    old.do("step", unit="batch", count=500)
    response = api.post(f"/api/runs/{run}/fork")
    assert response.status_code == 201
    branch = visit(response.json()["id"])
    branch.do("watch", views=["weights"])
    branch.do("step", unit="batch", count=50)
    assert same(weights_of(branch.frame(status="paused", step=550)), trained_to(550))
    assert old.do("step", unit="batch", count=1)["step"] == 501


def test_a_fork_has_the_past_of_the_run_up_to_its_moment(make_run: MakeRun, api: httpx2.Client, visit: Visit) -> None:
    run = make_run()
    old = visit(run)
    old.do("watch", views=["weights"])
    for count in [200, 100, 200]:
        old.do("step", unit="batch", count=count)
    old.do("seek", step=300)
    old.frame(step=300)
    branch = visit(api.post(f"/api/runs/{run}/fork").json()["id"])
    branch.do("watch", views=["weights"])
    frame = branch.frame(status="paused", step=300)
    assert (frame.info["head"]["step"], frame.info["first_step"]) == (300, 0)
    is_past = old.numbers("step") <= 300
    assert is_past.sum() > 2
    for column in ["step", "train_loss"]:
        np.testing.assert_array_equal(branch.numbers(column), old.numbers(column)[is_past])
    assert branch.do("seek", step=150)["step"] == 150
    assert same(weights_of(branch.frame(step=150)), trained_to(150))
    assert "error" in branch.do("seek", step=301)
    assert old.do("seek", step=500)["step"] == 500, "the first run keeps all of its way"


def test_a_fork_of_a_run_that_is_not_there_is_told(api: httpx2.Client) -> None:
    assert api.post("/api/runs/nothing/fork").status_code == 404


# taking back a reset

OTHER_WEIGHTS, OTHER_DATA, OTHER_ORDER = ({"seeds": {name: 7}} for name in ("weights", "data", "order"))
RESETS = {
    "same weights": ("reset", {}),
    "new weights": ("reset", {"experiment": OTHER_WEIGHTS}),
    "new data": ("reset", {"experiment": OTHER_DATA}),
    "reshuffled": ("reset", {"experiment": OTHER_ORDER}),
    "another data set": ("change", {"experiment": {"data": "sine"}}),
}
resets = pytest.mark.parametrize("reset", RESETS.values(), ids=list(RESETS))


def begin_anew(visitor: Visitor, reset: tuple[str, dict[str, object]]) -> int:
    """Carry out one of the resets, train on from there, and return the number of what was put aside."""
    op, parts = reset
    answer = visitor.do(op, **parts)
    assert (answer["type"], answer["step"]) == ("ack", 0)
    visitor.frame(step=0)
    visitor.do("step", unit="batch", count=30)
    past: int = answer["past"]
    return past


@resets
def test_a_reset_that_is_taken_back_leaves_no_trace(old: Visitor, reset: tuple[str, dict[str, object]]) -> None:
    curve, generation = list(old.curve), old.pictures[-1].info["generation"]
    past = begin_anew(old, reset)
    assert old.do("bring_back", past=past)["step"] == 500
    assert old.next("scene").info["experiment"] == Experiment().model_dump(mode="json")
    frame = old.frame(step=500)
    assert frame.info["generation"] > generation
    assert same(weights_of(frame), trained_to(500))
    np.testing.assert_array_equal(old.curve, curve)
    assert (frame.info["head"]["step"], frame.info["first_step"]) == (500, 0)
    assert old.do("seek", step=120)["step"] == 120
    assert same(weights_of(old.frame(step=120)), trained_to(120))
    old.do("step", unit="batch", count=400)
    assert same(weights_of(old.frame(status="paused", step=520)), trained_to(520))


def test_a_reset_of_another_experiment_begins_it_with_its_own_weights(old: Visitor) -> None:
    old.do("reset", experiment=OTHER_ORDER)
    old.do("step", unit="batch", count=40)
    assert same(weights_of(old.frame(status="paused", step=40)), trained_to(40, **OTHER_ORDER))


def test_a_reset_to_what_cannot_be_is_refused_and_leaves_the_run_as_it_was(old: Visitor) -> None:
    error = old.do("reset", experiment={"seeds": {"weights": -1}})["error"]
    assert (error["code"], error["field"]) == ("invalid_experiment", "seeds.weights")
    assert old.do("step", unit="batch", count=1)["step"] == 501


def test_of_many_resets_each_can_be_taken_back_and_with_it_all_that_came_later(old: Visitor) -> None:
    pasts = [begin_anew(old, RESETS[name]) for name in ("same weights", "new weights", "reshuffled")]
    assert len(set(pasts)) == 3
    assert old.do("bring_back", past=pasts[2])["step"] == 30
    assert old.do("bring_back", past=pasts[0])["step"] == 500
    for past in pasts:
        error = old.do("bring_back", past=past)["error"]
        assert (error["code"], error["message"]) == ("range", "What was before this reset is no longer kept.")


def test_what_was_changed_before_a_reset_can_be_taken_back_after_it(old: Visitor) -> None:
    fewer = Experiment.parse({"network": {"layers": [{"units": 7}, {"units": 6}]}}).model_dump(mode="json")
    old.do("change", experiment=fewer)
    old.do("step", unit="batch", count=10)
    old.do("bring_back", past=begin_anew(old, RESETS["same weights"]))
    assert old.do("take_back", step=500)["step"] == 500
    old.do("step", unit="batch", count=20)
    assert same(weights_of(old.frame(status="paused", step=520)), trained_to(520))


def test_a_future_that_was_known_before_a_reset_is_known_again(old: Visitor) -> None:
    old.do("seek", step=200)
    old.do("bring_back", past=begin_anew(old, RESETS["new data"]))
    frame = old.frame(step=200)
    assert frame.info["head"]["step"] == 500
    assert old.do("seek", step=500)["step"] == 500
    assert same(weights_of(old.frame(step=500)), trained_to(500))


def test_where_nothing_had_happened_a_reset_puts_nothing_aside(visitor: Visitor) -> None:
    assert visitor.do("reset")["past"] is None
    assert visitor.do("change", experiment=OTHER_WEIGHTS)["past"] is None
    visitor.do("edit", layer=0, unit=0, input=0, value=0.5)
    past = visitor.do("reset")["past"]
    visitor.do("watch", views=["weights"])
    visitor.do("bring_back", past=past)
    assert visitor.next("frame", lambda frame: frame.info["scene"] > 4).arrays["weights/0"][0, 0] == 0.5


def test_a_diverged_run_that_was_reset_is_brought_back_as_it_was(make_run: MakeRun, visit: Visit) -> None:
    wild = {"optimizer": {"kind": "sgd", "learning_rate": 10}, "network": {"layers": [{"activation": "relu"}]}}
    visitor = visit(make_run(data="plane", **wild))
    visitor.do("play")
    broken = visitor.frame(status="diverged").info
    visitor.do("bring_back", past=visitor.do("reset")["past"])
    frame = visitor.frame(status="diverged")
    assert (frame.info["divergence"], frame.info["step"]) == (broken["divergence"], broken["step"])


def test_only_the_last_few_are_kept(old: Visitor) -> None:
    pasts = [begin_anew(old, RESETS["same weights"]) for _ in range(11)]
    assert "error" in old.do("bring_back", past=pasts[0])
    assert old.do("bring_back", past=pasts[1])["step"] == 30


def test_a_run_that_plays_goes_on_playing_when_a_reset_is_taken_back(old: Visitor) -> None:
    old.do("play")
    past = old.do("reset")["past"]
    old.do("bring_back", past=past)
    frame = old.next("frame", lambda frame: frame.info["step"] > 600)
    assert frame.info["status"] == "playing"
    assert same(weights_of(frame), trained_to(frame.info["step"]))
