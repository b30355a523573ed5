"""What the server answers to what is good; and names and pages that are not its own. Whatever else is bad stands in the
catalogue: tests/app/test_catalogue_*.py."""

import json
from unittest.mock import ANY

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.app.catalogue import assert_refused
from tests.app.conftest import MakeRun, Visit
from tests.server import Server


@pytest.mark.parametrize("path", ["/nope", "/static/dist/../../app/main.py", "/static/src/main.ts", "/%5cevil.example"])
def test_an_unknown_page_is_404(api: httpx2.Client, path: str) -> None:
    assert_refused(api.get(path), 404, "not_found")


def test_a_name_that_is_not_ours_is_refused(api: httpx2.Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[::1].evil"):
        assert_refused(api.get("/api/catalogue", headers={"Host": host}), 400, "bad_host")
    assert api.get("/api/catalogue", headers={"Host": "localhost:1234"}).status_code == 200
    assert api.get("/healthz", headers={"Host": "evil.example"}).status_code == 200


def test_a_run_can_be_looked_at_without_a_socket(api: httpx2.Client, make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    visit(run).do("step", unit="epoch", count=2)
    visit(run).frame(step=28)
    state = api.get(f"/api/runs/{run}").json()
    assert (state["id"], state["status"], state["step"], state["epoch"], state["watchers"]) == (run, "paused", 28, 2, 2)
    assert state["metrics"]["step"] == 28


def test_the_catalogue_has_what_the_form_needs(api: httpx2.Client) -> None:
    catalogue = api.get("/api/catalogue").json()
    assert catalogue.keys() == {"schema", "presets", "default", "new_starts", "thumbnails", "limits"}
    assert catalogue["presets"]["spiral"] == catalogue["default"]
    assert json.dumps(catalogue["schema"]).count("learning_rate")


def test_the_docs_load_nothing_from_outside(api: httpx2.Client) -> None:
    page = api.get("/api/docs")
    assert page.status_code == 200
    assert "POST /api/runs" in page.text
    assert "http" not in page.text.replace("HTTP", "")
    assert "<script" not in page.text


def test_the_page_is_compressed_and_carries_what_the_form_needs(server: Server, api: httpx2.Client) -> None:
    page = httpx2.get(server.url)  # not by `api`, which would be a guest from then on
    assert page.headers["content-encoding"] == "gzip"
    text = page.text.partition('<script type="application/json" id="catalogue">')[2].partition("</script>")[0]
    carried, whole = json.loads(text), api.get("/api/catalogue").json()
    assert carried.keys() == whole.keys()
    assert carried["presets"] == whole["presets"]
    assert "content-encoding" not in api.get("/api/catalogue").headers


def test_built_files_are_sent_in_brotli_to_those_who_take_it(server: Server) -> None:
    styles = f"{server.url}/static/dist/main.css"
    plain, zipped, squeezed = (
        httpx2.get(styles, headers={"accept-encoding": asked}) for asked in ("identity", "gzip, br;q=0", "gzip, br")
    )
    assert [answer.headers.get("content-encoding") for answer in (plain, zipped, squeezed)] == [None, "gzip", "br"]
    assert squeezed.headers["content-type"] == plain.headers["content-type"] == "text/css; charset=utf-8"
    assert "accept-encoding" in squeezed.headers["vary"].lower()
    sizes = [int(answer.headers["content-length"]) for answer in (plain, squeezed)]
    assert sizes[1] < sizes[0] / 4
    again = {"accept-encoding": "br", "if-none-match": squeezed.headers["etag"]}
    assert httpx2.get(styles, headers=again).status_code == 304


def test_browsers_ask_again_after_an_upgrade_and_keep_no_answer_of_the_api(server: Server) -> None:
    kept = {path: httpx2.get(server.url + path).headers["cache-control"] for path in ("/", "/static/css/docs.css")}
    assert set(kept.values()) == {"no-cache"}
    assert httpx2.get(f"{server.url}/api/catalogue").headers["cache-control"] == "no-store"


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
