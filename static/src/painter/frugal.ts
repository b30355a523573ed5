/** The frugal way: of all that is on screen only weights are asked for, and tiles and boundary painted from them here. */
import { computed } from "@preact/signals";
import * as store from "../store.ts";
import type { Arrays, Message } from "../wire.ts";
import type { Wanted } from "./paint.ts";
import type { Told } from "./worker.ts";

type Receive = (message: Message<store.Experiment>) => void;

/** How a page does: what it asks for, and what it does with what comes. */
export interface Way {
  readonly views: () => readonly string[];
  readonly received: Receive;
}

/** Beyond so many the pictures are lighter than the weights. */
const MOST_PARAMETERS = 10_000;
const PAINTED_FROM = /^(?:weights|scale)[/]/;
const REPLACED = /^(?:weights|tiles)(?::|$)|^boundary$/;

let made: Way | null = null;

/** What the usual way becomes while the page is frugal. */
export function frugal(views: () => readonly string[], received: Receive): Way {
  return (made ??= { views: () => frugalViews(views()), received: paintingOf(views, received) });
}

function paintingOf(views: () => readonly string[], received: Receive): Receive {
  const worker = newPainter();
  worker.onerror = () => (store.isFrugal.value = false);
  return painting(worker, received, () => wantedOf(views()), canPaint);
}

/** A thread that paints. */
export function newPainter(): Worker {
  return new Worker(new URL("painter.js", import.meta.url), { type: "module" });
}

/** Images have no map to be painted. */
const canPaint = computed(() => {
  const { dimensions = 2, parameters = 0 } = store.scene.value ?? {};
  return store.isFrugal.value && dimensions > 0 && parameters <= MOST_PARAMETERS;
});

export function wantedOf(views: readonly string[]): Wanted {
  return { tiles: views.some((view) => view.startsWith("tiles")), answer: views.includes("boundary") };
}

function frugalViews(views: readonly string[]): readonly string[] {
  const { tiles, answer } = wantedOf(views);
  if (!canPaint.value || !(tiles || answer)) return views;
  return [...views.filter((view) => !REPLACED.test(view)), "weights", "painting"];
}

/** Has pictures painted for the frames that come without, one at a time, and of those that wait the newest. */
export function painting(
  worker: Worker,
  received: Receive,
  wanted: () => Wanted,
  canPaint: { readonly value: boolean },
): Receive {
  const tell = (told: Told) => worker.postMessage(told);
  let newest = -1;
  let hasTables = false;
  let isPainting: store.Frame | null = null;
  let waiting: store.Frame | null = null;

  function paint(frame: store.Frame): void {
    isPainting = frame;
    const arrays = Object.entries(frame.arrays).filter(([name]) => PAINTED_FROM.test(name));
    tell({ arrays: Object.fromEntries(arrays), wanted: wanted() });
  }

  /** Hand a frame on, unless a newer one or another scene has overtaken it. */
  function pass(frame: store.Frame): void {
    if (frame.scene !== store.scene.value?.scene || frame.seq < newest) return;
    newest = frame.seq;
    received(frame);
  }

  worker.onmessage = ({ data }: MessageEvent<Arrays>) => {
    const frame = isPainting;
    const next = waiting;
    isPainting = waiting = null;
    if (frame) pass({ ...frame, arrays: { ...frame.arrays, ...data } });
    if (next) paint(next);
  };

  return (message) => {
    if (message.type === "tables") {
      hasTables = true;
      return tell({ tables: message });
    }
    if (message.type === "scene") [newest, waiting] = [-1, null];
    if (message.type !== "frame") return received(message);
    if (!hasTables || !canPaint.value || !isToBePainted(message.arrays)) return pass(message);
    if (isPainting) waiting = message;
    else paint(message);
  };
}

/** Whether all weights are there, and no pictures. */
function isToBePainted(arrays: Arrays): boolean {
  const names = Object.keys(arrays);
  const weights = names.filter((name) => name.startsWith("weights/"));
  const count = weights.reduce((sum, name) => sum + (arrays[name]?.data.length ?? 0), 0);
  return count === store.scene.value?.parameters && !names.some((name) => name === "boundary" || name === "tiles/0");
}
