/** The filters of the feature map that is looked at: one for each channel that they see. */
import { computed } from "@preact/signals";
import { valueAt } from "../path.ts";
import { scene } from "../store.ts";
import type { NamedArray } from "../wire.ts";
import { weightsOf } from "./formula.ts";
import { regarded } from "./regard.ts";

/** What a colour is for: a byte from 0 for the most negative weight to 255. */
const MIDDLE = 127.5;

/** Side by side, in rows as long as there are rows, with a line of 0 between; undefined where none is looked at. */
export const filters = computed((): NamedArray | undefined => {
  const looked = regarded.value;
  const side = looked && Number(valueAt(scene.value?.experiment, `network.layers.${looked.layer - 1}.kernel`));
  const weights = side ? weightsOf(looked)?.subarray(0, -1) : undefined;
  if (!side || !weights) return undefined;
  const channels = weights.length / side ** 2;
  const across = Math.ceil(Math.sqrt(channels));
  const down = Math.ceil(channels / across);
  const [rows, columns] = [down * (side + 1) - 1, across * (side + 1) - 1];
  const largest = Math.max(...Array.from(weights, Math.abs)) || 1;
  const data = new Uint8Array(rows * columns).fill(MIDDLE + 0.5);
  weights.forEach((weight, i) => {
    const [channel, place] = [Math.floor(i / side ** 2), i % side ** 2];
    const row = Math.floor(channel / across) * (side + 1) + Math.floor(place / side);
    const column = (channel % across) * (side + 1) + (place % side);
    data[row * columns + column] = Math.round(MIDDLE + (MIDDLE * weight) / largest);
  });
  return { shape: [1, rows, columns], data };
});
