"""Who may do what: guests by a cookie, their runs theirs alone, viewers by a link, a door with a class code."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed

from app import protocol
from app.access import is_public
from app.admin import is_for_admins
from app.bucket import Bucket
from app.guard import SAFE_METHODS
from app.main import create_app
from app.run import NO_SUCH_RUN
from app.settings import Settings
from tests.app import pictures, tables
from tests.app.guest import cookie_of, make_run
from tests.app.test_ending import descendants, workers
from tests.app.visitor import Visitor, connection
from tests.server import Server, running_server

CODE = "KITE2026"


@pytest.fixture(scope="module")
def school() -> Iterator[Server]:
    """A server that a class comes to: its door is closed to those without the code."""
    with running_server(open_door="false", class_code=CODE, wrong_codes_per_minute=5) as server:
        yield server


def client(server: Server) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, timeout=60)


def printed(server: Server) -> str:
    """The class code, as it is told at the start."""
    while not (found := re.search(r"class code is (\w+)", server.log)):
        time.sleep(0.01)
    return found[1]


@contextmanager
def enter(server: Server, code: str = CODE) -> Iterator[httpx2.Client]:
    with client(server) as browser:
        answer = browser.post("/enter", data={"code": code, "next": "/"})
        assert answer.status_code == 303, answer.text
        yield browser


@pytest.fixture
def ann(school: Server) -> Iterator[httpx2.Client]:
    with enter(school) as browser:
        yield browser


@pytest.fixture
def ben(school: Server) -> Iterator[httpx2.Client]:
    with enter(school) as browser:
        yield browser


# --- the door -------------------------------------------------------------------------------------------------


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Routes, and those of the routers among them."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from routes_of(inner.routes) if inner else [route]


def places() -> Iterator[tuple[str, str]]:
    """All that the application answers to, from itself."""
    for route in routes_of(create_app(Settings(data=Path(":memory:"))).routes):
        match route:
            case Route(path=path, methods=methods):
                yield from ((method, path) for method in sorted((methods or set()) - {"HEAD"}))
            case WebSocketRoute(path=path):
                yield "WEBSOCKET", path
            case Mount(path=path):
                yield "GET", f"{path}/"
            case _:
                raise AssertionError(f"{route} is of a kind that needs a rule")


NAMED = {"run_id", "table_id", "images_id", "code"}


def test_every_route_is_found_and_names_only_what_somebody_has_a_right_to() -> None:
    """What a path names has tests of whose it is: a new kind of thing needs some."""
    found = {path for _, path in places()}
    assert {"/", "/metrics", "/api/openapi.json", "/join", "/api/rooms/{code}/live", "/static/dist/"} <= found
    assert {name for path in found for name in re.findall(r"\{(\w+)", path)} <= NAMED


@pytest.mark.parametrize(("method", "path"), [place for place in places() if not is_public(place[1])])
def test_nobody_gets_anything_without_the_code(school: Server, method: str, path: str) -> None:
    path = re.sub(r"\{\w+\}", "0" * 22, path)
    if method == "WEBSOCKET":
        with connection(school.url, "0" * 22) as socket, pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 4401
        return
    answer = httpx2.request(method, f"{school.url}{path}", headers={"X-Forwarded-For": "203.0.113.9"})
    if is_for_admins(path):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_admin")
    elif path.startswith("/api/") or method not in ("GET", "HEAD"):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_entered")
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/enter?next=%2F")


def test_the_code_opens_the_door_however_it_is_typed(school: Server) -> None:
    for typed in (CODE, CODE.lower(), " kite-2026 "):
        with enter(school, typed) as browser:
            assert browser.get("/").status_code == 200
            assert make_run(browser)


def test_the_door_asks_in_the_readers_language_and_leads_on(school: Server) -> None:
    german = httpx2.get(f"{school.url}/enter", headers={"Accept-Language": "de"})
    assert 'lang="de"' in german.text
    answer = httpx2.post(f"{school.url}/enter", data={"code": CODE, "next": "/?hide=save"})
    assert answer.headers["location"] == "/?hide=save"


@pytest.mark.parametrize(
    "next", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/ü", "/\r\nx"]
)
def test_the_door_leads_to_no_other_house(school: Server, next: str) -> None:
    answer = httpx2.post(f"{school.url}/enter", data={"code": CODE, "next": next})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_wrong_code_is_told_and_guessing_is_slowed_down_for_the_guesser_alone() -> None:
    settings = {"open_door": "false", "class_code": CODE, "wrong_codes_per_minute": 3}
    with running_server(**settings) as server, client(server) as guesser, client(server) as neighbour:
        guesser.get("/enter")
        for _ in range(3):
            wrong = guesser.post("/enter", data={"code": "WRONG"})
            assert wrong.status_code == 403
            assert "not the class code" in wrong.text
        refused = guesser.post("/enter", data={"code": CODE})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert neighbour.post("/enter", data={"code": CODE}).status_code == 303


def test_an_address_guesses_no_more_than_a_class_would_mistype() -> None:
    with running_server(open_door="false", class_code=CODE, wrong_codes_per_minute=1) as server:
        guess = {"data": {"code": "WRONG"}}
        told = [httpx2.post(f"{server.url}/enter", **guess).status_code for _ in range(31)]
        assert told == [403] * 30 + [429], "one without a cookie, or with a new one each time"


def test_another_class_code_is_typed_by_all_who_are_then_who_they_were() -> None:
    token = {"Authorization": "Bearer sixteen-characters"}
    with running_server(open_door="false", admin_token="sixteen-characters") as server, client(server) as ann:
        old, new = printed(server), ""
        ann.post("/enter", data={"code": old})
        run = make_run(ann)
        assert httpx2.post(f"{server.url}/admin/class-code").status_code == 401
        with Visitor(server.url, run, cookie=cookie_of(ann)) as visitor:
            visitor.next("frame")
            new = httpx2.post(f"{server.url}/admin/class-code", headers=token).json()["class_code"]
            assert visitor.closed() == (4401, "Come in with the class code first.")
        assert ann.get(f"/api/runs/{run}").status_code == 401
        assert ann.post("/enter", data={"code": old}).status_code == 403
        assert ann.post("/enter", data={"code": new}).status_code == 303
        assert ann.get(f"/api/runs/{run}").status_code == 200


def test_a_class_code_that_was_set_is_changed_where_it_was_set(tmp_path: Path) -> None:
    token = {"Authorization": "Bearer sixteen-characters"}
    settings = {"open_door": "false", "admin_token": "sixteen-characters", "data": tmp_path}
    with running_server(class_code=CODE, **settings) as server, enter(server) as ann:
        cookie = cookie_of(ann)
        answer = httpx2.post(f"{server.url}/admin/class-code", headers=token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_drawn")
    with running_server(class_code="ANOTHER1", **settings) as server:
        assert httpx2.get(f"{server.url}/api/runs", headers={"Cookie": cookie}).status_code == 401


def test_right_codes_do_not_count_as_tries() -> None:
    with running_server(open_door="false", class_code=CODE, wrong_codes_per_minute=1) as server:
        for _ in range(30):
            assert httpx2.post(f"{server.url}/enter", data={"code": CODE}).status_code == 303


def test_no_more_come_in_at_once_than_a_school_has_and_who_is_in_stays() -> None:
    app = create_app(Settings(data=Path(":memory:"), open_door=False, class_code=CODE))
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as browser:
        assert browser.post("/enter", data={"code": CODE}).status_code == 303
        who_is_in = dict(browser.cookies)
        app.state.access.arrivals = Bucket(0, 1)
        told = []
        for _ in range(2):
            browser.cookies.clear()
            answer = browser.post("/enter", data={"code": CODE})
            told.append((answer.status_code, "Too many come in" in answer.text, "retry-after" in answer.headers))
        assert told == [(303, False, False), (503, True, True)]
        browser.cookies.update(who_is_in)
        assert browser.post("/enter", data={"code": CODE}).status_code == 303
        assert browser.get("/").status_code == 200


def test_a_code_is_drawn_once_printed_and_kept(tmp_path: Path) -> None:
    with running_server(open_door="false", data=tmp_path) as server:
        code = printed(server)
        assert re.fullmatch(r"[A-HJ-NP-Z2-9]{8}", code)
        with enter(server, code) as browser:
            run, cookie = make_run(browser), cookie_of(browser)
    with running_server(open_door="false", data=tmp_path) as server:
        assert printed(server) == code
        headers = {"Cookie": cookie}
        assert httpx2.get(f"{server.url}/api/runs/{run}", headers=headers).status_code == 200, "a guest stays a guest"


def test_the_door_is_closed_on_any_address_but_loopback() -> None:
    for host, is_open in (("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False), ("192.168.1.7", False)):
        assert create_app(Settings(host=host)).state.access.is_open is is_open
    assert create_app(Settings(host="0.0.0.0", open_door=True)).state.access.is_open


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(school: Server) -> None:
    answer = httpx2.post(f"{school.url}/enter", data={"code": CODE})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    with running_server(https="true", open_door="true") as server:
        cookie = httpx2.get(server.url).headers["set-cookie"]
        assert cookie.startswith("__Host-playground=") and "Secure" in cookie


# --- whose run ------------------------------------------------------------------------------------------------


def test_nobody_sees_changes_or_deletes_what_is_not_theirs(
    school: Server, ann: httpx2.Client, ben: httpx2.Client
) -> None:
    run = make_run(ann)
    for method, path in places():
        if "{run_id}" not in path or method == "WEBSOCKET":
            continue
        foreign = ben.request(method, path.replace("{run_id}", run))
        missing = ben.request(method, path.replace("{run_id}", "0" * 22))
        assert (foreign.status_code, foreign.text) == (404, missing.text), (method, path)
    with Visitor(school.url, run, cookie=cookie_of(ben)) as visitor:
        assert visitor.closed() == (4404, "There is no such run; it may have ended.")
    assert ann.get(f"/api/runs/{run}").json()["status"] == "paused"


BROUGHT = pytest.mark.parametrize(("kind", "keep"), [("table", tables.kept), ("images", pictures.kept)])
Keep = Callable[..., dict[str, Any]]


@BROUGHT
def test_nobody_sees_changes_or_deletes_what_another_brought(
    ann: httpx2.Client, ben: httpx2.Client, kind: str, keep: Keep
) -> None:
    own = keep(ann, name="Ann's")
    for method, path in places():
        if (id := f"{{{kind}_id}}") in path:
            foreign = ben.request(method, path.replace(id, own["id"]), json={"name": "Ben's"})
            missing = ben.request(method, path.replace(id, "0" * 22), json={"name": "Ben's"})
            assert (foreign.status_code, foreign.text) == (404, missing.text), (method, path)
    assert ann.get(f"/api/{kind.rstrip('s')}s/{own['id']}").json() == own


@BROUGHT
def test_whoever_was_given_what_another_brought_looks_at_it_and_changes_nothing(
    ann: httpx2.Client, ben: httpx2.Client, kind: str, keep: Keep
) -> None:
    """Over all routes: a new one that changes something needs a rule."""
    own = keep(ann)
    place = f"/api/{kind.rstrip('s')}s/{own['id']}"
    shared = ann.patch(place, json={"is_shared": True}).json()
    for method, path in places():
        if (id := f"{{{kind}_id}}") in path:
            answer = ben.request(method, path.replace(id, own["id"]), json={"name": "Ben's"})
            assert answer.status_code == (200 if method in SAFE_METHODS else 403), (method, path)
    assert ann.get(place).json() == shared


def test_a_program_shows_who_it_is_by_a_bearer_token(school: Server, ann: httpx2.Client) -> None:
    run = make_run(ann)
    secret = ann.cookies["playground"]
    answer = httpx2.get(f"{school.url}/api/runs/{run}", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    wrong = httpx2.get(f"{school.url}/api/runs/{run}", headers={"Authorization": "Bearer nonsense"})
    assert wrong.status_code == 401


def test_on_an_open_door_what_a_program_makes_is_everybodys_and_a_browsers_is_its_own() -> None:
    with running_server() as server, client(server) as ann, client(server) as program:
        ann.get("/")
        own, common = make_run(ann), make_run(program)
        assert program.get(f"/api/runs/{own}").status_code == 404
        assert ann.get(f"/api/runs/{common}").status_code == 200
        assert ann.delete(f"/api/runs/{common}").status_code == 204


# --- viewers by a link ----------------------------------------------------------------------------------------


def share(owner: httpx2.Client, run: str) -> str:
    answer = owner.post(f"/api/runs/{run}/share")
    assert answer.status_code == 201
    return str(answer.json()["secret"])


def accept(guest: httpx2.Client, secret: str) -> httpx2.Response:
    return guest.post("/api/shares", json={"secret": secret})


def test_a_viewer_by_a_link_watches_and_steers_nothing(school: Server, ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = make_run(ann)
    assert accept(ben, share(ann, run)).json() == {"run": run}
    assert ben.get(f"/api/runs/{run}").status_code == 200
    assert ben.delete(f"/api/runs/{run}").status_code == 403
    with Visitor(school.url, run, cookie=cookie_of(ann)) as owner:
        with Visitor(school.url, run, cookie=cookie_of(ben)) as viewer:
            assert viewer.do("watch", views=["boundary"])["type"] == "ack"
            assert viewer.about["right"] == "watch"
            owner.do("step", unit="batch", count=3)
            assert viewer.frame(step=3)
        assert owner.about["right"] == "steer"
    assert ann.get(f"/api/runs/{run}").json()["step"] == 3


VIEWERS_MAY_ALSO = {("POST", "/api/runs/{run_id}/fork")}
THE_OWNERS_ALONE = {("GET", "/api/runs/{run_id}/share")}  # whether there is a link by which others watch


def test_a_viewer_may_look_and_make_a_copy_and_nothing_else(ann: httpx2.Client, ben: httpx2.Client) -> None:
    """Over all routes: a new one that changes something needs a rule."""
    run = make_run(ann)
    accept(ben, share(ann, run))
    before = ann.get(f"/api/runs/{run}").json()
    for method, path in places():
        if "{run_id}" not in path or method == "WEBSOCKET":
            continue
        answer = ben.request(method, path.replace("{run_id}", run))
        may_look = method in SAFE_METHODS and (method, path) not in THE_OWNERS_ALONE
        if may_look or (method, path) in VIEWERS_MAY_ALSO:
            assert answer.status_code not in (401, 403) and NO_SUCH_RUN not in answer.text, (method, path)
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), (method, path)
    assert ann.get(f"/api/runs/{run}").json() == before


def test_no_command_is_obeyed_that_a_viewer_sends(school: Server, ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = make_run(ann)
    accept(ben, share(ann, run))
    steering = {
        "play": {},
        "pause": {},
        "step": {"unit": "batch", "count": 1},
        "speed": {"unit": "updates", "per_second": 1.0},
        "change": {"experiment": {}},
        "reset": {},
        "seek": {"step": 0},
        "take_back": {"step": 0},
        "bring_back": {"past": 0},
        "edit": {"layer": 0, "unit": 0, "input": 0, "value": 1.0},
    }
    assert {*steering, "watch", "ack"} == set(protocol.OPS), "a new command needs a rule"
    for op, parts in steering.items():
        with Visitor(school.url, run, cookie=cookie_of(ben)) as viewer:
            assert viewer.do(op, **parts)["error"]["code"] == "forbidden"
    assert ann.get(f"/api/runs/{run}").json()["step"] == 0


def test_a_viewer_that_goes_on_trying_is_shown_out(school: Server, ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = make_run(ann)
    accept(ben, share(ann, run))
    with Visitor(school.url, run, cookie=cookie_of(ben)) as viewer:
        for _ in range(3):
            viewer.ask("play")
        assert viewer.closed()[0] == 4403


NOT_SHARED = "The owner does not share this run any more."
ENDINGS: dict[str, tuple[Callable[[httpx2.Client, httpx2.Client, str], object], str]] = {
    "the link is taken back": (lambda ann, ben, run: ann.delete(f"/api/runs/{run}/share"), NOT_SHARED),
    "there is a new link": (lambda ann, ben, run: share(ann, run), NOT_SHARED),
    "the viewer wants nothing to be left": (
        lambda ann, ben, run: ben.delete("/api/runs"),
        "You may not watch this run any more.",
    ),
}


@pytest.mark.parametrize(("end", "reason"), ENDINGS.values(), ids=list(ENDINGS))
def test_who_may_not_watch_any_more_is_shown_out(
    school: Server,
    ann: httpx2.Client,
    ben: httpx2.Client,
    end: Callable[[httpx2.Client, httpx2.Client, str], object],
    reason: str,
) -> None:
    run = make_run(ann)
    accept(ben, share(ann, run))
    with Visitor(school.url, run, cookie=cookie_of(ben)) as visitor:
        visitor.next("frame")
        end(ann, ben, run)
        assert visitor.closed() == (4410, reason)
    assert ben.get(f"/api/runs/{run}").status_code == 404


def test_a_link_is_void_when_there_is_a_new_one_or_none(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = make_run(ann)
    assert ann.get(f"/api/runs/{run}/share").json() == {"is_shared": False}
    old, new = share(ann, run), share(ann, run)
    assert ann.get(f"/api/runs/{run}/share").json() == {"is_shared": True}
    assert accept(ben, old).status_code == 404
    assert accept(ben, new).status_code == 200
    assert ben.get(f"/api/runs/{run}/share").status_code == 403
    assert ann.delete(f"/api/runs/{run}/share").status_code == 204
    assert ann.get(f"/api/runs/{run}/share").json() == {"is_shared": False}
    assert accept(ben, new).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"secret": 3}', b'{"secret": null}'])
def test_a_share_that_is_none_is_told(ann: httpx2.Client, body: bytes) -> None:
    answer = ann.post("/api/shares", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "secret" in answer.json()["error"]["message"]


def test_a_fork_of_a_watched_run_is_ones_own(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = make_run(ann)
    accept(ben, share(ann, run))
    fork = ben.post(f"/api/runs/{run}/fork").json()["id"]
    assert ben.delete(f"/api/runs/{fork}").status_code == 204
    assert ann.get(f"/api/runs/{run}").status_code == 200


# --- secrets --------------------------------------------------------------------------------------------------


def test_a_process_that_trains_knows_no_secret_and_opens_few_files() -> None:
    token = "sixteen-characters"
    with running_server(open_door="false", class_code=CODE, admin_token=token) as server, enter(server) as ann:
        before = workers(server)
        make_run(ann)
        (worker,) = workers(server) - before
        assert psutil.Process(worker).rlimit(psutil.RLIMIT_NOFILE) == (64, 64)
        for process in descendants(server):
            assert not {CODE, token} & {*process.environ().values()}


def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    with running_server(open_door="false", class_code=CODE, data=tmp_path) as server:
        with enter(server) as ann, enter(server) as ben:
            run = make_run(ann)
            secret = share(ann, run)
            accept(ben, secret)
            secrets = [secret, ann.cookies["playground"], ben.cookies["playground"]]
            answers = [ann.get(f"/api/runs/{run}").text, ben.get("/api/catalogue").text, accept(ben, "x").text]
            log = server.log
        assert len(secrets) == 3
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in secrets:
        assert secret not in log + json.dumps(answers)
        assert secret.encode() not in kept
