"""Backup: a copy of all that is kept, taken while the server runs or rests, and put back.

A server that runs holds its data alone, so it is asked for the copy, with the token that lies with the data. Where none
runs, the copy is made here.
"""

import http.client
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.admin import token_of
from app.settings import Settings
from app.store import FILE, StoreError, check, connected, copied, migrate, reason

STANDARD = "-"  # standard input or output
ANSWER_SECONDS = 600.0
BESIDE = ("", "-wal", "-shm")  # the files of which the data consists


class BackupError(Exception):
    """No backup was taken, or none was put back; the text says why and what to do."""


def take_backup(settings: Settings, file: str) -> None:
    """Write a copy of the data to a file, which is there whole or not at all. Raises BackupError."""
    if file == STANDARD:
        write_copy(settings, sys.stdout.buffer)
        return
    place = Path(file)
    part = place.with_name(f"{place.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            write_copy(settings, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(place)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def write_copy(settings: Settings, out: BinaryIO) -> None:
    folder = folder_of(settings)
    if not (folder / FILE).exists():
        raise BackupError(f"{folder}: there is no data to back up. PLAYGROUND_DATA says where it is.")
    try:
        with closing(opened(folder)) as connection, scratch(folder) as place:
            copied(connection, place)
            with place.open("rb") as file:
                shutil.copyfileobj(file, out)
    except InUse:
        ask_the_server(settings, out)


def ask_the_server(settings: Settings, out: BinaryIO) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "") else settings.host
    line = http.client.HTTPConnection(host, settings.port, timeout=ANSWER_SECONDS)
    try:
        known_as = {"Host": settings.allowed_hosts[0]} if settings.allowed_hosts else {}
        shown = {"Authorization": f"Bearer {token_of(settings)}"}
        line.request("GET", "/admin/backup", headers=known_as | shown)
        answer = line.getresponse()
        if answer.status != http.client.OK:
            raise BackupError(f"The server that holds the data refused a backup with status {answer.status}.")
        shutil.copyfileobj(answer, out)
    except (OSError, http.client.HTTPException):
        raise BackupError(
            f"A server holds the data, and does not answer at {host}:{settings.port}. Say with PLAYGROUND_HOST and "
            "PLAYGROUND_PORT where it is, or stop it."
        ) from None
    finally:
        line.close()


def restore_backup(settings: Settings, file: str, migrations: Sequence[str]) -> Path | None:
    """Put a backup in the place of the data. Returns where that is now, if there was any. Raises BackupError."""
    folder = folder_of(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_nobody_uses(folder)
    with scratch(folder) as place:
        read_into(place, file)
        check_backup(place, file, migrations)
        before = set_aside(folder)
        place.replace(folder / FILE)
    return before


def read_into(place: Path, file: str) -> None:
    try:
        with place.open("wb") as out, open(sys.stdin.fileno() if file == STANDARD else file, "rb") as given:
            shutil.copyfileobj(given, out)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from None


def check_backup(place: Path, file: str, migrations: Sequence[str]) -> None:
    """That it is whole, and of a version that is known; it is brought to ours. Raises BackupError."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        try:
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                raise BackupError(f"{file} is no backup of a playground. The data is as it was.")
            check(connection)
            migrate(connection, migrations)
        except sqlite3.Error as error:
            raise BackupError(f"{file} is damaged ({error}). The data is as it was.") from None
        except StoreError as error:
            raise BackupError(f"{error} The data is as it was.") from None


def set_aside(folder: Path) -> Path | None:
    """Keep what was there, under another name."""
    before = folder / f"before-restore-{FILE}"
    had_any = (folder / FILE).exists()
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            (folder / f"{FILE}{ending}").replace(folder / f"{before.name}{ending}")
    return before if had_any else None


class InUse(Exception):
    """A server holds the data."""


def folder_of(settings: Settings) -> Path:
    if settings.folder is None:
        raise BackupError("PLAYGROUND_DATA says that nothing is kept.")
    return settings.folder


def opened(folder: Path) -> sqlite3.Connection:
    """The data of no running server. Raises InUse or BackupError."""
    try:
        connection = connected(folder, busy_seconds=0)
        check(connection)
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise InUse from None
        raise BackupError(reason(folder, error)) from None
    return connection


def check_nobody_uses(folder: Path) -> None:
    """That no server holds the data, which may well be damaged. Raises BackupError."""
    if not (folder / FILE).exists():
        return
    try:
        opened(folder).close()
    except InUse:
        raise BackupError("A server uses the data. Stop it first, then restore.") from None
    except BackupError:
        pass


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A name in the folder for a file that is not to stay."""
    place = folder / f"backup-{os.getpid()}.sqlite3"
    try:
        yield place
    finally:
        for ending in (*BESIDE, "-journal"):
            place.with_name(place.name + ending).unlink(missing_ok=True)
