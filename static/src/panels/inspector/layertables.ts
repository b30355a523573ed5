/** The numbers behind the weights and gradients, as tables: all layers beside each other, and the weights of one. */
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { frame, scene } from "../../store.ts";
import type { LayerHealth } from "../../wire.ts";
import type { Column, DataTable } from "../datatable.tsx";
import { weightNames } from "../equation.ts";
import { shape } from "../shape.ts";

/** A row for each layer that has weights: norms, what health has measured, and how many weights lie in each bin. */
export function normsTable(health: readonly LayerHealth[] = []): DataTable {
  const { statistics = [], arrays = {}, epoch = 0 } = frame.value ?? {};
  const histograms = statistics.map((_, i) => arrays[`weight_histogram/${i}`]?.data ?? []);
  const bins = Math.max(0, ...histograms.map(({ length }) => length));
  const rows = statistics.flatMap((layer, i) => {
    const { dead_units = NaN, saturated_share = NaN, update_ratio = NaN } = health[i] ?? {};
    const norms = [layer.weight_norm, layer.weight_max, layer.gradient_norm, layer.gradient_max];
    const name = shape.value.names[i] ?? "";
    const hasWeights = (scene.value?.layers[i]?.parameters ?? 0) > 0;
    return hasWeights ? [[name, ...norms, dead_units, saturated_share, update_ratio, ...histogramOf(i, bins)]] : [];
  });
  return {
    columns: [...columns(), ...binNames(bins)],
    rows,
    note: t("at epoch {epoch}", { epoch: format.count(epoch) }),
  };
}

function histogramOf(layer: number, bins: number): number[] {
  const counts = frame.value?.arrays[`weight_histogram/${layer}`]?.data ?? [];
  return Array.from({ length: bins }, (_, bin) => counts[bin] ?? NaN);
}

function columns(): Column[] {
  return [
    { name: t("layer") },
    { name: t("norm of the weights") },
    { name: t("largest weight") },
    { name: t("norm of the gradient") },
    { name: t("largest gradient") },
    { name: t("dead units") },
    { name: t("saturated"), text: (value) => format.share(value) },
    { name: t("last update"), text: (value) => format.share(value) },
  ];
}

/** The bins lie from minus to plus the layer's largest weight. */
function binNames(bins: number): string[] {
  return Array.from({ length: bins }, (_, bin) => t("bin {number} of {count}", { number: bin + 1, count: bins }));
}

/** A row for each unit of a layer, a column for each of its weights, as far as they have come. */
export function weightsTable(layer: number): DataTable {
  const weights = frame.value?.arrays[`weights/${layer}`];
  const [units = 0, width = 0] = weights?.shape ?? [];
  const { units: all = units, parameters = 0 } = scene.value?.layers[layer] ?? {};
  const rows = Array.from({ length: units }, (_, unit) => [
    t("Unit {number}", { number: unit + 1 }),
    ...(weights?.data.subarray(unit * width, (unit + 1) * width) ?? []),
  ]);
  const isAll = units * width === parameters;
  const note = isAll
    ? t("at epoch {epoch}", { epoch: format.count(frame.value?.epoch ?? 0) })
    : t("the weights between the neurons that are shown: {units} of {all} units", { units, all });
  return { columns: [t("unit"), ...weightNames({ layer: layer + 1, unit: 0 }, width)], rows, note };
}
