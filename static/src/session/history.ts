/** History: what was changed in this session, setting by setting and weight by weight, to go back through and forth again. */
import { effect, signal, type Signal } from "@preact/signals";
import { t } from "../language.ts";
import { isSame, valueAt } from "../path.ts";
import * as store from "../store.ts";
import { changeText, weightText } from "./wording.ts";

/** A change of the experiment, or several that were one turn of one slider. */
export interface SettingsEntry {
  /** What to go to. */
  readonly experiment: store.Experiment;
  readonly paths: readonly string[];
  readonly text: string;
  /** After how many updates the server made it; null until it has. */
  readonly step: number | null;
}

/** A weight that was set by hand. */
export interface WeightEntry {
  readonly weight: store.WeightChange;
}

export type Entry = SettingsEntry | WeightEntry;

/** What can be kept of it, oldest first. */
export interface Kept {
  readonly past: readonly Entry[];
  readonly future: readonly Entry[];
}

export interface History {
  /** Remember the present experiment, which is about to become another one. */
  add(next: store.Experiment, paths: readonly string[]): void;
  /** The server has made what was added, after so many updates. */
  made(step: number): void;
  /** Remember what a weight was before it was set. */
  addWeight(weight: store.WeightChange): void;
  /** What to change to, to take the last change back; null when there is none. */
  undo(): Entry | null;
  redo(): Entry | null;
  /** All that was changed after as many updates as this entry, which was taken, as one: from what there was before. */
  together(entry: SettingsEntry): SettingsEntry;
  /** Forget the weights: they are another run's. */
  forgetWeights(): void;
  kept(): Kept;
  restore(kept: Kept): void;
}

const ONE_TURN_MS = 1000;
const MOST_ENTRIES = 200;

export function history(): History {
  const past = signal<readonly Entry[]>([]);
  const future = signal<readonly Entry[]>([]);
  let turnedAt = -Infinity;

  /** A slider's next place is part of its turn. */
  function isSameTurn(paths: readonly string[], next: store.Experiment): boolean {
    const last = past.peek().at(-1);
    const isNumber = paths.length === 1 && typeof valueAt(next, paths[0] ?? "") === "number";
    return isNumber && isSoon() && last !== undefined && "paths" in last && isSame(last.paths, paths);
  }

  function isSoon(): boolean {
    return performance.now() - turnedAt < ONE_TURN_MS;
  }

  /** Take the newest entry that leads to something else than what there is, and leave the way back. */
  function take(from: Signal<readonly Entry[]>, to: Signal<readonly Entry[]>): Entry | null {
    const place = placeOfNext(from.value);
    const entry = from.value[place];
    if (!entry) return null;
    from.value = from.value.slice(0, place);
    to.value = [...to.value, wayBack(entry)];
    turnedAt = -Infinity;
    return entry;
  }

  /** In the place of the last entry, or after it. */
  function put(entry: Entry, isTurn: boolean): void {
    past.value = [...past.value.slice(-MOST_ENTRIES, isTurn ? -1 : undefined), entry];
    future.value = [];
    turnedAt = performance.now();
  }

  effect(() => {
    store.undoable.value = textOf(past.value[placeOfNext(past.value)], false);
    store.redoable.value = textOf(future.value[placeOfNext(future.value)], true);
  });

  return {
    add(next, paths) {
      const isTurn = isSameTurn(paths, next);
      const last = past.value.at(-1);
      const experiment = isTurn && last && "paths" in last ? last.experiment : store.experiment.value;
      if (isSame(experiment, next)) return;
      const text = changeText(paths, experiment, next) || t("the whole experiment");
      put({ experiment, paths, text, step: isTurn && last && "paths" in last ? last.step : null }, isTurn);
    },
    made(step) {
      past.value = past.value.map((entry) => ("paths" in entry && entry.step === null ? { ...entry, step } : entry));
    },
    addWeight(weight) {
      const last = past.value.at(-1);
      const isTurn = isSoon() && last !== undefined && "weight" in last && isSamePlace(last.weight, weight);
      put({ weight: isTurn ? { ...weight, before: last.weight.before } : weight }, isTurn);
    },
    undo: () => take(past, future),
    redo: () => take(future, past),
    together(entry) {
      const others = past.value.filter((other) => "paths" in other && other.step === entry.step) as SettingsEntry[];
      const all = [...others, entry];
      return { ...(all[0] ?? entry), paths: [...new Set(all.flatMap(({ paths }) => paths))] };
    },
    forgetWeights() {
      past.value = past.value.filter((entry) => "paths" in entry);
      future.value = future.value.filter((entry) => "paths" in entry);
    },
    kept: () => ({ past: past.value, future: future.value }),
    restore(kept) {
      past.value = kept.past;
      future.value = kept.future;
    },
  };
}

function placeOfNext(entries: readonly Entry[]): number {
  return entries.findLastIndex((entry) => "weight" in entry || !isSame(entry.experiment, store.experiment.value));
}

/** Whether a network that becomes this one has weights that it has not now: only going back in time brings them again. */
export function bringsWeights(experiment: store.Experiment): boolean {
  return !isSame(layersOf(experiment), layersOf(store.experiment.value));
}

function layersOf({ network }: store.Experiment): unknown {
  return network.layers.map((layer) => [layer.kind, "units" in layer ? layer.units : 0]);
}

function isSamePlace(one: store.WeightChange, other: store.WeightChange): boolean {
  return one.layer === other.layer && one.unit === other.unit && one.input === other.input;
}

/** From where an entry leads to here. A weight keeps what it was and became: taking it back exchanges the two. */
function wayBack(entry: Entry): Entry {
  if ("paths" in entry) return { ...entry, experiment: store.experiment.value, step: null };
  const { before, after } = entry.weight;
  return { weight: { ...entry.weight, before: after, after: before } };
}

/** What was changed, whichever way one goes: "learning rate 0.03 → 0.1". */
function textOf(entry: Entry | undefined, isForth: boolean): string {
  if (!entry) return "";
  if ("paths" in entry) return entry.text;
  const { before, after } = entry.weight;
  return weightText(isForth ? { ...entry.weight, before: after, after: before } : entry.weight);
}
