/** How sure the network is of each class, from 0 to 1: what its outputs say, whatever their activation. */
import { scene } from "../store.ts";
import type { Numbers } from "../wire.ts";

/** Where each output lies between its levels for no and yes. Of two classes there may be one output, which speaks for the
second. */
export function sharesOf(outputs: Numbers): number[] {
  const [no, yes] = scene.value?.target_range ?? [0, 1];
  const shares = Array.from(outputs, (output) => Math.min(1, Math.max(0, (output - no) / (yes - no))));
  const [second = 0] = shares;
  return shares.length === 1 ? [1 - second, second] : shares;
}
