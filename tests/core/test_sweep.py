"""Sweeps: what the cells are, that each is the run it stands for, and what is refused where."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, Sweep, Trainer, outcome_of, sweeps
from core.experiment import LARGEST_SEED
from core.sweep import MOST_LOOKS, looks, seconds_of
from tests.core.any_experiment import any_document, documents

SMALL: dict[str, Any] = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"units": 3}]}}


def numbers(setting: str, low: float, high: float, count: int, scale: str = "log") -> dict[str, Any]:
    return {"setting": setting, "values": {"kind": "numbers", "low": low, "high": high, "count": count, "scale": scale}}


def choices(setting: str, *names: str) -> dict[str, Any]:
    return {"setting": setting, "values": {"kind": "choices", "choices": names}}


def over(x: dict[str, Any], y: dict[str, Any], **more: Any) -> Sweep:
    document = {"experiment": SMALL, "over": {"kind": "settings", "x": x, "y": y}, "epochs": 5, **more}
    return Sweep.parse(document)


RATE = numbers("optimizer.learning_rate", 0.01, 1, 3)
BATCH = numbers("batch_size", 4, 16, 3)


# --- the cells ------------------------------------------------------------------------------------------------------


def test_each_value_of_x_meets_each_of_y() -> None:
    sweep = over(RATE, BATCH)
    assert sweep.axes == ([0.01, 0.1, 1.0], [4, 8, 16])
    found = [(experiment.optimizer.rate, experiment.batch_size) for experiment in sweep.experiments]
    assert found == [(rate, size) for size in (4, 8, 16) for rate in (0.01, 0.1, 1.0)]


def test_values_are_round_and_ends_are_exact() -> None:
    x, y = over(
        numbers("optimizer.learning_rate", 0.0012345, 0.98765, 4), numbers("data.noise", 0.5, 0.502, 3, "linear")
    ).axes
    assert x == [0.0012345, 0.011, 0.11, 0.98765]
    assert y == [0.5, 0.501, 0.502], "as many digits as tell them apart"


def test_whole_numbers_are_the_nearest_and_come_once() -> None:
    _, powers = over(RATE, numbers("batch_size", 2, 256, 8)).axes
    assert powers == [2, 4, 8, 16, 32, 64, 128, 256]
    _, y = over(RATE, numbers("batch_size", 1, 4, 8)).axes
    assert y == [1, 2, 3, 4]


def test_a_list_stands_for_its_length_and_a_star_for_each_of_it() -> None:
    sweep = over(numbers("network.layers", 1, 3, 3, "linear"), numbers("network.layers.*.units", 2, 8, 3))
    widths = [[layer.units for layer in experiment.network.layers] for experiment in sweep.experiments]  # type: ignore[union-attr]
    assert widths == [[units] * layers for units in (2, 4, 8) for layers in (1, 2, 3)]


def test_one_layer_of_several_is_meant_by_its_number() -> None:
    experiment = {**SMALL, "network": {"layers": [{"units": 3}, "dropout", {"units": 5}]}}
    sweep = over(numbers("network.layers.2.units", 1, 2, 2), RATE, experiment=experiment)
    assert sweep.experiments[0].network.layers[2].units == 1  # type: ignore[union-attr]
    every = over(numbers("network.layers.*.units", 1, 2, 2), RATE, experiment=experiment)
    assert [layer.kind for layer in every.experiments[0].network.layers] == ["dense", "dropout", "dense"]


def test_another_optimizer_keeps_what_was_turned_and_has_its_own_else() -> None:
    turned = {**SMALL, "optimizer": {"kind": "sgd", "learning_rate": 0.5}}
    kept = over(choices("optimizer", "momentum", "random_search"), BATCH, experiment=turned).experiments
    assert [experiment.optimizer.rate for experiment in kept[:2]] == [0.5, None]
    own = over(choices("optimizer", "sgd", "adagrad"), BATCH).experiments
    usual = [Experiment.parse({"optimizer": kind}).optimizer for kind in ("sgd", "adagrad")]
    assert [experiment.optimizer for experiment in own[:2]] == usual


def test_a_kind_is_set_before_its_settings_whichever_axis_it_is_on() -> None:
    kinds = choices("optimizer", "sgd", "momentum")
    across, up = over(kinds, RATE).experiments, over(RATE, kinds).experiments
    assert {experiment.summary for experiment in across} == {experiment.summary for experiment in up}
    assert len({experiment.summary for experiment in across}) == 6


def test_other_data_bring_the_output_and_the_loss_that_fit() -> None:
    sweep = over(choices("data", "circle", "sine"), RATE)
    assert [experiment.loss.kind for experiment in sweep.experiments[:2]] == ["cross_entropy", "mean_squared_error"]


def test_an_ensemble_begins_with_the_experiment_itself_and_goes_on_with_the_seeds_that_vary() -> None:
    document = {"experiment": {"seeds": {"weights": LARGEST_SEED}}, "over": {"kind": "seeds", "count": 3}}
    sweep = Sweep.parse(document)
    first, second, _ = sweep.experiments
    assert first == sweep.experiment
    assert (second.seeds.weights, second.seeds.order, second.seeds.data) == (0, 2, 3)


@pytest.mark.parametrize("name", sweeps)
def test_a_sweep_to_begin_with_is_its_own_document_again(name: str) -> None:
    sweep = sweeps[name].sweep
    assert Sweep.parse_json(sweep.model_dump_json()) == sweep
    assert 16 <= len(sweep.experiments) <= 64


# --- what they come to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [0, 4, 8])
def test_a_cell_equals_the_same_run_made_alone(cell: int) -> None:
    sweep = over(RATE, BATCH, epochs=150)
    alone = Trainer(Experiment.parse(sweep.experiments[cell].model_dump(mode="json")))
    alone.advance(epochs=150)
    outcome = outcome_of(sweep, cell)
    assert outcome.metrics == alone.metrics()
    assert outcome.curve["test_loss"][-1] == alone.metrics()["test_loss"]
    assert (outcome.status, outcome.epochs[0], outcome.epochs[-1]) == ("trained", 0, 150)


def test_the_answers_of_a_run_are_those_that_it_gives_alone() -> None:
    sweep = Sweep.parse({"experiment": SMALL, "over": {"kind": "seeds", "count": 2}, "epochs": 20})
    alone = Trainer(sweep.experiments[1])
    alone.advance(epochs=20)
    answers = outcome_of(sweep, 1).answers
    assert answers is not None and answers.dtype == np.uint8
    corner = alone.predict([[-2.95, 2.95]])  # the middle of the first of 60 × 60 cells
    assert answers.shape == (3600,) and answers[0] == (corner[0, 0] > 0)


@pytest.mark.parametrize(("data", "places"), [("sine", 121), ("plane", 3600), ("digits", None)])
def test_values_are_float32_and_images_have_no_map(data: str, places: int | None) -> None:
    document = {"experiment": {**SMALL, "data": {"kind": data, "samples": 100}}, "over": "seeds", "epochs": 1}
    answers = outcome_of(Sweep.parse(document), 0).answers
    assert (answers is None) == (places is None)
    assert answers is None or (answers.dtype, len(answers)) == (np.float32, places)


def test_a_run_that_diverges_says_so() -> None:
    experiment = {"data": {"kind": "plane", "samples": 60}, "optimizer": "sgd"}
    sweep = over(numbers("optimizer.learning_rate", 0.001, 10, 2), BATCH, experiment=experiment)
    assert [outcome_of(sweep, cell).status for cell in (0, 1)] == ["trained", "diverged"]
    assert "learning rate" in (outcome_of(sweep, 1).message or "")


def test_a_stop_rule_ends_a_run_before_the_others() -> None:
    outcome = outcome_of(over(RATE, BATCH, experiment={**SMALL, "stop": {"kind": "epochs", "epochs": 2}}), 0)
    assert (outcome.status, outcome.epochs) == ("finished", [0, 1, 2])


def test_a_run_is_looked_at_from_its_beginning_to_its_end() -> None:
    assert looks(3) == [0, 1, 2, 3]
    assert looks(10_000)[:2] == [0, 100] and looks(10_000)[-1] == 10_000
    assert len(looks(777)) == MOST_LOOKS + 1


def test_the_noisier_the_points_the_stronger_the_pull_that_does_best() -> None:
    """As the sweep to begin with says."""
    sweep = sweeps["noise"].sweep
    rates, noises = sweep.axes
    for row, best in ((0, 0.0014), (len(noises) - 1, 0.019)):
        losses = [outcome_of(sweep, row * len(rates) + column).metrics["test_loss"] for column in range(len(rates))]
        assert rates[int(np.argmin(losses))] == best


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"over": {"x": {}}}, "over.kind: expected one of seeds, settings, got nothing"),
        ({"experiment": {"batch_size": 0}}, "experiment.batch_size: expected a whole number from 1 to 1024, got 0"),
        (
            {"over": {"kind": "settings", "x": numbers("batch_size", 0, 8, 2, "linear"), "y": RATE}},
            "over.x.values.low: expected a whole number from 1 to 1024, got 0",
        ),
        (
            {"over": {"kind": "settings", "x": BATCH, "y": numbers("data.noise", 0.5, 2, 3)}},
            "over.y.values.high: expected a number from 0 to 1, got 2.0",
        ),
        (
            {"over": {"kind": "settings", "x": choices("optimizer", "sgd", "sdg"), "y": BATCH}},
            "over.x.values.choices.1: expected one of adadelta, adagrad",
        ),
        (
            {"over": {"kind": "settings", "x": choices("optimizer", "adam", "random_search"), "y": RATE}},
            "over.y.setting: optimizer.learning_rate is no setting of each experiment",
        ),
        (
            {"over": {"kind": "settings", "x": numbers("momentum", 0.1, 0.9, 2), "y": RATE}},
            "over.x.setting: momentum is no setting of this experiment",
        ),
        (
            {"over": {"kind": "settings", "x": numbers("network", 0.1, 0.9, 2), "y": RATE}},
            "over.x.setting: network is not one that can be swept",
        ),
        ({"over": {"kind": "settings", "x": RATE, "y": RATE}}, "over.y.setting: expected another setting"),
        (
            {"over": {"kind": "settings", "x": numbers("optimizer", 1, 2, 2), "y": RATE}},
            "over.x.values: optimizer is a choice: expected choices",
        ),
        (
            {"over": {"kind": "settings", "x": choices("batch_size", "4"), "y": RATE}},
            "over.x.values: batch_size is a number: expected numbers",
        ),
        (
            {"over": {"kind": "settings", "x": numbers("data.noise", 0, 1, 2), "y": RATE}},
            "over.x.values.low: a logarithmic scale begins above 0, got 0",
        ),
        (
            {"over": {"kind": "settings", "x": numbers("data.noise", 0.5, 0.2, 2, "linear"), "y": RATE}},
            "over.x.values.high: expected more than 0.5",
        ),
        (
            {"over": {"kind": "settings", "x": choices("optimizer", "sgd", "sgd"), "y": RATE}},
            "over.x.values.choices: expected each choice once",
        ),
        ({"over": {"kind": "seeds", "count": 65}}, "over.count: expected a whole number from 2 to 64, got 65"),
        ({"over": {"kind": "seeds", "vary": ["luck"]}}, "over.vary.0: expected one of data, split"),
        ({"epochs": 10_001}, "epochs: expected a whole number from 1 to 10000"),
        (
            {"epochs": 10_000, "experiment": {"data": {"kind": "circle", "samples": 5000}, "batch_size": 1}},
            "epochs: one run would take about",
        ),
        (
            {
                "epochs": 7000,
                "experiment": {"data": {"kind": "circle", "samples": 5000}},
                "over": {"kind": "seeds", "count": 64},
            },
            "epochs: these 64 runs would take about",
        ),
    ],
)
def test_what_cannot_be_swept_is_refused_at_its_place(document: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidExperiment) as refused:
        Sweep.parse(document)
    assert str(refused.value).startswith(says), str(refused.value)


def test_longer_larger_and_more_patient_runs_are_known_to_take_longer() -> None:
    usual = seconds_of(Experiment(), 100)
    assert seconds_of(Experiment(), 200) == pytest.approx(2 * usual)
    for more in ({"batch_size": 1}, {"network": {"layers": [{"units": 256}] * 3}}, {"data": {"samples": 3000}}):
        document = {**more, "data": {"kind": "spiral", **more["data"]}} if "data" in more else more  # type: ignore[dict-item]
        assert seconds_of(Experiment.parse(document), 100) > usual


@given(st.data())
@hypothesis_settings(max_examples=60)
def test_any_document_is_a_sweep_or_is_refused_with_a_place(data: st.DataObject) -> None:
    """Nothing else comes of it, and a sweep has an experiment for each of its cells."""
    schema = Sweep.model_json_schema()
    parts = {name: part for name, part in schema["properties"].items() if name != "experiment"}
    places = ["batch_size", "optimizer", "optimizer.learning_rate", "network.layers", "data", "x..", ""]
    settings = st.sampled_from(places)
    document = {name: data.draw(_with_settings(part, schema, settings)) for name, part in parts.items()}
    document["experiment"] = data.draw(any_document())
    try:
        sweep = Sweep.parse(document)
    except InvalidExperiment as error:
        assert all(problem.message for problem in error.problems)
    else:
        assert 1 <= len(sweep.experiments) <= 144


def _with_settings(part: dict[str, Any], schema: dict[str, Any], settings: st.SearchStrategy[str]) -> Any:
    axis = st.fixed_dictionaries({"setting": settings, "values": documents_of("Numbers", schema)})
    if part.get("title") != "Over":
        return documents(part, schema)
    return st.one_of(
        documents_of("OverSeeds", schema), st.fixed_dictionaries({"kind": st.just("settings"), "x": axis, "y": axis})
    )


def documents_of(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return documents(schema["$defs"][name], schema)
