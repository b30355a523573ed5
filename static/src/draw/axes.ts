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

const MOST_STEPS = 7;
/** Numbers that are wider than the room beside the picture stand upright along it. */
const ROOM = 6;
/** Half a number's height. */
const HALF = 7;

export function drawAxes(context: CanvasRenderingContext2D, area: Area, seen: Window, inks: Inks): void {
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.faint;
  drawAcross(context, area, seen);
  drawUp(context, area, seen);
}

function drawAcross(context: CanvasRenderingContext2D, { left, width, height }: Area, seen: Window): void {
  const span = seen.right - seen.left;
  context.textBaseline = "top";
  for (const { value, text } of steps(seen.left, seen.right)) {
    const along = left + ((value - seen.left) / span) * width;
    const half = context.measureText(text).width / 2;
    context.textAlign = along + half > left + width ? "right" : along - half < left ? "left" : "center";
    context.fillText(text, along, height + 5);
  }
}

function drawUp(context: CanvasRenderingContext2D, { left, height }: Area, seen: Window): void {
  const span = seen.top - seen.bottom;
  const numbers = steps(seen.bottom, seen.top);
  const isUpright = numbers.some(({ text }) => context.measureText(text).width > left - ROOM);
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
  context.fillText(text, 0, 0);
  context.restore();
}

/** Round numbers from low to high, with as many decimals as their distance needs. */
function steps(low: number, high: number): { value: number; text: string }[] {
  const step = roundStep(high - low, MOST_STEPS);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: decimals ? format.fixed(value, decimals) : format.number(value) };
  });
}
