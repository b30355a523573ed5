"""The page's own modules, run by node, which strips the types: what some lines of JavaScript make of them."""

import json
import subprocess
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent.parent.parent / "static/src"
A_PAGE = """
const kept = {};
globalThis.localStorage = { getItem: (key) => kept[key] ?? null, setItem: (key, text) => (kept[key] = text) };
globalThis.location = { pathname: "/", search: "", hash: "" };
globalThis.document = { getElementById: () => null, documentElement: { dataset: {}, lang: "en" } };
globalThis.matchMedia = () => ({ matches: false });
"""
"""As much of a page as modules ask for that draw nothing: an empty one, in a browser that was never here."""
SCRIPT = """
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf8"));
{page}
{imports}
console.log(JSON.stringify(await (async () => {{ {lines} }})()));
"""


def run_by_node(node: str, modules: str, lines: str, *, given: Any = None, page: str = A_PAGE) -> Any:
    """What the lines return. They find each of the modules, such as "store draw/scales", under its last name, and what
    they are given as `given`."""
    imports = [
        f"const {name.rpartition('/')[2]} = await import({json.dumps((SOURCES / f'{name}.ts').as_uri())});"
        for name in modules.split()
    ]
    script = SCRIPT.format(page=page, imports="\n".join(imports), lines=lines)
    done = subprocess.run(
        [node, "--no-warnings", "--input-type=module", "--eval", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
