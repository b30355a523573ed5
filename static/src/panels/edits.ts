/** Whether a neuron's weights are open to be set by hand. */
import { effect, signal } from "@preact/signals";
import { neuron, type Neuron } from "../store.ts";

/** Whether the picked neuron's weights are open. */
export const isEditing = signal(false);

/** The input whose weight was picked by its line. */
export const pickedInput = signal<number | null>(null);

/** Open a neuron's weights, perhaps at one of its inputs. */
export function edit(next: Neuron, input: number | null = null): void {
  neuron.value = next;
  pickedInput.value = input;
  isEditing.value = true;
}

export function toggleEditor(): void {
  if (isEditing.value) closeEditor();
  else if (neuron.value) edit(neuron.value);
}

/** Close it, and give the focus back to the neuron. */
export function closeEditor(): void {
  isEditing.value = false;
  const { layer, unit } = neuron.value ?? {};
  document.querySelector<HTMLElement>(`[data-neuron="${layer}.${unit}"]`)?.focus();
}

/** With nothing picked there is nothing to edit. */
effect(() => {
  if (!neuron.value) isEditing.value = false;
});
