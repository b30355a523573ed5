"""The rules of the house: who imports whom, what lies where, and that types and style hold everywhere."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from app.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE_SOURCE = ROOT / "static/src"
TOP_LEVEL = {"pyproject.toml", "README.md", "app", "core", "static", "templates", "tests", "Dockerfile"}
DEMANDED_BY_TOOLS = {".ci", ".dockerignore", ".gitignore", "compose.yaml"}

# core has no clock, thread, process, socket, server, or randomness that nobody gave it.
CORE_IS_WITHOUT = {
    "asyncio",
    "concurrent",
    "datetime",
    "http",
    "multiprocessing",
    "random",
    "sched",
    "select",
}
CORE_IS_WITHOUT |= {"signal", "socket", "socketserver", "ssl", "subprocess", "threading", "time", "urllib"}
CORE_MAY_READ = "urllib.parse"  # which opens nothing: it takes a link's text apart
CORE_NEEDS = {"annotated_types", "core", "numpy", "orjson", "pydantic", "pydantic_core", "safetensors"}
CORE_NEEDS |= {"llvmlite", "numba"}  # in the optional executor alone
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "dill", "joblib"}
SERVER_FRAMEWORKS = {"fastapi", "starlette"}
SERVER_MODULES = {"main", "api", "shelf_api", "sockets", "operating", "pages"}
SERVER_MODULES |= {
    "brought_api",
    "compression",
    "files",
    "image_api",
    "join",
    "lab_api",
    "landscape_api",
    "learning_api",
    "parts",
    "race_api",
    "room_api",
    "sweep_api",
    "table_api",
}

# Each module of app, and the modules of app that it may import: data flows one way.
APP_MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "access": {"admin", "bucket", "settings", "store", "tries"},
    "admin": {"settings"},
    "api": {
        "access",
        "archive",
        "broadcast",
        "catalogue",
        "lab",
        "protocol",
        "rooms",
        "run",
        "runs",
        "settings",
        "shelf",
    },
    "archive": {"present", "store"},
    "ballast": set(),
    "broadcast": {"metrics", "protocol"},
    "bucket": set(),
    "catalogue": set(),
    "background": set(),
    "brought_api": {"access", "api", "naming", "runs", "tables", "tidying"},
    "backup": {"admin", "settings", "store"},
    "climbing": set(),
    "compression": set(),
    "computing": {"background", "line"},
    "cli": {"backup", "headless", "headless_learning", "languages", "main", "settings", "store"},
    "guard": {"access", "admin", "logs", "metrics", "protocol", "settings", "store"},
    "errand": {"protocol"},
    "files": {"api"},
    "headless": set(),
    "headless_learning": set(),
    "machine": set(),
    "main": {
        "access",
        "api",
        "archive",
        "ballast",
        "compression",
        "guard",
        "image_api",
        "lab",
        "lab_api",
        "landscape_api",
        "languages",
        "learning_api",
        "logs",
        "operating",
        "pages",
        "protocol",
        "pulse",
        "race_api",
        "join",
        "room_api",
        "rooms",
        "runs",
        "settings",
        "sockets",
        "store",
        "training",
        "shelf_api",
        "studies",
        "sweep_api",
        "table_api",
        "tables",
        "tidying",
    },
    "pages": {"access", "catalogue", "languages", "protocol", "recording", "store", "tries"},
    "protocol": set(),
    "lab": {"computing", "line", "settings", "training"},
    "lab_api": {"api", "climbing", "computing", "lab", "runs"},
    "landscape_api": {"api", "archive", "computing", "lab", "parts", "run", "runs", "surveying", "tables"},
    "languages": set(),
    "learning": {"computing", "protocol"},
    "learning_api": {"api", "computing", "lab", "learning", "parts", "studies", "tables"},
    "limits": set(),
    "load": {"metrics"},
    "logs": set(),
    "loop": set(),
    "metrics": set(),
    "operating": {"api", "archive", "metrics", "runs", "store"},
    "present": {"protocol"},
    "run": {
        *("access", "archive", "broadcast", "line", "load", "metrics", "once", "past"),
        *("present", "protocol", "settings", "store", "training"),
    },
    "runs": {
        *("access", "archive", "broadcast", "limits", "load", "metrics", "present", "protocol"),
        *("run", "settings", "shelf", "store", "tables", "training"),
    },
    "settings": {"logs", "machine"},
    "runfile": {"naming", "present", "protocol"},
    "shelf": {"archive", "present", "store"},
    "shelf_api": {
        *("access", "api", "archive", "files", "naming", "present", "run"),
        *("runfile", "runs", "shelf", "tables", "tidying"),
    },
    "image_api": {"api", "brought_api", "files", "lab", "lab_api", "picture_reading", "protocol", "tables"},
    "picture_reading": {"protocol"},
    "join": {"access", "pages", "room_protocol", "rooms", "run"},
    "race_api": {"api"},
    "room": {"broadcast", "room_protocol"},
    "room_api": {
        *("access", "api", "bucket", "protocol", "room"),
        *("room_protocol", "rooms", "run", "runs", "sockets"),
    },
    "room_protocol": {"protocol"},
    "rooms": {
        *("access", "broadcast", "naming", "protocol", "room", "room_protocol"),
        *("run", "runs", "settings", "store", "tries"),
    },
    "sockets": {"access", "broadcast", "bucket", "protocol", "rooms", "run", "runs", "settings", "store", "tables"},
    "line": set(),
    "once": {"protocol"},
    "pace": {"protocol"},
    "diary": {"protocol"},
    "film": set(),
    "naming": set(),
    "parts": {"computing", "lab", "line", "protocol"},
    "past": {"present", "protocol"},
    "pulse": {"run", "runs"},
    "recording": {"limits", "line", "pace", "past", "protocol", "showing"},
    "showing": {"errand", "limits", "line", "pace", "past", "present", "protocol", "slow_looks"},
    "slow_looks": {"background", "limits"},
    "store": {"metrics"},
    "surveying": {"computing", "present", "protocol"},
    "thumbnail": {"film"},
    "studies": {"computing", "lab", "protocol"},
    "sweep_api": {"api", "lab", "parts", "runs", "studies", "sweeping", "tables"},
    "sweeping": {"computing", "protocol"},
    "table_reading": {"protocol"},
    "table_api": {
        *("api", "brought_api", "computing", "files", "lab", "lab_api", "protocol"),
        *("table_reading", "table_writing", "tables"),
    },
    "table_writing": set(),
    "tables": {"settings", "store"},
    "tidying": {"protocol", "runs", "shelf", "store", "tables"},
    "tries": set(),
    "training": {"background", "limits", "line", "protocol", "worker"},
    "worker": {
        *("background", "diary", "errand", "film", "limits", "line"),
        *("pace", "past", "present", "protocol", "showing", "thumbnail"),
    },
}

# The same for the page: a module or folder of static/src, and those that it may import. Types alone are free, and so
# is the language.
PAGE_MAY_IMPORT: dict[str, set[str]] = {
    "descent": {"draw", "form", "format", "icons", "link", "panels", "path", "room", "server", "storage", "store"},
    "draw": {"format"},
    "embed": set(),
    "embedding": {"store"},
    "enter": set(),
    "foreign": set(),
    "form": {"format", "hide", "icons", "path", "store"},
    "format": set(),
    "hide": set(),
    "icons": set(),
    "language": {"foreign"},
    "keys": {"hide", "panels", "store", "summary"},
    "link": {"form", "path"},
    "learning": {"draw", "form", "format", "icons", "panels", "store", "study"},
    "main": {"embed", "embedding", "keys", "page", "panels", "session", "store", "version"},
    "moments": {"draw", "format", "store"},
    "page": {"embed", "hide", "panels", "room", "store"},
    "panels": {
        *(
            "draw",
            "form",
            "format",
            "hide",
            "icons",
            "link",
            "moments",
            "path",
            "openings",
            "parts",
            "saving",
            "sentences",
            "server",
            "storage",
            "style",
        ),
        "store",
        "version",
        "wire",
    },
    "painter": {"store"},
    "parts": set(),
    "path": set(),
    "race": {"draw", "form", "format", "icons", "link", "panels", "path", "server", "socket", "storage", "store"},
    "room": {"format", "icons", "panels", "socket", "store", "style"},
    "runs": {"draw", "form", "format", "icons", "link", "panels", "path", "saving", "server", "store"},
    "saving": set(),
    "openings": {"format"},
    "sentences": {"format", "openings"},
    "server": set(),
    "session": {
        *(
            "form",
            "format",
            "link",
            "moments",
            "painter",
            "path",
            "socket",
            "storage",
            "store",
            "summary",
            "version",
            "wire",
        )
    },
    "socket": {"store", "wire"},
    "storage": set(),
    "store": {"storage"},
    "study": {"format", "icons", "link", "parts", "path", "server", "storage", "store", "wire"},
    "style": set(),
    "summary": {"draw", "format", "moments", "store"},
    "sweep": {"draw", "form", "format", "icons", "link", "panels", "path", "store", "study"},
    "theme": {"storage"},
    "version": {"store"},
    "wire": set(),
}
PAGE_IMPORT = re.compile(r'^(?:import|export)\s(?!type\b)[^;"]*"(\.{1,2}/[^"]+)"|import\("(\.{1,2}/[^"]+)"\)', re.M)

LONGEST_FUNCTION, LONGEST_FILE = 45, 600
REGISTRY_HOST = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|//\S+/simple[/]")


def python_files() -> Iterator[Path]:
    yield ROOT / "static/build.py"
    for folder in ("app", "core", "tests"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def page_files() -> list[Path]:
    return sorted(path for path in PAGE_SOURCE.rglob("*.ts*") if ".d." not in path.name)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files_in(folder: str) -> list[Path]:
    return [path for path in python_files() if name_of(path).startswith(f"{folder}/")]


def imports_of(path: Path) -> Iterator[str]:
    """The dotted names of all modules that a file imports, anywhere in it."""
    package = name_of(path.parent).split("/")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, node.module] if node.module else above)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", files_in("core"), ids=name_of)
def test_core_knows_neither_the_server_nor_the_clock(path: Path) -> None:
    used = {name.split(".")[0] for name in imports_of(path) if not name.startswith(CORE_MAY_READ)}
    assert used <= CORE_NEEDS | sys.stdlib_module_names
    assert not used & CORE_IS_WITHOUT


@pytest.mark.parametrize("path", files_in("app"), ids=name_of)
def test_app_modules_import_only_what_lies_above_them(path: Path) -> None:
    used = {name.split(".")[1] for name in imports_of(path) if name.startswith("app.")}
    assert used <= APP_MAY_IMPORT[path.stem]


@pytest.mark.parametrize("path", files_in("app"), ids=name_of)
def test_the_web_framework_stays_in_the_server_modules(path: Path) -> None:
    used = {name.split(".")[0] for name in imports_of(path)} & SERVER_FRAMEWORKS
    assert not used or path.stem in SERVER_MODULES


@pytest.mark.parametrize("path", files_in("app") + files_in("core"), ids=name_of)
def test_nothing_unpickles(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & NEVER_IMPORTED


@pytest.mark.parametrize("path", page_files(), ids=name_of)
def test_page_modules_import_only_what_lies_above_them(path: Path) -> None:
    own = part_of(path)
    imports = PAGE_IMPORT.findall(path.read_text(encoding="utf-8"))
    used = {part_of(path.parent / (static or dynamic)) for static, dynamic in imports}
    assert used - {own, "language"} <= PAGE_MAY_IMPORT[own]


def part_of(path: Path) -> str:
    """The folder of static/src that a file lies in, or the file's own name."""
    first, *rest = path.resolve().relative_to(PAGE_SOURCE).parts
    return first if rest else Path(first).stem


