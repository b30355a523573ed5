/** The formula bar, like a spreadsheet's: the weight under the pointer, or what the neuron that is looked at computes. */
import { t } from "../language.ts";
import { later } from "./later.tsx";
import { hoveredEdge, regarded } from "./regard.ts";

const Written = later(async () => (await import("./written.tsx")).Written);

export function FormulaBar() {
  return (
    <section class="formula-bar" aria-label={t("Formula")}>
      {hoveredEdge.value || regarded.value ? (
        <Written />
      ) : (
        <p class="quiet">{t("Point at a neuron to see what it computes.")}</p>
      )}
    </section>
  );
}
