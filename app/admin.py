"""Admin: how one who runs the server shows that to it: by a token from the settings, or one that lies with the data."""

import os
import secrets
from collections.abc import MutableMapping
from hmac import compare_digest
from pathlib import Path
from typing import Any

from app.settings import LOOPBACK, Settings

Scope = MutableMapping[str, Any]

FILE = "admin-token"
TOKEN_BYTES = 32
FIGURES, FOLDER = "/metrics", "/admin/"
PASSED_ON = {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via"}


def is_for_admins(path: str) -> bool:
    """What only the one who runs the server may see or do."""
    return path == FIGURES or path.startswith(FOLDER)


def is_admin(scope: Scope, token: str, is_behind_proxy: bool) -> bool:
    """Whether a request shows the token. The figures, in which nobody is named, need none on the machine itself."""
    headers = dict(scope["headers"])
    kind, _, shown = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if kind.lower() == "bearer" and token and compare_digest(shown.encode(), token.encode()):
        return True
    return scope["path"] == FIGURES and not is_behind_proxy and is_from_here(scope)


def is_from_here(scope: Scope) -> bool:
    """Whether a program on this machine asks, and not a proxy on it for somebody else."""
    client = scope.get("client") or ("", 0)
    return client[0] in LOOPBACK and not PASSED_ON & {name for name, _ in scope["headers"]}


def token_of(settings: Settings) -> str:
    """The token; one that nobody has set is drawn at the first start, and kept where only we can read it."""
    if settings.admin_token:
        return settings.admin_token
    if settings.folder is None:
        return secrets.token_urlsafe(TOKEN_BYTES)
    place, new = settings.folder / FILE, secrets.token_urlsafe(TOKEN_BYTES)
    try:
        if not place.exists():
            write_secret(place, new)
        return place.read_text().strip()
    except OSError:  # a full disk: nobody is an admin then who was not told the token before
        return new


def write_secret(place: Path, secret: str) -> None:
    """For our eyes only from the first byte on, and never half a secret."""
    fresh = place.with_name(f"{place.name}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    fresh.replace(place)
