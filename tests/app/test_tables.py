"""Tables of one's own: brought, trained on, shared, carried along and deleted; and the runs that train on them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import Experiment, How, Trainer, read_table
from core.data import at_hand
from tests.app import guest, pictures
from tests.app.guest import cookie_of, guest_of, make_run, trained, until, visit
from tests.app.roommate import Browser
from tests.app.tables import CSV, bring, data_of, kept, mine, preview, text_of
from tests.app.test_ending import workers
from tests.app.test_runfile import rewritten, with_start
from tests.app.visitor import Visitor
from tests.core.test_reading import texts
from tests.server import Server, running_server, stop

IRIS = at_hand.IRIS.id
NOT_HERE = "data.table: This table is not on this server, or was not shared with you."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Server]:
    """A server of one's own, whose processes may be killed."""
    with running_server(data=tmp_path / "data") as server:
        yield server


def steps(browser: httpx2.Client, run: str, epochs: int = 1) -> int:
    """Train so far, over the run's socket: how far it then is."""
    with visit(browser, run) as visitor:
        answer = visitor.do("step", unit="epoch", count=epochs)
        assert answer["type"] == "ack", answer
        return int(answer["step"])


def assert_not_here(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_experiment"), answer.text
    assert answer.json()["error"]["message"].startswith(NOT_HERE)
    assert answer.json()["error"]["field"] == "data.table"


# --- bringing one ---------------------------------------------------------------------------------------------------


def test_a_preview_tells_how_a_table_is_read_and_keeps_nothing(ann: httpx2.Client) -> None:
    told = preview(ann, text_of()).json()
    assert (told["rows"], told["separator"], told["decimal"], told["has_header"]) == (60, ",", ".", True)
    assert [column["name"] for column in told["columns"]] == ["a", "b", "larger"]
    assert told["columns"][2]["values"] == ["first", "second"]
    assert told["head"][0] == ["0", "0.0", "second"]
    assert told["suggested"] == {"kind": "table_classes", "target": "larger"}
    assert mine(ann)["tables"] == []


@given(text=texts().map(str.encode) | st.binary(min_size=1, max_size=200), header=st.booleans() | st.none())
@hypothesis_settings(max_examples=60)
def test_any_text_is_told_as_a_table_or_refused_with_a_sentence(
    server: Server, text: bytes, header: bool | None
) -> None:
    how = {} if header is None else {"header": header}
    answer = httpx2.post(f"{server.url}/api/tables/preview", content=text, headers=CSV, params=how, timeout=60)
    assert answer.status_code in (200, 415, 422), answer.text
    assert answer.status_code == 200 or answer.json()["error"]["problems"][0]["message"]


def test_a_table_is_read_as_is_told(ann: httpx2.Client) -> None:
    told = preview(ann, b"1;2,5\n" * 8, separator=";", decimal=".", header=False).json()
    assert (told["separator"], told["decimal"], told["has_header"]) == (";", ".", False)
    assert told["columns"][1]["values"] == ["2,5"]
    by_name = preview(ann, text_of(), categorical=["a"]).json()["columns"][0]
    assert (by_name["is_numeric"], by_name["values"][0]) == (False, "0")
    assert preview(ann, text_of(), separator="x").status_code == 422


def test_a_table_is_kept_and_listed_with_what_it_takes(ann: httpx2.Client) -> None:
    table = kept(ann, name="Which is larger")
    shelf = mine(ann)
    assert [entry["name"] for entry in shelf["tables"]] == ["Which is larger"]
    assert shelf["bytes"] == table["bytes"] == shelf["tables"][0]["bytes"] > 0
    assert (shelf["most_bytes"], shelf["most_tables"]) == (50 * 2**20, 20)
    assert (table["is_mine"], table["is_shared"], table["runs"], table["rows"]) == (True, False, 0, 60)
    assert ann.get(f"/api/tables/{table['id']}").json() == table


def test_the_same_table_is_kept_once_and_takes_the_new_name(ann: httpx2.Client) -> None:
    first, again = kept(ann, name="one"), kept(ann, name="two")
    assert first["id"] == again["id"]
    assert [entry["name"] for entry in mine(ann)["tables"]] == ["two"]


def test_a_table_is_carried_away_as_text_that_is_read_as_the_same(ann: httpx2.Client) -> None:
    table = kept(ann, name="größer?")
    answer = ann.get(f"/api/tables/{table['id']}/file")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="gr__er_.csv"')
    assert read_table(answer.content, How()).table.id == table["id"]


def test_everybody_has_the_irises(ann: httpx2.Client) -> None:
    iris = ann.get(f"/api/tables/{IRIS}").json()
    assert (iris["name"], iris["rows"], iris["is_mine"], iris["is_shared"]) == ("Iris", 150, False, True)
    assert read_table(ann.get(f"/api/tables/{IRIS}/file").content, How()).table.id == IRIS
    assert ann.delete(f"/api/tables/{IRIS}").status_code == 403
    assert trained(ann, data={"kind": "table_classes"})


# --- training on it -------------------------------------------------------------------------------------------------


def test_a_run_trains_on_a_table_as_core_does(ann: httpx2.Client) -> None:
    table = kept(ann, name="Which is larger")
    experiment = {"data": data_of(table)}
    run = trained(ann, epochs=5, **experiment)
    reading = read_table(text_of())
    at_hand.keep(reading.table)
    trainer = Trainer(Experiment.parse(experiment))
    trainer.advance(epochs=5)
    told = ann.get(f"/api/runs/{run}").json()
    assert told["metrics"]["test_loss"] == trainer.metrics()["test_loss"]
    assert ann.get(f"/api/tables/{table['id']}").json()["runs"] == 1


def test_an_experiment_that_the_table_does_not_fit_is_refused_with_the_place(ann: httpx2.Client) -> None:
    data = data_of(kept(ann))
    wrong = {
        "data.columns.1": {"columns": [data["columns"][0], {"name": "c"}]},
        "data.target": {"target": {"name": "larger", "values": ["first", "third"]}},
    }
    for place, parts in wrong.items():
        answer = ann.post("/api/runs", json={"data": {**data, **parts}})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, place), answer.text
    with visit(ann, make_run(ann)) as visitor:
        for place, parts in wrong.items():
            refused = visitor.do("change", experiment={"data": {**data, **parts}})
            assert (refused["error"]["code"], refused["error"]["field"]) == ("invalid_experiment", place)


