"""Once: a command that is sent again, because its answer was lost on the way, is obeyed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.protocol import AnyCommand

MOST_UNDER_WAY = 256
MOST_ANSWERED = 256


@dataclass
class Asked:
    """A command that the process was told. `name`: by which it is known if it comes again, or "". `watcher`: who waits
    for the answer."""

    command: AnyCommand
    name: str
    watcher: int


class Once:
    """The commands of a run that are under way, by the watcher's number and the command's id, and what was answered
    lately, by the commands' names."""

    def __init__(self) -> None:
        self.under_way: dict[tuple[int, int], Asked] = {}
        self.answered: dict[str, str] = {}

    @property
    def is_full(self) -> bool:
        return len(self.under_way) >= MOST_UNDER_WAY

    def recall(self, answers: Mapping[str, str]) -> None:
        """Take up what was answered before, oldest first."""
        self.answered = dict(answers)

    def again(self, name: str, watcher: int) -> str | None:
        """The answer to a command that was sent before; "" where it is still to come, to this watcher then. None to one
        that is new."""
        if not name:
            return None
        for asked in self.under_way.values():
            if asked.name == name:
                asked.watcher = watcher
                return ""
        return self.answered.get(name)

    def ask(self, watcher: int, name: str, command: AnyCommand) -> None:
        self.under_way[watcher, command.id] = Asked(command, name, watcher)

    def name_of(self, watcher: int, id: int) -> str:
        asked = self.under_way.get((watcher, id))
        return asked.name if asked else ""

    def answer(self, watcher: int, id: int, text: str, is_obeyed: bool) -> int:
        """Note what is answered. Returns whom to tell, who may have sent it again. What was not obeyed may be tried
        again."""
        asked = self.under_way.pop((watcher, id), None)
        if asked and asked.name and is_obeyed:
            self.answered[asked.name] = text
            if len(self.answered) > MOST_ANSWERED:
                del self.answered[next(iter(self.answered))]
        return asked.watcher if asked else watcher
