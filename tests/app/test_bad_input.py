"""Bad input over HTTP and over a socket: each has its status and code, a short answer, and never a 500."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import ANY

import httpx2
import pytest
from fastapi.testclient import TestClient
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.main import create_app
from app.settings import Settings
from tests.app.conftest import MakeRun, Visit
from tests.app.visitor import Visitor, connection
from tests.server import Server

JSON = {"Content-Type": "application/json"}


def dense(units: object, count: int = 1) -> dict[str, Any]:
    return {"network": {"layers": [{"kind": "dense", "units": units}] * count}}


def adam(**values: object) -> dict[str, Any]:
    return {"optimizer": {"kind": "adam", **values}}


def refused_with(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    assert len(answer.content) < 1024
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-request-id"]
    error: dict[str, Any] = answer.json()["error"]
    return error


@pytest.mark.parametrize(
    ("experiment", "field"),
    [
        (adam(learning_rate="0.1"), "optimizer.learning_rate"),
        (adam(learning_rate=0), "optimizer.learning_rate"),
        (adam(learning_rate=-1), "optimizer.learning_rate"),
        (adam(learning_rate=1e9), "optimizer.learning_rate"),
        (adam(learning_rate=True), "optimizer.learning_rate"),
        (adam(beta1=1.0), "optimizer.beta1"),
        (adam(beta2=1.0), "optimizer.beta2"),
        ({"optimizer": {"kind": "momentum", "momentum": 1.0}}, "optimizer.momentum"),
        (dense(0), "network.layers.0.units"),
        (dense(-5), "network.layers.0.units"),
        (dense(257), "network.layers.0.units"),
        (dense(2.5), "network.layers.0.units"),
        (dense("8"), "network.layers.0.units"),
        (dense(8, count=11), "network.layers"),
        ({"data": "digits", **dense(256, count=10), "batch_size": 10**6}, "batch_size"),
        (
            {"network": {"layers": [{"kind": "dense", "units": 8, "activation": "swoosh"}]}},
            "network.layers.0.activation.kind",
        ),
        ({"optimizer": "eve"}, "optimizer.kind"),
        ({"loss": "regret"}, "loss.kind"),
        ({"data": "stars"}, "data.kind"),
        ({"data": {"kind": "spiral", "arms": 3}}, "data.arms"),
        ({"layers": []}, "layers"),
        ({"data": "sine", "output": "softmax"}, "output"),
        ({"seeds": {"data": 2**63}}, "seeds.data"),
        ({"seeds": {"data": -1}}, "seeds.data"),
        ({"seeds": {"data": 1.5}}, "seeds.data"),
        ({"regularization": {"kind": "l2", "rate": 1e30}}, "regularization.rate"),
        ({"name": "x" * 81}, "name"),
        ([], ""),
        ("spiral", ""),
    ],
)
def test_an_experiment_that_cannot_be_is_422_and_names_the_place(
    api: httpx2.Client, experiment: object, field: str
) -> None:
    error = refused_with(api.post("/api/runs", json=experiment), 422, "invalid_experiment")
    assert error["field"] == field == error["problems"][0]["field"]
    assert error["message"].startswith(field)


@pytest.mark.parametrize(
    "body",
    [
        b'{"optimizer": {"kind": "adam", "learning_rate": NaN}}',
        b'{"optimizer": {"kind": "adam", "learning_rate": Infinity}}',
        b'{"optimizer": {"kind": "adam", "learning_rate": 1e999}}',
        b'{"name": "\\ud800"}',
        b"[" * 60_000,
        b"",
        b"{",
        b'{"name": "\xff"}',
        '{"name": "x"}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_is_400(api: httpx2.Client, body: bytes) -> None:
    refused_with(api.post("/api/runs", content=body, headers=JSON), 400, "bad_json")


def test_null_is_no_experiment(api: httpx2.Client) -> None:
    refused_with(api.post("/api/runs", content=b"null", headers=JSON), 422, "invalid_experiment")


def test_a_number_of_5000_digits_is_refused(api: httpx2.Client) -> None:
    answer = api.post("/api/runs", content=b'{"batch_size": ' + b"9" * 5000 + b"}", headers=JSON)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("layers", [0, 10])
def test_the_smallest_and_the_deepest_network_are_welcome(make_run: MakeRun, layers: int) -> None:
    make_run(**dense(8, count=layers))


def test_a_batch_larger_than_the_data_is_used_as_far_as_it_goes_and_told(make_run: MakeRun, visit: Visit) -> None:
    scene = visit(make_run(batch_size=1024)).next("scene")
    assert scene.info["batch_size"] == 210
    assert "batch_size 1,024" in scene.info["notes"][0]


def test_of_a_repeated_key_the_last_counts(api: httpx2.Client) -> None:
    answer = api.post("/api/runs", content=b'{"batch_size": 0, "batch_size": 8}', headers=JSON)
    assert answer.json()["experiment"]["batch_size"] == 8
    api.delete(f"/api/runs/{answer.json()['id']}")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_413(api: httpx2.Client, chunked: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b" " * 8192] * 400

    body = pieces() if chunked else b" " * 3_000_000
    refused_with(api.post("/api/runs", content=body, headers=JSON), 413, "too_large")


@pytest.mark.parametrize("type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", None])
def test_a_body_of_another_type_is_415(api: httpx2.Client, type: str | None) -> None:
    answer = api.post("/api/runs", content=b"{}", headers={"Content-Type": type} if type else {})
    refused_with(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("id", ["nope", "A" * 22, "x" * 8000, "%2e%2e%2f%2e%2e%2fetc", "%00", "\\..\\", "%252e"])
def test_an_unknown_run_is_404(api: httpx2.Client, id: str) -> None:
    for method in ("GET", "DELETE"):
        refused_with(api.request(method, f"/api/runs/{id}"), 404, "not_found")


@pytest.mark.parametrize("path", ["/nope", "/static/dist/../../app/main.py", "/static/src/main.ts", "/%5cevil.example"])
def test_an_unknown_page_is_404(api: httpx2.Client, path: str) -> None:
    refused_with(api.get(path), 404, "not_found")


def test_a_method_that_is_not_there_is_405_and_says_which_are(api: httpx2.Client) -> None:
    for path, methods in (("/api/runs", "POST"), ("/api/runs/x", "DELETE, GET"), ("/healthz", "GET")):
        answer = api.patch(path, json={})
        refused_with(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == methods


def test_what_another_site_sends_is_refused(api: httpx2.Client, server: Server) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{server.url}.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        refused_with(api.post("/api/runs", json={}, headers=headers), 403, "cross_site")


def test_a_name_that_is_not_ours_is_refused(api: httpx2.Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[::1].evil"):
        refused_with(api.get("/api/catalogue", headers={"Host": host}), 400, "bad_host")
    assert api.get("/api/catalogue", headers={"Host": "localhost:1234"}).status_code == 200
    assert api.get("/healthz", headers={"Host": "evil.example"}).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "nonsense\r\n\r\n",
    ],
)
def test_what_is_not_http_is_400(server: Server, text: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(text.encode())
        assert line.recv(100).split()[1] == b"400"


# --- sockets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "http://localhost.evil.example"]
)
def test_a_socket_opened_by_another_site_is_refused(server: Server, make_run: MakeRun, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, connection(server.url, make_run(), origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_socket_on_no_run_is_told_and_closed(visit: Visit) -> None:
    assert visit("0" * 22).closed() == (4404, "There is no such run; it may have ended.")


@pytest.mark.parametrize(
    "text", ["", "nonsense", '{"op": "play", "id": NaN}', "[]", '{"id": 1, "op": "explode"}', '{"id": 1}']
)
def test_a_bad_message_is_an_error_and_the_socket_stays_open(visitor: Visitor, text: str) -> None:
    visitor.say(text)
    assert visitor.answer()["error"]["code"] == "bad_message"
    assert visitor.do("play")["type"] == "ack"


def test_a_socket_with_too_many_bad_messages_is_closed(visitor: Visitor) -> None:
    for _ in range(11):
        visitor.say("nonsense")
    assert visitor.closed()[0] == 4400
    assert len(visitor.answers) >= 10


@pytest.mark.parametrize("count", [0, -1, 10**9])
def test_a_step_out_of_range_is_an_error(visitor: Visitor, count: int) -> None:
    assert visitor.do("step", unit="batch", count=count)["error"]["code"] == "range"


def test_an_acknowledgement_of_a_frame_never_sent_is_an_error(visitor: Visitor) -> None:
    visitor.say({"op": "ack", "seq": 10**9})
    assert visitor.answer()["error"]["code"] == "range"


def test_binary_messages_are_not_understood(visitor: Visitor) -> None:
    visitor.say(b'{"id": 1, "op": "play"}')
    assert visitor.closed()[0] == 1003


def test_a_message_that_is_too_large_closes_the_socket(visitor: Visitor) -> None:
    visitor.say(" " * 65_537)
    assert visitor.closed()[0] == 1009


def test_too_many_commands_at_once_are_told_to_slow_down(visitor: Visitor) -> None:
    last = [visitor.ask("pause") for _ in range(400)][-1]
    visitor.answer(lambda answer: answer["id"] == last)
    assert {answer["error"]["code"] for answer in visitor.answers if answer["type"] == "error"} == {"slow_down"}


def test_a_flood_of_messages_closes_the_socket(visitor: Visitor) -> None:
    visitor.frame()
    with suppress(ConnectionClosed):
        for _ in range(5000):
            visitor.say({"op": "ack", "seq": 1})
    assert visitor.closed()[0] == 4529


def test_compression_is_not_negotiated(server: Server, make_run: MakeRun) -> None:
    with connection(server.url, make_run()) as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


# --- what is good ---------------------------------------------------------------------------------------------


def test_a_run_can_be_looked_at_without_a_socket(api: httpx2.Client, make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    visit(run).do("step", unit="epoch", count=2)
    visit(run).frame(step=28)
    state = api.get(f"/api/runs/{run}").json()
    assert (state["id"], state["status"], state["step"], state["epoch"], state["watchers"]) == (run, "paused", 28, 2, 2)
    assert state["metrics"]["step"] == 28


def test_the_catalogue_has_what_the_form_needs(api: httpx2.Client) -> None:
    catalogue = api.get("/api/catalogue").json()
    assert catalogue.keys() == {"schema", "presets", "default", "thumbnails"}
    assert catalogue["presets"]["spiral"] == catalogue["default"]
    assert json.dumps(catalogue["schema"]).count("learning_rate")


def test_the_docs_load_nothing_from_outside(api: httpx2.Client) -> None:
    page = api.get("/api/docs")
    assert page.status_code == 200
    assert "POST /api/runs" in page.text
    assert "http" not in page.text.replace("HTTP", "")
    assert "<script" not in page.text


def test_the_page_is_compressed_and_carries_the_catalogue(api: httpx2.Client) -> None:
    page = api.get("/")
    assert page.headers["content-encoding"] == "gzip"
    text = page.text.partition('<script type="application/json" id="catalogue">')[2].partition("</script>")[0]
    assert json.loads(text) == api.get("/api/catalogue").json()
    assert "content-encoding" not in api.get("/api/catalogue").headers


def test_browsers_ask_again_after_an_upgrade_and_keep_no_answer_of_the_api(api: httpx2.Client) -> None:
    assert (
        api.get("/").headers["cache-control"] == api.get("/static/css/docs.css").headers["cache-control"] == "no-cache"
    )
    assert api.get("/api/catalogue").headers["cache-control"] == "no-store"


def test_what_nobody_foresaw_is_500_with_a_request_id_and_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings())
    app.add_api_route("/boom", lambda: 1 // 0)
    answer = TestClient(app, base_url="http://localhost").get("/boom")
    assert answer.status_code == 500
    error = answer.json()["error"]
    assert error == {"code": "internal", "message": "Something went wrong in the server.", "request_id": ANY}
    assert error["request_id"] == answer.headers["x-request-id"]
    assert error["request_id"] in caplog.text
    assert answer.headers["content-security-policy"]