def test_a_table_with_too_few_whole_rows_is_refused_with_what_is_missing(ann: httpx2.Client) -> None:
    text = b"a,b,class\n" + b"1,,x\n" * 8 + b"1,2,y\n" * 3
    answer = ann.post("/api/runs", json={"data": data_of(kept(ann, text))})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "data.missing"), answer.text


def test_a_run_changes_to_another_table_while_it_trains_and_goes_back_in_time(house: Server) -> None:
    with guest_of(house) as ann:
        one, other = kept(ann, name="one"), kept(ann, text_of(side=3), name="other")
        run = make_run(ann, data=data_of(one))
        with visit(ann, run) as visitor:
            visitor.do("play")
            visitor.frame(status="playing")
            answer = visitor.do("change", experiment={"data": data_of(other)})
            assert (answer["type"], answer["restarted"]) == ("ack", True)
            assert visitor.next("scene", lambda scene: scene.info["experiment"]["data"]["table"] == other["id"])
            assert visitor.do("pause")["type"] == "ack"
            assert visitor.do("bring_back", past=answer["past"])["type"] == "ack"
            assert visitor.next("scene", lambda scene: scene.info["experiment"]["data"]["table"] == one["id"])


def test_a_reset_may_bring_another_table(ann: httpx2.Client) -> None:
    table = kept(ann)
    with visit(ann, make_run(ann)) as visitor:
        assert visitor.do("reset", experiment={"data": data_of(table)})["type"] == "ack"
        scene = visitor.next("scene", lambda scene: scene.info["experiment"]["data"]["kind"] == "table_classes")
        assert scene.info["experiment"]["data"]["table"] == table["id"]


