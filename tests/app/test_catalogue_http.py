"""The catalogue's rows H1 to H14: requests that are not as they should be. Rows that the proxy answers for us (half a
header, a header of 100 kB) are held to what the server does behind it."""

import hashlib
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from unittest.mock import ANY

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from app import protocol
from app.main import create_app
from app.runfile import FORMAT, SIGNATURE
from app.runs import Phase
from app.settings import Settings
from app.shelf_api import FILE_TYPE
from tests.app.catalogue import assert_refused, bystander, row, rows_of
from tests.app.conftest import MakeRun
from tests.app.test_ending import make_run as run_of
from tests.app.visitor import Visitor
from tests.server import Server, running_server

CODE = "KITE2026"
RUN = {"Content-Type": FILE_TYPE}


@pytest.fixture(scope="module", autouse=True)
def undisturbed(server: Server) -> Iterator[None]:
    """While all of this is refused, another run trains on."""
    with bystander(server):
        yield


def spoken(server: Server, text: bytes) -> bytes:
    """What the server says to bytes as they are, until it hangs up or has said a line."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as line:
        line.sendall(text)
        return line.recv(200)


@pytest.mark.parametrize(
    "text",
    [
        row("H1 no host", b"GET /healthz HTTP/1.1\r\n\r\n"),
        row("H1 two hosts", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
        row("H1 an empty host", b"GET /api/catalogue HTTP/1.1\r\nHost:\r\n\r\n"),
        row("H2 a length below 0", b"POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
        row("H2 two lengths", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        row("H2 no HTTP", b"nonsense\r\n\r\n"),
    ],
)
def test_what_is_not_http_is_400(server: Server, text: bytes) -> None:
    assert spoken(server, text).split()[1] == b"400"


def test_h1_an_address_in_the_first_line_counts_no_more_than_the_host(server: Server) -> None:
    answer = spoken(server, b"GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert answer.split()[1] in (b"200", b"400", b"404")
    answer = spoken(server, b"GET http://localhost/api/catalogue HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert answer.split()[1] in (b"400", b"404")


def test_h2_a_length_beside_chunks_smuggles_no_second_request(server: Server) -> None:
    smuggled = b"0\r\n\r\nGET /api/presets HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = spoken(server, head + smuggled)
    assert answer.split()[1] in (b"400", b"415"), answer
    assert b"200 OK" not in answer


def test_h2_very_long_and_very_many_headers_harm_nobody(server: Server, api: httpx2.Client) -> None:
    """431 is said by the proxy, which takes 32 kB; behind it they are read and forgotten, or the line is cut."""
    for headers in ({"X-Long": "x" * 100_000}, {f"X-{number}": "x" for number in range(2000)}):
        with suppress(httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            assert httpx2.get(f"{server.url}/healthz", headers=headers).status_code in (200, 400, 431)
        assert api.get("/healthz").status_code == 200


def test_h3_half_a_request_holds_up_nobody(server: Server, api: httpx2.Client) -> None:
    """It is cut by the proxy after 10 s."""
    with ExitStack() as lines:
        for start in (b"GET /heal", b"POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{") * 20:
            line = lines.enter_context(closing(socket.create_connection(("127.0.0.1", server.port))))
            line.sendall(start)
        assert api.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        row("H4 cross-site", {"Sec-Fetch-Site": "cross-site"}),
        row("H4 same-site", {"Sec-Fetch-Site": "same-site"}),
        row("H4 another origin", {"Origin": "https://evil.example"}),
        row("H4 no origin", {"Origin": "null"}),
        row("H4 a longer origin", {"Origin": "http://127.0.0.1.evil.example"}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_what_another_site_sends_is_refused(api: httpx2.Client, method: str, headers: dict[str, str]) -> None:
    for path in ("/api/runs", "/api/runs/x", "/enter", "/api/rooms"):
        assert_refused(api.request(method, path, headers=headers), 403, "cross_site")


@pytest.mark.parametrize(
    "part",
    [
        row(f"H5 {part}", part)
        for part in ("%2e%2e%2f", "..%5c", "%00", "/evil.example", "%5cevil.example", "%252e%252e%252f", "%2e%2e%2fetc")
    ],
)
@pytest.mark.parametrize(
    "path", ["/{}", "/api/runs/{}", "/static/{}", "/static/dist/{}", "/w/{}", "/api/runs/{}/curve"]
)
def test_no_path_leads_out(server: Server, path: str, part: str) -> None:
    for method in ("GET", "DELETE"):
        answer = httpx2.request(method, server.url + path.format(part), follow_redirects=False)
        assert answer.status_code < 500
        assert answer.status_code not in (200, 204), answer.text
        place = answer.headers.get("location", "/")
        assert place.startswith(("/", server.url)) and not place.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "id", [row(f"H6 {id[:12]}", id) for id in ("0" * 22, "nope", "A" * 22, "x" * 10_000, "1", "null", "[]")]
)
def test_an_id_that_is_none_is_404(api: httpx2.Client, id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = api.request(method, f"/api/runs/{id}")
        assert_refused(answer, 404, "not_found")


@pytest.mark.parametrize("path", [row(f"H7 {path}", path) for path in ("/api/runs/x", "/healthz", "/readyz", "/enter")])
def test_a_method_that_is_not_there_is_405_and_says_which_are(api: httpx2.Client, path: str) -> None:
    answer = api.put(path, json={})
    assert_refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"]


def test_h7_whatever_is_accepted_the_answer_is_json_and_parts_are_not_given(api: httpx2.Client) -> None:
    ranges = "bytes=" + ",".join(f"{number}-{number}" for number in range(10_000))
    answer = api.get("/api/presets", headers={"Accept": "application/xml", "Range": ranges})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert api.get("/static/css/docs.css", headers={"Range": ranges}).status_code in (200, 206, 400, 416)


def test_h8_one_wrong_code_too_many_has_to_wait() -> None:
    settings = {"open_door": "false", "class_code": CODE, "wrong_codes_per_minute": 3}
    with running_server(**settings) as server, httpx2.Client(base_url=server.url) as browser:
        for _ in range(4):
            answer = browser.post("/enter", data={"code": "WRONG"})  # the first one has no cookie yet
            assert answer.status_code == 403
        answer = browser.post("/enter", data={"code": CODE})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
        assert "Wait a minute" in answer.text


def test_h9_a_full_server_says_so_and_when_to_come_back() -> None:
    with running_server(max_runs=1) as server, Visitor(server.url, run_of(server)) as visitor:
        visitor.do("play")
        answer = httpx2.post(f"{server.url}/api/runs", json={})
        assert_refused(answer, 503, "server_full", "Try again")
        assert 5 <= int(answer.headers["retry-after"]) <= 15
        assert visitor.do("pause")["type"] == "ack"


def test_h10_while_the_server_stops_no_run_is_begun() -> None:
    """By decision it takes visitors while it starts: a run that is asked for is woken at once."""
    app = create_app(Settings(data=Path(":memory:")))
    with TestClient(app, base_url="http://localhost") as api:
        app.state.runs.phase = Phase.STOPPING
        assert api.get("/healthz").status_code == 200
        assert_refused(api.get("/readyz"), 503, "restarting", "being stopped")
        assert_refused(api.post("/api/runs", json={}), 503, "server_full", "being stopped")


def run_file(message: dict[str, object], **arrays: np.ndarray) -> bytes:
    blob = protocol.encode(message, arrays)
    return SIGNATURE + hashlib.sha256(blob).digest() + blob


NUMBERS = np.full(1000, np.nan)
NESTED = np.frombuffer(b"[" * 1_000_000, np.uint8)


@pytest.mark.parametrize(
    "data",
    [
        row("H11 nothing", b""),
        row("H11 no file of a run", b"PK\x03\x04" * 100),
        row("H11 truncated", run_file({"format": FORMAT, "name": "x"}, present=NESTED)[:-10]),
        row("H11 a wrong sum", SIGNATURE + b"\0" * 32 + b"{}"),
        row("H11 a later format", run_file({"format": 999, "name": "x"}, present=NESTED)),
        row("H11 nested", run_file({"format": FORMAT, "name": "x"}, present=NESTED)),
        row("H11 not numbers", run_file({"format": FORMAT, "name": "x"}, present=NUMBERS)),
        row("H11 no present", run_file({"format": FORMAT, "name": "x"})),
    ],
)
def test_a_file_that_is_no_run_is_422(api: httpx2.Client, data: bytes) -> None:
    assert_refused(api.post("/api/runs/file", content=data, headers=RUN), 422, "not_a_run")


def test_h11_a_file_that_is_too_large_is_413(api: httpx2.Client) -> None:
    assert_refused(api.post("/api/runs/file", content=b"x" * (9 * 2**20), headers=RUN), 413, "too_large")


def test_h12_the_name_of_a_file_breaks_no_header(api: httpx2.Client, make_run: MakeRun) -> None:
    run = make_run()
    for name in ('a"b', "größer ☃", "a\\b/c", "x; filename=evil"):
        api.patch(f"/api/runs/{run}", json={"name": name})
        answer = api.get(f"/api/runs/{run}/file")
        assert answer.status_code == 200
        told = answer.headers["content-disposition"]
        assert told.startswith('attachment; filename="') and "filename*=UTF-8''" in told
        assert told.count('"') == 2


@pytest.mark.parametrize(
    "query",
    [row(f"H13 {query}", query) for query in ("limit=-1", "limit=1000000", "limit=x", "before=;drop", "limit=1.5")],
)
def test_a_page_that_cannot_be_is_422(api: httpx2.Client, query: str) -> None:
    answer = api.get(f"/api/runs?{query}")
    assert answer.status_code in (200, 422) and answer.status_code == (422 if "limit" in query else 200), answer.text


def test_h14_what_nobody_foresaw_is_500_with_a_request_id_and_no_detail() -> None:
    app = create_app(Settings(data=Path(":memory:")))
    app.add_api_route("/boom", lambda: 1 // 0)
    answer = TestClient(app, base_url="http://localhost").get("/boom")
    assert answer.status_code == 500
    assert answer.json()["error"] == {"code": "internal", "message": ANY, "request_id": answer.headers["x-request-id"]}
    assert "ZeroDivision" not in answer.text


def test_no_row_is_missing() -> None:
    assert rows_of(sys.modules[__name__]) == {f"H{number}" for number in range(1, 15)}
