"""Showing: what a training process tells the server of its network: scene, curve, pictures and how it stands."""

from time import monotonic, process_time
from typing import Any

import numpy as np
import orjson

from app import protocol
from app.errand import Errand
from app.limits import Limits
from app.line import Kind, Teller
from app.pace import Meter, Pace
from app.past import Past
from app.present import COLUMNS
from app.slow_looks import SlowLooks
from core import Picture, Trainer
from core.probes.picture import merged


class Showing:
    """A trainer, and those who watch it. What has changed is shown in due time."""

    port: Teller
    trainer: Trainer
    limits: Limits
    pace: Pace
    past: Past
    playing: bool
    by_epoch: bool
    errand: Errand | None
    scene: int
    generation: int
    frame: int

    def __init__(self) -> None:
        self.views: dict[int, list[str]] = {}
        self.meter = Meter()
        self.unseen: set[str] = set()  # views for which there is not enough memory: they are not tried again
        self.slow_looks = SlowLooks(self.limits, self.unseen)
        self.load_level = 0
        self.rows: list[list[float]] = []
        self.point_due_at = self.show_due_at = self.shown_at = 0.0
        self.changed = self.scene_is_shown = self.tables_are_shown = False

    def note_point(self) -> None:
        """Put a point on the curves, unless they have come as far, or it would lie within an epoch where none may."""
        began = monotonic()
        self.metrics = protocol.finite(self.trainer.metrics())
        if not (self.playing and self.by_epoch and self.trainer.batch):
            self.rows += self.past.note(self.trainer)
        self.point_due_at = began + self.limits.point_pause(monotonic() - began)

    def show(self) -> None:
        """Tell the server all that is new, a picture only if somebody looks."""
        began, used = monotonic(), process_time()
        self.show_scene()
        self.show_tables()
        self.show_points()
        self.changed = False
        self.show_state()  # whoever has seen the frame, and asks, is told no less
        self.show_frame()
        self.shown_at = began
        pause = self.limits.frame_pause(process_time() - used, monotonic() - began, self.load_level)
        was_due_at = self.show_due_at if began - self.show_due_at < pause else began  # a slice late is still in step
        self.show_due_at = was_due_at + pause

    def show_sooner(self) -> None:
        """Somebody asks to see what was not shown: that waits only for a part of the usual time, if the server is not
        at its limits."""
        if not self.load_level:
            self.show_due_at = min(self.show_due_at, self.shown_at + self.limits.sooner_seconds)

    @property
    def asked_for(self) -> set[str]:
        """All that somebody wants to see."""
        return {view for views in self.views.values() for view in views}

    def show_scene(self) -> None:
        if self.scene_is_shown:
            return
        info, arrays = self.trainer.scene()
        self.train_samples = info["train_samples"]
        message = {"type": "scene", "scene": self.scene, "generation": self.generation, **info}
        self.port.say(Kind.SCENE, self.scene, protocol.encode(message, arrays))
        self.scene_is_shown = True

    def show_tables(self) -> None:
        """Tell those who paint by themselves how to."""
        if self.tables_are_shown or "painting" not in self.asked_for:
            return
        if tables := self.trainer.tables():
            self.port.say(Kind.TABLES, self.scene, protocol.encode({"type": "tables", **tables.info}, tables.arrays))
        self.tables_are_shown = True

    def show_points(self) -> None:
        if self.rows:
            message = {"type": "points", "generation": self.generation, "columns": COLUMNS}
            rows = {"points": np.array(self.rows)}
            self.port.say(Kind.POINTS, self.generation, protocol.encode(message, rows))
            self.rows.clear()

    def show_frame(self) -> None:
        if self.views:
            info, arrays = self.picture(self.asked_for - self.unseen)
            self.changed = self.slow_looks.has_more
            self.frame += 1
            message = {
                **self.heading(),
                **info,
                "metrics": protocol.finite(info["metrics"]),
                "unseen": sorted(self.unseen),
            }
            self.port.say(Kind.FRAME, self.frame, protocol.encode(message, arrays))

    def picture(self, views: set[str]) -> Picture:
        """What these views show. Those for which there is not enough memory are noted as unseen."""
        seen = self.trainer.frame(views)
        slow = self.slow_looks.picture(views, self.trainer, self.past.timeline.moments, self.generation)
        self.unseen.update(seen.info["unseen"])
        return merged([seen, slow])

    def heading(self) -> dict[str, Any]:
        """What a frame says beyond the trainer's own words."""
        epochs_per_second = self.meter.mark(self.trainer.exact_epoch)
        return {
            "type": "frame",
            "scene": self.scene,
            "generation": self.generation,
            "seq": self.frame,
            "status": self.status,
            "message": self.trainer.message,
            "divergence": vars(broken) if (broken := self.trainer.divergence) else None,
            "first_step": self.past.first_step,
            "head": {"step": self.past.head_step, "epoch": self.past.head_epoch},
            "speed": self.pace.speed.model_dump(),
            "seconds": self.meter.seconds,
            "epochs_per_second": epochs_per_second,
            "samples_per_second": epochs_per_second * self.train_samples,
        }

    def show_state(self) -> None:
        trainer = self.trainer
        state = {"status": self.status, "step": trainer.step, "epoch": trainer.epoch, "metrics": self.metrics}
        self.port.say(Kind.STATE, 0, orjson.dumps(state))

    @property
    def status(self) -> str:
        if self.trainer.status != "ready":
            return self.trainer.status
        return "playing" if self.playing or self.errand else "paused"
