"""Who may show the page inside a page of its own: those that the operator names, and only the embedded look."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.main import create_app
from app.settings import Settings


def ancestors(path: str, *origins: str) -> str:
    settings = Settings(embed_ancestors=origins) if origins else Settings()
    client = TestClient(create_app(settings), base_url="http://127.0.0.1")
    return client.get(path).headers["content-security-policy"].rpartition("frame-ancestors ")[2]


@pytest.mark.parametrize(
    "path", ["/", "/?embed=0", "/?embed=1&embed=2", "/?x=%FF", "/?embed=é", "/api/docs?embed=1", "/healthz?embed=1"]
)
def test_nobody_frames_anything_but_the_embedded_page(path: str) -> None:
    assert ancestors(path, "self", "https://school.example") == "'none'"


def test_the_embedded_page_is_framed_by_this_server_alone_unless_told_otherwise() -> None:
    assert ancestors("/?embed=1") == "'self'"


def test_the_embedded_page_is_framed_by_those_who_are_named() -> None:
    assert ancestors("/?hide=share&embed=1", "self", "https://*.school.example:8443") == (
        "'self' https://*.school.example:8443"
    )


def test_nobody_may_be_named() -> None:
    client = TestClient(create_app(Settings(embed_ancestors=())), base_url="http://127.0.0.1")
    assert client.get("/?embed=1").headers["content-security-policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize("origin", ["school.example", "https://a.example; script-src *", "https://a.example/x", ""])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError, match="expected"):
        Settings(embed_ancestors=(origin,))
