/** Moments of the run: which update ends which epoch, read from the curve, whose epochs may have changed their length. */
import { computed } from "@preact/signals";
import { count } from "./format.ts";
import { t } from "./language.ts";
import { roundStep } from "./draw/scales.ts";
import { between } from "./draw/rising.ts";
import { AUTOPLAY_EPOCHS, column, frame, headEpoch, isAutoplay, type Moment } from "./store.ts";

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

let axis = { generation: -1, end: 0 };

/**
 * The epoch at the right end of the timeline, and of the curves, so that a moment is at the same place in both. It only
 * grows while the curve is the same, so that nothing moves under the pointer.
 */
export const lastEpoch = computed(() => {
  const generation = frame.value?.generation ?? -1;
  const wanted = isAutoplay.value ? Math.max(AUTOPLAY_EPOCHS, headEpoch.value) : roundEnd(headEpoch.value);
  axis = { generation, end: generation === axis.generation ? Math.max(axis.end, wanted) : wanted };
  return axis.end;
});

/** A round epoch some way ahead. */
function roundEnd(last: number): number {
  const step = roundStep(Math.max(30, last * 1.25), 4);
  return Math.max(step, Math.ceil((last * 1.15) / step) * step);
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
