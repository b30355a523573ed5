/** What the keys do on a neuron of the network. */
import type { Graph } from "../draw/graph.ts";
import { addUnits, insertLayer, removeLayer } from "./layerlist.ts";
import { lookAway } from "./regard.ts";
import { reached, type Shape } from "./shape.ts";

/** Arrows move; + and − widen and narrow the layer; Insert and Delete add and remove one. */
export function press(event: KeyboardEvent, shape: Shape, graph: Graph): void {
  const { layer, unit } = reached.value;
  const [right, down] = [pull(event, "ArrowLeft", "ArrowRight"), pull(event, "ArrowUp", "ArrowDown")];
  const [layers, units] = graph.isDown ? [down, right] : [right, down];
  const isHidden = layer > 0 && layer < shape.units.length;
  if (layers || units) moveTo(graph, layer + layers, unit + units);
  else if (event.key === "c" && (event.ctrlKey || event.metaKey))
    void import("./copying.ts").then(({ copyWeights }) => copyWeights(reached.value));
  else if (event.key === "Escape") lookAway();
  else if (event.key === "Insert") insertLayer(Math.min(layer, shape.units.length - 1));
  else if (event.key === "+" && isHidden) addUnits(layer - 1, 1);
  else if (event.key === "-" && isHidden) addUnits(layer - 1, -1);
  else if (event.key === "Delete" && isHidden) removeLayer(layer - 1);
}

/** −1, 0 or 1. */
function pull(event: KeyboardEvent, back: string, forth: string): number {
  return Number(event.key === forth) - Number(event.key === back);
}

function moveTo(graph: Graph, layer: number, unit: number): void {
  const column = Math.max(0, Math.min(graph.columns.length - 1, layer));
  const place = Math.max(0, Math.min((graph.columns[column]?.length ?? 1) - 1, unit));
  const next = document.querySelector<HTMLElement>(`[data-neuron="${column}.${place}"]`);
  next?.focus();
}
