/** The points of the plane or of a curve, to pick one of them: its numbers are then shown. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { nearest, neighbour } from "../draw/near.ts";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { isPointPicked, sample, scene, tab } from "../store.ts";
import { answers, hoveredPoint, isNear, isShown, isTest, mistakesInto, showsMistakes, targetOf } from "./answers.ts";
import { sampleText } from "./formula.ts";
import { bringIn, isZoomed, pan, showWhole, view, zoom } from "./view.ts";

/** How far from a point the pointer may be, in pixels, and how far a key goes, in windows. */
const REACH = 24;
const STEP = 0.25;
const CLOSER = 0.5;

const DIRECTIONS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where each point is in what is seen, from 0 to 1 to the right and down, x and y in turn. */
export const places = computed(() => {
  const { left, right, bottom, top } = view.value;
  const found = new Float32Array(2 * (scene.value?.arrays["targets"]?.data.length ?? 0));
  for (let i = 0; i < found.length / 2; i++) {
    const [x, y] = placeOf(i);
    found[2 * i] = (x - left) / (right - left);
    found[2 * i + 1] = (top - y) / (top - bottom);
  }
  return found;
});

/** A point in units of the data; in the picture of a curve its height is its target. */
function placeOf(index: number): [x: number, y: number] {
  const { arrays, dimensions } = scene.value ?? {};
  const points = arrays?.["points"]?.data ?? [];
  return dimensions === 1
    ? [points[index] ?? 0, targetOf(index)]
    : [points[2 * index] ?? 0, points[2 * index + 1] ?? 0];
}

type Gestures = typeof import("./gestures.ts");

/** Lies over the picture. A click picks a point; arrow keys go to the next in their direction, + and − zoom. */
export function PointPicker({ area }: { area: { left: number | null; width: number; height: number } }) {
  const element = useRef<HTMLDivElement>(null);
  const isPicked = isPointPicked.value && 2 * sample.value < places.value.length;
  const [passed, picked] = [inSight(hoveredPoint.value), inSight(isPicked ? sample.value : -1)];
  useEffect(() => {
    const stop = listen(element.current);
    return () => {
      stop();
      hoveredPoint.value = -1;
      isNear.value = false;
    };
  }, []);
  return (
    <div
      ref={element}
      class={isZoomed.value ? "point-picker zoomed" : "point-picker"}
      style={{
        left: area.left === null ? "auto" : `${area.left}px`,
        width: `${area.width}px`,
        height: `${area.height}px`,
      }}
      role="listbox"
      tabIndex={0}
      aria-label={t("Points, to pick one of them")}
      aria-activedescendant="picked-point"
      onClick={(event) => pick(pointAt(event))}
      onPointerMove={(event) => (hoveredPoint.value = event.pointerType === "touch" ? -1 : pointAt(event))}
      onPointerLeave={() => {
        hoveredPoint.value = -1;
        isNear.value = false;
      }}
      onPointerEnter={() => (isNear.value = true)}
      onFocus={() => (isNear.value = true)}
      onBlur={() => (isNear.value = false)}
      onKeyDown={onKey}
    >
      <i class={passed ? "passed-point" : "unseen"} style={passed ?? {}} />
      <span
        class={picked ? "picked-point" : "unseen"}
        style={picked ?? {}}
        role="option"
        id="picked-point"
        aria-selected={isPicked}
        aria-label={isPicked ? described() : t("No point picked")}
      />
    </div>
  );
}

/** The ways of zooming with a pointer are fetched when one comes near, or may do so. */
function listen(element: HTMLElement | null): () => void {
  let stop = () => {};
  let isOver = false;
  const begin = () => {
    if (isOver || !element) return;
    isOver = true;
    void import("./gestures.ts").then((gestures: Gestures) => (stop = isOver ? gestures.follow(element) : stop));
  };
  if (matchMedia("(any-pointer: coarse)").matches) begin(); // a finger comes near and presses at once
  element?.addEventListener("pointerenter", begin);
  element?.addEventListener("wheel", begin, { passive: true });
  return () => {
    isOver = false;
    stop();
  };
}

/** Where a point stands; null where it is out of sight. */
function inSight(index: number): { left: string; top: string } | null {
  const [x = -1, y = -1] = index < 0 ? [] : places.value.subarray(2 * index);
  return x < 0 || y < 0 || x > 1 || y > 1 ? null : { left: `${100 * x}%`, top: `${100 * y}%` };
}

function pointAt({ currentTarget, clientX, clientY }: MouseEvent): number {
  if (!(currentTarget instanceof HTMLElement)) return -1;
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  return nearestTo((clientX - left) / width, (clientY - top) / height, REACH / width);
}

function nearestTo(right: number, down: number, reach: number): number {
  return nearest(places.value, right, down, reach, isShown);
}

/** A point, or with −1 none. */
function pick(index: number): void {
  isPointPicked.value = index >= 0;
  if (index < 0) return;
  sample.value = index;
  bringIn(...placeOf(index));
}

function onKey(event: KeyboardEvent): void {
  const direction = DIRECTIONS[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (direction && event.shiftKey) pan(STEP * direction[0], STEP * direction[1]);
  else if (direction) pickTowards(direction);
  else if (event.key === "+" || event.key === "=") zoomAt(CLOSER);
  else if (event.key === "-") zoomAt(1 / CLOSER);
  else if (event.key === "0") showWhole();
  else if (event.key === "Escape") pick(-1);
  else return;
  event.preventDefault();
  event.stopPropagation();
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

/** "At (−2.18, 1.25), orange, a test point". */
function described(): string {
  const target = targetOf(sample.value);
  const name = scene.value?.class_names[target];
  const values = { place: sampleText.value, target: name === undefined ? format.weight(target) : t(name) };
  return isTest(sample.value)
    ? t("{place}, {target}, a test point", values)
    : t("{place}, {target}, a training point", values);
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
  if (next === undefined || !places.peek().length) return;
  tab.value = "result";
  pick(next);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".point-picker")?.focus());
}
