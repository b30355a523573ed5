"""Worker: the body of a training process. It owns the clock: it obeys, advances, and now and then shows a frame."""

import socket
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from dataclasses import asdict
from time import monotonic, process_time
from typing import Any

import orjson

from app import protocol
from app.background import WAITED_FOR, sparing, stand_back, stand_back_further
from app.diary import note_of
from app.errand import Errand
from app.film import film
from app.limits import Limits
from app.line import Kind, Port
from app.pace import Pace, Rest
from app.past import Past, Pasts
from app.present import Mode, Present, octets
from app.protocol import (
    AnyCommand,
    BringBack,
    Change,
    Edit,
    Pause,
    Play,
    Reset,
    Seek,
    SetSpeed,
    Speed,
    Step,
    TakeBack,
    Watch,
)
from app.showing import Showing
from app.thumbnail import thumbnail
from core import Change as Became
from core import Experiment, InvalidExperiment, Picture, Trainer, parsed_view
from core.data.at_hand import look_in

OUT_OF_MEMORY = "The experiment needs more memory than a run may have."
MOST_STEPS = 32  # may wait for the one under way
PAST_BYTES = 2**20  # of moments are written down with what is put aside


class Refused(Exception):
    """A command that cannot be obeyed now, or as it is."""

    def __init__(self, code: str, message: str, problems: Iterable[dict[str, str]] = ()) -> None:
        super().__init__(message)
        self.error = protocol.error_body(code, message, problems)


def main(line: socket.socket, start: bytes, limits: Limits) -> None:
    """Train until the server hangs up. `start`: a present to go on from, packed."""
    stand_back(limits.memory_bytes, WAITED_FOR)
    if limits.tables:
        look_in(limits.tables)
    port = Port(line)
    present = Present.unpacked_with_earlier(start)
    try:
        if present.is_foreign and (problem := present.problem()):
            return port.say(Kind.FAILURE, 0, problem.encode())
        Worker(port, present, limits).live()
    except MemoryError:
        port.say(Kind.FAILURE, 0, OUT_OF_MEMORY.encode())
    except InvalidExperiment as invalid:
        port.say(Kind.INVALID, 0, orjson.dumps([*map(tuple, invalid.problems)]))


