/** What the network makes, layer by layer, of what is looked at: the picked sample, or an image that somebody draws. */
import { computed } from "@preact/signals";
import { frame, hasSample, ownImage, sample, scene, type Frame } from "../store.ts";
import type { NamedArray } from "../wire.ts";

/** What is asked for to know it; "" where nothing is picked, or no image begun. */
export const givenView = computed(() => {
  if (!hasSample.value) return "";
  return ownImage.value ? ownImage.value.view : `sample:${sample.value}`;
});

interface Told {
  readonly view: string;
  readonly arrays: Frame["arrays"];
}

/** An image that is being drawn is another with every move: what was told of it last stands until there is more. */
let newest: Told | null = null;
const told = computed(() => {
  const [now, view] = [frame.value, givenView.value];
  if (!view || now?.scene !== scene.value?.scene) newest = null;
  else if (now && Object.hasOwn(now.arrays, `${view}/inputs`)) newest = { view, arrays: now.arrays };
  return newest;
});

/** A part of it: the "inputs" of the network, what a layer gives, by its number, "2/z" its sums, "0/map" its feature maps. */
export function given(part: string | number): NamedArray | undefined {
  return told.value?.arrays[`${told.value.view}/${part}`];
}

/** What the outputs are. */
export function answerGiven(): NamedArray | undefined {
  return given((scene.value?.layers.length ?? 0) - 1);
}
