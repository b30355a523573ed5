/** Lies over the map while points are drawn: a pointer or the keys put points there and take them away. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ARROWS } from "../../draw/near.ts";
import type { Inks } from "../../draw/color.ts";
import type { Pen } from "../../draw/pen.ts";
import { drawSample, type Area } from "../../draw/plane.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { Picture } from "../picture.tsx";
import { view } from "../view.ts";
import { announcement, scene } from "../../store.ts";
import { fetchStyle } from "../../style.ts";
import {
  chosenClass,
  chosenValue,
  classes,
  erase,
  finish,
  kind,
  leave,
  marks,
  pending,
  put,
  tool,
  type Tool,
} from "./drawing.ts";
import { placeOf } from "./mark.ts";

await fetchStyle("drawing");

/** Of the map: how far the brush and the eraser reach, and how far apart the points of one stroke are. */
const REACHES: Readonly<Record<Tool, number>> = { point: 0, brush: 0.09, eraser: 0.05 };
const APART: Readonly<Record<Tool, number>> = { point: 0.05, brush: 0.09, eraser: 0.01 };
/** How many points the brush puts at once. */
const AT_ONCE = 5;
/** How far a key moves the cursor, and how far with Shift. */
const STEP = 0.025;
const LEAP = 0.125;

/** A place on the map, from 0 to 1 to the right and down. */
interface Share {
  readonly right: number;
  readonly down: number;
}

const cursor = signal<Share>({ right: 0.5, down: 0.5 });
const isByKey = signal(false);
/** Where a stroke put something last; null where none is under way. */
let last: Share | null = null;

export function Pad({ area }: { area: Omit<Area, "left"> & { readonly left: number | null } }) {
  const self = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement?.matches("body, .button.draw")) self.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div
      ref={self}
      class={`pad ${tool.value}`}
      style={{
        left: area.left === null ? "auto" : `${area.left}px`,
        width: `${area.width}px`,
        height: `${area.height}px`,
      }}
      role="application"
      aria-label={t("Map to draw points on: arrow keys move the cursor, Enter puts a point, Delete erases")}
      tabIndex={0}
      onKeyDown={onKey}
      onFocus={(event) => (isByKey.value = event.currentTarget.matches(":focus-visible"))}
      onBlur={() => (isByKey.value = false)}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
    >
      <Picture draw={drawPending} />
      {isByKey.value && (
        <i class="cursor" style={{ left: `${100 * cursor.value.right}%`, top: `${100 * cursor.value.down}%` }} />
      )}
    </div>
  );
}

// --- by pointer ------------------------------------------------------------------------------------------------------

type Pointer = PointerEvent & { readonly currentTarget: HTMLElement };

function onDown(event: Pointer): void {
  if (event.button !== 0 || !event.isPrimary) return;
  isByKey.value = false;
  event.currentTarget.setPointerCapture(event.pointerId);
  last = shareOf(event);
  dab(last);
}

/** A stroke leaves its points one after another, however fast it is. */
function onMove(event: Pointer): void {
  if (!last || !event.isPrimary) return;
  const here = shareOf(event);
  const apart = APART[tool.value];
  for (let way = distance(last, here); last && way >= apart; way = distance(last, here)) {
    const part: number = apart / way;
    last = { right: mix(last.right, here.right, part), down: mix(last.down, here.down, part) };
    dab(last);
  }
}

function onUp(event: Pointer): void {
  if (!last || !event.isPrimary) return;
  last = null;
  finish();
}

function shareOf({ currentTarget, clientX, clientY }: Pointer): Share {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  return { right: (clientX - left) / width, down: (clientY - top) / height };
}

function distance(one: Share, other: Share): number {
  return Math.hypot(one.right - other.right, one.down - other.down);
}

function mix(from: number, to: number, part: number): number {
  return from + part * (to - from);
}

/** What the tool does at one place. */
function dab(share: Share): void {
  const reach = REACHES[tool.value];
  if (tool.value === "eraser") return erase((place) => distance(shareAt(place), share) <= reach);
  if (share.right < 0 || share.right > 1 || share.down < 0 || share.down > 1) return;
  put(tool.value === "brush" ? scattered(share, reach).map(placeAt) : [placeAt(share)]);
}

