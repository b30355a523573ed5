"""Access: who somebody is and what they may do. There are no accounts: a guest is a secret in a cookie.

Whoever is on the machine itself is let in as a guest. On any other address a guest first types the class code, unless
the door is told to stand open. A run is its guest's: others see it where they were given a link or sit in its room.
"""

import hashlib
import secrets
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from enum import IntEnum
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from time import time
from typing import Any

from app.admin import is_admin, token_of
from app.bucket import Bucket
from app.settings import Settings
from app.store import Store, Work
from app.tries import Tries, Typist

Scope = MutableMapping[str, Any]

TABLES = """
CREATE TABLE guests (
    id TEXT PRIMARY KEY,             -- the hash of a secret that only its browser has
    made_at REAL NOT NULL,           -- or came in again, after the class code was changed
    seen_at REAL NOT NULL
) STRICT;

CREATE TABLE shares (
    run TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    hash TEXT NOT NULL UNIQUE        -- of the secret in the link
) STRICT;

CREATE TABLE grants (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    guest TEXT NOT NULL REFERENCES guests ON DELETE CASCADE,
    PRIMARY KEY (run, guest)
) STRICT;

CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT
"""

NOBODY = ""  # on an open door, one whose browser keeps no cookie, or who is a program; what is nobody's is everybody's
SECRET_BYTES = 32
A_YEAR_SECONDS = 365 * 24 * 3600
SEEN_SECONDS = 3600  # a guest's visit is noted so often at most
NEW_GUESTS_PER_SECOND, NEW_GUESTS_AT_ONCE = 5, 400  # a school may come at once
MOST_REMEMBERED = 4096
UNAMBIGUOUS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0, O, 1 and I
CODE, CODE_SINCE = "class code", "class-code-since"  # names of secrets
CODE_LETTERS = 8
HEALTH = {"/healthz", "/readyz"}  # are asked by machines that know no name of ours, and tell nothing
PUBLIC = {"/enter", "/join", *HEALTH}
PUBLIC_FOLDER = "/static/"

TOO_MANY_ARRIVE = "Too many come in at this moment. Try again in a while."
ONLY_WATCHING = "You are watching this run; only its owner steers it."


class TooManyArrive(Exception):
    """So many new guests at once as no school has; those who are in already stay in."""


class Right(IntEnum):
    """What somebody may do with a run."""

    NONE = 0
    WATCH = 1
    STEER = 2


class Access:
    """The door, the guests, and what was shared with whom."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.cookie = "__Host-playground" if settings.https else "playground"
        self.tries = Tries(settings.wrong_codes_per_minute)
        self.guests: OrderedDict[str, float] = OrderedDict()  # those seen lately, and when that was noted
        self.lenders: list[Callable[[str, str], bool]] = []  # whether they let a guest watch a run for now
        self.arrivals = Bucket(NEW_GUESTS_PER_SECOND, NEW_GUESTS_AT_ONCE)
        self.code = self.admin_token = ""
        self.code_since = 0.0  # whoever came in before has to type the code again

    @property
    def is_open(self) -> bool:
        """Whether one needs no code to come in."""
        return self.settings.open_door if self.settings.open_door is not None else self.settings.is_private

    async def begin(self) -> None:
        """Know the class code and the admin token: those in the settings, else those drawn at the first start."""
        self.admin_token = token_of(self.settings)
        if not self.is_open:
            self.code = self.settings.class_code or await self.store.do(kept_secret(CODE, new_code()))
        self.code_since = await self.store.do(unchanged_since(hashed(self.code), time()))

    async def change_code(self) -> str:
        """Draw another class code: all have to come in again. Raises NotSaved."""
        code, now = new_code(), time()
        await self.store.do(changed_code(code, now))
        self.code, self.code_since = code, now
        self.guests.clear()
        return code

    def admits(self, scope: Scope) -> bool:
        """Whether whoever makes a request may do what only an admin may."""
        return is_admin(scope, self.admin_token, self.settings.https)

    # --- guests -----------------------------------------------------------------------------------------------

    async def guest_of(self, scope: Scope) -> str | None:
        """Who makes a request: a guest's id, NOBODY on an open door, None outside a closed one."""
        for secret in secrets_in(scope, self.cookie):
            if (guest := hashed(secret)) and await self.knows(guest):
                return guest
        return NOBODY if self.is_open else None

    async def knows(self, guest: str) -> bool:
        now = time()
        noted_at = self.guests.get(guest)
        if noted_at is None or now - noted_at > SEEN_SECONDS:
            if not await self.store.do(is_guest(guest, 0 if self.is_open else self.code_since)):
                return False
            self.store.submit(seen(guest, now))  # nobody waits for that, nor minds where it cannot be saved
            self.remember(guest, now)
        self.guests.move_to_end(guest)
        return True

    def remember(self, guest: str, now: float) -> None:
        self.guests[guest] = now
        while len(self.guests) > MOST_REMEMBERED:
            self.guests.popitem(last=False)

    async def new_guest(self) -> str:
        """The secret of a new guest, to be put into a cookie. Raises TooManyArrive and NotSaved."""
        if not self.arrivals.take():
            raise TooManyArrive(TOO_MANY_ARRIVE)
        secret, now = secrets.token_urlsafe(SECRET_BYTES), time()
        await self.store.do(add_guest(hashed(secret), now))
        self.remember(hashed(secret), now)
        return secret

    async def come_in(self, scope: Scope) -> str:
        """The secret of the guest that a browser was before the code was changed, or of a new one; raises what
        new_guest does."""
        for secret in secrets_in(scope, self.cookie):
            if await self.store.do(come_again(hashed(secret), time())):
                return secret
        return await self.new_guest()

    async def enter(self, code: str, typist: Typist, scope: Scope) -> str | None:
        """A guest's secret for the class code, None for a wrong one; raises TooManyTries, and what new_guest does."""
        self.tries.check(typist)
        given = code.strip().upper().replace("-", "").replace(" ", "")
        if not (self.is_open or compare_digest(given.encode(), self.code.strip().upper().encode())):
            self.tries.fail(typist)
            return None
        return await self.come_in(scope)

    def cookie_options(self) -> dict[str, Any]:
        return {
            "key": self.cookie,
            "max_age": A_YEAR_SECONDS,
            "path": "/",
            "httponly": True,
            "samesite": "lax",
            "secure": self.settings.https,
        }

    # --- rights -----------------------------------------------------------------------------------------------

    async def right(self, guest: str, run: str, owner: str | None) -> Right:
        """What a guest may do with a run of that owner; None is no run."""
        if owner is None:
            return Right.NONE
        if owner in (NOBODY, guest):
            return Right.STEER
        if any(lends(run, guest) for lends in self.lenders):
            return Right.WATCH
        return Right.WATCH if await self.store.do(is_granted(run, guest)) else Right.NONE

    async def share(self, run: str) -> str:
        """A new secret for a link by which others may watch; an older one is void from now on."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        await self.store.do(set_share(run, hashed(secret)))
        return secret

    async def accept(self, secret: str, guest: str) -> str | None:
        """The run that a link's secret lets a guest watch from now on."""
        return await self.store.do(accept_share(hashed(secret), guest))

    async def is_shared(self, run: str) -> bool:
        """Whether there is a link by which others may watch."""
        return await self.store.do(has_share(run))

    async def unshare(self, run: str) -> None:
        """Nobody watches by a link any more."""
        await self.store.do(delete_share(run))


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_code(letters: int = CODE_LETTERS) -> str:
    return "".join(secrets.choice(UNAMBIGUOUS) for _ in range(letters))


