"""The Descent lab over HTTP: what it answers, what it refuses, and that nobody else feels it."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from typing import Any

import httpx2
import numpy as np
import pytest

from app.climbing import ways
from app.computing import Impossible
from app.lab import MOST_ANSWERS, Crowded, Lab, NotComputed, Shared
from app.lab_api import BOUNDS
from app.settings import Settings
from app.training import warm_up
from core import Descent, way_of
from tests.app.catalogue import assert_refused
from tests.server import Server

HEAVY: dict[str, Any] = {
    "surface": {"kind": "typed_surface", "text": "+".join(["x*y"] * 20)},
    "start": {"x": 0.1, "y": 0.1},
    "contestants": [{"optimizer": {"kind": "random_search", "tries": 1000, "budget": 10_000_000}}] * 4,
    "steps": 1000,
    "grid": 200,
}


def test_the_worked_example_over_http(api: httpx2.Client) -> None:
    answer = api.post("/api/descent/ways", json={})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (gone,) = told["ways"]
    assert (gone["gradients"][0], gone["places"][1], told["bottoms"]) == ([8.0], [4.2], [[3.0]])
    assert told["brute_force"]["evaluations"] == 20 and len(told["brute_force"]["needed"]) == 1


def test_the_answer_is_what_core_computes_digit_for_digit(api: httpx2.Client) -> None:
    document = {"surface": "rosenbrock", "start": {"x": -1.5, "y": 2.0}, "contestants": [{"optimizer": "adam"}]}
    told = api.post("/api/descent/ways", json=document).json()
    found = Descent.parse(document)
    assert told["ways"][0]["places"] == way_of(found, found.contestants[0]).places
    assert Descent.parse(told["descent"]) == found


@pytest.mark.parametrize(("surface", "numbers"), [("bowl", 121 * 121), ("one_weight", 401), ("waves", 25 * 401)])
def test_a_picture_is_float32_row_by_row(api: httpx2.Client, surface: str, numbers: int) -> None:
    answer = api.post("/api/descent/picture", json={"surface": surface, "start": {"x": 1.0, "y": 1.0}})
    assert answer.headers["content-type"] == "application/octet-stream"
    values = np.frombuffer(answer.content, "<f4")
    assert len(values) == numbers and np.isfinite(values).all()


def test_a_picture_may_have_gaps(api: httpx2.Client) -> None:
    document = {"surface": {"kind": "typed_surface", "text": "log(x)"}, "start": {"x": 2.0, "y": 1.0}}
    values = np.frombuffer(api.post("/api/descent/picture", json=document).content, "<f4")
    assert np.isnan(values).any() and np.isfinite(values).any()


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"surface": {"kind": "typed_surface", "text": "os.system(1)"}}, "surface.text: only numbers, x, y"),
        ({"contestants": [{"optimizer": {"kind": "adam", "rate": 1}}]}, "contestants.0.optimizer.rate: unknown field"),
        ({"steps": 1001}, "steps: expected a whole number from 1 to 1000"),
        ([], "expected an object"),
        (7, "expected an object"),
    ],
)
def test_a_bad_descent_is_422(api: httpx2.Client, document: Any, says: str) -> None:
    for route in ("ways", "picture"):
        assert_refused(api.post(f"/api/descent/{route}", json=document), 422, "invalid_descent", says)


def test_what_is_no_json_is_refused(api: httpx2.Client) -> None:
    json = {"content-type": "application/json"}
    assert_refused(api.post("/api/descent/ways", content=b"{", headers=json), 400, "bad_json")
    assert_refused(api.post("/api/descent/ways", content=b"{}"), 415, "unsupported_media_type")
    assert_refused(api.post("/api/descent/ways", content=b" " * 70_000, headers=json), 413, "too_large")
    assert_refused(api.get("/api/descent/ways"), 405, "method_not_allowed")


def test_the_heaviest_descent_ends_and_nobody_feels_it(server: Server, api: httpx2.Client) -> None:
    """Four of them at once: health is answered all the while, at most two processes work, and none is left."""

    async def all_at_once() -> tuple[list[int], list[float]]:
        waits: list[float] = []
        async with httpx2.AsyncClient(base_url=server.url, timeout=120) as client:
            heavy = [HEAVY | {"seed": seed} for seed in range(4)]
            asked = [asyncio.create_task(client.post("/api/descent/ways", json=each)) for each in heavy]
            while not all(task.done() for task in asked):
                began = monotonic()
                await client.get("/healthz")
                waits.append(monotonic() - began)
                await asyncio.sleep(0.02)
            return [task.result().status_code for task in asked], waits

    statuses, waits = asyncio.run(all_at_once())
    assert statuses == [200] * 4
    assert sorted(waits)[len(waits) // 2] < 0.25


def test_a_page_is_there(api: httpx2.Client) -> None:
    page = api.get("/descent")
    assert page.status_code == 200 and 'id="catalogue"' in page.text
    assert "typed_surface" in page.text


# --- the lab itself ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """As the server does it: processes are forked with NumPy in memory."""
    warm_up(False, 2**30)


def test_more_than_may_wait_are_turned_away() -> None:
    bounds = replace(BOUNDS, waiting=2)

    async def crowd() -> list[object]:
        crowded = Lab(Settings(), bounds)
        document = Descent().model_dump_json().encode()
        guests = map(str, range(bounds.at_once + bounds.waiting + 3))
        asked = [crowded.answer(guest, ways, document) for guest in guests]
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(crowd())
    assert sum(isinstance(answer, Crowded) for answer in answers) == 3
    assert sum(isinstance(answer, bytes) for answer in answers) == bounds.at_once + bounds.waiting


def test_what_a_class_asks_for_at_once_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[tuple[object, ...]] = []

    async def count(self: Lab, guest: str, work: object, *given: object) -> bytes:
        computed.append(given)
        await asyncio.sleep(0)
        if given == (b"wrong",):
            raise Impossible("no")
        return b"answer to " + bytes(given[0])  # type: ignore[call-overload]

    async def ask() -> None:
        shared = Shared(Lab(Settings(), BOUNDS))
        answers = await asyncio.gather(*[shared.answer(f"pupil {i}", ways, b"same") for i in range(300)])
        assert set(answers) == {b"answer to same"} and len(computed) == 1
        for i in range(MOST_ANSWERS):
            await shared.answer("pupil", ways, b"%d" % i)
        await shared.answer("pupil", ways, b"same")
        assert len(computed) == MOST_ANSWERS + 2, "the oldest answer is not kept for ever"
        for _ in range(2):
            with pytest.raises(Impossible):
                await shared.answer("pupil", ways, b"wrong")
        assert computed[-2:] == [(b"wrong",)] * 2, "what has failed is tried again"

    monkeypatch.setattr(Lab, "answer", count)
    asyncio.run(ask())


def test_one_guest_has_only_a_few_of_the_places() -> None:
    async def greedy() -> list[object]:
        shared = Lab(Settings(), BOUNDS)
        document = Descent().model_dump_json().encode()
        asked = [shared.answer(guest, ways, document) for guest in ["greedy"] * 6 + ["modest"]]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return [*answers, await shared.answer("greedy", ways, document)]

    answers = asyncio.run(greedy())
    assert [isinstance(answer, bytes) for answer in answers] == [*[True] * 4, False, False, True, True]


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(NotComputed, match="takes too long"):
        hurried = Lab(Settings(), replace(BOUNDS, seconds=0.05))
        asyncio.run(hurried.answer("guest", ways, Descent.parse(HEAVY).model_dump_json().encode()))


def test_a_process_that_dies_is_told_of() -> None:
    with pytest.raises(NotComputed, match="could not be computed"):
        asyncio.run(Lab(Settings(), BOUNDS).answer("guest", ways, b"not a descent"))


def impossible(sentence: str) -> Iterator[bytes]:
    yield b"first"
    raise Impossible(sentence)


def test_what_cannot_be_computed_says_why_after_what_could() -> None:
    async def told() -> list[bytes]:
        parts = Lab(Settings(), BOUNDS).parts("guest", impossible, "Seven is no even number.")
        found = [await anext(parts)]
        with pytest.raises(Impossible, match="Seven is no even number"):
            await anext(parts)
        return found

    assert asyncio.run(told()) == [b"first"]


def its_own_number_for_ever() -> Iterator[bytes]:
    while True:
        yield str(os.getpid()).encode()


def test_who_listens_no_more_ends_the_process() -> None:
    async def left() -> int:
        parts = Lab(Settings(), BOUNDS).parts("guest", its_own_number_for_ever)
        number = int(await anext(parts))
        await parts.aclose()
        return number

    with pytest.raises(ProcessLookupError):
        os.kill(asyncio.run(left()), 0)


def test_the_descent_lab_is_listed_for_whoever_reads_the_api(api: httpx2.Client) -> None:
    document = api.get("/api/openapi.json").json()
    assert {"/api/descent/ways", "/api/descent/picture"} <= document["paths"].keys()
    assert "Descent" in document["components"]["schemas"]
