/** The structure of the network on screen: what it is made of, and where each neuron stands. */
import { computed, effect, signal } from "@preact/signals";
import { layOut, type GraphShape } from "../draw/graph.ts";
import { t } from "../language.ts";
import { valueAt } from "../path.ts";
import { isWide, memberOfKind, numberOf, type LayerSpec } from "./layerlist.ts";
import { experiment, hasImages, neuron, scene, type Neuron } from "../store.ts";

export interface Shape extends GraphShape {
  readonly names: readonly string[];
  readonly activations: readonly string[];
}

/** The room that the graph has. */
export const size = signal({ width: 0, height: 0 });
/** The neuron that Tab reaches; the arrow keys move it. */
export const reached = signal<Neuron>({ layer: 0, unit: 0 });

/** The structure as text, so that only a real change of it builds the graph anew. */
const shapeText = computed(() => JSON.stringify(shapeNow()));
export const shape = computed(() => JSON.parse(shapeText.value) as Shape);
export const graph = computed(() => layOut(shape.value, size.value.width, size.value.height));

/** The largest number of neurons that any layer shows. */
export const mostShown = computed(() => Math.max(1, ...graph.value.columns.slice(1).map((column) => column.length)));

function shapeNow(): Shape {
  const world = scene.value;
  if (world) {
    return {
      inputs: hasImages.value ? [] : world.inputs,
      isImage: hasImages.value,
      units: world.layers.map(({ units }) => units),
      ...waysThrough(world.experiment.network.layers),
      names: world.layers.map(({ name }) => localName(name)),
      activations: world.layers.map(({ activation }) => activation),
      classNames: world.task === "classification" && (world.classes ?? 0) > 2 ? world.class_names : [],
    };
  }
  const { network, output, data } = experiment.value;
  const inputs = "features" in data ? [...data.features, ...data.formulas] : ["x1"];
  return {
    inputs,
    isImage: false,
    units: [...unitsOf(network.layers, inputs.length), 1],
    ...waysThrough(network.layers),
    names: [...namesOf(network.layers), "Output"].map(localName),
    activations: [
      ...network.layers.map((layer) => String(valueAt(layer, "activation.kind") ?? "")),
      output?.kind ?? "",
    ],
    classNames: [],
  };
}

/** As the server names them: each kind counted by itself. */
function namesOf(layers: readonly LayerSpec[]): string[] {
  const titles = layers.map(({ kind }) => (kind === "dense" ? "Hidden" : (memberOfKind(kind)?.schema.title ?? kind)));
  return titles.map((title, i) => `${title} ${titles.slice(0, i + 1).filter((other) => other === title).length}`);
}

/** Which layers, the output too, are narrow, and from which column a shortcut reaches which. */
function waysThrough(layers: readonly LayerSpec[]): Pick<Shape, "isNarrow" | "shortcuts"> {
  return {
    isNarrow: [...layers.map(({ kind }) => !isWide(kind)), false],
    shortcuts: layers.flatMap((layer, i) => {
      const skips = numberOf(layer, "skips");
      return skips === undefined ? [] : [{ from: i - skips, to: i + 1 }];
    }),
  };
}

/** How many units each layer has: its own number, or that of the layer before it. */
function unitsOf(layers: readonly LayerSpec[], inputs: number): number[] {
  let before = inputs;
  return layers.map((layer) => (before = numberOf(layer, "units") ?? before));
}

/** A layer's name, "Hidden 1", in the reader's language: the number stands behind the word. */
export function localName(name: string): string {
  const [, word = name, number = ""] = /^(.*?)( \d+)$/.exec(name) ?? [];
  return WORDS[word] ?? t(word) + number;
}

const HIDDEN = t("Hidden");
const SPOKEN_HIDDEN = t("Hidden layer");
const WORDS: Readonly<Record<string, string>> = { Output: t("Output") };

/** "Hidden 1" as it is read aloud: "Hidden layer 1". */
export function spoken(name: string): string {
  return name.replace(HIDDEN, SPOKEN_HIDDEN);
}

/** Keep the reached neuron inside the network when it shrinks. */
effect(() => {
  const { layer, unit } = reached.peek();
  const shown = graph.value.columns;
  const column = Math.min(layer, shown.length - 1);
  const last = (shown[column]?.length ?? 1) - 1;
  if (column !== layer || unit > last) reached.value = { layer: column, unit: Math.min(unit, last) };
  const picked = neuron.peek();
  if (picked && picked.unit >= (shown[picked.layer]?.length ?? 0)) neuron.value = null;
});
