/** A lane: one contestant's run, watched and commanded. What comes of it is drawn with that of the others. */
import { batch, signal, type Signal } from "@preact/signals";
import type { Experiment } from "../experiment.d.ts";
import { openLive, type Answer, type Live } from "../socket.ts";
import type { FrameMessage, Message, PointsMessage, SceneMessage } from "../wire.ts";

export type Scene = SceneMessage<Experiment>;

/** What is known of the run after each of its epochs, by the name of the column. */
export type Columns = Readonly<Record<string, readonly number[]>>;

export interface Lane {
  readonly run: string;
  readonly scene: Signal<Scene | null>;
  readonly frame: Signal<FrameMessage | null>;
  /** Grown in place; `tick` tells. */
  readonly columns: Columns;
  /** So many seconds of the processor its training had taken after so many updates. */
  readonly clock: { readonly steps: readonly number[]; readonly seconds: readonly number[] };
  /** Why there is no more to come; "" as long as there may be. */
  readonly ended: Signal<string>;
  readonly isLost: Signal<boolean>;
  command(op: string, parts?: object): Promise<Answer | null>;
  /** Choose what its frames show. */
  watch(views: readonly string[]): void;
  close(): void;
}

/** Rises at most ten times a second while any of them trains: the time for charts and tables. */
export const tick = signal(0);

const CHART_PAUSE_MS = 100;
const HIDDEN_PAUSE_MS = 1000;
const CALM_PAUSE_MS = 500;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** `ended` is called when the run is no more, and no try will bring it back. */
export function openLane(run: string, ended: (reason: string) => void): Lane {
  const columns: Record<string, number[]> = {};
  const clock = { steps: [0], seconds: [0] };
  let generation = -1;
  let views: readonly string[] = ["boundary"];
  const lane: Lane = {
    run,
    scene: signal<Scene | null>(null),
    frame: signal<FrameMessage | null>(null),
    columns,
    clock,
    ended: signal(""),
    isLost: signal(false),
    command: (op, parts) => live.command(op, parts),
    watch(wanted) {
      views = wanted;
      void live.command("watch", { views });
    },
    close() {
      waiting.delete(lane);
      live.close();
    },
  };
  const live: Live = openLive<Experiment>(`${location.origin.replace(/^http/, "ws")}/api/runs/${run}/live`, {
    opened() {
      lane.isLost.value = false;
      void live.command("watch", { views });
    },
    received(message: Message<Experiment>) {
      if (message.type === "scene") lane.scene.value = message;
      else if (message.type === "points") {
        if (message.from === 0 || message.generation !== generation) clear(columns, clock);
        generation = message.generation;
        addEpochs(columns, message);
      } else if (message.type === "frame") {
        note(clock, message);
        plan(lane, { frame: message, drawn: () => live.acknowledge(message.seq) });
      }
    },
    told() {},
    lost() {
      lane.isLost.value = true;
    },
    ended(_, reason) {
      lane.ended.value = reason;
      ended(reason);
    },
  });
  return lane;
}

function clear(columns: Record<string, number[]>, clock: { steps: number[]; seconds: number[] }): void {
  for (const name of Object.keys(columns)) columns[name] = [];
  [clock.steps, clock.seconds] = [[0], [0]];
}

/** Where a pause fell into an epoch there is a point as well; of those nothing is told. */
function addEpochs(columns: Record<string, number[]>, { columns: names, arrays }: PointsMessage): void {
  const numbers = arrays["points"]?.data ?? [];
  const epoch = names.indexOf("epoch");
  for (let row = 0; row < numbers.length; row += names.length) {
    if (Number.isInteger(numbers[row + epoch]))
      names.forEach((name, i) => (columns[name] ??= []).push(numbers[row + i] ?? NaN));
  }
}

function note(clock: { steps: number[]; seconds: number[] }, { step, seconds }: FrameMessage): void {
  if (step <= (clock.steps.at(-1) ?? 0)) return;
  clock.steps.push(step);
  clock.seconds.push(seconds);
}

// --- drawing -----------------------------------------------------------------------------------------------------

interface Arrival {
  readonly frame: FrameMessage;
  readonly drawn: () => void;
}

/** The newest frame of each lane that is not drawn yet. */
const waiting = new Map<Lane, Arrival>();
let cancel: (() => void) | null = null;
let chartTime = 0;

/** Have what has come drawn when it is time for it, all lanes at once. What comes to rest waits for no calm pause. */
function plan(lane: Lane, arrival: Arrival): void {
  waiting.set(lane, arrival);
  const isTurn = arrival.frame.status !== lane.frame.peek()?.status;
  if (cancel && !isTurn) return;
  cancel?.();
  cancel = soon(draw, arrival.frame.status === "playing");
}

function draw(): void {
  cancel = null;
  const arrivals = [...waiting];
  waiting.clear();
  const now = performance.now();
  const isRest = arrivals.some(([, { frame }]) => frame.status !== "playing");
  batch(() => {
    for (const [lane, { frame }] of arrivals) lane.frame.value = frame;
    if (!isRest && now - chartTime < CHART_PAUSE_MS) return;
    chartTime = now;
    tick.value++;
  });
  for (const [, { drawn }] of arrivals) drawn();
}

/** With the next picture of the browser; where motion is unwanted, or nobody looks, after a pause. */
function soon(act: () => void, isMoving: boolean): () => void {
  if (document.hidden || (isMoving && calm.matches)) {
    const timer = setTimeout(act, document.hidden ? HIDDEN_PAUSE_MS : CALM_PAUSE_MS);
    return () => clearTimeout(timer);
  }
  const picture = requestAnimationFrame(act);
  return () => cancelAnimationFrame(picture);
}

/** A hidden tab gets no pictures: what waits for one then waits for time to pass. */
document.addEventListener("visibilitychange", () => {
  if (!cancel) return;
  cancel();
  cancel = soon(draw, false);
});