@pytest.mark.parametrize("path", [*python_files()], ids=name_of)
def test_every_file_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the first line says what the file is for"
    assert text.count("\n") <= LONGEST_FILE
    assert [f.name for f in functions_in(tree) if length_of(f) > LONGEST_FUNCTION] == []


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def committed_files() -> Iterator[Path]:
    """All files but those that Git is told to ignore."""
    rules = [line for place in (".", "static") for line in (ROOT / place / ".gitignore").read_text().splitlines()]
    ignored = {".git", *(rule.rstrip("/").rpartition("/")[2] for rule in rules)}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = set(folders) - ignored
        yield from (Path(folder, name) for name in files if name not in ignored)


def test_the_top_level_is_as_agreed() -> None:
    found = {name_of(path).split("/")[0] for path in committed_files()}
    assert found <= TOP_LEVEL | DEMANDED_BY_TOOLS
    assert found >= TOP_LEVEL


def test_no_registry_host_is_committed() -> None:
    texts = {path: path.read_bytes().decode("utf-8", "ignore") for path in committed_files()}
    assert [name_of(path) for path, text in texts.items() if REGISTRY_HOST.search(text)] == []


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [row for name in Settings.model_fields if (row := row_of(name)) not in readme] == []


def row_of(setting: str) -> str:
    field = Settings.model_fields[setting]
    default = str(field.default) if isinstance(field.default, str | Path) else json.dumps(field.default)
    return f"| `PLAYGROUND_{setting.upper()}` | `{default}` | {field.description} |"


