"""Images of one's own: read from a ZIP that anybody may have made, trained on, shared, carried along and deleted."""

import io
import os
import signal
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from core import Experiment, Trainer
from core.data import at_hand
from core.data.pictures import THREES_AND_EIGHTS, Pictures
from tests.app import guest, tables
from tests.app.guest import cookie_of, guest_of, make_run, trained, until, visit
from tests.app.pictures import ZIP, bring, data_of, kept, mine, png, preview, stroke, strokes, zipped
from tests.app.test_ending import workers
from tests.app.test_runfile import rewritten
from tests.app.test_tables import again, steps
from tests.server import Server, running_server

NOT_HERE = "data.images: These images are not on this server, or were not shared with you."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Server]:
    """A server of one's own, whose processes may be killed."""
    with running_server(data=tmp_path / "data") as server:
        yield server


def told(browser: httpx2.Client, files: dict[str, bytes], **query: Any) -> dict[str, Any]:
    answer = preview(browser, zipped(files), **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def left_out(found: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["message"] for each in found["left_out"]}


def assert_refused(answer: httpx2.Response, status: int, code: str, said: str) -> None:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], said in error["message"]) == (status, code, True), answer.text


# --- what is read ---------------------------------------------------------------------------------------------------


def test_a_preview_shows_each_class_and_keeps_nothing(ann: httpx2.Client) -> None:
    found = told(ann, strokes(), side=12)
    assert [(each["name"], each["count"]) for each in found["classes"]] == [("lying", 20), ("upright", 20)]
    assert (found["side"], found["is_inverted"], found["left_out_count"], found["ignored"]) == (12, True, 0, 0)
    lying, upright = (np.array(each["samples"]) for each in found["classes"])
    assert lying.shape == (6, 12, 12)
    np.testing.assert_allclose(lying[0], upright[0].T, atol=1)
    assert lying[0].max() > 200 and lying[0][:, 0].max() < 40, "ink is bright, and the ground dark"
    assert mine(ann)["images"] == []


def test_dark_becomes_bright_only_where_that_is_asked_for_or_the_ground_is_bright(ann: httpx2.Client) -> None:
    dark = {name: png(255 - np.asarray(Image.open(io.BytesIO(file)))) for name, file in strokes().items()}
    assert not told(ann, dark)["is_inverted"]
    assert told(ann, dark)["classes"] == told(ann, strokes())["classes"]
    assert told(ann, strokes(), invert="no")["classes"] == told(ann, dark, invert="yes")["classes"]
    assert preview(ann, zipped(strokes()), invert="maybe").status_code == 422
    assert preview(ann, zipped(strokes()), side=33).status_code == 422


def test_folders_around_the_classes_are_passed_over_and_so_is_what_systems_leave_behind(ann: httpx2.Client) -> None:
    plain = told(ann, strokes())["classes"]
    assert told(ann, strokes(top="My drawings/v2/"))["classes"] == plain
    halves = [f"{'train' if number % 2 else 'test'}/{name}" for number, name in enumerate(strokes())]
    parted = dict(zip(halves, strokes().values(), strict=True))
    assert {each["name"]: each["count"] for each in told(ann, parted)["classes"]} == {"lying": 20, "upright": 20}
    litter = {"__MACOSX/lying/._0.png": b"x", "lying/.DS_Store": b"x", "upright/Thumbs.db": b"x"}
    found = told(ann, strokes(top="a/") | {f"a/{name}": file for name, file in litter.items()})
    assert (found["classes"], found["ignored"], found["left_out"]) == (plain, 3, [])


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_the_usual_formats_are_read(ann: httpx2.Client, format: str) -> None:
    options = {"quality": 95} if format in ("JPEG", "WEBP") else {}
    files = {
        f"{kind}/{number}.{format.lower()}": png(stroke(number, kind == "upright"), format, **options)
        for kind in ("lying", "upright")
        for number in range(4)
    }
    found = told(ann, files, side=24)
    sample = np.array(found["classes"][0]["samples"][0])
    assert found["left_out"] == []
    np.testing.assert_allclose(sample, 255 - stroke(0, False), atol=40)


