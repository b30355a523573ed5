/** What stands over the columns: how their controls fit, and whether another layer can be offered between two. */

/** A layer's controls stand in a row, stacked, or folded into one button. */
export type Controls = "row" | "stack" | "folded";

export interface Heads {
  readonly controls: Controls;
  /** How wide each column's head may be. */
  readonly rooms: readonly number[];
  /** Whether a column's name and settings must be as short as can be. */
  readonly isTight: readonly boolean[];
  /** Whether there is room for a plus before a column. */
  readonly hasPlus: readonly boolean[];
}

const INPUT_HEAD = 60;
const OUTPUT_HEAD = 110;
/** A narrow layer has its name, and one button. */
const NARROW_HEAD = 60;
const WIDE_HEADS = { row: 156, stack: 118 } as const;
/** A name, with room for the buttons beside it. */
const TITLE = 92;
const PLUS = 24;
/** Folded heads are only as wide as their names. */
const FOLDED_HEADS = { wide: 66, narrow: 60 } as const;

/** Where the graph is low, nothing is stacked. */
export function headsOver(middles: readonly number[], isNarrow: readonly boolean[], isLow = false): Heads {
  const steps = middles.slice(1).map((middle, i) => middle - (middles[i] ?? 0));
  const open = (["row", "stack"] as const).slice(0, isLow ? 1 : 2);
  const controls = open.find((kind) => fits(kind, steps, isNarrow)) ?? "folded";
  const names = [FOLDED_HEADS.wide, ...isNarrow.map((narrow) => FOLDED_HEADS[narrow ? "narrow" : "wide"])];
  const offers = steps.map((step, i) => controls !== "folded" || step >= half(names, i) + PLUS);
  const free = steps.map((step, i) => (offers[i] ? step - PLUS : step));
  return { controls, ...foldedRooms(free, names), hasPlus: [false, ...offers] };
}

/** Whether neighbours' controls, and a plus between their names, stand clear of each other. */
function fits(controls: "row" | "stack", steps: readonly number[], isNarrow: readonly boolean[]): boolean {
  const heads = widths(isNarrow, WIDE_HEADS[controls], OUTPUT_HEAD);
  const titles = widths(isNarrow, TITLE, INPUT_HEAD);
  return steps.every((step, i) => step >= Math.max(half(heads, i), half(titles, i) + PLUS));
}

/** The widths over each column: the input's, the layers', the output's. */
function widths(isNarrow: readonly boolean[], wide: number, output: number): number[] {
  return [INPUT_HEAD, ...isNarrow.slice(0, -1).map((narrow) => (narrow ? NARROW_HEAD : wide)), output];
}

/** How far apart two neighbours must stand. */
function half(widths: readonly number[], i: number): number {
  return ((widths[i] ?? 0) + (widths[i + 1] ?? 0)) / 2;
}

/** What room there is over each column; between a wide and a narrow one the wide one gets more of it. */
function foldedRooms(steps: readonly number[], wishes: readonly number[]): Pick<Heads, "rooms" | "isTight"> {
  const parts = wishes.map((_, c) =>
    Math.min(...[c - 1, c].flatMap((i) => (steps[i] === undefined ? [] : [steps[i] / half(wishes, i)]))),
  );
  return { rooms: parts.map((part, c) => part * (wishes[c] ?? 0)), isTight: parts.map((part) => part < 1) };
}