/** Places at random about one: as many far from it as near. */
function scattered({ right, down }: Share, reach: number): Share[] {
  return Array.from({ length: AT_ONCE }, () => {
    const [angle, radius] = [2 * Math.PI * Math.random(), reach * Math.sqrt(Math.random())];
    return { right: right + radius * Math.cos(angle), down: down + radius * Math.sin(angle) };
  });
}

function placeAt({ right, down }: Share): { x: number; y: number } {
  const seen = view.peek();
  return { x: mix(seen.left, seen.right, right), y: mix(seen.top, seen.bottom, down) };
}

function shareAt({ x, y }: { readonly x: number; readonly y: number }): Share {
  const { left, right, bottom, top } = view.peek();
  return { right: (x - left) / (right - left), down: (top - y) / (top - bottom) };
}

// --- by key ----------------------------------------------------------------------------------------------------------

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!press(event.key, event.shiftKey)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Whether the key means something here. */
function press(key: string, isShifted: boolean): boolean {
  const arrow = ARROWS[key];
  if (arrow) moveCursor(arrow, isShifted ? LEAP : STEP);
  else if (key === "Enter" || key === " ") dabAtCursor(tool.value);
  else if (key === "Delete" || key === "Backspace") dabAtCursor("eraser");
  else if (/^[1-9]$/.test(key)) choose(Number(key));
  else if (key === "Escape") leave();
  else return false;
  isByKey.value = true;
  return true;
}

function moveCursor([right, down]: readonly [number, number], step: number): void {
  const within = (share: number) => Math.max(0, Math.min(1, share));
  const { value } = cursor;
  cursor.value = { right: within(value.right + step * right), down: within(value.down + step * down) };
  say(placeText());
}

function say(text: string): void {
  announcement.value = text;
}

/** "x1 −0.5, x2 1.25". */
function placeText(): string {
  const { x, y } = placeAt(cursor.value);
  const values = { x: format.fixed(x, 2), y: format.fixed(y, 2) };
  return kind.value === "drawn_curve" ? t("x1 {x}, value {y}", values) : t("x1 {x}, x2 {y}", values);
}

function dabAtCursor(by: Tool): void {
  const before = marks.value.length;
  const chosen = tool.peek();
  tool.value = by;
  dab(cursor.value);
  tool.value = chosen;
  const values = { place: placeText(), count: marks.value.length };
  if (marks.value.length < before) say(t("Erased at {place}: {count} points", values));
  else if (marks.value.length > before) say(t("Put at {place}: {count} points", values));
  else say(t("Nothing there"));
  finish();
}

/** Of classes the so many-th, of values from −1 to 1. */
function choose(digit: number): void {
  if (kind.value === "drawn_values") {
    chosenValue.value = (digit - 5) / 4;
    say(t("value {value}", { value: format.fixed(chosenValue.value, 2) }));
  } else if (kind.value === "drawn" && digit <= classes.value) {
    chosenClass.value = digit - 1;
    if (tool.value === "eraser") tool.value = "point";
    say(t("class {name}", { name: t(scene.value?.class_names[digit - 1] ?? String(digit)) }));
  }
}

// --- what the map does not show yet ----------------------------------------------------------------------------------

function drawPending({ context, width, height }: Pen, colors: Inks): void {
  view.value; // another window shows the same points elsewhere
  const { came, gone } = pending.value;
  const count = kind.value === "drawn" ? classes.value : null;
  const at = (mark: string) => {
    const place = placeOf(kind.value, mark);
    const { right, down } = shareAt(place);
    return { x: right * width, y: down * height, target: place.target };
  };
  for (const { x, y } of gone.map(at)) strike(context, x, y, colors);
  for (const { x, y, target } of came.map(at))
    drawSample(context, x, y, 3.6, kind.value === "drawn_curve" ? 1 : target, count, colors, false);
}

/** Crosses a point out. */
function strike(context: CanvasRenderingContext2D, x: number, y: number, { panel, ink }: Inks): void {
  for (const [color, width] of [
    [panel, 4.5],
    [ink, 1.5],
  ] as const) {
    context.beginPath();
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
}
