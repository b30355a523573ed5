/** Undo and redo: one change back or forth, with the weights that it took away where the server still has them. */
import { isSame } from "../path.ts";
import type { Answer } from "../socket.ts";
import * as store from "../store.ts";
import { isBeginning, type Entry, type History, type SettingsEntry } from "./history.ts";
import { pinAgain, unpinFrom } from "./pins.ts";

/** What can be done about it. */
export interface Means {
  /** Begin anew, or bring back what was put aside then; nothing where the server would not, which is said. */
  beginAnew(
    op: "reset" | "bring_back",
    experiment: store.Experiment,
    aside?: number,
  ): Promise<Answer | null | undefined>;
  /** Go back to before what was changed after so many updates; tells whether that could be. */
  takeBack(step: number): Promise<boolean>;
  change(wish: store.Wish): void;
  /** Returns why it could not be, or "". */
  setWeight(weight: store.WeightChange): Promise<string>;
}

/** Undo or redo. */
export async function turned(op: "undo" | "redo", past: History, means: Means): Promise<void> {
  const entry = past[op]();
  if (!entry) return;
  if ("paths" in entry) return turnedSettings(entry, op === "undo", past, means);
  const { before, after } = entry.weight;
  store.notice.value = await means.setWeight({ ...entry.weight, before: after, after: before });
}

/** Where what was before a reset is no longer kept, that is said, and at least the settings are as they were. */
async function turnedSettings(entry: SettingsEntry, isUndo: boolean, past: History, means: Means): Promise<void> {
  const { experiment, aside, pins = [], reset, step } = entry;
  if (isUndo && aside !== undefined && (await means.beginAnew("bring_back", experiment, aside))) return pinAgain(pins);
  if (isUndo && reset === "same") return;
  if (reset) return past.made(0, (await means.beginAnew("reset", experiment))?.past);
  if (isUndo && step && bringsWeights(experiment)) await takenBack(step, together(entry, past.kept().past), means);
  means.change(entry);
}

/** All that was changed after as many updates as this entry, which was taken, as one: from what was before. */
function together(entry: SettingsEntry, entries: readonly Entry[]): SettingsEntry {
  const since = entries.slice(entries.findLastIndex(isBeginning) + 1);
  const others = since.filter((other) => "paths" in other && other.step === entry.step) as SettingsEntry[];
  const all = [...others, entry];
  return { ...(all[0] ?? entry), paths: [...new Set(all.flatMap(({ paths }) => paths))] };
}

/** For the weights that a change took away. Where that cannot be, others take their place. */
async function takenBack(step: number, { paths, experiment }: SettingsEntry, { takeBack }: Means): Promise<void> {
  if (await takeBack(step)) unpinFrom(step, paths, experiment);
}

/** Whether a network that becomes this one has weights that it has not now: only going back in time brings them again. */
function bringsWeights(experiment: store.Experiment): boolean {
  return !isSame(layersOf(experiment), layersOf(store.experiment.value));
}

function layersOf({ network }: store.Experiment): unknown {
  return network.layers.map((layer) => [layer.kind, "units" in layer ? layer.units : 0]);
}