def test_images_are_made_square_and_small_without_stretching(ann: httpx2.Client) -> None:
    wide = np.full((20, 40), 255, np.uint8)
    wide[5:15, 15:25] = 0
    found = told(ann, {"wide/1.png": png(wide), "tall/1.png": png(wide.T)} | strokes(2), side=8)
    wide_one, tall_one = (
        np.array(next(each for each in found["classes"] if each["name"] == name)["samples"][0])
        for name in ("wide", "tall")
    )
    np.testing.assert_array_equal(wide_one, tall_one.T)
    ink = wide_one > 127
    assert ink.sum(axis=0).max() == ink.sum(axis=1).max() == 2, "a square stays one"
    assert wide_one[0].max() == 0, "the border is of the image's own ground"


def test_images_are_turned_as_the_camera_was_held(ann: httpx2.Client) -> None:
    pixels = np.full((24, 24), 255, np.uint8)
    pixels[:8, :8] = 0
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    found = told(ann, {"turned/1.png": png(pixels, exif=exif)} | strokes(2), side=24)
    turned = next(each for each in found["classes"] if each["name"] == "turned")
    np.testing.assert_array_equal(np.array(turned["samples"][0]), 255 - np.rot90(pixels, -1))


@pytest.mark.parametrize("ink", [0, 255])
def test_what_is_transparent_is_the_ground(ann: httpx2.Client, ink: int) -> None:
    def clear(number: int, is_upright: bool) -> bytes:
        cover = 255 - stroke(number, is_upright)
        return png(Image.merge("LA", (Image.new("L", cover.shape, ink), Image.fromarray(cover))))

    files = {f"{kind}/{n}.png": clear(n, kind == "upright") for kind in ("lying", "upright") for n in range(3)}
    found = told(ann, files, side=24)
    assert found["is_inverted"] is (ink == 0)
    np.testing.assert_array_equal(found["classes"][0]["samples"][0], 255 - stroke(0, False))


def test_images_of_sixteen_bits_and_of_palettes_are_grey_alike(ann: httpx2.Client) -> None:
    deep = Image.fromarray(stroke(0, False).astype(np.uint16) * 257)
    palette = Image.fromarray(stroke(0, False)).convert("P")
    found = told(ann, {"deep/1.png": png(deep), "palette/1.png": png(palette)} | strokes(2), side=24)
    deep_one, lying, palette_one, _ = (each["samples"][0] for each in found["classes"])
    assert deep_one == lying == palette_one


def test_classes_stand_in_the_order_of_their_numbers_under_names_that_can_be_read(ann: httpx2.Client) -> None:
    names = ["10", "9", "größe", "two  words", "日本"]
    found = told(ann, {f"{name}/{n}.png": png(stroke(n, False)) for name in names for n in range(2)})
    assert [each["name"] for each in found["classes"]] == ["9", "10", "größe", "two words", "日本"]


# --- what is left out -----------------------------------------------------------------------------------------------


