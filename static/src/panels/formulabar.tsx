/** The formula bar, like a spreadsheet's: what the neuron that is looked at computes, with the numbers of now. */
import { t } from "../language.ts";
import { later } from "./later.tsx";
import { regarded } from "./regard.ts";

const Written = later(async () => (await import("./written.tsx")).Written);

export function FormulaBar() {
  return (
    <section class="formula-bar" aria-label={t("Formula")}>
      {regarded.value ? <Written /> : <p class="quiet">{t("Point at a neuron to see what it computes.")}</p>}
    </section>
  );
}
