"""Tables: rows of numbers and categories as data sets, where they lie on a map, and what becomes of gaps in them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, SnapshotError, Sweep, Trainer, outcome_of, snapshot
from core.data import Samples, prepared
from core.data.at_hand import IRIS, NotAtHand, keep, look_in, table
from core.data.columns import Column, NotATable, Table

NAN = float("nan")
CITIES = Table(
    (
        Column("size", np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, NAN, 8.0])),
        Column("sea", np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, NAN]), ("Baltic", "North", "none")),
        Column("rent", np.array([500.0, 600.0, 700.0, 800.0, 900.0, 1000.0, 1100.0, 1200.0])),
        Column("big", np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, NAN]), ("no", "yes")),
    )
)
SIZE, SEA, RENT, BIG = ({"name": column.name, "values": list(column.values)} for column in CITIES.columns)
keep(CITIES)


def data(kind: str = "table_classes", **more: Any) -> dict[str, Any]:
    usual = {"columns": [SIZE, SEA], "target": BIG if kind == "table_classes" else RENT}
    return {"kind": kind, "table": CITIES.id, "called": "Cities", "samples": 100, "scaling": "none", **usual, **more}


def samples(kind: str = "table_classes", **more: Any) -> Samples:
    return prepared(Experiment.parse({"data": data(kind, **more)}).data, 1, 1)


def refused(**more: Any) -> tuple[str, str]:
    with pytest.raises(InvalidExperiment) as found:
        Trainer(Experiment.parse({"data": data(**more)}))
    return found.value.problems[0]


# --- what a table is -------------------------------------------------------------------------------------------------


def test_a_table_is_the_same_after_being_packed_and_so_is_its_id() -> None:
    again = Table.unpacked(CITIES.packed)
    assert again.id == CITIES.id != IRIS.id
    for column, other in zip(CITIES.columns, again.columns, strict=True):
        assert (column.name, column.values) == (other.name, other.values)
        np.testing.assert_array_equal(column.cells, other.cells)


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=20))
def test_no_number_changes_by_being_packed(numbers: list[float | None]) -> None:
    cells = np.array([NAN if number is None else number for number in numbers])
    again = Table.unpacked(Table((Column("x", cells),)).packed)
    np.testing.assert_array_equal(again.columns[0].cells, cells)


@pytest.mark.parametrize(
    "columns",
    [
        (Column("x", np.zeros(3)), Column("x", np.zeros(3))),
        (Column("x", np.zeros(3)), Column("y", np.zeros(2))),
        (Column("x", np.array([0.0, 2.0]), ("a", "b")),),
        (Column("x", np.array([np.inf])),),
    ],
    ids=["two of a name", "two lengths", "no such category", "infinite"],
)
def test_what_is_no_table_is_not_unpacked(columns: tuple[Column, ...]) -> None:
    with pytest.raises(NotATable):
        Table.unpacked(Table(columns).packed)


def test_rubbish_is_no_table() -> None:
    for rubbish in (b"", b"rubbish", CITIES.packed[:-1]):
        with pytest.raises(NotATable):
            Table.unpacked(rubbish)


def test_a_table_in_a_folder_is_at_hand_once_one_looks_there(tmp_path: Path) -> None:
    other = Table((Column("only", np.arange(5.0)),))
    with pytest.raises(NotAtHand):
        table(other.id)
    look_in(tmp_path)
    (tmp_path / f"{other.id}.table").write_bytes(other.packed)
    assert table(other.id).id == other.id


# --- what the network is given ---------------------------------------------------------------------------------------


def test_each_category_is_an_input_of_its_own() -> None:
    seen = samples()
    assert seen.dataset.input_names == ("size", "sea: Baltic", "sea: North", "sea: none")
    np.testing.assert_array_equal(seen.inputs(np.array([[7.0, 2.0]])), [[7, 0, 0, 1]])
    assert seen.dataset.class_names == ("no", "yes")


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    seen = samples()
    np.testing.assert_array_equal(np.sort(seen.points[:, 0]), [1, 2, 3, 4, 5, 6])
    assert seen.notes == ("Rows left out, because cells in them are missing: 2 of 8.",)


def test_gaps_are_filled_by_what_the_training_rows_show_but_never_in_the_target() -> None:
    seen = samples(missing="fill", test_fraction=0.3)
    assert len(seen.points) == 7 and not np.isnan(seen.points).any()
    assert seen.notes == (
        "Rows left out, because the target is missing in them: 1 of 8.",
        "Missing cells filled in, with the mean of the training rows or the most frequent category: 1.",
    )
    own = CITIES.columns[0].cells
    known = ~np.isin(seen.points[:, 0], own)  # the one that was filled
    train = ~seen.is_test & np.isin(seen.points[:, 0], own)
    np.testing.assert_allclose(seen.points[known, 0], seen.points[train, 0].mean())


def test_each_sample_knows_its_row_of_the_table() -> None:
    trainer = Trainer(Experiment.parse({"data": data()}))
    rows = trainer.scene().arrays["rows"]
    np.testing.assert_array_equal(CITIES.columns[0].cells[rows - 1], trainer.data.points[:, 0])


def test_only_so_many_rows_are_taken_at_random() -> None:
    few = [prepared(Experiment.parse({"data": data(samples=4)}).data, seed, 1).points[:, 0] for seed in (1, 1, 2)]
    assert len(few[0]) == 4
    np.testing.assert_array_equal(few[0], few[1])
    assert not np.array_equal(few[0], few[2])


def test_values_are_learned_from_minus_1_to_1_and_answered_in_their_own_units() -> None:
    trainer = Trainer(Experiment.parse({"data": data("table_values", columns=[SIZE], test_fraction=0.2)}))
    train = trainer.data.targets[~trainer.data.is_test]
    assert (train.min(), train.max()) == (-1, 1)
    trainer.advance(epochs=400)
    known = CITIES.columns[0].cells[~np.isnan(CITIES.columns[0].cells)]
    np.testing.assert_allclose(trainer.predict(known[:, None])[:, 0], 400 + 100 * known, atol=60)


# --- where the rows lie ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scaling", ["none", "standardize", "normalize"])
def test_a_slice_shows_two_inputs_in_their_units_and_the_others_at_their_usual_value(scaling: str) -> None:
    across, up = IRIS.columns[2].name, IRIS.columns[0].name
    plane = {"kind": "slice", "across": across, "up": up}
    seen = prepared(
        Experiment.parse({"data": {"kind": "table_classes", "plane": plane, "scaling": scaling}}).data, 1, 1
    )
    assert seen.chart is not None and [axis.name for axis in seen.chart.axes] == [across, up]
    for axis, place, column in zip(seen.chart.axes, seen.places.T, (2, 0), strict=True):
        np.testing.assert_allclose(axis.shift + axis.spread * place, seen.points[:, column], rtol=1e-12)
    at = seen.scale.undone(seen.inputs_at(seen.places))
    np.testing.assert_allclose(at[:, [2, 0]], seen.points[:, [2, 0]], rtol=1e-12)
    np.testing.assert_allclose(at[:, 1], seen.points[~seen.is_test, 1].mean(), rtol=1e-12)
    assert np.abs(seen.places).max() <= seen.dataset.reach


def test_the_plane_of_principal_components_is_the_best_there_is() -> None:
    seen = prepared(Experiment.parse({"data": {"kind": "table_classes", "plane": "principal"}}).data, 1, 1)
    inputs = seen.inputs(seen.points)
    middle = inputs.mean(axis=0)
    left, sizes, right = np.linalg.svd(inputs - middle, full_matrices=False)
    best = middle + (left[:, :2] * sizes[:2]) @ right[:2]
    np.testing.assert_allclose(seen.inputs_at(seen.places), best, atol=1e-9)
    assert seen.chart is not None
    shares = [axis.share or 0 for axis in seen.chart.axes]
    np.testing.assert_allclose(shares, sizes[:2] ** 2 / (sizes**2).sum(), rtol=1e-9)


def test_where_there_is_one_direction_only_the_other_tells_nothing() -> None:
    seen = samples(columns=[SIZE], plane="slice")
    assert seen.chart is not None and [axis.name for axis in seen.chart.axes] == ["size", ""]
    below, above = seen.inputs_at(np.array([[1.0, -3.0], [1.0, 3.0]]))
    np.testing.assert_array_equal(below, above)
    np.testing.assert_allclose(seen.inputs_at(seen.places), seen.inputs(seen.points))
    assert not seen.places[:, 1].any()


def test_along_a_component_without_variance_all_rows_are_one() -> None:
    alike = Table(
        (Column("a", np.arange(20.0)), Column("b", np.arange(20.0)), Column("kind", np.arange(20.0) % 2, ("a", "b")))
    )
    keep(alike)
    columns = [{"name": "a"}, {"name": "b"}]
    seen = samples(table=alike.id, columns=columns, target={"name": "kind", "values": ["a", "b"]})
    assert seen.chart is not None and seen.chart.axes[0].share == pytest.approx(1)
    assert not seen.places[:, 1].any()


def test_categories_alone_are_seen_along_their_components() -> None:
    seen = samples(columns=[SEA])
    assert seen.chart is not None and seen.chart.axes[0].share is not None


def test_one_number_and_a_value_make_a_curve() -> None:
    trainer = Trainer(Experiment.parse({"data": data("table_values", columns=[SIZE])}))
    assert trainer.experiment.data.dimensions == 1
    frame, scene = trainer.frame(["boundary"]), trainer.scene()
    assert frame.arrays["curve"].shape == (200,)
    assert scene.arrays["points"].shape == (len(trainer.data.points), 1)
    assert (scene.info["target"]["name"], scene.info["axes"][0]["name"]) == ("rent", "size")


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ({"table": "A" * 22}, "data.table", "expected a table that is kept here"),
        ({"columns": [{"name": "height"}]}, "data.columns.0", 'expected a column of the table, got "height"'),
        ({"columns": [{**SEA, "values": ["Baltic", "North"]}]}, "data.columns.0", "expected the categories"),
        ({"target": {"name": "big", "values": ["a", "b"]}}, "data.target", "expected the categories"),
        ({"columns": [SIZE, BIG]}, "data.columns", "expected each column once"),
        ({"columns": [SIZE, SIZE]}, "data.columns", "expected each column once"),
        ({"target": RENT}, "data.target", "expected 2 to 10 classes, got 0"),
        ({"kind": "table_values", "target": BIG}, "data.target", "expected a column of numbers"),
        ({"plane": {"kind": "slice", "across": "sea"}}, "data.plane.across", "expected one of the inputs that are"),
        ({"plane": {"kind": "slice", "across": "size", "up": "size"}}, "data.plane.up", "expected another input"),
        ({"table": "../../etc/passwd"}, "data.table", "expected"),
        ({"columns": []}, "data.columns", "expected a list of 1 to 64 items"),
    ],
)
def test_what_does_not_fit_the_table_is_refused_at_its_place(more: dict[str, Any], place: str, said: str) -> None:
    field, message = refused(**more)
    assert (field.replace("data.table_classes.", "data."), said in message) == (place, True), (field, message)


def test_a_table_whose_rows_all_have_gaps_is_refused() -> None:
    holes = Table((Column("x", np.full(9, NAN)), Column("y", np.zeros(9), ("a", "b"))))
    keep(holes)
    field, message = refused(
        table=holes.id, columns=[{"name": "x"}], target={"name": "y", "values": ["a", "b"]}, missing="drop"
    )
    assert field == "data.missing" and "at least 4 rows" in message


# --- the life of a run -----------------------------------------------------------------------------------------------


def test_irises_are_told_apart() -> None:
    trainer = Trainer(Experiment.parse({"data": "table_classes"}))
    trainer.advance(epochs=30)
    assert trainer.metrics()["test_accuracy"] >= 0.9


def test_other_inputs_and_another_plane_go_on_with_the_run_and_another_target_does_not() -> None:
    trainer = Trainer(Experiment.parse({"data": data()}))
    trainer.advance(epochs=5)
    for more in ({"plane": "principal"}, {"columns": [SIZE]}, {"columns": [SIZE, RENT]}):
        assert not trainer.change(Experiment.parse({"data": data(**more)})).restarted
    assert trainer.change(Experiment.parse({"data": {"kind": "table_classes"}})).restarted


def test_a_run_on_a_table_goes_on_from_a_snapshot_bit_for_bit() -> None:
    trainer = Trainer(Experiment.parse({"data": data("table_values")}))
    trainer.advance(updates=7)
    other = Trainer.restore(trainer.snapshot())
    for each in (trainer, other):
        each.advance(updates=20)
    np.testing.assert_array_equal(trainer.weights[0], other.weights[0])


def test_a_run_on_a_table_that_is_not_here_cannot_be_gone_on_from() -> None:
    lost = Table((Column("x", np.arange(9.0)), Column("y", np.arange(9.0) % 2, ("a", "b"))))
    told, arrays = snapshot.unpacked(Trainer(Experiment.parse({"data": data()})).snapshot())
    told["experiment"]["data"]["table"] = lost.id
    with pytest.raises(SnapshotError, match="a table that is kept here"):
        Trainer.restore(snapshot.packed(told, arrays))


def test_many_seeds_of_a_table_disagree_somewhere_on_its_map() -> None:
    sweep = Sweep.parse({"experiment": {"data": data()}, "over": {"kind": "seeds", "count": 2}, "epochs": 2})
    answers = outcome_of(sweep, 1).answers
    assert answers is not None and answers.size == 60**2 and set(answers) <= {0, 1}


def test_a_column_that_is_the_same_in_all_training_rows_is_left_at_its_size() -> None:
    """0.1 three times deviates from its mean by rounding: a test row that differs must not become huge."""
    constant = Column("constant", np.array([0.1] * 29 + [5.0]))
    kind = Column("kind", np.arange(30.0) % 2, ("a", "b"))
    own = Table((constant, kind))
    keep(own)
    document = {"kind": "table_classes", "table": own.id, "columns": [{"name": "constant"}], "samples": 30}
    target = {"name": "kind", "values": ["a", "b"]}
    for seed in range(8):
        seen = prepared(Experiment.parse({"data": {**document, "target": target}}).data, seed, 1)
        assert np.abs(seen.inputs(seen.points)).max() < 10