def huge(across: int) -> bytes:
    """A PNG that says that it is so large, and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", across, across, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


GOOD = png(stroke(0, False))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("lying/notes.txt", b"hello", "no image that is read here"),
        ("lying/page.svg", b"<svg/>", "no image that is read here"),
        ("lying/text.png", b"hello", "damaged, or no image"),
        ("lying/empty.png", b"", "damaged"),
        ("lying/half.png", GOOD[: len(GOOD) // 2], "damaged, or no image"),
        ("lying/flipped.png", GOOD[:50] + b"\xff" + GOOD[51:], "damaged, or no image"),
        ("lying/photo.jpg", png(stroke(0, False), "JPEG")[:-100], "damaged, or no image"),
        ("lying/huge.png", huge(5000), "5000 × 5000 pixels, more than 4096"),
        ("lying/endless.png", huge(2**31 - 1), "more than 4096"),
        ("lying/more.zip", zipped(strokes(1)), "an archive itself"),
        ("alone.png", GOOD, "in no folder"),
        ("../lying/up.png", GOOD, "leads out of the archive"),
        ("/lying/root.png", GOOD, "leads out of the archive"),
        ("C:/lying/drive.png", GOOD, "leads out of the archive"),
        ("..\\lying\\back.png", GOOD, "leads out of the archive"),
        ("\t/tab.png", GOOD, "no name that can be read"),
    ],
)
def test_a_file_that_is_no_such_image_is_left_out_by_its_name(
    ann: httpx2.Client, name: str, content: bytes, said: str
) -> None:
    found = told(ann, strokes() | {name: content})
    ((where, why),) = left_out(found).items()
    assert said in why, why
    assert where == name.replace("\\", "/")
    assert [each["count"] for each in found["classes"]] == [20, 20]


def flagged(name: str, *, flag: int = 0, packing: int | None = None) -> bytes:
    """An archive in which one file is said to be encrypted, or packed otherwise."""
    archive = bytearray(zipped(strokes(), zipfile.ZIP_STORED))
    for start, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = archive.find(start)
        while place >= 0:
            length_at, name_at = (26, 30) if start.endswith(b"\x04") else (28, 46)
            (length,) = struct.unpack_from("<H", archive, place + length_at)
            if archive[place + name_at : place + name_at + length] == name.encode():
                archive[place + flags_at] |= flag
                if packing is not None:
                    struct.pack_into("<H", archive, place + flags_at + 2, packing)
            place = archive.find(start, place + 4)
    return bytes(archive)


def test_what_is_encrypted_or_strangely_packed_or_damaged_is_left_out(ann: httpx2.Client) -> None:
    name = "lying/0.png"
    file, stored = strokes()[name], zipped(strokes(), zipfile.ZIP_STORED)
    archives = {
        "It is encrypted.": flagged(name, flag=1),
        "It is packed in a way that is not read here.": flagged(name, packing=99),
        "It is damaged in the archive.": stored.replace(file, bytes(len(file)), 1),
    }
    for why, archive in archives.items():
        answer = preview(ann, archive)
        assert answer.status_code == 200, answer.text
        assert left_out(answer.json()) == {name: why}


def test_a_file_that_unpacks_to_more_than_it_says_is_read_no_further(ann: httpx2.Client) -> None:
    archive = bytearray(zipped({"lying/bomb.png": b"\0" * 2**26} | strokes()))
    for start, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", archive, archive.find(start) + size_at, 1000)
    assert left_out(preview(ann, bytes(archive)).json()) == {"lying/bomb.png": "It is damaged in the archive."}


# --- what is refused ------------------------------------------------------------------------------------------------


def test_bombs_are_refused_before_they_are_unpacked(ann: httpx2.Client) -> None:
    ratio = zipped(strokes() | {"lying/bomb.bmp": b"\0" * 2**26})
    assert_refused(preview(ann, ratio), 422, "bomb", '"lying/bomb.bmp" unpacks to more than 200 times its size')
    noise = np.random.default_rng(1).integers(0, 256, 2**18, np.uint8).tobytes()
    heavy = zipped({f"{n % 2}/{n}.png": noise * 4 + b"\0" * 2**23 for n in range(12)})
    assert len(heavy) < 20 * 2**20
    assert_refused(preview(ann, heavy), 422, "bomb", "unpack to 108 MB, more than 100 MB")


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({}, "too_few_classes", "a folder of images for each of 2 to 10 classes, got 0."),
        ({"a/x.txt": b"x"}, "no_images", "a/x.txt: It is no image that is read here"),
        ({f"a/{n}.png": GOOD for n in range(9)}, "too_few_classes", "got 1."),
        ({f"data/a/{n}.png": GOOD for n in range(9)}, "too_few_classes", "got 1."),
        ({f"{n}/a.png": GOOD for n in range(11)}, "too_many_classes", "11 folders of images, more than 10"),
        ({"a/1.png": GOOD, "b/1.png": GOOD, "b/2.png": GOOD}, "too_few", "at least 4 images, got 3"),
        ({f"{n % 2}/{n}.png": b"" for n in range(5001)}, "too_many", "5001 images, more than 5000"),
        ({f"{n}.txt": b"" for n in range(20_001)}, "too_many", "20001 files in the archive, more than 20000"),
    ],
    ids=[
        "nothing",
        "no image",
        "1 class",
        "1 class in a folder",
        "11 classes",
        "3 images",
        "5001 images",
        "20001 files",
    ],
)
def test_what_nothing_can_be_learned_from_is_refused(
    ann: httpx2.Client, files: dict[str, bytes], code: str, said: str
) -> None:
    for send in (preview, bring):
        assert_refused(send(ann, zipped(files)), 422, code, said)


def test_only_a_zip_is_taken_and_only_so_much(ann: httpx2.Client) -> None:
    for rubbish in (b"", b"rubbish", zipped(strokes())[:-30]):
        assert_refused(preview(ann, rubbish), 415, "not_zip", "This is no ZIP archive, or it is damaged")
    headers = {"content-type": "image/png"}
    assert ann.post("/api/images", content=zipped(strokes()), headers=headers).status_code == 415
    assert (
        ann.post("/api/images", content=zipped(strokes()), headers={**ZIP, "content-encoding": "gzip"}).status_code
        == 415
    )
    with running_server(max_image_upload_megabytes=1) as server, guest_of(server) as ben:
        assert_refused(preview(ben, b"x" * (2**20 + 1)), 413, "too_large", "at most 1 MB")
        assert preview(ben, zipped(strokes())).status_code == 200


# --- keeping them ---------------------------------------------------------------------------------------------------


def test_images_are_kept_listed_named_shared_and_deleted(ann: httpx2.Client, ben: httpx2.Client) -> None:
    images = kept(ann, name="Strokes", side=12)
    shelf = mine(ann)
    assert shelf["images"] == [images] == [ann.get(f"/api/images/{images['id']}").json()]
    assert (images["name"], images["side"], images["labels"], images["counts"]) == (
        "Strokes",
        12,
        ["lying", "upright"],
        [20, 20],
    )
    assert (shelf["kept"], shelf["most_tables"], shelf["bytes"]) == (1, 20, images["bytes"])
    assert kept(ann, name="again", side=12)["id"] == images["id"] != kept(ann, side=13)["id"]
    place = f"/api/images/{images['id']}"
    assert ben.get(place).status_code == ben.patch(place, json={"name": "mine"}).status_code == 404
    assert ann.patch(place, json={"name": "ours", "is_shared": True}).json()["name"] == "ours"
    assert (ben.get(place).json()["is_mine"], mine(ben)["images"]) == (False, [])
    assert ben.delete(place).status_code == ben.patch(place, json={"is_shared": False}).status_code == 403
    assert ann.delete(place).status_code == 204
    assert ann.get(place).status_code == 404


def test_tables_and_images_are_not_taken_for_each_other(ann: httpx2.Client) -> None:
    images, table = kept(ann), tables.kept(ann)
    assert ann.get(f"/api/tables/{images['id']}").status_code == 404
    assert ann.get(f"/api/images/{table['id']}").status_code == 404
    assert [entry["id"] for entry in mine(ann)["images"]] == [images["id"]]
    assert [entry["id"] for entry in tables.mine(ann)["tables"]] == [table["id"]]
    assert mine(ann)["bytes"] == tables.mine(ann)["bytes"] == images["bytes"] + table["bytes"]
    for wrong in (table["id"], at_hand.IRIS.id):
        answer = ann.post("/api/runs", json={"data": {**data_of(images), "images": wrong}})
        assert answer.status_code == 422 and answer.json()["error"]["message"].startswith(NOT_HERE)
    for wrong in (images["id"], THREES_AND_EIGHTS.id):
        answer = ann.post("/api/runs", json={"data": {**tables.data_of(table), "table": wrong}})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "data.table")


def test_tables_and_images_have_one_quota() -> None:
    with running_server(max_tables_per_guest=2) as server, guest_of(server) as ann:
        kept(ann), tables.kept(ann)
        assert_refused(bring(ann, zipped(strokes(5))), 409, "quota_exceeded", "Kept tables and sets of images: 2,")
        assert tables.bring(ann, tables.text_of(side=3)).status_code == 409
        assert bring(ann, zipped(strokes()), name="the same").status_code == 201
    with running_server(max_table_megabytes_per_guest=1) as server, guest_of(server) as ann:
        large = zipped({f"{n % 2}/{n}.png": png(stroke(n, n % 3 == 0, 32)) for n in range(900)})
        kept(ann, large, side=32)
        assert_refused(bring(ann, large, side=31), 409, "quota_exceeded", "of 1 MB")


def test_everybody_has_the_threes_and_eights(ann: httpx2.Client) -> None:
    own = ann.get(f"/api/images/{THREES_AND_EIGHTS.id}").json()
    assert (own["labels"], own["side"], own["is_mine"], own["is_shared"]) == (["three", "eight"], 8, False, True)
    assert ann.delete(f"/api/images/{THREES_AND_EIGHTS.id}").status_code == 403
    assert trained(ann, data={"kind": "own_images"})


# --- training on them -----------------------------------------------------------------------------------------------


def test_a_run_trains_on_images_as_core_does(ann: httpx2.Client) -> None:
    images = kept(ann, zipped(strokes()), side=24, name="Strokes")
    pixels = [255 - stroke(number, is_upright) for is_upright in (False, True) for number in range(20)]
    pictures = Pictures(np.stack(pixels), np.repeat(np.arange(2, dtype=np.uint8), 20), ("lying", "upright"))
    assert pictures.id == images["id"]
    at_hand.keep(pictures)
    experiment = {"data": data_of(images), "network": {"layers": [{"kind": "conv2d"}, {"kind": "flatten"}]}}
    run = trained(ann, epochs=5, **experiment)
    trainer = Trainer(Experiment.parse(experiment))
    trainer.advance(epochs=5)
    assert ann.get(f"/api/runs/{run}").json()["metrics"]["test_loss"] == trainer.metrics()["test_loss"]
    assert ann.get(f"/api/images/{images['id']}").json()["runs"] == 1


def test_an_experiment_that_the_images_do_not_fit_is_refused_with_the_place(ann: httpx2.Client) -> None:
    data = data_of(kept(ann))
    wrong = {"data.side": {"side": 15}, "data.labels": {"labels": ["upright", "lying"]}}
    for place, parts in wrong.items():
        answer = ann.post("/api/runs", json={"data": {**data, **parts}})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, place), answer.text
    with visit(ann, make_run(ann)) as visitor:
        for place, parts in wrong.items():
            refused = visitor.do("change", experiment={"data": {**data, **parts}})
            assert (refused["error"]["code"], refused["error"]["field"]) == ("invalid_experiment", place)


def test_nobody_trains_on_the_images_of_another_or_learns_that_there_are_any(
    ann: httpx2.Client, ben: httpx2.Client
) -> None:
    images = kept(ann)
    data = data_of(images)
    for place in ("runs", "races"):
        foreign = ben.post(f"/api/{place}", json={"data": data})
        missing = ben.post(f"/api/{place}", json={"data": {**data, "images": "0" * 22}})
        assert (foreign.status_code, foreign.json()) == (422, missing.json())
        assert "These images are not on this server" in foreign.text
    with visit(ben, make_run(ben)) as visitor:
        answer = visitor.do("change", experiment={"data": {**data, "table": at_hand.IRIS.id}})
        assert answer["type"] != "ack"
        assert visitor.do("change", experiment={"data": data})["error"]["message"].startswith(NOT_HERE)
    file = guest.saved(ann, trained(ann, data=data))
    without = rewritten(file, lambda _, arrays: arrays.pop(f"table/{images['id']}"))
    answer = guest.bring(ben, without)
    assert answer.status_code == 422 and "data.images: expected one that is in the file" in answer.text
    ann.patch(f"/api/images/{images['id']}", json={"is_shared": True})
    assert trained(ben, data=data)


def test_a_run_carries_its_images_along_as_a_file(ann: httpx2.Client) -> None:
    images = kept(ann)
    run = trained(ann, data=data_of(images))
    with running_server() as elsewhere, guest_of(elsewhere) as ben:
        answer = guest.bring(ben, guest.saved(ann, run))
        assert answer.status_code == 201, answer.text
        assert steps(ben, answer.json()["id"]) > 0
        assert (mine(ben)["images"], mine(ben)["bytes"]) == ([], images["bytes"])
        there = ben.get(f"/api/images/{images['id']}").json()
        assert (there["labels"], there["counts"]) == (images["labels"], images["counts"])
        assert make_run(ben, data=data_of(images))


def test_runs_on_images_outlive_them_their_process_and_the_server(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, guest_of(server) as ann:
        images = kept(ann)
        run = make_run(ann, data=data_of(images))
        (worker,) = workers(server)
        with visit(ann, run) as visitor:
            visitor.do("step", unit="epoch", count=2)
            os.kill(worker, signal.SIGKILL)
            until(lambda: workers(server) not in (set(), {worker}))
            assert visitor.do("step", unit="epoch", count=2)["type"] == "ack"
        assert ann.delete(f"/api/images/{images['id']}").status_code == 204
        before, cookie = steps(ann, run), cookie_of(ann)
    with running_server(data=tmp_path) as server, again(server, cookie) as ann:
        assert steps(ann, run) > before
        assert mine(ann)["bytes"] == images["bytes"]
        ann.delete(f"/api/runs/{run}")
        assert mine(ann)["bytes"] == 0
