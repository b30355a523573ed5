"""A presenter shares: a link, a link by which others watch, a room with pupils in it, each in their own browser."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.server import running_server

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SIZES = [(390, 844), (1280, 800), (1920, 1080)]
SERIOUS = ("serious", "critical")
LEAVING = r"404|401|409"  # what the browser itself says of an answer that is a refusal

Join = Callable[..., Playground]


def share(page: Page) -> None:
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog", name="Share")).to_be_visible(timeout=PATIENCE_MS)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def bar(playground: Playground) -> Locator:
    """What a page in a room says of it."""
    return playground.page.get_by_role("group", name=re.compile(r"^Room "))


@pytest.fixture
def presenter(open_page: Opener) -> Playground:
    """Ms Kim's page, in a room she has opened."""
    playground = open_page(forgives=LEAVING).until_paused()
    share(playground.page)
    playground.page.get_by_label("Your name (if you like)").fill("Ms Kim")
    press(playground.page, "Open a room")
    expect(playground.page.locator(".code-large")).to_be_visible(timeout=PATIENCE_MS)
    return playground


def code_of(presenter: Playground) -> str:
    found = re.search(r"/w/([A-Z2-9]{6})", presenter.page.url)
    assert found
    return found[1]


@pytest.fixture
def join(open_page: Opener, presenter: Playground) -> Join:
    """A pupil types the code, and is in the room."""
    code = code_of(presenter)
    presenter.page.keyboard.press("Escape")

    def come(name: str, **options: object) -> Playground:
        pupil = open_page("join", forgives=LEAVING, **options)
        pupil.page.get_by_label("Room code").fill(code.lower())
        pupil.page.get_by_label("Your name (if you like)").fill(name)
        pupil.page.get_by_role("button", name="Join").click()
        expect(pupil.page.get_by_text("You are following Ms Kim.")).to_be_visible(timeout=PATIENCE_MS)
        expect(pupil.status).to_contain_text("Live", timeout=PATIENCE_MS)
        return pupil

    return come


