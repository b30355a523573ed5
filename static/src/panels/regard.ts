/** The neuron that is looked at: under the pointer, under the focus, or picked. */
import { computed, effect, signal } from "@preact/signals";
import type { Edge } from "../draw/edges.ts";
import { t } from "../language.ts";
import { neuron, scene, type Neuron } from "../store.ts";
import { graph, shape } from "./shape.ts";

export const hovered = signal<Neuron | null>(null);
export const hoveredEdge = signal<Edge | null>(null);
export const focused = signal<Neuron | null>(null);

/** Whatever is passed over goes before what is picked; a neuron that is gone is not looked at. */
export const regarded = computed<Neuron | null>(
  () => [hovered.value, focused.value, neuron.value].find((each) => each !== null && isThere(each)) ?? null,
);

/** Whether the look is a passing one: nothing is kept when it ends. */
export const isPassing = computed(() => regarded.value !== null && !isSame(regarded.value, neuron.value));

export function isSame(one: Neuron | null, other: Neuron | null): boolean {
  return one?.layer === other?.layer && one?.unit === other?.unit;
}

function isThere({ layer, unit }: Neuron): boolean {
  return unit < (graph.value.columns[layer]?.length ?? 0);
}

/** Look at nothing, though pointer or focus be on a neuron. */
export function lookAway(): void {
  hovered.value = focused.value = neuron.value = null;
}

/** "Hidden 1.3", "x1", "Output", "Output blue". */
export function nameOf({ layer, unit }: Neuron): string {
  const { inputs, isImage, names, units, classNames } = shape.value;
  if (layer === 0) return isImage ? t("Input image") : (inputs[unit] ?? "");
  const name = names[layer - 1] ?? "";
  if (layer < units.length) return `${name}.${unit + 1}`;
  return (units.at(-1) ?? 1) > 1 ? `${name} ${classNames[unit] ?? unit + 1}` : name;
}

/** How many inputs a layer has. */
export function inputsOf(layer: number): number {
  const world = scene.value;
  return (layer === 1 ? world?.inputs.length : world?.layers[layer - 2]?.units) ?? 0;
}

/** A structure that changes takes away what the pointer was on, and sends no word of it. */
effect(() => {
  shape.value;
  hovered.value = hoveredEdge.value = null;
});
