/** The window through which this viewer alone sees the plane or the curve: zoomed and panned. */
import { computed, effect, signal } from "@preact/signals";
import type { Window } from "../draw/plane.ts";
import { frame, scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";

/** How soon another window is asked for. */
const PAUSE_MS = 50;
const MARGIN = 0.15;

/** null is the whole. */
export const chosen = signal<Window | null>(null);

/** The plane of the data; of a curve its line, and all heights that the targets have. */
export const whole = computed((): Window => {
  const { domain: [left, right] = [-1, 1], dimensions, target_range: [low, high] = [-1, 1] } = scene.value ?? {};
  if (dimensions !== 1) return { left, right, bottom: left, top: right };
  const margin = MARGIN * (high - low || 1);
  return { left, right, bottom: low - margin, top: high + margin };
});

export const view = computed(() => chosen.value ?? whole.value);
export const isZoomed = computed(() => chosen.value !== null);

/** Another data set is seen as a whole first. */
const ground = computed(() => JSON.stringify([scene.value?.experiment.data.kind, whole.value]));
effect(() => {
  ground.value;
  chosen.value = null;
});

export function showWhole(): void {
  chosen.value = null;
}

/** What is to be asked for, as the server names it: a boundary through this window; not every window on the way. */
const named = computed(() => {
  const seen = chosen.value;
  if (!seen) return "boundary";
  const sides =
    scene.value?.dimensions === 1 ? [seen.left, seen.right] : [seen.left, seen.right, seen.bottom, seen.top];
  return `boundary:${sides.join()}`;
});
export const boundaryView = signal("boundary");
let timer = 0;
effect(() => {
  if (named.value !== boundaryView.peek() && !timer) ask();
});

function ask(): void {
  boundaryView.value = named.peek();
  timer = window.setTimeout(() => {
    timer = 0;
    if (named.peek() !== boundaryView.peek()) ask();
  }, PAUSE_MS);
}

interface Shot extends NamedArray {
  readonly window: Window;
}

let latest = "boundary";

/** The newest picture of the answer that has come, and the window that it shows. */
export const shot = computed((): Shot | undefined => {
  const { arrays, scene: number } = frame.value ?? {};
  if (!arrays || number !== scene.value?.scene) return undefined;
  for (const name of [boundaryView.value, latest, "boundary", "curve"]) {
    const array = arrays[name];
    if (!array) continue;
    latest = name;
    return { ...array, window: windowOf(name) };
  }
  return undefined;
});

function windowOf(name: string): Window {
  const [left = 0, right = 0, bottom = whole.value.bottom, top = whole.value.top] = (name.split(":")[1] ?? "")
    .split(",")
    .map(Number);
  return left < right ? { left, right, bottom, top } : whole.value;
}
