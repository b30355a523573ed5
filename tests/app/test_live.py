"""A run over its socket: every command, what it answers and what is then seen."""

import numpy as np
import pytest

from core import Experiment, Trainer
from tests.app.conftest import MakeRun, Visit
from tests.app.visitor import Visitor

VIEWS = ["weights", "tiles", "boundary", "statistics", "sample:17"]


def test_a_new_run_is_paused_at_step_0_and_shows_itself_at_once(visitor: Visitor) -> None:
    frame = visitor.frame()
    assert [picture.info["type"] for picture in visitor.pictures] == ["scene", "points", "frame"]
    scene = visitor.pictures[0]
    assert scene.info["experiment"] == Experiment().model_dump(mode="json")
    assert scene.arrays["points"].shape == (300, 2)
    assert (frame.info["status"], frame.info["step"], frame.info["speed"]) == (
        "paused",
        0,
        {"unit": "epochs", "per_second": None},
    )
    assert visitor.numbers("step").tolist() == [0]


def test_play_trains_until_pause_and_the_last_frame_is_where_it_paused(visitor: Visitor) -> None:
    assert visitor.do("play")["op"] == "play"
    visitor.next("frame", lambda frame: frame.info["status"] == "playing" and frame.info["step"] > 100)
    step = visitor.do("pause")["step"]
    assert visitor.frame(status="paused").info["step"] == step
    assert visitor.numbers("step")[-1] == step


def test_the_curve_has_no_hole_and_no_point_twice(visitor: Visitor) -> None:
    visitor.do("play")
    visitor.next("frame", lambda frame: len(visitor.curve) > 40)
    assert np.all(np.diff(visitor.numbers("step")) > 0)


@pytest.mark.parametrize(("unit", "steps", "sample"), [("sample", 0, 5), ("batch", 5, 0), ("epoch", 70, 0)])
def test_step_by_sample_batch_and_epoch(visitor: Visitor, unit: str, steps: int, sample: int) -> None:
    answer = visitor.do("step", unit=unit, count=5)
    assert (answer["type"], answer["step"]) == ("ack", steps)
    frame = visitor.frame(status="paused", step=steps, sample=sample)
    assert frame.info["exact_epoch"] == steps / 14


def test_steps_give_the_numbers_that_the_trainer_gives(visitor: Visitor) -> None:
    visitor.do("watch", views=["weights"])
    visitor.do("step", unit="batch", count=1000)
    trainer = Trainer(Experiment())
    trainer.advance(updates=1000)
    frame = visitor.frame(step=1000)
    assert frame.info["metrics"] == trainer.metrics()
    for index, weights in enumerate(trainer.weights):
        np.testing.assert_array_equal(frame.arrays[f"weights/{index}"], weights.astype(np.float32))


def test_steps_follow_each_other(visitor: Visitor) -> None:
    for _ in range(20):
        visitor.ask("step", unit="batch", count=1)
    assert visitor.answer(lambda answer: answer["id"] == 20)["step"] == 20
    assert all(answer["type"] == "ack" for answer in visitor.answers)


def test_who_paints_by_itself_is_sent_weights_and_what_it_takes_to_paint(visitor: Visitor) -> None:
    visitor.do("watch", views=["weights", "painting"])
    tables, frame = visitor.next("tables"), visitor.next("frame")
    assert {name.split("/")[0] for name in frame.arrays} == {"weights"}
    assert [layer["way"] for layer in tables.info["layers"]] == ["weigh"] * len(frame.arrays)
    assert {name.split("/")[0] for name in tables.arrays} == {"table", "tile_input", "answer_input"}


def test_a_long_step_can_be_paused(visitor: Visitor) -> None:
    visitor.ask("step", unit="epoch", count=10_000)
    visitor.frame(status="playing")
    stopped_at = visitor.do("pause")["step"]
    assert visitor.answers[0]["op"] == "step"
    assert visitor.answers[0]["step"] == stopped_at < 140_000


def test_steps_that_come_faster_than_they_are_done_wait_their_turn(visitor: Visitor) -> None:
    ids = [visitor.ask("step", unit=unit, count=count) for unit, count in (("epoch", 20), ("batch", 3), ("epoch", 1))]
    answers = {id: visitor.answer(lambda answer, id=id: answer["id"] == id) for id in ids}
    batches = visitor.next("scene").info["batches"]
    assert [answers[id]["step"] for id in ids] == [20 * batches, 20 * batches + 3, 21 * batches]


