/** Moments of the run: which update ends which epoch, read from the curve, whose epochs may have changed their length. */
import { count } from "./format.ts";
import { t } from "./language.ts";
import { between } from "./draw/rising.ts";
import { column, frame, type Moment } from "./store.ts";

/** The moment after so many updates, no earlier and no later than the run has been. */
export function momentAtStep(step: number): Moment {
  const { steps, epochs } = path();
  const within = Math.round(Math.min(steps.at(-1) ?? 0, Math.max(steps[0] ?? 0, step)));
  return { step: within, epoch: between(steps, epochs, within) };
}

/** The moment nearest to so many epochs. */
export function momentAtEpoch(epoch: number): Moment {
  const { steps, epochs } = path();
  return momentAtStep(between(epochs, steps, epoch));
}

/** What is said of a moment before the furthest. */
export function earlierMoment(epoch: number, last: number, isPlaying = false): string {
  const place = { epoch: count(epoch), last: count(Math.floor(last)) };
  return isPlaying
    ? t("Epoch {epoch} of {last}: what was before is played again.", place)
    : t("Epoch {epoch} of {last}. Play goes on from here; a change begins another way.", place);
}

/** The run's points and its furthest one, by updates and by epochs. */
function path(): { steps: readonly number[]; epochs: readonly number[] } {
  const [steps, epochs] = [column("step"), column("epoch")];
  const head = frame.peek()?.head ?? { step: 0, epoch: 0 };
  if ((steps.at(-1) ?? -1) >= head.step) return { steps, epochs };
  return { steps: [...steps, head.step], epochs: [...epochs, head.epoch] };
}
