"""The loss landscape of a run over HTTP: coarse, then fine, true to the run, for those alone who may watch it."""

from collections.abc import Iterator
from typing import Any

import httpx2
import numpy as np
import psutil
import pytest

from app.surveying import affordable
from tests.app.catalogue import assert_refused
from tests.app.conftest import MakeRun, Visit
from tests.app.guest import guest_of, make_run, trained, until, visit
from tests.app.visitor import Picture, read
from tests.server import running_server

SMALL: dict[str, Any] = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"units": 3}]}}
STEEP: dict[str, Any] = {
    "data": "sine",
    "network": {"layers": [{"units": 8, "activation": "relu"}]},
    "optimizer": {"kind": "sgd", "learning_rate": 10},
}
LARGE: dict[str, Any] = {"data": "digits", "network": {"layers": [{"units": 256}, {"units": 256}]}, "batch_size": 512}


def parts_of(answer: httpx2.Response) -> Iterator[Picture]:
    """The parts of an answer, each as soon as it is there."""
    got = b""
    for chunk in answer.iter_bytes():
        got += chunk
        while len(got) >= 4 and len(got) >= (end := 4 + int.from_bytes(got[:4], "little")):
            yield read(got[4:end])
            got = got[end:]
    assert not got


def drawn(client: httpx2.Client, run: str, **asked: Any) -> list[Picture]:
    """All pictures of a landscape, from coarse to fine."""
    with client.stream("GET", f"/api/runs/{run}/landscape", params=asked) as answer:
        assert answer.status_code == 200, answer.read()
        return [part for part in parts_of(answer) if part.info["type"] == "landscape"]


def sides(pictures: list[Picture]) -> list[int]:
    return [len(picture.arrays["landscape/losses"]) for picture in pictures]


def corners_of(picture: Picture) -> Any:
    return picture.arrays["landscape/losses"][::100, ::100]


# --- the picture --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", ["path", "random", "gradient"])
def test_it_comes_coarse_and_then_fine(api: httpx2.Client, plane: str) -> None:
    coarse, fine = drawn(api, trained(api, **SMALL), plane=plane)
    assert sides([coarse, fine]) == [25, 101]
    assert (coarse.info["is_whole"], fine.info["is_whole"], fine.info["done"]) == (False, True, 1)
    np.testing.assert_allclose(coarse.arrays["landscape/losses"][::24, ::24], corners_of(fine))
    assert coarse.info["window"] == fine.info["window"] and fine.info["plane"] == plane


def test_it_says_first_that_it_has_begun_and_is_not_kept_from_whoever_waits(api: httpx2.Client) -> None:
    with api.stream("GET", f"/api/runs/{make_run(api, **SMALL)}/landscape") as answer:
        assert answer.headers["x-accel-buffering"] == "no"
        first = next(parts_of(answer))
    assert first.info["type"] == "progress" and not first.arrays


def test_the_losses_on_the_path_are_the_recorded_ones(api: httpx2.Client, make_run: MakeRun, visit: Visit) -> None:
    run = make_run(**SMALL)
    visitor = visit(run)
    for _ in range(6):
        end = visitor.do("step", unit="epoch", count=1)["step"]
    assert visitor.frame(step=end)  # the points of the curve come before it
    *_, fine = drawn(api, run)
    recorded = dict(zip(visitor.numbers("step"), visitor.numbers("train_loss"), strict=True))
    path = dict(zip(fine.arrays["landscape/0/steps"], fine.arrays["landscape/0/losses"], strict=True))
    known = path.keys() & recorded.keys()
    assert {0, end} <= known
    assert {step: path[step] for step in known} == {step: pytest.approx(recorded[step], abs=1e-9) for step in known}


def test_a_page_finds_the_place_of_the_weights_that_it_sees(
    api: httpx2.Client, make_run: MakeRun, visit: Visit
) -> None:
    run = make_run(**SMALL)
    visitor = visit(run)
    visitor.do("watch", views=["weights"])
    step = visitor.do("step", unit="epoch", count=3)["step"]
    coarse, _ = drawn(api, run, plane="random", seed=3)
    now = coarse.arrays["landscape/0/places"][coarse.info["presents"][0]]
    weights = visitor.frame(step=step).arrays
    onto = {name: array for name, array in coarse.arrays.items() if name.startswith("onto/")}
    place = sum(np.sum(array * weights[name.replace("onto", "weights")], axis=(1, 2)) for name, array in onto.items())
    assert len(onto) == 2
    np.testing.assert_allclose(place - coarse.info["offset"], now, atol=1e-5)


