/** Where every neuron stands, for any network in any room: sideways on a wide screen, downwards on a narrow one. */
import type { Place } from "./edges.ts";

export interface GraphShape {
  /** Names of the inputs; one image stands for all of its pixels. */
  readonly inputs: readonly string[];
  readonly isImage: boolean;
  /** Units of each layer after the inputs; the last is the output. */
  readonly units: readonly number[];
}

export interface Graph {
  readonly isDown: boolean;
  /** How a layer's controls fit above it: in a row, stacked, or folded into one button. */
  readonly controls: "row" | "stack" | "folded";
  /** One list of places for each column, the inputs first. A long layer shows only as many as fit. */
  readonly columns: readonly (readonly Place[])[];
  /** How many of a column's units have no place. */
  readonly hidden: readonly number[];
  /** The middle of each column along the way of the signal. */
  readonly middles: readonly number[];
  /** From one middle to the next. */
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

const NARROW = 460;
const WIDE = 900;
const SMALLEST_TILE = 24;
const PHONE_GUTTER = 104;
const ROW_HEIGHT = { least: 100, most: 132 } as const;

export function layOut(shape: GraphShape, width: number, height: number): Graph {
  return width < NARROW ? layOutDown(shape, width, height) : layOutAcross(shape, width, height);
}

/** How many units each column has; an image is one. */
function counts({ inputs, isImage, units }: GraphShape): number[] {
  return [isImage ? 1 : inputs.length, ...units];
}

function layOutAcross(shape: GraphShape, width: number, height: number): Graph {
  const all = counts(shape);
  const last = all.length - 1;
  const isWide = width > WIDE;
  const left = shape.isImage ? (isWide ? 130 : 84) : 92;
  const right = width - (shape.isImage ? (isWide ? 150 : 116) : 62);
  const gap = (right - left) / last;
  const controls = gap >= 156 ? "row" : gap >= 118 ? "stack" : "folded";
  const head = (controls === "stack" ? 102 : 76) + (isWide ? 8 : 0);
  const room = height - head - 14;
  const capacity = Math.max(2, Math.floor(room / (SMALLEST_TILE * 1.12)));
  const shown = all.map((count) => (count > capacity ? capacity - 1 : count));
  const slots = Math.max(...all.map((count) => Math.min(count, capacity)));
  const tile = Math.max(SMALLEST_TILE, Math.min(isWide ? 54 : 42, (room / slots) * 0.84, gap * 0.46));
  const middle = head + room / 2;
  const columns = shown.map((count, c) => {
    const size = sizeOf(shape, c, last, tile, isWide);
    const slotsHere = count + (count < (all[c] ?? 0) ? 1 : 0);
    const pitch = Math.min(tile * (c === 0 ? 2 : 1.36), (room - size) / Math.max(1, slotsHere - 1));
    return placesInLine(count, (i) => ({ x: left + gap * c, y: middle + (i - (slotsHere - 1) / 2) * pitch, size }));
  });
  const hidden = all.map((count, c) => count - (shown[c] ?? 0));
  return { isDown: false, controls, columns, hidden, middles: all.map((_, c) => left + gap * c), gap, width, height };
}

/** A long layer gives two of its places to the number of those that have none. */
function layOutDown(shape: GraphShape, width: number, height: number): Graph {
  const all = counts(shape);
  const last = all.length - 1;
  const room = width - PHONE_GUTTER - 14;
  const capacity = Math.max(3, Math.floor(room / (SMALLEST_TILE * 1.1)));
  const shown = all.map((count) => (count > capacity ? capacity - 2 : count));
  const slots = Math.max(...all.map((count) => Math.min(count, capacity)));
  const pitch = Math.min(48, room / slots);
  const tile = Math.max(SMALLEST_TILE, Math.min(40, pitch * 0.86));
  const row = Math.max(ROW_HEIGHT.least, Math.min(ROW_HEIGHT.most, (height - 12) / all.length));
  const columns = shown.map((count, c) => {
    const slotsHere = count + (count < (all[c] ?? 0) ? 2 : 0);
    const step = c === 0 ? Math.min(pitch * 2, room / slotsHere) : pitch;
    const size = shape.isImage && c === 0 ? Math.min(84, row - 20) : c === last && count === 1 ? tile * 1.3 : tile;
    return placesInLine(count, (i) => ({
      x: PHONE_GUTTER + room / 2 + (i - (slotsHere - 1) / 2) * step,
      y: row * c + row / 2 + 2,
      size,
    }));
  });
  const hidden = all.map((count, c) => count - (shown[c] ?? 0));
  const middles = all.map((_, c) => row * c + row / 2 + 2);
  return {
    isDown: true,
    controls: "folded",
    columns,
    hidden,
    middles,
    gap: row,
    width,
    height: Math.max(height, row * all.length + 4),
  };
}

function sizeOf(shape: GraphShape, column: number, last: number, tile: number, isWide: boolean): number {
  if (column === 0 && shape.isImage) return isWide ? 150 : 112;
  return column === last && shape.units[last - 1] === 1 ? tile * 1.35 : tile;
}

function placesInLine(count: number, place: (i: number) => Place): Place[] {
  return Array.from({ length: count }, (_, i) => place(i));
}
