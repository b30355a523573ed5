/** The panes of the inspector: which there are, and which one is open. */
import { computed, signal } from "@preact/signals";
import { t } from "../../language.ts";
import { scene, tab } from "../../store.ts";

export type Pane =
  "statistics" | "landscape" | "microscope" | "gradient_check" | "hidden" | "importance" | "confusion" | "doctor";

export const PANES: readonly { readonly name: Pane; readonly words: string }[] = [
  { name: "statistics", words: t("Weights and gradients") },
  { name: "landscape", words: t("Landscape") },
  { name: "microscope", words: t("Microscope") },
  { name: "gradient_check", words: t("Gradient check") },
  { name: "hidden", words: t("Hidden space") },
  { name: "importance", words: t("Importance") },
  { name: "confusion", words: t("Confusion") },
  { name: "doctor", words: t("Doctor") },
];

/** Room for three panes side by side: the weights and the doctor are then always open. */
const wide = matchMedia("(min-width: 1600px) and (min-height: 900px)");
export const isWide = signal(wide.matches);
wide.addEventListener("change", () => (isWide.value = wide.matches));

const chosen = signal<Pane>("statistics");

/** The panes that have a tab: only a classification has a confusion matrix, and values have no classes to be parted. */
export const tabs = computed(() =>
  PANES.filter(
    ({ name }) =>
      !(isWide.value && (name === "statistics" || name === "doctor")) &&
      !(name === "confusion" && (scene.value?.task ?? "classification") !== "classification") &&
      !(name === "hidden" && scene.value?.task === "regression") &&
      !(name === "importance" && scene.value?.arrays["images"]),
  ),
);

/** The pane whose tab is selected. */
export const pane = computed<Pane>(() =>
  tabs.value.some(({ name }) => name === chosen.value) ? chosen.value : isWide.value ? "microscope" : "statistics",
);

/** Open a pane, on a phone too. */
export function openPane(name: Pane): void {
  chosen.value = name;
  tab.value = "inspect";
}
