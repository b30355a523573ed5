/** The formula bar, like a spreadsheet's: what the neuron that is looked at computes, with the numbers of now. */
import { t } from "../language.ts";
import { equation } from "./formula.ts";
import { later } from "./later.tsx";

const Written = later(async () => (await import("./written.tsx")).Written);

export function FormulaBar() {
  const now = equation.value;
  return (
    <section class="formula-bar" aria-label={t("Formula")}>
      {now ? <Written equation={now} /> : <p class="quiet">{t("Point at a neuron to see what it computes.")}</p>}
    </section>
  );
}
