/** The map of the neuron that is looked at, to be shown large in the place of another picture. */
import { computed } from "@preact/signals";
import { frame, scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { regarded } from "./regard.ts";

/** Its own map, one grid; undefined where there is none. */
export const ownMap = computed((): NamedArray | undefined => {
  const looked = regarded.value;
  if (!looked) return undefined;
  const stack =
    looked.layer === 0 ? scene.value?.arrays["input_tiles"] : frame.value?.arrays[`tiles/${looked.layer - 1}`];
  const [count = 0, rows = 0, columns = 0] = stack?.shape ?? [];
  if (!stack || looked.unit >= count) return undefined;
  const data = stack.data.subarray(looked.unit * rows * columns, (looked.unit + 1) * rows * columns);
  return { shape: [1, rows, columns], data };
});