def test_a_pause_breaks_off_the_steps_that_wait(visitor: Visitor) -> None:
    ids = [visitor.ask("step", unit="epoch", count=5000) for _ in range(2)]
    visitor.do("pause")
    first, second = (next(answer for answer in visitor.answers if answer["id"] == id) for id in ids)
    assert first["type"] == "ack"
    assert second["error"]["message"] == "The step was broken off before it began."


def test_a_step_while_training_is_an_error(visitor: Visitor) -> None:
    visitor.do("play")
    assert visitor.do("step", unit="batch", count=1)["error"]["code"] == "state"


def test_pause_and_play_may_be_said_twice(visitor: Visitor) -> None:
    assert [visitor.do(op)["type"] for op in ("pause", "play", "play", "pause", "pause")] == ["ack"] * 5


def test_speed_in_updates_and_in_less_than_an_epoch_per_second(visitor: Visitor) -> None:
    visitor.do("speed", unit="epochs", per_second=0.5)
    visitor.do("play")
    frame = visitor.next("frame", lambda frame: frame.info["step"] >= 3)
    assert frame.info["speed"] == {"unit": "epochs", "per_second": 0.5}
    assert frame.info["epoch"] == 0, "7 updates a second: an epoch takes two seconds, and its parts are seen"
    visitor.do("speed", unit="updates", per_second=1000)
    visitor.next("frame", lambda frame: 200 < frame.info["samples_per_second"] < 20_000)


def test_playing_ends_exactly_at_the_wanted_epoch(visitor: Visitor) -> None:
    visitor.do("play", until_epoch=37)
    frame = visitor.next("frame", lambda frame: frame.info["status"] == "paused" and frame.info["epoch"])
    assert (frame.info["epoch"], frame.info["batch"]) == (37, 0)
    assert visitor.do("play", until_epoch=37)["op"] == "play"
    assert visitor.frame().info["status"] == "paused"


def test_a_change_of_the_learning_rate_goes_on_without_a_restart(visitor: Visitor) -> None:
    visitor.do("play")
    visitor.next("frame", lambda frame: frame.info["step"] > 10)
    answer = visitor.do("change", experiment={"optimizer": {"kind": "adam", "learning_rate": 0.001}})
    assert answer["restarted"] is False
    assert "optimizer state" in answer["kept"]
    assert answer["step"] > 10
    scene = visitor.next("scene")
    assert scene.info["experiment"]["optimizer"]["learning_rate"] == 0.001
    assert (scene.info["scene"], scene.info["generation"]) == (2, 1)
    assert visitor.frame(scene=2).info["status"] == "playing"


def test_a_change_of_the_data_starts_a_new_curve(visitor: Visitor) -> None:
    visitor.do("step", unit="epoch", count=3)
    answer = visitor.do("change", experiment={"data": "sine"})
    assert (answer["restarted"], answer["step"]) == (True, 0)
    frame = visitor.frame(scene=2)
    assert (frame.info["generation"], frame.info["step"]) == (2, 0)
    assert visitor.numbers("step").tolist() == [0]
    assert np.isnan(visitor.numbers("train_accuracy")).all()


def test_an_optimizer_without_a_learning_rate_leaves_it_out_of_the_curve_from_there_on(visitor: Visitor) -> None:
    visitor.do("step", unit="batch", count=10)
    assert not visitor.do("change", experiment={"optimizer": "random_search"})["restarted"]
    visitor.do("step", unit="batch", count=10)
    visitor.frame(status="paused", step=20)
    assert np.isnan(visitor.numbers("learning_rate")).tolist() == [step > 10 for step in visitor.numbers("step")]


def test_a_change_that_cannot_be_is_refused_and_leaves_the_run_as_it_was(visitor: Visitor) -> None:
    visitor.do("step", unit="batch", count=7)
    answer = visitor.do("change", experiment={"network": {"layers": [{"kind": "dense", "units": 2.5}]}})
    assert answer["error"]["code"] == "invalid_experiment"
    assert answer["error"]["field"] == "network.layers.0.units"
    assert visitor.do("step", unit="batch", count=1)["step"] == 8


def test_reset_goes_back_to_the_same_weights(visitor: Visitor) -> None:
    visitor.do("watch", views=["weights"])
    first = visitor.next("frame", lambda frame: bool(frame.arrays))
    visitor.do("step", unit="epoch", count=3)
    assert visitor.do("reset")["step"] == 0
    again = visitor.frame(generation=2, step=0)
    for name, weights in first.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], weights)


