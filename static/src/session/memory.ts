/** What outlives a reload: the run and what was done on its way, in this tab's storage, and the experiment, in the link. */
import { foreignLink, linkOf, readLink, type Reading } from "../link.ts";
import { isSame, valueAt } from "../path.ts";
import { keep, recall, thisTab } from "../storage.ts";
import type { Change } from "../draw/change.ts";
import { catalogue, type Experiment } from "../store.ts";
import type { Kept } from "./history.ts";

const RUN_KEY = "run";
const WAY_KEY = "way";
/** Each entry has a whole experiment, and a tab's storage has room for some megabytes. */
const MOST_ENTRIES = 50;

export interface Run {
  readonly id: string;
  readonly experiment: Experiment;
}

export function remember({ id, experiment }: Run): void {
  keep(RUN_KEY, JSON.stringify({ id, experiment }), thisTab);
  const link = linkOf(catalogue, experiment);
  if (location.hash.slice(1) !== link)
    history.replaceState(null, "", link ? `#${link}` : location.pathname + location.search);
}

/** The experiment that the address asks for. */
export function linkedExperiment(): Reading {
  return readLink(catalogue, location.hash.slice(1));
}

/** The address, where it is TensorFlow Playground's. */
export function foreignAddress(): string | null {
  return foreignLink(location.hash);
}

const RUN_LINK = /^#run=(\w+)$/;
const SHARE_LINK = /^#watch=([\w-]+)$/;

/** The address of a run, for as long as it is alive. */
export function runLink(id: string): string {
  return `/${location.search}#run=${id}`;
}

/** The run that the address asks for. */
export function linkedRun(): string | null {
  return RUN_LINK.exec(location.hash)?.[1] ?? null;
}

/** What the address has to show for watching somebody's run. */
export function linkedShare(): string | null {
  return SHARE_LINK.exec(location.hash)?.[1] ?? null;
}

/** This tab's run, if it is of the wanted experiment. What a link leaves to the server is not compared. */
export function rememberedRun(wanted: unknown): Run | null {
  const run = lastRun();
  if (!run) return null;
  const spoken = Object.entries(run.experiment).filter(([name]) => valueAt(wanted, name) !== undefined);
  return isSame(Object.fromEntries(spoken), wanted) ? run : null;
}

/** This tab's run, whatever its experiment. */
export function lastRun(): Run | null {
  try {
    const run = JSON.parse(recall(RUN_KEY, thisTab) ?? "null") as Run | null;
    return typeof run?.id === "string" && typeof run.experiment === "object" ? run : null;
  } catch {
    return null;
  }
}

/** What was done on the way of a run: the pins of its timeline, and what can be undone and redone. */
export interface Way extends Kept {
  readonly run: string;
  readonly changes: readonly Change[];
}

export function rememberWay({ run, changes, past, future }: Way): void {
  const newest = { past: past.slice(-MOST_ENTRIES), future: future.slice(-MOST_ENTRIES) };
  keep(WAY_KEY, JSON.stringify({ run, changes, ...newest }), thisTab);
}

/** The way of this run, if it is remembered. */
export function rememberedWay(run: string): Way | null {
  try {
    const way = JSON.parse(recall(WAY_KEY, thisTab) ?? "null") as Way | null;
    return way?.run === run && [way.changes, way.past, way.future].every(Array.isArray) ? way : null;
  } catch {
    return null;
  }
}
