/** What comes from the server enters the store here; pictures wait for the next animation frame, newest first. */
import { batch } from "@preact/signals";
import { recall } from "../storage.ts";
import * as store from "../store.ts";
import type { Message, PointsMessage } from "../wire.ts";
import { unpinAfter } from "./pins.ts";

/** Without words it goes on. */
const ignore = () => {};

const CHART_PAUSE_MS = 100;
const HIDDEN_PAUSE_MS = 1000;
const CALM_PAUSE_MS = 500;
/** A line is slow where frame after frame comes so many behind the last, until so many are missed. */
const LATE_FRAMES = 6;
const MISSED_FRAMES = 90;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export interface Arrivals {
  /** Called with the scene, once it is in the store. */
  readonly sceneCame: (scene: store.Scene) => void;
  /** Called with the frame, once it is drawn. */
  readonly frameDrawn: (frame: store.Frame) => void;
}

/** What to do with each message. */
export function receiver({ sceneCame, frameDrawn }: Arrivals): (message: Message<store.Experiment>) => void {
  let latest: store.Frame | null = null;
  let cancel: (() => void) | null = null;
  let chartTime = 0;
  let missed = 0;

  /** Have the newest frame drawn when it is time for it, as things stand now. */
  function plan(): void {
    cancel?.();
    cancel = soon(draw, latest?.status === "playing");
  }

  /** Draw the newest frame, all panels at once. */
  function draw(): void {
    cancel = null;
    if (!latest) return;
    const frame = latest;
    const now = performance.now();
    const isTurn = frame.status !== store.frame.peek()?.status;
    const isChartTime = isTurn || frame.status !== "playing" || now - chartTime >= CHART_PAUSE_MS;
    if (isChartTime) chartTime = now;
    batch(() => {
      announce(store.frame.value, frame);
      if (frame.generation !== store.frame.value?.generation) unpinAfter(frame.head.epoch);
      store.frame.value = frame;
      if (isChartTime) store.curveTick.value++;
    });
    frameDrawn(frame);
  }

  /** A hidden tab gets no pictures: what waits for one then waits for time to pass, and the other way. */
  document.addEventListener("visibilitychange", () => {
    if (cancel) plan();
  });

  return (message) => {
    if (message.type === "scene") {
      store.scene.value = message;
      sceneCame(message);
    } else if (message.type === "points") addPoints(message);
    else if (message.type === "frame") {
      const gap = message.seq - (latest?.seq ?? message.seq);
      const isLate = gap >= LATE_FRAMES && !document.hidden && !calm.matches;
      missed = isLate ? missed + gap : 0;
      if (missed >= MISSED_FRAMES && !recall(store.FRUGAL)) store.isFrugal.value = true;
      const isTurn = message.status !== latest?.status;
      latest = message;
      if (!cancel || isTurn) plan(); // what comes to rest waits for no calm pause
    }
  };
}

/**
 * With the next picture of the screen; seldom where nobody looks, or where motion is unwanted. Returns what calls it off.
 * A frame of another page that is scrolled out of sight gets no pictures, and is not told so.
 */
function soon(draw: () => void, isMoving: boolean): () => void {
  if (!document.hidden && !(isMoving && calm.matches)) {
    const callOff = () => {
      cancelAnimationFrame(picture);
      clearTimeout(timer);
    };
    const drawOnce = () => {
      callOff();
      draw();
    };
    const picture = requestAnimationFrame(drawOnce);
    const timer = setTimeout(drawOnce, HIDDEN_PAUSE_MS);
    return callOff;
  }
  const timer = setTimeout(draw, document.hidden ? HIDDEN_PAUSE_MS : CALM_PAUSE_MS);
  return () => clearTimeout(timer);
}

function addPoints(message: PointsMessage): void {
  const curves = store.curves;
  if (message.from === 0 || message.generation !== curves.generation) {
    curves.generation = message.generation;
    curves.columns = Object.fromEntries(message.columns.map((name) => [name, []]));
  }
  const numbers = message.arrays["points"]?.data ?? [];
  message.columns.forEach((name, c) => {
    const column = curves.columns[name];
    for (let i = c; i < numbers.length; i += message.columns.length) column?.push(numbers[i] ?? NaN);
  });
}

/** What is said comes in the order in which it came about, however long its words take to come. */
let saying: Promise<void> = Promise.resolve();

/** Starts, ends and steps are said to those who do not see them; how the run stands at first is read with the page. */
function announce(before: store.Frame | null, now: store.Frame): void {
  const isStep = now.status === "paused" && now.step !== before?.step;
  if (before && (now.status !== before.status || isStep))
    saying = saying.then(() => import("../summary.ts")).then(({ tellChange }) => tellChange(before, now), ignore);
}