def test_watched_views_come_and_others_do_not(visitor: Visitor) -> None:
    assert not visitor.frame().arrays
    visitor.do("watch", views=VIEWS)
    frame = visitor.next("frame", lambda frame: bool(frame.arrays))
    assert {name.split("/")[0] for name in frame.arrays} == {*VIEWS, "weight_histogram"} - {"statistics"}
    assert frame.arrays["boundary"].shape == (1, 100, 100)
    assert [frame.arrays[f"tiles/{layer}"].shape[0] for layer in range(3)] == [8, 6, 1]
    assert len(frame.info["statistics"]) == 3
    visitor.do("watch", views=[])
    visitor.next("frame", lambda frame: not frame.arrays)


def test_an_unknown_view_is_refused(visitor: Visitor) -> None:
    assert visitor.do("watch", views=["landscape"])["error"]["code"] == "range"


def test_a_diverging_run_says_so_and_goes_on_after_a_change(make_run: MakeRun, visit: Visit) -> None:
    experiment = {
        "data": "plane",
        "optimizer": {"kind": "sgd", "learning_rate": 10},
        "network": {"layers": [{"kind": "dense", "units": 8, "activation": "relu"}]},
    }
    visitor = visit(make_run(**experiment))
    visitor.do("play")
    frame = visitor.frame(status="diverged")
    assert "learning rate" in frame.info["message"]
    assert all(np.isfinite(value) for value in frame.info["metrics"].values())
    for op in ("play", "step"):
        refused = visitor.do(op, **({"unit": "batch", "count": 1} if op == "step" else {}))
        assert refused["error"]["code"] == "state"
    visitor.do("change", experiment={**experiment, "optimizer": {"kind": "sgd", "learning_rate": 0.001}})
    assert visitor.do("play")["type"] == "ack"


def test_digits_train(make_run: MakeRun, visit: Visit) -> None:
    visitor = visit(make_run(data="digits"))
    visitor.do("watch", views=VIEWS)
    visitor.do("play")
    frame = visitor.next("frame", lambda frame: frame.info["epoch"] >= 2)
    assert visitor.pictures[0].arrays["images"].shape == (1797, 8, 8)
    assert frame.arrays["sample:17/2"].shape == (10,)


# --- many who watch -------------------------------------------------------------------------------------------


def test_each_of_two_visitors_has_a_window_of_its_own(make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    first, second = visit(run), visit(run)
    windows = ["boundary:-0.12345,0.12345,-0.12345,0.12345", "boundary:1,2,1,2"]
    for visitor, window in zip((first, second), windows, strict=True):
        assert visitor.do("watch", views=["boundary", window])["type"] == "ack"
    for visitor, window in zip((first, second), windows, strict=True):
        frame = visitor.next("frame", lambda frame, window=window: window in frame.arrays)
        assert frame.arrays[window].shape == frame.arrays["boundary"].shape == (1, 100, 100)
    assert first.do("watch", views=["boundary:2,1,1,2"])["error"]["code"] == "range"


def test_two_visitors_see_the_same_and_each_gets_its_own_answers(make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    first, second = visit(run), visit(run)
    first.do("step", unit="batch", count=30)
    for visitor in (first, second):
        assert visitor.frame(step=30).info["status"] == "paused"
    assert first.curve == second.curve
    assert second.answers == []


def test_a_visitor_that_joins_late_gets_the_whole_curve(make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    first = visit(run)
    for _ in range(20):
        first.do("step", unit="batch", count=3)
    first.frame(step=60)
    late = visit(run)
    late.frame()
    assert [picture.info["type"] for picture in late.pictures] == ["scene", "points", "frame"]
    assert late.curve == first.curve
    assert set(range(0, 61, 3)) <= set(late.numbers("step"))


def test_a_visitor_that_draws_nothing_gets_3_frames_and_later_every_point(make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    quick, slow = visit(run), visit(run, draws=False)
    quick.do("play")
    frames = [slow.frame() for _ in range(3)]
    quick.next("frame", lambda frame: len(quick.curve) > 60)
    quick.do("pause")
    quick.frame(status="paused")
    slow.do("pause")  # its answer is the next message: no fourth frame came before it
    assert [picture.info["type"] for picture in slow.pictures].count("frame") == 3
    slow.draw(frames[-1])
    slow.frame(status="paused")
    assert slow.curve == quick.curve
    assert slow.pictures[-1].info["seq"] - frames[-1].info["seq"] > 5, "pictures were skipped"


def test_the_curve_is_kept_while_nobody_watches(make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    with visit(run) as first:
        first.do("play")
    again = visit(run)
    again.next("frame", lambda frame: len(again.curve) > 20)
    assert again.curve[0][0] == 0
