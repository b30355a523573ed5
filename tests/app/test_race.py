"""Races over HTTP and sockets: fair to the last bit, all contestants made or none, refused in clear words."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import numpy as np
import pytest

from core import Race, Trainer, races
from tests.app.catalogue import assert_refused
from tests.app.guest import ids, make_run, mine, until, visit
from tests.app.test_ending import workers
from tests.app.visitor import Visitor
from tests.server import Server, running_server

EPOCHS = 12
SHORT: dict[str, Any] = {"data": {"kind": "circle", "samples": 60}, "epochs": EPOCHS}
COLUMNS = ("step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "learning_rate")


@pytest.fixture(scope="module")
def school() -> Iterator[Server]:
    """A server on an address of its own, which holds each guest to a few runs."""
    settings = {"https": "true", "open_door": "true", "max_runs_per_guest": 3, "max_kept_runs_per_guest": 6}
    with running_server(**settings) as server:
        yield server


def made(browser: httpx2.Client, **race: Any) -> list[str]:
    answer = browser.post("/api/races", json=race)
    assert answer.status_code == 201, answer.text
    return [str(run["id"]) for run in answer.json()["runs"]]


def raced(browser: httpx2.Client, runs: list[str], until_epoch: int = EPOCHS) -> list[Visitor]:
    """All of them at the finish, as who watched them saw it."""
    with ExitStack() as stack:
        lanes = [stack.enter_context(visit(browser, run)) for run in runs]
        for lane in lanes:
            lane.do("play", until_epoch=until_epoch, by_epoch=True)
        for lane in lanes:
            lane.next("frame", lambda frame: is_over(frame.info, until_epoch))
    return lanes


def is_over(frame: dict[str, Any], until_epoch: int) -> bool:
    return frame["status"] == "diverged" or (frame["status"] == "paused" and frame["epoch"] == until_epoch)


# --- fairness -----------------------------------------------------------------------------------------------------


def test_contestants_with_the_same_optimizer_have_the_same_curves_bit_for_bit(ann: httpx2.Client) -> None:
    adam, sgd = {"optimizer": "adam"}, {"optimizer": "sgd"}
    first, second, third = raced(ann, made(ann, contestants=[adam, adam, sgd], **SHORT))
    assert first.numbers("epoch").tolist() == list(range(EPOCHS + 1))
    for column in COLUMNS:
        assert np.array_equal(first.numbers(column), second.numbers(column)), column
    assert first.numbers("train_loss")[0] == third.numbers("train_loss")[0]
    assert first.numbers("train_loss")[-1] != third.numbers("train_loss")[-1]


def test_a_contestant_goes_as_the_same_run_alone_and_as_core_says(ann: httpx2.Client) -> None:
    contestants = [{"optimizer": "sgd", "batch_size": 7}, {"network": {"layers": [{"kind": "dense", "units": 5}]}}]
    lanes = raced(ann, made(ann, contestants=contestants, **SHORT))
    for contestant, lane in zip(contestants, lanes, strict=True):
        (alone,) = raced(ann, [make_run(ann, data=SHORT["data"], **contestant)])
        assert lane.curve == alone.curve
    trainer = Trainer(Race.parse({"contestants": contestants, **SHORT}).experiments[0], "numpy")
    trainer.advance(epochs=EPOCHS)
    assert lanes[0].numbers("test_loss")[-1] == trainer.metrics()["test_loss"]


def test_all_have_a_point_at_the_end_of_each_epoch_however_fast_they_go(ann: httpx2.Client) -> None:
    runs = made(ann, contestants=[{"batch_size": 1}, {"batch_size": 64}], **SHORT)
    for lane in raced(ann, runs):
        assert lane.numbers("epoch").tolist() == list(range(EPOCHS + 1))


def test_seconds_are_those_of_training_and_a_pause_takes_none(ann: httpx2.Client) -> None:
    (run, _) = made(ann, contestants=[{"batch_size": 1}, {}], **SHORT)
    with visit(ann, run) as lane:
        assert lane.next("frame").info["seconds"] == 0
        lane.do("play", until_epoch=3, by_epoch=True)
        paused = lane.next("frame", lambda frame: frame.info["status"] == "paused" and frame.info["epoch"] == 3)
        lane.do("play", until_epoch=6, by_epoch=True)
        done = lane.next("frame", lambda frame: frame.info["status"] == "paused" and frame.info["epoch"] == 6)
        assert 0 < paused.info["seconds"] < done.info["seconds"] < 10 * paused.info["seconds"]
        lane.do("reset")
        assert lane.frame(epoch=0).info["seconds"] == 0


def test_a_contestant_whose_process_is_lost_goes_on_as_if_nothing_had_been(server: Server, ann: httpx2.Client) -> None:
    others = workers(server)
    (run, undisturbed) = made(ann, contestants=[{}] * 2, data="circle", epochs=40)
    (worker, *_) = workers(server) - others
    with visit(ann, run) as first, visit(ann, undisturbed) as second:
        for lane in (first, second):
            lane.do("speed", unit="epochs", per_second=20.0)
            lane.do("play", until_epoch=40, by_epoch=True)
        first.next("frame", lambda frame: frame.info["epoch"] >= 5)
        os.kill(worker, signal.SIGKILL)
        for lane in (first, second):
            lane.next("frame", lambda frame: is_over(frame.info, 40))
        assert first.about["revived"] + second.about["revived"] == 1
        assert first.curve == second.curve


def test_one_that_diverges_does_not_hold_up_the_others(ann: httpx2.Client) -> None:
    relu = {"layers": [{"kind": "dense", "units": 8, "activation": "relu"}]}
    wild = {"network": relu, "optimizer": {"kind": "sgd", "learning_rate": 1.0}}
    runs = made(ann, contestants=[wild, {"network": relu}], data="sine", epochs=EPOCHS)
    out, through = (lane.pictures[-1].info for lane in raced(ann, runs))
    assert (out["status"], through["status"], through["epoch"]) == ("diverged", "paused", EPOCHS)


# --- an ordinary run each -----------------------------------------------------------------------------------------


def test_a_race_is_its_document_and_its_runs(ann: httpx2.Client) -> None:
    answer = ann.post("/api/races", json={"contestants": [{"name": "Hare"}, {"optimizer": "sgd"}]}).json()
    assert Race.parse(answer["race"]).contestants[0].name == "Hare"
    assert [run["title"] for run in answer["runs"]] == ["Race: Hare", "Race: SGD 0.03"]
    for run in answer["runs"]:
        assert ann.get(f"/api/runs/{run['id']}").json()["status"] == "paused"


def test_contestants_are_told_apart_on_my_runs_once_they_have_trained(ann: httpx2.Client, ben: httpx2.Client) -> None:
    runs = made(ann, contestants=[{}, {"optimizer": "sgd"}], **SHORT)
    assert ids(mine(ann)) == []
    raced(ann, runs, 2)
    found = until(lambda: len(shelf := mine(ann)["runs"]) == 2 and shelf)
    assert {run["title"] for run in found} == {"Race: Adam 0.03", "Race: SGD 0.03"}
    assert ben.get(f"/api/runs/{runs[0]}").status_code == 404


@pytest.mark.parametrize("name", races)
def test_every_race_worth_starting_from_can_be_made(ann: httpx2.Client, name: str) -> None:
    race = races[name].race
    assert len(made(ann, **race.model_dump(mode="json"))) == len(race.contestants)


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"contestants": [{}]}, "contestants: expected a list of 2 to 4 items"),
        ({"contestants": [{}] * 5}, "contestants: expected a list of 2 to 4 items"),
        ({"contestants": [{"data": "sine"}, {}]}, "contestants.0.data: unknown field"),
        ({"data": "sine", "contestants": [{}, {"loss": "cross_entropy"}]}, "contestants.1.loss: cross_entropy"),
        ({"data": "sine", "target": "accuracy"}, "target.kind: only classes are right or wrong"),
        ({"epochs": 2001}, "epochs: expected a whole number from 1 to 2000, got 2001"),
        ([], "expected an object"),
    ],
)
def test_a_bad_race_is_422_and_makes_nothing(ann: httpx2.Client, document: Any, says: str) -> None:
    assert_refused(ann.post("/api/races", json=document), 422, "invalid_race", says)


def test_what_is_no_json_is_refused(api: httpx2.Client) -> None:
    json = {"content-type": "application/json"}
    assert_refused(api.post("/api/races", content=b"{", headers=json), 400, "bad_json")
    assert_refused(api.post("/api/races", content=b"{}"), 415, "unsupported_media_type")
    assert_refused(api.post("/api/races", content=b" " * 70_000, headers=json), 413, "too_large")
    assert_refused(api.get("/api/races"), 405, "method_not_allowed")


def program(school: Server) -> httpx2.Client:
    """A guest that shows who it is by a token."""
    cookie = httpx2.get(f"{school.url}/runs").headers["set-cookie"]
    secret = cookie.partition("=")[2].partition(";")[0]
    return httpx2.Client(base_url=school.url, timeout=20, headers={"Authorization": f"Bearer {secret}"})


def test_more_contestants_than_one_may_have_networks_are_refused_all_together(school: Server) -> None:
    with program(school) as guest:
        answer = guest.post("/api/races", json={"contestants": [{}] * 4})
        assert_refused(answer, 409, "quota_exceeded", "These are 4 networks, and one may have 3 open: leave some out.")
        assert len(made(guest, contestants=[{}] * 3)) == 3


def test_all_contestants_are_made_or_none(school: Server) -> None:
    with program(school) as guest:
        run = make_run(guest)
        secret = guest.headers["Authorization"].removeprefix("Bearer ")
        with Visitor(school.url, run, cookie=f"__Host-playground={secret}") as visitor:
            visitor.next("frame")
            answer = guest.post("/api/races", json={"contestants": [{}] * 3})
            assert_refused(answer, 409, "quota_exceeded", "You have 3 networks open")
            assert len(made(guest, contestants=[{}] * 2)) == 2  # of those refused, none is left


def test_the_oldest_of_the_kept_runs_make_place_for_a_race(school: Server) -> None:
    with program(school) as guest:
        for name in ("one", "two", "three", "four", "five"):
            guest.patch(f"/api/runs/{make_run(guest)}", json={"name": name})
        answer = guest.post("/api/races", json={"contestants": [{}] * 2})
        assert_refused(answer, 409, "quota_exceeded", "Runs that one may keep: 6. Yours leave no place for 2 more")
        guest.delete(f"/api/runs/{mine(guest)['runs'][-1]['id']}")
        made(guest, contestants=[{}] * 2)


# --- the page -----------------------------------------------------------------------------------------------------


def test_a_page_is_there(api: httpx2.Client) -> None:
    page = api.get("/race")
    assert page.status_code == 200 and 'id="catalogue"' in page.text
    assert "Four optimizers" in page.text


def test_the_race_is_listed_for_whoever_reads_the_api(api: httpx2.Client) -> None:
    document = api.get("/api/openapi.json").json()
    assert "/api/races" in document["paths"] and "Race" in document["components"]["schemas"]
