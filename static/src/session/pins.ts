/** Pins: where on its way the run was changed, and what. A turn of a slider is one change, and so is all at one moment. */
import { plural } from "../language.ts";
import { isSame } from "../path.ts";
import type { Change } from "../draw/change.ts";
import * as store from "../store.ts";
import { changeText, weightText } from "./wording.ts";

const ONE_TURN_MS = 1000;
const MOST_PINS = 500;
const TINY = 1e-9;

/** What was changed at a moment: from which experiment to which, and weights by their place. */
interface Pin {
  readonly epoch: number;
  readonly paths: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly weights: ReadonlyMap<string, store.WeightChange>;
}

type Content = Omit<Pin, "epoch">;

let last: (Pin & { readonly time: number }) | null = null;

/** Mark a change of settings that the server has made after so many updates. */
export function pin(step: number, paths: readonly string[], before: store.Experiment, after: store.Experiment): void {
  put(step, { paths, before, after, weights: new Map() });
}

/** Mark a weight that was set. */
export function pinWeight(step: number, weight: store.WeightChange): void {
  const key = `${weight.layer}.${weight.unit}.${weight.input}`;
  put(step, { paths: [], before: null, after: null, weights: new Map([[key, weight]]) });
}

function put(step: number, content: Content): void {
  const epoch = epochOf(step);
  const time = performance.now();
  const isTurn = last !== null && time - last.time < ONE_TURN_MS && isSameTurn(last, content);
  const whole = last && (Math.abs(last.epoch - epoch) < TINY || isTurn) ? joined(last, content) : { ...content, epoch };
  const text = textOf(whole);
  const earlier = store.changes.value.filter((change) => change.epoch < whole.epoch);
  store.changes.value = (text ? [...earlier, { epoch: whole.epoch, text }] : earlier).slice(-MOST_PINS);
  last = { ...whole, time };
}

function isSameTurn(one: Content, other: Content): boolean {
  return isSame(one.paths, other.paths) && isSame([...one.weights.keys()], [...other.weights.keys()]);
}

/** What was changed before and what is changed now, as one: from what was first to what is last. */
function joined(first: Pin, next: Content): Pin {
  const weights = new Map(first.weights);
  for (const [key, weight] of next.weights)
    weights.set(key, { ...weight, before: first.weights.get(key)?.before ?? weight.before });
  return {
    epoch: first.epoch,
    paths: [...new Set([...first.paths, ...next.paths])],
    before: first.before ?? next.before,
    after: next.after ?? first.after,
    weights,
  };
}

/** "" where all is as it was. */
function textOf({ paths, before, after, weights }: Pin): string {
  const turned = [...weights.values()].filter((weight) => weight.before !== weight.after);
  const [first] = turned;
  const ofWeights =
    turned.length > 1
      ? plural(turned.length, "{count} weight set by hand", "{count} weights set by hand")
      : first && weightText(first);
  return [changeText(paths, before, after), ofWeights].filter(Boolean).join(", ");
}

/** What was changed after so many updates is taken back: what is changed there now adds to what was before all of it. */
export function unpinFrom(step: number, paths: readonly string[], before: store.Experiment): void {
  const epoch = epochOf(step);
  store.changes.value = store.changes.value.filter((change) => change.epoch < epoch - TINY);
  last = { epoch, paths, before, after: before, weights: new Map(), time: performance.now() };
}

/** The way of before is there again. */
export function pinAgain(changes: readonly Change[]): void {
  store.changes.value = changes;
  last = null;
}

/** Another curve has begun, which goes up to this epoch: what was changed later is not of it. */
export function unpinAfter(epoch: number): void {
  store.changes.value = store.changes.value.filter((change) => change.epoch <= epoch);
  if (last && last.epoch > epoch) last = null;
}

/** The epoch of an update near the frame that is shown. */
function epochOf(step: number): number {
  const frame = store.frame.value;
  const updates = step - (frame?.step ?? step);
  return (frame?.exact_epoch ?? 0) + updates / (store.scene.value?.batches ?? 1);
}