def test_a_seed_chooses_the_directions_and_a_window_what_is_seen_of_them(api: httpx2.Client) -> None:
    run = trained(api, **SMALL)
    window = [-0.5, 0.5, -0.25, 0.25]
    pictures = [drawn(api, run, plane="random", seed=seed, window=window)[0] for seed in (1, 1, 2)]
    first, again, other = (picture.arrays["landscape/losses"] for picture in pictures)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert pictures[0].info["window"] == window


def test_several_runs_are_on_one_plane(api: httpx2.Client) -> None:
    first, *others = [trained(api, **SMALL, optimizer=optimizer) for optimizer in ("sgd", "adam", "momentum")]
    *_, fine = drawn(api, first, others=others)
    starts = np.array([fine.arrays[f"landscape/{number}/places"][0] for number in range(3)])
    np.testing.assert_allclose(starts, starts[[0, 0, 0]], atol=1e-5)
    ends = [fine.arrays[f"landscape/{number}/losses"][-1] for number in range(3)]
    assert ends == [
        pytest.approx(api.get(f"/api/runs/{run}").json()["metrics"]["train_loss"], abs=1e-9) for run in (first, *others)
    ]


def test_a_run_that_sleeps_is_drawn_and_sleeps_on() -> None:
    with running_server(max_runs=1) as server, guest_of(server) as ann:
        asleep = trained(ann, **SMALL)
        make_run(ann)  # for which the other one goes to sleep
        *_, fine = drawn(ann, asleep)
        told = ann.get(f"/api/runs/{asleep}").json()
        assert fine.arrays["landscape/0/steps"][-1] == told["step"] > 0
        assert fine.arrays["landscape/0/losses"][-1] == pytest.approx(told["metrics"]["train_loss"], abs=1e-9)
        assert len(ann.get("/api/runs").json()["runs"]) == 1


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"plane": "flat"},
        {"seed": -1},
        {"window": [1, 2, 3]},
        {"window": ["nan", 1, 0, 1]},
        {"window": [0, 1, 0, 1e9]},
        {"others": ["x"] * 8},
    ],
)
def test_what_is_no_parameter_is_refused(api: httpx2.Client, asked: dict[str, Any]) -> None:
    refused = api.get(f"/api/runs/{make_run(api, **SMALL)}/landscape", params=asked)
    assert_refused(refused, 422, "invalid_request")


def test_a_window_without_room_is_refused(api: httpx2.Client) -> None:
    refused = api.get(f"/api/runs/{make_run(api, **SMALL)}/landscape", params={"window": [1, 1, 0, 1]})
    assert_refused(refused, 422, "bad_window", "expected left < right and bottom < top")


def test_networks_with_other_layers_share_no_plane(api: httpx2.Client) -> None:
    run, other = make_run(api, **SMALL), make_run(api)
    refused = api.get(f"/api/runs/{run}/landscape", params={"others": [other]})
    assert_refused(refused, 409, "impossible", "only networks with the same layers share a plane")


def test_a_run_that_has_diverged_is_drawn_where_it_still_held_numbers(api: httpx2.Client) -> None:
    run = make_run(api, **STEEP)
    with visit(api, run) as visitor:
        visitor.do("step", unit="epoch", count=20)
        assert visitor.frame(status="diverged")
    *_, fine = drawn(api, run)
    assert sides([fine]) == [101]


def test_nobody_draws_what_is_not_theirs(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run, own = make_run(ann, **SMALL), make_run(ben, **SMALL)
    assert_refused(ben.get(f"/api/runs/{run}/landscape"), 404, "not_found")
    assert_refused(ben.get(f"/api/runs/{own}/landscape", params={"others": [run]}), 404, "not_found")


def test_who_watches_by_a_link_may_look_at_it(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = make_run(ann, **SMALL)
    secret = ann.post(f"/api/runs/{run}/share").json()["secret"]
    assert ben.post("/api/shares", json={"secret": secret}).status_code == 200
    assert sides(drawn(ben, run)) == [25, 101]


# --- work ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("look_seconds", "sides"), [(4e-5, [101]), (3e-3, [101]), (1e-2, [51]), (1e-1, [])])
def test_the_fine_picture_is_as_fine_as_there_is_time_for(look_seconds: float, sides: list[int]) -> None:
    assert affordable(look_seconds) == sides


def test_who_goes_away_ends_the_process() -> None:
    with running_server() as server, guest_of(server) as ann:
        run = make_run(ann, **LARGE)
        system = psutil.Process(server.process.pid)
        before = {process.pid for process in system.children(recursive=True)}
        with ann.stream("GET", f"/api/runs/{run}/landscape") as answer:
            parts = parts_of(answer)  # which goes away where nothing holds it
            assert next(parts).info["type"] == "progress"
            (drawing,) = {process.pid for process in system.children(recursive=True)} - before
        until(lambda: not psutil.pid_exists(drawing))
