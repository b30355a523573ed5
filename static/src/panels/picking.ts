/** Picking a point of the plane or of a curve, by pointer and by key; what a press or a click means there. */
import { effect, signal } from "@preact/signals";
import { ARROWS, nearest, neighbour } from "../draw/near.ts";
import { isPointPicked, sample, scene, tab } from "../store.ts";
import { answers, hoveredPoint, isNear, isShown, mistakesInto, showsMistakes } from "./answers.ts";
import { placeOf, places } from "./points.tsx";
import { showWhole } from "./view.ts";
import { bringIn, pan, zoom } from "./zooming.ts";

export { follow } from "./gestures.ts";

/** How far from a point the pointer may be, in pixels, and how far a key goes, in windows. */
const REACH = 24;
const STEP = 0.25;
const CLOSER = 0.5;

interface Place {
  readonly clientX: number;
  readonly clientY: number;
}

/** Pick the point at a place on the page, or none. */
export function pickAt(element: HTMLElement, place: Place): void {
  pick(pointAt(element, place));
}

/** Look at the point at a place, if the pointer is still there. */
export function hoverAt(element: HTMLElement, place: Place): void {
  if (isNear.value) hoveredPoint.value = pointAt(element, place);
}

function pointAt(element: HTMLElement, { clientX, clientY }: Place): number {
  const { left, top, width, height } = element.getBoundingClientRect();
  return nearestTo((clientX - left) / width, (clientY - top) / height, REACH / width);
}

function nearestTo(right: number, down: number, reach: number): number {
  return nearest(places.value, right, down, reach, isShown);
}

/** A point, or with −1 none. */
export function pick(index: number): void {
  isPointPicked.value = index >= 0;
  if (index < 0) return;
  sample.value = index;
  bringIn(...placeOf(index));
}

/** What a key does on the picture. */
export function press(key: string, isShifted: boolean): void {
  const direction = ARROWS[key];
  if (direction && isShifted) pan(STEP * direction[0], STEP * direction[1]);
  else if (direction) pickTowards(direction);
  else if (key === "-") zoomAt(1 / CLOSER);
  else if (key === "0") showWhole();
  else if (key === "Escape") pick(-1);
  else zoomAt(CLOSER);
}

function pickTowards(direction: readonly [number, number]): void {
  const found = isPointPicked.value
    ? neighbour(places.value, sample.value, direction, isShown)
    : nearestTo(0.5, 0.5, 1);
  if (found >= 0) pick(found);
}

/** Zoom with the picked point, where it is in sight, or else the middle staying where it is. */
export function zoomAt(factor: number): void {
  const [x = 0.5, y = 0.5] = isPointPicked.value ? places.value.subarray(2 * sample.value) : [];
  const isSeen = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  zoom(factor, isSeen ? x : 0.5, isSeen ? y : 0.5);
}

const isSeeking = signal(false);

/** Pick the point after the picked one, in the order of the data. */
export function nextPoint(): void {
  const all = Array.from({ length: places.value.length / 2 }, (_, i) => i);
  if (scene.value?.dimensions) pickAfter(all.filter(isShown));
}

/** The same among those that are wrong, or farthest off; they are marked from now on. */
export function nextMistake(): void {
  if (scene.value?.dimensions) showsMistakes.value = isSeeking.value = true;
}

/** A mistake that is sought is picked as soon as it is known which there are. */
effect(() => {
  if (!isSeeking.value || !answers.value) return;
  isSeeking.value = false;
  const mistakes: number[] = [];
  mistakesInto(mistakes);
  pickAfter(mistakes.sort((one, other) => one - other));
});

function pickAfter(indices: readonly number[]): void {
  const from = isPointPicked.value ? sample.peek() : -1;
  const next = indices.find((index) => index > from) ?? indices[0];
  if (next === undefined) return;
  tab.value = "result";
  pick(next);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".point-picker")?.focus());
}
