"""Learning curves over HTTP: a point has core's own score, what is stopped is resumed, and guests take turns."""

import asyncio
import os
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app import learning, studies, sweeping
from app.lab import Crowded, Lab
from app.settings import Settings
from app.studies import BOUNDS, Study
from app.training import warm_up
from core import LearningCurve, Sweep
from core.flat import NOT_INSTALLED
from core.learning_curve import Point
from tests.app.catalogue import assert_refused, bystander
from tests.app.tables import data_of, kept
from tests.app.test_sweeps import ANYTHING, SEEDS, parts_of, put
from tests.app.visitor import Picture, read
from tests.server import Server, running_server

SMALL: dict[str, Any] = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"units": 3}]}}
CURVE: dict[str, Any] = {"experiment": SMALL, "models": ["network", "linear"], "sizes": 2, "repeats": 2, "epochs": 4}
NETWORK = CURVE | {"models": ["network"]}


def points_of(api: httpx2.Client, document: dict[str, Any], **more: Any) -> dict[int, Picture]:
    with api.stream("POST", "/api/learning-curves/points", json={**document, **more}, timeout=120) as answer:
        assert answer.status_code == 200, answer.read()
        first, *others = parts_of(answer)
    assert (first.info["type"], first.info["points"]) == ("learning_curve", len(others))
    return {part.info["point"]: part for part in others}


# --- over HTTP ------------------------------------------------------------------------------------------------------


def test_a_plan_tells_what_a_learning_curve_is_made_of(api: httpx2.Client) -> None:
    plan = api.post("/api/learning-curves", json=CURVE).json()
    curve = LearningCurve.parse(CURVE)
    assert (plan["counts"], plan["points"], plan["tested"]) == (curve.counts, 12, 18)
    assert [(each["model"], each["inputs"]) for each in plan["series"]] == curve.series
    assert LearningCurve.parse(plan["learning_curve"]).model_dump() == curve.model_dump()
    assert plan["summary"] == curve.experiment.summary
    assert plan["engineering"] == curve.experiment.data.engineering
    assert 0 < plan["seconds"] < 10


def test_each_point_has_the_score_that_core_gives_it(api: httpx2.Client) -> None:
    curve = LearningCurve.parse(CURVE)
    found = points_of(api, CURVE)
    assert sorted(found) == [*range(12)]
    for number, part in found.items():
        point = Point(*(part.info[name] for name in Point._fields))
        assert point == curve.points[number]
        assert (part.info["test"], part.info["train"]) == curve.score(point)


def test_what_was_stopped_is_resumed_with_the_points_that_are_left(api: httpx2.Client) -> None:
    with api.stream("POST", "/api/learning-curves/points", json=CURVE | {"epochs": 400}) as answer:
        parts = parts_of(answer)
        assert next(parts).info["type"] == "learning_curve"
        first = next(parts)
    done = first.info["point"]
    left = sorted({*range(12)} - {done})
    assert sorted(points_of(api, CURVE, epochs=400, trained=left)) == left
    assert points_of(api, CURVE, epochs=400, trained=[done])[done].info == first.info


def test_a_table_of_ones_own_is_learned_from_and_nobody_elses(ann: httpx2.Client, ben: httpx2.Client) -> None:
    rows = "\n".join(f"{x},{x % 7},{'high' if x > 30 else 'low'}" for x in range(60))
    document = CURVE | {"experiment": {"data": data_of(kept(ann, f"x,y,label\n{rows}\n"))}, "models": ["network"]}
    assert ann.post("/api/learning-curves", json=document).json()["counts"][-1] == 42
    assert len(points_of(ann, document)) == 4
    for route in ("/api/learning-curves", "/api/learning-curves/points"):
        refused = ben.post(route, json=document)
        assert_refused(
            refused, 422, "invalid_learning_curve", "experiment.data.table: This table is not on this server"
        )


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"trained": [12]}, "trained.0: expected a whole number from 0 to 11, got 12"),
        ({"trained": ["all"]}, "trained.0: expected"),
        ({"epochs": 0}, "epochs: expected a whole number from 1 to 1000, got 0"),
        ({"models": []}, "models: expected a list of 1 to 5 items"),
        ({"models": ["oracle"]}, "models.0: expected one of network, linear"),
        ({"experiment": {"optimizer": "smart"}}, "experiment.optimizer.kind: expected one of"),
        ({"experiment": {"data": "sine"}, "models": ["naive_bayes"]}, "models.0: naive_bayes tells classes only"),
        ({"speed": 3}, "speed: unknown field"),
    ],
)
def test_a_bad_learning_curve_is_422_with_its_place(api: httpx2.Client, document: dict[str, Any], says: str) -> None:
    refused = api.post("/api/learning-curves/points", json=CURVE | document)
    assert_refused(refused, 422, "invalid_learning_curve", says)


