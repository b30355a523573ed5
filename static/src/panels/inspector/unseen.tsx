/** What is left out of a pane, because there is not enough memory for it: training comes first. */
import { computed } from "@preact/signals";
import { t } from "../../language.ts";
import { frame } from "../../store.ts";
import type { Pane } from "./panes.ts";

/** What each pane asks for: the kinds of its views, and what they are called. */
const ASKED: Readonly<Partial<Record<Pane, Readonly<Record<string, string>>>>> = {
  statistics: { health: t("the health of the layers"), norms: t("the norms"), sharpness: t("the sharpness") },
  microscope: { microscope: t("the microscope") },
  gradient_check: { gradient_check: t("the gradient check") },
  hidden: { hidden: t("the hidden space") },
  importance: { importance: t("the importance of the columns") },
  confusion: {
    confusion: t("the confusion matrix"),
    worst: t("the mistakes"),
    worst_test: t("the mistakes"),
    answers: t("the samples"),
  },
  doctor: { health: t("the health of the layers"), curvature: t("the curvature"), hidden: t("the hidden space") },
};

const unseen = computed(() => (frame.value?.unseen ?? []).join());

export function Unseen({ pane }: { readonly pane: Pane }) {
  const kinds = unseen.value.split(",").map((view) => view.split(":")[0] ?? "");
  const names = [...new Set(kinds.map((kind) => ASKED[pane]?.[kind]).filter((name) => name !== undefined))];
  if (!names.length) return null;
  return (
    <p class="notice warning" role="status">
      <span>
        {t("Not shown: {names}. There is not enough memory left for it in this run; training goes on all the same.", {
          names: names.join(", "),
        })}
      </span>
    </p>
  );
}
