"""Operating: health, readiness, figures, logs, backups; what an admin is told, and nobody else."""

import json
import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import psutil
import pytest
from fastapi.testclient import TestClient
from websockets.exceptions import InvalidStatus

from app import logs
from app.machine import memory_bytes
from app.main import MIGRATIONS, create_app
from app.runs import Phase
from app.settings import Settings
from app.store import FILE, Store, StoreError
from tests.app.test_cli import PLAYGROUND, playground
from tests.app.test_ending import make_run, make_run_and_find_its_worker, workers
from tests.app.visitor import Visitor, connection
from tests.server import Server, running_server

TOKEN = "canary-of-the-admin-0123456789"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
KEPT = 'SELECT count(*) FROM "runs"'


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy, as it faces the internet; it logs all that it logs at all."""
    settings = {"https": "true", "open_door": "true", "admin_token": TOKEN, "log": "json", "log_level": "info"}
    with running_server(data=tmp_path_factory.mktemp("data"), max_connections=3, **settings) as server:
        yield server


def figures(server: Server) -> dict[str, float]:
    """The figures by name, with their labels."""
    answer = httpx2.get(f"{server.url}/metrics", headers=SHOWN)
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


# --- health and readiness -------------------------------------------------------------------------------------


def test_health_and_readiness_are_told_to_everybody_whatever_the_name(operated: Server) -> None:
    for path in ("/healthz", "/readyz"):
        answer = httpx2.get(f"{operated.url}{path}", headers={"Host": "balancer.example"})
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("settings", "is_told"), [({}, False), ({"host": "0.0.0.0"}, True), ({"host": "0.0.0.0", "https": True}, False)]
)
def test_whoever_starts_it_for_others_is_told_that_plain_http_can_be_read(
    settings: dict[str, object], is_told: bool
) -> None:
    with running_server(**settings) as server:
        assert ("plain http" in server.log) is is_told


@pytest.mark.parametrize(("phase", "code"), [(Phase.STARTING, "starting"), (Phase.STOPPING, "restarting")])
def test_a_server_that_starts_or_stops_is_alive_but_not_ready(phase: Phase, code: str) -> None:
    app = create_app(Settings(data=Path(":memory:")))
    app.state.runs.phase = phase
    api = TestClient(app, base_url="http://localhost")
    assert api.get("/healthz").status_code == 200
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, code)
    assert answer.headers["retry-after"]


def test_a_server_that_stops_is_not_ready_at_once_saves_and_is_gone(tmp_path: Path) -> None:
    """The process of one run does not answer, so that stopping takes as long as it may."""
    with running_server(data=tmp_path) as server:
        run = make_run(server)
        stuck, worker = make_run_and_find_its_worker(server)
        with Visitor(server.url, run) as visitor:
            visitor.do("step", unit="batch", count=5)
            psutil.Process(worker).suspend()
            server.process.send_signal(signal.SIGTERM)
            answer = httpx2.get(f"{server.url}/readyz")
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "restarting")
            refused = httpx2.post(f"{server.url}/api/runs", json={})
            assert refused.status_code == 503
            assert visitor.closed()[0] == 1012
        assert server.process.wait(30) is not None
    with running_server(data=tmp_path) as server:
        assert httpx2.get(f"{server.url}/api/runs/{run}").json()["step"] == 5
        assert httpx2.get(f"{server.url}/api/runs/{stuck}").status_code == 200


# --- figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/metrics", "/admin/backup", "/admin/nothing"])
@pytest.mark.parametrize("shown", ["", "Bearer wrong", "Bearer", f"Basic {TOKEN}", TOKEN])
def test_only_an_admin_is_told_what_is_for_admins(operated: Server, path: str, shown: str) -> None:
    answer = httpx2.get(f"{operated.url}{path}", headers={"Authorization": shown} if shown else {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_admin")


def test_on_the_machine_itself_the_figures_need_no_token_but_what_a_proxy_passes_on_does(server: Server) -> None:
    assert httpx2.get(f"{server.url}/metrics").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert httpx2.get(f"{server.url}/metrics", headers={header: "203.0.113.9"}).status_code == 401
    assert httpx2.get(f"{server.url}/admin/backup").status_code == 401


def test_the_figures_count_runs_watchers_pictures_saves_replaced_processes_and_refusals(operated: Server) -> None:
    before = figures(operated)
    run, worker = make_run_and_find_its_worker(operated)
    with Visitor(operated.url, run) as visitor:
        visitor.frame()
        os.kill(worker, signal.SIGKILL)
        visitor.do("step", unit="batch", count=5)
        visitor.frame(step=5)
        now = figures(operated)
        assert now["playground_watchers"] == now["playground_sockets"] == 1
        assert now['playground_runs{state="awake"}'] >= 1
    httpx2.get(f"{operated.url}/api/runs/none")
    with Visitor(operated.url, "none") as visitor:
        visitor.closed()
    now = figures(operated)

    def gained(name: str) -> float:
        return now[name] - before.get(name, 0)

    assert gained("playground_frames_sent_total") >= 2
    assert gained("playground_worker_restarts_total") == 1
    assert gained("playground_saves_total") >= 2
    assert gained("playground_save_seconds_count") == gained("playground_saves_total")
    assert gained('playground_refused_requests_total{status="404"}') == 1
    assert gained('playground_closed_sockets_total{code="4404"}') == 1
    assert now["playground_loop_lag_seconds_count"] > 0
    assert now["playground_save_failures_total"] == 0


def test_one_connection_too_many_is_told_and_harms_no_other(operated: Server) -> None:
    run = make_run(operated)
    with Visitor(operated.url, run) as one, Visitor(operated.url, run) as two, Visitor(operated.url, run) as three:
        with Visitor(operated.url, run) as refused:
            code, reason = refused.closed()
        assert code == 4503
        assert "Try again" in reason
        for visitor in (one, two, three):
            assert visitor.do("pause")["type"] == "ack"
    assert figures(operated)['playground_closed_sockets_total{code="4503"}'] >= 1


def test_behind_a_proxy_wrong_codes_count_for_the_one_who_types_them() -> None:
    settings = {"https": "true", "class_code": "KITE2026", "wrong_codes_per_minute": 1}
    with running_server(**settings) as server:

        def answer_to(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            return httpx2.post(f"{server.url}/enter", data={"code": "WRONG"}, headers=headers).status_code

        assert [answer_to("203.0.113.1") for _ in range(31)] == [403] * 30 + [429]
        assert answer_to("203.0.113.2") == 403
        assert answer_to("203.0.113.9, 203.0.113.1") == 429, "what a visitor says of itself is not believed"
        assert answer_to("203.0.113.1, 203.0.113.9") == 403


# --- logs -----------------------------------------------------------------------------------------------------


def test_a_request_is_a_line_that_names_its_route_and_nobody(operated: Server) -> None:
    run = make_run(operated)
    answer = httpx2.get(f"{operated.url}/api/runs/{run}?token=canary-in-a-query", headers={"Cookie": "a=canary-cookie"})
    lines = [json.loads(line) for line in operated.log.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line.get("request") == answer.headers["x-request-id"]]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/runs/{run_id}", 200)
    assert {"time", "level", "from", "message", "seconds"} <= line.keys()
    assert "canary" not in operated.log
    assert run not in operated.log


def test_the_canaries_are_in_no_figure_log_or_answer(operated: Server) -> None:
    secret = "canary-of-a-guest"
    with httpx2.Client(base_url=operated.url, headers={"Cookie": f"__Host-playground={secret}"}) as browser:
        answers = [
            browser.get(f"/?canary={secret}", headers=SHOWN).text,
            browser.post("/api/runs", json={"name": [secret]}).text,
            browser.post("/api/shares", json={"secret": secret}).text,
            browser.post("/enter", data={"code": secret}).text,
            browser.get("/admin/backup", headers={"Authorization": f"Bearer {secret}"}).text,
        ]
    with pytest.raises(InvalidStatus), connection(operated.url, f"none?token={secret}"):
        pass
    everything = "".join([*answers, operated.log, httpx2.get(f"{operated.url}/metrics", headers=SHOWN).text])
    assert not re.search("canary", everything.replace(f"?canary={secret}", ""))


def test_text_logs_say_the_same_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "app"):
        logs.note_request("GET", "/api/runs/{run_id}", 404, 0.01)
    line = logs.AsText().format(caplog.records[0])
    assert line.endswith("answered method=GET route=/api/runs/{run_id} status=404 seconds=0.01")


# --- quotas ---------------------------------------------------------------------------------------------------


def test_a_guest_has_so_many_runs_awake_and_those_that_nobody_watches_make_room() -> None:
    with (
        running_server(https="true", open_door="true", max_runs_per_guest=2) as server,
        httpx2.Client(base_url=server.url, timeout=60) as browser,
    ):
        secret = re.match(r"__Host-playground=([^;]+)", browser.get("/").headers["set-cookie"])
        assert secret
        cookie = {"Cookie": secret[0]}
        runs = [browser.post("/api/runs", json={}, headers=cookie).json()["id"] for _ in range(3)]
        assert len(workers(server)) == 2, "the oldest sleeps"
        with Visitor(server.url, runs[1], cookie=secret[0]), Visitor(server.url, runs[2], cookie=secret[0]) as other:
            refused = browser.post("/api/runs", json={}, headers=cookie)
            assert (refused.status_code, refused.json()["error"]["code"]) == (409, "quota_exceeded")
            assert "Close the page of one" in refused.json()["error"]["message"]
            with Visitor(server.url, runs[0], cookie=secret[0]) as third:
                assert third.closed()[0] == 4503
            assert other.do("play")["type"] == "ack"
            assert browser.post("/api/runs", json={}).status_code == 201, "others are not held back"


# --- backups --------------------------------------------------------------------------------------------------


def environment(folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {"PLAYGROUND_DATA": str(folder)} | more


def runs_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute(KEPT).fetchone()[0])


def test_a_backup_is_taken_while_the_server_runs_and_put_back_where_none_does(tmp_path: Path) -> None:
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "backup.sqlite3"
    with running_server(data=data, allowed_hosts='["play.example", "127.0.0.1"]') as server:
        run = make_run(server)
        here = environment(data, PLAYGROUND_PORT=str(server.port), PLAYGROUND_ALLOWED_HOSTS='["play.example"]')
        done = playground("backup", str(file), env=here)
        assert (done.returncode, done.stderr) == (0, "")
        assert file.stat().st_mode & 0o777 == 0o600
        done = playground("restore", str(file), env=here)
        assert (done.returncode, done.stderr) == (1, "A server uses the data. Stop it first, then restore.\n")
        assert make_run(server)
    assert runs_in(file) == 1
    assert playground("restore", str(file), env=environment(other)).stdout == "The backup is in its place.\n"
    with running_server(data=other) as server:
        assert httpx2.get(f"{server.url}/api/runs/{run}").status_code == 200


def test_a_backup_of_a_server_that_rests_goes_through_a_pipe_and_replaces_what_is_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_server(data=data) as server:
        make_run(server)
    here = environment(data)
    taken = subprocess.run([PLAYGROUND, "backup", "-"], env=here, capture_output=True)
    assert (taken.returncode, taken.stderr) == (0, b"")
    put_back = subprocess.run([PLAYGROUND, "restore", "-"], env=here, input=taken.stdout, capture_output=True)
    assert (put_back.returncode, put_back.stderr) == (0, b"")
    assert b"What was there before is now" in put_back.stdout
    assert runs_in(data / FILE) == runs_in(data / f"before-restore-{FILE}") == 1


def test_nothing_is_put_back_that_is_no_backup(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "file"
    Store(data, MIGRATIONS).close()
    whole = (data / FILE).read_bytes()
    with closing(sqlite3.connect(tmp_path / "newer")) as newer:
        newer.execute("PRAGMA user_version = 999")
    contents = {
        "damaged": whole[: len(whole) // 2],
        "no backup": b"",
        "not a database": b"PK" * 4000,
        "newer version": (tmp_path / "newer").read_bytes(),
    }
    for said, content in contents.items():
        file.write_bytes(content)
        done = playground("restore", str(file), env=environment(data))
        assert done.returncode == 1
        assert said in done.stderr and "The data is as it was." in done.stderr
        assert "Traceback" not in done.stderr
        assert (data / FILE).read_bytes() == whole
    assert sorted(path.name for path in data.iterdir()) == [FILE]


def test_a_backup_of_nothing_is_told(tmp_path: Path) -> None:
    done = playground("backup", str(tmp_path / "x"), env=environment(tmp_path / "data"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "there is no data" in done.stderr
    assert not list(tmp_path.iterdir())


# --- versions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_file_of_every_version_is_brought_to_the_newest_with_all_that_is_in_it(tmp_path: Path, version: int) -> None:
    old = Store(tmp_path, MIGRATIONS[:version])
    row = "INSERT INTO runs (id, owner, experiment, state, made_at, touched_at) VALUES ('r', '', '{}', '{}', 1, 1)"
    old.submit(lambda connection: connection.execute(row) and None).result()
    old.close()
    new = Store(tmp_path, MIGRATIONS)
    new.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert file.execute(KEPT).fetchone() == (1,)


def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    Store(tmp_path, (*MIGRATIONS, "CREATE TABLE future (x)")).close()
    with pytest.raises(StoreError, match="newer version of the playground"):
        Store(tmp_path, MIGRATIONS)


# --- sizing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gigabytes", "runs"), [(0, 32), (1, 32), (3, 61), (8, 163), (64, 300)])
def test_as_many_runs_are_awake_as_the_memory_bears(monkeypatch: pytest.MonkeyPatch, gigabytes: int, runs: int) -> None:
    monkeypatch.setattr("app.settings.memory_bytes", lambda: gigabytes * 2**30)
    assert Settings().most_runs == runs
    assert Settings(max_runs=7).most_runs == 7


def test_the_memory_of_a_container_is_what_it_may_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr("app.machine.GROUP_LIMITS", (limit, tmp_path / "none"))
    whole = memory_bytes()
    for text, expected in (("max", whole), (str(2**20), 2**20), (str(2**62), whole)):
        limit.write_text(text)
        assert memory_bytes() == expected


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("only root can make a disk")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_disk_that_is_full_at_the_end_has_room_for_the_last_saves(small_disk: Path) -> None:
    settings = {"data": small_disk / "data", "ballast_megabytes": 8}
    with running_server(**settings) as server, Visitor(server.url, run := make_run(server)) as visitor:
        visitor.next("frame")
        fill_up(small_disk / "full")
        while visitor.about["is_saving"]:
            visitor.do("step", unit="batch", count=1)
        step = visitor.do("step", unit="batch", count=3)["step"]
    (small_disk / "full").unlink()
    with running_server(**settings) as server:
        assert httpx2.get(f"{server.url}/api/runs/{run}").json()["step"] == step


def fill_up(place: Path) -> None:
    """Leave no room on a disk."""
    with place.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
