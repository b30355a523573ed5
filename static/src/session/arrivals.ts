/** What comes from the server enters the store here; pictures wait for the next animation frame, newest first. */
import { batch } from "@preact/signals";
import * as store from "../store.ts";
import type { Message, PointsMessage } from "../wire.ts";

const CHART_PAUSE_MS = 100;
const HIDDEN_PAUSE_MS = 1000;
const CALM_PAUSE_MS = 500;
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
  let isDrawing = false;
  let chartTime = 0;

  /** Draw the newest frame, all panels at once. */
  function draw(): void {
    isDrawing = false;
    if (!latest) return;
    const frame = latest;
    const now = performance.now();
    const isChartTime = frame.status !== "playing" || now - chartTime >= CHART_PAUSE_MS;
    if (isChartTime) chartTime = now;
    batch(() => {
      announce(store.frame.value, frame);
      store.frame.value = frame;
      if (isChartTime) store.curveTick.value++;
    });
    frameDrawn(frame);
  }

  return (message) => {
    if (store.connection.value.state !== "live") store.connection.value = { state: "live" };
    if (message.type === "scene") {
      if (message.generation !== store.scene.value?.generation) store.changes.value = [];
      store.scene.value = message;
      sceneCame(message);
    } else if (message.type === "points") addPoints(message);
    else {
      latest = message;
      if (!isDrawing) soon(draw, message.status === "playing");
      isDrawing = true;
    }
  };
}

/** With the next picture of the screen; seldom where nobody looks, or where motion is unwanted. */
function soon(draw: () => void, isMoving: boolean): void {
  if (document.hidden) setTimeout(draw, HIDDEN_PAUSE_MS);
  else if (isMoving && calm.matches) setTimeout(draw, CALM_PAUSE_MS);
  else requestAnimationFrame(draw);
}

function addPoints(message: PointsMessage): void {
  const { curves } = store;
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

/** Starts, pauses and steps are said; epochs are not. */
function announce(before: store.Frame | null, now: store.Frame): void {
  const isStep = now.status === "paused" && now.step !== before?.step;
  if (now.status === before?.status && !isStep) return;
  const { train_loss: train, test_loss: test } = now.metrics;
  const losses =
    train === undefined ? "" : `, train loss ${train.toFixed(3)}, test loss ${test?.toFixed(3) ?? "unknown"}`;
  if (now.status === "playing") store.announcement.value = "Training started";
  if (now.status === "paused") store.announcement.value = `Paused at epoch ${now.epoch}${losses}`;
}
