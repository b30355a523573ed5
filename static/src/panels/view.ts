/** The window through which this viewer alone sees the plane or the curve: zoomed and panned. */
import { computed, effect, signal } from "@preact/signals";
import type { Window } from "../draw/plane.ts";
import { frame, scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";

/** How far one may zoom in and out, and how soon another window is asked for. */
const CLOSEST = 1 / 256;
const FARTHEST = 4;
const PAUSE_MS = 50;
const MARGIN = 0.15;

const chosen = signal<Window | null>(null);

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

/** Show so many times as much, with the place that is so far to the right and down, from 0 to 1, where it is. */
export function zoom(factor: number, right = 0.5, down = 0.5): void {
  const { left, top, ...seen } = view.value;
  const [width, height] = [seen.right - left, top - seen.bottom];
  const widest = whole.value.right - whole.value.left;
  const by = Math.max((CLOSEST * widest) / width, Math.min((FARTHEST * widest) / width, factor));
  const [newLeft, newTop] = [left + right * width * (1 - by), top - down * height * (1 - by)];
  look({ left: newLeft, right: newLeft + by * width, bottom: newTop - by * height, top: newTop });
}

/** Go to the right and down by so many times what is seen. */
export function pan(right: number, down: number): void {
  const seen = view.value;
  const [x, y] = [right * (seen.right - seen.left), -down * (seen.top - seen.bottom)];
  look({ left: seen.left + x, right: seen.right + x, bottom: seen.bottom + y, top: seen.top + y });
}

/** Make a place visible, in the middle where it was not. */
export function bringIn(x: number, y: number): void {
  const { left, right, bottom, top } = view.value;
  if (x >= left && x <= right && y >= bottom && y <= top) return;
  pan((x - (left + right) / 2) / (right - left), ((bottom + top) / 2 - y) / (top - bottom));
}

/** Take a window whose middle lies within the whole; its sides are as round as one can see. */
function look(wanted: Window): void {
  const { left, right, bottom, top } = whole.value;
  const [x, width] = shifted(wanted.left, wanted.right, left, right);
  const [y, height] = shifted(wanted.bottom, wanted.top, bottom, top);
  const next = { left: x, right: round(x + width, width), bottom: y, top: round(y + height, height) };
  const isWhole = same(next.left, left, width) && same(next.right, right, width) && same(next.top, top, height);
  chosen.value = isWhole ? null : next;
}

/** Where a stretch begins, and how long it is. */
function shifted(low: number, high: number, least: number, most: number): [start: number, length: number] {
  const middle = Math.max(least, Math.min(most, (low + high) / 2));
  return [round(middle - (high - low) / 2, high - low), high - low];
}

function round(value: number, span: number): number {
  const decimals = Math.max(0, Math.min(9, 3 - Math.floor(Math.log10(span))));
  return Number(value.toFixed(decimals)) + 0;
}

function same(one: number, other: number, span: number): boolean {
  return Math.abs(one - other) < span / 500;
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
