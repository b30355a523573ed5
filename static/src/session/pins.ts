/** Pins: where on its way the run was changed, and what. A turn of a slider is one change, and so is all at one moment. */
import { isSame } from "../path.ts";
import * as store from "../store.ts";
import { changeText } from "./wording.ts";

const ONE_TURN_MS = 1000;

interface Pin {
  readonly epoch: number;
  readonly paths: readonly string[];
  readonly before: store.Experiment;
}

let last: (Pin & { readonly time: number }) | null = null;

/** Mark a change that the server has made after so many updates. */
export function pin(step: number, paths: readonly string[], before: store.Experiment, after: store.Experiment): void {
  const epoch = epochOf(step);
  const time = performance.now();
  const isMore =
    last !== null && (last.epoch === epoch || (isSame(last.paths, paths) && time - last.time < ONE_TURN_MS));
  const whole: Pin =
    isMore && last ? { ...last, paths: [...new Set([...last.paths, ...paths])] } : { epoch, paths, before };
  const text = changeText(whole.paths, whole.before, after);
  const earlier = store.changes.value.filter((change) => change.epoch < whole.epoch);
  store.changes.value = text ? [...earlier, { epoch: whole.epoch, text }] : earlier;
  last = { ...whole, time };
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