class Worker(Showing):
    """A trainer with a clock. Whatever happens marks it as changed, and what has changed is shown in due time."""

    port: Port

    def __init__(self, port: Port, present: Present, limits: Limits) -> None:
        self.port = port
        self.trainer = present.trainer()
        self.limits = limits
        super().__init__()
        self.pace, self.rest = Pace(), Rest()
        self.playing = False
        self.until_epoch: int | None = None
        self.errand: Errand | None = None
        self.steps: deque[tuple[int, Step]] = deque()  # those that wait for it
        self.most = 1  # how much to advance in one go, so that a slice lasts as long as it should
        self.keep_due_at = self.save_due_at = 0.0
        self.is_portrayed, self.portrait_due_at = True, 0.0
        self.go_on_from(present)

    def go_on_from(self, present: Present) -> None:
        """Take up what another process left: its past, its mode, and the commands that it obeyed afterwards."""
        mode = present.mode
        self.scene, self.generation, self.frame, self.entry = mode.scene, mode.generation, mode.frame, mode.entry
        self.pace.speed = mode.speed
        self.playing, self.until_epoch, self.by_epoch = mode.playing, mode.until_epoch, mode.by_epoch
        self.meter.seconds = mode.seconds
        self.past, self.pasts = Past(self.trainer, present), Pasts(present.earlier)
        self.begin_curve()
        self.renew()
        self.unsaved = bool(present.entries)
        self.pace.start()
        for entry in present.entries:
            self.repeat(**entry)
        self.note_point()

    def live(self) -> None:
        self.show()  # that it is there
        self.take_turn()  # those who watched the process before this one wait for a picture
        stand_back_further()
        while True:
            self.take_turn()

    def take_turn(self) -> None:
        self.obey_all()
        self.changed |= self.slow_looks.advance(self.playing, self.load_level)
        if self.changed and monotonic() >= self.show_due_at:
            self.show()
        if is_turn := monotonic() >= self.rest.until:
            self.train()
        if self.unsaved and not self.errand and monotonic() >= self.save_due_at:  # a step is obeyed as a whole
            self.save()
        if not (self.is_portrayed or monotonic() < self.portrait_due_at):
            self.portray()
        if is_turn:
            self.rest.end(monotonic(), process_time())

    # --- time -------------------------------------------------------------------------------------------------

    def rest_seconds(self) -> float | None:
        """How long there is nothing to do; None is until the next command."""
        dues = [self.rest.until] if self.errand else []
        if self.changed:
            dues.append(self.show_due_at)
        if self.unsaved:
            dues.append(self.save_due_at)
        if not self.is_portrayed:
            dues.append(self.portrait_due_at)
        if self.playing:
            dues.append(self.pace.next_at)
        if self.slow_looks.is_measuring:
            dues.append(self.slow_looks.due_at)
        if not dues:
            return None
        until = self.rest.until if self.playing or self.errand else 0.0
        return max(0.0, max(until, min(dues)) - monotonic())

    # --- training ---------------------------------------------------------------------------------------------

    def train(self) -> None:
        if self.errand:
            self.run_errand(self.errand)
        elif self.playing:
            updates = self.pace.due(self.trainer.batches, min(self.most, self.updates_left()))
            if updates:
                self.advance("updates", updates)
                self.pace.done(self.trainer.batches, updates)

    def updates_left(self) -> int:
        """How many updates there are up to the epoch at which playing ends, or at whose end there is to be a point."""
        trainer = self.trainer
        until = trainer.epoch + 1 if self.by_epoch else self.until_epoch
        return self.most if until is None else max(1, (until - trainer.epoch) * trainer.batches - trainer.batch)

    def run_errand(self, errand: Errand) -> None:
        amount = min(errand.left, self.most)
        errand.left -= amount
        self.advance(errand.unit, amount)
        if self.errand and not errand.left:
            self.stop()
        if self.steps and not self.errand:
            self.answer(*self.steps.popleft())

    def advance(self, unit: str, amount: int) -> None:
        used = process_time()
        self.trainer.advance(**{unit: amount})
        used = process_time() - used
        self.meter.seconds += used
        in_a_slice = int(self.limits.slice_at(self.rest.crowding) * amount / max(used, 1e-6))
        self.most = max(1, min(in_a_slice, 2 * self.most))
        self.past.come_to(self.trainer)
        self.changed = self.unsaved = True
        self.is_portrayed = False
        if self.trainer.status != "ready" or self.has_played_enough():
            self.stop()
        elif self.trainer.batch == 0 if self.by_epoch else monotonic() >= self.point_due_at:
            self.note_point()
        if monotonic() >= self.keep_due_at:
            self.keep_moment()

    def has_played_enough(self) -> bool:
        return self.playing and self.until_epoch is not None and self.trainer.epoch >= self.until_epoch

    def break_off(self) -> None:
        """End a step that is under way, and those that wait for it."""
        waiting, self.steps = self.steps, deque()
        if self.errand:
            self.stop()
        for watcher, step in waiting:
            refused = Refused("state", "The step was broken off before it began.")
            self.refuse(watcher, step, refused)

    def stop(self) -> None:
        """Come to rest, with a point of the curve that says where."""
        self.playing = False
        errand, self.errand = self.errand, None
        if errand:
            self.enter(errand.watcher, errand.command, errand.began, errand.done)
            self.show_due_at = 0.0
        self.note_point()
        self.meter.restart()
        self.changed = self.unsaved = True

    # --- obeying ----------------------------------------------------------------------------------------------

    def obey_all(self) -> None:
        seconds = self.rest_seconds()
        due_at = float("inf") if seconds is None else monotonic() + seconds
        heard = self.port.hear(seconds)
        self.rest.begin(min(due_at, monotonic()), process_time())
        while heard:
            self.obey(**heard)
            heard = None if self.errand else self.port.hear(0)  # a step comes before what follows it

    def obey(self, watcher: int, command: Any) -> None:
        match command:
            case "join":
                if not self.views:
                    self.show_due_at = 0.0
                self.views[watcher] = []
                self.changed = True
            case "leave":
                self.views.pop(watcher, None)
                self.slow_looks.stop()
                self.changed = True  # others may have what was stopped
                self.portrait_due_at = 0.0  # whoever leaves may look at it next
            case "load":
                self.load_level = watcher
            case "crowding":
                self.rest.crowding = watcher
            case "present" | "last":
                if command == "last":
                    self.break_off()  # a step is written down as a whole
                self.show_state()  # as it is then
                kind = Kind.LAST if command == "last" else Kind.PARCEL
                self.port.say(kind, watcher, self.present(**self.past.packed()).packed())
            case "branch":
                past = self.past.packed_until(self.trainer.step)
                self.port.say(Kind.PARCEL, watcher, self.present(**past).packed())
            case "portrait":
                self.portray()
            case "pulse":
                self.port.say(Kind.PARCEL, watcher, b"")
            case "save":
                self.unsaved = True
            case "film":
                self.port.say(Kind.PARCEL, watcher, self.filmed() or b"")
            case _:
                self.answer(watcher, protocol.COMMAND.validate_python(command))

    def answer(self, watcher: int, command: AnyCommand) -> None:
        try:
            self.do(watcher, command)
        except Refused as refused:
            self.refuse(watcher, command, refused)

    def refuse(self, watcher: int, command: AnyCommand, refused: Refused) -> None:
        text = protocol.error_answer(command.id, refused.error)
        self.port.say(Kind.ANSWER, watcher, text.encode())

    def acknowledge(self, watcher: int, command: AnyCommand, **more: Any) -> None:
        self.port.say(Kind.ANSWER, watcher, orjson.dumps(self.answer_to(command, **more)))

    def answer_to(self, command: AnyCommand, **more: Any) -> dict[str, Any]:
        return {"type": "ack", "id": command.id, "op": command.op, "step": self.trainer.step, **more}

    def enter(
        self, watcher: int, command: AnyCommand, at: int, done: dict[str, Any], note: Any = None, **more: Any
    ) -> None:
        """Have it written down what was obeyed at which update, and answered then. `note`: for those who look back."""
        self.entry += 1
        entry = {"number": self.entry, "step": at, "command": done, "note": note}
        is_back = isinstance(command, Seek | TakeBack | BringBack)  # there is no way to there but this moment
        arrays = {"moment": octets(self.moment())} if is_back else {}
        if past := self.pasts.kept.get(self.entry):
            arrays["past"] = octets(past.coarse(PAST_BYTES).packed())
        pasts = self.pasts.numbers if past or is_back else None
        message = {"entry": entry, "answer": self.answer_to(command, **more), "pasts": pasts}
        self.port.say(Kind.ENTRY, watcher, protocol.encode(message, arrays))

    def do(self, watcher: int, command: AnyCommand) -> None:
        match command:
            case Watch():
                self.watch(watcher, command.views)
                self.acknowledge(watcher, command)
            case Step():
                self.begin(watcher, command)  # answered when it is done
            case _:
                at, done = self.trainer.step, command.model_dump(exclude={"id"})
                before = self.trainer.experiment, self.trainer.exact_epoch
                more = self.carry_out(command)
                note = note_of(command, *before, self.trainer, more)
                if isinstance(command, Seek | TakeBack | BringBack):
                    at = self.trainer.step
                    here = {"op": "seek", "step": at}
                    done = {"op": "play", "until_epoch": self.until_epoch} if self.playing else here
                self.enter(watcher, command, at, done, note, **more)
        self.changed = True

    def carry_out(self, command: AnyCommand) -> dict[str, Any]:
        """Do what is done at once. What it returns belongs into the answer."""
        self.unsaved, self.is_portrayed = True, False
        match command:
            case Play():
                self.play(command)
            case Pause():
                self.break_off()
                self.stop()
            case SetSpeed():
                self.pace.speed = Speed(unit=command.unit, per_second=command.per_second)
                self.pace.start()
            case Reset():
                return self.reset(command.experiment)
            case Seek():
                self.seek(command.step)
            case TakeBack():
                self.take_back(command.step)
            case BringBack():
                self.bring_back(command.past)
            case Edit():
                return self.edit(command)
            case Change():
                return self.change(command.experiment)
        return {}

    def repeat(self, number: int, step: int, command: dict[str, Any]) -> None:
        """Come to the update at which this was obeyed, and obey it again. Training is exact, so all is as it was."""
        self.entry = number - 1
        self.trainer.advance(updates=step - self.trainer.step)
        self.past.come_to(self.trainer)
        self.rest_if_due()
        if command["op"] == "step":
            self.trainer.advance(**{command["unit"]: command["count"] - (self.trainer.step - step)})  # some may be done
            self.past.come_to(self.trainer)
        else:
            with suppress(Refused):
                self.carry_out(protocol.COMMAND.validate_python({"id": 0, **command}))
        self.rest_if_due()
        self.entry = number

    def rest_if_due(self) -> None:
        """Where playing ended by itself it had ended before the next command, too."""
        if self.trainer.status != "ready" or self.has_played_enough():
            self.playing = False

    def begin(self, watcher: int, step: Step) -> None:
        if self.playing or len(self.steps) == MOST_STEPS:
            raise Refused("state", "The network is training: pause it before taking single steps.")
        self.check_it_can_train()
        if self.errand:
            self.steps.append((watcher, step))
            return
        self.errand = Errand.of(watcher, step, self.trainer)
        self.most, self.rest.until = 1, 0.0
        self.show_due_at = monotonic() + self.limits.frame_seconds  # a short one is shown when it is done

    def play(self, command: Play) -> None:
        self.check_it_can_train()
        self.break_off()
        if not self.playing:
            self.pace.start()
        until, self.by_epoch = command.until_epoch, command.by_epoch
        self.until_epoch, self.playing = until, until is None or self.trainer.epoch < until

    def check_it_can_train(self) -> None:
        if self.trainer.message:
            raise Refused("state", f"{self.trainer.message} Change a setting or reset to go on.")

    def change(self, experiment: dict[str, Any]) -> dict[str, Any]:
        self.break_off()
        former = copy(self.trainer)  # which becomes another one
        change = self.become(experiment)
        if change.restarted:
            return asdict(change) | self.begin_anew(former)
        self.take_another_way()
        self.renew()
        return asdict(change)

    def become(self, experiment: dict[str, Any]) -> Became:
        try:
            return self.trainer.change(Experiment.parse(experiment))
        except InvalidExperiment as error:
            problems = [problem._asdict() for problem in error.problems]
            raise Refused("invalid_experiment", str(error.problems[0]), problems) from None
        except MemoryError:
            raise Refused("too_large", OUT_OF_MEMORY) from None

    def reset(self, experiment: dict[str, Any] | None) -> dict[str, Any]:
        self.break_off()
        former = copy(self.trainer)
        if experiment is not None:
            self.become(experiment)
        self.trainer.reset()
        return self.begin_anew(former)

    def seek(self, step: int) -> None:
        first, head = self.past.first_step, self.past.head_step
        if not first <= step <= head:
            raise Refused("range", f"step: expected a whole number from {first} to {head}, got {step}")
        self.break_off()
        self.playing = False
        before = self.trainer.experiment
        if self.trainer.divergence is None:
            self.past.keep(self.trainer)  # the way back here is short then
        self.trainer = self.past.seek(step)
        if self.trainer.experiment != before:
            self.renew()
        self.note_point()
        self.meter.restart()

    def take_back(self, step: int) -> None:
        self.break_off()
        trainer = self.past.take_back(step)
        if trainer is None:
            raise Refused("range", f"step: nothing that was changed after {step} updates can be taken back.")
        self.trainer = trainer
        self.begin_curve()
        self.renew()
        self.note_point()

    def bring_back(self, number: int) -> None:
        past = self.pasts.take(number)
        if past is None:
            raise Refused("range", "What was before this reset is no longer kept.")
        self.break_off()
        self.trainer = past.trainer()
        self.past = Past(self.trainer, past)
        self.begin_curve()
        self.renew()
        self.note_point()

    def edit(self, edit: Edit) -> dict[str, Any]:
        """Set a weight, and tell what it was."""
        weights = self.trainer.weights
        units, columns = weights[edit.layer].shape if edit.layer < len(weights) else (0, 0)
        column = columns - 1 if edit.input is None else edit.input
        if edit.unit >= units or column >= columns - (edit.input is not None):
            raise Refused("range", f"There is no such weight: layer {edit.layer} has {units} × {columns} parameters.")
        self.break_off()
        before = float(weights[edit.layer][edit.unit, column])
        weights[edit.layer][edit.unit, column] = edit.value
        self.trainer.set_weights(weights)
        self.take_another_way()
        return {"before": before}

    def watch(self, watcher: int, views: list[str]) -> None:
        for view in views:
            try:
                parsed_view(view)
            except ValueError as error:
                raise Refused("range", str(error)) from None
        if not self.asked_for.issuperset(views):
            self.show_sooner()
        self.views[watcher] = views
        self.slow_looks.stop()  # until the next frame

    def picture(self, views: set[str]) -> Picture:
        self.trainer.metrics()  # are never left out
        with sparing(self.limits.memory_bytes):
            return super().picture(views)

    # --- keeping ----------------------------------------------------------------------------------------------

    def begin_anew(self, former: Trainer) -> dict[str, Any]:
        """What was is put aside, with the curve and the way back, if there was anything. Tells under which number."""
        number = self.put_aside(former) if self.past.has_begun(former) else None
        self.past, self.meter.seconds = Past(self.trainer), 0.0
        self.begin_curve()
        self.renew()
        self.note_point()
        return {"past": number}

    def put_aside(self, former: Trainer) -> int:
        number = self.entry + 1  # of the command that is being obeyed
        self.past.note(former)
        self.pasts.put(number, Present(former.snapshot(), **self.past.packed()))
        return number

    def take_another_way(self) -> None:
        """Something is changed here: a future that was known is so no longer."""
        if self.past.leave(self.trainer):
            self.begin_curve()
            self.note_point()

    def begin_curve(self) -> None:
        """Send the curve again, as far as it still holds."""
        self.generation += 1
        self.rows = list(self.past.rows)

    def renew(self) -> None:
        """The experiment is another one."""
        self.scene += 1
        self.most = 1
        self.meter.restart()
        self.scene_is_shown = self.tables_are_shown = False
        self.unseen.clear()
        self.changed = True

    def keep_moment(self) -> None:
        """Keep what is needed to come back here."""
        began = monotonic()
        self.past.keep(self.trainer)
        self.keep_due_at = began + self.limits.moment_pause(monotonic() - began)

    def present(self, **past: Any) -> Present:
        shown = self.entry, self.scene, self.generation, self.frame
        mode = Mode(self.playing, self.until_epoch, self.pace.speed, *shown, self.by_epoch, self.meter.seconds)
        return Present(self.trainer.snapshot(), mode, **past)

    def moment(self) -> bytes:
        """What to go on from here. The curve up to it is known then."""
        self.show_points()
        self.show_state()
        return self.present(head=(self.past.head_step, self.past.head_epoch)).packed()

    def save(self) -> None:
        """Tell the server what to go on from, should this process end."""
        began, used = monotonic(), process_time()
        self.port.say(Kind.MOMENT, self.entry, self.moment())
        self.unsaved = False
        self.save_due_at = began + self.limits.save_pause(process_time() - used, bool(self.views))

    def filmed(self) -> bytes | None:
        with suppress(MemoryError), sparing(self.limits.memory_bytes):
            return film(self.past.timeline, self.trainer)
        return None

    def portray(self) -> None:
        """Tell the server how the network looks now."""
        began, used = monotonic(), process_time()
        with suppress(MemoryError), sparing(self.limits.memory_bytes):  # without it the one before stays
            self.port.say(Kind.PORTRAIT, 0, thumbnail(self.trainer))
        cost = (process_time() - used) * max(1, self.rest.crowding)
        self.is_portrayed = True
        self.portrait_due_at = began + self.limits.portrait_pause(cost, bool(self.views))
