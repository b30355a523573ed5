"""A visitor goes back to any moment of a run, and on from there."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.playground import CUT, Opener, Playground
from tests.browser.proxy import proxy_before
from tests.server import Server

EARLIER = "Play goes on from here; a change begins another way."


@pytest.fixture
def old(playground: Playground) -> Playground:
    """A run that has come to epoch 30 or a little further."""
    return playground.play().until_epoch(30).pause()


def last_epoch(playground: Playground) -> int:
    told = re.match(r"epoch \d+ of (\d+)", playground.timeline.get_attribute("aria-valuetext") or "")
    assert told
    return int(told[1])


def go_to(playground: Playground, epoch: int) -> None:
    """Drag the playhead from the start to the middle, then to this epoch of the scale."""
    slider = playground.timeline
    box = slider.bounding_box()
    assert box
    end = float(slider.get_attribute("max") or 0)
    mouse = playground.page.mouse
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + 8, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, y, steps=5)
    mouse.move(box["x"] + 7 + epoch / end * (box["width"] - 14), y, steps=5)
    mouse.up()


def test_dragging_shows_an_earlier_moment_and_the_way_back(old: Playground) -> None:
    last, now = last_epoch(old), old.picture(".heat")
    go_to(old, 10)
    expect(old.page.locator(".earlier")).to_contain_text(re.compile(rf"^Epoch \d+ of {last}\. {EARLIER}"))
    expect(old.page.locator(".heat")).to_be_visible()
    old.page.wait_for_function("now => document.querySelector('.heat').toDataURL() !== now", arg=now, polling=50)
    assert 9 <= old.epoch <= 11
    old.page.get_by_role("button", name="Back to now").click()
    old.until_moment(f"epoch {last} of {last}")
    expect(old.page.locator(".earlier")).to_have_count(0)
    expect(old.timeline).to_be_focused()
    old.page.wait_for_function("now => document.querySelector('.heat').toDataURL() === now", arg=now, polling=50)


def test_keys_go_to_every_moment(old: Playground) -> None:
    last = last_epoch(old)
    old.timeline.focus()
    for key, epoch in [
        ("Home", 0),
        ("ArrowRight", 1),
        ("Shift+ArrowRight", 11),
        ("ArrowLeft", 10),
        (",", 9),
        ("End", last),
    ]:
        old.page.keyboard.press(key)
        old.until_moment(f"epoch {epoch} of {last}")
        expect(old.page.locator(".epoch b")).to_have_text(str(epoch))


def test_play_goes_on_from_an_earlier_moment(old: Playground) -> None:
    last = last_epoch(old)
    old.timeline.press("Home")
    old.until_moment(f"epoch 0 of {last}").play().until_epoch(last + 5).pause()
    expect(old.page.locator(".earlier")).to_have_count(0)


def test_a_change_in_the_past_begins_another_way(old: Playground) -> None:
    old.timeline.press("Home")
    old.page.keyboard.press("Shift+ArrowRight")
    old.until_moment(f"epoch 10 of {last_epoch(old)}").set("Learning rate, typed", "0.1")
    old.until_moment("epoch 10 of 10, learning rate 0.03 → 0.1")
    expect(old.page.locator(".earlier")).to_have_count(0)


def test_the_timeline_tells_where_something_was_changed(old: Playground) -> None:
    last = last_epoch(old)
    old.set("Learning rate, typed", "0.1").until_experiment("Adam 0.1").step("Epoch")
    old.until_moment(f"epoch {last + 1} of {last + 1}")
    old.timeline.press("Home")
    old.until_experiment("Adam 0.03")
    old.page.keyboard.press("PageUp")
    old.until_moment(f"epoch {last} of {last + 1}, learning rate 0.03 → 0.1").until_experiment("Adam 0.1")
    expect(old.page.locator("#timeline-changes")).to_have_text(f"Changed at epoch {last}: learning rate 0.03 → 0.1")


def test_seeking_a_run_that_plays_pauses_it(playground: Playground) -> None:
    playground.play().until_epoch(10).timeline.press("Home")
    playground.until_paused()
    expect(playground.page.locator(".epoch b")).to_have_text("0")


def test_a_finger_scrubs(open_page: Opener) -> None:
    phone = open_page(viewport={"width": 390, "height": 844}, has_touch=True).until_paused()
    phone.play().until_epoch(20).pause()
    box = phone.timeline.bounding_box()
    assert box
    phone.page.touchscreen.tap(box["x"] + 40, box["y"] + 20)
    expect(phone.page.locator(".earlier")).to_contain_text(EARLIER)
    after = phone.timeline.bounding_box()
    assert after and after["y"] == box["y"], "the timeline stays under the finger"


def test_a_fork_goes_on_and_the_first_run_has_an_address(old: Playground) -> None:
    last = last_epoch(old)
    old.timeline.press("Home")
    old.page.keyboard.press("Shift+ArrowRight")
    old.until_moment(f"epoch 10 of {last}")
    old.page.locator(".earlier").get_by_role("button", name="Fork").click()
    expect(old.page.locator(".notices")).to_contain_text("This is a fork.")
    old.until_moment("epoch 10 of 10").step("Epoch").until_moment("epoch 11 of 11")
    with old.page.context.expect_page() as opened:
        old.page.get_by_role("link", name="Open the first run").click()
    first = Playground(opened.value)
    first.until_moment(f"epoch 10 of {last}")


def test_a_fork_shows_what_was_before_it_and_goes_back_there(old: Playground) -> None:
    last = last_epoch(old)
    old.set("Learning rate, typed", "0.1").until_experiment("Adam 0.1").step("Epoch")
    old.until_moment(f"epoch {last + 1} of {last + 1}").start_again("Fork")
    expect(old.page.locator(".notices")).to_contain_text("This is a fork.")
    old.until_moment(f"epoch {last + 1} of {last + 1}")
    expect(old.page.locator("#timeline-changes")).to_have_text(f"Changed at epoch {last}: learning rate 0.03 → 0.1")
    old.page.get_by_role("slider", name="Read the curves").press("Home")
    expect(old.page.get_by_role("slider", name="Read the curves")).to_have_attribute(
        "aria-valuetext", re.compile(r"^epoch 0: train loss 0\.\d+")
    )
    old.timeline.press("Home")
    old.until_moment(f"epoch 0 of {last + 1}").until_experiment("Adam 0.03")


def test_a_reload_keeps_the_moment_the_pins_and_what_can_be_undone(old: Playground) -> None:
    last = last_epoch(old)
    old.set("Learning rate, typed", "0.1").until_experiment("Adam 0.1").step("Epoch")
    old.until_moment(f"epoch {last + 1} of {last + 1}")
    loss = old.number("Train loss")
    old.page.reload()
    old.until_paused().until_moment(f"epoch {last + 1} of {last + 1}")
    assert old.number("Train loss") == loss
    expect(old.page.locator("#timeline-changes")).to_have_text(f"Changed at epoch {last}: learning rate 0.03 → 0.1")
    old.page.locator(".top").get_by_role("button", name="Undo: learning rate 0.03 → 0.1").click()
    old.until_experiment("Adam 0.03")


def test_a_run_that_is_gone_after_a_reload_is_said_so(old: Playground, base_url: str) -> None:
    id = old.page.evaluate("JSON.parse(sessionStorage.run).id")
    old.page.request.delete(f"{base_url}/api/runs/{id}")
    expect(old.page.get_by_text("This run has ended.")).to_be_visible()
    old.page.reload()
    expect(old.page.get_by_text("The run of before is gone")).to_be_visible()
    old.until_paused().until_moment("epoch 0 of 0")


def test_without_a_connection_the_timeline_reads_the_curves(open_page: Opener, server: Server) -> None:
    with proxy_before(server.port) as proxy:
        playground = open_page(address=proxy.url, forgives=CUT).until_paused()
        last = last_epoch(playground.play().until_epoch(20).pause())
        proxy.close()
        expect(playground.status).to_contain_text("Offline")
        playground.timeline.press("Home")
        expect(playground.timeline).to_have_attribute(
            "aria-valuetext", re.compile(r"^epoch 0, no connection: only the curves move, loss 0\.\d+$")
        )
        expect(playground.page.locator(".epoch b")).to_have_text(str(last))
        proxy.open()
        playground.until_moment(f"epoch {last} of {last}")


def test_pauses_and_steps_are_told_and_the_place_on_demand(playground: Playground) -> None:
    told = playground.page.locator(".unseen[role=status]")
    playground.step("Batch")
    expect(told).to_have_text(
        re.compile(r"^Update 1, epoch 0, train loss [\d.]+, test loss [\d.]+, test accuracy \d+%$")
    )
    playground.play().until_epoch(60).pause()
    state = r"train loss [\d.]+, test loss [\d.]+, test accuracy \d+%, (rising|steady|falling)"
    expect(told).to_have_text(re.compile(rf"^Paused at epoch \d+, {state}$"))
    playground.page.keyboard.press("w")
    expect(told).to_have_text(re.compile(rf"^Epoch \d+: {state}$"))


def test_an_address_of_a_run_that_has_ended_says_so(open_page: Opener) -> None:
    playground = open_page("#run=0123456789", forgives="404").until_paused()
    expect(playground.page.get_by_role("alert")).to_contain_text("This run cannot be opened. There is no such run")


def test_the_curves_are_read_point_by_point(old: Playground) -> None:
    last = last_epoch(old)
    old.set("Learning rate, typed", "0.1").until_experiment("Adam 0.1").step("Epoch")
    old.until_moment(f"epoch {last + 1} of {last + 1}")
    reader, chart = old.page.get_by_role("slider", name="Read the curves"), old.picture(".loss")
    reader.press("Home")
    expect(reader).to_have_attribute(
        "aria-valuetext", re.compile(r"^epoch 0: train loss 0\.\d+, test loss 0\.\d+, learning rate 0\.03$")
    )
    old.until_another_picture(".loss", chart)
    reader.press("End")
    expect(reader).to_have_attribute("aria-valuetext", re.compile(rf"^epoch {last + 1}: .*learning rate 0\.1"))


def test_the_curves_are_read_under_the_pointer(old: Playground) -> None:
    chart = old.picture(".loss")
    old.page.locator(".loss-chart").hover(position={"x": 120, "y": 40})
    reader = old.page.get_by_role("slider", name="Read the curves")
    expect(reader).to_have_attribute("aria-valuetext", re.compile(r"^epoch \d+: train loss"))
    old.page.wait_for_function(
        "before => document.querySelector('.loss').toDataURL() !== before", arg=chart, polling=50
    )
    old.page.mouse.move(5, 5)
    expect(reader).to_have_attribute("aria-valuetext", "nothing read yet")


def test_a_moment_is_at_the_same_place_on_the_timeline_and_on_the_curves(old: Playground) -> None:
    """Both end at the same epoch."""
    end = float(old.timeline.get_attribute("max") or 0)
    chart = old.page.locator(".loss-chart")
    box = chart.bounding_box()
    assert box
    left, right = 44, 42  # what the curves leave for their numbers and their names
    reader = old.page.get_by_role("slider", name="Read the curves")
    for epoch in (10, 20):
        chart.hover(position={"x": left + epoch / end * (box["width"] - left - right), "y": 40})
        near = "|".join(map(str, range(epoch - 2, epoch + 3)))
        expect(reader).to_have_attribute("aria-valuetext", re.compile(rf"^epoch ({near}):"))
