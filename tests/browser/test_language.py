"""The page in another language: chosen by the browser or by the reader, whole, and with room for its words."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.browser.test_accessibility import faults

GERMAN = {"locale": "de-AT"}
DIVERGING = "#data=plane&loss=mean_squared_error&optimizer=sgd&optimizer.learning_rate=10&output=linear"
SIZES = [(390, 844), (1280, 800)]

SCROLLED = ".unseen, .skip, option, [popover], [role=tablist], .numbers-table, .microscope-steps"
"""What is not seen, or is scrolled by itself."""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const isText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!isText || !element.checkVisibility() || element.closest(SCROLLED))
    return false;
  const words = document.createRange();
  words.selectNodeContents(element);
  const [text, box] = [words.getBoundingClientRect(), element.getBoundingClientRect()];
  const isBeyond = getComputedStyle(element).display !== "inline" && text.right > box.right + 2;
  return box.width > 2 && (text.right > innerWidth + 1 || isBeyond);
}).map((element) => element.textContent.trim().slice(0, 60))""".replace("SCROLLED", json.dumps(SCROLLED))


def opened(open_page: Opener, link: str = "", **options: object) -> Playground:
    playground = open_page(link, **{**GERMAN, **options})
    expect(playground.status).to_contain_text("Pausiert")
    return playground


def choose_language(page: Page, keys: str, label: str, name: str) -> None:
    page.get_by_role("button", name=keys).click()
    page.get_by_role("combobox", name=label).select_option(label=name)


def test_a_german_browser_gets_a_german_page(open_page: Opener) -> None:
    page = opened(open_page).page
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_title("Zwei Spiralen, Epoche 0 · Playground")
    expect(page.get_by_role("button", name="Training starten")).to_be_visible()
    expect(page.get_by_role("combobox", name="Optimierer")).to_have_value("adam")
    expect(page.get_by_role("slider", name="Punkte")).to_have_attribute("aria-valuetext", "300 Punkte")
    expect(page.get_by_text("Schicht 1", exact=True).first).to_be_visible()
    expect(page.locator(".experiment")).to_contain_text("2 → 8 → 6 → 1, tanh, Adam 0,03")


def test_numbers_are_written_and_read_with_a_comma(open_page: Opener) -> None:
    playground = opened(open_page)
    page = playground.page
    expect(page.get_by_label("Lernrate, als Zahl")).to_have_value("0,03")
    assert re.fullmatch(r"\d+,\d\s%", playground.number("Testgenauigkeit"))
    assert re.fullmatch(r"0,\d{3}", playground.number("Testverlust"))
    for typed in ("0,25", "0.5"):
        playground.set("Lernrate, als Zahl", typed)
        expect(page.get_by_label("Lernrate, als Zahl")).to_have_value(typed.replace(".", ","))
        playground.until_link(f"optimizer.learning_rate={typed.replace(',', '.')}")


def test_the_language_can_be_chosen_and_the_run_goes_on(open_page: Opener) -> None:
    playground = opened(open_page, "?lang=de", locale="fr-FR")
    page = playground.page
    playground.step("Epoche")
    expect(page.locator(".epoch b")).to_have_text("1")
    playground.set("Punkte, als Zahl", "250").until_link("data.samples=250")
    run, link = page.evaluate("sessionStorage.run"), playground.link
    choose_language(page, "Tastenkürzel", "Sprache", "English")
    playground.until_paused()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "lang=" not in page.url
    assert (page.evaluate("sessionStorage.run"), playground.link) == (run, link)
    expect(page.locator(".epoch b")).to_have_text("1")
    assert re.fullmatch(r"0\.\d{3}", playground.number("Test loss"))
    choose_language(page, "Keyboard shortcuts", "Language", "Deutsch")
    expect(playground.status).to_contain_text("Pausiert")
    expect(page.locator(".epoch b")).to_have_text("1")


def test_an_english_reader_loads_no_other_language(open_page: Opener) -> None:
    playground = open_page().until_paused()
    names = playground.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert names and not [name for name in names if "foreign" in name or "/languages/" in name]


def test_what_the_server_finds_wrong_is_said_in_german(open_page: Opener) -> None:
    playground = opened(open_page)
    page = playground.page
    playground.set("Punkte, als Zahl", "5000000")
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile(r"^erwartet wird eine ganze Zahl von [\d.]+ bis [\d.]+, gegeben ist 5000000$")
    )
    playground.set("Lernrate, als Zahl", "viel")
    expect(page.get_by_role("alert").last).to_have_text(
        re.compile("^erwartet wird eine Zahl .*, eingegeben ist „viel“$")
    )


def test_a_divergence_and_the_narrator_speak_german(open_page: Opener) -> None:
    playground = opened(open_page, DIVERGING)
    page = playground.page
    expect(page.locator(".narrator")).to_contain_text("Jeder Punkt hat einen Wert.")
    page.get_by_role("button", name="Training starten").click()
    alert = page.get_by_role("alert").filter(has_text="Das Training ist divergiert.")
    expect(alert).to_contain_text(
        re.compile(r"Bei Update [\d.]+: .*(Schicht \d|Ausgabe).* sind wieder da\. Bei einer Lernrate von 10 .* könnte"),
        timeout=PATIENCE_MS,
    )
    expect(page.locator(".narrator")).to_contain_text("Das Training ist über alle Grenzen gegangen")
    assert faults(playground) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("link", ["", "#data=digits", "#data=unlabelled_digits"])
def test_german_words_have_room(open_page: Opener, size: tuple[int, int], link: str) -> None:
    playground = opened(open_page, link, viewport={"width": size[0], "height": size[1]})
    page = playground.page
    for name in page.get_by_role("tab").all_inner_texts():
        page.get_by_role("tab", name=name, exact=True).click()
        for more in page.get_by_role("button", name="Mehr", exact=True).all()[::-1]:
            more.click()
        assert page.evaluate(CUT_OFF) == []
    assert faults(playground) == []
