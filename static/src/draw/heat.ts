/** Heat maps: bytes to pixels. Values are enlarged first and coloured after, for mixed colours would paint false seams. */
import type { Palette } from "./color.ts";

type Bytes = ArrayLike<number> & { subarray(start: number, end: number): Bytes };

/** Paint a grid of bytes, one pixel a cell; the style sheet scales the canvas. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  palette: Palette,
): void {
  const { context, image, pixels } = sheet(canvas, rows, columns);
  for (let i = 0; i < pixels.length; i++) pixels[i] = palette[values[i] ?? 0] ?? 0;
  context.putImageData(image, 0, 0);
}

/** Paint a grid of bytes with dots on what is below the middle, so that it is told apart without colour. */
export function drawDotted(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  palette: Palette,
  dotted: Palette,
): void {
  const { context, image, pixels } = sheet(canvas, rows, columns);
  for (let i = 0; i < pixels.length; i++) pixels[i] = palette[values[i] ?? 0] ?? 0;
  for (let y = 0; y < rows; y += y % 2 ? DOT_ROW - 1 : 1) {
    const first = y % (2 * DOT_ROW) < DOT_ROW ? 0 : DOT_ROW;
    for (let x = first; x < columns; x += x % 2 ? 2 * DOT_ROW - 1 : 1) {
      const value = values[y * columns + x] ?? 0;
      if (value < MIDDLE) pixels[y * columns + x] = dotted[value] ?? 0;
    }
  }
  context.putImageData(image, 0, 0);
}

const MIDDLE = 128;
/** Dots are 2 × 2 pixels; every second row of them is set off by half their distance. */
const DOT_ROW = 4;

/** Paint two bytes a cell: which class wins, and how sure it is. */
export function drawClasses(
  canvas: HTMLCanvasElement,
  winner: Bytes,
  sureness: Bytes,
  rows: number,
  columns: number,
  shades: readonly Palette[],
): void {
  const { context, image, pixels } = sheet(canvas, rows, columns);
  for (let i = 0; i < pixels.length; i++) pixels[i] = shades[(winner[i] ?? 0) % shades.length]?.[sureness[i] ?? 0] ?? 0;
  context.putImageData(image, 0, 0);
}

interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly image: ImageData;
  readonly pixels: Uint32Array;
}

const sheets = new WeakMap<HTMLCanvasElement, Sheet>();

/** The canvas's own pixels, kept from one picture to the next. */
function sheet(canvas: HTMLCanvasElement, rows: number, columns: number): Sheet {
  const kept = sheets.get(canvas);
  if (kept && kept.image.width === columns && kept.image.height === rows) return kept;
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("this browser has no 2-D canvas");
  const image = context.createImageData(columns, rows);
  const fresh = { context, image, pixels: new Uint32Array(image.data.buffer) };
  sheets.set(canvas, fresh);
  return fresh;
}

/** A square grid three times as fine, with straight lines between the values. */
export function enlarged(values: ArrayLike<number>, size: number, into: Uint8ClampedArray): Uint8ClampedArray {
  const fine = size * 3;
  for (let y = 0; y < fine; y++) {
    const top = clampedIndex((y - 1) / 3, size);
    const below = Math.min(size - 1, top + 1);
    const v = Math.max(0, (y - 1) / 3 - top);
    for (let x = 0; x < fine; x++) {
      const left = clampedIndex((x - 1) / 3, size);
      const right = Math.min(size - 1, left + 1);
      const u = Math.max(0, (x - 1) / 3 - left);
      const upper = at(values, top * size + left) * (1 - u) + at(values, top * size + right) * u;
      const lower = at(values, below * size + left) * (1 - u) + at(values, below * size + right) * u;
      into[y * fine + x] = upper * (1 - v) + lower * v;
    }
  }
  return into;
}

function clampedIndex(position: number, size: number): number {
  return Math.max(0, Math.min(size - 1, Math.floor(position)));
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
