/** How large each layer's gradient and weights are and were, at moments from all over the run's way. */
import type { Trace } from "../../draw/trace.ts";
import type { Frame } from "../../store.ts";
import type { Rhythm } from "./glance.ts";

export type Norm = "gradients" | "weights";

export const NORMS_RHYTHM: Rhythm = { playing: 500, resting: 0 };

/** One layer's norm at every moment that a frame shows, which are so many updates from the start. */
export function traceOf(seen: Frame | null, layer: number, norm: Norm): Trace {
  const [steps, norms] = [seen?.arrays["norms/steps"]?.data ?? [], seen?.arrays[`norms/${norm}`]];
  const layers = norms?.shape[1] ?? 0;
  return {
    places: Array.from(steps),
    values: Array.from(steps, (_, moment) => norms?.data[moment * layers + layer] ?? NaN),
  };
}