def test_a_killed_process_is_replaced_by_one_that_finds_the_table(house: Server) -> None:
    with guest_of(house) as ann:
        run = make_run(ann, data=data_of(kept(ann)))
        (worker,) = workers(house)
        with visit(ann, run) as visitor:
            visitor.do("step", unit="epoch", count=2)
            os.kill(worker, signal.SIGKILL)
            until(lambda: workers(house) not in (set(), {worker}))
            assert visitor.do("step", unit="epoch", count=2)["type"] == "ack"


def test_runs_and_tables_are_there_again_after_a_restart_and_after_a_kill(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, guest_of(server) as ann:
        table, other = kept(ann, name="kept"), kept(ann, text_of(side=3))
        run = trained(ann, data=data_of(table))
        with visit(ann, run) as visitor:
            assert visitor.do("change", experiment={"data": data_of(other)})["type"] == "ack"
        cookie = cookie_of(ann)
    with running_server(data=tmp_path) as server, again(server, cookie) as ann:
        assert len(mine(ann)["tables"]) == 2
        before = steps(ann, run)
        os.kill(server.process.pid, signal.SIGKILL)
    assert [*(tmp_path / "at-hand").iterdir()], "what a killed server leaves behind"
    with running_server(data=tmp_path) as server, again(server, cookie) as ann:
        assert steps(ann, run) >= before
        stop(server.process)
    assert not (tmp_path / "at-hand").exists()


def again(server: Server, cookie: str) -> httpx2.Client:
    """The same guest's browser."""
    name, _, secret = cookie.partition("=")
    return httpx2.Client(base_url=server.url, cookies={name: secret}, timeout=60)


def test_nothing_is_left_of_a_server_that_keeps_nothing_but_what_it_is_asked_for() -> None:
    with running_server(data=":memory:") as server, guest_of(server) as ann:
        run = trained(ann, data=data_of(kept(ann)))
        assert steps(ann, run) > 0


def test_a_fork_trains_on_the_same_table(ann: httpx2.Client) -> None:
    table = kept(ann)
    run = trained(ann, data=data_of(table))
    fork = ann.post(f"/api/runs/{run}/fork").json()["id"]
    assert steps(ann, fork) > 0
    assert ann.get(f"/api/tables/{table['id']}").json()["runs"] == 2


def test_races_sweeps_and_landscapes_find_the_table(ann: httpx2.Client) -> None:
    data = data_of(kept(ann))
    race = ann.post("/api/races", json={"data": data})
    assert race.status_code == 201, race.text
    sweep = {"experiment": {"data": data}, "over": {"kind": "seeds", "count": 2}, "epochs": 1}
    cells = ann.post("/api/sweeps/cells", json=sweep)
    assert cells.status_code == 200 and cells.content.count(b'\\"type\\":\\"cell\\"') == 2, cells.content[:500]
    landscape = ann.get(f"/api/runs/{trained(ann, data=data)}/landscape")
    assert landscape.status_code == 200 and b'\\"type\\":\\"error\\"' not in landscape.content


def test_a_sweep_that_the_table_does_not_bear_says_so(ann: httpx2.Client) -> None:
    text = b"a,b,class\n" + b"1,,x\n" * 8 + b"1,2,y\n" * 3
    sweep = {"experiment": {"data": data_of(kept(ann, text))}, "over": {"kind": "seeds", "count": 2}, "epochs": 1}
    cells = ann.post("/api/sweeps/cells", json=sweep)
    assert cells.content.count(b"rows without missing cells") == 2


# --- who may --------------------------------------------------------------------------------------------------------


def ways_to_train(browser: httpx2.Client, data: dict[str, Any]) -> Iterator[httpx2.Response]:
    """All that can be asked with an experiment."""
    yield browser.post("/api/runs", json={"data": data})
    yield browser.post("/api/races", json={"data": data})
    sweep = {"experiment": {"data": data}, "over": {"kind": "seeds", "count": 2}, "epochs": 1}
    yield browser.post("/api/sweeps", json=sweep)
    yield browser.post("/api/sweeps/cells", json=sweep)


def test_nobody_trains_on_the_table_of_another_or_learns_that_there_is_one(
    ann: httpx2.Client, ben: httpx2.Client
) -> None:
    data = data_of(kept(ann))
    run = trained(ann, data=data)
    for foreign, missing in zip(ways_to_train(ben, data), ways_to_train(ben, {**data, "table": "0" * 22}), strict=True):
        assert (foreign.status_code, foreign.json()) == (422, missing.json())
        assert "This table is not on this server" in foreign.text
    with visit(ben, make_run(ben)) as visitor:
        for op in ("change", "reset"):
            told = [visitor.do(op, experiment={"data": {**data, "table": id}}) for id in (data["table"], "0" * 22)]
            assert told[0]["error"] == told[1]["error"]
            assert told[0]["error"]["message"].startswith(NOT_HERE)
    file = guest.saved(ann, run)
    without = rewritten(file, lambda _, arrays: arrays.pop(f"table/{data['table']}"))
    answer = guest.bring(ben, without)
    assert answer.status_code == 422 and "data.table: expected one that is in the file" in answer.text


def test_whoever_has_the_id_of_a_shared_table_trains_on_it_until_that_is_taken_back(
    ann: httpx2.Client, ben: httpx2.Client
) -> None:
    table = kept(ann, name="for all")
    place = f"/api/tables/{table['id']}"
    assert ann.patch(place, json={"is_shared": True}).json()["is_shared"]
    shared = ben.get(place).json()
    assert (shared["name"], shared["is_mine"]) == ("for all", False)
    assert ben.get(f"{place}/file").status_code == 200
    assert mine(ben)["tables"] == []
    run = trained(ben, data=data_of(table))
    for change in ({"name": "mine"}, {"is_shared": False}):
        assert ben.patch(place, json=change).status_code == 403
    assert ben.delete(place).status_code == 403

    ann.patch(place, json={"is_shared": False})
    assert steps(ben, run) > 0
    assert ben.get(place).json()["name"] == "", "what one's own run trains on, one may look at"
    assert make_run(ben, data=data_of(table))
    ben.delete("/api/runs")
    assert ben.get(place).status_code == 404
    assert_not_here(ben.post("/api/runs", json={"data": data_of(table)}))


def test_whoever_watches_makes_a_copy_that_trains_on(ann: httpx2.Client, ben: httpx2.Client) -> None:
    table = kept(ann)
    run = trained(ann, data=data_of(table))
    assert_not_here(ben.post("/api/runs", json={"data": data_of(table)}))
    ben.post("/api/shares", json={"secret": ann.post(f"/api/runs/{run}/share").json()["secret"]})
    fork = ben.post(f"/api/runs/{run}/fork").json()["id"]
    assert steps(ben, fork) > 0
    with visit(ben, fork) as visitor:
        smaller = data_of(table, leaving_out=["b"])
        assert visitor.do("change", experiment={"data": smaller})["type"] == "ack"


def test_a_presenter_pushes_a_table_to_all_who_explore(server: Server, ann: httpx2.Client, ben: httpx2.Client) -> None:
    kim, pupil = Browser(server, ann), Browser(server, ben)
    table = kept(ann)
    shown = kim.make_run(data=data_of(table))
    code = kim.open_room(shown, "Kim")
    pupil.join(code, "Ben")
    own = pupil.make_run()
    with kim.watch(shown), pupil.watch(own) as visitor, kim.sit(code) as room, pupil.sit(code) as seat:
        assert seat.do("explore", run=own)["type"] == "ack"
        assert room.do("push")["type"] == "ack"
        scene = visitor.next("scene", lambda scene: scene.info["experiment"]["data"]["kind"] == "table_classes")
        assert scene.info["experiment"]["data"]["table"] == table["id"]
    assert steps(ben, own) > 0
    assert ben.get(f"/api/tables/{table['id']}").json()["runs"] == 1


def test_a_run_carries_its_tables_along_as_a_file(ann: httpx2.Client) -> None:
    one, other = kept(ann), kept(ann, text_of(side=3))
    run = trained(ann, data=data_of(one))
    with visit(ann, run) as visitor:
        visitor.do("change", experiment={"data": data_of(other)})
        visitor.do("step", unit="epoch", count=1)
    with running_server() as elsewhere, guest_of(elsewhere) as ben:
        answer = guest.bring(ben, guest.saved(ann, run))
        assert answer.status_code == 201, answer.text
        brought = answer.json()["id"]
        assert steps(ben, brought) > 0
        assert (mine(ben)["tables"], mine(ben)["bytes"]) == ([], one["bytes"] + other["bytes"])
        told = ben.get(f"/api/tables/{other['id']}").json()
        assert told["columns"] == other["columns"]
        assert make_run(ben, data=data_of(other))


def test_a_table_in_a_file_is_what_its_id_says(ann: httpx2.Client) -> None:
    table = kept(ann)
    file = guest.saved(ann, trained(ann, data=data_of(table)))

    def swapped(_: Any, arrays: dict[str, Any]) -> None:
        arrays[f"table/{'0' * 22}"] = arrays.pop(f"table/{table['id']}")

    answer = guest.bring(ann, rewritten(file, swapped))
    assert answer.status_code == 422 and "expected the table of this id" in answer.text
    named = with_start(file, lambda document, _: document["experiment"]["data"].update(table="0" * 22))
    assert guest.bring(ann, named).status_code == 422


# --- its end --------------------------------------------------------------------------------------------------------


def test_runs_go_on_and_wake_again_when_their_table_is_deleted(tmp_path: Path) -> None:
    with running_server(data=tmp_path, sleep_after_seconds=0.2) as server, guest_of(server) as ann:
        table = kept(ann)
        runs = [trained(ann, data=data_of(table)) for _ in range(2)]
        with visit(ann, runs[0]) as visitor:
            visitor.do("play")
            assert ann.delete(f"/api/tables/{table['id']}").status_code == 204
            assert mine(ann)["tables"] == []
            visitor.frame(status="playing")
            assert visitor.do("reset")["type"] == "ack"
            visitor.do("pause")
        until(lambda: not workers(server))
        assert all(steps(ann, run) > 0 for run in runs)
        usage = mine(ann)
        assert usage["bytes"] == usage["held_bytes"] == table["bytes"], "they keep it"
        cookie = cookie_of(ann)
    with running_server(data=tmp_path) as server, again(server, cookie) as ann:
        assert all(steps(ann, run) > 0 for run in runs)
        for run in runs:
            ann.delete(f"/api/runs/{run}")
        assert mine(ann)["bytes"] == 0


def test_what_nobody_refers_to_is_gone_from_the_disk(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, guest_of(server) as ann, guest_of(server) as ben:
        text = text_of().replace(b"first", b"telltale")
        table = kept(ann, text, name="unforgettable")
        run = trained(ann, data=data_of(table))
        own = kept(ben)
        ben_run = trained(ben, data=data_of(own))
        assert ann.delete("/api/runs").status_code == 200
        nothing = {"tables": [], "kept": 0, "bytes": 0, "held_bytes": 0}
        assert mine(ann) == {**nothing, "most_bytes": 50 * 2**20, "most_tables": 20}
        assert ann.get(f"/api/tables/{table['id']}").status_code == 404
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert [word for word in (b"telltale", b"unforgettable", run.encode()) if word in stored] == []
        assert steps(ben, ben_run) > 0


def test_delete_everything_and_the_quota_leave_the_tables_of_others(ann: httpx2.Client, ben: httpx2.Client) -> None:
    """The same table is kept once, but is as many guests' own as have brought it."""
    table = kept(ann)
    assert kept(ben)["id"] == table["id"]
    ann.delete(f"/api/tables/{table['id']}")
    assert make_run(ben, data=data_of(table))
    assert_not_here(ann.post("/api/runs", json={"data": data_of(table)}))


def test_tables_and_images_are_kept_where_everything_else_goes(ann: httpx2.Client) -> None:
    table, images = kept(ann), pictures.kept(ann)
    trained(ann, data=data_of(table))
    kept_both = {"keep_tables": True, "keep_images": True}
    assert ann.delete("/api/runs", params=kept_both).json() == {"runs": 1, "tables": 0, "images": 0}
    assert (mine(ann)["kept"], mine(ann)["held_bytes"]) == (2, 0)
    assert ann.delete("/api/runs", params={"keep_tables": True}).json() == {"runs": 0, "tables": 0, "images": 1}
    assert ann.get(f"/api/images/{images['id']}").status_code == 404
    assert [each["id"] for each in mine(ann)["tables"]] == [table["id"]]
    assert ann.delete("/api/runs").json() == {"runs": 0, "tables": 1, "images": 0}


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_only_text_is_taken_and_nothing_that_is_compressed(ann: httpx2.Client) -> None:
    for headers in ({"content-type": "application/json"}, {**CSV, "content-encoding": "gzip"}):
        assert ann.post("/api/tables", content=text_of(), headers=headers).status_code == 415
    for type in ("text/plain", "text/tab-separated-values; charset=utf-8", "application/octet-stream"):
        assert ann.post("/api/tables/preview", content=text_of(), headers={"content-type": type}).status_code == 200


def test_so_many_tables_are_kept_and_no_more() -> None:
    with running_server(max_tables_per_guest=2) as server, guest_of(server) as ann:
        for side in (1, 3):
            kept(ann, text_of(side=side))
        refused = bring(ann, text_of(side=5))
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "quota_exceeded")
        assert "Kept tables and sets of images: 2," in refused.json()["error"]["message"]
        assert bring(ann, text_of(side=3), name="the same").status_code == 201
        ann.delete(f"/api/tables/{mine(ann)['tables'][0]['id']}")
        assert bring(ann, text_of(side=5)).status_code == 201


def large(seed: int, rows: int = 6000) -> bytes:
    """A table of which no two cells are alike: 12 columns of 8 bytes each."""
    lines = [",".join(f"0.{seed}{row:05}{column:02}7" for column in range(12)) for row in range(rows)]
    return "\n".join([",".join("abcdefghijkl"), *lines]).encode()


def test_so_much_is_kept_and_no_more_with_what_runs_alone_still_train_on() -> None:
    with running_server(max_table_megabytes_per_guest=1) as server, guest_of(server) as ann:
        table = kept(ann, large(1))
        assert table["bytes"] > 2**19
        run = make_run(ann, data={**data_of(table), "kind": "table_values"})
        for _ in range(2):
            refused = bring(ann, large(2))
            assert (refused.status_code, refused.json()["error"]["code"]) == (409, "quota_exceeded")
            assert "of 1 MB" in refused.json()["error"]["message"]
            ann.delete(f"/api/tables/{table['id']}")
        brought = guest.bring(ann, guest.saved(ann, run))
        assert brought.status_code == 201, "it is kept already"
        for each in (run, brought.json()["id"]):
            ann.delete(f"/api/runs/{each}")
        assert kept(ann, large(2))


def test_a_table_too_large_for_the_file_of_a_run_is_said_to_be(ann: httpx2.Client) -> None:
    one, other = (kept(ann, fine(seed)) for seed in (1, 2))
    assert one["bytes"] > 4 * 2**20
    run = make_run(ann, data={**data_of(one), "kind": "table_values"})
    assert guest.saved(ann, run)
    with visit(ann, run) as visitor:
        assert visitor.do("change", experiment={"data": {**data_of(other), "kind": "table_values"}})["type"] == "ack"
        answer = ann.get(f"/api/runs/{run}/file")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_large")
    assert "with its tables" in answer.json()["error"]["message"]


def fine(seed: int) -> bytes:
    """A table whose numbers are short to write and long to keep: 64 columns of thousandths."""
    names = ",".join(f"c{column}" for column in range(64))
    return "\n".join([names, *(",".join([f".{seed}{row % 90 + 10}"] * 64) for row in range(10_000))]).encode()


def test_the_frames_of_others_come_in_order_and_go_on_while_a_large_table_is_read(
    server: Server, ann: httpx2.Client, ben: httpx2.Client
) -> None:
    text = large(3, rows=40_000)[: 5 * 2**20].rpartition(b"\n")[0]
    with Visitor(server.url, make_run(ben), cookie=cookie_of(ben)) as watcher:
        watcher.do("play")
        first = watcher.frame(status="playing").info["seq"]
        assert preview(ann, text).status_code == 200
        assert watcher.do("pause")["type"] == "ack"
        seqs = [picture.info["seq"] for picture in watcher.pictures if picture.info["type"] == "frame"]
    assert seqs == sorted(set(seqs))
    assert len(seqs) > first + 2
