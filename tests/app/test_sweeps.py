"""Sweeps over HTTP: a cell is the run made alone, what is stopped is resumed, and guests take turns."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import Any

import httpx2
import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app import studies, sweeping
from app.lab import Crowded, Lab
from app.line import SIZE
from app.settings import Settings
from app.studies import BOUNDS, Study
from app.training import warm_up
from core import Experiment, Sweep, Trainer, outcome_of
from tests.app.catalogue import assert_refused, bystander
from tests.app.visitor import Picture, read
from tests.server import Server, running_server

SMALL: dict[str, Any] = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"units": 3}]}}
X = {"setting": "optimizer.learning_rate", "values": {"kind": "numbers", "low": 0.01, "high": 1, "count": 3}}
Y = {"setting": "optimizer", "values": {"kind": "choices", "choices": ["sgd", "adam"]}}
SIX: dict[str, Any] = {"experiment": SMALL, "over": {"kind": "settings", "x": X, "y": Y}, "epochs": 4}
SEEDS: dict[str, Any] = {"experiment": SMALL, "over": {"kind": "seeds", "count": 4}, "epochs": 4}


def parts_of(answer: httpx2.Response) -> Iterator[Picture]:
    """The parts of an answer, each as soon as it is there."""
    got = b""
    for chunk in answer.iter_bytes():
        got += chunk
        while len(got) >= SIZE.size and len(got) >= (end := SIZE.size + SIZE.unpack_from(got)[0]):
            part, got = read(got[SIZE.size : end]), got[end:]
            if part.info["type"] != "waiting":  # on a busy machine
                yield part
    assert not got


def cells_of(api: httpx2.Client, document: dict[str, Any], **more: Any) -> dict[int, Picture]:
    with api.stream("POST", "/api/sweeps/cells", json={**document, **more}, timeout=120) as answer:
        assert answer.status_code == 200, answer.read()
        first, *others = parts_of(answer)
    assert (first.info["type"], first.info["cells"]) == ("sweep", len(others))
    return {part.info["cell"]: part for part in others}


# --- over HTTP ------------------------------------------------------------------------------------------------------


def test_a_plan_tells_what_a_sweep_is_made_of(api: httpx2.Client) -> None:
    plan = api.post("/api/sweeps", json=SIX).json()
    assert (plan["x"], plan["y"], plan["cells"]) == ([0.01, 0.1, 1.0], ["sgd", "adam"], 6)
    assert Sweep.parse(plan["sweep"]) == Sweep.parse(SIX)
    assert plan["summary"] == Experiment.parse(SMALL).summary
    assert 0 < plan["seconds"] < 10
    usual = api.post("/api/sweeps", json={}).json()
    assert (usual["cells"], usual["x"][0], usual["y"][-1]) == (64, 0.001, 256)
    ensemble = api.post("/api/sweeps", json=SEEDS).json()
    assert (ensemble["cells"], ensemble["x"], ensemble["y"]) == (4, [], [])


def test_each_cell_equals_the_same_run_made_alone(api: httpx2.Client) -> None:
    found = cells_of(api, SIX)
    assert sorted(found) == [0, 1, 2, 3, 4, 5]
    for part in found.values():
        alone = Trainer(Experiment.parse(part.info["experiment"]))
        alone.advance(epochs=4)
        assert part.info["metrics"] == alone.metrics()
        assert part.arrays["epochs"].tolist() == [0, 1, 2, 3, 4]
        assert part.arrays["curve.train_loss"][-1] == alone.metrics()["train_loss"]


def test_an_ensemble_tells_what_each_run_answers(api: httpx2.Client) -> None:
    found = cells_of(api, SEEDS)
    assert len(found) == 4
    for number, part in found.items():
        assert np.array_equal(part.arrays["answers"], outcome_of(Sweep.parse(SEEDS), number).answers)


def test_what_was_stopped_is_resumed_with_the_cells_that_are_left(api: httpx2.Client) -> None:
    with api.stream("POST", "/api/sweeps/cells", json=SIX | {"epochs": 400}) as answer:
        parts = parts_of(answer)
        assert next(parts).info["type"] == "sweep"
        first = next(parts)
    done = first.info["cell"]
    left = sorted({*range(6)} - {done})
    assert sorted(cells_of(api, SIX, epochs=400, cells=left)) == left
    assert cells_of(api, SIX, epochs=400, cells=[done])[done].info == first.info


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"cells": [6]}, "cells.0: expected a whole number from 0 to 5, got 6"),
        ({"cells": [-1]}, "cells.0: expected"),
        ({"cells": ["all"]}, "cells.0: expected"),
        ({"epochs": 0}, "epochs: expected a whole number from 1 to 10000, got 0"),
        ({"over": {"kind": "settings", "x": X, "y": X}}, "over.y.setting: expected another setting than that of x"),
        ({"experiment": {"optimizer": "smart"}}, "experiment.optimizer.kind: expected one of"),
        ({"speed": 3}, "speed: unknown field"),
    ],
)
def test_a_bad_sweep_is_422_with_its_place(api: httpx2.Client, document: dict[str, Any], says: str) -> None:
    assert_refused(api.post("/api/sweeps/cells", json=SIX | document), 422, "invalid_sweep", says)


def test_what_is_no_sweep_at_all_is_refused(api: httpx2.Client) -> None:
    json = {"content-type": "application/json"}
    for route in ("/api/sweeps", "/api/sweeps/cells"):
        assert_refused(api.post(route, json=[]), 422, "invalid_sweep", "expected an object")
        assert_refused(api.post(route, content=b"{", headers=json), 400, "bad_json")
        assert_refused(api.post(route, content=b"{}"), 415, "unsupported_media_type")
        assert_refused(api.post(route, content=b" " * 70_000, headers=json), 413, "too_large")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PLACES = ["experiment", "over", "over.x", "over.x.setting", "over.x.values", "over.y.values.choices", "epochs", "cells"]


@given(place=st.sampled_from(PLACES), value=ANYTHING)
@hypothesis_settings(max_examples=60)
def test_no_document_is_answered_with_500(server: Server, place: str, value: object) -> None:
    answer = httpx2.post(f"{server.url}/api/sweeps", json=put(SIX, place.split("."), value), timeout=20)
    assert answer.status_code in (200, 422), answer.text
    assert answer.status_code == 200 or answer.json()["error"]["problems"][0]["message"]


def put(document: dict[str, Any], way: list[str], value: object) -> dict[str, Any]:
    name, *rest = way
    return {**document, name: put(document.get(name, {}), rest, value) if rest else value}


def test_a_sweep_disturbs_no_run(server: Server, api: httpx2.Client) -> None:
    with bystander(server):
        assert len(cells_of(api, SIX, epochs=200)) == 6


def test_a_page_is_there(api: httpx2.Client) -> None:
    page = api.get("/sweep")
    assert page.status_code == 200 and "rate_and_batch" in page.text


def test_whoever_stops_listening_ends_the_processes() -> None:
    long = {"experiment": SMALL, "over": {"kind": "seeds", "count": 64}, "epochs": 2000}
    with running_server() as server, httpx2.Client(base_url=server.url, timeout=60) as client:
        system = psutil.Process(server.process.pid)
        before = {*system.children(recursive=True)}
        with client.stream("POST", "/api/sweeps/cells", json=long) as answer:
            assert [part.info["type"] for _, part in zip(range(2), parts_of(answer), strict=False)] == ["sweep", "cell"]
            at_work = {*system.children(recursive=True)} - before
        _, alive = psutil.wait_procs(at_work, timeout=60)
        assert at_work and not alive


def test_who_listens_when_the_server_stops_is_told_why() -> None:
    long = {"experiment": SMALL, "over": {"kind": "seeds", "count": 64}, "epochs": 2000}
    with running_server() as server, httpx2.Client(base_url=server.url, timeout=60) as client:
        with client.stream("POST", "/api/sweeps/cells", json=long) as answer:
            parts = parts_of(answer)
            assert next(parts).info["type"] == "sweep"
            server.process.terminate()
            *_, last = parts
        assert last.info["type"] == "error" and "The server is being stopped." in last.info["error"]["message"]
        server.process.wait(60)
        assert "Traceback" not in server.log


# --- turns ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """As the server does it: processes are forked with NumPy in memory."""
    warm_up(False, 2**30)


@contextmanager
def turns_of(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(studies, "TURN_SECONDS", seconds)
        yield


def study_of(sweep: Sweep) -> Study:
    return Study("sweep", "cell", sweeping.cells, sweep)


async def noted(lab: Lab, guest: str, document: dict[str, Any], order: list[str]) -> None:
    """Who is told of a cell, in the order in which they are."""
    sweep = Sweep.parse(document)
    async with aclosing(studies.told(lab, guest, study_of(sweep), range(len(sweep.experiments)))) as parts:
        async for part in parts:
            order.append(guest + read(part).info["type"])


def test_guests_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """One hand, a cell a turn: whoever comes second is not told last, and the first does not wait for the second."""

    async def both() -> list[str]:
        lab, order = Lab(Settings(), replace(BOUNDS, at_once=1)), []
        await asyncio.gather(noted(lab, "a", SIX, order), noted(lab, "b", SIX, order))
        return [each for each in order if each.endswith("cell")]

    with turns_of(monkeypatch, 0.0):
        assert asyncio.run(both()) == ["acell", "bcell"] * 6


def test_a_guest_has_only_two_sweeps_at_once() -> None:
    async def three() -> list[str]:
        lab, order = Lab(Settings(), BOUNDS), []
        asked = [noted(lab, guest, SEEDS, order) for guest in ("greedy", "greedy", "greedy", "modest")]
        failed = [error for error in await asyncio.gather(*asked, return_exceptions=True) if error]
        assert [type(error) for error in failed] == [Crowded]
        await noted(lab, "greedy", SEEDS, order)
        return order

    order = asyncio.run(three())
    assert (order.count("greedycell"), order.count("modestcell")) == (12, 4)


def test_who_goes_away_frees_the_place_and_the_processors() -> None:
    async def leave() -> int:
        lab = Lab(Settings(), replace(BOUNDS, of_one_guest=1, at_once=1))
        sweep = Sweep.parse({**SIX, "epochs": 10_000})
        parts: AsyncIterator[bytes] = studies.told(lab, "guest", study_of(sweep), range(6))
        async with aclosing(parts):  # type: ignore[type-var]
            assert read(await anext(parts)).info["type"] == "sweep"
        order: list[str] = []
        await noted(lab, "guest", SEEDS, order)
        return order.count("guestcell")

    assert asyncio.run(leave()) == 4


def test_a_run_that_takes_too_long_is_told_of_and_the_others_go_on() -> None:
    """By its number, in place of its result."""

    async def hurried() -> list[dict[str, Any]]:
        lab = Lab(Settings(), replace(BOUNDS, at_once=1, seconds=0.0))
        sweep = Sweep.parse(SEEDS)
        return [read(part).info async for part in studies.told(lab, "guest", study_of(sweep), [0, 2])]

    failures = [each for each in asyncio.run(hurried()) if each["type"] not in ("sweep", "waiting")]
    assert [(each["type"], each["cell"]) for each in failures] == [("failure", 0), ("failure", 2)]
    assert "takes too long" in failures[0]["message"]


def test_it_is_listed_for_whoever_reads_the_api(api: httpx2.Client) -> None:
    document = api.get("/api/openapi.json").json()
    assert {"/api/sweeps", "/api/sweeps/cells"} <= document["paths"].keys()
    assert "Sweep" in document["components"]["schemas"]
