/** A neuron's weights as text, to take them elsewhere. */
import { plural, t } from "../language.ts";
import { announcement, type Neuron } from "../store.ts";
import { weightNames } from "./equation.ts";
import { weightsOf } from "./formula.ts";
import { nameOf } from "./regard.ts";

/** A line for each weight: its name, a tab, the value with all its digits. A browser may have no clipboard for us. */
export async function copyWeights(looked: Neuron): Promise<void> {
  const row = weightsOf(looked);
  if (!row) return;
  const lines = weightNames(looked, row.length).map((name, i) => `${name}\t${row[i] ?? 0}\n`);
  try {
    await navigator.clipboard.writeText(lines.join(""));
    announcement.value = plural(
      row.length,
      "One weight of {name} is copied.",
      "{count} weights of {name} are copied.",
      {
        name: nameOf(looked),
      },
    );
  } catch {
    announcement.value = t("The browser does not allow it to be copied.");
  }
}
