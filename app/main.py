"""The server: create_app() puts it together, serve() runs it until it is told to stop."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import State
from starlette.exceptions import HTTPException

from app import (
    access,
    api,
    archive,
    image_api,
    join,
    lab_api,
    landscape_api,
    learning_api,
    logs,
    operating,
    pages,
    race_api,
    room_api,
    rooms,
    shelf_api,
    sockets,
    studies,
    sweep_api,
    table_api,
    tables,
)
from app.access import Access
from app.ballast import Ballast
from app.compression import GzipPages, Squeezed
from app.guard import Guard
from app.lab import Lab, Shared
from app.languages import read_languages
from app.protocol import error_body
from app.pulse import feel
from app.rooms import Rooms
from app.runs import BEING_STOPPED, Phase, Runs
from app.settings import SECRETS, Settings
from app.store import NotSaved, Store
from app.tables import Tables
from app.tidying import tidy
from app.training import warm_up

CODES = {404: "not_found", 405: "method_not_allowed"}
MIGRATIONS = (
    *(archive.TABLES, access.TABLES, rooms.TABLES, archive.PASTS_TABLE, rooms.LAB_COLUMN),
    *(tables.TABLES, tables.KIND_COLUMN),
)
API = (
    api.router,
    room_api.router,
    shelf_api.router,
    lab_api.router,
    race_api.router,
    landscape_api.router,
    sweep_api.router,
    learning_api.router,
    table_api.router,
    image_api.router,
)
PLAIN_HTTP = "It speaks plain http, which whoever shares the network can read. README.md tells how to have https."
HEARTBEAT_SECONDS = 20
STATIC = ("css", "dist", "languages")


def create_app(settings: Settings, store: Store | None = None) -> FastAPI:
    """The whole web application. Without a store, nothing outlives it. Raises InvalidLanguage."""
    app = FastAPI(
        title="Neural Playground",
        summary="Neural networks that train on the server and are watched live.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        separate_input_output_schemas=False,
        lifespan=lifespan,
    )
    store = store or Store(None, MIGRATIONS)
    app.state.access = Access(store, settings)
    app.state.tables = Tables(store, settings)
    app.state.runs = Runs(store, settings, app.state.tables)
    app.state.rooms = Rooms(store, settings, app.state.runs, app.state.access)
    app.state.lab = Shared(Lab(settings, lab_api.BOUNDS))
    app.state.landscapes = Lab(settings, landscape_api.BOUNDS, app.state.tables.folder)
    app.state.studies = Lab(settings, studies.BOUNDS, app.state.tables.folder)
    app.state.curve_plans = Shared(Lab(settings, learning_api.BOUNDS, app.state.tables.folder))
    app.state.reading = Lab(settings, table_api.BOUNDS)
    app.state.picture_reading = Lab(settings, image_api.BOUNDS)
    app.state.uploads = asyncio.Semaphore(settings.max_uploads)
    app.state.languages = read_languages(pages.folder("static") / "languages")
    for router in API:
        app.include_router(router)
    app.include_router(sockets.router)
    app.include_router(join.router)
    app.include_router(pages.router)
    app.include_router(operating.router)
    for name in STATIC:
        app.mount(f"/static/{name}", Squeezed(directory=pages.folder("static") / name, check_dir=False))
    app.add_exception_handler(HTTPException, answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(NotSaved, answer_not_saved)
    app.add_middleware(GzipPages)
    app.add_middleware(Guard, settings=settings, access=app.state.access)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    runs: Runs = app.state.runs
    warm_up(runs.settings.compile_loop, runs.settings.run_memory_megabytes * 2**20)
    app.state.tables.begin()
    await app.state.access.begin()
    await app.state.rooms.begin()
    tasks = [asyncio.create_task(work) for work in (runs.wake_all(), runs.load.watch(), feel(runs), tidy(runs))]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(app.state.rooms.close(), runs.close())
    app.state.tables.end()


async def answer_refusal(request: Request, refusal: Exception) -> JSONResponse:
    """Every refusal in the one shape, those of the framework too."""
    assert isinstance(refusal, HTTPException)
    error: Any = refusal.detail  # ours are the error itself, the framework's a short text
    headers = dict(refusal.headers or {})
    if isinstance(error, str):
        error = error_body(CODES.get(refusal.status_code, "refused"), f"{error}.")
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted({headers["Allow"], *api.methods_at(request.scope["path"], API)}))
    return JSONResponse({"error": error}, refusal.status_code, headers)


async def answer_invalid(request: Request, invalid: Exception) -> JSONResponse:
    return JSONResponse({"error": error_body("invalid_request", "A parameter of the request is not valid.")}, 422)


async def answer_not_saved(request: Request, failure: Exception) -> JSONResponse:
    sentence = "The server cannot save anything now: its disk is full, or fails. What was saved before is safe."
    return JSONResponse({"error": error_body("not_saved", sentence)}, 507)


class Server(uvicorn.Server):
    """uvicorn that says where it is, and goodbye to runs and watchers before their sockets are closed."""

    def __init__(self, config: uvicorn.Config, state: State, ballast: Ballast) -> None:
        super().__init__(config)
        self.state, self.ballast = state, ballast

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.ballast.lay()
        await super().startup(sockets)
        for listener in sockets or []:
            print(f"Neural Playground is at {url_of(listener)} (Ctrl+C stops it)", flush=True)
        settings = self.state.runs.settings
        if not settings.is_on_loopback and not settings.https:
            print(PLAIN_HTTP, flush=True)
        if code := self.state.access.code:
            print(f"The class code is {code}", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.state.runs.phase = Phase.STOPPING
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.ballast.drop()  # on a full disk the last saves have room then
        self.state.studies.close(BEING_STOPPED)
        await asyncio.gather(self.state.runs.close(), self.state.rooms.close())
        await super().shutdown(sockets)


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(settings: Settings) -> None:
    """Answer until SIGINT or SIGTERM. Raises OSError if the address is taken or not ours, and StoreError if the data
    cannot be used."""
    logs.begin(settings.log, settings.log_level)
    for secret in SECRETS:
        os.environ.pop(secret, None)
    signal.signal(signal.SIGTERM, leave)  # which uvicorn sends on once it has ended
    with listening_socket(settings) as listener, opened_store(settings) as store, suppress(KeyboardInterrupt):
        server = server_of(settings, store)
        gc.freeze()  # what is there by now stays, and to look through it would hold up everybody
        gc.enable()
        server.run([listener])


def leave(*_: object) -> None:
    """End in good order: what is to be closed is closed."""
    raise SystemExit(0)


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    store = Store(settings.folder, MIGRATIONS, settings.max_data_megabytes)
    try:
        yield store
    finally:
        store.close()


def server_of(settings: Settings, store: Store) -> Server:
    app = create_app(settings, store)
    config = uvicorn.Config(
        app,
        access_log=False,  # it would hold whole URLs
        log_config=None,
        log_level="warning",  # its news name whole addresses
        proxy_headers=settings.https,  # who tries class codes is told by the proxy
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_limit_seconds,
        ws="websockets-sansio",
        ws_ping_interval=HEARTBEAT_SECONDS,  # a proxy cuts what is quiet
        ws_ping_timeout=HEARTBEAT_SECONDS,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,  # 90 times the work, to save a sixth of the bytes
    )
    ballast = Ballast(settings.folder, settings.ballast_megabytes)
    return Server(config, app.state, ballast)


def listening_socket(settings: Settings) -> socket.socket:
    """Accepted connections inherit its options: little is buffered, and one that takes nothing is cut."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, settings.send_buffer_bytes)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        milliseconds = int(settings.stalled_limit_seconds * 1000)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    return listener
