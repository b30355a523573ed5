/** Zooming and panning: other windows into the plane or the curve. */
import type { Window } from "../draw/plane.ts";
import { chosen, view, whole } from "./view.ts";

/** How far one may zoom in and out. */
const CLOSEST = 1 / 256;
const FARTHEST = 4;

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
