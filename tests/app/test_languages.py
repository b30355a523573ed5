"""The language of the page: asked for, kept, or the browser's; and files that are none."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.languages import ENGLISH, InvalidLanguage, Language, code_for, read_languages, wishes_of
from app.main import create_app
from app.settings import Settings

OTHERS = ("de", "pt-BR")
LANGUAGES = {code: Language(name=code, texts={}, sentences={}) for code in (ENGLISH, *OTHERS)}


@pytest.fixture
def visitor() -> TestClient:
    """A browser that keeps its cookies."""
    return TestClient(create_app(Settings()), base_url="http://localhost")


def language_of(visitor: TestClient, address: str = "/", accept: str = "") -> str:
    answer = visitor.get(address, headers={"accept-language": accept})
    assert answer.status_code == 200
    code = answer.headers["content-language"]
    assert f'<html lang="{code}"' in answer.text
    return code


def test_the_page_is_english_unless_another_language_is_asked_for(visitor: TestClient) -> None:
    assert language_of(visitor) == "en"
    assert language_of(visitor, accept="fr, *;q=0.5") == "en"


def test_a_browser_gets_its_language(visitor: TestClient) -> None:
    assert language_of(visitor, accept="de-AT,de;q=0.9,en;q=0.8") == "de"
    assert language_of(visitor, accept="en;q=0.5, de") == "de"
    assert language_of(visitor, accept="de;q=0.5, en;q=0.7") == "en"


def test_a_link_can_ask_for_a_language_which_is_then_kept(visitor: TestClient) -> None:
    assert language_of(visitor, "/?lang=de") == "de"
    assert language_of(visitor, accept="en") == "de"
    assert language_of(visitor, "/?lang=en", accept="de") == "en"
    assert language_of(visitor, accept="de") == "en"


@pytest.mark.parametrize("asked", ["", "xx", "../de", "%00", "de%0d%0aset-cookie:a=b", "%F0%9F%A6%95", "a-" * 20_000])
def test_a_language_that_there_is_not_is_passed_over(visitor: TestClient, asked: str) -> None:
    assert language_of(visitor, f"/?lang={asked}", accept="de") == "de"
    assert "language" not in visitor.cookies


def test_a_kept_language_that_there_is_not_is_passed_over(visitor: TestClient) -> None:
    visitor.cookies.set("language", "tlh")
    assert language_of(visitor, accept="de") == "de"


def test_caches_know_what_the_language_depends_on(visitor: TestClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(visitor.get("/").headers["vary"].split(", "))


def test_the_texts_are_fetched_early_and_in_english_there_are_none(visitor: TestClient) -> None:
    address = "/static/languages/de.json"
    assert f'rel="preload" href="{address}"' in visitor.get("/?lang=de").text
    assert visitor.get(address).json()["name"] == "Deutsch"
    assert "/static/languages/" not in visitor.get("/?lang=en").text


@pytest.mark.parametrize(
    ("header", "wishes"),
    [
        ("", [""]),
        ("de", ["de"]),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", ["fr-CH", "fr", "en"]),
        ("en;q=0.2,de;q=1.000", ["de", "en"]),
        ("en;q=0, de;q=0.001", ["de"]),
        ("en;q=2, de;q=-1, fr;q=x, it; q = 0.3", ["it"]),
    ],
)
def test_wishes_are_read_by_their_weights(header: str, wishes: list[str]) -> None:
    assert wishes_of(header) == wishes


@pytest.mark.parametrize(
    ("wish", "code"), [("DE", "de"), ("de-CH-1996", "de"), ("pt-br", "pt-BR"), ("pt", "en"), ("d", "en"), ("-", "en")]
)
def test_a_wish_is_met_by_a_language_or_the_one_it_is_a_kind_of(wish: str, code: str) -> None:
    assert code_for([wish], LANGUAGES) == code


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("de.json", "[", "de.json: Invalid JSON"),
        ("de.json", {"name": "Deutsch", "texts": {}}, "de.json: sentences: Field required"),
        ("de.json", {"name": "Deutsch", "texts": {"Undo": 3}, "sentences": {}}, "de.json: texts → Undo"),
        ("de.json", {"name": "D", "texts": {"a {b}": "a {c}"}, "sentences": {}}, 'has no {c} to put into "a {c}"'),
        ("klingon language.json", {}, "expected a file named by the code of a language"),
    ],
)
def test_a_file_that_is_no_language_is_named_when_the_server_starts(
    tmp_path: Path, name: str, content: object, complaint: str
) -> None:
    (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(InvalidLanguage) as refusal:
        read_languages(tmp_path)
    assert complaint in str(refusal.value)
