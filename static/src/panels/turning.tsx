/** The angle from which a relief is looked at, and how it is turned: by mouse, by finger, by arrow keys. */
import { signal } from "@preact/signals";
import type { Angle } from "../draw/terrain.ts";
import type { Point } from "../draw/track.ts";
import { t } from "../language.ts";

const FIRST_ANGLE: Angle = { turn: 0.6, tilt: 0.75 };
const [LOWEST, HIGHEST] = [0.15, 1.45];
const TURN = 0.12;
/** So many pixels of a drag are a radian. */
const PIXELS = 150;

export const angle = signal(FIRST_ANGLE);

/** To the right and up. */
export const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

function turn(by: number, tilt: number): void {
  const next = Math.max(LOWEST, Math.min(HIGHEST, angle.value.tilt + tilt));
  angle.value = { turn: angle.value.turn + by, tilt: next };
}

/** A drag over the relief turns and tilts it. */
export function turning() {
  let last: Point | null = null;
  return {
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      last = [event.clientX, event.clientY];
    },
    onPointerMove: (event: PointerEvent) => {
      if (!last) return;
      turn((event.clientX - last[0]) / PIXELS, (event.clientY - last[1]) / PIXELS);
      last = [event.clientX, event.clientY];
    },
    onPointerUp: () => (last = null),
    onPointerCancel: () => (last = null),
  };
}

/** The same by keys; a click brings it back to where it was. */
export function Turner() {
  return (
    <button
      type="button"
      class="button small outlined turner"
      aria-label={t("Turn the relief: arrow keys turn and tilt it")}
      onKeyDown={(event) => {
        const arrow = ARROWS[event.key];
        if (!arrow) return;
        event.preventDefault();
        event.stopPropagation();
        turn(arrow[0] * TURN, arrow[1] * TURN);
      }}
      onClick={() => (angle.value = FIRST_ANGLE)}
    >
      {t("Turn")}
    </button>
  );
}
