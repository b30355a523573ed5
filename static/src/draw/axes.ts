/** The numbers along the sides of a window into the plane, as many as its size lets one read. */
import * as format from "../format.ts";
import type { Inks } from "./color.ts";
import { roundStep } from "./scales.ts";

/** What is seen of the plane, in units of the data. */
export interface Window {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Where on a canvas it is seen. */
export interface Area {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** What stands along a side: what it is called, and the value at a place, shift + spread · place. */
export interface Side {
  readonly name: string;
  readonly shift: number;
  readonly spread: number;
}

const MOST_STEPS = 7;
/** From one number to the next, at least. */
const STEP_PIXELS = 28;
/** Numbers that are wider than the room beside the picture stand upright along it. */
const ROOM = 6;
/** Half a number's height. */
const HALF = 7;
/** What the name of a side takes, beside its numbers. */
export const NAME_ROOM = 15;

export function drawAxes(
  context: CanvasRenderingContext2D,
  area: Area,
  seen: Window,
  inks: Inks,
  sides: readonly Side[] | null = null,
): void {
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.faint;
  const [across, up] = sides ?? [];
  drawAcross(
    context,
    area,
    across ? { ...seen, left: valueAt(across, seen.left), right: valueAt(across, seen.right) } : seen,
  );
  const isAnySide = up?.name !== ""; // one without a name says nothing of the data
  if (isAnySide)
    drawUp(
      context,
      area,
      up ? { ...seen, bottom: valueAt(up, seen.bottom), top: valueAt(up, seen.top) } : seen,
      up?.name,
    );
  if (!across) return;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.fillText(shortened(context, across.name, area.width), area.left + area.width / 2, area.height + 20);
}

function valueAt({ shift, spread }: Side, place: number): number {
  return shift + spread * place;
}

function drawAcross(context: CanvasRenderingContext2D, { left, width, height }: Area, seen: Window): void {
  const span = seen.right - seen.left;
  context.textBaseline = "top";
  for (const { value, text } of steps(seen.left, seen.right, width)) {
    const along = left + ((value - seen.left) / span) * width;
    const half = context.measureText(text).width / 2;
    context.textAlign = along + half > left + width ? "right" : along - half < left ? "left" : "center";
    context.fillText(text, along, height + 5);
  }
}

function drawUp(context: CanvasRenderingContext2D, { left, height }: Area, seen: Window, name = ""): void {
  const span = seen.top - seen.bottom;
  const numbers = steps(seen.bottom, seen.top, height);
  const widest = Math.max(0, ...numbers.map(({ text }) => context.measureText(text).width));
  const isUpright = widest > left - ROOM - (name ? NAME_ROOM : 0);
  const beside = left - ROOM - HALF - 2 - (isUpright ? 2 * HALF : widest);
  if (name) writeUpright(context, shortened(context, name, height), beside, height / 2);
  context.textBaseline = "middle";
  for (const { value, text } of numbers) {
    const half = context.measureText(text).width / 2;
    const room = isUpright ? half : HALF;
    const y = Math.max(room, Math.min(height - room, height - ((value - seen.bottom) / span) * height));
    if (isUpright) writeUpright(context, text, left - ROOM - HALF, y);
    else {
      context.textAlign = "right";
      context.fillText(text, left - ROOM, y);
    }
  }
}

function writeUpright(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.save();
  context.translate(x, y);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0);
  context.restore();
}

/** As much of a text as there is room for. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  let length = text.length;
  const cut = () => (length < text.length ? `${text.slice(0, length)}…` : text);
  while (length > 1 && context.measureText(cut()).width > room) length--;
  return cut();
}

/** Round numbers from low to high, as many as so many pixels hold, with as many decimals as their distance needs. */
function steps(low: number, high: number, pixels: number): { value: number; text: string }[] {
  const step = roundStep(high - low, Math.min(MOST_STEPS, Math.floor(pixels / STEP_PIXELS)));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: decimals ? format.fixed(value, decimals) : format.number(value, 6) };
  });
}
