/** What can go wrong in a network that learns, told from its measures. Each rule gives what proves it, or null. */
import type { Layer, LayerHealth } from "../../wire.ts";
import { localName } from "../shape.ts";

/** The limits that the rules go by. */
export const LIMITS = {
  deadShare: 0.4,
  saturatedShare: 0.75,
  gradientRatio: 100,
  updateRatio: 0.5,
  inputSize: 10,
  weightsForSample: 0.1,
  slowUpdate: 1e-5,
} as const;

/** Below this the last layer's gradient is small because there is nothing left to learn. */
const SETTLED_GRADIENT = 1e-3;

/** A layer and a measure of it. */
export interface Measured {
  readonly index: number;
  readonly name: string;
  readonly units: number;
  readonly value: number;
}

/** The hidden layer with the largest share of units whose slope is 0 for every sample. */
export function mostDead(layers: readonly Layer[], health: readonly LayerHealth[]): Measured | null {
  return largest(layers.slice(0, -1), (layer, i) => (health[i]?.dead_units ?? 0) / layer.units);
}

/** The hidden layer with the largest share of slopes that are almost 0. */
export function mostSaturated(layers: readonly Layer[], health: readonly LayerHealth[]): Measured | null {
  return largest(layers.slice(0, -1), (_, i) => health[i]?.saturated_share ?? 0);
}

/** The layer whose weights the last update changed most, beside their size. */
export function mostMoved(layers: readonly Layer[], health: readonly LayerHealth[]): Measured | null {
  return largest(layers, (layer, i) => (layer.parameters ? (health[i]?.update_ratio ?? 0) : -1));
}

function largest(layers: readonly Layer[], measure: (layer: Layer, index: number) => number): Measured | null {
  const all = layers.map((layer, index) => ({
    index,
    name: localName(layer.name),
    units: layer.units,
    value: measure(layer, index),
  }));
  return all.reduce<Measured | null>((best, each) => (best && best.value >= each.value ? best : each), null);
}

export interface Vanishing {
  readonly first: string;
  readonly last: string;
  /** How many times smaller the first layer's gradient is than the last's. */
  readonly ratio: number;
}

/** The gradient of the first layer with weights beside that of the last; null with fewer than two, or settled. */
export function gradientRatio(layers: readonly Layer[], health: readonly LayerHealth[]): Vanishing | null {
  const weighted = layers.flatMap(({ name, parameters }, i) =>
    parameters ? [{ name, size: health[i]?.gradient_norm ?? 0 }] : [],
  );
  const [first, last] = [weighted[0], weighted.at(-1)];
  if (!first || !last || first === last || last.size < SETTLED_GRADIENT || first.size === 0) return null;
  return { first: localName(first.name), last: localName(last.name), ratio: last.size / first.size };
}

/** The layer that no gradient passes: all its units are dead. */
export function blockage(layers: readonly Layer[], health: readonly LayerHealth[]): Measured | null {
  const dead = mostDead(layers, health);
  return dead?.value === 1 ? dead : null;
}

/** The loss curves, epoch by epoch. */
export interface Losses {
  readonly epochs: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Since this epoch they are those of the present network, data and settings. */
  readonly since: number;
}

/** Ten epochs of a curve, as their middle values. */
interface Stretch {
  readonly from: number;
  readonly epoch: number;
  readonly train: number;
  readonly test: number;
}

const STRETCH = 10;
/** Of the loss at the start: what is below has been learned. */
const LEARNED = 0.1;

/** Where the losses began, and what came of them since the last change; of a change they may begin anew. */
interface Course {
  readonly start: Pick<Stretch, "train" | "test">;
  readonly recent: readonly Stretch[];
}

function courseOf(losses: Losses): Course {
  const all = stretchesOf(losses);
  const recent = all.filter(({ from }) => from >= losses.since);
  const start = (name: "train" | "test") => Math.max(all[0]?.[name] ?? 0, recent[0]?.[name] ?? 0);
  return { start: { train: start("train"), test: start("test") }, recent };
}

/** The curves in stretches of ten epochs each: single points jump. */
function stretchesOf({ epochs, train, test }: Losses): Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  epochs.forEach((epoch, i) => {
    const isEnd = i === epochs.length - 1 || Math.floor((epochs[i + 1] ?? 0) / STRETCH) > Math.floor(epoch / STRETCH);
    if (!isEnd) return;
    stretches.push({
      from: epochs[start] ?? 0,
      epoch,
      train: median(train.slice(start, i + 1)),
      test: median(test.slice(start, i + 1)),
    });
    start = i + 1;
  });
  return stretches;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

export interface Overfitting {
  /** For so many epochs the test loss has been above its lowest. */
  readonly epochs: number;
  readonly lowest: number;
  readonly now: number;
}

const RISING_EPOCHS = 30;
const RISE = 1.1;
const GAP = 1.3;

/** The test loss has risen for thirty epochs while the training loss fell, and is not low any more. */
export function overfitting(losses: Losses): Overfitting | null {
  const { start, recent } = courseOf(losses);
  const now = recent.at(-1);
  const lowest = recent.reduce((low, each) => (each.test < low.test ? each : low), recent[0] ?? NOWHERE);
  if (!now || now.epoch - lowest.epoch < RISING_EPOCHS) return null;
  const isRising = now.test > RISE * lowest.test && now.test > GAP * now.train && now.train < lowest.train;
  if (now.test < LEARNED * start.test) return null;
  return isRising ? { epochs: Math.round(now.epoch - lowest.epoch), lowest: lowest.test, now: now.test } : null;
}

const NOWHERE: Stretch = { from: 0, epoch: 0, train: NaN, test: NaN };

export interface Plateau {
  readonly epochs: number;
  readonly loss: number;
}

const FLAT_STRETCHES = 6;
const FLAT = 1.02;

/** The training loss has stayed where it is for fifty epochs, and far above 0. */
export function plateau(losses: Losses): Plateau | null {
  const { start, recent } = courseOf(losses);
  const last = recent.slice(-FLAT_STRETCHES).map(({ train }) => train);
  const [low, high] = [Math.min(...last), Math.max(...last)];
  const isFlat = recent.length > FLAT_STRETCHES && high <= FLAT * low && low > LEARNED * start.train;
  return isFlat ? { epochs: (FLAT_STRETCHES - 1) * STRETCH, loss: low } : null;
}

/** Whether the training loss is still far above 0, measured by where it began. */
export function isUnlearned({ train }: Losses): boolean {
  return (train.at(-1) ?? 0) > LEARNED * (train[0] ?? Infinity);
}
