"""The catalogue's rows K1 to K26: experiments that cannot be, and those that only seem so. Where a limit is not the
planned one, it is that of core's own classes, which `/api/catalogue` tells."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.app.catalogue import assert_refused, bystander, row, rows_of
from tests.app.conftest import MakeRun, Visit
from tests.server import Server, running_server

JSON = {"Content-Type": "application/json"}
TOO_FAST = {
    "data": "plane",
    "optimizer": {"kind": "sgd", "learning_rate": 10},
    "network": {"layers": [{"kind": "dense", "units": 8, "activation": "relu"}]},
}


@pytest.fixture(scope="module", autouse=True)
def undisturbed(server: Server) -> Iterator[None]:
    """While all of this is refused, another run trains on."""
    with bystander(server):
        yield


def adam(**values: object) -> dict[str, Any]:
    return {"optimizer": {"kind": "adam", **values}}


def drawn(*points: object) -> dict[str, Any]:
    """These, after two that are sound."""
    return {"data": {"kind": "drawn", "points": [[0, 0, 0], [1, 1, 1], *points]}}


def dense(units: object, count: int = 1, **more: object) -> dict[str, Any]:
    return {"network": {"layers": [{"kind": "dense", "units": units, **more}] * count}}


@pytest.mark.parametrize(
    "body",
    [
        row("K1 NaN", b'{"optimizer": {"kind": "adam", "learning_rate": NaN}}'),
        row("K2 infinity", b'{"optimizer": {"kind": "adam", "learning_rate": Infinity}}'),
        row("K3 beyond a float", b'{"optimizer": {"kind": "adam", "learning_rate": 1e999}}'),
        row("K22 deep", b"[" * 60_000),
        row("K22 nothing", b""),
        row("K22 UTF-16", '{"name": "x"}'.encode("utf-16")),
        row("K22 a byte order mark", b"\xef\xbb\xbf{}"),
        row("K22 no UTF-8", b'{"name": "\xff"}'),
        row("K21 a lone surrogate", b'{"name": "\\ud800"}'),
    ],
)
def test_what_is_not_json_is_400(api: httpx2.Client, body: bytes) -> None:
    assert_refused(api.post("/api/runs", content=body, headers=JSON), 400, "bad_json")


@pytest.mark.parametrize(
    ("experiment", "field", "says"),
    [
        row("K4 a rate as text", adam(learning_rate="0.1"), "optimizer.learning_rate", "expected a number"),
        row("K5 a rate of 0", adam(learning_rate=0), "optimizer.learning_rate", "from 0.000001 to 10"),
        row("K6 a rate below 0", adam(learning_rate=-1), "optimizer.learning_rate", "from 0.000001 to 10"),
        row("K7 a rate of 11", adam(learning_rate=11), "optimizer.learning_rate", "from 0.000001 to 10"),
        row("K8 a rate that is true", adam(learning_rate=True), "optimizer.learning_rate", "expected a number"),
        row("K9 no units", dense(0), "network.layers.0.units", "from 1 to 256"),
        row("K10 fewer units than none", dense(-5), "network.layers.0.units", "from 1 to 256"),
        row("K11 257 units (planned: 513)", dense(257), "network.layers.0.units", "from 1 to 256"),
        row("K12 8.0 units", dense(8.0), "network.layers.0.units", "whole number"),
        row("K12 units as text", dense("8"), "network.layers.0.units", "whole number"),
        row("K13 11 layers (planned: 9)", dense(8, count=11), "network.layers", "10"),
        row("K15 activation", dense(8, activation="swoosh"), "network.layers.0.activation.kind", "one of"),
        row("K15 optimizer", {"optimizer": "eve"}, "optimizer.kind", "adam"),
        row("K15 loss", {"loss": "regret"}, "loss.kind", "one of"),
        row("K15 data", {"data": "stars"}, "data.kind", "one of"),
        row("K16 an unknown field", {"layers": []}, "layers", "unknown field"),
        row("K17 classes of a line", {"data": "sine", "output": "softmax"}, "output", ""),
        row("K18 a seed of 2⁶³", {"seeds": {"data": 2**63}}, "seeds.data", "9007199254740991"),
        row("K18 a seed below 0", {"seeds": {"data": -1}}, "seeds.data", "from 0"),
        row("K18 half a seed", {"seeds": {"data": 1.5}}, "seeds.data", "whole number"),
        row("K20 dropout", {"network": {"layers": [{"kind": "dropout", "rate": 1.0}]}}, "network.layers.0.rate", "0.9"),
        row("K20 momentum", {"optimizer": {"kind": "momentum", "momentum": 1.0}}, "optimizer.momentum", ""),
        row("K20 beta2", adam(beta2=1.0), "optimizer.beta2", ""),
        row("K20 clipping", {"clipping": {"kind": "norm", "limit": 0}}, "clipping.limit", ""),
        row("K20 l2", {"regularization": {"kind": "l2", "rate": 1e30}}, "regularization.rate", ""),
        row("K21 a long name", {"name": "x" * 81}, "name", "80"),
        row("K16 an unknown field of the data", {"data": {"kind": "spiral", "arms": 3}}, "data.arms", "unknown field"),
        row("K20 beta1", adam(beta1=1.0), "optimizer.beta1", ""),
        row("K20 a batch", {"batch_size": 10**6}, "batch_size", ""),
        row("D14 a drawn point far away", drawn([1e9, 0, 0], [0, 1, 0]), "data.points", "from -5.12 to 5.1175"),
        row("D14 a drawn point of no class", drawn([0, 0, -1], [0, 1, 0]), "data.points", "a whole number from 0 to 9"),
        row("D14 a drawn point of another class", drawn([0, 0, 7], [0, 1, 0]), "data.classes", "at least 8 classes"),
        row("D14 a drawn point without a number", drawn([0, None, 0], [0, 1, 0]), "data.points", "x2 of point 3"),
        row("D14 many drawn points", drawn(*[[0, 0, 0]] * 500), "data.points", "expected 4 to 500 points, got 502"),
        row("D14 half a drawn point", {"data": {"kind": "drawn", "points": "AAAAAAA"}}, "data.points", "5 letters"),
        row("K22 a list", [], "", ""),
        row("K22 a word", "spiral", "", ""),
        row("K22 null", None, "", ""),
    ],
)
def test_what_cannot_be_built_is_422_and_names_the_place(
    api: httpx2.Client, experiment: object, field: str, says: str
) -> None:
    answer = api.post("/api/runs", content=json.dumps(experiment), headers=JSON)
    assert_refused(answer, 422, "invalid_experiment", says)
    assert answer.json()["error"]["field"] == field


@pytest.mark.parametrize(
    ("name", "status", "kept"),
    [
        row("K21 81 characters", "x" * 81, 422, None),
        row("K21 a zero", "a\0b", 422, None),
        row("K21 only spaces", "   ", 422, None),
        row("K21 turned round", "a\u202eb", 200, "ab"),
        row("K21 markup", "<img onerror=alert(1)>", 200, "<img onerror=alert(1)>"),
    ],
)
def test_a_name_is_one_line_that_can_be_shown(
    api: httpx2.Client, make_run: MakeRun, name: str, status: int, kept: str | None
) -> None:
    answer = api.patch(f"/api/runs/{make_run()}", json={"name": name})
    assert answer.status_code == status
    if kept is None:
        assert_refused(answer, 422, "bad_name", "name: ")
    else:
        assert answer.json()["name"] == kept


@pytest.mark.parametrize(
    "type", [row(f"K23 {type}", type) for type in ("text/plain", "text/json", "multipart/form-data")]
)
def test_a_body_of_another_type_is_415(api: httpx2.Client, type: str) -> None:
    answer = api.post("/api/runs", content=b"{}", headers={"Content-Type": type})
    assert_refused(answer, 415, "unsupported_media_type")


def test_k13_no_hidden_layer_is_logistic_regression(make_run: MakeRun) -> None:
    make_run(network={"layers": []})


@pytest.mark.skipif(sys.platform != "linux", reason="a process is held to its memory on Linux alone")
def test_k14_what_needs_more_memory_than_a_run_may_have_is_told_so() -> None:
    """By decision there is no table of parameters: the process may use so much memory, and no more."""
    large = {"data": "digits", **dense(256, count=10), "batch_size": 1024}
    with running_server(run_memory_megabytes=256) as server:
        answer = httpx2.post(f"{server.url}/api/runs", json=large, timeout=20)
        assert_refused(answer, 422, "too_large", "more memory than a run may have")


def test_k16_of_a_repeated_key_the_last_counts(api: httpx2.Client) -> None:
    answer = api.post("/api/runs", content=b'{"batch_size": 0, "batch_size": 8}', headers=JSON)
    assert (answer.status_code, answer.json()["experiment"]["batch_size"]) == (201, 8)
    api.delete(f"/api/runs/{answer.json()['id']}")


def test_k19_a_batch_larger_than_the_data_is_used_as_far_as_it_goes_and_told(make_run: MakeRun, visit: Visit) -> None:
    scene = visit(make_run(batch_size=1024)).next("scene")
    assert scene.info["batch_size"] == 210
    assert "batch_size 1,024" in scene.info["notes"][0]


@pytest.mark.parametrize("is_chunked", [row("K22 told its length", False), row("K22 in chunks", True)])
def test_a_body_that_is_too_large_is_413(api: httpx2.Client, is_chunked: bool) -> None:
    body = iter([b" " * 8192] * 400) if is_chunked else b" " * 3_000_000
    assert_refused(api.post("/api/runs", content=body, headers=JSON), 413, "too_large")


def test_k22_a_number_of_5000_digits_is_refused(api: httpx2.Client) -> None:
    answer = api.post("/api/runs", content=b'{"batch_size": ' + b"9" * 5000 + b"}", headers=JSON)
    assert answer.status_code in (400, 422)
    assert len(answer.content) < 1024


def test_k24_a_change_is_applied_between_two_updates_also_while_it_trains(make_run: MakeRun, visit: Visit) -> None:
    """By decision a finished run may be changed too, and a change has no version: commands of a run stand in line."""
    visitor = visit(make_run(data="circle", stop={"kind": "epochs", "epochs": 2}))
    visitor.do("play")
    visitor.frame(status="finished")
    answer = visitor.do("change", experiment={"data": "circle", "batch_size": 20})
    assert answer["type"] == "ack"
    visitor.do("play")
    assert visitor.do("change", experiment={"data": "circle", "batch_size": 30})["type"] == "ack"
    assert visitor.do("change", experiment={"batch_size": 0})["error"]["code"] == "invalid_experiment"


def test_k25_what_diverges_is_welcome_and_says_what_to_do(make_run: MakeRun, visit: Visit) -> None:
    visitor = visit(make_run(**TOO_FAST))
    visitor.do("play")
    frame = visitor.frame(status="diverged")
    assert "learning rate" in frame.info["message"]
    assert frame.info["step"] >= 0
    assert all(value is not None for value in frame.info["metrics"].values())


def test_k26_a_start_that_is_sent_twice_makes_two_runs(api: httpx2.Client) -> None:
    """By decision: a run that nobody watches sleeps and costs nothing. It is commands that are obeyed exactly once."""
    key = {"Idempotency-Key": "the same"}
    ids = {api.post("/api/runs", json={}, headers=key).json()["id"] for _ in range(2)}
    assert len(ids) == 2
    for id in ids:
        api.delete(f"/api/runs/{id}")


def test_no_row_is_missing() -> None:
    assert rows_of(sys.modules[__name__]) == {f"K{number}" for number in range(1, 27)} | {"D14"}
