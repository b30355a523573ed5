/** Shortcuts: the ways around layers. Each runs in a lane of its own, above the columns or beside the rows. */
import type { Place } from "./edges.ts";

/** From one column to a later one, the inputs being column 0. */
export interface Shortcut {
  readonly from: number;
  readonly to: number;
}

/** A shortcut in its lane: the number of the lane, and when that has its place, where it is. */
export interface Lane extends Shortcut {
  readonly at: number;
}

/** From one lane to the next. */
export const LANE = 7;
const BEND = 6;
/** A shortcut leaves a column beside the place where another one arrives. */
const ASIDE = 4;
const TIP = 4;

/** Shortcuts that would meet get different lanes, those that arrive later the outer ones. */
export function lanesOf(shortcuts: readonly Shortcut[]): Lane[] {
  const ends: number[] = [];
  return shortcuts.map((shortcut) => {
    const free = ends.findIndex((end) => end <= shortcut.from);
    const at = free < 0 ? ends.length : free;
    ends[at] = shortcut.to;
    return { ...shortcut, at };
  });
}

/** How much room the lanes take. */
export function laneRoom(lanes: readonly Lane[]): number {
  return lanes.length ? LANE * (2 + Math.max(...lanes.map(({ at }) => at))) : 0;
}

/** From the first tile of a column up to its lane, along, and down to another's; with rows, from the last to the right. */
export function shortcutPath({ at }: Lane, from: readonly Place[], to: readonly Place[], isDown: boolean): string {
  const [start, end] = isDown ? [from.at(-1), to.at(-1)] : [from[0], to[0]];
  if (!start || !end) return "";
  if (isDown) {
    const [top, bottom] = [start.y + ASIDE, end.y - ASIDE];
    const [left, tip] = [start.x + start.size / 2 + 2, end.x + end.size / 2 + 2];
    return (
      `M${left} ${top}H${at - BEND}Q${at} ${top} ${at} ${top + BEND}V${bottom - BEND}` +
      `Q${at} ${bottom} ${at - BEND} ${bottom}H${tip}m${TIP} ${-TIP}l${-TIP} ${TIP}l${TIP} ${TIP}`
    );
  }
  const [left, right] = [start.x + ASIDE, end.x - ASIDE];
  const [bottom, tip] = [start.y - start.size / 2 - 2, end.y - end.size / 2 - 2];
  return (
    `M${left} ${bottom}V${at + BEND}Q${left} ${at} ${left + BEND} ${at}H${right - BEND}` +
    `Q${right} ${at} ${right} ${at + BEND}V${tip}m${-TIP} ${-TIP}l${TIP} ${TIP}l${TIP} ${-TIP}`
  );
}
