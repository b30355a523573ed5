/** Where every neuron stands, for any network in any room: sideways on a wide screen, downwards on a narrow one. */
import type { Place } from "./edges.ts";
import { headsOver, type Controls, type Heads } from "./heads.ts";
import { lanesOf, LANE, laneRoom, type Lane, type Shortcut } from "./shortcut.ts";

export interface GraphShape {
  /** Names of the inputs; one image stands for all of its pixels. */
  readonly inputs: readonly string[];
  readonly isImage: boolean;
  /** Names of the classes, where each has an output of its own. */
  readonly classNames: readonly string[];
  /** Units of each layer after the inputs; the last is the output. */
  readonly units: readonly number[];
  /** Whether a layer has one unit for each of those before it: it stands close to them, at their heights. */
  readonly isNarrow: readonly boolean[];
  readonly shortcuts: readonly Shortcut[];
}

export interface Graph extends Heads {
  readonly isDown: boolean;
  /** One list of places for each column, the inputs first. A long layer shows only as many as fit. */
  readonly columns: readonly (readonly Place[])[];
  /** How many of a column's units have no place. */
  readonly hidden: readonly number[];
  /** The middle of each column along the way of the signal. */
  readonly middles: readonly number[];
  /** Where the shortcuts run: above the columns, or beside them. */
  readonly lanes: readonly Lane[];
  readonly width: number;
  readonly height: number;
}

const NARROW = 460;
const WIDE = 900;
const LOW = 280;
const SMALLEST_TILE = 24;
/** Tiles so small stand so far apart. */
const LEAST_PITCH = 25;
/** What stays free below the columns. */
const BELOW = 10;
const PHONE_GUTTER = 104;
const ROW_HEIGHT = { least: 100, most: 132 } as const;
/** The room from the edge to the middle of a column whose units are named beside it. */
const NAMES = {
  inputs: { least: 92, most: 160, wide: 220 },
  classes: { least: 62, most: 116, wide: 180 },
  beside: 36,
  letter: 7.3,
  bar: 40,
};
/** What a narrow layer takes of the way, and of the size, of another. */
const NARROW_STEP = 0.66;
const NARROW_ROW = 0.76;
const NARROW_TILE = 0.76;

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
  const left = shape.isImage ? (isWide ? 130 : 84) : nameRoom(shape.inputs, NAMES.inputs, isWide);
  const named = nameRoom(shape.classNames, NAMES.classes, isWide);
  const right = width - (shape.isImage ? Math.max(isWide ? 150 : 116, Math.min(named + NAMES.bar, 150)) : named);
  const { middles, gap } = spread(shape, left, right);
  const hidesClasses = shape.classNames.length > capacityOf(height - headHeight("stack") - BELOW);
  const heads = headsOver(middles, shape.isNarrow, height < LOW || hidesClasses);
  const lanes = lanesOf(shape.shortcuts);
  const top = headHeight(heads.controls) + (isWide ? 8 : 0) + laneRoom(lanes);
  const room = height - top - BELOW;
  const capacity = capacityOf(room);
  const shown = all.map((count) => (count > capacity ? capacity - 1 : count));
  const slots = Math.max(...all.map((count) => Math.min(count, capacity)));
  const tile = Math.max(SMALLEST_TILE, Math.min(isWide ? 54 : 42, (room / slots) * 0.84, gap * 0.46));
  const columns = placedAlike(shape, false, shown, (count, c) => {
    const size = Math.min(room, sizeOf(shape, c, last, tile, isWide));
    const slotsHere = count + (count < (all[c] ?? 0) ? 1 : 0);
    const pitch = Math.min(tile * (c === 0 ? 2 : 1.36), (room - size) / Math.max(1, slotsHere - 1));
    const y = (i: number) => top + room / 2 + (i - (slotsHere - 1) / 2) * pitch;
    return placesInLine(count, (i) => ({ x: middles[c] ?? 0, y: y(i), size }));
  });
  const hidden = all.map((count, c) => count - (shown[c] ?? 0));
  const ceiling = Math.min(...columns.flat().map(({ y, size }) => y - size / 2));
  const placedLanes = lanes.map((lane) => ({ ...lane, at: ceiling - LANE * (lane.at + 1) }));
  return { ...heads, isDown: false, columns, hidden, middles, lanes: placedLanes, width, height };
}

/** How many units of a column have a place. */
function capacityOf(room: number): number {
  return Math.max(2, 1 + Math.floor((room - SMALLEST_TILE) / LEAST_PITCH));
}

