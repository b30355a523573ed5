/** What reaches a neuron most, in words. */
import * as format from "../format.ts";
import { t } from "../language.ts";
import { frame, hasImages, scene } from "../store.ts";
import { inputsOf, nameOf } from "./regard.ts";
import { shape } from "./shape.ts";

/** The strongest input of a neuron, as of now, or its gain; of an input its whole name. */
export function strongestInput(layer: number, unit: number): string {
  if (layer === 0 && hasImages.peek())
    return t("All pixels go to every neuron. A line is as thick as the neuron answers to this image.");
  if (layer === 0) return scene.peek()?.inputs[unit] ?? "";
  const weights = frame.peek()?.arrays[`weights/${layer - 1}`];
  const [units = 0, width = 0] = weights?.shape ?? [];
  if (!weights || unit >= units) return "";
  const row = [...weights.data.subarray(unit * width, (unit + 1) * width - 1)];
  if (shape.peek().isNarrow[layer - 1]) return t("gain {value}", { value: format.number(row[0]) });
  const from = row.reduce((best, weight, i) => (Math.abs(weight) > Math.abs(row[best] ?? 0) ? i : best), 0);
  const values = {
    source: nameOf({ layer: layer - 1, unit: from }),
    weight: format.number(row[from]),
    count: row.length,
  };
  return row.length < inputsOf(layer)
    ? t("strongest of the first {count}: from {source}, {weight}", values)
    : t("strongest: from {source}, {weight}", values);
}
