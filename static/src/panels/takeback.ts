/** Something drawn that can be taken back stroke by stroke, and done again. */
import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";

export type Turn = "undo" | "redo";

/** What a key asks for; null where it is neither. */
export function turnOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): Turn | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && !shiftKey ? "redo" : null;
}

export interface TakenBack<T> {
  /** What is drawn: changed freely while a stroke is under way. */
  readonly now: Signal<T>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  /** A stroke is over: what was before it can be gone back to. */
  end(): void;
  /** Go a stroke back, or forth again. Tells whether there was one. */
  turn(way: Turn): boolean;
  /** Forget all strokes, and begin with this. */
  begin(value: T): void;
}

export function takenBack<T>(first: T): TakenBack<T> {
  const now = signal(first);
  const past = signal<readonly T[]>([]);
  const future = signal<readonly T[]>([]);
  let ended = first;

  function end(): void {
    if (now.peek() === ended) return;
    past.value = [...past.peek(), ended];
    future.value = [];
    ended = now.peek();
  }

  return {
    now,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    end,
    turn(way) {
      end();
      const [from, to] = way === "undo" ? [past, future] : [future, past];
      if (!from.peek().length) return false;
      to.value = [...to.peek(), ended];
      now.value = ended = from.peek().at(-1) as T;
      from.value = from.peek().slice(0, -1);
      return true;
    },
    begin(value) {
      [past.value, future.value] = [[], []];
      now.value = ended = value;
    },
  };
}
