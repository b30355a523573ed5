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

/** A ninth in steps of 2⁻¹⁶, and what rounds there. */
const NINTH = 7282;
const HALF = 2 ** 15;

/** A square grid three times as fine, with straight lines between the values: first down, in thirds, then across. */
export function enlarged(values: ArrayLike<number>, size: number, into: Uint8ClampedArray): void {
  const row = new Int32Array(size);
  let place = 0;
  for (let y = 0; y < 3 * size; y++) {
    const top = Math.max(0, Math.floor((y - 1) / 3));
    const [upper, lower] = [top * size, Math.min(size - 1, top + 1) * size];
    const thirds = Math.max(0, y - 1 - 3 * top);
    for (let x = 0; x < size; x++)
      row[x] = NINTH * ((3 - thirds) * (values[upper + x] ?? 0) + thirds * (values[lower + x] ?? 0));
    let here = row[0] ?? 0;
    into[place++] = (3 * here + HALF) >> 16;
    for (let x = 0; x < size; x++) {
      const next = row[x + 1] ?? here;
      into[place++] = (3 * here + HALF) >> 16;
      into[place++] = (2 * here + next + HALF) >> 16;
      if (x < size - 1) into[place++] = (here + 2 * next + HALF) >> 16;
      here = next;
    }
  }
}
