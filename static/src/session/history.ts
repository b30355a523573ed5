/** History: what was changed in this session, setting by setting and weight by weight, to go back through and forth again. */
import { effect, signal, type Signal } from "@preact/signals";
import { t } from "../language.ts";
import { isSame, valueAt } from "../path.ts";
import type { Change } from "../draw/change.ts";
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
  /** The run began anew with it, and this is the number under which the server has put aside what was before; */
  readonly aside?: number | undefined;
  /** and these were the pins on its way. */
  readonly pins?: readonly Change[] | undefined;
  /** It was asked to begin anew, as the same experiment or as another one. */
  readonly reset?: "same" | "other";
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

/** What there is before something is changed. */
export interface Before {
  readonly experiment: store.Experiment;
  readonly pins: readonly Change[];
}

export interface History {
  /** Remember the present experiment, which is about to become another one. */
  add(next: store.Experiment, paths: readonly string[]): void;
  /** The server has made what was added, after so many updates; where it began anew, this is put aside. */
  made(step: number, aside?: number | null): void;
  /** The run has begun anew: with these settings, and what was before it is put aside. */
  addReset(before: Before, next: store.Experiment, paths: readonly string[], aside: number | null): void;
  /** Remember what a weight was before it was set. */
  addWeight(weight: store.WeightChange): void;
  /** What to change to, to take the last change back; null when there is none. */
  undo(): Entry | null;
  redo(): Entry | null;
  /** What comes now is another run, with other weights, or a fork with the same. Nothing is put aside for it. */
  forget(isFork: boolean): void;
  kept(): Kept;
  restore(kept: Kept): void;
}

const ONE_TURN_MS = 1000;
const MOST_ENTRIES = 200;

export function history(): History {
  const past = signal<readonly Entry[]>([]);
  const future = signal<readonly Entry[]>([]);
  let turnedAt = -Infinity;

  /** The last entry, where this is part of the same turn: a slider's next place. */
  function turnOf(paths: readonly string[], next: store.Experiment): SettingsEntry | null {
    const last = past.peek().at(-1);
    const isNumber = paths.length === 1 && typeof valueAt(next, paths[0] ?? "") === "number";
    return isNumber && isSoon() && last && "paths" in last && isSame(last.paths, paths) ? last : null;
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
      const turn = turnOf(paths, next);
      const first = turn ?? { ...present(), step: null };
      if (isSame(first.experiment, next)) return;
      put({ ...first, paths, text: textBetween(paths, first.experiment, next) }, turn !== null);
    },
    made(step, aside) {
      const done = (entry: SettingsEntry) => ({ ...entry, step, ...putAside(aside, entry.pins) });
      past.value = past.value.map((entry) => ("paths" in entry && entry.step === null ? done(entry) : entry));
    },
    addReset({ experiment, pins }, next, paths, aside) {
      const reset = isSame(experiment, next) ? "same" : "other";
      if (reset === "same" && aside === null) return;
      const text = reset === "same" ? t("reset") : textBetween(paths, experiment, next);
      put({ experiment, paths, text, step: 0, reset, ...putAside(aside, pins) }, false);
    },
    addWeight(weight) {
      const last = past.value.at(-1);
      const isTurn = isSoon() && last !== undefined && "weight" in last && isSamePlace(last.weight, weight);
      put({ weight: isTurn ? { ...weight, before: last.weight.before } : weight }, isTurn);
    },
    undo: () => take(past, future),
    redo: () => take(future, past),
    forget(isFork) {
      for (const entries of [past, future]) entries.value = entries.value.flatMap((entry) => leftOf(entry, isFork));
    },
    kept: () => ({ past: past.value, future: future.value }),
    restore(kept) {
      past.value = kept.past;
      future.value = kept.future;
    },
  };
}

export function present(): Before {
  return { experiment: store.experiment.value, pins: store.changes.value };
}

/** Pins are kept only with what they are on. */
function putAside(aside: number | null | undefined, pins: readonly Change[] | undefined) {
  return typeof aside === "number" ? { aside, pins } : { aside: undefined, pins: undefined };
}

/** Whether the run began anew with it. */
export function isBeginning(entry: Entry): boolean {
  return "paths" in entry && (entry.reset === "same" || entry.aside !== undefined);
}

/** What is left of an entry in another run, or in a fork. */
function leftOf(entry: Entry, isFork: boolean): Entry[] {
  if ("weight" in entry) return isFork ? [entry] : [];
  if (entry.reset === "same") return [];
  return [{ ...entry, step: isFork ? entry.step : 0, ...putAside(null, []) }];
}

function placeOfNext(entries: readonly Entry[]): number {
  return entries.findLastIndex(
    (entry) => "weight" in entry || isBeginning(entry) || !isSame(entry.experiment, store.experiment.value),
  );
}

function isSamePlace(one: store.WeightChange, other: store.WeightChange): boolean {
  return one.layer === other.layer && one.unit === other.unit && one.input === other.input;
}

/** From where an entry leads to here. A weight keeps what it was and became: taking it back exchanges the two. */
function wayBack(entry: Entry): Entry {
  if ("paths" in entry) return { ...entry, ...present(), step: null, aside: undefined };
  const { before, after } = entry.weight;
  return { weight: { ...entry.weight, before: after, after: before } };
}

function textBetween(paths: readonly string[], before: store.Experiment, after: store.Experiment): string {
  return changeText(paths, before, after) || t("the whole experiment");
}

/** What was changed, whichever way one goes: "learning rate 0.03 → 0.1". */
function textOf(entry: Entry | undefined, isForth: boolean): string {
  if (!entry) return "";
  if ("paths" in entry) return entry.text;
  const { before, after } = entry.weight;
  return weightText(isForth ? { ...entry.weight, before: after, after: before } : entry.weight);
}
