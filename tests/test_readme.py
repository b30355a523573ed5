"""What the README shows in Python is true: the notebook runs, and its example of a class is the one in core."""

import inspect
import re
from pathlib import Path

from core.optimizers import Momentum

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_notebook_runs_from_top_to_bottom() -> None:
    cells = [cell for cell in re.findall(r"```python\n(.*?)```", README, re.S) if not cell.startswith("class")]
    exec("\n".join(cells), {})


def test_the_example_of_a_class_is_the_real_one() -> None:
    assert inspect.getsource(Momentum) in README
