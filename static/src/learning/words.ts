/** How the page names models and what they are given. */
import { fixed, percent } from "../format.ts";
import { inline, t } from "../language.ts";
import type { Inputs, Model, Series } from "./server.ts";

/** What a model is called; the linear one by what it tells. */
export function modelName(model: Model, isShare: boolean): string {
  if (model === "linear") return isShare ? t("Logistic regression") : t("Linear regression");
  return NAMES[model];
}

const NAMES: Readonly<Record<Exclude<Model, "linear">, string>> = {
  network: t("Network"),
  naive_bayes: t("Naive Bayes"),
  decision_tree: t("Decision tree"),
  support_vectors: t("Support vectors"),
};

export const MODELS: readonly Model[] = ["network", "linear", "naive_bayes", "decision_tree", "support_vectors"];

export const INPUTS: Readonly<Record<Inputs, string>> = { raw: t("Raw"), engineered: t("Engineered") };

/** "Decision tree, engineered". */
export function nameOf({ model, inputs }: Series, isShare: boolean): string {
  const name = modelName(model, isShare);
  return inputs === "raw" ? name : `${name}, ${inline(INPUTS.engineered)}`;
}

/** "98.7%", or "0.93" of the variance. */
export function scoreText(value: number, isShare: boolean): string {
  if (!Number.isFinite(value)) return "–";
  return isShare ? percent(value) : fixed(value, 2);
}