def test_the_code_is_shown_large_with_a_qr_code_and_stays_in_the_address(presenter: Playground) -> None:
    page, code = presenter.page, code_of(presenter)
    expect(page.locator(".code-large")).to_have_text(code)
    picture = page.get_by_role("img", name="QR code of the way into the room")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    expect(page.get_by_label("Link into the room")).to_have_value(re.compile(rf"/join\?code={code}$"))
    page.reload()
    expect(page.get_by_role("button", name=code)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Start training")).to_be_visible(timeout=PATIENCE_MS)


def test_pupils_follow_in_step_and_have_nothing_to_steer_with(presenter: Playground, join: Join) -> None:
    ann, ben = join("Ann"), join("Ben", **PHONE)
    expect(presenter.page.get_by_text("2 people are here besides you.")).to_be_visible(timeout=PATIENCE_MS)
    presenter.step("Epoch").step("Epoch")
    for pupil in (ann, ben):
        pupil.until_epoch(2)
        for name in ("Start training", "Epoch", "Undo"):
            expect(pupil.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    bottom = ben.page.locator(".transport").bounding_box()
    assert bottom and bottom["height"] < 80, "one line on a phone"
    expect(ann.page.get_by_role("slider", name="Learning rate")).to_be_disabled()
    expect(ann.page.get_by_role("button", name="Add a layer")).to_have_count(0)
    expect(ann.page.get_by_label("Activation of hidden layer 1")).to_have_count(0)
    ann.page.keyboard.press("Space")
    expect(ann.page.locator("p[role=status]")).to_have_text("You are watching: nothing can be changed here.")
    presenter.until_picture(".heat", ann.picture(".heat"))


def test_a_late_pupil_sees_the_present_at_once(presenter: Playground, join: Join) -> None:
    presenter.step("Epoch").until_epoch(1)
    late = join("Late")
    late.until_epoch(1)
    expect(late.status).to_have_text("Live with one other", timeout=PATIENCE_MS)


def test_a_pupil_explores_alone_and_comes_back(presenter: Playground, join: Join) -> None:
    presenter.step("Epoch").until_epoch(1)
    ann = join("Ann")
    ann.until_epoch(1)
    press(ann.page, "Explore on my own")
    expect(ann.page.get_by_text("You are on your own")).to_be_visible(timeout=PATIENCE_MS)
    ann.step("Epoch").until_epoch(2)
    assert presenter.epoch == 1
    press(ann.page, "Back to the class")
    expect(ann.page.get_by_text("You are following Ms Kim.")).to_be_visible(timeout=PATIENCE_MS)
    expect(ann.page.get_by_role("button", name="Start training")).to_have_count(0, timeout=PATIENCE_MS)
    expect(ann.page.locator(".epoch b")).to_have_text("1", timeout=PATIENCE_MS)


def test_freezing_stops_those_who_explore_until_all_go_on(presenter: Playground, join: Join) -> None:
    ann, ben = join("Ann"), join("Ben", **PHONE)
    press(ann.page, "Explore on my own")
    ann.page.get_by_role("button", name="Start training").click(timeout=PATIENCE_MS)
    ann.until_training()
    press(presenter.page, "Freeze all")
    for pupil in (ann, ben):
        expect(pupil.page.get_by_text("Stopped for a moment.")).to_be_visible(timeout=PATIENCE_MS)
    expect(ben.page.locator("p[role=status]")).to_have_text("Ms Kim has stopped all for a moment.")
    expect(ann.page.get_by_role("button", name="Pause training")).to_have_count(0, timeout=PATIENCE_MS)
    expect(ben.page.get_by_role("button", name="Explore on my own")).to_be_disabled()
    press(presenter.page, "Let all go on")
    expect(ann.page.get_by_text("Stopped for a moment.")).to_be_hidden(timeout=PATIENCE_MS)
    ann.until_paused().play().until_training()


def test_the_wall_shows_how_pupils_do_and_one_to_all(presenter: Playground, join: Join) -> None:
    ann, ben = join("Ann"), join("Ben")
    press(ann.page, "Explore on my own")
    ann.page.get_by_role("button", name="Epoch", exact=True).click(timeout=PATIENCE_MS)
    ann.until_epoch(1)
    press(presenter.page, "Wall")
    card = presenter.page.get_by_role("listitem").filter(has_text="Ann")
    expect(card).to_contain_text(re.compile(r"epoch 1, \d+"), timeout=PATIENCE_MS)
    card.get_by_role("button", name="Show Ann to all").click()
    expect(bar(ben)).to_contain_text("All see what Ann does.", timeout=PATIENCE_MS)
    expect(bar(ann)).to_contain_text("All see what you do.", timeout=PATIENCE_MS)
    ann.step("Epoch")
    for other in (ben, presenter):
        other.until_epoch(2)
    expect(card).to_contain_text(re.compile(r"epoch 2, \d+"), timeout=PATIENCE_MS)
    picture = card.get_by_role("img", name="The answer of Ann")
    expect(picture).to_have_attribute("src", re.compile(r"\?[1-9]\d*$"), timeout=PATIENCE_MS)  # it looks again
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    expect(picture).to_be_in_viewport(ratio=1)  # whole
    card.get_by_role("button", name="Show mine again").click()
    expect(ben.page.locator(".epoch b")).to_have_text("0", timeout=PATIENCE_MS)


def test_the_presenters_experiment_is_pushed(presenter: Playground, join: Join) -> None:
    ann = join("Ann")
    press(ann.page, "Explore on my own")
    expect(ann.page.get_by_text("You are on your own")).to_be_visible(timeout=PATIENCE_MS)
    presenter.choose("Optimizer", "Momentum").until_experiment("Momentum")
    press(presenter.page, "Push my experiment")
    ann.until_experiment("Momentum")


def test_control_is_handed_over_and_taken_back(presenter: Playground, join: Join) -> None:
    ann = join("Ann")
    press(presenter.page, "Wall")
    press(presenter.page, "Let Ann present")
    expect(presenter.page.get_by_text("You are following Ann.")).to_be_visible(timeout=PATIENCE_MS)
    ann.page.get_by_role("button", name="Epoch", exact=True).click(timeout=PATIENCE_MS)
    presenter.until_epoch(1)
    press(presenter.page, "Take control back")
    presenter.page.get_by_role("button", name="Epoch", exact=True).click(timeout=PATIENCE_MS)
    ann.until_epoch(2)


def test_the_room_ends_for_all(presenter: Playground, join: Join) -> None:
    ann = join("Ann")
    share(presenter.page)
    press(presenter.page, "End the room for all")
    for page in (ann.page, presenter.page):
        expect(page.get_by_text("The room has ended.").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page).not_to_have_url(re.compile("/w/"))


def test_a_wrong_code_is_told_and_the_name_is_kept(open_page: Opener) -> None:
    page = open_page("join?code=WRONGS", forgives="403").page
    page.get_by_label("Your name (if you like)").fill("Ann")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_contain_text("no room with this code")
    expect(page.get_by_label("Your name (if you like)")).to_have_value("Ann")


def watched_by_a_link(open_page: Opener) -> tuple[Playground, Playground]:
    """The page of a run, and of somebody who was given the link to it."""
    owner = open_page(forgives=LEAVING).until_paused()
    share(owner.page)
    expect(owner.page.get_by_role("button", name="Stop sharing")).to_have_count(0)
    press(owner.page, "Make a link")
    link = owner.page.get_by_label("Link to watch")
    expect(link).to_have_value(re.compile("/#watch="), timeout=PATIENCE_MS)
    return owner, open_page(f"#{link.input_value().partition('#')[2]}", forgives=LEAVING)


def test_somebody_watches_by_a_link_until_it_is_taken_back(open_page: Opener) -> None:
    owner, viewer = watched_by_a_link(open_page)
    expect(viewer.page.get_by_text("You are watching this run live with one other.")).to_be_visible(timeout=PATIENCE_MS)
    assert "watch=" not in viewer.page.url
    press(owner.page, "Stop sharing")
    expect(owner.page.get_by_role("button", name="Make a link")).to_be_focused()
    expect(viewer.page.get_by_text("The owner does not share this run any more.")).to_be_visible(timeout=PATIENCE_MS)


def test_a_viewer_makes_a_copy_of_their_own(open_page: Opener) -> None:
    owner, viewer = watched_by_a_link(open_page)
    press(viewer.page, "Make my own copy")
    viewer.page.get_by_role("button", name="Epoch", exact=True).click(timeout=PATIENCE_MS)
    viewer.until_epoch(1)
    assert owner.epoch == 0


def test_a_link_to_watch_that_is_not_whole_is_told(open_page: Opener) -> None:
    playground = open_page("#watch=nonsense", forgives=LEAVING)
    expect(playground.page.get_by_role("alert")).to_contain_text("This link leads to no run", timeout=PATIENCE_MS)
    playground.until_paused()


def test_a_browser_comes_in_by_the_class_code_and_goes_on_where_it_wanted(open_page: Opener) -> None:
    with running_server(open_door="false", class_code="KITE2026") as school:
        playground = open_page("#batch_size=32", address=school.url)
        playground.page.get_by_label("Class code").fill("kite2026")
        playground.page.get_by_role("button", name="Come in").click()
        playground.until_paused()
        assert playground.link == "batch_size=32"
        playground.page.close()


# --- the Descent lab --------------------------------------------------------------------------------------------


def moment(page: Page) -> Locator:
    return page.locator(".moment")


def see(page: Page, words: str) -> None:
    """Until the page of the lab tells this step, with the numbers of its moment."""
    expect(page.locator(".one-step")).to_contain_text(words, timeout=PATIENCE_MS)


@pytest.fixture
def lecturer(open_page: Opener) -> Page:
    """Ms Kim's page of the lab, in a room she has opened from it."""
    page = open_page("descent", forgives=LEAVING).page
    see(page, "next weight")
    share(page)
    expect(page.get_by_label("Link to this descent")).to_have_value(re.compile(r"/descent$"))
    page.get_by_label("Your name (if you like)").fill("Ms Kim")
    press(page, "Open a room")
    expect(page.locator(".code-large")).to_be_visible(timeout=PATIENCE_MS)
    return page


@pytest.fixture
def attend(open_page: Opener, lecturer: Page) -> Callable[..., Page]:
    """A pupil types the code, and is in the room that shows the lab."""
    code = lecturer.locator(".code-large").inner_text()
    lecturer.keyboard.press("Escape")

    def come(name: str, **options: object) -> Page:
        page = open_page("join", forgives=LEAVING, **options).page
        page.get_by_label("Room code").fill(code)
        page.get_by_label("Your name (if you like)").fill(name)
        press(page, "Join")
        expect(page.get_by_text("You are following Ms Kim.")).to_be_visible(timeout=PATIENCE_MS)
        return page

    return come


def test_pupils_see_the_lab_in_step_and_can_change_nothing(lecturer: Page, attend: Callable[..., Page]) -> None:
    ann = attend("Ann")
    expect(lecturer.get_by_text("One person is here besides you.")).to_be_visible(timeout=PATIENCE_MS)
    rate = lecturer.get_by_label("Learning rate, typed", exact=True)
    rate.fill("0.2")
    rate.press("Enter")
    press(lecturer, "One step on")
    press(lecturer, "One step on")
    late = attend("Late", **PHONE)
    see(lecturer, "w − η·g = 3.08 − 0.2 · 0.32 = 3.016")
    for pupil in (ann, late):
        see(pupil, "w − η·g = 3.08 − 0.2 · 0.32 = 3.016")
        for name in ("Play", "One step on", "Add a contestant"):
            expect(pupil.get_by_role("button", name=name)).to_have_count(0)
        expect(pupil.get_by_role("slider", name="Learning rate")).to_be_disabled()
        pupil.keyboard.press(".")
        expect(moment(pupil)).to_have_text("step 2 of 20")
    press(lecturer, "Play")
    for page in (lecturer, ann, late):
        expect(moment(page)).to_have_text("step 20 of 20", timeout=PATIENCE_MS)
    press(lecturer, "Back to the start")
    for pupil in (ann, late):
        expect(moment(pupil)).to_have_text("step 0 of 20", timeout=PATIENCE_MS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pupils_view_of_the_lab_has_no_serious_fault(lecturer: Page, attend: Callable[..., Page], theme: str) -> None:
    sizes = [{"width": width, "height": height} for width, height in SIZES]
    pupils = [attend(f"Ann {size['width']}", viewport=size, color_scheme=theme) for size in sizes]
    press(lecturer, "One step on")
    for lab, steps in (("One weight", 20), ("A curve", 120), ("A surface", 150)):
        lecturer.get_by_role("radio", name=lab).check()
        for pupil, size in zip(pupils, sizes, strict=True):
            expect(moment(pupil)).to_contain_text(f"of {steps}", timeout=PATIENCE_MS)
            violations = Axe().run(pupil).response["violations"]
            assert [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations if v["impact"] in SERIOUS] == []
            assert pupil.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_presenter_of_the_lab_comes_back_to_it_and_ends_the_room(lecturer: Page, attend: Callable[..., Page]) -> None:
    ann = attend("Ann")
    lecturer.get_by_role("radio", name="A surface").check()
    press(lecturer, "One step on")
    expect(moment(ann)).to_have_text("step 1 of 150", timeout=PATIENCE_MS)
    lecturer.reload()
    expect(moment(lecturer)).to_have_text("step 1 of 150", timeout=PATIENCE_MS)
    press(lecturer, "One step on")
    expect(moment(ann)).to_have_text("step 2 of 150", timeout=PATIENCE_MS)
    with ann.context.expect_page() as opened:
        press(ann, "Explore on my own")
    own = opened.value
    expect(moment(own)).to_have_text("step 0 of 150", timeout=PATIENCE_MS)
    expect(own.get_by_role("button", name="Play")).to_be_enabled()
    own.close()
    share(lecturer)
    press(lecturer, "End the room for all")
    expect(ann.get_by_text("The room has ended.")).to_be_visible(timeout=PATIENCE_MS)
    expect(ann).to_have_url(re.compile(r"/descent#"))
    expect(ann.get_by_role("button", name="Play")).to_be_enabled()
