"""Entrants: the contestants by name, what each needs, and how those are started that this machine can run."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = "tests/bench/contestants"
FIND = "import sys, importlib.util as i; print(*(name for name in sys.argv[1:] if i.find_spec(name)))"


@dataclass(frozen=True)
class Entrant:
    """`package`: what it needs from pip (an import's name) or from npm; none: what the project has. `convention`: why
    its weights are not quite core's."""

    title: str
    package: str | None = None
    in_node: bool = False
    convention: str = ""


FLOAT32 = "always float32"
ENTRANTS: Mapping[str, Entrant] = {
    "core_training": Entrant("core, NumPy alone"),
    "core_pictures": Entrant("core"),
    "core_compiled": Entrant("core, Numba", "numba"),
    "tutorial": Entrant("tutorial NumPy"),
    "tutorial_pictures": Entrant("tutorial NumPy"),
    "torch_eager": Entrant("PyTorch eager", "torch"),
    "torch_pictures": Entrant("PyTorch eager", "torch"),
    "torch_images": Entrant("PyTorch eager", "torch"),
    "scikit_learn": Entrant(
        "scikit-learn", "sklearn", convention="its values are linear, its Adam adds ε before the correction"
    ),
    "jax_step": Entrant("JAX, a step at a time", "jax"),
    "jax_scan": Entrant("JAX, an epoch at a time", "jax"),
    "tensorflow_js": Entrant("TensorFlow.js", "@tensorflow/tfjs", in_node=True, convention=f"{FLOAT32}, Adam's ε 1e-7"),
    "convnetjs": Entrant(
        "ConvNetJS",
        "convnetjs",
        in_node=True,
        convention="Adadelta, for want of Adam; a batch that is not whole waits for the next epoch",
    ),
    "object_graph_training": Entrant("object graph in node", in_node=True),
    "object_graph_pictures": Entrant("object graph in node", in_node=True),
}


@dataclass(frozen=True)
class Machine:
    """Where to look: a Python that may hold what pip installs, a node_modules that may hold what npm installs."""

    python: str
    node_modules: Path | None

    def commands(self, names: Iterable[str]) -> dict[str, Sequence[str]]:
        """How to start those that can be."""
        commands = {name: self._command(name, ENTRANTS[name]) for name in names}
        return {name: command for name, command in commands.items() if command}

    def _command(self, name: str, entrant: Entrant) -> Sequence[str] | None:
        if entrant.in_node:
            return self._node_command(name, entrant)
        is_own = entrant.package is None or importlib.util.find_spec(entrant.package) is not None
        if not is_own and not _has(self.python, entrant.package or ""):
            return None
        is_core = name.startswith("core")
        if is_core and not is_own:
            return None
        return [sys.executable if is_own else self.python, "-m", f"{FOLDER.replace('/', '.')}.{name}"]

    def _node_command(self, name: str, entrant: Entrant) -> Sequence[str] | None:
        node, folder = shutil.which("node"), self.node_modules
        if not node or (entrant.package and not (folder and (folder / entrant.package).is_dir())):
            return None
        return [node, f"{FOLDER}/{name}.mjs", *([str(folder)] if entrant.package else [])]


def _has(python: str, package: str) -> bool:
    found = subprocess.run([python, "-c", FIND, package], capture_output=True, text=True, check=True).stdout
    return package in found.split()
