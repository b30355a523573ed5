/** The numbers of a neuron as of now: its weights, and for the picked sample what reaches it and what it gives. */
import { computed, effect, signal } from "@preact/signals";
import { ENGLISH, language, t } from "../language.ts";
import { frame, hasImages, hasSample, ownImage, sample, scene, type Neuron } from "../store.ts";
import type { Numbers } from "../wire.ts";
import { given, givenView } from "./given.ts";
import { regarded } from "./regard.ts";
import { mostShown } from "./shape.ts";
import { placeTexts } from "./units.ts";

/** The weights of a neuron, its bias as the last; null before all of them have come. */
export function weightsOf({ layer, unit }: Neuron): Numbers | null {
  const arrays = frame.value?.scene === scene.value?.scene ? frame.value?.arrays : undefined;
  const alone = arrays?.[`unit:${indexOf({ layer, unit })}`]?.data;
  if (alone) return alone;
  const block = arrays?.[`weights/${layer - 1}`];
  const [units = 0, columns = 0] = block?.shape ?? [];
  const isWhole = unit < units && columns === columnsOf(layer);
  return (isWhole && block?.data.subarray(unit * columns, (unit + 1) * columns)) || null;
}

/** How many parameters each neuron of a layer has. */
function columnsOf(layer: number): number {
  const { parameters = 0, units = 1 } = scene.value?.layers[layer - 1] ?? {};
  return parameters / units;
}

/** Whether a neuron has weights that can be set, one by one: those of a feature map, and to one, are many. */
export function hasWeights(layer: number): boolean {
  return layer > 0 && columnsOf(layer) > 0 && !isMapped(layer);
}

/** Whether a layer gives feature maps or is reached by them. */
export function isMapped(layer: number): boolean {
  return [layer - 1, layer - 2].some((index) => scene.value?.layers[index]?.sides.length);
}

/** A neuron's number when all are counted through. */
export function indexOf({ layer, unit }: Neuron): number {
  const before = scene.value?.layers.slice(0, layer - 1) ?? [];
  return before.reduce((sum, { units }) => sum + units, unit);
}

/** What the picked sample puts into a layer; undefined where none is picked. */
export function reaching(layer: number): Numbers | undefined {
  const name = layer === 1 ? "inputs" : String(layer - 2);
  return given(name)?.data;
}

/** What a neuron gives for the picked sample. */
export function answerOf({ layer, unit }: Neuron): number | undefined {
  return reaching(layer + 1)?.[unit];
}

/** Between coordinates; a comma may stand in a number. */
const SEPARATOR = language === ENGLISH ? ", " : "; ";

/** Where the picked sample lies: "at (−2.18, 1.25)", "image 17"; "" where none is picked. */
export const sampleText = computed(() => {
  const world = scene.value;
  if (!world || !hasSample.value) return "";
  if (ownImage.value) return t("what is drawn");
  if (hasImages.value) return t("image {number}", { number: sample.value });
  if (world.dimensions === 0) return t("row {number}", { number: sample.value });
  const text = placeTexts(sample.value).join(SEPARATOR);
  return t("at {place}", { place: world.dimensions === 1 ? text : `(${text})` });
});

/** What has to be asked for: the weights of a neuron with more inputs than the graph shows, and the picked point. */
const wanted = signal("");
const PAUSE_MS = 80;
let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const looked = regarded.value;
  const shown = Math.max(mostShown.value, scene.value?.inputs.length ?? 0);
  const isLong = looked !== null && (isMapped(looked.layer) || columnsOf(looked.layer) - 1 > shown);
  const view = isLong ? `unit:${indexOf(looked)}` : "";
  clearTimeout(timer);
  timer = setTimeout(() => (wanted.value = view), PAUSE_MS);
});
export const formulaViews = computed(() => [wanted.value, givenView.value].filter(Boolean));