/** The middles from the first to the last column, and the way from one to the next that is not narrow. */
function spread({ isNarrow }: GraphShape, left: number, right: number): { middles: number[]; gap: number } {
  const parts = isNarrow.map((narrow) => (narrow ? NARROW_STEP : 1));
  const gap = (right - left) / parts.reduce((sum, part) => sum + part, 0);
  return { middles: summed(left, parts, gap), gap };
}

/** Start, and the start plus ever more of the parts, each so long. */
function summed(start: number, parts: readonly number[], length: number): number[] {
  const sums = [start];
  for (const part of parts) sums.push((sums.at(-1) ?? start) + part * length);
  return sums;
}

/** Names beside the tiles have as much room as they need, as far as there is some. */
function nameRoom(names: readonly string[], { least, most, wide }: (typeof NAMES)["inputs"], isWide: boolean): number {
  const longest = Math.max(0, ...names.map((name) => name.length));
  return Math.min(isWide ? wide : most, Math.max(least, NAMES.beside + NAMES.letter * longest));
}

function headHeight(controls: Controls): number {
  return controls === "stack" ? 102 : 76;
}

/** A long layer gives two of its places to the number of those that have none. */
function layOutDown(shape: GraphShape, width: number, height: number): Graph {
  const all = counts(shape);
  const last = all.length - 1;
  const lanes = lanesOf(shape.shortcuts);
  const room = width - PHONE_GUTTER - 14 - laneRoom(lanes);
  const capacity = Math.max(3, Math.floor(room / (SMALLEST_TILE * 1.1)));
  const shown = all.map((count) => (count > capacity ? capacity - 2 : count));
  const slots = Math.max(...all.map((count) => Math.min(count, capacity)));
  const pitch = Math.min(48, room / slots);
  const tile = Math.max(SMALLEST_TILE, Math.min(40, pitch * 0.86));
  const parts = [1, ...shape.isNarrow.map((narrow) => (narrow ? NARROW_ROW : 1))];
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const row = Math.max(ROW_HEIGHT.least, Math.min(ROW_HEIGHT.most, (height - 12) / whole));
  const tops = summed(2, parts, row);
  const middles = parts.map((part, c) => (tops[c] ?? 0) + (part * row) / 2);
  const columns = placedAlike(shape, true, shown, (count, c) => {
    const slotsHere = count + (count < (all[c] ?? 0) ? 2 : 0);
    const isNamed = c === 0 || (c === last && count > 1);
    const step = isNamed ? Math.min(pitch * 2, room / slotsHere) : pitch;
    const size = shape.isImage && c === 0 ? Math.min(84, row - 20) : c === last && count === 1 ? tile * 1.3 : tile;
    const x = (i: number) => PHONE_GUTTER + room / 2 + (i - (slotsHere - 1) / 2) * step;
    return placesInLine(count, (i) => ({ x: x(i), y: middles[c] ?? 0, size }));
  });
  return {
    controls: "folded",
    rooms: [],
    isTight: [],
    hasPlus: [],
    isDown: true,
    columns,
    hidden: all.map((count, c) => count - (shown[c] ?? 0)),
    middles,
    lanes: lanes.map((lane) => ({ ...lane, at: width - 14 - laneRoom(lanes) + LANE * (lane.at + 1) })),
    width,
    height: Math.max(height, row * whole + 4),
  };
}

/** The places of each column; those of a narrow one stand beside the places before it, and are smaller. */
function placedAlike(
  { isNarrow, isImage }: GraphShape,
  isDown: boolean,
  shown: readonly number[],
  placesOf: (count: number, column: number) => Place[],
): Place[][] {
  const columns: Place[][] = [];
  shown.forEach((count, c) => {
    const [own, before] = [placesOf(count, c), columns[c - 1] ?? []];
    const isBeside = isNarrow[c - 1] && !(isImage && c === 1);
    columns.push(isBeside ? own.map((place, i) => beside(before[i] ?? place, place, isDown)) : own);
  });
  return columns;
}

function beside(before: Place, place: Place, isDown: boolean): Place {
  const size = Math.max(SMALLEST_TILE, place.size * NARROW_TILE);
  return isDown ? { x: before.x, y: place.y, size } : { x: place.x, y: before.y, size };
}

function sizeOf(shape: GraphShape, column: number, last: number, tile: number, isWide: boolean): number {
  if (column === 0 && shape.isImage) return isWide ? 150 : 112;
  return column === last && shape.units[last - 1] === 1 ? tile * 1.35 : tile;
}

function placesInLine(count: number, place: (i: number) => Place): Place[] {
  return Array.from({ length: count }, (_, i) => place(i));
}