def is_public(path: str) -> bool:
    """What is answered to everybody, whoever they are."""
    return path in PUBLIC or path.startswith(PUBLIC_FOLDER)


def secrets_in(scope: Scope, cookie: str) -> Iterator[str]:
    """What a request brings along: a browser's cookie, a program's `Authorization: Bearer`."""
    headers: Mapping[bytes, bytes] = dict(scope["headers"])
    kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if kind.lower() == "bearer":
        yield token
    try:
        found = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(cookie)
    except CookieError:
        return
    if found:
        yield found.value


# --- what is written down -------------------------------------------------------------------------------------


def kept_secret(name: str, new: str) -> Work[str]:
    """The secret of that name; a new one where there is none."""

    def work(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, new))
        value: str = connection.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()[0]
        return value

    return work


def add_guest(id: str, now: float) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO guests VALUES (?, ?, ?)", (id, now, now))

    return work


def unchanged_since(code: str, now: float) -> Work[float]:
    """Since when the class code, of which this is the hash, is what it is; 0 is ever."""

    def work(connection: sqlite3.Connection) -> float:
        kept, _, since = kept_secret(CODE_SINCE, f"{code} 0")(connection).partition(" ")
        if kept == code:
            return float(since)
        set_secret(CODE_SINCE, f"{code} {now}")(connection)
        return now

    return work


def changed_code(code: str, now: float) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        set_secret(CODE, code)(connection)
        set_secret(CODE_SINCE, f"{hashed(code)} {now}")(connection)

    return work


def set_secret(name: str, value: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (name, value))

    return work


def is_guest(id: str, since: float) -> Work[bool]:
    """Whether there is this guest, and came in since then."""
    query = "SELECT 1 FROM guests WHERE id = ? AND made_at >= ?"
    return lambda connection: connection.execute(query, (id, since)).fetchone() is not None


def come_again(id: str, now: float) -> Work[bool]:
    """A guest comes in once more. False where there is no such guest."""
    query = "UPDATE guests SET made_at = ?, seen_at = ? WHERE id = ?"
    return lambda connection: connection.execute(query, (now, now, id)).rowcount > 0


def seen(id: str, now: float) -> Work[None]:
    """Note that a guest is here."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE guests SET seen_at = ? WHERE id = ?", (now, id))

    return work


def is_granted(run: str, guest: str) -> Work[bool]:
    query = "SELECT 1 FROM grants WHERE run = ? AND guest = ?"
    return lambda connection: connection.execute(query, (run, guest)).fetchone() is not None


def grant(run: str, guest: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR IGNORE INTO grants VALUES (?, ?)", (run, guest))

    return work


def set_share(run: str, hash: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM grants WHERE run = ?", (run,))
        connection.execute("INSERT OR REPLACE INTO shares VALUES (?, ?)", (run, hash))

    return work


def has_share(run: str) -> Work[bool]:
    query = "SELECT 1 FROM shares WHERE run = ?"
    return lambda connection: connection.execute(query, (run,)).fetchone() is not None


def accept_share(hash: str, guest: str) -> Work[str | None]:
    def work(connection: sqlite3.Connection) -> str | None:
        row = connection.execute("SELECT run FROM shares WHERE hash = ?", (hash,)).fetchone()
        if row is None:
            return None
        grant(row["run"], guest)(connection)
        return str(row["run"])

    return work


def delete_share(run: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM shares WHERE run = ?", (run,))
        connection.execute("DELETE FROM grants WHERE run = ?", (run,))

    return work
