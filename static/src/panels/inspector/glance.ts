/**
 * Views that a panel asks for while it is open: with every frame, or only now and then, where nobody could read the
 * numbers so fast or they take the server long.
 */
import { computed, effect, signal, useComputed, useSignal, type ReadonlySignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { frame, isStroking, runId, scene, type Frame } from "../../store.ts";

/** How often a view is asked for, in milliseconds. */
export interface Rhythm {
  /** Between two looks while training; Infinity is not while training. */
  readonly playing: number;
  /** After the network has changed while it rests. */
  readonly resting: number;
}

interface Glance {
  /** The last frame that showed the view. */
  readonly seen: ReadonlySignal<Frame | null>;
  /** Look no more. */
  readonly stop: () => void;
}

type Wishes = Signal<ReadonlyMap<object, string>>;

/** What is asked for with every frame, and what only now and then. */
const open: Wishes = signal(new Map());
const glances: Wishes = signal(new Map());

/** The views that open panels ask for at this moment. A stroke wants its answer at once: what takes long waits for its end. */
export const asked = computed(() => [
  ...new Set([...open.value.values(), ...(isStroking.value ? [] : glances.value.values())]),
]);

function ask(wishes: Wishes, who: object, view: string | null): void {
  const next = new Map(wishes.peek());
  if (view === null) next.delete(who);
  else next.set(who, view);
  wishes.value = next;
}

/** Ask for a view with every frame, for as long as the component is there; null asks for nothing. */
export function useView(view: string | null): void {
  useEffect(() => {
    const who = {};
    ask(open, who, view);
    return () => ask(open, who, null);
  }, [view]);
}

/** Likewise, and as soon as it is another: the component need not be drawn before. */
export function useChangingView(view: ReadonlySignal<string | null>): void {
  useEffect(() => {
    const who = {};
    const stop = effect(() => ask(open, who, view.value));
    return () => {
      stop();
      ask(open, who, null);
    };
  }, [view]);
}

/**
 * Ask for a view now and then, for as long as the component is there; null asks for nothing. What is returned holds the
 * last frame that showed it, null before that and after a change of the network, of its way or of the run.
 */
export function useGlance(view: string | null, rhythm: Rhythm): ReadonlySignal<Frame | null> {
  const seen = useSignal<Frame | null>(null);
  useEffect(() => {
    seen.value = null;
    if (view === null) return;
    const glance = look(view, rhythm);
    const stop = effect(() => {
      seen.value = glance.seen.value;
    });
    return () => {
      stop();
      glance.stop();
    };
  }, [view]);
  return useComputed(() => (seen.value && isOfNow(seen.value) ? seen.value : null));
}

/** Whether a frame shows the network that is there, on its present way. */
function isOfNow({ scene: of, generation }: Frame): boolean {
  return of === scene.value?.scene && generation === frame.value?.generation;
}

/** Ask for a view as soon as the network is another than when it was seen last, in this rhythm. */
export function look(view: string, rhythm: Rhythm): Glance {
  const who = {};
  const seen = signal<Frame | null>(null);
  let [seenAt, changedAt] = [-Infinity, 0];
  let [moment, timer] = ["", 0];

  function plan(now: Frame): void {
    clearTimeout(timer);
    if (seen.peek() && momentOf(now) === momentOf(seen.peek())) return;
    const due = now.status === "playing" ? seenAt + rhythm.playing : changedAt + rhythm.resting;
    if (due < Infinity) timer = setTimeout(() => ask(glances, who, view), Math.max(0, due - performance.now()));
  }

  const forget = effect(() => {
    runId.value;
    seen.value = null;
  });
  const end = effect(() => {
    const now = frame.value;
    if (!now) return;
    if (momentOf(now) !== moment) [moment, changedAt] = [momentOf(now), performance.now()];
    if (shows(now, view)) {
      [seen.value, seenAt] = [now, performance.now()];
      if (now.norms?.is_whole !== false) ask(glances, who, null);
    }
    plan(now);
  });
  return {
    seen,
    stop() {
      forget();
      end();
      clearTimeout(timer);
      ask(glances, who, null);
    },
  };
}

/** Two frames of one moment show the same network; a weight that was set by hand changes the loss. */
function momentOf(frame: Frame | null): string {
  return frame ? `${frame.scene} ${frame.generation} ${frame.step} ${frame.metrics.train_loss}` : "";
}

/** Whether a frame shows a view: as a part of its message, or as arrays of that name. */
function shows(frame: Frame, view: string): boolean {
  const [name = "", number] = view.split(":");
  if (name === "health" || name === "curvature") return frame[name] !== undefined;
  if (name === "microscope") return frame.microscope?.sample === Number(number);
  const groups = [`${name}/`, `${view}/`];
  return Object.keys(frame.arrays).some((array) => array === view || groups.some((group) => array.startsWith(group)));
}