def test_what_is_no_learning_curve_at_all_is_refused(api: httpx2.Client) -> None:
    json = {"content-type": "application/json"}
    for route in ("/api/learning-curves", "/api/learning-curves/points"):
        assert_refused(api.post(route, json=[]), 422, "invalid_learning_curve", "expected an object")
        assert_refused(api.post(route, content=b"{", headers=json), 400, "bad_json")
        assert_refused(api.post(route, content=b"{}"), 415, "unsupported_media_type")
        assert_refused(api.post(route, content=b" " * 70_000, headers=json), 413, "too_large")


@given(place=st.sampled_from(["experiment", "experiment.data", "models", "inputs", "sizes", "epochs"]), value=ANYTHING)
@hypothesis_settings(max_examples=30)
def test_no_document_is_answered_with_500(server: Server, place: str, value: object) -> None:
    answer = httpx2.post(f"{server.url}/api/learning-curves", json=put(NETWORK, place.split("."), value), timeout=60)
    assert answer.status_code in (200, 422), answer.text
    assert answer.status_code == 200 or answer.json()["error"]["problems"][0]["message"]


def test_a_learning_curve_disturbs_no_run(server: Server, api: httpx2.Client) -> None:
    with bystander(server):
        assert len(points_of(api, CURVE, epochs=100)) == 12


def test_it_is_listed_for_whoever_reads_the_api(api: httpx2.Client) -> None:
    document = api.get("/api/openapi.json").json()
    assert {"/api/learning-curves", "/api/learning-curves/points"} <= document["paths"].keys()
    assert "LearningCurve" in document["components"]["schemas"]


def test_where_scikit_learn_is_not_installed_flat_models_are_refused_and_the_network_learns(tmp_path: Path) -> None:
    """Python finds nothing under a name that stands for None."""
    (tmp_path / "sitecustomize.py").write_text('import sys\n\nsys.modules["sklearn"] = None\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
        with running_server() as server, httpx2.Client(base_url=server.url, timeout=60) as api:
            refused = api.post("/api/learning-curves", json=CURVE)
            assert_refused(refused, 422, "invalid_learning_curve", f"models.1: {NOT_INSTALLED}")
            assert len(points_of(api, NETWORK)) == 4
            page = api.get("/learning-curve")
            assert page.status_code == 200 and f'"refusal":"{NOT_INSTALLED}"' in page.text
            assert api.post("/api/learning-curves", json={}).json()["learning_curve"]["models"] == ["network"]


# --- turns ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """As the server does it: processes are forked with NumPy in memory."""
    warm_up(False, 2**30)


def curve_of(document: dict[str, Any]) -> Study:
    return Study("learning_curve", "point", learning.points, httpx2.Request("POST", "http://x", json=document).content)


async def noted(lab: Lab, guest: str, study: Study, count: int, order: list[str]) -> None:
    """Who is told of a part, in the order in which they are."""
    async with aclosing(studies.told(lab, guest, study, range(count))) as parts:
        async for part in parts:
            order.append(guest + read(part).info["type"])


def test_a_sweep_and_a_learning_curve_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = Study("sweep", "cell", sweeping.cells, Sweep.parse(SEEDS))

    async def both() -> list[str]:
        lab, order = Lab(Settings(), replace(BOUNDS, at_once=1)), []
        await asyncio.gather(noted(lab, "a", curve_of(NETWORK), 4, order), noted(lab, "b", sweep, 4, order))
        return [each for each in order if each in ("apoint", "bcell")]

    monkeypatch.setattr(studies, "TURN_SECONDS", 0.0)
    assert asyncio.run(both()) == ["apoint", "bcell"] * 4


def test_a_guest_has_only_two_studies_at_once() -> None:
    async def three() -> list[str]:
        lab, order = Lab(Settings(), BOUNDS), []
        asked = [noted(lab, guest, curve_of(NETWORK), 4, order) for guest in ("greedy", "greedy", "greedy", "modest")]
        failed = [error for error in await asyncio.gather(*asked, return_exceptions=True) if error]
        assert [type(error) for error in failed] == [Crowded]
        return order

    order = asyncio.run(three())
    assert (order.count("greedypoint"), order.count("modestpoint")) == (8, 4)


def test_a_point_that_takes_too_long_is_told_of_and_the_others_go_on() -> None:
    async def hurried() -> list[dict[str, Any]]:
        lab = Lab(Settings(), replace(BOUNDS, at_once=1, seconds=0.0))
        return [read(part).info async for part in studies.told(lab, "guest", curve_of(NETWORK), [0, 2])]

    failures = [each for each in asyncio.run(hurried()) if each["type"] not in ("learning_curve", "waiting")]
    assert [(each["type"], each["point"]) for each in failures] == [("failure", 0), ("failure", 2)]
    assert "takes too long" in failures[0]["message"]
