"""Logs: what the server notes of its work, a line each, for people or as JSON for programs.

Nobody is named in them: no address, cookie, code, name or query; a request is noted by the route that it took.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

Style = Literal["text", "json"]
Level = Literal["info", "warning", "error"]

REQUEST: ContextVar[str] = ContextVar("request", default="")
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = "app"

log = logging.getLogger("app.requests")


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if request := REQUEST.get():
            line["request"] = request
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class AsText(logging.Formatter):
    """What happened, then its facts as name=value."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {}) | ({"request": request} if (request := REQUEST.get()) else {})
        return " ".join([super().formatMessage(record), *(f"{name}={value}" for name, value in facts.items())])


def begin(style: Style, level: Level) -> None:
    """Write what is noted to standard error. Of others' notes only warnings: uvicorn's tell whole addresses."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if style == "json" else AsText())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(OURS).setLevel(level.upper())


def note_request(method: str, route: str, status: int, seconds: float) -> None:
    """An answer that was given."""
    facts = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
    log.info("answered", extra={"facts": facts})
