"""Settings: one table of what an operator may turn. Each is an environment variable, PLAYGROUND_<NAME>."""

import re
from ipaddress import ip_network
from pathlib import Path
from secrets import randbelow
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.logs import Level, Style
from app.machine import memory_bytes

IN_MEMORY = ":memory:"
SHORTEST_TOKEN = 16
RUN_BYTES = 50 * 2**20  # what a run that is awake takes, and a share of what the server does
FEWEST_RUNS, MOST_RUNS = 32, 300
ANCESTOR = re.compile(r"self|\*|https?://(\*\.)?[a-z0-9.-]+(:\d+)?")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def listed(given: object) -> object:
    """A list from the environment, where it is JSON."""
    try:
        found = orjson.loads(given) if isinstance(given, str) else given
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, list | tuple):
        raise ValueError('expected a JSON list, as in ["play.example"]')
    return found


def ancestor(given: str) -> str:
    """Who may show the page inside a page of its own. Nothing else gets into a header."""
    if not ANCESTOR.fullmatch(given):
        raise ValueError(f'expected "self", "*" or an origin, as in "https://school.example", got "{given}"')
    return given


def networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses, or networks as in 172.16.0.0/12."""
    for each in given:
        try:
            ip_network(each)
        except ValueError:
            raise ValueError(f'expected addresses or networks, as in ["172.16.0.0/12"], got "{each}"') from None
    return given


def long_enough(token: str) -> str:
    """A token that nobody guesses."""
    if token and len(token) < SHORTEST_TOKEN:
        raise ValueError(f"expected at least {SHORTEST_TOKEN} characters")
    return token


Ancestor = Annotated[str, AfterValidator(ancestor)]
SECRETS = ("PLAYGROUND_CLASS_CODE", "PLAYGROUND_ADMIN_TOKEN")
"""What no process that the server starts is to find in its environment."""


def setting(default: Any, meaning: str, **bounds: Any) -> Any:
    """A row of the table."""
    return Field(default, description=meaning, **bounds)


class Settings(BaseSettings):
    """The defaults suit one laptop, or a class on one machine."""

    model_config = SettingsConfigDict(env_prefix="PLAYGROUND_", frozen=True)

    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 is every network of the machine.")
    port: int = setting(8000, "TCP port to listen on; 0 takes a free one.", ge=0, le=65535)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)] = setting(
        (), "Host names it answers to, as a JSON list. Empty: loopback's when on loopback, else any."
    )
    embed_ancestors: Annotated[tuple[Ancestor, ...], NoDecode, BeforeValidator(listed)] = setting(
        ("self",), "Whose pages may embed this one, as a JSON list of origins; self is this server, * is anybody."
    )

    data: Path = setting(
        Path("~/.local/share/neural-playground"), "Folder where runs are kept; :memory: keeps nothing."
    )
    max_data_megabytes: int = setting(0, "How large the kept data may become; 0 is as large as the disk.", ge=0)
    ballast_megabytes: int = setting(32, "Room kept free for the last saves, should the disk be full at the end.", ge=0)
    watched_save_seconds: float = setting(1, "A watched run is saved so often.", gt=0)
    unwatched_save_seconds: float = setting(10, "A run that trains on unwatched is saved so often.", gt=0)
    sleep_after_seconds: float = setting(60, "An unwatched run that does not train goes to sleep after this.", gt=0)
    unwatched_limit_seconds: float = setting(900, "An unwatched run that trains goes to sleep after this.", gt=0)
    save_limit_seconds: float = setting(5, "Time that the runs get to be saved when the server stops.", gt=0)

    open_door: bool | None = setting(None, "Whether one comes in without the class code; unset: on loopback only.")
    class_code: str = setting("", "The class code; unset: one is drawn at the first start, kept, and printed.")
    wrong_codes_per_minute: int = setting(
        20, "Wrong codes from one browser before it has to wait; from one address 30 times as many.", ge=1
    )
    https: bool = setting(False, "Whether browsers come by https, through a proxy: cookies are then kept to it.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(networks)] = setting(
        ("127.0.0.1", "::1"), "Addresses and networks whose X-Forwarded-For is believed, as a JSON list."
    )
    admin_token: Annotated[str, AfterValidator(long_enough)] = setting(
        "", "What an admin shows to see the figures and take a backup; unset: one is drawn and kept with the data."
    )

    max_runs: int = setting(
        0, "Runs awake at once; one more is refused with 503. 0 is one for each 50 MB of memory, from 32 to 300.", ge=0
    )
    max_runs_per_guest: int = setting(
        5, "Runs of one guest awake at once, but on loopback as many as there may be.", ge=1
    )
    max_kept_runs_per_guest: int = setting(
        50, "Runs kept of one guest; the oldest without a pin, a name or a link makes place for another.", ge=1
    )
    max_kept_megabytes_per_guest: int = setting(
        200, "What the kept runs of one guest may take; then, too, the oldest makes place.", ge=1
    )
    max_tables_per_guest: int = setting(
        20, "Tables and sets of images kept of one guest; one more is refused with 409.", ge=1
    )
    max_table_megabytes_per_guest: int = setting(
        50, "What the tables and images of one guest may take, with those that only runs still train on.", ge=1
    )
    retention_days: int = setting(
        30,
        "A run without a pin, a table without runs, and a guest without either, is deleted after so many days of "
        "rest; 0 is never.",
        ge=0,
    )
    max_connections: int = setting(2000, "Sockets in all; one more is closed with 4503.", ge=1)
    max_watchers_per_run: int = setting(400, "Sockets on one run, or in one room; one more is closed with 4503.", ge=1)
    max_rooms_per_guest: int = setting(3, "Rooms that one guest may have open; one more is refused with 409.", ge=1)
    room_idle_hours: float = setting(4, "A room that nobody is in ends after this.", gt=0)
    run_memory_megabytes: int = setting(1024, "Memory a training process may hold as data.", ge=256)
    stuck_limit_seconds: float = setting(30, "A training process that does not hear for so long is replaced.", gt=0)
    refuse_late_seconds: float = setting(0.5, "New runs are refused while the server is later than this.", gt=0)
    compile_loop: bool = setting(True, "Compile the training loop in the background where Numba is installed.")
    retry_after_seconds: int = setting(10, "When a client refused for lack of room may ask again.", ge=1)

    frames_per_second: float = setting(30, "Pictures sent of a watched run, at most.", gt=0, le=120)
    points_per_second: float = setting(60, "Points on the loss curves, at most.", gt=0, le=1000)
    slice_milliseconds: float = setting(4, "Training between two looks at the commands.", gt=0, le=100)

    max_unacknowledged_frames: int = setting(3, "Frames under way to a watcher, not yet drawn.", ge=1)
    silent_limit_seconds: float = setting(30, "A watcher that draws nothing for so long is let go.", gt=0)
    max_points_kept: int = setting(8192, "Curve points kept of a run; older ones are thinned.", ge=16)

    log: Style = setting("text", "How the log is written: as text, or as json, an object a line.")
    log_level: Level = setting("warning", "What is logged: info (each request), warning or error.")

    max_body_bytes: int = setting(65_536, "Largest request body, and largest command.", ge=1024)
    max_uploads: int = setting(
        4, "Files taken in at once, of runs, tables and images; one more is refused with 503.", ge=1
    )
    max_image_upload_megabytes: int = setting(
        20, "What a ZIP of images may have; a larger one is refused with 413.", ge=1, le=200
    )
    upload_limit_seconds: float = setting(60, "Time that a file may take to arrive.", gt=0)
    messages_per_second: float = setting(120, "What one socket may send for long.", gt=0)
    send_buffer_bytes: int = setting(131_072, "Kernel buffer of a connection: small stays fresh.", ge=4096)
    stalled_limit_seconds: float = setting(15, "A connection taking no bytes for so long is cut.", gt=0)
    shutdown_limit_seconds: int = setting(2, "Time that open connections get at the end.", ge=1)

    @property
    def most_runs(self) -> int:
        """How many runs may be awake at once."""
        fitting = memory_bytes() // RUN_BYTES
        return self.max_runs or min(max(fitting, FEWEST_RUNS), MOST_RUNS)

    def moment_to_come_back(self) -> str:
        """A `Retry-After`, not the same for all who are told."""
        least = self.retry_after_seconds // 2
        return str(least + randbelow(2 * least + 1))

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine can come here."""
        return self.host in LOOPBACK

    @property
    def is_private(self) -> bool:
        """Whether all who come are on this machine: a proxy on it would bring anybody."""
        return self.is_on_loopback and not self.https

    @property
    def folder(self) -> Path | None:
        """Where runs are kept; None is nowhere."""
        return None if str(self.data) == IN_MEMORY else self.data.expanduser()

    def is_host_allowed(self, name: str) -> bool:
        """Whether a Host header names us: no other site's name can then be pointed at this server."""
        allowed = self.allowed_hosts or (LOOPBACK if self.is_on_loopback else ())
        return not allowed or name in allowed