def test_the_lock_holds_what_is_tested() -> None:
    """The image installs the very versions that these tests run with."""
    lines = (ROOT / "app/requirements.lock").read_text().splitlines()
    locked = [Requirement(line.rstrip(" \\")) for line in lines if "==" in line]
    here = [requirement for requirement in locked if not requirement.marker or requirement.marker.evaluate()]
    assert [str(r) for r in here if not r.specifier.contains(version(r.name))] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {Requirement(text).name for text in project["dependencies"]} <= {r.name for r in here}


def test_the_built_page_carries_the_licences_of_what_is_in_it() -> None:
    licences = (ROOT / "static/dist/THIRD_PARTY.txt").read_text(encoding="utf-8")
    needed = json.loads((ROOT / "static/package.json").read_text())["dependencies"].keys() - {"esbuild"}
    assert [package for package in needed if f"{package}\n\n" not in licences] == []


def test_types_hold() -> None:
    check(sys.executable, "-m", "mypy", "--strict", "app", "core")


def test_style_holds() -> None:
    check(sys.executable, "-m", "ruff", "check", ".")


def test_page_types_hold(node: str) -> None:
    """With the types of an experiment made anew from core's own classes."""
    check(node, "types.mjs", folder=ROOT / "static", PYTHON=sys.executable)
    check(node, "node_modules/typescript/bin/tsc", "--noEmit", folder=ROOT / "static")


def check(*command: str, folder: Path = ROOT, **environment: str) -> None:
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
