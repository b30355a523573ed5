/** History: the experiments before each change of this session, to go back to and forth again. */
import { effect, signal, type Signal } from "@preact/signals";
import { t } from "../language.ts";
import { isSame, valueAt } from "../path.ts";
import * as store from "../store.ts";
import { changeText } from "./wording.ts";

/** A change, or several that were one turn of one slider. */
interface Entry {
  /** What to go to. */
  readonly experiment: store.Experiment;
  readonly paths: readonly string[];
  readonly text: string;
}

export interface History {
  /** Remember the present experiment, which is about to become another one. */
  add(next: store.Experiment, paths: readonly string[]): void;
  /** What to change to, to take the last change back; null when there is none. */
  undo(): Entry | null;
  redo(): Entry | null;
}

const ONE_TURN_MS = 1000;
const MOST_ENTRIES = 200;
const OTHER = t("the whole experiment");

export function history(): History {
  const past = signal<readonly Entry[]>([]);
  const future = signal<readonly Entry[]>([]);
  let turnedAt = -Infinity;

  /** A slider's next place is part of its turn. */
  function isSameTurn(paths: readonly string[], next: store.Experiment): boolean {
    const isNumber = paths.length === 1 && typeof valueAt(next, paths[0] ?? "") === "number";
    const isSoon = performance.now() - turnedAt < ONE_TURN_MS;
    return isNumber && isSoon && isSame(past.peek().at(-1)?.paths, paths);
  }

  /** Take the newest entry that is another experiment than the present one, and leave the way back. */
  function take(from: Signal<readonly Entry[]>, to: Signal<readonly Entry[]>): Entry | null {
    const place = placeOfNext(from.value);
    const entry = from.value[place];
    if (!entry) return null;
    from.value = from.value.slice(0, place);
    to.value = [...to.value, { ...entry, experiment: store.experiment.value }];
    turnedAt = -Infinity;
    return entry;
  }

  effect(() => {
    store.undoable.value = past.value[placeOfNext(past.value)]?.text ?? "";
    store.redoable.value = future.value[placeOfNext(future.value)]?.text ?? "";
  });

  return {
    add(next, paths) {
      const isTurn = isSameTurn(paths, next);
      const experiment = (isTurn && past.value.at(-1)?.experiment) || store.experiment.value;
      if (isSame(experiment, next)) return;
      const entry = { experiment, paths, text: changeText(paths, experiment, next) || OTHER };
      past.value = [...past.value.slice(-MOST_ENTRIES, isTurn ? -1 : undefined), entry];
      future.value = [];
      turnedAt = performance.now();
    },
    undo: () => take(past, future),
    redo: () => take(future, past),
  };
}

function placeOfNext(entries: readonly Entry[]): number {
  return entries.findLastIndex(({ experiment }) => !isSame(experiment, store.experiment.value));
}
